//! One stage's metrics over time, as the dashboard charts them and `apigw metrics` prints them.

use super::metrics::ratio;
use super::{ApiType, Completeness, Figures, Point, Problem, Series, TimeRange, Window};

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

    /// The metric behind it, of which HTTP and REST APIs have different names; upper and lower case matter.
    pub fn metric(self, api_type: ApiType) -> &'static str {
        match (self, api_type) {
            (Self::Latency, _) => "Latency",
            (Self::IntegrationLatency, _) => "IntegrationLatency",
            (Self::Rate4xx, ApiType::Http) => "4xx",
            (Self::Rate4xx, ApiType::Rest) => "4XXError",
            (Self::Rate5xx, ApiType::Http) => "5xx",
            (Self::Rate5xx, ApiType::Rest) => "5XXError",
            (Self::Count, _) => "Count",
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
    /// Metrics that CloudWatch bills for one read of it: up to five statistics of a metric are one.
    pub const METRICS: u64 = 5;

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

    /// The whole window's figures. The 95th percentile is not among them, since those of periods cannot be joined; all are
    /// absent where CloudWatch told only a part, as a sum of a part would look like a small whole.
    pub fn figures(&self) -> Figures {
        if self.completeness != Completeness::Complete {
            return Figures::default();
        }
        let count = self.count.sum();
        let errors = |series: &Series| count.map(|_| series.sum().unwrap_or(0.0));
        Figures {
            count,
            latency_avg_ms: self.latency.mean(),
            latency_p95_ms: None,
            integration_latency_avg_ms: self.integration_latency.mean(),
            errors_4xx: errors(&self.errors_4xx),
            errors_5xx: errors(&self.errors_5xx),
        }
    }

    /// What is wrong when CloudWatch told less than all of it.
    pub fn shortfall(&self) -> Option<Problem> {
        self.completeness.shortfall(&self.stage)
    }

    /// What of `window` must be asked, given this; all of it where CloudWatch did not tell everything.
    pub fn to_ask(&self, window: Window) -> Window {
        match self.completeness {
            Completeness::Complete => window.newer_than(self.window),
            _ => window,
        }
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
        let is_replaced = covered.start <= window.start;
        let kept = if is_replaced { Completeness::Complete } else { self.completeness };
        self.completeness = kept.max(newer.completeness);
    }

    fn all_mut(&mut self) -> Vec<&mut Series> {
        let mut all: Vec<&mut Series> = Vec::new();
        all.extend(self.latency.all_mut());
        all.extend(self.integration_latency.all_mut());
        all.extend([&mut self.errors_4xx, &mut self.errors_5xx, &mut self.count]);
        all
    }
}

/// A figure against that of the window of equal length before it, in words: `12% more than the 3h before`.
pub fn change(now: Option<f64>, before: Option<f64>, range: TimeRange) -> String {
    let (now, before) = match (now, before) {
        (None, _) => return "no data".to_owned(),
        (_, None) => return format!("no data in the {range} before"),
        (Some(now), Some(before)) => (now, before),
    };
    // A factor says more than 1,900%, and nothing is a multiple of zero.
    match now / before {
        _ if before <= 0.0 && now <= 0.0 => format!("as in the {range} before"),
        _ if before <= 0.0 => format!("none in the {range} before"),
        times if times >= 3.0 => format!("{times:.1} times the {range} before"),
        times if (times - 1.0).abs() < 0.005 => format!("as in the {range} before"),
        times if times > 1.0 => format!("{:.0}% more than the {range} before", (times - 1.0) * 100.0),
        times => format!("{:.0}% less than the {range} before", (1.0 - times) * 100.0),
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
    fn a_window_is_summed_only_when_all_of_it_is_there() {
        let mut dashboard = Dashboard {
            latency: Spread {
                average: series(&[(1, 100.0), (3, 10.0)]),
                samples: series(&[(1, 1.0), (3, 9.0)]),
                ..Spread::default()
            },
            count: series(&[(1, 10.0), (3, 4.0)]),
            errors_5xx: series(&[(3, 1.0)]),
            ..dashboard(0, 60)
        };
        let figures = dashboard.figures();
        assert_eq!(
            (figures.count, figures.latency_avg_ms, figures.latency_p95_ms),
            (Some(14.0), Some(19.0), None)
        );
        assert_eq!((figures.errors_4xx, figures.errors_5xx), (Some(0.0), Some(1.0)));
        dashboard.completeness = Completeness::Partial;
        assert_eq!(dashboard.figures(), Figures::default());
    }

    #[test]
    fn what_was_told_in_part_is_asked_again_and_then_whole() {
        let window = Window { start: at(1), end: at(61), period_seconds: 60 };
        let mut old = Dashboard { completeness: Completeness::Partial, ..dashboard(0, 60) };
        assert_eq!(old.to_ask(window), window);
        old.join(Dashboard::empty("prod", window), window);
        assert_eq!(old.completeness, Completeness::Complete);
        assert_eq!(old.to_ask(window).start, at(56));
        let newer = Dashboard { completeness: Completeness::Failed, ..dashboard(56, 61) };
        old.join(newer, window);
        assert_eq!(old.completeness, Completeness::Failed);
    }

    #[test]
    fn a_change_is_told_in_words() {
        for (now, before, told) in [
            (Some(112.0), Some(100.0), "12% more than the 3h before"),
            (Some(88.0), Some(100.0), "12% less than the 3h before"),
            (Some(0.0), Some(100.0), "100% less than the 3h before"),
            (Some(450.0), Some(100.0), "4.5 times the 3h before"),
            (Some(100.3), Some(100.0), "as in the 3h before"),
            (Some(0.0), Some(0.0), "as in the 3h before"),
            (Some(3.0), Some(0.0), "none in the 3h before"),
            (Some(3.0), None, "no data in the 3h before"),
            (None, Some(3.0), "no data"),
        ] {
            assert_eq!(change(now, before, TimeRange::H3), told);
        }
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
