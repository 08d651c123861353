//! JSON pointers, and the `$ref`s that are made of them.

use std::borrow::Cow;

use serde_json::Value;

/// How many references may follow each other; more are a circle.
const LONGEST_CHAIN: usize = 32;

/// One part of a JSON pointer as it is written in one.
pub(super) fn escape(part: &str) -> Cow<'_, str> {
    if part.contains(['~', '/']) { part.replace('~', "~0").replace('/', "~1").into() } else { part.into() }
}

/// The part of a document that a part of a JSON pointer names.
pub(super) fn unescape(part: &str) -> Cow<'_, str> {
    if part.contains('~') { part.replace("~1", "/").replace("~0", "~").into() } else { part.into() }
}

/// A pointer below another.
pub(super) fn join(above: &str, part: &str) -> String {
    format!("{above}/{}", escape(part))
}

/// The reference of an object that is one.
pub(super) fn reference(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()
}

/// What a reference into the same document names; `None` if it leads out of it or nowhere.
pub(super) fn lookup<'a>(root: &'a Value, reference: &str) -> Option<&'a Value> {
    let pointer = reference.strip_prefix('#')?;
    if let found @ Some(_) = root.pointer(pointer) {
        return found;
    }
    // References are URIs: `{` may stand as `%7B`.
    let decoded = percent_encoding::percent_decode_str(pointer).decode_utf8().ok()?;
    root.pointer(&decoded)
}

/// Follows references until there is none; the last that can be reached where they lead nowhere or in a circle.
pub(super) fn resolve<'a>(root: &'a Value, value: &'a Value) -> &'a Value {
    let mut current = value;
    for _ in 0..LONGEST_CHAIN {
        match reference(current).and_then(|reference| lookup(root, reference)) {
            Some(next) => current = next,
            None => break,
        }
    }
    current
}
