//! The author's document and the gateway's, put together.

use serde_json::{Value, json};

use crate::domain::{ApiType, PushOptions};
use crate::openapi::{Document, Merged, merge};

use super::{lambda, yaml};

const KEY: &str = "x-amazon-apigateway-integration";
const AUTHORIZER: &str = "x-amazon-apigateway-authorizer";

/// What an HTTP API exports: integrations, an authorizer, CORS, a tag, a catch-all.
fn live() -> Document {
    let jwt = json!({ "type": "jwt", "identitySource": "$request.header.Authorization" });
    json!({
        "openapi": "3.0.1",
        "info": { "title": "orders-http", "version": "2026-05-29 08:40:34UTC" },
        "servers": [{ "url": "https://a.example.com", "x-amazon-apigateway-endpoint-configuration": { "disableExecuteApiEndpoint": true } }],
        "tags": [{ "name": "team", "x-amazon-apigateway-tag-value": "orders" }],
        "paths": {
            "/orders": {
                "get": { "security": [{ "jwt": ["read"] }], KEY: lambda("orders") },
                "post": { KEY: lambda("create") }
            },
            "/orders/{orderId}": { "get": { KEY: { "type": "http_proxy", "httpMethod": "GET", "uri": "https://b.example.com/{orderId}" } } },
            "/$default": { "x-amazon-apigateway-any-method": { "isDefaultRoute": true, KEY: lambda("rest") } }
        },
        "components": {
            "securitySchemes": { "jwt": { "type": "oauth2", "flows": {}, AUTHORIZER: jwt } },
            "x-amazon-apigateway-integrations": { "unusedIntegration_x": lambda("old") }
        },
        "x-amazon-apigateway-cors": { "allowOrigins": ["https://example.com"] },
        "x-amazon-apigateway-importexport-version": "1.0"
    })
    .into()
}

fn plain() -> Document {
    yaml(
        "openapi: 3.0.3\ninfo: {title: Orders API, version: 1.4.0, description: All about orders}\npaths:\n  /orders:\n    \
         get: {summary: List, responses: {200: {description: ok}}}\n    post: {responses: {}}\n  \
         /orders/{id}:\n    get: {responses: {}}\n  /$default: {x-amazon-apigateway-any-method: {isDefaultRoute: true}}\n",
    )
}

fn merged(local: &Document, base: Option<&Document>) -> Merged {
    merge(ApiType::Http, local, &live(), base, PushOptions::default())
}

fn at<'a>(merged: &'a Merged, pointer: &str) -> &'a Value {
    merged.document.value().pointer(pointer).unwrap_or(&Value::Null)
}

/// A change of the plain document, given as a merge patch.
fn patched(patch: &Value) -> Document {
    fn apply(target: &mut Value, patch: &Value) {
        match patch.as_object() {
            Some(patch) => {
                for (key, value) in patch {
                    let below =
                        target.as_object_mut().unwrap().entry(key.clone()).or_insert_with(|| json!({}));
                    apply(below, value);
                }
            }
            None => *target = patch.clone(),
        }
    }
    let mut document = plain().value().clone();
    apply(&mut document, patch);
    document.into()
}

#[test]
fn a_plain_document_gets_back_all_that_makes_it_work() {
    let merged = merged(&plain(), None);
    let restored: Vec<String> =
        merged.restored.iter().map(|restored| format!("{}: {}", restored.at, restored.what)).collect();
    assert_eq!(
        restored,
        [
            "GET /orders: integration",
            "GET /orders: security",
            "POST /orders: integration",
            "GET /orders/{id}: integration",
            "$default: integration",
            "/components/securitySchemes/jwt: authorizer jwt",
            "/x-amazon-apigateway-cors: cors",
            "/x-amazon-apigateway-importexport-version: importexport-version",
            "/tags: tag team",
            "/servers: endpoint-configuration",
        ]
    );
    assert_eq!(at(&merged, "/paths/~1orders/get/x-amazon-apigateway-integration"), &lambda("orders"));
    assert_eq!(at(&merged, "/paths/~1orders/get/summary"), "List");
    assert_eq!(at(&merged, "/components/x-amazon-apigateway-integrations"), &Value::Null);
    assert!(merged.faults.is_empty() && merged.deleted_routes.is_empty(), "{merged:?}");
}

#[test]
fn the_gateway_keeps_its_name_unless_it_is_to_be_renamed() {
    let kept = merged(&plain(), None);
    assert_eq!(
        at(&kept, "/info"),
        &json!({ "title": "orders-http", "version": "1.4.0", "description": "All about orders" })
    );
    assert_eq!(
        kept.notes.last().unwrap(),
        "The gateway keeps its title `orders-http`; the schema's is `Orders API`."
    );
    let options = PushOptions { rename: true, ..PushOptions::default() };
    let renamed = merge(ApiType::Http, &plain(), &live(), None, options);
    assert_eq!(at(&renamed, "/info/title"), "Orders API");
}

#[test]
fn references_to_a_parameter_follow_its_new_name() {
    let merged = merged(&plain(), None);
    assert_eq!(at(&merged, &format!("/paths/~1orders~1{{id}}/get/{KEY}/uri")), "https://b.example.com/{id}");
}

/// An integration of a REST API on `/{a}/{b}`, and what it is on `/{b}/{c}`.
const REWRITTEN: &[(&str, &str)] = &[
    ("method.request.path.a", "method.request.path.b"),
    ("method.request.path.ab", "method.request.path.ab"),
    ("$request.path.a/$request.path.b", "$request.path.b/$request.path.c"),
    ("${request.path.b}-x", "${request.path.c}-x"),
    (
        "https://example.com/{a}/{b}/${stageVariables.a}/${a}",
        "https://example.com/{b}/{c}/${stageVariables.a}/${a}",
    ),
    ("context.path.a", "context.path.a"),
];

#[test]
fn names_that_change_places_are_rewritten_at_once() {
    for (before, after) in REWRITTEN {
        let document = |path: &str, operation: Value| -> Document {
            json!({ "openapi": "3.0.3", "paths": { path: { "get": operation } } }).into()
        };
        let live = document("/{a}/{b}", json!({ KEY: { "uri": before } }));
        let merged =
            merge(ApiType::Http, &document("/{b}/{c}", json!({})), &live, None, PushOptions::default());
        assert_eq!(at(&merged, &format!("/paths/~1{{b}}~1{{c}}/get/{KEY}/uri")), after, "{before}");
    }
}

#[test]
fn a_rest_integration_keeps_the_parameters_that_are_its_own() {
    let integration = json!({
        "uri": "https://example.com/{id}",
        "requestParameters": { "integration.request.path.id": "method.request.path.id" }
    });
    let live = json!({ "paths": { "/a/{id}": { "get": { KEY: integration } } } }).into();
    let local = json!({ "paths": { "/a/{key}": { "get": {} } } }).into();
    let merged = merge(ApiType::Rest, &local, &live, None, PushOptions::default());
    assert_eq!(
        at(&merged, &format!("/paths/~1a~1{{key}}/get/{KEY}")),
        &json!({
            "uri": "https://example.com/{id}",
            "requestParameters": { "integration.request.path.id": "method.request.path.key" }
        })
    );
}

#[test]
fn a_mapping_template_that_speaks_of_a_renamed_parameter_is_not_guessed_at() {
    let integration =
        json!({ "requestTemplates": { "application/json": "{\"id\": \"$input.params('id')\"}" } });
    let live = json!({ "paths": { "/a/{id}": { "get": { KEY: integration } } } }).into();
    let local = yaml("paths:\n  /a/{key}:\n    get: {}\n");
    let merged = merge(ApiType::Rest, &local, &live, None, PushOptions::default());
    assert_eq!(merged.faults.len(), 1);
    assert!(
        merged.faults[0].is_error && merged.faults[0].at == "/paths/~1a~1{key}/get (line 3)",
        "{merged:?}"
    );
    assert!(merged.faults[0].message.contains("mapping template"), "{merged:?}");
}

#[test]
fn what_the_author_wrote_stays_whole() {
    let own = json!({ "type": "http_proxy", "uri": "https://c.example.com" });
    let cors = json!({ "allowOrigins": ["*"] });
    let local = patched(
        &json!({ "paths": { "/orders": { "get": { KEY: own } } }, "x-amazon-apigateway-cors": cors }),
    );
    let merged = merged(&local, None);
    assert_eq!(at(&merged, &format!("/paths/~1orders/get/{KEY}")), &own);
    assert_eq!(at(&merged, "/x-amazon-apigateway-cors"), &cors);
}

#[test]
fn an_explicit_null_takes_away_and_an_explicit_nothing_stays() {
    let local = patched(&json!({
        "paths": { "/orders": { "get": { "security": [] }, "post": { KEY: null } } },
        "x-amazon-apigateway-cors": null
    }));
    let merged = merged(&local, None);
    assert_eq!(at(&merged, "/paths/~1orders/get/security"), &json!([]));
    assert!(merged.notes.iter().any(|note| note.contains("`security: []`")), "{:?}", merged.notes);
    assert_eq!(at(&merged, "/paths/~1orders/post"), &json!({ "responses": {} }));
    assert_eq!(merged.document.value().get("x-amazon-apigateway-cors"), None);
}

#[test]
fn what_went_since_the_last_deployment_went_on_purpose() {
    let base = patched(&json!({
        "paths": { "/orders": { "get": { "security": [{ "jwt": ["read"] }] }, "post": { KEY: lambda("create") } } },
        "x-amazon-apigateway-cors": { "allowOrigins": [] }
    }));
    let merged = merged(&plain(), Some(&base));
    for pointer in
        ["/paths/~1orders/get/security", &format!("/paths/~1orders/post/{KEY}"), "/x-amazon-apigateway-cors"]
    {
        assert_eq!(merged.document.value().pointer(pointer), None, "{pointer}");
    }
    assert_eq!(at(&merged, &format!("/paths/~1orders/get/{KEY}")), &lambda("orders"));
    assert_eq!(merged.notes.iter().filter(|note| note.contains("on purpose")).count(), 3);
}

#[test]
fn a_scheme_of_the_author_gets_the_authorizer_of_the_gateway() {
    let local = patched(&json!({
        "security": [{ "jwt": [] }],
        "components": { "securitySchemes": { "jwt": { "type": "http", "scheme": "bearer" } } }
    }));
    let merged = merged(&local, None);
    assert_eq!(at(&merged, &format!("/components/securitySchemes/jwt/{AUTHORIZER}/type")), "jwt");
    assert_eq!(at(&merged, "/components/securitySchemes/jwt/scheme"), "bearer");
    assert_eq!(at(&merged, "/paths/~1orders/get/security"), &Value::Null);
}

#[test]
fn a_live_route_that_the_schema_lacks_is_deleted_or_kept() {
    let mut local = plain().value().clone();
    local["paths"].as_object_mut().unwrap().retain(|path, _| path == "/orders");
    local["security"] = json!([{ "jwt": [] }]);
    let local = Document::from(local);
    let deleted = merged(&local, None);
    assert_eq!(deleted.deleted_routes, ["GET /orders/{orderId}", "$default"]);
    let options = PushOptions { keep_routes: true, ..PushOptions::default() };
    let kept = merge(ApiType::Http, &local, &live(), None, options);
    assert!(kept.deleted_routes.is_empty());
    let operation = at(&kept, "/paths/~1orders~1{orderId}/get");
    // The document's own security must not close what the gateway leaves open.
    assert_eq!(operation["security"], json!([]));
    assert_eq!(operation[KEY]["uri"], "https://b.example.com/{orderId}");
    assert_eq!(at(&kept, "/paths/~1$default/x-amazon-apigateway-any-method/isDefaultRoute"), true);
}

#[test]
fn a_kept_route_brings_what_it_refers_to_and_takes_the_names_of_its_new_path() {
    let live = json!({
        "paths": { "/a/{x}": {
            "put": { "requestBody": { "content": { "a/b": { "schema": { "$ref": "#/components/schemas/A" } } } },
                     KEY: { "uri": "https://example.com/{x}" } },
            "parameters": [{ "name": "x", "in": "path" }]
        } },
        "components": { "schemas": { "A": { "$ref": "#/components/schemas/B" }, "B": { "type": "string" }, "C": {} } }
    });
    let local = json!({ "paths": { "/a/{id}": { "get": {} } } }).into();
    let options = PushOptions { keep_routes: true, ..PushOptions::default() };
    let merged = merge(ApiType::Http, &local, &live.into(), None, options);
    assert_eq!(at(&merged, "/paths/~1a~1{id}/put/parameters/0/name"), "id");
    assert_eq!(at(&merged, &format!("/paths/~1a~1{{id}}/put/{KEY}/uri")), "https://example.com/{id}");
    assert_eq!(
        at(&merged, "/components/schemas"),
        &json!({ "A": { "$ref": "#/components/schemas/B" }, "B": { "type": "string" } })
    );
}

#[test]
fn two_paths_that_are_one_are_refused() {
    let local = yaml("paths:\n  /a/{x}: {get: {}}\n  /a/{y}: {get: {}, put: {}}\n");
    let merged = merge(ApiType::Http, &local, &json!({}).into(), None, PushOptions::default());
    assert_eq!(merged.faults.len(), 1, "{merged:?}");
    assert!(merged.faults[0].is_error && merged.faults[0].at == "/paths/~1a~1{y}/get (line 3)", "{merged:?}");
}

#[test]
fn a_method_of_its_own_where_the_gateway_answers_all_is_a_question() {
    let live =
        json!({ "paths": { "/a": { "x-amazon-apigateway-any-method": { KEY: lambda("a") } } } }).into();
    let local = yaml("paths: {/a: {get: {}}}\n");
    let merged = merge(ApiType::Http, &local, &live, None, PushOptions::default());
    assert_eq!(merged.deleted_routes, ["ANY /a"]);
    assert!(!merged.faults[0].is_error && merged.faults[0].message.contains("ANY /a"), "{merged:?}");
}

#[test]
fn swagger_is_merged_with_an_export_of_openapi() {
    let local = yaml(
        "swagger: '2.0'\ninfo: {title: pets, version: '1'}\nbasePath: /v1\nproduces: [application/json]\npaths: {/pets: {get: {}}}\n",
    );
    let scheme =
        json!({ "type": "apiKey", "in": "header", "name": "Authorization", AUTHORIZER: { "type": "token" } });
    let live = json!({
        "openapi": "3.0.1",
        "paths": {
            "/pets": { "get": { "security": [{ "auth": [] }], KEY: { "type": "mock" } } },
            "/pets/{id}": { "get": { "responses": { "200": { "description": "ok", "content": {} } }, KEY: { "type": "mock" },
                "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }] } }
        },
        "components": { "securitySchemes": { "auth": scheme } },
        "x-amazon-apigateway-policy": { "Version": "2012-10-17" }
    });
    let options = PushOptions { keep_routes: true, ..PushOptions::default() };
    let merged = merge(ApiType::Rest, &local, &live.into(), None, options);
    assert_eq!(at(&merged, "/securityDefinitions/auth"), &scheme);
    assert_eq!(at(&merged, "/paths/~1pets/get/security"), &json!([{ "auth": [] }]));
    assert_eq!(at(&merged, "/x-amazon-apigateway-policy/Version"), "2012-10-17");
    assert_eq!(merged.document.value().get("components"), None);
    let kept = at(&merged, "/paths/~1pets~1{id}/get");
    assert_eq!(
        kept["parameters"],
        json!([{ "name": "id", "in": "path", "required": true, "type": "string" }])
    );
    assert_eq!(kept["responses"], json!({ "200": { "description": "ok" } }));
}

#[test]
fn a_shared_integration_of_the_gateway_comes_in_whole() {
    let live = json!({
        "paths": { "/a": { "get": { KEY: { "$ref": "#/components/x-amazon-apigateway-integrations/one" } } } },
        "components": { "x-amazon-apigateway-integrations": { "one": lambda("one") } }
    });
    let local = yaml("paths: {/a: {get: {}}}\n");
    let merged = merge(ApiType::Http, &local, &live.into(), None, PushOptions::default());
    assert_eq!(at(&merged, &format!("/paths/~1a/get/{KEY}")), &lambda("one"));
}

#[test]
fn a_path_item_that_two_paths_share_is_not_changed_for_both() {
    let local = yaml("paths: {/a: {$ref: '#/x-shared'}, /b: {$ref: '#/x-shared'}}\nx-shared: {get: {}}\n");
    let live = json!({ "paths": { "/a": { "get": { KEY: lambda("a") } } } }).into();
    let merged = merge(ApiType::Http, &local, &live, None, PushOptions::default());
    assert_eq!(at(&merged, &format!("/paths/~1a/get/{KEY}")), &lambda("a"));
    assert_eq!(at(&merged, "/x-shared"), &json!({ "get": {} }));
    assert_eq!(at(&merged, "/paths/~1b"), &json!({ "$ref": "#/x-shared" }));
}
