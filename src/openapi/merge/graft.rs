//! Live routes that the schema lacks and that are to be kept.

use serde_json::{Map, Value, json};

use crate::openapi::pointer;
use crate::openapi::route::{self, Route};
use crate::openapi::security;

use super::operation::path_item;
use super::{Merge, parameters};

/// Puts a live route into the merged document: its operation, its parameters, and what they refer to.
pub(super) fn keep(merge: &mut Merge<'_>, theirs: &Route<'_>, local: &[Route<'_>]) {
    let key = theirs.key();
    let neighbour = local.iter().find(|route| route.key().path == key.path);
    let home = neighbour.map_or(theirs.path, |route| route.path);
    let refused = |merge: &mut Merge<'_>, message: String| {
        merge.error("/paths", format!("{} of the gateway cannot be kept: {message}", theirs.name()));
    };
    let renamed = match parameters::Renamed::between(theirs.path, home) {
        Ok(renamed) => renamed,
        Err(message) => return refused(merge, message),
    };
    let mut operation = theirs.operation.clone();
    for (name, value) in operation.as_object_mut().into_iter().flatten() {
        if name.starts_with(super::absent::PREFIX) {
            match renamed.apply(merge.api_type, pointer::resolve(merge.live, value)) {
                Ok(rewritten) => *value = rewritten,
                Err(message) => return refused(merge, message),
            }
        }
    }
    own_parameters(&mut operation, theirs, home);
    own_requirements(&mut operation, merge.live, theirs, merge.local);
    if security::is_swagger(merge.local) && !security::is_swagger(merge.live) {
        as_swagger(&mut operation, merge.live);
    } else {
        copy_referred(merge, &operation);
    }
    let item = match neighbour {
        Some(neighbour) => path_item(merge, neighbour),
        None => merge.object(&["paths", home]),
    };
    let Some(item) = item else { return };
    item.insert(theirs.method.to_owned(), operation);
    merge.restored(theirs.name(), "route");
}

/// The parameters that stood beside the operation go into it, named as its new path names them.
fn own_parameters(operation: &mut Value, theirs: &Route<'_>, home: &str) {
    let shared = theirs.item.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
    let Some(operation) = operation.as_object_mut() else { return };
    let mut own = operation.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
    let same = |a: &Value, b: &Value| a.get("name") == b.get("name") && a.get("in") == b.get("in");
    own.extend(
        shared.into_iter().filter(|shared| !theirs_has(&theirs.operation["parameters"], shared, same)),
    );
    let names = route::parameters(theirs.path).into_iter().zip(route::parameters(home));
    let names: Vec<_> = names.collect();
    for parameter in own.iter_mut().filter(|parameter| parameter["in"] == json!("path")) {
        let written = parameter["name"].as_str().unwrap_or_default().to_owned();
        let (name, greedy) = written.strip_suffix('+').map_or((written.as_str(), ""), |name| (name, "+"));
        if let Some((_, new)) = names.iter().find(|(old, _)| *old == name) {
            parameter["name"] = format!("{new}{greedy}").into();
        }
    }
    if !own.is_empty() {
        operation.insert("parameters".to_owned(), own.into());
    }
}

fn theirs_has(list: &Value, wanted: &Value, same: impl Fn(&Value, &Value) -> bool) -> bool {
    list.as_array().into_iter().flatten().any(|parameter| same(parameter, wanted))
}

/// What asked callers of the gateway for something asks them still: the document's own requirements may be others.
fn own_requirements(operation: &mut Value, live: &Value, theirs: &Route<'_>, local: &Value) {
    let said = security::requirements(live, theirs).cloned();
    let needs_word = said.is_some() || local.get("security").is_some();
    if let Some(operation) = operation.as_object_mut().filter(|_| needs_word) {
        operation.insert("security".to_owned(), said.unwrap_or_else(|| json!([])));
    }
}

/// Copies what an operation refers to, and what that refers to, where the merged document has nothing of that name.
fn copy_referred(merge: &mut Merge<'_>, operation: &Value) {
    let mut open = references(operation);
    while let Some(reference) = open.pop() {
        let Some(found) = pointer::lookup(merge.live, &reference) else { continue };
        let parts: Vec<String> =
            reference.split('/').skip(1).map(|part| pointer::unescape(part).into_owned()).collect();
        let Some((name, above)) = parts.split_last() else { continue };
        let above: Vec<&str> = above.iter().map(String::as_str).collect();
        let Some(home) = merge.object(&above) else { continue };
        match home.get(name) {
            None => {
                home.insert(name.clone(), found.clone());
                open.extend(references(found));
            }
            Some(ours) if ours != found => merge.notes.push(format!(
                "A kept route refers to `{reference}`, which the schema defines otherwise; the schema's is used."
            )),
            Some(_) => {}
        }
    }
}

fn references(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        found.extend(pointer::reference(value).map(str::to_owned));
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(map) => open.extend(map.values()),
            _ => {}
        }
    }
    found
}

/// An operation of OpenAPI 3 in the words of Swagger 2, as far as the gateway needs it: schemas stay behind.
fn as_swagger(operation: &mut Value, live: &Value) {
    let Some(operation) = operation.as_object_mut() else { return };
    operation.remove("requestBody");
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        let kind = parameter.get("schema").map(|schema| pointer::resolve(live, schema)["type"].clone());
        if let Some(parameter) = parameter.as_object_mut() {
            parameter.remove("schema");
            let kind = kind.filter(Value::is_string).unwrap_or_else(|| json!("string"));
            parameter.insert("type".to_owned(), kind);
        }
    }
    let responses = operation.get("responses").and_then(Value::as_object).cloned().unwrap_or_default();
    let plain = responses.into_iter().map(|(status, response)| {
        let response = pointer::resolve(live, &response);
        (status, json!({ "description": response.get("description").cloned().unwrap_or_else(|| json!("")) }))
    });
    operation.insert("responses".to_owned(), plain.collect::<Map<_, _>>().into());
}
