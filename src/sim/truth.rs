//! What the cloud holds, without asking it through an SDK: for tests that must not believe the client under test.

use jiff::Timestamp;
use serde_json::Value;

use super::region::Region;
use super::{Cloud, apigateway, apigatewayv2, document};

/// One deployment of an API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployed {
    /// Its id.
    pub id: String,
    /// What was written beside it.
    pub description: Option<String>,
    /// When it was made.
    pub at: Timestamp,
}

impl Cloud {
    /// The working configuration of an API of either kind, as an export with all extensions; `None` if there is no such API.
    pub fn working(&self, api: &str) -> Option<Value> {
        self.look(api, |held| match held {
            Found::Http(api, region) => Some(http_document(region, api, None, self.now())),
            Found::Rest(api, region) => Some(apigateway::document(api, None, region)),
        })
    }

    /// What a stage serves, as an export with all extensions; `None` if it was never deployed.
    pub fn live(&self, api: &str, stage: &str) -> Option<Value> {
        self.look(api, |held| match held {
            Found::Http(api, region) => {
                let found = api.stages.iter().find(|found| found.stage_name == stage)?;
                Some(http_document(region, api.live(found)?, Some(stage), self.now()))
            }
            Found::Rest(api, region) => {
                let found = api.stages.iter().find(|found| found.stage_name == stage)?;
                Some(apigateway::document(api, Some(found), region))
            }
        })
    }

    /// The id of the deployment that a stage points at.
    pub fn pointer(&self, api: &str, stage: &str) -> Option<String> {
        self.look(api, |held| match held {
            Found::Http(api, _) => {
                api.stages.iter().find(|found| found.stage_name == stage)?.deployment_id.clone()
            }
            Found::Rest(api, _) => {
                Some(api.stages.iter().find(|found| found.stage_name == stage)?.deployment_id.clone())
            }
        })
    }

    /// The routes of the working configuration, as `GET /orders` or `$default`, in no particular order.
    pub fn routes(&self, api: &str) -> Vec<String> {
        let document = self.working(api).unwrap_or_default();
        let key = |(path, method, _): (&str, String, &Value)| match path {
            "/$default" => "$default".to_owned(),
            _ => format!("{method} {path}"),
        };
        document::operations(&document).map(key).collect()
    }

    /// The deployments of an API, oldest first.
    pub fn deployments(&self, api: &str) -> Vec<Deployed> {
        let of_http = |found: &apigatewayv2::Deployment| Deployed {
            id: found.deployment_id.clone(),
            description: found.description.clone(),
            at: found.created_date,
        };
        let of_rest = |found: &apigateway::Deployment| Deployed {
            id: found.id.clone(),
            description: found.description.clone(),
            at: found.created_date,
        };
        let found = self.look(api, |held| match held {
            Found::Http(api, _) => Some(api.deployments.iter().map(of_http).collect()),
            Found::Rest(api, _) => Some(api.deployments.iter().map(of_rest).collect()),
        });
        let mut deployments: Vec<Deployed> = found.unwrap_or_default();
        deployments.sort_by_key(|deployment| deployment.at);
        deployments
    }

    /// Looks at the API of this id, wherever it is.
    fn look<T>(&self, id: &str, read: impl Fn(Found) -> Option<T>) -> Option<T> {
        let inner = self.lock();
        inner.state.regions.iter().find_map(|((_, place), region)| {
            let http = region.apis.iter().find(|api| api.api_id == id);
            let rest = region.rest_apis.iter().find(|api| api.id == id);
            let found =
                http.map(|api| Found::Http(api, region)).or_else(|| rest.map(|api| Found::Rest(api, place)));
            found.and_then(&read)
        })
    }
}

enum Found<'a> {
    Http(&'a apigatewayv2::Api, &'a Region),
    /// With the name of its region.
    Rest(&'a apigateway::RestApi, &'a str),
}

fn http_document(region: &Region, api: &apigatewayv2::Api, stage: Option<&str>, now: Timestamp) -> Value {
    apigatewayv2::document(api, &apigatewayv2::server(region, api, stage), now)
}
