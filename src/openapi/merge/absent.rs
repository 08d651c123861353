//! What an author leaves out on purpose: by an explicit `null`, or by taking away what the last deployment still had.

use serde_json::{Map, Value};

use crate::openapi::route;

/// What the extensions of API Gateway begin with.
pub(super) const PREFIX: &str = "x-amazon-apigateway-";

/// Keys whose `null` means that nothing shall be there. Other nulls are examples and defaults, and stay.
fn takes_away(key: &str) -> bool {
    key.starts_with(PREFIX) || key == "security" || key == route::IS_DEFAULT
}

/// What became of a key that the gateway has.
pub(super) enum Fate {
    /// The author's own stays.
    Kept,
    /// It is put in.
    Restored,
    /// The author took it away, by a `null` or since the last deployment.
    Removed,
}

/// What becomes of a key of the gateway's.
pub(super) fn fate(key: &str, local: Option<&Value>, base: Option<&Value>) -> Fate {
    match local.and_then(|local| local.get(key)) {
        Some(Value::Null) => Fate::Removed,
        Some(_) => Fate::Kept,
        None if base.and_then(|base| base.get(key)).is_some_and(|value| !value.is_null()) => Fate::Removed,
        None => Fate::Restored,
    }
}

/// Takes explicit nulls out, wherever they stand for something that shall not be there.
pub(super) fn strip(root: &mut Value) {
    let Some(root) = root.as_object_mut() else { return };
    strip_keys(root);
    for (key, value) in root.iter_mut() {
        match (key.as_str(), value) {
            ("info", Value::Object(info)) => info.retain(|_, value| !value.is_null()),
            ("paths", Value::Object(paths)) => strip_paths(paths),
            ("components", Value::Object(components)) => {
                strip_keys(components);
                components.values_mut().filter_map(Value::as_object_mut).for_each(strip_each);
            }
            ("securityDefinitions", Value::Object(schemes)) => strip_each(schemes),
            ("servers" | "tags", Value::Array(list)) => {
                list.iter_mut().filter_map(Value::as_object_mut).for_each(strip_keys);
            }
            _ => {}
        }
    }
}

fn strip_paths(paths: &mut Map<String, Value>) {
    paths.retain(|_, item| !item.is_null());
    for item in paths.values_mut().filter_map(Value::as_object_mut) {
        item.retain(|key, value| !(value.is_null() && route::is_method(key)));
        strip_each(item);
    }
}

fn strip_each(map: &mut Map<String, Value>) {
    map.values_mut().filter_map(Value::as_object_mut).for_each(strip_keys);
}

fn strip_keys(map: &mut Map<String, Value>) {
    map.retain(|key, value| !(value.is_null() && takes_away(key)));
}
