//! The routes, integrations and authorizers that a document describes.
// The routes are what the others are for.
#![allow(clippy::struct_field_names)]

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value};

use super::{Authorizer, Integration, Route};
use crate::sim::dice::Dice;
use crate::sim::document::{self, object, resolved};
use crate::sim::export::{ANY_METHOD, AUTHORIZER, INTEGRATION};
use crate::sim::refusal::Refusal;

/// What an import makes of a document.
pub struct Routes {
    pub routes: Vec<Route>,
    pub integrations: Vec<Integration>,
    pub authorizers: Vec<Authorizer>,
    /// What is valid, but has no place in an HTTP API.
    pub info: Vec<String>,
    pub warnings: Vec<String>,
}

/// How a route is protected: type, authorizer, scopes.
type Protection = (&'static str, Option<String>, Vec<String>);

impl Routes {
    /// Fails where AWS refuses the whole document.
    pub fn read(document: &Value, dice: &mut Dice) -> Result<Self, Refusal> {
        let mut read = Self {
            routes: Vec::new(),
            integrations: Vec::new(),
            authorizers: Vec::new(),
            info: Vec::new(),
            warnings: Vec::new(),
        };
        read.add_authorizers(document, dice);
        let shared = read.add_shared_integrations(document, dice)?;
        let mut taken = HashSet::new();
        for (path, method, operation) in document::operations(document) {
            if !path.starts_with('/') {
                read.warnings.push(format!("Resource {path} should start with /"));
                continue;
            }
            let key = route_key(path, &method)?;
            if !taken.insert(without_names(&key)) {
                let message = format!("Route with key {key} already exists for this API");
                return Err(Refusal::new(409, "ConflictException", message));
            }
            read.remark(path, &method, operation);
            let target = read.target(document, operation, &shared, dice)?;
            if target.is_none() {
                read.warnings.push(missing(path, &method, INTEGRATION));
            }
            let (authorization_type, authorizer_id, authorization_scopes) =
                read.protection(document, operation, &key)?;
            read.routes.push(Route {
                route_id: dice.id(7),
                route_key: key,
                target: target.map(|id| format!("integrations/{id}")),
                authorization_type,
                authorizer_id,
                authorization_scopes,
                operation_name: document::text(operation, "operationId"),
                api_key_required: false,
            });
        }
        if object(&document["components"], "schemas").next().is_some() {
            read.info.push("Schemas are not supported for HTTP APIs and were ignored".to_owned());
        }
        Ok(read)
    }

    /// Schemes without an authorizer are nothing to AWS.
    fn add_authorizers(&mut self, document: &Value, dice: &mut Dice) {
        for (name, scheme) in object(&document["components"], "securitySchemes") {
            let Some(extension) = scheme.get(AUTHORIZER) else { continue };
            let issuer = extension["jwtConfiguration"]["issuer"].as_str().unwrap_or_default();
            let host = issuer.trim_start_matches("https://").split('/').next().unwrap_or_default();
            // Nobody can answer under this top-level domain.
            if host.ends_with(".invalid") {
                self.warnings.push(format!(
                    "Unable to create authorizer {name}: Caught exception when connecting to \
                     {issuer}/.well-known/openid-configuration for issuer {issuer}. Please try again later."
                ));
                continue;
            }
            self.authorizers.push(Authorizer::new(dice.id(6), name, extension.clone()));
        }
    }

    /// The ids of the integrations that the document names, by their references.
    fn add_shared_integrations(
        &mut self,
        document: &Value,
        dice: &mut Dice,
    ) -> Result<BTreeMap<String, String>, Refusal> {
        let mut shared = BTreeMap::new();
        for (name, extension) in object(&document["components"], "x-amazon-apigateway-integrations") {
            let Some(extension) = extension.as_object() else { return Err(document::unreadable()) };
            let id = self.add_integration(extension, dice)?;
            shared.insert(format!("#/components/x-amazon-apigateway-integrations/{name}"), id);
        }
        Ok(shared)
    }

    fn add_integration(
        &mut self,
        extension: &Map<String, Value>,
        dice: &mut Dice,
    ) -> Result<String, Refusal> {
        let kind = extension.get("type").and_then(Value::as_str).unwrap_or_default();
        if !["aws_proxy", "http_proxy"].contains(&kind.to_ascii_lowercase().as_str()) {
            let message =
                format!("Invalid integration type {kind}. HTTP APIs support AWS_PROXY and HTTP_PROXY");
            return Err(Refusal::bad_request(message));
        }
        let id = dice.id(7);
        self.integrations.push(Integration::imported(id.clone(), extension.clone()));
        Ok(id)
    }

    /// The id of the integration that an operation leads to.
    fn target(
        &mut self,
        document: &Value,
        operation: &Value,
        shared: &BTreeMap<String, String>,
        dice: &mut Dice,
    ) -> Result<Option<String>, Refusal> {
        let Some(extension) = operation.get(INTEGRATION).filter(|extension| !extension.is_null()) else {
            return Ok(None);
        };
        let reference = extension.get("$ref").and_then(Value::as_str);
        if let Some(id) = reference.and_then(|reference| shared.get(reference)) {
            return Ok(Some(id.clone()));
        }
        let extension = resolved(document, extension).ok_or_else(document::unreadable)?;
        self.add_integration(extension, dice).map(Some)
    }

    /// AWS takes one authorizer at most.
    fn protection(&mut self, document: &Value, operation: &Value, key: &str) -> Result<Protection, Refusal> {
        if operation["x-amazon-apigateway-auth"]["type"] == "AWS_IAM" {
            return Ok(("AWS_IAM", None, Vec::new()));
        }
        let named = document::security(document, operation);
        let named: Vec<_> = named.iter().filter_map(Value::as_object).flatten().collect();
        let [(name, scopes)] = named[..] else {
            if named.is_empty() {
                return Ok(("NONE", None, Vec::new()));
            }
            let message =
                format!("Only one authorizer is supported per operation, but {key} names {}", named.len());
            return Err(Refusal::bad_request(message));
        };
        let scheme = &document["components"]["securitySchemes"][name.as_str()];
        if scheme["x-amazon-apigateway-authtype"] == "awsSigv4" {
            return Ok(("AWS_IAM", None, Vec::new()));
        }
        let Some(authorizer) = self.authorizers.iter().find(|known| known.name == *name) else {
            self.warnings.push(format!("Security scheme {name} of {key} has no authorizer and was ignored"));
            return Ok(("NONE", None, Vec::new()));
        };
        let scopes = scopes.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        Ok((authorizer.authorization_type(), Some(authorizer.authorizer_id.clone()), scopes.collect()))
    }

    fn remark(&mut self, path: &str, method: &str, operation: &Value) {
        // An extension is not looked into.
        if method != "ANY" && operation.get("responses").is_none() {
            self.warnings.push(missing(path, method, "responses"));
        }
        if operation.get("requestBody").is_some() {
            self.info.push(format!("The request body of {method} {path} is not supported and was ignored"));
        }
    }
}

fn missing(path: &str, method: &str, attribute: &str) -> String {
    let method = if method == "ANY" { ANY_METHOD.to_owned() } else { method.to_ascii_lowercase() };
    format!("Parse issue: attribute paths.'{path}'({method}).{attribute} is missing")
}

/// A greedy parameter must be the last part of its path.
fn route_key(path: &str, method: &str) -> Result<String, Refusal> {
    if path == "/$default" && method == "ANY" {
        return Ok("$default".to_owned());
    }
    let mut parts = path.split('/').rev();
    parts.next();
    if parts.any(|part| part.ends_with("+}")) {
        return Err(Refusal::bad_request(format!(
            "Invalid path {path}: a greedy parameter must be at its end"
        )));
    }
    Ok(format!("{method} {path}"))
}

/// Two routes that differ in the names of their parameters only are one.
fn without_names(key: &str) -> String {
    let parts = key.split('/').map(|part| match (part.starts_with('{'), part.ends_with("+}")) {
        (true, true) => "{+}",
        (true, false) => "{}",
        _ => part,
    });
    parts.collect::<Vec<_>>().join("/")
}
