//! CloudWatch on the wire: smithy-rpc-v2-cbor and awsJson 1.0, as the service model names them.

use aws_smithy_cbor::Encoder;
use aws_smithy_types::DateTime;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderValue, Request, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::Refusal;
use super::data::MetricData;
use super::list::Metrics;

/// The service's name in paths and targets, in both protocols.
const SERVICE: &str = "GraniteServiceVersion20100801";

/// How a request and its answer are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// smithy-rpc-v2-cbor: the operation is in the path.
    Cbor,
    /// awsJson 1.0: the operation is in `X-Amz-Target`.
    Json,
}

impl Protocol {
    pub(super) fn of(request: &Request<Bytes>) -> Self {
        match request.headers().get("smithy-protocol") {
            Some(name) if name == "rpc-v2-cbor" => Self::Cbor,
            _ => Self::Json,
        }
    }

    pub(super) fn operation(self, request: &Request<Bytes>) -> Option<String> {
        match self {
            Self::Cbor => {
                let path = request.uri().path().strip_prefix("/service/")?;
                path.strip_prefix(SERVICE)?.strip_prefix("/operation/").map(str::to_owned)
            }
            Self::Json => {
                let target = request.headers().get("x-amz-target")?.to_str().ok()?;
                target.strip_prefix(SERVICE)?.strip_prefix('.').map(str::to_owned)
            }
        }
    }

    /// Reads a request's body; an absent body is an empty structure.
    pub(super) fn decode<T: DeserializeOwned>(self, body: &Bytes) -> Result<T, Refusal> {
        let refuse = |why: String| Refusal::new("SerializationException", why);
        let value = match self {
            _ if body.is_empty() => json!({}),
            Self::Cbor => from_cbor(ciborium::from_reader(body.as_ref()).map_err(|e| refuse(e.to_string()))?),
            Self::Json => serde_json::from_slice(body).map_err(|e| refuse(e.to_string()))?,
        };
        serde_json::from_value(value).map_err(|e| refuse(e.to_string()))
    }

    pub(super) fn metric_data(self, answer: &MetricData) -> Response<Bytes> {
        let body = match self {
            Self::Cbor => metric_data_cbor(answer),
            Self::Json => metric_data_json(answer).to_string().into_bytes(),
        };
        self.respond(StatusCode::OK, body)
    }

    pub(super) fn metrics(self, answer: &Metrics) -> Response<Bytes> {
        let body = match self {
            Self::Cbor => metrics_cbor(answer),
            Self::Json => metrics_json(answer).to_string().into_bytes(),
        };
        self.respond(StatusCode::OK, body)
    }

    /// The model declares the service compatible with the older query protocol: its error code goes into a header, and
    /// the body names the shape, where the model has one.
    pub(super) fn error(self, status: u16, code: &str, message: &str) -> Response<Bytes> {
        let shape = match code {
            "InternalServiceError" => "InternalServiceFault",
            "InvalidParameterValue" => "InvalidParameterValueException",
            "ValidationError" => "ValidationException",
            code => code,
        };
        let body = match self {
            Self::Cbor => {
                let mut encoder = Encoder::new(Vec::new());
                encoder.map(2).str("__type").str(shape).str("message").str(message);
                encoder.into_writer()
            }
            Self::Json => json!({ "__type": shape, "message": message }).to_string().into_bytes(),
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        let fault = if status.is_server_error() { "Receiver" } else { "Sender" };
        let mut response = self.respond(status, body);
        let mut insert = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        };
        insert("x-amzn-query-error", &format!("{code};{fault}"));
        if self == Self::Json {
            insert("x-amzn-errortype", shape);
        }
        response
    }

    fn respond(self, status: StatusCode, body: Vec<u8>) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        match self {
            Self::Cbor => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/cbor"));
                headers.insert("smithy-protocol", HeaderValue::from_static("rpc-v2-cbor"));
            }
            Self::Json => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
            }
        }
        response
    }
}

/// CBOR as JSON: timestamps lose their tag and become epoch numbers, as awsJson writes them. What JSON cannot say
/// becomes null, which no member accepts.
fn from_cbor(value: ciborium::Value) -> Value {
    match value {
        ciborium::Value::Integer(n) => i64::try_from(n).map_or(Value::Null, Value::from),
        ciborium::Value::Float(x) => Value::from(x),
        ciborium::Value::Text(text) => Value::from(text),
        ciborium::Value::Bool(flag) => Value::from(flag),
        ciborium::Value::Tag(_, inner) => from_cbor(*inner),
        ciborium::Value::Array(items) => items.into_iter().map(from_cbor).collect(),
        ciborium::Value::Map(entries) => {
            let members = entries
                .into_iter()
                .filter_map(|(key, value)| Some((key.into_text().ok()?, from_cbor(value))));
            Value::Object(members.collect::<Map<_, _>>())
        }
        _ => Value::Null,
    }
}

fn metric_data_cbor(answer: &MetricData) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    encoder.begin_map().str("MetricDataResults").array(answer.results.len());
    for result in &answer.results {
        encoder.map(5).str("Id").str(&result.id).str("Label").str(&result.label);
        encoder.str("Timestamps").array(result.points.len());
        for (second, _) in &result.points {
            encoder.timestamp(&DateTime::from_secs(*second));
        }
        encoder.str("Values").array(result.points.len());
        for (_, value) in &result.points {
            encoder.double(*value);
        }
        encoder.str("StatusCode").str(result.status.as_str());
    }
    encoder.str("Messages").array(0);
    if let Some(token) = &answer.next_token {
        encoder.str("NextToken").str(token);
    }
    encoder.end();
    encoder.into_writer()
}

fn metric_data_json(answer: &MetricData) -> Value {
    let results = answer.results.iter().map(|result| {
        json!({
            "Id": result.id,
            "Label": result.label,
            "Timestamps": result.points.iter().map(|(second, _)| second).collect::<Vec<_>>(),
            "Values": result.points.iter().map(|(_, value)| value).collect::<Vec<_>>(),
            "StatusCode": result.status.as_str(),
        })
    });
    let mut body = json!({ "MetricDataResults": results.collect::<Vec<_>>(), "Messages": [] });
    add_token(&mut body, answer.next_token.as_deref());
    body
}

fn metrics_cbor(answer: &Metrics) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    encoder.begin_map().str("Metrics").array(answer.metrics.len());
    for metric in &answer.metrics {
        encoder.map(3).str("Namespace").str(super::NAMESPACE).str("MetricName").str(metric.name);
        encoder.str("Dimensions").array(metric.dimensions.len());
        for (name, value) in &metric.dimensions {
            encoder.map(2).str("Name").str(name).str("Value").str(value);
        }
    }
    if let Some(token) = &answer.next_token {
        encoder.str("NextToken").str(token);
    }
    encoder.end();
    encoder.into_writer()
}

fn metrics_json(answer: &Metrics) -> Value {
    let metrics = answer.metrics.iter().map(|metric| {
        let dimensions =
            metric.dimensions.iter().map(|(name, value)| json!({ "Name": name, "Value": value }));
        json!({
            "Namespace": super::NAMESPACE,
            "MetricName": metric.name,
            "Dimensions": dimensions.collect::<Vec<_>>(),
        })
    });
    let mut body = json!({ "Metrics": metrics.collect::<Vec<_>>() });
    add_token(&mut body, answer.next_token.as_deref());
    body
}

fn add_token(body: &mut Value, token: Option<&str>) {
    if let (Some(members), Some(token)) = (body.as_object_mut(), token) {
        members.insert("NextToken".to_owned(), Value::from(token));
    }
}
