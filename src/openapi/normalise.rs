//! A document without what AWS made up, so that two exports of one configuration are the same.

use serde_json::{Map, Value};

use crate::domain::ApiType;

use super::{Document, pointer, route};

/// What AWS calls an integration that no route uses.
pub(super) const UNUSED_INTEGRATION: &str = "unusedIntegration_";

const SHARED_INTEGRATIONS: &str = "x-amazon-apigateway-integrations";
const INTEGRATION: &str = "x-amazon-apigateway-integration";
const ENDPOINT: &str = "x-amazon-apigateway-endpoint-configuration";

/// The document without what AWS generates (a version that is a time, servers, generated descriptions, unused integrations), its
/// keys in one order: equal for two exports of the same configuration.
pub fn normalise(_api_type: ApiType, document: &Document) -> Document {
    let mut value = document.value().clone();
    inline_integrations(document.value(), &mut value);
    if let Some(root) = value.as_object_mut() {
        drop_generated(root);
    }
    sort(&mut value);
    value.into()
}

/// Whether a version is the time of an export: `2025-06-20 17:22:45UTC`, `2025-06-20T17:22:45Z`.
pub(super) fn is_generated_version(version: &Value) -> bool {
    let Some((date, time)) = version.as_str().and_then(|text| text.split_once([' ', 'T'])) else {
        return false;
    };
    let time = time.strip_suffix("UTC").or_else(|| time.strip_suffix('Z')).map(str::trim);
    let digits = |text: &str, separator: char, lengths: &[usize]| {
        let parts: Vec<&str> = text.split(separator).collect();
        let fits = |(part, length): (&&str, &usize)| {
            part.len() == *length && part.bytes().all(|b| b.is_ascii_digit())
        };
        parts.len() == lengths.len() && parts.iter().zip(lengths).all(fits)
    };
    let time = time.map(|time| time.split('.').next().unwrap_or_default());
    digits(date, '-', &[4, 2, 2]) && time.is_some_and(|time| digits(time, ':', &[2, 2, 2]))
}

fn drop_generated(root: &mut Map<String, Value>) {
    if let Some(info) = root.get_mut("info").and_then(Value::as_object_mut) {
        info.retain(|key, value| key != "version" || !is_generated_version(value));
    }
    root.retain(|key, _| !matches!(key.as_str(), "host" | "basePath" | "schemes"));
    endpoint_only(root);
    for item in root.get_mut("paths").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
        if let Some(item) = item.as_object_mut() {
            plain_item(item);
        }
    }
    if let Some(components) = root.get_mut("components").and_then(Value::as_object_mut) {
        components.remove(SHARED_INTEGRATIONS);
        components.retain(|_, part| !is_empty(part));
    }
    if root.get("components").is_some_and(is_empty) {
        root.remove("components");
    }
}

/// Of the servers only the configuration of the endpoint means something.
fn endpoint_only(root: &mut Map<String, Value>) {
    let servers = root.remove("servers");
    let mut servers = servers.as_ref().and_then(Value::as_array).into_iter().flatten();
    if let Some(endpoint) = servers.find_map(|server| server.get(ENDPOINT)) {
        root.insert("servers".to_owned(), serde_json::json!([{ ENDPOINT: endpoint }]));
    }
}

fn plain_item(item: &mut Map<String, Value>) {
    plain_parameters(item);
    for (_, operation) in item.iter_mut().filter(|(key, _)| route::is_method(key)) {
        let Some(operation) = operation.as_object_mut() else { continue };
        plain_parameters(operation);
        if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
            responses.retain(|_, response| !says(response, "Default response for "));
        }
        if operation.get("responses").is_some_and(is_empty) {
            operation.remove("responses");
        }
    }
}

fn plain_parameters(of: &mut Map<String, Value>) {
    if let Some(parameters) = of.get_mut("parameters").and_then(Value::as_array_mut) {
        parameters.retain(|parameter| !says(parameter, "Generated path parameter "));
    }
    if of.get("parameters").is_some_and(is_empty) {
        of.remove("parameters");
    }
}

fn says(value: &Value, start: &str) -> bool {
    value.get("description").and_then(Value::as_str).is_some_and(|text| text.starts_with(start))
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}

/// Shared integrations stand where they are used, as in an export.
fn inline_integrations(root: &Value, value: &mut Value) {
    let paths = value.get_mut("paths").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut);
    for operation in paths.filter_map(Value::as_object_mut).flat_map(Map::values_mut) {
        if let Some(integration) = operation.get_mut(INTEGRATION)
            && pointer::reference(integration).is_some()
        {
            *integration = pointer::resolve(root, integration).clone();
        }
    }
}

fn sort(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.sort_keys();
            map.values_mut().for_each(sort);
        }
        Value::Array(items) => items.iter_mut().for_each(sort),
        _ => {}
    }
}
