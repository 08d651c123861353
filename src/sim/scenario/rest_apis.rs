//! The demo's REST APIs.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::releases::{Release, history};
use super::{ACCESS_LOG_FORMAT, Setting, invocation_uri, log_group, texts};
use crate::sim::apigateway::{
    AccessLogSettings, CanarySettings, Deployment, EndpointConfiguration, Method, MethodSettings, Resource,
    RestApi, Stage,
};
use crate::sim::demo;
use crate::sim::export::{AUTHTYPE, INTEGRATION, path_parameters};
use crate::sim::traffic::{Shape, Traffic};

/// All of them, in no particular order.
pub fn all(setting: &Setting) -> Vec<RestApi> {
    vec![
        legacy(setting, demo::LEGACY_API_ID, "The old shop, south", 14.0),
        billing(setting),
        ledger(setting),
        legacy(setting, demo::LEGACY_TWIN_API_ID, "The old shop, north", 31.0),
    ]
}

fn billing(setting: &Setting) -> RestApi {
    let mut api = new_api(setting, demo::BILLING_API_ID, "billing");
    api.description = Some("Invoices and payments".to_owned());
    api.version = Some("2026-03-01".to_owned());
    api.binary_media_types = vec!["application/pdf".to_owned()];
    let releases = history(setting, "billing", 5, 44, 6 * 60);
    let id = |age: usize| releases.get(age).map(|release| release.id.clone()).unwrap_or_default();
    let canary = CanarySettings {
        percent_traffic: 10.0,
        deployment_id: id(0),
        stage_variable_overrides: texts([("ledger", "ledger-next")]),
        use_stage_cache: false,
    };
    api.stages = vec![
        Stage { deployment_id: id(2), canary_settings: Some(canary), ..billing_v2(setting) },
        Stage { deployment_id: id(19), ..billing_v1(setting) },
        Stage { deployment_id: id(0), last_updated_date: setting.hours_ago(6), ..billing_dev(setting) },
        Stage {
            deployment_id: id(7),
            description: Some("For partners; nobody calls it yet".to_owned()),
            ..new_stage(setting, "beta", setting.callers("billing/beta", Shape::Silent))
        },
    ];
    api.deployments = releases.into_iter().map(deployment).collect();
    let paths = [
        ("/invoices", &["GET", "POST"][..]),
        ("/invoices/{id}", &["GET", "DELETE"]),
        ("/payments", &["POST"]),
    ];
    add_resources(&mut api, setting, &paths);
    sorted(api)
}

/// Ails: two or three requests of a hundred fail.
fn billing_v1(setting: &Setting) -> Stage {
    let callers = setting.callers("billing/v1", Shape::DayAndNight { per_minute_at_noon: 240.0 });
    let traffic = Traffic { errors_4xx: 0.008, errors_5xx: 0.026, latency_ms: 320.0, ..callers };
    Stage {
        description: Some("First version, until the end of the year".to_owned()),
        variables: texts([("ledger", "ledger-1")]),
        method_settings: BTreeMap::from([("*/*".to_owned(), method_settings())]),
        last_updated_date: setting.days_ago(33),
        ..new_stage(setting, "v1", traffic)
    }
}

/// Healthy, with the newest deployment on trial.
fn billing_v2(setting: &Setting) -> Stage {
    let callers = setting.callers("billing/v2", Shape::DayAndNight { per_minute_at_noon: 130.0 });
    let traffic = Traffic { errors_4xx: 0.005, errors_5xx: 0.0003, latency_ms: 95.0, ..callers };
    Stage {
        description: Some("Current version".to_owned()),
        variables: texts([("ledger", "ledger-2"), ("currency", "EUR")]),
        method_settings: BTreeMap::from([("*/*".to_owned(), method_settings())]),
        access_log_settings: Some(AccessLogSettings {
            format: ACCESS_LOG_FORMAT.to_owned(),
            destination_arn: log_group(demo::REGION, "billing-v2"),
        }),
        tracing_enabled: true,
        tags: texts([("environment", "production")]),
        last_updated_date: setting.hours_ago(6),
        ..new_stage(setting, "v2", traffic)
    }
}

/// Developers try things: many requests are wrong, few are answered badly.
fn billing_dev(setting: &Setting) -> Stage {
    let callers = setting.callers("billing/dev", Shape::DayAndNight { per_minute_at_noon: 2.0 });
    new_stage(setting, "dev", Traffic { errors_4xx: 0.07, latency_ms: 150.0, ..callers })
}

/// Two of these have one name, so that CloudWatch cannot tell them apart.
fn legacy(setting: &Setting, id: &str, description: &str, per_minute_at_noon: f64) -> RestApi {
    let mut api = new_api(setting, id, "legacy");
    api.description = Some(description.to_owned());
    api.endpoint_configuration.types = vec!["EDGE"];
    let releases = history(setting, id, 1, 9, 70 * 24 * 60);
    let newest = releases.first().map(|release| release.id.clone()).unwrap_or_default();
    let callers = setting.callers(&format!("{id}/prod"), Shape::DayAndNight { per_minute_at_noon });
    let traffic = Traffic { errors_4xx: 0.02, errors_5xx: 0.001, latency_ms: 210.0, ..callers };
    api.stages = vec![Stage { deployment_id: newest, ..new_stage(setting, "prod", traffic) }];
    api.deployments = releases.into_iter().map(deployment).collect();
    add_resources(&mut api, setting, &[("/shop", &["ANY"]), ("/shop/{proxy+}", &["ANY"])]);
    sorted(api)
}

/// Reached from its VPC only.
fn ledger(setting: &Setting) -> RestApi {
    let mut api = new_api(setting, demo::LEDGER_API_ID, "ledger");
    api.endpoint_configuration = EndpointConfiguration {
        types: vec!["PRIVATE"],
        ip_address_type: "dualstack",
        vpc_endpoint_ids: vec!["vpce-0a1b2c3d4e5f60718".to_owned()],
    };
    api.policy = Some(private_policy());
    let releases = history(setting, "ledger", 3, 21, 4 * 24 * 60);
    let newest = releases.first().map(|release| release.id.clone()).unwrap_or_default();
    let callers = setting.callers("ledger/prod", Shape::Steady { per_minute: 22.0 });
    let traffic = Traffic { latency_ms: 35.0, ..callers };
    api.stages = vec![Stage { deployment_id: newest, ..new_stage(setting, "prod", traffic) }];
    api.deployments = releases.into_iter().map(deployment).collect();
    add_resources(&mut api, setting, &[("/entries", &["GET", "POST"]), ("/entries/{id}", &["GET"])]);
    read_entries_from_the_archive(&mut api);
    sorted(api)
}

/// One integration without Lambda: it passes the id on to another server, and maps the answer.
fn read_entries_from_the_archive(api: &mut RestApi) {
    let entry = api.resources.iter_mut().filter(|resource| resource.path == "/entries/{id}");
    for method in entry.flat_map(|resource| &mut resource.methods) {
        method.operation["responses"]["404"] = response("404");
        method.operation[INTEGRATION] = json!({
            "type": "http",
            "httpMethod": "GET",
            "uri": "http://archive.example.com/entries/{entry}",
            "responses": { "default": { "statusCode": "200" }, "404": { "statusCode": "404" } },
            "requestParameters": { "integration.request.path.entry": "method.request.path.id" },
            "passthroughBehavior": "when_no_match",
            "timeoutInMillis": 5000,
        });
    }
}

fn private_policy() -> String {
    serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": "*",
            "Action": "execute-api:Invoke",
            "Resource": format!("arn:aws:execute-api:{}:{}:{}/*", demo::REGION, demo::ACCOUNT_ID, demo::LEDGER_API_ID),
            "Condition": { "StringEquals": { "aws:SourceVpce": "vpce-0a1b2c3d4e5f60718" } }
        }]
    })
    .to_string()
}

/// A REST API with nothing but its root.
pub fn new_api(setting: &Setting, id: &str, name: &str) -> RestApi {
    let root = setting.dice(&format!("{id}/root")).id(10);
    RestApi {
        id: id.to_owned(),
        name: name.to_owned(),
        description: None,
        created_date: setting.days_ago(900),
        version: None,
        binary_media_types: Vec::new(),
        api_key_source: "HEADER".to_owned(),
        minimum_compression_size: None,
        endpoint_configuration: EndpointConfiguration {
            types: vec!["REGIONAL"],
            ip_address_type: "ipv4",
            vpc_endpoint_ids: Vec::new(),
        },
        policy: None,
        tags: BTreeMap::new(),
        disable_execute_api_endpoint: false,
        root_resource_id: root.clone(),
        api_status: "AVAILABLE",
        warnings: Vec::new(),
        stages: Vec::new(),
        deployments: Vec::new(),
        resources: vec![Resource {
            id: root,
            parent_id: None,
            path_part: None,
            path: "/".to_owned(),
            methods: Vec::new(),
        }],
        schemes: Map::new(),
        models: Map::new(),
        gateway_responses: Map::new(),
        validators: Map::new(),
        request_validator: None,
    }
}

/// A stage whose deployment is still to be named.
pub fn new_stage(setting: &Setting, name: &str, traffic: Traffic) -> Stage {
    Stage {
        created_date: setting.days_ago(880),
        last_updated_date: setting.days_ago(12),
        traffic,
        ..Stage::new(name, setting.now)
    }
}

pub fn deployment(release: Release) -> Deployment {
    Deployment { id: release.id, description: release.description, created_date: release.at, snapshot: None }
}

/// Adds resources with their methods; parents come before their children.
pub fn add_resources(api: &mut RestApi, setting: &Setting, paths: &[(&str, &[&str])]) {
    let signed = json!({ "type": "apiKey", "name": "Authorization", "in": "header", AUTHTYPE: "awsSigv4" });
    if paths.iter().any(|(_, verbs)| verbs.iter().any(|verb| *verb != "GET")) {
        api.schemes.insert(SIGNED.to_owned(), signed);
    }
    let mut dice = setting.dice(&format!("{}/resources", api.id));
    for (path, verbs) in paths {
        let (above, part) = path.rsplit_once('/').unwrap_or_default();
        let above = if above.is_empty() { "/" } else { above };
        let parent_id =
            api.resources.iter().find(|parent| parent.path == above).map(|parent| parent.id.clone());
        let methods = verbs.iter().map(|verb| method(verb, path, &api.name)).collect();
        let (path, part) = ((*path).to_owned(), Some(part.to_owned()));
        api.resources.push(Resource { id: dice.id(6), parent_id, path_part: part, path, methods });
    }
}

fn method(verb: &str, path: &str, api: &str) -> Method {
    let parameter = |name: &str| {
        let name = name.trim_end_matches('+');
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
    };
    let parameters: Vec<Value> = path_parameters(path).map(parameter).collect();
    let mut operation = json!({});
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    operation["responses"] = json!({ "200": response("200") });
    if verb != "GET" {
        operation["security"] = json!([{ SIGNED: [] }]);
    }
    operation[INTEGRATION] = json!({
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": invocation_uri(demo::REGION, api),
        "responses": { "default": { "statusCode": "200" } },
        "passthroughBehavior": "when_no_match",
    });
    Method { http_method: verb.to_owned(), operation }
}

/// AWS's name for the scheme of signed requests.
const SIGNED: &str = "sigv4";

fn response(status: &str) -> Value {
    json!({ "description": format!("{status} response"), "content": {} })
}

/// Lists deployments by id, which says nothing of their age: clients must sort. All of them deployed the API as it is.
pub fn sorted(mut api: RestApi) -> RestApi {
    let snapshot = api.snapshot();
    for deployment in &mut api.deployments {
        deployment.snapshot = Some(Arc::clone(&snapshot));
    }
    api.deployments.sort_by(|one, other| one.id.cmp(&other.id));
    api
}

fn method_settings() -> MethodSettings {
    MethodSettings {
        metrics_enabled: true,
        logging_level: "ERROR",
        data_trace_enabled: false,
        throttling_burst_limit: 5000,
        throttling_rate_limit: 10_000.0,
        caching_enabled: false,
        cache_ttl_in_seconds: 300,
        cache_data_encrypted: false,
        require_authorization_for_cache_control: true,
        unauthorized_cache_control_header_strategy: "SUCCEED_WITH_RESPONSE_HEADER",
    }
}
