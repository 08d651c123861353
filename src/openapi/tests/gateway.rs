//! What the gateway does otherwise.

use serde_json::{Value, json};

use crate::domain::ApiType;
use crate::openapi::{Document, gateway_diff};

use super::lambda;

const KEY: &str = "x-amazon-apigateway-integration";
const ANY: &str = "x-amazon-apigateway-any-method";
const AUTHORIZER: &str = "x-amazon-apigateway-authorizer";

/// What a diff found: `severity route: change what (before -> after)`.
fn told(api_type: ApiType, before: &Document, after: &Document) -> Vec<String> {
    let changes = gateway_diff(api_type, before, after);
    let told = changes.iter().map(|change| {
        let route = change.route.as_deref().map(|route| format!("{route}: ")).unwrap_or_default();
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        let (before, after) = (value(&change.before), value(&change.after));
        format!("{} {route}{} {} ({before} -> {after})", change.severity, change.change.as_str(), change.what)
    });
    told.collect()
}

fn one_route(operation: &Value) -> Document {
    with_root(operation, json!({}))
}

fn with_root(operation: &Value, root: Value) -> Document {
    let mut document = root;
    document["openapi"] = json!("3.0.1");
    document["paths"] = json!({ "/a": { "get": operation } });
    let jwt = |issuer: &str| json!({ "type": "oauth2", AUTHORIZER: { "type": "jwt", "jwtConfiguration": { "issuer": issuer } } });
    if document.pointer("/components/securitySchemes").is_none() {
        document["components"]["securitySchemes"] = json!({
            "jwt": jwt("one"),
            "lambda": { "type": "apiKey", "in": "header", "name": "Authorization", AUTHORIZER: { "type": "request" } },
            "key": { "type": "apiKey", "in": "header", "name": "x-api-key" },
            "plain": { "type": "http", "scheme": "bearer" }
        });
    }
    document.into()
}

/// Two integrations, and what is told of their difference.
#[test]
fn an_integration_is_compared_key_by_key_and_without_what_aws_assumes() {
    let base = json!({ "type": "aws_proxy", "httpMethod": "POST", "uri": "arn:aws:apigateway:${AWS::Region}:x/${AWS::AccountId}" });
    let cases: &[(Value, &[&str])] = &[
        (json!({ "connectionType": "INTERNET", "timeoutInMillis": 30000, "payloadFormatVersion": 1.0 }), &[]),
        (
            json!({ "type": "AWS_PROXY", "httpMethod": "post", "requestParameters": {}, "credentials": null }),
            &[],
        ),
        (json!({ "uri": "arn:aws:apigateway:eu-west-1:x/012345678901" }), &[]),
        (
            json!({ "uri": "arn:aws:apigateway:eu-west-1:y/1" }),
            &[
                "warning GET /a: changed integration uri (arn:aws:apigateway:${AWS::Region}:x/${AWS::AccountId} -> arn:aws:apigateway:eu-west-1:y/1)",
            ],
        ),
        (json!({ "timeoutInMillis": 5000 }), &["warning GET /a: added integration timeout (- -> 5000)"]),
        (
            json!({ "payloadFormatVersion": "2.0" }),
            &["warning GET /a: added integration payload format (- -> 2.0)"],
        ),
        (
            json!({ "requestTemplates": { "application/json": "x" } }),
            &["warning GET /a: added integration request template (- -> {\"application/json\":\"x\"})"],
        ),
    ];
    for (patch, expected) in cases {
        let mut other = base.clone();
        for (key, value) in patch.as_object().unwrap() {
            other[key] = value.clone();
        }
        let changes =
            told(ApiType::Http, &one_route(&json!({ KEY: base })), &one_route(&json!({ KEY: other })));
        assert_eq!(changes, *expected, "{patch}");
    }
}

#[test]
fn who_may_call_is_told_with_its_severity() {
    let cases: &[(Value, Value, &[&str])] = &[
        (json!([{ "jwt": [] }]), json!([]), &["exposure GET /a: removed authorizer (jwt -> -)"]),
        (json!([]), json!([{ "jwt": [] }]), &["breaking GET /a: added authorizer (- -> jwt)"]),
        (
            json!([{ "jwt": [] }]),
            json!([{ "lambda": [] }]),
            &["warning GET /a: changed authorizer (jwt -> lambda)"],
        ),
        // Nothing stands behind it.
        (
            json!([{ "jwt": [] }]),
            json!([{ "plain": [] }]),
            &["exposure GET /a: removed authorizer (jwt -> -)"],
        ),
        (json!([{ "jwt": ["r"] }]), json!([{ "jwt": [] }]), &["exposure GET /a: removed scopes (r -> -)"]),
        (json!([{ "jwt": [] }]), json!([{ "jwt": ["r"] }]), &["breaking GET /a: added scopes (- -> r)"]),
        (
            json!([{ "jwt": ["r"] }]),
            json!([{ "jwt": ["r", "w"] }]),
            &["exposure GET /a: changed scopes (r -> r, w)"],
        ),
        (
            json!([{ "jwt": ["r", "w"] }]),
            json!([{ "jwt": ["r"] }]),
            &["breaking GET /a: changed scopes (r, w -> r)"],
        ),
        (json!([{ "key": [] }]), json!([]), &["exposure GET /a: removed api key (required -> -)"]),
        (json!([]), json!([{ "key": [] }]), &["breaking GET /a: added api key (- -> required)"]),
    ];
    for (before, after, expected) in cases {
        let document = |security: &Value| one_route(&json!({ "security": security }));
        assert_eq!(
            told(ApiType::Rest, &document(before), &document(after)),
            *expected,
            "{before} -> {after}"
        );
    }
    let signed = one_route(&json!({ "x-amazon-apigateway-auth": { "type": "AWS_IAM" } }));
    assert_eq!(
        told(ApiType::Http, &signed, &one_route(&json!({}))),
        ["exposure GET /a: removed authorizer (AWS_IAM -> -)"]
    );
}

#[test]
fn routes_that_come_and_go_are_told_with_what_answers_instead() {
    let secured = |path: &str, method: &str, secure: bool| -> Document {
        let security = if secure { json!([{ "jwt": [] }]) } else { json!([]) };
        let scheme = json!({ "jwt": { "type": "oauth2", AUTHORIZER: { "type": "jwt" } } });
        json!({
            "paths": { path: { method: { KEY: { "type": "http_proxy", "uri": "u" }, "security": security } } },
            "components": { "securitySchemes": scheme }
        })
        .into()
    };
    let cases: &[(Document, Document, &[&str])] = &[
        (
            secured("/a", "get", true),
            secured("/b", "get", true),
            &["breaking GET /a: removed route (u -> -)", "info GET /b: added route (- -> u)"],
        ),
        (
            secured("/a", "get", true),
            secured("/a", ANY, false),
            &["exposure GET /a: removed route (u -> -)", "info ANY /a: added route (- -> u)"],
        ),
        (
            secured("/{proxy+}", ANY, true),
            secured("/a/b", "get", false),
            &["breaking ANY /{proxy+}: removed route (u -> -)", "exposure GET /a/b: added route (- -> u)"],
        ),
        (
            secured("/$default", ANY, true),
            secured("/a", "get", true),
            &["breaking $default: removed route (u -> -)", "info GET /a: added route (- -> u)"],
        ),
        (
            secured("/a/{x}", "get", true),
            secured("/a/{y}", "get", true),
            &["warning GET /a/{y}: changed path (/a/{x} -> /a/{y})"],
        ),
    ];
    for (before, after, expected) in cases {
        assert_eq!(told(ApiType::Http, before, after), *expected);
    }
}

/// Two roots of a document with one route, and what is told of them.
fn assert_told(cases: &[(Value, Value, &[&str])]) {
    for (before, after, expected) in cases {
        let document = |root: &Value| with_root(&json!({ KEY: lambda("a") }), root.clone());
        assert_eq!(
            told(ApiType::Rest, &document(before), &document(after)),
            *expected,
            "{before} -> {after}"
        );
    }
}

#[test]
fn the_api_as_a_whole_is_compared() {
    let cases: &[(Value, Value, &[&str])] = &[
        (
            json!({ "info": { "title": "a", "version": "1" } }),
            json!({ "info": { "title": "b", "version": "2026-05-29 08:40:34UTC" } }),
            &["warning changed name (a -> b)", "info removed version (1 -> -)"],
        ),
        (
            json!({ "x-amazon-apigateway-cors": { "allowOrigins": ["https://b", "https://a"], "allowHeaders": ["X-A"], "maxAge": 0 } }),
            json!({ "x-amazon-apigateway-cors": { "allowHeaders": ["x-a"], "allowOrigins": ["https://a", "https://b"], "allowCredentials": false } }),
            &[],
        ),
        (
            json!({ "x-amazon-apigateway-cors": { "allowOrigins": ["https://a"] } }),
            json!({ "x-amazon-apigateway-cors": { "allowOrigins": ["*"] } }),
            &["exposure changed cors ({\"allowOrigins\":[\"https://a\"]} -> {\"allowOrigins\":[\"*\"]})"],
        ),
        (
            json!({ "x-amazon-apigateway-policy": { "Version": "1" } }),
            json!({ "x-amazon-apigateway-policy": "{\"Version\": \"1\"}" }),
            &[],
        ),
        (
            json!({ "x-amazon-apigateway-policy": { "Version": "1" } }),
            json!({}),
            &["exposure removed policy ({\"Version\":\"1\"} -> -)"],
        ),
    ];
    assert_told(cases);
}

#[test]
fn settings_beside_the_routes_are_compared() {
    let cases: &[(Value, Value, &[&str])] = &[
        (
            json!({ "servers": [{ "x-amazon-apigateway-endpoint-configuration": { "disableExecuteApiEndpoint": true } }] }),
            json!({ "servers": [{ "url": "/" }] }),
            &["exposure changed default endpoint (off -> on)"],
        ),
        (
            json!({ "tags": [{ "name": "t", "x-amazon-apigateway-tag-value": "1" }, { "name": "docs" }] }),
            json!({ "tags": [{ "name": "t", "x-amazon-apigateway-tag-value": "2" }] }),
            &["info changed tag t (1 -> 2)"],
        ),
        (
            json!({ "x-amazon-apigateway-gateway-responses": { "DEFAULT_4XX": { "statusCode": "400" } } }),
            json!({ "x-amazon-apigateway-gateway-responses": { "DEFAULT_4XX": { "statusCode": "418" } } }),
            &["warning changed gateway responses DEFAULT_4XX statusCode (400 -> 418)"],
        ),
        (
            json!({ "x-amazon-apigateway-request-validator": "all" }),
            json!({}),
            &[
                "warning GET /a: removed request validator (all -> -)",
                "warning removed request validator (all -> -)",
            ],
        ),
        (
            json!({ "components": { "securitySchemes": { "a": { "type": "oauth2", AUTHORIZER: { "type": "jwt", "identitySource": "x" } } } } }),
            json!({ "components": { "securitySchemes": { "a": { "type": "oauth2", AUTHORIZER: { "type": "jwt", "identitySource": "y" } } } } }),
            &[
                "warning changed authorizer a ({\"identitySource\":\"x\",\"type\":\"jwt\"} -> {\"identitySource\":\"y\",\"type\":\"jwt\"})",
            ],
        ),
    ];
    assert_told(cases);
}
