//! What one account holds in one region.

use super::cloudwatch::{Family, Source};
use super::quota::Quotas;
use super::{apigateway, apigatewayv2, traffic};

/// The APIs and domain names of one account in one region.
#[derive(Debug, Default)]
pub struct Region {
    pub apis: Vec<apigatewayv2::Api>,
    pub domain_names: Vec<apigatewayv2::DomainName>,
    pub rest_apis: Vec<apigateway::RestApi>,
    pub quotas: Quotas,
}

impl Region {
    /// Everything here that publishes metrics. WebSocket APIs do, too, but by names that nobody asks for yet.
    pub fn sources(&self) -> Vec<Source> {
        let http = self.apis.iter().filter(|api| api.protocol_type == apigatewayv2::ProtocolType::Http);
        let http = http.flat_map(|api| api.stages.iter().map(move |stage| http_source(api, stage)));
        let rest = self.rest_apis.iter();
        let rest = rest.flat_map(|api| api.stages.iter().map(move |stage| rest_source(api, stage)));
        http.chain(rest).collect()
    }
}

fn http_source(api: &apigatewayv2::Api, stage: &apigatewayv2::Stage) -> Source {
    let detailed = |key: &str| {
        let own = stage.route_settings.get(key).is_some_and(|settings| settings.detailed_metrics_enabled);
        own || stage.default_route_settings.detailed_metrics_enabled
    };
    let keys = api.routes.iter().map(|route| {
        let key = route.route_key.as_str();
        let (method, path) = key.split_once(' ').unwrap_or(("ANY", key));
        (method.to_owned(), path.to_owned(), detailed(key))
    });
    Source {
        family: Family::Http,
        dimensions: dimensions("ApiId", &api.api_id, &stage.stage_name),
        routes: traffic::routes(keys),
        traffic: stage.traffic.clone(),
    }
}

fn rest_source(api: &apigateway::RestApi, stage: &apigateway::Stage) -> Source {
    let detailed = |verb: &str, path: &str| {
        let own = format!("{}/{verb}", path.replace('/', "~1"));
        let settings = stage.method_settings.get(&own).or_else(|| stage.method_settings.get("*/*"));
        settings.is_some_and(|settings| settings.metrics_enabled)
    };
    let methods = api.resources.iter().flat_map(|resource| {
        let path = &resource.path;
        resource.methods.iter().map(move |method| {
            let verb = &method.http_method;
            (verb.clone(), path.clone(), detailed(verb, path))
        })
    });
    Source {
        family: Family::Rest,
        dimensions: dimensions("ApiName", &api.name, &stage.stage_name),
        routes: traffic::routes(methods),
        traffic: stage.traffic.clone(),
    }
}

fn dimensions(key: &str, api: &str, stage: &str) -> Vec<(String, String)> {
    vec![(key.to_owned(), api.to_owned()), ("Stage".to_owned(), stage.to_owned())]
}
