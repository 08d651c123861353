//! Security schemes: the authorizers behind `security`.

use serde_json::{Map, Value};

use crate::openapi::{pointer, security};

use super::Merge;
use super::absent::{Fate, PREFIX, fate};
use super::operation::removed;

/// Puts in the schemes that the schema lacks, and the authorizers that its own schemes lack.
pub(super) fn merge(merge: &mut Merge<'_>) {
    let live = merge.live;
    let wanted = wanted(&merge.out);
    for (name, theirs) in security::schemes(live).into_iter().flatten() {
        let theirs = security::scheme(live, name).unwrap_or(theirs);
        let ours = security::schemes(merge.local).and_then(|schemes| schemes.get(name));
        match ours {
            Some(Value::Null) => merge.notes.push(removed(&format!("the scheme {name}"), "authorizer")),
            Some(ours) => authorizer(merge, name, ours, theirs),
            None => scheme(merge, name, theirs, wanted.contains(name)),
        }
    }
}

/// The schemes that the merged document names.
fn wanted(out: &Value) -> std::collections::BTreeSet<String> {
    let routes = super::route::routes(out);
    let all = routes.iter().filter_map(|route| security::requirements(out, route));
    all.flat_map(security::named).map(str::to_owned).collect()
}

fn scheme(merge: &mut Merge<'_>, name: &str, theirs: &Value, is_wanted: bool) {
    let known = merge.base.and_then(security::schemes).is_some_and(|schemes| schemes.contains_key(name));
    if known && !is_wanted {
        merge.notes.push(removed(&format!("the scheme {name}"), "authorizer"));
        return;
    }
    if let Some(schemes) = schemes(merge) {
        schemes.insert(name.to_owned(), theirs.clone());
        let at = format!("{}/{name}", security::schemes_pointer(&merge.out));
        merge.restored(at, format!("authorizer {name}"));
    }
}

fn authorizer(merge: &mut Merge<'_>, name: &str, ours: &Value, theirs: &Value) {
    let base = merge.base.and_then(security::schemes).and_then(|schemes| schemes.get(name));
    // A scheme may stand behind a reference; then it is completed where it stands in the author's own list.
    let ours = pointer::resolve(merge.local, ours);
    let mut put = Map::new();
    for (key, value) in theirs.as_object().into_iter().flatten() {
        if !key.starts_with(PREFIX) || value.is_null() {
            continue;
        }
        match fate(key, Some(ours), base) {
            Fate::Restored => drop(put.insert(key.clone(), value.clone())),
            Fate::Removed => merge.notes.push(removed(&format!("the scheme {name}"), "authorizer")),
            Fate::Kept if ours.get(key) != Some(value) => merge.notes.push(format!(
                "The authorizer of the scheme {name} differs between schema and gateway; the schema's is kept."
            )),
            Fate::Kept => {}
        }
    }
    if put.is_empty() {
        return;
    }
    let completed = ours.clone();
    let Some(schemes) = schemes(merge) else { return };
    let entry = schemes.entry(name.to_owned()).or_insert_with(|| completed.clone());
    if pointer::reference(entry).is_some() {
        *entry = completed;
    }
    let Some(entry) = entry.as_object_mut() else { return };
    entry.extend(put);
    let at = format!("{}/{name}", security::schemes_pointer(&merge.out));
    merge.restored(at, format!("authorizer {name}"));
}

fn schemes<'m>(merge: &'m mut Merge<'_>) -> Option<&'m mut Map<String, Value>> {
    if security::is_swagger(&merge.out) {
        merge.object(&["securityDefinitions"])
    } else {
        merge.object(&["components", "securitySchemes"])
    }
}
