"""Writes to the embedded AWS with boto3: imports, deployments, stages, canaries, and how they fail.

Each check has an embedded AWS of its own, because it changes what that holds.
"""

import json
import time
import urllib.request

from botocore.exceptions import ClientError, ConnectionClosedError

from demo import Demo, error_of, refused

ORDERS, INVENTORY, BILLING, LEDGER = "a1b2c3d4e5", "i4n7v3n2t1", "x9y8z7w6v5", "p7r1v4t3e0"
NO_ROUTES = "Unable to deploy API because no routes exist in this API"
IN_USE = "Active stages pointing to this deployment must be moved or deleted"


def patiently(call, **arguments):
    """Calls again while a quota is used up: five seconds must lie between two deployments."""
    for _ in range(20):
        try:
            return call(**arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] != "TooManyRequestsException":
                raise
            time.sleep(0.5)
    raise AssertionError("the quota did not fill up again")


def refused_patiently(call, status, code, **arguments):
    return refused(lambda **given: patiently(call, **given), status, code, **arguments)


def document(paths, **members):
    return {"openapi": "3.0.1", "info": {"title": "imported", "version": "1"}, "paths": paths, **members}


def to_url(url="https://a.example.com"):
    integration = {"type": "http_proxy", "httpMethod": "GET", "uri": url}
    return {"responses": {"200": {"description": "ok"}}, "x-amazon-apigateway-integration": integration}


def reimport(client, api, paths, **arguments):
    return client.reimport_api(ApiId=api, Body=json.dumps(document(paths)), **arguments)


def exported(client, api, **arguments):
    answer = client.export_api(ApiId=api, Specification="OAS30", OutputType="JSON", **arguments)
    return json.loads(answer["body"].read())


def put(client, api, paths, **arguments):
    body = json.dumps(document(paths)).encode()
    return patiently(client.put_rest_api, restApiId=api, body=body, mode="overwrite", **arguments)


# HTTP APIs


def an_http_api_is_imported_deployed_and_rolled_back(binary):
    with Demo(binary) as demo:
        client, prod = demo.client("apigatewayv2"), {"ApiId": INVENTORY, "StageName": "prod"}
        old = client.get_stage(**prod)["DeploymentId"]
        before = exported(client, INVENTORY, StageName="prod")["paths"]
        api = reimport(client, INVENTORY, {"/new": {"get": to_url()}}, FailOnWarnings=True)
        assert (api["Name"], api["Version"]) == ("imported", "1")
        assert exported(client, INVENTORY, StageName="prod")["paths"] == before
        made = patiently(client.create_deployment, **prod, Description="new")
        assert made["DeploymentStatus"] == "PENDING"
        at = {"ApiId": INVENTORY, "DeploymentId": made["DeploymentId"]}
        states = [client.get_deployment(**at)["DeploymentStatus"] for _ in range(3)]
        assert states == ["PENDING", "DEPLOYED", "DEPLOYED"]
        assert client.get_stage(**prod)["DeploymentId"] == made["DeploymentId"]
        assert list(exported(client, INVENTORY, StageName="prod")["paths"]) == ["/new"]
        assert client.update_deployment(**at, Description="better")["Description"] == "better"
        assert refused(client.delete_deployment, 400, "BadRequestException", **at) == IN_USE
        assert client.update_stage(**prod, DeploymentId=old)["DeploymentId"] == old
        assert exported(client, INVENTORY, StageName="prod")["paths"] == before
        assert list(exported(client, INVENTORY)["paths"]) == ["/new"]
        client.delete_deployment(**at)
        refused(client.get_deployment, 404, "NotFoundException", **at)


def an_http_stage_deploys_by_itself(binary):
    with Demo(binary) as demo:
        client, stage = demo.client("apigatewayv2"), {"ApiId": ORDERS, "StageName": "$default"}
        reimport(client, ORDERS, {"/new": {"get": to_url()}})
        found = client.get_stage(**stage)
        made, text = found["DeploymentId"], found["LastDeploymentStatusMessage"]
        assert text == f"Successfully deployed stage with deployment ID '{made}'"
        deployment = client.get_deployment(ApiId=ORDERS, DeploymentId=made)
        assert deployment["AutoDeployed"]
        assert deployment["Description"] == "Automatic deployment triggered by changes to the Api configuration"
        refused(client.update_stage, 400, "BadRequestException", **stage, DeploymentId=made)
        client.update_api(ApiId=ORDERS, DisableExecuteApiEndpoint=True)
        newer = client.get_stage(**stage)["DeploymentId"]
        assert newer != made
        reimport(client, ORDERS, {})
        found = client.get_stage(**stage)
        assert found["LastDeploymentStatusMessage"] == f"Deployment attempt failed: {NO_ROUTES}"
        assert found["DeploymentId"] == newer
        assert not client.update_stage(**stage, AutoDeploy=False)["AutoDeploy"]
        assert client.update_stage(**stage, DeploymentId=made)["DeploymentId"] == made


def imports_into_http_apis_fail_as_told(binary):
    with Demo(binary) as demo:
        client = demo.client("apigatewayv2")
        before = exported(client, ORDERS)["paths"]
        bad, at = "BadRequestException", {"ApiId": ORDERS}
        for version in ({"openapi": "3.1.0"}, {"swagger": "2.0"}):
            refused(client.reimport_api, 400, bad, **at, Body=json.dumps({**document({}), "openapi": "", **version}))
        refused(client.reimport_api, 400, bad, **at, Body="nothing: [")
        loose = json.dumps(document({"/a": {"get": {"responses": {}}}}))
        text = refused(client.reimport_api, 400, bad, **at, Body=loose, FailOnWarnings=True)
        assert text.startswith("Warnings found during import:\n\tParse issue: attribute paths.'/a'(get).")
        assert exported(client, ORDERS)["paths"] == before
        assert client.reimport_api(**at, Body=loose)["Warnings"]
        assert client.get_api(**at)["Warnings"]
        made = client.import_api(Body=json.dumps(document({"/a": {"get": to_url()}})))
        assert len(client.get_routes(ApiId=made["ApiId"])["Items"]) == 1


def deployments_of_http_apis_fail_as_told(binary):
    with Demo(binary) as demo:
        client, bad = demo.client("apigatewayv2"), "BadRequestException"
        at = {"ApiId": ORDERS}
        text = refused(client.create_deployment, 400, bad, **at, StageName="nothing")
        assert text.startswith("Stage nothing does not exist. StageName specified on a CreateDeployment request must")
        refused(client.create_deployment, 429, "TooManyRequestsException", **at)
        reimport(client, ORDERS, {})
        assert refused_patiently(client.create_deployment, 400, bad, **at, StageName="prod") == NO_ROUTES
    with Demo(binary, "--fault", "deployment-failed") as demo:
        client = demo.client("apigatewayv2")
        made = client.create_deployment(**at, StageName="prod")["DeploymentId"]
        found = [client.get_deployment(**at, DeploymentId=made) for _ in range(2)][1]
        assert found["DeploymentStatus"] == "FAILED" and found["DeploymentStatusMessage"]
        assert client.get_stage(**at, StageName="prod")["DeploymentId"] != made


def http_stages_are_made_changed_and_deleted(binary):
    with Demo(binary) as demo:
        client, at = demo.client("apigatewayv2"), {"ApiId": ORDERS}
        made = client.create_stage(**at, StageName="qa", AutoDeploy=True, StageVariables={"a": "1"})
        assert made["DeploymentId"]
        refused(client.create_stage, 409, "ConflictException", **at, StageName="qa")
        changed = client.update_stage(**at, StageName="qa", StageVariables={"a": "", "b": "2"})
        assert changed["StageVariables"] == {"b": "2"}
        client.delete_stage(**at, StageName="qa")
        refused(client.get_stage, 404, "NotFoundException", **at, StageName="qa")
        reimport(client, ORDERS, {"/orders": {"get": to_url()}})
        settings = {"GET /orders": {"ThrottlingBurstLimit": 5}}
        prod = {**at, "StageName": "prod"}
        text = refused(client.update_stage, 404, "NotFoundException", **prod, RouteSettings=settings)
        assert text == "Unable to find Route by key POST /orders within the provided RouteSettings"
        client.delete_route_settings(**prod, RouteKey="POST /orders")
        assert set(client.update_stage(**prod, RouteSettings=settings)["RouteSettings"]) == {"GET /orders"}


def a_quickly_created_http_api_has_a_stage_of_its_own(binary):
    with Demo(binary) as demo:
        client = demo.client("apigatewayv2")
        api = client.create_api(Name="quick", ProtocolType="HTTP", Target="https://a.example.com")["ApiId"]
        stage = client.get_stage(ApiId=api, StageName="$default")
        assert stage["ApiGatewayManaged"] and stage["AutoDeploy"] and stage["DeploymentId"]
        change = {"ApiId": api, "StageName": "$default", "Description": "x"}
        refused(client.update_stage, 400, "BadRequestException", **change)


# REST APIs


def a_rest_api_is_imported_deployed_and_rolled_back(binary):
    with Demo(binary) as demo:
        client, prod = demo.client("apigateway"), {"restApiId": LEDGER, "stageName": "prod"}
        old = client.get_stage(**prod)["deploymentId"]
        assert put(client, LEDGER, {"/new": {"get": to_url()}}, failOnWarnings=True)["name"] == "imported"
        made = patiently(client.create_deployment, **prod, description="new")["id"]
        assert client.get_stage(**prod)["deploymentId"] == made
        at = {"restApiId": LEDGER, "deploymentId": made}
        assert list(client.get_deployment(**at, embed=["apisummary"])["apiSummary"]) == ["/new"]
        assert refused(client.delete_deployment, 400, "BadRequestException", **at) == IN_USE
        assert move(client, prod, old)["deploymentId"] == old
        text = refused(client.update_stage, 400, "BadRequestException", **prod, patchOperations=[to("nothing")])
        assert text == "Deployment id does not exist"
        client.delete_deployment(**at)
        stage = patiently(client.create_deployment, restApiId=LEDGER, stageName="qa") and "qa"
        client.delete_stage(restApiId=LEDGER, stageName=stage)
        refused(client.get_stage, 404, "NotFoundException", restApiId=LEDGER, stageName=stage)
        renamed = {"op": "replace", "path": "/name", "value": "renamed"}
        assert client.update_rest_api(restApiId=LEDGER, patchOperations=[renamed])["name"] == "renamed"


def to(deployment):
    return {"op": "replace", "path": "/deploymentId", "value": deployment}


def move(client, stage, deployment):
    return client.update_stage(**stage, patchOperations=[to(deployment)])


def imports_into_rest_apis_fail_as_told(binary):
    with Demo(binary) as demo:
        client, bad = demo.client("apigateway"), "BadRequestException"
        at = {"restApiId": LEDGER, "mode": "overwrite"}
        newer = json.dumps({**document({}), "openapi": "3.1.0"}).encode()
        assert refused(client.put_rest_api, 400, bad, **at, body=newer) == "Invalid OpenAPI input."
        refused(client.put_rest_api, 429, "TooManyRequestsException", **at, body=newer)
        loose = json.dumps(document({"/a": {"get": {}}})).encode()
        text = refused_patiently(client.put_rest_api, 400, bad, **at, body=loose, failOnWarnings=True)
        assert text.startswith("Warnings found during import:\n\t")
        put(client, LEDGER, {})
        deploy = {"restApiId": LEDGER, "stageName": "prod"}
        text = refused(client.create_deployment, 400, bad, **deploy)
        assert text == "The REST API doesn't contain any methods"
        put(client, LEDGER, {"/a": {"get": {"responses": {}}}})
        text = refused_patiently(client.create_deployment, 400, bad, **deploy)
        assert text == "No integration defined for method"


def a_rest_api_has_its_parts_listed(binary):
    with Demo(binary) as demo:
        client, at = demo.client("apigateway"), {"restApiId": LEDGER}
        authorizer = {"type": "token", "authorizerUri": "arn:aws:lambda:eu-west-1:1:function:check"}
        scheme = {"type": "apiKey", "name": "Authorization", "in": "header"}
        scheme["x-amazon-apigateway-authorizer"] = authorizer
        whole = document(
            {"/a": {"get": {**to_url(), "security": [{"check": []}]}}},
            components={"schemas": {"A": {"type": "object"}}, "securitySchemes": {"check": scheme}},
        )
        whole["x-amazon-apigateway-gateway-responses"] = {"DEFAULT_5XX": {"statusCode": 502}}
        whole["x-amazon-apigateway-request-validators"] = {"all": {"validateRequestBody": True}}
        client.put_rest_api(**at, mode="overwrite", body=json.dumps(whole).encode())
        assert client.get_authorizers(**at)["items"][0]["name"] == "check"
        assert client.get_models(**at)["items"][0]["name"] == "A"
        assert client.get_gateway_responses(**at)["items"][0]["responseType"] == "DEFAULT_5XX"
        assert client.get_request_validators(**at)["items"][0]["validateRequestBody"]
        resources = client.get_resources(**at, embed=["methods"])["items"]
        found = next(resource for resource in resources if resource["path"] == "/a")
        assert found["resourceMethods"]["GET"]["authorizationType"] == "CUSTOM"
        one = client.get_resource(**at, resourceId=found["id"], embed=["methods"])
        assert one["resourceMethods"] == found["resourceMethods"]


def a_canary_is_promoted(binary):
    with Demo(binary) as demo:
        client, v1 = demo.client("apigateway"), {"restApiId": BILLING, "stageName": "v1"}
        canary = {"percentTraffic": 5, "stageVariableOverrides": {"ledger": "next"}}
        made = patiently(client.create_deployment, **v1, canarySettings=canary)["id"]
        stage = client.get_stage(**v1)
        assert stage["canarySettings"]["deploymentId"] == made != stage["deploymentId"]
        refused_patiently(client.create_deployment, 400, "BadRequestException", **v1)
        for failing in (
            {"op": "add", "path": "/canarySettings/deploymentId", "value": made},
            {"op": "replace", "path": "/canarySettings", "value": "{}"},
        ):
            refused(client.update_stage, 400, "BadRequestException", **v1, patchOperations=[failing])
        promotion = [
            {"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"},
            {"op": "copy", "from": "/canarySettings/stageVariableOverrides", "path": "/variables"},
            {"op": "replace", "path": "/canarySettings/percentTraffic", "value": "0.0"},
            {"op": "remove", "path": "/canarySettings"},
        ]
        stage = client.update_stage(**v1, patchOperations=promotion)
        assert (stage["deploymentId"], stage["variables"]["ledger"]) == (made, "next")
        assert "canarySettings" not in stage


# Faults around a write


def writes_fail_before_within_and_after(binary):
    with Demo(binary) as demo:
        http, rest = demo.client("apigatewayv2"), demo.client("apigateway")
        switch(demo, "conflict:ReimportApi:1")
        body = json.dumps(document({"/a": {"get": to_url()}}))
        text = refused(http.reimport_api, 409, "ConflictException", ApiId=ORDERS, Body=body)
        assert text.startswith("Unable to complete operation due to concurrent modification.")
        switch(demo, "lost:CreateDeployment:1")
        before = deployments(http)
        try:
            http.create_deployment(ApiId=ORDERS, Description="lost")
            raise AssertionError("the answer was not lost")
        except ConnectionClosedError:
            assert [found["Description"] for found in deployments(http) if found not in before] == ["lost"]
        switch(demo, "half:PutRestApi:1")
        half = {"restApiId": LEDGER, "mode": "overwrite"}
        body = json.dumps(document({"/a": {"get": to_url()}, "/b": {"get": to_url()}})).encode()
        assert error_of(rest.put_rest_api, **half, body=body)[0] == 500
        paths = {found["path"] for found in rest.get_resources(restApiId=LEDGER)["items"] if "resourceMethods" in found}
        assert paths == {"/a"}
        switch(demo, "denied:UpdateStage:1")
        text = refused(http.update_stage, 403, "AccessDeniedException", ApiId=ORDERS, StageName="prod")
        assert f"apigateway:PATCH on resource: arn:aws:apigateway:eu-west-1::/apis/{ORDERS}/stages/prod" in text


def deployments(client):
    return client.get_deployments(ApiId=ORDERS, MaxResults="500")["Items"]


def switch(demo, fault):
    urllib.request.urlopen(urllib.request.Request(f"{demo.url}/_faults", data=fault.encode()), timeout=20).close()


WRITING = [
    an_http_api_is_imported_deployed_and_rolled_back,
    an_http_stage_deploys_by_itself,
    imports_into_http_apis_fail_as_told,
    deployments_of_http_apis_fail_as_told,
    http_stages_are_made_changed_and_deleted,
    a_quickly_created_http_api_has_a_stage_of_its_own,
    a_rest_api_is_imported_deployed_and_rolled_back,
    imports_into_rest_apis_fail_as_told,
    a_rest_api_has_its_parts_listed,
    a_canary_is_promoted,
    writes_fail_before_within_and_after,
]
