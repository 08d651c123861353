//! Plans, imports and writes: a text over the whole body, and below it where one is in it.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::canvas::{Canvas, columns, row};
use super::deployments::instead_of;
use crate::app::{Model, Panel, Slot, Task, form_areas, page_area, page_columns};

pub(super) fn draw(model: &Model, task: &Task, canvas: &mut Canvas) {
    let area = page_area(model);
    if let Some(page) = model.page() {
        return draw_page(model, &page, canvas);
    }
    let instead = match task {
        Task::Plan(screen) => instead_of(model, &screen.plan, &Slot::Plan, "the gateway, to plan"),
        Task::Import(screen) => instead_of(model, &screen.import, &Slot::PlanImport, "the schema"),
        Task::Deploy(_) | Task::Write => return,
    };
    canvas.message(model, area, &instead);
}

fn draw_page(model: &Model, page: &Panel, canvas: &mut Canvas) {
    let (area, hint) = form_areas(model);
    let height = usize::from(area.height);
    let total = page.height(page_columns(model));
    for (index, (line, piece)) in page.shown(page_columns(model), height).into_iter().enumerate() {
        let style = canvas.theme.tone(line.tone);
        canvas.put(inside(row(area, index)), Line::styled(piece, style));
    }
    if total > height {
        let place = format!("{} of {total}", total.min(page.scroll + height));
        let right = columns(hint, 0, hint.width.saturating_sub(1));
        canvas.put(right, Line::styled(place, canvas.theme.muted()).right_aligned());
    }
}

/// The columns of the text in a row.
pub(super) fn inside(row: Rect) -> Rect {
    columns(row, 1, row.width.saturating_sub(2))
}
