//! HTTP and WebSocket APIs (`apigatewayv2`): REST-JSON in camelCase below `/v2`, with ISO 8601 times.

mod api;
mod create;
mod deploy;
mod domain_name;
mod edit;
mod export;
mod import;
mod integration;
mod routes;
mod stage;
#[cfg(test)]
mod tests;

use serde_json::Value;

pub use api::{
    AccessLogSettings, Api, Cors, Deployment, DeploymentStatus, Outlook, ProtocolType, Route, RouteSettings,
    Stage,
};
pub use deploy::{AUTOMATIC, NO_ROUTES};
pub use domain_name::{ApiMapping, DomainName, DomainNameConfiguration};
pub use export::{document, server};
pub use integration::{Authorizer, Integration};

use super::refusal::Refusal;
use super::rest_json::{Answer, Asked, Handler, Operation, PageStyle, wire};

/// The operations, as the service model names them.
pub const OPERATIONS: &[Operation] = &[
    get("GetApis", "/v2/apis", |asked| asked.page(&asked.region.apis, &PAGES)),
    get("GetApi", "/v2/apis/{api}", |asked| wire(api(asked)?)),
    get("GetStages", "/v2/apis/{api}/stages", |asked| asked.page(&api(asked)?.stages, &PAGES)),
    get("GetStage", STAGE, get_stage),
    get("GetDeployments", "/v2/apis/{api}/deployments", |asked| asked.page(&api(asked)?.deployments, &PAGES)),
    Operation {
        name: "GetDeployment",
        method: "GET",
        path: DEPLOYMENT,
        handler: Handler::Write(200, deploy::get_deployment),
    },
    get("GetRoutes", "/v2/apis/{api}/routes", |asked| asked.page(&api(asked)?.routes, &PAGES)),
    get("GetIntegrations", "/v2/apis/{api}/integrations", |asked| {
        let shapes: Vec<Value> = api(asked)?.integrations.iter().map(Integration::shape).collect();
        asked.page(&shapes, &PAGES)
    }),
    get("GetAuthorizers", "/v2/apis/{api}/authorizers", |asked| {
        let shapes: Vec<Value> = api(asked)?.authorizers.iter().map(Authorizer::shape).collect();
        asked.page(&shapes, &PAGES)
    }),
    Operation {
        name: "ExportApi",
        method: "GET",
        path: "/v2/apis/{api}/exports/{specification}",
        handler: Handler::Export(export::export_api),
    },
    get("GetDomainNames", "/v2/domainnames", |asked| asked.page(&asked.region.domain_names, &PAGES)),
    get("GetApiMappings", "/v2/domainnames/{domain}/apimappings", get_api_mappings),
    write("CreateApi", "POST", "/v2/apis", 201, create::create_api),
    write("ImportApi", "PUT", "/v2/apis", 201, import::import_api),
    write("ReimportApi", "PUT", "/v2/apis/{api}", 201, import::reimport_api),
    write("UpdateApi", "PATCH", "/v2/apis/{api}", 200, edit::update_api),
    write("CreateDeployment", "POST", "/v2/apis/{api}/deployments", 201, deploy::create_deployment),
    write("UpdateDeployment", "PATCH", DEPLOYMENT, 200, deploy::update_deployment),
    write("DeleteDeployment", "DELETE", DEPLOYMENT, 204, deploy::delete_deployment),
    write("CreateStage", "POST", "/v2/apis/{api}/stages", 201, stage::create_stage),
    write("UpdateStage", "PATCH", STAGE, 200, stage::update_stage),
    write("DeleteStage", "DELETE", STAGE, 204, stage::delete_stage),
    write("DeleteRouteSettings", "DELETE", ROUTE_SETTINGS, 204, stage::delete_route_settings),
];

const DEPLOYMENT: &str = "/v2/apis/{api}/deployments/{deployment}";
const STAGE: &str = "/v2/apis/{api}/stages/{stage}";
const ROUTE_SETTINGS: &str = "/v2/apis/{api}/stages/{stage}/routesettings/{route}";

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

/// AWS documents neither the default nor the largest size of a page. The default is taken small, so that a client
/// which stops at the first page is found out.
const PAGES: PageStyle = PageStyle {
    items: "items",
    token: "nextToken",
    size: "maxResults",
    default_size: 25,
    largest: 1000,
    bad_token: "Invalid nextToken specified",
};

fn api<'a>(asked: &'a Asked) -> Result<&'a Api, Refusal> {
    let id = asked.label(0);
    asked.region.apis.iter().find(|api| api.api_id == id).ok_or_else(|| asked.unknown_api())
}

fn get_stage(asked: &Asked) -> Answer {
    let stage = api(asked)?.stages.iter().find(|stage| stage.stage_name == asked.label(1));
    wire(stage.ok_or_else(|| Refusal::not_found("Invalid stage identifier specified"))?)
}

fn get_api_mappings(asked: &Asked) -> Answer {
    let domain = asked.region.domain_names.iter().find(|domain| domain.domain_name == asked.label(0));
    let domain = domain.ok_or_else(|| Refusal::not_found("Invalid domain name identifier specified"))?;
    asked.page(&domain.mappings, &PAGES)
}
