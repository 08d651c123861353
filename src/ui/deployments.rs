//! The deployments screen: notes, the stages, and below them the tabs.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::canvas::{Canvas, columns, row};
use super::listing::{Focus, TEXT_COLUMN, reading};
use super::{deployment_list, exports, stages};
use crate::app::{
    self, DeploymentsAreas, DeploymentsScreen, LABEL_COLUMNS, Model, Note, Pane, Remote, Slot, Tab, TabLabel,
    Tone, deployments_areas, problem_panel, tab_labels,
};
use crate::domain::ProblemKind;
use crate::text;

pub(super) fn draw(model: &Model, screen: &DeploymentsScreen, canvas: &mut Canvas) {
    let areas = deployments_areas(model);
    stages::draw(model, screen, areas, canvas);
    draw_note_lines(&screen.notes(model.now), areas.notes, canvas);
    draw_tabs(model, screen, areas.tabs, canvas);
    match screen.tab {
        Tab::Deployments => deployment_list::draw(model, screen, areas, canvas),
        Tab::Exports => exports::draw(model, screen, areas, canvas),
        Tab::Api => draw_api(model, screen, areas, canvas),
    }
}

/// Where the keys go, as a pane sees it.
pub(super) fn focus(screen: &DeploymentsScreen, pane: Pane) -> Focus {
    if screen.pane == pane { Focus::Here } else { Focus::Elsewhere }
}

/// What the figures must be read with.
pub(super) fn draw_note_lines(notes: &[Note], area: Rect, canvas: &mut Canvas) {
    for (index, note) in notes.iter().take(usize::from(area.height)).enumerate() {
        let style = canvas.theme.tone(note.tone);
        let row = row(area, index);
        let mark = match note.tone {
            Tone::Danger => "!",
            Tone::Warning => "~",
            _ => "",
        };
        let more = if note.more.is_empty() { String::new() } else { format!("  {}", note.more) };
        let room = usize::from(row.width).saturating_sub(usize::from(TEXT_COLUMN) + 1 + more.len());
        let shown = text::sanitise(&note.text).into_owned();
        canvas.put(columns(row, 1, 1), Line::styled(mark, style));
        let line = Line::styled(format!("{}{more}", text::fit(&shown, room)), style);
        canvas.put(columns(row, TEXT_COLUMN, row.width), line);
    }
}

/// A rule with the tabs on it, the one that is shown set off.
pub(super) fn draw_tab_labels<T: PartialEq>(
    labels: &[TabLabel<T>],
    shown: &T,
    bar: Rect,
    canvas: &mut Canvas,
) {
    let muted = canvas.theme.muted();
    canvas.rule(bar, "─", muted);
    for label in labels {
        let style = if label.tab == *shown { canvas.theme.heading() } else { muted };
        canvas.clear(label.area);
        canvas.put(label.area, Line::styled(label.text.clone(), style));
    }
}

fn draw_tabs(model: &Model, screen: &DeploymentsScreen, area: Rect, canvas: &mut Canvas) {
    let muted = canvas.theme.muted();
    let labels = tab_labels(model);
    draw_tab_labels(&labels, &screen.tab, area, canvas);
    let from = labels.last().map_or(0, |label| label.area.right()).saturating_add(2);
    let room = area.width.saturating_sub(from + 2);
    let (text, style) = match stale_history(model, screen) {
        Some(stale) => (stale, canvas.theme.danger()),
        None => ("tab switches".to_owned(), muted),
    };
    let width = u16::try_from(text::width(&text) + 2).unwrap_or(u16::MAX);
    if width > room && style == muted {
        return;
    }
    let place = columns(area, area.width.saturating_sub(width.min(room) + 2), width.min(room));
    canvas.clear(place);
    canvas.put(columns(place, 1, place.width.saturating_sub(2)), Line::styled(text, style));
}

/// What went wrong with the newest read of the deployments, and how old the rows are that are still shown.
fn stale_history(model: &Model, screen: &DeploymentsScreen) -> Option<String> {
    let trouble = match screen.tab {
        Tab::Exports => screen.exports.trouble(model.now).filter(|_| screen.exports.value.is_some())?,
        _ => screen.deployments.trouble(model.now).filter(|_| screen.deployments.value.is_some())?,
    };
    Some(format!("! {}", text::sanitise(&trouble)))
}

/// What is known of the API as a whole.
fn draw_api(model: &Model, screen: &DeploymentsScreen, areas: DeploymentsAreas, canvas: &mut Canvas) {
    let heading = title_style(focus(screen, Pane::Lower), canvas);
    canvas.put(
        columns(areas.lower_titles, TEXT_COLUMN, areas.lower_titles.width),
        Line::styled("THE WHOLE API", heading),
    );
    if let Some(lines) = instead_of_stages(model, screen) {
        return canvas.message(model, areas.lower, &lines);
    }
    let lines: Vec<(&str, Tone, String)> = model
        .api_details()
        .into_iter()
        .flat_map(|detail| {
            let labels = std::iter::once(detail.label).chain(std::iter::repeat(""));
            let lines = labels.zip(detail.lines);
            lines.map(move |(label, line)| (label, detail.tone, line)).collect::<Vec<_>>()
        })
        .collect();
    let room = usize::from(areas.lower.height);
    if lines.len() > room {
        let last = lines.len().min(screen.api_offset + room);
        let hint = Line::styled(format!("{last} of {}", lines.len()), canvas.theme.muted());
        let titles = areas.lower_titles;
        canvas.put(columns(titles, 0, titles.width.saturating_sub(1)), hint.right_aligned());
    }
    for (index, (label, tone, line)) in lines.iter().skip(screen.api_offset).take(room).enumerate() {
        draw_detail(row(areas.lower, index), TEXT_COLUMN, (label, *tone, line), canvas);
    }
}

/// A label and a line of what it stands for.
pub(super) fn draw_detail(
    row: Rect,
    from: u16,
    (label, tone, line): (&str, Tone, &str),
    canvas: &mut Canvas,
) {
    let value_at = LABEL_COLUMNS as u16;
    let label_area = columns(row, from, value_at.saturating_sub(from + 1));
    canvas.put(label_area, Line::styled(label.to_owned(), canvas.theme.muted()));
    let style = canvas.theme.tone(tone);
    canvas.put(columns(row, value_at, row.width), Line::styled(line.to_owned(), style));
}

/// The look of column titles: bold where the keys go.
pub(super) fn title_style(focus: Focus, canvas: &Canvas) -> ratatui::style::Style {
    match focus {
        Focus::Here => canvas.theme.heading(),
        Focus::Elsewhere => canvas.theme.muted(),
    }
}

/// What stands in the place of the stages while none are known.
pub(super) fn instead_of_stages(model: &Model, screen: &DeploymentsScreen) -> Option<Vec<app::Line>> {
    if screen.api.value.is_some() {
        return None;
    }
    let slot = Slot::Stages(screen.connection.nickname.clone());
    Some(instead_of(model, &screen.api, &slot, "stages"))
}

/// What stands in the place of something that was never read. A problem stays while it is asked again, so that it can be
/// read to its end; the header tells that something is read.
pub(super) fn instead_of<T>(model: &Model, read: &Remote<T>, slot: &Slot, what: &str) -> Vec<app::Line> {
    let problem = read.problem.as_ref();
    match (problem, model.questions.find(slot)) {
        (Some(problem), None) => problem_panel(problem).lines,
        (Some(problem), _) if problem.kind != ProblemKind::Cancelled => problem_panel(problem).lines,
        (_, Some(open)) => reading(model, what, open),
        (None, None) => vec![app::Line::new(Tone::Muted, "Not read yet; r reads")],
    }
}
