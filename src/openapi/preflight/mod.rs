//! What AWS would refuse, or would take in silence and not do: told before anything is sent.

use serde_json::Value;

use crate::domain::{ApiType, Fault};

use super::Document;
use super::route::{self, Route};

mod authorizers;
mod integrations;
mod paths;
mod quotas;
mod references;
mod version;

/// What is wrong with a document that is to be pushed: `local` as its author wrote it, `merged` as it would go out.
pub fn preflight(api_type: ApiType, local: &Document, merged: &Document) -> Vec<Fault> {
    let mut check = Check {
        api_type,
        root: merged.value(),
        routes: route::routes(merged.value()),
        is_yaml: local.is_yaml(),
        faults: Vec::new(),
    };
    version::check(&mut check);
    references::check(&mut check);
    paths::check(&mut check);
    integrations::check(&mut check);
    authorizers::check(&mut check);
    quotas::check(&mut check);
    let mut faults = check.faults;
    faults.sort_by_key(|fault| !fault.is_error);
    add_lines(local, &mut faults);
    faults
}

/// A check under way.
struct Check<'a> {
    api_type: ApiType,
    root: &'a Value,
    routes: Vec<Route<'a>>,
    /// Whether the author writes YAML, for what is to be pasted.
    is_yaml: bool,
    faults: Vec<Fault>,
}

impl Check<'_> {
    fn error(&mut self, at: impl Into<String>, message: impl Into<String>) {
        self.faults.push(Fault { is_error: true, at: at.into(), message: message.into() });
    }

    fn warning(&mut self, at: impl Into<String>, message: impl Into<String>) {
        self.faults.push(Fault { is_error: false, at: at.into(), message: message.into() });
    }
}

/// Says at which line of the author's text each fault is.
pub(super) fn add_lines(document: &Document, faults: &mut [Fault]) {
    if faults.is_empty() {
        return;
    }
    let Some(lines) = document.lines() else { return };
    for fault in faults {
        if let Some(line) = lines.line(&fault.at) {
            fault.at = format!("{} (line {line})", fault.at);
        }
    }
}
