//! The gate that every attempt of every request passes: read-only guard, rate, concurrency, counter, timeout, trace.

use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use tokio::time::{Instant, timeout};

use crate::aws::limits::Limiter;
use crate::aws::meter::Meter;

/// The SigV4 name of API Gateway's control plane, both versions.
const CONTROL_PLANE: &str = "apigateway";

/// The longest wait that a `Retry-After` may ask for.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(20);

/// What a client may do to API Gateway. Sessions only read; a writer alone may do more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::aws) enum Access {
    /// Everything its credentials allow.
    ReadWrite,
    /// GET and nothing else, whatever its credentials allow.
    ReadOnly,
}

/// The guard's answer to a write on a read-only session. Nothing was sent.
#[derive(Debug, thiserror::Error)]
#[error("{method} is refused: this connection is read-only")]
pub(in crate::aws) struct ReadOnlyRefusal {
    method: String,
}

/// An attempt that took too long.
#[derive(Debug, thiserror::Error)]
#[error("no answer within {} s", .0.as_secs_f64())]
struct NoAnswer(Duration);

/// A body shorter than its headers promised.
#[derive(Debug, thiserror::Error)]
#[error("the answer was cut off after {got} of {promised} bytes")]
struct CutOff {
    got: usize,
    promised: usize,
}

/// Wraps the connector that really sends. As an HTTP client of the SDK it serves all clients of a session.
#[derive(Clone, Debug)]
pub(in crate::aws) struct Gate {
    pub(in crate::aws) wire: SharedHttpConnector,
    pub(in crate::aws) limiter: Arc<Limiter>,
    pub(in crate::aws) meter: Meter,
    pub(in crate::aws) access: Access,
    /// How long one attempt may take, its whole body included.
    pub(in crate::aws) attempt_timeout: Duration,
}

impl HttpClient for Gate {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        // Only the credential providers of instances and containers set a read timeout: they ask an address that
        // leads nowhere on other machines, and must give up soon.
        let patience =
            settings.read_timeout().map(|read| read + settings.connect_timeout().unwrap_or_default());
        SharedHttpConnector::new(Self {
            attempt_timeout: patience.unwrap_or(self.attempt_timeout).min(self.attempt_timeout),
            ..self.clone()
        })
    }
}

impl HttpConnector for Gate {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let gate = self.clone();
        HttpConnectorFuture::new(async move { gate.pass(request).await })
    }
}

impl Gate {
    async fn pass(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let service = service(&request).unwrap_or("-").to_owned();
        let operation = format!("{} {}", request.method(), path(&request));
        if service == CONTROL_PLANE {
            if self.access == Access::ReadOnly && request.method() != "GET" {
                return Err(ConnectorError::user(Box::new(ReadOnlyRefusal {
                    method: request.method().to_owned(),
                })));
            }
            self.limiter.token().await;
        }
        let _place = self.limiter.place().await;
        self.meter.add_request();
        let start = Instant::now();
        // Inside the place: a request that waits for its turn must not time out.
        let answer = match timeout(self.attempt_timeout, self.attempt(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(ConnectorError::timeout(Box::new(NoAnswer(self.attempt_timeout)))),
        };
        let status = answer.as_ref().map_or(0, |response| response.status().as_u16());
        let milliseconds = start.elapsed().as_millis();
        tracing::debug!(service, operation, status, milliseconds, "asked AWS");
        answer
    }

    /// Sends the request and reads the whole answer, so that a body which stalls or breaks counts as a failed attempt.
    async fn attempt(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let mut response = self.wire.call(request).await?;
        let promised = response.headers().get("content-length").and_then(|length| length.parse().ok());
        let body = ByteStream::new(response.take_body()).collect().await;
        let body = body.map_err(|error| ConnectorError::io(Box::new(error)))?.into_bytes();
        if let Some(promised) = promised.filter(|promised| *promised > body.len()) {
            return Err(ConnectorError::io(Box::new(CutOff { got: body.len(), promised })));
        }
        *response.body_mut() = SdkBody::from(body);
        translate_retry_after(&mut response);
        Ok(response)
    }
}

/// API Gateway says how long to wait in `Retry-After`, in seconds; the SDK reads `x-amz-retry-after`, in milliseconds.
fn translate_retry_after(response: &mut HttpResponse) {
    let seconds = response.headers().get("retry-after").and_then(|value| value.trim().parse().ok());
    if let Some(wait) = seconds.map(Duration::from_secs) {
        let milliseconds = wait.min(LONGEST_RETRY_AFTER).as_millis().to_string();
        response.headers_mut().insert("x-amz-retry-after", milliseconds);
    }
}

/// The path alone: a query may hold what no log should.
fn path(request: &HttpRequest) -> String {
    request.uri().parse::<http::Uri>().map(|uri| uri.path().to_owned()).unwrap_or_default()
}

/// The service, from the scope of the signature: under an endpoint override the host does not tell it.
fn service(request: &HttpRequest) -> Option<&str> {
    let (_, scope) = request.headers().get("authorization")?.split_once("Credential=")?;
    scope.split(',').next()?.split('/').nth(3)
}
