//! What was done from this machine, as the history keeps it.

use jiff::Timestamp;

use super::{Plan, Problem, Target, WriteResult};

/// What sort of act an entry of the history is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// A schema was brought into a file.
    Import,
    /// A schema was pushed to the gateway.
    Export,
    /// A deployment was made, with or without a schema before it.
    Deploy,
    /// A stage was pointed at an earlier deployment.
    RollBack,
    /// A deployment of one stage went live on another.
    Promote,
    /// A canary ended.
    EndCanary,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 6] =
        [Self::Import, Self::Export, Self::Deploy, Self::RollBack, Self::Promote, Self::EndCanary];

    /// The word of the JSON output: `import`, `export`, `deploy`, `rollback`, `promote`, `end_canary`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Export => "export",
            Self::Deploy => "deploy",
            Self::RollBack => "rollback",
            Self::Promote => "promote",
            Self::EndCanary => "end_canary",
        }
    }
}

/// One act: what was begun, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Its id, sortable by time.
    pub id: String,
    /// When it began.
    pub at: Timestamp,
    /// What was done.
    pub act: Act,
    /// The connection, as it was called then.
    pub nickname: String,
    /// The ARN of who did it.
    pub who: String,
    /// Where.
    pub target: Target,
    /// The stage a promotion came from.
    pub from_stage: Option<String>,
    /// The schema's file, as it was given.
    pub file: Option<String>,
    /// The revision it was read from; `None` for the working tree.
    pub revision: Option<String>,
    /// The full id of the commit.
    pub commit: Option<String>,
    /// What was written on the deployment.
    pub description: Option<String>,
    /// The token in that description by which a deployment of unknown outcome is found.
    pub token: Option<String>,
    /// The deployment that was live on the stage before.
    pub deployment_before: Option<String>,
    /// The deployment that went live, or was to; `None` while it is not known.
    pub deployment_id: Option<String>,
    /// The author's schema, by the hash under which it is kept.
    pub source: Option<String>,
    /// The schema pushed.
    pub pushed: Option<String>,
    /// The schema it replaced: the gateway's, or for an import the file's.
    pub replaced: Option<String>,
    /// A fingerprint of the working configuration before a push: where the gateway still has it, nothing was pushed.
    pub configuration: Option<String>,
    /// How it ended; `None` while it is under way, or if apigw was killed in the middle.
    pub ended: Option<Ended>,
}

/// How an act ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// How.
    pub result: WriteResult,
    /// What is to be known about it: why it failed, what was found when it was looked up.
    pub note: String,
}

/// What came of carrying a plan out.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// How it ended.
    pub result: WriteResult,
    /// The deployment that is live now, or should be.
    pub deployment_id: Option<String>,
    /// The stage.
    pub stage: Option<String>,
    /// The entry of the history; `None` where nothing was begun.
    pub history_id: Option<String>,
    /// Warnings of AWS, whole.
    pub warnings: Vec<String>,
    /// Why it failed, or what is not known.
    pub problem: Option<Problem>,
    /// The deployment to go back to on that stage, where there is one.
    pub way_back: Option<String>,
    /// Set when the gateway holds the pushed schema although the whole did not succeed: what is left to do.
    pub left: Option<String>,
}

impl Done {
    /// Nothing was sent, as the gateway has everything already.
    pub fn unchanged(plan: &Plan) -> Self {
        Self {
            result: WriteResult::Unchanged,
            deployment_id: plan.to.as_ref().or(plan.live.as_ref()).map(|deployment| deployment.id.clone()),
            stage: plan.target.stage.clone(),
            history_id: None,
            warnings: Vec::new(),
            problem: None,
            way_back: None,
            left: None,
        }
    }

    /// Nobody knows how it ended, and why.
    pub fn unknown(problem: Problem) -> Self {
        Self {
            result: WriteResult::Unknown,
            deployment_id: None,
            stage: None,
            history_id: None,
            warnings: Vec::new(),
            problem: Some(problem),
            way_back: None,
            left: None,
        }
    }
}
