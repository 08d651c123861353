//! What an API is set to right now, deployed or not.

use crate::aws::Gateway;
use crate::domain::{Deployment, Problem, SchemaFormat, Stage};

/// The working configuration of an API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// Equal for two reads between which nothing changed: a SHA-256 of everything read, in hexadecimal.
    pub fingerprint: String,
    /// Its methods (REST: `GetResources` with `embed=methods`) or routes.
    pub routes: Vec<ConfiguredRoute>,
    /// Names of the authorizers that it has.
    pub authorizers: Vec<String>,
}

/// One route as the gateway is set to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfiguredRoute {
    /// `GET /orders/{id}`, `ANY /a`, `$default`.
    pub route: String,
    /// The integration's type as OpenAPI writes it (`aws_proxy`, `http_proxy`, `mock`); `None` without one.
    pub integration_type: Option<String>,
    /// The integration's URI.
    pub uri: Option<String>,
    /// The name of its authorizer.
    pub authorizer: Option<String>,
    /// `NONE`, `AWS_IAM`, `CUSTOM`, `JWT`, `COGNITO_USER_POOLS`.
    pub authorization: String,
}

impl Gateway {
    /// The API as an OpenAPI 3.0 document with AWS's extensions: the stage's (`ExportApi` with a stage, `GetExport`), or the newest
    /// configuration (`ExportApi` without one; a REST API has none, which is a problem).
    pub async fn export(&self, _stage: Option<&str>, _format: SchemaFormat) -> Result<String, Problem> {
        todo!()
    }

    /// One stage (`GetStage`).
    pub async fn stage(&self, _name: &str) -> Result<Stage, Problem> {
        todo!()
    }

    /// One deployment (`GetDeployment`).
    pub async fn deployment(&self, _id: &str) -> Result<Deployment, Problem> {
        todo!()
    }

    /// The working configuration (`GetResources`, `GetAuthorizers`, `GetModels`, `GetGatewayResponses`, `GetRequestValidators` and
    /// `GetRestApi`; for an HTTP API `GetApi`, `GetRoutes`, `GetIntegrations` and `GetAuthorizers`).
    pub async fn configuration(&self) -> Result<Configuration, Problem> {
        todo!()
    }
}
