//! Questions to the person: an MFA code, whether to delete, whether to save all the same, what to do next.

use super::panel::{Line, Panel, Tone, problem_panel};
use super::questions::Asker;
use super::text_field::{SecretField, TextField};
use super::{Answer, Effect, Model, Open, Overlay, Question, Slot, connections, deployments, form};
use crate::domain::{
    Connection, Edit, Identity, Login, MfaPrompt, Outcome, Problem, ProblemKind, Secret, SessionKey, rules,
};
use crate::input::{Action, Motion};
use crate::text;

/// Digits of an MFA code.
const CODE_DIGITS: usize = 6;

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
}

/// Asks for an MFA code.
#[derive(Clone, Debug, PartialEq)]
pub struct Mfa {
    prompt: MfaPrompt,
    login: Login,
    code: SecretField,
    /// Why the last code was not taken.
    problem: Option<Problem>,
    /// What is asked again once the code was right.
    waiting: Vec<Question>,
    /// What lay over the screen before.
    below: Option<Box<Overlay>>,
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

/// What can be done next. Steps that later join, such as importing the schema, belong into this list.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Open(String),
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
            Self::Delete(delete) => {
                delete.problem = None;
                delete.typed.insert(text);
            }
            Self::Unverified(_) | Self::Connected(_) => {}
        }
    }

    pub(super) fn erase(&mut self) {
        match self {
            Self::Mfa(mfa) => mfa.code.erase(),
            Self::Delete(delete) => delete.typed.erase(),
            Self::Unverified(_) | Self::Connected(_) => {}
        }
    }

    /// The first line to show where there is room for fewer: what is typed stays in view, or else the end.
    pub fn scroll(&self, columns: usize, room: usize) -> usize {
        let lines = self.panel().wrapped(columns);
        let typed = lines.iter().position(|(tone, _)| *tone == Tone::Input);
        lines.len().saturating_sub(room).min(typed.unwrap_or(usize::MAX))
    }

    fn clear(&mut self) {
        match self {
            Self::Mfa(mfa) => mfa.code.clear(),
            Self::Delete(delete) => delete.typed.clear(),
            Self::Unverified(_) | Self::Connected(_) => {}
        }
    }
}

impl Mfa {
    /// Only digits are taken, and no more than a code has.
    fn insert(&mut self, text: &str) {
        let missing = CODE_DIGITS.saturating_sub(self.typed().len());
        let digits: String = text.chars().filter(char::is_ascii_digit).take(missing).collect();
        self.code.insert(&digits);
    }

    fn typed(&self) -> &str {
        self.code.secret().map_or("", Secret::expose)
    }

    fn panel(&self) -> Panel {
        let mut lines = vec![
            Line::new(Tone::Plain, &format!("The role {} asks for a code.", self.prompt.role)),
            Line::new(Tone::Plain, &format!("Device: {}", self.prompt.serial)),
            Line::new(Tone::Plain, ""),
            // A code serves once and for half a minute: to see a slip of the finger is worth more than to hide it.
            Line::new(Tone::Input, &format!("Code: {}_", self.typed())),
        ];
        if let Some(problem) = &self.problem {
            lines.push(Line::new(Tone::Plain, ""));
            lines.push(Line::new(Tone::Danger, &format!("! {}", problem.what)));
            lines.extend(text::sanitise_lines(&problem.why).iter().map(|why| Line::new(Tone::Plain, why)));
            lines.extend(problem.advice.iter().map(|step| Line::new(Tone::Plain, &format!("- {step}"))));
        }
        Panel::new("MFA code", lines)
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
        let steps = opens.into_iter().chain([("Maybe later".to_owned(), Step::Later)]).collect();
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

    fn go(&mut self, motion: Motion) {
        let last = self.steps.len().saturating_sub(1);
        self.cursor = match motion {
            Motion::Down => self.cursor.saturating_add(1).min(last),
            Motion::Up => self.cursor.saturating_sub(1),
            Motion::Top | Motion::HalfPageUp => 0,
            Motion::Bottom | Motion::HalfPageDown => last,
        };
    }
}

/// What an action does in the dialog on top.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Dialog(dialog)) = &mut model.overlay else {
        return Vec::new();
    };
    match action {
        Action::ClearField => dialog.clear(),
        Action::Move(motion) => {
            if let Dialog::Connected(connected) = dialog {
                connected.go(motion);
            }
        }
        Action::Enter => return answer(model),
        _ => {}
    }
    Vec::new()
}

fn answer(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(Overlay::Dialog(dialog)) = &mut model.overlay else {
        return Vec::new();
    };
    match dialog {
        Dialog::Mfa(mfa) => {
            if let Err(expected) = rules::mfa_code(mfa.typed()) {
                mfa.problem = Some(Problem::new(ProblemKind::Usage, format!("Type {expected}"), ""));
                return Vec::new();
            }
            let code = Secret::new(mfa.typed().to_owned());
            mfa.code.clear();
            mfa.problem = None;
            let question = Question::SignIn(mfa.login.clone(), code);
            model.notice = Some("Signing in".to_owned());
            model.questions.ask(question, now)
        }
        Dialog::Delete(delete) => {
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
            if model.questions.writing().is_some() {
                model.notice = Some("Another save is under way; it ends in a moment".to_owned());
                return Vec::new();
            }
            model.questions.ask(Question::Save(Edit::Remove { nickname }), now)
        }
        Dialog::Unverified(_) => {
            model.overlay = None;
            form::save_unverified(model)
        }
        Dialog::Connected(connected) => {
            let step = connected.steps.get(connected.cursor).map(|(_, step)| step.clone());
            model.overlay = None;
            match step {
                Some(Step::Open(nickname)) => deployments::open(model, &nickname),
                _ => Vec::new(),
            }
        }
    }
}

/// Leaves the dialog without an answer.
pub(super) fn leave(model: &mut Model, dialog: Dialog) -> Vec<Effect> {
    match dialog {
        Dialog::Mfa(mfa) => {
            model.overlay = mfa.below.map(|below| *below);
            let effects = model.questions.abandon(|open| open.slot == Slot::SignIn);
            let saves = mfa.waiting.iter().any(|question| matches!(question, Question::LoginIdentity(_)));
            if saves {
                let problem = needs_mfa(mfa.prompt);
                form::ask_unverified(model, problem);
            } else {
                model.notice = Some("Not signed in; r asks again".to_owned());
            }
            effects
        }
        Dialog::Delete(_) => {
            model.notice = Some("Nothing was deleted".to_owned());
            Vec::new()
        }
        Dialog::Unverified(_) => {
            model.notice = Some("Not saved".to_owned());
            Vec::new()
        }
        Dialog::Connected(_) => Vec::new(),
    }
}

fn needs_mfa(prompt: MfaPrompt) -> Problem {
    let what = format!("Cannot sign in to {}", prompt.role);
    Problem {
        mfa: Some(prompt),
        ..Problem::new(ProblemKind::NeedsMfa, what, "It asks for an MFA code, and none was given.")
    }
}

/// Asks for a code where an answer says that one is missing and a person waits for that answer. What comes while the dialog
/// is open waits for the same code, or for the next time somebody asks.
pub(super) fn notice_mfa(model: &mut Model, open: &Open, reply: &Result<Answer, Problem>) {
    let Some(prompt) = prompt_of(reply).filter(|_| open.asker == Asker::Person) else {
        return;
    };
    match &mut model.overlay {
        Some(Overlay::Dialog(Dialog::Mfa(mfa))) => {
            if mfa.prompt == prompt && !mfa.waiting.contains(&open.question) {
                mfa.waiting.push(open.question.clone());
            }
        }
        Some(Overlay::Dialog(_)) => {}
        below => {
            let Some(login) = login_of(&model.connections, &open.question) else {
                return;
            };
            let below = below.take().map(Box::new);
            let waiting = vec![open.question.clone()];
            let mfa = Mfa { prompt, login, code: SecretField::default(), problem: None, waiting, below };
            show(model, Dialog::Mfa(mfa));
        }
    }
}

/// The code that an answer says is missing: the whole could not be read, or a part of it.
fn prompt_of(reply: &Result<Answer, Problem>) -> Option<MfaPrompt> {
    let problems: Vec<&Problem> = match reply {
        Err(problem) => vec![problem],
        Ok(Answer::Health(statuses)) => statuses.iter().filter_map(|s| s.problem.as_ref()).collect(),
        Ok(Answer::Test(checks)) => {
            let failed = checks.iter().filter_map(|check| match &check.outcome {
                Outcome::Failed(problem) => Some(problem),
                _ => None,
            });
            failed.collect()
        }
        Ok(_) => Vec::new(),
    };
    let missing = problems.into_iter().find(|problem| problem.kind == ProblemKind::NeedsMfa)?;
    missing.mfa.clone()
}

/// What a question signs in with.
fn login_of(connections: &[Connection], question: &Question) -> Option<Login> {
    let shared = |session: SessionKey| Login { session, access_key: None };
    match question {
        Question::Health(session, _) => Some(shared(session.clone())),
        Question::Apis(login, _) | Question::LoginIdentity(login) | Question::SourceIdentity(login) => {
            Some(login.clone())
        }
        Question::Test(trial) => Some(trial.login.clone()),
        other => {
            let nickname = other.nickname()?;
            let connection = connections.iter().find(|connection| connection.nickname == nickname)?;
            Some(shared(connection.session_key()))
        }
    }
}

/// Takes in whether the code was right. Then everything that waited for it is asked again, and so are the rows of the list
/// that wait for the same code.
pub(super) fn settle(model: &mut Model, reply: Result<Answer, Problem>) -> Vec<Effect> {
    let now = model.now;
    let Some(Overlay::Dialog(Dialog::Mfa(mfa))) = &mut model.overlay else {
        return Vec::new();
    };
    if let Err(problem) = reply {
        mfa.problem = Some(problem);
        model.notice = None;
        return Vec::new();
    }
    let (prompt, mut waiting) = (mfa.prompt.clone(), std::mem::take(&mut mfa.waiting));
    model.overlay = mfa.below.take().map(|below| *below);
    model.notice = Some("Signed in".to_owned());
    if model.deployments.is_none() {
        waiting.extend(rows_waiting(model, &prompt));
    }
    let mut asked: Vec<Slot> = Vec::new();
    waiting.retain(|question| {
        let first = !asked.contains(&question.slot());
        asked.push(question.slot());
        first
    });
    waiting.into_iter().flat_map(|question| model.questions.ask(question, now)).collect()
}

fn rows_waiting(model: &Model, prompt: &MfaPrompt) -> Vec<Question> {
    let waits = |connection: &&Connection| {
        let problem = connections::problem_of(model, &connection.nickname);
        problem.is_some_and(|problem| problem.mfa.as_ref() == Some(prompt))
    };
    let sessions = model.connections.iter().filter(waits).map(Connection::session_key);
    sessions.map(|session| connections::health_of(model, &session)).collect()
}
