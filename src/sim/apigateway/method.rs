//! Methods of a REST API. Each is kept as the operation that a document writes, so that an export gives back what was
//! imported; the wire shape is read off that.

use serde_json::{Map, Value, json};

use super::RestApi;
use crate::sim::document::{object, resolved, security, text};
use crate::sim::export::{AUTHORIZER, AUTHTYPE, INTEGRATION};

/// One method of a resource.
#[derive(Clone, Debug)]
pub struct Method {
    pub http_method: String,
    /// An operation of OpenAPI 3.0, with the security that it is under and the extensions of API Gateway.
    pub operation: Value,
}

const VALIDATOR: &str = "x-amazon-apigateway-request-validator";
/// Milliseconds.
pub const DEFAULT_TIMEOUT: u32 = 29_000;

/// What AWS keeps of an operation, in the order of its exports.
const KEPT: &[&str] = &[
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "security",
    "x-amazon-apigateway-auth",
    VALIDATOR,
    INTEGRATION,
];

impl Method {
    /// As imported from an operation of `document`. What AWS does not keep, such as tags and summaries, is gone.
    pub fn imported(http_method: String, document: &Value, operation: &Value, shared: &[Value]) -> Self {
        let mut kept = Map::new();
        for key in KEPT {
            let value = match *key {
                "parameters" => parameters(document, operation, shared),
                "requestBody" => {
                    let body = operation.get(*key).and_then(|body| resolved(document, body));
                    body.cloned().map(Value::Object)
                }
                "responses" => responses(document, operation),
                "security" => Some(security(document, operation).to_vec().into())
                    .filter(|_| operation.get("security").or_else(|| document.get("security")).is_some()),
                INTEGRATION => operation.get(INTEGRATION).and_then(Value::as_object).map(integration),
                key => operation.get(key).cloned(),
            };
            if let Some(value) = value.filter(|value| !value.is_null()) {
                kept.insert((*key).to_owned(), value);
            }
        }
        Self { http_method, operation: Value::Object(kept) }
    }

    /// The extension of its integration.
    pub fn integration(&self) -> Option<&Value> {
        self.operation.get(INTEGRATION)
    }

    /// Whether callers need an API key.
    pub fn api_key_required(&self, api: &RestApi) -> bool {
        self.schemes(api).any(|(_, scheme)| {
            scheme["name"] == "x-api-key"
                && scheme.get(AUTHTYPE).is_none()
                && scheme.get(AUTHORIZER).is_none()
        })
    }

    /// How callers are authorised: the type, and the name of the authorizer.
    pub fn authorization(&self, api: &RestApi) -> (&'static str, Option<String>) {
        if let Some(auth) = self.operation.get("x-amazon-apigateway-auth") {
            return if auth["type"] == "AWS_IAM" { ("AWS_IAM", None) } else { ("NONE", None) };
        }
        let found = self.schemes(api).find_map(|(name, scheme)| {
            if scheme[AUTHTYPE] == "awsSigv4" {
                Some(("AWS_IAM", None))
            } else if scheme[AUTHORIZER]["type"] == "cognito_user_pools" {
                Some(("COGNITO_USER_POOLS", Some(name.to_owned())))
            } else {
                scheme.get(AUTHORIZER).map(|_| ("CUSTOM", Some(name.to_owned())))
            }
        });
        found.unwrap_or(("NONE", None))
    }

    /// The security schemes that the method names, with what the API knows of them.
    pub fn schemes<'a>(&'a self, api: &'a RestApi) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let required = self.operation.get("security").and_then(Value::as_array).into_iter().flatten();
        let names = required.filter_map(Value::as_object).flat_map(Map::keys);
        names.filter_map(|name| Some((name.as_str(), api.schemes.get(name)?)))
    }

    /// The wire shape.
    pub fn shape(&self, api: &RestApi) -> Value {
        let (authorization_type, authorizer) = self.authorization(api);
        let mut shape = json!({
            "httpMethod": self.http_method,
            "authorizationType": authorization_type,
            "apiKeyRequired": self.api_key_required(api),
        });
        if let Some(name) = authorizer {
            shape["authorizerId"] = api.id_of("authorizer", &name).into();
        }
        if let Some(name) = text(&self.operation, "operationId") {
            shape["operationName"] = name.into();
        }
        if let Some(name) = text(&self.operation, VALIDATOR) {
            shape["requestValidatorId"] = api.id_of("validator", &name).into();
        }
        let parameters = self.request_parameters();
        if !parameters.is_empty() {
            shape["requestParameters"] = parameters.into();
        }
        let models = models(&self.operation["requestBody"]);
        if !models.is_empty() {
            shape["requestModels"] = models.into();
        }
        let responses = object(&self.operation, "responses");
        let responses =
            responses.map(|(status, response)| (status.to_owned(), method_response(status, response)));
        shape["methodResponses"] = Value::Object(responses.collect());
        if let Some(extension) = self.integration() {
            shape["methodIntegration"] = integration_shape(extension);
        }
        shape
    }

    /// By the source, such as `method.request.path.id`; true where the parameter is required.
    fn request_parameters(&self) -> Map<String, Value> {
        let parameters = self.operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
        let named = parameters.filter_map(|parameter| {
            let place = text(parameter, "in")?;
            let place = if place == "query" { "querystring" } else { &place };
            let source = format!("method.request.{place}.{}", text(parameter, "name")?);
            Some((source, Value::Bool(parameter["required"] == true)))
        });
        named.collect()
    }
}

/// Those of the operation and of its path, where it does not name them itself, without what AWS does not keep.
fn parameters(document: &Value, operation: &Value, shared: &[Value]) -> Option<Value> {
    let own = operation.get("parameters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let own: Vec<_> = own.iter().filter_map(|parameter| resolved(document, parameter)).collect();
    let place =
        |parameter: &Map<String, Value>| (parameter.get("in").cloned(), parameter.get("name").cloned());
    let shared = shared.iter().filter_map(|parameter| resolved(document, parameter));
    let others = shared.filter(|shared| !own.iter().any(|own| place(own) == place(shared)));
    let kept = others.chain(own.iter().copied()).map(|parameter| {
        let kept = ["name", "in", "description", "required", "schema"];
        let members = kept.iter().filter_map(|key| Some(((*key).to_owned(), parameter.get(*key)?.clone())));
        Value::Object(members.collect())
    });
    let kept: Vec<Value> = kept.collect();
    (!kept.is_empty()).then(|| kept.into())
}

/// Responses have generated descriptions.
fn responses(document: &Value, operation: &Value) -> Option<Value> {
    operation.get("responses")?;
    let kept = object(operation, "responses").map(|(status, response)| {
        let response = resolved(document, response);
        let member = |key| response.and_then(|response| response.get(key)).cloned();
        let mut kept = json!({ "description": format!("{status} response") });
        if let Some(headers) = member("headers") {
            kept["headers"] = headers;
        }
        kept["content"] = member("content").unwrap_or_else(|| json!({}));
        (status.to_owned(), kept)
    });
    Some(Value::Object(kept.collect()))
}

/// With the defaults that AWS writes, and without those that it leaves out.
fn integration(extension: &Map<String, Value>) -> Value {
    let mut extension = extension.clone();
    extension.retain(|_, value| !value.is_null());
    if let Some(kind) = extension.get_mut("type")
        && let Some(lower) = kind.as_str().map(str::to_ascii_lowercase)
    {
        *kind = lower.into();
    }
    extension.entry("passthroughBehavior").or_insert_with(|| "when_no_match".into());
    extension.retain(|key, value| key != "timeoutInMillis" || *value != json!(DEFAULT_TIMEOUT));
    Value::Object(extension)
}

/// The names of the models by media type.
fn models(holder: &Value) -> Map<String, Value> {
    let named = object(holder, "content").filter_map(|(media_type, content)| {
        let reference = content["schema"]["$ref"].as_str()?;
        Some((media_type.to_owned(), Value::from(reference.rsplit('/').next()?)))
    });
    named.collect()
}

fn method_response(status: &str, response: &Value) -> Value {
    let mut shape = json!({ "statusCode": status });
    let models = models(response);
    if !models.is_empty() {
        shape["responseModels"] = models.into();
    }
    let headers = object(response, "headers");
    let headers: Map<String, Value> =
        headers.map(|(name, _)| (format!("method.response.header.{name}"), Value::Bool(false))).collect();
    if !headers.is_empty() {
        shape["responseParameters"] = headers.into();
    }
    shape
}

/// What the wire calls as the document does.
const SAME: &[&str] = &[
    "uri",
    "httpMethod",
    "connectionType",
    "connectionId",
    "credentials",
    "requestParameters",
    "requestTemplates",
    "contentHandling",
    "cacheNamespace",
    "cacheKeyParameters",
    "tlsConfig",
];

fn integration_shape(extension: &Value) -> Value {
    let upper = |key: &str| extension[key].as_str().unwrap_or_default().to_ascii_uppercase();
    let timeout = extension.get("timeoutInMillis").cloned();
    let mut shape = json!({
        "type": upper("type"),
        "passthroughBehavior": upper("passthroughBehavior"),
        "timeoutInMillis": timeout.unwrap_or_else(|| DEFAULT_TIMEOUT.into()),
    });
    for key in SAME {
        if let Some(value) = extension.get(*key) {
            shape[*key] = value.clone();
        }
    }
    let responses = object(extension, "responses").map(|(pattern, response)| {
        let status = response["statusCode"].as_str().unwrap_or("200").to_owned();
        let mut shape = json!({ "statusCode": status });
        if pattern != "default" {
            shape["selectionPattern"] = pattern.into();
        }
        for key in ["responseParameters", "responseTemplates", "contentHandling"] {
            if let Some(value) = response.get(key) {
                shape[key] = value.clone();
            }
        }
        (status, shape)
    });
    shape["integrationResponses"] = Value::Object(responses.collect());
    shape
}
