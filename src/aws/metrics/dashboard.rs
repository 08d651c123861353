//! One stage over time: every chart's statistics, point by point.

use super::StageRef;
use super::query::{Answer, Place, Query};
use crate::aws::Session;
use crate::domain::{Chart, Completeness, Dashboard, Problem, ProblemKind, Series, Window};

/// The statistics asked of each chart's metric. Five of one metric are billed as one.
const STATISTICS: [(Chart, &[&str]); 5] = [
    (Chart::Count, &["Sum"]),
    (Chart::Rate4xx, &["Sum"]),
    (Chart::Rate5xx, &["Sum"]),
    (Chart::Latency, &["Average", "SampleCount", "p50", "p95", "p99"]),
    (Chart::IntegrationLatency, &["Average", "SampleCount", "p50", "p95", "p99"]),
];

fn queries(window: Window) -> Vec<Query> {
    let of = |(chart, statistics): &(Chart, &'static [&'static str])| {
        let chart = *chart;
        statistics.iter().map(move |statistic| Query::new(chart, statistic, window.period_seconds))
    };
    STATISTICS.iter().flat_map(of).collect()
}

fn is_percentile(query: &Query) -> bool {
    query.statistic.starts_with('p')
}

impl Session {
    /// The metrics of one stage over that window, point by point, in one request of [`Dashboard::METRICS`] metrics. An
    /// endpoint that knows no percentiles is asked again without them; they are absent then.
    pub async fn dashboard(&self, stage: &StageRef, window: Window) -> Result<Dashboard, Problem> {
        let (place, mut queries) = (Place::of(stage), queries(window));
        let mut answers = self.answers(std::slice::from_ref(&place), &queries, window).await;
        if answers.as_ref().is_err_and(|problem| problem.kind == ProblemKind::Rejected) {
            queries.retain(|query| !is_percentile(query));
            answers = self.answers(&[place], &queries, window).await;
        }
        let mut dashboard = Dashboard::empty(&stage.stage, window);
        for (query, answer) in queries.into_iter().zip(answers?.into_iter().flatten()) {
            fill(&mut dashboard, query, answer);
        }
        Ok(dashboard)
    }
}

fn fill(dashboard: &mut Dashboard, query: Query, answer: Answer) {
    // An endpoint that does not know a percentile tells nothing of it; the rest is still whole.
    let unknown = is_percentile(&query) && answer.points.is_empty();
    if !unknown || answer.status == Completeness::Forbidden {
        dashboard.completeness = dashboard.completeness.max(answer.status);
    }
    if let Some(series) = series(dashboard, query) {
        *series = answer.series();
    }
}

/// Where the answer to a query belongs.
fn series(dashboard: &mut Dashboard, query: Query) -> Option<&mut Series> {
    let spread = match query.chart {
        Chart::Count => return Some(&mut dashboard.count),
        Chart::Rate4xx => return Some(&mut dashboard.errors_4xx),
        Chart::Rate5xx => return Some(&mut dashboard.errors_5xx),
        Chart::Latency => &mut dashboard.latency,
        Chart::IntegrationLatency => &mut dashboard.integration_latency,
    };
    match query.statistic {
        "Average" => Some(&mut spread.average),
        "SampleCount" => Some(&mut spread.samples),
        "p50" => Some(&mut spread.p50),
        "p95" => Some(&mut spread.p95),
        "p99" => Some(&mut spread.p99),
        _ => None,
    }
}
