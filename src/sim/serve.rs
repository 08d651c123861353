//! The embedded AWS on a socket, for clients of any language.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::{Body, Cloud, ConnectionFault, Fault, FaultError};

/// The largest request that is read, in bytes: above every limit of AWS on a schema (6 MB).
const LARGEST_REQUEST: usize = 10 * 1024 * 1024;

/// Answers HTTP/1 requests on `listener` until the future is dropped, which closes all connections, or accepting fails.
///
/// A reset is a connection closed without an answer; a truncated body one closed within the body. Faults can be switched while
/// it runs: `POST /_faults` adds those of its body, one a line; `DELETE /_faults` ends them all.
pub async fn serve(cloud: Arc<Cloud>, listener: TcpListener) -> io::Result<()> {
    let mut connections = JoinSet::new();
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            // The client gave up before it was accepted.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
            Err(error) => return Err(error),
        };
        let cloud = Arc::clone(&cloud);
        connections.spawn(async move {
            let service = service_fn(|request| respond(&cloud, request));
            // A failed connection is the client's affair, or a fault that was asked for.
            if let Err(error) = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await {
                tracing::debug!(%error, "a connection to the embedded AWS ended early");
            }
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn respond(cloud: &Cloud, request: Request<Incoming>) -> Result<Response<Body>, ConnectionFault> {
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LARGEST_REQUEST).collect().await else {
        return Ok(plain(StatusCode::PAYLOAD_TOO_LARGE, String::new()));
    };
    let request = Request::from_parts(parts, body.to_bytes());
    if request.uri().path() == FAULTS {
        Ok(switch_faults(cloud, &request))
    } else {
        cloud.answer(request).await
    }
}

/// No service of AWS has a path like it.
const FAULTS: &str = "/_faults";

/// All of the faults are added, or none.
fn switch_faults(cloud: &Cloud, request: &Request<Bytes>) -> Response<Body> {
    let text = String::from_utf8_lossy(request.body());
    let faults: Result<Vec<Fault>, FaultError> = text.split_whitespace().map(str::parse::<Fault>).collect();
    match (request.method(), faults) {
        (&Method::DELETE, _) => {
            cloud.clear_faults();
            plain(StatusCode::NO_CONTENT, String::new())
        }
        (&Method::POST, Ok(faults)) => {
            for fault in faults {
                cloud.inject(fault);
            }
            plain(StatusCode::NO_CONTENT, String::new())
        }
        (&Method::POST, Err(error)) => plain(StatusCode::BAD_REQUEST, format!("{error}\n")),
        _ => plain(StatusCode::METHOD_NOT_ALLOWED, String::new()),
    }
}

fn plain(status: StatusCode, text: String) -> Response<Body> {
    let mut response = Response::new(Body::whole(Bytes::from(text)));
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;
    use crate::sim::tests::cloud;
    use crate::sim::{Scenario, What};

    /// What a socket gives for `GetRestApis` while `fault` holds, until it closes.
    async fn raw(fault: Option<What>) -> String {
        let cloud = Arc::new(cloud(Scenario::Empty));
        if let Some(what) = fault {
            cloud.inject(Fault::new(what));
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut connections = JoinSet::new();
        connections.spawn(serve(cloud, listener));
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = "GET /restapis HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: AWS4-HMAC-SHA256 \
                       Credential=AKIADEMODEMODEMODEMO/20261122/eu-west-1/apigateway/aws4_request\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn a_socket_gives_what_the_cloud_answers() {
        let answer = raw(None).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.ends_with("\r\n\r\n{\"item\":[]}"), "{answer}");
        assert_eq!(answer.matches("date:").count(), 1);
    }

    #[test]
    fn faults_are_switched_while_it_runs_all_or_none() {
        let cloud = cloud(Scenario::Empty);
        let switch = |method: Method, body: &'static str| {
            let request = Request::builder().method(method).uri(FAULTS).body(Bytes::from(body)).unwrap();
            switch_faults(&cloud, &request).status()
        };
        assert_eq!(switch(Method::POST, "throttle:GetStages\nnonsense"), StatusCode::BAD_REQUEST);
        assert_eq!(cloud.faults(), 0);
        assert_eq!(switch(Method::POST, "throttle:GetStages\nlatency=1s"), StatusCode::NO_CONTENT);
        assert_eq!(cloud.faults(), 2);
        assert_eq!(switch(Method::DELETE, ""), StatusCode::NO_CONTENT);
        assert_eq!(cloud.faults(), 0);
        assert_eq!(switch(Method::PUT, ""), StatusCode::METHOD_NOT_ALLOWED);
    }

    #[tokio::test]
    async fn a_reset_closes_the_socket_without_an_answer() {
        assert_eq!(raw(Some(What::Reset)).await, "");
    }

    #[tokio::test]
    async fn a_truncated_body_closes_the_socket_early() {
        let answer = raw(Some(What::Truncated)).await;
        assert!(answer.contains("content-length: 11\r\n"), "{answer}");
        assert!(answer.ends_with("\r\n\r\n{\"ite"), "{answer}");
    }
}
