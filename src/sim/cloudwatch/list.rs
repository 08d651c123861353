//! `ListMetrics`: which metrics have been published of late.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;

use super::page::{self, Page};
use super::{NAMESPACE, Refusal, Source};

/// CloudWatch answers this many metrics on a page.
const PAGE_SIZE: usize = 500;
/// Minutes after which a metric without data is no longer listed: two weeks.
const LISTED: i64 = 14 * 24 * 60;
/// Minutes of `RecentlyActive=PT3H`.
const RECENTLY: i64 = 3 * 60;

/// The request as it arrives, in either protocol. Linked accounts are accepted and have nothing to add.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListMetricsRequest {
    namespace: Option<String>,
    metric_name: Option<String>,
    dimensions: Option<Vec<DimensionFilter>>,
    next_token: Option<String>,
    recently_active: Option<String>,
}

#[derive(Debug, Deserialize, Hash)]
#[serde(rename_all = "PascalCase")]
struct DimensionFilter {
    name: String,
    value: Option<String>,
}

/// `ListMetrics`' answer.
#[derive(Debug)]
pub(super) struct Metrics {
    pub(super) metrics: Vec<ListedMetric>,
    pub(super) next_token: Option<String>,
}

/// A metric: all of a family's are listed as soon as there was traffic, whether or not one of them had a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ListedMetric {
    pub(super) dimensions: Vec<(String, String)>,
    pub(super) name: &'static str,
}

pub(super) fn list_metrics(
    request: &ListMetricsRequest,
    sources: &[Source],
    now: Timestamp,
) -> Result<Metrics, Refusal> {
    let refuse = |message: &str| Refusal::new("InvalidParameterValue", message);
    let minutes = match request.recently_active.as_deref() {
        None => LISTED,
        Some("PT3H") => RECENTLY,
        Some(_) => {
            return Err(refuse("The only valid value for the parameter RecentlyActive is PT3H."));
        }
    };
    let asked = (&request.namespace, &request.metric_name, &request.dimensions, &request.recently_active);
    let fingerprint = page::fingerprint(&asked);
    let page = match &request.next_token {
        None => Page { as_of: now.as_second(), offset: 0 },
        Some(token) => Page::read(token, fingerprint)
            .ok_or_else(|| refuse("The value for parameter NextToken is invalid."))?,
    };
    let all = published(sources, page.as_of, minutes);
    let mut wanted = all.into_iter().filter(|metric| request.selects(metric)).skip(page.offset);
    let metrics: Vec<_> = wanted.by_ref().take(PAGE_SIZE).collect();
    let next = wanted.next().map(|_| Page { offset: page.offset + PAGE_SIZE, ..page });
    Ok(Metrics { metrics, next_token: next.map(|page| page.token(fingerprint)) })
}

/// The metrics, of routes, stages and whole APIs, that had data in the minutes before `now` (Unix seconds).
fn published(sources: &[Source], now: i64, minutes: i64) -> BTreeSet<ListedMetric> {
    let latest = now.div_euclid(60) - 2;
    let mut metrics = BTreeSet::new();
    for source in sources {
        let alive = (latest - minutes..=latest).rev().any(|minute| source.traffic.minute(minute).count > 0);
        if !alive {
            continue;
        }
        let api = source.dimensions.iter().filter(|(name, _)| name != "Stage").cloned().collect();
        let routes = source.routes.iter().filter(|route| route.detailed).map(|route| source.of_route(route));
        for dimensions in routes.chain([source.dimensions.clone(), api]) {
            let listed =
                |(name, _): &(&'static str, _)| ListedMetric { dimensions: dimensions.clone(), name };
            metrics.extend(source.family.metrics().iter().map(listed));
        }
    }
    metrics
}

impl ListMetricsRequest {
    /// A metric with further dimensions than those asked for is selected too.
    fn selects(&self, metric: &ListedMetric) -> bool {
        let holds = |filter: &DimensionFilter| {
            metric
                .dimensions
                .iter()
                .any(|(name, value)| *name == filter.name && filter.value.as_ref().is_none_or(|v| v == value))
        };
        self.namespace.as_deref().is_none_or(|namespace| namespace == NAMESPACE)
            && self.metric_name.as_deref().is_none_or(|name| name == metric.name)
            && self.dimensions.iter().flatten().all(holds)
    }
}
