//! REST APIs as they go over the wire.

mod deploying;
mod importing;

use serde_json::{Value, json};

use crate::sim::tests::{ask, cloud, get};
use crate::sim::{Cloud, Scenario, demo};

async fn ok(cloud: &Cloud, uri: &str) -> Value {
    let (status, _, body) = ask(cloud, get(uri)).await;
    assert_eq!(status, 200, "{uri}: {body}");
    body
}

#[tokio::test]
async fn times_are_epoch_seconds_as_numbers() {
    let api = ok(&cloud(Scenario::Demo), "/restapis/x9y8z7w6v5").await;
    assert_eq!(api["createdDate"], json!(1_717_588_800));
    assert_eq!(api["apiStatus"], "AVAILABLE");
    assert_eq!(api["endpointConfiguration"]["types"], json!(["REGIONAL"]));
}

#[tokio::test]
async fn lists_are_under_item_and_two_apis_may_share_a_name() {
    let apis = ok(&cloud(Scenario::Demo), "/restapis").await;
    let apis = apis["item"].as_array().unwrap();
    let legacy: Vec<&Value> =
        apis.iter().filter(|api| api["name"] == "legacy").map(|api| &api["id"]).collect();
    assert_eq!(legacy, [demo::LEGACY_API_ID, demo::LEGACY_TWIN_API_ID]);
    let ledger = apis.iter().find(|api| api["id"] == demo::LEDGER_API_ID).unwrap();
    assert_eq!(ledger["endpointConfiguration"]["types"], json!(["PRIVATE"]));
}

#[tokio::test]
async fn deployments_come_in_pages_of_twenty_five_and_stages_all_at_once() {
    let cloud = cloud(Scenario::Demo);
    let first = ok(&cloud, "/restapis/x9y8z7w6v5/deployments").await;
    assert_eq!(first["item"].as_array().unwrap().len(), 25);
    let position = first["position"].as_str().unwrap();
    let rest = ok(&cloud, &format!("/restapis/x9y8z7w6v5/deployments?position={position}&limit=500")).await;
    assert_eq!(rest["item"].as_array().unwrap().len(), 19);
    assert!(rest.get("position").is_none());
    for uri in ["/restapis?limit=501", "/restapis?limit=0", "/restapis?position=x"] {
        let (status, code, _) = ask(&cloud, get(uri)).await;
        assert_eq!((status, code.as_str()), (400, "BadRequestException"), "{uri}");
    }
}

#[tokio::test]
async fn stages_can_be_asked_for_by_their_deployment() {
    let cloud = cloud(Scenario::Demo);
    let all = ok(&cloud, "/restapis/x9y8z7w6v5/stages").await;
    let all = all["item"].as_array().unwrap();
    assert_eq!(all.len(), 4);
    let v1 = all.iter().find(|stage| stage["stageName"] == "v1").unwrap();
    let uri = format!("/restapis/x9y8z7w6v5/stages?deploymentId={}", v1["deploymentId"].as_str().unwrap());
    assert_eq!(ok(&cloud, &uri).await["item"], json!([v1]));
}

#[tokio::test]
async fn a_canary_takes_its_share_with_a_deployment_of_its_own() {
    let cloud = cloud(Scenario::Demo);
    let stage = ok(&cloud, "/restapis/x9y8z7w6v5/stages/v2").await;
    let canary = &stage["canarySettings"];
    assert_eq!(canary["percentTraffic"], json!(10.0));
    assert_ne!(canary["deploymentId"], stage["deploymentId"]);
    let uri = format!("/restapis/x9y8z7w6v5/deployments/{}", canary["deploymentId"].as_str().unwrap());
    assert_eq!(ok(&cloud, &uri).await["id"], canary["deploymentId"]);
}

#[tokio::test]
async fn a_deployment_summarises_its_methods_when_asked() {
    let cloud = cloud(Scenario::Demo);
    let stage = ok(&cloud, "/restapis/x9y8z7w6v5/stages/v1").await;
    let uri = format!("/restapis/x9y8z7w6v5/deployments/{}", stage["deploymentId"].as_str().unwrap());
    assert!(ok(&cloud, &uri).await.get("apiSummary").is_none());
    let summary = &ok(&cloud, &format!("{uri}?embed=apisummary")).await["apiSummary"];
    assert_eq!(
        summary["/payments"]["POST"],
        json!({ "authorizationType": "AWS_IAM", "apiKeyRequired": false })
    );
}

#[tokio::test]
async fn resources_show_their_methods_whole_only_when_asked() {
    let cloud = cloud(Scenario::Demo);
    let invoice = |list: &Value| -> Value {
        let found =
            list["item"].as_array().unwrap().iter().find(|resource| resource["path"] == "/invoices/{id}");
        found.unwrap().clone()
    };
    let bare = invoice(&ok(&cloud, "/restapis/x9y8z7w6v5/resources").await);
    assert_eq!(bare["resourceMethods"], json!({ "GET": {}, "DELETE": {} }));
    assert_eq!(bare["pathPart"], "{id}");
    let whole = invoice(&ok(&cloud, "/restapis/x9y8z7w6v5/resources?embed=methods").await);
    assert_eq!(whole["resourceMethods"]["GET"]["methodIntegration"]["type"], "AWS_PROXY");
    assert_eq!(whole["parentId"], bare["parentId"]);
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let cloud = cloud(Scenario::Demo);
    let (_, _, body) = ask(&cloud, get("/restapis/nothing")).await;
    assert_eq!(body["message"], "Invalid API identifier specified 123456789012:nothing");
    for uri in [
        "/restapis/nothing/stages",
        "/restapis/x9y8z7w6v5/stages/nothing",
        "/restapis/x9y8z7w6v5/deployments/nothing",
        "/restapis/a1b2c3d4e5",
    ] {
        let (status, code, _) = ask(&cloud, get(uri)).await;
        assert_eq!((status, code.as_str()), (404, "NotFoundException"), "{uri}");
    }
}
