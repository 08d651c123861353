//! Bringing the gateway's schema into a file: what it would change there, then the write.

use super::panel::{Line, Panel, Tone, problem_panel};
use super::{Effect, Model, Overlay, Question, Remote, Task, dialog, write};
use crate::domain::{Done, Import, ImportRequest, Problem};
use crate::input::Action;
use crate::text;

/// State of the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportScreen {
    /// The connection.
    pub nickname: String,
    /// What is asked for.
    pub request: ImportRequest,
    /// What would be written.
    pub import: Remote<Import>,
    /// What it changes, as text.
    pub page: Panel,
    /// Whether the file was written.
    saved: bool,
}

impl ImportScreen {
    /// Whether there is something to write.
    pub(super) fn can_be_saved(&self) -> bool {
        !self.saved && self.import.value.as_ref().is_some_and(|import| !is_unchanged(import))
    }
}

/// Shows what an import would write, once it is known.
pub(super) fn open(model: &mut Model, nickname: String, request: ImportRequest) -> Vec<Effect> {
    let page = Panel::new("Import", Vec::new());
    let import = Remote::default();
    model.task = Some(Task::Import(ImportScreen { nickname, request, import, page, saved: false }));
    ask(model)
}

fn ask(model: &mut Model) -> Vec<Effect> {
    let Some(Task::Import(screen)) = &mut model.task else {
        return Vec::new();
    };
    screen.import = Remote::default();
    screen.saved = false;
    screen.page.scroll = 0;
    let question = Question::PlanImport(screen.nickname.clone(), screen.request.clone());
    model.mark_dirty();
    model.questions.ask(question, model.now)
}

/// Takes in what would be written.
pub(super) fn settle(model: &mut Model, reply: Result<Import, Problem>) {
    let now = model.now;
    if let Some(Task::Import(screen)) = &mut model.task {
        if let Ok(import) = &reply {
            screen.page = page(import, vec![head(import)]);
        }
        screen.import.settle(reply, now);
    }
}

/// What the screen's own keys do.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Task::Import(screen)) = &model.task else {
        return Vec::new();
    };
    match (action, &screen.import.value, &screen.import.problem) {
        (Action::Refresh, ..) => ask(model),
        (Action::Enter, Some(_), _) if screen.saved => {
            model.notice = Some("It is written already; esc goes back".to_owned());
            Vec::new()
        }
        (Action::Enter, Some(import), _) if is_unchanged(import) => {
            model.notice = Some("The file says the same already".to_owned());
            Vec::new()
        }
        (Action::Enter, Some(import), _) if import.before.is_some() => {
            dialog::replace(model, file_of(import));
            Vec::new()
        }
        (Action::Enter, Some(_), _) => save(model),
        (Action::Explain, _, Some(problem)) => {
            let panel = problem_panel(problem);
            model.overlay = Some(Overlay::Panel(panel));
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Writes the file.
pub(super) fn save(model: &mut Model) -> Vec<Effect> {
    let Some(Task::Import(screen)) = &model.task else {
        return Vec::new();
    };
    let Some(import) = &screen.import.value else {
        return Vec::new();
    };
    let question = Question::SaveImport(screen.nickname.clone(), Box::new(import.clone()));
    model.questions.ask(question, model.now)
}

/// Tells how the write ended, wherever the person is.
pub(super) fn saved(model: &mut Model, import: &Import, reply: Result<Done, Problem>) {
    let problem = match reply {
        Ok(done) => done.problem,
        Err(problem) => Some(problem),
    };
    let file = file_of(import);
    model.notice = Some(match &problem {
        None => format!("Imported into {file}"),
        Some(problem) => format!("Not imported into {file}: {}", problem.headline()),
    });
    let Some(Task::Import(screen)) = &mut model.task else {
        return;
    };
    if screen.import.value.as_ref() != Some(import) {
        return;
    }
    let told = match &problem {
        None => {
            screen.saved = true;
            let kept =
                if import.before.is_some() { "; what it said before is kept in the history" } else { "" };
            vec![Line::new(Tone::Ok, &format!("* Imported into {file}{kept}"))]
        }
        Some(problem) => {
            let blank = std::iter::once(Line::new(Tone::Plain, ""));
            write::problem_lines(problem).into_iter().chain(blank).chain([head(import)]).collect()
        }
    };
    screen.page = page(import, told);
}

fn file_of(import: &Import) -> String {
    import.request.file.as_ref().map(|file| file.display().to_string()).unwrap_or_default()
}

fn is_unchanged(import: &Import) -> bool {
    import.before.is_some() && import.diff.is_empty()
}

/// What would become of the file.
fn head(import: &Import) -> Line {
    let file = file_of(import);
    match (&import.before, is_unchanged(import)) {
        (None, _) => Line::new(Tone::Heading, &format!("{file} is new; enter writes it")),
        (Some(_), true) => Line::new(Tone::Heading, &format!("{file} says the same already")),
        (Some(_), false) => {
            Line::new(Tone::Warning, &format!("~ {file} differs; enter asks, then replaces it"))
        }
    }
}

/// What would change in the file, told by sign and look, below what is to be said first.
fn page(import: &Import, told: Vec<Line>) -> Panel {
    let stage = import.target.stage.as_deref().unwrap_or("the newest configuration");
    let from = format!("from {stage} of {} ({})", import.target.api_name, import.target.api_id);
    let mut lines = told;
    lines.extend([Line::new(Tone::Muted, &from), Line::new(Tone::Plain, "")]);
    if import.before.is_some() {
        lines.extend(import.diff.lines().map(diff_line));
    } else {
        lines.extend(text::sanitise_lines(&import.text).iter().map(|line| Line::new(Tone::Plain, line)));
    }
    Panel::new("Import", lines)
}

fn diff_line(line: &str) -> Line {
    let tone = match line.as_bytes().first() {
        _ if line.starts_with("--- ") || line.starts_with("+++ ") => Tone::Muted,
        Some(b'+') => Tone::Ok,
        Some(b'-') => Tone::Removed,
        Some(b'@') => Tone::Muted,
        _ => Tone::Plain,
    };
    Line::new(tone, line)
}
