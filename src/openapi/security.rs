//! Who may call a route: security requirements and the schemes and authorizers behind them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::pointer;
use super::route::Route;

/// The authorizer of a scheme.
pub(super) const AUTHORIZER: &str = "x-amazon-apigateway-authorizer";
/// What a scheme says that IAM or a user pool authorizes.
pub(super) const AUTHTYPE: &str = "x-amazon-apigateway-authtype";
/// What an operation says that IAM authorizes, or nobody.
pub(super) const AUTH: &str = "x-amazon-apigateway-auth";

/// The place of the schemes: Swagger 2 has another.
pub(super) fn schemes_pointer(root: &Value) -> &'static str {
    if is_swagger(root) { "/securityDefinitions" } else { "/components/securitySchemes" }
}

/// Whether a document is of the second version of the specification.
pub(super) fn is_swagger(root: &Value) -> bool {
    root.get("swagger").is_some()
}

/// The schemes of a document by name.
pub(super) fn schemes(root: &Value) -> Option<&Map<String, Value>> {
    root.pointer(schemes_pointer(root))?.as_object()
}

/// A scheme, a reference followed.
pub(super) fn scheme<'a>(root: &'a Value, name: &str) -> Option<&'a Value> {
    schemes(root)?.get(name).map(|scheme| pointer::resolve(root, scheme))
}

/// The requirements in force for a route, its own or the document's; `None` where neither says anything.
pub(super) fn requirements<'a>(root: &'a Value, route: &Route<'a>) -> Option<&'a Value> {
    let said = |value: &'a Value| value.get("security").filter(|security| !security.is_null());
    said(route.operation).or_else(|| said(root))
}

/// The names of the schemes that requirements name.
pub(super) fn named(requirements: &Value) -> BTreeSet<&str> {
    let all = requirements.as_array().into_iter().flatten().filter_map(Value::as_object);
    all.flat_map(Map::keys).map(String::as_str).collect()
}

/// Whether the gateway itself asks something of callers by this scheme.
pub(super) fn is_enforced(scheme: &Value) -> bool {
    scheme.get(AUTHORIZER).is_some() || scheme.get(AUTHTYPE).is_some() || is_api_key(scheme)
}

/// Whether a scheme is the gateway's own API key (REST only).
pub(super) fn is_api_key(scheme: &Value) -> bool {
    let text = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
    let is_key =
        text("type") == "apiKey" && text("in") == "header" && text("name").eq_ignore_ascii_case("x-api-key");
    is_key && scheme.get(AUTHORIZER).is_none() && scheme.get(AUTHTYPE).is_none()
}

/// Who may call a route, as the gateway enforces it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Access {
    /// The schemes with an authorizer, and the scopes each asks for. `AWS_IAM` stands for signed requests.
    pub authorizers: BTreeMap<String, BTreeSet<String>>,
    /// Whether an API key is asked for.
    pub api_key: bool,
}

impl Access {
    /// Reads what is enforced; a scheme without an authorizer asks nothing.
    pub fn of(root: &Value, route: &Route<'_>) -> Self {
        let mut access = Self::default();
        let auth = route.operation.get(AUTH).and_then(|auth| auth.get("type")).and_then(Value::as_str);
        if auth.is_some_and(|auth| auth.eq_ignore_ascii_case("AWS_IAM")) {
            access.authorizers.insert("AWS_IAM".to_owned(), BTreeSet::new());
        }
        let requirements = requirements(root, route).and_then(Value::as_array).into_iter().flatten();
        for (name, scopes) in requirements.filter_map(Value::as_object).flatten() {
            let Some(scheme) = scheme(root, name).filter(|scheme| is_enforced(scheme)) else { continue };
            if is_api_key(scheme) {
                access.api_key = true;
                continue;
            }
            let is_iam = scheme.get(AUTHTYPE).and_then(Value::as_str) == Some("awsSigv4");
            let name = if is_iam { "AWS_IAM" } else { name };
            let scopes = scopes.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
            access.authorizers.entry(name.to_owned()).or_default().extend(scopes);
        }
        access
    }

    /// Whether anybody may call.
    pub fn is_open(&self) -> bool {
        self.authorizers.is_empty()
    }
}
