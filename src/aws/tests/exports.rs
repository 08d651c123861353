//! Exports, and single stages and deployments.

use super::*;
use crate::domain::DeploymentStatus;

#[tokio::test]
async fn an_export_asks_for_all_extensions_in_the_format_that_is_wanted() {
    let cases = [
        (ApiType::Http, None, SchemaFormat::Json, "/v2/apis/a1/exports/OAS30?", "outputType=JSON", "JSON"),
        (
            ApiType::Http,
            Some("prod"),
            SchemaFormat::Yaml,
            "/v2/apis/a1/exports/OAS30?",
            "stageName=prod",
            "YAML",
        ),
        (
            ApiType::Rest,
            Some("v1"),
            SchemaFormat::Json,
            "/restapis/a1/stages/v1/exports/oas30?",
            "extensions=apigateway",
            "application/json",
        ),
        (
            ApiType::Rest,
            Some("v1"),
            SchemaFormat::Yaml,
            "/restapis/a1/stages/v1/exports/oas30?",
            "extensions=apigateway",
            "application/yaml",
        ),
    ];
    for (api_type, stage, format, path, query, wanted) in cases {
        let script = Script::new(|_, _| Reply::json(200, "openapi: 3.0.1\n"));
        let (session, _) = session(&script, Settings::default()).await;
        let text = session.gateway(api_type, "a1").export(stage, format).await.unwrap();
        assert_eq!(text, "openapi: 3.0.1\n", "as AWS wrote it");
        let asked = script.asked().remove(0);
        assert!(asked.uri.contains(path) && asked.uri.contains(query), "{}", asked.uri);
        match api_type {
            ApiType::Http => {
                assert!(asked.uri.contains(&format!("outputType={wanted}")), "{}", asked.uri);
                assert!(asked.uri.contains("includeExtensions=true"), "{}", asked.uri);
                assert_eq!(asked.uri.contains("stageName="), stage.is_some(), "{}", asked.uri);
            }
            ApiType::Rest => assert_eq!(asked.accept, wanted),
        }
    }
}

#[tokio::test]
async fn a_rest_api_has_no_schema_without_a_stage() {
    let script = Script::new(|_, _| Reply::json(200, "{}"));
    let (session, _) = session(&script, Settings::default()).await;
    let problem = session.gateway(ApiType::Rest, "a1").export(None, SchemaFormat::Json).await.unwrap_err();
    assert_eq!((problem.kind, script.asked().len()), (ProblemKind::Usage, 0), "{problem:?}");
}

#[tokio::test]
async fn an_export_that_is_no_text_is_a_problem() {
    for body in [b"  ".to_vec(), vec![0xff, 0xfe, 0x00]] {
        let script = Script::new(move |_, _| Reply::Answer {
            status: 200,
            headers: Vec::new(),
            body: body.clone(),
            after: std::time::Duration::ZERO,
        });
        let (session, _) = session(&script, Settings::default()).await;
        let problem =
            session.gateway(ApiType::Http, "a1").export(None, SchemaFormat::Json).await.unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Service, "{problem:?}");
    }
}

#[tokio::test]
async fn one_stage_is_read_like_those_of_the_list() {
    let script = Script::new(|_, asked| {
        if asked.uri.contains("/v2/") {
            Reply::json(
                200,
                r#"{"stageName":"$default","deploymentId":"d1","autoDeploy":true,"stageVariables":{"k":"s3cret"},
                "routeSettings":{"GET /gone":{"throttlingBurstLimit":1},"GET /a":{}}}"#,
            )
        } else {
            Reply::json(
                200,
                r#"{"stageName":"v1","deploymentId":"d1","canarySettings":{"percentTraffic":5,"deploymentId":"d2"}}"#,
            )
        }
    });
    let (session, _) = session(&script, Settings::default()).await;
    let http = session.gateway(ApiType::Http, "a1").stage("$default").await.unwrap();
    assert_eq!(http.route_settings, ["GET /a", "GET /gone"]);
    assert_eq!((http.auto_deploy, http.variables), (true, vec!["k".to_owned()]));
    let rest = session.gateway(ApiType::Rest, "a1").stage("v1").await.unwrap();
    assert_eq!(rest.canary.unwrap().deployment_id.as_deref(), Some("d2"));
    let uris: Vec<String> = script.asked().into_iter().map(|asked| asked.uri).collect();
    assert!(uris[0].ends_with("/v2/apis/a1/stages/%24default"), "{uris:?}");
    assert!(uris[1].ends_with("/restapis/a1/stages/v1"), "{uris:?}");
}

#[tokio::test]
async fn one_deployment_is_read_like_those_of_the_list() {
    let script = Script::new(|_, asked| {
        if asked.uri.contains("/v2/") {
            Reply::json(200, r#"{"deploymentId":"d1","deploymentStatus":"PENDING","description":"x"}"#)
        } else {
            Reply::json(200, r#"{"id":"d1","createdDate":1763800000}"#)
        }
    });
    let (session, _) = session(&script, Settings::default()).await;
    let http = session.gateway(ApiType::Http, "a1").deployment("d1").await.unwrap();
    assert_eq!((http.status, http.description.as_deref()), (Some(DeploymentStatus::Pending), Some("x")));
    let rest = session.gateway(ApiType::Rest, "a1").deployment("d1").await.unwrap();
    assert_eq!((rest.id.as_str(), rest.status, rest.created.is_some()), ("d1", None, true));
}

#[tokio::test]
async fn an_answer_about_no_stage_or_deployment_is_a_problem() {
    let script = Script::new(|_, _| Reply::json(200, "{}"));
    let (session, _) = session(&script, Settings::default()).await;
    for api_type in [ApiType::Http, ApiType::Rest] {
        let gateway = session.gateway(api_type, "a1");
        let stage = gateway.stage("v1").await.map(drop).unwrap_err();
        let deployment = gateway.deployment("d1").await.map(drop).unwrap_err();
        assert_eq!((stage.kind, deployment.kind), (ProblemKind::Service, ProblemKind::Service));
    }
}
