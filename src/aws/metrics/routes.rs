//! The routes of a stage: which of them CloudWatch has figures of, and these figures over a whole window.

use std::collections::BTreeSet;

use aws_sdk_cloudwatch::types::{DimensionFilter, Metric};

use super::query::{Answer, Place, Query};
use super::{LONGEST_PERIOD, NAMESPACE, StageRef};
use crate::aws::Session;
use crate::aws::pages::Pages;
use crate::aws::problem::Question;
use crate::domain::{Chart, Completeness, Problem, RouteFigures, Routes, Series, Spread, Window};

/// Routes that figures are asked of at most: the five statistics of so many fill one `GetMetricData`.
const MOST_ROUTES: usize = 100;

impl Session {
    /// The routes of a stage, by path and method, with their figures over that window. Four metrics are billed for each, and
    /// listing them is free. There are none where detailed metrics are off, or nothing was called for two weeks.
    pub async fn routes(&self, stage: &StageRef, window: Window) -> Result<Routes, Problem> {
        let place = Place::of(stage);
        let mut known = self.routes_of(stage, &place).await?;
        let left_out = known.len().saturating_sub(MOST_ROUTES);
        known.truncate(MOST_ROUTES);
        if known.is_empty() {
            return Ok(Routes::default());
        }
        // As few points as CloudWatch can give, since only their sums count.
        let period = window.seconds().min(LONGEST_PERIOD);
        let queries = [
            Query::new(Chart::Count, "Sum", period),
            Query::new(Chart::Latency, "Average", period),
            Query::new(Chart::Latency, "SampleCount", period),
            Query::new(Chart::Rate4xx, "Sum", period),
            Query::new(Chart::Rate5xx, "Sum", period),
        ];
        let places: Vec<Place> =
            known.iter().map(|(resource, method)| place.route(method, resource)).collect();
        let answers = self.answers(&places, &queries, window).await?;
        let statuses = answers.iter().flatten().map(|answer| answer.status);
        let completeness = statuses.max().unwrap_or_default();
        let figures = |((resource, method), answers)| figures(method, resource, answers);
        Ok(Routes { routes: known.into_iter().zip(answers).map(figures).collect(), left_out, completeness })
    }

    /// Path and method of every route with figures of its own, in that order.
    async fn routes_of(&self, stage: &StageRef, place: &Place) -> Result<Vec<(String, String)>, Problem> {
        let question = Question {
            what: format!("Cannot list the routes of {} that have metrics in {}", stage.stage, self.region()),
            action: "cloudwatch:ListMetrics",
            resource: "*".to_owned(),
        };
        let caller = self.caller();
        let with =
            |(name, value): &(&str, String)| DimensionFilter::builder().name(*name).value(value).build();
        let any = |name: &&str| DimensionFilter::builder().name(*name).build();
        let filters: Vec<DimensionFilter> =
            place.dimensions.iter().map(with).chain(["Method", "Resource"].iter().map(any)).collect();
        let mut metrics = Pages::of(&question);
        while metrics.is_open() {
            let request = self.clients().cloudwatch.list_metrics().namespace(NAMESPACE);
            let request = request
                .metric_name(Chart::Count.metric(stage.api_type))
                .set_dimensions(Some(filters.clone()))
                .set_next_token(metrics.token());
            let answer = request.send().await.map_err(|error| caller.problem(&question, &error))?;
            metrics.add(answer.metrics.unwrap_or_default(), answer.next_token)?;
        }
        let routes: BTreeSet<(String, String)> =
            metrics.into_items().iter().filter_map(|metric| route(metric, place)).collect();
        Ok(routes.into_iter().collect())
    }
}

/// Path and method of a metric with exactly a route's dimensions; the filters let others pass that have more.
fn route(metric: &Metric, place: &Place) -> Option<(String, String)> {
    let dimensions = metric.dimensions();
    let value = |name: &str| {
        let found = dimensions.iter().find(|dimension| dimension.name() == Some(name))?;
        found.value().map(str::to_owned)
    };
    let of_stage = place.dimensions.iter().all(|(name, own)| value(name).as_ref() == Some(own));
    let route = (value("Resource")?, value("Method")?);
    (of_stage && dimensions.len() == place.dimensions.len() + 2).then_some(route)
}

fn figures(method: String, resource: String, answers: Vec<Answer>) -> RouteFigures {
    let whole = answers.iter().all(|answer| answer.status == Completeness::Complete);
    // A sum of a part would look like a small whole.
    let mut series =
        answers.into_iter().map(|answer| if whole { answer.series() } else { Series::default() });
    let mut next = || series.next().unwrap_or_default();
    let count = next().sum();
    let spread = Spread { average: next(), samples: next(), ..Spread::default() };
    let mut errors = || {
        let sum = next().sum();
        count.map(|_| sum.unwrap_or(0.0))
    };
    RouteFigures {
        method,
        resource,
        count,
        latency_avg_ms: spread.mean(),
        errors_4xx: errors(),
        errors_5xx: errors(),
    }
}
