//! What the heart is told, and what it asks for: plain data, so that a test compares it with one `assert_eq!`.

use std::fmt;
use std::path::PathBuf;

use crossterm::event::MouseEvent;
use jiff::Timestamp;

use crate::domain::{
    Api, ApiStages, ApiType, AwsProfile, Check, Connection, ConnectionStatus, Consent, CustomDomain,
    Dashboard, Deployment, Done, Edit, HistoryEntry, Identity, Import, ImportRequest, Intent, Kept, Login,
    Plan, Problem, Progress, Revision, Routes, SchemaDiff, Secret, SessionKey, StageMetrics, TimeRange,
    Trial, Usage, Window,
};
use crate::input::Key;

/// Something happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// This is the time. Sent before other messages, and alone when the timer of [`super::next_wake`] ends.
    Clock(Timestamp),
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(Pasted),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// The terminal has this many columns and rows now.
    Resized(u16, u16),
    /// The terminal gained (true) or lost the focus.
    Focused(bool),
    /// A read has this many items by now.
    Progressed(QuestionId, usize),
    /// A write got further, or waits.
    Stepped(QuestionId, Progress),
    /// A question was answered, or could not be.
    Replied(QuestionId, Result<Answer, Problem>),
    /// AWS was asked this much so far.
    Metered(Usage),
}

/// Pasted text; it may be a secret, so that it is never printed for debugging.
#[derive(Clone, PartialEq, Eq)]
pub struct Pasted(pub String);

impl fmt::Debug for Pasted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[pasted]")
    }
}

/// Something to do outside the heart.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a handful at a time, each done and forgotten at once")]
pub enum Effect {
    /// Answer a question; a reply with its id must come, whatever happens.
    Ask(QuestionId, Question),
    /// Nobody waits for this answer any more.
    Abandon(QuestionId),
    /// Send text to the terminal's clipboard (OSC 52).
    Copy(String),
    /// Take the mouse (true), or leave it to the terminal.
    CaptureMouse(bool),
    /// Hand the terminal to the shell until it gives it back.
    Suspend,
    /// End the program.
    Quit,
}

/// Counted up by the model, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuestionId(pub u64);

/// A read, or a write ([`Question::is_write`]). Connections are named by their nicknames.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// The health of connections that share a session.
    Health(SessionKey, Vec<String>),
    /// Who the credentials belong to.
    Identity(String),
    /// The API and its stages.
    Stages(String),
    /// Every deployment.
    Deployments(String),
    /// The custom domains that lead to the API.
    Domains(String),
    /// CloudWatch's figures of the API's stages.
    Metrics {
        /// The connection.
        nickname: String,
        /// The API's name, under which REST metrics are filed.
        api_name: String,
        /// The stages' names.
        stages: Vec<String>,
        /// Which of the two figures the answer is for: the week or the last hour.
        range: TimeRange,
        /// The span asked for.
        window: Window,
    },
    /// An external ID that nobody else has.
    ExternalId,
    /// The profiles of the user's AWS files.
    Profiles,
    /// Every API of that kind that a login can see.
    Apis(Login, ApiType),
    /// Who a login belongs to.
    LoginIdentity(Login),
    /// Who assumes the role of a login.
    SourceIdentity(Login),
    /// What a connection can do.
    Test(Box<Trial>),
    /// Sign a login in with an MFA code.
    SignIn(Login, Secret),
    /// Change the saved connections.
    Save(Edit),
    /// CloudWatch's points of one stage.
    Dashboard {
        /// The connection.
        nickname: String,
        /// The API's name, under which REST metrics are filed.
        api_name: String,
        /// The stage's name.
        stage: String,
        /// The range it is shown in.
        range: TimeRange,
        /// The range itself, or the one before it.
        part: Part,
        /// All that is shown then.
        window: Window,
        /// The end of `window` that is not known yet, or all of it.
        asked: Window,
    },
    /// CloudWatch's figures of the routes of one stage.
    Routes {
        /// The connection.
        nickname: String,
        /// The API's name, under which REST metrics are filed.
        api_name: String,
        /// The stage's name.
        stage: String,
        /// The range they are shown for.
        range: TimeRange,
        /// The span asked for.
        window: Window,
    },
    /// What a write would do.
    Plan(String, Box<Intent>),
    /// Carry a plan out.
    CarryOut {
        /// The connection.
        nickname: String,
        /// What to do.
        plan: Box<Plan>,
        /// What was agreed to.
        consent: Consent,
    },
    /// What an import would write.
    PlanImport(String, ImportRequest),
    /// Write an imported schema into its file.
    SaveImport(String, Box<Import>),
    /// What was done from here.
    History(String),
    /// How what was under way ended.
    Recover(String),
    /// The revisions of a schema file.
    Revisions(PathBuf),
    /// A schema of the entry of that id.
    KeptSchema(String, Kept),
    /// Two entries of the history compared, the older one first.
    CompareEntries(String, String),
}

/// Which of two windows of the same length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The one that ends now.
    Now,
    /// The one before it, to compare with.
    Before,
}

/// The place a question's answer goes to. Asking for a slot again supersedes the question before.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// See [`Question::Health`].
    Health(SessionKey),
    /// See [`Question::Identity`].
    Identity(String),
    /// See [`Question::Stages`].
    Stages(String),
    /// See [`Question::Deployments`].
    Deployments(String),
    /// See [`Question::Domains`].
    Domains(String),
    /// See [`Question::Metrics`].
    Metrics(String, TimeRange),
    /// See [`Question::ExternalId`].
    ExternalId,
    /// See [`Question::Profiles`].
    Profiles,
    /// See [`Question::Apis`].
    Apis,
    /// See [`Question::LoginIdentity`].
    LoginIdentity,
    /// See [`Question::SourceIdentity`].
    SourceIdentity,
    /// See [`Question::Test`].
    Test,
    /// See [`Question::SignIn`].
    SignIn,
    /// See [`Question::Save`].
    Save,
    /// See [`Question::Dashboard`]: another stage or range supersedes.
    Dashboard(String, Part),
    /// See [`Question::Routes`].
    Routes(String),
    /// See [`Question::Plan`].
    Plan,
    /// See [`Question::CarryOut`].
    CarryOut,
    /// See [`Question::PlanImport`].
    PlanImport,
    /// See [`Question::SaveImport`].
    SaveImport,
    /// See [`Question::History`].
    History(String),
    /// See [`Question::Recover`].
    Recover(String),
    /// See [`Question::Revisions`].
    Revisions,
    /// See [`Question::KeptSchema`] and [`Question::CompareEntries`]: what one panel shows.
    Schemas,
}

impl Question {
    /// Where its answer goes.
    pub fn slot(&self) -> Slot {
        match self {
            Self::Health(session, _) => Slot::Health(session.clone()),
            Self::Identity(nickname) => Slot::Identity(nickname.clone()),
            Self::Stages(nickname) => Slot::Stages(nickname.clone()),
            Self::Deployments(nickname) => Slot::Deployments(nickname.clone()),
            Self::Domains(nickname) => Slot::Domains(nickname.clone()),
            Self::Metrics { nickname, range, .. } => Slot::Metrics(nickname.clone(), *range),
            Self::Dashboard { nickname, part, .. } => Slot::Dashboard(nickname.clone(), *part),
            Self::Routes { nickname, .. } => Slot::Routes(nickname.clone()),
            Self::ExternalId => Slot::ExternalId,
            Self::Profiles => Slot::Profiles,
            Self::Apis(..) => Slot::Apis,
            Self::LoginIdentity(_) => Slot::LoginIdentity,
            Self::SourceIdentity(_) => Slot::SourceIdentity,
            Self::Test(_) => Slot::Test,
            Self::SignIn(..) => Slot::SignIn,
            Self::Save(_) => Slot::Save,
            Self::Plan(..) => Slot::Plan,
            Self::CarryOut { .. } => Slot::CarryOut,
            Self::PlanImport(..) => Slot::PlanImport,
            Self::SaveImport(..) => Slot::SaveImport,
            Self::History(nickname) => Slot::History(nickname.clone()),
            Self::Recover(nickname) => Slot::Recover(nickname.clone()),
            Self::Revisions(_) => Slot::Revisions,
            Self::KeptSchema(..) | Self::CompareEntries(..) => Slot::Schemas,
        }
    }

    /// Whether it changes something. Its answer is never dropped, it is never given up, and no second one is asked beside it.
    pub fn is_write(&self) -> bool {
        matches!(self, Self::Save(_) | Self::CarryOut { .. } | Self::SaveImport(..))
    }

    /// The one connection that it is about.
    pub fn nickname(&self) -> Option<&str> {
        match self {
            Self::Identity(nickname)
            | Self::Stages(nickname)
            | Self::Deployments(nickname)
            | Self::Domains(nickname)
            | Self::Metrics { nickname, .. }
            | Self::Dashboard { nickname, .. }
            | Self::Routes { nickname, .. }
            | Self::Plan(nickname, _)
            | Self::CarryOut { nickname, .. }
            | Self::PlanImport(nickname, _)
            | Self::SaveImport(nickname, _)
            | Self::History(nickname)
            | Self::Recover(nickname) => Some(nickname),
            _ => None,
        }
    }
}

/// The answer to the question of the same name.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// In the order of the question; a connection that failed carries its problem.
    Health(Vec<ConnectionStatus>),
    /// Who it is.
    Identity(Identity),
    /// Stages by name.
    Stages(ApiStages),
    /// Newest first.
    Deployments(Vec<Deployment>),
    /// Every mapping of this API.
    Domains(Vec<CustomDomain>),
    /// One entry a stage, in the order of the question.
    Metrics(Vec<StageMetrics>),
    /// A fresh one.
    ExternalId(String),
    /// By name.
    Profiles(Vec<AwsProfile>),
    /// By name.
    Apis(Vec<Api>),
    /// Who it is.
    LoginIdentity(Identity),
    /// Who it is.
    SourceIdentity(Identity),
    /// In the order in which they were looked at.
    Test(Vec<Check>),
    /// The code was right.
    SignIn,
    /// All saved connections, as they are now.
    Save(Vec<Connection>),
    /// The points of the span that was asked for.
    Dashboard(Dashboard),
    /// Every route with figures.
    Routes(Routes),
    /// What it would do.
    Plan(Box<Plan>),
    /// How it ended.
    CarryOut(Box<Done>),
    /// What would be written.
    PlanImport(Box<Import>),
    /// How it ended.
    SaveImport(Box<Done>),
    /// Newest first.
    History(Vec<HistoryEntry>),
    /// Those that were looked up, newest first.
    Recover(Vec<HistoryEntry>),
    /// The working tree first.
    Revisions(Vec<Revision>),
    /// As it is kept; not sanitised.
    KeptSchema(String),
    /// What differs.
    CompareEntries(SchemaDiff),
}
