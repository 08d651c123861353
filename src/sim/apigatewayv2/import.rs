//! `ReimportApi` and `ImportApi`: a document becomes the whole configuration of an HTTP API.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::edit::Edit;
use super::routes::Routes;
use super::{Api, Cors};
use crate::sim::document;
use crate::sim::refusal::Refusal;
use crate::sim::rest_json::{Answer, Asked, wire};

#[derive(Deserialize)]
struct Input {
    body: String,
}

/// Overwrites everything but stages and deployments, at once or not at all.
pub fn reimport_api(asked: &mut Asked) -> Answer {
    let document = read(asked)?;
    let strict = asked.flag("failOnWarnings");
    let edit = Edit::of(asked)?;
    let routes = Routes::read(&document, edit.dice)?;
    apply(edit.api, &document, routes, strict)?;
    edit.finish()
}

/// Makes an API without stages.
pub fn import_api(asked: &mut Asked) -> Answer {
    let document = read(asked)?;
    let strict = asked.flag("failOnWarnings");
    let routes = Routes::read(&document, asked.dice)?;
    let mut api = Api::new(asked.dice.id(10), "", asked.region_name, asked.now);
    apply(&mut api, &document, routes, strict)?;
    let shape = wire(&api);
    asked.region.apis.push(api);
    shape
}

/// The document of the request. HTTP APIs take nothing but OpenAPI 3.0.
fn read(asked: &Asked) -> Result<Value, Refusal> {
    // The other ways to treat base paths are not understood here.
    if asked.query("basepath").is_some_and(|basepath| !basepath.eq_ignore_ascii_case("ignore")) {
        return Err(Refusal::bad_request("Only the basepath mode ignore is supported"));
    }
    let input: Input = asked.input()?;
    let document = document::read(&input.body, asked)?;
    if !document::is_openapi_3(&document) || !document["paths"].is_object() {
        return Err(document::unreadable());
    }
    if document["info"]["title"].as_str().is_none_or(str::is_empty) {
        return Err(Refusal::bad_request("Parse issue: attribute info.title is missing"));
    }
    Ok(document)
}

fn apply(api: &mut Api, document: &Value, routes: Routes, strict: bool) -> Result<(), Refusal> {
    if strict && !routes.warnings.is_empty() {
        return Err(document::stopped_by(&routes.warnings));
    }
    let cors = document.get("x-amazon-apigateway-cors").map(cors).transpose()?;
    let info = &document["info"];
    api.name = document::text(info, "title").unwrap_or_default();
    api.description = document::text(info, "description");
    api.version = document::text(info, "version");
    api.cors_configuration = cors;
    api.tags = tags(document);
    let endpoint = document::endpoint_configuration(document);
    api.disable_execute_api_endpoint =
        endpoint.is_some_and(|endpoint| endpoint["disableExecuteApiEndpoint"] == true);
    api.routes = routes.routes;
    api.integrations = routes.integrations;
    api.authorizers = routes.authorizers;
    api.import_info = routes.info;
    api.warnings = routes.warnings;
    Ok(())
}

/// A single text stands for a list of one.
fn cors(extension: &Value) -> Result<Cors, Refusal> {
    let mut extension = extension.clone();
    for key in ["allowMethods", "allowHeaders", "exposeHeaders", "allowOrigins"] {
        if let Some(value) = extension.get_mut(key).filter(|value| value.is_string()) {
            *value = Value::Array(vec![value.take()]);
        }
    }
    serde_json::from_value(extension)
        .map_err(|error| Refusal::bad_request(format!("Invalid CORS configuration: {error}")))
}

fn tags(document: &Value) -> BTreeMap<String, String> {
    let tags = document.get("tags").and_then(Value::as_array).into_iter().flatten();
    let pair = |tag: &Value| {
        Some((document::text(tag, "name")?, document::text(tag, "x-amazon-apigateway-tag-value")?))
    };
    tags.filter_map(pair).collect()
}
