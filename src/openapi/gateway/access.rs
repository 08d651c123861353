//! Who may call a route, before and after.

use std::collections::BTreeSet;

use crate::domain::Severity;
use crate::openapi::security::Access;

use super::Changes;

/// Compares who may call. To ask less of callers is an exposure; to ask more breaks those that give less.
pub(super) fn diff(changes: &mut Changes, before: &Access, after: &Access) {
    let severity = match (before.is_open(), after.is_open()) {
        (false, true) => Severity::Exposure,
        (true, false) => Severity::Breaking,
        _ => Severity::Warning,
    };
    changes.note("authorizer", names(before), names(after), severity);
    for (name, old) in &before.authorizers {
        let Some(new) = after.authorizers.get(name) else { continue };
        changes.note("scopes", listed(old), listed(new), scopes(old, new));
    }
    let key = |access: &Access| access.api_key.then(|| "required".to_owned());
    let severity = if before.api_key { Severity::Exposure } else { Severity::Breaking };
    changes.note("api key", key(before), key(after), severity);
}

/// One of the scopes is enough for a caller: one more lets more callers in, one less keeps some out.
fn scopes(old: &BTreeSet<String>, new: &BTreeSet<String>) -> Severity {
    if new.is_empty() || (!old.is_empty() && !new.is_subset(old)) {
        Severity::Exposure
    } else {
        Severity::Breaking
    }
}

fn names(access: &Access) -> Option<String> {
    let names: Vec<&str> = access.authorizers.keys().map(String::as_str).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn listed(scopes: &BTreeSet<String>) -> Option<String> {
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    (!scopes.is_empty()).then(|| scopes.join(", "))
}
