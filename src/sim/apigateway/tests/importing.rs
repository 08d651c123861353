//! Documents imported into REST APIs, and what exports give back of them.

use http::Method;
use serde_json::{Value, json};

use crate::sim::tests::{ask, cloud, get, patient_cloud, send};
use crate::sim::{Cloud, Fault, Scenario, What, demo};

const ID: &str = demo::LEDGER_API_ID;

async fn put(cloud: &Cloud, query: &str, document: &Value) -> (u16, Value) {
    let (status, _, body) = ask(cloud, send(Method::PUT, &format!("/restapis/{ID}{query}"), document)).await;
    (status, body)
}

fn document(paths: &Value) -> Value {
    json!({ "openapi": "3.0.1", "info": { "title": "ledger" }, "paths": paths })
}

fn operation() -> Value {
    json!({ "responses": {}, "x-amazon-apigateway-integration": { "type": "mock" } })
}

/// A document with all that a REST API can hold, as AWS writes it.
fn everything() -> Value {
    serde_json::from_str(include_str!("everything.json")).unwrap()
}

#[tokio::test]
async fn an_export_gives_back_everything_that_was_imported_once_it_is_deployed() {
    let cloud = cloud(Scenario::Demo);
    let before = cloud.live(ID, "prod");
    let (status, body) = put(&cloud, "?mode=overwrite&failonwarnings=true", &everything()).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(cloud.live(ID, "prod"), before);
    let deployment = json!({ "stageName": "prod" });
    let request = send(Method::POST, &format!("/restapis/{ID}/deployments"), &deployment);
    assert_eq!(ask(&cloud, request).await.0, 201);
    let uri = format!("/restapis/{ID}/stages/prod/exports/oas30?extensions=apigateway");
    assert_eq!(ask(&cloud, get(&uri)).await.2, everything());
}

#[tokio::test]
async fn the_parts_of_an_imported_api_are_listed() {
    let cloud = cloud(Scenario::Demo);
    put(&cloud, "?mode=overwrite", &everything()).await;
    let list = async |tail: &str| ask(&cloud, get(&format!("/restapis/{ID}/{tail}"))).await.2["item"].clone();
    let authorizers = list("authorizers").await;
    assert_eq!(
        (&authorizers[0]["name"], &authorizers[0]["type"]),
        (&json!("people"), &json!("COGNITO_USER_POOLS"))
    );
    assert_eq!(list("models").await[0]["name"], "Entry");
    assert_eq!(list("gatewayresponses").await[0]["statusCode"], "502");
    assert_eq!(list("requestvalidators").await[0]["validateRequestBody"], true);
    let resources = list("resources?embed=methods").await;
    let entry = resources.as_array().unwrap().iter().find(|found| found["path"] == "/entries/{id}").unwrap();
    let post = &entry["resourceMethods"]["POST"];
    assert_eq!(
        (&post["authorizationType"], &post["apiKeyRequired"]),
        (&json!("COGNITO_USER_POOLS"), &json!(true))
    );
    assert_eq!(post["authorizerId"], authorizers[0]["id"]);
    assert_eq!(
        post["requestParameters"],
        json!({ "method.request.path.id": true, "method.request.querystring.page": false })
    );
    assert_eq!(post["requestModels"], json!({ "application/json": "Entry" }));
    let integration = &post["methodIntegration"];
    assert_eq!((&integration["type"], &integration["timeoutInMillis"]), (&json!("AWS"), &json!(900)));
    assert_eq!(integration["integrationResponses"]["500"]["selectionPattern"], "5\\d{2}");
    let one =
        ask(&cloud, get(&format!("/restapis/{ID}/resources/{}", entry["id"].as_str().unwrap()))).await.2;
    assert_eq!(one["resourceMethods"], json!({ "POST": {} }));
}

#[tokio::test]
async fn a_merge_keeps_what_the_document_lacks_and_an_overwrite_deletes_it() {
    let cloud = patient_cloud();
    let new = document(&json!({ "/entries": { "get": operation() }, "/new/{id}": { "put": operation() } }));
    assert_eq!(put(&cloud, "", &new).await.0, 200);
    let mut routes = cloud.routes(ID);
    routes.sort();
    assert_eq!(routes, ["GET /entries", "GET /entries/{id}", "POST /entries", "PUT /new/{id}"]);
    let working = cloud.working(ID).unwrap();
    assert_eq!(working["paths"]["/entries"]["get"]["x-amazon-apigateway-integration"]["type"], "mock");
    assert!(working["x-amazon-apigateway-policy"].is_object());

    assert_eq!(put(&cloud, "?mode=overwrite", &new).await.0, 200);
    assert_eq!(cloud.routes(ID).len(), 2);
    let working = cloud.working(ID).unwrap();
    assert!(working.get("x-amazon-apigateway-policy").is_none());
    let api = ask(&cloud, get(&format!("/restapis/{ID}"))).await.2;
    assert_eq!(api["endpointConfiguration"]["types"], json!(["PRIVATE"]));
    let resources = ask(&cloud, get(&format!("/restapis/{ID}/resources"))).await.2;
    let paths: Vec<&Value> =
        resources["item"].as_array().unwrap().iter().map(|found| &found["path"]).collect();
    assert_eq!(paths, ["/", "/entries", "/new", "/new/{id}"]);
}

#[tokio::test]
async fn a_bad_document_changes_nothing_and_is_not_explained() {
    let cloud = patient_cloud();
    let before = cloud.working(ID);
    let mut newer = document(&json!({ "/a": { "get": operation() } }));
    newer["openapi"] = json!("3.1.0");
    let odd = json!({ "x-amazon-apigateway-integration": { "type": "odd" } });
    for bad in [
        json!("no document"),
        json!({ "openapi": "3.0.1" }),
        newer,
        document(&json!({ "/{all+}/a": { "get": operation() } })),
        document(&json!({ "/a": { "get": odd } })),
    ] {
        let (status, body) = put(&cloud, "?mode=overwrite", &bad).await;
        assert_eq!((status, &body["message"]), (400, &json!("Invalid OpenAPI input.")), "{bad}");
    }
    let (status, body) =
        put(&cloud, "?failonwarnings=true", &document(&json!({ "/a": { "get": {} } }))).await;
    let text = "Warnings found during import:\n\tParse issue: attribute paths.'/a'(get).responses is missing";
    assert_eq!((status, &body["message"]), (400, &json!(text)));
    let large = json!("x".repeat(6 * 1024 * 1024));
    assert_eq!(put(&cloud, "", &large).await.0, 413);
    assert_eq!(cloud.working(ID), before);
}

#[tokio::test]
async fn an_import_that_breaks_down_leaves_a_part_behind_and_can_be_repeated() {
    let cloud = patient_cloud();
    let new = document(&json!({ "/a": { "get": operation() }, "/b": { "get": operation() } }));
    cloud.inject(Fault::new(What::Half).times(1));
    assert_eq!(put(&cloud, "?mode=overwrite", &new).await.0, 500);
    assert_eq!(cloud.routes(ID), ["GET /a"]);
    assert_eq!(put(&cloud, "?mode=overwrite", &new).await.0, 200);
    assert_eq!(cloud.routes(ID), ["GET /a", "GET /b"]);
}

#[tokio::test]
async fn swagger_is_imported_too_and_exports_speak_it() {
    let cloud = cloud(Scenario::Demo);
    put(&cloud, "?mode=overwrite", &everything()).await;
    let uri = format!("/restapis/{ID}/deployments");
    ask(&cloud, send(Method::POST, &uri, &json!({ "stageName": "prod" }))).await;
    let working = cloud.live(ID, "prod").unwrap();
    let uri = format!("/restapis/{ID}/stages/prod/exports/swagger?extensions=apigateway");
    let swagger = ask(&cloud, get(&uri)).await.2;
    let post = &swagger["paths"]["/entries/{id}"]["post"];
    assert_eq!(post["parameters"][2]["schema"], json!({ "$ref": "#/definitions/Entry" }));

    let other = self::cloud(Scenario::Demo);
    assert_eq!(put(&other, "?mode=overwrite", &swagger).await.0, 200);
    let again = other.working(ID).unwrap();
    for part in ["paths", "components"] {
        assert_eq!(again[part], working[part]);
    }
}

#[tokio::test]
async fn imports_are_a_second_apart() {
    let cloud = cloud(Scenario::Demo);
    assert_eq!(put(&cloud, "", &everything()).await.0, 200);
    assert_eq!(put(&cloud, "", &everything()).await.0, 429);
}

#[tokio::test]
async fn references_and_parameters_of_a_path_are_followed() {
    let mut new = document(&json!({ "/a/{id}": {
        "parameters": [
            { "$ref": "#/components/parameters/id" },
            { "name": "page", "in": "query", "schema": { "type": "string" } },
        ],
        "get": {
            "parameters": [{ "name": "page", "in": "query", "required": true, "deprecated": true }],
            "requestBody": { "$ref": "#/components/requestBodies/a" },
            "responses": { "404": { "$ref": "#/components/responses/gone" } },
            "tags": ["a"],
            "x-amazon-apigateway-integration": { "type": "MOCK" },
        },
    } }));
    let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/A" } } });
    new["components"] = json!({
        "parameters": { "id": { "name": "id", "in": "path", "required": true } },
        "requestBodies": { "a": { "content": content } },
        "responses": { "gone": { "description": "not there", "content": content } },
    });
    let cloud = cloud(Scenario::Demo);
    assert_eq!(put(&cloud, "?mode=overwrite", &new).await.0, 200);
    let expected = json!({
        "parameters": [
            { "name": "id", "in": "path", "required": true },
            { "name": "page", "in": "query", "required": true },
        ],
        "requestBody": { "content": content },
        "responses": { "404": { "description": "404 response", "content": content } },
        "x-amazon-apigateway-integration": { "type": "mock", "passthroughBehavior": "when_no_match" },
    });
    assert_eq!(cloud.working(ID).unwrap()["paths"]["/a/{id}"]["get"], expected);
}
