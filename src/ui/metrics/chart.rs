//! One chart: its name and values, its scale, and its lines.

use jiff::Timestamp;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::Theme;
use super::super::canvas::{Canvas, columns, row};
use super::super::listing::{Focus, TEXT_COLUMN};
use super::axis;
use super::dots::{Dots, Stroke};
use super::scale::Scale;
use crate::app::{ChartArea, MetricsScreen, axis_dot};
use crate::domain::{Chart, ChartLine, Completeness, Dashboard, Figures, Series, Unit, Window, change};
use crate::text;

/// Rows of a plot from which on all lines of a latency have room; on fewer, the mean and the worst are drawn.
const ROWS_FOR_ALL: u16 = 5;
/// Columns of a chart's name.
const TITLE_COLUMNS: usize = 20;
/// Columns of a value, so that the next one does not move.
const VALUE_COLUMNS: usize = 7;
/// What the time before is drawn with.
const BEFORE: &str = "╌";

pub(super) fn draw(screen: &MetricsScreen, shown: &Dashboard, area: &ChartArea, canvas: &mut Canvas) {
    let lines = shown.lines(area.chart);
    let before = screen.before().map(|before| before.lines(area.chart));
    let before = before.and_then(|lines| lines.into_iter().next()).zip(screen.before());
    draw_heading(screen, shown, &lines, area, canvas);
    let drawn = drawn(&lines, area.plot.height);
    let compared = before.as_ref().map(|(line, _)| &line.series);
    let series = drawn.iter().map(|line| &line.series).chain(compared);
    let highest = series.filter_map(Series::highest).map(|point| point.value).reduce(f64::max);
    let Some(highest) = highest else {
        let middle = row(area.plot, usize::from(area.plot.height / 2));
        return canvas.put(middle, Line::styled("no data", canvas.theme.muted()));
    };
    let scale = Scale::of(highest, area.chart.unit(), area.plot.height);
    for (from_top, label) in scale.labels(area.plot.height) {
        let label = Line::styled(label, canvas.theme.muted()).right_aligned();
        canvas.put(row(area.scale, usize::from(from_top)), label);
    }
    let before = before.as_ref().map(|(line, before)| (&line.series, before.window));
    draw_plot(&drawn, before, shown.window, scale, area.plot, canvas);
    draw_cursor(screen, shown.window, area.plot, canvas);
    draw_names(&drawn, scale, area.names, canvas);
}

/// The lines that have room, and data.
fn drawn(lines: &[ChartLine], rows: u16) -> Vec<&ChartLine> {
    let known = lines.iter().filter(|line| line.series.highest().is_some());
    let mut known: Vec<&ChartLine> = known.collect();
    if rows < ROWS_FOR_ALL && known.len() > 2 {
        known = [known.first(), known.last()].into_iter().flatten().copied().collect();
    }
    known
}

fn stroke(statistic: &str) -> Stroke {
    match statistic {
        "p50" => Stroke::Sparse,
        "p95" => Stroke::Dashed,
        "p99" => Stroke::Dotted,
        _ => Stroke::Solid,
    }
}

/// A dot for each period of a window.
fn path(
    series: &Series,
    window: Window,
    scale: Scale,
    dots: &Dots,
    columns: u16,
) -> Vec<Option<(usize, usize)>> {
    let periods: Vec<Timestamp> = window.periods().collect();
    let place = |(index, &at): (usize, &Timestamp)| {
        let value = series.at(at)?;
        Some((axis_dot(columns, periods.len(), index), scale.dot(value, dots.height())))
    };
    periods.iter().enumerate().map(place).collect()
}

/// The lines, and where they leave a cell free, the time before.
fn draw_plot(
    lines: &[&ChartLine],
    before: Option<(&Series, Window)>,
    window: Window,
    scale: Scale,
    area: Rect,
    canvas: &mut Canvas,
) {
    let mut dots = Dots::new(area.width, area.height);
    for (number, line) in lines.iter().enumerate().rev() {
        let path = path(&line.series, window, scale, &dots, area.width);
        // An area would hide the time before.
        if lines.len() == 1 && before.is_none() && line.statistic != "average" {
            dots.area(&path, number);
        } else {
            dots.line(&path, stroke(line.statistic), number);
        }
    }
    let mut faint = Dots::new(area.width, area.height);
    if let Some((series, window)) = before {
        let path = path(series, window, scale, &faint, area.width);
        faint.line(&path, Stroke::Solid, 0);
    }
    let styles: Vec<Style> = lines.iter().map(|line| canvas.theme.line(line.statistic)).collect();
    for from_top in 0..usize::from(area.height) {
        let cells = (0..usize::from(area.width)).map(|column| match dots.cell(column, from_top) {
            Some((shown, line)) => {
                Span::styled(shown.to_string(), styles.get(line).copied().unwrap_or_default())
            }
            None if faint.cell(column, from_top).is_some() => Span::styled(BEFORE, canvas.theme.muted()),
            None => Span::raw(" "),
        });
        let line: Line = cells.collect();
        canvas.put(row(area, from_top), line);
    }
}

/// The time cursor, through every chart. At the newest point, where it rests, it would only hide that point.
fn draw_cursor(screen: &MetricsScreen, window: Window, area: Rect, canvas: &mut Canvas) {
    let column = axis::cursor_column(screen, window, area).filter(|_| !screen.is_at_newest());
    if let Some(column) = column {
        let theme = canvas.theme;
        canvas.line_down(column, "│", theme.text(), theme.set_off());
    }
}

/// What the lines are called, beside their newest points; the first and the last one before those between.
fn draw_names(lines: &[&ChartLine], scale: Scale, area: Rect, canvas: &mut Canvas) {
    let rows = usize::from(area.height);
    if lines.len() < 2 || rows < lines.len() || area.width < 4 {
        return;
    }
    let place = |line: &ChartLine| {
        let newest = line.series.points().last().map_or(0.0, |point| point.value);
        (rows * 4 - 1).saturating_sub(scale.dot(newest, rows * 4)) / 4
    };
    // The higher line has the higher name: from the top down, each below the one before and with room for those that follow.
    let mut named: Vec<(usize, &ChartLine)> = lines.iter().map(|line| (place(line), *line)).collect();
    named.sort_by_key(|&(row, line)| (row, std::cmp::Reverse(line.statistic == "p99"), line.statistic));
    let mut free = 0;
    for (index, (wanted, line)) in named.iter().enumerate() {
        let last = rows - (named.len() - index);
        let at = (*wanted).clamp(free.min(last), last);
        free = at + 1;
        let style = canvas.theme.line(line.statistic);
        canvas.put(columns(row(area, at), 1, area.width), Line::styled(name(line.statistic), style));
    }
}

fn name(statistic: &'static str) -> &'static str {
    if statistic == "average" { "avg" } else { statistic }
}

/// A value as it is told: exact, and never a zero where there is none.
pub(super) fn value(unit: Unit, value: Option<f64>) -> String {
    match unit {
        Unit::Milliseconds => text::milliseconds(value),
        Unit::Fraction => text::percent(value),
        Unit::Requests => text::count(value),
    }
}

/// The chart's figure over a whole window.
fn whole(figures: &Figures, chart: Chart) -> Option<f64> {
    match chart {
        Chart::Latency => figures.latency_avg_ms,
        Chart::IntegrationLatency => figures.integration_latency_avg_ms,
        Chart::Rate4xx => figures.rate_4xx(),
        Chart::Rate5xx => figures.rate_5xx(),
        Chart::Count => figures.count,
    }
}

/// The name, the values at the time cursor, and on the right the figure of the whole window.
fn draw_heading(
    screen: &MetricsScreen,
    shown: &Dashboard,
    lines: &[ChartLine],
    area: &ChartArea,
    canvas: &mut Canvas,
) {
    let theme = canvas.theme;
    let focused = screen.chart == area.chart;
    if focused {
        canvas.cursor(area.heading, Focus::Here);
    }
    let title_style = if focused { theme.selected() } else { theme.text() };
    let title = text::fit(area.chart.title(), TITLE_COLUMNS).into_owned();
    let title_area = columns(area.heading, TEXT_COLUMN, TITLE_COLUMNS as u16);
    canvas.put(title_area, Line::styled(title, title_style));
    let from = TEXT_COLUMN + TITLE_COLUMNS as u16 + 1;
    let values_area = columns(area.heading, from, area.heading.width.saturating_sub(from + 1));
    let room = usize::from(values_area.width);
    let values = values(screen, lines, area.chart.unit(), theme);
    let summary = summary(screen, shown, area.chart);
    let right = text::width(&summary);
    // What compares is told before the percentiles; without it, they come first.
    let fits = |kept: &usize| values[..*kept].iter().map(Line::width).sum::<usize>() + right <= room;
    let kept = (1..=values.len()).rev().find(fits);
    let (kept, summary) = match kept {
        Some(kept) if screen.compared || kept == values.len() => (kept, summary),
        None if screen.compared => (0, summary),
        _ => (values.len(), String::new()),
    };
    let left: Line = values.into_iter().take(kept).flat_map(|value| value.spans).collect();
    let used = left.width();
    canvas.put(values_area, left);
    let rest = columns(values_area, used as u16, values_area.width);
    canvas.put(rest, Line::styled(summary, theme.muted()).right_aligned());
}

/// Each line's value at the time cursor.
fn values(screen: &MetricsScreen, lines: &[ChartLine], unit: Unit, theme: &Theme) -> Vec<Line<'static>> {
    let at = |line: &ChartLine| screen.cursor().and_then(|at| line.series.at(at));
    if lines.iter().all(|line| at(line).is_none()) {
        return vec![Line::styled("no data   ", theme.muted())];
    }
    let one = |line: &ChartLine| {
        let told = format!("{:<VALUE_COLUMNS$}  ", value(unit, at(line)));
        if lines.len() == 1 {
            return Line::raw(told);
        }
        let named = Span::styled(format!("{} ", name(line.statistic)), theme.line(line.statistic));
        Line::from(vec![named, Span::raw(told)])
    };
    lines.iter().map(one).collect()
}

/// `3h: 84 ms`, and while periods are compared what that is against the one before.
fn summary(screen: &MetricsScreen, shown: &Dashboard, chart: Chart) -> String {
    let range = screen.range;
    if shown.completeness != Completeness::Complete {
        return format!("{range}: only a part");
    }
    let now = whole(&shown.figures(), chart);
    let Some(before) = screen.before() else {
        return format!("{range}: {}", value(chart.unit(), now));
    };
    if before.completeness != Completeness::Complete {
        return format!("{range}: {}, only a part before", value(chart.unit(), now));
    }
    let before = whole(&before.figures(), chart);
    format!("{range}: {}, {}", value(chart.unit(), now), change(now, before, range))
}
