//! What a write is going to do, told before it is done, and what must be agreed to.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::{
    ApiType, Connection, Deployment, Fault, Finding, GatewayChange, Restored, SchemaChoice, SchemaSource,
    Severity,
};

/// What a person asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Push a schema to the gateway, and put it live on a stage unless there is none.
    Deploy {
        /// The schema; `None` deploys what the gateway has.
        schema: Option<SchemaChoice>,
        /// The stage; `None` exports only.
        stage: Option<String>,
        /// What to write on the deployment; `None` makes something useful up.
        description: Option<String>,
        /// The stage whose export stands for the gateway's own configuration where no stage is deployed to (REST only, which has no
        /// export of its working configuration). `None` takes the only one there is.
        extensions_from: Option<String>,
        /// What the merge and the push may do.
        options: PushOptions,
    },
    /// Push a schema of the history as it was pushed then, unmerged, and put it live on a stage unless there is none.
    PushBack {
        /// The entry of the history.
        entry: String,
        /// Which of its two schemas.
        which: Kept,
        /// The stage; `None` exports only.
        stage: Option<String>,
    },
    /// Point a stage at an earlier deployment.
    RollBack {
        /// The stage.
        stage: String,
        /// The deployment's id; `None` is the one live before.
        to: Option<String>,
        /// Whether to push the schema of that deployment back as well, where the history has it.
        with_schema: bool,
    },
    /// Put the deployment live on one stage live on another.
    Promote {
        /// The stage that has it.
        from: String,
        /// The stage that gets it.
        to: String,
    },
    /// End a canary of a REST stage.
    EndCanary {
        /// The stage.
        stage: String,
        /// Whether its deployment becomes the stage's own; otherwise it goes.
        promote: bool,
    },
}

/// What the merge and the push may do beyond the cautious.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct PushOptions {
    /// Take title, version and description of the API from the schema instead of keeping the gateway's.
    pub rename: bool,
    /// Keep live routes that the schema lacks, instead of deleting them.
    pub keep_routes: bool,
    /// Push although AWS warns.
    pub allow_warnings: bool,
    /// Make the stage if it does not exist (REST only).
    pub create_stage: bool,
}

/// Which of the schemas that a history entry keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The author's, before the merge.
    Source,
    /// The merged one that went to the gateway.
    Pushed,
    /// What the gateway had before.
    Replaced,
}

impl Kept {
    /// All three, in the order in which they came to be.
    pub const ALL: [Self; 3] = [Self::Source, Self::Pushed, Self::Replaced];

    /// The word of the command line and the JSON output: `source`, `pushed`, `replaced`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Pushed => "pushed",
            Self::Replaced => "replaced",
        }
    }
}

impl FromStr for Kept {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kept| kept.as_str() == text);
        found.ok_or_else(|| {
            format!("`{text}` is no schema of the history: say `source`, `pushed` or `replaced`")
        })
    }
}

/// The place a write is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The account, twelve digits.
    pub account: String,
    /// The region.
    pub region: String,
    /// HTTP or REST.
    pub api_type: ApiType,
    /// The API's id.
    pub api_id: String,
    /// Its name.
    pub api_name: String,
    /// The stage; `None` where none is touched on purpose.
    pub stage: Option<String>,
}

/// A request that a write is going to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedCall {
    /// The operation, `ReimportApi`.
    pub operation: &'static str,
    /// The IAM action it needs, `apigateway:PUT`.
    pub action: &'static str,
    /// The resource's ARN.
    pub resource: String,
}

/// The documents of a push, as JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct Push {
    /// The author's, before the merge; the gateway's own export where an export is pushed back.
    pub source: Arc<str>,
    /// What is sent.
    pub merged: Arc<str>,
    /// What the gateway had when the plan was made: the undo.
    pub replaced: Arc<str>,
}

impl fmt::Debug for Push {
    /// Without the documents: they are long, and may name what no log should.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Push")
    }
}

/// How a stage gets its deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoLive {
    /// Not at all.
    No,
    /// A new deployment of the configuration (`CreateDeployment`).
    Deploy,
    /// The stage deploys by itself once the push is done.
    AutoDeploy,
    /// The stage is pointed at a deployment that exists (`UpdateStage`).
    Point {
        /// The deployment's id.
        to: String,
        /// Whether auto-deploy must be switched off before, and stays off.
        auto_deploy_off: bool,
    },
    /// A canary ends (`UpdateStage`, REST only).
    EndCanary {
        /// Whether its deployment becomes the stage's own.
        promote: bool,
    },
}

/// Everything that a write is going to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What was asked for.
    pub intent: Intent,
    /// Where.
    pub target: Target,
    /// The deployment that is live on the stage now.
    pub live: Option<Deployment>,
    /// The deployment that goes live, where it exists already (roll back, promote).
    pub to: Option<Deployment>,
    /// Where the schema comes from.
    pub source: Option<SchemaSource>,
    /// The documents to push; `None` where nothing is pushed.
    pub push: Option<Push>,
    /// How the stage gets its deployment.
    pub go_live: GoLive,
    /// What will be written on the deployment.
    pub description: Option<String>,
    /// What the push changes on the gateway.
    pub gateway: Vec<GatewayChange>,
    /// What changes on the target stage.
    pub goes_live_changes: Vec<GatewayChange>,
    /// What changes for callers, the most pressing first.
    pub contract: Vec<Finding>,
    /// What the contract diff was made against, and what that cannot show.
    pub contract_basis: String,
    /// What the merge restored from the gateway.
    pub restored: Vec<Restored>,
    /// Live routes that the push deletes.
    pub deleted_routes: Vec<String>,
    /// What is wrong with the schema.
    pub preflight: Vec<Fault>,
    /// Stages on which something goes live, those that deploy by themselves included.
    pub goes_live: Vec<String>,
    /// Requests that change something, in order.
    pub calls: Vec<PlannedCall>,
    /// What else to know before agreeing: quotas in reach, a pointer alone, edits nobody deployed. Sentences.
    pub notes: Vec<String>,
    /// What the gateway's working configuration looked like; compared again just before the write.
    pub fingerprint: String,
}

impl Plan {
    /// Whether carrying it out would change nothing.
    pub fn changes_nothing(&self) -> bool {
        self.calls.is_empty()
    }

    /// Errors that keep it from being carried out.
    pub fn errors(&self) -> impl Iterator<Item = &Fault> {
        self.preflight.iter().filter(|fault| fault.is_error)
    }

    /// What must be agreed to by name, beyond a plain yes.
    pub fn risks(&self) -> Vec<Risk> {
        let changes = || self.gateway.iter().chain(&self.goes_live_changes).map(|change| change.severity);
        let severities = || changes().chain(self.contract.iter().map(|finding| finding.severity));
        let mut risks = Vec::new();
        if !self.deleted_routes.is_empty() {
            risks.push(Risk::Delete);
        }
        if severities().any(|severity| severity == Severity::Exposure) {
            risks.push(Risk::Exposure);
        }
        if severities().any(|severity| severity == Severity::Breaking) {
            risks.push(Risk::Breaking);
        }
        risks
    }

    /// What the consent lacks for this plan on this connection; empty when it may be carried out.
    pub fn lacks(&self, connection: &Connection, consent: &Consent) -> Vec<Lack> {
        let mut lacks: Vec<Lack> =
            self.risks().into_iter().filter(|risk| !consent.risks.contains(risk)).map(Lack::Risk).collect();
        if connection.protected && consent.nickname.as_deref() != Some(&connection.nickname) {
            lacks.push(Lack::Nickname);
        }
        if !consent.yes {
            lacks.push(Lack::Yes);
        }
        lacks
    }
}

/// Something that a plain yes does not cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Risk {
    /// Live routes go.
    Delete,
    /// Something answers more callers than before.
    Exposure,
    /// Callers that worked will fail.
    Breaking,
}

impl Risk {
    /// The flag that allows it: `--allow-delete`, `--allow-exposure`, `--allow-breaking`.
    pub fn flag(self) -> &'static str {
        match self {
            Self::Delete => "--allow-delete",
            Self::Exposure => "--allow-exposure",
            Self::Breaking => "--allow-breaking",
        }
    }
}

/// What a person agreed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// The plain question was answered with yes.
    pub yes: bool,
    /// The nickname that was typed.
    pub nickname: Option<String>,
    /// The risks allowed by name.
    pub risks: Vec<Risk>,
}

/// What a consent does not cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lack {
    /// A risk that must be allowed by name.
    Risk(Risk),
    /// The nickname of a protected connection.
    Nickname,
    /// The plain yes.
    Yes,
}
