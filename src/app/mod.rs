//! The heart, in the manner of the Elm architecture: a [`Model`], messages that change it, effects it asks for. Pure: no
//! I/O, no clock, no task. Time enters as [`Message::Clock`], ids come from a counter in the model.

#![deny(clippy::disallowed_methods)]

mod asked;
mod connections;
mod deploy;
mod deployments;
mod details;
mod dialog;
mod form;
mod geometry;
mod import;
mod leaving;
mod list;
mod message;
mod metrics;
mod mouse;
mod palette;
mod panel;
mod plan;
mod policies;
mod questions;
mod remote;
mod schedule;
mod settle;
mod task;
#[cfg(test)]
mod tests;
mod text_box;
mod text_field;
mod trial;
mod update;
mod write;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::{Connection, KnownStages, Usage};
use crate::input::{Action, Scope};

pub use asked::Asked;
pub use connections::ConnectionsScreen;
pub use deploy::{DeployField, DeployForm, DeployKind, DeployRow, Picker};
pub use deployments::{DeploymentsScreen, Note, Pane, StageOrder, Tab, act_word, source};
pub use details::{Detail, LABEL_COLUMNS};
pub use dialog::Dialog;
pub use form::{FORM_LABEL_COLUMNS, Field, Form, FormRow, Kind, Offer, Purpose, SecretState};
pub use geometry::{
    DeploymentsAreas, Frame, MIN_HEIGHT, MIN_WIDTH, TabLabel, connections_problem, connections_rows,
    deployments_areas, form_areas, frame, message_columns, page_area, page_columns, panel_area,
    panel_columns, panel_lines, tab_labels,
};
pub use import::ImportScreen;
pub use list::List;
pub use message::{Answer, Effect, Message, Part, Pasted, Question, QuestionId, Slot};
pub use metrics::{
    ChartArea, Mark, MarkKind, MetricsAreas, MetricsScreen, MetricsTab, MetricsView, RouteOrder, axis_dot,
    metrics_areas, metrics_tabs,
};
pub use palette::{Command, Palette, PaletteItem};
pub use panel::{Line, Panel, Tone, problem_panel};
pub use plan::PlanScreen;
pub use policies::Policies;
pub use questions::{Asker, Open, Questions};
pub use remote::Remote;
pub use schedule::{Pace, next_wake, pace, refresh_interval};
pub use task::Task;
pub use text_box::TextBox;
pub use trial::TrialPanel;
pub use update::{available, update};
pub use write::{Write, badge};

/// What the heart is given at the start.
#[derive(Clone, Debug)]
pub struct Start {
    /// The time.
    pub now: Timestamp,
    /// The zone that times are shown in.
    pub zone: TimeZone,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The connections, in the order of the config file.
    pub connections: Vec<Connection>,
    /// Where connections come from, for the screen that has none.
    pub config_path: String,
    /// What is remembered of each connection's API, by nickname.
    pub known: BTreeMap<String, KnownStages>,
    /// How often screens read again; `None` never does.
    pub refresh: Option<Duration>,
    /// Whether the mouse is taken.
    pub mouse: bool,
    /// The connection to open at once.
    pub open: Option<String>,
}

/// Everything the screen is drawn from.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own: focus, mouse, ctrl-c, drawing")]
pub struct Model {
    /// The time of the last message.
    pub now: Timestamp,
    /// The zone that times are shown in.
    pub zone: TimeZone,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Whether the terminal has the focus, as far as it tells.
    pub focused: bool,
    /// When the person last did something.
    pub touched_at: Timestamp,
    /// The connections.
    pub connections: Vec<Connection>,
    /// Where they come from.
    pub config_path: String,
    /// What is remembered of each connection's API.
    pub known: BTreeMap<String, KnownStages>,
    /// How often screens read again.
    pub refresh: Option<Duration>,
    /// Whether the mouse is taken.
    pub mouse: bool,
    /// The list of connections; it keeps its state below the other screens.
    pub home: ConnectionsScreen,
    /// The screen on top of it.
    pub deployments: Option<DeploymentsScreen>,
    /// The form of a connection, over both.
    pub form: Option<Form>,
    /// The metrics of one of its stages, on top of it.
    pub metrics: Option<MetricsScreen>,
    /// What is being done to its API, on top of it.
    pub task: Option<Task>,
    /// The write under way, or the last one; it goes on whatever is on the screen.
    pub write: Option<Write>,
    /// What lies over the screen.
    pub overlay: Option<Overlay>,
    /// Reads and writes under way.
    pub questions: Questions,
    /// What was asked of AWS so far.
    pub usage: Usage,
    /// One line about the last action, until the next key.
    pub notice: Option<String>,
    /// Whether the next ctrl-c quits.
    pub quit_armed: bool,
    dirty: bool,
}

/// What lies over a screen and takes its keys.
#[derive(Clone, Debug, PartialEq)]
pub enum Overlay {
    /// Text to read: help, a link, a problem, a deployment.
    Panel(Panel),
    /// Actions and connections by name.
    Palette(Palette),
    /// What the credentials can do.
    Trial(TrialPanel),
    /// The IAM policies that a connection needs.
    Policies(Policies),
    /// Schemas that are asked for.
    Asked(Asked),
    /// The revisions of a schema file.
    Picker(Picker),
    /// A question to the person.
    Dialog(Dialog),
}

impl Overlay {
    /// What it shows, where that is text.
    pub fn panel(&self) -> Option<Cow<'_, Panel>> {
        match self {
            Self::Panel(panel) => Some(Cow::Borrowed(panel)),
            Self::Trial(trial) => Some(Cow::Borrowed(&trial.panel)),
            Self::Policies(policies) => Some(Cow::Borrowed(&policies.panel)),
            Self::Asked(asked) => Some(Cow::Borrowed(&asked.panel)),
            Self::Dialog(dialog) => Some(Cow::Owned(dialog.panel())),
            Self::Palette(_) | Self::Picker(_) => None,
        }
    }

    /// The panel that scrolls.
    fn panel_mut(&mut self) -> Option<&mut Panel> {
        match self {
            Self::Panel(panel) => Some(panel),
            Self::Trial(trial) => Some(&mut trial.panel),
            Self::Policies(policies) => Some(&mut policies.panel),
            Self::Asked(asked) => Some(&mut asked.panel),
            Self::Dialog(_) | Self::Palette(_) | Self::Picker(_) => None,
        }
    }
}

impl Model {
    /// The first model and the first things to do.
    pub fn new(start: Start) -> (Self, Vec<Effect>) {
        let mut model = Self {
            now: start.now,
            zone: start.zone,
            size: start.size,
            focused: true,
            touched_at: start.now,
            connections: start.connections,
            config_path: start.config_path,
            known: start.known,
            refresh: start.refresh,
            mouse: start.mouse,
            home: ConnectionsScreen::default(),
            deployments: None,
            form: None,
            metrics: None,
            task: None,
            write: None,
            overlay: None,
            questions: Questions::default(),
            usage: Usage::default(),
            notice: None,
            quit_armed: false,
            dirty: true,
        };
        connections::arrange_rows(&mut model);
        let effects = match start.open {
            Some(nickname) => {
                model.questions.ask_for(Asker::Person);
                deployments::open(&mut model, &nickname)
            }
            None => connections::check_all(&mut model),
        };
        (model, effects)
    }

    /// The connection of that nickname.
    pub fn connection(&self, nickname: &str) -> Option<&Connection> {
        self.connections.iter().find(|connection| connection.nickname == nickname)
    }

    /// Where the next key is looked up.
    pub fn scope(&self) -> Scope {
        match (&self.overlay, &self.deployments) {
            (Some(Overlay::Panel(_) | Overlay::Trial(_) | Overlay::Asked(_)), _) => Scope::Panel,
            (Some(Overlay::Palette(_)), _) => Scope::Palette,
            (Some(Overlay::Picker(_)), _) => Scope::Picker,
            (Some(Overlay::Policies(_)), _) => Scope::Policies,
            (Some(Overlay::Dialog(_)), _) => Scope::Dialog,
            (None, _) if self.form.is_some() => Scope::Form,
            (None, _) if let Some(task) = &self.task => task.scope(),
            (None, _) if self.focused_list().is_typing() => Scope::Filter,
            (None, Some(_)) if self.metrics.is_some() => Scope::Metrics,
            (None, Some(_)) => Scope::Deployments,
            (None, None) => Scope::Connections,
        }
    }

    /// The list that filter and motions go to.
    pub fn focused_list(&self) -> &List {
        match (&self.metrics, &self.deployments) {
            (Some(screen), _) => &screen.route_list,
            (None, Some(screen)) => screen.focused_list(),
            (None, None) => &self.home.list,
        }
    }

    /// What lies over the screen, seen through a dialog that came in between.
    fn overlay_below_dialog(&mut self) -> Option<&mut Overlay> {
        match self.overlay.as_mut()? {
            Overlay::Dialog(dialog) => dialog.below_mut(),
            other => Some(other),
        }
    }

    /// Whether something visible changed since the last call; the caller draws then.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    /// Whether something visible changed since the last drawing.
    pub fn needs_drawing(&self) -> bool {
        self.dirty
    }

    /// Marks the screen as in need of a drawing.
    pub fn mark_dirty(&mut self) {
        self.dirty = true;
    }

    /// Actions that make sense right now in the scope of the screen, for the footer and the palette.
    pub fn is_available(&self, action: Action) -> bool {
        available(self, action)
    }
}
