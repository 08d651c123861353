//! Documents imported into HTTP APIs, and what exports give back of them.

use http::Method;
use serde_json::{Value, json};

use crate::sim::tests::{ask, cloud, get, send};
use crate::sim::{Cloud, Fault, Scenario, What, demo};

const ID: &str = demo::INVENTORY_API_ID;

fn integration(uri: &str) -> Value {
    json!({
        "payloadFormatVersion": "1.0",
        "type": "http_proxy",
        "httpMethod": "GET",
        "uri": uri,
        "connectionType": "INTERNET",
    })
}

fn operation(uri: &str) -> Value {
    json!({ "responses": {}, "x-amazon-apigateway-integration": integration(uri) })
}

fn document(paths: &Value) -> Value {
    json!({ "openapi": "3.0.1", "info": { "title": "stock", "version": "7" }, "paths": paths })
}

async fn put(cloud: &Cloud, query: &str, document: &Value) -> (u16, String, Value) {
    let body = json!({ "body": document.to_string() });
    ask(cloud, send(Method::PUT, &format!("/v2/apis/{ID}{query}"), &body)).await
}

async fn imported(document: &Value) -> Cloud {
    let cloud = cloud(Scenario::Demo);
    let (status, _, body) = put(&cloud, "", document).await;
    assert_eq!(status, 201, "{body}");
    cloud
}

async fn exported(cloud: &Cloud) -> Value {
    ask(cloud, get(&format!("/v2/apis/{ID}/exports/OAS30?outputType=JSON"))).await.2
}

/// A document with all that an HTTP API can hold, as AWS writes it.
fn everything() -> Value {
    serde_json::from_str(include_str!("everything.json")).unwrap()
}

#[tokio::test]
async fn an_export_gives_back_everything_that_was_imported() {
    let cloud = imported(&everything()).await;
    assert_eq!(exported(&cloud).await, everything());
    let api = ask(&cloud, get(&format!("/v2/apis/{ID}"))).await.2;
    assert_eq!((&api["name"], &api["version"]), (&json!("stock"), &json!("7")));
    let lists = ["routes", "authorizers", "integrations"].map(|list| get(&format!("/v2/apis/{ID}/{list}")));
    let [routes, authorizers, integrations] = lists.map(|request| ask(&cloud, request));
    let (routes, authorizers, integrations) = (routes.await.2, authorizers.await.2, integrations.await.2);
    let kinds = |list: &Value, key: &str| -> Vec<Value> {
        list["items"].as_array().unwrap().iter().map(|item| item[key].clone()).collect()
    };
    assert_eq!(kinds(&routes, "authorizationType"), ["JWT", "CUSTOM", "AWS_IAM", "NONE"]);
    assert_eq!(kinds(&authorizers, "authorizerType"), ["JWT", "REQUEST"]);
    assert_eq!(authorizers["items"][1]["identitySource"].as_array().unwrap().len(), 2);
    assert_eq!(kinds(&integrations, "timeoutInMillis"), [4000, 30_000, 30_000, 30_000]);
    assert_eq!(integrations["items"][0]["credentialsArn"], "arn:aws:iam::123456789012:role/caller");
}

#[tokio::test]
async fn an_import_deletes_what_the_document_lacks() {
    let mut bare = everything();
    bare["paths"].as_object_mut().unwrap().retain(|path, _| path == "/signed");
    for key in ["tags", "components", "servers", "x-amazon-apigateway-cors"] {
        bare.as_object_mut().unwrap().remove(key);
    }
    let cloud = imported(&everything()).await;
    assert_eq!(put(&cloud, "", &bare).await.0, 201);
    assert_eq!(cloud.routes(ID), ["POST /signed"]);
    let api = ask(&cloud, get(&format!("/v2/apis/{ID}"))).await.2;
    assert_eq!(api["tags"], json!({}));
    assert_eq!((api.get("corsConfiguration"), &api["disableExecuteApiEndpoint"]), (None, &json!(false)));
    for list in ["integrations", "authorizers"] {
        let found = ask(&cloud, get(&format!("/v2/apis/{ID}/{list}"))).await.2;
        assert_eq!(found["items"].as_array().unwrap().len(), usize::from(list == "integrations"), "{list}");
    }
}

#[tokio::test]
async fn shared_integrations_come_back_inlined_and_unused_ones_apart() {
    let name = "x-amazon-apigateway-integrations";
    let mut document = document(&json!({
        "/a": { "get": { "responses": {}, "x-amazon-apigateway-integration": {
            "$ref": format!("#/components/{name}/shared"),
        } } },
        "/b": { "get": { "responses": {}, "x-amazon-apigateway-integration": {
            "$ref": format!("#/components/{name}/shared"),
        } } },
    }));
    let target =
        json!({ "type": "HTTP_PROXY", "httpMethod": "GET", "uri": "https://x", "timeoutInMillis": 30000 });
    document["components"][name] = json!({ "shared": target, "spare": integration("https://y") });
    let exported = exported(&imported(&document).await).await;
    for path in ["/a", "/b"] {
        let found = &exported["paths"][path]["get"]["x-amazon-apigateway-integration"];
        assert_eq!(*found, integration("https://x"));
    }
    let unused = exported["components"][name].as_object().unwrap();
    assert!(unused.keys().all(|key| key.starts_with("unusedIntegration_")));
    assert_eq!(unused.values().collect::<Vec<_>>(), [&integration("https://y")]);
}

#[tokio::test]
async fn what_has_no_place_is_told_and_what_is_missing_is_warned_of() {
    let mut document = document(&json!({
        "/a": { "post": { "requestBody": {} } },
        "$default": { "x-amazon-apigateway-any-method": operation("https://x") },
        "/b": { "get": operation("https://x") },
    }));
    document["components"]["schemas"]["A"] = json!({});
    document["components"]["securitySchemes"]["gone"] = json!({ "x-amazon-apigateway-authorizer": {
        "type": "jwt", "jwtConfiguration": { "issuer": "https://login.invalid" },
    } });
    let warnings = [
        "Unable to create authorizer gone: Caught exception when connecting to \
         https://login.invalid/.well-known/openid-configuration for issuer https://login.invalid. Please try again later.",
        "Parse issue: attribute paths.'/a'(post).responses is missing",
        "Parse issue: attribute paths.'/a'(post).x-amazon-apigateway-integration is missing",
        "Resource $default should start with /",
    ];
    let cloud = cloud(Scenario::Demo);
    let before = cloud.working(ID);
    let (status, code, body) = put(&cloud, "?failOnWarnings=true", &document).await;
    assert_eq!((status, code.as_str()), (400, "BadRequestException"));
    assert_eq!(body["message"], format!("Warnings found during import:\n\t{}", warnings.join("\n\t")));
    assert_eq!(cloud.working(ID), before);

    let (status, _, body) = put(&cloud, "", &document).await;
    assert_eq!((status, &body["warnings"]), (201, &json!(warnings)));
    assert_eq!(body["importInfo"].as_array().unwrap().len(), 2);
    assert_eq!(cloud.routes(ID), ["POST /a", "GET /b"]);
    let api = ask(&cloud, get(&format!("/v2/apis/{ID}"))).await.2;
    assert_eq!(api["warnings"], json!(warnings));
}

#[tokio::test]
async fn a_bad_document_changes_nothing() {
    let mut two = document(&json!({ "/a": { "get": operation("https://x") } }));
    two["paths"]["/a"]["get"]["security"] = json!([{ "one": [] }, { "other": [] }]);
    let other_version = |version| {
        let mut document = document(&json!({ "/a": { "get": operation("https://x") } }));
        document["openapi"] = version;
        document
    };
    let cloud = cloud(Scenario::Demo);
    let before = cloud.working(ID);
    for (document, status) in [
        (json!("no document"), 400),
        (json!({ "openapi": "3.0.1" }), 400),
        (json!({ "swagger": "2.0", "info": { "title": "a" }, "paths": {} }), 400),
        (other_version(json!("3.1.0")), 400),
        (two, 400),
        (document(&json!({ "/{all+}/a": { "get": operation("https://x") } })), 400),
        (
            document(&json!({ "/a": { "get": { "x-amazon-apigateway-integration": { "type": "mock" } } } })),
            400,
        ),
        (
            document(
                &json!({ "/{x}": { "get": operation("https://x") }, "/{y}": { "get": operation("https://x") } }),
            ),
            409,
        ),
    ] {
        let (found, _, body) = put(&cloud, "", &document).await;
        assert_eq!(found, status, "{document}: {body}");
        assert!(body["message"].is_string());
        assert_eq!(cloud.working(ID), before);
    }
}

#[tokio::test]
async fn yaml_is_read_and_variables_of_aws_are_filled_in() {
    let text = "openapi: 3.0.1\ninfo: {title: stock}\npaths:\n  /a:\n    get:\n      responses: {}\n      \
                x-amazon-apigateway-integration:\n        type: aws_proxy\n        \
                uri: arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:a\n";
    let cloud = cloud(Scenario::Demo);
    let request = send(Method::PUT, &format!("/v2/apis/{ID}"), &json!({ "body": text }));
    assert_eq!(ask(&cloud, request).await.0, 201);
    let uri = &cloud.working(ID).unwrap()["paths"]["/a"]["get"]["x-amazon-apigateway-integration"]["uri"];
    assert_eq!(*uri, "arn:aws:lambda:eu-west-1:123456789012:function:a");
}

#[tokio::test]
async fn a_conflict_changes_nothing_and_a_new_api_has_no_stages() {
    let cloud = cloud(Scenario::Demo);
    let before = cloud.working(ID);
    cloud.inject(Fault::new(What::Conflict).on("ReimportApi").times(1));
    let (status, code, body) = put(&cloud, "", &everything()).await;
    assert_eq!((status, code.as_str()), (409, "ConflictException"));
    let message = "Unable to complete operation due to concurrent modification. Please try again later.";
    assert_eq!((&body["message"], cloud.working(ID)), (&json!(message), before));

    let body = json!({ "body": everything().to_string() });
    let (status, _, api) = ask(&cloud, send(Method::PUT, "/v2/apis", &body)).await;
    assert_eq!(status, 201);
    let id = api["apiId"].as_str().unwrap();
    assert_eq!(cloud.routes(id).len(), 4);
    let stages = ask(&cloud, get(&format!("/v2/apis/{id}/stages"))).await.2;
    assert_eq!(stages["items"], json!([]));
}
