//! A REST API's working configuration, which AWS cannot export, compared with a document: routes, integrations and authorizers.

use serde_json::Value;

use crate::aws::{Configuration, ConfiguredRoute};
use crate::domain::{ChangeKind, GatewayChange, Severity};
use crate::openapi::Document;

/// The keys of a path item that are operations, and the methods that AWS calls them.
const METHODS: [(&str, &str); 9] = [
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
    ("head", "HEAD"),
    ("patch", "PATCH"),
    ("trace", "TRACE"),
    ("x-amazon-apigateway-any-method", "ANY"),
];

/// The routes of a document, as far as the working configuration tells them.
pub(super) fn routes(document: &Document) -> Vec<ConfiguredRoute> {
    let root = document.value();
    let mut routes = Vec::new();
    for (path, item) in root["paths"].as_object().into_iter().flatten() {
        for (key, method) in METHODS {
            if let Some(operation) = item.get(key) {
                let route =
                    if path == "/$default" { "$default".to_owned() } else { format!("{method} {path}") };
                routes.push(configured(root, route, operation));
            }
        }
    }
    routes
}

fn configured(root: &Value, route: String, operation: &Value) -> ConfiguredRoute {
    let integration = &operation["x-amazon-apigateway-integration"];
    let text = |key: &str| integration[key].as_str().map(str::to_owned);
    let schemes = schemes(root, operation);
    let scheme = |name: &String| &defined(root)[name];
    let authorizer = schemes.iter().find(|name| !scheme(name)["x-amazon-apigateway-authorizer"].is_null());
    let iam = operation["x-amazon-apigateway-auth"]["type"] == "AWS_IAM"
        || schemes.iter().any(|name| scheme(name)["x-amazon-apigateway-authtype"] == "awsSigv4");
    ConfiguredRoute {
        route,
        integration_type: text("type").map(|word| word.to_ascii_lowercase()),
        uri: text("uri"),
        authorizer: authorizer.cloned(),
        authorization: if iam { "AWS_IAM" } else { "NONE" }.to_owned(),
    }
}

/// The security schemes that a document defines; Swagger 2 has another place for them.
fn defined(root: &Value) -> &Value {
    root.get("securityDefinitions").unwrap_or(&root["components"]["securitySchemes"])
}

/// The security schemes of an operation: its own, else those of the whole document.
fn schemes(root: &Value, operation: &Value) -> Vec<String> {
    let security = operation.get("security").or_else(|| root.get("security"));
    let entries = security.and_then(Value::as_array).into_iter().flatten();
    entries.filter_map(Value::as_object).flat_map(|entry| entry.keys().cloned()).collect()
}

/// What tells callers apart: the authorizer, or IAM.
fn guard(route: &ConfiguredRoute) -> Option<String> {
    let iam = (route.authorization == "AWS_IAM").then(|| "AWS_IAM".to_owned());
    route.authorizer.clone().or(iam)
}

/// What differs from one set of routes to the other, by route.
pub(super) fn differences(before: &[ConfiguredRoute], after: &[ConfiguredRoute]) -> Vec<GatewayChange> {
    let find = |routes: &[ConfiguredRoute], route: &str| {
        routes.iter().find(|configured| configured.route == route).cloned()
    };
    let mut names: Vec<&str> =
        before.iter().chain(after).map(|configured| configured.route.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let mut changes = Vec::new();
    for name in names {
        match (find(before, name), find(after, name)) {
            (Some(old), Some(new)) => {
                let integration = |route: &ConfiguredRoute| route.integration_type.clone();
                changes.extend(change(name, "integration type", integration(&old), integration(&new)));
                changes.extend(change(name, "integration uri", old.uri.clone(), new.uri.clone()));
                changes.extend(change(name, "authorizer", guard(&old), guard(&new)));
            }
            (old, new) => {
                let told = |there: bool| there.then(|| name.to_owned());
                changes.extend(change(name, "route", told(old.is_some()), told(new.is_some())));
            }
        }
    }
    changes
}

fn change(route: &str, what: &str, before: Option<String>, after: Option<String>) -> Option<GatewayChange> {
    let (kind, severity) = match (&before, &after) {
        _ if before == after => return None,
        (None, _) if what == "authorizer" => (ChangeKind::Added, Severity::Breaking),
        (_, None) if what == "authorizer" => (ChangeKind::Removed, Severity::Exposure),
        (None, _) => (ChangeKind::Added, Severity::Info),
        (_, None) => (ChangeKind::Removed, Severity::Breaking),
        _ => (ChangeKind::Changed, Severity::Warning),
    };
    let (route, what) = (Some(route.to_owned()), what.to_owned());
    Some(GatewayChange { change: kind, route, what, before, after, severity })
}

/// Routes whose authorizer a document lacks, with its name.
pub(super) fn unguarded<'a>(
    configuration: &'a Configuration,
    document: &Document,
) -> Vec<(&'a str, &'a str)> {
    let schemes = defined(document.value());
    let in_use = configuration.routes.iter().filter_map(|configured| {
        configured.authorizer.as_deref().map(|name| (configured.route.as_str(), name))
    });
    in_use.filter(|(_, name)| schemes.get(name).is_none()).collect()
}

/// One line for a person about a change.
pub(super) fn told(change: &GatewayChange) -> String {
    let route = change.route.as_deref().unwrap_or("the API");
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    match change.what.as_str() {
        "route" => format!("{route} {}", change.change.as_str()),
        what => format!("{route}: {what} {} -> {}", value(&change.before), value(&change.after)),
    }
}
