//! The demo's HTTP and WebSocket APIs.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;

use super::releases::{Release, history};
use super::{Setting, invocation_uri, orders};
use crate::sim::apigatewayv2::{
    Api, ApiMapping, Deployment, DeploymentStatus, DomainName, DomainNameConfiguration, Integration,
    ProtocolType, Route, Stage,
};
use crate::sim::demo;
use crate::sim::traffic::{Incident, Shape, Traffic};

/// All of them, in the demo's own region, in no particular order.
pub fn all(setting: &Setting) -> Vec<Api> {
    vec![inventory(setting), orders::api(setting), chat(setting), checkout(setting)]
}

/// Healthy, and so quiet that its one error must not alarm anybody.
fn inventory(setting: &Setting) -> Api {
    let mut api = new_api(setting, demo::INVENTORY_API_ID, "inventory", demo::REGION);
    api.description = Some("What is in stock".to_owned());
    let releases = history(setting, "inventory", 1, 12, 5 * 24 * 60);
    let newest = releases.first().map(|release| release.id.clone());
    api.deployments = releases.into_iter().map(deployment).collect();
    let calls = setting.callers("inventory/prod", Shape::Steady { per_minute: 8.0 });
    let rare = setting.callers("inventory/partner", Shape::Steady { per_minute: 0.2 });
    let error = single_error(setting, &rare);
    let stages = [("prod", calls), ("partner", Traffic { incidents: error.into_iter().collect(), ..rare })];
    api.stages = stages
        .into_iter()
        .map(|(name, traffic)| Stage { deployment_id: newest.clone(), ..new_stage(setting, name, traffic) })
        .collect();
    add_routes(&mut api, setting, demo::REGION, &["GET /items", "GET /items/{sku}", "PUT /items/{sku}"]);
    for route in api.routes.iter_mut().filter(|route| route.route_key.starts_with("PUT")) {
        route.authorization_type = "AWS_IAM";
    }
    sorted(api)
}

/// A minute of the last hour in which the one request that came failed.
fn single_error(setting: &Setting, rare: &Traffic) -> Option<Incident> {
    let present = setting.now.as_second().div_euclid(60);
    let minute = (present - 55..present - 5).rev().find(|minute| rare.minute(*minute).count == 1)?;
    let from = jiff::Timestamp::from_second(minute * 60).ok()?;
    let until = from.saturating_add(SignedDuration::from_secs(60)).ok()?;
    Some(Incident { from, until, errors_5xx: 1.0, errors_4xx: 0.0, latency_factor: 1.0 })
}

/// Answers on its custom domain only.
fn checkout(setting: &Setting) -> Api {
    let mut api = new_api(setting, demo::CHECKOUT_API_ID, "checkout", demo::REGION);
    api.disable_execute_api_endpoint = true;
    let releases = history(setting, "checkout", 4, 17, 26 * 60);
    let newest = releases.first().map(|release| release.id.clone());
    api.deployments = releases.into_iter().map(deployment).collect();
    let callers = setting.callers("checkout/live", Shape::DayAndNight { per_minute_at_noon: 40.0 });
    let traffic = Traffic { errors_4xx: 0.013, errors_5xx: 0.0004, latency_ms: 190.0, ..callers };
    let updated = setting.hours_ago(26);
    api.stages = vec![Stage {
        deployment_id: newest,
        last_updated_date: updated,
        ..new_stage(setting, "live", traffic)
    }];
    add_routes(&mut api, setting, demo::REGION, &["POST /baskets", "POST /baskets/{id}/pay"]);
    sorted(api)
}

/// A WebSocket API, as the list of APIs contains them among the others.
fn chat(setting: &Setting) -> Api {
    let mut api = new_api(setting, demo::CHAT_API_ID, "chat", demo::REGION);
    api.protocol_type = ProtocolType::Websocket;
    api.api_endpoint = api.api_endpoint.replacen("https", "wss", 1);
    api.route_selection_expression = "$request.body.action";
    let releases = history(setting, "chat", 0, 3, 40 * 24 * 60);
    let newest = releases.first().map(|release| release.id.clone());
    api.deployments = releases.into_iter().map(deployment).collect();
    let silent = setting.callers("chat/production", Shape::Silent);
    api.stages = vec![Stage { deployment_id: newest, ..new_stage(setting, "production", silent) }];
    add_routes(&mut api, setting, demo::REGION, &["$connect", "$disconnect", "say"]);
    sorted(api)
}

/// The only API of the other region.
pub fn reports(setting: &Setting) -> Api {
    let mut api = new_api(setting, demo::REPORTS_API_ID, "reports", demo::OTHER_REGION);
    let releases = history(setting, "reports", 1, 8, 9 * 24 * 60);
    let newest = releases.first().map(|release| release.id.clone());
    api.deployments = releases.into_iter().map(deployment).collect();
    let callers = setting.callers("reports/prod", Shape::DayAndNight { per_minute_at_noon: 3.0 });
    let traffic = Traffic { latency_ms: 840.0, errors_4xx: 0.004, ..callers };
    api.stages = vec![Stage { deployment_id: newest, ..new_stage(setting, "prod", traffic) }];
    add_routes(&mut api, setting, demo::OTHER_REGION, &["GET /reports/{name}"]);
    sorted(api)
}

/// One domain for three APIs, one of them a REST API.
pub fn domain_name() -> DomainName {
    let mapping = |id: &str, api: &str, stage: &str, key: &str| ApiMapping {
        api_mapping_id: id.to_owned(),
        api_id: api.to_owned(),
        stage: stage.to_owned(),
        api_mapping_key: key.to_owned(),
    };
    DomainName {
        domain_name: demo::DOMAIN_NAME.to_owned(),
        api_mapping_selection_expression: "$request.basepath",
        domain_name_configurations: vec![DomainNameConfiguration {
            api_gateway_domain_name: "d-7m4k2p9x1c.execute-api.eu-west-1.amazonaws.com".to_owned(),
            certificate_arn: format!("arn:aws:acm:{}:{}:certificate/demo", demo::REGION, demo::ACCOUNT_ID),
            domain_name_status: "AVAILABLE",
            endpoint_type: "REGIONAL",
            hosted_zone_id: "ZLY8HYME6SFDD".to_owned(),
            security_policy: "TLS_1_2",
        }],
        mappings: vec![
            mapping("m1c4k7", demo::CHECKOUT_API_ID, "live", "checkout"),
            mapping("m2d5l8", demo::ORDERS_API_ID, "prod", "orders"),
            mapping("m3e6m9", demo::BILLING_API_ID, "v2", "billing/v2"),
        ],
    }
}

/// An HTTP API with nothing in it.
pub fn new_api(setting: &Setting, id: &str, name: &str, region: &str) -> Api {
    Api::new(id.to_owned(), name, region, setting.days_ago(420))
}

/// A stage without a deployment.
pub fn new_stage(setting: &Setting, name: &str, traffic: Traffic) -> Stage {
    Stage {
        created_date: setting.days_ago(400),
        last_updated_date: setting.days_ago(5),
        traffic,
        ..Stage::new(name, setting.now)
    }
}

pub fn deployment(release: Release) -> Deployment {
    Deployment {
        deployment_id: release.id,
        deployment_status: DeploymentStatus::Deployed,
        deployment_status_message: None,
        auto_deployed: false,
        created_date: release.at,
        description: release.description,
        outlook: None,
        snapshot: None,
    }
}

/// Routes, each with a function of its own behind it.
pub fn add_routes(api: &mut Api, setting: &Setting, region: &str, keys: &[&str]) {
    let mut dice = setting.dice(&format!("{}/routes/{}", api.api_id, api.routes.len()));
    for key in keys {
        let integration_id = dice.id(7);
        let function = format!("{}-{}", api.name, api.integrations.len() + 1);
        let is_http = api.protocol_type == ProtocolType::Http;
        let mut extension = json!({
            "payloadFormatVersion": if is_http { "2.0" } else { "1.0" },
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": invocation_uri(region, &function),
            "connectionType": "INTERNET",
        });
        if !is_http {
            extension["timeoutInMillis"] = 29_000.into();
        }
        api.integrations.push(Integration { integration_id: integration_id.clone(), extension });
        api.routes.push(Route {
            route_id: dice.id(7),
            route_key: (*key).to_owned(),
            target: Some(format!("integrations/{integration_id}")),
            authorization_type: "NONE",
            authorizer_id: None,
            authorization_scopes: Vec::new(),
            operation_name: None,
            api_key_required: false,
        });
    }
}

/// Lists deployments by id, which says nothing of their age: clients must sort. All of them deployed the API as it is.
pub fn sorted(mut api: Api) -> Api {
    let snapshot = api.snapshot();
    for deployment in &mut api.deployments {
        deployment.snapshot = Some(Arc::clone(&snapshot));
    }
    api.deployments.sort_by(|one, other| one.deployment_id.cmp(&other.deployment_id));
    api
}
