//! An operation as both versions of the specification mean it: parameters, a body, responses.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::openapi::pointer;
use crate::openapi::route::{self, Route};
use crate::openapi::security::is_swagger;

/// One operation.
pub(super) struct Operation<'a> {
    /// By place and name; those of the path by their position, since renaming them breaks nobody.
    pub parameters: BTreeMap<(String, String), Parameter<'a>>,
    pub body: Option<Body<'a>>,
    /// By status, `200`, `2XX`, `default`.
    pub responses: BTreeMap<String, Response<'a>>,
}

/// A parameter, or a header of a response.
#[derive(Clone, Copy)]
pub(super) struct Parameter<'a> {
    pub name: &'a str,
    pub required: bool,
    pub schema: Option<&'a Value>,
    /// All that its author wrote.
    pub value: &'a Value,
}

/// What callers send.
pub(super) struct Body<'a> {
    pub required: bool,
    pub content: Content<'a>,
}

/// What callers get.
pub(super) struct Response<'a> {
    pub content: Content<'a>,
    pub headers: BTreeMap<String, Parameter<'a>>,
}

/// Schemas by media type.
pub(super) type Content<'a> = BTreeMap<String, Option<&'a Value>>;

impl<'a> Operation<'a> {
    pub fn of(root: &'a Value, route: &Route<'a>) -> Self {
        let all = parameters(root, route);
        let body =
            if is_swagger(root) { swagger_body(root, route, &all) } else { body(root, route.operation) };
        let order = route::parameters(route.path);
        let mut named = BTreeMap::new();
        for (place, parameter) in all.into_iter().filter(|(place, _)| *place != "body") {
            let name = match place {
                "path" => {
                    let name = parameter.name.trim_end_matches('+');
                    let Some(index) = order.iter().position(|other| *other == name) else { continue };
                    index.to_string()
                }
                "header" => parameter.name.to_lowercase(),
                _ => parameter.name.to_owned(),
            };
            named.insert((place.to_owned(), name), parameter);
        }
        Self { parameters: named, body, responses: responses(root, route.operation) }
    }
}

/// Parameters of the path and of the operation; those of the operation count.
fn parameters<'a>(root: &'a Value, route: &Route<'a>) -> Vec<(&'a str, Parameter<'a>)> {
    let of_item = route.item.get("parameters");
    let of_operation = route.operation.get("parameters");
    let mut all: Vec<(&str, Parameter<'_>)> = Vec::new();
    for value in [of_item, of_operation].into_iter().flatten().filter_map(Value::as_array).flatten() {
        let value = pointer::resolve(root, value);
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        let Some((name, place)) = text("name").zip(text("in")) else { continue };
        all.retain(|(other, parameter)| (*other, parameter.name) != (place, name));
        all.push((place, parameter(root, name, value)));
    }
    all
}

fn parameter<'a>(root: &'a Value, name: &'a str, value: &'a Value) -> Parameter<'a> {
    let content = || value.get("content")?.as_object()?.values().next()?.get("schema");
    // A parameter of Swagger 2 is its own schema.
    let schema = value.get("schema").or_else(content).or_else(|| is_swagger(root).then_some(value));
    Parameter { name, required: flag(value, "required"), schema, value }
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or_default()
}

fn body<'a>(root: &'a Value, operation: &'a Value) -> Option<Body<'a>> {
    let body = pointer::resolve(root, operation.get("requestBody")?);
    body.is_object().then(|| Body { required: flag(body, "required"), content: content(body) })
}

fn content(value: &Value) -> Content<'_> {
    let all = value.get("content").and_then(Value::as_object).into_iter().flatten();
    all.map(|(media, value)| (plain_media(media), value.get("schema"))).collect()
}

/// A media type without its character set, which no client is broken by.
fn plain_media(media: &str) -> String {
    let mut parts = media.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_lowercase();
    let rest = parts.filter(|part| !part.to_lowercase().starts_with("charset="));
    rest.fold(kind, |kind, part| format!("{kind}; {part}"))
}

fn swagger_body<'a>(
    root: &'a Value,
    route: &Route<'a>,
    all: &[(&'a str, Parameter<'a>)],
) -> Option<Body<'a>> {
    let (_, body) = all.iter().find(|(place, _)| *place == "body")?;
    let schema = body.value.get("schema");
    let content = swagger_media(root, route.operation, "consumes").map(|media| (media, schema)).collect();
    Some(Body { required: body.required, content })
}

fn swagger_media<'a>(root: &'a Value, operation: &'a Value, key: &str) -> impl Iterator<Item = String> + 'a {
    let list = operation.get(key).or_else(|| root.get(key)).and_then(Value::as_array);
    let named: Vec<String> = list.into_iter().flatten().filter_map(Value::as_str).map(plain_media).collect();
    let assumed = named.is_empty().then(|| "application/json".to_owned());
    named.into_iter().chain(assumed)
}

fn responses<'a>(root: &'a Value, operation: &'a Value) -> BTreeMap<String, Response<'a>> {
    let all = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
    let all = all.filter(|(status, _)| !status.starts_with("x-"));
    let read = all.map(|(status, value)| {
        let value = pointer::resolve(root, value);
        let content = match value.get("schema").filter(|_| is_swagger(root)) {
            Some(schema) => {
                swagger_media(root, operation, "produces").map(|media| (media, Some(schema))).collect()
            }
            None => content(value),
        };
        let headers = value.get("headers").and_then(Value::as_object).into_iter().flatten();
        let headers = headers.map(|(name, header)| {
            (name.to_lowercase(), parameter(root, name, pointer::resolve(root, header)))
        });
        (status.to_uppercase(), Response { content, headers: headers.collect() })
    });
    read.collect()
}
