//! Series of data points: from the traffic of the sources, and from each other.

use std::collections::BTreeMap;

use super::metric::{Metric, Statistic, Tally};
use super::query::MetricStat;
use super::{Family, NAMESPACE, Source};
use crate::sim::traffic::Route;

const DAY: i64 = 86_400;

/// Points of time and value, ascending in time. A time without a point is absent, not zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Series {
    /// Seconds from a point to the next.
    pub(super) period: i64,
    /// Whether such a metric has ever been published.
    pub(super) exists: bool,
    /// Unix seconds at which a period begins, and the value of that period.
    pub(super) points: Vec<(i64, f64)>,
}

/// The time that is looked at, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// Inclusive; rounded, so that all periods begin a multiple of their length after it.
    pub(super) start: i64,
    /// Exclusive, and not in the future.
    pub(super) end: i64,
    /// The finest period that is still kept for `start`, in seconds.
    pub(super) finest: i64,
}

impl Window {
    /// CloudWatch keeps minutes for 15 days, five minutes for 63 days and hours for 455, and rounds the start down
    /// to what it keeps.
    pub(super) fn new(start: i64, end: i64, now: i64) -> Self {
        let finest = match now - start {
            age if age > 63 * DAY => 3600,
            age if age > 15 * DAY => 300,
            _ => 60,
        };
        let start = start.max(now - 455 * DAY);
        Self { start: start.div_euclid(finest) * finest, end: end.min(now), finest }
    }

    /// The beginnings of the periods.
    fn periods(self, period: i64) -> impl Iterator<Item = i64> {
        (self.start..self.end).step_by(period.max(1) as usize)
    }
}

impl Series {
    /// Every point changed; what is no finite number is left out.
    pub(super) fn mapped(mut self, f: impl Fn(f64) -> f64) -> Self {
        self.points.iter_mut().for_each(|(_, value)| *value = f(*value));
        self.finite()
    }

    /// The points of the times that both have.
    pub(super) fn joined(&self, other: &Self, f: impl Fn(f64, f64) -> f64) -> Self {
        let theirs: BTreeMap<i64, f64> = other.points.iter().copied().collect();
        let shared = self.points.iter().filter_map(|(at, value)| Some((*at, f(*value, *theirs.get(at)?))));
        Self {
            period: self.period.max(other.period),
            exists: self.exists && other.exists,
            points: shared.collect(),
        }
        .finite()
    }

    /// One series from the values that several have at each time at which any has one.
    pub(super) fn across(all: &[Self], f: impl Fn(&[f64]) -> f64) -> Self {
        let mut values: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
        for (at, value) in all.iter().flat_map(|series| &series.points) {
            values.entry(*at).or_default().push(*value);
        }
        Self {
            period: all.iter().map(|series| series.period).max().unwrap_or_default(),
            exists: all.iter().any(|series| series.exists),
            points: values.into_iter().map(|(at, values)| (at, f(&values))).collect(),
        }
        .finite()
    }

    /// With a number wherever a period of the window has no point. A metric that was never published, or whose periods
    /// are finer than what is kept, stays empty.
    pub(super) fn filled(mut self, number: f64, window: Window) -> Self {
        if !self.exists || self.period % window.finest != 0 {
            return self;
        }
        let mut filled: BTreeMap<i64, f64> = window.periods(self.period).map(|at| (at, number)).collect();
        filled.extend(self.points);
        self.points = filled.into_iter().collect();
        self
    }

    fn finite(mut self) -> Self {
        self.points.retain(|(_, value)| value.is_finite());
        self
    }
}

/// One series for each of `asked`, in the same order. Every minute of a source is computed once for all the metrics
/// and statistics that are asked of the same dimensions at the same period.
pub(super) fn of_metrics(asked: &[&MetricStat], sources: &[Source], window: Window, now: i64) -> Vec<Series> {
    let mut all = vec![Series::default(); asked.len()];
    let mut groups: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (index, stat) in asked.iter().enumerate() {
        all[index].period = stat.period;
        if stat.namespace == NAMESPACE {
            groups.entry((&stat.dimensions, stat.period)).or_default().push(index);
        }
    }
    for ((dimensions, period), members) in groups {
        let blended: Vec<Blended> =
            sources.iter().filter_map(|source| source.counting_into(dimensions)).collect();
        let Some(family) = blended.first().map(|one| one.source.family) else {
            continue;
        };
        let mut columns = Vec::new();
        for index in members {
            let Some(metric) = family.metric(&asked[index].name) else {
                continue;
            };
            all[index].exists = blended.iter().any(|one| one.source.traffic.is_ever_called());
            if asked[index].unit.as_deref().is_none_or(|unit| unit == metric.unit()) {
                columns.push(Column { index, metric, statistic: asked[index].statistic });
            }
        }
        // Finer data than this has been given up: nothing is returned, not even coarser data.
        if period % window.finest == 0 && !columns.is_empty() {
            Group { family, blended, columns, period }.tally(window, now, &mut all);
        }
    }
    all
}

/// A statistic that is asked of a group, and where its points go.
struct Column {
    index: usize,
    metric: Metric,
    statistic: Statistic,
}

/// What of a source counts: all of it, or what went to the route at that place.
struct Blended<'a> {
    source: &'a Source,
    route: Option<usize>,
}

/// What is asked of the same sources at the same period.
struct Group<'a> {
    family: Family,
    blended: Vec<Blended<'a>>,
    columns: Vec<Column>,
    period: i64,
}

impl Group<'_> {
    fn tally(&self, window: Window, now: i64, all: &mut [Series]) {
        let distributed = self.columns.iter().any(|column| column.metric.is_distributed());
        let since = self.blended.iter().map(|one| one.source.traffic.since.as_second()).min().unwrap_or(now);
        let silent_periods = (since - window.start).div_euclid(self.period).max(0);
        let mut tally = Tally::new();
        let mut at = window.start + silent_periods * self.period;
        while at < window.end {
            let until = (at + self.period).min(window.end);
            tally.clear();
            for one in &self.blended {
                add_published(&mut tally, one, at, until, now, distributed);
            }
            for column in &self.columns {
                if let Some(value) = tally.statistic(self.family, column.metric, column.statistic) {
                    all[column.index].points.push((at, value));
                }
            }
            at += self.period;
        }
    }
}

/// Adds what CloudWatch has by now of the minutes that begin from `at` up to `until`, exclusive: a minute appears one
/// minute after its end, in part, and is complete after two.
fn add_published(tally: &mut Tally, one: &Blended, at: i64, until: i64, now: i64, distributed: bool) {
    let mut second = at;
    while second < until {
        let age = now - (second + 60);
        if age < 60 {
            break;
        }
        second += 60;
        let mut minute = one.source.traffic.minute(second / 60 - 1);
        if age < 120 {
            minute = minute.partial();
        }
        if let Some(route) = one.route {
            minute.split(&one.source.routes).get(route).into_iter().for_each(|part| tally.add_part(part));
            continue;
        }
        tally.add(&minute);
        if distributed {
            tally.add_latencies(&minute);
        }
    }
}

impl Source {
    /// What of it counts into the series with exactly these dimensions, sorted by name: its own, its API's, or a route's.
    fn counting_into(&self, dimensions: &[(String, String)]) -> Option<Blended<'_>> {
        let route = self.routes.iter().position(|route| {
            route.detailed && self.of_route(route).iter().all(|own| dimensions.contains(own))
        });
        match dimensions.len().checked_sub(self.dimensions.len()) {
            Some(2) => route.map(|_| Blended { source: self, route }),
            _ => self.counts_into(dimensions).then_some(Blended { source: self, route: None }),
        }
    }

    /// The dimensions of a route's own series.
    pub(super) fn of_route(&self, route: &Route) -> Vec<(String, String)> {
        let own = [("Method", &route.method), ("Resource", &route.resource)];
        let own = own.map(|(name, value)| (name.to_owned(), value.clone()));
        let mut dimensions = [self.dimensions.as_slice(), &own].concat();
        dimensions.sort();
        dimensions
    }

    fn counts_into(&self, dimensions: &[(String, String)]) -> bool {
        let has =
            |(name, value): &(String, String)| self.dimensions.iter().any(|(n, v)| n == name && v == value);
        let own = dimensions.len() == self.dimensions.len();
        let whole_api = dimensions.len() + 1 == self.dimensions.len()
            && dimensions.iter().all(|(name, _)| name != "Stage")
            && self.dimensions.iter().any(|(name, _)| name == "Stage");
        (own || whole_api) && !dimensions.is_empty() && dimensions.iter().all(has)
    }
}
