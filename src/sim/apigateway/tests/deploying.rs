//! Deployments, stages and canaries of REST APIs.

use http::Method;
use serde_json::{Value, json};

use crate::sim::tests::{ask, patient_cloud, send};
use crate::sim::{Cloud, demo};

const ID: &str = demo::BILLING_API_ID;

async fn call(cloud: &Cloud, method: Method, tail: &str, body: Value) -> (u16, Value) {
    let (status, _, body) = ask(cloud, send(method, &format!("/restapis/{ID}{tail}"), &body)).await;
    (status, body)
}

async fn deploy(cloud: &Cloud, input: Value) -> (u16, Value) {
    call(cloud, Method::POST, "/deployments", input).await
}

async fn patch(cloud: &Cloud, stage: &str, operations: Value) -> (u16, Value) {
    let body = json!({ "patchOperations": operations });
    call(cloud, Method::PATCH, &format!("/stages/{stage}"), body).await
}

/// Replaces all methods.
async fn import(cloud: &Cloud, paths: &Value) {
    let document = json!({ "openapi": "3.0.1", "info": { "title": "billing" }, "paths": paths });
    assert_eq!(call(cloud, Method::PUT, "?mode=overwrite", document).await.0, 200);
}

fn replace(path: &str, value: &str) -> Value {
    json!({ "op": "replace", "path": path, "value": value })
}

#[tokio::test]
async fn a_deployment_makes_a_missing_stage_and_keeps_what_it_deployed() {
    let cloud = patient_cloud();
    let mock = json!({ "responses": {}, "x-amazon-apigateway-integration": { "type": "mock" } });
    import(&cloud, &json!({ "/new": { "get": mock } })).await;
    let input = json!({ "stageName": "qa", "description": "v9", "variables": { "a": "1" } });
    let (status, made) = deploy(&cloud, input).await;
    assert_eq!((status, &made["description"]), (201, &json!("v9")));
    let id = made["id"].as_str().unwrap();
    let stage = call(&cloud, Method::GET, "/stages/qa", Value::Null).await.1;
    assert_eq!((&stage["deploymentId"], &stage["variables"]), (&json!(id), &json!({ "a": "1" })));
    import(&cloud, &json!({ "/newer": { "get": mock } })).await;
    let summary =
        call(&cloud, Method::GET, &format!("/deployments/{id}?embed=apisummary"), Value::Null).await.1;
    assert_eq!(summary["apiSummary"].as_object().unwrap().keys().collect::<Vec<_>>(), ["/new"]);
    assert_eq!(cloud.routes(ID), ["GET /newer"]);
    let live = cloud.live(ID, "qa").unwrap();
    assert!(live["paths"].get("/new").is_some() && live["paths"].get("/newer").is_none());
}

#[tokio::test]
async fn an_api_that_leads_nowhere_can_be_imported_but_not_deployed() {
    let cloud = patient_cloud();
    let before = cloud.deployments(ID);
    for (paths, text) in [
        (json!({}), "The REST API doesn't contain any methods"),
        (json!({ "/a": { "get": { "responses": {} } } }), "No integration defined for method"),
    ] {
        import(&cloud, &paths).await;
        let (status, body) = deploy(&cloud, json!({ "stageName": "v1" })).await;
        assert_eq!((status, &body["message"]), (400, &json!(text)));
    }
    assert_eq!(cloud.deployments(ID), before);
}

#[tokio::test]
async fn a_stage_is_rolled_back_by_its_pointer() {
    let cloud = patient_cloud();
    let old = cloud.deployments(ID)[3].id.clone();
    let (status, stage) = patch(&cloud, "v1", json!([replace("/deploymentId", &old)])).await;
    assert_eq!((status, &stage["deploymentId"]), (200, &json!(old)));
    assert_eq!(cloud.pointer(ID, "v1"), Some(old.clone()));
    let (status, body) = patch(&cloud, "v1", json!([replace("/deploymentId", "nothing")])).await;
    assert_eq!((status, &body["message"]), (400, &json!("Deployment id does not exist")));
    let (status, body) = call(&cloud, Method::DELETE, &format!("/deployments/{old}"), Value::Null).await;
    let text = "Active stages pointing to this deployment must be moved or deleted";
    assert_eq!((status, &body["message"]), (400, &json!(text)));
    assert_eq!(call(&cloud, Method::DELETE, "/stages/v1", Value::Null).await, (202, Value::Null));
    assert_eq!(call(&cloud, Method::DELETE, &format!("/deployments/{old}"), Value::Null).await.0, 202);
}

#[tokio::test]
async fn a_canary_is_started_changed_and_promoted() {
    let cloud = patient_cloud();
    let live = cloud.pointer(ID, "v1").unwrap();
    let canary = json!({ "percentTraffic": 5.0, "stageVariableOverrides": { "ledger": "ledger-9" } });
    let (_, made) = deploy(&cloud, json!({ "stageName": "v1", "canarySettings": canary })).await;
    assert_eq!(cloud.pointer(ID, "v1"), Some(live));
    let (_, stage) = patch(
        &cloud,
        "v1",
        json!([
            replace("/canarySettings/percentTraffic", "25.5"),
            replace("/canarySettings/useStageCache", "true")
        ]),
    )
    .await;
    let canary = &stage["canarySettings"];
    assert_eq!((&canary["percentTraffic"], &canary["deploymentId"]), (&json!(25.5), &made["id"]));
    let promote = json!([
        { "op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId" },
        { "op": "copy", "from": "/canarySettings/stageVariableOverrides", "path": "/variables" },
        replace("/canarySettings/percentTraffic", "0.0"),
        { "op": "remove", "path": "/canarySettings" },
    ]);
    let (status, stage) = patch(&cloud, "v1", promote).await;
    assert_eq!(
        (status, &stage["deploymentId"], &stage["variables"]["ledger"]),
        (200, &made["id"], &json!("ledger-9"))
    );
    assert!(stage.get("canarySettings").is_none());
}

#[tokio::test]
async fn an_active_canary_stands_in_the_way_of_other_deployments() {
    let cloud = patient_cloud();
    let count = cloud.deployments(ID).len();
    assert_eq!(deploy(&cloud, json!({ "stageName": "v2" })).await.0, 400);
    let old = cloud.deployments(ID)[0].id.clone();
    assert_eq!(patch(&cloud, "v2", json!([replace("/deploymentId", &old)])).await.0, 400);
    assert_eq!(cloud.deployments(ID).len(), count);
    assert_eq!(patch(&cloud, "v2", json!([{ "op": "remove", "path": "/canarySettings" }])).await.0, 200);
    assert_eq!(deploy(&cloud, json!({ "stageName": "v2" })).await.0, 201);
    let canary = json!({ "stageName": "nothing", "canarySettings": {} });
    assert_eq!(deploy(&cloud, canary).await.0, 400);
}

#[tokio::test]
async fn changes_that_aws_refuses_change_nothing_even_beside_good_ones() {
    let cloud = patient_cloud();
    let before = call(&cloud, Method::GET, "/stages/v2", Value::Null).await.1;
    let id = cloud.deployments(ID)[0].id.clone();
    for bad in [
        json!({ "op": "add", "path": "/canarySettings/deploymentId", "value": id }),
        replace("/canarySettings", "{}"),
        replace("/canarySettings/percentTraffic", "101"),
        json!({ "op": "replace", "path": "/description" }),
        json!({ "op": "copy", "from": "/description", "path": "/deploymentId" }),
        replace("/nothing", "1"),
    ] {
        let (status, body) = patch(&cloud, "v2", json!([replace("/description", "changed"), bad])).await;
        assert_eq!(status, 400, "{bad}: {body}");
    }
    assert_eq!(call(&cloud, Method::GET, "/stages/v2", Value::Null).await.1, before);
}

#[tokio::test]
async fn an_api_is_renamed_and_nothing_else_of_it_patched() {
    let cloud = patient_cloud();
    let body = |path| json!({ "patchOperations": [replace(path, "b")] });
    assert_eq!(call(&cloud, Method::PATCH, "", body("/name")).await.1["name"], "b");
    assert_eq!(call(&cloud, Method::PATCH, "", body("/policy")).await.0, 400);
}
