//! HTTP APIs as they go over the wire.

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
async fn an_api_speaks_camel_case_and_iso_times() {
    let api = ok(&cloud(Scenario::Demo), "/v2/apis/a1b2c3d4e5").await;
    assert_eq!(api["apiEndpoint"], "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com");
    assert_eq!(api["protocolType"], "HTTP");
    assert_eq!(api["createdDate"], "2025-09-28T12:00:00Z");
    assert!(api.get("stages").is_none());
}

#[tokio::test]
async fn the_list_of_apis_holds_websocket_apis_too() {
    let apis = ok(&cloud(Scenario::Demo), "/v2/apis").await;
    let chat =
        apis["items"].as_array().unwrap().iter().find(|api| api["apiId"] == demo::CHAT_API_ID).unwrap();
    assert_eq!(chat["protocolType"], "WEBSOCKET");
    assert_eq!(chat["apiEndpoint"], "wss://w3b5o2c8k4.execute-api.eu-west-1.amazonaws.com");
}

#[tokio::test]
async fn pages_of_any_size_hold_the_same_list() {
    let cloud = cloud(Scenario::Demo);
    let list = "/v2/apis/a1b2c3d4e5/deployments";
    let whole = ok(&cloud, &format!("{list}?maxResults=1000")).await;
    assert!(whole.get("nextToken").is_none());
    let whole = whole["items"].as_array().unwrap().clone();
    assert_eq!(whole.len(), 38);
    assert_eq!(ok(&cloud, list).await["items"].as_array().unwrap().len(), 25);
    for size in [1, 7, 38] {
        let mut collected = Vec::new();
        let mut uri = format!("{list}?maxResults={size}");
        loop {
            let page = ok(&cloud, &uri).await;
            collected.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(token) = page["nextToken"].as_str() else {
                break;
            };
            uri = format!("{list}?maxResults={size}&nextToken={token}");
        }
        assert_eq!(collected, whole);
    }
}

#[tokio::test]
async fn bad_tokens_and_sizes_are_bad_requests() {
    let cloud = cloud(Scenario::Demo);
    let token = ok(&cloud, "/v2/apis/a1b2c3d4e5/deployments?maxResults=2").await["nextToken"].clone();
    let token = token.as_str().unwrap();
    let of_another_list = format!("/v2/apis/a1b2c3d4e5/routes?nextToken={token}");
    for uri in [
        of_another_list.as_str(),
        "/v2/apis?nextToken=abc",
        "/v2/apis?nextToken=",
        "/v2/apis?maxResults=0",
        "/v2/apis?maxResults=many",
        "/v2/apis?maxResults=1001",
    ] {
        let (status, code, _) = ask(&cloud, get(uri)).await;
        assert_eq!((status, code.as_str()), (400, "BadRequestException"), "{uri}");
    }
}

#[tokio::test]
async fn the_default_stage_deploys_by_itself_and_tells_of_its_failure() {
    let cloud = cloud(Scenario::Demo);
    let stage = ok(&cloud, "/v2/apis/a1b2c3d4e5/stages/%24default").await;
    assert_eq!(stage["autoDeploy"], true);
    assert_eq!(
        stage["lastDeploymentStatusMessage"],
        "Deployment attempt failed: Unable to deploy API because no routes exist in this API"
    );
    let serving = stage["deploymentId"].as_str().unwrap();
    let serving = ok(&cloud, &format!("/v2/apis/a1b2c3d4e5/deployments/{serving}")).await;
    assert_eq!((&serving["deploymentStatus"], &serving["autoDeployed"]), (&json!("DEPLOYED"), &json!(true)));
    let all = ok(&cloud, "/v2/apis/a1b2c3d4e5/deployments?maxResults=500").await;
    let failed = |deployment: &&Value| deployment["deploymentStatus"] == "FAILED";
    let failed: Vec<&Value> = all["items"].as_array().unwrap().iter().filter(failed).collect();
    assert_eq!(failed.len(), 1);
    assert!(failed[0]["createdDate"].as_str() > serving["createdDate"].as_str());
}

#[tokio::test]
async fn a_stage_never_deployed_has_no_deployment() {
    let stage = ok(&cloud(Scenario::Demo), "/v2/apis/a1b2c3d4e5/stages/sandbox").await;
    assert!(stage.get("deploymentId").is_none());
    assert_eq!(stage["autoDeploy"], false);
}

#[tokio::test]
async fn routes_lead_to_integrations_and_name_their_authorizer() {
    let cloud = cloud(Scenario::Demo);
    let routes = ok(&cloud, "/v2/apis/a1b2c3d4e5/routes").await;
    let integrations = ok(&cloud, "/v2/apis/a1b2c3d4e5/integrations").await;
    let authorizers = ok(&cloud, "/v2/apis/a1b2c3d4e5/authorizers").await;
    for route in routes["items"].as_array().unwrap() {
        let id = route["target"].as_str().unwrap().strip_prefix("integrations/").unwrap();
        let leads_to = |integration: &Value| integration["integrationId"] == id;
        assert!(integrations["items"].as_array().unwrap().iter().any(leads_to));
        if route["authorizationType"] == "JWT" {
            assert_eq!(route["authorizerId"], authorizers["items"][0]["authorizerId"]);
        }
    }
}

#[tokio::test]
async fn a_domain_maps_its_paths_to_stages() {
    let cloud = cloud(Scenario::Demo);
    let domains = ok(&cloud, "/v2/domainnames").await;
    assert_eq!(domains["items"][0]["domainName"], demo::DOMAIN_NAME);
    let mappings = ok(&cloud, "/v2/domainnames/api.example.com/apimappings").await;
    let orders =
        mappings["items"].as_array().unwrap().iter().find(|mapping| mapping["apiId"] == demo::ORDERS_API_ID);
    assert_eq!(orders.unwrap()["apiMappingKey"], "orders");
    assert_eq!(ok(&cloud, "/v2/apis/k8d3f6s1p0").await["disableExecuteApiEndpoint"], true);
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let cloud = cloud(Scenario::Demo);
    for uri in [
        "/v2/apis/nothing",
        "/v2/apis/nothing/stages",
        "/v2/apis/a1b2c3d4e5/stages/nothing",
        "/v2/apis/a1b2c3d4e5/deployments/nothing",
        "/v2/apis/x9y8z7w6v5",
        "/v2/domainnames/example.org/apimappings",
    ] {
        let (status, code, body) = ask(&cloud, get(uri)).await;
        assert_eq!((status, code.as_str()), (404, "NotFoundException"), "{uri}");
        assert!(body["message"].is_string());
    }
}
