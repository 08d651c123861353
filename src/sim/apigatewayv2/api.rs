//! An HTTP or WebSocket API and its parts. The structures are the wire shapes; what never goes out is skipped.
// Fields are named, and flags are flags, as on the wire.
#![allow(clippy::struct_field_names, clippy::struct_excessive_bools)]

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Authorizer, Integration};
use crate::sim::traffic::Traffic;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ProtocolType {
    Http,
    Websocket,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Api {
    pub api_id: String,
    pub name: String,
    pub protocol_type: ProtocolType,
    pub api_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    pub created_date: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cors_configuration: Option<Cors>,
    pub disable_execute_api_endpoint: bool,
    pub ip_address_type: &'static str,
    pub route_selection_expression: &'static str,
    pub api_key_selection_expression: &'static str,
    pub tags: BTreeMap<String, String>,
    /// What the last import ignored, although it is valid.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub import_info: Vec<String>,
    /// What was wrong with the last import, but did not stop it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    #[serde(skip)]
    pub stages: Vec<Stage>,
    #[serde(skip)]
    pub deployments: Vec<Deployment>,
    #[serde(skip)]
    pub routes: Vec<Route>,
    #[serde(skip)]
    pub integrations: Vec<Integration>,
    #[serde(skip)]
    pub authorizers: Vec<Authorizer>,
}

impl Api {
    /// An HTTP API with nothing in it.
    pub fn new(id: String, name: &str, region: &str, now: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            protocol_type: ProtocolType::Http,
            api_endpoint: format!("https://{id}.execute-api.{region}.amazonaws.com"),
            api_id: id,
            description: None,
            version: None,
            created_date: now,
            cors_configuration: None,
            disable_execute_api_endpoint: false,
            ip_address_type: "ipv4",
            route_selection_expression: "$request.method $request.path",
            api_key_selection_expression: "$request.header.x-api-key",
            tags: BTreeMap::new(),
            import_info: Vec::new(),
            warnings: Vec::new(),
            stages: Vec::new(),
            deployments: Vec::new(),
            routes: Vec::new(),
            integrations: Vec::new(),
            authorizers: Vec::new(),
        }
    }

    /// The API as it is now, without its stages and deployments: what a deployment keeps.
    pub fn snapshot(&self) -> Arc<Self> {
        let parts = (self.routes.clone(), self.integrations.clone(), self.authorizers.clone());
        let (routes, integrations, authorizers) = parts;
        Arc::new(Self {
            api_id: self.api_id.clone(),
            name: self.name.clone(),
            api_endpoint: self.api_endpoint.clone(),
            description: self.description.clone(),
            version: self.version.clone(),
            cors_configuration: self.cors_configuration.clone(),
            tags: self.tags.clone(),
            import_info: Vec::new(),
            warnings: Vec::new(),
            stages: Vec::new(),
            deployments: Vec::new(),
            routes,
            integrations,
            authorizers,
            ..*self
        })
    }

    /// What a stage serves; `None` if it was never deployed.
    pub fn live(&self, stage: &Stage) -> Option<&Arc<Self>> {
        let id = stage.deployment_id.as_ref()?;
        let deployment = self.deployments.iter().find(|deployment| deployment.deployment_id == *id);
        deployment?.snapshot.as_ref()
    }
}

/// On the wire as in a document.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Cors {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow_methods: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow_headers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expose_headers: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_credentials: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow_origins: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stage {
    pub stage_name: String,
    /// Absent on a stage that was never deployed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    pub auto_deploy: bool,
    /// Made by the quick creation of an API, and not to be modified.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub api_gateway_managed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_deployment_status_message: Option<String>,
    pub created_date: Timestamp,
    pub last_updated_date: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub stage_variables: BTreeMap<String, String>,
    pub default_route_settings: RouteSettings,
    pub route_settings: BTreeMap<String, RouteSettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_log_settings: Option<AccessLogSettings>,
    pub tags: BTreeMap<String, String>,
    #[serde(skip)]
    pub traffic: Traffic,
}

impl Stage {
    /// A stage that was never deployed and that nobody calls.
    pub fn new(name: &str, now: Timestamp) -> Self {
        Self {
            stage_name: name.to_owned(),
            deployment_id: None,
            auto_deploy: false,
            api_gateway_managed: false,
            last_deployment_status_message: None,
            created_date: now,
            last_updated_date: now,
            description: None,
            stage_variables: BTreeMap::new(),
            default_route_settings: RouteSettings::default(),
            route_settings: BTreeMap::new(),
            access_log_settings: None,
            tags: BTreeMap::new(),
            traffic: Traffic::none(now),
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RouteSettings {
    pub detailed_metrics_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttling_burst_limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttling_rate_limit: Option<f64>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccessLogSettings {
    pub destination_arn: String,
    pub format: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum DeploymentStatus {
    Pending,
    Failed,
    Deployed,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    pub deployment_id: String,
    pub deployment_status: DeploymentStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment_status_message: Option<String>,
    pub auto_deployed: bool,
    pub created_date: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How it ends, while it is pending.
    #[serde(skip)]
    pub outlook: Option<Outlook>,
    /// The API as it was deployed.
    #[serde(skip)]
    pub snapshot: Option<Arc<Api>>,
}

/// What is to become of a pending deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// How often it is still seen pending.
    pub looks: u8,
    /// Why it will fail, if it will.
    pub failure: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    pub route_id: String,
    pub route_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    pub authorization_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorizer_id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_scopes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_name: Option<String>,
    pub api_key_required: bool,
}
