//! Paths as API Gateway understands them.

use std::collections::HashSet;

use serde_json::Value;

use crate::domain::ApiType;
use crate::openapi::{pointer, route};

use super::Check;

pub(super) fn check(check: &mut Check<'_>) {
    let mut seen = HashSet::new();
    let paths: Vec<&str> =
        check.routes.iter().map(|route| route.path).filter(|path| seen.insert(*path)).collect();
    for path in paths {
        let at = pointer::join("/paths", path);
        if path == "$default" {
            check.error(
                at,
                "AWS warns about `$default` without its slash, and refuses the push: write `/$default`",
            );
        } else if path != "/$default" {
            whole(check, &at, path);
        }
    }
    catch_all(check);
    responses(check);
}

fn whole(check: &mut Check<'_>, at: &str, path: &str) {
    let Some(below) = path.strip_prefix('/') else {
        return check.error(at, format!("a path starts with a slash: write `/{path}`"));
    };
    let segments: Vec<&str> = if below.is_empty() { Vec::new() } else { below.split('/').collect() };
    for (index, segment) in segments.iter().enumerate() {
        let is_last = index + 1 == segments.len();
        if segment.is_empty() && !is_last {
            check.error(at, "a part of the path is empty: take one of the slashes out");
        }
        if segment.contains("+}") && !is_last {
            check.error(at, format!("`{segment}` takes the rest of a path, so it may stand at the end only"));
        }
        braces(check, at, segment);
    }
    let names = route::parameters(path);
    let mut seen = HashSet::new();
    if let Some(twice) = names.iter().find(|name| !seen.insert(**name)) {
        check.error(at, format!("the parameter `{twice}` is in the path twice: give each a name of its own"));
    }
}

fn braces(check: &mut Check<'_>, at: &str, segment: &str) {
    let (opened, closed) = (segment.matches('{').count(), segment.matches('}').count());
    if opened != closed {
        return check.error(at, format!("a brace of `{segment}` has no partner"));
    }
    let is_whole = opened == 0 || (opened == 1 && segment.starts_with('{') && segment.ends_with('}'));
    if !is_whole {
        let message =
            format!("a parameter must be a whole part of the path, and `{segment}` is more than one");
        return check.error(at, message);
    }
    if opened == 1 && segment.trim_matches(['{', '}', '+']).is_empty() {
        return check.error(at, "a parameter needs a name");
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-.,:{}+".contains(c);
    if check.api_type == ApiType::Rest && !segment.chars().all(allowed) {
        let message = format!(
            "`{segment}` has characters that a REST API refuses: letters, digits and `_-.,:` are left"
        );
        check.error(at, message);
    }
}

/// The catch-all is marked as such, or it is a route like any other.
fn catch_all(check: &mut Check<'_>) {
    for route in check.routes.clone() {
        let is_marked = route.operation.get(route::IS_DEFAULT).and_then(Value::as_bool) == Some(true);
        match (route.is_default(), is_marked) {
            (true, false) if check.api_type == ApiType::Http => check.warning(
                route.pointer(),
                "a catch-all route is marked by `isDefaultRoute: true`: without it AWS may take it for a path",
            ),
            (false, true) => check.warning(
                route.pointer(),
                "`isDefaultRoute` means something on `/$default` only, under `x-amazon-apigateway-any-method`",
            ),
            _ => {}
        }
    }
}

/// AWS warns about an operation without responses, and a warning stops the push.
fn responses(check: &mut Check<'_>) {
    for route in check.routes.clone() {
        if !route.operation.get("responses").is_some_and(Value::is_object) {
            let message =
                "the operation has no `responses`, about which AWS warns: write `responses: {}` at least";
            check.warning(route.pointer(), message);
        }
    }
}
