//! Whether a write that failed may have happened all the same.

use std::error::Error;
use std::io;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use hyper_util::client::legacy;

use super::{causes, find};
use crate::aws::transport::ReadOnlyRefusal;

/// The answer of a server that gave up waiting for the rest of a request; what it had read of it may have been enough.
const REQUEST_TIMEOUT: u16 = 408;

/// Whether AWS said no, or nothing was sent. Everything else may have happened: a reset, a timeout, a failure on AWS's side
/// and an answer that cannot be read all leave it open.
pub(in crate::aws) fn nothing_happened<E>(error: &SdkError<E, HttpResponse>) -> bool
where
    E: Error + 'static,
{
    match error {
        SdkError::ConstructionFailure(_) => true,
        SdkError::DispatchFailure(_) => was_not_sent(error),
        SdkError::ServiceError(answer) => is_no(answer.raw().status().as_u16()),
        SdkError::ResponseError(answer) => is_no(answer.raw().status().as_u16()),
        _ => false,
    }
}

fn is_no(status: u16) -> bool {
    (400..500).contains(&status) && status != REQUEST_TIMEOUT
}

/// Whether it failed before the request left: no credentials, the guard, or no connection to send it on.
fn was_not_sent(error: &(dyn Error + 'static)) -> bool {
    let unconnected = [
        io::ErrorKind::ConnectionRefused,
        io::ErrorKind::HostUnreachable,
        io::ErrorKind::NetworkUnreachable,
        io::ErrorKind::AddrNotAvailable,
    ];
    find::<CredentialsError>(error).is_some()
        || find::<ReadOnlyRefusal>(error).is_some()
        || find::<legacy::Error>(error).is_some_and(legacy::Error::is_connect)
        || causes(error)
            .filter_map(|cause| cause.downcast_ref::<io::Error>())
            .any(|cause| unconnected.contains(&cause.kind()))
}
