//! One route that both the schema and the gateway have.

use serde_json::{Map, Value};

use crate::openapi::pointer;
use crate::openapi::route::{self, Route};
use crate::openapi::security;

use super::absent::{Fate, PREFIX, fate};
use super::{Merge, parameters};

/// Puts into the author's operation what it lacks of the gateway's: extensions, and who may call.
pub(super) fn merge(merge: &mut Merge<'_>, ours: &Route<'_>, theirs: &Route<'_>, base: Option<&Route<'_>>) {
    let renamed = match parameters::Renamed::between(theirs.path, ours.path) {
        Ok(renamed) => renamed,
        Err(message) => return merge.error(ours.pointer(), message),
    };
    let mut put = Map::new();
    for (key, value) in extensions(theirs.operation) {
        let value = resolved(merge.live, value);
        match fate(key, Some(ours.operation), base.map(|base| base.operation)) {
            Fate::Kept => {}
            Fate::Removed => merge.notes.push(removed(&ours.name(), what(key))),
            Fate::Restored if key == security::AUTH && asks_by_itself(merge, ours) => merge.notes.push(format!(
                "{} has an authorizer of its own in the schema, so `{key}` of the gateway is not restored.",
                ours.name()
            )),
            Fate::Restored => match renamed.apply(merge.api_type, value) {
                Ok(value) => {
                    merge.restored(ours.name(), what(key));
                    put.insert(key.clone(), value);
                }
                Err(message) => merge.error(ours.pointer(), message),
            },
        }
    }
    if !put.is_empty() && !renamed.is_empty() {
        merge.notes.push(format!("In what was restored for {} {renamed}.", ours.name()));
    }
    requirements(merge, ours, theirs, base, &mut put);
    write(merge, ours, put);
}

/// The extensions of an operation, and what marks the catch-all.
fn extensions(operation: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let all = operation.as_object().into_iter().flatten();
    all.filter(|(key, value)| (key.starts_with(PREFIX) || *key == route::IS_DEFAULT) && !value.is_null())
}

/// A shared integration of the gateway comes in whole: its name means nothing in the author's document.
fn resolved<'a>(live: &'a Value, value: &'a Value) -> &'a Value {
    pointer::resolve(live, value)
}

/// What a person calls an extension.
pub(super) fn what(key: &str) -> &str {
    key.strip_prefix(PREFIX).unwrap_or(key)
}

/// What is said of something that the author took away.
pub(super) fn removed(at: &str, what: &str) -> String {
    format!(
        "On the gateway {at} has `{what}`, which was taken out of the schema on purpose, so it is not restored."
    )
}

/// Whether the schema names an authorizer for the operation.
fn asks_by_itself(merge: &Merge<'_>, ours: &Route<'_>) -> bool {
    let requirements = security::requirements(merge.local, ours);
    let names = requirements.map(security::named).unwrap_or_default();
    let enforced = |name: &&str| security::scheme(merge.local, name).is_some_and(security::is_enforced);
    names.iter().any(enforced)
}

/// `security` is no extension, but it carries the authorizer.
fn requirements(
    merge: &mut Merge<'_>,
    ours: &Route<'_>,
    theirs: &Route<'_>,
    base: Option<&Route<'_>>,
    put: &mut Map<String, Value>,
) {
    let Some(live) = security::requirements(merge.live, theirs).filter(|live| !is_empty(live)) else {
        return;
    };
    let operation = ours.operation.get("security");
    if operation.is_some_and(Value::is_null) {
        merge.notes.push(removed(&ours.name(), "security"));
        return;
    }
    let effective = operation.or_else(|| merge.local.get("security"));
    if effective.is_some_and(is_empty) {
        merge.notes.push(format!(
            "{} is open in the schema (`security: []`); on the gateway it is not.",
            ours.name()
        ));
    }
    if effective.is_some() {
        return;
    }
    let before = base.zip(merge.base).and_then(|(base, root)| security::requirements(root, base));
    if before.is_some_and(|before| !is_empty(before)) {
        merge.notes.push(removed(&ours.name(), "security"));
        return;
    }
    put.insert("security".to_owned(), live.clone());
    merge.restored(ours.name(), "security");
}

fn is_empty(requirements: &Value) -> bool {
    requirements.as_array().is_some_and(Vec::is_empty)
}

fn write(merge: &mut Merge<'_>, ours: &Route<'_>, put: Map<String, Value>) {
    if put.is_empty() {
        return;
    }
    let operation = path_item(merge, ours).and_then(|item| item.get_mut(ours.method));
    if let Some(operation) = operation.and_then(Value::as_object_mut) {
        operation.extend(put);
    }
}

/// The path item of a route in the merged document. One behind a reference is shared, and is not ours to change: the path gets
/// one of its own.
pub(super) fn path_item<'m>(
    merge: &'m mut Merge<'_>,
    ours: &Route<'_>,
) -> Option<&'m mut Map<String, Value>> {
    let item = merge.out.get_mut("paths")?.get_mut(ours.path)?;
    if pointer::reference(item).is_some() {
        *item = ours.item.clone().into();
    }
    item.as_object_mut()
}
