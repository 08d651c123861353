//! What a test of a connection found out.

use super::{ApiType, Capability, Login, Problem};

/// What to test: a connection that is saved, or one that is being made.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// The credentials and the region.
    pub login: Login,
    /// HTTP or REST.
    pub api_type: ApiType,
    /// The API, where it is known already.
    pub api_id: Option<String>,
    /// The account that the connection was made for.
    pub account: Option<String>,
    /// Whether writes are refused anyway.
    pub read_only: bool,
    /// What it is to be able to do.
    pub capabilities: Vec<Capability>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What, as a question of a few words: `Who am I`, `List the HTTP APIs`.
    pub what: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of looking.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Fine, with what was found.
    Passed(String),
    /// It works, and something is worth knowing.
    Warned(Problem),
    /// It does not work.
    Failed(Problem),
    /// Nothing short of doing it would tell, and why.
    Unknown(String),
}

impl Outcome {
    /// A word for it: `ok`, `warning`, `failed`, `unknown`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Passed(_) => "ok",
            Self::Warned(_) => "warning",
            Self::Failed(_) => "failed",
            Self::Unknown(_) => "unknown",
        }
    }
}
