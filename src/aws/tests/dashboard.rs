//! One stage over time, and its routes: what is asked, what it is billed as, and what each answer is taken for.

use ciborium::Value;

use super::metrics::{Answered, Query, answer, answer_all, decode, field, queries, stage, text, window};
use super::script::Asked;
use super::*;
use crate::domain::{Chart, Completeness, Dashboard, RouteFigures, TimeRange};

fn asked_of(asked: &Asked) -> Vec<String> {
    queries(asked)
        .iter()
        .map(|query| format!("{} {} {}", query.metric, query.statistic, query.period))
        .collect()
}

async fn dashboard(script: &Script) -> (Result<Dashboard, Problem>, u64) {
    let (session, aws) = session(script, Settings::default()).await;
    let read = session.dashboard(&stage(ApiType::Http, "prod"), window(TimeRange::H3)).await;
    (read, aws.usage().metrics)
}

#[tokio::test]
async fn one_request_reads_five_metrics_with_all_their_statistics() {
    let script = Script::new(|_, asked| answer_all(asked, &[("q4", "Complete", &[(60, 3.0)])]));
    let (read, billed) = dashboard(&script).await;
    let expected = [
        "Count Sum 60",
        "4xx Sum 60",
        "5xx Sum 60",
        "Latency Average 60",
        "Latency SampleCount 60",
        "Latency p50 60",
        "Latency p95 60",
        "Latency p99 60",
        "IntegrationLatency Average 60",
        "IntegrationLatency SampleCount 60",
        "IntegrationLatency p50 60",
        "IntegrationLatency p95 60",
        "IntegrationLatency p99 60",
    ];
    assert_eq!(
        script.asked().iter().map(asked_of).collect::<Vec<_>>(),
        [expected.map(str::to_owned).to_vec()]
    );
    assert_eq!(billed, Dashboard::METRICS);
    let read = read.unwrap();
    assert_eq!(read.latency.samples.sum(), Some(3.0));
    assert_eq!(read.window, window(TimeRange::H3));
    for (asked, (chart, statistic)) in [
        ("q3", (Chart::Latency, "average")),
        ("q6", (Chart::Latency, "p95")),
        ("q10", (Chart::IntegrationLatency, "p50")),
        ("q12", (Chart::IntegrationLatency, "p99")),
        ("q0", (Chart::Count, "sum")),
    ] {
        let script = Script::new(move |_, request| answer_all(request, &[(asked, "Complete", &[(60, 7.0)])]));
        let lines = dashboard(&script).await.0.unwrap().lines(chart);
        let line = lines.iter().find(|line| line.statistic == statistic).unwrap();
        assert_eq!(line.series.sum(), Some(7.0), "{asked}");
    }
}

#[tokio::test]
async fn an_endpoint_that_knows_no_percentiles_still_tells_the_rest() {
    let script = Script::new(|before, asked| match before {
        0 => Reply::json(400, r#"{"__type":"ValidationError","message":"p50 is not supported"}"#),
        _ => answer_all(asked, &[("q3", "Complete", &[(60, 12.0)]), ("q4", "Complete", &[(60, 2.0)])]),
    });
    let read = dashboard(&script).await.0.unwrap();
    assert!(asked_of(&script.asked()[1]).iter().all(|asked| !asked.contains(" p")));
    assert_eq!((read.latency.mean(), read.latency.p95.sum()), (Some(12.0), None));
    assert_eq!(read.completeness, Completeness::Complete);
    // One that leaves them out of its answer.
    let script = Script::new(|_, asked| {
        let asked = queries(asked);
        let known = asked.iter().filter(|query| !query.statistic.starts_with('p'));
        let results: Vec<Answered> = known.map(|query| (query.id.as_str(), "Complete", &[][..])).collect();
        answer(&results, None)
    });
    assert_eq!(dashboard(&script).await.0.unwrap().completeness, Completeness::Complete);
}

#[tokio::test]
async fn a_dashboard_is_as_complete_as_its_worst_result() {
    for (id, status, expected) in [
        ("q1", "PartialData", Completeness::Partial),
        ("q6", "PartialData", Completeness::Partial),
        ("q4", "InternalError", Completeness::Failed),
        ("q6", "Forbidden", Completeness::Forbidden),
    ] {
        let script = Script::new(move |_, asked| answer_all(asked, &[(id, status, &[(60, 1.0)])]));
        assert_eq!(dashboard(&script).await.0.unwrap().completeness, expected, "{id} {status}");
    }
}

/// A page of `ListMetrics`: the dimensions of each metric.
fn listed(metrics: &[Vec<(&str, &str)>], token: Option<&str>) -> Reply {
    let pair = |name: &str, value: Value| (Value::from(name), value);
    let dimension = |(name, value): &(&str, &str)| {
        Value::Map(vec![pair("Name", Value::from(*name)), pair("Value", Value::from(*value))])
    };
    let metric = |dimensions: &Vec<(&str, &str)>| {
        Value::Map(vec![
            pair("MetricName", Value::from("Count")),
            pair("Dimensions", Value::Array(dimensions.iter().map(dimension).collect())),
        ])
    };
    let mut body = vec![pair("Metrics", Value::Array(metrics.iter().map(metric).collect()))];
    body.extend(token.map(|token| pair("NextToken", Value::from(token))));
    let mut bytes = Vec::new();
    ciborium::into_writer(&Value::Map(body), &mut bytes).unwrap();
    Reply::cbor(bytes)
}

fn route<'a>(method: &'a str, resource: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("Resource", resource), ("ApiId", "a1"), ("Stage", "prod"), ("Method", method)]
}

#[tokio::test]
async fn routes_are_found_page_by_page_and_only_those_of_the_stage() {
    let script = Script::new(|before, asked| match before {
        0 => {
            let mut further = route("PUT", "/a");
            further.push(("Route", "PUT /a"));
            listed(&[route("POST", "/b"), further], Some("p2"))
        }
        1 => {
            assert_eq!(text(&decode(asked), "NextToken"), "p2");
            listed(&[route("GET", "/b"), route("GET", "/a"), route("GET", "/a")], None)
        }
        _ => answer_all(
            asked,
            &[
                ("q0", "Complete", &[(0, 10.0), (86_400, 30.0)]),
                ("q1", "Complete", &[(0, 100.0), (86_400, 20.0)]),
                ("q2", "Complete", &[(0, 10.0), (86_400, 30.0)]),
                ("q4", "Complete", &[(0, 4.0)]),
                ("q5", "PartialData", &[(0, 9.0)]),
            ],
        ),
    });
    let (session, aws) = session(&script, Settings::default()).await;
    let read = session.routes(&stage(ApiType::Http, "prod"), window(TimeRange::W1)).await.unwrap();
    let list = decode(&script.asked()[0]);
    assert!(
        field(&list, "RecentlyActive").is_none(),
        "routes that were called this fortnight, not these hours"
    );
    let filters = field(&list, "Dimensions").and_then(Value::as_array).unwrap();
    let filters: Vec<String> =
        filters.iter().map(|filter| format!("{}={}", text(filter, "Name"), text(filter, "Value"))).collect();
    assert_eq!(filters, ["ApiId=a1", "Stage=prod", "Method=", "Resource="]);
    let asked: Vec<Query> = queries(&script.asked()[2]);
    assert!(asked.len() == 15 && asked.iter().all(|query| query.period == 86_400));
    assert_eq!(asked[0].dimensions[2..], [("Method".into(), "GET".into()), ("Resource".into(), "/a".into())]);
    let first = RouteFigures {
        method: "GET".into(),
        resource: "/a".into(),
        count: Some(40.0),
        latency_avg_ms: Some(40.0),
        errors_4xx: Some(0.0),
        errors_5xx: Some(4.0),
    };
    assert_eq!(read.routes[0], first);
    let names: Vec<(&str, &str, Option<f64>)> = read
        .routes
        .iter()
        .map(|route| (route.method.as_str(), route.resource.as_str(), route.count))
        .collect();
    assert_eq!(names[1..], [("GET", "/b", None), ("POST", "/b", None)], "a part is not summed");
    assert_eq!((read.completeness, read.left_out), (Completeness::Partial, 0));
    assert_eq!(aws.usage().metrics, 3 * 4);
}

#[tokio::test]
async fn at_most_a_hundred_routes_are_asked_for() {
    let script = Script::new(|before, asked| match before {
        0 => {
            let names: Vec<String> = (0..130).map(|number| format!("/r{number}")).collect();
            listed(&names.iter().map(|name| route("GET", name)).collect::<Vec<_>>(), None)
        }
        _ => answer_all(asked, &[]),
    });
    let (session, aws) = session(&script, Settings::default()).await;
    let read = session.routes(&stage(ApiType::Http, "prod"), window(TimeRange::H1)).await.unwrap();
    assert_eq!((read.routes.len(), read.left_out), (100, 30));
    assert_eq!((script.asked().len(), aws.usage().metrics), (2, 400));
    assert!(queries(&script.asked()[1]).iter().all(|query| query.period == 3600));
}

#[tokio::test]
async fn a_stage_without_routes_of_its_own_costs_nothing() {
    let script = Script::new(|_, _| listed(&[], None));
    let (session, aws) = session(&script, Settings::default()).await;
    let read = session.routes(&stage(ApiType::Rest, "v1"), window(TimeRange::H1)).await.unwrap();
    assert!(read.routes.is_empty() && script.asked().len() == 1 && aws.usage().metrics == 0);
}

#[tokio::test]
async fn the_permission_to_list_metrics_is_named_when_it_is_missing() {
    let script =
        Script::new(|_, _| Reply::denied("User: x is not authorized to perform: cloudwatch:ListMetrics"));
    let (session, _) = session(&script, Settings::default()).await;
    let problem = session.routes(&stage(ApiType::Http, "prod"), window(TimeRange::H1)).await.unwrap_err();
    let denied = problem.denied.unwrap();
    assert_eq!((denied.action.as_str(), denied.resource.as_str()), ("cloudwatch:ListMetrics", "*"));
}
