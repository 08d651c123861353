//! The metrics screen: tabs, notes, the time under the cursor, and the charts with their time axis, or the routes.

mod axis;
mod chart;
mod dots;
mod routes;
mod scale;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::canvas::{Canvas, columns};
use super::deployments::{draw_note_lines, draw_tab_labels, instead_of};
use super::listing::TEXT_COLUMN;
use crate::app::{
    self, MarkKind, MetricsAreas, MetricsScreen, MetricsTab, Model, Part, Slot, Tone, metrics_areas,
    metrics_tabs, problem_panel, refresh_interval,
};
use crate::domain::{Chart, Dashboard, TimeRange, hourly_cost_usd};
use crate::text;

/// From this width on it is told why more is not known of a deployment.
const ROOMY_WIDTH: u16 = 100;

pub(super) fn draw(model: &Model, screen: &MetricsScreen, canvas: &mut Canvas) {
    let areas = metrics_areas(model, screen);
    draw_tabs(model, screen, areas.tabs, canvas);
    draw_note_lines(&model.metrics_notes(), areas.notes, canvas);
    match screen.tab {
        MetricsTab::Charts => draw_charts(model, screen, &areas, canvas),
        MetricsTab::Routes => routes::draw(model, screen, &areas, canvas),
    }
}

fn draw_tabs(model: &Model, screen: &MetricsScreen, bar: Rect, canvas: &mut Canvas) {
    let labels = metrics_tabs(screen, bar);
    draw_tab_labels(&labels, &screen.tab, bar, canvas);
    let from = labels.last().map_or(0, |label| label.area.right()).saturating_add(2);
    let room = usize::from(bar.width.saturating_sub(from + 2));
    let told = told(model, screen);
    let Some(told) = told.iter().find(|told| text::width(told) + 2 <= room) else {
        return;
    };
    let width = (text::width(told) + 2) as u16;
    let place = columns(bar, bar.width.saturating_sub(width + 2), width);
    canvas.clear(place);
    canvas.put(columns(place, 1, width - 2), Line::styled(told.clone(), canvas.theme.muted()));
}

/// The range, the length of a point, and what the screen costs an hour; the fullest first.
fn told(model: &Model, screen: &MetricsScreen) -> Vec<String> {
    let range = screen.range;
    let last = format!("last {range}");
    if screen.tab == MetricsTab::Routes {
        return vec![format!("{last}, read again by r alone"), last];
    }
    let points = format!("{last} {}", points_of(range));
    let before = if screen.compared { " · ╌ before" } else { "" };
    let windows = if screen.compared { 2 } else { 1 };
    let cost = hourly_cost_usd(Dashboard::METRICS * windows, refresh_interval(model));
    vec![
        format!("{points}{before} · ${cost:.4} an hour"),
        format!("{points}{before}"),
        format!("{last}{before}"),
        points,
        last,
    ]
}

/// How much time a point covers.
fn points_of(range: TimeRange) -> &'static str {
    match range.period_seconds() {
        60 => "by the minute",
        300 => "by 5 minutes",
        _ => "by the hour",
    }
}

fn draw_charts(model: &Model, screen: &MetricsScreen, areas: &MetricsAreas, canvas: &mut Canvas) {
    draw_time(model, screen, areas.titles, canvas);
    if let Some(lines) = instead_of_charts(model, screen) {
        canvas.message(model, areas.body, &lines);
    } else if let Some(shown) = screen.dashboard() {
        for area in &areas.charts {
            chart::draw(screen, shown, area, canvas);
        }
    }
    axis::draw(model, screen, areas, canvas);
}

/// What is said where there is nothing to draw.
fn instead_of_charts(model: &Model, screen: &MetricsScreen) -> Option<Vec<app::Line>> {
    let Some(shown) = screen.dashboard() else {
        let nickname = model.deployments.as_ref().map(|below| below.connection.nickname.clone());
        let slot = Slot::Dashboard(nickname.unwrap_or_default(), Part::Now);
        let what = format!("the metrics of {}", text::sanitise(&screen.stage));
        return Some(instead_of(model, &screen.view().now, &slot, &what));
    };
    let mut lines = Chart::ALL.into_iter().flat_map(|chart| shown.lines(chart));
    if lines.any(|line| !line.series.points().is_empty()) {
        return None;
    }
    if let Some(problem) = shown.shortfall() {
        return Some(problem_panel(&problem).lines);
    }
    let nobody = format!("No data in the last {}: nobody called {}", screen.range, screen.stage);
    Some(vec![
        app::Line::new(Tone::Plain, &nobody),
        app::Line::new(Tone::Muted, "t shows a longer time, s another stage"),
    ])
}

/// The time under the cursor, and the deployments made then.
fn draw_time(model: &Model, screen: &MetricsScreen, area: Rect, canvas: &mut Canvas) {
    let (Some(shown), Some(at)) = (screen.dashboard(), screen.cursor()) else {
        return;
    };
    let mut spans = vec![
        Span::styled("▲ ", canvas.theme.accent()),
        Span::raw(axis::time_of(model, shown.window, at)),
        Span::styled(if screen.is_at_newest() { "  newest" } else { "" }, canvas.theme.muted()),
    ];
    for mark in model.marks_at_cursor() {
        let stage = text::sanitise(&screen.stage);
        let said = match mark.kind {
            MarkKind::Live => format!("live on {stage} now"),
            MarkKind::Canary => format!("the canary of {stage} now"),
            MarkKind::Other if model.size.0 < ROOMY_WIDTH => "deployment of the API".to_owned(),
            MarkKind::Other => "deployment of the API; AWS does not tell to which stage".to_owned(),
            MarkKind::Failed => "failed".to_owned(),
        };
        let made = mark.at.to_zoned(model.zone.clone()).strftime("%H:%M");
        let id = text::sanitise(&mark.id).into_owned();
        spans.push(Span::raw(format!("   {} {id}", axis::sign(mark.kind))));
        spans.push(Span::styled(format!(" {made}, {said}"), canvas.theme.muted()));
    }
    canvas.put(columns(area, TEXT_COLUMN - 2, area.width), Line::from(spans));
}
