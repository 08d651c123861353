//! The test of a connection: what its credentials can do, one check below the other.

use super::panel::{Line, Panel, Tone, problem_panel};
use super::{Answer, Effect, Model, Overlay, Question, Slot};
use crate::domain::{Capability, Check, Connection, Login, Outcome, Problem, Trial};

/// The panel of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct TrialPanel {
    /// What it shows.
    pub panel: Panel,
}

/// Tests a saved connection, all that it could be for.
pub(super) fn of_connection(model: &mut Model, connection: &Connection) -> Vec<Effect> {
    let trial = Trial {
        login: Login { session: connection.session_key(), access_key: None },
        api_type: connection.api_type,
        api_id: Some(connection.api_id.clone()),
        account: connection.account.clone(),
        read_only: connection.read_only,
        capabilities: Capability::ALL.to_vec(),
    };
    start(model, &connection.nickname, trial)
}

/// Tests, and shows that it does.
pub(super) fn start(model: &mut Model, name: &str, trial: Trial) -> Vec<Effect> {
    let title = if name.is_empty() { "Test".to_owned() } else { format!("Test of {name}") };
    let lines = vec![
        Line::new(Tone::Muted, "Looking at what these credentials can do; nothing is written."),
        Line::new(Tone::Muted, "It takes a few seconds; esc leaves it."),
    ];
    let panel = Panel::new(crate::text::sanitise(&title).into_owned(), lines);
    model.overlay = Some(Overlay::Trial(TrialPanel { panel }));
    model.mark_dirty();
    model.questions.ask(Question::Test(Box::new(trial)), model.now)
}

/// Takes the checks in.
pub(super) fn settle(model: &mut Model, reply: Result<Answer, Problem>) {
    let lines = match reply {
        Ok(Answer::Test(checks)) => lines(&checks),
        Ok(_) => return,
        Err(problem) => problem_panel(&problem).lines,
    };
    if let Some(Overlay::Trial(trial)) = model.overlay_below_dialog() {
        trial.panel.lines = lines;
        trial.panel.scroll = 0;
    }
}

/// Nobody waits for the checks once the panel is closed.
pub(super) fn closed(model: &mut Model) -> Vec<Effect> {
    model.questions.abandon(|open| open.slot == Slot::Test)
}

/// Each check with its mark and its word; problems in full.
fn lines(checks: &[Check]) -> Vec<Line> {
    let mut lines = Vec::new();
    for check in checks {
        let (mark, tone) = match &check.outcome {
            Outcome::Passed(_) => ("*", Tone::Plain),
            Outcome::Warned(_) => ("~", Tone::Warning),
            Outcome::Failed(_) => ("!", Tone::Danger),
            Outcome::Unknown(_) => ("?", Tone::Muted),
        };
        let head = format!("{mark} {:<8} {}", check.outcome.as_str(), check.what);
        lines.push(Line::new(tone, &head));
        match &check.outcome {
            Outcome::Passed(found) if found.is_empty() => {}
            Outcome::Passed(text) | Outcome::Unknown(text) => {
                lines.push(indented(Tone::Muted, text));
            }
            Outcome::Warned(problem) | Outcome::Failed(problem) => {
                let told = problem_panel(problem).lines;
                lines.extend(told.iter().map(|line| indented(plain(line.tone), &line.text)));
            }
        }
    }
    lines
}

fn indented(tone: Tone, text: &str) -> Line {
    let indent = if text.is_empty() { "" } else { "    " };
    Line::new(tone, &format!("{indent}{text}"))
}

/// The check's own line carries the alarm; what is told below it is for reading.
fn plain(tone: Tone) -> Tone {
    if tone == Tone::Danger { Tone::Plain } else { tone }
}
