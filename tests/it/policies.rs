//! The policies that apigw prints, against what it really asks of AWS.

use std::collections::BTreeSet;
use std::sync::Arc;

use apigw::aws::{Settings, Transport};
use apigw::config::Store;
use apigw::domain::policy::{PolicyScope, permission_policy};
use apigw::domain::{ApiType, Auth, Capability, Connection, Login, TimeRange, Trial, Window};
use apigw::ops::{Cache, Engine, Setup, StatusRequest};
use apigw::sim::{Cloud, Scenario, Seen, Service, demo};
use jiff::Timestamp;
use serde_json::Value;

fn engine(cloud: &Arc<Cloud>) -> Engine {
    Engine::new(Setup {
        settings: Settings::default(),
        transport: Transport::Embedded(Arc::clone(cloud)),
        connections: Vec::new(),
        for_this_call: Vec::new(),
        access_keys: apigw::config::AccessKeys::new(),
        store: Store::in_memory(Vec::new(), None).unwrap(),
        clock: Arc::new(Timestamp::now),
        cache: Cache::none(),
        history: apigw::ops::History::in_memory(),
    })
}

/// Everything that apigw reads of a connection.
async fn read_everything(engine: &Engine, connection: &Connection) {
    let request = StatusRequest { range: TimeRange::D1, stages: Vec::new() };
    let report = engine.status(std::slice::from_ref(connection), &request).await;
    assert_eq!(report.connections[0].problem, None);
    let name = &report.connections[0].api.as_ref().unwrap().name;
    let stage = &report.connections[0].stages[0].stage.name;
    engine.deployments(connection, |_| ()).await.unwrap();
    engine.domains(connection).await.unwrap();
    let window = Window::settled(TimeRange::H3, engine.now());
    engine.dashboard(connection, name, stage, window).await.unwrap();
    engine.routes(connection, name, stage, window).await.unwrap();
    let login = Login { session: connection.session_key(), access_key: None };
    engine.login_apis(&login, connection.api_type, |_| ()).await.unwrap();
    let trial = Trial {
        login,
        api_type: connection.api_type,
        api_id: Some(connection.api_id.clone()),
        account: None,
        read_only: false,
        capabilities: vec![Capability::View, Capability::Metrics],
    };
    Box::pin(engine.test(&trial)).await;
}

/// What IAM is asked for a request, as the Service Authorization Reference has it; nothing for STS, where every caller may ask who
/// it is, and where a role's trust policy decides.
fn needed(seen: &Seen) -> Option<(String, String)> {
    match seen.service {
        Service::Sts => None,
        Service::CloudWatch => Some((format!("cloudwatch:{}", seen.operation), "*".to_owned())),
        Service::ApiGateway | Service::ApiGatewayV2 => {
            assert!(seen.operation.starts_with("Get"), "{seen:?}");
            let path = seen.path.strip_prefix("/v2").unwrap_or(&seen.path);
            let resource = format!("arn:aws:apigateway:{}::{path}", seen.region);
            Some(("apigateway:GET".to_owned(), resource))
        }
    }
}

/// Whether a resource of a policy covers the one asked for; `*` stands for anything.
fn covers(pattern: &str, resource: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == resource };
    let Some(rest) = resource.strip_prefix(head) else { return false };
    (0..=rest.len()).filter(|at| rest.is_char_boundary(*at)).any(|at| covers(tail, &rest[at..]))
}

/// Each action of a policy with each of its resources.
fn allowed(policy: &str) -> BTreeSet<(String, String)> {
    let policy: Value = serde_json::from_str(policy).unwrap();
    let mut allowed = BTreeSet::new();
    for statement in policy["Statement"].as_array().unwrap() {
        assert_eq!(statement["Effect"], "Allow");
        let action = statement["Action"].as_str().unwrap();
        let resources = match &statement["Resource"] {
            Value::Array(many) => many.clone(),
            one => vec![one.clone()],
        };
        allowed.extend(resources.iter().map(|one| (action.to_owned(), one.as_str().unwrap().to_owned())));
    }
    allowed
}

#[tokio::test(start_paused = true)]
async fn the_policy_to_read_allows_every_operation_that_is_asked_and_no_other() {
    for (api_type, api_id) in [(ApiType::Http, demo::ORDERS_API_ID), (ApiType::Rest, demo::BILLING_API_ID)] {
        let cloud = Arc::new(Cloud::new(Scenario::Demo, 1, Arc::new(Timestamp::now)));
        let connection = Connection::new("any", api_type, api_id, demo::REGION, Auth::Environment);
        Box::pin(read_everything(&engine(&cloud), &connection)).await;
        let asked: BTreeSet<(String, String)> = cloud.requests().iter().filter_map(needed).collect();
        assert!(asked.len() > 5, "{asked:?}");
        for api_id in [Some(api_id.to_owned()), None] {
            let scope = PolicyScope { api_type, api_id, region: demo::REGION.to_owned(), stage: None };
            let policy = permission_policy(&[scope], &[Capability::View, Capability::Metrics]);
            let allowed = allowed(&policy);
            let allows = |(action, resource): &&(String, String)| {
                allowed.iter().any(|(known, pattern)| known == action && covers(pattern, resource))
            };
            let denied: Vec<_> = asked.iter().filter(|one| !allows(one)).collect();
            assert!(denied.is_empty(), "not allowed: {denied:?}\n{policy}");
            let used = |(action, pattern): &&(String, String)| {
                asked.iter().any(|(known, resource)| known == action && covers(pattern, resource))
            };
            let idle: Vec<_> = allowed.iter().filter(|one| !used(one)).collect();
            assert!(idle.is_empty(), "allowed and never asked: {idle:?}");
        }
    }
}

#[test]
fn a_star_stands_for_anything_and_nothing_else_does() {
    assert!(covers("a/*/c", "a/b/c") && covers("*", "x") && covers("a", "a"));
    assert!(!covers("a/*/c", "a/b/d") && !covers("a", "ab") && !covers("a/*/c", "a/c"));
}
