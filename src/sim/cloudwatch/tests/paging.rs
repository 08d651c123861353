//! Orders, pages and their tokens, and `ListMetrics`.

use aws_sdk_cloudwatch::operation::get_metric_data::GetMetricDataError;
use aws_sdk_cloudwatch::operation::get_metric_data::builders::GetMetricDataFluentBuilder;
use std::collections::BTreeMap;

use super::*;

fn three_results(client: &Client) -> GetMetricDataFluentBuilder {
    let (start, end) = six_hours();
    client
        .get_metric_data()
        .metric_data_queries(stat("a", "Count", PROD, "Sum", 300))
        .metric_data_queries(stat("none", "Count", &[("ApiId", "none")], "Sum", 300))
        .metric_data_queries(stat("b", "Latency", PROD, "p95", 300))
        .start_time(DateTime::from_secs(start))
        .end_time(DateTime::from_secs(end))
}

#[tokio::test]
async fn the_newest_point_comes_first_unless_asked_otherwise() {
    let client = client();
    let default = three_results(&client).send().await.unwrap();
    let ascending = three_results(&client).scan_by(ScanBy::TimestampAscending).send().await.unwrap();
    let mut reversed = points(&default.metric_data_results()[0]);
    assert!(reversed.len() == 72 && reversed.is_sorted_by(|a, b| a.0 > b.0));
    reversed.reverse();
    assert_eq!(reversed, points(&ascending.metric_data_results()[0]));
}

#[tokio::test]
async fn pages_put_together_are_the_whole_whatever_their_size() {
    let client = client();
    let whole = three_results(&client).send().await.unwrap();
    for size in [1, 7, 72, 100, 143, 144] {
        let mut pages = three_results(&client).max_datapoints(size).into_paginator().send();
        let mut gathered: BTreeMap<String, Vec<(i64, f64)>> = BTreeMap::new();
        let mut states: BTreeMap<String, StatusCode> = BTreeMap::new();
        let mut count = 0;
        while let Some(page) = pages.next().await {
            let page = page.unwrap();
            let on_page: usize = page.metric_data_results().iter().map(|result| result.values().len()).sum();
            assert!(on_page <= size as usize && (on_page == size as usize || page.next_token().is_none()));
            for result in page.metric_data_results() {
                gathered.entry(result.id().unwrap().to_owned()).or_default().extend(points(result));
                states.insert(result.id().unwrap().to_owned(), result.status_code().unwrap().clone());
            }
            count += 1;
        }
        assert_eq!(count, 144_usize.div_ceil(size as usize), "pages of {size}");
        assert_eq!(gathered.len(), 3);
        assert!(states.values().all(|state| *state == StatusCode::Complete), "{states:?}");
        for result in whole.metric_data_results() {
            assert_eq!(gathered[result.id().unwrap()], points(result), "pages of {size}");
        }
    }
}

#[tokio::test]
async fn a_result_that_goes_on_is_partial() {
    let page = three_results(&client()).max_datapoints(100).send().await.unwrap();
    let states: Vec<_> =
        page.metric_data_results().iter().filter_map(MetricDataResult::status_code).collect();
    assert_eq!(states, [&StatusCode::Complete, &StatusCode::Complete, &StatusCode::PartialData]);
}

#[tokio::test]
async fn later_pages_continue_the_first_although_time_goes_on() {
    let ask = |client: &Client| {
        client
            .get_metric_data()
            .metric_data_queries(stat("a", "Count", PROD, "Sum", 60))
            .start_time(DateTime::from_secs(ago(1200)))
            .end_time(DateTime::from_secs(ago(-1200)))
            .max_datapoints(10)
    };
    let early = client();
    let late = client_of(sources(), Timestamp::from_second(ago(-300)).unwrap());
    let first = ask(&early).send().await.unwrap();
    let token = first.next_token().unwrap();
    let same = ask(&early).next_token(token).send().await.unwrap();
    let continued = ask(&late).next_token(token).send().await.unwrap();
    assert_eq!(same.metric_data_results(), continued.metric_data_results());
}

#[tokio::test]
async fn a_token_of_another_request_is_refused() {
    let client = client();
    let page = three_results(&client).max_datapoints(10).send().await.unwrap();
    let token = page.next_token().unwrap();
    let other = three_results(&client).scan_by(ScanBy::TimestampAscending).next_token(token).send().await;
    let nonsense = three_results(&client).next_token("2").send().await;
    for refused in [other, nonsense] {
        let refused = refused.unwrap_err().into_service_error();
        assert_eq!(refused.code(), Some("InvalidNextToken"));
        assert!(matches!(refused, GetMetricDataError::InvalidNextToken(_)), "{refused:?}");
    }
}

#[tokio::test]
async fn metrics_are_listed_with_their_dimensions_unless_nobody_calls() {
    let listed = client().list_metrics().namespace(NAMESPACE).metric_name("5xx").send().await.unwrap();
    assert!(listed.next_token().is_none());
    let expected = [metric("5xx", &[("ApiId", "a1")]), metric("5xx", DEFAULT), metric("5xx", PROD)];
    assert_eq!(listed.metrics(), expected);
}

#[tokio::test]
async fn metrics_of_apis_of_one_name_are_listed_once() {
    let filter = DimensionFilter::builder().name("ApiName").value("legacy").build();
    let listed = client().list_metrics().metric_name("Count").dimensions(filter).send().await.unwrap();
    assert_eq!(listed.metrics(), [metric("Count", &[("ApiName", "legacy")]), metric("Count", LEGACY)]);
}

#[tokio::test]
async fn dimension_filters_without_a_value_ask_for_the_name_only() {
    let stage = DimensionFilter::builder().name("Stage").build();
    let listed = client().list_metrics().metric_name("Latency").dimensions(stage).send().await.unwrap();
    assert_eq!(listed.metrics().len(), 4);
    let elsewhere = client().list_metrics().namespace("AWS/Lambda").send().await.unwrap();
    assert!(elsewhere.metrics().is_empty());
}

#[tokio::test]
async fn a_stage_that_went_quiet_is_not_recently_active() {
    // One caller in three days: seldom in three hours, surely in two weeks.
    let seldom = traffic(11, Shape::Steady { per_minute: 1.0 / 4320.0 });
    let quiet = vec![source(Family::Http, "a1", "prod", seldom)];
    let client = client_of(quiet, now());
    let all = client.list_metrics().metric_name("Count").send().await.unwrap();
    assert_eq!(all.metrics().len(), 2);
    let recent = client.list_metrics().metric_name("Count").recently_active(RecentlyActive::Pt3H);
    assert!(recent.send().await.unwrap().metrics().is_empty());
}

#[tokio::test]
async fn long_lists_of_metrics_come_in_pages_of_five_hundred() {
    let stage =
        |n: u64| source(Family::Rest, "big", &format!("s{n}"), traffic(n, Shape::Steady { per_minute: 9.0 }));
    let client = client_of((0..250).map(stage).collect(), now());
    let mut pages = client.list_metrics().into_paginator().send();
    let mut sizes = Vec::new();
    let mut all = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        sizes.push(page.metrics().len());
        all.extend(page.metrics().to_vec());
    }
    assert_eq!(sizes, [500, 500, 255]);
    let distinct: std::collections::HashSet<String> =
        all.iter().map(|metric| format!("{metric:?}")).collect();
    assert_eq!(distinct.len(), 251 * 5);
    let refused = client.list_metrics().next_token("x").send().await.unwrap_err();
    assert_eq!(refused.code(), Some("InvalidParameterValue"));
}
