//! MFA codes: asked of whoever wants to know something that takes one.

use super::{Dialog, show};
use crate::app::panel::{Line, Panel, Tone};
use crate::app::questions::Asker;
use crate::app::text_field::SecretField;
use crate::app::{Answer, Effect, Model, Open, Overlay, Question, Slot, connections, form};
use crate::domain::{Connection, Login, MfaPrompt, Outcome, Problem, ProblemKind, Secret, SessionKey, rules};
use crate::text;

/// Digits of an MFA code.
const CODE_DIGITS: usize = 6;

/// Asks for an MFA code.
#[derive(Clone, Debug, PartialEq)]
pub struct Mfa {
    prompt: MfaPrompt,
    login: Login,
    pub(super) code: SecretField,
    /// Why the last code was not taken.
    problem: Option<Problem>,
    /// What is asked again once the code was right.
    waiting: Vec<Question>,
    /// What lay over the screen before.
    pub(super) below: Option<Box<Overlay>>,
}

impl Mfa {
    /// Only digits are taken, and no more than a code has.
    pub(super) fn insert(&mut self, text: &str) {
        let missing = CODE_DIGITS.saturating_sub(self.typed().len());
        let digits: String = text.chars().filter(char::is_ascii_digit).take(missing).collect();
        self.code.insert(&digits);
    }

    fn typed(&self) -> &str {
        self.code.secret().map_or("", Secret::expose)
    }

    pub(super) fn panel(&self) -> Panel {
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

/// Signs in with the code that was typed.
pub(super) fn sign_in(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Dialog(Dialog::Mfa(mfa))) = &mut model.overlay else {
        return Vec::new();
    };
    if let Err(expected) = rules::mfa_code(mfa.typed()) {
        mfa.problem = Some(Problem::new(ProblemKind::Usage, format!("Type {expected}"), ""));
        return Vec::new();
    }
    let code = Secret::new(mfa.typed().to_owned());
    mfa.code.clear();
    mfa.problem = None;
    let question = Question::SignIn(mfa.login.clone(), code);
    model.notice = Some("Signing in".to_owned());
    model.questions.ask(question, model.now)
}

/// Leaves without a code; what was asked stays unanswered.
pub(super) fn leave(model: &mut Model, mfa: Mfa) -> Vec<Effect> {
    model.overlay = mfa.below.map(|below| *below);
    let effects = model.questions.abandon(|open| open.slot == Slot::SignIn);
    if mfa.waiting.iter().any(|question| matches!(question, Question::LoginIdentity(_))) {
        form::ask_unverified(model, needs_mfa(mfa.prompt));
    } else {
        model.notice = Some("Not signed in; r asks again".to_owned());
    }
    effects
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
pub(in crate::app) fn notice(model: &mut Model, open: &Open, reply: &Result<Answer, Problem>) {
    let Some(prompt) = prompt_of(reply).filter(|_| open.asker == Asker::Person) else {
        return;
    };
    match &mut model.overlay {
        Some(Overlay::Dialog(Dialog::Mfa(mfa))) => {
            let waits = repeatable(&open.question).filter(|question| !mfa.waiting.contains(question));
            if mfa.prompt == prompt {
                mfa.waiting.extend(waits);
            }
        }
        Some(Overlay::Dialog(_)) => {}
        below => {
            let Some(login) = login_of(&model.connections, &open.question) else {
                return;
            };
            let below = below.take().map(Box::new);
            let waiting = repeatable(&open.question).into_iter().collect();
            let mfa = Mfa { prompt, login, code: SecretField::default(), problem: None, waiting, below };
            show(model, Dialog::Mfa(mfa));
        }
    }
}

/// What may be asked again by itself: never a write, which a person begins anew.
fn repeatable(question: &Question) -> Option<Question> {
    (!question.is_write()).then(|| question.clone())
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
pub(in crate::app) fn settle(model: &mut Model, reply: Result<Answer, Problem>) -> Vec<Effect> {
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
