//! From the SDK's errors to problems that a person can act on.

mod credentials;
mod denied;
mod deploys;
mod outcome;
mod refused;
mod unreached;

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::transport::ReadOnlyRefusal;
use crate::domain::{Auth, Problem, ProblemKind};
pub(super) use outcome::nothing_happened;
use refused::Refusal;

/// What was asked of AWS, in words and as IAM calls it.
#[derive(Clone, Debug)]
pub(super) struct Question {
    /// What fails when it fails, without a full stop: `Cannot read the stages of orders (a1b2c3) in eu-west-1`.
    pub(super) what: String,
    /// The IAM action: `apigateway:GET`.
    pub(super) action: &'static str,
    /// The ARN that the action is on, `*` where the action knows none.
    pub(super) resource: String,
}

/// Who asked, and where.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) auth: Auth,
    /// The profile whose own credentials come first.
    pub(super) profile: Option<String>,
    pub(super) region: String,
    /// The account, once `GetCallerIdentity` told it.
    pub(super) account: Option<String>,
}

impl Caller {
    /// The problem that an error of the SDK is.
    pub(super) fn problem<E>(&self, question: &Question, error: &SdkError<E, HttpResponse>) -> Problem
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        if let Some(refusal) = find::<ReadOnlyRefusal>(error) {
            return Problem::new(ProblemKind::ReadOnly, &question.what, format!("{refusal}."))
                .advise("Nothing was sent. Take the connection's `read_only` or the flag `--read-only` away to allow it.");
        }
        if let Some(error) = find::<CredentialsError>(error) {
            return self.without_credentials(question, error);
        }
        match error {
            SdkError::ServiceError(refused) => {
                let refusal = Refusal::of(refused.err(), refused.raw());
                let problem = deploys::explain(self.refused(question, &refusal));
                Problem { retry_after: refusal.retry_after, ..problem }
            }
            SdkError::ResponseError(answer) => {
                unreached::unreadable(question, error, answer.raw().status().as_u16())
            }
            _ => unreached::unreached(question, error),
        }
    }
}

/// The first error of that type in a chain of causes.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    causes(error).find_map(|cause| cause.downcast_ref::<E>())
}

/// An error, what caused it, what caused that.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The texts of all causes as one line, each text once.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut texts: Vec<String> = Vec::new();
    for text in causes(error).map(ToString::to_string) {
        let text = text.trim_end_matches(['.', '\n', ' ']);
        if !texts.iter().any(|seen| seen.contains(text)) {
            texts.push(text.to_owned());
        }
    }
    texts.join(": ")
}
