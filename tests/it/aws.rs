//! The AWS layer on the embedded AWS: the real SDK, its real protocols, no socket.

use std::sync::Arc;
use std::time::Duration;

use apigw::aws::{Aws, Detail, Session, Settings, StageRef, Transport};
use apigw::domain::{
    ApiType, Auth, Completeness, Deployment, DeploymentStatus, ProblemKind, RoleAuth, SessionKey, TimeRange,
    Window,
};
use apigw::sim::{Cloud, Fault, Scenario, Service, What, demo};
use jiff::Timestamp;
use tokio::time::Instant;

fn cloud(scenario: Scenario) -> Arc<Cloud> {
    Arc::new(Cloud::new(scenario, 7, Arc::new(Timestamp::now)))
}

fn key(auth: Auth) -> SessionKey {
    SessionKey { auth, region: demo::REGION.into() }
}

fn role(arn: &str, external_id: Option<&str>) -> Auth {
    Auth::Role(RoleAuth {
        arn: arn.into(),
        external_id: external_id.map(str::to_owned),
        ..RoleAuth::default()
    })
}

fn aws(cloud: &Arc<Cloud>) -> Aws {
    Aws::new(Transport::Embedded(Arc::clone(cloud)), Settings::default())
}

async fn session(cloud: &Arc<Cloud>) -> Session {
    aws(cloud).open(&key(Auth::AccessKey { id: demo::ACCESS_KEY_ID.into() }), None).await.unwrap()
}

fn asked(cloud: &Cloud, operation: &str) -> usize {
    cloud.requests().iter().filter(|seen| seen.operation == operation).count()
}

fn stage_ref(api_type: ApiType, api_id: &str, api_name: &str, stage: &str) -> StageRef {
    StageRef { api_type, api_id: api_id.into(), api_name: api_name.into(), stage: stage.into() }
}

#[tokio::test]
async fn a_role_is_assumed_with_its_external_id() {
    let cloud = cloud(Scenario::Demo);
    let session = aws(&cloud).open(&key(role(demo::ROLE_ARN, Some(demo::EXTERNAL_ID))), None).await.unwrap();
    let identity = session.identity().await.unwrap();
    assert_eq!((identity.account.as_str(), identity.who()), (demo::ACCOUNT_ID, "role deployer".to_owned()));
    let api = session.gateway(ApiType::Http, demo::ORDERS_API_ID).api().await.unwrap();
    assert_eq!(api.name, "orders");
    assert_eq!(asked(&cloud, "AssumeRole"), 1, "the role's credentials serve every client");
}

#[tokio::test]
async fn a_role_without_its_external_id_is_refused_with_the_role_named() {
    let cloud = cloud(Scenario::Demo);
    let session = aws(&cloud).open(&key(role(demo::ROLE_ARN, None)), None).await.unwrap();
    let problem = session.identity().await.unwrap_err();
    let denied = problem.denied.clone().unwrap();
    assert_eq!(problem.kind, ProblemKind::Permission);
    assert_eq!((denied.action.as_str(), denied.resource.as_str()), ("sts:AssumeRole", demo::ROLE_ARN));
}

#[tokio::test]
async fn an_unknown_access_key_is_a_problem_of_credentials() {
    let cloud = cloud(Scenario::Demo);
    let session = aws(&cloud).open(&key(Auth::AccessKey { id: "AKIAUNKNOWN".into() }), None).await.unwrap();
    assert_eq!(session.identity().await.unwrap_err().kind, ProblemKind::Credentials);
    let problem = session.gateway(ApiType::Rest, demo::BILLING_API_ID).api().await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Credentials, "{problem:?}");
}

#[tokio::test]
async fn an_http_api_shows_its_stages_and_what_is_on_them() {
    let cloud = cloud(Scenario::Demo);
    let session = session(&cloud).await;
    let gateway = session.gateway(ApiType::Http, demo::ORDERS_API_ID);
    let stages = gateway.api_stages().await.unwrap().stages;
    let names: Vec<&str> = stages.iter().map(|stage| stage.name.as_str()).collect();
    assert_eq!(names, ["$default", "prod", "sandbox", "staging"]);
    let [default, prod, sandbox, _] = stages.as_slice() else { panic!("{stages:?}") };
    assert!(default.deployment_failure().is_some() && default.deployment_id.is_some());
    assert_eq!(prod.variables.len(), 3);
    assert!(prod.access_logs && prod.description.is_some() && prod.last_updated.is_some());
    assert_eq!(sandbox.deployment_id, None);
    assert!(prod.invoke_url.ends_with("/prod") && default.invoke_url.ends_with('/'));
}

#[tokio::test]
async fn deployments_of_both_kinds_come_newest_first_with_the_active_ones_among_them() {
    let cloud = cloud(Scenario::Demo);
    let session = session(&cloud).await;
    for (api_type, id) in [(ApiType::Http, demo::ORDERS_API_ID), (ApiType::Rest, demo::BILLING_API_ID)] {
        let gateway = session.gateway(api_type, id);
        let stages = gateway.api_stages().await.unwrap().stages;
        let deployments = gateway.deployments(|_| ()).await.unwrap();
        assert!(deployments.len() > 24, "{}", deployments.len());
        assert!(deployments.is_sorted_by_key(|deployment| std::cmp::Reverse(deployment.created)));
        for active in stages.iter().filter_map(|stage| stage.deployment_id.as_ref()) {
            assert!(deployments.iter().any(|deployment| deployment.id == *active), "{active}");
        }
        let failed = |deployment: &Deployment| deployment.status == Some(DeploymentStatus::Failed);
        assert_eq!(deployments.iter().any(failed), api_type == ApiType::Http);
    }
}

#[tokio::test]
async fn a_canary_and_a_private_api_are_seen() {
    let cloud = cloud(Scenario::Demo);
    let session = session(&cloud).await;
    let billing = session.gateway(ApiType::Rest, demo::BILLING_API_ID);
    let stages = billing.api_stages().await.unwrap().stages;
    let canary = stages.iter().find_map(|stage| stage.canary.as_ref()).unwrap();
    assert!(canary.percent > 0.0 && canary.deployment_id.is_some());
    assert!(session.gateway(ApiType::Rest, demo::LEDGER_API_ID).api().await.unwrap().private);
}

#[tokio::test]
async fn a_custom_domain_is_found_for_the_api_that_has_no_other_address() {
    let cloud = cloud(Scenario::Demo);
    let gateway = session(&cloud).await.gateway(ApiType::Http, demo::CHECKOUT_API_ID);
    assert!(gateway.api().await.unwrap().default_endpoint_disabled);
    let domains = gateway.custom_domains().await.unwrap();
    let prefix = format!("https://{}/", demo::DOMAIN_NAME);
    assert!(
        !domains.is_empty() && domains.iter().all(|domain| domain.url.starts_with(&prefix)),
        "{domains:?}"
    );
}

#[tokio::test]
async fn rest_apis_of_one_name_know_of_each_other() {
    let cloud = cloud(Scenario::Demo);
    let gateway = session(&cloud).await.gateway(ApiType::Rest, demo::LEGACY_API_ID);
    let api = gateway.api_stages().await.unwrap().api;
    assert_eq!(api.blended_with, [demo::LEGACY_TWIN_API_ID]);
}

#[tokio::test]
async fn an_api_of_another_region_or_kind_is_not_found() {
    let cloud = cloud(Scenario::Demo);
    let session = session(&cloud).await;
    session.identity().await.unwrap();
    for (api_type, id) in [
        (ApiType::Http, demo::REPORTS_API_ID),
        (ApiType::Rest, demo::ORDERS_API_ID),
        (ApiType::Http, demo::BILLING_API_ID),
    ] {
        let problem = session.gateway(api_type, id).api().await.unwrap_err();
        assert_eq!(problem.kind, ProblemKind::NotFound, "{problem:?}");
        assert!(problem.advice[0].contains(demo::REGION) && problem.advice[0].contains(demo::ACCOUNT_ID));
    }
    let chat = session.gateway(ApiType::Http, demo::CHAT_API_ID).api().await.unwrap_err();
    assert_eq!(chat.why, "It is a WebSocket API.");
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_deployments_are_paged_to_the_last_one() {
    let cloud = cloud(Scenario::Large);
    let mut pages = 0;
    let gateway = session(&cloud).await.gateway(ApiType::Http, demo::LARGEST_API_ID);
    let api_type = if gateway.api().await.is_ok() { ApiType::Http } else { ApiType::Rest };
    let gateway = session(&cloud).await.gateway(api_type, demo::LARGEST_API_ID);
    let start = Instant::now();
    let deployments = gateway.deployments(|_| pages += 1).await.unwrap();
    assert_eq!((deployments.len(), asked(&cloud, "GetDeployments")), (10_000, pages));
    assert!(start.elapsed() <= Duration::from_secs(6), "{pages} pages took {:?}", start.elapsed());
}

#[tokio::test]
async fn one_request_reads_the_hour_of_both_kinds() {
    let cloud = cloud(Scenario::Demo);
    let session = session(&cloud).await;
    let wanted = [
        stage_ref(ApiType::Http, demo::ORDERS_API_ID, "orders", "prod"),
        stage_ref(ApiType::Rest, demo::BILLING_API_ID, "billing", "v1"),
        stage_ref(ApiType::Http, demo::ORDERS_API_ID, "orders", "sandbox"),
    ];
    let window = Window::settled(TimeRange::H1, Timestamp::now());
    let metrics = session.metrics(&wanted, window, Detail::Full).await.unwrap();
    assert_eq!(asked(&cloud, "GetMetricData"), 1);
    let [prod, v1, sandbox] = metrics.as_slice() else { panic!("{metrics:?}") };
    for busy in [prod, v1] {
        let figures = busy.figures();
        assert_eq!(busy.completeness, Completeness::Complete);
        assert_eq!(busy.count.points().len(), 60, "{}", busy.stage);
        assert!(busy.count.points().iter().all(|point| point.at >= window.start && point.at < window.end));
        let (mean, p95) = (figures.latency_avg_ms.unwrap(), figures.latency_p95_ms.unwrap());
        assert!(p95 > mean && mean > figures.integration_latency_avg_ms.unwrap(), "{figures:?}");
        assert_eq!(busy.latency_samples.sum(), busy.count.sum());
    }
    let degraded = v1.figures().rate_5xx().unwrap();
    assert!((0.01..0.05).contains(&degraded), "{degraded}");
    assert_eq!(sandbox.figures(), apigw::domain::Figures::default(), "no traffic is no data");
}

#[tokio::test]
async fn a_week_is_read_by_the_hour_without_a_percentile() {
    let cloud = cloud(Scenario::Demo);
    let wanted = [stage_ref(ApiType::Http, demo::ORDERS_API_ID, "orders", "prod")];
    let window = Window::settled(TimeRange::W1, Timestamp::now());
    let metrics = session(&cloud).await.metrics(&wanted, window, Detail::Full).await.unwrap();
    let figures = metrics[0].figures();
    assert!(metrics[0].count.points().len() >= 167, "{}", metrics[0].count.points().len());
    assert!((500_000.0..3_000_000.0).contains(&figures.count.unwrap()), "{figures:?}");
    assert_eq!(figures.latency_p95_ms, None);
}

#[tokio::test(start_paused = true)]
async fn each_fault_becomes_its_kind_of_problem() {
    for (fault, kind, attempts) in [
        (What::Throttle { retry_after: None }, ProblemKind::Throttled, 3),
        (What::AccessDenied, ProblemKind::Permission, 1),
        (What::ExpiredToken, ProblemKind::Credentials, 1),
        (What::ServerError(500), ProblemKind::Service, 3),
        (What::ServerError(503), ProblemKind::Service, 3),
        (What::Reset, ProblemKind::Network, 3),
        (What::Hang, ProblemKind::Timeout, 3),
        (What::Truncated, ProblemKind::Network, 3),
        (What::Garbage, ProblemKind::Service, 1),
    ] {
        for (api_type, id) in [(ApiType::Http, demo::ORDERS_API_ID), (ApiType::Rest, demo::BILLING_API_ID)] {
            let cloud = cloud(Scenario::Demo);
            cloud.inject(Fault::new(fault).on("GetStages"));
            let gateway = session(&cloud).await.gateway(api_type, id);
            let problem = gateway.stages().await.unwrap_err();
            assert_eq!(
                (problem.kind, asked(&cloud, "GetStages")),
                (kind, attempts),
                "{fault:?}: {problem:?}"
            );
            let label = api_type.label();
            let what = format!("Cannot read the stages of the {label} API {id} in {}", demo::REGION);
            assert_eq!(problem.what, what);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn cloudwatch_in_trouble_is_told_as_what_it_is() {
    let wanted = [stage_ref(ApiType::Http, demo::ORDERS_API_ID, "orders", "prod")];
    for (fault, kind) in [
        (What::Throttle { retry_after: None }, ProblemKind::Throttled),
        (What::AccessDenied, ProblemKind::Permission),
        (What::ExpiredToken, ProblemKind::Credentials),
        (What::ServerError(500), ProblemKind::Service),
        (What::Reset, ProblemKind::Network),
        (What::Hang, ProblemKind::Timeout),
        (What::Truncated, ProblemKind::Network),
        (What::Garbage, ProblemKind::Service),
    ] {
        let cloud = cloud(Scenario::Demo);
        cloud.inject(Fault::new(fault).on_service(Service::CloudWatch));
        let window = Window::settled(TimeRange::H1, Timestamp::now());
        let problem = session(&cloud).await.metrics(&wanted, window, Detail::Summary).await.unwrap_err();
        assert_eq!(problem.kind, kind, "{fault:?}: {problem:?}");
        if let Some(denied) = problem.denied {
            assert_eq!((denied.action.as_str(), denied.resource.as_str()), ("cloudwatch:GetMetricData", "*"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_waited_out() {
    for fault in
        [What::Reset, What::Truncated, What::ServerError(503), What::Throttle { retry_after: Some(2) }]
    {
        let cloud = cloud(Scenario::Demo);
        cloud.inject(Fault::new(fault).times(2));
        let start = Instant::now();
        let api = session(&cloud).await.gateway(ApiType::Rest, demo::BILLING_API_ID).api().await.unwrap();
        assert_eq!((api.name.as_str(), asked(&cloud, "GetRestApi")), ("billing", 3), "{fault:?}");
        if matches!(fault, What::Throttle { .. }) {
            assert!(start.elapsed() >= Duration::from_secs(4), "{:?}", start.elapsed());
        }
    }
}

#[tokio::test]
async fn an_account_without_apis_has_none() {
    let cloud = cloud(Scenario::Empty);
    let session = session(&cloud).await;
    assert_eq!(session.identity().await.unwrap().account, demo::ACCOUNT_ID);
    let problem = session.gateway(ApiType::Http, demo::ORDERS_API_ID).api().await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::NotFound);
}

#[test]
fn every_question_is_told_why_a_profile_cannot_be_used() {
    let home = tempfile::tempdir().unwrap();
    let config = "[profile half]\nregion = eu-west-1\naws_access_key_id = AKIAHALF\n\
                  [profile up]\nregion = eu-west-1\nrole_arn = r\nsource_profile = down\n\
                  [profile down]\nrole_arn = r\nsource_profile = up\n";
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    std::fs::write(home.path().join(".aws/config"), config).unwrap();
    for (profile, why) in [("half", "missing aws_secret_access_key"), ("up", "no beginning: up → down → up")]
    {
        for by_flag in [true, false] {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_apigw"));
            command.args(["status", "--api-id", "a1", "--api-type", "http"]);
            command.env_clear().env("HOME", home.path()).env("AWS_EC2_METADATA_DISABLED", "true");
            if by_flag {
                command.args(["--profile", profile]);
            } else {
                command.env("AWS_PROFILE", profile);
            }
            let output = command.output().unwrap();
            let told = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.code() == Some(4) && told.contains(why), "{profile}: {told}");
        }
    }
}
