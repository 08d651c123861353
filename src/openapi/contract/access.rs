//! What callers must show: the security requirements of an operation.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::domain::Severity;
use crate::openapi::route::Route;
use crate::openapi::security;

use super::Diff;

/// One way to be let in: schemes, all of them, and the scopes each asks for.
type Way = BTreeMap<String, BTreeSet<String>>;

impl<'a> Diff<'a> {
    pub(super) fn access(&mut self, before: &Route<'a>, after: &Route<'a>) {
        let old = ways(self.before, before);
        let new: Vec<Way> = ways(self.after, after).into_iter().map(|way| self.renamed(way)).collect();
        let is_open = |ways: &[Way]| ways.is_empty() || ways.iter().any(BTreeMap::is_empty);
        match (is_open(&old), is_open(&new)) {
            (true, true) => return,
            (false, true) => {
                let message = format!("callers no longer need {}", told(&old));
                return self.found(Severity::Exposure, "authentication_removed", message);
            }
            (true, false) => {
                let message = format!("callers need {} now", told(&new));
                return self.found(Severity::Breaking, "authentication_added", message);
            }
            (false, false) => {}
        }
        if old.iter().any(|way| !new.iter().any(|now| is_enough(way, now))) {
            let message = format!("callers with {} need {} now", told(&old), told(&new));
            self.found(Severity::Breaking, "authentication_stricter", message);
        }
        let is_new_way = |way: &&Way| !old.iter().any(|before| is_enough(way, before));
        for way in new.iter().filter(is_new_way) {
            let asks_for_less = old
                .iter()
                .any(|before| before.keys().any(|scheme| !way.contains_key(scheme)) && part_of(way, before));
            if asks_for_less {
                let message =
                    format!("callers with {} alone are let in now", told(std::slice::from_ref(way)));
                self.found(Severity::Exposure, "authentication_weakened", message);
            } else {
                let message = format!("callers with {} are let in now", told(std::slice::from_ref(way)));
                self.found(Severity::Warning, "authentication_alternative_added", message);
            }
        }
        self.scheme_definitions(&old, &new);
    }

    /// A scheme with another name and the same definition is the same scheme.
    fn renamed(&self, way: Way) -> Way {
        let known = |name: &str| security::scheme(self.before, name).is_some();
        let old_name = |name: String| {
            if known(&name) {
                return name;
            }
            let definition = security::scheme(self.after, &name).map(plain);
            let before = security::schemes(self.before).into_iter().flatten();
            let mut twins = before.filter(|(twin, _)| security::scheme(self.after, twin).is_none());
            let twin = twins.find(|(_, scheme)| definition.is_some() && Some(plain(scheme)) == definition);
            twin.map_or(name, |(twin, _)| twin.clone())
        };
        way.into_iter().map(|(name, scopes)| (old_name(name), scopes)).collect()
    }

    /// The same scheme may ask for something else.
    fn scheme_definitions(&mut self, old: &[Way], new: &[Way]) {
        let names =
            |ways: &[Way]| -> BTreeSet<String> { ways.iter().flat_map(BTreeMap::keys).cloned().collect() };
        for name in names(old).intersection(&names(new)) {
            let (Some(old), Some(new)) =
                (security::scheme(self.before, name), security::scheme(self.after, name))
            else {
                continue;
            };
            let (before, after) = (flows(old), flows(new));
            if before != after && !before.is_empty() && !after.is_empty() {
                let message = format!("the addresses that `{name}` gets its tokens from are others");
                self.found(Severity::Breaking, "security_scheme_changed", message);
            }
            let (before, after) = (plain(old), plain(new));
            if before != after {
                let message = format!("the security scheme `{name}` is another: {before} became {after}");
                self.found(Severity::Breaking, "security_scheme_changed", message);
            }
        }
    }
}

fn ways(root: &Value, route: &Route<'_>) -> Vec<Way> {
    let all = security::requirements(root, route).and_then(Value::as_array).into_iter().flatten();
    let scopes = |value: &Value| {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let ways = all.filter_map(Value::as_object);
    ways.map(|way| way.iter().map(|(name, value)| (name.clone(), scopes(value))).collect()).collect()
}

/// Whether what one way asks for is enough for the other.
fn is_enough(shown: &Way, asked: &Way) -> bool {
    asked.iter().all(|(scheme, scopes)| shown.get(scheme).is_some_and(|has| scopes.is_subset(has)))
}

/// Whether one way asks for some of the schemes of the other, and for nothing else.
fn part_of(way: &Way, whole: &Way) -> bool {
    way.keys().all(|scheme| whole.contains_key(scheme))
}

/// A scheme as callers meet it.
fn plain(scheme: &Value) -> Value {
    const SAID: &[&str] = &["type", "in", "name", "scheme", "openIdConnectUrl"];
    let entries = scheme.as_object().into_iter().flatten().filter(|(key, _)| SAID.contains(&key.as_str()));
    let mut plain: serde_json::Map<String, Value> =
        entries.map(|(key, value)| (key.clone(), value.clone())).collect();
    plain.sort_keys();
    plain.into()
}

/// Where the flows of OAuth send callers; an export has none.
fn flows(scheme: &Value) -> Vec<(&str, &str, &Value)> {
    let flows = scheme.get("flows").and_then(Value::as_object).into_iter().flatten();
    let mut urls: Vec<_> = flows
        .filter_map(|(flow, value)| Some((flow, value.as_object()?)))
        .flat_map(|(flow, value)| value.iter().map(move |(key, url)| (flow.as_str(), key.as_str(), url)))
        .filter(|(_, key, _)| key.ends_with("Url"))
        .collect();
    urls.sort_by_key(|(flow, key, _)| (*flow, *key));
    urls
}

fn told(ways: &[Way]) -> String {
    let scheme = |(name, scopes): (&String, &BTreeSet<String>)| {
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        if scopes.is_empty() { format!("`{name}`") } else { format!("`{name}` ({})", scopes.join(", ")) }
    };
    let ways: Vec<String> =
        ways.iter().map(|way| way.iter().map(scheme).collect::<Vec<_>>().join(" and ")).collect();
    ways.join(" or ")
}
