//! What the gateway does otherwise with one document than with another: routes, integrations, authorizers, the API itself.

use std::collections::HashMap;

use serde_json::Value;

use crate::domain::{ApiType, ChangeKind, GatewayChange, Severity};

use super::Document;
use super::route::{self, Route, RouteKey};
use super::security::Access;

mod access;
mod api;
mod integration;

/// What the gateway does otherwise with `after` than with `before`, whatever AWS generates left aside.
pub fn gateway_diff(api_type: ApiType, before: &Document, after: &Document) -> Vec<GatewayChange> {
    let (before, after) = (Side::new(before.value()), Side::new(after.value()));
    let mut changes = Changes { route: None, list: Vec::new() };
    for route in &before.routes {
        if !after.by_key.contains_key(&route.key()) {
            removed(&mut changes, route, &before, &after);
        }
    }
    for route in &after.routes {
        match before.by_key.get(&route.key()) {
            Some(old) => changed(&mut changes, api_type, (&before, old), (&after, route)),
            None => added(&mut changes, route, &before, &after),
        }
    }
    changes.route = None;
    api::diff(&mut changes, api_type, before.root, after.root);
    changes.list
}

/// One of the two documents.
struct Side<'a> {
    root: &'a Value,
    routes: Vec<Route<'a>>,
    by_key: HashMap<RouteKey, Route<'a>>,
}

impl<'a> Side<'a> {
    fn new(root: &'a Value) -> Self {
        let routes = route::distinct(root);
        Self { root, by_key: route::by_key(&routes), routes }
    }

    fn access(&self, route: &Route<'_>) -> Access {
        Access::of(self.root, route)
    }

    /// Whether a request for a route is answered without any authorization.
    fn answers_openly(&self, key: &RouteKey) -> Option<bool> {
        route::serving(&self.by_key, key).map(|route| self.access(&route).is_open())
    }
}

/// The changes found so far, and the route that is being looked at.
struct Changes {
    route: Option<String>,
    list: Vec<GatewayChange>,
}

impl Changes {
    /// Notes what became of something, unless nothing did.
    fn note(&mut self, what: &str, before: Option<String>, after: Option<String>, severity: Severity) {
        let change = match (&before, &after) {
            (None, None) => return,
            (None, Some(_)) => ChangeKind::Added,
            (Some(_), None) => ChangeKind::Removed,
            (Some(before), Some(after)) if before == after => return,
            (Some(_), Some(_)) => ChangeKind::Changed,
        };
        self.list.push(GatewayChange {
            change,
            route: self.route.clone(),
            what: what.to_owned(),
            before,
            after,
            severity,
        });
    }
}

/// A value as a person reads it: text as it is, everything else as compact JSON.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn removed(changes: &mut Changes, route: &Route<'_>, before: &Side<'_>, after: &Side<'_>) {
    let key = route.key();
    let any = RouteKey { path: key.path.clone(), method: "ANY".to_owned() };
    let severity = match after.answers_openly(&key) {
        Some(true) if !before.access(route).is_open() => Severity::Exposure,
        Some(_) if after.by_key.contains_key(&any) => Severity::Warning,
        _ => Severity::Breaking,
    };
    changes.route = Some(route.name());
    changes.note("route", Some(integration::target(before.root, route)), None, severity);
}

fn added(changes: &mut Changes, route: &Route<'_>, before: &Side<'_>, after: &Side<'_>) {
    let was_closed = before.answers_openly(&route.key()) == Some(false);
    let severity =
        if was_closed && after.access(route).is_open() { Severity::Exposure } else { Severity::Info };
    changes.route = Some(route.name());
    changes.note("route", None, Some(integration::target(after.root, route)), severity);
}

fn changed(
    changes: &mut Changes,
    api_type: ApiType,
    (before, old): (&Side<'_>, &Route<'_>),
    (after, new): (&Side<'_>, &Route<'_>),
) {
    changes.route = Some(new.name());
    if !old.is_default() {
        // Backends read parameters by their names.
        changes.note("path", Some(old.path.to_owned()), Some(new.path.to_owned()), Severity::Warning);
    }
    integration::diff(changes, api_type, (before.root, old), (after.root, new));
    access::diff(changes, &before.access(old), &after.access(new));
    api::diff_operation(changes, (before.root, old.operation), (after.root, new.operation));
}
