//! A connector that answers as a test says, and remembers what it was asked.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;

use crate::aws::Transport;

/// A request as it was sent.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) uri: String,
    pub(super) body: Vec<u8>,
    pub(super) accept: String,
}

/// What comes back.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
        after: Duration,
    },
    Reset,
    /// Nobody listens, so that nothing is sent.
    Unconnected,
    Hang,
}

impl Reply {
    pub(super) fn json(status: u16, body: &str) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self::Answer { status, headers, body: body.as_bytes().to_vec(), after: Duration::ZERO }
    }

    pub(super) fn error(status: u16, code: &str, message: &str) -> Self {
        let body = serde_json::json!({ "message": message }).to_string();
        Self::json(status, &body).header("x-amzn-errortype", code)
    }

    pub(super) fn denied(message: &str) -> Self {
        Self::error(403, "AccessDeniedException", message)
    }

    pub(super) fn sts_error(status: u16, code: &str, message: &str) -> Self {
        let body = format!(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
             <Code>{code}</Code><Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>"
        );
        Self::json(status, &body)
    }

    pub(super) fn cbor(body: Vec<u8>) -> Self {
        let headers = vec![
            ("content-type", "application/cbor".to_owned()),
            ("smithy-protocol", "rpc-v2-cbor".to_owned()),
        ];
        Self::Answer { status: 200, headers, body, after: Duration::ZERO }
    }

    pub(super) fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }

    pub(super) fn late(mut self, by: Duration) -> Self {
        if let Self::Answer { after, .. } = &mut self {
            *after = by;
        }
        self
    }
}

type Answers = dyn Fn(usize, &Asked) -> Reply + Send + Sync;

/// Answers request by request; the function gets how many came before, and the request.
#[derive(Clone)]
pub(super) struct Script {
    answers: Arc<Answers>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Script {
    pub(super) fn new(answers: impl Fn(usize, &Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self { answers: Arc::new(answers), asked: Arc::default() }
    }

    pub(super) fn transport(&self) -> Transport {
        Transport::Scripted(SharedHttpConnector::new(self.clone()))
    }

    /// Every request so far.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Script")
    }
}

fn broken(kind: io::ErrorKind) -> ConnectorError {
    ConnectorError::io(Box::new(io::Error::from(kind)))
}

impl HttpConnector for Script {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let asked = Asked {
            method: request.method().to_owned(),
            uri: request.uri().to_owned(),
            accept: request.headers().get("accept").unwrap_or_default().to_owned(),
            body: request.body().bytes().unwrap_or_default().to_vec(),
        };
        let mut all = self.asked.lock().unwrap();
        let reply = (self.answers)(all.len(), &asked);
        all.push(asked);
        HttpConnectorFuture::new(async move {
            match reply {
                Reply::Reset => Err(broken(io::ErrorKind::ConnectionReset)),
                Reply::Unconnected => Err(broken(io::ErrorKind::ConnectionRefused)),
                Reply::Hang => std::future::pending().await,
                Reply::Answer { status, headers, body, after } => {
                    tokio::time::sleep(after).await;
                    let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
                    for (name, value) in headers {
                        response.headers_mut().insert(name, value);
                    }
                    Ok(response)
                }
            }
        })
    }
}
