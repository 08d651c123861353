//! Where everything is on the screen: pure arithmetic on the model, so that `update` can scroll and find what was clicked,
//! and `ui` draws in the same places.

use ratatui::layout::Rect;

use super::{DeploymentsScreen, Model, details};

/// Columns below which apigw asks for more room.
pub const MIN_WIDTH: u16 = 40;
/// Rows below which apigw asks for more room.
pub const MIN_HEIGHT: u16 = 10;

/// The parts that every screen has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Where we are and who we are.
    pub header: Rect,
    /// The screen's own.
    pub body: Rect,
    /// The keys that work here and now.
    pub footer: Rect,
}

/// The parts of the deployments screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeploymentsAreas {
    /// Column titles of the stages.
    pub stage_titles: Rect,
    /// Notes above the stages, one line each.
    pub notes: Rect,
    /// Rows of the stages.
    pub stages: Rect,
    /// The tabs.
    pub tabs: Rect,
    /// Column titles of the lower pane.
    pub lower_titles: Rect,
    /// Rows of the lower pane.
    pub lower: Rect,
}

/// Header, body and footer of a terminal of that size.
pub fn frame(size: (u16, u16)) -> Frame {
    let (width, height) = size;
    let line = |y: u16| Rect::new(0, y.min(height.saturating_sub(1)), width, height.min(1));
    Frame {
        header: line(0),
        body: Rect::new(0, 1.min(height), width, height.saturating_sub(2)),
        footer: line(height.saturating_sub(1)),
    }
}

/// The rows of the connections list, below its column titles.
pub fn connections_rows(model: &Model) -> Rect {
    split(frame(model.size).body, 1).1
}

/// The parts of the deployments screen. Stages get what they need up to three fifths, the history the rest.
pub fn deployments_areas(model: &Model) -> DeploymentsAreas {
    let body = frame(model.size).body;
    let (notes, rows) = match &model.deployments {
        Some(screen) => (screen.notes().len(), wanted_rows(model, screen)),
        None => (0, 1),
    };
    let most = (u32::from(body.height) * 3 / 5) as u16;
    let notes = u16::try_from(notes)
        .unwrap_or(u16::MAX)
        .min(most.saturating_sub(2));
    let rows = u16::try_from(rows)
        .unwrap_or(u16::MAX)
        .min(most.saturating_sub(1 + notes))
        .max(1);
    let (stage_titles, rest) = split(body, 1);
    let (notes, rest) = split(rest, notes);
    let (stages, rest) = split(rest, rows);
    let (tabs, rest) = split(rest, 1);
    let (lower_titles, lower) = split(rest, 1);
    DeploymentsAreas {
        stage_titles,
        notes,
        stages,
        tabs,
        lower_titles,
        lower,
    }
}

/// The lines all stages take; a few while there are none, for what must be said instead.
fn wanted_rows(model: &Model, screen: &DeploymentsScreen) -> usize {
    let stages = screen.stage_rows();
    let lines = screen.stages.rows().iter().filter_map(|&row| stages.get(row));
    let lines: usize = lines
        .map(|stage| details::stage_height(model, screen, stage))
        .sum();
    match (&screen.api.value, &screen.api.problem) {
        (None, Some(problem)) => 4 + problem.advice.len() + problem.why.lines().count(),
        _ => lines.max(2),
    }
}

/// The room of a panel: wide enough to read, away from the edges where there is space.
pub fn panel_area(model: &Model) -> Rect {
    let body = frame(model.size).body;
    let width = body.width.min(100);
    let height = body.height.saturating_sub(if body.height > 20 { 4 } else { 0 });
    let x = body.x + (body.width - width) / 2;
    let y = body.y + (body.height - height) / 2;
    Rect::new(x, y, width, height)
}

/// The lines a panel shows at once, inside its border.
pub fn panel_lines(model: &Model) -> usize {
    usize::from(panel_area(model).height.saturating_sub(2))
}

/// The columns of a panel's text, inside border and margin.
pub fn panel_columns(model: &Model) -> usize {
    usize::from(panel_area(model).width.saturating_sub(4))
}

/// The first rows of an area, and what is left.
fn split(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows.min(area.height);
    let top = Rect { height: rows, ..area };
    let rest = Rect {
        y: area.y + rows,
        height: area.height - rows,
        ..area
    };
    (top, rest)
}
