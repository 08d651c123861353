//! Who may call: schemes that are missing, or behind which nothing stands.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::domain::ApiType;
use crate::openapi::route::Route;
use crate::openapi::{pointer, security};

use super::Check;

/// Scopes that a route may ask for.
const MOST_SCOPES: usize = 10;

pub(super) fn check(check: &mut Check<'_>) {
    let mut toothless = BTreeSet::new();
    for route in check.routes.clone() {
        one(check, &route, &mut toothless);
    }
    for name in toothless {
        let at = format!("{}/{}", security::schemes_pointer(check.root), pointer::escape(&name));
        let message = format!(
            "no authorizer stands behind `{name}`, so the gateway lets everybody in where it is asked for: add \
             `x-amazon-apigateway-authorizer` to it, unless the backend checks callers itself"
        );
        check.warning(at, message);
    }
}

fn one(check: &mut Check<'_>, route: &Route<'_>, toothless: &mut BTreeSet<String>) {
    let Some(requirements) = security::requirements(check.root, route) else { return };
    let at = format!("{}/security", route.pointer());
    let at = if route.operation.get("security").is_some() { at } else { "/security".to_owned() };
    let mut authorizers = BTreeSet::new();
    for name in security::named(requirements) {
        match security::scheme(check.root, name) {
            None => {
                let place = security::schemes_pointer(check.root);
                check.error(
                    &at,
                    format!("the scheme `{name}` is not defined in {place}: define it, or name another"),
                );
            }
            Some(scheme) if security::is_api_key(scheme) && check.api_type == ApiType::Rest => {}
            Some(scheme) if security::is_enforced(scheme) && !security::is_api_key(scheme) => {
                authorizers.insert(name);
            }
            Some(_) => drop(toothless.insert(name.to_owned())),
        }
    }
    if authorizers.len() > 1 {
        let names: Vec<&str> = authorizers.into_iter().collect();
        let message =
            format!("API Gateway takes one authorizer for an operation, not several ({})", names.join(", "));
        check.error(&at, message);
    }
    let scopes: usize = requirements
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .flat_map(|way| way.values())
        .map(|scopes| scopes.as_array().map_or(0, Vec::len))
        .sum();
    if scopes > MOST_SCOPES {
        check.error(&at, format!("a route takes {MOST_SCOPES} scopes at most, and here are {scopes}"));
    }
}
