//! Changes of operations and of what callers must show.

use serde_json::json;

use crate::openapi::{Document, contract_diff};

use super::yaml;

/// What a diff found: `severity rule`, the most pressing first.
pub(super) fn found(before: &Document, after: &Document) -> Vec<String> {
    contract_diff(before, after)
        .iter()
        .map(|finding| format!("{} {}", finding.severity, finding.rule))
        .collect()
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
    (
        "/a: {get: {parameters: [{name: q, in: query, allowEmptyValue: true}]}}",
        "/a: {get: {parameters: [{name: q, in: query}]}}",
        &["breaking request_parameter_empty_forbidden"],
    ),
    // Bodies.
    ("/a: {post: {}}", "/a: {post: {requestBody: {content: {}}}}", &["info request_body_added"]),
    (
        "/a: {post: {}}",
        "/a: {post: {requestBody: {required: true, content: {}}}}",
        &["breaking request_body_added_required"],
    ),
    ("/a: {post: {requestBody: {content: {}}}}", "/a: {post: {}}", &["breaking request_body_removed"]),
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
    (
        "/a: {get: {responses: {200: {headers: {X-Ids: {}}}}}}",
        "/a: {get: {responses: {200: {headers: {X-Ids: {explode: true}}}}}}",
        &["breaking response_header_style_changed"],
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
fn a_scheme_that_gets_its_tokens_elsewhere_breaks() {
    let document = |flows: &str| {
        yaml(&format!(
            "openapi: 3.0.3\ncomponents: {{securitySchemes: {{jwt: {{type: oauth2, flows: {flows}}}}}}}\n\
             paths: {{/a: {{get: {{security: [{{jwt: []}}]}}}}}}\n"
        ))
    };
    let at = |url: &str| document(&format!("{{clientCredentials: {{tokenUrl: {url}, scopes: {{}}}}}}"));
    assert_eq!(found(&at("https://a"), &at("https://b")), ["breaking security_scheme_changed"]);
    assert_eq!(found(&at("https://a"), &document("{}")), [""; 0]);
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
