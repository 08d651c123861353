//! REST APIs (`apigateway`, v1): REST-JSON with lists under `item`, and times as epoch seconds.

mod export;
mod rest_api;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

pub use rest_api::{
    AccessLogSettings, CanarySettings, Deployment, EndpointConfiguration, Integration, IntegrationResponse,
    Method, MethodResponse, MethodSettings, Resource, RestApi, Stage,
};

use super::refusal::Refusal;
use super::rest_json::{Answer, Asked, Handler, Operation, PageStyle, wire};

/// The operations, as the service model names them.
pub const OPERATIONS: &[Operation] = &[
    get("GetRestApis", "/restapis", |asked| asked.page(&asked.region.rest_apis, &PAGES)),
    get("GetRestApi", "/restapis/{api}", |asked| wire(api(asked)?)),
    get("GetStages", "/restapis/{api}/stages", get_stages),
    get("GetStage", "/restapis/{api}/stages/{stage}", get_stage),
    get("GetDeployments", "/restapis/{api}/deployments", |asked| {
        asked.page(&api(asked)?.deployments, &PAGES)
    }),
    get("GetDeployment", "/restapis/{api}/deployments/{deployment}", get_deployment),
    get("GetResources", "/restapis/{api}/resources", get_resources),
    Operation {
        name: "GetExport",
        method: "GET",
        path: "/restapis/{api}/stages/{stage}/exports/{type}",
        handler: Handler::Export(export::get_export),
    },
];

const fn get(name: &'static str, path: &'static str, answer: fn(&Asked) -> Answer) -> Operation {
    Operation { name, method: "GET", path, handler: Handler::Shape(answer) }
}

/// Sizes as the service model documents them. That a larger limit is refused, and not cut, is assumed.
const PAGES: PageStyle = PageStyle {
    items: "item",
    token: "position",
    size: "limit",
    default_size: 25,
    largest: 500,
    bad_token: "Invalid position specified",
};

fn api<'a>(asked: &'a Asked) -> Result<&'a RestApi, Refusal> {
    let id = asked.label(0);
    let unknown = || Refusal::not_found(format!("Invalid API identifier specified {}:{id}", asked.account));
    asked.region.rest_apis.iter().find(|api| api.id == id).ok_or_else(unknown)
}

/// This list has no pages.
fn get_stages(asked: &Asked) -> Answer {
    let wanted = asked.query("deploymentId");
    let stages = api(asked)?.stages.iter();
    let stages: Vec<&Stage> =
        stages.filter(|stage| wanted.is_none_or(|id| stage.deployment_id == id)).collect();
    Ok(json!({ "item": wire(&stages)? }))
}

fn get_stage(asked: &Asked) -> Answer {
    wire(stage(asked, api(asked)?)?)
}

fn stage<'a>(asked: &Asked, api: &'a RestApi) -> Result<&'a Stage, Refusal> {
    let stage = api.stages.iter().find(|stage| stage.stage_name == asked.label(1));
    stage.ok_or_else(|| Refusal::not_found("Invalid stage identifier specified"))
}

fn get_deployment(asked: &Asked) -> Answer {
    let api = api(asked)?;
    let deployment = api.deployments.iter().find(|deployment| deployment.id == asked.label(1));
    let deployment =
        deployment.ok_or_else(|| Refusal::not_found("Invalid Deployment identifier specified"))?;
    let mut shown = wire(deployment)?;
    if asked.query("embed") == Some("apisummary")
        && let Some(members) = shown.as_object_mut()
    {
        members.insert("apiSummary".to_owned(), api_summary(api));
    }
    Ok(shown)
}

/// Path to method to how it is protected. Deployments keep no snapshot here, so it is the API as it stands.
fn api_summary(api: &RestApi) -> Value {
    let methods = |resource: &Resource| -> Map<String, Value> {
        let summary = |method: &Method| json!({ "authorizationType": method.authorization_type, "apiKeyRequired": method.api_key_required });
        resource.methods.iter().map(|method| (method.http_method.to_owned(), summary(method))).collect()
    };
    let with_methods = api.resources.iter().filter(|resource| !resource.methods.is_empty());
    with_methods.map(|resource| (resource.path.clone(), Value::Object(methods(resource)))).collect()
}

fn get_resources(asked: &Asked) -> Answer {
    let whole = asked.query("embed") == Some("methods");
    let shown = |resource: &Resource| -> Answer {
        let mut shown = wire(resource)?;
        let mut methods = Map::new();
        for method in &resource.methods {
            // Without the embed parameter a method is named, and nothing more.
            let detail = if whole { wire(method)? } else { json!({}) };
            methods.insert(method.http_method.to_owned(), detail);
        }
        if let (Some(members), false) = (shown.as_object_mut(), methods.is_empty()) {
            members.insert("resourceMethods".to_owned(), Value::Object(methods));
        }
        Ok(shown)
    };
    let resources: Vec<Value> = api(asked)?.resources.iter().map(shown).collect::<Result<_, _>>()?;
    asked.page(&resources, &PAGES)
}
