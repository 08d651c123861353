//! What an API is set to right now, deployed or not.

mod http;
mod readings;
mod rest;

use crate::aws::Gateway;
use crate::domain::Problem;

/// The working configuration of an API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// Equal for two reads between which nothing changed: a SHA-256 of everything read, in hexadecimal.
    pub fingerprint: String,
    /// Its methods (REST: `GetResources` with `embed=methods`) or routes, sorted.
    pub routes: Vec<ConfiguredRoute>,
    /// Names of the authorizers that it has, sorted.
    pub authorizers: Vec<String>,
}

/// One route as the gateway is set to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfiguredRoute {
    /// `GET /orders/{id}`, `ANY /a`, `$default`.
    pub route: String,
    /// The integration's type as OpenAPI writes it (`aws_proxy`, `http_proxy`, `mock`); `None` without one.
    pub integration_type: Option<String>,
    /// The integration's URI.
    pub uri: Option<String>,
    /// The name of its authorizer; its id where no authorizer has that id.
    pub authorizer: Option<String>,
    /// `NONE`, `AWS_IAM`, `CUSTOM`, `JWT`, `COGNITO_USER_POOLS`.
    pub authorization: String,
}

impl Gateway {
    /// The working configuration (`GetResources`, `GetAuthorizers`, `GetModels`, `GetGatewayResponses`, `GetRequestValidators` and
    /// `GetRestApi`; for an HTTP API `GetApi`, `GetRoutes`, `GetIntegrations` and `GetAuthorizers`).
    pub async fn configuration(&self) -> Result<Configuration, Problem> {
        match self {
            Self::Http(gateway) => gateway.configuration().await,
            Self::Rest(gateway) => gateway.configuration().await,
        }
    }
}

/// The authorizer's name, by its id.
fn name_of<'a>(authorizers: impl Iterator<Item = (Option<&'a str>, Option<&'a str>)>, id: &str) -> String {
    let mut named = authorizers.filter(|(known, _)| *known == Some(id));
    named.find_map(|(_, name)| name).unwrap_or(id).to_owned()
}

/// A sorted list.
fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort();
    items
}
