//! A custom domain name and the stages that its paths lead to.
// Fields are named as on the wire.
#![allow(clippy::struct_field_names)]

use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DomainName {
    pub domain_name: String,
    pub api_mapping_selection_expression: &'static str,
    pub domain_name_configurations: Vec<DomainNameConfiguration>,
    #[serde(skip)]
    pub mappings: Vec<ApiMapping>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DomainNameConfiguration {
    pub api_gateway_domain_name: String,
    pub certificate_arn: String,
    pub domain_name_status: &'static str,
    pub endpoint_type: &'static str,
    pub hosted_zone_id: String,
    pub security_policy: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiMapping {
    pub api_mapping_id: String,
    pub api_id: String,
    pub stage: String,
    /// The first part of the path; empty for the domain as a whole.
    pub api_mapping_key: String,
}
