//! Title, version and description: the gateway keeps its own, since a REST API with another name has other metrics.

use serde_json::Value;

use crate::openapi::normalise;

use super::Merge;

/// Keeps what the gateway is called. What AWS made up for want of anything better counts as nothing.
pub(super) fn keep(merge: &mut Merge<'_>) {
    let Some(live) = merge.live.get("info").and_then(Value::as_object) else { return };
    for key in ["title", "version", "description"] {
        let Some(theirs) = live.get(key).filter(|value| value.is_string()) else { continue };
        if key == "version" && normalise::is_generated_version(theirs) {
            continue;
        }
        let theirs = theirs.clone();
        let Some(info) = merge.object(&["info"]) else { return };
        let ours = info.insert(key.to_owned(), theirs.clone());
        if ours.as_ref() == Some(&theirs) {
            continue;
        }
        match ours.as_ref().and_then(Value::as_str) {
            Some(ours) => merge.notes.push(format!(
                "The gateway keeps its {key} `{}`; the schema's is `{ours}`.",
                theirs.as_str().unwrap_or_default()
            )),
            None => merge.restored("/info", key),
        }
    }
}
