//! What stands behind the routes.

use serde_json::{Value, json};

use crate::domain::ApiType;
use crate::openapi::pointer;
use crate::openapi::route::Route;

use super::Check;

const KEY: &str = "x-amazon-apigateway-integration";

pub(super) fn check(check: &mut Check<'_>) {
    let routes = check.routes.clone();
    let of = |route: &Route<'_>| route.operation.get(KEY).is_some_and(|value| !value.is_null());
    if !routes.is_empty() && !routes.iter().any(of) {
        return check.error(
            "/paths",
            format!(
                "no operation has an integration (`{KEY}`), so there would be nothing to deploy: give one to each operation, \
                 for instance\n{}",
                to_paste(check, &example(check.api_type))
            ),
        );
    }
    for route in &routes {
        match route.operation.get(KEY).filter(|value| !value.is_null()) {
            None => missing(check, route, &routes),
            Some(integration) => one(check, route, pointer::resolve(check.root, integration)),
        }
    }
}

fn example(api_type: ApiType) -> Value {
    let mut example = json!({
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": "arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION_ARN/invocations"
    });
    if api_type == ApiType::Http {
        example["payloadFormatVersion"] = json!("2.0");
    }
    example
}

/// The integration of the nearest route that has one is likely what is meant: of the same path, else of a path that begins alike.
fn missing(check: &mut Check<'_>, route: &Route<'_>, routes: &[Route<'_>]) {
    let having = routes.iter().filter(|other| other.operation.get(KEY).is_some_and(|value| !value.is_null()));
    let shared = |path: &str| path.chars().zip(route.path.chars()).take_while(|(a, b)| a == b).count();
    let sibling = having.max_by_key(|other| (other.path == route.path, shared(other.path)));
    let Some(sibling) = sibling else { return };
    let integration = pointer::resolve(check.root, &sibling.operation[KEY]);
    let message = format!(
        "{} has no integration: AWS would refuse it or answer nothing. {} has this one, ready to paste:\n{}",
        route.name(),
        sibling.name(),
        to_paste(check, integration)
    );
    check.error(route.pointer(), message);
}

/// An integration as the author would write it.
fn to_paste(check: &Check<'_>, integration: &Value) -> String {
    let whole = json!({ KEY: integration });
    if check.is_yaml
        && let Ok(yaml) = serde_saphyr::to_string(&whole)
    {
        return yaml.trim_end().to_owned();
    }
    let text = serde_json::to_string_pretty(&whole).unwrap_or_default();
    // Without the braces around it: it is pasted into an operation.
    let inner = text.lines().skip(1).map(|line| line.strip_prefix("  ").unwrap_or(line));
    let mut lines: Vec<&str> = inner.collect();
    lines.pop();
    lines.join("\n")
}

fn one(check: &mut Check<'_>, route: &Route<'_>, integration: &Value) {
    let at = format!("{}/{KEY}", route.pointer());
    if pointer::reference(integration).is_some() {
        return;
    }
    let Some(integration) = integration.as_object() else {
        return check.error(at, "an integration is an object with a `type` and a `uri`");
    };
    let text = |key: &str| integration.get(key).and_then(Value::as_str);
    let kind = text("type").unwrap_or_default().to_lowercase();
    let known: &[&str] = match check.api_type {
        ApiType::Http => &["aws_proxy", "http_proxy"],
        ApiType::Rest => &["aws", "aws_proxy", "http", "http_proxy", "mock"],
    };
    if !known.contains(&kind.as_str()) {
        let given = if kind.is_empty() { "no type".to_owned() } else { format!("the type `{kind}`") };
        let message =
            format!("the integration has {given}: {} APIs take {}", check.api_type.label(), known.join(", "));
        return check.error(at, message);
    }
    let has_address = text("uri").is_some() || text("integrationSubtype").is_some() || kind == "mock";
    if !has_address && !integration.contains_key("uri") {
        check.error(&at, "the integration has no `uri`: write where requests go");
    }
    let is_lambda =
        text("uri").is_some_and(|uri| uri.contains(":lambda:path/") && uri.ends_with("/invocations"));
    let method = text("httpMethod");
    if is_lambda && method.is_some_and(|method| !method.eq_ignore_ascii_case("POST")) {
        let message = format!(
            "a Lambda function is invoked by POST, not {}: write `httpMethod: POST`, whatever the method of the route is",
            method.unwrap_or_default()
        );
        check.warning(format!("{at}/httpMethod"), message);
    }
    if method.is_none() && kind != "mock" && text("integrationSubtype").is_none() {
        check
            .warning(&at, "the integration has no `httpMethod`: write the one that its backend is called by");
    }
    timeout(check, &at, integration.get("timeoutInMillis"));
    if text("connectionType").is_some_and(|it| it.eq_ignore_ascii_case("VPC_LINK"))
        && text("connectionId").is_none()
    {
        check.error(&at, "a VPC link needs the `connectionId` of the link");
    }
}

fn timeout(check: &mut Check<'_>, at: &str, timeout: Option<&Value>) {
    let Some(timeout) = timeout else { return };
    let at = format!("{at}/timeoutInMillis");
    match timeout.as_f64() {
        None => check.error(at, "the timeout is a number of milliseconds"),
        Some(given) if given < 50.0 => check.error(at, "the timeout is 50 milliseconds at least"),
        Some(given) if given > 30_000.0 && check.api_type == ApiType::Http => {
            check.error(at, "the timeout of an HTTP API is 30,000 milliseconds at most");
        }
        Some(given) if given > 29_000.0 && check.api_type == ApiType::Rest => {
            check.warning(at, "above 29,000 milliseconds the account needs a raised quota");
        }
        Some(_) => {}
    }
}
