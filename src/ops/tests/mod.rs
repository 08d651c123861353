//! The engine on the embedded AWS: how often it asks, and what it forgets.

mod metrics;
mod sign_in;
mod trial;
mod writes;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::*;
use crate::aws::{Session, Settings, Transport};
use crate::config::Store;
use crate::domain::{
    AccessKey, ApiType, Auth, Connection, ConnectionStatus, Problem, ProblemKind, RoleAuth, Secret, TimeRange,
};
use crate::sim::{Cloud, Fault, Scenario, What, demo};

fn now() -> Timestamp {
    "2026-11-23T10:04:59Z".parse().unwrap()
}

/// An embedded AWS, and an engine that asks it.
fn engine(scenario: Scenario) -> (Arc<Cloud>, Engine) {
    engine_at(scenario, Arc::new(now))
}

/// The same by another clock.
fn engine_at(scenario: Scenario, clock: Clock) -> (Arc<Cloud>, Engine) {
    let cloud = Arc::new(Cloud::new(scenario, 1, Arc::clone(&clock)));
    let engine = engine_on(&cloud, clock, History::in_memory());
    (cloud, engine)
}

/// An engine that asks this cloud and has this history.
fn engine_on(cloud: &Arc<Cloud>, clock: Clock, history: History) -> Engine {
    let key = AccessKey {
        id: demo::ACCESS_KEY_ID.into(),
        secret: Secret::new(demo::SECRET.into()),
        session_token: None,
    };
    let setup = Setup {
        settings: Settings::default(),
        transport: Transport::Embedded(Arc::clone(cloud)),
        connections: Vec::new(),
        for_this_call: Vec::new(),
        access_keys: BTreeMap::from([("any".to_owned(), Ok(key))]),
        store: Store::in_memory(Vec::new(), None).unwrap(),
        clock,
        cache: Cache::none(),
        history,
    };
    Engine::new(setup)
}

fn connection(api_type: ApiType, api_id: &str) -> Connection {
    Connection::new(
        api_id,
        api_type,
        api_id,
        demo::REGION,
        Auth::AccessKey { id: demo::ACCESS_KEY_ID.to_owned() },
    )
}

async fn session_of(engine: &Engine, connection: &Connection) -> Result<Session, Problem> {
    engine.shared(&connection.session_key(), || engine.access_key(connection)).await
}

#[tokio::test(start_paused = true)]
async fn credentials_that_were_turned_down_are_forgotten_and_others_kept() {
    let (cloud, engine) = engine(Scenario::Demo);
    let orders = connection(ApiType::Http, demo::ORDERS_API_ID);
    let before = session_of(&engine, &orders).await.unwrap();
    for (what, kept) in
        [(What::ServerError(503), true), (What::AccessDenied, true), (What::ExpiredToken, false)]
    {
        cloud.inject(Fault::new(what));
        let problem = engine.stages(&orders).await.unwrap_err();
        assert_eq!(problem.kind == ProblemKind::Credentials, !kept, "{problem:?}");
        assert_eq!(session_of(&engine, &orders).await.unwrap().is(&before), kept, "{what:?}");
        cloud.clear_faults();
    }
    let after = session_of(&engine, &orders).await.unwrap();
    let late: Result<(), _> = Err(Problem::new(ProblemKind::Credentials, "", ""));
    assert!(engine.heed(&orders.session_key(), &before, late).is_err());
    assert!(session_of(&engine, &orders).await.unwrap().is(&after), "the answer was an earlier session's");
}

fn asked(cloud: &Cloud, operation: &str) -> usize {
    cloud.requests().iter().filter(|seen| seen.operation == operation).count()
}

/// How often `GetApis`, `GetApi`, `GetRestApis` and `GetRestApi` were asked.
fn asked_for_apis(cloud: &Cloud) -> [usize; 4] {
    ["GetApis", "GetApi", "GetRestApis", "GetRestApi"].map(|operation| asked(cloud, operation))
}

fn all_of(cloud: &Cloud) -> Vec<Connection> {
    let of = |rest| if rest { ApiType::Rest } else { ApiType::Http };
    cloud.apis().iter().map(|held| connection(of(held.rest), &held.id)).collect()
}

fn hour() -> StatusRequest {
    StatusRequest { range: TimeRange::H1, stages: Vec::new() }
}

#[tokio::test(start_paused = true)]
async fn many_apis_are_listed_and_say_the_same_as_each_by_itself() {
    let (cloud, engine) = engine(Scenario::Demo);
    let mut connections = all_of(&cloud);
    connections.retain(|connection| connection.api_id != demo::REPORTS_API_ID);
    let report = engine.status(&connections, &hour()).await;
    assert_eq!(asked_for_apis(&cloud), [1, 0, 1, 0]);
    for status in &report.connections {
        assert_eq!(status.problem, None);
        let alone = engine.stages(&status.connection).await.unwrap();
        assert_eq!(status.api.as_ref(), Some(&alone.api));
        let stages: Vec<_> = status.stages.iter().map(|status| status.stage.clone()).collect();
        assert_eq!(stages, alone.stages);
    }
    let blended =
        |status: &ConnectionStatus| status.api.as_ref().is_some_and(|api| !api.blended_with.is_empty());
    assert!(report.connections.iter().any(blended), "the two REST APIs of one name are among them");
}

#[tokio::test(start_paused = true)]
async fn few_apis_are_asked_for_one_by_one() {
    let (cloud, engine) = engine(Scenario::Demo);
    let few = [(ApiType::Http, demo::ORDERS_API_ID), (ApiType::Http, demo::INVENTORY_API_ID)];
    let mut few = few.map(|(api_type, id)| connection(api_type, id)).to_vec();
    few.push(few[0].clone());
    engine.status(&few, &hour()).await;
    assert_eq!(asked_for_apis(&cloud), [0, 3, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn where_the_list_is_denied_or_lacks_an_api_it_is_asked_for() {
    let (cloud, engine) = engine(Scenario::Demo);
    for operation in ["GetApis", "GetRestApis"] {
        cloud.inject(Fault::new(What::AccessDenied).on(operation));
    }
    let mut connections = all_of(&cloud);
    connections.retain(|connection| connection.api_id != demo::REPORTS_API_ID);
    let rest = connections.iter().filter(|connection| connection.api_type == ApiType::Rest).count();
    let http = connections.len() - rest;
    let report = engine.status(&connections, &hour()).await;
    assert!(report.connections.iter().all(|status| status.problem.is_none()), "{report:?}");
    assert_eq!(asked_for_apis(&cloud), [1, http, 1, rest]);
    cloud.clear_faults();
    connections.push(connection(ApiType::Http, demo::CHAT_API_ID));
    connections.push(connection(ApiType::Http, "n0wh3r3"));
    let report = engine.status(&connections, &hour()).await;
    let problem = |id: &str| {
        let status = report.connections.iter().find(|status| status.connection.api_id == id).unwrap();
        status.problem.clone().unwrap()
    };
    assert_eq!(problem(demo::CHAT_API_ID).why, "It is a WebSocket API.");
    assert_eq!(problem("n0wh3r3").kind, ProblemKind::NotFound);
    assert_eq!(asked_for_apis(&cloud), [2, http + 2, 2, rest]);
}

#[tokio::test(start_paused = true)]
async fn the_clock_of_the_embedded_aws_is_the_one_that_signs() {
    let (cloud, engine) = engine(Scenario::Demo);
    let role = RoleAuth {
        arn: demo::ROLE_ARN.to_owned(),
        external_id: Some(demo::EXTERNAL_ID.to_owned()),
        ..RoleAuth::default()
    };
    let orders = Connection { auth: Auth::Role(role), ..connection(ApiType::Http, demo::ORDERS_API_ID) };
    cloud.inject(Fault::new(What::AccessDenied).on("GetApi"));
    for _ in 0..2 {
        engine.stages(&orders).await.unwrap_err();
    }
    assert_eq!(asked(&cloud, "AssumeRole"), 1, "its session has not ended");
    assert_eq!(asked(&cloud, "GetApi"), 2, "no skew is seen, so nothing is asked again");
}
