//! The list of connections, with the health of each.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::list::matching;
use super::panel::{console_panel, problem_panel};
use super::{
    Effect, List, Model, Open, Overlay, Question, Remote, Slot, deployments, dialog, form, geometry,
    policies, trial,
};
use crate::domain::{Connection, ConnectionStatus, Problem, SessionKey, links};
use crate::input::Action;

/// State of the screen.
#[derive(Debug, Default)]
pub struct ConnectionsScreen {
    /// The connections, filtered.
    pub list: List,
    /// The health of each, by nickname.
    pub health: BTreeMap<String, Remote<ConnectionStatus>>,
    /// When health was last asked for.
    pub asked_at: Option<Timestamp>,
}

impl Model {
    /// The connection under the cursor of the list.
    pub fn selected_connection(&self) -> Option<&Connection> {
        self.connections.get(self.home.list.selected()?)
    }

    /// What is wrong with the connection under the cursor.
    pub fn selected_problem(&self) -> Option<&Problem> {
        problem_of(self, &self.selected_connection()?.nickname)
    }

    /// Whether anything is wrong with any connection.
    pub fn has_problem(&self) -> bool {
        let mut connections = self.connections.iter();
        connections.any(|connection| problem_of(self, &connection.nickname).is_some())
    }

    /// The read of that connection's health, while it is under way.
    pub fn checking(&self, connection: &Connection) -> Option<&Open> {
        self.questions.find(&Slot::Health(connection.session_key()))
    }
}

/// What the screen's own keys do.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    if action == Action::Add {
        return form::add(model);
    }
    let Some(connection) = model.selected_connection().cloned() else {
        return Vec::new();
    };
    match action {
        Action::Edit => return form::edit(model, &connection),
        Action::Duplicate => return form::duplicate(model, &connection),
        Action::Delete => dialog::delete(model, connection),
        Action::Test => return trial::of_connection(model, &connection),
        Action::Policies => return policies::of_connection(model, &connection),
        Action::Enter => return deployments::open(model, &connection.nickname),
        Action::CheckAll => return check_all(model),
        Action::Refresh => return check(model, &connection.session_key()),
        Action::CopyId => return super::update::copy(model, "the API id", connection.api_id),
        Action::Console => {
            let url = links::console_api(connection.api_type, &connection.api_id, &connection.region);
            model.overlay = Some(Overlay::Panel(console_panel(url)));
        }
        Action::Explain => {
            if let Some(problem) = problem_of(model, &connection.nickname) {
                model.overlay = Some(Overlay::Panel(problem_panel(problem)));
            }
        }
        _ => {}
    }
    Vec::new()
}

/// Whether an action makes sense right now.
pub(super) fn available(model: &Model, action: Action) -> bool {
    match action {
        Action::Explain => {
            let selected = model.selected_connection();
            selected.is_some_and(|connection| problem_of(model, &connection.nickname).is_some())
        }
        Action::Enter
        | Action::Refresh
        | Action::CheckAll
        | Action::CopyId
        | Action::Console
        | Action::Edit
        | Action::Duplicate
        | Action::Delete
        | Action::Test
        | Action::Policies => model.selected_connection().is_some(),
        Action::Filter => !model.connections.is_empty(),
        _ => true,
    }
}

/// What is wrong with a connection: it could not be asked, or its answer told of a problem.
pub(super) fn problem_of<'a>(model: &'a Model, nickname: &str) -> Option<&'a Problem> {
    let health = model.home.health.get(nickname)?;
    health.problem.as_ref().or_else(|| health.value.as_ref()?.problem.as_ref())
}

/// Asks for the health of every connection: one question for all that share a session.
pub(super) fn check_all(model: &mut Model) -> Vec<Effect> {
    let mut sessions: Vec<SessionKey> = Vec::new();
    for connection in &model.connections {
        let key = connection.session_key();
        if !sessions.contains(&key) {
            sessions.push(key);
        }
    }
    model.home.asked_at = Some(model.now);
    sessions.iter().flat_map(|session| check(model, session)).collect()
}

/// Asks for the health of the connections that share that session.
pub(super) fn check(model: &mut Model, session: &SessionKey) -> Vec<Effect> {
    let question = health_of(model, session);
    model.questions.ask(question, model.now)
}

/// The question for the health of the connections that share that session.
pub(super) fn health_of(model: &Model, session: &SessionKey) -> Question {
    let sharing = model.connections.iter().filter(|connection| &connection.session_key() == session);
    let nicknames = sharing.map(|connection| connection.nickname.clone()).collect();
    Question::Health(session.clone(), nicknames)
}

/// Takes the answer of a health question in.
pub(super) fn settle(model: &mut Model, nicknames: &[String], reply: Result<Vec<ConnectionStatus>, Problem>) {
    let now = model.now;
    match reply {
        Ok(statuses) => {
            for status in statuses {
                let health = model.home.health.entry(status.connection.nickname.clone()).or_default();
                health.settle(whole_or_problem(status, health.value.as_ref()), now);
            }
        }
        Err(problem) => {
            for nickname in nicknames {
                model.home.health.entry(nickname.clone()).or_default().settle(Err(problem.clone()), now);
            }
        }
    }
    arrange_rows(model);
}

/// What was read whole stays, stale beside the problem, until it can be read whole again; what was read in part is better
/// than nothing.
fn whole_or_problem(
    status: ConnectionStatus,
    last: Option<&ConnectionStatus>,
) -> Result<ConnectionStatus, Problem> {
    let was_whole = last.is_some_and(|last| last.problem.is_none());
    match &status.problem {
        Some(problem) if was_whole || status.stages.is_empty() => Err(problem.clone()),
        _ => Ok(status),
    }
}

/// Filters the rows anew.
pub(super) fn arrange_rows(model: &mut Model) {
    let Model { home, connections, .. } = model;
    let texts = connections.iter().map(|connection| {
        let status = home.health.get(&connection.nickname).and_then(|health| health.value.as_ref());
        let api = status.and_then(|status| status.api.as_ref()).map_or("", |api| &api.name);
        format!(
            "{} {} {api} {} {} {}",
            connection.nickname,
            connection.api_type.label(),
            connection.api_id,
            connection.region,
            connection.auth.label()
        )
    });
    let rows = matching(home.list.filter(), texts);
    home.list.set_rows(rows, |index| &connections[index].nickname);
}

/// Keeps the cursor in view.
pub(super) fn reveal(model: &mut Model) {
    let viewport = usize::from(geometry::connections_rows(model).height);
    model.home.list.reveal(viewport, |_| 1);
}
