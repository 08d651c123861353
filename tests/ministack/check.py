"""Compares `apigw status --json` and `apigw metrics --json` on the emulator, field by field, with what boto3 reads there."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import boto3

APIGW = sys.argv[1]
URL = os.environ["APIGW_MINISTACK_URL"]
with open(os.environ["APIGW_MINISTACK_FILLED"], encoding="utf-8") as file:
    FILLED = json.load(file)
REGION = FILLED["region"]
RANGES = {"1h": (3600, 60), "1d": (86400, 300), "1w": (7 * 86400, 3600)}
counts = {"passed": 0, "failed": 0}


def expect(what, ours, theirs):
    both = isinstance(ours, (int, float)) and isinstance(theirs, (int, float)) and not isinstance(ours, bool)
    same = abs(ours - theirs) <= 1e-9 * max(1.0, abs(theirs)) if both else ours == theirs
    counts["passed" if same else "failed"] += 1
    if not same:
        print(f"FAIL {what}: apigw says {ours!r}, boto3 {theirs!r}")


def client(service):
    return boto3.client(service, region_name=REGION, endpoint_url=URL)


def asked(command, api_type, api_id, span, *more):
    """What apigw says; 3 is its exit code for a stage in trouble."""
    command = [
        APIGW, command, *more, "--api-id", api_id, "--api-type", api_type, "--region", REGION, "--endpoint-url", URL,
        "--range", span, "--json", "--config", "/dev/null",
    ]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if run.returncode not in (0, 3):
        raise SystemExit(f"FAIL {' '.join(command)}: exit code {run.returncode}\n{run.stdout}{run.stderr}\n0 passed, 1 failed")
    expect("stderr", run.stderr, "")
    return json.loads(run.stdout), run.returncode


def series(dimensions, metric, statistic, start, end, period):
    query = {
        "Id": "q", "MetricStat": {
            "Metric": {"Namespace": "AWS/ApiGateway", "MetricName": metric, "Dimensions": dimensions},
            "Period": period, "Stat": statistic,
        },
    }
    pages = client("cloudwatch").get_paginator("get_metric_data").paginate(
        MetricDataQueries=[query], StartTime=start, EndTime=end,
    )
    results = [result for page in pages for result in page["MetricDataResults"]]
    return {at: value for result in results for at, value in zip(result["Timestamps"], result["Values"])}


def figures(dimensions, names, at, span):
    """The figures of a window that ends two whole minutes before `at`, each summed from CloudWatch's own points."""
    seconds, period = RANGES[span]
    end = (at - timedelta(minutes=2)).replace(second=0, microsecond=0)
    start = end - timedelta(seconds=seconds)

    def points(metric, statistic, length=period):
        return list(series(dimensions, metric, statistic, start, end, length).values())

    count = points("Count", "Sum")
    if not count:
        keys = ("count", "latency_avg_ms", "latency_p95_ms", "integration_latency_avg_ms", "errors_4xx", "errors_5xx")
        return dict.fromkeys((*keys, "rate_4xx", "rate_5xx"))
    mean = {name: sum(points(name, "Sum")) / sum(points(name, "SampleCount")) for name in ("Latency", "IntegrationLatency")}
    p95 = points("Latency", "p95", seconds) if seconds <= 86400 else []
    errors = [sum(points(name, "Sum")) for name in names]
    return {
        "count": sum(count), "latency_avg_ms": mean["Latency"], "integration_latency_avg_ms": mean["IntegrationLatency"],
        "latency_p95_ms": p95[0] if len(p95) == 1 else None,
        "errors_4xx": errors[0], "errors_5xx": errors[1],
        "rate_4xx": errors[0] / sum(count), "rate_5xx": errors[1] / sum(count),
    }


def http_stages(api):
    stages = client("apigatewayv2").get_stages(ApiId=api["id"])["Items"]
    return {
        stage["StageName"]: (stage.get("DeploymentId"), stage.get("AutoDeploy", False), stage.get("Description"))
        for stage in stages
    }


def rest_stages(api):
    stages = client("apigateway").get_stages(restApiId=api["id"])["item"]
    return {stage["stageName"]: (stage.get("deploymentId"), False, stage.get("description")) for stage in stages}


def check(api_type, api, stages, dimension, names, span):
    report, code = asked("status", api_type, api["id"], span)
    at = datetime.fromisoformat(report["at"].replace("Z", "+00:00"))
    expect("range", report["range"], span)
    expect("healthy", report["healthy"], code == 0)
    expect("age in seconds below a minute", abs(datetime.now(timezone.utc) - at) < timedelta(minutes=1), True)
    [connection] = report["connections"]
    expect("api", connection["api"], {"id": api["id"], "name": api["name"], "type": api_type, "region": REGION})
    expect("account", connection["account"], FILLED["account"])
    expect("problem", connection["problem"], None)
    expect("stages", [stage["stage"] for stage in connection["stages"]], sorted(stages))
    for stage in connection["stages"]:
        name = stage["stage"]
        deployment, auto_deploy, description = stages[name]
        where = f"{api_type} {name} {span}"
        expect(f"{where} deployment_id", stage["deployment_id"], deployment)
        expect(f"{where} auto_deploy", stage["auto_deploy"], auto_deploy)
        expect(f"{where} description", stage["description"], description or None)
        by = [{"Name": dimension[0], "Value": dimension[1]}, {"Name": "Stage", "Value": name}]
        for key, value in figures(by, names, at, span).items():
            expect(f"{where} {key}", stage[key], value)
        hour = figures(by, names, at, "1h")
        expect(f"{where} verdict", stage["verdict"], verdict(deployment, hour))


def verdict(deployment, hour):
    if not deployment:
        return "not_deployed"
    if not hour["count"]:
        return "no_data"
    rate = hour["rate_5xx"] if hour["errors_5xx"] >= 5 else 0.0
    return "failing" if rate >= 0.05 else "degraded" if rate >= 0.01 else "ok"


def check_points(api_type, api, stage, dimension, names, span):
    """Every point of every chart."""
    told, _ = asked("metrics", api_type, api["id"], span, "--stage", stage)
    expect("completeness", (told["completeness"], told["problem"]), ("complete", None))
    at = lambda text: datetime.fromisoformat(text.replace("Z", "+00:00"))  # noqa: E731
    by = [{"Name": dimension[0], "Value": dimension[1]}, {"Name": "Stage", "Value": stage}]
    columns = {"errors_4xx": (names[0], "Sum"), "errors_5xx": (names[1], "Sum"), "count": ("Count", "Sum")}
    for prefix, metric in (("latency", "Latency"), ("integration_latency", "IntegrationLatency")):
        columns |= {f"{prefix}_avg_ms": (metric, "Average")}
        columns |= {f"{prefix}_{name}_ms": (metric, name) for name in ("p50", "p95", "p99")}
    for name, (metric, statistic) in columns.items():
        theirs = series(by, metric, statistic, at(told["start"]), at(told["end"]), told["period_seconds"])
        ours = {at(point["at"]): point[name] for point in told["points"] if point[name] is not None}
        where = f"{api_type} {stage} {span} {name}"
        expect(f"{where}: times", sorted(ours), sorted(theirs))
        for when in theirs:
            expect(f"{where} at {when}", ours.get(when), theirs[when])


http, rest = FILLED["http"], FILLED["rest"]
for span in RANGES:
    check("http", http, http_stages(http), ("ApiId", http["id"]), ("4xx", "5xx"), span)
    check("rest", rest, rest_stages(rest), ("ApiName", rest["name"]), ("4XXError", "5XXError"), span)
    for stage in http["stages"]:
        check_points("http", http, stage, ("ApiId", http["id"]), ("4xx", "5xx"), span)
    for stage in rest["stages"]:
        check_points("rest", rest, stage, ("ApiName", rest["name"]), ("4XXError", "5XXError"), span)
print(f"apigw status and metrics: {counts['passed']} passed, {counts['failed']} failed")
sys.exit(1 if counts["failed"] else 0)
