//! Texts that are documents, and texts that are not.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::openapi::{Document, normalise, routes};

use super::yaml;

/// What a text is refused with.
fn refused(text: &str) -> String {
    Document::parse(text).unwrap_err().to_string()
}

/// Scalars of YAML as they stand in a document, and what is to come out.
const SCALARS: &[(&str, &str)] = &[
    ("info: {version: 1.0}", r#"{"info":{"version":"1.0"}}"#),
    ("info: {version: 1.10}", r#"{"info":{"version":"1.10"}}"#),
    ("info: {version: 2026-11-25, title: yes}", r#"{"info":{"version":"2026-11-25","title":"yes"}}"#),
    ("info: {title: true, description: ~}", r#"{"info":{"title":"true","description":null}}"#),
    ("responses: {200: {}, default: {}}", r#"{"responses":{"200":{},"default":{}}}"#),
    ("openapi: 3.0", r#"{"openapi":"3.0"}"#),
    ("x-account: 123456789012", r#"{"x-account":"123456789012"}"#),
    ("x-account: 012345678901", r#"{"x-account":"012345678901"}"#),
    ("maximum: 123456789012", r#"{"maximum":123456789012}"#),
    ("required: true", r#"{"required":true}"#),
    ("required: [yes, no, 1]", r#"{"required":["yes","no","1"]}"#),
    (
        "{type: string, enum: [1.0, on, null], default: 2}",
        r#"{"type":"string","enum":["1.0","on",null],"default":"2"}"#,
    ),
    ("{type: integer, enum: [1, 2], default: 2}", r#"{"type":"integer","enum":[1,2],"default":2}"#),
    ("payloadFormatVersion: 2.0", r#"{"payloadFormatVersion":"2.0"}"#),
    ("a: {b: &x {c: 1}}\nd: *x", r#"{"a":{"b":{"c":1}},"d":{"c":1}}"#),
    ("on: 1\nyes: 2", r#"{"on":1,"yes":2}"#),
    ("properties: {version: {type: number}}", r#"{"properties":{"version":{"type":"number"}}}"#),
    (
        "properties: {tags: {type: array, minItems: 1}}",
        r#"{"properties":{"tags":{"type":"array","minItems":1}}}"#,
    ),
    ("properties: {default: {title: 1.0}}", r#"{"properties":{"default":{"title":"1.0"}}}"#),
    ("responses: {default: {statusCode: 200}}", r#"{"responses":{"default":{"statusCode":"200"}}}"#),
    (
        "responseParameters: {404: {overwrite:statuscode: 410}}",
        r#"{"responseParameters":{"404":{"overwrite:statuscode":"410"}}}"#,
    ),
];

#[test]
fn yaml_means_what_openapi_means_by_it() {
    for (text, json) in SCALARS {
        assert_eq!(yaml(text).to_json(), *json, "{text}");
    }
}

#[test]
fn json_keeps_its_order_and_every_value() {
    let text = r#"{"z":1,"a":[1.5,null,true,"x"],"m":{"b":-1,"a":{}}}"#;
    assert_eq!(Document::parse(text).unwrap().to_json(), text);
    assert_eq!(Document::parse(&format!("\u{feff}{text}")).unwrap().to_json(), text);
    assert_eq!(
        Document::parse("{openapi: 3.0.3, paths: {}}").unwrap().value(),
        &json!({"openapi": "3.0.3", "paths": {}})
    );
}

/// Texts that are no documents, and what their authors must read.
const REFUSED: &[(&str, &[&str])] = &[
    ("", &["it is empty"]),
    ("# only\n\n# comments\n", &["it is empty"]),
    ("[]", &["a list"]),
    ("- a\n- b\n", &["a list"]),
    ("openapi", &["a single value"]),
    ("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", &["git lfs pull"]),
    ("a: 1\nb: 2\na: 3\n", &["line 3", "`a` is there twice"]),
    ("{\n \"a\": 1,\n \"a\": 2\n}", &["line 3", "`a` is there twice"]),
    ("responses:\n  200: {}\n  \"200\": {}\n", &["line 3", "`200` is there twice"]),
    ("uri: !Sub 'arn:${x}'\n", &["line 1", "render the template"]),
    ("a:\n  - b\n c: d\n", &["line 3", "no YAML"]),
    ("{\"a\" 1}", &["line 1, column 6", "no JSON"]),
    ("a: 1\n~: 2", &["line 2, column 1", "a key is empty or null"]),
    ("{\n // A word.\n \"openapi\": \"3.0.3\"}", &["line 2, column 2", "no JSON"]),
    ("{\"a\": \"x", &["line 1", "no JSON"]),
    ("a: 1\n---\nb: 2\n", &["several YAML documents"]),
    ("a: *nowhere\n", &["line 1", "anchor"]),
    ("a: 1\n<<<<<<< HEAD\nb: 2\n", &["line 2", "merge conflict"]),
];

#[test]
fn a_text_that_is_no_document_says_why_where_and_what_to_do() {
    for (text, needles) in REFUSED {
        let told = refused(text);
        for needle in *needles {
            assert!(told.contains(needle), "{text:?}: {told}");
        }
        assert!(!told.contains("line 0"), "{told}");
    }
}

/// One more level of a block of YAML.
fn level(depth: usize) -> String {
    format!("{}a:\n", " ".repeat(depth))
}

#[test]
fn nesting_without_end_is_refused_and_not_followed() {
    let json = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let flow = format!("a: {}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let block: String = (0..5_000).map(level).collect();
    for text in [json, flow, block] {
        let told = refused(&text);
        assert!(told.contains("levels deep"), "{told}");
    }
}

#[test]
fn what_is_deep_but_not_too_deep_is_read() {
    let json = format!("{{\"a\":{}1{}}}", "[".repeat(120), "]".repeat(120));
    let block: String = (0..120).map(level).collect();
    assert!(Document::parse(&json).is_ok());
    assert!(Document::parse(&block).is_ok());
}

#[test]
fn aliases_that_multiply_are_refused() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = format!("*a{}", level - 1);
        let _ = writeln!(bomb, "a{level}: &a{level} [{}]", vec![below; 10].join(", "));
    }
    let told = refused(&bomb);
    assert!(told.contains("anchors and aliases"), "{told}");
}

#[test]
fn a_document_with_more_nodes_than_the_parser_allows_by_itself_is_read() {
    let text = format!("x:\n- [{}]\n", "1, ".repeat(260_000));
    assert_eq!(yaml(&text).value()["x"][0].as_array().unwrap().len(), 260_000);
}

#[test]
fn routes_are_named_as_aws_names_them() {
    let document = yaml(
        "paths:\n  /a/{id}: {parameters: [], get: {}, put: {}, x-note: {}}\n  /b/{proxy+}: {x-amazon-apigateway-any-method: {}}\n  \
         /$default: {x-amazon-apigateway-any-method: {isDefaultRoute: true}}\n  /c: {$ref: '#/x-items/c'}\n  x-paths: {get: {}}\n\
         x-items: {c: {get: {}}}\n",
    );
    assert_eq!(routes(&document), ["GET /a/{id}", "PUT /a/{id}", "ANY /b/{proxy+}", "$default", "GET /c"]);
}

#[test]
fn what_aws_generates_makes_no_difference() {
    use crate::domain::ApiType::Http;
    let export = |version: &str, host: &str, integration: Value| -> Document {
        json!({
            "openapi": "3.0.1",
            "info": { "title": "orders", "version": version },
            "servers": [{ "url": format!("https://{host}/{{basePath}}") }],
            "paths": { "/a/{id}": {
                "get": {
                    "responses": { "default": { "description": "Default response for GET /a/{id}" } },
                    "x-amazon-apigateway-integration": integration
                },
                "parameters": [{ "name": "id", "in": "path", "description": "Generated path parameter for id" }]
            } },
            "components": { "x-amazon-apigateway-integrations": {
                "unusedIntegration_x": { "type": "http_proxy" }, "shared": { "type": "aws_proxy" }
            } }
        })
        .into()
    };
    let shared = json!({ "$ref": "#/components/x-amazon-apigateway-integrations/shared" });
    let one = normalise(Http, &export("2026-05-29 08:40:34UTC", "a.example.com", shared));
    let other =
        normalise(Http, &export("2026-06-01T01:02:03Z", "b.example.com", json!({ "type": "aws_proxy" })));
    assert_eq!(one, other);
    assert_eq!(
        one.to_json(),
        r#"{"info":{"title":"orders"},"openapi":"3.0.1","paths":{"/a/{id}":{"get":{"x-amazon-apigateway-integration":{"type":"aws_proxy"}}}}}"#
    );
}
