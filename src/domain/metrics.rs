//! CloudWatch's figures of a stage. What is absent stays absent: it is never zero.

use jiff::Timestamp;

use super::{Denied, Problem, ProblemKind, Window};

/// One value of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Start of the period it covers.
    pub at: Timestamp,
    /// The value, in the statistic's unit.
    pub value: f64,
}

/// A series in the order of time; periods without data are simply not there.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Series(Vec<Point>);

impl Series {
    /// Sorts the points by time: CloudWatch's order depends on the request and, with emulators, on luck.
    pub fn new(mut points: Vec<Point>) -> Self {
        points.retain(|point| point.value.is_finite());
        points.sort_by_key(|point| point.at);
        Self(points)
    }

    /// The points, oldest first.
    pub fn points(&self) -> &[Point] {
        &self.0
    }

    /// The value of the period that starts at that instant.
    pub fn at(&self, at: Timestamp) -> Option<f64> {
        let index = self.0.binary_search_by_key(&at, |point| point.at).ok()?;
        self.0.get(index).map(|point| point.value)
    }

    /// The first of the points with the highest value.
    pub fn highest(&self) -> Option<Point> {
        let higher = |best: Point, point: Point| if point.value > best.value { point } else { best };
        self.0.iter().copied().reduce(higher)
    }

    /// The first of the points with the lowest value.
    pub fn lowest(&self) -> Option<Point> {
        let lower = |best: Point, point: Point| if point.value < best.value { point } else { best };
        self.0.iter().copied().reduce(lower)
    }

    /// The sum of all values; `None` without any point.
    pub fn sum(&self) -> Option<f64> {
        (!self.0.is_empty()).then(|| self.0.iter().map(|point| point.value).sum())
    }

    /// The window cut into `slots` equal parts, each with the sum of its points; `None` where there is no point.
    pub fn slots(&self, window: Window, slots: usize) -> Vec<Option<f64>> {
        let mut sums = vec![None; slots];
        let length = window.seconds().max(1);
        for point in &self.0 {
            let offset = point.at.as_second() - window.start.as_second();
            if (0..length).contains(&offset) {
                let slot = usize::try_from(offset * slots as i64 / length).unwrap_or(0);
                if let Some(sum) = sums.get_mut(slot) {
                    *sum = Some(sum.unwrap_or(0.0) + point.value);
                }
            }
        }
        sums
    }
}

/// Whether CloudWatch told all of it (`StatusCode` of each result of `GetMetricData`). Ordered from the best to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Completeness {
    /// Everything.
    #[default]
    Complete,
    /// Some points are missing.
    Partial,
    /// CloudWatch failed on it.
    Failed,
    /// These credentials may not read this metric.
    Forbidden,
}

impl Completeness {
    /// The word of the JSON output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Forbidden => "forbidden",
        }
    }

    /// What is wrong when CloudWatch told no more than this of the figures of `whom`.
    pub fn shortfall(self, whom: &str) -> Option<Problem> {
        let what = format!("CloudWatch did not tell all the figures of {whom}");
        match self {
            Self::Complete => None,
            Self::Partial => Some(
                Problem::new(
                    ProblemKind::Partial,
                    what,
                    "It sent a part of the data, and no more when asked for the rest.",
                )
                .advise("r asks again"),
            ),
            Self::Failed => {
                Some(Problem::new(ProblemKind::Service, what, "It failed inside.").advise("r asks again"))
            }
            Self::Forbidden => {
                let denied = Denied {
                    action: "cloudwatch:GetMetricData".to_owned(),
                    resource: "*".to_owned(),
                    explicit: false,
                };
                let problem =
                    Problem::new(ProblemKind::Permission, what, "These credentials may not read them.");
                Some(Problem { denied: Some(denied), ..problem })
            }
        }
    }
}

/// What one window of `GetMetricData` told about one stage.
#[derive(Clone, Debug, PartialEq)]
pub struct StageMetrics {
    /// The stage's name.
    pub stage: String,
    /// The window asked for.
    pub window: Window,
    /// Requests per period (`Count`, Sum).
    pub count: Series,
    /// Milliseconds of all requests together per period (`Latency`, Sum).
    pub latency_sum_ms: Series,
    /// Requests that `latency_sum_ms` covers (`Latency`, SampleCount).
    pub latency_samples: Series,
    /// As `latency_sum_ms`, for the integration alone (`IntegrationLatency`).
    pub integration_latency_sum_ms: Series,
    /// As `latency_samples`, for the integration alone.
    pub integration_latency_samples: Series,
    /// Client errors per period (HTTP `4xx`, REST `4XXError`; Sum).
    pub errors_4xx: Series,
    /// Server errors per period (HTTP `5xx`, REST `5XXError`; Sum).
    pub errors_5xx: Series,
    /// The 95th percentile of the latency over the whole window, in milliseconds. CloudWatch has no bucket longer than a
    /// day, and percentiles cannot be joined, so it is absent beyond that.
    pub latency_p95_ms: Option<f64>,
    /// The worst completeness of all the results above.
    pub completeness: Completeness,
}

impl StageMetrics {
    /// Metrics of which nothing is known yet.
    pub fn empty(stage: impl Into<String>, window: Window) -> Self {
        Self {
            stage: stage.into(),
            window,
            count: Series::default(),
            latency_sum_ms: Series::default(),
            latency_samples: Series::default(),
            integration_latency_sum_ms: Series::default(),
            integration_latency_samples: Series::default(),
            errors_4xx: Series::default(),
            errors_5xx: Series::default(),
            latency_p95_ms: None,
            completeness: Completeness::Complete,
        }
    }

    /// The window's figures: sums of sums, never averages of averages.
    ///
    /// With requests and no error points the errors are zero, as CloudWatch leaves zeros out; without requests nothing is
    /// known. Results that are not complete are not summed: a sum of a part would look like a small whole.
    pub fn figures(&self) -> Figures {
        if self.completeness != Completeness::Complete {
            return Figures::default();
        }
        let count = self.count.sum();
        let errors = |series: &Series| count.map(|_| series.sum().unwrap_or(0.0));
        Figures {
            count,
            latency_avg_ms: ratio(self.latency_sum_ms.sum(), self.latency_samples.sum()),
            latency_p95_ms: self.latency_p95_ms,
            integration_latency_avg_ms: ratio(
                self.integration_latency_sum_ms.sum(),
                self.integration_latency_samples.sum(),
            ),
            errors_4xx: errors(&self.errors_4xx),
            errors_5xx: errors(&self.errors_5xx),
        }
    }
}

/// What is wrong when CloudWatch told less than all of some stages' figures; the worst case decides the words.
pub fn shortfall(metrics: &[StageMetrics]) -> Option<Problem> {
    let worst = metrics.iter().map(|metrics| metrics.completeness).max()?;
    let with_it = metrics.iter().filter(|metrics| metrics.completeness == worst);
    let stages: Vec<&str> = with_it.map(|metrics| metrics.stage.as_str()).collect();
    worst.shortfall(&stages.join(", "))
}

/// Figures of a whole window; `None` is "no data".
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Figures {
    /// Requests.
    pub count: Option<f64>,
    /// Mean latency in milliseconds, every request weighing the same.
    pub latency_avg_ms: Option<f64>,
    /// 95th percentile of the latency in milliseconds; absent beyond one day.
    pub latency_p95_ms: Option<f64>,
    /// Mean latency of the integration in milliseconds.
    pub integration_latency_avg_ms: Option<f64>,
    /// Client errors.
    pub errors_4xx: Option<f64>,
    /// Server errors.
    pub errors_5xx: Option<f64>,
}

impl Figures {
    /// Client errors per request, 0.0 to 1.0.
    pub fn rate_4xx(&self) -> Option<f64> {
        ratio(self.errors_4xx, self.count)
    }

    /// Server errors per request, 0.0 to 1.0.
    pub fn rate_5xx(&self) -> Option<f64> {
        ratio(self.errors_5xx, self.count)
    }
}

/// A part of a whole, where there is a whole.
pub(super) fn ratio(part: Option<f64>, whole: Option<f64>) -> Option<f64> {
    match (part, whole) {
        (Some(part), Some(whole)) if whole > 0.0 => Some(part / whole),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TimeRange;

    fn series(values: &[f64]) -> Series {
        let at = |index: usize| Timestamp::from_second(index as i64 * 60).unwrap();
        Series::new(values.iter().enumerate().map(|(i, &value)| Point { at: at(i), value }).collect())
    }

    fn metrics() -> StageMetrics {
        let window = Window::settled(TimeRange::H1, Timestamp::from_second(3720).unwrap());
        StageMetrics::empty("prod", window)
    }

    #[test]
    fn a_mean_weighs_every_request_the_same() {
        let metrics = StageMetrics {
            latency_sum_ms: series(&[1000.0, 900.0]),
            latency_samples: series(&[1.0, 9.0]),
            ..metrics()
        };
        assert_eq!(metrics.figures().latency_avg_ms, Some(190.0));
    }

    #[test]
    fn without_requests_nothing_is_known() {
        let figures = metrics().figures();
        assert_eq!((figures.count, figures.errors_5xx, figures.rate_5xx()), (None, None, None));
    }

    #[test]
    fn requests_without_error_points_have_no_errors() {
        let figures = StageMetrics { count: series(&[10.0]), ..metrics() }.figures();
        assert_eq!((figures.errors_4xx, figures.rate_5xx()), (Some(0.0), Some(0.0)));
    }

    #[test]
    fn a_part_is_not_summed_as_if_it_were_the_whole() {
        let partial =
            StageMetrics { count: series(&[10.0]), completeness: Completeness::Partial, ..metrics() };
        assert_eq!(partial.figures(), Figures::default());
    }

    #[test]
    fn a_shortfall_names_the_stages_that_it_is_about() {
        let partial = StageMetrics { stage: "beta".into(), completeness: Completeness::Partial, ..metrics() };
        let forbidden =
            StageMetrics { stage: "v1".into(), completeness: Completeness::Forbidden, ..metrics() };
        assert_eq!(shortfall(&[metrics()]), None);
        assert!(shortfall(&[metrics(), partial.clone()]).unwrap().what.ends_with("of beta"));
        let worst = shortfall(&[partial, forbidden]).unwrap();
        assert!(worst.what.ends_with("of v1"));
        assert_eq!(worst.denied.unwrap().action, "cloudwatch:GetMetricData");
    }

    #[test]
    fn slots_keep_gaps_and_sum_what_falls_together() {
        let mut points = series(&[1.0, 2.0, 4.0]).points().to_vec();
        points.swap(0, 2);
        let slots = Series::new(points).slots(metrics().window, 30);
        assert_eq!(slots[..3], [Some(3.0), Some(4.0), None]);
    }
}
