//! `CreateApi`: an empty HTTP API or, with a target, one that serves at once.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::edit::Edit;
use super::{Api, Cors, Integration, Route, Stage};
use crate::sim::refusal::Refusal;
use crate::sim::rest_json::{Answer, Asked};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    name: String,
    protocol_type: String,
    description: Option<String>,
    version: Option<String>,
    cors_configuration: Option<Cors>,
    #[serde(default)]
    disable_execute_api_endpoint: bool,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    /// A URL or the ARN of a function: what the quick creation leads to.
    target: Option<String>,
    route_key: Option<String>,
}

/// WebSocket APIs are not made here.
pub fn create_api(asked: &mut Asked) -> Answer {
    let input: Input = asked.input()?;
    if input.protocol_type != "HTTP" {
        return Err(Refusal::bad_request("Only HTTP APIs can be created"));
    }
    let id = asked.dice.id(10);
    let mut api = Api {
        description: input.description,
        version: input.version,
        cors_configuration: input.cors_configuration,
        disable_execute_api_endpoint: input.disable_execute_api_endpoint,
        tags: input.tags,
        ..Api::new(id, &input.name, asked.region_name, asked.now)
    };
    let mut edit = Edit { api: &mut api, dice: asked.dice, now: asked.now, is_doomed: false };
    if let Some(target) = input.target {
        lead_to(&mut edit, &target, input.route_key);
    }
    let shape = edit.finish();
    asked.region.apis.push(api);
    shape
}

/// One route, and a stage that AWS manages.
fn lead_to(edit: &mut Edit, target: &str, route_key: Option<String>) {
    let is_url = target.starts_with("http");
    let kind = if is_url { "http_proxy" } else { "aws_proxy" };
    let method = if is_url { "ANY" } else { "POST" };
    let version = if is_url { "1.0" } else { "2.0" };
    let fields = [("payloadFormatVersion", version), ("type", kind), ("httpMethod", method), ("uri", target)];
    let extension: Map<String, Value> =
        fields.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    let integration = Integration::imported(edit.dice.id(7), extension);
    edit.api.routes.push(Route {
        route_id: edit.dice.id(7),
        route_key: route_key.unwrap_or_else(|| "$default".to_owned()),
        target: Some(format!("integrations/{}", integration.integration_id)),
        authorization_type: "NONE",
        authorizer_id: None,
        authorization_scopes: Vec::new(),
        operation_name: None,
        api_key_required: false,
    });
    edit.api.integrations.push(integration);
    edit.api.stages.push(Stage {
        auto_deploy: true,
        api_gateway_managed: true,
        ..Stage::new("$default", edit.now)
    });
}
