//! The figures for programs: JSON and CSV, with an entry for every period, so that gaps are seen.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Read;
use crate::cli::output::{count_json, problem_json, time_json};
use crate::cli::status::api_json;
use crate::domain::{Chart, Dashboard, RouteFigures, Series};

/// Each figure of a period: its name with its unit, and its series. What CloudWatch did not tell is absent, also an error
/// count of zero.
fn columns(dashboard: &Dashboard) -> Vec<(&'static str, Series)> {
    let (latency, integration) = (&dashboard.latency, &dashboard.integration_latency);
    let rate = |chart| dashboard.lines(chart).into_iter().next().map(|line| line.series).unwrap_or_default();
    vec![
        ("latency_avg_ms", latency.average.clone()),
        ("latency_p50_ms", latency.p50.clone()),
        ("latency_p95_ms", latency.p95.clone()),
        ("latency_p99_ms", latency.p99.clone()),
        ("integration_latency_avg_ms", integration.average.clone()),
        ("integration_latency_p50_ms", integration.p50.clone()),
        ("integration_latency_p95_ms", integration.p95.clone()),
        ("integration_latency_p99_ms", integration.p99.clone()),
        ("errors_4xx", dashboard.errors_4xx.clone()),
        ("errors_5xx", dashboard.errors_5xx.clone()),
        ("rate_4xx", rate(Chart::Rate4xx)),
        ("rate_5xx", rate(Chart::Rate5xx)),
        ("count", dashboard.count.clone()),
    ]
}

/// What was read as JSON.
pub fn json(read: &Read) -> Value {
    let dashboard = &read.dashboard;
    let window = dashboard.window;
    let mut document = json!({
        "at": time_json(Some(read.at)),
        "range": read.range.as_str(),
        "period_seconds": window.period_seconds,
        "start": time_json(Some(window.start)),
        "end": time_json(Some(window.end)),
        "nickname": read.connection.nickname,
        "api": api_json(&read.connection, Some(&read.api)),
        "stage": read.stage.name,
        "completeness": dashboard.completeness.as_str(),
        "totals": totals_json(dashboard),
        "deployments": deployments_json(read),
        "points": points_json(dashboard),
    });
    if let Some(routes) = &read.routes {
        let routes = routes.as_ref().ok();
        document["routes"] =
            routes.map(|known| known.routes.iter().map(route_json).collect::<Vec<_>>()).into();
        document["routes_left_out"] = routes.map(|known| known.left_out).into();
    }
    if let Some(before) = &read.before {
        let mut previous = totals_json(before);
        previous["start"] = time_json(Some(before.window.start));
        previous["end"] = time_json(Some(before.window.end));
        document["previous"] = previous;
    }
    let problem = read.problem().or_else(|| read.deployments.as_ref().err().cloned());
    document["problem"] = problem.as_ref().map(problem_json).into();
    document
}

fn totals_json(dashboard: &Dashboard) -> Value {
    let figures = dashboard.figures();
    let highest = |series: &Series| figures.count.and_then(|_| series.highest()).map(|point| point.value);
    json!({
        "count": count_json(figures.count),
        "latency_avg_ms": figures.latency_avg_ms,
        "latency_p95_max_ms": highest(&dashboard.latency.p95),
        "integration_latency_avg_ms": figures.integration_latency_avg_ms,
        "integration_latency_p95_max_ms": highest(&dashboard.integration_latency.p95),
        "errors_4xx": count_json(figures.errors_4xx),
        "errors_5xx": count_json(figures.errors_5xx),
        "rate_4xx": figures.rate_4xx(),
        "rate_5xx": figures.rate_5xx(),
    })
}

/// The deployments of the window, oldest first; `null` when they could not be read.
fn deployments_json(read: &Read) -> Value {
    if read.deployments.is_err() {
        return Value::Null;
    }
    let mut made: Vec<_> = read.deployments().collect();
    made.reverse();
    let made = made.into_iter().map(|(deployment, created)| {
        json!({
            "id": deployment.id,
            "created": time_json(Some(created)),
            "active": read.is_active(deployment),
        })
    });
    made.collect()
}

fn points_json(dashboard: &Dashboard) -> Value {
    let columns = columns(dashboard);
    let point = |at: Timestamp| {
        let mut point = Map::from_iter([("at".to_owned(), time_json(Some(at)))]);
        point.extend(columns.iter().map(|(name, series)| ((*name).to_owned(), count_json(series.at(at)))));
        Value::Object(point)
    };
    dashboard.window.periods().map(point).collect()
}

fn route_json(route: &RouteFigures) -> Value {
    json!({
        "method": route.method,
        "resource": route.resource,
        "count": count_json(route.count),
        "latency_avg_ms": route.latency_avg_ms,
        "errors_4xx": count_json(route.errors_4xx),
        "errors_5xx": count_json(route.errors_5xx),
        "rate_4xx": route.rate_4xx(),
        "rate_5xx": route.rate_5xx(),
    })
}

/// The points as CSV (RFC 4180). Times and numbers hold nothing that would have to be quoted.
pub fn csv(read: &Read) -> String {
    let columns = columns(&read.dashboard);
    let names = columns.iter().map(|(name, _)| *name);
    let mut csv = std::iter::once("at").chain(names).collect::<Vec<_>>().join(",") + "\r\n";
    for at in read.dashboard.window.periods() {
        // Writing to a string cannot fail.
        let _ = write!(csv, "{at}");
        for (_, series) in &columns {
            csv.push(',');
            if series.at(at).is_some() {
                let _ = write!(csv, "{}", count_json(series.at(at)));
            }
        }
        csv.push_str("\r\n");
    }
    csv
}
