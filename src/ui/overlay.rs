//! What lies over a screen: panels to read, and the palette.

use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Borders};

use super::canvas::{Canvas, columns, row};
use super::deployments::instead_of;
use super::listing::{Focus, TEXT_COLUMN, widest};
use crate::app::{self, Model, Palette, Panel, Picker, Slot, Tone, panel_area, panel_columns, panel_lines};
use crate::domain::Revision;
use crate::text;

pub(super) fn draw_panel(model: &Model, panel: &Panel, canvas: &mut Canvas) {
    let room = panel_lines(model);
    let total = panel.height(panel_columns(model));
    let last = total.min(panel.scroll + room);
    let hint = if total > room { format!(" {last} of {} ", text::grouped(total)) } else { String::new() };
    let inside = draw_box(model, &panel.title, hint, canvas);
    for (index, (line, piece)) in panel.shown(panel_columns(model), room).into_iter().enumerate() {
        let row = row(inside, index);
        let style = canvas.theme.tone(line.tone);
        canvas.put(columns(row, 1, row.width.saturating_sub(2)), Line::styled(piece, style));
    }
}

pub(super) fn draw_palette(model: &Model, palette: &Palette, canvas: &mut Canvas) {
    let list = &palette.list;
    let hint = format!(" {} of {} ", list.rows().len(), palette.items.len());
    let inside = draw_box(model, "Command", hint, canvas);
    let typed = text::sanitise(list.filter()).into_owned();
    let input = Line::styled(format!(": {typed}_"), canvas.theme.accent());
    canvas.put(columns(row(inside, 0), 1, inside.width.saturating_sub(2)), input);
    let room = panel_lines(model).saturating_sub(1);
    if list.rows().is_empty() {
        let nothing = Line::styled("Nothing is called that", canvas.theme.muted());
        canvas.put(columns(row(inside, 1), TEXT_COLUMN, inside.width), nothing);
    }
    let shown = list.rows().iter().enumerate().skip(list.offset()).take(room);
    for (line, (index, &item)) in shown.enumerate() {
        let Some(item) = palette.items.get(item) else {
            continue;
        };
        let row = row(inside, line + 1);
        let here = index == list.cursor();
        if here {
            canvas.cursor(row, Focus::Here);
        }
        let style = if here { canvas.theme.selected() } else { canvas.theme.text() };
        let key_width = u16::try_from(text::width(&item.key)).unwrap_or(u16::MAX);
        let key_at = row.width.saturating_sub(key_width.saturating_add(1));
        let label = Line::styled(text::sanitise(&item.label), style);
        canvas.put(columns(row, TEXT_COLUMN, key_at.saturating_sub(TEXT_COLUMN + 1)), label);
        let key = Line::styled(item.key.clone(), canvas.theme.accent());
        canvas.put(columns(row, key_at, key_width), key);
    }
}

pub(super) fn draw_picker(model: &Model, picker: &Picker, canvas: &mut Canvas) {
    let (list, revisions) = (&picker.list, picker.revisions.value.as_deref().unwrap_or_default());
    let hint = format!(" {} of {} ", text::grouped(list.rows().len()), text::grouped(revisions.len()));
    let inside = draw_box(model, "Revision", hint, canvas);
    let typed = text::sanitise(list.filter()).into_owned();
    let input = Line::styled(format!("/ {typed}_"), canvas.theme.accent());
    canvas.put(columns(row(inside, 0), 1, inside.width.saturating_sub(2)), input);
    let room = panel_lines(model).saturating_sub(1);
    if list.rows().is_empty() {
        let below = Rect { y: inside.y.saturating_add(1), height: inside.height.saturating_sub(1), ..inside };
        return canvas.message(model, below, &instead_of_revisions(model, picker));
    }
    let width = |revision: &Revision| text::width(&revision.name);
    let names = widest(list.rows().iter().filter_map(|&row| revisions.get(row)).map(width), 8, 28);
    let shown = list.rows().iter().enumerate().skip(list.offset()).take(room);
    for (line, (index, &revision)) in shown.enumerate() {
        let (Some(revision), row) = (revisions.get(revision), row(inside, line + 1)) else {
            continue;
        };
        let here = index == list.cursor();
        if here {
            canvas.cursor(row, Focus::Here);
        }
        draw_revision(model, revision, (row, names), here, canvas);
    }
}

fn draw_revision(
    model: &Model,
    revision: &Revision,
    (row, names): (Rect, u16),
    here: bool,
    canvas: &mut Canvas,
) {
    const KIND: u16 = 13;
    const AGE: u16 = 9;
    let style = if here { canvas.theme.selected() } else { canvas.theme.text() };
    let muted = canvas.theme.muted();
    let name = text::sanitise(&revision.name).into_owned();
    canvas.put(columns(row, TEXT_COLUMN, KIND - 1), Line::styled(revision.kind.as_str(), style));
    canvas.put(columns(row, TEXT_COLUMN + KIND, names), Line::styled(name, style));
    let age_at = TEXT_COLUMN + KIND + names + 2;
    let age = revision.at.map(|at| text::age(at, model.now)).unwrap_or_default();
    canvas.put(columns(row, age_at, AGE - 1), Line::styled(age, muted));
    let subject = columns(row, age_at + AGE, row.width.saturating_sub(age_at + AGE + 1));
    canvas.put(subject, Line::styled(text::sanitise(&revision.subject).into_owned(), muted));
}

/// What the picker says while it has no revision to show.
fn instead_of_revisions(model: &Model, picker: &Picker) -> Vec<app::Line> {
    let read = &picker.revisions;
    if read.value.is_none() {
        return instead_of(model, read, &Slot::Revisions, "the revisions");
    }
    let text = format!("None is called that; enter takes “{}” as it is", picker.list.filter());
    vec![app::Line::new(Tone::Muted, &text)]
}

/// An empty box with a title above and a hint below; gives the room inside.
fn draw_box(model: &Model, title: &str, hint: String, canvas: &mut Canvas) -> Rect {
    let area = panel_area(model);
    let title = text::fit(title, usize::from(area.width.saturating_sub(6))).into_owned();
    let block = Block::new()
        .borders(Borders::ALL)
        .border_style(canvas.theme.muted())
        .title(Line::styled(format!(" {title} "), canvas.theme.heading()))
        .title_bottom(Line::styled(hint, canvas.theme.muted()).right_aligned());
    let inside = block.inner(area);
    canvas.clear(area);
    canvas.widget(block, area);
    inside
}
