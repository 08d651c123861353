//! `GetMetricData` and `ListMetrics` as the SDK sees them, and as bytes where the SDK speaks no such protocol.

use aws_sdk_cloudwatch::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_cloudwatch::error::ProvideErrorMetadata;
use aws_sdk_cloudwatch::types::{
    Dimension, DimensionFilter, Metric, MetricDataQuery, MetricDataResult, MetricStat, RecentlyActive,
    ScanBy, StandardUnit, StatusCode,
};
use aws_sdk_cloudwatch::{Client, Config};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::DateTime;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use bytes::Bytes;
use http::Request;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Family, NAMESPACE, Source, Told, answer, error, operation};
use crate::sim::traffic::{Incident, Shape, Traffic};

/// A Wednesday, 34 seconds into a minute.
const NOW: &str = "2026-11-25T15:20:34Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn ago(seconds: i64) -> i64 {
    now().as_second() - seconds
}

fn traffic(seed: u64, shape: Shape) -> Traffic {
    Traffic {
        seed,
        shape,
        errors_4xx: 0.03,
        errors_5xx: 0.01,
        latency_ms: 80.0,
        incidents: Vec::new(),
        since: Timestamp::from_second(ago(100 * 86_400)).unwrap(),
    }
}

fn source(family: Family, api: &str, stage: &str, traffic: Traffic) -> Source {
    let key = if family == Family::Http { "ApiId" } else { "ApiName" };
    let dimensions = vec![(key.to_owned(), api.to_owned()), ("Stage".to_owned(), stage.to_owned())];
    Source { family, dimensions, traffic, routes: Vec::new() }
}

fn sources() -> Vec<Source> {
    let busy = Shape::DayAndNight { per_minute_at_noon: 150.0 };
    vec![
        source(Family::Http, "a1", "prod", traffic(1, busy.clone())),
        source(Family::Http, "a1", "$default", traffic(2, Shape::Steady { per_minute: 0.4 })),
        source(Family::Http, "a1", "sandbox", traffic(3, Shape::Silent)),
        source(Family::Rest, "billing", "v1", traffic(4, busy)),
        source(Family::Rest, "legacy", "v1", traffic(5, Shape::Steady { per_minute: 30.0 })),
        source(Family::Rest, "legacy", "v1", traffic(6, Shape::Steady { per_minute: 10.0 })),
    ]
}

/// The connector that answers the SDK from the sources.
#[derive(Debug)]
struct InProcess {
    sources: Vec<Source>,
    now: Timestamp,
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (parts, body) = request.try_into_http1x().unwrap().into_parts();
        let request = Request::from_parts(parts, Bytes::copy_from_slice(body.bytes().unwrap()));
        let response = answer(&request, &self.sources, Told::Whole, self.now).map(SdkBody::from);
        HttpConnectorFuture::ready(Ok(response.try_into().unwrap()))
    }
}

fn client_of(sources: Vec<Source>, now: Timestamp) -> Client {
    let connector = SharedHttpConnector::new(InProcess { sources, now });
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret", None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .http_client(http_client_fn(move |_, _| connector.clone()));
    Client::from_conf(config.build())
}

fn client() -> Client {
    client_of(sources(), now())
}

fn metric(name: &str, dimensions: &[(&str, &str)]) -> Metric {
    let dimension = |(name, value): &(&str, &str)| Dimension::builder().name(*name).value(*value).build();
    Metric::builder()
        .namespace(NAMESPACE)
        .metric_name(name)
        .set_dimensions(Some(dimensions.iter().map(dimension).collect()))
        .build()
}

const PROD: &[(&str, &str)] = &[("ApiId", "a1"), ("Stage", "prod")];
const DEFAULT: &[(&str, &str)] = &[("ApiId", "a1"), ("Stage", "$default")];
const BILLING: &[(&str, &str)] = &[("ApiName", "billing"), ("Stage", "v1")];
const LEGACY: &[(&str, &str)] = &[("ApiName", "legacy"), ("Stage", "v1")];

fn stat(id: &str, name: &str, dimensions: &[(&str, &str)], statistic: &str, period: i32) -> MetricDataQuery {
    let stat = MetricStat::builder().metric(metric(name, dimensions)).period(period).stat(statistic).build();
    MetricDataQuery::builder().id(id).metric_stat(stat).build()
}

fn expression(id: &str, text: &str) -> MetricDataQuery {
    MetricDataQuery::builder().id(id).expression(text).build()
}

async fn ask_of(
    client: &Client,
    queries: Vec<MetricDataQuery>,
    start: i64,
    end: i64,
) -> Vec<MetricDataResult> {
    let answer = client
        .get_metric_data()
        .set_metric_data_queries(Some(queries))
        .start_time(DateTime::from_secs(start))
        .end_time(DateTime::from_secs(end))
        .scan_by(ScanBy::TimestampAscending)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.next_token(), None);
    answer.metric_data_results().to_vec()
}

async fn ask(queries: Vec<MetricDataQuery>, start: i64, end: i64) -> Vec<MetricDataResult> {
    ask_of(&client(), queries, start, end).await
}

fn points(result: &MetricDataResult) -> Vec<(i64, f64)> {
    assert_eq!(result.timestamps().len(), result.values().len());
    result.timestamps().iter().map(DateTime::secs).zip(result.values().iter().copied()).collect()
}

fn total(result: &MetricDataResult) -> f64 {
    result.values().iter().sum()
}

/// The last six whole hours but the newest, which are published completely.
fn six_hours() -> (i64, i64) {
    let end = ago(0) / 3600 * 3600;
    (end - 6 * 3600, end)
}

/// The code and message with which `GetMetricData` refuses.
async fn refusal(queries: Vec<MetricDataQuery>) -> (String, String) {
    let (start, end) = six_hours();
    let refused = client()
        .get_metric_data()
        .set_metric_data_queries(Some(queries))
        .start_time(DateTime::from_secs(start))
        .end_time(DateTime::from_secs(end))
        .send()
        .await
        .unwrap_err();
    assert_eq!(refused.raw_response().unwrap().status().as_u16(), 400);
    (refused.code().unwrap().to_owned(), refused.message().unwrap().to_owned())
}

#[allow(
    clippy::float_cmp,
    reason = "the values are whole numbers, or computed the same way: they are equal or wrong"
)]
mod aggregation;
mod paging;
mod wire;
