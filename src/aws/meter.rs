//! Counts what is asked of AWS.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::domain::Usage;

/// Counters that every session adds to.
#[derive(Clone, Debug, Default)]
pub(super) struct Meter(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    requests: AtomicU64,
    metrics: AtomicU64,
}

impl Meter {
    /// One attempt goes out.
    pub(super) fn add_request(&self) {
        self.0.requests.fetch_add(1, Relaxed);
    }

    /// CloudWatch is asked for this many metrics, as it bills them.
    pub(super) fn add_metrics(&self, metrics: u64) {
        self.0.metrics.fetch_add(metrics, Relaxed);
    }

    /// The counts so far.
    pub(super) fn usage(&self) -> Usage {
        Usage { requests: self.0.requests.load(Relaxed), metrics: self.0.metrics.load(Relaxed) }
    }
}
