//! How many of a thing an API may have, and extensions that the other kind of API understands.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::domain::ApiType;
use crate::openapi::{pointer, security};
use crate::text;

use super::Check;

/// Routes of an HTTP API and resources of a REST API; AWS raises it when asked.
const ROUTES: usize = 300;
/// Authorizers of an API; AWS raises it when asked.
const AUTHORIZERS: usize = 10;

const OF_HTTP: &[&str] = &["x-amazon-apigateway-cors"];
const OF_REST: &[&str] = &[
    "x-amazon-apigateway-api-key-source",
    "x-amazon-apigateway-binary-media-types",
    "x-amazon-apigateway-documentation",
    "x-amazon-apigateway-gateway-responses",
    "x-amazon-apigateway-minimum-compression-size",
    "x-amazon-apigateway-policy",
    "x-amazon-apigateway-request-validator",
    "x-amazon-apigateway-request-validators",
];

pub(super) fn check(check: &mut Check<'_>) {
    counts(check);
    of_the_other_kind(check);
    match check.api_type {
        ApiType::Http => cors(check),
        ApiType::Rest => {
            models(check);
            validators(check);
        }
    }
}

fn counts(check: &mut Check<'_>) {
    let (count, what) = match check.api_type {
        ApiType::Http => (check.routes.len(), "routes"),
        ApiType::Rest => (resources(check), "resources"),
    };
    if count > ROUTES {
        let message = format!(
            "the API would have {} {what}, and AWS takes {ROUTES} unless the quota has been raised",
            text::grouped(count)
        );
        check.warning("/paths", message);
    }
    let schemes = security::schemes(check.root).into_iter().flatten();
    let authorizers = schemes.filter(|(_, scheme)| scheme.get(security::AUTHORIZER).is_some()).count();
    if authorizers > AUTHORIZERS {
        let message = format!(
            "the API would have {authorizers} authorizers, and AWS takes {AUTHORIZERS} unless the quota has been raised"
        );
        check.warning(security::schemes_pointer(check.root), message);
    }
}

/// Every part of a path is a resource, and so is the root.
fn resources(check: &Check<'_>) -> usize {
    let mut resources = BTreeSet::from([""]);
    for route in &check.routes {
        let ends = route.path.match_indices('/').map(|(at, _)| at).skip(1).chain([route.path.len()]);
        resources.extend(ends.map(|end| &route.path[..end]));
    }
    resources.remove("/");
    resources.len()
}

fn of_the_other_kind(check: &mut Check<'_>) {
    let (others, kind) = match check.api_type {
        ApiType::Http => (OF_REST, "REST"),
        ApiType::Rest => (OF_HTTP, "HTTP"),
    };
    for key in others.iter().filter(|key| check.root.get(**key).is_some()) {
        check.warning(
            format!("/{key}"),
            format!("`{key}` means something to {kind} APIs only, and is ignored here"),
        );
    }
}

fn cors(check: &mut Check<'_>) {
    const KEY: &str = "x-amazon-apigateway-cors";
    let Some(cors) = check.root.get(KEY) else { return };
    let credentials = cors.get("allowCredentials").and_then(Value::as_bool) == Some(true);
    let origins = cors.get("allowOrigins").and_then(Value::as_array);
    if credentials && origins.is_some_and(|origins| origins.iter().any(|origin| origin == "*")) {
        let message = "credentials may not be allowed to every origin (`*`): name the origins";
        check.error(format!("/{KEY}/allowOrigins"), message);
    }
}

/// Names of models are letters and digits to a REST API.
fn models(check: &mut Check<'_>) {
    let place = if security::is_swagger(check.root) { "/definitions" } else { "/components/schemas" };
    let names = check.root.pointer(place).and_then(Value::as_object).into_iter().flatten();
    for (name, _) in names.filter(|(name, _)| !name.chars().all(|c| c.is_ascii_alphanumeric())) {
        let message =
            format!("a REST API takes letters and digits in the name of a model, not `{name}`: rename it");
        check.error(pointer::join(place, name), message);
    }
}

fn validators(check: &mut Check<'_>) {
    const KEY: &str = "x-amazon-apigateway-request-validator";
    let known = check.root.get("x-amazon-apigateway-request-validators").and_then(Value::as_object);
    let is_known = |name: &str| known.is_some_and(|known| known.contains_key(name));
    let mut named = vec![(format!("/{KEY}"), check.root.get(KEY))];
    named.extend(
        check.routes.iter().map(|route| (format!("{}/{KEY}", route.pointer()), route.operation.get(KEY))),
    );
    for (at, name) in named {
        if let Some(name) = name.and_then(Value::as_str).filter(|name| !is_known(name)) {
            let message = format!(
                "the request validator `{name}` is not defined in `x-amazon-apigateway-request-validators`: define it"
            );
            check.error(at, message);
        }
    }
}
