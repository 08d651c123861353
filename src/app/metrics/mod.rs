//! The metrics screen: one stage's charts over time with a cursor on their time axis, and its worst routes.

mod keys;
mod marks;
mod places;
mod reads;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::list::matching;
use super::{List, Model, Note, Part, Remote, Tone};
use crate::domain::{Chart, Dashboard, Problem, RouteFigures, Routes, Stage, TimeRange, Window};

pub use marks::{Mark, MarkKind};
pub use places::{ChartArea, MetricsAreas, axis_dot, metrics_areas, metrics_tabs};

pub(super) use keys::{act, available, back, click, edit_filter, go, point_at, reveal, wheel};
pub(super) use reads::{close, open, refresh, settle};

/// State of the screen.
#[derive(Debug)]
pub struct MetricsScreen {
    /// The stage's name.
    pub stage: String,
    /// How much time the charts cover.
    pub range: TimeRange,
    /// Charts or routes.
    pub tab: MetricsTab,
    /// The chart that has the focus.
    pub chart: Chart,
    /// Whether that chart fills the screen.
    pub zoomed: bool,
    /// Whether the time before is shown, too.
    pub compared: bool,
    /// How routes are ordered.
    pub order: RouteOrder,
    /// The list of routes.
    pub route_list: List,
    /// When the charts were last read.
    pub asked_at: Timestamp,
    /// Where the time cursor is; `None` follows the newest point.
    cursor: Option<Timestamp>,
    /// What was read of each stage and range since the screen was opened, so that the way back to one shows at once.
    views: BTreeMap<(String, TimeRange), MetricsView>,
    /// Stands in for a view of which nothing is known.
    nothing: MetricsView,
}

/// What is known of one stage over one range.
#[derive(Debug, Default)]
pub struct MetricsView {
    /// Its points.
    pub now: Remote<Dashboard>,
    /// Those of the time before; read when somebody compares.
    pub before: Remote<Dashboard>,
    /// Its routes; read when somebody looks at them.
    pub routes: Remote<Routes>,
}

/// What the screen shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsTab {
    /// The stage over time.
    Charts,
    /// Its routes, summed over the range.
    Routes,
}

/// How routes are ordered, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteOrder {
    /// By server errors.
    Errors5xx,
    /// By mean latency.
    Latency,
    /// By requests.
    Count,
}

impl RouteOrder {
    fn next(self) -> Self {
        match self {
            Self::Errors5xx => Self::Latency,
            Self::Latency => Self::Count,
            Self::Count => Self::Errors5xx,
        }
    }

    fn value(self, route: &RouteFigures) -> Option<f64> {
        match self {
            Self::Errors5xx => route.errors_5xx,
            Self::Latency => route.latency_avg_ms,
            Self::Count => route.count,
        }
    }
}

impl MetricsView {
    fn part_mut(&mut self, part: Part) -> &mut Remote<Dashboard> {
        match part {
            Part::Now => &mut self.now,
            Part::Before => &mut self.before,
        }
    }
}

impl MetricsScreen {
    fn new(stage: String, now: Timestamp) -> Self {
        Self {
            stage,
            range: TimeRange::H3,
            tab: MetricsTab::Charts,
            chart: Chart::Latency,
            zoomed: false,
            compared: false,
            order: RouteOrder::Errors5xx,
            route_list: List::default(),
            asked_at: now,
            cursor: None,
            views: BTreeMap::new(),
            nothing: MetricsView::default(),
        }
    }

    /// What is known of the stage and range that are shown.
    pub fn view(&self) -> &MetricsView {
        self.views.get(&(self.stage.clone(), self.range)).unwrap_or(&self.nothing)
    }

    /// The points that are shown; `None` before any were read.
    pub fn dashboard(&self) -> Option<&Dashboard> {
        self.view().now.value.as_ref()
    }

    /// The points of the time before, where they are shown.
    pub fn before(&self) -> Option<&Dashboard> {
        self.view().before.value.as_ref().filter(|_| self.compared)
    }

    /// When what is shown was read.
    pub(super) fn checked_at(&self) -> Option<Timestamp> {
        match self.tab {
            MetricsTab::Charts => self.view().now.read_at,
            MetricsTab::Routes => self.view().routes.read_at,
        }
    }

    /// The charts on the screen: one when it is zoomed.
    pub fn charts(&self) -> &[Chart] {
        let all = &Chart::ALL;
        match all.iter().position(|&chart| chart == self.chart) {
            Some(index) if self.zoomed => &all[index..=index],
            _ => all,
        }
    }

    /// The period under the time cursor, by its start; `None` before any point was read.
    pub fn cursor(&self) -> Option<Timestamp> {
        let window = self.dashboard()?.window;
        start_of(window, self.cursor_index(window))
    }

    /// Whether the time cursor is at the newest point.
    pub fn is_at_newest(&self) -> bool {
        self.dashboard().is_some_and(|shown| self.cursor_index(shown.window) == last_index(shown.window))
    }

    /// The number of the period under the time cursor, counted from 0. An instant outside the window is at its nearest end.
    fn cursor_index(&self, window: Window) -> usize {
        let last = last_index(window);
        self.cursor.map_or(last, |at| index_of(window, at).min(last))
    }

    /// Puts the time cursor on a period; on the last one it follows what is read later.
    fn set_cursor(&mut self, index: usize) {
        let Some(window) = self.dashboard().map(|shown| shown.window) else {
            return;
        };
        self.cursor = if index >= last_index(window) { None } else { start_of(window, index) };
    }

    /// The routes as read; empty before that.
    pub fn route_rows(&self) -> &[RouteFigures] {
        self.view().routes.value.as_ref().map_or(&[], |read| &read.routes)
    }

    /// Method and path of each, which tell them apart.
    fn route_names(&self) -> Vec<String> {
        self.route_rows().iter().map(|route| format!("{} {}", route.method, route.resource)).collect()
    }

    /// Filters and sorts the routes anew: without a value last, and where that is equal by path.
    fn arrange_routes(&mut self) {
        let names = self.route_names();
        let mut rows = matching(self.route_list.filter(), names.iter());
        let value = |row: usize| self.route_rows().get(row).and_then(|route| self.order.value(route));
        rows.sort_by(|&a, &b| match (value(a), value(b)) {
            (Some(a), Some(b)) => b.total_cmp(&a),
            (a, b) if a.is_some() == b.is_some() => Ordering::Equal,
            (a, _) => {
                if a.is_some() {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
        });
        self.route_list.set_rows(rows, |index| &names[index]);
    }
}

impl Model {
    /// The stage of the metrics screen, while the API still has it.
    pub fn metrics_stage(&self) -> Option<&Stage> {
        let name = &self.metrics.as_ref()?.stage;
        self.deployments.as_ref()?.stage_rows().iter().find(|stage| stage.name == *name)
    }

    /// What must be said above the charts or routes, the most pressing first.
    pub fn metrics_notes(&self) -> Vec<Note> {
        let (Some(screen), Some(below)) = (&self.metrics, &self.deployments) else {
            return Vec::new();
        };
        let danger = |text: String| Note { tone: Tone::Danger, text, more: "! tells more" };
        let mut notes: Vec<Note> = Vec::new();
        match screen.tab {
            MetricsTab::Charts => {
                let view = screen.view();
                notes.extend(noted(&view.now, Dashboard::shortfall, self.now).map(danger));
                let before = Some(&view.before).filter(|_| screen.compared);
                let compared = before.and_then(|before| match &before.problem {
                    Some(problem) => Some(problem.headline()),
                    None => before.value.as_ref()?.shortfall().map(|problem| problem.headline()),
                });
                notes.extend(compared.map(|text| danger(format!("The time before: {text}"))));
            }
            MetricsTab::Routes => {
                notes.extend(
                    noted(&screen.view().routes, |read| routes_shortfall(read, &screen.stage), self.now)
                        .map(danger),
                );
            }
        }
        notes.extend(below.blended());
        notes
    }

    /// What is wrong on the metrics screen, each trouble once.
    pub fn metrics_problems(&self) -> Vec<Problem> {
        let (Some(screen), Some(below)) = (&self.metrics, &self.deployments) else {
            return Vec::new();
        };
        let view = screen.view();
        let shortfall = |read: &Remote<Dashboard>| read.value.as_ref().and_then(Dashboard::shortfall);
        let routes = view.routes.value.as_ref().and_then(|read| routes_shortfall(read, &screen.stage));
        let charts = [
            view.now.problem.clone().or(shortfall(&view.now)),
            view.before.problem.clone().or(shortfall(&view.before)).filter(|_| screen.compared),
        ];
        let routes = [view.routes.problem.clone().or(routes)];
        let shown = match screen.tab {
            MetricsTab::Charts => charts.to_vec(),
            MetricsTab::Routes => routes.to_vec(),
        };
        let others = [below.deployments.problem.clone(), below.identity.problem.clone()];
        let mut problems: Vec<Problem> = Vec::new();
        for problem in shown.into_iter().chain(others).flatten() {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        problems
    }
}

/// What is said above a value that is there: that it is stale, or less than all.
fn noted<T>(read: &Remote<T>, shortfall: impl Fn(&T) -> Option<Problem>, now: Timestamp) -> Option<String> {
    let value = read.value.as_ref()?;
    read.trouble(now).or_else(|| shortfall(value).map(|problem| problem.headline()))
}

fn routes_shortfall(read: &Routes, stage: &str) -> Option<Problem> {
    read.completeness.shortfall(&format!("the routes of {stage}"))
}

/// The number of the last period of a window, a growing one included.
fn last_index(window: Window) -> usize {
    window.periods().count().saturating_sub(1)
}

/// The number of the period that an instant is in; the first one for what is earlier.
fn index_of(window: Window, at: Timestamp) -> usize {
    let offset = at.as_second() - window.start.as_second();
    usize::try_from(offset / window.period_seconds.max(1)).unwrap_or(0)
}

/// Where the period of that number starts.
fn start_of(window: Window, index: usize) -> Option<Timestamp> {
    let offset = i64::try_from(index).ok()?.checked_mul(window.period_seconds)?;
    window.start.checked_add(SignedDuration::from_secs(offset)).ok()
}
