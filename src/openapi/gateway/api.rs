//! The API as a whole: name, CORS, policy, authorizers, tags, and the extensions that no other part knows.

use serde_json::{Map, Value, json};

use crate::domain::{ApiType, Severity};
use crate::openapi::normalise::is_generated_version;
use crate::openapi::{pointer, security};

use super::integration::{diff_value, keys, same, version};
use super::{Changes, shown};

const PREFIX: &str = "x-amazon-apigateway-";
const ENDPOINT: &str = "x-amazon-apigateway-endpoint-configuration";
const TAG: &str = "x-amazon-apigateway-tag-value";
const CORS: &str = "x-amazon-apigateway-cors";
const POLICY: &str = "x-amazon-apigateway-policy";

/// Compares what stands outside the routes.
pub(super) fn diff(changes: &mut Changes, api_type: ApiType, before: &Value, after: &Value) {
    info(changes, api_type, before, after);
    cors(changes, before.get(CORS), after.get(CORS));
    policy(changes, before.get(POLICY), after.get(POLICY));
    endpoint(changes, endpoint_of(before), endpoint_of(after));
    let empty = Map::new();
    let (old, new) = (before.as_object().unwrap_or(&empty), after.as_object().unwrap_or(&empty));
    for key in keys(old, new).into_iter().filter(|key| key.starts_with(PREFIX)) {
        let known = [CORS, POLICY, ENDPOINT, "x-amazon-apigateway-importexport-version"];
        if !known.contains(&key.as_str()) {
            diff_value(changes, &words(key), old.get(key), new.get(key));
        }
    }
    authorizers(changes, before, after);
    tags(changes, before, after);
}

/// Compares the extensions of one route that no other part knows.
pub(super) fn diff_operation(changes: &mut Changes, before: (&Value, &Value), after: (&Value, &Value)) {
    const KNOWN: &[&str] =
        &["x-amazon-apigateway-integration", security::AUTH, "x-amazon-apigateway-request-validator"];
    let empty = Map::new();
    let (old, new) = (before.1.as_object().unwrap_or(&empty), after.1.as_object().unwrap_or(&empty));
    for key in keys(old, new).into_iter().filter(|key| key.starts_with(PREFIX)) {
        if !KNOWN.contains(&key.as_str()) {
            diff_value(changes, &words(key), old.get(key), new.get(key));
        }
    }
    let validator = |(root, operation): (&Value, &Value)| {
        let own = operation.get("x-amazon-apigateway-request-validator");
        own.or_else(|| root.get("x-amazon-apigateway-request-validator")).map(shown)
    };
    changes.note("request validator", validator(before), validator(after), Severity::Warning);
}

fn words(key: &str) -> String {
    key.strip_prefix(PREFIX).unwrap_or(key).replace('-', " ")
}

fn info(changes: &mut Changes, api_type: ApiType, before: &Value, after: &Value) {
    let of = |root: &Value, key: &str| {
        let value = root.get("info").and_then(|info| info.get(key));
        value
            .filter(|value| !value.is_null() && !is_generated_version(value))
            .map(shown)
            .filter(|text| !text.is_empty())
    };
    // The metrics of a REST API are filed under its name.
    let renamed = if api_type == ApiType::Rest { Severity::Warning } else { Severity::Info };
    changes.note("name", of(before, "title"), of(after, "title"), renamed);
    changes.note("version", of(before, "version"), of(after, "version"), Severity::Info);
    changes.note("description", of(before, "description"), of(after, "description"), Severity::Info);
}

fn cors(changes: &mut Changes, before: Option<&Value>, after: Option<&Value>) {
    let before = before.map(plain_cors).filter(|cors| !cors.is_empty());
    let after = after.map(plain_cors).filter(|cors| !cors.is_empty());
    if before == after {
        return;
    }
    let shown = |cors: &Map<String, Value>| Value::from(cors.clone()).to_string();
    let opens = |cors: &Option<Map<String, Value>>| {
        let origins = cors.as_ref().and_then(|cors| cors.get("allowOrigins")).and_then(Value::as_array);
        origins.into_iter().flatten().filter_map(Value::as_str).any(|origin| origin.contains('*'))
    };
    let severity = if opens(&after) && !opens(&before) { Severity::Exposure } else { Severity::Warning };
    changes.note("cors", before.as_ref().map(shown), after.as_ref().map(shown), severity);
}

/// CORS without what AWS assumes; the order of its lists means nothing, nor does the case of a header.
fn plain_cors(cors: &Value) -> Map<String, Value> {
    let mut plain = Map::new();
    for (key, value) in cors.as_object().into_iter().flatten() {
        let value = match value.as_array() {
            Some(list) => {
                let fold = |item: &Value| {
                    let text = shown(item);
                    if key.ends_with("Headers") { text.to_lowercase() } else { text }
                };
                let mut list: Vec<String> = list.iter().map(fold).collect();
                list.sort();
                list.into()
            }
            None => value.clone(),
        };
        if value != json!(false) && value != json!(0) && value != json!([]) && !value.is_null() {
            plain.insert(key.clone(), value);
        }
    }
    plain.sort_keys();
    plain
}

fn policy(changes: &mut Changes, before: Option<&Value>, after: Option<&Value>) {
    let read = |policy: Option<&Value>| {
        let policy = policy.filter(|policy| !policy.is_null())?;
        // A policy may be a text that holds JSON.
        policy.as_str().and_then(|text| serde_json::from_str(text).ok()).or_else(|| Some(policy.clone()))
    };
    let (before, after): (Option<Value>, Option<Value>) = (read(before), read(after));
    if before == after {
        return;
    }
    let severity = if after.is_none() { Severity::Exposure } else { Severity::Warning };
    changes.note("policy", before.as_ref().map(shown), after.as_ref().map(shown), severity);
}

fn endpoint_of(root: &Value) -> Option<&Value> {
    let mut servers = root.get("servers").and_then(Value::as_array).into_iter().flatten();
    servers.find_map(|server| server.get(ENDPOINT)).or_else(|| root.get(ENDPOINT))
}

fn endpoint(changes: &mut Changes, before: Option<&Value>, after: Option<&Value>) {
    const SWITCH: &str = "disableExecuteApiEndpoint";
    let is_off = |endpoint: Option<&Value>| {
        endpoint.and_then(|it| it.get(SWITCH)).is_some_and(|off| *off == json!(true))
    };
    let told = |off: bool| Some(if off { "off" } else { "on" }.to_owned());
    let severity = if is_off(before) { Severity::Exposure } else { Severity::Breaking };
    changes.note("default endpoint", told(is_off(before)), told(is_off(after)), severity);
    let empty = Map::new();
    let of = |endpoint: Option<&Value>| endpoint.and_then(Value::as_object).unwrap_or(&empty).clone();
    let (old, new) = (of(before), of(after));
    for key in keys(&old, &new).into_iter().filter(|key| *key != SWITCH) {
        diff_value(changes, &format!("endpoint {key}"), old.get(key), new.get(key));
    }
}

/// The definitions of authorizers; who asks for them is told route by route.
fn authorizers(changes: &mut Changes, before: &Value, after: &Value) {
    let empty = Map::new();
    let old = security::schemes(before).unwrap_or(&empty);
    let new = security::schemes(after).unwrap_or(&empty);
    for name in keys(old, new) {
        let (before, after) = (authorizer(before, old.get(name)), authorizer(after, new.get(name)));
        let is_same = match (&before, &after) {
            (Some(before), Some(after)) => {
                let keys = keys(before, after);
                keys.iter()
                    .all(|key| before.get(*key).zip(after.get(*key)).is_some_and(|(old, new)| same(old, new)))
            }
            _ => false,
        };
        if is_same {
            continue;
        }
        let severity = if before.is_some() && after.is_some() { Severity::Warning } else { Severity::Info };
        let told = |it: Option<Map<String, Value>>| it.map(|it| Value::from(it).to_string());
        changes.note(&format!("authorizer {name}"), told(before), told(after), severity);
    }
}

/// What a scheme makes the gateway ask for, without what AWS assumes.
fn authorizer(root: &Value, scheme: Option<&Value>) -> Option<Map<String, Value>> {
    let scheme = pointer::resolve(root, scheme?);
    if !security::is_enforced(scheme) {
        return None;
    }
    let mut plain = Map::new();
    // Where the token stands, unless the authorizer says so itself.
    if scheme.pointer(&format!("/{}/identitySource", security::AUTHORIZER)).is_none() {
        for key in ["in", "name"] {
            plain.extend(scheme.get(key).map(|value| (key.to_owned(), value.clone())));
        }
    }
    plain.extend(scheme.get(security::AUTHTYPE).map(|value| ("authtype".to_owned(), value.clone())));
    for (key, value) in scheme.get(security::AUTHORIZER).and_then(Value::as_object).into_iter().flatten() {
        let value = if key == "authorizerPayloadFormatVersion" { version(value) } else { value.clone() };
        let assumed = match key.as_str() {
            "enableSimpleResponses" => value == json!(false),
            "authorizerResultTtlInSeconds" => value == json!(300),
            _ => value.is_null(),
        };
        if !assumed {
            plain.insert(key.clone(), value);
        }
    }
    plain.sort_keys();
    Some(plain)
}

fn tags(changes: &mut Changes, before: &Value, after: &Value) {
    let of = |root: &Value| -> Map<String, Value> {
        let tags = root.get("tags").and_then(Value::as_array).into_iter().flatten();
        let tagged =
            tags.filter_map(|tag| Some((tag.get("name")?.as_str()?.to_owned(), tag.get(TAG)?.clone())));
        tagged.collect()
    };
    let (old, new) = (of(before), of(after));
    for name in keys(&old, &new) {
        changes.note(
            &format!("tag {name}"),
            old.get(name).map(shown),
            new.get(name).map(shown),
            Severity::Info,
        );
    }
}
