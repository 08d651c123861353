//! What the heart is told, and what it asks for: plain data, so that a test compares it with one `assert_eq!`.

use std::fmt;

use crossterm::event::MouseEvent;
use jiff::Timestamp;

use crate::domain::{
    ApiStages, ConnectionStatus, CustomDomain, Dashboard, Deployment, Identity, Problem, Routes, SessionKey,
    StageMetrics, TimeRange, Usage, Window,
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

/// A read. Connections are named by their nicknames.
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
    /// See [`Question::Dashboard`]: another stage or range supersedes.
    Dashboard(String, Part),
    /// See [`Question::Routes`].
    Routes(String),
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
    /// The points of the span that was asked for.
    Dashboard(Dashboard),
    /// Every route with figures.
    Routes(Routes),
}
