//! Swagger 2.0, which REST APIs import too, in terms of OpenAPI 3.0.

use serde_json::{Map, Value, json};

use crate::sim::document::object;

/// The document in OpenAPI 3.0; unchanged if it is no Swagger 2.0.
pub fn upgraded(mut document: Value) -> Value {
    if document["swagger"] != "2.0" {
        return document;
    }
    let text = document.to_string().replace("#/definitions/", "#/components/schemas/");
    document = serde_json::from_str(&text).unwrap_or(document);
    let consumes = media_types(&document, "consumes");
    let produces = media_types(&document, "produces");
    let items = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    for (_, item) in items {
        if let Some(parameters) = item.get_mut("parameters").and_then(Value::as_array_mut) {
            parameters.iter_mut().for_each(parameter);
        }
        let operations = item.as_object_mut().into_iter().flatten();
        for (_, operation) in operations.filter(|(key, _)| key.as_str() != "parameters") {
            upgrade(operation, &consumes, &produces);
        }
    }
    let mut components = Map::new();
    for (theirs, ours) in [("definitions", "schemas"), ("securityDefinitions", "securitySchemes")] {
        components.insert(ours.to_owned(), object(&document, theirs).map(owned).collect());
    }
    if let Some(members) = document.as_object_mut() {
        members.shift_remove("swagger");
        members.insert("openapi".to_owned(), "3.0.1".into());
        members.insert("components".to_owned(), Value::Object(components));
    }
    document
}

fn owned((name, value): (&str, &Value)) -> (String, Value) {
    (name.to_owned(), value.clone())
}

fn media_types(holder: &Value, key: &str) -> Vec<String> {
    let types = holder.get(key).and_then(Value::as_array).into_iter().flatten();
    let types: Vec<String> = types.filter_map(Value::as_str).map(str::to_owned).collect();
    if types.is_empty() { vec!["application/json".to_owned()] } else { types }
}

fn upgrade(operation: &mut Value, consumes: &[String], produces: &[String]) {
    let own = |key, general: &[String]| match operation.get(key) {
        Some(_) => media_types(operation, key),
        None => general.to_vec(),
    };
    let (consumes, produces) = (own("consumes", consumes), own("produces", produces));
    let mut body = None;
    if let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) {
        body = parameters.iter().find(|parameter| parameter["in"] == "body").cloned();
        parameters.retain(|parameter| parameter["in"] != "body");
        parameters.iter_mut().for_each(parameter);
    }
    if let Some(schema) = body.as_ref().and_then(|body| body.get("schema")) {
        operation["requestBody"] = json!({ "content": content(&consumes, schema) });
    }
    let responses = operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten();
    for (_, response) in responses {
        if let Some(schema) = response.get("schema").cloned() {
            response["content"] = content(&produces, &schema);
        }
    }
}

fn content(media_types: &[String], schema: &Value) -> Value {
    let content = media_types.iter().map(|name| (name.clone(), json!({ "schema": schema })));
    Value::Object(content.collect())
}

/// What describes the value moves into a schema.
fn parameter(parameter: &mut Value) {
    let Some(members) = parameter.as_object_mut() else { return };
    let mut schema = Map::new();
    for key in ["type", "format", "enum", "items"] {
        if let Some(value) = members.shift_remove(key) {
            schema.insert(key.to_owned(), value);
        }
    }
    if !schema.is_empty() {
        members.insert("schema".to_owned(), Value::Object(schema));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_responses_models_and_schemes_find_their_place() {
        let old = json!({
            "swagger": "2.0",
            "info": { "title": "old" },
            "paths": { "/a/{id}": { "post": {
                "consumes": ["text/plain"],
                "parameters": [
                    { "name": "id", "in": "path", "required": true, "type": "string" },
                    { "name": "body", "in": "body", "schema": { "$ref": "#/definitions/A" } },
                ],
                "responses": { "200": { "description": "", "schema": { "$ref": "#/definitions/A" } } },
            } } },
            "definitions": { "A": { "type": "object" } },
            "securityDefinitions": { "key": { "type": "apiKey" } },
        });
        let new = upgraded(old);
        let post = &new["paths"]["/a/{id}"]["post"];
        let model = json!({ "schema": { "$ref": "#/components/schemas/A" } });
        assert_eq!(post["requestBody"]["content"]["text/plain"], model);
        assert_eq!(post["responses"]["200"]["content"]["application/json"], model);
        assert_eq!(post["parameters"][0]["schema"], json!({ "type": "string" }));
        assert_eq!(post["parameters"].as_array().unwrap().len(), 1);
        assert_eq!(new["components"]["schemas"]["A"]["type"], "object");
        assert_eq!(new["components"]["securitySchemes"]["key"]["type"], "apiKey");
        assert_eq!(new["openapi"], "3.0.1");
    }
}
