//! Changes of schemas: the same change means the opposite to who sends and to who receives.

use serde_json::{Value, json};

use crate::openapi::Document;

use super::contract::found;
use super::yaml;

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
    ("{type: string, enum: [a, b]}", "enum: [a, b]", &[], &[]),
    ("{type: number, enum: [1, 2.5]}", "{type: number, enum: [1.0, 2.5]}", &[], &[]),
    ("type: object", "{type: object, additionalProperties: {}}", &[], &[]),
    ("type: string", "enum: [a]", &["breaking request_enum_added"], &["info response_enum_added"]),
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
    (
        "{required: [a], properties: {a: {readOnly: true}}}",
        "{required: [a], properties: {a: {}}}",
        &["breaking request_property_added_required"],
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
        "{type: string, pattern: '^a'}",
        "{type: string, pattern: '.*'}",
        &["info request_constraint_loosened"],
        &["warning response_constraint_loosened"],
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
        &["breaking response_alternative_added"],
    ),
    (
        "oneOf: [{type: string}]",
        "oneOf: [{type: integer}]",
        &["breaking request_type_changed"],
        &["breaking response_type_changed"],
    ),
    ("{}", "oneOf: [{type: integer}]", &["breaking request_type_changed"], &["info response_type_narrowed"]),
    // A choice of one is that one, and null beside it makes it nullable.
    ("{type: string, maxLength: 3}", "anyOf: [{type: string, maxLength: 3}]", &[], &[]),
    (
        "{type: string, maxLength: 3}",
        "oneOf: [{type: 'null'}, {type: string, maxLength: 3}]",
        &["info request_became_nullable"],
        &["breaking response_became_nullable"],
    ),
    // A plain schema is a choice of one beside a choice of more.
    (
        "type: integer",
        "oneOf: [{type: string}, {type: integer}]",
        &["info request_alternative_added"],
        &["breaking response_alternative_added"],
    ),
    (
        "anyOf: [{type: string}, {type: integer}]",
        "{type: integer, maximum: 9}",
        &["breaking request_alternative_removed", "warning request_constraint_tightened"],
        &["info response_alternative_removed", "info response_constraint_tightened"],
    ),
    // The only alternatives of a type take each other's place; of several nobody can tell which.
    (
        "anyOf: [{properties: {a: {}}}, {type: string}]",
        "anyOf: [{type: string}, {required: [a], properties: {a: {}}}]",
        &["breaking request_property_became_required"],
        &["info response_property_became_required"],
    ),
    (
        "anyOf: [{properties: {a: {}}}, {properties: {b: {}}}]",
        "anyOf: [{properties: {a: {}, c: {}}}, {properties: {b: {}, c: {}}}]",
        &["not_analysed schema_not_analysed"],
        &["not_analysed schema_not_analysed"],
    ),
    (
        "{properties: {a: {}}}",
        "{properties: {a: {}}, anyOf: [{required: [a]}, {required: [b]}]}",
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
