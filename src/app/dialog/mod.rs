//! Questions to the person: an MFA code, whether to delete, whether to save all the same, what to do next.

mod choose;
mod confirm;
mod import;
mod leave;
pub(super) mod mfa;

use super::panel::{Line, Panel, Tone, problem_panel};
use super::text_field::TextField;
use super::{Effect, Model, Overlay, Question, Slot, deployments, form};
use crate::domain::{Connection, Edit, Identity, Problem};
use crate::input::{Action, Motion};
use crate::text;

pub use choose::Choose;
pub(super) use choose::choose;
pub use confirm::Confirm;
pub(super) use confirm::confirm;
pub use import::{AskImport, Replace};
pub(super) use import::{ask_import, replace, stages_are_read};
pub use leave::Leave;
pub(super) use leave::{ask_leave, leave_is_settled};
pub use mfa::Mfa;

/// A question over the screen.
#[derive(Clone, Debug, PartialEq)]
pub enum Dialog {
    /// The code that a role asks for.
    Mfa(Mfa),
    /// Whether a connection is to go.
    Delete(Delete),
    /// Whether to save a connection whose credentials could not be tried, and why they could not.
    Unverified(Problem),
    /// What was connected, and what to do next.
    Connected(Connected),
    /// Which of several writes is to be planned.
    Choose(Choose),
    /// Whether to carry a plan out.
    Confirm(Confirm),
    /// Which schema to import, and into which file.
    Import(AskImport),
    /// Whether to replace a file.
    Replace(Replace),
    /// Whether to leave in the middle of a write.
    Leave(Leave),
}

/// Asks whether a connection is to go.
#[derive(Clone, Debug, PartialEq)]
pub struct Delete {
    connection: Connection,
    api_name: Option<String>,
    typed: TextField,
    problem: Option<String>,
}

/// Tells what was connected.
#[derive(Clone, Debug, PartialEq)]
pub struct Connected {
    found: Vec<Line>,
    steps: Vec<(String, Step)>,
    cursor: usize,
}

/// What can be done next.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Open(String),
    Import(String),
    Later,
}

pub(super) fn show(model: &mut Model, dialog: Dialog) {
    model.overlay = Some(Overlay::Dialog(dialog));
    model.mark_dirty();
}

/// Asks whether to delete a connection.
pub(super) fn delete(model: &mut Model, connection: Connection) {
    let status = model.home.health.get(&connection.nickname).and_then(|health| health.value.as_ref());
    let api_name = status.and_then(|status| status.api.as_ref()).map(|api| api.name.clone());
    show(model, Dialog::Delete(Delete { connection, api_name, typed: TextField::default(), problem: None }));
}

impl Dialog {
    /// What it shows.
    pub fn panel(&self) -> Panel {
        match self {
            Self::Mfa(mfa) => mfa.panel(),
            Self::Delete(delete) => delete.panel(),
            Self::Unverified(problem) => unverified(problem),
            Self::Connected(connected) => connected.panel(),
            Self::Choose(choose) => choose.panel(),
            Self::Confirm(confirm) => confirm.panel(),
            Self::Import(ask) => ask.panel(),
            Self::Replace(replace) => replace.panel(),
            Self::Leave(leave) => leave.panel(),
        }
    }

    /// What lay over the screen before it.
    pub(super) fn below_mut(&mut self) -> Option<&mut Overlay> {
        match self {
            Self::Mfa(mfa) => mfa.below.as_deref_mut(),
            _ => None,
        }
    }

    /// Adds what was typed or pasted.
    pub(super) fn insert(&mut self, text: &str) {
        match self {
            Self::Mfa(mfa) => mfa.insert(text),
            Self::Confirm(confirm) => confirm.insert(text),
            other => {
                if let Some((typed, problem)) = other.typed_mut() {
                    *problem = None;
                    typed.insert(text);
                }
            }
        }
    }

    pub(super) fn erase(&mut self) {
        match self {
            Self::Mfa(mfa) => mfa.code.erase(),
            other => {
                if let Some((typed, problem)) = other.typed_mut() {
                    *problem = None;
                    typed.erase();
                }
            }
        }
    }

    /// What is typed, and what is said to be wrong with it.
    fn typed_mut(&mut self) -> Option<(&mut TextField, &mut Option<String>)> {
        match self {
            Self::Delete(delete) => Some((&mut delete.typed, &mut delete.problem)),
            Self::Confirm(confirm) => Some((&mut confirm.typed, &mut confirm.problem)),
            Self::Import(ask) => Some((&mut ask.file, &mut ask.problem)),
            Self::Replace(replace) => Some((&mut replace.typed, &mut replace.problem)),
            _ => None,
        }
    }

    /// The first line to show where there is room for fewer: what is typed stays in view, or else the end.
    pub fn scroll(&self, columns: usize, room: usize) -> usize {
        let lines = self.panel().wrapped(columns);
        let kept = match self {
            Self::Choose(choose) => Some(choose.line().saturating_sub(room / 2)),
            Self::Confirm(confirm) => lines.iter().position(|line| confirm.is_here(line)),
            _ => lines.iter().position(|(tone, _)| *tone == Tone::Input),
        };
        lines.len().saturating_sub(room).min(kept.unwrap_or(usize::MAX))
    }

    fn clear(&mut self) {
        match self {
            Self::Mfa(mfa) => mfa.code.clear(),
            other => {
                if let Some((typed, _)) = other.typed_mut() {
                    typed.clear();
                }
            }
        }
    }

    fn go(&mut self, motion: Motion) {
        match self {
            Self::Connected(connected) => {
                connected.cursor = moved(connected.cursor, connected.steps.len().saturating_sub(1), motion);
            }
            Self::Choose(choose) => choose.go(motion),
            Self::Confirm(confirm) => confirm.go(motion),
            Self::Import(ask) => ask.go(motion),
            _ => {}
        }
    }
}

/// Where a cursor goes among so many answers.
fn moved(cursor: usize, last: usize, motion: Motion) -> usize {
    match motion {
        Motion::Down => cursor.saturating_add(1).min(last),
        Motion::Up => cursor.saturating_sub(1),
        Motion::Top | Motion::HalfPageUp => 0,
        Motion::Bottom | Motion::HalfPageDown => last,
    }
}

impl Delete {
    /// What must be typed.
    fn word(&self) -> &str {
        if self.connection.protected { &self.connection.nickname } else { "y" }
    }

    fn panel(&self) -> Panel {
        let connection = &self.connection;
        let account = connection.account.as_deref().unwrap_or("unknown");
        let api = match &self.api_name {
            Some(name) => format!("{name} ({})", connection.api_id),
            None => connection.api_id.clone(),
        };
        let kind = connection.api_type.label();
        let mut lines = vec![
            Line::new(Tone::Plain, &format!("connection   {}", connection.nickname)),
            Line::new(Tone::Plain, &format!("API          {api}, {kind}")),
            Line::new(Tone::Plain, &format!("account      {account}")),
            Line::new(Tone::Plain, &format!("region       {}", connection.region)),
            Line::new(Tone::Plain, ""),
            Line::new(
                Tone::Muted,
                "The API itself stays as it is. A secret kept here goes with the connection.",
            ),
            Line::new(Tone::Plain, ""),
        ];
        let asked = if connection.protected {
            "It is protected. Type its nickname to delete it:"
        } else {
            "Delete it? Type y for yes:"
        };
        lines.push(Line::new(Tone::Plain, asked));
        lines.push(Line::new(Tone::Input, &format!("{}_", self.typed.text())));
        lines.extend(self.problem.iter().map(|problem| Line::new(Tone::Danger, &format!("! {problem}"))));
        Panel::new("Delete the connection?", lines)
    }
}

fn unverified(problem: &Problem) -> Panel {
    let mut lines = problem_panel(problem).lines;
    lines.push(Line::new(Tone::Plain, ""));
    lines.push(Line::new(Tone::Heading, "Save it unverified?"));
    let what =
        "Whose account it is stays unknown, so that apigw cannot tell when the credentials become another's.";
    lines.push(Line::new(Tone::Plain, what));
    lines.push(Line::new(Tone::Plain, "enter saves it all the same, esc goes back to the form"));
    Panel::new("Not verified", lines)
}

impl Connected {
    /// What was found about the new connections, and the steps from here.
    pub(super) fn new(added: &[Connection], identity: Option<&Identity>) -> Self {
        let mut found = Vec::new();
        match identity {
            Some(identity) => {
                found.push(Line::new(Tone::Plain, &format!("account   {}", identity.account)));
                found.push(Line::new(Tone::Plain, &format!("as        {}", identity.arn)));
            }
            None => found.push(Line::new(Tone::Warning, "unverified: whose account it is stays unknown")),
        }
        for connection in added {
            let (kind, id) = (connection.api_type.label(), &connection.api_id);
            let text = format!("added     {} ({kind} {id}, {})", connection.nickname, connection.region);
            found.push(Line::new(Tone::Plain, &text));
        }
        let opens = added.first().map(|first| {
            (format!("Open {}", text::sanitise(&first.nickname)), Step::Open(first.nickname.clone()))
        });
        let imports = added.first().map(|first| {
            let whose = if added.len() > 1 {
                format!("the schema of {}", text::sanitise(&first.nickname))
            } else {
                "its schema".to_owned()
            };
            (format!("Import {whose}"), Step::Import(first.nickname.clone()))
        });
        let later = [("Maybe later".to_owned(), Step::Later)];
        let steps = opens.into_iter().chain(imports).chain(later).collect();
        Self { found, steps, cursor: 0 }
    }

    fn panel(&self) -> Panel {
        let mut lines = self.found.clone();
        lines.push(Line::new(Tone::Plain, ""));
        for (index, (label, _)) in self.steps.iter().enumerate() {
            let here = index == self.cursor;
            let (mark, tone) = if here { (">", Tone::Heading) } else { (" ", Tone::Plain) };
            lines.push(Line::new(tone, &format!("{mark} {label}")));
        }
        Panel::new("Connected", lines)
    }
}

/// What an action does in the dialog on top.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Dialog(dialog)) = &mut model.overlay else {
        return Vec::new();
    };
    match action {
        Action::ClearField => dialog.clear(),
        Action::Move(motion) => dialog.go(motion),
        Action::Enter => return answer(model),
        _ => {}
    }
    Vec::new()
}

fn answer(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Dialog(dialog)) = &mut model.overlay else {
        return Vec::new();
    };
    match dialog {
        Dialog::Mfa(_) => mfa::sign_in(model),
        Dialog::Delete(_) => answer_delete(model),
        Dialog::Unverified(_) => {
            model.overlay = None;
            form::save_unverified(model)
        }
        Dialog::Connected(connected) => {
            let step = connected.steps.get(connected.cursor).map(|(_, step)| step.clone());
            model.overlay = None;
            match step {
                Some(Step::Open(nickname)) => deployments::open(model, &nickname),
                Some(Step::Import(nickname)) => open_and_import(model, &nickname),
                _ => Vec::new(),
            }
        }
        Dialog::Choose(_) => choose::answer(model),
        Dialog::Confirm(_) => confirm::answer(model),
        Dialog::Import(_) => import::answer(model),
        Dialog::Replace(_) => import::answer_replace(model),
        Dialog::Leave(_) => {
            model.overlay = None;
            Vec::new()
        }
    }
}

/// Deletes the connection when what was typed says so.
fn answer_delete(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Dialog(Dialog::Delete(delete))) = &mut model.overlay else {
        return Vec::new();
    };
    let typed = delete.typed.text().trim();
    if typed.is_empty() {
        model.overlay = None;
        model.notice = Some("Nothing was deleted".to_owned());
        return Vec::new();
    }
    let says_yes = !delete.connection.protected && typed.eq_ignore_ascii_case("yes");
    if typed != delete.word() && !says_yes {
        delete.problem = Some(format!("That is not `{}`; esc leaves it", delete.word()));
        return Vec::new();
    }
    let nickname = delete.connection.nickname.clone();
    model.overlay = None;
    if model.questions.find(&Slot::Save).is_some() {
        model.notice = Some("Another save is under way; it ends in a moment".to_owned());
        return Vec::new();
    }
    model.questions.ask(Question::Save(Edit::Remove { nickname }), model.now)
}

/// Opens a connection with the question what to import over it.
fn open_and_import(model: &mut Model, nickname: &str) -> Vec<Effect> {
    let effects = deployments::open(model, nickname);
    if let Some(connection) = model.connection(nickname).cloned() {
        ask_import(model, &connection, None);
    }
    effects
}

/// Leaves the dialog without an answer.
pub(super) fn leave(model: &mut Model, dialog: Dialog) -> Vec<Effect> {
    match dialog {
        Dialog::Mfa(mfa) => mfa::leave(model, mfa),
        Dialog::Delete(_) => {
            model.notice = Some("Nothing was deleted".to_owned());
            Vec::new()
        }
        Dialog::Unverified(_) => {
            model.notice = Some("Not saved".to_owned());
            Vec::new()
        }
        Dialog::Confirm(_) => {
            model.notice = Some("Nothing was written".to_owned());
            Vec::new()
        }
        Dialog::Replace(_) => {
            model.notice = Some("The file stays as it is".to_owned());
            Vec::new()
        }
        Dialog::Connected(_) | Dialog::Choose(_) | Dialog::Import(_) | Dialog::Leave(_) => Vec::new(),
    }
}
