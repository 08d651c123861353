//! Is a stage healthy? One judgement for every face of apigw.

use super::{Completeness, Figures, Stage, StageMetrics};

/// When a stage counts as degraded or failing. Rates are fractions; `None` switches a check off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// Server errors per request from which a stage is degraded.
    pub degraded_5xx: Option<f64>,
    /// Server errors per request from which a stage is failing.
    pub failing_5xx: Option<f64>,
    /// Client errors per request from which a stage is degraded.
    pub degraded_4xx: Option<f64>,
    /// Client errors per request from which a stage is failing.
    pub failing_4xx: Option<f64>,
    /// Mean latency in milliseconds from which a stage is degraded.
    pub degraded_latency_ms: Option<f64>,
    /// Mean latency in milliseconds from which a stage is failing.
    pub failing_latency_ms: Option<f64>,
    /// Errors (for rates) or requests (for latency) below which nothing is an alarm.
    pub min_errors: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            degraded_5xx: Some(0.01),
            failing_5xx: Some(0.05),
            degraded_4xx: None,
            failing_4xx: None,
            degraded_latency_ms: None,
            failing_latency_ms: None,
            min_errors: 5,
        }
    }
}

/// What stands in the column NOW. Ordered from the calmest to the worst, for sorting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Requests came and were answered well.
    Ok,
    /// No requests in the last hour.
    NoData,
    /// Nothing is deployed on the stage.
    NotDeployed,
    /// The figures could not be read, or only in part.
    Unknown,
    /// Worse than it should be.
    Degraded,
    /// In trouble.
    Failing,
}

impl Verdict {
    /// The word of the JSON output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NoData => "no_data",
            Self::NotDeployed => "not_deployed",
            Self::Unknown => "unknown",
            Self::Degraded => "degraded",
            Self::Failing => "failing",
        }
    }

    /// The words on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::NoData => "no data",
            Self::NotDeployed => "not deployed",
            other => other.as_str(),
        }
    }
}

/// Which threshold was crossed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// Server errors.
    Errors5xx,
    /// Client errors.
    Errors4xx,
    /// Mean latency.
    Latency,
}

impl Cause {
    /// The word on the screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Errors5xx => "5xx",
            Self::Errors4xx => "4xx",
            Self::Latency => "latency",
        }
    }
}

/// A verdict and what it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Health {
    /// The verdict.
    pub verdict: Verdict,
    /// What crossed a threshold, for `degraded` and `failing`.
    pub cause: Option<Cause>,
}

impl Health {
    /// A verdict that needs no cause.
    pub fn plain(verdict: Verdict) -> Self {
        Self { verdict, cause: None }
    }

    /// Judges a stage by its last hour (`Window::settled(TimeRange::H1, now)`); `None` means that the hour could not be read.
    pub fn of(stage: &Stage, last_hour: Option<&StageMetrics>, thresholds: &Thresholds) -> Self {
        if stage.deployment_id.is_none() {
            return Self::plain(Verdict::NotDeployed);
        }
        match last_hour {
            Some(hour) if hour.completeness == Completeness::Complete => Self::of_hour(hour, thresholds),
            _ => Self::plain(Verdict::Unknown),
        }
    }

    fn of_hour(hour: &StageMetrics, thresholds: &Thresholds) -> Self {
        let figures = hour.figures();
        if figures.count.is_none_or(|count| count <= 0.0) {
            return Self::plain(Verdict::NoData);
        }
        let checks = Check::all(&figures, thresholds);
        let first =
            |crossed: fn(&Check) -> bool| checks.iter().find(|check| crossed(check)).map(|check| check.cause);
        if let Some(cause) = first(|check| check.reaches(check.failing)) {
            return Self { verdict: Verdict::Failing, cause: Some(cause) };
        }
        if let Some(cause) = first(|check| check.reaches(check.degraded)) {
            return Self { verdict: Verdict::Degraded, cause: Some(cause) };
        }
        Self::plain(Verdict::Ok)
    }
}

/// One figure beside its two limits.
struct Check {
    cause: Cause,
    value: Option<f64>,
    degraded: Option<f64>,
    failing: Option<f64>,
}

impl Check {
    /// The figures that enough events stand behind to be worth an alarm.
    fn all(figures: &Figures, thresholds: &Thresholds) -> [Self; 3] {
        let enough = |events: Option<f64>| events.unwrap_or(0.0) >= f64::from(thresholds.min_errors);
        let backed = |value: Option<f64>, events| value.filter(|_| enough(events));
        [
            Self {
                cause: Cause::Errors5xx,
                value: backed(figures.rate_5xx(), figures.errors_5xx),
                degraded: thresholds.degraded_5xx,
                failing: thresholds.failing_5xx,
            },
            Self {
                cause: Cause::Errors4xx,
                value: backed(figures.rate_4xx(), figures.errors_4xx),
                degraded: thresholds.degraded_4xx,
                failing: thresholds.failing_4xx,
            },
            Self {
                cause: Cause::Latency,
                value: backed(figures.latency_avg_ms, figures.count),
                degraded: thresholds.degraded_latency_ms,
                failing: thresholds.failing_latency_ms,
            },
        ]
    }

    fn reaches(&self, limit: Option<f64>) -> bool {
        matches!((self.value, limit), (Some(value), Some(limit)) if value >= limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Point, Series, TimeRange, Window};
    use jiff::Timestamp;

    fn one(value: f64) -> Series {
        Series::new(vec![Point { at: Timestamp::UNIX_EPOCH, value }])
    }

    fn hour(count: f64, errors_5xx: f64) -> StageMetrics {
        let window = Window::settled(TimeRange::H1, Timestamp::UNIX_EPOCH);
        StageMetrics { count: one(count), errors_5xx: one(errors_5xx), ..StageMetrics::empty("prod", window) }
    }

    fn verdict(count: f64, errors_5xx: f64) -> Verdict {
        let stage = Stage { deployment_id: Some("d1".into()), ..Stage::default() };
        Health::of(&stage, Some(&hour(count, errors_5xx)), &Thresholds::default()).verdict
    }

    #[test]
    fn the_limits_themselves_count_as_crossed() {
        assert_eq!(verdict(1000.0, 9.0), Verdict::Ok);
        assert_eq!(verdict(1000.0, 10.0), Verdict::Degraded);
        assert_eq!(verdict(1000.0, 49.0), Verdict::Degraded);
        assert_eq!(verdict(1000.0, 50.0), Verdict::Failing);
    }

    #[test]
    fn few_requests_never_make_an_alarm() {
        assert_eq!(verdict(4.0, 4.0), Verdict::Ok);
        assert_eq!(verdict(5.0, 5.0), Verdict::Failing);
    }

    #[test]
    fn what_could_not_be_read_is_unknown_and_what_is_silent_has_no_data() {
        let stage = Stage { deployment_id: Some("d1".into()), ..Stage::default() };
        let judge =
            |metrics: Option<&StageMetrics>| Health::of(&stage, metrics, &Thresholds::default()).verdict;
        assert_eq!(judge(None), Verdict::Unknown);
        let silent = StageMetrics::empty("prod", hour(0.0, 0.0).window);
        assert_eq!(judge(Some(&silent)), Verdict::NoData);
        for completeness in [Completeness::Partial, Completeness::Forbidden, Completeness::Failed] {
            assert_eq!(judge(Some(&StageMetrics { completeness, ..hour(1000.0, 0.0) })), Verdict::Unknown);
        }
    }

    #[test]
    fn a_stage_without_a_deployment_is_said_to_be_so_whatever_its_figures() {
        let health = Health::of(&Stage::default(), Some(&hour(1000.0, 900.0)), &Thresholds::default());
        assert_eq!(health, Health::plain(Verdict::NotDeployed));
    }

    #[test]
    fn client_errors_and_latency_alarm_only_when_asked_to() {
        let stage = Stage { deployment_id: Some("d1".into()), ..Stage::default() };
        let hour = StageMetrics {
            errors_4xx: one(500.0),
            latency_sum_ms: one(2_000_000.0),
            latency_samples: one(1000.0),
            ..hour(1000.0, 0.0)
        };
        let judge = |thresholds: Thresholds| Health::of(&stage, Some(&hour), &thresholds);
        assert_eq!(judge(Thresholds::default()).verdict, Verdict::Ok);
        let strict = judge(Thresholds { failing_4xx: Some(0.5), ..Thresholds::default() });
        assert_eq!((strict.verdict, strict.cause), (Verdict::Failing, Some(Cause::Errors4xx)));
        let slow = judge(Thresholds { degraded_latency_ms: Some(1000.0), ..Thresholds::default() });
        assert_eq!((slow.verdict, slow.cause), (Verdict::Degraded, Some(Cause::Latency)));
    }
}
