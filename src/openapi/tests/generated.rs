//! What must hold for documents of every shape.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::domain::{ApiType, PushOptions};
use crate::openapi::{Document, contract_diff, gateway_diff, merge, normalise, preflight, routes};

use super::lambda;

const KEY: &str = "x-amazon-apigateway-integration";
const CORS: &str = "x-amazon-apigateway-cors";

/// Keys that mean something, so that generated values get everywhere.
const WORDS: &[&str] = &[
    "$ref",
    "paths",
    "/a/{x}",
    "/a/{y}",
    "/$default",
    "get",
    "x-amazon-apigateway-any-method",
    KEY,
    CORS,
    "security",
    "parameters",
    "name",
    "in",
    "path",
    "schema",
    "type",
    "allOf",
    "oneOf",
    "properties",
    "required",
    "items",
    "enum",
    "responses",
    "200",
    "content",
    "application/json",
    "requestBody",
    "components",
    "schemas",
    "securitySchemes",
    "tags",
    "servers",
    "info",
    "title",
    "version",
    "openapi",
    "swagger",
    "definitions",
    "securityDefinitions",
    "x-amazon-apigateway-authorizer",
    "isDefaultRoute",
    "uri",
];

const TEXTS: &[&str] = &[
    "#",
    "#/paths",
    "#/components/schemas/a",
    "#/components",
    "object",
    "string",
    "path",
    "header",
    "3.0.1",
    "2.0",
    "{x}",
    "{",
    "x",
    "$request.path.x",
    "https://example.com/{x}",
    "é{",
];

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(TEXTS).prop_map(Value::from),
    ];
    leaf.prop_recursive(7, 96, 6, |inner| {
        let entry = (prop::sample::select(WORDS), inner.clone());
        prop_oneof![
            vec(inner, 0..4).prop_map(Value::from),
            vec(entry, 0..6).prop_map(|entries| {
                entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>().into()
            }),
        ]
    })
}

/// A document whose frame is right, so that what is generated is looked at.
fn any_document() -> impl Strategy<Value = Document> {
    let operation = || prop_oneof![anything(), framed_operation()];
    let item = vec(
        (
            prop::sample::select(&["get", "put", "x-amazon-apigateway-any-method", "parameters", "$ref"][..]),
            operation(),
        ),
        0..4,
    );
    let paths = vec(
        (prop::sample::select(&["/a", "/a/{x}", "/a/{y}", "/$default", "/b/{p+}", "{", "/{x}{y}"][..]), item),
        0..4,
    );
    (paths, anything(), anything(), prop::sample::select(&["openapi", "swagger", "x"][..])).prop_map(
        |(paths, schemas, root, version)| {
            let paths: Map<String, Value> = paths
                .into_iter()
                .map(|(path, item)| {
                    let item: Map<String, Value> =
                        item.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
                    (path.to_owned(), item.into())
                })
                .collect();
            let mut document = root.as_object().cloned().unwrap_or_default();
            document.insert(version.to_owned(), "3.0.1".into());
            document.insert("paths".to_owned(), paths.into());
            document.insert("components".to_owned(), json!({ "schemas": { "a": schemas } }));
            Value::from(document).into()
        },
    )
}

fn framed_operation() -> impl Strategy<Value = Value> {
    (anything(), anything(), anything(), anything()).prop_map(|(schema, response, integration, security)| {
        json!({
            "requestBody": { "content": { "application/json": { "schema": schema } } },
            "parameters": [{ "name": "x", "in": "path", "schema": response }],
            "responses": { "200": { "content": { "application/json": { "schema": response } } } },
            "security": security,
            KEY: integration
        })
    })
}

/// What an author writes for one operation; `true` adds what the gateway would know.
fn operation() -> impl Strategy<Value = Value> {
    (any::<[bool; 4]>(), 0..3u8).prop_map(|([integration, secure, open, summary], function)| {
        let mut operation = json!({ "responses": {} });
        if summary {
            operation["summary"] = json!("What it does");
        }
        if integration {
            operation[KEY] = lambda(&format!("f{function}"));
        }
        if secure {
            operation["security"] = if open { json!([]) } else { json!([{ "jwt": ["read"] }]) };
        }
        operation
    })
}

/// A document as authors and gateways have it: some paths, some extensions.
fn document() -> impl Strategy<Value = Document> {
    let methods = vec((prop::sample::select(&["get", "post", "delete"][..]), operation()), 0..3);
    let path = prop::sample::select(&["/a", "/a/{id}", "/a/{id}/b/{key}", "/c/{rest+}"][..]);
    (vec((path, methods), 0..4), any::<[bool; 5]>(), 0..3u8).prop_map(|(paths, [cors, scheme, authorizer, tag, default], version)| {
        let mut document = json!({ "openapi": "3.0.1", "info": { "title": "orders", "version": version.to_string() }, "paths": {} });
        for (path, methods) in paths {
            for (method, operation) in methods {
                document["paths"][path][method] = operation;
            }
        }
        if cors {
            document[CORS] = json!({ "allowOrigins": ["https://example.com"] });
        }
        if scheme {
            let mut jwt = json!({ "type": "oauth2", "flows": {} });
            if authorizer {
                jwt["x-amazon-apigateway-authorizer"] = json!({ "type": "jwt" });
            }
            document["components"]["securitySchemes"]["jwt"] = jwt;
        }
        if tag {
            document["tags"] = json!([{ "name": "team", "x-amazon-apigateway-tag-value": "orders" }]);
        }
        if default {
            document["paths"]["/$default"]["x-amazon-apigateway-any-method"] =
                json!({ "isDefaultRoute": true, KEY: lambda("rest") });
        }
        document.into()
    })
}

fn options() -> impl Strategy<Value = PushOptions> {
    any::<(bool, bool)>().prop_map(|(rename, keep_routes)| PushOptions {
        rename,
        keep_routes,
        ..PushOptions::default()
    })
}

/// Whether everything that one value says is said by the other, at the same place; `info` and order aside.
fn holds(inner: &Value, outer: &Value) -> bool {
    match (inner, outer) {
        (Value::Object(inner), Value::Object(outer)) => inner
            .iter()
            .all(|(key, value)| key == "info" || outer.get(key).is_some_and(|outer| holds(value, outer))),
        (Value::Array(inner), Value::Array(outer)) => {
            inner.len() <= outer.len() && inner.iter().zip(outer).all(|(inner, outer)| holds(inner, outer))
        }
        _ => inner == outer,
    }
}

/// The keys of a map come in the same order in both.
fn in_order(inner: &Value, outer: &Value) -> bool {
    let (Some(inner), Some(outer)) = (inner.as_object(), outer.as_object()) else { return true };
    let shared: Vec<&String> = outer.keys().filter(|key| inner.contains_key(*key)).collect();
    shared.into_iter().eq(inner.keys()) && inner.iter().all(|(key, value)| in_order(value, &outer[key]))
}

/// Takes out of a document what only the gateway need know.
fn without_extensions(document: &Document) -> Document {
    fn take(value: &mut Value) {
        if let Some(map) = value.as_object_mut() {
            map.retain(|key, _| !key.starts_with("x-amazon-apigateway-") || key.ends_with("any-method"));
            map.values_mut().for_each(take);
        }
    }
    let mut value = document.value().clone();
    take(&mut value);
    value.into()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn nothing_panics_on_any_document(local in any_document(), live in any_document(), options in options()) {
        for api_type in [ApiType::Http, ApiType::Rest] {
            let merged = merge(api_type, &local, &live, Some(&live), options);
            preflight(api_type, &local, &merged.document);
            gateway_diff(api_type, &local, &live);
            normalise(api_type, &local);
        }
        contract_diff(&local, &live);
        routes(&local);
    }

    #[test]
    fn a_document_is_what_it_was_written_as(value in anything()) {
        let mut root = Map::new();
        root.insert("x".to_owned(), value);
        let document = Document::from(Value::from(root));
        prop_assert_eq!(&Document::parse(&document.to_json()).unwrap(), &document);
        let yaml = serde_saphyr::to_string(document.value()).unwrap();
        prop_assert!(Document::parse(&yaml).is_ok(), "{}", yaml);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>(), yaml in "[-a: \\[\\]{}&*!|>'\"\n#?,]{0,40}") {
        let _ = Document::parse(&text);
        let _ = Document::parse(&yaml);
    }

    #[test]
    fn any_document_compared_with_itself_says_nothing(document in any_document()) {
        prop_assert_eq!(contract_diff(&document, &document), vec![]);
        for api_type in [ApiType::Http, ApiType::Rest] {
            prop_assert_eq!(gateway_diff(api_type, &document, &document), vec![]);
        }
    }

    #[test]
    fn a_merge_with_nothing_changes_nothing(local in document(), options in options()) {
        let merged = merge(ApiType::Http, &local, &json!({}).into(), None, options);
        prop_assert_eq!(&merged.document, &local);
        prop_assert!(merged.restored.is_empty() && merged.deleted_routes.is_empty());
    }

    #[test]
    fn merging_twice_changes_nothing(local in document(), live in document(), options in options()) {
        let once = merge(ApiType::Http, &local, &live, None, options);
        let twice = merge(ApiType::Http, &once.document, &live, None, options);
        prop_assert_eq!(once.document.to_json(), twice.document.to_json());
        prop_assert!(twice.restored.is_empty(), "{:?}", twice.restored);
    }

    #[test]
    fn nothing_that_the_author_wrote_changes_but_info(local in document(), live in document(), options in options()) {
        let merged = merge(ApiType::Http, &local, &live, None, options);
        prop_assert!(holds(local.value(), merged.document.value()));
        prop_assert!(in_order(local.value(), merged.document.value()));
        if options.rename {
            prop_assert_eq!(&local.value()["info"], &merged.document.value()["info"]);
        }
    }

    #[test]
    fn deploying_the_same_document_again_keeps_every_extension(source in document(), live in document()) {
        let local = without_extensions(&source);
        let pushed = merge(ApiType::Http, &local, &live, None, PushOptions::default()).document;
        // What was pushed comes back as an export, and the document of last time is the base.
        let again = merge(ApiType::Http, &local, &pushed, Some(&local), PushOptions::default()).document;
        prop_assert_eq!(gateway_diff(ApiType::Http, &pushed, &again), vec![]);
        prop_assert_eq!(&pushed, &again);
    }

    #[test]
    fn an_export_merged_with_itself_is_a_fixed_point(live in document(), options in options()) {
        let merged = merge(ApiType::Http, &live, &live, None, options);
        prop_assert_eq!(normalise(ApiType::Http, &merged.document), normalise(ApiType::Http, &live));
        prop_assert!(merged.restored.is_empty() && merged.faults.is_empty());
    }

    #[test]
    fn the_routes_that_go_are_those_that_the_gateway_diff_misses(local in document(), live in document()) {
        let merged = merge(ApiType::Http, &local, &live, None, PushOptions::default());
        let changes = gateway_diff(ApiType::Http, &live, &merged.document);
        let removed = changes.iter().filter(|change| change.what == "route" && change.after.is_none());
        let removed: Vec<_> = removed.filter_map(|change| change.route.clone()).collect();
        prop_assert_eq!(merged.deleted_routes, removed);
    }

    #[test]
    fn kept_routes_are_all_there(local in document(), live in document()) {
        let options = PushOptions { keep_routes: true, ..PushOptions::default() };
        let merged = merge(ApiType::Http, &local, &live, None, options);
        let there = routes(&merged.document);
        prop_assert!(routes(&live).iter().all(|route| there.contains(route)), "{:?}", there);
    }
}
