//! HTTP and WebSocket APIs (`apigatewayv2`): REST-JSON in camelCase below `/v2`, with ISO 8601 times.

mod api;
mod domain_name;
mod export;
#[cfg(test)]
mod tests;

pub use api::{
    AccessLogSettings, Api, Authorizer, Cors, Deployment, DeploymentStatus, Integration, JwtConfiguration,
    ProtocolType, Route, RouteSettings, Stage,
};
pub use domain_name::{ApiMapping, DomainName, DomainNameConfiguration};

use super::refusal::Refusal;
use super::rest_json::{Answer, Asked, Handler, Operation, PageStyle, wire};

/// The operations, as the service model names them.
pub const OPERATIONS: &[Operation] = &[
    get("GetApis", "/v2/apis", |asked| asked.page(&asked.region.apis, &PAGES)),
    get("GetApi", "/v2/apis/{api}", |asked| wire(api(asked)?)),
    get("GetStages", "/v2/apis/{api}/stages", |asked| asked.page(&api(asked)?.stages, &PAGES)),
    get("GetStage", "/v2/apis/{api}/stages/{stage}", get_stage),
    get("GetDeployments", "/v2/apis/{api}/deployments", |asked| asked.page(&api(asked)?.deployments, &PAGES)),
    get("GetDeployment", "/v2/apis/{api}/deployments/{deployment}", get_deployment),
    get("GetRoutes", "/v2/apis/{api}/routes", |asked| asked.page(&api(asked)?.routes, &PAGES)),
    get("GetIntegrations", "/v2/apis/{api}/integrations", |asked| {
        asked.page(&api(asked)?.integrations, &PAGES)
    }),
    get("GetAuthorizers", "/v2/apis/{api}/authorizers", |asked| asked.page(&api(asked)?.authorizers, &PAGES)),
    Operation {
        name: "ExportApi",
        method: "GET",
        path: "/v2/apis/{api}/exports/{specification}",
        handler: Handler::Export(export::export_api),
    },
    get("GetDomainNames", "/v2/domainnames", |asked| asked.page(&asked.region.domain_names, &PAGES)),
    get("GetApiMappings", "/v2/domainnames/{domain}/apimappings", get_api_mappings),
];

const fn get(name: &'static str, path: &'static str, answer: fn(&Asked) -> Answer) -> Operation {
    Operation { name, method: "GET", path, handler: Handler::Shape(answer) }
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
    let unknown = || Refusal::not_found(format!("Invalid API identifier specified {}:{id}", asked.account));
    asked.region.apis.iter().find(|api| api.api_id == id).ok_or_else(unknown)
}

fn get_stage(asked: &Asked) -> Answer {
    let stage = api(asked)?.stages.iter().find(|stage| stage.stage_name == asked.label(1));
    wire(stage.ok_or_else(|| Refusal::not_found("Invalid stage identifier specified"))?)
}

fn get_deployment(asked: &Asked) -> Answer {
    let deployment =
        api(asked)?.deployments.iter().find(|deployment| deployment.deployment_id == asked.label(1));
    wire(deployment.ok_or_else(|| Refusal::not_found("Invalid deployment identifier specified"))?)
}

fn get_api_mappings(asked: &Asked) -> Answer {
    let domain = asked.region.domain_names.iter().find(|domain| domain.domain_name == asked.label(0));
    let domain = domain.ok_or_else(|| Refusal::not_found("Invalid domain name identifier specified"))?;
    asked.page(&domain.mappings, &PAGES)
}
