//! API Gateway's metrics, and their statistics over a stretch of time.

use super::Family;
use crate::sim::traffic::{self, LATENCY_STEPS, Minute, Part};

/// What is measured, independent of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metric {
    Count,
    Errors4xx,
    Errors5xx,
    Latency,
    IntegrationLatency,
    DataProcessed,
}

impl Family {
    /// The metrics that this family publishes, with their names, which are case-sensitive.
    pub(super) const fn metrics(self) -> &'static [(&'static str, Metric)] {
        match self {
            Self::Http => &[
                ("4xx", Metric::Errors4xx),
                ("5xx", Metric::Errors5xx),
                ("Count", Metric::Count),
                ("DataProcessed", Metric::DataProcessed),
                ("IntegrationLatency", Metric::IntegrationLatency),
                ("Latency", Metric::Latency),
            ],
            Self::Rest => &[
                ("4XXError", Metric::Errors4xx),
                ("5XXError", Metric::Errors5xx),
                ("Count", Metric::Count),
                ("IntegrationLatency", Metric::IntegrationLatency),
                ("Latency", Metric::Latency),
            ],
        }
    }

    pub(super) fn metric(self, name: &str) -> Option<Metric> {
        self.metrics().iter().find(|(known, _)| *known == name).map(|(_, metric)| *metric)
    }
}

impl Metric {
    /// The unit its values are published with.
    pub(super) const fn unit(self) -> &'static str {
        match self {
            Self::Count | Self::Errors4xx | Self::Errors5xx => "Count",
            Self::Latency | Self::IntegrationLatency => "Milliseconds",
            Self::DataProcessed => "Bytes",
        }
    }

    /// Whether its statistics need the distribution of latencies, the costly part of a tally.
    pub(super) const fn is_distributed(self) -> bool {
        matches!(self, Self::Latency | Self::IntegrationLatency | Self::DataProcessed)
    }
}

/// What is computed from the samples of a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Statistic {
    SampleCount,
    Sum,
    Average,
    Minimum,
    Maximum,
    /// From 0 to 100.
    Percentile(f64),
}

impl Statistic {
    /// Reads `Sum` and its like, and percentiles such as `p99` and `p99.9` with up to ten decimals.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "SampleCount" => Self::SampleCount,
            "Sum" => Self::Sum,
            "Average" => Self::Average,
            "Minimum" => Self::Minimum,
            "Maximum" => Self::Maximum,
            _ => Self::Percentile(percentile(text.strip_prefix('p')?)?),
        })
    }
}

fn percentile(digits: &str) -> Option<f64> {
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !plain(whole) || !plain(decimals) || whole.len() > 3 || decimals.len() > 10 {
        return None;
    }
    digits.parse().ok().filter(|percent| *percent <= 100.0)
}

/// The samples of some minutes, of one stage or of several, merged.
pub(super) struct Tally {
    count: u64,
    errors_4xx: u64,
    errors_5xx: u64,
    /// Requests by latency step.
    steps: Vec<u64>,
    /// The steps that may hold requests, so that clearing and reading touch no others.
    used: std::ops::Range<usize>,
}

impl Tally {
    pub(super) fn new() -> Self {
        Self { count: 0, errors_4xx: 0, errors_5xx: 0, steps: vec![0; LATENCY_STEPS], used: 0..0 }
    }

    pub(super) fn clear(&mut self) {
        (self.count, self.errors_4xx, self.errors_5xx) = (0, 0, 0);
        self.steps[self.used.clone()].fill(0);
        self.used = 0..0;
    }

    /// Adds a minute without its latencies.
    pub(super) fn add(&mut self, minute: &Minute) {
        self.count += minute.count;
        self.errors_4xx += minute.errors_4xx;
        self.errors_5xx += minute.errors_5xx;
    }

    /// Adds what went to one route, its latencies included.
    pub(super) fn add_part(&mut self, part: &Part) {
        self.count += part.count;
        self.errors_4xx += part.errors_4xx;
        self.errors_5xx += part.errors_5xx;
        self.add_steps(|add| part.latencies.iter().for_each(|(step, count)| add(*step, *count)));
    }

    /// Adds the latencies of a minute.
    pub(super) fn add_latencies(&mut self, minute: &Minute) {
        self.add_steps(|add| minute.each_latency(add));
    }

    fn add_steps(&mut self, each: impl FnOnce(&mut dyn FnMut(usize, u64))) {
        let (mut lowest, mut highest) = (LATENCY_STEPS, 0);
        each(&mut |step, count| {
            self.steps[step] += count;
            lowest = lowest.min(step);
            highest = highest.max(step + 1);
        });
        if lowest < highest {
            let wider = |used: &std::ops::Range<usize>| used.start.min(lowest)..used.end.max(highest);
            self.used = if self.used.is_empty() { lowest..highest } else { wider(&self.used) };
        }
    }

    /// A statistic of a metric, or `None` if it has no samples here: an absent data point, not a zero.
    ///
    /// A REST API publishes a 0 or a 1 in its error metrics for every request, so that their average is the error
    /// rate. An HTTP API publishes errors only where there are some, and then their average is 1.
    pub(super) fn statistic(&self, family: Family, metric: Metric, statistic: Statistic) -> Option<f64> {
        let errors = |ones: u64| match family {
            Family::Http => flags(0, ones, statistic),
            Family::Rest => flags(self.count - ones, ones, statistic),
        };
        match metric {
            Metric::Count => flags(0, self.count, statistic),
            Metric::Errors4xx => errors(self.errors_4xx),
            Metric::Errors5xx => errors(self.errors_5xx),
            Metric::Latency => self.distributed(traffic::latency_ms, statistic),
            Metric::IntegrationLatency => self.distributed(traffic::integration_latency_ms, statistic),
            Metric::DataProcessed => self.distributed(traffic::bytes_processed, statistic),
        }
    }

    /// A statistic of the requests' values, which rise with their latency step.
    fn distributed(&self, value: fn(usize) -> u64, statistic: Statistic) -> Option<f64> {
        let mut occupied = self.used.clone().filter(|step| self.steps[*step] > 0);
        if self.count == 0 {
            return None;
        }
        let sum = || self.used.clone().map(|step| self.steps[step] * value(step)).sum::<u64>() as f64;
        Some(match statistic {
            Statistic::SampleCount => self.count as f64,
            Statistic::Sum => sum(),
            Statistic::Average => sum() / self.count as f64,
            Statistic::Minimum => value(occupied.next()?) as f64,
            Statistic::Maximum => value(occupied.next_back()?) as f64,
            Statistic::Percentile(percent) => {
                let rank = rank(percent, self.count);
                let mut seen = 0;
                let step = occupied.find(|step| {
                    seen += self.steps[*step];
                    seen >= rank
                });
                value(step?) as f64
            }
        })
    }
}

/// A statistic of samples that are 0 or 1.
fn flags(zeros: u64, ones: u64, statistic: Statistic) -> Option<f64> {
    let count = zeros + ones;
    if count == 0 {
        return None;
    }
    let flag = |set: bool| f64::from(u8::from(set));
    Some(match statistic {
        Statistic::SampleCount => count as f64,
        Statistic::Sum => ones as f64,
        Statistic::Average => ones as f64 / count as f64,
        Statistic::Minimum => flag(zeros == 0),
        Statistic::Maximum => flag(ones > 0),
        Statistic::Percentile(percent) => flag(rank(percent, count) > zeros),
    })
}

/// Which of `count` samples in ascending order, counted from one, is the percentile: the nearest rank.
fn rank(percent: f64, count: u64) -> u64 {
    ((percent / 100.0 * count as f64).ceil() as u64).clamp(1, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_are_read_as_cloudwatch_writes_them() {
        assert_eq!(Statistic::parse("p95"), Some(Statistic::Percentile(95.0)));
        assert_eq!(Statistic::parse("p99.9"), Some(Statistic::Percentile(99.9)));
        assert_eq!(Statistic::parse("p100"), Some(Statistic::Percentile(100.0)));
        for wrong in
            ["sum", "SUM", "p", "p101", "p9.", "p.5", "p-1", "p1e1", "p+5", "p50.12345678901", "", "tm99"]
        {
            assert_eq!(Statistic::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_median_of_a_rest_apis_errors_is_one_when_most_requests_fail() {
        assert_eq!(flags(4, 6, Statistic::Percentile(50.0)), Some(1.0));
        assert_eq!(flags(5, 5, Statistic::Percentile(50.0)), Some(0.0));
        assert_eq!(flags(5, 5, Statistic::Average), Some(0.5));
        assert_eq!(flags(0, 0, Statistic::Sum), None);
    }

    #[test]
    fn metric_names_differ_by_family_and_are_case_sensitive() {
        assert_eq!(Family::Http.metric("5xx"), Some(Metric::Errors5xx));
        assert_eq!(Family::Http.metric("5XXError"), None);
        assert_eq!(Family::Rest.metric("5XXError"), Some(Metric::Errors5xx));
        assert_eq!(Family::Rest.metric("5XXerror"), None);
        assert_eq!(Family::Rest.metric("DataProcessed"), None);
    }
}
