//! The form of a connection.

use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::canvas::{Canvas, columns, row};
use super::listing::{Focus, TEXT_COLUMN};
use crate::app::{self, FORM_LABEL_COLUMNS, Field, Form, FormRow, Kind, Model, SecretState, Tone};
use crate::text;

/// Columns of what an offer is called, so that what is told about it stands below each other.
const NAME_COLUMNS: usize = 16;
/// What stands for a secret, however long it is.
const DOTS: &str = "••••••••";

pub(super) fn draw(model: &Model, form: &Form, canvas: &mut Canvas) {
    let (area, hint) = app::form_areas(model);
    let rows = model.form_rows();
    let height = usize::from(area.height);
    let is_alarm = |index: usize| matches!(rows.get(index), Some(FormRow::Said(Tone::Danger, _)));
    for (line, (index, form_row)) in rows.iter().enumerate().skip(form.offset).take(height).enumerate() {
        draw_row(form, form_row, row(area, line), canvas);
        // One mark an alarm, however many lines it takes.
        if is_alarm(index) && !is_alarm(index.wrapping_sub(1)) {
            alarm(row(area, line), canvas);
        }
    }
    hint_line(hint, form.focus.hint(), (form.offset, height, rows.len()), canvas);
}

/// Marks a row that says what is wrong with the field above it.
pub(super) fn alarm(row: Rect, canvas: &mut Canvas) {
    let mark = columns(row, FORM_LABEL_COLUMNS.saturating_sub(2), 1);
    canvas.put(mark, Line::styled("!", canvas.theme.danger()));
}

/// Where a row's value stands.
pub(super) fn value_area(row: Rect) -> Rect {
    columns(row, FORM_LABEL_COLUMNS, row.width.saturating_sub(FORM_LABEL_COLUMNS + 1))
}

/// Draws the line below a form: what the field is for, and how far down the rows in view are, of which there are `total`.
pub(super) fn hint_line(
    line: Rect,
    hint: &'static str,
    (offset, height, total): (usize, usize, usize),
    canvas: &mut Canvas,
) {
    let style = canvas.theme.muted();
    let last = total.min(offset + height);
    let place = if total > height { format!("{last} of {total}") } else { String::new() };
    let width = u16::try_from(place.len()).unwrap_or(0);
    let left = columns(line, TEXT_COLUMN, line.width.saturating_sub(TEXT_COLUMN + width + 3));
    canvas.put(left, Line::styled(hint, style));
    canvas.put(columns(line, 0, line.width.saturating_sub(1)), Line::styled(place, style).right_aligned());
}

fn draw_row(form: &Form, form_row: &FormRow, area: Rect, canvas: &mut Canvas) {
    let value = value_area(area);
    match form_row {
        FormRow::Blank => {}
        FormRow::Heading(heading) => {
            canvas.put(columns(area, 1, area.width), Line::styled(*heading, canvas.theme.heading()));
        }
        FormRow::Field(field) => {
            draw_label(form, *field, area, canvas);
            canvas.put(value, value_of(form, *field, canvas));
        }
        FormRow::Said(tone, text) => {
            canvas.put(value, Line::styled(text.clone(), canvas.theme.tone(*tone)));
        }
        FormRow::Offer(index) => draw_offer(form, *index, value, canvas),
    }
}

fn draw_label(form: &Form, field: Field, area: Rect, canvas: &mut Canvas) {
    let label = match field.kind() {
        Kind::Tick => tick_label(form.is_ticked(field), field.label()),
        Kind::Button => format!("[{}]", field.label()),
        _ => field.label().to_owned(),
    };
    field_label(label, form.focus == field, form.errors.contains_key(&field), area, canvas);
}

/// The label of a switch.
pub(super) fn tick_label(is_ticked: bool, label: &str) -> String {
    format!("[{}] {label}", if is_ticked { "x" } else { " " })
}

/// Draws the label of a field, with the cursor where it has the focus, and a mark where its value is wrong.
pub(super) fn field_label(label: String, is_here: bool, is_wrong: bool, area: Rect, canvas: &mut Canvas) {
    if is_here {
        canvas.cursor(area, Focus::Here);
    }
    if is_wrong {
        canvas.put(columns(area, 0, 1), Line::styled("!", canvas.theme.danger()));
    }
    let style = if is_here { canvas.theme.selected() } else { canvas.theme.text() };
    let room = FORM_LABEL_COLUMNS.saturating_sub(TEXT_COLUMN + 1);
    canvas.put(columns(area, TEXT_COLUMN, room), Line::styled(label, style));
}

fn value_of(form: &Form, field: Field, canvas: &Canvas) -> Line<'static> {
    let theme = canvas.theme;
    let muted = |text: &str| Line::styled(text.to_owned(), theme.muted());
    match field.kind() {
        Kind::Choice => {
            let (labels, chosen) = form.choice(field);
            let spans = labels.into_iter().enumerate().map(|(index, label)| {
                if index == chosen {
                    Span::styled(format!("[{label}] "), theme.selected())
                } else {
                    Span::styled(format!(" {label}  "), theme.muted())
                }
            });
            spans.collect()
        }
        Kind::Secret => match form.secret_state(field) {
            SecretState::Typed => Line::raw(DOTS),
            SecretState::Kept => muted(&format!("{DOTS} kept; typing replaces it")),
            SecretState::Missing => Line::raw(""),
        },
        Kind::Tick => muted(match field {
            Field::Protected => "writes ask for the nickname to be typed",
            Field::ReadOnly => "writes are refused",
            Field::Can(capability) => capability.doc(),
            _ => "",
        }),
        Kind::Button if field == Field::More => muted(if form.more { "shown" } else { "hidden" }),
        Kind::Button => Line::raw(""),
        Kind::Text | Kind::Pick => match field {
            Field::Api if form.marked.len() == 1 => Line::raw(text::sanitise(&form.marked[0]).into_owned()),
            Field::Api if !form.marked.is_empty() => Line::raw(text::plural(form.marked.len(), "API")),
            Field::Nickname if form.marked.len() > 1 => muted("each is called like its API, see below"),
            Field::Api => Line::from(vec![
                Span::raw(text::sanitise(form.text(field)).into_owned()),
                Span::styled(format!("  {}", text::sanitise(form.api_name(form.text(field)))), theme.muted()),
            ]),
            _ => Line::raw(text::sanitise(form.text(field)).into_owned()),
        },
    }
}

fn draw_offer(form: &Form, index: usize, area: Rect, canvas: &mut Canvas) {
    let offers = form.offers(form.focus);
    let Some(offer) = form.list.rows().get(index).and_then(|&row| offers.get(row)) else {
        return;
    };
    let here = index == form.list.cursor();
    let style = if here { canvas.theme.selected() } else { canvas.theme.text() };
    let mark = if here { "> " } else { "  " };
    let tick = match (form.focus == Field::Api && form.can_mark(), form.marked.contains(&offer.value)) {
        (false, _) => "",
        (true, true) => "[x] ",
        (true, false) => "[ ] ",
    };
    // People know a thing by its name, and by its id where it has none.
    let told = [&offer.name, &offer.value, &offer.about].into_iter().filter(|part| !part.is_empty());
    let mut told = told.map(|part| text::sanitise(part).into_owned());
    let name = told.next().unwrap_or_default();
    let gap = " ".repeat(NAME_COLUMNS.saturating_sub(text::width(&name)).max(2));
    let line = Line::from(vec![
        Span::styled(format!("{mark}{tick}{name}"), style),
        Span::styled(format!("{gap}{}", told.collect::<Vec<_>>().join("  ")), canvas.theme.muted()),
    ]);
    canvas.put(area, line);
}

/// Where the terminal's own cursor stands: where typing goes.
pub(super) fn caret(model: &Model) -> Option<Position> {
    if model.overlay.is_some() {
        return None;
    }
    let form = model.form.as_ref()?;
    let (line, before) = model.form_caret()?;
    let (area, _) = app::form_areas(model);
    let line = u16::try_from(line.checked_sub(form.offset)?).ok()?;
    let x = u16::try_from(before).ok()?.saturating_add(area.x + FORM_LABEL_COLUMNS);
    (line < area.height).then(|| Position::new(x.min(area.right().saturating_sub(1)), area.y + line))
}
