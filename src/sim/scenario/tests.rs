//! What the scenarios hold, as callers would find it.

use jiff::Timestamp;

use super::*;
use crate::sim::apigatewayv2::{Api, DeploymentStatus};
use crate::sim::traffic::Minute;

const MINUTES_OF_A_WEEK: i64 = 7 * 24 * 60;

fn now() -> Timestamp {
    crate::sim::tests::NOW.parse().unwrap()
}

fn region(scenario: Scenario) -> Region {
    let mut state = scenario.build(7, now());
    state.regions.remove(&(demo::ACCOUNT_ID.to_owned(), demo::REGION.to_owned())).unwrap_or_default()
}

/// Requests, 4xx and 5xx of the last `minutes` whole minutes.
fn callers(traffic: &Traffic, minutes: i64) -> (u64, u64, u64) {
    let present = now().as_second() / 60;
    let of_each = (present - minutes..present).map(|minute| traffic.minute(minute));
    of_each.fold((0, 0, 0), |sum, Minute { count, errors_4xx, errors_5xx, .. }| {
        (sum.0 + count, sum.1 + errors_4xx, sum.2 + errors_5xx)
    })
}

fn orders(region: &Region, stage: &str) -> Traffic {
    let api = region.apis.iter().find(|api| api.api_id == demo::ORDERS_API_ID).unwrap();
    api.stages.iter().find(|found| found.stage_name == stage).unwrap().traffic.clone()
}

fn billing(region: &Region, stage: &str) -> Traffic {
    let api = region.rest_apis.iter().find(|api| api.id == demo::BILLING_API_ID).unwrap();
    api.stages.iter().find(|found| found.stage_name == stage).unwrap().traffic.clone()
}

#[test]
fn the_same_seed_and_time_give_the_same_cloud() {
    let written = |seed| {
        let state = Scenario::Demo.build(seed, now());
        format!("{:?}", state.regions)
    };
    assert_eq!(written(7), written(7));
    assert_ne!(written(7), written(8));
}

#[test]
fn production_is_busy_and_well() {
    let (count, errors_4xx, errors_5xx) =
        callers(&orders(&region(Scenario::Demo), "prod"), MINUTES_OF_A_WEEK);
    assert!((1_100_000..1_300_000).contains(&count), "{count}");
    assert!(errors_4xx > 0 && errors_5xx * 1000 < count);
}

#[test]
fn staging_fails_in_the_last_hour_only() {
    let staging = orders(&region(Scenario::Demo), "staging");
    let (count, _, errors) = callers(&staging, 60);
    let rate = errors as f64 / count as f64;
    assert!((0.045..0.08).contains(&rate), "{rate}");
    let (week, _, errors_of_week) = callers(&staging, MINUTES_OF_A_WEEK);
    assert_eq!(errors_of_week, errors);
    assert!(week > 100 * count);
}

#[test]
fn one_billing_stage_ails_and_one_is_quiet() {
    let region = region(Scenario::Demo);
    let (count, _, errors) = callers(&billing(&region, "v1"), 60);
    let rate = errors as f64 / count as f64;
    assert!((0.015..0.04).contains(&rate) && errors >= 5, "{rate}, {errors}");
    assert_eq!(callers(&billing(&region, "beta"), MINUTES_OF_A_WEEK), (0, 0, 0));
    assert_eq!(callers(&orders(&region, "sandbox"), MINUTES_OF_A_WEEK), (0, 0, 0));
}

#[test]
fn a_quiet_stage_has_a_single_error_in_the_hour() {
    let region = region(Scenario::Demo);
    let api = region.apis.iter().find(|api| api.api_id == demo::INVENTORY_API_ID).unwrap();
    let partner = api.stages.iter().find(|stage| stage.stage_name == "partner").unwrap();
    let (count, _, errors) = callers(&partner.traffic, 60);
    assert!(count < 30 && errors == 1, "{count}, {errors}");
}

#[test]
fn apis_of_one_name_publish_under_the_same_dimensions() {
    let region = region(Scenario::Demo);
    let legacy = [("ApiName".to_owned(), "legacy".to_owned()), ("Stage".to_owned(), "prod".to_owned())];
    assert_eq!(region.sources().iter().filter(|source| source.dimensions == legacy).count(), 2);
}

#[test]
fn websocket_apis_publish_no_requests() {
    let chat = |dimension: &(String, String)| dimension.1 == demo::CHAT_API_ID;
    assert!(!region(Scenario::Demo).sources().iter().any(|source| source.dimensions.iter().any(chat)));
}

#[test]
fn live_deployments_exist_and_none_lies_in_the_future() {
    let live = |api: &Api| {
        for stage in &api.stages {
            assert!(stage.last_updated_date <= now() && stage.created_date <= stage.last_updated_date);
            let Some(id) = &stage.deployment_id else { continue };
            let deployment =
                api.deployments.iter().find(|deployment| deployment.deployment_id == *id).unwrap();
            assert_eq!(deployment.deployment_status, DeploymentStatus::Deployed);
        }
        assert!(api.deployments.iter().all(|deployment| deployment.created_date <= now()));
    };
    for scenario in [Scenario::Demo, Scenario::Large] {
        let region = region(scenario);
        region.apis.iter().for_each(live);
        for api in &region.rest_apis {
            for stage in &api.stages {
                assert!(api.deployments.iter().any(|deployment| deployment.id == stage.deployment_id));
            }
        }
    }
}

#[test]
fn ids_are_unique() {
    let region = region(Scenario::Large);
    let largest = region.apis.iter().find(|api| api.api_id == demo::LARGEST_API_ID).unwrap();
    let mut ids: Vec<&str> =
        largest.deployments.iter().map(|deployment| deployment.deployment_id.as_str()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 10_000);
}

#[test]
fn large_is_large_and_empty_is_empty() {
    let large = region(Scenario::Large);
    assert_eq!(large.apis.len() + large.rest_apis.len(), 30);
    assert!(large.apis.iter().all(|api| api.stages.len() == 10));
    assert!(large.rest_apis.iter().all(|api| api.stages.len() == 10));
    assert_eq!(large.sources().len(), 300);
    assert!(Scenario::Empty.build(7, now()).regions.is_empty());
}

#[test]
fn descriptions_hold_what_people_type() {
    let region = region(Scenario::Demo);
    let orders = region.apis.iter().find(|api| api.api_id == demo::ORDERS_API_ID).unwrap();
    let descriptions = || orders.deployments.iter().map(|deployment| deployment.description.as_deref());
    assert!(
        descriptions().any(|text| text.is_some_and(|text| text.contains('\u{1b}') && text.contains('注')))
    );
    assert!(descriptions().any(|text| text.is_none()));
    assert!(descriptions().any(|text| text.is_some_and(|text| text.contains('\n'))));
}

#[test]
fn scenarios_are_read_by_name() {
    assert_eq!("large".parse(), Ok(Scenario::Large));
    assert_eq!(Scenario::default(), Scenario::Demo);
    let error = "huge".parse::<Scenario>().unwrap_err().to_string();
    assert_eq!(error, "`huge` is no scenario; there are demo, large and empty");
}
