"""Fills the emulator with an HTTP API, a REST API and their metrics, and writes down what is there."""

import json
import os
import time
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

REGION = "eu-west-1"
URL = os.environ["APIGW_MINISTACK_URL"]
PATIENCE = 30.0


def client(service):
    config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
    return boto3.client(service, region_name=REGION, endpoint_url=URL, config=config)


def wait_until_it_answers():
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return client("sts").get_caller_identity()["Account"]
        except (BotoCoreError, ClientError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def http_api():
    gateway = client("apigatewayv2")
    api = gateway.create_api(Name="orders", ProtocolType="HTTP", Description="Orders of the shop")["ApiId"]
    integration = gateway.create_integration(
        ApiId=api, IntegrationType="HTTP_PROXY", IntegrationMethod="GET", IntegrationUri="https://example.com",
        PayloadFormatVersion="1.0",
    )["IntegrationId"]
    gateway.create_route(ApiId=api, RouteKey="GET /orders", Target=f"integrations/{integration}")
    deployments = [
        gateway.create_deployment(ApiId=api, Description=f"v1.{minor}.0")["DeploymentId"] for minor in range(3)
    ]
    gateway.create_stage(
        ApiId=api, StageName="prod", DeploymentId=deployments[0], Description="What callers use",
        StageVariables={"table": "orders", "level": "info"},
    )
    gateway.create_stage(ApiId=api, StageName="$default", DeploymentId=deployments[2], AutoDeploy=True)
    gateway.create_stage(ApiId=api, StageName="sandbox")
    return {"id": api, "name": "orders", "deployments": deployments, "stages": ["$default", "prod", "sandbox"]}


def rest_api():
    gateway = client("apigateway")
    api = gateway.create_rest_api(name="billing", description="Bills")["id"]
    # Another one of this name: CloudWatch files both under it.
    twin = gateway.create_rest_api(name="billing")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    gateway.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
    gateway.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
    deployments = [
        gateway.create_deployment(restApiId=api, description=f"v2.{minor}.0")["id"] for minor in range(2)
    ]
    gateway.create_stage(restApiId=api, stageName="v2", deploymentId=deployments[1], variables={"table": "bills"})
    gateway.create_stage(restApiId=api, stageName="v1", deploymentId=deployments[0])
    return {"id": api, "name": "billing", "twin": twin, "deployments": deployments, "stages": ["v1", "v2"]}


def written_to():
    """An API of each kind for the tests that write, which the others leave alone."""
    gateway = client("apigatewayv2")
    http = gateway.create_api(Name="parcels", ProtocolType="HTTP")["ApiId"]
    integration = gateway.create_integration(
        ApiId=http, IntegrationType="HTTP_PROXY", IntegrationMethod="GET", IntegrationUri="https://example.com",
        PayloadFormatVersion="1.0",
    )["IntegrationId"]
    gateway.create_route(ApiId=http, RouteKey="GET /parcels", Target=f"integrations/{integration}")
    gateway.create_stage(ApiId=http, StageName="prod")
    gateway = client("apigateway")
    rest = gateway.create_rest_api(name="ledger")["id"]
    root = gateway.get_resources(restApiId=rest)["items"][0]["id"]
    accounts = gateway.create_resource(restApiId=rest, parentId=root, pathPart="accounts")["id"]
    gateway.put_method(restApiId=rest, resourceId=accounts, httpMethod="GET", authorizationType="NONE")
    gateway.put_integration(
        restApiId=rest, resourceId=accounts, httpMethod="GET", type="HTTP_PROXY", integrationHttpMethod="GET",
        uri="https://example.com",
    )
    return {"http": http, "rest": rest}


def minutes(now, stage):
    """Ninety minutes of figures, different each minute and each stage, so that no mix-up goes unseen."""
    for ago in range(90):
        at = now.replace(second=0, microsecond=0) - timedelta(minutes=ago)
        requests = 20 + (7 * ago + 3 * stage) % 11
        yield at, requests, (ago + stage) % 3, ago % 2 * stage, [40.0 + stage, 60.0 + ago % 13, 90.0 + 5 * (ago % 7)]


def metrics(api, by, names):
    data = []
    now = datetime.now(timezone.utc)
    for index, stage in enumerate(api["stages"]):
        if stage == "sandbox":
            continue  # nobody calls it
        where = [{"Name": by, "Value": api["id" if by == "ApiId" else "name"]}, {"Name": "Stage", "Value": stage}]
        for at, requests, errors_4xx, errors_5xx, latencies in minutes(now, index + 1):
            def put(name, values, counts):
                data.append({
                    "MetricName": name, "Dimensions": where, "Timestamp": at, "Values": values, "Counts": counts,
                })
            put("Count", [1.0], [float(requests)])
            put("Latency", latencies, [requests - 2.0, 1.0, 1.0])
            put("IntegrationLatency", [latency / 2 for latency in latencies], [requests - 2.0, 1.0, 1.0])
            for name, errors in zip(names, (errors_4xx, errors_5xx)):
                if errors:
                    put(name, [1.0], [float(errors)])
    cloudwatch = client("cloudwatch")
    for start in range(0, len(data), 500):
        cloudwatch.put_metric_data(Namespace="AWS/ApiGateway", MetricData=data[start:start + 500])


def main():
    account = wait_until_it_answers()
    http, rest = http_api(), rest_api()
    metrics(http, "ApiId", ("4xx", "5xx"))
    metrics(rest, "ApiName", ("4XXError", "5XXError"))
    filled = {"region": REGION, "account": account, "http": http, "rest": rest, "written": written_to()}
    with open(os.environ["APIGW_MINISTACK_FILLED"], "w", encoding="utf-8") as file:
        json.dump(filled, file, indent=2)


main()
