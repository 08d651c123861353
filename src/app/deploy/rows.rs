//! The rows of the form, one below the other: arithmetic that drawing, scrolling and clicks share.

use super::fields::{StageChoice, choices};
use super::{DeployField, DeployForm, DeployKind};
use crate::app::panel::wrap;
use crate::app::{FORM_LABEL_COLUMNS, Model, Tone, geometry};
use crate::text;

/// Rows of the description.
const DESCRIPTION_ROWS: usize = 4;
/// The most stages shown at once.
const CHOICES: usize = 8;
/// Body rows from which groups stand apart.
const ROOMY: u16 = 30;

/// One row of the form.
#[derive(Clone, Debug, PartialEq)]
pub enum DeployRow {
    /// Nothing.
    Blank,
    /// A group's heading.
    Heading(&'static str),
    /// A field with its value; of the description, the first line.
    Field(DeployField),
    /// A further line of the description.
    Lines,
    /// Something said about the field above.
    Said(Tone, String),
    /// Something to choose, and whether it is chosen.
    Choice(StageChoice, bool),
}

/// Every row.
pub(in crate::app) fn rows(model: &Model, form: &DeployForm) -> Vec<DeployRow> {
    let body = geometry::frame(model.size).body;
    let columns = usize::from(body.width.saturating_sub(FORM_LABEL_COLUMNS + 1));
    let mut rows = Vec::new();
    for field in form.fields() {
        if let Some(heading) = heading(field) {
            if body.height >= ROOMY && !rows.is_empty() {
                rows.push(DeployRow::Blank);
            }
            rows.push(DeployRow::Heading(heading));
        }
        rows.push(DeployRow::Field(field));
        if field.kind() == DeployKind::Lines {
            rows.extend((1..DESCRIPTION_ROWS).map(|_| DeployRow::Lines));
        }
        if let Some(error) = form.errors.get(&field) {
            let lines = wrap(&text::sanitise(error), columns);
            rows.extend(lines.into_iter().map(|line| DeployRow::Said(Tone::Danger, line)));
        }
        if field == form.focus && field.kind() == DeployKind::Choice {
            rows.extend(shown_choices(model, form, field));
        }
    }
    rows
}

fn heading(field: DeployField) -> Option<&'static str> {
    match field {
        DeployField::File => Some("SCHEMA"),
        DeployField::Stage | DeployField::NewStage => Some("TARGET"),
        DeployField::Rename => Some("THE PUSH MAY"),
        _ => None,
    }
}

/// The choices around the one that is chosen.
fn shown_choices(model: &Model, form: &DeployForm, field: DeployField) -> Vec<DeployRow> {
    let choices = choices(model, field);
    let chosen = choices.iter().position(|choice| choice.stage.as_deref() == form.chosen(field)).unwrap_or(0);
    let from = chosen.saturating_sub(CHOICES / 2).min(choices.len().saturating_sub(CHOICES));
    let here = |choice: &StageChoice| choice.stage.as_deref() == form.chosen(field);
    let shown = choices.iter().skip(from).take(CHOICES);
    shown.map(|choice| DeployRow::Choice(choice.clone(), here(choice))).collect()
}

/// Keeps the focused field in view, with what is said and can be chosen below it as far as there is room.
pub(in crate::app) fn reveal(model: &mut Model) {
    let viewport = usize::from(geometry::form_areas(model).0.height);
    let Some(super::Task::Deploy(form)) = &model.task else {
        return;
    };
    let rows = rows(model, form);
    let top = rows.iter().position(|row| *row == DeployRow::Field(form.focus)).unwrap_or(0);
    let after = rows.iter().skip(top + 1);
    let belongs =
        |row: &&DeployRow| !matches!(row, DeployRow::Field(_) | DeployRow::Heading(_) | DeployRow::Blank);
    let below = after.take_while(belongs).count();
    let from = if top > 0 && matches!(rows[top - 1], DeployRow::Heading(_)) { top - 1 } else { top };
    let least = (top + 1 + below).saturating_sub(viewport).min(top);
    let most = rows.len().saturating_sub(viewport).max(least);
    if let Some(super::Task::Deploy(form)) = &mut model.task {
        form.offset = form.offset.clamp(least, from.max(least)).min(most);
    }
}

impl Model {
    /// Every row of the form of a deploy.
    pub fn deploy_rows(&self, form: &DeployForm) -> Vec<DeployRow> {
        rows(self, form)
    }
}
