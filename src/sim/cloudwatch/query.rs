//! What `GetMetricData` was asked: the request's members, and the rules they must keep.

use std::collections::HashSet;

use serde::Deserialize;

use super::metric::Statistic;
use super::{Refusal, math};

/// `GetMetricData` accepts this many queries in a call.
const MAX_QUERIES: usize = 500;
/// Data points in an answer before it is paged, and what is used when the request does not say.
const MAX_DATAPOINTS: i64 = 100_800;

/// The request as it arrives, in either protocol.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct MetricDataRequest {
    metric_data_queries: Option<Vec<MetricDataQuery>>,
    start_time: Option<f64>,
    end_time: Option<f64>,
    next_token: Option<String>,
    scan_by: Option<String>,
    max_datapoints: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MetricDataQuery {
    id: Option<String>,
    metric_stat: Option<MetricStatMember>,
    expression: Option<String>,
    label: Option<String>,
    return_data: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MetricStatMember {
    metric: Option<MetricMember>,
    period: Option<i64>,
    stat: Option<String>,
    unit: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MetricMember {
    namespace: Option<String>,
    metric_name: Option<String>,
    dimensions: Option<Vec<DimensionMember>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DimensionMember {
    name: String,
    value: String,
}

/// A request that keeps the rules. All times are Unix seconds.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) queries: Vec<Query>,
    /// Inclusive, not yet rounded.
    pub(super) start: i64,
    /// Exclusive.
    pub(super) end: i64,
    pub(super) scan_by: ScanBy,
}

/// How an answer is cut into pages.
#[derive(Debug)]
pub(super) struct Paging {
    pub(super) next_token: Option<String>,
    pub(super) max_datapoints: usize,
}

/// The order of the data points of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScanBy {
    TimestampAscending,
    TimestampDescending,
}

#[derive(Debug)]
pub(super) struct Query {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) source: QuerySource,
    /// Whether the result is part of the answer, or only serves expressions.
    pub(super) return_data: bool,
}

#[derive(Debug)]
pub(super) enum QuerySource {
    MetricStat(MetricStat),
    Expression(math::Expression),
}

/// A statistic of a metric. The dimensions are sorted by name, since their order has no meaning.
#[derive(Debug)]
pub(super) struct MetricStat {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) dimensions: Vec<(String, String)>,
    pub(super) period: i64,
    pub(super) statistic: Statistic,
    pub(super) unit: Option<String>,
}

impl MetricDataRequest {
    /// Checks the request. Several violations are told at once, one a line.
    pub(super) fn check(self) -> Result<(Asked, Paging), Refusal> {
        let (start, end) = times(self.start_time, self.end_time)?;
        let scan_by = match self.scan_by.as_deref() {
            None | Some("TimestampDescending") => ScanBy::TimestampDescending,
            Some("TimestampAscending") => ScanBy::TimestampAscending,
            Some(other) => {
                return Err(Refusal::validation(format!(
                    "The value {other} for parameter ScanBy is invalid."
                )));
            }
        };
        let max_datapoints = self.max_datapoints.unwrap_or(MAX_DATAPOINTS);
        if !(1..=MAX_DATAPOINTS).contains(&max_datapoints) {
            return Err(Refusal::validation(format!(
                "The value {max_datapoints} for parameter MaxDatapoints must be between 1 and {MAX_DATAPOINTS}."
            )));
        }
        let queries = queries(self.metric_data_queries.unwrap_or_default())?;
        let paging = Paging { next_token: self.next_token, max_datapoints: max_datapoints as usize };
        Ok((Asked { queries, start, end, scan_by }, paging))
    }
}

fn times(start: Option<f64>, end: Option<f64>) -> Result<(i64, i64), Refusal> {
    let required = |name: &str| Refusal::validation(format!("The parameter {name} is required."));
    // Years 0 to 9999, so that no later sum can overflow.
    let second = |x: f64| (x as i64).clamp(-62_167_219_200, 253_402_300_799);
    let start = second(start.ok_or_else(|| required("StartTime"))?.floor());
    let end = second(end.ok_or_else(|| required("EndTime"))?.ceil());
    if start >= end {
        return Err(Refusal::validation("The parameter StartTime must be less than the parameter EndTime."));
    }
    Ok((start, end))
}

fn queries(members: Vec<MetricDataQuery>) -> Result<Vec<Query>, Refusal> {
    if members.is_empty() {
        return Err(Refusal::validation("The parameter MetricDataQueries is required."));
    }
    if members.len() > MAX_QUERIES {
        return Err(Refusal::validation(format!(
            "The collection MetricDataQueries must not have a size greater than {MAX_QUERIES}."
        )));
    }
    let mut problems = Vec::new();
    let mut queries = Vec::with_capacity(members.len());
    for (index, member) in members.into_iter().enumerate() {
        match query(member, &format!("MetricDataQueries.member.{}", index + 1)) {
            Ok(query) => queries.push(query),
            Err(mut found) => problems.append(&mut found),
        }
    }
    if problems.is_empty() {
        problems = conflicts(&queries);
    }
    if problems.is_empty() { Ok(queries) } else { Err(Refusal::validation(problems.join("\n"))) }
}

/// Reads one query, or says what is wrong with it. `at` is its place in the request.
fn query(member: MetricDataQuery, at: &str) -> Result<Query, Vec<String>> {
    let id = member.id.unwrap_or_default();
    let mut problems = Vec::new();
    if id.is_empty() {
        problems.push(format!("The parameter {at}.Id is required."));
    } else if !is_id(&id) {
        problems.push(format!(
            "The value {id} for parameter {at}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$."
        ));
    }
    let source = match (member.metric_stat, member.expression) {
        (Some(stat), None) => metric_stat(stat, &format!("{at}.MetricStat")).map(QuerySource::MetricStat),
        (None, Some(expression)) => math::Expression::parse(&expression)
            .map(QuerySource::Expression)
            .map_err(|why| vec![format!("Error in expression '{id}': {why}")]),
        (Some(_), Some(_)) => Err(vec![format!(
            "The parameters {at}.Expression and {at}.MetricStat are mutually exclusive and you have specified both."
        )]),
        (None, None) => Err(vec![format!("Either {at}.MetricStat or {at}.Expression must be specified.")]),
    };
    let source = match source {
        Ok(source) if problems.is_empty() => source,
        Ok(_) => return Err(problems),
        Err(mut found) => {
            problems.append(&mut found);
            return Err(problems);
        }
    };
    let label = member.label.unwrap_or_else(|| match &source {
        QuerySource::MetricStat(stat) => stat.name.clone(),
        QuerySource::Expression(_) => id.clone(),
    });
    Ok(Query { id, label, source, return_data: member.return_data.unwrap_or(true) })
}

fn is_id(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn metric_stat(member: MetricStatMember, at: &str) -> Result<MetricStat, Vec<String>> {
    let mut problems = Vec::new();
    let mut required = |value: Option<String>, name: &str| {
        value.filter(|text| !text.is_empty()).unwrap_or_else(|| {
            problems.push(format!("The parameter {at}.{name} is required."));
            String::new()
        })
    };
    let metric =
        member.metric.unwrap_or(MetricMember { namespace: None, metric_name: None, dimensions: None });
    let namespace = required(metric.namespace, "Metric.Namespace");
    let name = required(metric.metric_name, "Metric.MetricName");
    let stat = required(member.stat, "Stat");
    let statistic = Statistic::parse(&stat);
    if statistic.is_none() && !stat.is_empty() {
        problems.push(format!("The value {stat} for parameter {at}.Stat is not supported."));
    }
    let period = member.period.unwrap_or(0);
    if !matches!(period, 1 | 5 | 10 | 20 | 30)
        && (period <= 0 || period % 60 != 0 || i32::try_from(period).is_err())
    {
        problems.push(format!(
            "The parameter {at}.Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60."
        ));
    }
    let mut dimensions: Vec<_> =
        metric.dimensions.unwrap_or_default().into_iter().map(|d| (d.name, d.value)).collect();
    dimensions.sort();
    match statistic {
        Some(statistic) if problems.is_empty() => {
            Ok(MetricStat { namespace, name, dimensions, period, statistic, unit: member.unit })
        }
        _ => Err(problems),
    }
}

/// What is wrong between the queries: each of them is sound.
fn conflicts(queries: &[Query]) -> Vec<String> {
    let ids: HashSet<&str> = queries.iter().map(|query| query.id.as_str()).collect();
    if ids.len() < queries.len() {
        return vec!["The values for parameter id in MetricDataQueries are not unique.".to_owned()];
    }
    if !queries.iter().any(|query| query.return_data) {
        return vec!["At least one of the MetricDataQueries must have ReturnData set to true.".to_owned()];
    }
    let mut problems = Vec::new();
    for query in queries {
        if let QuerySource::Expression(expression) = &query.source {
            let unknown = expression.references().into_iter().filter(|id| !ids.contains(id));
            problems.extend(
                unknown.map(|id| format!("Error in expression '{}': Undefined identifier {id}.", query.id)),
            );
        }
    }
    if problems.is_empty()
        && let Err(index) = evaluation_order(queries)
        && let Some(query) = queries.get(index)
    {
        problems.push(format!("Error in expression '{}': The expression refers to itself.", query.id));
    }
    problems
}

/// The indices of the expressions, each after those it refers to; or the first expression that waits for itself.
pub(super) fn evaluation_order(queries: &[Query]) -> Result<Vec<usize>, usize> {
    let mut known: HashSet<&str> = HashSet::new();
    let mut waiting = Vec::new();
    for (index, query) in queries.iter().enumerate() {
        match &query.source {
            QuerySource::MetricStat(_) => {
                known.insert(&query.id);
            }
            QuerySource::Expression(expression) => waiting.push((index, query, expression.references())),
        }
    }
    let mut order = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let before = order.len();
        waiting.retain(|(index, query, references)| {
            let ready = references.iter().all(|id| known.contains(id));
            if ready {
                known.insert(&query.id);
                order.push(*index);
            }
            !ready
        });
        if order.len() == before {
            return Err(waiting.first().map_or(0, |(index, ..)| *index));
        }
    }
    Ok(order)
}
