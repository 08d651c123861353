//! The embedded AWS's CloudWatch: `GetMetricData` and `ListMetrics` over what callers did to the stages.
//!
//! Both protocols that AWS offers JSON-like clients are spoken, smithy-rpc-v2-cbor and awsJson 1.0; requests of both
//! are decoded to one form, so that one handler serves them.

mod data;
mod list;
mod math;
mod metric;
mod page;
mod protocol;
mod query;
mod series;

#[cfg(test)]
mod tests;

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;

use super::traffic::{Route, Traffic};
use protocol::Protocol;

/// The namespace of all of API Gateway's metrics.
const NAMESPACE: &str = "AWS/ApiGateway";

/// Which metrics a stage publishes, and under which names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// HTTP APIs: `Count`, `4xx`, `5xx`, `Latency`, `IntegrationLatency`, `DataProcessed`.
    Http,
    /// REST APIs: `Count`, `4XXError`, `5XXError`, `Latency`, `IntegrationLatency`.
    Rest,
}

/// A stage as CloudWatch knows it. Sources that share their dimensions blend into one series, and every source counts
/// into the series of its API too, whose dimensions lack `Stage`. Routes with detailed metrics have series of their own, with
/// `Method` and `Resource` besides.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Which metrics it publishes.
    pub family: Family,
    /// Name and value: `ApiId` (HTTP) or `ApiName` (REST), and `Stage`.
    pub dimensions: Vec<(String, String)>,
    /// What its callers did.
    pub traffic: Traffic,
    /// The routes that its requests went to.
    pub routes: Vec<Route>,
}

/// How much of the data points is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// All of them.
    Whole,
    /// The older half of each result, which is `PartialData` and does not go on.
    Half,
}

/// Why a request is refused: always a fault of the caller, status 400.
#[derive(Debug, PartialEq)]
struct Refusal {
    code: &'static str,
    message: String,
}

impl Refusal {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationError", message)
    }
}

/// Answers `GetMetricData` or `ListMetrics`. `sources` are all stages of the caller's account and region; `now` decides
/// which minutes have been published yet.
pub fn answer(request: &Request<Bytes>, sources: &[Source], told: Told, now: Timestamp) -> Response<Bytes> {
    let protocol = Protocol::of(request);
    let name = operation(request).unwrap_or_default();
    let answered = match name.as_str() {
        "GetMetricData" => protocol
            .decode(request.body())
            .and_then(|asked| data::get_metric_data(asked, sources, told, now))
            .map(|answer| protocol.metric_data(&answer)),
        "ListMetrics" => protocol
            .decode(request.body())
            .and_then(|asked| list::list_metrics(&asked, sources, now))
            .map(|answer| protocol.metrics(&answer)),
        _ => Err(Refusal::new("UnknownOperationException", format!("Unknown operation {name}"))),
    };
    answered.unwrap_or_else(|refusal| protocol.error(400, refusal.code, &refusal.message))
}

/// The operation named by the request, in either protocol, e.g. `GetMetricData`.
pub fn operation(request: &Request<Bytes>) -> Option<String> {
    Protocol::of(request).operation(request)
}

/// An error in the shape and protocol the request speaks. `code` must be fit for a header.
pub fn error(request: &Request<Bytes>, status: u16, code: &str, message: &str) -> Response<Bytes> {
    Protocol::of(request).error(status, code, message)
}
