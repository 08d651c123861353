//! `GetMetricData`: statistics of metrics, in as few requests as its limits allow.

use std::collections::HashMap;

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{
    Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat, ScanBy, StatusCode,
};
use futures_util::future::try_join_all;
use jiff::Timestamp;

use super::{NAMESPACE, StageRef};
use crate::aws::Session;
use crate::aws::pages::Pages;
use crate::aws::problem::Question;
use crate::domain::{ApiType, Chart, Completeness, Point, Problem, Series, Window};

/// The most queries that one `GetMetricData` takes.
const MOST_QUERIES: usize = 500;

/// As many statistics of one metric as CloudWatch bills as one.
const STATISTICS_IN_ONE: usize = 5;

/// Where CloudWatch files a series: connections to one API share it, and so do REST APIs of one name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) api_type: ApiType,
    pub(super) dimensions: Vec<(&'static str, String)>,
}

impl Place {
    /// That of a whole stage.
    pub(super) fn of(stage: &StageRef) -> Self {
        let api = stage.api_type.metric_dimension(&stage.api_id, &stage.api_name);
        Self { api_type: stage.api_type, dimensions: vec![api, ("Stage", stage.stage.clone())] }
    }

    /// That of one of its routes.
    pub(super) fn route(&self, method: &str, resource: &str) -> Self {
        let mut route = self.clone();
        route.dimensions.extend([("Method", method.to_owned()), ("Resource", resource.to_owned())]);
        route
    }
}

/// One statistic of one metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Query {
    /// The chart whose metric it is.
    pub(super) chart: Chart,
    /// `Sum`, `Average`, `SampleCount` or a percentile such as `p95`.
    pub(super) statistic: &'static str,
    /// Length of one point, in seconds.
    pub(super) period: i64,
}

impl Query {
    pub(super) const fn new(chart: Chart, statistic: &'static str, period: i64) -> Self {
        Self { chart, statistic, period }
    }

    fn at(self, place: &Place, id: &str) -> MetricDataQuery {
        let dimension =
            |(name, value): &(&str, String)| Dimension::builder().name(*name).value(value).build();
        let metric = Metric::builder()
            .namespace(NAMESPACE)
            .metric_name(self.chart.metric(place.api_type))
            .set_dimensions(Some(place.dimensions.iter().map(dimension).collect()));
        // No unit: a wrong one would yield nothing instead of an error.
        let stat = MetricStat::builder()
            .metric(metric.build())
            .period(i32::try_from(self.period).unwrap_or(i32::MAX))
            .stat(self.statistic);
        MetricDataQuery::builder().id(id).metric_stat(stat.build()).build()
    }
}

/// What CloudWatch bills for these queries about one place.
fn billed(queries: &[Query]) -> u64 {
    let of = |chart: Chart| queries.iter().filter(|query| query.chart == chart).count();
    Chart::ALL.into_iter().map(|chart| of(chart).div_ceil(STATISTICS_IN_ONE) as u64).sum()
}

/// What the pages of one answer told about one query.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) points: Vec<Point>,
    pub(super) status: Completeness,
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

    /// A query that CloudWatch left out of its answer is one of which nothing is known.
    fn missing() -> Self {
        Self { status: Completeness::Partial, ..Self::default() }
    }

    pub(super) fn series(self) -> Series {
        Series::new(self.points)
    }
}

impl Session {
    /// The answers to all queries about each place, in the order of both. No request has more than 500 queries, and all about
    /// one place are in the same one; each is counted as CloudWatch bills it.
    pub(super) async fn answers(
        &self,
        places: &[Place],
        queries: &[Query],
        window: Window,
    ) -> Result<Vec<Vec<Answer>>, Problem> {
        let chunks = places.chunks((MOST_QUERIES / queries.len().max(1)).max(1));
        let answers = try_join_all(chunks.map(|some| self.metric_data(some, queries, window))).await?;
        Ok(answers.into_iter().flatten().collect())
    }

    /// One `GetMetricData`, with all its pages.
    async fn metric_data(
        &self,
        places: &[Place],
        queries: &[Query],
        window: Window,
    ) -> Result<Vec<Vec<Answer>>, Problem> {
        let pairs = places.iter().flat_map(|place| queries.iter().map(move |query| (place, query)));
        let asked =
            pairs.enumerate().map(|(id, (place, query))| query.at(place, &format!("q{id}"))).collect();
        self.meter().add_metrics(places.len() as u64 * billed(queries));
        let mut told = self.metric_pages(asked, window).await?;
        let mut ids = 0..places.len() * queries.len();
        let mut next = || {
            let id = ids.next()?;
            Some(told.remove(&format!("q{id}")).unwrap_or_else(Answer::missing))
        };
        Ok(places.iter().map(|_| queries.iter().filter_map(|_| next()).collect()).collect())
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
