//! What belongs to the API as a whole: CORS, policy, tags, the default endpoint.

use serde_json::{Map, Value, json};

use crate::openapi::normalise::UNUSED_INTEGRATION;
use crate::openapi::security;

use super::Merge;
use super::absent::{Fate, PREFIX, fate};
use super::operation::{removed, what};

const TAG: &str = "x-amazon-apigateway-tag-value";
const ENDPOINT: &str = "x-amazon-apigateway-endpoint-configuration";

/// Puts in what the schema lacks.
pub(super) fn merge(merge: &mut Merge<'_>) {
    extensions(merge, &[]);
    extensions(merge, &["components"]);
    integrations(merge);
    tags(merge);
    endpoint(merge);
}

fn at<'a>(root: &'a Value, parts: &[&str]) -> Option<&'a Value> {
    parts.iter().try_fold(root, |value, part| value.get(part))
}

/// Extensions of the root or of the components, each whole.
fn extensions(merge: &mut Merge<'_>, parts: &[&str]) {
    let (local, live, base) =
        (at(merge.local, parts), at(merge.live, parts), merge.base.and_then(|base| at(base, parts)));
    for (key, value) in live.and_then(Value::as_object).into_iter().flatten() {
        let elsewhere = key == "x-amazon-apigateway-integrations" || key == ENDPOINT;
        if !key.starts_with(PREFIX) || elsewhere || value.is_null() {
            continue;
        }
        match fate(key, local, base) {
            Fate::Kept => {}
            Fate::Removed => merge.notes.push(removed("the API", what(key))),
            Fate::Restored => {
                if let Some(map) = merge.object(parts) {
                    map.insert(key.clone(), value.clone());
                    let above = if parts.is_empty() { "" } else { "/components" };
                    merge.restored(format!("{above}/{key}"), what(key));
                }
            }
        }
    }
}

/// Shared integrations by name, but none that nothing uses.
fn integrations(merge: &mut Merge<'_>) {
    const KEY: &str = "x-amazon-apigateway-integrations";
    let shared = |root| at(root, &["components", KEY]);
    let (local, base) = (shared(merge.local), merge.base.and_then(shared));
    if local.is_some_and(Value::is_null) {
        return;
    }
    for (name, value) in shared(merge.live).and_then(Value::as_object).into_iter().flatten() {
        if name.starts_with(UNUSED_INTEGRATION) || !matches!(fate(name, local, base), Fate::Restored) {
            continue;
        }
        if let Some(map) = merge.object(&["components", KEY]) {
            map.insert(name.clone(), value.clone());
            merge.restored(format!("/components/{KEY}/{name}"), format!("integration {name}"));
        }
    }
}

fn tagged<'a>(root: &'a Value, name: &Value) -> Option<&'a Value> {
    root.get("tags")?.as_array()?.iter().find(|tag| tag.get("name") == Some(name))
}

/// The tags of the API are tags of the document with a value.
fn tags(merge: &mut Merge<'_>) {
    let live = merge.live.get("tags").and_then(Value::as_array);
    for theirs in live.into_iter().flatten().filter(|tag| tag.get(TAG).is_some_and(|value| !value.is_null()))
    {
        let Some(name) = theirs.get("name") else { continue };
        let title = name.as_str().unwrap_or_default().to_owned();
        let ours = tagged(merge.local, name);
        match fate(TAG, ours, merge.base.and_then(|base| tagged(base, name))) {
            Fate::Kept => {}
            Fate::Removed => merge.notes.push(removed("the API", &format!("tag {title}"))),
            Fate::Restored => {
                if put_tag(&mut merge.out, name, theirs) {
                    merge.restored("/tags", format!("tag {title}"));
                }
            }
        }
    }
}

fn put_tag(out: &mut Value, name: &Value, theirs: &Value) -> bool {
    let list = out.as_object_mut().map(|root| root.entry("tags").or_insert_with(|| json!([])));
    let Some(list) = list.and_then(Value::as_array_mut) else { return false };
    match list.iter_mut().find(|tag| tag.get("name") == Some(name)).and_then(Value::as_object_mut) {
        Some(tag) => drop(tag.insert(TAG.to_owned(), theirs[TAG].clone())),
        None => list.push(json!({ "name": name, TAG: theirs[TAG] })),
    }
    true
}

/// Where the endpoint's configuration stands: in a server, or at the root of Swagger 2.
fn endpoint_of(root: &Value) -> Option<&Value> {
    if security::is_swagger(root) {
        return root.get(ENDPOINT);
    }
    root.get("servers")?.as_array()?.iter().find_map(|server| server.get(ENDPOINT))
}

fn endpoint(merge: &mut Merge<'_>) {
    let Some(theirs) = endpoint_of(merge.live).filter(|theirs| !theirs.is_null()) else { return };
    if endpoint_of(merge.local).is_some() {
        return;
    }
    if merge.base.and_then(endpoint_of).is_some_and(|base| !base.is_null()) {
        merge.notes.push(removed("the API", what(ENDPOINT)));
        return;
    }
    let place = if security::is_swagger(&merge.out) { merge.object(&[]) } else { server(merge) };
    if let Some(place) = place {
        place.insert(ENDPOINT.to_owned(), theirs.clone());
        merge.restored("/servers", what(ENDPOINT));
    }
}

/// The first server of the merged document; the gateway's where the schema names none.
fn server<'m>(merge: &'m mut Merge<'_>) -> Option<&'m mut Map<String, Value>> {
    let theirs = merge.live.get("servers").and_then(|servers| servers.get(0)).cloned();
    let servers = merge.out.as_object_mut()?.entry("servers").or_insert_with(|| json!([])).as_array_mut()?;
    if servers.is_empty() {
        servers.push(theirs.unwrap_or_else(|| json!({ "url": "/" })));
    }
    servers.first_mut()?.as_object_mut()
}
