//! What apigw asked of AWS so far, and what it cost.

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
