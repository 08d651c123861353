//! Documents that AWS would refuse, or would take and not do.

use serde_json::{Value, json};

use crate::domain::ApiType;
use crate::openapi::{Document, preflight};

use super::yaml;

const FINE: &str = "\
openapi: 3.0.3
info: {title: orders, version: '1'}
paths:
  /a/{id}:
    get:
      responses: {}
      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: 'https://example.com'}
";

fn checked(api_type: ApiType, document: &Document) -> Vec<String> {
    let faults = preflight(api_type, document, document);
    faults.iter().map(|fault| format!("{} {}: {}", fault.severity(), fault.at, fault.message)).collect()
}

/// A document with one thing changed: a kind of API, what is replaced by what, and what must be told.
const FAULTS: &[(ApiType, &str, &str, &[&str])] = &[
    (ApiType::Http, "", "", &[]),
    (ApiType::Rest, "", "", &[]),
    (ApiType::Http, "3.0.3", "3.1.0", &["error /openapi (line 1): API Gateway takes OpenAPI 3.0, not 3.1.0"]),
    (
        ApiType::Http,
        "openapi: 3.0.3",
        "swagger: '2.0'",
        &["error /swagger (line 1): an HTTP API takes OpenAPI 3.0 only"],
    ),
    (ApiType::Rest, "openapi: 3.0.3", "swagger: '2.0'", &[]),
    (ApiType::Rest, "openapi: 3.0.3", "title: x", &["error : it does not say what it is"]),
    (
        ApiType::Http,
        "openapi: 3.0.3",
        "AWSTemplateFormatVersion: '2010-09-09'",
        &["error : it is a template of CloudFormation"],
    ),
    (ApiType::Http, ", version: '1'", "", &["warning /info (line 2): `version` is missing"]),
    (
        ApiType::Http,
        "  /a/{id}:",
        "  a/{id}:",
        &["error /paths/a~1{id} (line 4): a path starts with a slash"],
    ),
    (
        ApiType::Http,
        "  /a/{id}:",
        "  $default:",
        &["error /paths/$default (line 4): AWS warns about `$default`"],
    ),
    (
        ApiType::Http,
        "/a/{id}:",
        "/{id+}/a:",
        &["error /paths/~1{id+}~1a (line 4): `{id+}` takes the rest of a path"],
    ),
    (
        ApiType::Http,
        "/a/{id}:",
        "/a/{id}/{id}:",
        &["error /paths/~1a~1{id}~1{id} (line 4): the parameter `id` is in the path twice"],
    ),
    (
        ApiType::Http,
        "/a/{id}:",
        "/a/{id}.json:",
        &["error /paths/~1a~1{id}.json (line 4): a parameter must be a whole part"],
    ),
    (
        ApiType::Http,
        "/a/{id}:",
        "/a/{id:",
        &["error /paths/~1a~1{id (line 4): a brace of `{id` has no partner"],
    ),
    (
        ApiType::Http,
        "/a/{id}:",
        "/a//{id}:",
        &["error /paths/~1a~1~1{id} (line 4): a part of the path is empty"],
    ),
    (ApiType::Rest, "/a/{id}:", "/ä/{id}:", &["error /paths/~1ä~1{id} (line 4): `ä` has characters"]),
    (
        ApiType::Http,
        "      responses: {}\n",
        "",
        &["warning /paths/~1a~1{id}/get (line 5): the operation has no `responses`"],
    ),
    (
        ApiType::Http,
        "    get:",
        "    GET:",
        &[
            "error /paths (line 3): there is no route",
            "error /paths/~1a~1{id}/GET (line 5): `GET` is no method",
        ],
    ),
    (
        ApiType::Http,
        "http_proxy",
        "mock",
        &[
            "error /paths/~1a~1{id}/get/x-amazon-apigateway-integration (line 7): the integration has the type `mock`: HTTP APIs take",
        ],
    ),
    (ApiType::Rest, "http_proxy", "mock", &[]),
    (
        ApiType::Http,
        ", uri: 'https://example.com'",
        "",
        &[
            "error /paths/~1a~1{id}/get/x-amazon-apigateway-integration (line 7): the integration has no `uri`",
        ],
    ),
    (
        ApiType::Http,
        "https://example.com",
        "${Function.Arn}",
        &[
            "error /paths/~1a~1{id}/get/x-amazon-apigateway-integration/uri (line 7): `${Function.Arn}` is a placeholder",
        ],
    ),
    (
        ApiType::Http,
        "'https://example.com'",
        "{Fn::Sub: x}",
        &[
            "error /paths/~1a~1{id}/get/x-amazon-apigateway-integration/uri (line 7): `Fn::Sub` is a function of CloudFormation",
        ],
    ),
    (ApiType::Http, "https://example.com", "https://${AWS::Region}.example.com/${stageVariables.x}", &[]),
    (
        ApiType::Http,
        "type: http_proxy,",
        "type: http_proxy, timeoutInMillis: 40000,",
        &[
            "error /paths/~1a~1{id}/get/x-amazon-apigateway-integration/timeoutInMillis (line 7): the timeout of an HTTP API",
        ],
    ),
    (
        ApiType::Rest,
        "type: http_proxy,",
        "type: http_proxy, timeoutInMillis: 29001,",
        &[
            "warning /paths/~1a~1{id}/get/x-amazon-apigateway-integration/timeoutInMillis (line 7): above 29,000",
        ],
    ),
    (
        ApiType::Http,
        "type: http_proxy,",
        "type: http_proxy, connectionType: VPC_LINK,",
        &["error /paths/~1a~1{id}/get/x-amazon-apigateway-integration (line 7): a VPC link needs"],
    ),
    (
        ApiType::Http,
        "responses: {}",
        "security: [{jwt: []}]\n      responses: {}",
        &["error /paths/~1a~1{id}/get/security (line 6): the scheme `jwt` is not defined"],
    ),
    (
        ApiType::Http,
        "responses: {}",
        "responses: {200: {$ref: '#/components/responses/Gone'}}",
        &[
            "error /paths/~1a~1{id}/get/responses/200 (line 6): `#/components/responses/Gone` is not in the document",
        ],
    ),
    (
        ApiType::Http,
        "responses: {}",
        "responses: {200: {$ref: 'shared.yaml#/Ok'}}",
        &["error /paths/~1a~1{id}/get/responses/200 (line 6): `shared.yaml#/Ok` is outside of the document"],
    ),
    (ApiType::Http, "responses: {}", "responses: {200: {content: {a/b: {example: {$ref: x, Ref: y}}}}}", &[]),
    (
        ApiType::Rest,
        "responses: {}",
        "x-amazon-apigateway-request-validator: all\n      responses: {}",
        &[
            "error /paths/~1a~1{id}/get/x-amazon-apigateway-request-validator (line 6): the request validator `all` is not defined",
        ],
    ),
    (
        ApiType::Rest,
        "paths:",
        "components: {schemas: {Order_Line: {}, Order: {}}}\npaths:",
        &["error /components/schemas/Order_Line (line 3): a REST API takes letters and digits"],
    ),
    (
        ApiType::Http,
        "paths:",
        "x-amazon-apigateway-cors: {allowCredentials: true, allowOrigins: ['*']}\npaths:",
        &["error /x-amazon-apigateway-cors/allowOrigins (line 3): credentials"],
    ),
    (
        ApiType::Rest,
        "paths:",
        "x-amazon-apigateway-cors: {}\npaths:",
        &[
            "warning /x-amazon-apigateway-cors (line 3): `x-amazon-apigateway-cors` means something to HTTP APIs only",
        ],
    ),
];

#[test]
fn each_fault_is_told_with_its_place_and_its_line() {
    for (api_type, from, to, expected) in FAULTS {
        let faults = checked(*api_type, &yaml(&FINE.replacen(from, to, 1)));
        assert_eq!(faults.len(), expected.len(), "{from} -> {to}: {faults:#?}");
        for (fault, expected) in faults.iter().zip(*expected) {
            assert!(fault.starts_with(expected), "{from} -> {to}: {fault}");
        }
    }
}

#[test]
fn an_operation_without_an_integration_gets_a_siblings_to_paste() {
    let text = format!("{FINE}    put:\n      responses: {{}}\n");
    let faults = checked(ApiType::Http, &yaml(&text));
    assert_eq!(
        faults,
        [
            "error /paths/~1a~1{id}/put (line 8): PUT /a/{id} has no integration: AWS would refuse it or answer nothing. \
          GET /a/{id} has this one, ready to paste:\n\
          x-amazon-apigateway-integration:\n  type: http_proxy\n  httpMethod: GET\n  uri: https://example.com"
        ]
    );
    let json = Document::parse(&yaml(&text).to_json()).unwrap();
    let told = &checked(ApiType::Http, &json)[0];
    assert!(told.ends_with("\"uri\": \"https://example.com\"\n}"), "{told}");
}

#[test]
fn a_document_without_any_integration_is_told_of_once() {
    let text = "openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths: {/a: {get: {responses: {}}, put: {responses: {}}}}\n";
    let faults = checked(ApiType::Http, &yaml(text));
    assert!(
        faults.len() == 1 && faults[0].starts_with("error /paths (line 3): no operation has an integration"),
        "{faults:?}"
    );
}

#[test]
fn authorizers_are_one_at_most_and_have_something_behind_them() {
    let authorizer = json!({ "type": "apiKey", "in": "header", "name": "a", "x-amazon-apigateway-authorizer": { "type": "request" } });
    let key = json!({ "type": "apiKey", "in": "header", "name": "x-api-key" });
    let schemes = json!({ "one": authorizer, "two": authorizer, "key": key, "plain": { "type": "http", "scheme": "bearer" } });
    let cases: &[(ApiType, Value, &[&str])] = &[
        (ApiType::Rest, json!([{ "one": [], "key": [] }]), &[]),
        (
            ApiType::Rest,
            json!([{ "one": [] }, { "two": [] }]),
            &["error /paths/~1a/get/security: API Gateway takes one authorizer"],
        ),
        (
            ApiType::Http,
            json!([{ "one": [], "two": [] }]),
            &["error /paths/~1a/get/security: API Gateway takes one authorizer"],
        ),
        (
            ApiType::Http,
            json!([{ "plain": [] }]),
            &["warning /components/securitySchemes/plain: no authorizer stands behind `plain`"],
        ),
        (
            ApiType::Http,
            json!([{ "key": [] }]),
            &["warning /components/securitySchemes/key: no authorizer stands behind `key`"],
        ),
    ];
    for (api_type, security, expected) in cases {
        let integration = json!({ "type": "http_proxy", "httpMethod": "GET", "uri": "u" });
        let operation =
            json!({ "responses": {}, "security": security, "x-amazon-apigateway-integration": integration });
        let document = json!({
            "openapi": "3.0.3",
            "info": { "title": "a", "version": "1" },
            "paths": { "/a": { "get": operation } },
            "components": { "securitySchemes": schemes }
        });
        let faults = checked(*api_type, &document.into());
        assert_eq!(faults.len(), expected.len(), "{security}: {faults:?}");
        assert!(
            faults.iter().zip(*expected).all(|(fault, expected)| fault.starts_with(expected)),
            "{faults:?}"
        );
    }
}

#[test]
fn what_is_too_large_or_too_many_is_told() {
    let operation = json!({ "responses": {}, "x-amazon-apigateway-integration": { "type": "http_proxy", "httpMethod": "GET", "uri": "u" } });
    let paths: serde_json::Map<String, Value> =
        (0..301).map(|index| (format!("/a{index}"), json!({ "get": operation }))).collect();
    let mut document =
        json!({ "openapi": "3.0.3", "info": { "title": "a", "version": "1" }, "paths": paths });
    let told = checked(ApiType::Http, &document.clone().into());
    assert_eq!(
        told,
        ["warning /paths: the API would have 301 routes, and AWS takes 300 unless the quota has been raised"]
    );
    document["x-filler"] = "x".repeat(6_500_000).into();
    let told = checked(ApiType::Rest, &document.into());
    assert!(told[0].starts_with("error : the document has 6.2 MB, and AWS takes 6 MB at most"), "{told:?}");
    assert!(told[1].starts_with("warning /paths: the API would have 302 resources"), "{told:?}");
}
