//! Changes of a contract and what callers make of them.

use serde_json::{Value, json};

use crate::openapi::{Document, contract_diff};

use super::yaml;

/// What a diff found: `severity rule`, the most pressing first.
fn found(before: &Document, after: &Document) -> Vec<String> {
    contract_diff(before, after)
        .iter()
        .map(|finding| format!("{} {}", finding.severity, finding.rule))
        .collect()
}

fn document(operation: &Value, schemas: &Value) -> Document {
    let path = json!({ "post": operation });
    json!({ "openapi": "3.0.3", "paths": { "/a": path }, "components": { "schemas": schemas } }).into()
}

fn request(schema: &Value) -> Document {
    let content = json!({ "application/json": { "schema": schema } });
    document(&json!({ "requestBody": { "content": content }, "responses": {} }), &shared())
}

fn response(schema: &Value) -> Document {
    let content = json!({ "application/json": { "schema": schema } });
    document(&json!({ "responses": { "200": { "description": "", "content": content } } }), &shared())
}

fn shared() -> Value {
    json!({
        "Text": { "type": "string" },
        "Named": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } },
        "Node": { "type": "object", "properties": { "next": { "$ref": "#/components/schemas/Node" } } }
    })
}

/// A schema before and after, and what each direction makes of the change.
const POLARITY: &[(&str, &str, &[&str], &[&str])] = &[
    // Types.
    (
        "type: string",
        "type: integer",
        &["breaking request_type_changed"],
        &["breaking response_type_changed"],
    ),
    ("type: integer", "type: number", &["info request_type_widened"], &["breaking response_type_changed"]),
    ("type: number", "type: integer", &["breaking request_type_changed"], &["info response_type_narrowed"]),
    ("{}", "type: string", &["breaking request_type_changed"], &["info response_type_narrowed"]),
    (
        "type: [string, 'null']",
        "type: string",
        &["breaking request_became_not_nullable"],
        &["info response_became_not_nullable"],
    ),
    (
        "type: string",
        "{type: string, nullable: true}",
        &["info request_became_nullable"],
        &["breaking response_became_nullable"],
    ),
    // Formats.
    (
        "{type: integer, format: int32}",
        "{type: integer, format: int64}",
        &["info request_format_changed"],
        &["breaking response_format_changed"],
    ),
    (
        "{type: string, format: date}",
        "{type: string, format: date-time}",
        &["breaking request_format_changed"],
        &["breaking response_format_changed"],
    ),
    (
        "type: string",
        "{type: string, format: uuid}",
        &["warning request_format_changed"],
        &["info response_format_changed"],
    ),
    // Values.
    (
        "{type: string, enum: [a, b]}",
        "{type: string, enum: [a]}",
        &["breaking request_enum_narrowed"],
        &["info response_enum_narrowed"],
    ),
    (
        "{type: string, enum: [a]}",
        "{type: string, enum: [a, b]}",
        &["info request_enum_widened"],
        &["warning response_enum_widened"],
    ),
    (
        "type: string",
        "{type: string, enum: [a]}",
        &["breaking request_enum_added"],
        &["info response_enum_added"],
    ),
    (
        "{type: string, enum: [a]}",
        "type: string",
        &["info request_enum_removed"],
        &["warning response_enum_removed"],
    ),
    ("{type: string, enum: [a, b]}", "{type: string, enum: [b, a]}", &[], &[]),
    // Properties.
    (
        "{properties: {a: {}}}",
        "{properties: {a: {}, b: {}}}",
        &["info request_property_added"],
        &["info response_property_added"],
    ),
    (
        "{properties: {a: {}}}",
        "{required: [b], properties: {a: {}, b: {}}}",
        &["breaking request_property_added_required"],
        &["info response_property_added"],
    ),
    (
        "{properties: {a: {}, b: {}}}",
        "{properties: {a: {}}}",
        &["warning request_property_removed"],
        &["breaking response_property_removed"],
    ),
    (
        "{properties: {a: {}, b: {}}}",
        "{additionalProperties: false, properties: {a: {}}}",
        &["breaking request_property_forbidden", "warning request_additional_properties_forbidden"],
        &["breaking response_property_removed"],
    ),
    (
        "{properties: {a: {}}}",
        "{required: [a], properties: {a: {}}}",
        &["breaking request_property_became_required"],
        &["info response_property_became_required"],
    ),
    (
        "{required: [a], properties: {a: {}}}",
        "{properties: {a: {}}}",
        &["info request_property_became_optional"],
        &["breaking response_property_became_optional"],
    ),
    (
        "{type: object}",
        "{type: object, required: [a]}",
        &["breaking request_property_became_required"],
        &["info response_property_became_required"],
    ),
    (
        "{properties: {a: {type: string}}}",
        "{properties: {a: {type: boolean}}}",
        &["breaking request_type_changed"],
        &["breaking response_type_changed"],
    ),
    (
        "{properties: {a: {}}}",
        "{required: [b], properties: {a: {}, b: {readOnly: true}}}",
        &[],
        &["info response_property_added"],
    ),
    (
        "{properties: {a: {}, b: {writeOnly: true}}}",
        "{properties: {a: {}}}",
        &["warning request_property_removed"],
        &[],
    ),
    // Lists, and what is in them.
    (
        "{type: array, items: {type: string}}",
        "{type: array, items: {type: integer}}",
        &["breaking request_type_changed"],
        &["breaking response_type_changed"],
    ),
    (
        "{type: object, additionalProperties: {type: string}}",
        "{type: object, additionalProperties: {type: integer}}",
        &["breaking request_type_changed"],
        &["breaking response_type_changed"],
    ),
    // Limits.
    (
        "{type: string, maxLength: 9}",
        "{type: string, maxLength: 5}",
        &["warning request_constraint_tightened"],
        &["info response_constraint_tightened"],
    ),
    (
        "{type: string, maxLength: 5}",
        "{type: string, maxLength: 9}",
        &["info request_constraint_loosened"],
        &["warning response_constraint_loosened"],
    ),
    (
        "{type: integer, minimum: 1}",
        "{type: integer, minimum: 1, exclusiveMinimum: true}",
        &["warning request_constraint_tightened"],
        &["info response_constraint_tightened"],
    ),
    ("{type: integer, minimum: 1, exclusiveMinimum: true}", "{type: integer, exclusiveMinimum: 1}", &[], &[]),
    (
        "{type: integer}",
        "{type: integer, maximum: 10}",
        &["warning request_constraint_tightened"],
        &["info response_constraint_tightened"],
    ),
    ("type: string", "{type: string, minLength: 0}", &[], &[]),
    (
        "type: string",
        "{type: string, pattern: '^a'}",
        &["warning request_constraint_tightened"],
        &["info response_constraint_tightened"],
    ),
    (
        "{type: string, pattern: '^a'}",
        "{type: string, pattern: '^b'}",
        &["warning request_constraint_changed"],
        &["warning response_constraint_changed"],
    ),
    (
        "{type: array, items: {}}",
        "{type: array, items: {}, uniqueItems: true}",
        &["warning request_constraint_tightened"],
        &["info response_constraint_tightened"],
    ),
    // Choices.
    ("oneOf: [{type: string}, {type: integer}]", "oneOf: [{type: integer}, {type: string}]", &[], &[]),
    (
        "oneOf: [{type: string}, {type: integer}]",
        "oneOf: [{type: string}]",
        &["breaking request_alternative_removed"],
        &["info response_alternative_removed"],
    ),
    (
        "anyOf: [{type: string}]",
        "anyOf: [{type: string}, {type: integer}]",
        &["info request_alternative_added"],
        &["warning response_alternative_added"],
    ),
    (
        "oneOf: [{type: string}]",
        "oneOf: [{type: integer}]",
        &["not_analysed schema_not_analysed"],
        &["not_analysed schema_not_analysed"],
    ),
    (
        "{}",
        "oneOf: [{type: integer}]",
        &["not_analysed schema_not_analysed"],
        &["not_analysed schema_not_analysed"],
    ),
    // Beyond every rule, but never in silence.
    (
        "{}",
        "not: {type: string}",
        &["not_analysed schema_not_analysed"],
        &["not_analysed schema_not_analysed"],
    ),
    (
        "{}",
        "patternProperties: {^a: {type: string}}",
        &["not_analysed schema_not_analysed"],
        &["not_analysed schema_not_analysed"],
    ),
    (
        "allOf: [{type: string}, {type: integer}]",
        "type: string",
        &["not_analysed schema_not_analysed"],
        &["not_analysed schema_not_analysed"],
    ),
    // The same, written otherwise.
    (
        "$ref: '#/components/schemas/Text'",
        "{type: string, description: text, example: a, x-order: 1}",
        &[],
        &[],
    ),
    (
        "allOf: [{$ref: '#/components/schemas/Named'}, {properties: {b: {}}}]",
        "{type: object, required: [name], properties: {name: {type: string}, b: {}}}",
        &[],
        &[],
    ),
    (
        "$ref: '#/components/schemas/Node'",
        "{type: object, properties: {next: {$ref: '#/components/schemas/Node'}}}",
        &[],
        &[],
    ),
    (
        "{type: object, properties: {example: {type: string}}}",
        "{type: object, properties: {example: {type: integer}}}",
        &["breaking request_type_changed"],
        &["breaking response_type_changed"],
    ),
];

#[test]
fn a_schema_that_changes_means_the_opposite_to_who_sends_and_to_who_receives() {
    for (before, after, in_request, in_response) in POLARITY {
        let (old, new) = (yaml(before), yaml(after));
        let (old, new) = (old.value(), new.value());
        assert_eq!(found(&request(old), &request(new)), *in_request, "request: {before} -> {after}");
        assert_eq!(found(&response(old), &response(new)), *in_response, "response: {before} -> {after}");
    }
}

/// Paths before and after, and what is found.
const OPERATIONS: &[(&str, &str, &[&str])] = &[
    ("/a: {get: {}}", "/b: {get: {}}", &["breaking operation_removed", "info operation_added"]),
    ("/a: {get: {}, put: {}}", "/a: {get: {}}", &["breaking operation_removed"]),
    ("/a: {get: {}}", "/a: {get: {}, put: {}}", &["info operation_added"]),
    ("/a: {get: {}}", "/a: {get: {deprecated: true}}", &["info operation_deprecated"]),
    ("/a: {get: {}}", "/a: {x-amazon-apigateway-any-method: {}}", &["info operation_added"]),
    (
        "/a/{id}: {get: {parameters: [{name: id, in: path, required: true, schema: {type: string}}]}}",
        "/a/{key}: {parameters: [{name: key, in: path, required: true, schema: {type: string}}], get: {}}",
        &[],
    ),
    (
        "/a/{id}: {get: {parameters: [{name: id, in: path, required: true, schema: {type: string}}]}}",
        "/a/{id}: {get: {parameters: [{name: id, in: path, required: true, schema: {type: integer}}]}}",
        &["breaking request_type_changed"],
    ),
    // Parameters.
    ("/a: {get: {}}", "/a: {get: {parameters: [{name: q, in: query}]}}", &["info request_parameter_added"]),
    (
        "/a: {get: {}}",
        "/a: {get: {parameters: [{name: q, in: query, required: true}]}}",
        &["breaking request_parameter_added_required"],
    ),
    (
        "/a: {get: {parameters: [{name: q, in: query}]}}",
        "/a: {get: {}}",
        &["warning request_parameter_removed"],
    ),
    (
        "/a: {get: {parameters: [{name: q, in: query}]}}",
        "/a: {get: {parameters: [{name: q, in: query, required: true}]}}",
        &["breaking request_parameter_became_required"],
    ),
    (
        "/a: {get: {parameters: [{name: q, in: query, required: true}]}}",
        "/a: {get: {parameters: [{name: q, in: query}]}}",
        &["info request_parameter_became_optional"],
    ),
    (
        "/a: {get: {parameters: [{name: X-Id, in: header}]}}",
        "/a: {get: {parameters: [{name: x-id, in: header}]}}",
        &[],
    ),
    (
        "/a: {get: {parameters: [{name: q, in: query, schema: {type: array}}]}}",
        "/a: {get: {parameters: [{name: q, in: query, explode: false, schema: {type: array}}]}}",
        &["breaking request_parameter_style_changed"],
    ),
    (
        "/a: {get: {parameters: [{name: q, in: query, schema: {type: integer, default: 10}}]}}",
        "/a: {get: {parameters: [{name: q, in: query, schema: {type: integer, default: 20}}]}}",
        &["info request_default_changed"],
    ),
    // Bodies.
    ("/a: {post: {}}", "/a: {post: {requestBody: {content: {}}}}", &["info request_body_added"]),
    (
        "/a: {post: {}}",
        "/a: {post: {requestBody: {required: true, content: {}}}}",
        &["breaking request_body_added_required"],
    ),
    ("/a: {post: {requestBody: {content: {}}}}", "/a: {post: {}}", &["warning request_body_removed"]),
    (
        "/a: {post: {requestBody: {content: {a/b: {}, a/c: {}}}}}",
        "/a: {post: {requestBody: {required: true, content: {a/b: {}}}}}",
        &["breaking request_body_became_required", "breaking request_media_type_removed"],
    ),
    (
        "/a: {post: {requestBody: {content: {a/b: {}}}}}",
        "/a: {post: {requestBody: {content: {a/*: {}}}}}",
        &["info request_media_type_added"],
    ),
    (
        "/a: {post: {requestBody: {content: {application/json: {}}}}}",
        "/a: {post: {requestBody: {content: {application/json;charset=utf-8: {}}}}}",
        &[],
    ),
    // Responses.
    (
        "/a: {get: {responses: {200: {}}}}",
        "/a: {get: {responses: {201: {}}}}",
        &["breaking response_success_status_removed", "info response_status_added"],
    ),
    (
        "/a: {get: {responses: {200: {}, 404: {}}}}",
        "/a: {get: {responses: {200: {}}}}",
        &["info response_status_removed"],
    ),
    (
        "/a: {get: {responses: {200: {content: {a/b: {}}}}}}",
        "/a: {get: {responses: {200: {}}}}",
        &["breaking response_media_type_removed"],
    ),
    (
        "/a: {get: {responses: {200: {}}}}",
        "/a: {get: {responses: {200: {content: {a/b: {}}}}}}",
        &["info response_media_type_added"],
    ),
    (
        "/a: {get: {responses: {200: {headers: {X-Total: {required: true}}}}}}",
        "/a: {get: {responses: {200: {headers: {x-total: {}}}}}}",
        &["breaking response_header_became_optional"],
    ),
    (
        "/a: {get: {responses: {200: {headers: {X-Total: {}}}}}}",
        "/a: {get: {responses: {200: {}}}}",
        &["warning response_header_removed"],
    ),
    ("/a: {post: {callbacks: {c: {}}}}", "/a: {post: {}}", &["not_analysed callbacks_changed"]),
];

#[test]
fn each_change_of_an_operation_has_its_severity() {
    for (before, after, expected) in OPERATIONS {
        let document = |paths: &str| yaml(&format!("openapi: 3.0.3\npaths:\n  {paths}\n"));
        assert_eq!(found(&document(before), &document(after)), *expected, "{before} -> {after}");
    }
}

/// `security` of an operation before and after, and what is found.
const SECURITY: &[(&str, &str, &[&str])] = &[
    ("[{key: []}]", "[]", &["exposure authentication_removed"]),
    ("[{key: []}]", "[{key: []}, {}]", &["exposure authentication_removed"]),
    ("[]", "[{key: []}]", &["breaking authentication_added"]),
    (
        "[{key: []}]",
        "[{jwt: []}]",
        &["breaking authentication_stricter", "warning authentication_alternative_added"],
    ),
    ("[{key: []}]", "[{key: []}, {jwt: []}]", &["warning authentication_alternative_added"]),
    ("[{key: []}, {jwt: []}]", "[{key: []}]", &["breaking authentication_stricter"]),
    ("[{key: [], jwt: []}]", "[{key: []}]", &["exposure authentication_weakened"]),
    ("[{key: []}]", "[{key: [], jwt: []}]", &["breaking authentication_stricter"]),
    ("[{jwt: [read]}]", "[{jwt: [read, write]}]", &["breaking authentication_stricter"]),
    ("[{jwt: [read, write]}]", "[{jwt: [read]}]", &["warning authentication_alternative_added"]),
    ("[{key: []}, {jwt: []}]", "[{jwt: []}, {key: []}]", &[]),
];

#[test]
fn authentication_that_goes_is_an_exposure_and_one_that_comes_breaks() {
    let schemes = "{key: {type: apiKey, in: header, name: k}, jwt: {type: http, scheme: bearer}}";
    for (before, after, expected) in SECURITY {
        let document = |security: &str| {
            yaml(&format!(
                "openapi: 3.0.3\ncomponents: {{securitySchemes: {schemes}}}\npaths: {{/a: {{get: {{security: {security}}}}}}}\n"
            ))
        };
        assert_eq!(found(&document(before), &document(after)), *expected, "{before} -> {after}");
    }
}

#[test]
fn security_of_the_whole_document_counts_where_an_operation_says_nothing() {
    let root =
        yaml("openapi: 3.0.3\nsecurity: [{key: []}]\npaths: {/a: {get: {}}, /b: {get: {security: []}}}\n");
    let own = yaml("openapi: 3.0.3\npaths: {/a: {get: {security: [{key: []}]}}, /b: {get: {}}}\n");
    assert_eq!(found(&root, &own), [""; 0]);
}

#[test]
fn a_scheme_with_another_name_is_the_same_scheme() {
    let document = |name: &str| {
        yaml(&format!(
            "openapi: 3.0.3\ncomponents: {{securitySchemes: {{{name}: {{type: http, scheme: bearer}}}}}}\n\
             paths: {{/a: {{get: {{security: [{{{name}: []}}]}}}}}}\n"
        ))
    };
    assert_eq!(found(&document("jwt"), &document("token")), [""; 0]);
}

#[test]
fn swagger_is_compared_by_the_same_rules() {
    let document = |parameters: &str, produces: &str, id: &str| {
        yaml(&format!(
            "swagger: '2.0'\nconsumes: [application/json]\nproduces: [{produces}]\n\
             definitions: {{Pet: {{type: object, properties: {{id: {{type: {id}}}}}}}}}\n\
             paths: {{/pets: {{post: {{parameters: [{parameters}], responses: {{200: {{schema: {{$ref: '#/definitions/Pet'}}}}}}}}}}}}\n"
        ))
    };
    let body = "{name: pet, in: body, schema: {$ref: '#/definitions/Pet'}}";
    let before = document(body, "application/json", "string");
    assert_eq!(found(&before, &document(body, "application/json", "string")), [""; 0]);
    assert_eq!(
        found(&before, &document(body, "application/xml", "integer")),
        [
            "breaking request_type_changed",
            "breaking response_media_type_removed",
            "info response_media_type_added"
        ]
    );
    let limited =
        |limit: &str| document(&format!("{{name: q, in: query, type: integer, {limit}}}"), "a/b", "string");
    assert_eq!(
        found(&limited("maximum: 9"), &limited("maximum: 5")),
        ["warning request_constraint_tightened"]
    );
}

#[test]
fn a_finding_names_the_route_and_the_place() {
    let document = |kind: &str| {
        let owner = json!({ "properties": { "name": { "type": kind } } });
        let schema = json!({ "type": "array", "items": { "properties": { "owner": owner } } });
        let content = json!({ "application/json": { "schema": schema } });
        let operation = json!({ "responses": { "200": { "content": content } } });
        Document::from(json!({ "openapi": "3.0.3", "paths": { "/orders/{id}": { "get": operation } } }))
    };
    let findings = contract_diff(&document("string"), &document("integer"));
    let told: Vec<_> =
        findings.iter().map(|finding| format!("{}: {}", finding.at, finding.message)).collect();
    assert_eq!(
        told,
        ["GET /orders/{id}: the type of `[].owner.name` of the 200 response changed from string to integer"]
    );
}

#[test]
fn schemas_that_refer_to_each_other_without_end_are_compared_once() {
    let count = 2000;
    let schemas = |kind: &str| -> Value {
        let schema = |index: usize| {
            let next =
                |step: usize| json!({ "$ref": format!("#/components/schemas/S{}", (index + step) % count) });
            let id = if index == count - 1 { kind } else { "string" };
            let properties = json!({ "id": { "type": id }, "a": next(1), "b": next(7), "c": next(0) });
            (format!("S{index}"), json!({ "type": "object", "properties": properties }))
        };
        (0..count).map(schema).collect::<serde_json::Map<_, _>>().into()
    };
    let document = |kind: &str| {
        let schema = json!({ "$ref": "#/components/schemas/S0" });
        let content = json!({ "application/json": { "schema": schema } });
        document(&json!({ "responses": { "200": { "content": content } } }), &schemas(kind))
    };
    assert_eq!(found(&document("string"), &document("integer")), ["breaking response_type_changed"]);
}

#[test]
fn all_of_that_doubles_at_each_level_ends() {
    let schemas = |kind: &str| -> Value {
        let mut schemas = serde_json::Map::new();
        for index in 0..30 {
            let next = json!({ "$ref": format!("#/components/schemas/S{}", index + 1) });
            schemas.insert(format!("S{index}"), json!({ "allOf": [next, next] }));
        }
        schemas.insert("S30".to_owned(), json!({ "type": kind }));
        schemas.into()
    };
    let document = |kind: &str| {
        let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/S0" } } });
        document(&json!({ "responses": { "200": { "content": content } } }), &schemas(kind))
    };
    assert_eq!(found(&document("string"), &document("integer")), ["breaking response_type_changed"]);
}
