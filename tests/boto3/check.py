"""Drives the embedded AWS with boto3 and checks what comes back. Usage: check.py BINARY

Each check is a function whose name is a sentence. The closing line counts them; the exit code is 1 if any
failed.
"""

import http.client
import json
import os
import subprocess
import sys
import traceback
from collections import Counter
from datetime import datetime, timedelta, timezone

import yaml
from botocore.exceptions import ConnectionClosedError
from botocore.parsers import ResponseParserError

from demo import KEYS, Demo, error_of, model_faults, pages, refused, validated
from writes import WRITING

ACCOUNT = "123456789012"
ORDERS, BILLING, CHECKOUT, CHAT = "a1b2c3d4e5", "x9y8z7w6v5", "k8d3f6s1p0", "w3b5o2c8k4"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deployer"
EXTERNAL_ID = "apigw-demo-5f0c2d"
INTEGRATION = "x-amazon-apigateway-integration"
MFA_ROLE = f"arn:aws:iam::{ACCOUNT}:role/careful-deployer"
MFA = {"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/demo", "TokenCode": "123456"}


# HTTP APIs


def every_part_of_every_http_api_is_read(demo):
    client = demo.client("apigatewayv2")
    apis = list(pages(client, "get_apis", 2))
    assert {api["ApiId"] for api in apis} >= {ORDERS, CHECKOUT, CHAT}
    for api in apis:
        at = {"ApiId": api["ApiId"]}
        one = client.get_api(**at)
        assert one["Name"] == api["Name"] and one["CreatedDate"] == api["CreatedDate"]
        deployments = {found["DeploymentId"] for found in pages(client, "get_deployments", 10, **at)}
        for stage in pages(client, "get_stages", 1, **at):
            one = client.get_stage(**at, StageName=stage["StageName"])
            assert one["LastUpdatedDate"] == stage["LastUpdatedDate"]
            if "DeploymentId" in stage:
                assert stage["DeploymentId"] in deployments
                assert (
                    client.get_deployment(**at, DeploymentId=stage["DeploymentId"])["DeploymentStatus"]
                    == "DEPLOYED"
                )
        integrations = {found["IntegrationId"] for found in pages(client, "get_integrations", 3, **at)}
        for route in pages(client, "get_routes", 3, **at):
            assert route["Target"].removeprefix("integrations/") in integrations
        list(pages(client, "get_authorizers", None, **at))


def stages_of_orders_are_in_every_state(demo):
    client = demo.client("apigatewayv2")
    stages = {stage["StageName"]: stage for stage in pages(client, "get_stages", None, ApiId=ORDERS)}
    assert set(stages) == {"prod", "staging", "$default", "sandbox"}
    assert "DeploymentId" not in stages["sandbox"]
    assert stages["$default"]["AutoDeploy"] and "failed" in stages["$default"]["LastDeploymentStatusMessage"]
    age = datetime.now(timezone.utc) - stages["prod"]["LastUpdatedDate"]
    assert timedelta(hours=1, minutes=59) < age < timedelta(hours=2, minutes=5)
    assert len(stages["prod"]["StageVariables"]) == 3 and stages["prod"]["AccessLogSettings"]["Format"]
    failed = [
        found
        for found in pages(client, "get_deployments", 500, ApiId=ORDERS)
        if found["DeploymentStatus"] == "FAILED"
    ]
    assert len(failed) == 1 and failed[0]["AutoDeployed"]


def pages_of_any_size_make_the_same_list(demo):
    client = demo.client("apigatewayv2")
    lists = [list(pages(client, "get_deployments", size, ApiId=ORDERS)) for size in (None, 1, 7, 500)]
    assert len(lists[0]) == 38 and all(found == lists[0] for found in lists)
    client = demo.client("apigateway")
    lists = [list(pages(client, "get_deployments", size, restApiId=BILLING)) for size in (None, 1, 7, 500)]
    assert len(lists[0]) == 44 and all(found == lists[0] for found in lists)


def a_custom_domain_leads_to_stages(demo):
    client = demo.client("apigatewayv2")
    domains = list(pages(client, "get_domain_names", 1))
    assert [domain["DomainName"] for domain in domains] == ["api.example.com"]
    mappings = client.get_api_mappings(DomainName="api.example.com")["Items"]
    assert {(found["ApiId"], found["Stage"], found["ApiMappingKey"]) for found in mappings} >= {
        (ORDERS, "prod", "orders")
    }
    assert client.get_api(ApiId=CHECKOUT)["DisableExecuteApiEndpoint"]


# REST APIs


def every_part_of_every_rest_api_is_read(demo):
    client = demo.client("apigateway")
    apis = list(pages(client, "get_rest_apis", 1))
    assert Counter(api["name"] for api in apis)["legacy"] == 2
    for api in apis:
        at = {"restApiId": api["id"]}
        assert client.get_rest_api(**at)["createdDate"] == api["createdDate"]
        deployments = {found["id"] for found in pages(client, "get_deployments", 7, **at)}
        for stage in client.get_stages(**at)["item"]:
            assert stage["deploymentId"] in deployments
            assert (
                client.get_stage(**at, stageName=stage["stageName"])["lastUpdatedDate"]
                == stage["lastUpdatedDate"]
            )
            found = client.get_deployment(**at, deploymentId=stage["deploymentId"], embed=["apisummary"])
            assert found["apiSummary"]
        for embed in ([], ["methods"]):
            resources = list(pages(client, "get_resources", 1, **at, embed=embed))
            methods = [method for found in resources for method in found.get("resourceMethods", {}).values()]
            assert methods and all(("methodIntegration" in method) == bool(embed) for method in methods)


def a_canary_and_a_private_api_are_seen(demo):
    client = demo.client("apigateway")
    stage = client.get_stage(restApiId=BILLING, stageName="v2")
    assert stage["canarySettings"]["percentTraffic"] == 10
    assert stage["canarySettings"]["deploymentId"] != stage["deploymentId"]
    kinds = [api["endpointConfiguration"]["types"] for api in pages(client, "get_rest_apis", None)]
    assert ["PRIVATE"] in kinds


# Exports


def every_http_api_is_exported(demo):
    client = demo.client("apigatewayv2")
    for api in pages(client, "get_apis", None):
        at = {"ApiId": api["ApiId"], "Specification": "OAS30"}
        if api["ProtocolType"] != "HTTP":
            refused(client.export_api, 400, "BadRequestException", **at, OutputType="JSON")
            continue
        stage = client.get_stages(ApiId=api["ApiId"])["Items"][0]["StageName"]
        document = json.loads(client.export_api(**at, OutputType="JSON", StageName=stage)["body"].read())
        text = client.export_api(**at, OutputType="YAML", StageName=stage)["body"].read()
        assert without_version(yaml.safe_load(text)) == without_version(document)
        routes = {route["RouteKey"] for route in pages(client, "get_routes", None, ApiId=api["ApiId"])}
        assert set(route_keys(document)) == routes
        assert all(INTEGRATION in operation for _, operation in operations_of(document))
        plain = client.export_api(**at, OutputType="JSON", IncludeExtensions=False)["body"].read()
        plain = json.loads(plain)
        assert set(route_keys(plain)) == routes
        assert not any(INTEGRATION in operation for _, operation in operations_of(plain))


def every_rest_stage_is_exported(demo):
    client = demo.client("apigateway")
    for api in pages(client, "get_rest_apis", None):
        for stage in client.get_stages(restApiId=api["id"])["item"]:
            at = {"restApiId": api["id"], "stageName": stage["stageName"]}
            for kind, version in (("oas30", "openapi"), ("swagger", "swagger")):
                whole = {**at, "exportType": kind, "parameters": {"extensions": "apigateway"}}
                answer = client.get_export(**whole)
                document = json.loads(answer["body"].read())
                assert document[version] and document["info"]["title"] == api["name"]
                name = f'{kind}_{document["info"]["version"]}.json'
                assert answer["contentDisposition"] == f'attachment; filename="{name}"'
                text = client.get_export(**whole, accepts="application/yaml")["body"].read()
                assert yaml.safe_load(text) == document
                assert all(INTEGRATION in operation for _, operation in operations_of(document))
                plain = json.loads(client.get_export(**at, exportType=kind)["body"].read())
                assert not any(INTEGRATION in operation for _, operation in operations_of(plain))
                assert set(plain["paths"]) == set(document["paths"])


def operations_of(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield (path, method), operation


def route_keys(document):
    for (path, method), _ in operations_of(document):
        if path == "/$default":
            yield "$default"
        else:
            yield f"{'ANY' if method == 'x-amazon-apigateway-any-method' else method.upper()} {path}"


def without_version(document):
    """The document without the time of the export."""
    return {**document, "info": {**document["info"], "version": None}}


# Errors


def what_does_not_exist_is_not_found(demo):
    v2, v1 = demo.client("apigatewayv2"), demo.client("apigateway")
    message = refused(v1.get_rest_api, 404, "NotFoundException", restApiId="nothing")
    assert message == f"Invalid API identifier specified {ACCOUNT}:nothing"
    refused(v1.get_stage, 404, "NotFoundException", restApiId=BILLING, stageName="nothing")
    refused(v1.get_deployment, 404, "NotFoundException", restApiId=BILLING, deploymentId="nothing")
    refused(v2.get_api, 404, "NotFoundException", ApiId="nothing")
    refused(v2.get_stage, 404, "NotFoundException", ApiId=ORDERS, StageName="nothing")
    refused(v2.get_deployment, 404, "NotFoundException", ApiId=ORDERS, DeploymentId="nothing")
    refused(v2.get_api_mappings, 404, "NotFoundException", DomainName="example.org")
    export = {"ApiId": ORDERS, "Specification": "OAS30", "OutputType": "JSON"}
    refused(v2.export_api, 404, "NotFoundException", **export, StageName="nothing")
    refused(v2.export_api, 400, "BadRequestException", **export, StageName="sandbox")
    export = {"restApiId": BILLING, "exportType": "oas30"}
    refused(v1.get_export, 404, "NotFoundException", **export, stageName="nothing")
    refused(v1.get_export, 400, "BadRequestException", **{**export, "exportType": "a"}, stageName="v1")


def bad_pages_are_bad_requests(demo):
    v2, v1 = demo.client("apigatewayv2"), demo.client("apigateway")
    refused(v2.get_apis, 400, "BadRequestException", NextToken="nonsense")
    refused(v2.get_apis, 400, "BadRequestException", MaxResults="many")
    refused(v1.get_rest_apis, 400, "BadRequestException", position="nonsense")
    refused(v1.get_rest_apis, 400, "BadRequestException", limit=501)


def operations_it_does_not_have_are_unknown(demo):
    refused(demo.client("apigateway").get_api_keys, 404, "UnknownOperationException")


def another_region_has_other_apis(demo):
    client = demo.client("apigatewayv2", region="us-east-1")
    assert [api["Name"] for api in client.get_apis()["Items"]] == ["reports"]
    refused(client.get_api, 404, "NotFoundException", ApiId=ORDERS)
    assert demo.client("apigateway", region="ap-southeast-2").get_rest_apis()["items"] == []


def strangers_are_turned_away(demo):
    stranger = {"aws_access_key_id": "AKIASTRANGER"}
    for cbor in (False, True):
        client = demo.client("cloudwatch", cbor=cbor, **stranger)
        refused(client.list_metrics, 403, "UnrecognizedClientException")
    refused(demo.client("apigateway", **stranger).get_rest_apis, 403, "UnrecognizedClientException")
    refused(demo.client("apigatewayv2", **stranger).get_apis, 403, "UnrecognizedClientException")
    refused(demo.client("sts", **stranger).get_caller_identity, 403, "InvalidClientTokenId")
    unsigned = demo.client("apigatewayv2", signed=False)
    refused(unsigned.get_apis, 403, "MissingAuthenticationTokenException")


# Identities


def callers_learn_who_they_are(demo):
    identity = demo.client("sts").get_caller_identity()
    assert (identity["Account"], identity["Arn"]) == (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/demo")


def a_role_is_assumed_with_its_external_id(demo):
    sts = demo.client("sts")
    role = {"RoleArn": ROLE, "RoleSessionName": "check"}
    message = refused(sts.assume_role, 403, "AccessDenied", **role)
    assert message.endswith(f"is not authorized to perform: sts:AssumeRole on resource: {ROLE}")
    refused(sts.assume_role, 403, "AccessDenied", **role, ExternalId="wrong")
    refused(sts.assume_role, 400, "ValidationError", **role, ExternalId=EXTERNAL_ID, DurationSeconds=899)
    answer = sts.assume_role(**role, ExternalId=EXTERNAL_ID, DurationSeconds=900)
    left = answer["Credentials"]["Expiration"] - datetime.now(timezone.utc)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)
    keys = {
        "aws_access_key_id": answer["Credentials"]["AccessKeyId"],
        "aws_secret_access_key": answer["Credentials"]["SecretAccessKey"],
        "aws_session_token": answer["Credentials"]["SessionToken"],
    }
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/check"
    assert demo.client("sts", **keys).get_caller_identity()["Arn"] == arn == answer["AssumedRoleUser"]["Arn"]
    assert demo.client("apigatewayv2", **keys).get_apis()["Items"]
    chained = demo.client("sts", **keys).assume_role
    refused(chained, 400, "ValidationError", **role, ExternalId=EXTERNAL_ID, DurationSeconds=3601)


def a_second_factor_is_asked_for(demo):
    sts = demo.client("sts")
    role = {"RoleArn": MFA_ROLE, "RoleSessionName": "check"}
    refused(sts.assume_role, 403, "AccessDenied", **role)
    message = refused(sts.assume_role, 403, "AccessDenied", **role, **{**MFA, "TokenCode": "000000"})
    assert message.startswith("MultiFactorAuthentication failed with invalid MFA one time pass code.")
    assert sts.assume_role(**role, **MFA)["Credentials"]["AccessKeyId"].startswith("ASIA")


# Metrics


def stat(name, statistic, period, dimensions, identifier="m"):
    metric = {
        "Namespace": "AWS/ApiGateway",
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
    }
    return {"Id": identifier, "MetricStat": {"Metric": metric, "Period": period, "Stat": statistic}}


def week():
    now = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0)
    return {"StartTime": now - timedelta(days=7), "EndTime": now}


def values(client, *queries, **arguments):
    answer = client.get_metric_data(MetricDataQueries=list(queries), **{**week(), **arguments})
    return {
        result["Id"]: dict(zip(result["Timestamps"], result["Values"]))
        for result in answer["MetricDataResults"]
    }


def both_protocols_tell_the_same_week(demo):
    prod = {"ApiId": ORDERS, "Stage": "prod"}
    queries = [
        stat("Count", "Sum", 3600, prod, "requests"),
        stat("5xx", "Sum", 3600, prod, "errors"),
        stat("Latency", "Sum", 3600, prod, "total"),
        stat("Latency", "SampleCount", 3600, prod, "samples"),
        stat("Latency", "Average", 3600, prod, "average"),
        stat("Latency", "p95", 3600, prod, "p95"),
    ]
    told = [values(demo.client("cloudwatch", cbor=cbor), *queries) for cbor in (False, True)]
    assert told[0] == told[1]
    found = told[0]
    assert len(found["requests"]) == 168 and 1_000_000 < sum(found["requests"].values()) < 1_400_000
    assert sum(found["errors"].values()) < sum(found["requests"].values()) / 1000
    for hour, average in found["average"].items():
        assert abs(average - found["total"][hour] / found["samples"][hour]) < 1e-6
        assert found["p95"][hour] > average


def a_stage_without_traffic_has_no_values(demo):
    client = demo.client("cloudwatch")
    found = values(
        client,
        stat("Count", "Sum", 3600, {"ApiName": "billing", "Stage": "beta"}, "beta"),
        stat("Count", "Sum", 3600, {"ApiId": ORDERS, "Stage": "sandbox"}, "sandbox"),
        stat("Count", "Sum", 3600, {"ApiName": "legacy", "Stage": "prod"}, "legacy"),
    )
    assert found["beta"] == {} and found["sandbox"] == {} and len(found["legacy"]) == 168


def metrics_are_listed_in_pages(demo):
    for cbor in (False, True):
        found = list(
            pages(demo.client("cloudwatch", cbor=cbor), "list_metrics", None, Namespace="AWS/ApiGateway")
        )
        prod = [{"Name": "ApiId", "Value": ORDERS}, {"Name": "Stage", "Value": "prod"}]
        names = {metric["MetricName"] for metric in found if metric["Dimensions"] == prod}
        assert names == {"Count", "4xx", "5xx", "Latency", "IntegrationLatency", "DataProcessed"}


def metric_data_comes_in_pages(demo):
    client = demo.client("cloudwatch")
    query = stat("Count", "Sum", 3600, {"ApiId": ORDERS, "Stage": "prod"})
    whole = values(client, query)["m"]
    collected = {}
    paginator = client.get_paginator("get_metric_data")
    for page in paginator.paginate(MetricDataQueries=[query], **week(), PaginationConfig={"PageSize": 50}):
        for result in page["MetricDataResults"]:
            assert len(result["Timestamps"]) == len(result["Values"]) <= 50
            collected.update(zip(result["Timestamps"], result["Values"]))
    assert collected == whole


def bad_questions_are_validation_errors(demo):
    prod = {"ApiId": ORDERS, "Stage": "prod"}
    for cbor in (False, True):
        call = demo.client("cloudwatch", cbor=cbor).get_metric_data
        for queries in (
            [stat("Count", "Sum", 3600, prod, f"m{number}") for number in range(501)],
            [stat("Count", "Sum", 3600, prod), stat("Latency", "Average", 3600, prod)],
            [stat("Count", "Sum", 3600, prod, "Upper")],
            [stat("Count", "Sum", 61, prod)],
        ):
            error = error_of(call, MetricDataQueries=queries, **week())
            assert error and error[0] == 400 and error[1].startswith("Validation"), error


# What the program prints


def printed(demo, *arguments):
    """The JSON of a command of the program, asked of the same embedded AWS."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {
        "AWS_ACCESS_KEY_ID": KEYS["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    command = [demo.binary, *arguments, "--region", "eu-west-1", "--endpoint-url", demo.url, "--json"]
    ran = subprocess.run(
        [*command, "--config", os.devnull], capture_output=True, text=True, timeout=60, env=environment
    )
    assert ran.returncode == 0, f"exit {ran.returncode}\n{ran.stdout}{ran.stderr}"
    return json.loads(ran.stdout)


def moment(text):
    return datetime.fromisoformat(text)


def every_number_of_the_metrics_is_boto3s(demo):
    statistics = {"avg": "Average", "p50": "p50", "p95": "p95", "p99": "p99"}
    client = demo.client("cloudwatch")
    for api_type, api_id, stage, dimension, errors in (
        ("http", ORDERS, "staging", {"ApiId": ORDERS}, ("4xx", "5xx")),
        ("rest", BILLING, "v1", {"ApiName": "billing"}, ("4XXError", "5XXError")),
    ):
        at = {**dimension, "Stage": stage}
        for span in ("1h", "12h", "1w"):
            api = ("--api-id", api_id, "--api-type", api_type)
            told = printed(demo, "metrics", *api, "--stage", stage, "--range", span, "--compare")
            assert told["completeness"] == "complete" and told["problem"] is None
            period = told["period_seconds"]
            names = {f"latency_{name}_ms": ("Latency", stat) for name, stat in statistics.items()}
            names |= {
                f"integration_latency_{name}_ms": ("IntegrationLatency", stat)
                for name, stat in statistics.items()
            }
            names |= {"errors_4xx": (errors[0], "Sum"), "errors_5xx": (errors[1], "Sum"), "count": ("Count", "Sum")}
            queries = [stat(metric, which, period, at, name) for name, (metric, which) in names.items()]
            window = {"StartTime": moment(told["start"]), "EndTime": moment(told["end"])}
            found = values(client, *queries, **window)
            points = {moment(point["at"]): point for point in told["points"]}
            assert len(points) == len(told["points"]) >= 60
            for name in names:
                ours = {when: point[name] for when, point in points.items() if point[name] is not None}
                assert ours == found[name] and ours, f"{stage} {span} {name}"
            for when, point in points.items():
                count = found["count"].get(when)
                for kind in ("4xx", "5xx"):
                    rate = found[f"errors_{kind}"].get(when, 0) / count if count else None
                    assert point[f"rate_{kind}"] == rate, f"{stage} {span} {when} {point}"
            assert told["totals"]["count"] == sum(found["count"].values())
            assert told["totals"]["errors_5xx"] == sum(found["errors_5xx"].values())
            before = told["previous"]
            window = {"StartTime": moment(before["start"]), "EndTime": moment(before["end"])}
            found = values(client, stat("Count", "Sum", period, at), **window)
            assert before["count"] == sum(found["m"].values())


def every_route_is_boto3s(demo):
    client = demo.client("cloudwatch")
    for api_type, api_id, stage, dimension, errors in (
        ("http", ORDERS, "staging", {"ApiId": ORDERS}, "5xx"),
        ("rest", BILLING, "v1", {"ApiName": "billing"}, "5XXError"),
    ):
        api = ("--api-id", api_id, "--api-type", api_type)
        told = printed(demo, "metrics", *api, "--stage", stage, "--range", "12h", "--routes")
        filters = [{"Name": key, "Value": value} for key, value in {**dimension, "Stage": stage}.items()]
        filters += [{"Name": "Method"}, {"Name": "Resource"}]
        listed = pages(client, "list_metrics", None, MetricName="Count", Dimensions=filters)
        listed = [{found["Name"]: found["Value"] for found in metric["Dimensions"]} for metric in listed]
        assert {(found["Method"], found["Resource"]) for found in listed} == {
            (route["method"], route["resource"]) for route in told["routes"]
        }
        window = {"StartTime": moment(told["start"]), "EndTime": moment(told["end"])}
        for route in told["routes"]:
            at = {**dimension, "Stage": stage, "Method": route["method"], "Resource": route["resource"]}
            sums = {"count": "Count", "errors": errors, "latency": "Latency"}
            queries = [stat(metric, "Sum", 60, at, name) for name, metric in sums.items()]
            found = {name: sum(series.values()) for name, series in values(client, *queries, **window).items()}
            assert route["count"] == found["count"] > 0 and route["errors_5xx"] == found["errors"]
            assert abs(route["latency_avg_ms"] - found["latency"] / found["count"]) < 1e-6
        for figure in ("count", "errors_4xx", "errors_5xx"):
            assert sum(route[figure] for route in told["routes"]) == told["totals"][figure]


# Faults


def a_part_of_the_data_does_not_go_on(binary):
    with Demo(binary, "--fault", "partial:1") as demo:
        for cbor, status in ((False, "PartialData"), (True, "Complete")):
            client = demo.client("cloudwatch", cbor=cbor)
            query = stat("Count", "Sum", 3600, {"ApiId": ORDERS, "Stage": "prod"})
            answer = client.get_metric_data(MetricDataQueries=[query], **week())
            assert answer["MetricDataResults"][0]["StatusCode"] == status and "NextToken" not in answer


def a_throttled_call_says_so_once(binary):
    with Demo(binary, "--fault", "throttle=7:GetStages:1") as demo:
        client = demo.client("apigatewayv2")
        refused(client.get_stages, 429, "TooManyRequestsException", ApiId=ORDERS)
        assert client.get_stages(ApiId=ORDERS)["Items"]
    with Demo(binary, "--fault", "throttle") as demo:
        for cbor in (False, True):
            error = error_of(demo.client("cloudwatch", cbor=cbor).list_metrics)
            assert error and error[0] == 400 and error[1].startswith("Throttling"), error
        refused(demo.client("sts").get_caller_identity, 400, "Throttling")


def a_denied_call_names_action_and_resource(binary):
    with Demo(binary, "--fault", "denied") as demo:
        message = refused(
            demo.client("apigatewayv2").get_stage,
            403,
            "AccessDeniedException",
            ApiId=ORDERS,
            StageName="$default",
        )
        resource = f"arn:aws:apigateway:eu-west-1::/apis/{ORDERS}/stages/$default"
        assert (
            f"is not authorized to perform: apigateway:GET on resource: {resource} because no identity-based"
            in message
        )
        message = refused(demo.client("cloudwatch").list_metrics, 403, "AccessDeniedException")
        assert "cloudwatch:ListMetrics" in message
        assert demo.client("sts").get_caller_identity()["Account"] == ACCOUNT


def sessions_and_services_fail_as_told(binary):
    with Demo(binary, "--fault", "expired") as demo:
        refused(demo.client("apigateway").get_rest_apis, 403, "ExpiredTokenException")
        refused(demo.client("sts").get_caller_identity, 403, "ExpiredToken")
    with Demo(binary, "--fault", "503:apigateway") as demo:
        refused(demo.client("apigateway").get_rest_apis, 503, "ServiceUnavailableException")
        assert demo.client("apigatewayv2").get_apis()["Items"]


def a_reset_connection_gives_no_answer(binary):
    with Demo(binary, "--fault", "reset:GetApis:1") as demo:
        client = demo.client("apigatewayv2")
        try:
            client.get_apis()
        except ConnectionClosedError:
            assert client.get_apis()["Items"]
            return
        raise AssertionError("the connection was not closed")


def a_truncated_body_ends_before_its_length(binary):
    """Read without boto3, which takes a truncated answer for an empty one."""
    with Demo(binary, "--fault", "truncated") as demo:
        scope = f"{KEYS['aws_access_key_id']}/20260101/eu-west-1/apigateway/aws4_request"
        signed = {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}
        connection = http.client.HTTPConnection(demo.url.removeprefix("http://"), timeout=20)
        connection.request("GET", "/v2/apis", headers=signed)
        try:
            connection.getresponse().read()
        except http.client.IncompleteRead as error:
            assert error.partial and error.expected
            return
        raise AssertionError("the body was whole")


def garbage_is_no_answer(binary):
    with Demo(binary, "--fault", "garbage") as demo:
        try:
            demo.client("sts").get_caller_identity()
        except ResponseParserError:
            return
        raise AssertionError("garbage was read as an answer")


READING = [
    every_part_of_every_http_api_is_read,
    stages_of_orders_are_in_every_state,
    pages_of_any_size_make_the_same_list,
    a_custom_domain_leads_to_stages,
    every_part_of_every_rest_api_is_read,
    a_canary_and_a_private_api_are_seen,
    every_http_api_is_exported,
    every_rest_stage_is_exported,
    what_does_not_exist_is_not_found,
    bad_pages_are_bad_requests,
    operations_it_does_not_have_are_unknown,
    another_region_has_other_apis,
    strangers_are_turned_away,
    callers_learn_who_they_are,
    a_role_is_assumed_with_its_external_id,
    a_second_factor_is_asked_for,
    both_protocols_tell_the_same_week,
    a_stage_without_traffic_has_no_values,
    metrics_are_listed_in_pages,
    metric_data_comes_in_pages,
    bad_questions_are_validation_errors,
    every_number_of_the_metrics_is_boto3s,
    every_route_is_boto3s,
]
FAILING = [
    a_part_of_the_data_does_not_go_on,
    a_throttled_call_says_so_once,
    a_denied_call_names_action_and_resource,
    sessions_and_services_fail_as_told,
    a_reset_connection_gives_no_answer,
    a_truncated_body_ends_before_its_length,
    garbage_is_no_answer,
]


def every_answer_fits_the_service_models(_):
    operations = {
        "apigatewayv2": "GetApis GetApi GetStages GetStage GetDeployments GetDeployment GetRoutes"
        " GetIntegrations GetAuthorizers GetDomainNames GetApiMappings ExportApi ImportApi ReimportApi CreateApi"
        " UpdateApi CreateDeployment UpdateDeployment DeleteDeployment CreateStage UpdateStage DeleteStage"
        " DeleteRouteSettings",
        "apigateway": "GetRestApis GetRestApi GetStages GetStage GetDeployments GetDeployment GetResources"
        " GetExport GetResource GetAuthorizers GetModels GetGatewayResponses GetRequestValidators PutRestApi"
        " UpdateRestApi CreateDeployment DeleteDeployment UpdateStage DeleteStage",
        "cloudwatch": "GetMetricData ListMetrics",
        "sts": "GetCallerIdentity AssumeRole",
    }
    expected = {f"{service}.{name}" for service, names in operations.items() for name in names.split()}
    assert expected <= set(validated), f"never read: {sorted(expected - set(validated))}"
    assert not model_faults, "\n".join(sorted(set(model_faults))[:40])


def main(binary):
    passed, failed = 0, 0

    def run(check, subject):
        nonlocal passed, failed
        try:
            check(subject)
            passed += 1
            print(f"ok    {check.__name__}")
        except Exception:  # noqa: BLE001 - whatever goes wrong, the other checks still run
            failed += 1
            print(f"FAIL  {check.__name__}\n{traceback.format_exc()}")

    with Demo(binary) as demo:
        for check in READING:
            run(check, demo)
    for check in WRITING + FAILING:
        run(check, binary)
    run(every_answer_fits_the_service_models, None)
    print(f"{sum(validated.values())} answers held to the service models")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    raise SystemExit(main(sys.argv[1]))
