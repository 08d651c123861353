//! The engine on the embedded AWS: how often it asks, and what it forgets.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::*;
use crate::aws::{AccessKey, Settings, Transport};
use crate::domain::{ApiType, Auth, Connection, ProblemKind, Secret, Thresholds};
use crate::sim::{Cloud, Fault, Scenario, What, demo};

fn now() -> Timestamp {
    "2026-11-23T10:04:59Z".parse().unwrap()
}

/// An embedded AWS, and an engine that asks it.
fn engine(scenario: Scenario) -> (Arc<Cloud>, Engine) {
    let cloud = Arc::new(Cloud::new(scenario, 1, Arc::new(now)));
    let key = AccessKey {
        id: demo::ACCESS_KEY_ID.into(),
        secret: Secret::new(demo::SECRET.into()),
        session_token: None,
    };
    let setup = Setup {
        settings: Settings::default(),
        transport: Transport::Embedded(Arc::clone(&cloud)),
        access_keys: BTreeMap::from([("any".to_owned(), key)]),
        clock: Arc::new(now),
        cache: Cache::none(),
    };
    (cloud, Engine::new(setup))
}

fn connection(api_type: ApiType, api_id: &str) -> Connection {
    Connection {
        nickname: api_id.to_owned(),
        api_type,
        api_id: api_id.to_owned(),
        region: demo::REGION.to_owned(),
        auth: Auth::AccessKey { id: demo::ACCESS_KEY_ID.to_owned() },
        account: None,
        protected: false,
        read_only: false,
        thresholds: Thresholds::default(),
        schema: None,
        refresh: None,
    }
}

#[tokio::test(start_paused = true)]
async fn credentials_that_were_turned_down_are_forgotten_and_others_kept() {
    let (cloud, engine) = engine(Scenario::Demo);
    let orders = connection(ApiType::Http, demo::ORDERS_API_ID);
    let before = engine.session(&orders).await.unwrap();
    for (what, kept) in
        [(What::ServerError(503), true), (What::AccessDenied, true), (What::ExpiredToken, false)]
    {
        cloud.inject(Fault::new(what));
        let problem = engine.stages(&orders).await.unwrap_err();
        assert_eq!(problem.kind == ProblemKind::Credentials, !kept, "{problem:?}");
        assert_eq!(engine.session(&orders).await.unwrap().is(&before), kept, "{what:?}");
        cloud.clear_faults();
    }
    let after = engine.session(&orders).await.unwrap();
    let late: Result<(), _> = Err(crate::domain::Problem::new(ProblemKind::Credentials, "", ""));
    assert!(engine.heed(&orders, &before, late).is_err());
    assert!(engine.session(&orders).await.unwrap().is(&after), "the answer was an earlier session's");
}
