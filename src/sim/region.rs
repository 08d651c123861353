//! What one account holds in one region.

use super::cloudwatch::{Family, Source};
use super::{apigateway, apigatewayv2};

/// The APIs and domain names of one account in one region.
#[derive(Debug, Default)]
pub struct Region {
    pub apis: Vec<apigatewayv2::Api>,
    pub domain_names: Vec<apigatewayv2::DomainName>,
    pub rest_apis: Vec<apigateway::RestApi>,
}

impl Region {
    /// Everything here that publishes metrics. WebSocket APIs do, too, but by names that nobody asks for yet.
    pub fn sources(&self) -> Vec<Source> {
        let source =
            |family, key: &str, value: &str, stage: &str, traffic: &super::traffic::Traffic| Source {
                family,
                dimensions: vec![(key.to_owned(), value.to_owned()), ("Stage".to_owned(), stage.to_owned())],
                traffic: traffic.clone(),
            };
        let http = self.apis.iter().filter(|api| api.protocol_type == apigatewayv2::ProtocolType::Http);
        let http = http.flat_map(|api| api.stages.iter().map(move |stage| (api, stage)));
        let http = http.map(|(api, stage)| {
            source(Family::Http, "ApiId", &api.api_id, &stage.stage_name, &stage.traffic)
        });
        let rest = self.rest_apis.iter().flat_map(|api| api.stages.iter().map(move |stage| (api, stage)));
        let rest = rest.map(|(api, stage)| {
            source(Family::Rest, "ApiName", &api.name, &stage.stage_name, &stage.traffic)
        });
        http.chain(rest).collect()
    }
}
