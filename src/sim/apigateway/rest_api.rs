//! A REST API and its parts. The structures are the wire shapes; what never goes out is skipped.
// Fields are named, and flags are flags, as on the wire.
#![allow(clippy::struct_field_names, clippy::struct_excessive_bools)]

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::fmt::serde::timestamp::second::required as epoch_seconds;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Method;
use crate::sim::dice;
use crate::sim::traffic::Traffic;

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RestApi {
    pub id: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(with = "epoch_seconds")]
    pub created_date: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub binary_media_types: Vec<String>,
    pub api_key_source: String,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_compression_size: Option<u64>,
    pub endpoint_configuration: EndpointConfiguration,
    /// The resource policy, JSON as a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    pub tags: BTreeMap<String, String>,
    pub disable_execute_api_endpoint: bool,
    pub root_resource_id: String,
    pub api_status: &'static str,
    /// What was wrong with the last import, but did not stop it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    #[serde(skip)]
    pub stages: Vec<Stage>,
    #[serde(skip)]
    pub deployments: Vec<Deployment>,
    #[serde(skip)]
    pub resources: Vec<Resource>,
    /// Security schemes by name, with the extensions that make authorizers of them.
    #[serde(skip)]
    pub schemes: Map<String, Value>,
    /// Schemas by name.
    #[serde(skip)]
    pub models: Map<String, Value>,
    /// What the gateway itself answers, by the type of the response.
    #[serde(skip)]
    pub gateway_responses: Map<String, Value>,
    /// What is checked before the integration is called, by the name of the validator.
    #[serde(skip)]
    pub validators: Map<String, Value>,
    /// The validator of methods that name none.
    #[serde(skip)]
    pub request_validator: Option<String>,
}

impl RestApi {
    /// The API as it is now, without its stages and deployments: what a deployment keeps.
    pub fn snapshot(&self) -> Arc<Self> {
        let mut copy = self.clone();
        copy.stages.clear();
        copy.deployments.clear();
        Arc::new(copy)
    }

    /// The id of one of its parts, which follows from its name.
    pub fn id_of(&self, kind: &str, name: &str) -> String {
        dice::Dice::of(dice::hash(&self.id), &format!("{kind}/{name}")).id(6)
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EndpointConfiguration {
    pub types: Vec<&'static str>,
    pub ip_address_type: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vpc_endpoint_ids: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stage {
    pub deployment_id: String,
    pub stage_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub cache_cluster_enabled: bool,
    pub cache_cluster_status: &'static str,
    pub method_settings: BTreeMap<String, MethodSettings>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_log_settings: Option<AccessLogSettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canary_settings: Option<CanarySettings>,
    pub tracing_enabled: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    #[serde(with = "epoch_seconds")]
    pub created_date: Timestamp,
    #[serde(with = "epoch_seconds")]
    pub last_updated_date: Timestamp,
    #[serde(skip)]
    pub traffic: Traffic,
}

impl Stage {
    /// A stage that nobody calls, and whose deployment is still to be named.
    pub fn new(name: &str, now: Timestamp) -> Self {
        Self {
            deployment_id: String::new(),
            stage_name: name.to_owned(),
            description: None,
            cache_cluster_enabled: false,
            cache_cluster_status: "NOT_AVAILABLE",
            method_settings: BTreeMap::new(),
            variables: BTreeMap::new(),
            access_log_settings: None,
            canary_settings: None,
            tracing_enabled: false,
            tags: BTreeMap::new(),
            created_date: now,
            last_updated_date: now,
            traffic: Traffic::none(now),
        }
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MethodSettings {
    pub metrics_enabled: bool,
    pub logging_level: &'static str,
    pub data_trace_enabled: bool,
    pub throttling_burst_limit: u32,
    pub throttling_rate_limit: f64,
    pub caching_enabled: bool,
    pub cache_ttl_in_seconds: u32,
    pub cache_data_encrypted: bool,
    pub require_authorization_for_cache_control: bool,
    pub unauthorized_cache_control_header_strategy: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessLogSettings {
    pub format: String,
    pub destination_arn: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CanarySettings {
    /// Of a hundred.
    pub percent_traffic: f64,
    pub deployment_id: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub stage_variable_overrides: BTreeMap<String, String>,
    pub use_stage_cache: bool,
}

impl CanarySettings {
    /// A canary that gets no requests yet.
    pub fn of(deployment_id: String) -> Self {
        let stage_variable_overrides = BTreeMap::new();
        Self { percent_traffic: 0.0, deployment_id, stage_variable_overrides, use_stage_cache: false }
    }
}

/// REST deployments have no status: creating one succeeds or fails at once.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(with = "epoch_seconds")]
    pub created_date: Timestamp,
    /// The API as it was deployed.
    #[serde(skip)]
    pub snapshot: Option<Arc<RestApi>>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_part: Option<String>,
    pub path: String,
    /// On the wire a map, whole or bare by the question.
    #[serde(skip)]
    pub methods: Vec<Method>,
}
