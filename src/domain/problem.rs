//! An error as a person meets it: what happened, why, what to do.

use std::fmt;
use std::time::Duration;

/// What sort of trouble it is; decides the exit code and what the screen offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The command line, the config file or another input is wrong.
    Usage,
    /// No credentials, or expired, or not valid.
    Credentials,
    /// The role wants an MFA code, and nobody has given one yet.
    NeedsMfa,
    /// The credentials are fine and may not do this.
    Permission,
    /// apigw itself refuses: read-only.
    ReadOnly,
    /// The thing is not there: wrong id, stage, region or account.
    NotFound,
    /// Somebody else is changing the same thing.
    Conflict,
    /// AWS refuses the request as it stands.
    Rejected,
    /// Too many requests at once; a quota that is full is [`Rejected`](Self::Rejected).
    Throttled,
    /// AWS could not be reached.
    Network,
    /// AWS did not answer in time.
    Timeout,
    /// AWS answered that it failed, or with something unreadable.
    Service,
    /// A part of the answer is missing.
    Partial,
    /// A check of apigw's own said no: a schema with errors, a write that nobody agreed to.
    Refused,
    /// The person cancelled it.
    Cancelled,
    /// A local file or the terminal failed.
    Local,
    /// apigw has a bug.
    Bug,
}

impl ProblemKind {
    /// The word of the JSON output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Credentials => "credentials",
            Self::NeedsMfa => "needs_mfa",
            Self::Permission => "permission",
            Self::ReadOnly => "read_only",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Rejected => "rejected",
            Self::Throttled => "throttled",
            Self::Network => "network",
            Self::Timeout => "timeout",
            Self::Service => "service",
            Self::Partial => "partial",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
            Self::Local => "local",
            Self::Bug => "bug",
        }
    }
}

/// A permission that is missing, as IAM words it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Denied {
    /// The action, `apigateway:GET`.
    pub action: String,
    /// The resource's ARN, `*` where the action knows none.
    pub resource: String,
    /// A policy denies it explicitly, so that allowing it somewhere else will not help.
    pub explicit: bool,
}

impl Denied {
    /// The policy statement to add, as one line of JSON; none against an explicit deny.
    pub fn statement(&self) -> Option<String> {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        (!self.explicit).then(|| {
            format!(
                r#"{{"Effect":"Allow","Action":{},"Resource":{}}}"#,
                quoted(&self.action),
                quoted(&self.resource)
            )
        })
    }
}

/// What happened, why, and what to do about it.
///
/// Texts from AWS inside it are as AWS sent them; whoever draws or prints a problem sanitises it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    /// The sort of trouble.
    pub kind: ProblemKind,
    /// What happened, one line without a full stop: `Cannot read the stages of a1b2c3`.
    pub what: String,
    /// Why, as far as known; AWS's own words where it gave some. May have several lines, may be empty.
    pub why: String,
    /// What to do, one step an entry, most likely first.
    pub advice: Vec<String>,
    /// The permission that is missing, when that is the trouble.
    pub denied: Option<Denied>,
    /// The code to ask for, when that is the trouble ([`ProblemKind::NeedsMfa`]).
    pub mfa: Option<MfaPrompt>,
    /// AWS says that the credentials were good once and have run out: fresh ones from the same source may do.
    pub expired: bool,
    /// How long AWS asks to wait before asking again (`Retry-After`).
    pub retry_after: Option<Duration>,
}

/// An MFA code that somebody must give before a role can be assumed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MfaPrompt {
    /// The role's ARN.
    pub role: String,
    /// The device's serial number or ARN.
    pub serial: String,
}

impl Problem {
    /// A problem without advice.
    pub fn new(kind: ProblemKind, what: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            kind,
            what: what.into(),
            why: why.into(),
            advice: Vec::new(),
            denied: None,
            mfa: None,
            expired: false,
            retry_after: None,
        }
    }

    /// Adds a step to take.
    #[must_use]
    pub fn advise(mut self, step: impl Into<String>) -> Self {
        self.advice.push(step.into());
        self
    }

    /// The exit code of a command that ends with it: 2 usage, 3 a check that said no, 4 credentials or
    /// permission, else 1.
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            ProblemKind::Usage => 2,
            ProblemKind::Refused => 3,
            ProblemKind::Credentials
            | ProblemKind::NeedsMfa
            | ProblemKind::Permission
            | ProblemKind::ReadOnly => 4,
            _ => 1,
        }
    }

    /// One line for a narrow place: what happened and the first line of why.
    pub fn headline(&self) -> String {
        match self.why.lines().next() {
            Some(why) if !why.is_empty() => format!("{}: {why}", self.what),
            _ => self.what.clone(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline())
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denied_call_names_the_statement_to_add() {
        let mut denied = Denied {
            action: "apigateway:GET".into(),
            resource: "arn:aws:apigateway:eu-west-1::/apis/a1".into(),
            explicit: false,
        };
        let statement = denied.statement().unwrap();
        assert!(serde_json::from_str::<serde_json::Value>(&statement).is_ok(), "{statement}");
        assert!(statement.contains(r#""Action":"apigateway:GET""#));
        denied.explicit = true;
        assert_eq!(denied.statement(), None);
    }

    #[test]
    fn a_headline_is_one_line() {
        let problem = Problem::new(ProblemKind::Service, "Cannot read", "first\nsecond");
        assert_eq!(problem.headline(), "Cannot read: first");
        assert_eq!(Problem::new(ProblemKind::Service, "Cannot read", "").headline(), "Cannot read");
    }
}
