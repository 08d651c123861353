//! A REST API and its parts. The structures are the wire shapes; what never goes out is skipped.
// Fields are named, and flags are flags, as on the wire.
#![allow(clippy::struct_field_names, clippy::struct_excessive_bools)]

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::fmt::serde::timestamp::second::required as epoch_seconds;
use serde::Serialize;

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
    pub api_key_source: &'static str,
    pub endpoint_configuration: EndpointConfiguration,
    /// The resource policy, JSON as a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    pub tags: BTreeMap<String, String>,
    pub disable_execute_api_endpoint: bool,
    pub root_resource_id: String,
    pub api_status: &'static str,
    #[serde(skip)]
    pub stages: Vec<Stage>,
    #[serde(skip)]
    pub deployments: Vec<Deployment>,
    #[serde(skip)]
    pub resources: Vec<Resource>,
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

/// REST deployments have no status: creating one succeeds or fails at once.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(with = "epoch_seconds")]
    pub created_date: Timestamp,
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

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Method {
    pub http_method: &'static str,
    pub authorization_type: &'static str,
    pub api_key_required: bool,
    /// By the source, such as `method.request.path.id`; true where the parameter is required.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub request_parameters: BTreeMap<String, bool>,
    /// By status code.
    pub method_responses: BTreeMap<String, MethodResponse>,
    pub method_integration: Integration,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MethodResponse {
    pub status_code: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Integration {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub http_method: &'static str,
    pub uri: String,
    pub passthrough_behavior: &'static str,
    pub timeout_in_millis: u32,
    /// From the integration's parameter to where its value comes from.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub request_parameters: BTreeMap<String, String>,
    /// By status code.
    pub integration_responses: BTreeMap<String, IntegrationResponse>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationResponse {
    pub status_code: String,
    /// What the backend's answer must match; the response without it is the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selection_pattern: Option<String>,
}
