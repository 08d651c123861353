//! The form of a deploy.

use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::canvas::{Canvas, columns, row};
use super::form::{alarm, field_label, hint_line, tick_label, value_area};

use crate::app::{
    self, DeployField, DeployForm, DeployKind, DeployRow, FORM_LABEL_COLUMNS, Model, Task, Tone,
};
use crate::text;

pub(super) fn draw(model: &Model, form: &DeployForm, canvas: &mut Canvas) {
    let (area, hint) = app::form_areas(model);
    let rows = model.deploy_rows(form);
    let height = usize::from(area.height);
    let is_alarm = |index: usize| matches!(rows.get(index), Some(DeployRow::Said(Tone::Danger, _)));
    for (line, (index, form_row)) in rows.iter().enumerate().skip(form.offset).take(height).enumerate() {
        draw_row(form, form_row, row(area, line), canvas);
        if is_alarm(index) && !is_alarm(index.wrapping_sub(1)) {
            alarm(row(area, line), canvas);
        }
    }
    if let Some(area) = description_area(model, form) {
        canvas.widget(form.description.widget(), area);
    }
    hint_line(hint, form.focus.hint(), (form.offset, height, rows.len()), canvas);
}

/// The rows of the description that are in view.
fn description_area(model: &Model, form: &DeployForm) -> Option<Rect> {
    let (area, _) = app::form_areas(model);
    let rows = model.deploy_rows(form);
    let is_line =
        |row: &DeployRow| matches!(row, DeployRow::Lines | DeployRow::Field(DeployField::Description));
    let shown = rows.iter().skip(form.offset).take(usize::from(area.height));
    let mut lines = shown.enumerate().filter(|(_, row)| is_line(row)).map(|(line, _)| line);
    let first = lines.next()?;
    let height = u16::try_from(1 + lines.count()).ok()?;
    Some(Rect { height, ..value_area(row(area, first)) })
}

fn draw_row(form: &DeployForm, form_row: &DeployRow, area: Rect, canvas: &mut Canvas) {
    let value = value_area(area);
    match form_row {
        DeployRow::Blank | DeployRow::Lines => {}
        DeployRow::Heading(heading) => {
            canvas.put(columns(area, 1, area.width), Line::styled(*heading, canvas.theme.heading()));
        }
        DeployRow::Field(field) => {
            draw_label(form, *field, area, canvas);
            canvas.put(value, value_of(form, *field, canvas));
        }
        DeployRow::Said(tone, text) => {
            canvas.put(value, Line::styled(text.clone(), canvas.theme.tone(*tone)));
        }
        DeployRow::Choice(choice, here) => {
            let style = if *here { canvas.theme.selected() } else { canvas.theme.text() };
            let mark = if *here { "> " } else { "  " };
            let name = stage_name(choice.stage.as_deref());
            let line = Line::from(vec![
                Span::styled(format!("{mark}{name}"), style),
                Span::styled(format!("  {}", choice.about), canvas.theme.muted()),
            ]);
            canvas.put(value, line);
        }
    }
}

fn stage_name(stage: Option<&str>) -> String {
    stage.map_or("none".to_owned(), |stage| text::sanitise(stage).into_owned())
}

fn draw_label(form: &DeployForm, field: DeployField, area: Rect, canvas: &mut Canvas) {
    let label = match field.kind() {
        DeployKind::Tick => tick_label(form.is_ticked(field), field.label()),
        DeployKind::Button if field == DeployField::Plan => format!("[{}]", field.label()),
        _ => field.label().to_owned(),
    };
    field_label(label, form.focus == field, form.errors.contains_key(&field), area, canvas);
}

fn value_of(form: &DeployForm, field: DeployField, canvas: &Canvas) -> Line<'static> {
    let muted = |text: &str| Line::styled(text.to_owned(), canvas.theme.muted());
    match field {
        DeployField::File if form.text(field).is_empty() => {
            muted("none: what the gateway has now is deployed")
        }
        DeployField::File | DeployField::NewStage => Line::raw(text::sanitise(form.text(field)).into_owned()),
        DeployField::Revision => match &form.revision {
            Some(revision) => Line::raw(text::sanitise(revision).into_owned()),
            None => Line::raw("working tree: the file as it lies on disk"),
        },
        DeployField::Stage if form.stage.is_none() => Line::raw("none: export only"),
        DeployField::Stage | DeployField::From => Line::raw(stage_name(form.chosen(field))),
        DeployField::Description | DeployField::Plan => Line::raw(""),
        tick => muted(tick.about()),
    }
}

/// Where the terminal's own cursor stands: where typing goes.
pub(super) fn caret(model: &Model) -> Option<Position> {
    let Some(Task::Deploy(form)) = model.task.as_ref().filter(|_| model.overlay.is_none()) else {
        return None;
    };
    if form.focus == DeployField::Description {
        let area = description_area(model, form)?;
        let (column, line) = form.description.caret();
        let x = area.x.saturating_add(column).min(area.right().saturating_sub(1));
        return (line < area.height).then(|| Position::new(x, area.y + line));
    }
    if form.focus.kind() != DeployKind::Text {
        return None;
    }
    let (area, _) = app::form_areas(model);
    let rows = model.deploy_rows(form);
    let line = rows.iter().position(|row| *row == DeployRow::Field(form.focus))?.checked_sub(form.offset)?;
    let line = u16::try_from(line).ok().filter(|line| *line < area.height)?;
    let before = text::width(&text::sanitise(form.text_before_cursor(form.focus)));
    let x = u16::try_from(before).ok()?.saturating_add(area.x + FORM_LABEL_COLUMNS);
    Some(Position::new(x.min(area.right().saturating_sub(1)), area.y + line))
}
