//! The parts of a REST API beside its methods, as lists: authorizers, models, responses of the gateway, validators.

use serde_json::{Value, json};

use super::{PAGES, RestApi};
use crate::sim::export::AUTHORIZER;
use crate::sim::rest_json::{Answer, Asked};

/// `GetAuthorizers`: the security schemes that an authorizer stands behind.
pub fn get_authorizers(asked: &Asked) -> Answer {
    let api = super::api(asked)?;
    let shapes = api.schemes.iter().filter_map(|(name, scheme)| authorizer(api, name, scheme));
    asked.page(&shapes.collect::<Vec<Value>>(), &PAGES)
}

fn authorizer(api: &RestApi, name: &str, scheme: &Value) -> Option<Value> {
    let extension = scheme.get(AUTHORIZER)?;
    let kind = extension["type"].as_str().unwrap_or_default().to_ascii_uppercase();
    let header = scheme["name"].as_str().unwrap_or("Authorization");
    let mut shape = json!({
        "id": api.id_of("authorizer", name),
        "name": name,
        "type": kind,
        "authType": scheme["x-amazon-apigateway-authtype"].as_str().unwrap_or("custom"),
        "identitySource": format!("method.request.header.{header}"),
    });
    for (theirs, ours) in [
        ("providerARNs", "providerARNs"),
        ("authorizerUri", "authorizerUri"),
        ("authorizerCredentials", "authorizerCredentials"),
        ("identitySource", "identitySource"),
        ("identityValidationExpression", "identityValidationExpression"),
        ("authorizerResultTtlInSeconds", "authorizerResultTtlInSeconds"),
    ] {
        if let Some(value) = extension.get(theirs) {
            shape[ours] = value.clone();
        }
    }
    Some(shape)
}

/// `GetModels`.
pub fn get_models(asked: &Asked) -> Answer {
    let api = super::api(asked)?;
    let shape = |(name, schema): (&String, &Value)| {
        json!({
            "id": api.id_of("model", name),
            "name": name,
            "schema": schema.to_string(),
            "contentType": "application/json",
        })
    };
    asked.page(&api.models.iter().map(shape).collect::<Vec<Value>>(), &PAGES)
}

/// `GetGatewayResponses`: those that the API sets itself; the defaults of AWS are not listed.
pub fn get_gateway_responses(asked: &Asked) -> Answer {
    let api = super::api(asked)?;
    let shape = |(kind, response): (&String, &Value)| {
        let mut shape = json!({ "responseType": kind, "defaultResponse": false });
        if let Some(status) = response.get("statusCode") {
            // A document may write the status as a number.
            shape["statusCode"] = status.as_str().map_or_else(|| status.to_string(), str::to_owned).into();
        }
        for key in ["responseParameters", "responseTemplates"] {
            if let Some(value) = response.get(key) {
                shape[key] = value.clone();
            }
        }
        shape
    };
    asked.page(&api.gateway_responses.iter().map(shape).collect::<Vec<Value>>(), &PAGES)
}

/// `GetRequestValidators`.
pub fn get_request_validators(asked: &Asked) -> Answer {
    let api = super::api(asked)?;
    let shape = |(name, validator): (&String, &Value)| {
        json!({
            "id": api.id_of("validator", name),
            "name": name,
            "validateRequestBody": validator["validateRequestBody"] == true,
            "validateRequestParameters": validator["validateRequestParameters"] == true,
        })
    };
    asked.page(&api.validators.iter().map(shape).collect::<Vec<Value>>(), &PAGES)
}
