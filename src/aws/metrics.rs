//! CloudWatch's figures of stages: one `GetMetricData` for a window of all of them.

use std::collections::HashMap;

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{
    Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat, ScanBy, StatusCode,
};
use futures_util::future::try_join_all;
use jiff::Timestamp;

use super::Session;
use super::pages::Pages;
use super::problem::Question;
use crate::domain::{ApiType, Completeness, Point, Problem, Series, StageMetrics, Window};

/// Where API Gateway files its metrics.
const NAMESPACE: &str = "AWS/ApiGateway";

/// The most queries that one `GetMetricData` takes.
const MOST_QUERIES: usize = 500;

/// The longest period that CloudWatch knows, in seconds.
const LONGEST_PERIOD: i64 = 86_400;

/// A stage whose metrics are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StageRef {
    /// HTTP or REST: the two name their metrics differently.
    pub api_type: ApiType,
    /// The API's id; HTTP metrics go by it.
    pub api_id: String,
    /// The API's name; REST metrics go by it.
    pub api_name: String,
    /// The stage's name.
    pub stage: String,
}

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

    /// The metric's name; upper and lower case matter.
    fn metric(self, api_type: ApiType) -> &'static str {
        match (self, api_type) {
            (Self::Count, _) => "Count",
            (Self::LatencySum | Self::LatencySamples | Self::LatencyP95, _) => "Latency",
            (Self::IntegrationLatencySum | Self::IntegrationLatencySamples, _) => "IntegrationLatency",
            (Self::Errors4xx, ApiType::Http) => "4xx",
            (Self::Errors5xx, ApiType::Http) => "5xx",
            (Self::Errors4xx, ApiType::Rest) => "4XXError",
            (Self::Errors5xx, ApiType::Rest) => "5XXError",
        }
    }

    fn statistic(self) -> &'static str {
        match self {
            Self::LatencySamples | Self::IntegrationLatencySamples => "SampleCount",
            Self::LatencyP95 => "p95",
            _ => "Sum",
        }
    }

    fn period(self, window: Window) -> i64 {
        match self {
            Self::LatencyP95 => window.seconds(),
            _ => window.period_seconds,
        }
    }
}

/// A series' place in CloudWatch: connections to one API share it, and so do REST APIs of one name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Source {
    api_type: ApiType,
    api: String,
    stage: String,
}

impl Source {
    fn of(stage: &StageRef) -> Self {
        let api = match stage.api_type {
            ApiType::Http => stage.api_id.clone(),
            ApiType::Rest => api_name(&stage.api_id, &stage.api_name),
        };
        Self { api_type: stage.api_type, api, stage: stage.stage.clone() }
    }

    fn query(&self, id: &str, figure: Figure, window: Window) -> MetricDataQuery {
        let api = match self.api_type {
            ApiType::Http => "ApiId",
            ApiType::Rest => "ApiName",
        };
        let dimension = |name: &str, value: &str| Dimension::builder().name(name).value(value).build();
        let metric = Metric::builder()
            .namespace(NAMESPACE)
            .metric_name(figure.metric(self.api_type))
            .dimensions(dimension(api, &self.api))
            .dimensions(dimension("Stage", &self.stage));
        // No unit: a wrong one would yield nothing instead of an error.
        let stat = MetricStat::builder()
            .metric(metric.build())
            .period(i32::try_from(figure.period(window)).unwrap_or(i32::MAX))
            .stat(figure.statistic());
        MetricDataQuery::builder().id(id).metric_stat(stat.build()).build()
    }
}

/// The name under which CloudWatch files a REST API: its own without what is not ASCII, its id if nothing is left.
pub(super) fn api_name(id: &str, name: &str) -> String {
    let name: String = name.chars().filter(char::is_ascii).collect();
    if name.is_empty() { id.to_owned() } else { name }
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
        let mut sources: Vec<Source> = Vec::new();
        for source in wanted.iter().map(Source::of) {
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        let figures = Figure::of(detail, window);
        let chunks = sources.chunks(MOST_QUERIES / figures.len());
        let answers = try_join_all(chunks.map(|some| self.metric_data(some, figures, window))).await?;
        let known: HashMap<Source, StageMetrics> =
            sources.iter().cloned().zip(answers.into_iter().flatten()).collect();
        let unknown = |stage: &StageRef| StageMetrics::empty(&stage.stage, window);
        Ok(wanted
            .iter()
            .map(|stage| known.get(&Source::of(stage)).cloned().unwrap_or_else(|| unknown(stage)))
            .collect())
    }

    /// One `GetMetricData`, with all its pages: the metrics of these sources, in their order.
    async fn metric_data(
        &self,
        sources: &[Source],
        figures: &[Figure],
        window: Window,
    ) -> Result<Vec<StageMetrics>, Problem> {
        let asked: Vec<(usize, Figure)> =
            (0..sources.len()).flat_map(|index| figures.iter().map(move |figure| (index, *figure))).collect();
        let queries: Vec<MetricDataQuery> = asked
            .iter()
            .enumerate()
            .filter_map(|(id, (index, figure))| {
                Some(sources.get(*index)?.query(&format!("q{id}"), *figure, window))
            })
            .collect();
        self.meter().add_metrics(billed(sources.len(), figures));
        let mut answers = self.metric_pages(queries, window).await?;
        let mut metrics: Vec<StageMetrics> =
            sources.iter().map(|source| StageMetrics::empty(&source.stage, window)).collect();
        for (id, (index, figure)) in asked.iter().enumerate() {
            // A query that CloudWatch left out of its answer is one of which nothing is known.
            let answer = answers
                .remove(&format!("q{id}"))
                .unwrap_or(Answer { status: Completeness::Partial, ..Answer::default() });
            if let Some(metrics) = metrics.get_mut(*index) {
                answer.fill(metrics, *figure);
            }
        }
        Ok(metrics)
    }

    async fn metric_pages(
        &self,
        queries: Vec<MetricDataQuery>,
        window: Window,
    ) -> Result<HashMap<String, Answer>, Problem> {
        let question = Question {
            what: format!("Cannot read the metrics in {}", self.region()),
            action: "cloudwatch:GetMetricData",
            resource: "*".to_owned(),
        };
        let caller = self.caller();
        let mut results = Pages::of(&question);
        while results.is_open() {
            let request = self.clients().cloudwatch.get_metric_data();
            let request = request
                .set_metric_data_queries(Some(queries.clone()))
                .start_time(DateTime::from_secs(window.start.as_second()))
                .end_time(DateTime::from_secs(window.end.as_second()))
                .scan_by(ScanBy::TimestampAscending)
                .set_next_token(results.token());
            let answer = request.send().await.map_err(|error| caller.problem(&question, &error))?;
            results.add(answer.metric_data_results.unwrap_or_default(), answer.next_token)?;
        }
        let mut answers: HashMap<String, Answer> = HashMap::new();
        for result in results.into_items() {
            answers.entry(result.id.clone().unwrap_or_default()).or_default().add(&result);
        }
        Ok(answers)
    }
}

/// What CloudWatch bills: up to five statistics of one metric in one call are one.
fn billed(sources: usize, figures: &[Figure]) -> u64 {
    let mut names: Vec<&str> = figures.iter().map(|figure| figure.metric(ApiType::Http)).collect();
    names.sort_unstable();
    names.dedup();
    (sources * names.len()) as u64
}

/// What the pages of one answer told about one query.
#[derive(Debug, Default)]
struct Answer {
    points: Vec<Point>,
    status: Completeness,
}

impl Answer {
    /// Adds a page. The status of the last page counts: `PartialData` on an earlier one only says that there are more.
    fn add(&mut self, result: &MetricDataResult) {
        self.status = match result.status_code() {
            Some(StatusCode::Complete) | None => Completeness::Complete,
            Some(StatusCode::PartialData) => Completeness::Partial,
            Some(StatusCode::InternalError) => Completeness::Failed,
            Some(code) if code.as_str() == "Forbidden" => Completeness::Forbidden,
            Some(_) => Completeness::Failed,
        };
        let at = |at: &DateTime| Timestamp::from_second(at.secs()).ok();
        let pairs = result.timestamps().iter().zip(result.values());
        self.points.extend(pairs.filter_map(|(time, &value)| Some(Point { at: at(time)?, value })));
    }

    fn fill(self, metrics: &mut StageMetrics, figure: Figure) {
        metrics.completeness = worse(metrics.completeness, self.status);
        let series = Series::new(self.points);
        match figure {
            Figure::Count => metrics.count = series,
            Figure::LatencySum => metrics.latency_sum_ms = series,
            Figure::LatencySamples => metrics.latency_samples = series,
            Figure::Errors4xx => metrics.errors_4xx = series,
            Figure::Errors5xx => metrics.errors_5xx = series,
            Figure::IntegrationLatencySum => metrics.integration_latency_sum_ms = series,
            Figure::IntegrationLatencySamples => metrics.integration_latency_samples = series,
            // Percentiles of parts cannot be joined: more than one bucket is as good as none.
            Figure::LatencyP95 => {
                metrics.latency_p95_ms = match series.points() {
                    [point] => Some(point.value),
                    _ => None,
                }
            }
        }
    }
}

fn worse(one: Completeness, other: Completeness) -> Completeness {
    let badness = |completeness| match completeness {
        Completeness::Complete => 0,
        Completeness::Partial => 1,
        Completeness::Failed => 2,
        Completeness::Forbidden => 3,
    };
    if badness(other) > badness(one) { other } else { one }
}
