//! The worst routes of a stage, where CloudWatch has figures of routes at all.

use ratatui::layout::{Alignment, Rect};
use ratatui::text::{Line, Span};

use super::super::canvas::{Canvas, columns, row};
use super::super::deployments::instead_of;
use super::super::listing::{Columns, Focus, TEXT_COLUMN, no_match, widest};
use super::chart::value;
use crate::app::{self, MetricsAreas, MetricsScreen, Model, RouteOrder, Slot, Tone, problem_panel};
use crate::domain::{ApiType, RouteFigures, Unit};
use crate::text;

/// Below this width the column that tells least goes, one after the other.
const PATH_MIN: u16 = 12;

/// What a column shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Method,
    Path,
    Errors5xx,
    Errors4xx,
    Latency,
    Count,
}

impl Field {
    fn title(self) -> &'static str {
        match self {
            Self::Method => "METHOD",
            Self::Path => "ROUTE",
            Self::Errors5xx => "5XX",
            Self::Errors4xx => "4XX",
            Self::Latency => "LATENCY",
            Self::Count => "COUNT",
        }
    }

    fn alignment(self) -> Alignment {
        match self {
            Self::Method | Self::Path => Alignment::Left,
            _ => Alignment::Right,
        }
    }

    fn is_sorted_by(self, order: RouteOrder) -> bool {
        matches!(
            (self, order),
            (Self::Errors5xx, RouteOrder::Errors5xx)
                | (Self::Latency, RouteOrder::Latency)
                | (Self::Count, RouteOrder::Count)
        )
    }
}

pub(super) fn draw(model: &Model, screen: &MetricsScreen, areas: &MetricsAreas, canvas: &mut Canvas) {
    let list = &screen.route_list;
    let table = layout(model, screen);
    let has_rows = !screen.route_rows().is_empty();
    if has_rows && !canvas.filter(areas.titles, list, screen.route_rows().len()) {
        for (field, cell) in table.cells(areas.titles) {
            let sorted = field.is_sorted_by(screen.order);
            let title = if sorted { format!("{} v", field.title()) } else { field.title().to_owned() };
            let style = if sorted { canvas.theme.heading() } else { canvas.theme.muted() };
            canvas.put(cell, Line::styled(title, style).alignment(field.alignment()));
        }
    }
    if let Some(lines) = instead_of_rows(model, screen) {
        return canvas.message(model, areas.body, &lines);
    }
    let left_out = screen.view().routes.value.as_ref().map_or(0, |read| read.left_out);
    let height = usize::from(areas.body.height).saturating_sub(usize::from(left_out > 0));
    let shown = list.rows().iter().enumerate().skip(list.offset()).take(height);
    let mut lines = 0;
    for (line, (index, &route)) in shown.enumerate() {
        let Some(route) = screen.route_rows().get(route) else { continue };
        draw_route(route, row(areas.body, line), index == list.cursor(), &table, canvas);
        lines = line + 1;
    }
    if left_out > 0 {
        let said = format!("{} more routes have figures and were not asked about", text::grouped(left_out));
        let place = columns(row(areas.body, lines), TEXT_COLUMN, areas.body.width);
        canvas.put(place, Line::styled(said, canvas.theme.muted()));
    }
}

fn draw_route(route: &RouteFigures, area: Rect, here: bool, table: &Columns<Field>, canvas: &mut Canvas) {
    if here {
        canvas.cursor(area, Focus::Here);
    }
    let theme = canvas.theme;
    for (field, cell) in table.cells(area) {
        let content = match field {
            Field::Method => Line::raw(text::sanitise(&route.method).into_owned()),
            Field::Path => {
                let path = text::sanitise(&route.resource).into_owned();
                let style = if here { theme.selected() } else { theme.text() };
                Line::styled(text::fit_middle(&path, usize::from(cell.width)).into_owned(), style)
            }
            Field::Errors5xx => errors(route.errors_5xx, route.rate_5xx()),
            Field::Errors4xx => errors(route.errors_4xx, route.rate_4xx()),
            Field::Latency => Line::raw(value(Unit::Milliseconds, route.latency_avg_ms)),
            Field::Count => Line::raw(value(Unit::Requests, route.count)),
        };
        canvas.put(cell, content.alignment(field.alignment()));
    }
}

/// The number of errors and their rate.
fn errors(number: Option<f64>, rate: Option<f64>) -> Line<'static> {
    let number = text::count(number);
    let rate = text::percent(rate);
    Line::from(vec![Span::raw(number), Span::raw(format!(" {rate:>6}"))])
}

fn layout(model: &Model, screen: &MetricsScreen) -> Columns<Field> {
    let routes = screen.route_rows();
    let methods = routes.iter().map(|route| text::width(&text::sanitise(&route.method)));
    let mut fields = vec![
        (Field::Method, widest(methods, 6, 8)),
        (Field::Path, 0),
        (Field::Errors5xx, 12),
        (Field::Errors4xx, 12),
        (Field::Latency, 9),
        (Field::Count, 7),
    ];
    let gap = 2;
    let left = |fields: &[(Field, u16)]| {
        let taken: u16 = fields.iter().map(|&(_, width)| width + gap).sum();
        model.size.0.saturating_sub(TEXT_COLUMN + taken)
    };
    for gone in [Field::Errors4xx, Field::Count, Field::Latency] {
        if left(&fields) >= PATH_MIN || fields.len() <= 3 {
            break;
        }
        // What the routes are ordered by stays.
        fields.retain(|&(field, _)| field != gone || field.is_sorted_by(screen.order));
    }
    let paths = routes.iter().map(|route| text::width(&text::sanitise(&route.resource)));
    let path = widest(paths, 5, 60).min(left(&fields).max(1));
    for (field, width) in &mut fields {
        if *field == Field::Path {
            *width = path;
        }
    }
    Columns { fields, gap }
}

fn instead_of_rows(model: &Model, screen: &MetricsScreen) -> Option<Vec<app::Line>> {
    if !screen.route_list.rows().is_empty() {
        return None;
    }
    let below = model.deployments.as_ref()?;
    let read = &screen.view().routes;
    let Some(routes) = &read.value else {
        let slot = Slot::Routes(below.connection.nickname.clone());
        return Some(instead_of(model, read, &slot, "the routes"));
    };
    if !routes.routes.is_empty() {
        return Some(no_match(&screen.route_list));
    }
    if let Some(problem) = routes.completeness.shortfall(&format!("the routes of {}", screen.stage)) {
        return Some(problem_panel(&problem).lines);
    }
    let on = model.metrics_stage().is_some_and(|stage| stage.detailed_metrics);
    if on {
        let quiet = "No route has figures: none was called for two weeks, or not since detailed metrics were turned on";
        return Some(vec![app::Line::new(Tone::Plain, quiet)]);
    }
    let how = match below.connection.api_type {
        ApiType::Http => {
            "They come with detailed metrics: set detailedMetricsEnabled of the stage, or of a route; AWS bills them extra"
        }
        ApiType::Rest => {
            "They come with detailed metrics: set metricsEnabled in the stage's method settings; AWS bills them extra"
        }
    };
    Some(vec![
        app::Line::new(Tone::Plain, &format!("No figures of the routes of {}", screen.stage)),
        app::Line::new(Tone::Muted, how),
    ])
}
