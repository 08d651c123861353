//! `GetMetricData`: from a request to a page of results.

use std::collections::HashMap;

use jiff::Timestamp;

use super::page::{self, Page};
use super::query::{self, Asked, MetricDataRequest, QuerySource, ScanBy};
use super::series::{self, Series, Window};
use super::{Refusal, Source, Told};

/// `GetMetricData`'s answer.
#[derive(Debug)]
pub(super) struct MetricData {
    pub(super) results: Vec<MetricDataResult>,
    pub(super) next_token: Option<String>,
}

/// What is answered to one query, or the part of it that is on this page.
#[derive(Debug)]
pub(super) struct MetricDataResult {
    pub(super) id: String,
    pub(super) label: String,
    /// Unix seconds and value, in the order asked for.
    pub(super) points: Vec<(i64, f64)>,
    pub(super) status: Status,
}

/// `StatusCode` of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Complete,
    /// More of it is on the next page, or is not told at all.
    PartialData,
}

impl Status {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "Complete",
            Self::PartialData => "PartialData",
        }
    }
}

pub(super) fn get_metric_data(
    request: MetricDataRequest,
    sources: &[Source],
    told: Told,
    now: Timestamp,
) -> Result<MetricData, Refusal> {
    let (asked, paging) = request.check()?;
    let fingerprint = page::fingerprint(&format!("{asked:?}"));
    let page = match &paging.next_token {
        None => Page { as_of: now.as_second(), offset: 0 },
        Some(token) => Page::read(token, fingerprint)
            .ok_or_else(|| Refusal::new("InvalidNextToken", "The next token specified is invalid."))?,
    };
    if told == Told::Half {
        let results =
            results(&asked, sources, page.as_of).into_iter().map(|result| halved(result, asked.scan_by));
        return Ok(MetricData { results: results.collect(), next_token: None });
    }
    let (results, next) = cut(results(&asked, sources, page.as_of), page.offset, paging.max_datapoints);
    let next_token = next.map(|offset| Page { offset, ..page }.token(fingerprint));
    Ok(MetricData { results, next_token })
}

/// The older half of a result.
fn halved(mut result: MetricDataResult, scan_by: ScanBy) -> MetricDataResult {
    let points = result.points.len();
    match scan_by {
        ScanBy::TimestampAscending => result.points.truncate(points / 2),
        ScanBy::TimestampDescending => drop(result.points.drain(..points - points / 2)),
    }
    MetricDataResult { status: Status::PartialData, ..result }
}

/// The whole answer, as of a present time in Unix seconds.
fn results(asked: &Asked, sources: &[Source], now: i64) -> Vec<MetricDataResult> {
    let window = Window::new(asked.start, asked.end, now);
    let mut all = evaluate(asked, sources, window, now);
    asked
        .queries
        .iter()
        .enumerate()
        .filter(|(_, query)| query.return_data)
        .map(|(index, query)| {
            let mut points = std::mem::take(&mut all[index].points);
            if asked.scan_by == ScanBy::TimestampDescending {
                points.reverse();
            }
            MetricDataResult {
                id: query.id.clone(),
                label: query.label.clone(),
                points,
                status: Status::Complete,
            }
        })
        .collect()
}

/// The series of every query, in their order: first the metrics, then the expressions over them.
fn evaluate(asked: &Asked, sources: &[Source], window: Window, now: i64) -> Vec<Series> {
    let mut all = vec![Series::default(); asked.queries.len()];
    let (mut places, mut stats) = (Vec::new(), Vec::new());
    for (index, query) in asked.queries.iter().enumerate() {
        if let QuerySource::MetricStat(stat) = &query.source {
            places.push(index);
            stats.push(stat);
        }
    }
    for (place, series) in places.into_iter().zip(series::of_metrics(&stats, sources, window, now)) {
        all[place] = series;
    }
    // Checked before: there are no circles among the expressions.
    for index in query::evaluation_order(&asked.queries).unwrap_or_default() {
        if let QuerySource::Expression(expression) = &asked.queries[index].source {
            let ids = asked.queries.iter().map(|query| query.id.as_str());
            let known: HashMap<&str, &Series> = ids.zip(&all).collect();
            all[index] = expression.evaluate(&known, window);
        }
    }
    all
}

/// The part of the results that lies on the page from `offset` with `size` data points, and where the next page
/// begins. A page holds the results that have points on it; those without any are on the first page.
fn cut(results: Vec<MetricDataResult>, offset: usize, size: usize) -> (Vec<MetricDataResult>, Option<usize>) {
    let until = offset.saturating_add(size);
    let mut before = 0;
    let mut page = Vec::new();
    for mut result in results {
        let (from, to) = (before, before + result.points.len());
        before = to;
        if from < to && to > until {
            result.status = Status::PartialData;
        }
        if from == to && offset == 0 {
            page.push(result);
        } else if from < until && offset < to {
            result.points.truncate(until - from);
            result.points.drain(..offset.saturating_sub(from));
            page.push(result);
        }
    }
    (page, (before > until).then_some(until))
}
