//! Whether two parts of two documents mean the same, however they are written down.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::openapi::pointer;

use super::shape::ANNOTATIONS;

/// Compares with references followed and what is meant for people left aside.
pub(super) fn same(before: &Value, old: Option<&Value>, after: &Value, new: Option<&Value>) -> bool {
    match (old, new) {
        (None, None) => true,
        (Some(old), Some(new)) => Comparison { before, after, seen: HashSet::new() }.same(old, new),
        _ => false,
    }
}

struct Comparison<'a> {
    before: &'a Value,
    after: &'a Value,
    /// Pairs behind references that are being compared, by their addresses: a circle ends there.
    seen: HashSet<(usize, usize)>,
}

impl<'a> Comparison<'a> {
    fn same(&mut self, old: &'a Value, new: &'a Value) -> bool {
        let is_reference = pointer::reference(old).is_some() || pointer::reference(new).is_some();
        let (old, new) = (pointer::resolve(self.before, old), pointer::resolve(self.after, new));
        let pair = (std::ptr::from_ref(old) as usize, std::ptr::from_ref(new) as usize);
        if is_reference && !self.seen.insert(pair) {
            return true;
        }
        match (old, new) {
            (Value::Object(old), Value::Object(new)) => {
                meaningful(old).all(|key| self.same_at(key, old, new))
                    && meaningful(new).all(|key| old.contains_key(key))
            }
            (Value::Array(old), Value::Array(new)) => {
                old.len() == new.len() && old.iter().zip(new).all(|(old, new)| self.same(old, new))
            }
            (Value::Number(old), Value::Number(new)) => old.as_f64() == new.as_f64(),
            _ => old == new,
        }
    }

    fn same_at(&mut self, key: &str, old: &'a Map<String, Value>, new: &'a Map<String, Value>) -> bool {
        old.get(key).zip(new.get(key)).is_some_and(|(old, new)| self.same(old, new))
    }
}

/// A key that is meant for people holds text; a property may have the same name, and holds a schema.
fn meaningful(map: &Map<String, Value>) -> impl Iterator<Item = &String> {
    let says_nothing =
        |key: &str, value: &Value| ANNOTATIONS.contains(&key) && !value.is_object() || key.starts_with("x-");
    map.iter().filter(move |(key, value)| !says_nothing(key, value)).map(|(key, _)| key)
}
