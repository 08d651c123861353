//! Data points: what they add up to, how statistics relate, and where there are none.

use super::*;

#[tokio::test]
async fn sums_do_not_depend_on_the_period() {
    let (start, end) = six_hours();
    for name in ["Count", "4xx", "5xx", "Latency", "IntegrationLatency", "DataProcessed"] {
        let queries = vec![
            stat("minutes", name, PROD, "Sum", 60),
            stat("fives", name, PROD, "Sum", 300),
            stat("hours", name, PROD, "Sum", 3600),
            stat("all", name, PROD, "Sum", 6 * 3600),
        ];
        let results = ask(queries, start, end).await;
        assert!(total(&results[0]) > 0.0, "{name}");
        for result in &results {
            assert_eq!(total(result), total(&results[0]), "{name} {:?}", result.id());
        }
        assert_eq!(results[2].values().len(), 6);
        assert_eq!(points(&results[3])[0].0, start);
    }
}

#[tokio::test]
async fn an_average_is_the_sum_over_the_sample_count() {
    let (start, end) = six_hours();
    for (dimensions, name) in
        [(PROD, "Latency"), (BILLING, "IntegrationLatency"), (BILLING, "5XXError"), (PROD, "5xx")]
    {
        let query = |id, statistic| stat(id, name, dimensions, statistic, 300);
        let results = ask(
            vec![query("average", "Average"), query("sum", "Sum"), query("count", "SampleCount")],
            start,
            end,
        )
        .await;
        assert!(!results[0].values().is_empty(), "{name}");
        for (index, average) in results[0].values().iter().enumerate() {
            assert_eq!(*average, results[1].values()[index] / results[2].values()[index], "{name} {index}");
        }
    }
}

#[tokio::test]
async fn percentiles_lie_in_order_between_minimum_and_maximum() {
    let (start, end) = six_hours();
    let ladder = ["Minimum", "p0", "p50", "p90", "p95", "p99", "p99.9", "p100", "Maximum"];
    for name in ["Latency", "IntegrationLatency", "DataProcessed"] {
        let query =
            |(index, statistic): (usize, &&str)| stat(&format!("s{index}"), name, PROD, statistic, 300);
        let results = ask(ladder.iter().enumerate().map(query).collect(), start, end).await;
        for bucket in 0..results[0].values().len() {
            let values: Vec<f64> = results.iter().map(|result| result.values()[bucket]).collect();
            assert!(values.is_sorted(), "{name} {values:?}");
            assert!(values[2] < values[5], "{name} {values:?}");
        }
    }
}

#[tokio::test]
async fn the_median_latency_is_about_the_one_asked_for() {
    let (start, end) = six_hours();
    let results = ask(vec![stat("p50", "Latency", PROD, "p50", 6 * 3600)], start, end).await;
    assert!((70.0..90.0).contains(&results[0].values()[0]), "{:?}", results[0].values());
}

#[tokio::test]
async fn every_answer_takes_longer_than_its_integration() {
    let (start, end) = six_hours();
    for statistic in ["Average", "Minimum", "Maximum", "p50", "p99"] {
        let results = ask(
            vec![
                stat("l", "Latency", PROD, statistic, 60),
                stat("i", "IntegrationLatency", PROD, statistic, 60),
            ],
            start,
            end,
        )
        .await;
        assert_eq!(results[0].values().len(), results[1].values().len());
        assert!(results[0].values().iter().zip(results[1].values()).all(|(l, i)| l > i), "{statistic}");
    }
}

#[tokio::test]
async fn a_rest_apis_average_error_is_its_rate_and_an_http_apis_is_not() {
    let (start, end) = six_hours();
    let queries = vec![
        stat("rest_average", "4XXError", BILLING, "Average", 3600),
        stat("rest_errors", "4XXError", BILLING, "Sum", 3600),
        stat("rest_count", "Count", BILLING, "Sum", 3600),
        stat("http_average", "4xx", PROD, "Average", 3600),
    ];
    let results = ask(queries, start, end).await;
    for hour in 0..6 {
        let rate = results[1].values()[hour] / results[2].values()[hour];
        assert_eq!(results[0].values()[hour], rate);
        assert!((0.01..0.06).contains(&rate), "{rate}");
        assert_eq!(results[3].values()[hour], 1.0);
    }
}

#[tokio::test]
async fn a_minute_without_requests_has_no_point_and_one_without_errors_has_one_only_for_rest() {
    let (start, end) = six_hours();
    let rest = &[("ApiName", "billing"), ("Stage", "v1")];
    let results = ask(
        vec![
            stat("count", "Count", DEFAULT, "Sum", 60),
            stat("latency", "Latency", DEFAULT, "Average", 60),
            stat("errors", "5xx", DEFAULT, "Sum", 60),
            stat("rest_count", "Count", rest, "Sum", 60),
            stat("rest_errors", "5XXError", rest, "Sum", 60),
        ],
        start,
        end,
    )
    .await;
    let minutes = results[0].values().len();
    assert!((60..240).contains(&minutes), "{minutes} of 360");
    assert!(results[0].values().iter().all(|count| *count >= 1.0));
    assert_eq!(results[0].timestamps(), results[1].timestamps());
    assert!(results[2].values().len() < minutes && results[2].values().iter().all(|errors| *errors >= 1.0));
    assert_eq!(results[3].timestamps(), results[4].timestamps());
    assert!(results[4].values().contains(&0.0));
}

#[tokio::test]
async fn what_was_never_published_is_an_empty_result_and_no_error() {
    let (start, end) = six_hours();
    let wrong_unit = MetricStat::builder().metric(metric("Latency", PROD)).period(300).stat("Average");
    let wrong_unit = wrong_unit.unit(StandardUnit::Seconds).build();
    let elsewhere = Metric::builder().namespace("AWS/Lambda").metric_name("Count").build();
    let elsewhere = MetricStat::builder().metric(elsewhere).period(300).stat("Sum").build();
    let queries = vec![
        stat("silent", "Count", &[("ApiId", "a1"), ("Stage", "sandbox")], "Sum", 300),
        stat("unknown_stage", "Count", &[("ApiId", "a1"), ("Stage", "nowhere")], "Sum", 300),
        stat("stage_alone", "Count", &[("Stage", "prod")], "Sum", 300),
        stat("no_dimensions", "Count", &[], "Sum", 300),
        stat("rest_name", "5XXError", PROD, "Sum", 300),
        stat("wrong_case", "count", PROD, "Sum", 300),
        MetricDataQuery::builder().id("wrong_unit").metric_stat(wrong_unit).build(),
        MetricDataQuery::builder().id("elsewhere").metric_stat(elsewhere).build(),
    ];
    let results = ask(queries, start, end).await;
    assert_eq!(results.len(), 8);
    for result in results {
        assert!(points(&result).is_empty(), "{result:?}");
        assert_eq!(result.status_code(), Some(&StatusCode::Complete));
        assert!(result.label().is_some());
    }
}

#[tokio::test]
async fn the_right_unit_changes_nothing() {
    let (start, end) = six_hours();
    let with_unit = MetricStat::builder().metric(metric("Latency", PROD)).period(300).stat("p95");
    let with_unit = with_unit.unit(StandardUnit::Milliseconds).build();
    let queries = vec![
        MetricDataQuery::builder().id("with").metric_stat(with_unit).build(),
        stat("without", "Latency", PROD, "p95", 300),
    ];
    let results = ask(queries, start, end).await;
    assert_eq!(points(&results[0]), points(&results[1]));
}

#[tokio::test]
async fn an_apis_series_is_the_sum_of_its_stages_and_apis_of_one_name_blend() {
    let (start, end) = six_hours();
    let results = ask(
        vec![
            stat("api", "Count", &[("ApiId", "a1")], "Sum", 300),
            stat("prod", "Count", PROD, "Sum", 300),
            stat("other", "Count", &[("Stage", "$default"), ("ApiId", "a1")], "Sum", 300),
            stat("blended", "Count", LEGACY, "Sum", 3600),
        ],
        start,
        end,
    )
    .await;
    assert_eq!(total(&results[0]), total(&results[1]) + total(&results[2]));
    let hourly = total(&results[3]) / 6.0;
    assert!((2_100.0..2_700.0).contains(&hourly), "30 and 10 a minute together: {hourly}");
}

#[tokio::test]
async fn the_newest_minutes_are_missing_and_then_partial() {
    let minute = ago(0) / 60 * 60;
    let query = || vec![stat("count", "Count", PROD, "Sum", 60)];
    let points_now = points(&ask(query(), minute - 600, minute + 600).await[0]);
    let later = client_of(sources(), Timestamp::from_second(ago(-3_600)).unwrap());
    let points_later = points(&ask_of(&later, query(), minute - 600, minute).await[0]);
    // 15:20:34: 15:20 is running, 15:19 ended 34 s ago, 15:18 ended 94 s ago, 15:17 is two and a half minutes old.
    assert_eq!(points_now.last().unwrap().0, minute - 120);
    assert_eq!(points_now[..8], points_later[..8]);
    assert_eq!(points_now[8].1, (points_later[8].1 * 0.6).floor());
    assert_eq!(points_later.len(), 10);
}

#[tokio::test]
async fn the_start_is_inclusive_and_rounded_down_and_the_end_is_exclusive() {
    let hour = six_hours().0;
    let at = |results: &[MetricDataResult]| {
        points(&results[0]).iter().map(|(at, _)| *at - hour).collect::<Vec<_>>()
    };
    let minutes = ask(vec![stat("m", "Count", PROD, "Sum", 60)], hour + 34, hour + 180).await;
    assert_eq!(at(&minutes), [0, 60, 120]);
    let long_ago = hour - 20 * 86_400;
    let fives = ask(vec![stat("m", "Count", PROD, "Sum", 300)], long_ago + 299, long_ago + 900).await;
    assert_eq!(at(&fives), [-20 * 86_400, -20 * 86_400 + 300, -20 * 86_400 + 600]);
    // Periods begin at the start asked for, not at the full hour.
    let hours = ask(vec![stat("m", "Count", PROD, "Sum", 3600)], hour + 720, hour + 720 + 7200).await;
    assert_eq!(at(&hours), [720, 720 + 3600]);
}

#[tokio::test]
async fn old_data_is_kept_at_coarse_periods_only() {
    let day = 86_400;
    for (days, period, kept) in [
        (14, 60, true),
        (16, 60, false),
        (16, 300, true),
        (62, 360, false),
        (62, 600, true),
        (64, 300, false),
        (64, 3600, true),
    ] {
        let start = ago(days * day);
        let results = ask(vec![stat("m", "Count", PROD, "Sum", period)], start, start + 6 * 3600).await;
        assert_eq!(!results[0].values().is_empty(), kept, "{days} days at {period} s");
    }
}

#[tokio::test]
async fn nothing_was_published_before_the_stage_began_or_will_be_after_now() {
    let mut young = sources();
    let since = ago(7200) / 60 * 60;
    young[0].traffic.since = Timestamp::from_second(since).unwrap();
    let client = client_of(young, now());
    let results =
        ask_of(&client, vec![stat("m", "Count", PROD, "Sum", 60)], ago(5 * 3600), ago(-86_400)).await;
    let points = points(&results[0]);
    assert_eq!(points[0].0, since);
    assert_eq!(points.last().unwrap().0, ago(0) / 60 * 60 - 120);
}

#[tokio::test]
async fn an_incident_shows_in_its_own_minutes() {
    let mut troubled = sources();
    let (start, end) = six_hours();
    let instant = |second: i64| Timestamp::from_second(second).unwrap();
    troubled[3].traffic.incidents.push(Incident {
        from: instant(end - 3600),
        until: instant(end),
        errors_5xx: 0.2,
        errors_4xx: 0.0,
        latency_factor: 3.0,
    });
    let queries =
        vec![stat("e", "5XXError", BILLING, "Average", 3600), stat("l", "Latency", BILLING, "p50", 3600)];
    let results = ask_of(&client_of(troubled, now()), queries, start, end).await;
    let (errors, latency) = (results[0].values(), results[1].values());
    assert!(errors[..5].iter().all(|rate| *rate < 0.02) && errors[5] > 0.15, "{errors:?}");
    assert!(latency[..5].iter().all(|ms| *ms < 100.0) && latency[5] > 200.0, "{latency:?}");
}

#[tokio::test]
async fn expressions_are_computed_from_queries_that_are_not_returned() {
    let (start, end) = six_hours();
    let hidden = |query: MetricDataQuery| {
        let mut query = query;
        query.return_data = Some(false);
        query
    };
    let queries = vec![
        expression("percent", "rate * 100"),
        expression("rate", "FILL(e5, 0) / c"),
        hidden(stat("e5", "5xx", DEFAULT, "Sum", 60)),
        stat("c", "Count", DEFAULT, "Sum", 60),
        hidden(stat("never", "Count", &[("ApiId", "none"), ("Stage", "none")], "Sum", 60)),
        expression("filled_never", "FILL(never, 0)"),
    ];
    let results = ask(queries, start, end).await;
    let ids: Vec<_> = results.iter().filter_map(MetricDataResult::id).collect();
    assert_eq!(ids, ["percent", "rate", "c", "filled_never"]);
    assert_eq!(results[1].timestamps(), results[2].timestamps());
    assert!(results[1].values().contains(&0.0) && total(&results[1]) > 0.0);
    let percent: Vec<f64> = results[1].values().iter().map(|rate| rate * 100.0).collect();
    assert_eq!(results[0].values(), percent);
    assert!(results[3].values().is_empty());
}

#[tokio::test]
async fn labels_are_the_ones_asked_for_or_the_metrics_name() {
    let (start, end) = six_hours();
    let mut named = stat("a", "Count", PROD, "Sum", 3600);
    named.label = Some("requests".to_owned());
    let queries = vec![named, stat("b", "Count", PROD, "Sum", 3600), expression("c", "a * 2")];
    let results = ask(queries, start, end).await;
    let labels: Vec<_> = results.iter().filter_map(MetricDataResult::label).collect();
    assert_eq!(labels, ["requests", "Count", "c"]);
}

/// A stage with routes, all of which have metrics of their own but the last.
fn detailed(family: Family, api: &str) -> Source {
    let keys = [("GET", "/o"), ("POST", "/o"), ("GET", "/o/{id}"), ("ANY", "$default")];
    let keys = keys.map(|(method, path)| (method.to_owned(), path.to_owned(), path != "$default"));
    let busy = traffic(21, Shape::Steady { per_minute: 40.0 });
    Source { routes: crate::sim::traffic::routes(keys.into_iter()), ..source(family, api, "prod", busy) }
}

fn of_route<'a>(api: (&'a str, &'a str), method: &'a str, resource: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("Stage", "prod"), ("Method", method), ("Resource", resource), api]
}

#[tokio::test]
async fn the_routes_of_a_stage_sum_to_the_stage() {
    let (start, end) = six_hours();
    for (family, api, errors) in
        [(Family::Http, ("ApiId", "a1"), "5xx"), (Family::Rest, ("ApiName", "b"), "5XXError")]
    {
        let mut source = detailed(family, api.1);
        source.routes.iter_mut().for_each(|route| route.detailed = true);
        let client = client_of(vec![source], now());
        let stage = vec![("Stage", "prod"), api];
        let places = [
            stage,
            of_route(api, "GET", "/o"),
            of_route(api, "POST", "/o"),
            of_route(api, "GET", "/o/{id}"),
            of_route(api, "ANY", "$default"),
        ];
        for (metric, statistic) in
            [("Count", "Sum"), (errors, "Sum"), ("Latency", "Sum"), ("Latency", "SampleCount")]
        {
            let queries = places.iter().enumerate();
            let queries =
                queries.map(|(id, place)| stat(&format!("m{id}"), metric, place, statistic, 300)).collect();
            let told = ask_of(&client, queries, start, end).await;
            let sums: Vec<f64> = told.iter().map(total).collect();
            assert!(sums[0] > 0.0);
            assert_eq!(sums[0], sums[1..].iter().sum::<f64>(), "{metric} {statistic}: {sums:?}");
        }
    }
}

#[tokio::test]
async fn a_route_without_detailed_metrics_has_no_series_and_is_not_listed() {
    let client = client_of(vec![detailed(Family::Http, "a1")], now());
    let (start, end) = six_hours();
    let api = ("ApiId", "a1");
    let queries = vec![
        stat("on", "Count", &of_route(api, "POST", "/o"), "Sum", 3600),
        stat("off", "Count", &of_route(api, "ANY", "$default"), "Sum", 3600),
        stat("half", "Count", &[("Stage", "prod"), ("Method", "POST"), api], "Sum", 3600),
    ];
    let told = ask_of(&client, queries, start, end).await;
    assert_eq!(told.iter().map(|result| result.values().len()).collect::<Vec<_>>(), [6, 0, 0]);
    let resource = DimensionFilter::builder().name("Resource").build();
    let listed = client.list_metrics().metric_name("Count").dimensions(resource).send().await.unwrap();
    assert_eq!(listed.metrics().len(), 3);
    assert!(listed.metrics().iter().all(|metric| metric.dimensions().len() == 4));
}
