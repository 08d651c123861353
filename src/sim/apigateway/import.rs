//! `PutRestApi`: a document becomes the configuration of a REST API, or is merged into it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::edit::api_mut;
use super::{Method, Resource, RestApi, swagger};
use crate::sim::dice::Dice;
use crate::sim::document::{self, object};
use crate::sim::export::INTEGRATION;
use crate::sim::fault::What;
use crate::sim::refusal::Refusal;
use crate::sim::rest_json::{Answer, Asked, wire};

/// Bytes of the largest document.
const LARGEST: usize = 6 * 1024 * 1024;

/// What happens to what the document does not mention.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Merge,
    Overwrite,
}

/// Nothing is live before it is deployed. A document that fails its validation changes nothing; a fault in the middle
/// leaves a part of it behind.
pub fn put_rest_api(asked: &mut Asked) -> Answer {
    if asked.body.len() > LARGEST {
        let message = "Request size exceeded the limit of 6291456 bytes";
        return Err(Refusal::new(413, "RequestEntityTooLargeException", message));
    }
    let text = std::str::from_utf8(asked.body).map_err(|_| document::unreadable())?;
    let document = swagger::upgraded(document::read(text, asked)?);
    let mode = match asked.query("mode") {
        Some("overwrite") => Mode::Overwrite,
        None | Some("merge") => Mode::Merge,
        Some(other) => return Err(Refusal::bad_request(format!("Invalid mode {other}"))),
    };
    let warnings = validate(&document)?;
    if asked.flag("failonwarnings") && !warnings.is_empty() {
        return Err(document::stopped_by(&warnings));
    }
    let breaks_down = asked.failure == Some(What::Half);
    let (api, dice) = api_mut(asked)?;
    let operations: Vec<_> = document::operations(&document).collect();
    let done = if breaks_down { operations.len() / 2 } else { operations.len() };
    if mode == Mode::Overwrite {
        api.resources.iter_mut().for_each(|resource| resource.methods.clear());
    }
    for (path, method, operation) in operations.into_iter().take(done) {
        let shared = &document["paths"][path]["parameters"];
        let shared = shared.as_array().map(Vec::as_slice).unwrap_or_default();
        let method = Method::imported(method, &document, operation, shared);
        let methods = &mut resource(api, path, dice).methods;
        methods.retain(|known| known.http_method != method.http_method);
        methods.push(method);
    }
    if breaks_down {
        return Err(Refusal::broken(crate::sim::Service::ApiGateway, 500));
    }
    if mode == Mode::Overwrite {
        drop_bare_resources(api);
    }
    set_parts(api, &document, mode);
    api.warnings = warnings;
    wire(&*api)
}

/// What AWS warns of; fails where it refuses the document.
fn validate(document: &Value) -> Result<Vec<String>, Refusal> {
    if !document::is_openapi_3(document) || !document["paths"].is_object() {
        return Err(document::unreadable());
    }
    let mut warnings = Vec::new();
    for (path, method, operation) in document::operations(document) {
        let mut above = path.split('/').rev().skip(1);
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_-.,:{}+/$".contains(c);
        if !path.starts_with('/') || above.any(|part| part.ends_with("+}")) || !path.chars().all(allowed) {
            return Err(document::unreadable());
        }
        let kind = operation[INTEGRATION]["type"].as_str().unwrap_or("mock").to_ascii_lowercase();
        if !["aws", "aws_proxy", "http", "http_proxy", "mock"].contains(&kind.as_str()) {
            return Err(document::unreadable());
        }
        if method != "ANY" && operation.get("responses").is_none() {
            let method = method.to_ascii_lowercase();
            warnings.push(format!("Parse issue: attribute paths.'{path}'({method}).responses is missing"));
        }
        let schemes = &document["components"]["securitySchemes"];
        let named =
            document::security(document, operation).iter().filter_map(Value::as_object).flat_map(Map::keys);
        for name in named.filter(|name| schemes.get(name.as_str()).is_none()) {
            warnings.push(format!("Unable to find security scheme {name} for {method} {path}. Ignoring."));
        }
    }
    Ok(warnings)
}

/// The resource of a path, made with those above it where it is missing.
fn resource<'a>(api: &'a mut RestApi, path: &str, dice: &mut Dice) -> &'a mut Resource {
    let path = if path == "/" { path } else { path.trim_end_matches('/') };
    if let Some(at) = api.resources.iter().position(|resource| resource.path == path) {
        return &mut api.resources[at];
    }
    let (above, part) = path.rsplit_once('/').unwrap_or_default();
    let parent_id = resource(api, if above.is_empty() { "/" } else { above }, dice).id.clone();
    let (parent_id, path_part) = (Some(parent_id), Some(part.to_owned()));
    let made = Resource { id: dice.id(6), parent_id, path_part, path: path.to_owned(), methods: Vec::new() };
    api.resources.push(made);
    let last = api.resources.len() - 1;
    &mut api.resources[last]
}

/// Resources with neither methods nor anything below them, but for the root.
fn drop_bare_resources(api: &mut RestApi) {
    let used: Vec<String> = api
        .resources
        .iter()
        .filter(|resource| !resource.methods.is_empty())
        .map(|resource| format!("{}/", resource.path))
        .collect();
    api.resources.retain(|resource| {
        let below = format!("{}/", resource.path);
        resource.path == "/" || used.iter().any(|path| path.starts_with(&below))
    });
}

/// Everything but the methods. An overwrite resets what the document leaves out.
fn set_parts(api: &mut RestApi, document: &Value, mode: Mode) {
    let info = &document["info"];
    let components = &document["components"];
    api.name = document::text(info, "title").unwrap_or_else(|| api.name.clone());
    replace(&mut api.description, document::text(info, "description"), mode);
    replace(&mut api.version, document::text(info, "version"), mode);
    let policy = document.get("x-amazon-apigateway-policy");
    replace(&mut api.policy, policy.map(ToString::to_string), mode);
    let size = document.get("x-amazon-apigateway-minimum-compression-size").and_then(Value::as_u64);
    replace(&mut api.minimum_compression_size, size, mode);
    let validator = document::text(document, "x-amazon-apigateway-request-validator");
    replace(&mut api.request_validator, validator, mode);
    let source = document::text(document, "x-amazon-apigateway-api-key-source");
    let mut source = source.map(|source| source.to_ascii_uppercase());
    source = source.or_else(|| (mode == Mode::Overwrite).then(|| "HEADER".to_owned()));
    api.api_key_source = source.unwrap_or_else(|| std::mem::take(&mut api.api_key_source));
    let types = document.get("x-amazon-apigateway-binary-media-types").and_then(Value::as_array);
    let types = types.map(|types| types.iter().filter_map(Value::as_str).map(str::to_owned).collect());
    if types.is_some() || mode == Mode::Overwrite {
        api.binary_media_types = types.unwrap_or_default();
    }
    for (ours, theirs) in [
        (&mut api.schemes, object(components, "securitySchemes").collect::<BTreeMap<_, _>>()),
        (&mut api.models, object(components, "schemas").collect()),
        (&mut api.gateway_responses, object(document, "x-amazon-apigateway-gateway-responses").collect()),
        (&mut api.validators, object(document, "x-amazon-apigateway-request-validators").collect()),
    ] {
        if mode == Mode::Overwrite {
            ours.clear();
        }
        ours.extend(theirs.into_iter().map(|(name, value)| (name.to_owned(), value.clone())));
    }
    let endpoint = document::endpoint_configuration(document);
    if let Some(is_disabled) = endpoint.and_then(|endpoint| endpoint["disableExecuteApiEndpoint"].as_bool()) {
        api.disable_execute_api_endpoint = is_disabled;
    }
    if let Some(ids) = endpoint.and_then(|endpoint| endpoint["vpcEndpointIds"].as_array()) {
        let ids = ids.iter().filter_map(Value::as_str).map(str::to_owned);
        api.endpoint_configuration.vpc_endpoint_ids = ids.collect();
    }
}

fn replace<T>(ours: &mut Option<T>, theirs: Option<T>, mode: Mode) {
    if theirs.is_some() || mode == Mode::Overwrite {
        *ours = theirs;
    }
}
