//! A panel whose text is asked for: two schemas compared, a schema that the history keeps.

use super::panel::{Line, Panel, Tone, problem_panel};
use super::{Answer, Effect, Model, Overlay, Question, Slot, plan};
use crate::domain::{Problem, SchemaDiff};
use crate::text;

/// The panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// What it shows.
    pub panel: Panel,
}

/// Asks, and shows that it does.
pub(super) fn open(model: &mut Model, title: &str, question: Question) -> Vec<Effect> {
    let lines = vec![Line::new(Tone::Muted, "Reading; esc leaves it")];
    model.overlay = Some(Overlay::Asked(Asked { panel: Panel::new(text::sanitise(title), lines) }));
    model.mark_dirty();
    model.questions.ask(question, model.now)
}

/// Takes the text in.
pub(super) fn settle(model: &mut Model, reply: Result<Answer, Problem>) {
    let lines = match reply {
        Ok(Answer::CompareEntries(diff)) => compared(&diff),
        Ok(Answer::KeptSchema(schema)) => {
            let lines = text::sanitise_lines(&spread(&schema));
            lines.iter().map(|line| Line::new(Tone::Plain, line)).collect()
        }
        Ok(_) => return,
        Err(problem) => problem_panel(&problem).lines,
    };
    if let Some(Overlay::Asked(asked)) = model.overlay_below_dialog() {
        asked.panel.lines = lines;
        asked.panel.scroll = 0;
    }
}

/// The history keeps JSON without a blank; a person reads it better line by line.
fn spread(schema: &str) -> String {
    let spread = serde_json::from_str::<serde_json::Value>(schema)
        .and_then(|json| serde_json::to_string_pretty(&json));
    spread.unwrap_or_else(|_| schema.to_owned())
}

/// Nobody waits for it once the panel is closed.
pub(super) fn closed(model: &mut Model) -> Vec<Effect> {
    model.questions.abandon(|open| open.slot == Slot::Schemas)
}

/// What differs, for callers first.
fn compared(diff: &SchemaDiff) -> Vec<Line> {
    let mut lines = vec![Line::new(Tone::Muted, &diff.basis)];
    let sections = [
        ("FOR CALLERS", plan::finding_lines(&diff.contract)),
        ("ON THE GATEWAY", plan::change_lines(&diff.gateway)),
    ];
    for (heading, under) in sections {
        lines.extend([Line::new(Tone::Plain, ""), Line::new(Tone::Heading, heading)]);
        if under.is_empty() {
            lines.push(Line::new(Tone::Muted, "  nothing differs"));
        }
        lines.extend(under);
    }
    lines
}
