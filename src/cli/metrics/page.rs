//! The figures for a person: a chart for each of the five, one time axis below them, then the routes.

use super::chart::Grid;
use super::{Read, axis};
use crate::cli::output::Format;
use crate::cli::status::{blended, errors, header};
use crate::cli::table::{self, Cell, Column, Shrink, Tone};
use crate::domain::{
    Chart, Completeness, Dashboard, Figures, Point, RouteFigures, Routes, Series, TimeRange, Unit, change,
    detailed_metrics_hint,
};
use crate::text;

/// Columns for the scale, left of a chart.
const SCALE: usize = 8;

/// How wide charts are where nothing says how wide they may be.
const WIDTH_IN_A_PIPE: usize = 80;

/// No chart is wider: a line of a week has 169 points.
const WIDEST: usize = SCALE + 1 + 169;

/// The whole page.
pub fn page(read: &Read, format: &Format) -> String {
    let width = if format.width == usize::MAX { WIDTH_IN_A_PIPE } else { format.width };
    let window = read.dashboard.window;
    let grid = Grid::new(window, width.min(WIDEST).saturating_sub(SCALE + 1).max(1));
    let rows = match width {
        ..60 => 2,
        60..100 => 3,
        _ => 5,
    };
    let mut lines = vec![header(&read.connection, Some(&read.api), None, format.width)];
    lines.push(fit(&title(read, &grid, format), format));
    lines.extend(notes(read, format));
    for chart in Chart::ALL {
        lines.push(String::new());
        lines.extend(chart_lines(read, chart, &grid, rows, format));
    }
    let days = read.range.seconds() > TimeRange::D1.seconds();
    lines.push(below(&axis::times(&grid, window.end, &format.zone, days)));
    let mut made: Vec<_> =
        read.deployments().map(|(made, at)| (at, made.id.clone(), read.is_active(made))).collect();
    made.reverse();
    lines.extend(axis::marks(&grid, &made).iter().map(|line| fit(&below(line), format)));
    if !made.is_empty() {
        let legend = format!("^ deployment of the API   * the one on {} now", read.stage.name);
        lines.push(fit(&below(&legend), format));
    }
    if let Some(routes) = &read.routes {
        lines.push(String::new());
        match routes {
            Ok(routes) => lines.extend(route_lines(read, routes, format)),
            Err(problem) => lines.push(danger(&problem.headline(), format)),
        }
    }
    lines.join("\n") + "\n"
}

fn fit(line: &str, format: &Format) -> String {
    text::fit(&text::sanitise(line), format.width).into_owned()
}

fn danger(line: &str, format: &Format) -> String {
    Tone::Danger.paint(&fit(&format!("! {line}"), format), format.ink)
}

/// A line of the axis, under the charts.
fn below(line: &str) -> String {
    format!("{}{line}", " ".repeat(SCALE + 1))
}

fn title(read: &Read, grid: &Grid, format: &Format) -> String {
    let window = read.dashboard.window;
    let local = |at| text::local_minute(at, &format.zone);
    let seconds = window.period_seconds * grid.periods as i64;
    let column = match grid.periods {
        1 => format!("a column is {} min", seconds / 60),
        _ => format!("a column is the highest of {} min", seconds / 60),
    };
    format!("{}  {} to {}, {column}", read.stage.name, local(window.start), local(window.end))
}

fn notes(read: &Read, format: &Format) -> Vec<String> {
    let shortfall = read.dashboard.shortfall().map(|problem| danger(&problem.headline(), format));
    let blended = blended(&read.api).map(|note| fit(&note, format));
    let unread = read.deployments.as_ref().err().map(|problem| danger(&problem.headline(), format));
    [shortfall, blended, unread].into_iter().flatten().collect()
}

fn chart_lines(read: &Read, chart: Chart, grid: &Grid, rows: usize, format: &Format) -> Vec<String> {
    let dashboard = &read.dashboard;
    let drawn = dashboard.lines(chart).into_iter().next().map(|line| line.series).unwrap_or_default();
    let mut lines = match drawn.highest() {
        Some(_) => vec![fit(&heading(dashboard, chart), format)],
        None => vec![format!("{}: no data", chart.title())],
    };
    if let Some(before) = &read.before {
        lines.push(fit(&format!("  {}", compared(read, before, chart)), format));
    }
    let Some(highest) = drawn.highest() else { return lines };
    for (row, drawn) in grid.draw(&drawn, rows, format.ascii).into_iter().enumerate() {
        let scale = match row {
            0 => shown(chart, Some(highest.value)),
            row if row + 1 == rows => "0".to_owned(),
            _ => String::new(),
        };
        lines.push(format!("{scale:>SCALE$} {drawn}").trim_end().to_owned());
    }
    lines
}

/// The chart's figure against that of the window before.
fn compared(read: &Read, before: &Dashboard, chart: Chart) -> String {
    let incomplete = |dashboard: &Dashboard| dashboard.completeness != Completeness::Complete;
    if incomplete(&read.dashboard) {
        return format!("only a part, not to be held against the {} before", read.range);
    }
    if incomplete(before) {
        return format!("only a part of the {} before", read.range);
    }
    let (now, before) = (total(&read.dashboard.figures(), chart), total(&before.figures(), chart));
    match (now, before) {
        (Some(_), Some(_)) => format!("{} ({})", change(now, before, read.range), shown(chart, before)),
        (None, Some(_)) => format!("{} in the {} before", shown(chart, before), read.range),
        (_, None) => change(now, before, read.range),
    }
}

/// The figure of the whole window that a chart is about.
fn total(figures: &Figures, chart: Chart) -> Option<f64> {
    match chart {
        Chart::Latency => figures.latency_avg_ms,
        Chart::IntegrationLatency => figures.integration_latency_avg_ms,
        Chart::Rate4xx => figures.rate_4xx(),
        Chart::Rate5xx => figures.rate_5xx(),
        Chart::Count => figures.count,
    }
}

fn shown(chart: Chart, value: Option<f64>) -> String {
    match chart.unit() {
        Unit::Milliseconds => text::milliseconds(value),
        Unit::Fraction => text::percent(value),
        Unit::Requests => text::count(value),
    }
}

/// The chart's name and its figures over the window.
fn heading(dashboard: &Dashboard, chart: Chart) -> String {
    let figures = dashboard.figures();
    let lines = dashboard.lines(chart);
    let find =
        |statistic: &str| lines.iter().find(|line| line.statistic == statistic).map(|line| &line.series);
    let highest = |statistic| find(statistic).and_then(Series::highest).map(|point| point.value);
    let drawn = lines.first().map(|line| &line.series);
    let value = |point: Option<Point>| shown(chart, point.map(|point| point.value));
    let low = value(drawn.and_then(Series::lowest));
    let high = value(drawn.and_then(Series::highest));
    let total = shown(chart, total(&figures, chart));
    let said = match chart.unit() {
        Unit::Milliseconds => {
            let (p95, p99) = (shown(chart, highest("p95")), shown(chart, highest("p99")));
            format!("avg {total}, {low} to {high}, p95 up to {p95}, p99 up to {p99}")
        }
        Unit::Fraction => {
            let errors = if chart == Chart::Rate4xx { figures.errors_4xx } else { figures.errors_5xx };
            format!("{total}, {} of {}, {low} to {high}", text::count(errors), text::count(figures.count))
        }
        Unit::Requests => format!("{total}, {low} to {high} a point"),
    };
    format!("{}: {said}", chart.title())
}

const ROUTES: [Column; 6] = [
    Column::words("METHOD"),
    Column::words("RESOURCE").shrinking(Shrink::Middle(12)),
    Column::numbers("COUNT"),
    Column::numbers("LATENCY"),
    Column::numbers("4XX"),
    Column::numbers("5XX"),
];

/// The routes, those with the most server errors first, then the busiest.
fn route_lines(read: &Read, routes: &Routes, format: &Format) -> Vec<String> {
    if routes.routes.is_empty() {
        let hint = if read.stage.detailed_metrics {
            "None was called for two weeks."
        } else {
            detailed_metrics_hint(read.api.api_type)
        };
        return vec![fit("No route has metrics of its own.", format), fit(hint, format)];
    }
    let mut worst: Vec<&RouteFigures> = routes.routes.iter().collect();
    let rank = |route: &RouteFigures| (route.errors_5xx.unwrap_or(-1.0), route.count.unwrap_or(-1.0));
    worst.sort_by(|a, b| rank(b).0.total_cmp(&rank(a).0).then(rank(b).1.total_cmp(&rank(a).1)));
    let row = |route: &&RouteFigures| {
        vec![
            Cell::new(&route.method),
            Cell::new(&route.resource),
            Cell::new(text::count(route.count)),
            Cell::new(text::milliseconds(route.latency_avg_ms)),
            Cell::new(errors(route.errors_4xx, route.rate_4xx())),
            Cell::new(errors(route.errors_5xx, route.rate_5xx())),
        ]
    };
    let rows: Vec<_> = worst.iter().map(row).collect();
    let mut lines = table::lines(&ROUTES, &rows, format.width, format.ink);
    if routes.left_out > 0 {
        lines.push(fit(
            &format!("and {} that were not asked about", text::plural(routes.left_out, "route")),
            format,
        ));
    }
    lines
}
