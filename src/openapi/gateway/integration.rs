//! What stands behind a route.

use serde_json::{Map, Value, json};

use crate::domain::{ApiType, Severity};
use crate::openapi::pointer;
use crate::openapi::route::Route;

use super::{Changes, shown};

const KEY: &str = "x-amazon-apigateway-integration";

/// Where a route leads, in a word.
pub(super) fn target(root: &Value, route: &Route<'_>) -> String {
    let Some(integration) = of(root, route) else { return "no integration".to_owned() };
    let word = |key: &str| integration.get(key).map(shown);
    word("uri").or_else(|| word("integrationSubtype")).or_else(|| word("type")).unwrap_or_default()
}

fn of<'a>(root: &'a Value, route: &Route<'a>) -> Option<&'a Value> {
    route
        .operation
        .get(KEY)
        .map(|integration| pointer::resolve(root, integration))
        .filter(|value| value.is_object())
}

/// Compares two integrations key by key, defaults left aside.
pub(super) fn diff(
    changes: &mut Changes,
    api_type: ApiType,
    (before_root, before): (&Value, &Route<'_>),
    (after_root, after): (&Value, &Route<'_>),
) {
    let (old, new) = match (of(before_root, before), of(after_root, after)) {
        (None, None) => return,
        (Some(_), None) => {
            return changes.note("integration", Some(target(before_root, before)), None, Severity::Breaking);
        }
        (None, Some(_)) => {
            return changes.note("integration", None, Some(target(after_root, after)), Severity::Warning);
        }
        (Some(old), Some(new)) => (plain(api_type, old), plain(api_type, new)),
    };
    for key in keys(&old, &new) {
        diff_value(changes, &name(key), old.get(key), new.get(key));
    }
}

/// The keys of two maps, those of the first in front.
pub(super) fn keys<'a>(old: &'a Map<String, Value>, new: &'a Map<String, Value>) -> Vec<&'a String> {
    old.keys().chain(new.keys().filter(|key| !old.contains_key(*key))).collect()
}

/// Maps are compared entry by entry, so that a change reads as small as it is.
pub(super) fn diff_value(changes: &mut Changes, what: &str, old: Option<&Value>, new: Option<&Value>) {
    if let (Some(Value::Object(old)), Some(Value::Object(new))) = (old, new) {
        for key in keys(old, new) {
            diff_value(changes, &format!("{what} {key}"), old.get(key), new.get(key));
        }
        return;
    }
    if old.zip(new).is_none_or(|(old, new)| !same(old, new)) {
        changes.note(what, old.map(shown), new.map(shown), Severity::Warning);
    }
}

/// Whether two values say the same once AWS has filled in account, region and partition.
pub(super) fn same(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::String(old), Value::String(new)) => old == new || fits(old, new) || fits(new, old),
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => old == new,
    }
}

/// Whether a text comes out of a pattern with `${AWS::Region}` and its like in it.
fn fits(pattern: &str, text: &str) -> bool {
    const FILLED: &[&str] = &["${AWS::AccountId}", "${AWS::Partition}", "${AWS::Region}"];
    let Some((at, variable)) = FILLED.iter().filter_map(|name| Some((pattern.find(name)?, name))).min()
    else {
        return pattern == text;
    };
    let Some(rest) = text.strip_prefix(&pattern[..at]) else { return false };
    let filled = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(rest.len());
    filled > 0 && fits(&pattern[at + variable.len()..], &rest[filled..])
}

/// An integration with what AWS assumes left out, and with the letters that it does not distinguish in one case.
fn plain(api_type: ApiType, integration: &Value) -> Map<String, Value> {
    let longest = if api_type == ApiType::Http { 30_000 } else { 29_000 };
    let mut plain = Map::new();
    for (key, value) in integration.as_object().into_iter().flatten() {
        let value = match (key.as_str(), value) {
            ("type" | "passthroughBehavior", Value::String(text)) => text.to_lowercase().into(),
            ("httpMethod" | "connectionType", Value::String(text)) => text.to_uppercase().into(),
            ("payloadFormatVersion", value) => version(value),
            (_, value) => value.clone(),
        };
        let assumed = match key.as_str() {
            "connectionType" => value == json!("INTERNET"),
            "passthroughBehavior" => value == json!("when_no_match"),
            "timeoutInMillis" => value == json!(longest),
            "payloadFormatVersion" => value == json!("1.0"),
            "cacheNamespace" => true,
            _ => is_empty(&value),
        };
        if !assumed {
            plain.insert(key.clone(), value);
        }
    }
    plain
}

fn is_empty(value: &Value) -> bool {
    value.is_null()
        || value.as_object().is_some_and(Map::is_empty)
        || value.as_array().is_some_and(Vec::is_empty)
}

/// `1.0` may be written as a number.
pub(super) fn version(value: &Value) -> Value {
    match value.as_f64() {
        Some(number) => format!("{number:.1}").into(),
        None => value.clone(),
    }
}

fn name(key: &str) -> String {
    let known = match key {
        "httpMethod" => "method",
        "payloadFormatVersion" => "payload format",
        "timeoutInMillis" => "timeout",
        "connectionId" => "connection",
        "requestParameters" => "request parameter",
        "requestTemplates" => "request template",
        "responseParameters" => "response parameter",
        "responses" => "response",
        other => return format!("integration {}", spaced(other)),
    };
    format!("integration {known}")
}

/// `passthroughBehavior` as words.
fn spaced(key: &str) -> String {
    let mut words = String::with_capacity(key.len() + 4);
    for letter in key.chars() {
        if letter.is_uppercase() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}
