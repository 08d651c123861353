//! Integrations and authorizers. Both are kept as documents write them, so that an export gives back what was imported;
//! their wire shapes are read off that.
// Fields are named as on the wire.
#![allow(clippy::struct_field_names)]

use serde_json::{Map, Value, json};

use crate::sim::export::AUTHORIZER;

/// Where a route leads.
#[derive(Clone, Debug)]
pub struct Integration {
    pub integration_id: String,
    /// `x-amazon-apigateway-integration`, without what has its default.
    pub extension: Value,
}

/// Milliseconds.
const DEFAULT_TIMEOUT: u32 = 30_000;

/// From a document's name to that of the wire.
const FIELDS: &[(&str, &str)] = &[
    ("uri", "integrationUri"),
    ("httpMethod", "integrationMethod"),
    ("integrationSubtype", "integrationSubtype"),
    ("connectionType", "connectionType"),
    ("connectionId", "connectionId"),
    ("credentials", "credentialsArn"),
    ("payloadFormatVersion", "payloadFormatVersion"),
    ("requestParameters", "requestParameters"),
    ("responseParameters", "responseParameters"),
    ("tlsConfig", "tlsConfig"),
    ("description", "description"),
];

impl Integration {
    /// As imported: with the defaults that AWS writes, and without those that it leaves out.
    pub fn imported(integration_id: String, mut extension: Map<String, Value>) -> Self {
        extension.retain(|_, value| !value.is_null());
        extension.entry("payloadFormatVersion").or_insert_with(|| "1.0".into());
        extension.entry("connectionType").or_insert_with(|| "INTERNET".into());
        if let Some(kind) = extension.get_mut("type")
            && let Some(lower) = kind.as_str().map(str::to_ascii_lowercase)
        {
            *kind = lower.into();
        }
        extension.retain(|key, value| key != "timeoutInMillis" || *value != json!(DEFAULT_TIMEOUT));
        Self { integration_id, extension: Value::Object(extension) }
    }

    /// The wire shape.
    pub fn shape(&self) -> Value {
        let kind = self.extension["type"].as_str().unwrap_or_default().to_ascii_uppercase();
        let timeout = self.extension.get("timeoutInMillis").cloned();
        let mut shape = json!({
            "integrationId": self.integration_id,
            "integrationType": kind,
            "timeoutInMillis": timeout.unwrap_or_else(|| DEFAULT_TIMEOUT.into()),
        });
        for (theirs, ours) in FIELDS {
            if let Some(value) = self.extension.get(*theirs) {
                shape[*ours] = value.clone();
            }
        }
        shape
    }
}

/// Who decides about the callers of a route.
#[derive(Clone, Debug)]
pub struct Authorizer {
    pub authorizer_id: String,
    pub name: String,
    /// The security scheme, with `x-amazon-apigateway-authorizer`.
    pub scheme: Value,
}

impl Authorizer {
    /// An authorizer with the scheme that AWS writes for its kind.
    pub fn new(authorizer_id: String, name: &str, extension: Value) -> Self {
        let mut scheme = match extension["type"].as_str() {
            Some("jwt") => json!({ "type": "oauth2", "flows": {} }),
            _ => json!({ "type": "apiKey", "name": "Authorization", "in": "header" }),
        };
        scheme[AUTHORIZER] = extension;
        Self { authorizer_id, name: name.to_owned(), scheme }
    }

    /// What its routes call the authorization.
    pub fn authorization_type(&self) -> &'static str {
        if self.scheme[AUTHORIZER]["type"] == "jwt" { "JWT" } else { "CUSTOM" }
    }

    /// The wire shape.
    pub fn shape(&self) -> Value {
        let extension = &self.scheme[AUTHORIZER];
        let sources = extension["identitySource"].as_str().unwrap_or_default();
        let sources: Vec<&str> =
            sources.split(',').map(str::trim).filter(|source| !source.is_empty()).collect();
        let mut shape = json!({
            "authorizerId": self.authorizer_id,
            "authorizerType": extension["type"].as_str().unwrap_or_default().to_ascii_uppercase(),
            "name": self.name,
            "identitySource": sources,
        });
        for (theirs, ours) in [
            ("jwtConfiguration", "jwtConfiguration"),
            ("authorizerUri", "authorizerUri"),
            ("authorizerCredentials", "authorizerCredentialsArn"),
            ("authorizerPayloadFormatVersion", "authorizerPayloadFormatVersion"),
            ("authorizerResultTtlInSeconds", "authorizerResultTtlInSeconds"),
            ("enableSimpleResponses", "enableSimpleResponses"),
        ] {
            if let Some(value) = extension.get(theirs) {
                shape[ours] = value.clone();
            }
        }
        shape
    }
}
