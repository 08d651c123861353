//! The embedded AWS as the real SDK clients read it, in-process and by one clock.

use std::sync::Arc;
use std::time::SystemTime;

use apigw::sim::{Body, Cloud, Fault, Scenario, Service, What, demo};
use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_async::time::StaticTimeSource;
use aws_smithy_runtime::client::retries::RetryPartition;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_types::region::Region;
use bytes::Bytes;
use jiff::Timestamp;

/// 2026-11-22T12:00:00Z.
fn now() -> Timestamp {
    Timestamp::constant(1_795_348_800, 0)
}

fn cloud() -> Arc<Cloud> {
    Arc::new(Cloud::new(Scenario::Demo, 7, Arc::new(now)))
}

/// The SDK's way to the cloud.
#[derive(Clone)]
struct Wire(Arc<Cloud>);

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let cloud = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
            let request = request.map(|body| Bytes::copy_from_slice(body.bytes().unwrap_or_default()));
            let response = cloud.answer(request).await.map_err(|fault| ConnectorError::io(fault.into()))?;
            let response = response.map(SdkBody::from_body_1_x::<Body, std::io::Error>);
            HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

impl HttpClient for Wire {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

fn config(cloud: &Arc<Cloud>, region: &'static str) -> SdkConfig {
    let credentials = Credentials::new(demo::ACCESS_KEY_ID, demo::SECRET, None, None, "demo");
    SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(Wire(Arc::clone(cloud)))
        .time_source(StaticTimeSource::new(SystemTime::from(now())))
        .sleep_impl(TokioSleep::new())
        .retry_config(RetryConfig::standard())
        .build()
}

/// Clients of one test share no retry budget with those of another.
fn http_apis(cloud: &Arc<Cloud>, test: &'static str) -> aws_sdk_apigatewayv2::Client {
    let config = aws_sdk_apigatewayv2::config::Builder::from(&config(cloud, demo::REGION))
        .retry_partition(RetryPartition::new(test));
    aws_sdk_apigatewayv2::Client::from_conf(config.build())
}

fn rest_apis(cloud: &Arc<Cloud>) -> aws_sdk_apigateway::Client {
    aws_sdk_apigateway::Client::new(&config(cloud, demo::REGION))
}

fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Option<&str> {
    error.as_service_error().and_then(ProvideErrorMetadata::code)
}

#[tokio::test]
async fn http_apis_are_read_with_their_pages() {
    let client = http_apis(&cloud(), "pages");
    let deployments = client.get_deployments().api_id(demo::ORDERS_API_ID).max_results("10");
    let mut found = Vec::new();
    let mut token = None;
    loop {
        let page = deployments.clone().set_next_token(token).send().await.unwrap();
        found.extend(page.items().to_vec());
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    assert_eq!(found.len(), 38);
    let stage = client.get_stage().api_id(demo::ORDERS_API_ID).stage_name("$default").send().await.unwrap();
    assert_eq!(stage.auto_deploy(), Some(true));
    let live = found.iter().find(|found| found.deployment_id() == stage.deployment_id()).unwrap();
    assert!(live.created_date().is_some());
}

#[tokio::test]
async fn rest_apis_are_read_with_their_canary_and_methods() {
    let client = rest_apis(&cloud());
    let apis: Result<Vec<_>, _> =
        client.get_rest_apis().limit(1).into_paginator().items().send().collect().await;
    assert_eq!(apis.unwrap().len(), 4);
    let stages = client.get_stages().rest_api_id(demo::BILLING_API_ID).send().await.unwrap();
    let v2 = stages.item().iter().find(|stage| stage.stage_name() == Some("v2")).unwrap();
    assert!(v2.canary_settings().is_some_and(|canary| (canary.percent_traffic() - 10.0).abs() < 1e-9));
    assert_eq!(v2.last_updated_date().unwrap().secs(), now().as_second() - 6 * 3600);
    let resources = client.get_resources().rest_api_id(demo::BILLING_API_ID).embed("methods");
    let resources = resources.send().await.unwrap();
    let payments = resources.items().iter().find(|resource| resource.path() == Some("/payments")).unwrap();
    assert!(payments.resource_methods().unwrap()["POST"].method_integration().is_some());
}

#[tokio::test]
async fn what_does_not_exist_is_a_modelled_error() {
    let cloud = cloud();
    let error = http_apis(&cloud, "missing").get_api().api_id("nothing").send().await.unwrap_err();
    let error = error.into_service_error();
    assert!(error.is_not_found_exception());
    let error = rest_apis(&cloud).get_rest_api().rest_api_id("nothing").send().await.unwrap_err();
    let error = error.into_service_error();
    assert!(error.is_not_found_exception());
    assert_eq!(error.message(), Some("Invalid API identifier specified 123456789012:nothing"));
}

#[tokio::test]
async fn an_http_api_is_exported_as_json_and_as_yaml() {
    let cloud = cloud();
    let client = http_apis(&cloud, "export");
    let export =
        client.export_api().api_id(demo::ORDERS_API_ID).specification("OAS30").stage_name("$default");
    let json = export.clone().output_type("JSON").send().await.unwrap().body.unwrap();
    let json: serde_json::Value = serde_json::from_slice(json.as_ref()).unwrap();
    assert!(json["paths"]["/orders"]["post"].get("x-amazon-apigateway-integration").is_some());
    let yaml = export.clone().output_type("YAML").send().await.unwrap().body.unwrap();
    let yaml: serde_json::Value = serde_saphyr::from_slice(yaml.as_ref()).unwrap();
    assert_eq!(yaml, json);
    let plain = export.output_type("JSON").include_extensions(false).send().await.unwrap().body.unwrap();
    let plain: serde_json::Value = serde_json::from_slice(plain.as_ref()).unwrap();
    assert!(plain["paths"]["/orders"]["post"].get("x-amazon-apigateway-integration").is_none());
}

#[tokio::test]
async fn a_rest_stage_is_exported_as_json_and_as_yaml() {
    let client = rest_apis(&cloud());
    let export = client.get_export().rest_api_id(demo::BILLING_API_ID).stage_name("v2");
    let whole = export.clone().export_type("oas30").parameters("extensions", "apigateway");
    let answer = whole.clone().send().await.unwrap();
    assert_eq!(answer.content_type(), Some("application/octet-stream"));
    assert_eq!(answer.content_disposition(), Some("attachment; filename=\"oas30_2026-03-01.json\""));
    let json: serde_json::Value = serde_json::from_slice(answer.body.unwrap().as_ref()).unwrap();
    assert_eq!(json["x-amazon-apigateway-binary-media-types"][0], "application/pdf");
    // The client overwrites `accepts`, so the header is set last.
    let yaml = whole.customize().mutate_request(|request| {
        request.headers_mut().insert("accept", "application/yaml");
    });
    let yaml: serde_json::Value =
        serde_saphyr::from_slice(yaml.send().await.unwrap().body.unwrap().as_ref()).unwrap();
    assert_eq!(yaml, json);
    let error = export.export_type("postman").send().await.unwrap_err().into_service_error();
    assert!(error.is_bad_request_exception());
}

#[tokio::test]
async fn a_role_is_assumed_and_acts() {
    let cloud = cloud();
    let own = config(&cloud, demo::REGION);
    let provider = aws_config::sts::AssumeRoleProvider::builder(demo::ROLE_ARN)
        .session_name("journey")
        .external_id(demo::EXTERNAL_ID)
        .configure(&own)
        .build_from_provider(own.credentials_provider().unwrap())
        .await;
    let assumed = own.into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build();
    let identity = aws_sdk_sts::Client::new(&assumed).get_caller_identity().send().await.unwrap();
    assert_eq!(identity.arn(), Some("arn:aws:sts::123456789012:assumed-role/deployer/journey"));
    assert_eq!(identity.account(), Some(demo::ACCOUNT_ID));
}

#[tokio::test]
async fn a_wrong_second_factor_is_denied() {
    let client = aws_sdk_sts::Client::new(&config(&cloud(), demo::REGION));
    let ask = client.assume_role().role_arn(demo::MFA_ROLE_ARN).role_session_name("journey");
    let ask = ask.serial_number(demo::MFA_SERIAL);
    let error = ask.clone().token_code("000000").send().await.unwrap_err();
    assert_eq!(code(&error), Some("AccessDenied"));
    let answer = ask.token_code(demo::MFA_CODE).send().await.unwrap();
    let expiration = answer.credentials().unwrap().expiration();
    assert_eq!(expiration.secs(), now().as_second() + 3600);
}

#[tokio::test]
async fn metrics_of_every_stage_come_from_the_callers_region() {
    let cloud = cloud();
    let listed = |region| {
        let client = aws_sdk_cloudwatch::Client::new(&config(&cloud, region));
        async move { client.list_metrics().namespace("AWS/ApiGateway").send().await.unwrap() }
    };
    let here = listed(demo::REGION).await;
    let there = listed(demo::OTHER_REGION).await;
    let of = |list: &aws_sdk_cloudwatch::operation::list_metrics::ListMetricsOutput, id: &str| {
        list.metrics().iter().any(|metric| metric.dimensions().iter().any(|found| found.value() == Some(id)))
    };
    assert!(of(&here, demo::ORDERS_API_ID) && !of(&here, demo::REPORTS_API_ID));
    assert!(of(&there, demo::REPORTS_API_ID) && !of(&there, demo::ORDERS_API_ID));
}

#[tokio::test(start_paused = true)]
async fn broken_connections_and_bodies_are_tried_three_times() {
    for (what, test) in
        [(What::Reset, "reset"), (What::Truncated, "truncated"), (What::ServerError(500), "500")]
    {
        let cloud = cloud();
        cloud.inject(Fault::new(what).times(2));
        assert!(http_apis(&cloud, test).get_apis().send().await.is_ok(), "{what:?}");
        assert_eq!(cloud.requests().len(), 3, "{what:?}");
        cloud.inject(Fault::new(what));
        let error = http_apis(&cloud, test).get_apis().send().await.unwrap_err();
        match what {
            What::Reset => assert!(matches!(error, SdkError::DispatchFailure(_)), "{error:?}"),
            What::Truncated => assert!(matches!(error, SdkError::ResponseError(_)), "{error:?}"),
            _ => assert_eq!(code(&error), Some("InternalServerErrorException")),
        }
        assert_eq!(cloud.requests().len(), 6, "{what:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttled_call_is_tried_again_and_a_denied_one_is_not() {
    let cloud = cloud();
    cloud.inject(Fault::new(What::Throttle { retry_after: None }).on("GetApis").times(1));
    let client = http_apis(&cloud, "throttled");
    assert!(client.get_apis().send().await.is_ok());
    assert_eq!(cloud.requests().len(), 2);
    cloud.inject(Fault::new(What::AccessDenied).on_service(Service::ApiGatewayV2));
    let error = client.get_apis().send().await.unwrap_err();
    assert_eq!(code(&error), Some("AccessDeniedException"));
    assert_eq!(cloud.requests().len(), 3);
}

#[tokio::test]
async fn garbage_is_a_service_error_without_a_code() {
    let cloud = cloud();
    cloud.inject(Fault::new(What::Garbage));
    let error = http_apis(&cloud, "garbage").get_apis().send().await.unwrap_err();
    assert_eq!(code(&error), None);
    assert_eq!(cloud.requests().len(), 1);
}
