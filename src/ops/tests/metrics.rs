//! One stage over time: refreshed, compared, and cut into its routes.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use super::*;
use crate::domain::{Completeness, Dashboard, RouteFigures, Routes, Window};

/// An embedded AWS by a clock that tests put forward.
fn engine_by(seconds: &Arc<AtomicI64>) -> (Arc<Cloud>, Engine) {
    seconds.store(now().as_second(), Relaxed);
    let clock = Arc::clone(seconds);
    engine_at(Scenario::Demo, Arc::new(move || Timestamp::from_second(clock.load(Relaxed)).unwrap()))
}

fn billing() -> Connection {
    connection(ApiType::Rest, demo::BILLING_API_ID)
}

fn orders() -> Connection {
    connection(ApiType::Http, demo::ORDERS_API_ID)
}

#[tokio::test]
async fn a_refreshed_dashboard_equals_a_fresh_one() {
    for (connection, name, stage) in [(orders(), "orders", "staging"), (billing(), "billing", "v1")] {
        for range in TimeRange::ALL {
            let seconds = Arc::default();
            let (_cloud, engine) = engine_by(&seconds);
            let read =
                async |window: Window| engine.dashboard(&connection, name, stage, window).await.unwrap();
            let mut kept = read(Window::aligned(range, engine.now())).await;
            for (later, whole) in [(60, false), (61, false), (1, false), (47 * 60, false), (8 * 86_400, true)]
            {
                seconds.fetch_add(later, Relaxed);
                let window = Window::aligned(range, engine.now());
                let asked = kept.to_ask(window);
                assert_eq!(asked == window, whole, "{range} after {later} s");
                kept.join(read(asked).await, window);
                assert_eq!(kept, read(window).await, "{stage} {range} after {later} s");
                assert!(kept.count.sum() > Some(0.0));
            }
        }
    }
}

#[tokio::test]
async fn what_came_in_part_is_marked_and_mended_by_the_next_read() {
    let seconds = Arc::default();
    let (cloud, engine) = engine_by(&seconds);
    let connection = orders();
    let window = Window::aligned(TimeRange::H3, engine.now());
    cloud.inject(Fault::new(What::Partial).times(1));
    let mut kept = engine.dashboard(&connection, "orders", "prod", window).await.unwrap();
    assert_eq!((kept.completeness, kept.figures().count), (Completeness::Partial, None));
    assert!(!kept.count.points().is_empty());
    assert_eq!(kept.to_ask(window), window);
    kept.join(engine.dashboard(&connection, "orders", "prod", window).await.unwrap(), window);
    assert!(kept.completeness == Completeness::Complete && kept.figures().count > Some(0.0));
}

#[tokio::test]
async fn a_read_costs_what_is_said() {
    let seconds = Arc::default();
    let (_cloud, engine) = engine_by(&seconds);
    let window = Window::aligned(TimeRange::H1, engine.now());
    engine.dashboard(&billing(), "billing", "v2", window).await.unwrap();
    assert_eq!(engine.usage().metrics, Dashboard::METRICS);
}

fn worst(routes: &Routes, figure: fn(&RouteFigures) -> Option<f64>) -> (&str, &str, f64) {
    let known = routes.routes.iter().filter_map(|route| Some((route, figure(route)?)));
    let (route, value) = known.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    (&route.method, &route.resource, value)
}

#[tokio::test]
async fn routes_sum_to_their_stage_and_tell_where_it_fails() {
    let of_orders = (orders(), "orders", "staging", 8, ("POST", "/orders"), ("GET", "/orders/{id}"));
    let of_billing = (billing(), "billing", "v1", 5, ("POST", "/invoices"), ("GET", "/invoices/{id}"));
    for (connection, name, stage, number, failing, slow) in [of_orders, of_billing] {
        for range in [TimeRange::H1, TimeRange::D1, TimeRange::W1] {
            let seconds = Arc::default();
            let (_cloud, engine) = engine_by(&seconds);
            let window = Window::aligned(range, engine.now());
            let routes = engine.routes(&connection, name, stage, window).await.unwrap();
            let whole = engine.dashboard(&connection, name, stage, window).await.unwrap().figures();
            assert_eq!((routes.routes.len(), routes.left_out), (number, 0));
            let sum = |of: fn(&RouteFigures) -> Option<f64>| routes.routes.iter().filter_map(of).sum::<f64>();
            assert_eq!(Some(sum(|route| route.count)), whole.count);
            assert_eq!(Some(sum(|route| route.errors_4xx)), whole.errors_4xx);
            assert_eq!(Some(sum(|route| route.errors_5xx)), whole.errors_5xx);
            let weighed = sum(|route| Some(route.latency_avg_ms? * route.count?)) / whole.count.unwrap();
            assert!((weighed - whole.latency_avg_ms.unwrap()).abs() < 1e-6, "{weighed} {whole:?}");
            let (method, resource, rate) = worst(&routes, RouteFigures::rate_5xx);
            assert_eq!((method, resource), failing, "{range}");
            assert!(rate > 3.0 * whole.rate_5xx().unwrap());
            let (method, resource, mean) = worst(&routes, |route| route.latency_avg_ms);
            assert_eq!((method, resource), slow, "{range}");
            assert!(mean > 1.5 * whole.latency_avg_ms.unwrap());
        }
    }
}

#[tokio::test]
async fn without_detailed_metrics_there_are_no_routes_and_without_permission_it_is_named() {
    let seconds = Arc::default();
    let (cloud, engine) = engine_by(&seconds);
    let window = Window::aligned(TimeRange::H1, engine.now());
    let routes = engine.routes(&billing(), "billing", "dev", window).await.unwrap();
    assert_eq!(routes, Routes::default());
    cloud.inject(Fault::new(What::AccessDenied).on("ListMetrics"));
    let problem = engine.routes(&billing(), "billing", "v1", window).await.unwrap_err();
    assert_eq!(problem.denied.unwrap().action, "cloudwatch:ListMetrics");
    assert!(engine.dashboard(&billing(), "billing", "v1", window).await.is_ok(), "the rest still works");
}
