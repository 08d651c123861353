//! What clicks and the wheel do.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::{
    Effect, Model, Overlay, Pane, Tab, Task, connections, deploy, deployments, details, form, geometry,
    leaving, metrics, update,
};
use crate::input::{Action, Motion};

/// Rows that one notch of the wheel moves.
pub(super) const WHEEL_ROWS: usize = 3;

pub(super) fn act(model: &mut Model, event: MouseEvent) -> Vec<Effect> {
    let at = Position::new(event.column, event.row);
    match event.kind {
        MouseEventKind::ScrollDown => wheel(model, at, Motion::Down),
        MouseEventKind::ScrollUp => wheel(model, at, Motion::Up),
        MouseEventKind::Down(MouseButton::Left) => click(model, at),
        MouseEventKind::Drag(MouseButton::Left) if model.overlay.is_none() && model.task.is_none() => {
            metrics::point_at(model, at);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn wheel(model: &mut Model, at: Position, motion: Motion) -> Vec<Effect> {
    if model.overlay.is_none() && model.form.is_none() && model.task.is_none() {
        if model.metrics.is_some() {
            return metrics::wheel(model, motion);
        }
        focus_pane_at(model, at);
    }
    (0..WHEEL_ROWS).flat_map(|_| update::act(model, Action::Move(motion))).collect()
}

/// Gives the focus to the pane under the pointer.
fn focus_pane_at(model: &mut Model, at: Position) {
    let areas = geometry::deployments_areas(model);
    if let Some(screen) = &mut model.deployments {
        let lower = areas.tabs.y <= at.y;
        let pane = if lower { Pane::Lower } else { Pane::Stages };
        if pane != screen.pane {
            screen.focus(pane);
            model.mark_dirty();
        }
    }
}

/// Puts the cursor on the row under the pointer; on the row that has it already, it is `enter`.
fn click(model: &mut Model, at: Position) -> Vec<Effect> {
    if let Some(Overlay::Panel(_) | Overlay::Trial(_) | Overlay::Policies(_) | Overlay::Asked(_)) =
        model.overlay
    {
        if !geometry::panel_area(model).contains(at) {
            model.mark_dirty();
            return leaving::close_overlay(model);
        }
        return Vec::new();
    }
    if model.overlay.is_some() {
        return Vec::new();
    }
    if let Some(form) = &model.form {
        let rows = form::rows(model);
        let line = line_at(geometry::form_areas(model).0, at).map(|line| line + form.offset);
        return match line.and_then(|line| rows.get(line)) {
            Some(row) => form::point_at(model, row),
            None => Vec::new(),
        };
    }
    if let Some(Task::Deploy(form)) = &model.task {
        let line = line_at(geometry::form_areas(model).0, at).map(|line| line + form.offset);
        let row = line.and_then(|line| deploy::rows(model, form).into_iter().nth(line));
        return row.map(|row| deploy::point_at(model, &row)).unwrap_or_default();
    }
    if model.task.is_some() {
        return Vec::new();
    }
    if model.metrics.is_some() {
        return metrics::click(model, at);
    }
    focus_pane_at(model, at);
    if model.deployments.is_some() { click_deployments(model, at) } else { click_connections(model, at) }
}

fn click_connections(model: &mut Model, at: Position) -> Vec<Effect> {
    let area = geometry::connections_rows(model);
    let Some(row) = line_at(area, at).map(|line| line + model.home.list.offset()) else {
        return Vec::new();
    };
    if row >= model.home.list.rows().len() {
        return Vec::new();
    }
    model.mark_dirty();
    if row == model.home.list.cursor() {
        return connections::act(model, Action::Enter);
    }
    let Model { home, connections, .. } = model;
    home.list.select(row, |index| &connections[index].nickname);
    Vec::new()
}

fn click_deployments(model: &mut Model, at: Position) -> Vec<Effect> {
    let areas = geometry::deployments_areas(model);
    if areas.tabs.contains(at) {
        let labels = geometry::tab_labels(model);
        return match labels.iter().find(|label| label.area.contains(at)) {
            Some(label) => deployments::show_tab(model, label.tab),
            None => Vec::new(),
        };
    }
    let Some(screen) = &model.deployments else {
        return Vec::new();
    };
    let row = match (line_at(areas.stages, at), line_at(areas.lower, at)) {
        (Some(line), _) => stage_row_at(model, line + screen.stages.offset()),
        (_, Some(line)) if screen.tab != Tab::Api => Some(line + screen.focused_list().offset()),
        _ => None,
    };
    let list = screen.focused_list();
    let on_cursor = row == Some(list.cursor());
    let Some(row) = row.filter(|&row| row < list.rows().len()) else {
        return Vec::new();
    };
    model.mark_dirty();
    if on_cursor {
        return deployments::act(model, Action::Enter);
    }
    if let Some(screen) = &mut model.deployments {
        screen.select(row);
    }
    Vec::new()
}

/// The stage that has that line of the list, counted from 0.
fn stage_row_at(model: &Model, line: usize) -> Option<usize> {
    let screen = model.deployments.as_ref()?;
    let mut end = 0;
    screen.stages.rows().iter().position(|&row| {
        end += screen.stage_rows().get(row).map_or(1, |stage| details::stage_height(model, screen, stage));
        line < end
    })
}

/// Which line of an area a position is on.
pub(super) fn line_at(area: Rect, at: Position) -> Option<usize> {
    area.contains(at).then(|| usize::from(at.y - area.y))
}
