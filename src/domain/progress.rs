//! How a write goes, step by step, and how it ended.

/// A step of a write, in the order in which they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// The gateway is read again: is it still what the plan was made for?
    Check,
    /// What is about to be done, and the undo, go to the history.
    Record,
    /// The schema goes to the gateway (`ReimportApi`, `PutRestApi`).
    Push,
    /// The gateway is read back and compared with what was meant.
    ReadBack,
    /// A deployment is made, or the stage is pointed at one (`CreateDeployment`, `UpdateStage`).
    Deploy,
    /// The deployment is waited for, and the stage is read back.
    Confirm,
}

impl Step {
    /// What it does, as a line on the screen: `Push the schema`.
    pub fn doc(self) -> &'static str {
        match self {
            Self::Check => "Read the gateway again",
            Self::Record => "Keep what is there now, to go back to",
            Self::Push => "Push the schema",
            Self::ReadBack => "Read the schema back",
            Self::Deploy => "Put it live",
            Self::Confirm => "See it live",
        }
    }
}

/// News of a write under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A step began; those before it are done.
    Began(Step),
    /// The step waits, and why: `CreateDeployment is allowed once in 5 s`.
    Waits(Step, String),
}

/// How a write ended. The words are those of the JSON output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WriteResult {
    /// It is live on the stage.
    Deployed,
    /// The gateway has the schema; no stage was asked for.
    Exported,
    /// There was nothing to change.
    Unchanged,
    /// It did not happen, or not whole; the problem says what is left.
    Failed,
    /// Nobody knows, in spite of looking it up.
    Unknown,
    /// A schema was brought into a file.
    Imported,
}

impl WriteResult {
    /// The word of the JSON output: `deployed`, `exported`, `unchanged`, `failed`, `unknown`, `imported`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deployed => "deployed",
            Self::Exported => "exported",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Imported => "imported",
        }
    }

    /// The result of that word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Deployed, Self::Exported, Self::Unchanged, Self::Failed, Self::Unknown, Self::Imported]
            .into_iter()
            .find(|result| result.as_str() == word)
    }
}
