//! One stage's metrics over time, as the dashboard charts them and `apigw metrics` prints them.

use super::metrics::ratio;
use super::{Completeness, Point, Series, Window};

/// A chart of the dashboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Chart {
    /// From the request's arrival to the answer's end (`Latency`).
    Latency,
    /// The integration's share of it (`IntegrationLatency`).
    IntegrationLatency,
    /// Client errors per request (HTTP `4xx`, REST `4XXError`).
    Rate4xx,
    /// Server errors per request (HTTP `5xx`, REST `5XXError`).
    Rate5xx,
    /// Requests (`Count`).
    Count,
}

impl Chart {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 5] =
        [Self::Latency, Self::IntegrationLatency, Self::Rate4xx, Self::Rate5xx, Self::Count];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Latency => "Latency",
            Self::IntegrationLatency => "Integration latency",
            Self::Rate4xx => "4xx rate",
            Self::Rate5xx => "5xx rate",
            Self::Count => "Count",
        }
    }

    /// What its values are.
    pub fn unit(self) -> Unit {
        match self {
            Self::Latency | Self::IntegrationLatency => Unit::Milliseconds,
            Self::Rate4xx | Self::Rate5xx => Unit::Fraction,
            Self::Count => Unit::Requests,
        }
    }
}

/// What a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Thousandths of a second.
    Milliseconds,
    /// Of requests: 0.0 to 1.0.
    Fraction,
    /// Requests per period.
    Requests,
}

/// A line of a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartLine {
    /// `average`, `p50`, `p95`, `p99`, `rate` or `sum`.
    pub statistic: &'static str,
    /// Its points, in the chart's unit.
    pub series: Series,
}

/// The statistics of a latency, per period, in milliseconds.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Spread {
    /// The mean (`Average`).
    pub average: Series,
    /// The median (`p50`).
    pub p50: Series,
    /// `p95`.
    pub p95: Series,
    /// `p99`.
    pub p99: Series,
    /// How many requests each mean is of (`SampleCount`): what joins means of periods into one.
    pub samples: Series,
}

impl Spread {
    /// The mean over all periods, every request weighing the same; `None` without a sample.
    pub fn mean(&self) -> Option<f64> {
        let samples = self.samples.points();
        let weigh = |point: &Point| {
            let at = samples.binary_search_by_key(&point.at, |sample| sample.at).ok()?;
            Some(point.value * samples.get(at)?.value)
        };
        let weighed: Vec<f64> = self.average.points().iter().filter_map(weigh).collect();
        let total = (!weighed.is_empty()).then(|| weighed.iter().sum());
        ratio(total, self.samples.sum())
    }

    fn all_mut(&mut self) -> [&mut Series; 5] {
        [&mut self.average, &mut self.p50, &mut self.p95, &mut self.p99, &mut self.samples]
    }
}

/// One stage over one window.
#[derive(Clone, Debug, PartialEq)]
pub struct Dashboard {
    /// The stage's name.
    pub stage: String,
    /// The span and the length of a point.
    pub window: Window,
    /// Latency.
    pub latency: Spread,
    /// The integration's latency.
    pub integration_latency: Spread,
    /// Client errors per period (Sum).
    pub errors_4xx: Series,
    /// Server errors per period (Sum).
    pub errors_5xx: Series,
    /// Requests per period (Sum).
    pub count: Series,
    /// The worst completeness of all the results.
    pub completeness: Completeness,
}

impl Dashboard {
    /// One of which nothing is known yet.
    pub fn empty(stage: impl Into<String>, window: Window) -> Self {
        Self {
            stage: stage.into(),
            window,
            latency: Spread::default(),
            integration_latency: Spread::default(),
            errors_4xx: Series::default(),
            errors_5xx: Series::default(),
            count: Series::default(),
            completeness: Completeness::Complete,
        }
    }

    /// The lines of a chart, the most important first. A period without requests has no rate; one with requests and
    /// without errors has the rate zero, as CloudWatch leaves zeros out.
    pub fn lines(&self, chart: Chart) -> Vec<ChartLine> {
        let line = |statistic, series: &Series| ChartLine { statistic, series: series.clone() };
        let spread = |spread: &Spread| {
            vec![
                line("average", &spread.average),
                line("p50", &spread.p50),
                line("p95", &spread.p95),
                line("p99", &spread.p99),
            ]
        };
        match chart {
            Chart::Latency => spread(&self.latency),
            Chart::IntegrationLatency => spread(&self.integration_latency),
            Chart::Rate4xx => vec![ChartLine { statistic: "rate", series: self.rate(&self.errors_4xx) }],
            Chart::Rate5xx => vec![ChartLine { statistic: "rate", series: self.rate(&self.errors_5xx) }],
            Chart::Count => vec![line("sum", &self.count)],
        }
    }

    fn rate(&self, errors: &Series) -> Series {
        let rate = |count: &Point| {
            let errors = errors.at(count.at).unwrap_or(0.0);
            ratio(Some(errors), Some(count.value)).map(|value| Point { at: count.at, value })
        };
        Series::new(self.count.points().iter().filter_map(rate).collect())
    }

    /// Slides on to a newer window of the same period: what `newer` covers replaces what was there, and what lies before
    /// `window` is dropped.
    pub fn join(&mut self, mut newer: Self, window: Window) {
        let covered = newer.window;
        for (old, new) in self.all_mut().into_iter().zip(newer.all_mut()) {
            let kept =
                old.points().iter().filter(|point| point.at >= window.start && point.at < covered.start);
            *old = Series::new(kept.chain(new.points()).copied().collect());
        }
        self.window = window;
        self.completeness = self.completeness.max(newer.completeness);
    }

    fn all_mut(&mut self) -> Vec<&mut Series> {
        let mut all: Vec<&mut Series> = Vec::new();
        all.extend(self.latency.all_mut());
        all.extend(self.integration_latency.all_mut());
        all.extend([&mut self.errors_4xx, &mut self.errors_5xx, &mut self.count]);
        all
    }
}

/// The figures of one route over a whole window; `None` is "no data".
#[derive(Clone, Debug, PartialEq)]
pub struct RouteFigures {
    /// The method, `GET` or `ANY`.
    pub method: String,
    /// The path as the API writes it, `/orders/{id}`; `$default` for the catch-all.
    pub resource: String,
    /// Requests.
    pub count: Option<f64>,
    /// Mean latency in milliseconds, every request weighing the same.
    pub latency_avg_ms: Option<f64>,
    /// Client errors.
    pub errors_4xx: Option<f64>,
    /// Server errors.
    pub errors_5xx: Option<f64>,
}

impl RouteFigures {
    /// Client errors per request, 0.0 to 1.0.
    pub fn rate_4xx(&self) -> Option<f64> {
        ratio(self.errors_4xx, self.count)
    }

    /// Server errors per request, 0.0 to 1.0.
    pub fn rate_5xx(&self) -> Option<f64> {
        ratio(self.errors_5xx, self.count)
    }
}

/// Every route of a stage that CloudWatch files figures of.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Routes {
    /// By method and path. Empty where detailed metrics are off, or nothing was called for two weeks.
    pub routes: Vec<RouteFigures>,
    /// Routes that were left out, because more than the most that are asked about have figures.
    pub left_out: usize,
    /// The worst completeness of all the results.
    pub completeness: Completeness,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TimeRange;
    use jiff::Timestamp;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    fn series(values: &[(i64, f64)]) -> Series {
        Series::new(values.iter().map(|&(minute, value)| Point { at: at(minute), value }).collect())
    }

    fn dashboard(first: i64, last: i64) -> Dashboard {
        Dashboard::empty("prod", Window { start: at(first), end: at(last), period_seconds: 60 })
    }

    #[test]
    fn the_mean_of_means_weighs_requests() {
        let spread = Spread {
            average: series(&[(1, 100.0), (2, 10.0)]),
            samples: series(&[(1, 1.0), (2, 9.0)]),
            ..Spread::default()
        };
        assert_eq!(spread.mean(), Some(19.0));
        assert_eq!(Spread::default().mean(), None);
    }

    #[test]
    fn a_period_without_requests_has_no_rate_and_one_without_errors_has_zero() {
        let dashboard = Dashboard {
            count: series(&[(1, 10.0), (3, 4.0), (4, 0.0)]),
            errors_5xx: series(&[(3, 1.0)]),
            ..dashboard(0, 60)
        };
        assert_eq!(dashboard.lines(Chart::Rate5xx)[0].series, series(&[(1, 0.0), (3, 0.25)]));
    }

    #[test]
    fn a_newer_part_replaces_what_it_covers_and_the_window_slides() {
        let mut old = Dashboard { count: series(&[(0, 1.0), (1, 2.0), (59, 3.0)]), ..dashboard(0, 60) };
        let newer = Dashboard { count: series(&[(59, 7.0), (60, 8.0)]), ..dashboard(59, 61) };
        let window = Window { start: at(1), end: at(61), period_seconds: 60 };
        old.join(newer, window);
        assert_eq!(old.count, series(&[(1, 2.0), (59, 7.0), (60, 8.0)]));
        assert_eq!(old.window, window);
    }

    #[test]
    fn an_aligned_window_starts_with_a_whole_period() {
        let now = "2026-11-23T10:04:59Z".parse().unwrap();
        for range in TimeRange::ALL {
            let window = Window::aligned(range, now);
            assert_eq!(window.start.as_second() % window.period_seconds, 0, "{range}");
            assert_eq!(window.end, Window::settled(range, now).end);
            assert!(window.seconds() >= range.seconds());
        }
    }
}
