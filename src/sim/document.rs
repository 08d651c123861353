//! A document that is imported: how it is read, and where its parts are.

use serde_json::{Map, Value};

use super::refusal::Refusal;
use super::rest_json::Asked;

/// Reads JSON or YAML. AWS says nothing of what is wrong with a document that it cannot read.
pub fn read(text: &str, asked: &Asked) -> Result<Value, Refusal> {
    let text = text
        .replace("${AWS::AccountId}", asked.account)
        .replace("${AWS::Region}", asked.region_name)
        .replace("${AWS::Partition}", "aws");
    let document = serde_json::from_str(&text).ok().or_else(|| serde_saphyr::from_str(&text).ok());
    document.filter(Value::is_object).ok_or_else(unreadable)
}

/// The refusal of a document that is none, or of a version that AWS does not import.
pub fn unreadable() -> Refusal {
    Refusal::bad_request("Invalid OpenAPI input.")
}

/// Whether the document is OpenAPI 3.0, the only 3.x that AWS imports.
pub fn is_openapi_3(document: &Value) -> bool {
    document["openapi"].as_str().is_some_and(|version| version.starts_with("3.0"))
}

/// The object at `key`, empty if there is none.
pub fn object<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

/// The text at `key`.
pub fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

/// The object that `value` is, or refers to within the document.
pub fn resolved<'a>(document: &'a Value, value: &'a Value) -> Option<&'a Map<String, Value>> {
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => document.pointer(reference.strip_prefix('#')?)?.as_object(),
        None => value.as_object(),
    }
}

/// The security requirements that an operation is under: its own, or else those of the whole document.
pub fn security<'a>(document: &'a Value, operation: &'a Value) -> &'a [Value] {
    let security = operation.get("security").or_else(|| document.get("security"));
    security.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// What the servers say about the endpoint of the API.
pub fn endpoint_configuration(document: &Value) -> Option<&Value> {
    let extension = "x-amazon-apigateway-endpoint-configuration";
    let servers = document.get("servers").and_then(Value::as_array).into_iter().flatten();
    servers.chain([document]).find_map(|server| server.get(extension))
}

/// The methods that a path item may have.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The operations of a document: path, method (`GET`, `ANY`) and operation.
pub fn operations(document: &Value) -> impl Iterator<Item = (&str, String, &Value)> {
    object(document, "paths").flat_map(|(path, item)| {
        let members = item.as_object().into_iter().flatten();
        members.filter_map(move |(key, operation)| {
            let method = match key.as_str() {
                super::export::ANY_METHOD => "ANY".to_owned(),
                known if METHODS.contains(&known) => known.to_ascii_uppercase(),
                _ => return None,
            };
            Some((path, method, operation))
        })
    })
}

/// The refusal of an import with `failOnWarnings`, in AWS's words.
pub fn stopped_by(warnings: &[String]) -> Refusal {
    Refusal::bad_request(format!("Warnings found during import:\n\t{}", warnings.join("\n\t")))
}
