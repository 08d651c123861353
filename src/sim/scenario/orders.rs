//! The demo's HTTP API `orders`: one stage that is well, one that fails, one that deploys by itself, one never deployed.

use std::collections::BTreeMap;

use serde_json::json;

use super::http_apis::{add_routes, deployment, new_api, new_stage, sorted};
use super::releases::history;
use super::{ACCESS_LOG_FORMAT, Setting, invocation_uri, log_group, texts};
use crate::sim::apigatewayv2::{
    AUTOMATIC, AccessLogSettings, Api, Authorizer, Cors, Deployment, DeploymentStatus, Integration,
    NO_ROUTES, RouteSettings, Stage,
};
use crate::sim::demo;
use crate::sim::traffic::{Incident, Shape, Traffic};

pub fn api(setting: &Setting) -> Api {
    let mut api = new_api(setting, demo::ORDERS_API_ID, "orders", demo::REGION);
    api.description = Some("Orders, from basket to delivery".to_owned());
    api.version = Some("2.3".to_owned());
    api.cors_configuration = Some(cors());
    api.tags = texts([("team", "orders"), ("cost-centre", "4711")]);
    // The newest release is on staging only; production has the one that was newest two hours ago.
    let mut releases = history(setting, "orders", 2, 34, 48);
    if let Some(live) = releases.get_mut(1) {
        live.at = setting.hours_ago(2);
    }
    if let Some(odd) = releases.get_mut(5) {
        let text = "hotfix \u{1f691} 注文の在庫を修正 \u{1b}[31m(not red)\u{7}";
        odd.description = Some(text.to_owned());
    }
    let live = releases.get(1).map(|release| release.id.clone());
    let newest = releases.first().map(|release| release.id.clone());
    api.deployments = releases.into_iter().map(deployment).collect();
    let automatic = automatic_deployments(setting);
    let serving = automatic.get(1).map(|deployment| deployment.deployment_id.clone());
    api.deployments.extend(automatic);
    api.stages = vec![
        Stage { deployment_id: newest, ..staging(setting) },
        Stage { deployment_id: live, ..production(setting) },
        sandbox(setting),
        Stage { deployment_id: serving, ..automatic_stage(setting) },
    ];
    let keys =
        ["GET /orders", "POST /orders", "GET /orders/{id}", "PATCH /orders/{id}", "DELETE /orders/{id}"];
    add_routes(&mut api, setting, demo::REGION, &keys);
    add_routes(&mut api, setting, demo::REGION, &["ANY /returns/{proxy+}", "GET /health", "$default"]);
    protect(&mut api, setting);
    leave_an_integration_behind(&mut api);
    sorted(api)
}

fn production(setting: &Setting) -> Stage {
    // About 1.2 million requests a week.
    let callers = setting.callers("orders/prod", Shape::DayAndNight { per_minute_at_noon: 256.0 });
    let traffic = Traffic { errors_4xx: 0.0042, errors_5xx: 0.0001, latency_ms: 78.0, ..callers };
    let access_log = AccessLogSettings {
        destination_arn: log_group(demo::REGION, "orders-prod"),
        format: ACCESS_LOG_FORMAT.to_owned(),
    };
    Stage {
        description: Some("Production, change window Tue/Thu".to_owned()),
        stage_variables: texts([
            ("table", "orders-prod"),
            ("log_level", "warn"),
            ("payments", "payments-v3"),
        ]),
        last_updated_date: setting.hours_ago(2),
        access_log_settings: Some(access_log),
        default_route_settings: detailed(),
        route_settings: BTreeMap::from([("POST /orders".to_owned(), throttled(200, 100.0))]),
        tags: texts([("environment", "production")]),
        ..new_stage(setting, "prod", traffic)
    }
}

fn staging(setting: &Setting) -> Stage {
    let trouble = Incident {
        from: setting.minutes_ago(57),
        until: setting.minutes_ago(-24 * 60),
        errors_5xx: 0.07,
        errors_4xx: 0.021,
        latency_factor: 1.7,
    };
    let callers = setting.callers("orders/staging", Shape::Steady { per_minute: 18.0 });
    let traffic = Traffic { errors_4xx: 0.02, latency_ms: 110.0, incidents: vec![trouble], ..callers };
    Stage {
        description: Some("What goes live next".to_owned()),
        stage_variables: texts([("table", "orders-staging"), ("log_level", "debug")]),
        last_updated_date: setting.minutes_ago(48),
        default_route_settings: detailed(),
        ..new_stage(setting, "staging", traffic)
    }
}

/// Made for the next experiment, and never deployed.
fn sandbox(setting: &Setting) -> Stage {
    let callers = setting.callers("orders/sandbox", Shape::Silent);
    Stage {
        created_date: setting.days_ago(3),
        last_updated_date: setting.days_ago(3),
        ..new_stage(setting, "sandbox", callers)
    }
}

/// Deploys every change by itself; the last attempt failed, and the deployment before it still serves.
fn automatic_stage(setting: &Setting) -> Stage {
    let callers = setting.callers("orders/$default", Shape::DayAndNight { per_minute_at_noon: 9.0 });
    Stage {
        auto_deploy: true,
        last_deployment_status_message: Some(format!("Deployment attempt failed: {NO_ROUTES}")),
        last_updated_date: setting.minutes_ago(25),
        ..new_stage(setting, "$default", Traffic { errors_4xx: 0.01, ..callers })
    }
}

/// What AWS deployed by itself, newest first; the newest failed.
fn automatic_deployments(setting: &Setting) -> Vec<Deployment> {
    let mut dice = setting.dice("orders/automatic");
    let minutes = [25, 6 * 24 * 60, 9 * 24 * 60, 30 * 24 * 60];
    let automatic = minutes.map(|minutes| Deployment {
        deployment_id: dice.id(6),
        deployment_status: DeploymentStatus::Deployed,
        deployment_status_message: None,
        auto_deployed: true,
        created_date: setting.minutes_ago(minutes),
        description: Some(AUTOMATIC.to_owned()),
        outlook: None,
        snapshot: None,
    });
    let mut automatic = Vec::from(automatic);
    if let Some(newest) = automatic.first_mut() {
        newest.deployment_status = DeploymentStatus::Failed;
        newest.deployment_status_message = Some(NO_ROUTES.to_owned());
    }
    automatic
}

/// A route that is gone, with its integration still there.
fn leave_an_integration_behind(api: &mut Api) {
    let Some(mut left) = api.integrations.first().cloned() else { return };
    left.extension["uri"] = invocation_uri(demo::REGION, "orders-old").into();
    api.integrations.push(Integration { integration_id: "w2xq0tc".to_owned(), ..left });
}

/// A token is asked of every route except the health check.
fn protect(api: &mut Api, setting: &Setting) {
    let id = setting.dice("orders/authorizer").id(6);
    for route in api.routes.iter_mut().filter(|route| route.route_key != "GET /health") {
        route.authorization_type = "JWT";
        route.authorizer_id = Some(id.clone());
        route.authorization_scopes = vec!["orders/use".to_owned()];
    }
    let authorizer = json!({
        "identitySource": "$request.header.Authorization",
        "jwtConfiguration": { "audience": ["orders"], "issuer": "https://login.example.com/" },
        "type": "jwt",
    });
    api.authorizers.push(Authorizer::new(id, "customers", authorizer));
}

fn cors() -> Cors {
    let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Cors {
        allow_methods: list(&["GET", "POST", "PATCH", "DELETE"]),
        allow_headers: list(&["authorization", "content-type"]),
        max_age: Some(600),
        allow_credentials: Some(false),
        allow_origins: list(&["https://shop.example.com"]),
        ..Cors::default()
    }
}

/// Metrics of every route.
fn detailed() -> RouteSettings {
    RouteSettings { detailed_metrics_enabled: true, ..RouteSettings::default() }
}

fn throttled(burst: u32, rate: f64) -> RouteSettings {
    RouteSettings { throttling_burst_limit: Some(burst), throttling_rate_limit: Some(rate), ..detailed() }
}
