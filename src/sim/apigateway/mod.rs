//! REST APIs (`apigateway`, v1): REST-JSON with lists under `item`, and times as epoch seconds.

mod configuration;
mod deploy;
mod edit;
mod export;
mod import;
mod method;
mod rest_api;
mod stage;
mod swagger;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

pub use export::document;
pub use method::Method;
pub use rest_api::{
    AccessLogSettings, CanarySettings, Deployment, EndpointConfiguration, MethodSettings, Resource, RestApi,
    Stage,
};

use super::refusal::Refusal;
use super::rest_json::{Answer, Asked, Handler, Operation, PageStyle, wire};

/// The operations, as the service model names them.
pub const OPERATIONS: &[Operation] = &[
    get("GetRestApis", "/restapis", |asked| asked.page(&asked.region.rest_apis, &PAGES)),
    get("GetRestApi", "/restapis/{api}", |asked| wire(api(asked)?)),
    get("GetStages", "/restapis/{api}/stages", get_stages),
    get("GetStage", STAGE, get_stage),
    get("GetDeployments", "/restapis/{api}/deployments", |asked| {
        asked.page(&api(asked)?.deployments, &PAGES)
    }),
    get("GetDeployment", DEPLOYMENT, get_deployment),
    get("GetResources", "/restapis/{api}/resources", get_resources),
    get("GetResource", "/restapis/{api}/resources/{resource}", get_resource),
    get("GetAuthorizers", "/restapis/{api}/authorizers", configuration::get_authorizers),
    get("GetModels", "/restapis/{api}/models", configuration::get_models),
    get("GetGatewayResponses", "/restapis/{api}/gatewayresponses", configuration::get_gateway_responses),
    get("GetRequestValidators", "/restapis/{api}/requestvalidators", configuration::get_request_validators),
    Operation {
        name: "GetExport",
        method: "GET",
        path: "/restapis/{api}/stages/{stage}/exports/{type}",
        handler: Handler::Export(export::get_export),
    },
    write("PutRestApi", "PUT", "/restapis/{api}", 200, import::put_rest_api),
    write("UpdateRestApi", "PATCH", "/restapis/{api}", 200, edit::update_rest_api),
    write("CreateDeployment", "POST", "/restapis/{api}/deployments", 201, deploy::create_deployment),
    write("DeleteDeployment", "DELETE", DEPLOYMENT, 202, deploy::delete_deployment),
    write("UpdateStage", "PATCH", STAGE, 200, stage::update_stage),
    write("DeleteStage", "DELETE", STAGE, 202, edit::delete_stage),
];

const DEPLOYMENT: &str = "/restapis/{api}/deployments/{deployment}";
const STAGE: &str = "/restapis/{api}/stages/{stage}";

const fn get(name: &'static str, path: &'static str, answer: fn(&Asked) -> Answer) -> Operation {
    Operation { name, method: "GET", path, handler: Handler::Shape(answer) }
}

const fn write(
    name: &'static str,
    method: &'static str,
    path: &'static str,
    status: u16,
    answer: fn(&mut Asked) -> Answer,
) -> Operation {
    Operation { name, method, path, handler: Handler::Write(status, answer) }
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
    asked.region.rest_apis.iter().find(|api| api.id == id).ok_or_else(|| asked.unknown_api())
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

fn deployment<'a>(asked: &Asked, api: &'a RestApi) -> Result<&'a Deployment, Refusal> {
    let deployment = api.deployments.iter().find(|deployment| deployment.id == asked.label(1));
    deployment.ok_or_else(|| Refusal::not_found("Invalid Deployment identifier specified"))
}

fn get_deployment(asked: &Asked) -> Answer {
    let deployment = deployment(asked, api(asked)?)?;
    let mut shown = wire(deployment)?;
    if asked.query("embed") == Some("apisummary")
        && let (Some(members), Some(snapshot)) = (shown.as_object_mut(), &deployment.snapshot)
    {
        members.insert("apiSummary".to_owned(), api_summary(snapshot));
    }
    Ok(shown)
}

/// Path to method to how it is protected.
fn api_summary(api: &RestApi) -> Value {
    let summary = |method: &Method| {
        json!({
            "authorizationType": method.authorization(api).0,
            "apiKeyRequired": method.api_key_required(api),
        })
    };
    let methods = |resource: &Resource| -> Map<String, Value> {
        resource.methods.iter().map(|method| (method.http_method.clone(), summary(method))).collect()
    };
    let with_methods = api.resources.iter().filter(|resource| !resource.methods.is_empty());
    with_methods.map(|resource| (resource.path.clone(), Value::Object(methods(resource)))).collect()
}

fn get_resources(asked: &Asked) -> Answer {
    let api = api(asked)?;
    let shown = |resource| shown(api, resource, asked.query("embed") == Some("methods"));
    let resources: Vec<Value> = api.resources.iter().map(shown).collect::<Result<_, _>>()?;
    asked.page(&resources, &PAGES)
}

fn get_resource(asked: &Asked) -> Answer {
    let api = api(asked)?;
    let resource = api.resources.iter().find(|resource| resource.id == asked.label(1));
    let resource = resource.ok_or_else(|| Refusal::not_found("Invalid Resource identifier specified"))?;
    shown(api, resource, asked.query("embed") == Some("methods"))
}

/// A resource with its methods. Unless they are wanted whole they are named, and nothing more.
fn shown(api: &RestApi, resource: &Resource, whole: bool) -> Answer {
    let mut shown = wire(resource)?;
    let detail = |method: &Method| if whole { method.shape(api) } else { json!({}) };
    let methods = resource.methods.iter().map(|method| (method.http_method.clone(), detail(method)));
    let methods: Map<String, Value> = methods.collect();
    if let (Some(members), false) = (shown.as_object_mut(), methods.is_empty()) {
        members.insert("resourceMethods".to_owned(), Value::Object(methods));
    }
    Ok(shown)
}
