//! The AWS layer against answers written by hand, below the SDK: what really goes out, and what comes of each answer.

mod configuration;
mod dashboard;
mod exports;
mod gateways;
mod guard;
mod metrics;
mod problems;
mod script;
mod sign_in;
mod transport;
mod writes;

use std::future::Future;

use super::*;
use crate::aws::transport::Access;
use crate::domain::{ApiType, Auth, ProblemKind, SchemaFormat, Secret};
use script::{Reply, Script};

const REGION: &str = "eu-west-1";

fn key(auth: Auth) -> SessionKey {
    SessionKey { auth, region: REGION.to_owned() }
}

fn access_key() -> AccessKey {
    AccessKey { id: "AKIATEST".into(), secret: Secret::new("hunter2".into()), session_token: None }
}

/// A session whose requests the script answers.
async fn session(script: &Script, settings: Settings) -> (Session, Aws) {
    let aws = Aws::new(script.transport(), settings);
    let auth = Auth::AccessKey { id: "AKIATEST".into() };
    let session = aws.open(&key(auth), Some(access_key())).await.unwrap();
    (session, aws)
}

/// What runs on a runtime of several threads must be able to move between them.
fn assert_send<F: Future + Send>(future: F) -> F {
    future
}

#[tokio::test]
async fn every_question_can_be_asked_from_any_thread() {
    let script = Script::new(|_, _| Reply::json(404, "{}"));
    let aws = Aws::new(script.transport(), Settings::default());
    let session = assert_send(aws.open(&key(Auth::Environment), None)).await.unwrap();
    let window = crate::domain::Window::settled(crate::domain::TimeRange::H1, jiff::Timestamp::UNIX_EPOCH);
    drop(assert_send(session.identity()));
    drop(assert_send(session.metrics(&[], window, Detail::Full)));
    let stage = StageRef {
        api_type: ApiType::Rest,
        api_id: "a1".into(),
        api_name: "orders".into(),
        stage: "prod".into(),
    };
    drop(assert_send(session.dashboard(&stage, window)));
    drop(assert_send(session.routes(&stage, window)));
    for api_type in [ApiType::Http, ApiType::Rest] {
        let gateway = session.gateway(api_type, "a1");
        drop(assert_send(gateway.api()));
        drop(assert_send(gateway.api_stages()));
        drop(assert_send(gateway.stages()));
        drop(assert_send(gateway.deployments(|_| ())));
        drop(assert_send(gateway.custom_domains()));
        drop(assert_send(gateway.same_name()));
        drop(assert_send(gateway.stage("v1")));
        drop(assert_send(gateway.deployment("d1")));
        drop(assert_send(gateway.export(Some("v1"), SchemaFormat::Json)));
        drop(assert_send(gateway.configuration()));
        let rules = WriteRules::default();
        drop(assert_send(session.writer(api_type, "a1", &rules)));
        let writer = Writer::new(&session, api_type, "a1", Access::ReadWrite);
        drop(assert_send(writer.push("{}", true)));
        drop(assert_send(writer.create_deployment(None, "")));
        drop(assert_send(writer.point_stage("v1", "d1")));
        drop(assert_send(writer.set_auto_deploy("v1", false)));
        drop(assert_send(writer.describe_deployment("d1", "")));
        drop(assert_send(writer.end_canary("v1", true)));
        drop(assert_send(writer.restore_settings(Some(true))));
    }
    assert_eq!(aws.usage().requests, 0, "a question that is not awaited asks nothing");
}

#[tokio::test]
async fn no_secret_is_in_what_is_printed() {
    let script = Script::new(|_, _| Reply::denied("User: x is not authorized to perform: apigateway:GET"));
    let (session, _) = session(&script, Settings::default()).await;
    let gateway = session.gateway(ApiType::Http, "a1");
    let problem = gateway.api().await.unwrap_err();
    let printed = format!("{:?} {session:?} {gateway:?} {problem:?}", access_key());
    assert!(!printed.contains("hunter2") && !printed.contains("Signature"), "{printed}");
}

#[tokio::test]
async fn without_a_region_nothing_is_asked() {
    let script = Script::new(|_, _| Reply::json(200, "{}"));
    let aws = Aws::new(script.transport(), Settings::default());
    let nowhere = SessionKey { auth: Auth::Environment, region: String::new() };
    let problem = aws.open(&nowhere, None).await.unwrap_err();
    assert_eq!((problem.kind, problem.why.as_str()), (ProblemKind::Usage, "No region is set."));
}
