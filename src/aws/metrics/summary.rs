//! The figures of many stages over one window, as few metrics as they need.

use std::collections::HashMap;

use super::query::{Answer, Place, Query};
use super::{LONGEST_PERIOD, StageRef};
use crate::aws::Session;
use crate::domain::{Chart, Problem, StageMetrics, Window};

/// How much is asked about each stage; every metric costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Requests, latency, 4xx and 5xx: four metrics.
    Summary,
    /// The same, the integration's latency, and the 95th percentile of the latency over the whole window when that is a day
    /// at most: five metrics.
    Full,
}

/// What is asked about one stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Figure {
    Count,
    LatencySum,
    LatencySamples,
    Errors4xx,
    Errors5xx,
    IntegrationLatencySum,
    IntegrationLatencySamples,
    LatencyP95,
}

impl Figure {
    const SUMMARY: &'static [Self] =
        &[Self::Count, Self::LatencySum, Self::LatencySamples, Self::Errors4xx, Self::Errors5xx];
    const FULL: &'static [Self] = &[
        Self::Count,
        Self::LatencySum,
        Self::LatencySamples,
        Self::Errors4xx,
        Self::Errors5xx,
        Self::IntegrationLatencySum,
        Self::IntegrationLatencySamples,
    ];
    const FULL_WITH_P95: &'static [Self] = &[
        Self::Count,
        Self::LatencySum,
        Self::LatencySamples,
        Self::Errors4xx,
        Self::Errors5xx,
        Self::IntegrationLatencySum,
        Self::IntegrationLatencySamples,
        Self::LatencyP95,
    ];

    fn of(detail: Detail, window: Window) -> &'static [Self] {
        match detail {
            Detail::Summary => Self::SUMMARY,
            Detail::Full if window.seconds() > LONGEST_PERIOD => Self::FULL,
            Detail::Full => Self::FULL_WITH_P95,
        }
    }

    fn query(self, window: Window) -> Query {
        let chart = match self {
            Self::Count => Chart::Count,
            Self::LatencySum | Self::LatencySamples | Self::LatencyP95 => Chart::Latency,
            Self::Errors4xx => Chart::Rate4xx,
            Self::Errors5xx => Chart::Rate5xx,
            Self::IntegrationLatencySum | Self::IntegrationLatencySamples => Chart::IntegrationLatency,
        };
        match self {
            Self::LatencySamples | Self::IntegrationLatencySamples => {
                Query::new(chart, "SampleCount", window.period_seconds)
            }
            Self::LatencyP95 => Query::new(chart, "p95", window.seconds()),
            _ => Query::new(chart, "Sum", window.period_seconds),
        }
    }

    fn fill(self, metrics: &mut StageMetrics, answer: Answer) {
        metrics.completeness = metrics.completeness.max(answer.status);
        let series = answer.series();
        match self {
            Self::Count => metrics.count = series,
            Self::LatencySum => metrics.latency_sum_ms = series,
            Self::LatencySamples => metrics.latency_samples = series,
            Self::Errors4xx => metrics.errors_4xx = series,
            Self::Errors5xx => metrics.errors_5xx = series,
            Self::IntegrationLatencySum => metrics.integration_latency_sum_ms = series,
            Self::IntegrationLatencySamples => metrics.integration_latency_samples = series,
            // Percentiles of parts cannot be joined: more than one bucket is as good as none.
            Self::LatencyP95 => {
                metrics.latency_p95_ms = match series.points() {
                    [point] => Some(point.value),
                    _ => None,
                }
            }
        }
    }
}

impl Session {
    /// The metrics of those stages over that window, in their order. Stages that CloudWatch files under the same name are
    /// asked once. As few requests as the limit of 500 queries allows; each is counted as CloudWatch bills it.
    pub async fn metrics(
        &self,
        wanted: &[StageRef],
        window: Window,
        detail: Detail,
    ) -> Result<Vec<StageMetrics>, Problem> {
        let mut places: Vec<Place> = Vec::new();
        for place in wanted.iter().map(Place::of) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let figures = Figure::of(detail, window);
        let queries: Vec<Query> = figures.iter().map(|figure| figure.query(window)).collect();
        let answers = self.answers(&places, &queries, window).await?;
        let known: HashMap<Place, Vec<Answer>> = places.into_iter().zip(answers).collect();
        let metrics = |stage: &StageRef| {
            let mut metrics = StageMetrics::empty(&stage.stage, window);
            let answers = known.get(&Place::of(stage)).cloned().unwrap_or_default();
            figures.iter().zip(answers).for_each(|(figure, answer)| figure.fill(&mut metrics, answer));
            metrics
        };
        Ok(wanted.iter().map(metrics).collect())
    }
}
