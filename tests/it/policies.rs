//! The policies that apigw prints, against what it really asks of AWS.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use apigw::aws::{Aws, Settings, Transport, WriteRules};
use apigw::config::Store;
use apigw::domain::policy::{PolicyScope, permission_policy};
use apigw::domain::{
    ApiType, Auth, Capability, Connection, Consent, ImportRequest, Intent, Login, PushOptions, Risk,
    SchemaChoice, TimeRange, Trial, Window, WriteResult,
};
use apigw::ops::{Cache, Engine, Setup, StatusRequest};
use apigw::sim::{Cloud, Scenario, Seen, Service, demo};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

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

/// A connection of the demo, and what of it can be written to.
struct Writable {
    connection: Connection,
    /// A stage that is deployed by request.
    stage: &'static str,
    /// Another one that is deployed.
    other: &'static str,
    /// A stage that deploys by itself, or one with a canary.
    special: &'static str,
}

impl Writable {
    fn of(api_type: ApiType) -> Self {
        let (api_id, stage, other, special) = match api_type {
            ApiType::Http => (demo::ORDERS_API_ID, "staging", "prod", "$default"),
            ApiType::Rest => (demo::BILLING_API_ID, "dev", "v1", "v2"),
        };
        let connection = Connection::new("any", api_type, api_id, demo::REGION, Auth::Environment);
        Self { connection, stage, other, special }
    }
}

fn deploy(schema: Option<&Path>, stage: Option<&str>, extensions_from: Option<&str>) -> Intent {
    Intent::Deploy {
        schema: schema.map(|file| SchemaChoice { file: file.to_owned(), revision: None }),
        stage: stage.map(str::to_owned),
        description: None,
        extensions_from: extensions_from.map(str::to_owned),
        options: PushOptions { allow_warnings: true, ..PushOptions::default() },
    }
}

/// Everything that apigw writes to an API.
async fn write_everything(cloud: &Arc<Cloud>, engine: &Engine, writable: &Writable) {
    let Writable { connection, stage, other, special } = writable;
    let is_rest = connection.api_type == ApiType::Rest;
    let import = ImportRequest { stage: Some((*stage).to_owned()), file: None, format: None };
    engine.plan_import(connection, &import).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut intents = Vec::new();
    for (number, target) in [None, Some(*stage), Some(*special)].into_iter().enumerate() {
        if is_rest && target == Some(*special) {
            continue;
        }
        let mut document = cloud.working(&connection.api_id).unwrap();
        for route in 0..=number {
            document["paths"][format!("/new{route}")] = json!({ "get": {
                "responses": { "200": { "description": "fine" } },
                "x-amazon-apigateway-integration":
                    { "type": "http_proxy", "httpMethod": "GET", "uri": "https://x.example", "payloadFormatVersion": "1.0" },
            } });
        }
        let file = folder.path().join(format!("{number}.json"));
        fs::write(&file, document.to_string()).unwrap();
        intents.push(deploy(Some(&file), target, is_rest.then_some(*stage)));
    }
    intents.push(deploy(None, Some(stage), None));
    intents.push(Intent::RollBack { stage: (*stage).to_owned(), to: None, with_schema: false });
    intents.push(Intent::Promote { from: (*other).to_owned(), to: (*stage).to_owned() });
    if is_rest {
        intents.push(Intent::EndCanary { stage: (*special).to_owned(), promote: true });
    }
    let consent =
        Consent { yes: true, nickname: None, risks: vec![Risk::Delete, Risk::Exposure, Risk::Breaking] };
    for intent in intents {
        let plan = engine
            .plan(connection, &intent)
            .await
            .unwrap_or_else(|problem| panic!("{intent:?}: {problem:?}"));
        let done = engine.carry_out(connection, &plan, &consent, |_| ()).await.unwrap();
        assert!(matches!(done.result, WriteResult::Deployed | WriteResult::Exported), "{intent:?}: {done:?}");
    }
    let aws = Aws::new(Transport::Embedded(Arc::clone(cloud)), Settings::default());
    let session = aws.open(&connection.session_key(), None).await.unwrap();
    let rules = WriteRules::default();
    let writer = session.writer(connection.api_type, &connection.api_id, &rules).await.unwrap();
    if !is_rest {
        writer.restore_settings(Some(false)).await.unwrap();
    }
}

/// What IAM is asked for a request, as the Service Authorization Reference has it; nothing for STS, where every caller may ask who
/// it is, and where a role's trust policy decides.
fn needed(seen: &Seen) -> Option<(String, String)> {
    let verb = match seen.operation.as_str() {
        "ReimportApi" | "PutRestApi" => "PUT",
        operation if operation.starts_with("Create") => "POST",
        operation if operation.starts_with("Update") => "PATCH",
        operation => {
            assert!(
                operation.starts_with("Get") || operation == "ExportApi" || operation == "ListMetrics",
                "{seen:?}"
            );
            "GET"
        }
    };
    match seen.service {
        Service::Sts => None,
        Service::CloudWatch => Some((format!("cloudwatch:{}", seen.operation), "*".to_owned())),
        Service::ApiGateway | Service::ApiGatewayV2 => {
            let path = seen.path.strip_prefix("/v2").unwrap_or(&seen.path).replace("%24", "$");
            let resource = format!("arn:aws:apigateway:{}::{path}", seen.region);
            Some((format!("apigateway:{verb}"), resource))
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

/// Holds the policy for these capabilities to what was asked: it allows all of it, and nothing that nobody asked for.
fn hold(asked: &BTreeSet<(String, String)>, connection: &Connection, capabilities: &[Capability]) {
    for api_id in [Some(connection.api_id.clone()), None] {
        let api_type = connection.api_type;
        let scope = PolicyScope { api_type, api_id, region: demo::REGION.to_owned(), stage: None };
        let policy = permission_policy(&[scope], capabilities);
        let allowed = allowed(&policy);
        let allows = |(action, resource): &&(String, String)| {
            allowed.iter().any(|(known, pattern)| known == action && covers(pattern, resource))
        };
        let denied: Vec<_> = asked.iter().filter(|one| !allows(one)).collect();
        assert!(denied.is_empty(), "not allowed: {denied:?}\n{policy}");
        let used = |(action, pattern): &&(String, String)| {
            asked.iter().any(|(known, resource)| known == action && covers(pattern, resource))
        };
        // Asked for by AWS itself, when a document has a resource policy.
        let implied = |(action, _): &&(String, String)| action == "apigateway:UpdateRestApiPolicy";
        let idle: Vec<_> = allowed.iter().filter(|one| !used(one) && !implied(one)).collect();
        assert!(idle.is_empty(), "allowed and never asked: {idle:?}");
    }
}

fn cloud() -> Arc<Cloud> {
    let start = tokio::time::Instant::now();
    let began = Timestamp::now();
    let clock = move || began + SignedDuration::try_from(start.elapsed()).unwrap();
    Arc::new(Cloud::new(Scenario::Demo, 1, Arc::new(clock)))
}

fn asked(cloud: &Cloud) -> BTreeSet<(String, String)> {
    cloud.requests().iter().filter_map(needed).collect()
}

#[tokio::test(start_paused = true)]
async fn the_policy_to_read_allows_every_operation_that_is_asked_and_no_other() {
    for api_type in [ApiType::Http, ApiType::Rest] {
        let (cloud, connection) = (cloud(), Writable::of(api_type).connection);
        Box::pin(read_everything(&engine(&cloud), &connection)).await;
        let asked = asked(&cloud);
        assert!(asked.len() > 5, "{asked:?}");
        hold(&asked, &connection, &[Capability::View, Capability::Metrics]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_policy_for_everything_allows_every_write_with_its_reads_and_no_other() {
    for api_type in [ApiType::Http, ApiType::Rest] {
        let (cloud, writable) = (cloud(), Writable::of(api_type));
        let engine = engine(&cloud);
        Box::pin(read_everything(&engine, &writable.connection)).await;
        Box::pin(write_everything(&cloud, &engine, &writable)).await;
        hold(&asked(&cloud), &writable.connection, &Capability::ALL);
    }
}

#[test]
fn a_star_stands_for_anything_and_nothing_else_does() {
    assert!(covers("a/*/c", "a/b/c") && covers("*", "x") && covers("a", "a"));
    assert!(!covers("a/*/c", "a/b/d") && !covers("a", "ab") && !covers("a/*/c", "a/c"));
}
