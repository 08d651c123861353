//! What is printed of a stage over time, for people and for programs.

use serde_json::Value;

use super::*;
use crate::cli::output::json_text;
use crate::cli::samples::{format, overview};
use crate::domain::{Completeness, Point, RouteFigures, Series, Spread};
use crate::text;

/// A series with one value every so many periods, each from the number of its period.
fn series(window: Window, every: usize, value: fn(f64) -> f64) -> Series {
    let periods = window.periods().enumerate().step_by(every);
    Series::new(periods.map(|(number, at)| Point { at, value: value(number as f64) }).collect())
}

/// Three hours in which nobody called for twenty minutes.
fn dashboard(window: Window) -> Dashboard {
    let spread = |average: fn(f64) -> f64, p95: fn(f64) -> f64| Spread {
        average: series(window, 1, average),
        p50: series(window, 1, average),
        p95: series(window, 1, p95),
        p99: series(window, 1, p95),
        samples: series(window, 1, |_| 10.0),
    };
    let mut dashboard = Dashboard {
        latency: spread(|n| 80.0 + n / 4.0, |n| 200.0 + n),
        integration_latency: spread(|n| 70.0 + n / 4.0, |n| 180.0 + n),
        errors_4xx: series(window, 7, |_| 1.0),
        errors_5xx: series(window, 30, |n| n / 60.0),
        count: series(window, 1, |n| 10.0 + (n % 40.0)),
        ..Dashboard::empty("prod", window)
    };
    let silent = 60 * 60..80 * 60;
    let called = |point: &&Point| !silent.contains(&(point.at.as_second() - window.start.as_second()));
    let spreads = [&mut dashboard.latency, &mut dashboard.integration_latency];
    let spreads = spreads.into_iter().flat_map(|spread| {
        [&mut spread.average, &mut spread.p50, &mut spread.p95, &mut spread.p99, &mut spread.samples]
    });
    let others = [&mut dashboard.errors_4xx, &mut dashboard.errors_5xx, &mut dashboard.count];
    for series in spreads.chain(others) {
        *series = Series::new(series.points().iter().filter(called).copied().collect());
    }
    dashboard
}

fn sample(range: TimeRange) -> Read {
    let overview = overview();
    let window = Window::aligned(range, overview.at);
    let mut before = dashboard(window.before());
    before.errors_5xx = Series::default();
    let route = |method: &str, resource: &str, errors_5xx| RouteFigures {
        method: method.into(),
        resource: resource.into(),
        count: Some(1200.0),
        latency_avg_ms: Some(84.25),
        errors_4xx: Some(12.0),
        errors_5xx,
    };
    let routes = vec![
        route("GET", "/orders/{id}\u{1b}[2J", Some(0.0)),
        route("ANY", "$default", None),
        route("POST", "/orders", Some(31.0)),
    ];
    let mut deployments = overview.deployments;
    // The stage's own, within the window.
    deployments[2].created = deployments[0].created;
    Read {
        at: overview.at,
        range,
        connection: overview.connection,
        api: overview.read.api,
        stage: overview.read.stages[0].clone(),
        dashboard: dashboard(window),
        before: Some(before),
        routes: Some(Ok(Routes { routes, left_out: 3, completeness: Completeness::Complete })),
        deployments: Ok(deployments),
    }
}

#[test]
fn a_page_fits_80_columns() {
    let page = page::page(&sample(TimeRange::H3), &format(80));
    assert!(page.lines().all(|line| text::width(line) <= 80), "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn a_wide_page_has_higher_charts_and_ascii_is_enough() {
    let mut format = format(130);
    format.ascii = true;
    let read = Read { before: None, routes: None, ..sample(TimeRange::H3) };
    let page = page::page(&read, &format);
    assert!(page.is_ascii(), "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn a_page_fits_wherever_it_is_read() {
    for range in TimeRange::ALL {
        for width in [40, 59, 80, 120, 300] {
            let page = page::page(&Read { routes: None, ..sample(range) }, &format(width));
            assert!(page.lines().all(|line| text::width(line) <= width), "{width}\n{page}");
        }
        assert!(page::page(&sample(range), &format(usize::MAX)).lines().all(|line| text::width(line) < 130));
    }
}

#[test]
fn a_silent_stage_has_no_data_and_no_total() {
    let mut read = sample(TimeRange::H3);
    read.dashboard = Dashboard::empty("prod", read.dashboard.window);
    read.routes = Some(Ok(Routes::default()));
    let page = page::page(&read, &format(80));
    assert_eq!(page.matches(": no data\n").count(), 5, "{page}");
    assert!(page.contains("No route has metrics of its own.\nTurn on detailed metrics"), "{page}");
    assert!(page.contains("Latency: no data\n  103 ms in the 3h before\n"), "{page}");
    assert_eq!(records::json(&read)["totals"]["count"], Value::Null);
}

#[test]
fn a_part_is_drawn_and_not_summed() {
    let mut read = sample(TimeRange::H3);
    read.dashboard.completeness = Completeness::Partial;
    let page = page::page(&read, &format(80));
    assert!(page.contains("! CloudWatch did not tell all the figures of prod"), "{page}");
    assert!(page.contains("Count: –, 10 to 49 a point"), "{page}");
    let json = records::json(&read);
    assert_eq!(
        (&json["completeness"], &json["problem"]["kind"]),
        (&Value::from("partial"), &Value::from("partial"))
    );
    assert!(json["totals"].as_object().unwrap().values().all(Value::is_null), "{}", json["totals"]);
    assert_eq!(read.problem().unwrap().exit_code(), 1);
}

#[test]
fn deployments_that_cannot_be_read_are_no_failure() {
    let unread = Problem::new(ProblemKind::Permission, "Cannot read the deployments", "not authorized");
    let read = Read { deployments: Err(unread), ..sample(TimeRange::H3) };
    assert_eq!(read.problem(), None);
    assert!(page::page(&read, &format(80)).contains("! Cannot read the deployments"));
    let json = records::json(&read);
    assert_eq!((&json["deployments"], &json["problem"]["kind"]), (&Value::Null, &Value::from("permission")));
}

#[test]
fn the_json_has_every_field_and_every_period() {
    let mut json = records::json(&sample(TimeRange::H3));
    let points = json["points"].as_array_mut().unwrap();
    assert_eq!(points.len(), 180);
    assert!(points[60..80].iter().all(|point| point["count"].is_null() && point["rate_5xx"].is_null()));
    assert!(
        points[80..].iter().all(|point| point["rate_5xx"].is_number()),
        "requests without errors are a rate"
    );
    points.drain(2..);
    insta::assert_snapshot!(json_text(&json));
}

#[test]
fn the_csv_says_what_the_json_says() {
    for range in TimeRange::ALL {
        let read = sample(range);
        let csv = records::csv(&read);
        let mut lines = csv.split("\r\n");
        let names: Vec<&str> = lines.next().unwrap().split(',').collect();
        let points = records::json(&read)["points"].as_array().unwrap().clone();
        assert_eq!(csv.matches("\r\n").count(), points.len() + 1);
        assert!(!csv.contains(['"', ' ']));
        for (line, point) in lines.zip(&points) {
            let fields: Vec<&str> = line.split(',').collect();
            assert_eq!(fields.len(), names.len());
            for (name, field) in names.iter().zip(fields) {
                let told = match &point[*name] {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    number => number.to_string(),
                };
                assert_eq!(field, told, "{name} of {line}");
            }
        }
    }
}

#[test]
fn a_stage_is_named_unless_there_is_but_one() {
    let mut read = overview().read;
    assert_eq!(pick(&read, Some("staging")).unwrap().name, "staging");
    let unclear = pick(&read, None).unwrap_err();
    assert_eq!((unclear.exit_code(), unclear.why.as_str()), (2, "Its stages are prod, sandbox, staging."));
    assert_eq!(pick(&read, Some("live")).unwrap_err().kind, ProblemKind::NotFound);
    read.stages.truncate(1);
    assert_eq!(pick(&read, None).unwrap().name, "prod");
    read.stages.clear();
    assert_eq!(pick(&read, None).unwrap_err().kind, ProblemKind::NotFound);
}
