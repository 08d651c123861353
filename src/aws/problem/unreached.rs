//! No answer, or none that can be read.

use std::error::Error;
use std::io;

use aws_smithy_runtime_api::client::result::ConnectorError;

use super::{Question, causes, chain, find};
use crate::domain::{Problem, ProblemKind};

/// Whether a connection failed somewhere below this error.
pub(super) fn is_network(error: &(dyn Error + 'static)) -> bool {
    find::<ConnectorError>(error).is_some()
}

/// The problem of a request without an answer.
pub(super) fn unreached(question: &Question, error: &(dyn Error + 'static)) -> Problem {
    let text = chain(error);
    let problem = |kind, why: &str| Problem::new(kind, &question.what, why);
    let network = |why: &str| problem(ProblemKind::Network, why);
    if text.contains("Missing Region") || text.contains("a region must be set") {
        return problem(ProblemKind::Usage, "No region is set.")
            .advise("Give one with `--region`, in the connection, in AWS_REGION or in the profile.");
    }
    let is_timeout = find::<ConnectorError>(error).is_some_and(ConnectorError::is_timeout);
    if is_timeout || text.contains("timed out") || text.contains("timeout") {
        return problem(ProblemKind::Timeout, "AWS did not answer in time.")
            .advise("Check the network and the proxy, then try again.");
    }
    if text.contains("dns error") || text.contains("lookup address") || text.contains("DNS") {
        return network("The name of the endpoint cannot be resolved.")
            .advise("Check the network, the region's spelling and the endpoint URL.");
    }
    if text.contains("certificate") || text.contains("TLS") || text.contains("tls") {
        return network(&format!("The TLS connection failed: {}.", root(error)))
            .advise("If a proxy here inspects TLS, name its certificate in AWS_CA_BUNDLE.");
    }
    if text.contains("tunnel") || text.contains("proxy") {
        return network(&format!("The proxy refused the connection: {}.", root(error)))
            .advise("Check HTTPS_PROXY and NO_PROXY.");
    }
    match causes(error).find_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => {
            network("Nobody listens at the endpoint: the connection was refused.")
                .advise("Check the endpoint URL and the proxy.")
        }
        Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable) => {
            network("The network cannot be reached.").advise("Check the network.")
        }
        _ if is_network(error) => network(&format!("The connection broke: {}.", root(error)))
            .advise("Check the network and the proxy, then try again."),
        _ => problem(ProblemKind::Bug, &format!("The request could not be made: {text}.")),
    }
}

/// The problem of an answer that nobody can read.
pub(super) fn unreadable(question: &Question, error: &(dyn Error + 'static), status: u16) -> Problem {
    let why = format!("The answer (status {status}) cannot be read: {}.", root(error));
    Problem::new(ProblemKind::Service, &question.what, why)
        .advise("Check the endpoint URL and the proxy: something else than AWS may have answered.")
}

/// The last cause, which tells most.
fn root(error: &(dyn Error + 'static)) -> String {
    let text = causes(error).last().map(ToString::to_string).unwrap_or_default();
    text.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(error: &ConnectorError) -> Problem {
        let question =
            Question { what: "Cannot read".into(), action: "apigateway:GET", resource: "*".into() };
        unreached(&question, error)
    }

    #[test]
    fn what_broke_below_http_is_told_apart() {
        let kind = |kind: io::ErrorKind| ConnectorError::io(Box::new(io::Error::from(kind)));
        // The texts are those of the SDK's HTTP client.
        for (error, expected) in [
            (kind(io::ErrorKind::ConnectionRefused), "Nobody listens"),
            (kind(io::ErrorKind::NetworkUnreachable), "The network cannot be reached"),
            (kind(io::ErrorKind::ConnectionReset), "The connection broke: connection reset"),
            (
                ConnectorError::io("dns error: failed to lookup address information".into()),
                "cannot be resolved",
            ),
            (
                ConnectorError::io("invalid peer certificate: UnknownIssuer".into()),
                "The TLS connection failed",
            ),
            (ConnectorError::io("tunnel error: proxy authorization required".into()), "The proxy refused"),
        ] {
            let problem = of(&error);
            assert_eq!(problem.kind, ProblemKind::Network);
            assert!(problem.why.contains(expected) && !problem.advice.is_empty(), "{problem:?}");
        }
        assert_eq!(of(&ConnectorError::timeout("slow".into())).kind, ProblemKind::Timeout);
    }
}
