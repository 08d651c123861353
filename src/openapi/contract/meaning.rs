//! Whether two parts of two documents mean the same, however they are written down.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::openapi::pointer;

use super::shape::ANNOTATIONS;

/// Compares with references followed and what is meant for people left aside.
pub(super) fn same(before: &Value, old: Option<&Value>, after: &Value, new: Option<&Value>) -> bool {
    let mut open = match (old, new) {
        (None, None) => return true,
        (Some(old), Some(new)) => vec![(old, new)],
        _ => return false,
    };
    // Pairs behind references, by their addresses: a circle ends there.
    let mut seen = HashSet::new();
    while let Some((old, new)) = open.pop() {
        let is_reference = pointer::reference(old).is_some() || pointer::reference(new).is_some();
        let (old, new) = (pointer::resolve(before, old), pointer::resolve(after, new));
        let pair = (std::ptr::from_ref(old) as usize, std::ptr::from_ref(new) as usize);
        if is_reference && !seen.insert(pair) {
            continue;
        }
        let is_same = match (old, new) {
            (Value::Object(old), Value::Object(new)) => {
                let shared = meaningful(old).filter_map(|key| old.get(key).zip(new.get(key)));
                open.extend(shared);
                meaningful(old).all(|key| new.contains_key(key))
                    && meaningful(new).all(|key| old.contains_key(key))
            }
            (Value::Array(old), Value::Array(new)) => {
                open.extend(old.iter().zip(new));
                old.len() == new.len()
            }
            (Value::Number(old), Value::Number(new)) => old.as_f64() == new.as_f64(),
            _ => old == new,
        };
        if !is_same {
            return false;
        }
    }
    true
}

/// A key that is meant for people holds text; a property may have the same name, and holds a schema.
fn meaningful(map: &Map<String, Value>) -> impl Iterator<Item = &String> {
    let says_nothing =
        |key: &str, value: &Value| ANNOTATIONS.contains(&key) && !value.is_object() || key.starts_with("x-");
    map.iter().filter(move |(key, value)| !says_nothing(key, value)).map(|(key, _)| key)
}
