//! What apigw asked of AWS so far, and what it cost.

use std::time::Duration;

/// Counts since the start of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Usage {
    /// Requests sent, every attempt and every service.
    pub requests: u64,
    /// Metrics requested from CloudWatch. Up to five statistics of one metric in one call count once.
    pub metrics: u64,
}

impl Usage {
    /// What the metrics cost, in US dollars: about $0.01 for 1,000 metrics requested with `GetMetricData`.
    pub fn cost_usd(self) -> f64 {
        self.metrics as f64 * 0.01 / 1000.0
    }
}

/// What a screen costs an hour, in US dollars, that reads so many metrics every so often; nothing when it never does.
pub fn hourly_cost_usd(metrics_per_read: u64, refresh: Option<Duration>) -> f64 {
    let reads = refresh.filter(|every| !every.is_zero()).map_or(0.0, |every| 3600.0 / every.as_secs_f64());
    Usage { requests: 0, metrics: metrics_per_read }.cost_usd() * reads
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_costs_what_it_reads_in_an_hour() {
        let cost = |metrics, seconds| hourly_cost_usd(metrics, Some(Duration::from_secs(seconds)));
        assert!((cost(5, 60) - 0.003).abs() < 1e-12);
        assert!((cost(400, 3600) - 0.004).abs() < 1e-12);
        assert!(hourly_cost_usd(5, None).abs() < 1e-12 && cost(5, 0).abs() < 1e-12);
    }
}
