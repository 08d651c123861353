//! Where everything is on the screen: pure arithmetic on the model, so that `update` can scroll and find what was clicked,
//! and `ui` draws in the same places.

use ratatui::layout::Rect;

use super::{DeploymentsScreen, Model, Overlay, Tab, details, panel};
use crate::text;

/// Columns below which apigw asks for more room.
pub const MIN_WIDTH: u16 = 40;
/// Rows below which apigw asks for more room.
pub const MIN_HEIGHT: u16 = 10;
/// Columns beyond which a panel's lines would be tiring to read.
const PANEL_WIDTH: u16 = 100;

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
    connections_areas(model).0
}

/// The room below the rows for the problem of the connection under the cursor. It is there as long as any connection has a
/// problem, so that the rows do not move with the cursor.
pub fn connections_problem(model: &Model) -> Rect {
    connections_areas(model).1
}

fn connections_areas(model: &Model) -> (Rect, Rect) {
    const PROBLEM_ROWS: u16 = 2;
    let below_titles = split(frame(model.size).body, 1).1;
    let problem_rows = if model.has_problem() { PROBLEM_ROWS } else { 0 };
    split(below_titles, below_titles.height.saturating_sub(problem_rows))
}

/// The parts of the deployments screen. Stages get what they need up to three fifths, the history the rest.
pub fn deployments_areas(model: &Model) -> DeploymentsAreas {
    let body = frame(model.size).body;
    let (notes, rows) = match &model.deployments {
        Some(screen) => (screen.notes(model.now).len(), wanted_rows(model, screen)),
        None => (0, 1),
    };
    let most = (u32::from(body.height) * 3 / 5) as u16;
    let notes = u16::try_from(notes).unwrap_or(u16::MAX).min(most.saturating_sub(2));
    let rows = u16::try_from(rows).unwrap_or(u16::MAX).min(most.saturating_sub(1 + notes)).max(1);
    let (stage_titles, rest) = split(body, 1);
    let (notes, rest) = split(rest, notes);
    let (stages, rest) = split(rest, rows);
    let (tabs, rest) = split(rest, 1);
    let (lower_titles, lower) = split(rest, 1);
    DeploymentsAreas { stage_titles, notes, stages, tabs, lower_titles, lower }
}

/// The lines all stages take; a few while there are none, for what must be said instead.
fn wanted_rows(model: &Model, screen: &DeploymentsScreen) -> usize {
    let stages = screen.stage_rows();
    let lines = screen.stages.rows().iter().filter_map(|&row| stages.get(row));
    let lines: usize = lines.map(|stage| details::stage_height(model, screen, stage)).sum();
    match (&screen.api.value, &screen.api.problem) {
        (None, Some(problem)) => panel::problem_panel(problem).wrapped(message_columns(model)).len(),
        _ => lines.max(2),
    }
}

/// The columns of what a list says instead of its rows: between the cursor's column and the right margin.
pub fn message_columns(model: &Model) -> usize {
    usize::from(model.size.0).saturating_sub(4)
}

/// The rows of the form, and below them the line about the focused field.
pub fn form_areas(model: &Model) -> (Rect, Rect) {
    let body = frame(model.size).body;
    split(body, body.height.saturating_sub(1))
}

/// The text of a plan, an import or a write: the body, but for the line of hints below it.
pub fn page_area(model: &Model) -> Rect {
    form_areas(model).0
}

/// The columns of that text, inside its margins.
pub fn page_columns(model: &Model) -> usize {
    usize::from(model.size.0).saturating_sub(2)
}

/// A tab's label and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabLabel<T> {
    /// The tab.
    pub tab: T,
    /// Its number, name and count; in brackets when it is shown.
    pub text: String,
    /// Its place in the tab bar.
    pub area: Rect,
}

/// The labels in the tab bar of the open screen, from left to right.
pub fn tab_labels(model: &Model) -> Vec<TabLabel<Tab>> {
    let Some(screen) = &model.deployments else {
        return Vec::new();
    };
    let bar = deployments_areas(model).tabs;
    let deployments = match &screen.deployments.value {
        Some(deployments) => format!("1 Deployments {}", text::grouped(deployments.len())),
        None => "1 Deployments".to_owned(),
    };
    let exports = match &screen.exports.value {
        Some(exports) => format!("2 Exports {}", text::grouped(exports.len())),
        None => "2 Exports".to_owned(),
    };
    let tabs = [(Tab::Deployments, deployments), (Tab::Exports, exports), (Tab::Api, "3 API".to_owned())];
    place_tabs(bar, &screen.tab, tabs)
}

/// Labels in a tab bar, from left to right.
pub(super) fn place_tabs<T: PartialEq>(
    bar: Rect,
    shown: &T,
    named: impl IntoIterator<Item = (T, String)>,
) -> Vec<TabLabel<T>> {
    const RULE: u16 = 2;
    let mut x = bar.x;
    let place = |(tab, name): (T, String)| {
        let text = if tab == *shown { format!("[{name}]") } else { format!(" {name} ") };
        x = x.saturating_add(RULE);
        let area =
            Rect { x, width: u16::try_from(text::width(&text)).unwrap_or(u16::MAX), ..bar }.intersection(bar);
        x = x.saturating_add(area.width);
        TabLabel { tab, text, area }
    };
    named.into_iter().map(place).collect()
}

/// The room of what lies over the screen: wide enough to read, as high as it needs, away from the edges where there is
/// space.
pub fn panel_area(model: &Model) -> Rect {
    let body = frame(model.size).body;
    let width = body.width.min(PANEL_WIDTH);
    let lines = match &model.overlay {
        Some(Overlay::Palette(palette)) => palette.items.len() + 1,
        Some(Overlay::Picker(picker)) => picker.revisions.value.as_ref().map_or(8, |found| found.len() + 1),
        Some(other) => other.panel().map_or(0, |panel| panel.height(panel_columns(model))),
        None => 0,
    };
    let most = body.height.saturating_sub(if body.height > 20 { 4 } else { 0 });
    let height = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2).min(most);
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
    usize::from(frame(model.size).body.width.min(PANEL_WIDTH).saturating_sub(4))
}

/// The first rows of an area, and what is left.
pub(super) fn split(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows.min(area.height);
    let top = Rect { height: rows, ..area };
    let rest = Rect { y: area.y + rows, height: area.height - rows, ..area };
    (top, rest)
}
