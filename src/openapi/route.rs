//! The routes of a document, and what makes two of them the same.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::pointer;

/// What AWS calls an operation that answers every method.
pub(super) const ANY_METHOD: &str = "x-amazon-apigateway-any-method";
/// What marks the operation that answers what no other route does.
pub(super) const IS_DEFAULT: &str = "isDefaultRoute";

const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// What makes two routes the same to API Gateway: parameters may have other names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct RouteKey {
    /// The path with the names of its parameters erased: `/orders/{}/{+}`.
    pub path: String,
    /// `GET`, `ANY`.
    pub method: String,
}

/// One operation of a document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route<'a> {
    /// The path as it is written.
    pub path: &'a str,
    /// The key of the operation in its path item: `get`, [`ANY_METHOD`].
    pub method: &'a str,
    /// The path item, a reference followed.
    pub item: &'a Map<String, Value>,
    /// The operation.
    pub operation: &'a Value,
}

impl Route<'_> {
    pub fn key(&self) -> RouteKey {
        RouteKey { path: erase(normal_path(self.path)), method: self.verb() }
    }

    /// `GET`, `ANY`.
    pub fn verb(&self) -> String {
        if self.method == ANY_METHOD { "ANY".to_owned() } else { self.method.to_uppercase() }
    }

    /// As AWS names it: `GET /orders/{id}`, `$default`.
    pub fn name(&self) -> String {
        if self.is_default() { "$default".to_owned() } else { format!("{} {}", self.verb(), self.path) }
    }

    pub fn is_default(&self) -> bool {
        self.method == ANY_METHOD && normal_path(self.path) == "/$default"
    }

    /// Where it stands in its document.
    pub fn pointer(&self) -> String {
        format!("/paths/{}/{}", pointer::escape(self.path), self.method)
    }
}

/// The operations of a document, in its order.
pub(super) fn routes(root: &Value) -> Vec<Route<'_>> {
    let mut routes = Vec::new();
    let paths = root.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten().filter(|(path, _)| !path.starts_with("x-")) {
        let Some(item) = pointer::resolve(root, item).as_object() else { continue };
        for (method, operation) in item {
            if is_method(method) && operation.is_object() {
                routes.push(Route { path, method, item, operation });
            }
        }
    }
    routes
}

/// The operations of a document without those that have the key of an earlier one.
pub(super) fn distinct(root: &Value) -> Vec<Route<'_>> {
    let mut seen = HashSet::new();
    routes(root).into_iter().filter(|route| seen.insert(route.key())).collect()
}

/// Operations by their keys; of two with one key the first.
pub(super) fn by_key<'a>(routes: &[Route<'a>]) -> HashMap<RouteKey, Route<'a>> {
    let mut map = HashMap::new();
    for route in routes {
        map.entry(route.key()).or_insert(*route);
    }
    map
}

/// Whether a key of a path item is an operation.
pub(super) fn is_method(key: &str) -> bool {
    key == ANY_METHOD || METHODS.contains(&key)
}

/// The names of a path's parameters, in order, `+` left out.
pub(super) fn parameters(path: &str) -> Vec<&str> {
    let inside = path.split('{').skip(1).filter_map(|part| part.split_once('}'));
    inside.map(|(name, _)| name.trim_end_matches('+')).collect()
}

/// A path with the names of its parameters erased, so that two that API Gateway takes for one are one.
pub(super) fn erase(path: &str) -> String {
    let mut erased = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        erased.push_str(before);
        erased.push_str(if name.ends_with('+') { "{+}" } else { "{}" });
        rest = behind;
    }
    erased.push_str(rest);
    erased
}

/// The catch-all may be written without its slash.
fn normal_path(path: &str) -> &str {
    if path == "$default" { "/$default" } else { path }
}

/// The route that answers a request for another: itself, ANY of its path, the longest greedy path around it, the catch-all.
pub(super) fn serving<'a>(routes: &HashMap<RouteKey, Route<'a>>, key: &RouteKey) -> Option<Route<'a>> {
    let at = |path: &str, method: &str| {
        routes.get(&RouteKey { path: path.to_owned(), method: method.to_owned() }).copied()
    };
    let of_path = |path: &str| at(path, &key.method).or_else(|| at(path, "ANY"));
    if let found @ Some(_) = of_path(&key.path) {
        return found;
    }
    let mut path = key.path.as_str();
    while let Some((above, _)) = path.rsplit_once('/') {
        if let found @ Some(_) = of_path(&format!("{above}/{{+}}")) {
            return found;
        }
        path = above;
    }
    at("/$default", "ANY")
}
