//! The time axis below the charts: the cursor, local times, and the deployments.

use jiff::{SignedDuration, Timestamp};
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::canvas::{Canvas, columns};
use crate::app::{Mark, MarkKind, MetricsAreas, MetricsScreen, Model, Slot, axis_dot};
use crate::domain::Window;
use crate::text;

/// Distances of times in minutes, the shortest first.
const STEPS: [i64; 11] = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880];
/// Columns between two times at least.
const GAP: usize = 3;

pub(super) fn draw(model: &Model, screen: &MetricsScreen, areas: &MetricsAreas, canvas: &mut Canvas) {
    let Some(window) = screen.dashboard().map(|shown| shown.window) else {
        return;
    };
    let (axis, muted) = (areas.axis, canvas.theme.muted());
    let points = window.periods().count();
    canvas.rule(axis, "─", muted);
    let ticks = ticks(model, window, usize::from(axis.width));
    for (column, _) in &ticks {
        canvas.put(columns(axis, *column as u16, 1), Line::styled("┬", muted));
    }
    draw_times(&ticks, columns(areas.times, axis.x, axis.width), canvas);
    let marks = model.marks();
    // The most telling last, so that no other hides it.
    let mut by_kind: Vec<&Mark> = marks.iter().collect();
    by_kind.sort_by_key(|mark| std::cmp::Reverse(mark.kind));
    for mark in by_kind {
        let place = columns(axis, column_of(axis, points, mark.index), 1);
        canvas.put(place, Line::raw(sign(mark.kind)));
    }
    if let Some(column) = cursor_column(screen, window, axis) {
        canvas.put(column, Line::styled("▲", canvas.theme.accent()));
    }
    draw_ids(model, &marks, points, areas, canvas);
}

/// What stands for a deployment.
pub(super) fn sign(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Live => "◆",
        MarkKind::Canary => "◇",
        MarkKind::Other => "│",
        MarkKind::Failed => "x",
    }
}

/// The column of the time cursor, in the axis or in a plot above it.
pub(super) fn cursor_column(screen: &MetricsScreen, window: Window, area: Rect) -> Option<Rect> {
    let cursor = screen.cursor()?;
    let index = window.periods().position(|at| at == cursor)?;
    Some(columns(area, column_of(area, window.periods().count(), index), 1))
}

fn column_of(axis: Rect, points: usize, index: usize) -> u16 {
    (axis_dot(axis.width, points, index) / 2) as u16
}

/// Round local times, each with its column; as many as have room.
fn ticks(model: &Model, window: Window, width: usize) -> Vec<(usize, String)> {
    const LABEL: usize = 6;
    let most = (width / (LABEL + GAP)).max(1) as i64;
    let step = STEPS.into_iter().find(|step| window.seconds() / (step * 60) <= most).unwrap_or(2880);
    // Every zone's offset is a multiple of a quarter of an hour.
    let grid = step.min(15) * 60;
    let first = window.start.as_second() + (grid - window.start.as_second().rem_euclid(grid)) % grid;
    let last_dot = (width * 2).saturating_sub(1) as i64;
    let covered = (window.periods().count().saturating_sub(1) as i64 * window.period_seconds).max(1);
    let instants = (0..).map(|index| first + index * grid);
    let instants = instants.take_while(|second| *second <= window.start.as_second() + covered);
    let tick = |second: i64| {
        let at = Timestamp::from_second(second).ok()?.to_zoned(model.zone.clone());
        let minutes = i64::from(at.hour()) * 60 + i64::from(at.minute());
        let day = if step > 1440 { i64::from(at.day()) % (step / 1440) } else { 0 };
        let is_round = minutes % step.min(1440) == 0 && day == 0;
        let column = (second - window.start.as_second()) * last_dot / covered / 2;
        let label = if minutes == 0 { "%a %-d" } else { "%H:%M" };
        is_round.then(|| (column as usize, at.strftime(label).to_string()))
    };
    instants.filter_map(tick).collect()
}

fn draw_times(ticks: &[(usize, String)], area: Rect, canvas: &mut Canvas) {
    let mut free = 0;
    for (column, label) in ticks {
        let width = text::width(label);
        let at = column.saturating_sub(width / 2).min(usize::from(area.width).saturating_sub(width));
        if at >= free && width <= usize::from(area.width) {
            canvas.put(
                columns(area, at as u16, width as u16),
                Line::styled(label.clone(), canvas.theme.muted()),
            );
            free = at + width + 1;
        }
    }
}

/// Ids below their marks, as many as have room: what is live first, then the newest.
fn draw_ids(model: &Model, marks: &[Mark], points: usize, areas: &MetricsAreas, canvas: &mut Canvas) {
    let area = columns(areas.marks, areas.axis.x, areas.axis.width);
    if marks.is_empty() {
        return canvas.put(area, Line::styled(without_marks(model), canvas.theme.muted()));
    }
    let mut order: Vec<&Mark> = marks.iter().collect();
    order.sort_by_key(|mark| (mark.kind, std::cmp::Reverse(mark.at)));
    let mut taken: Vec<(usize, usize)> = Vec::new();
    for mark in order {
        let id = text::sanitise(&mark.id);
        let width = text::width(&id);
        let column = usize::from(column_of(areas.axis, points, mark.index));
        let from = column.min(usize::from(area.width).saturating_sub(width));
        let fits = width <= usize::from(area.width)
            && taken.iter().all(|&(start, end)| from + width < start || from > end);
        if fits {
            let faint = matches!(mark.kind, MarkKind::Other | MarkKind::Failed);
            let style = if faint { canvas.theme.muted() } else { canvas.theme.text() };
            canvas.put(columns(area, from as u16, width as u16), Line::styled(id, style));
            taken.push((from, from + width));
        }
    }
}

/// What is said where no deployment is marked.
fn without_marks(model: &Model) -> &'static str {
    let Some(below) = &model.deployments else {
        return "";
    };
    let slot = Slot::Deployments(below.connection.nickname.clone());
    match (&below.deployments.value, model.questions.find(&slot)) {
        (Some(_), _) => "no deployment of the API in this time",
        (None, Some(_)) => "reading deployments",
        (None, None) => "deployments are unknown",
    }
}

/// The time under the cursor: `Mon 23 Nov 09:58 UTC`, or the period where it is longer than a minute.
pub(super) fn time_of(model: &Model, window: Window, at: Timestamp) -> String {
    let zoned = at.to_zoned(model.zone.clone());
    if window.period_seconds <= 60 {
        return zoned.strftime("%a %-d %b %H:%M %Z").to_string();
    }
    let end = at.saturating_add(SignedDuration::from_secs(window.period_seconds)).unwrap_or(Timestamp::MAX);
    let end = end.min(window.end).to_zoned(model.zone.clone());
    format!("{} to {}", zoned.strftime("%a %-d %b %H:%M"), end.strftime("%H:%M %Z"))
}
