//! Deployments and stages of HTTP APIs.

use http::Method;
use serde_json::{Value, json};

use crate::sim::tests::{ask, cloud, get, patient_cloud, send};
use crate::sim::{Cloud, Fault, Scenario, What, demo};

const ID: &str = demo::ORDERS_API_ID;

async fn call(cloud: &Cloud, method: Method, tail: &str, body: Value) -> (u16, Value) {
    let (status, _, body) = ask(cloud, send(method, &format!("/v2/apis/{ID}{tail}"), &body)).await;
    (status, body)
}

async fn refused(cloud: &Cloud, method: Method, tail: &str, body: Value) -> (u16, String) {
    let (status, body) = call(cloud, method, tail, body).await;
    (status, body["message"].as_str().unwrap_or_default().to_owned())
}

async fn stage(cloud: &Cloud, name: &str) -> Value {
    ask(cloud, get(&format!("/v2/apis/{ID}/stages/{name}"))).await.2
}

/// Replaces all routes.
async fn import(cloud: &Cloud, paths: &Value) {
    let document = json!({ "openapi": "3.0.1", "info": { "title": "orders" }, "paths": paths });
    let (status, body) = call(cloud, Method::PUT, "", json!({ "body": document.to_string() })).await;
    assert_eq!(status, 201, "{body}");
}

fn route(path: &str) -> Value {
    json!({ path: { "get": { "responses": {}, "x-amazon-apigateway-integration": {
        "type": "http_proxy", "httpMethod": "GET", "uri": "https://a.example.com",
    } } } })
}

fn paths(document: Option<Value>) -> Vec<String> {
    document.unwrap()["paths"].as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn a_deployment_is_pending_at_first_and_serves_what_was_configured_when_it_was_made() {
    let cloud = cloud(Scenario::Demo);
    let before = cloud.live(ID, "prod");
    import(&cloud, &route("/new")).await;
    assert_eq!(cloud.live(ID, "prod"), before);
    let input = json!({ "stageName": "prod", "description": "v9" });
    let (status, made) = call(&cloud, Method::POST, "/deployments", input).await;
    assert_eq!((status, &made["deploymentStatus"]), (201, &json!("PENDING")));
    let id = made["deploymentId"].as_str().unwrap();
    for status in ["PENDING", "DEPLOYED", "DEPLOYED"] {
        let found = call(&cloud, Method::GET, &format!("/deployments/{id}"), Value::Null).await.1;
        assert_eq!((&found["deploymentStatus"], &found["description"]), (&json!(status), &json!("v9")));
    }
    assert_eq!(stage(&cloud, "prod").await["deploymentId"], id);
    import(&cloud, &route("/newer")).await;
    assert_eq!(paths(cloud.live(ID, "prod")), ["/new"]);
    let export = format!("/v2/apis/{ID}/exports/OAS30?outputType=JSON");
    assert_eq!(paths(Some(ask(&cloud, get(&format!("{export}&stageName=prod"))).await.2)), ["/new"]);
    assert_eq!(paths(Some(ask(&cloud, get(&export)).await.2)), ["/newer"]);
}

#[tokio::test]
async fn deployments_that_aws_refuses_leave_nothing_behind() {
    let cloud = patient_cloud();
    let before = cloud.deployments(ID);
    let post = |body| refused(&cloud, Method::POST, "/deployments", body);
    let text = "Stage nothing does not exist. StageName specified on a CreateDeployment request must exist so the \
                stage can be updated with the new deployment.";
    assert_eq!(post(json!({ "stageName": "nothing" })).await, (400, text.to_owned()));
    assert_eq!(post(json!({ "stageName": "$default" })).await.0, 400);
    assert_eq!(cloud.deployments(ID), before);
    import(&cloud, &json!({})).await;
    let text = "Unable to deploy API because no routes exist in this API";
    assert_eq!(post(json!({ "stageName": "prod" })).await, (400, text.to_owned()));
    assert_eq!(post(json!({})).await, (400, text.to_owned()));
}

#[tokio::test]
async fn two_deployments_must_be_five_seconds_apart() {
    let cloud = cloud(Scenario::Demo);
    assert_eq!(call(&cloud, Method::POST, "/deployments", json!({})).await.0, 201);
    let (status, code, _) =
        ask(&cloud, send(Method::POST, &format!("/v2/apis/{ID}/deployments"), &json!({}))).await;
    assert_eq!((status, code.as_str()), (429, "TooManyRequestsException"));
}

#[tokio::test]
async fn a_deployment_that_fails_leaves_its_stage_alone() {
    let cloud = cloud(Scenario::Demo);
    let pointer = cloud.pointer(ID, "prod");
    cloud.inject(Fault::new(What::DeploymentFailed));
    let made = call(&cloud, Method::POST, "/deployments", json!({ "stageName": "prod" })).await.1;
    let path = format!("/deployments/{}", made["deploymentId"].as_str().unwrap());
    call(&cloud, Method::GET, &path, Value::Null).await;
    let found = call(&cloud, Method::GET, &path, Value::Null).await.1;
    assert_eq!(found["deploymentStatus"], "FAILED");
    assert!(found["deploymentStatusMessage"].is_string());
    assert_eq!(cloud.pointer(ID, "prod"), pointer);
    let moved =
        refused(&cloud, Method::PATCH, "/stages/prod", json!({ "deploymentId": made["deploymentId"] })).await;
    assert_eq!(moved.0, 400);
}

#[tokio::test]
async fn a_stage_that_deploys_by_itself_follows_every_edit() {
    let cloud = patient_cloud();
    import(&cloud, &route("/new")).await;
    let after_import = stage(&cloud, "%24default").await;
    let id = after_import["deploymentId"].as_str().unwrap();
    let text = format!("Successfully deployed stage with deployment ID '{id}'");
    assert_eq!(after_import["lastDeploymentStatusMessage"], text);
    let made = call(&cloud, Method::GET, &format!("/deployments/{id}"), Value::Null).await.1;
    assert_eq!((&made["autoDeployed"], &made["deploymentStatus"]), (&json!(true), &json!("DEPLOYED")));
    assert_eq!(made["description"], "Automatic deployment triggered by changes to the Api configuration");
    assert_eq!(paths(cloud.live(ID, "$default")), ["/new"]);

    let edit = json!({ "disableExecuteApiEndpoint": true });
    assert_eq!(call(&cloud, Method::PATCH, "", edit).await.0, 200);
    let after_edit = cloud.pointer(ID, "$default").unwrap();
    assert_ne!(after_edit, id);

    import(&cloud, &json!({})).await;
    let failed = stage(&cloud, "%24default").await;
    assert_eq!(
        failed["lastDeploymentStatusMessage"],
        "Deployment attempt failed: Unable to deploy API because no routes exist in this API"
    );
    assert_eq!(failed["deploymentId"], after_edit);
    assert_eq!(paths(cloud.live(ID, "$default")), ["/new"]);
}

#[tokio::test]
async fn the_pointer_of_a_stage_moves_only_while_it_does_not_deploy_by_itself() {
    let cloud = patient_cloud();
    let old = cloud.deployments(ID)[0].id.clone();
    let to_old = || json!({ "deploymentId": old });
    assert_eq!(call(&cloud, Method::PATCH, "/stages/prod", to_old()).await.0, 200);
    assert_eq!(cloud.pointer(ID, "prod").as_ref(), Some(&old));
    let unknown = json!({ "deploymentId": "nothing" });
    assert_eq!(refused(&cloud, Method::PATCH, "/stages/prod", unknown).await.0, 404);

    let automatic = "/stages/%24default";
    assert_eq!(refused(&cloud, Method::PATCH, automatic, to_old()).await.0, 400);
    let off = json!({ "autoDeploy": false });
    let stage = call(&cloud, Method::PATCH, automatic, off).await.1;
    assert_eq!((&stage["autoDeploy"], stage.get("lastDeploymentStatusMessage")), (&json!(false), None));
    assert_eq!(call(&cloud, Method::PATCH, automatic, to_old()).await.0, 200);
    let on = call(&cloud, Method::PATCH, automatic, json!({ "autoDeploy": true })).await.1;
    assert_ne!(on["deploymentId"], json!(old));
}

#[tokio::test]
async fn variables_and_route_settings_are_merged() {
    let cloud = cloud(Scenario::Demo);
    let input = json!({
        "stageVariables": { "table": "", "extra": "1" },
        "routeSettings": { "GET /orders": { "throttlingBurstLimit": 5 } },
    });
    let stage = call(&cloud, Method::PATCH, "/stages/prod", input).await.1;
    assert_eq!(
        stage["stageVariables"],
        json!({ "extra": "1", "log_level": "warn", "payments": "payments-v3" })
    );
    let keys: Vec<&String> = stage["routeSettings"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["GET /orders", "POST /orders"]);
}

#[tokio::test]
async fn settings_of_a_route_that_is_gone_stand_in_the_way_until_they_are_deleted() {
    let cloud = patient_cloud();
    import(&cloud, &route("/orders")).await;
    let settings = || json!({ "routeSettings": { "GET /orders": { "throttlingBurstLimit": 5 } } });
    let text = "Unable to find Route by key POST /orders within the provided RouteSettings";
    let before = stage(&cloud, "prod").await;
    let refusal = refused(&cloud, Method::PATCH, "/stages/prod", settings()).await;
    assert_eq!(refusal, (404, text.to_owned()));
    assert_eq!(stage(&cloud, "prod").await, before);
    // Other changes do not look at them.
    assert_eq!(call(&cloud, Method::PATCH, "/stages/prod", json!({ "description": "x" })).await.0, 200);
    let orphan = "/stages/prod/routesettings/POST%20%2Forders";
    assert_eq!(call(&cloud, Method::DELETE, orphan, Value::Null).await, (204, Value::Null));
    assert_eq!(call(&cloud, Method::PATCH, "/stages/prod", settings()).await.0, 200);
    assert_eq!(call(&cloud, Method::DELETE, orphan, Value::Null).await.0, 404);
}

#[tokio::test]
async fn a_deployment_in_use_is_kept_and_others_can_be_described_and_deleted() {
    let cloud = cloud(Scenario::Demo);
    let live = format!("/deployments/{}", cloud.pointer(ID, "prod").unwrap());
    let text = "Active stages pointing to this deployment must be moved or deleted";
    assert_eq!(refused(&cloud, Method::DELETE, &live, Value::Null).await, (400, text.to_owned()));
    let old = format!("/deployments/{}", cloud.deployments(ID)[0].id);
    let described = call(&cloud, Method::PATCH, &old, json!({ "description": "the first" })).await.1;
    assert_eq!(described["description"], "the first");
    assert_eq!(call(&cloud, Method::DELETE, &old, Value::Null).await.0, 204);
    assert_eq!(call(&cloud, Method::GET, &old, Value::Null).await.0, 404);
    assert_eq!(call(&cloud, Method::DELETE, "/stages/prod", Value::Null).await.0, 204);
    assert_eq!(call(&cloud, Method::DELETE, &live, Value::Null).await.0, 204);
}

#[tokio::test]
async fn stages_are_made_once_and_those_that_aws_manages_cannot_be_modified() {
    let cloud = patient_cloud();
    let (status, made) =
        call(&cloud, Method::POST, "/stages", json!({ "stageName": "qa", "autoDeploy": true })).await;
    assert_eq!(status, 201);
    assert!(made["deploymentId"].is_string());
    assert_eq!(call(&cloud, Method::POST, "/stages", json!({ "stageName": "qa" })).await.0, 409);
    assert_eq!(call(&cloud, Method::POST, "/stages", json!({ "stageName": "a b" })).await.0, 400);

    let input = json!({ "name": "quick", "protocolType": "HTTP", "target": "https://a.example.com" });
    let (_, _, api) = ask(&cloud, send(Method::POST, "/v2/apis", &input)).await;
    let id = api["apiId"].as_str().unwrap();
    let uri = format!("/v2/apis/{id}/stages/%24default");
    let stage = ask(&cloud, get(&uri)).await.2;
    assert_eq!((&stage["apiGatewayManaged"], &stage["autoDeploy"]), (&json!(true), &json!(true)));
    assert_eq!(cloud.live(id, "$default").unwrap()["paths"].as_object().unwrap().len(), 1);
    assert_eq!(ask(&cloud, send(Method::PATCH, &uri, &json!({ "description": "x" }))).await.0, 400);
}
