//! What differs between two schemas, and what is wrong with one.

use std::fmt;

/// How much a finding matters, the most pressing first. The words are those of the JSON output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Something that needed authentication no longer does, or answers more callers than before.
    Exposure,
    /// Callers that worked will fail.
    Breaking,
    /// Callers may notice.
    Warning,
    /// Worth knowing; callers go on as before.
    Info,
    /// No rule can tell.
    NotAnalysed,
}

impl Severity {
    /// All of them, the most pressing first.
    pub const ALL: [Self; 5] = [Self::Exposure, Self::Breaking, Self::Warning, Self::Info, Self::NotAnalysed];

    /// The word of the JSON output: `exposure`, `breaking`, `warning`, `info`, `not_analysed`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exposure => "exposure",
            Self::Breaking => "breaking",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::NotAnalysed => "not_analysed",
        }
    }

    /// Whether a check that meets it says no.
    pub fn fails_a_check(self) -> bool {
        matches!(self, Self::Exposure | Self::Breaking)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a change of the schema means to callers: one entry of the contract diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// The rule that found it, in `snake_case`, stable: `operation_removed`.
    pub rule: &'static str,
    /// Where: a route (`GET /orders/{id}`) or a JSON pointer.
    pub at: String,
    /// What it is, a sentence without a full stop.
    pub message: String,
}

/// What became of something on the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It was not there before.
    Added,
    /// It is no longer there.
    Removed,
    /// It is another.
    Changed,
}

impl ChangeKind {
    /// The word of the JSON output: `added`, `removed`, `changed`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// What a push changes on the gateway: one entry of the gateway diff or the goes-live diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayChange {
    /// What became of it.
    pub change: ChangeKind,
    /// The route, `GET /orders/{id}`; `None` where it is about the API as a whole.
    pub route: Option<String>,
    /// What changed, in the field's words: `route`, `integration uri`, `authorizer`, `scopes`, `cors`, `policy`.
    pub what: String,
    /// The value before; `None` if there was none. Compact JSON where it is no text.
    pub before: Option<String>,
    /// The value after; `None` if there is none.
    pub after: Option<String>,
    /// How much it matters.
    pub severity: Severity,
}

/// Something that a schema lacked and the gateway had, so that the merge put it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The route, or a JSON pointer into the merged document.
    pub at: String,
    /// What: `integration`, `security`, `authorizer NAME`, `cors`.
    pub what: String,
}

/// Something in a schema that AWS would refuse, or that would not do what its author meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Whether it keeps the schema from being pushed.
    pub is_error: bool,
    /// A JSON pointer into the schema, with the line of the file behind it where that is known: `/paths/~1a/get (line 12)`.
    pub at: String,
    /// What is wrong and what to do, may have several lines.
    pub message: String,
}

impl Fault {
    /// The word of the JSON output: `error` or `warning`.
    pub fn severity(&self) -> &'static str {
        if self.is_error { "error" } else { "warning" }
    }
}
