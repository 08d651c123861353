//! `GetMetricData`: what is asked, in how many requests, and what each answer is taken for.

use std::collections::BTreeSet;

use ciborium::Value;

use super::script::Asked;
use super::*;
use crate::domain::{Completeness, StageMetrics, TimeRange, Window};

/// One query as it was sent.
#[derive(Clone, Debug)]
pub(super) struct Query {
    pub(super) id: String,
    pub(super) metric: String,
    pub(super) statistic: String,
    pub(super) period: i128,
    pub(super) dimensions: Vec<(String, String)>,
}

pub(super) fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_map()?.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
}

pub(super) fn text(value: &Value, name: &str) -> String {
    field(value, name).and_then(Value::as_text).unwrap_or_default().to_owned()
}

pub(super) fn decode(asked: &Asked) -> Value {
    ciborium::from_reader(asked.body.as_slice()).unwrap()
}

pub(super) fn queries(asked: &Asked) -> Vec<Query> {
    let body = decode(asked);
    let all = field(&body, "MetricDataQueries").and_then(Value::as_array).unwrap();
    all.iter()
        .map(|query| {
            let stat = field(query, "MetricStat").unwrap();
            let metric = field(stat, "Metric").unwrap();
            assert_eq!(text(metric, "Namespace"), "AWS/ApiGateway");
            assert!(field(stat, "Unit").is_none(), "a wrong unit would hide the figures");
            let dimensions = field(metric, "Dimensions").and_then(Value::as_array).unwrap();
            Query {
                id: text(query, "Id"),
                metric: text(metric, "MetricName"),
                statistic: text(stat, "Stat"),
                period: field(stat, "Period").and_then(Value::as_integer).unwrap().into(),
                dimensions: dimensions.iter().map(|one| (text(one, "Name"), text(one, "Value"))).collect(),
            }
        })
        .collect()
}

/// One result: id, status, and points as (seconds, value).
pub(super) type Answered<'a> = (&'a str, &'a str, &'a [(i64, f64)]);

pub(super) fn answer(results: &[Answered], token: Option<&str>) -> Reply {
    let pair = |name: &str, value: Value| (Value::from(name), value);
    let result = |(id, status, points): &Answered| {
        let times = points.iter().map(|(at, _)| Value::Tag(1, Box::new(Value::Float(*at as f64))));
        let values = points.iter().map(|(_, value)| Value::Float(*value));
        Value::Map(vec![
            pair("Id", Value::from(*id)),
            pair("StatusCode", Value::from(*status)),
            pair("Timestamps", Value::Array(times.collect())),
            pair("Values", Value::Array(values.collect())),
        ])
    };
    let mut body = vec![pair("MetricDataResults", Value::Array(results.iter().map(result).collect()))];
    body.extend(token.map(|token| pair("NextToken", Value::from(token))));
    let mut bytes = Vec::new();
    ciborium::into_writer(&Value::Map(body), &mut bytes).unwrap();
    Reply::cbor(bytes)
}

/// Complete and empty for every query but those given.
pub(super) fn answer_all(asked: &Asked, given: &[Answered]) -> Reply {
    let queries = queries(asked);
    let of = |query: &'_ Query| given.iter().find(|(id, ..)| *id == query.id).copied();
    let results: Vec<Answered> =
        queries.iter().map(|query| of(query).unwrap_or((query.id.as_str(), "Complete", &[]))).collect();
    answer(&results, None)
}

pub(super) fn window(range: TimeRange) -> Window {
    Window::settled(range, "2026-11-23T10:04:59Z".parse().unwrap())
}

pub(super) fn stage(api_type: ApiType, stage: &str) -> StageRef {
    StageRef { api_type, api_id: "a1".into(), api_name: "orders".into(), stage: stage.into() }
}

async fn read(
    script: &Script,
    wanted: &[StageRef],
    range: TimeRange,
    detail: Detail,
) -> Result<Vec<StageMetrics>, Problem> {
    let (session, _) = session(script, Settings::default()).await;
    session.metrics(wanted, window(range), detail).await
}

#[tokio::test]
async fn http_and_rest_are_asked_by_their_own_names() {
    let script = Script::new(|_, asked| answer_all(asked, &[]));
    let mut odd = stage(ApiType::Rest, "v1");
    odd.api_name = "規".into();
    read(
        &script,
        &[stage(ApiType::Http, "prod"), stage(ApiType::Rest, "v1"), odd],
        TimeRange::H1,
        Detail::Full,
    )
    .await
    .unwrap();
    let asked = script.asked();
    assert_eq!(asked.len(), 1, "one request for all stages");
    assert_eq!(text(&decode(&asked[0]), "ScanBy"), "TimestampAscending");
    let queries = queries(&asked[0]);
    let ids: BTreeSet<&str> = queries.iter().map(|query| query.id.as_str()).collect();
    assert_eq!(ids.len(), queries.len());
    assert!(ids.iter().all(|id| id.starts_with(|first: char| first.is_ascii_lowercase())));
    let names = |api: (&str, &str)| {
        let wanted = (api.0.to_owned(), api.1.to_owned());
        let ours = queries.iter().filter(|query| query.dimensions[0] == wanted);
        ours.map(|query| format!("{} {} {}", query.metric, query.statistic, query.period)).collect::<Vec<_>>()
    };
    let rest = [
        "Count Sum 60",
        "Latency Sum 60",
        "Latency SampleCount 60",
        "4XXError Sum 60",
        "5XXError Sum 60",
        "IntegrationLatency Sum 60",
        "IntegrationLatency SampleCount 60",
        "Latency p95 3600",
    ];
    assert_eq!(
        names(("ApiId", "a1")),
        rest.map(|name| name.replace("4XXError", "4xx").replace("5XXError", "5xx"))
    );
    assert_eq!(names(("ApiName", "orders")), rest);
    assert_eq!(names(("ApiName", "a1")), rest, "nothing is left of the name, so CloudWatch takes the id");
    assert!(queries.iter().all(|query| query.dimensions[1].0 == "Stage"));
}

#[tokio::test]
async fn a_window_longer_than_a_day_has_no_percentile() {
    let script = Script::new(|_, asked| answer_all(asked, &[]));
    read(&script, &[stage(ApiType::Http, "prod")], TimeRange::W1, Detail::Full).await.unwrap();
    let queries = queries(&script.asked()[0]);
    assert_eq!(queries.len(), 7);
    assert!(queries.iter().all(|query| query.period == 3600 && query.statistic != "p95"));
}

#[tokio::test]
async fn five_hundred_queries_fill_one_request() {
    let script = Script::new(|_, asked| answer_all(asked, &[]));
    let wanted: Vec<StageRef> = (0..101).map(|index| stage(ApiType::Http, &format!("s{index}"))).collect();
    let (session, aws) = session(&script, Settings::default()).await;
    let metrics = session.metrics(&wanted, window(TimeRange::H1), Detail::Summary).await.unwrap();
    let sizes: Vec<usize> = script.asked().iter().map(|asked| queries(asked).len()).collect();
    assert_eq!(sizes, [500, 5]);
    let names: Vec<&str> = metrics.iter().map(|metrics| metrics.stage.as_str()).collect();
    assert_eq!(names, wanted.iter().map(|stage| stage.stage.as_str()).collect::<Vec<_>>());
    assert_eq!(aws.usage().metrics, 101 * 4);
    assert_eq!(aws.usage().requests, 2);
}

#[tokio::test(start_paused = true)]
async fn requests_for_many_stages_go_out_together_and_keep_their_order() {
    let points = |asked: &Asked| {
        let dimensions = queries(asked).remove(0).dimensions;
        dimensions[1].1.trim_start_matches('s').parse::<f64>().unwrap()
    };
    let script = Script::new(move |_, asked| {
        answer_all(asked, &[("q0", "Complete", &[(0, points(asked))])]).late(Duration::from_secs(1))
    });
    let wanted: Vec<StageRef> = (0..201).map(|number| stage(ApiType::Http, &format!("s{number}"))).collect();
    let start = tokio::time::Instant::now();
    let metrics = read(&script, &wanted, TimeRange::W1, Detail::Summary).await.unwrap();
    assert_eq!((script.asked().len(), start.elapsed().as_secs()), (3, 1));
    let first_of_each = [0, 100, 200].map(|place| metrics[place].figures().count);
    assert_eq!(first_of_each, [Some(0.0), Some(100.0), Some(200.0)]);
}

#[tokio::test]
async fn what_two_connections_share_is_asked_and_paid_once() {
    let script = Script::new(|_, asked| answer_all(asked, &[("q0", "Complete", &[(60, 7.0)])]));
    let (session, aws) = session(&script, Settings::default()).await;
    let mut twin = stage(ApiType::Rest, "v1");
    twin.api_id = "another".into();
    let wanted = [stage(ApiType::Rest, "v1"), twin];
    let metrics = session.metrics(&wanted, window(TimeRange::H1), Detail::Full).await.unwrap();
    assert_eq!(metrics.iter().map(|metrics| metrics.count.sum()).collect::<Vec<_>>(), [Some(7.0), Some(7.0)]);
    assert_eq!((queries(&script.asked()[0]).len(), aws.usage().metrics), (8, 5));
}

#[tokio::test]
async fn no_stage_asks_nothing() {
    let script = Script::new(|_, _| Reply::Reset);
    assert_eq!(read(&script, &[], TimeRange::H1, Detail::Full).await, Ok(Vec::new()));
    assert_eq!(script.asked().len(), 0);
}

#[tokio::test]
async fn pages_are_joined_and_the_last_status_counts() {
    let script = Script::new(|before, asked| {
        if before == 0 {
            return answer(
                &[("q0", "PartialData", &[(120, 2.0)]), ("q1", "Complete", &[(60, 9.0)])],
                Some("p2"),
            );
        }
        assert_eq!(text(&decode(asked), "NextToken"), "p2");
        let rest = [("q2", "Complete"), ("q3", "Complete"), ("q4", "Complete")];
        let mut results: Vec<Answered> = vec![("q0", "Complete", &[(60, 1.0)])];
        results.extend(rest.map(|(id, status)| -> Answered { (id, status, &[]) }));
        answer(&results, None)
    });
    let metrics =
        read(&script, &[stage(ApiType::Http, "prod")], TimeRange::H1, Detail::Summary).await.unwrap();
    assert_eq!(metrics[0].completeness, Completeness::Complete);
    let values: Vec<f64> = metrics[0].count.points().iter().map(|point| point.value).collect();
    assert_eq!(values, [1.0, 2.0], "in the order of time, whatever the pages' order");
    assert_eq!(metrics[0].latency_sum_ms.sum(), Some(9.0));
}

#[tokio::test]
async fn a_result_that_is_not_whole_is_marked() {
    for (status, expected) in [
        ("Complete", Completeness::Complete),
        ("PartialData", Completeness::Partial),
        ("InternalError", Completeness::Failed),
        ("Forbidden", Completeness::Forbidden),
        ("SomethingNew", Completeness::Failed),
    ] {
        let script = Script::new(move |_, asked| answer_all(asked, &[("q2", status, &[(60, 1.0)])]));
        let wanted = [stage(ApiType::Http, "prod"), stage(ApiType::Http, "beta")];
        let metrics = read(&script, &wanted, TimeRange::H1, Detail::Summary).await.unwrap();
        assert_eq!(metrics[0].completeness, expected);
        assert_eq!(metrics[1].completeness, Completeness::Complete, "one stage does not spoil another");
    }
}

#[tokio::test]
async fn a_query_without_an_answer_is_not_taken_for_silence() {
    let script = Script::new(|_, _| answer(&[("q0", "Complete", &[(60, 1.0)])], None));
    let metrics =
        read(&script, &[stage(ApiType::Http, "prod")], TimeRange::H1, Detail::Summary).await.unwrap();
    assert_eq!(metrics[0].completeness, Completeness::Partial);
}

#[tokio::test]
async fn a_percentile_of_several_buckets_is_none() {
    let one: &[(i64, f64)] = &[(0, 120.0)];
    let two: &[(i64, f64)] = &[(0, 120.0), (3600, 90.0)];
    for (points, expected) in [(one, Some(120.0)), (two, None), (&[][..], None)] {
        let script = Script::new(move |_, asked| answer_all(asked, &[("q7", "Complete", points)]));
        let metrics =
            read(&script, &[stage(ApiType::Http, "prod")], TimeRange::D1, Detail::Full).await.unwrap();
        assert_eq!(metrics[0].latency_p95_ms, expected);
    }
}
