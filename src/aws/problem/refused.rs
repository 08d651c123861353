//! AWS answered, and the answer was no.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use jiff::{SignedDuration, Timestamp, fmt::rfc2822::DateTimeParser};

use super::denied::denied;
use super::{Caller, Question};
use crate::domain::{Problem, ProblemKind};

/// From this difference on, the clock is to blame for a refused signature; AWS allows about five minutes.
const SKEW: SignedDuration = SignedDuration::from_mins(4);

/// An error as a service words it. Codes are matched as text, since most denials are not modelled where they happen.
#[derive(Clone, Debug, Default)]
pub(super) struct Refusal {
    /// `AccessDeniedException`; empty when the answer had none.
    pub(super) code: String,
    /// The service's own words; may be empty.
    pub(super) message: String,
    /// The HTTP status.
    pub(super) status: u16,
    /// How far this machine's clock is ahead of AWS's.
    pub(super) ahead: SignedDuration,
    /// How long it asks to wait.
    pub(super) retry_after: Option<Duration>,
}

impl Refusal {
    pub(super) fn of(error: &impl ProvideErrorMetadata, response: &HttpResponse) -> Self {
        Self {
            code: error.code().unwrap_or_default().to_owned(),
            message: error.message().unwrap_or_default().trim().to_owned(),
            status: response.status().as_u16(),
            retry_after: response.headers().get("retry-after").and_then(seconds),
            ahead: response.headers().get("date").map_or(SignedDuration::ZERO, ahead_of),
        }
    }

    /// The service's words, or what stands for them.
    fn words(&self) -> String {
        match (self.message.as_str(), self.code.as_str()) {
            ("", "") => format!("AWS answered with status {} and nothing more.", self.status),
            ("", code) => format!("AWS answered {code}."),
            (message, _) => message.to_owned(),
        }
    }
}

fn seconds(text: &str) -> Option<Duration> {
    text.trim().parse().ok().map(Duration::from_secs)
}

fn ahead_of(date: &str) -> SignedDuration {
    match DateTimeParser::new().parse_timestamp(date) {
        Ok(theirs) => Timestamp::now().duration_since(theirs),
        Err(_) => SignedDuration::ZERO,
    }
}

impl Caller {
    /// The problem behind a service's refusal (the error table of the API Gateway, STS and CloudWatch references).
    pub(super) fn refused(&self, question: &Question, refusal: &Refusal) -> Problem {
        let problem = |kind| Problem::new(kind, &question.what, refusal.words());
        // STS and CloudWatch leave out the `Exception` that the other services put at the end.
        match refusal.code.trim_end_matches("Exception") {
            "AccessDenied" | "Forbidden" | "UnauthorizedOperation" | "Unauthorized" => {
                not_allowed(question, refusal)
            }
            "ExpiredToken" | "TokenRefreshRequired" => self.expired(question, &refusal.words()),
            "UnrecognizedClient" | "InvalidClientTokenId" | "InvalidAccessKeyId" | "MissingAuthenticationToken" => {
                self.unknown_key(question, refusal)
            }
            "SignatureDoesNotMatch" | "InvalidSignature" | "IncompleteSignature" | "RequestTimeTooSkewed"
            | "RequestExpired" => bad_signature(question, refusal),
            "RegionDisabled" => problem(ProblemKind::Credentials)
                .advise(format!("Have the region {} switched on for this account.", self.region)),
            "LimitExceeded" if is_quota(&refusal.message) => problem(ProblemKind::Rejected)
                .advise("A quota of the account is full. Asking again does not help.")
                .advise("Remove what is not needed, or ask AWS for a higher quota in Service Quotas."),
            "TooManyRequests" | "Throttling" | "Throttled" | "RequestThrottled" | "LimitExceeded"
            | "RequestLimitExceeded" | "SlowDown" => problem(ProblemKind::Throttled)
                .advise("Wait a few seconds and try again.")
                .advise("The account shares 10 requests a second with the console and every CI job. Lower `requests_per_second` if it happens often."),
            "NotFound" | "ResourceNotFound" | "NoSuchEntity" => problem(ProblemKind::NotFound)
                .advise(format!("apigw looked in {}{}. Is it in another region or account?", self.region, self.in_account()))
                .advise("Check the id, and whether it is an HTTP or a REST API."),
            "Conflict" | "ConcurrentModification" => {
                problem(ProblemKind::Conflict).advise("Somebody else is changing it. Try again in a few seconds.")
            }
            _ => by_status(question, refusal),
        }
    }

    fn in_account(&self) -> String {
        self.account.as_ref().map(|account| format!(", account {account}")).unwrap_or_default()
    }

    fn unknown_key(&self, question: &Question, refusal: &Refusal) -> Problem {
        Problem::new(ProblemKind::Credentials, &question.what, refusal.words())
            .advise("Check the access key: it may have been deleted, or belong to another partition.")
            .advise(format!(
                "If the key is right, the region {} may not be switched on for its account.",
                self.region
            ))
    }
}

/// The problem behind a code that is not in the table.
fn by_status(question: &Question, refusal: &Refusal) -> Problem {
    let problem = |kind| Problem::new(kind, &question.what, refusal.words());
    match refusal.status {
        403 => not_allowed(question, refusal),
        429 => problem(ProblemKind::Throttled).advise("Wait a few seconds and try again."),
        500.. => problem(ProblemKind::Service)
            .advise("Try again in a minute. If it stays, look at https://health.aws.amazon.com/."),
        400..=499 => problem(ProblemKind::Rejected),
        _ => Problem::new(ProblemKind::Service, &question.what, "The answer is not one that AWS gives.")
            .advise("Check the endpoint URL and the proxy: something else than AWS may have answered."),
    }
}

fn not_allowed(question: &Question, refusal: &Refusal) -> Problem {
    let denied = denied(&refusal.message, question);
    let mut problem = Problem::new(ProblemKind::Permission, &question.what, refusal.words());
    if denied.explicit {
        problem = problem
            .advise(
                "A policy denies it explicitly: a service control policy, a permission boundary or another policy. \
                 Allowing it elsewhere does not help.",
            )
            .advise("Ask whoever keeps that policy.");
    } else {
        problem = problem.advise(format!("Allow {} on {}.", denied.action, denied.resource));
    }
    if denied.resource.contains(":apigateway:") && denied.resource.contains("::/tags/") {
        problem = problem.advise("The call sets tags: allow PUT and POST on `/tags/*`.");
    }
    if denied.action == "iam:PassRole" {
        problem = problem.advise("An integration or authorizer names this role: whoever pushes it must be allowed to pass it on to apigateway.amazonaws.com.");
    }
    Problem { denied: Some(denied), ..problem }
}

fn bad_signature(question: &Question, refusal: &Refusal) -> Problem {
    let problem = Problem::new(ProblemKind::Credentials, &question.what, refusal.words());
    let minutes = refusal.ahead.as_secs().unsigned_abs() / 60;
    match refusal.ahead {
        ahead if ahead.abs() < SKEW => problem
            .advise("Check the secret access key: it does not belong to the access key id.")
            .advise("Check the clock of this machine."),
        ahead if ahead.is_positive() => {
            problem.advise(format!("Set the clock of this machine: it is {minutes} minutes fast."))
        }
        _ => problem.advise(format!("Set the clock of this machine: it is {minutes} minutes slow.")),
    }
}

/// Whether the words speak of a number that is full and not of haste. The code is the same for both.
fn is_quota(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    !message.is_empty()
        && !["rate exceeded", "too many requests", "throttl"].iter().any(|haste| message.contains(haste))
}
