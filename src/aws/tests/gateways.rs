//! HTTP and REST APIs: pages, order, and what becomes of each field.

use jiff::Timestamp;

use super::*;
use crate::domain::{Canary, CustomDomain, DeploymentStatus};

/// Answers requests whose URL contains `mark` in one way, and all others in another.
fn told_apart(mark: &'static str, marked: Reply, other: Reply) -> Script {
    Script::new(move |_, asked| if asked.uri.contains(mark) { marked.clone() } else { other.clone() })
}

#[tokio::test]
async fn stages_of_an_http_api_are_read_whole_and_sorted() {
    let script = told_apart(
        "nextToken=p2",
        Reply::json(
            200,
            r#"{"items":[{"stageName":"$default","autoDeploy":true,"apiGatewayManaged":true,
                "lastDeploymentStatusMessage":"Deployment attempt failed: no"}]}"#,
        ),
        Reply::json(
            200,
            r#"{"items":[{"stageName":"prod","deploymentId":"d1","lastUpdatedDate":"2026-11-22T10:04:05Z",
                "stageVariables":{"z":"s3cret","a":"1"},"accessLogSettings":{"destinationArn":"arn"},
                "routeSettings":{"GET /x":{"detailedMetricsEnabled":true}},"description":""}],"nextToken":"p2"}"#,
        ),
    );
    let (session, _) = session(&script, Settings::default()).await;
    let stages = session.gateway(ApiType::Http, "a1").stages().await.unwrap();
    let [default, prod] = stages.as_slice() else { panic!("{stages:?}") };
    assert_eq!(
        (default.name.as_str(), default.deployment_failure()),
        ("$default", Some("Deployment attempt failed: no"))
    );
    assert!(default.api_managed && default.deployment_id.is_none());
    let host = "https://a1.execute-api.eu-west-1.amazonaws.com";
    assert_eq!(default.invoke_url, format!("{host}/"));
    assert_eq!(prod.variables, ["a", "z"]);
    assert_eq!(prod.last_updated, Some("2026-11-22T10:04:05Z".parse().unwrap()));
    assert!(prod.access_logs && prod.detailed_metrics && !prod.auto_deploy);
    assert_eq!((prod.invoke_url.clone(), prod.description.clone()), (format!("{host}/prod"), None));
    assert!(!format!("{stages:?}").contains("s3cret"));
}

#[tokio::test]
async fn an_api_and_its_stages_come_together_and_the_endpoint_that_aws_tells_is_believed() {
    let script = told_apart(
        "/stages",
        Reply::json(200, r#"{"items":[{"stageName":"prod"}]}"#),
        Reply::json(200, r#"{"apiId":"a1","name":"orders","apiEndpoint":"https://a1.example"}"#),
    );
    let (session, _) = session(&script, Settings::default()).await;
    let read = session.gateway(ApiType::Http, "a1").api_stages().await.unwrap();
    assert_eq!((read.api.name.as_str(), read.stages.len()), ("orders", 1));
    assert_eq!(read.stages[0].invoke_url, "https://a1.example/prod");
}

#[tokio::test]
async fn stages_of_a_rest_api_have_their_canary() {
    let script = Script::new(|_, _| {
        Reply::json(
            200,
            r#"{"item":[{"stageName":"v2","deploymentId":"d2","createdDate":1763800000,
                "methodSettings":{"*/*":{"metricsEnabled":true}},
                "canarySettings":{"percentTraffic":12.5,"deploymentId":"d3","stageVariableOverrides":{"a":"s3cret"}}},{"stageName":"v1"}]}"#,
        )
    });
    let (session, _) = session(&script, Settings::default()).await;
    let stages = session.gateway(ApiType::Rest, "a1").stages().await.unwrap();
    let [v1, v2] = stages.as_slice() else { panic!("{stages:?}") };
    assert_eq!((v1.deployment_id.as_deref(), &v1.canary), (None, &None));
    assert_eq!(
        v2.canary,
        Some(Canary { deployment_id: Some("d3".into()), percent: 12.5, variables: vec!["a".into()] })
    );
    assert_eq!(v2.created.map(Timestamp::as_second), Some(1_763_800_000));
    assert!(v2.detailed_metrics);
    assert_eq!(v2.invoke_url, "https://a1.execute-api.eu-west-1.amazonaws.com/v2/");
}

#[tokio::test]
async fn deployments_come_newest_first_and_page_by_page() {
    let script = told_apart(
        "nextToken=p2",
        Reply::json(
            200,
            r#"{"items":[{"deploymentId":"undated"},{"deploymentId":"new","createdDate":"2026-02-01T00:00:00Z",
                "deploymentStatus":"FAILED","deploymentStatusMessage":"no routes","autoDeployed":true},
                {"deploymentId":"odd","createdDate":"2025-02-01T00:00:00Z","deploymentStatus":"PAUSED"}]}"#,
        ),
        Reply::json(
            200,
            r#"{"items":[{"deploymentId":"old","createdDate":"2026-01-01T00:00:00Z","deploymentStatus":"DEPLOYED"}],
                "nextToken":"p2"}"#,
        ),
    );
    let (session, _) = session(&script, Settings::default()).await;
    let mut pages = Vec::new();
    let all = session.gateway(ApiType::Http, "a1").deployments(|page| pages.push(page.len())).await.unwrap();
    assert_eq!(pages, [1, 3]);
    let ids: Vec<&str> = all.iter().map(|deployment| deployment.id.as_str()).collect();
    assert_eq!(ids, ["new", "old", "odd", "undated"]);
    assert_eq!(all[0].status, Some(DeploymentStatus::Failed));
    assert_eq!((all[0].status_message.as_deref(), all[0].auto_deployed), (Some("no routes"), true));
    assert_eq!(all[2].status, Some(DeploymentStatus::Other("paused".into())));
}

#[tokio::test]
async fn deployments_of_a_rest_api_are_asked_in_the_largest_pages() {
    let script = told_apart(
        "position=p2",
        Reply::json(200, r#"{"item":[{"id":"d2","createdDate":2,"description":"v2"}]}"#),
        Reply::json(200, r#"{"item":[{"id":"d1","createdDate":1}],"position":"p2"}"#),
    );
    let (session, _) = session(&script, Settings::default()).await;
    let all = session.gateway(ApiType::Rest, "a1").deployments(|_| ()).await.unwrap();
    assert_eq!(all.iter().map(|deployment| deployment.id.as_str()).collect::<Vec<_>>(), ["d2", "d1"]);
    assert_eq!((all[0].description.as_deref(), &all[0].status), (Some("v2"), &None));
    assert!(script.asked().iter().all(|asked| asked.uri.contains("limit=500")));
}

#[tokio::test]
async fn a_list_without_an_end_is_a_problem() {
    let script = Script::new(|_, _| Reply::json(200, r#"{"items":[],"nextToken":"again"}"#));
    let (session, _) = session(&script, Settings::default()).await;
    let problem = session.gateway(ApiType::Http, "a1").deployments(|_| ()).await.unwrap_err();
    assert_eq!((problem.kind, script.asked().len()), (ProblemKind::Service, 2), "{problem:?}");
    let circle = Script::new(|before, _| {
        let next = if before % 2 == 0 { "b" } else { "a" };
        Reply::json(200, &format!(r#"{{"items":[],"nextToken":"{next}"}}"#))
    });
    let (session, _) = self::session(&circle, Settings::default()).await;
    let endless = session.gateway(ApiType::Http, "a1").deployments(|_| ()).await.unwrap_err();
    assert_eq!((endless.kind, circle.asked().len()), (ProblemKind::Service, 3), "{endless:?}");
}

#[tokio::test]
async fn a_page_that_fails_fails_the_list() {
    let script = Script::new(|before, _| match before {
        0 => Reply::json(200, r#"{"items":[{"deploymentId":"d1"}],"nextToken":"p2"}"#),
        _ => Reply::error(400, "BadRequestException", "Invalid token"),
    });
    let (session, _) = session(&script, Settings::default()).await;
    let problem = session.gateway(ApiType::Http, "a1").deployments(|_| ()).await.unwrap_err();
    assert_eq!((problem.kind, problem.why.as_str()), (ProblemKind::Rejected, "Invalid token"));
    assert_eq!(problem.what, "Cannot read the deployments of the HTTP API a1 in eu-west-1");
}

#[tokio::test]
async fn a_custom_domain_leads_to_a_stage_with_or_without_a_key() {
    let script = Script::new(|_, asked| {
        let path = asked.uri.split('?').next().unwrap_or_default();
        match path.rsplit_once("/domainnames").map(|(_, rest)| rest) {
            Some("") => {
                Reply::json(200, r#"{"items":[{"domainName":"b.example"},{"domainName":"a.example"}]}"#)
            }
            Some("/a.example/apimappings") => Reply::json(
                200,
                r#"{"items":[{"apiId":"a1","stage":"prod","apiMappingKey":"orders/v1"},{"apiId":"zz","stage":"prod"}]}"#,
            ),
            _ => Reply::json(200, r#"{"items":[{"apiId":"a1","stage":"beta","apiMappingKey":""}]}"#),
        }
    });
    let (session, _) = session(&script, Settings::default()).await;
    let domains = session.gateway(ApiType::Rest, "a1").custom_domains().await.unwrap();
    let expected = [("prod", "https://a.example/orders/v1"), ("beta", "https://b.example/")];
    let expected = expected.map(|(stage, url)| CustomDomain { stage: stage.into(), url: url.into() });
    assert_eq!(domains, expected);
}

#[tokio::test]
async fn rest_apis_that_share_a_metric_name_are_found() {
    let script = told_apart(
        "position=p2",
        Reply::json(200, r#"{"item":[{"id":"d4","name":"orders"},{"id":"c3","name":"ordersé"}]}"#),
        Reply::json(
            200,
            r#"{"item":[{"id":"a1","name":"orders"},{"id":"b2","name":"Orders"}],"position":"p2"}"#,
        ),
    );
    let (session, _) = session(&script, Settings::default()).await;
    let same = session.gateway(ApiType::Rest, "a1").same_name().await.unwrap();
    assert_eq!(same, ["c3", "d4"]);
    let none = session.gateway(ApiType::Http, "a1").same_name().await.unwrap();
    assert_eq!((none.len(), script.asked().len()), (0, 2));
}

#[tokio::test]
async fn a_private_rest_api_and_a_disabled_endpoint_are_told() {
    let script = told_apart(
        "/v2/",
        Reply::json(
            200,
            r#"{"apiId":"a1","name":"n","protocolType":"HTTP","disableExecuteApiEndpoint":true}"#,
        ),
        Reply::json(200, r#"{"id":"a1","name":"n","endpointConfiguration":{"types":["PRIVATE"]}}"#),
    );
    let (session, _) = session(&script, Settings::default()).await;
    let http = session.gateway(ApiType::Http, "a1").api().await.unwrap();
    let rest = session.gateway(ApiType::Rest, "a1").api().await.unwrap();
    assert_eq!((http.default_endpoint_disabled, http.private), (true, false));
    assert_eq!((rest.default_endpoint_disabled, rest.private), (false, true));
}

#[tokio::test]
async fn a_websocket_api_is_turned_down() {
    let script =
        Script::new(|_, _| Reply::json(200, r#"{"apiId":"a1","name":"chat","protocolType":"WEBSOCKET"}"#));
    let (session, _) = session(&script, Settings::default()).await;
    let problem = session.gateway(ApiType::Http, "a1").api().await.unwrap_err();
    assert_eq!((problem.kind, problem.why.as_str()), (ProblemKind::Rejected, "It is a WebSocket API."));
}
