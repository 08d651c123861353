//! The rows of the form, one below the other: arithmetic that drawing, scrolling and clicks share.

use super::lists::ListState;
use super::{Field, Form, Kind};
use crate::app::panel::wrap;
use crate::app::{Model, Tone, geometry};
use crate::text;

/// Columns before a field's value: the cursor's mark and the label.
pub const LABEL_COLUMNS: u16 = 20;
/// The most rows that a list takes.
pub(super) const LIST_ROWS: usize = 8;
/// The most connections to be that are named while the list below them needs the room.
const PLANNED_ROWS: usize = 4;
/// Body rows from which groups stand apart.
const ROOMY: u16 = 36;

/// One row of the form.
#[derive(Clone, Debug, PartialEq)]
pub enum FormRow {
    /// Nothing.
    Blank,
    /// A group's heading.
    Heading(&'static str),
    /// A field with its value.
    Field(Field),
    /// Something said about the field above.
    Said(Tone, String),
    /// A row of the focused field's list, counted from 0.
    Offer(usize),
}

/// Every row.
pub(in crate::app) fn rows(model: &Model) -> Vec<FormRow> {
    let Some(form) = &model.form else {
        return Vec::new();
    };
    let body = geometry::frame(model.size).body;
    let columns = usize::from(body.width.saturating_sub(LABEL_COLUMNS + 1));
    let said = |tone, text: &str| {
        let lines = wrap(&text::sanitise(text), columns);
        lines.into_iter().map(move |line| FormRow::Said(tone, line)).collect::<Vec<_>>()
    };
    let mut rows = Vec::new();
    for field in form.fields() {
        if let Some(heading) = heading(field) {
            if body.height >= ROOMY && !rows.is_empty() {
                rows.push(FormRow::Blank);
            }
            rows.push(FormRow::Heading(heading));
        }
        rows.push(FormRow::Field(field));
        if let Some(error) = form.errors.get(&field) {
            rows.extend(said(Tone::Danger, error));
        }
        if field == Field::Api && form.marked.len() > 1 {
            let planned = form.planned();
            let shown = if form.focus == field { planned.len().min(PLANNED_ROWS) } else { planned.len() };
            for (nickname, id) in &planned[..shown] {
                rows.extend(said(Tone::Plain, &format!("adds {nickname} ({id})")));
            }
            if shown < planned.len() {
                let rest = planned.len() - shown;
                rows.extend(said(Tone::Muted, &format!("and {rest} more; tab shows all of them")));
            }
        }
        if field == form.focus {
            list(model, form, &mut rows, &said);
        }
    }
    rows
}

fn heading(field: Field) -> Option<&'static str> {
    match field {
        Field::Nickname => Some("CONNECTION"),
        Field::Auth => Some("CREDENTIALS"),
        Field::Region => Some("API"),
        Field::Protected => Some("GUARDS"),
        Field::Can(crate::domain::Capability::View) => Some("WHAT IT IS FOR"),
        _ => None,
    }
}

/// The rows of the focused field's list, or what is said in its place.
fn list(model: &Model, form: &Form, rows: &mut Vec<FormRow>, said: &impl Fn(Tone, &str) -> Vec<FormRow>) {
    match model.form_list() {
        None => {}
        Some(ListState::Rows) => {
            let shown = form.list.rows().len().min(list_height(model));
            rows.extend((form.list.offset()..).take(shown).map(FormRow::Offer));
            rows.extend(said(Tone::Muted, &below_list(form, shown)));
        }
        Some(ListState::Reading(open)) => {
            let seconds = model.now.as_second().saturating_sub(open.asked_at.as_second());
            let items = open.progress.map(|items| format!(", {} so far", text::grouped(items)));
            let text = format!("Reading {seconds}s{}; ctrl-c cancels", items.unwrap_or_default());
            rows.extend(said(Tone::Muted, &text));
        }
        Some(ListState::Failed(problem)) => {
            rows.extend(said(Tone::Danger, &problem.headline()));
            for step in &problem.advice {
                rows.extend(said(Tone::Plain, &format!("- {step}")));
            }
            if form.focus == Field::Api {
                rows.extend(said(Tone::Muted, "enter asks again; an id can be typed all the same"));
            }
        }
        Some(ListState::Nothing(why)) => rows.extend(said(Tone::Muted, &why)),
    }
}

fn below_list(form: &Form, shown: usize) -> String {
    let all = form.list.rows().len();
    let mut parts = Vec::new();
    if shown < all {
        let last = (form.list.offset() + shown).min(all);
        parts.push(format!("{} of {}", text::grouped(last), text::grouped(all)));
    }
    parts.push("enter takes it".to_owned());
    if form.focus == Field::Api && form.can_mark() {
        parts.push("space marks several".to_owned());
    }
    parts.join(" · ")
}

/// Rows that a list may take: the field and what is said below the list stay in view.
fn list_height(model: &Model) -> usize {
    let viewport = usize::from(geometry::form_areas(model).0.height);
    viewport.saturating_sub(3).clamp(1, LIST_ROWS)
}

/// Keeps the focused field in view, its list and what is said about it too as far as there is room.
pub(in crate::app) fn reveal(model: &mut Model) {
    let (height, viewport) = (list_height(model), usize::from(geometry::form_areas(model).0.height));
    if let Some(form) = &mut model.form {
        form.list.reveal(height, |_| 1);
    }
    let rows = rows(model);
    let Some(form) = &mut model.form else {
        return;
    };
    let place = |field: Field| rows.iter().position(|row| *row == FormRow::Field(field));
    let top = place(form.focus).unwrap_or(0);
    let after = rows[top + 1..].iter();
    let below = after.take_while(|row| matches!(row, FormRow::Said(..) | FormRow::Offer(_))).count();
    // The heading above the first field of a group goes with it.
    let from = if top > 0 && matches!(rows[top - 1], FormRow::Heading(_)) { top - 1 } else { top };
    let least = (top + 1 + below).saturating_sub(viewport).min(top);
    form.offset =
        form.offset.clamp(least, from.max(least)).min(rows.len().saturating_sub(viewport).max(least));
}

impl Model {
    /// Every row of the open form.
    pub fn form_rows(&self) -> Vec<FormRow> {
        rows(self)
    }

    /// Where typing goes in the form: the row's place in [`Model::form_rows`], and the columns before it in the value.
    pub fn form_caret(&self) -> Option<(usize, usize)> {
        let form = self.form.as_ref()?;
        let columns = match form.focus.kind() {
            Kind::Text | Kind::Pick if form.focus == Field::Api && !form.marked.is_empty() => return None,
            Kind::Text | Kind::Pick => text::width(&text::sanitise(form.text_before_cursor(form.focus))),
            Kind::Secret => 0,
            _ => return None,
        };
        let row = rows(self).iter().position(|row| *row == FormRow::Field(form.focus))?;
        Some((row, columns))
    }
}
