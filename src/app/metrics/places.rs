//! Where everything is on the metrics screen.

use ratatui::layout::Rect;

use super::{MetricsScreen, MetricsTab};
use crate::app::Model;
use crate::app::geometry::{TabLabel, frame, place_tabs, split};
use crate::domain::Chart;

/// Columns left of a plot: the cursor's mark and the labels of the scale.
const SCALE: u16 = 9;
/// Columns right of a plot: what its lines are called.
const NAMES: u16 = 5;
/// Below this width lines are named in the heading alone.
const NAMES_WIDTH: u16 = 60;
/// A heading and two rows of dots: less tells nothing.
const LEAST_ROWS: u16 = 3;

/// The parts of the metrics screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricsAreas {
    /// The tabs, and what is shown.
    pub tabs: Rect,
    /// Notes below them, one line each.
    pub notes: Rect,
    /// The time under the cursor; of the routes their column titles.
    pub titles: Rect,
    /// All that is left: the charts, or the routes.
    pub body: Rect,
    /// The charts; none on the other tab.
    pub charts: Vec<ChartArea>,
    /// The time axis with the cursor and the deployments: as wide as the plots.
    pub axis: Rect,
    /// The times below it.
    pub times: Rect,
    /// The deployments' ids below these.
    pub marks: Rect,
}

/// The parts of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChartArea {
    /// Which one it is.
    pub chart: Chart,
    /// Its name and values.
    pub heading: Rect,
    /// The labels of its scale.
    pub scale: Rect,
    /// Its lines.
    pub plot: Rect,
    /// What its lines are called, beside their ends.
    pub names: Rect,
}

/// The parts of the metrics screen.
pub fn metrics_areas(model: &Model, screen: &MetricsScreen) -> MetricsAreas {
    let all = frame(model.size).body;
    let (tabs, rest) = split(all, 1);
    let notes = u16::try_from(model.metrics_notes().len()).unwrap_or(u16::MAX).min(all.height / 6);
    let (notes, rest) = split(rest, notes);
    let (titles, rest) = split(rest, 1);
    let none = Rect { height: 0, ..rest };
    if screen.tab == MetricsTab::Routes {
        let charts = Vec::new();
        return MetricsAreas {
            tabs,
            notes,
            titles,
            body: rest,
            charts,
            axis: none,
            times: none,
            marks: none,
        };
    }
    let below = rest.height.saturating_sub(LEAST_ROWS).min(3);
    let (body, rest) = split(rest, rest.height.saturating_sub(below));
    let (axis, rest) = split(rest, 1);
    let (times, marks) = split(rest, 1);
    let charts = charts(screen, body);
    let axis = charts.first().map_or(none, |chart| Rect { x: chart.plot.x, width: chart.plot.width, ..axis });
    MetricsAreas { tabs, notes, titles, body, charts, axis, times, marks }
}

/// As many charts as have room, the one with the focus among them.
fn charts(screen: &MetricsScreen, body: Rect) -> Vec<ChartArea> {
    let wanted = screen.charts();
    let fitting = usize::from(body.height / LEAST_ROWS).clamp(1, wanted.len().max(1));
    let focus = wanted.iter().position(|&chart| chart == screen.chart).unwrap_or(0);
    let page = wanted.chunks(fitting).nth(focus / fitting).unwrap_or_default();
    let (rows, spare) = (body.height / fitting as u16, body.height % fitting as u16);
    let mut rest = body;
    let place = |(index, &chart): (usize, &Chart)| {
        let extra = u16::from(index < usize::from(spare));
        let (area, below) = split(rest, rows + extra);
        rest = below;
        let (heading, drawn) = split(area, 1);
        let names = if body.width < NAMES_WIDTH { 1 } else { NAMES };
        let plot = Rect {
            x: drawn.x.saturating_add(SCALE),
            width: drawn.width.saturating_sub(SCALE + names),
            ..drawn
        };
        ChartArea {
            chart,
            heading,
            scale: Rect { width: SCALE.saturating_sub(1).min(drawn.width), ..drawn },
            plot,
            names: Rect { x: plot.right(), width: names, ..drawn }.intersection(drawn),
        }
    };
    page.iter().enumerate().map(place).collect()
}

/// The labels of the tabs.
pub fn metrics_tabs(screen: &MetricsScreen, bar: Rect) -> Vec<TabLabel<MetricsTab>> {
    let named = [(MetricsTab::Charts, "1 Charts"), (MetricsTab::Routes, "2 Routes")];
    place_tabs(bar, &screen.tab, named.map(|(tab, name)| (tab, name.to_owned())))
}

/// Where on an axis a period stands, in half columns from the left: the first is at the left edge, the last at the right.
pub fn axis_dot(columns: u16, points: usize, index: usize) -> usize {
    let dots = usize::from(columns) * 2;
    let (last_dot, last) = (dots.saturating_sub(1), points.saturating_sub(1));
    (index.min(last) * last_dot + last / 2).checked_div(last).unwrap_or(last_dot)
}

/// The period nearest to the middle of a column.
pub(super) fn axis_index(columns: u16, points: usize, column: u16) -> usize {
    let (last_dot, last) = ((usize::from(columns) * 2).saturating_sub(1), points.saturating_sub(1));
    let twice = usize::from(column) * 4 + 1;
    if last_dot == 0 { last } else { ((twice * last + last_dot) / (2 * last_dot)).min(last) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_click_finds_a_period_that_stands_in_that_column(columns in 1u16..200, points in 2usize..400) {
            for column in 0..columns {
                let index = axis_index(columns, points, column);
                let stands = axis_dot(columns, points, index) / 2;
                let next = |index: usize| axis_dot(columns, points, index) / 2;
                // Between two periods that stand far apart, the nearer one is taken.
                let misses = stands.abs_diff(usize::from(column));
                let gap = next((index + 1).min(points - 1)).abs_diff(next(index.saturating_sub(1)));
                prop_assert!(misses <= gap.max(1), "{column}: {index} stands at {stands}");
            }
        }

        #[test]
        fn an_axis_reaches_from_edge_to_edge_in_order(columns in 1u16..200, points in 2usize..400) {
            let dots: Vec<usize> = (0..points).map(|index| axis_dot(columns, points, index)).collect();
            prop_assert_eq!((dots[0], dots[points - 1]), (0, usize::from(columns) * 2 - 1));
            prop_assert!(dots.is_sorted());
        }
    }
}
