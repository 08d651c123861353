//! The AWS layer on a public emulator, which shares no code and no understanding with the embedded AWS.
//!
//! `tests/ministack/run.sh` starts it, fills it and says where it is.

use apigw::aws::{Aws, Detail, Session, Settings, StageRef, Transport, WriteError, WriteRules};
use apigw::domain::{
    AccessKey, ApiStages, ApiType, Auth, Completeness, DeploymentStatus, Problem, ProblemKind, RoleAuth,
    SchemaFormat, Secret, SessionKey, TimeRange, Window,
};
use jiff::Timestamp;
use serde_json::Value;

/// What `fill.py` put there.
fn filled() -> Value {
    let path = std::env::var("APIGW_MINISTACK_FILLED").unwrap();
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn strings(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

async fn session(settings: Settings) -> Session {
    let endpoint_url = Some(std::env::var("APIGW_MINISTACK_URL").unwrap());
    let aws = Aws::new(Transport::Network, Settings { endpoint_url, ..settings });
    let region = filled()["region"].as_str().unwrap().to_owned();
    aws.open(&SessionKey { auth: Auth::Environment, region }, None).await.unwrap()
}

#[tokio::test]
#[ignore = "needs tests/ministack/run.sh"]
async fn the_caller_is_known() {
    let identity = session(Settings::default()).await.identity().await.unwrap();
    assert_eq!(identity.account, filled()["account"].as_str().unwrap());
    assert!(identity.arn.contains(&identity.account));
}

#[tokio::test]
#[ignore = "needs tests/ministack/run.sh"]
async fn an_http_api_is_read_whole() {
    let filled = filled();
    let about = &filled["http"];
    let gateway = session(Settings::default()).await.gateway(ApiType::Http, about["id"].as_str().unwrap());
    let ApiStages { api, stages } = gateway.api_stages().await.unwrap();
    assert_eq!((api.name.as_str(), api.description.as_deref()), ("orders", Some("Orders of the shop")));
    assert!(api.created.is_some() && api.endpoint.is_some());
    assert_eq!(stages.iter().map(|stage| stage.name.as_str()).collect::<Vec<_>>(), strings(&about["stages"]));
    let [default, prod, sandbox] = stages.as_slice() else { panic!("{stages:?}") };
    assert!(default.auto_deploy && !prod.auto_deploy && sandbox.deployment_id.is_none());
    assert_eq!(prod.deployment_id.as_deref(), about["deployments"][0].as_str());
    assert_eq!(prod.variables, ["level", "table"]);
    assert_eq!(prod.description.as_deref(), Some("What callers use"));
    assert!(prod.last_updated.is_some());
    let deployments = gateway.deployments(|_| ()).await.unwrap();
    let mut ids: Vec<&str> = deployments.iter().map(|deployment| deployment.id.as_str()).collect();
    let mut expected = strings(&about["deployments"]);
    ids.sort_unstable();
    expected.sort_unstable();
    assert_eq!(ids, expected);
    assert!(deployments.iter().all(|deployment| deployment.status == Some(DeploymentStatus::Deployed)));
    assert!(deployments.iter().any(|deployment| deployment.description.as_deref() == Some("v1.2.0")));
}

#[tokio::test]
#[ignore = "needs tests/ministack/run.sh"]
async fn a_rest_api_is_read_whole() {
    let filled = filled();
    let about = &filled["rest"];
    let gateway = session(Settings::default()).await.gateway(ApiType::Rest, about["id"].as_str().unwrap());
    let ApiStages { api, stages } = gateway.api_stages().await.unwrap();
    assert_eq!((api.name.as_str(), api.private), ("billing", false));
    assert_eq!(stages.iter().map(|stage| stage.name.as_str()).collect::<Vec<_>>(), strings(&about["stages"]));
    assert_eq!(stages[1].variables, ["table"]);
    assert!(stages[1].created.is_some());
    let deployments = gateway.deployments(|_| ()).await.unwrap();
    assert_eq!(deployments.len(), 2);
    assert!(deployments.iter().all(|deployment| deployment.created.is_some()));
    assert_eq!(api.blended_with, strings(&Value::from(vec![about["twin"].clone()])));
}

#[tokio::test]
#[ignore = "needs tests/ministack/run.sh"]
async fn the_hour_of_both_kinds_comes_in_one_request() {
    let filled = filled();
    let stage = |api_type: ApiType, about: &Value, stage: &str| StageRef {
        api_type,
        api_id: about["id"].as_str().unwrap().to_owned(),
        api_name: about["name"].as_str().unwrap().to_owned(),
        stage: stage.to_owned(),
    };
    let wanted = [
        stage(ApiType::Http, &filled["http"], "prod"),
        stage(ApiType::Rest, &filled["rest"], "v1"),
        stage(ApiType::Http, &filled["http"], "sandbox"),
    ];
    let window = Window::settled(TimeRange::H1, Timestamp::now());
    let metrics = session(Settings::default()).await.metrics(&wanted, window, Detail::Full).await.unwrap();
    let [prod, v1, sandbox] = metrics.as_slice() else { panic!("{metrics:?}") };
    for busy in [prod, v1] {
        assert_eq!((busy.completeness, busy.count.points().len()), (Completeness::Complete, 60));
        assert!(busy.count.points().is_sorted_by_key(|point| point.at));
        assert!(busy.count.points().iter().all(|point| (20.0..=30.0).contains(&point.value)));
        assert_eq!(busy.count.sum(), busy.latency_samples.sum());
        // No percentile: this emulator's buckets begin with the clock's hours, so the window falls into two of them.
        let figures = busy.figures();
        assert!(figures.errors_4xx.is_some_and(|errors| errors > 0.0));
        assert!(figures.latency_avg_ms > figures.integration_latency_avg_ms);
    }
    assert_eq!(sandbox.figures().count, None);
}

#[tokio::test]
#[ignore = "needs tests/ministack/run.sh"]
async fn what_is_not_there_is_not_found() {
    for api_type in [ApiType::Http, ApiType::Rest] {
        let gateway = session(Settings::default()).await.gateway(api_type, "nosuchapi1");
        let problem = gateway.api().await.unwrap_err();
        assert_eq!(problem.kind, ProblemKind::NotFound, "{problem:?}");
    }
}

#[tokio::test]
#[ignore = "needs tests/ministack/run.sh"]
async fn a_rest_api_is_deployed_exported_and_rolled_back() {
    let id = text(&filled()["written"]["rest"]);
    let session = session(Settings::default()).await;
    let gateway = session.gateway(ApiType::Rest, &id);
    let writer = session.writer(ApiType::Rest, &id, &WriteRules::default()).await.unwrap();
    // The stage does not exist before.
    let first = writer.create_deployment(Some("v1"), "v1.0.0").await.unwrap();
    assert_eq!(gateway.stage("v1").await.unwrap().deployment_id.as_ref(), Some(&first.id));
    let second = writer.create_deployment(Some("v1"), "v1.1.0").await.unwrap();
    assert_eq!(gateway.stage("v1").await.unwrap().deployment_id.as_ref(), Some(&second.id));
    let back = writer.point_stage("v1", &first.id).await.unwrap();
    assert_eq!(back.deployment_id.as_ref(), Some(&first.id));
    assert_eq!(gateway.stage("v1").await.unwrap().deployment_id.as_ref(), Some(&first.id));
    assert_eq!(gateway.deployment(&second.id).await.unwrap().description.as_deref(), Some("v1.1.0"));
    let json = gateway.export(Some("v1"), SchemaFormat::Json).await.unwrap();
    let document: Value = serde_json::from_str(&json).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.0"), "{json}");
    assert!(document["paths"]["/accounts"]["get"]["x-amazon-apigateway-integration"].is_object(), "{json}");
    let yaml = gateway.export(Some("v1"), SchemaFormat::Yaml).await.unwrap();
    assert!(
        serde_json::from_str::<Value>(&yaml).is_err() && yaml.contains("\nopenapi:")
            || yaml.starts_with("openapi:"),
        "{yaml}"
    );
}

#[tokio::test]
#[ignore = "needs tests/ministack/run.sh"]
async fn an_http_api_is_deployed_and_its_stage_pointed_there() {
    let id = text(&filled()["written"]["http"]);
    let session = session(Settings::default()).await;
    let gateway = session.gateway(ApiType::Http, &id);
    let writer = session.writer(ApiType::Http, &id, &WriteRules::default()).await.unwrap();
    // This emulator moves no stage when it deploys.
    let made = writer.create_deployment(None, "v1.0.0").await.unwrap();
    assert_eq!(made.status, Some(DeploymentStatus::Deployed));
    let stage = writer.point_stage("prod", &made.id).await.unwrap();
    assert_eq!((stage.name.as_str(), stage.deployment_id.as_ref()), ("prod", Some(&made.id)));
    assert_eq!(gateway.stage("prod").await.unwrap().deployment_id.as_ref(), Some(&made.id));
    assert!(writer.set_auto_deploy("prod", true).await.unwrap().auto_deploy);
    assert!(!writer.set_auto_deploy("prod", false).await.unwrap().auto_deploy);
    writer.restore_settings(Some(true)).await.unwrap();
    assert!(gateway.api().await.unwrap().default_endpoint_disabled);
    let configuration = gateway.configuration().await.unwrap();
    assert_eq!(configuration.routes.len(), 1);
    let route = &configuration.routes[0];
    assert_eq!(
        (route.route.as_str(), route.integration_type.as_deref()),
        ("GET /parcels", Some("http_proxy"))
    );
    let again = gateway.configuration().await.unwrap();
    assert_eq!(again.fingerprint, configuration.fingerprint);
    writer.restore_settings(Some(false)).await.unwrap();
    assert_ne!(gateway.configuration().await.unwrap().fingerprint, configuration.fingerprint);
}

/// What `identities.py` made, in the emulator that checks credentials.
fn identities() -> Value {
    let path = std::env::var("APIGW_MINISTACK_IDENTITIES").unwrap();
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn checking() -> Aws {
    let endpoint_url = Some(std::env::var("APIGW_MINISTACK_AUTH_URL").unwrap());
    Aws::new(Transport::Network, Settings { endpoint_url, ..Settings::default() })
}

/// Who those credentials are there, once they have read the API.
async fn who(auth: Auth, secret: Option<&str>) -> Result<String, Problem> {
    let (aws, made) = (checking(), identities());
    let access_key = match (&auth, secret) {
        (Auth::AccessKey { id }, Some(secret)) => {
            Some(AccessKey { id: id.clone(), secret: Secret::new(secret.to_owned()), session_token: None })
        }
        _ => None,
    };
    let session = aws.open(&SessionKey { auth, region: text(&made["region"]) }, access_key).await?;
    let identity = session.identity().await?;
    assert_eq!(identity.account, text(&made["account"]));
    let apis = session.apis(ApiType::Http, |_| ()).await?;
    assert!(apis.iter().any(|api| api.id == text(&made["api"])), "{apis:?}");
    Ok(identity.who())
}

fn role_of(made: &Value, name: &str, source_profile: &str) -> RoleAuth {
    RoleAuth {
        arn: text(&made[name]),
        source_profile: Some(source_profile.to_owned()),
        ..RoleAuth::default()
    }
}

#[tokio::test]
#[ignore = "needs tests/ministack/run.sh"]
async fn every_kind_of_credentials_is_let_in() {
    let made = identities();
    let key = Auth::AccessKey { id: text(&made["access_key_id"]) };
    let secret = text(&made["secret_access_key"]);
    assert_eq!(who(key, Some(&secret)).await.unwrap(), "user ana");
    for (profile, expected) in
        [("base", "user ana"), ("deployer", "role deployer"), ("operator", "role operator")]
    {
        assert_eq!(who(Auth::Profile(profile.into()), None).await.unwrap(), expected);
    }
    let deployer = RoleAuth {
        external_id: Some(text(&made["external_id"])),
        session_name: Some("ana@example.com".into()),
        ..role_of(&made, "deployer", "base")
    };
    assert_eq!(who(Auth::Role(deployer), None).await.unwrap(), "role deployer");
    // The third role behind the two of the profile.
    let releaser = role_of(&made, "releaser", "operator");
    assert_eq!(who(Auth::Role(releaser), None).await.unwrap(), "role releaser");
}

#[tokio::test]
#[ignore = "needs tests/ministack/run.sh"]
async fn credentials_that_are_not_let_in_say_why() {
    let made = identities();
    let wrong_id = RoleAuth { external_id: Some("wrong".into()), ..role_of(&made, "deployer", "base") };
    let no_id = role_of(&made, "deployer", "base");
    let not_trusted = role_of(&made, "releaser", "deployer");
    for role in [wrong_id, no_id, not_trusted] {
        let arn = role.arn.clone();
        let problem = who(Auth::Role(role), None).await.unwrap_err();
        let denied = problem.denied.clone().unwrap();
        assert_eq!(problem.kind, ProblemKind::Permission, "{problem:?}");
        assert_eq!((denied.action.as_str(), denied.resource), ("sts:AssumeRole", arn));
    }
    let no_arn = RoleAuth { arn: "not/the/arn/of/a/role".into(), ..role_of(&made, "deployer", "base") };
    let problem = who(Auth::Role(no_arn), None).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Rejected, "{problem:?}");
    let key = Auth::AccessKey { id: text(&made["access_key_id"]) };
    let wrong_secret = who(key, Some("wrongwrongwrongwrong")).await.unwrap_err();
    assert!(wrong_secret.advice[0].contains("secret access key"), "{wrong_secret:?}");
    let nobody = Auth::AccessKey { id: "AKIANOBODYNOBODYNOBO".into() };
    let nobody = who(nobody, Some("wrongwrongwrongwrong")).await.unwrap_err();
    assert_eq!((wrong_secret.kind, nobody.kind), (ProblemKind::Credentials, ProblemKind::Credentials));
}

#[tokio::test]
#[ignore = "needs tests/ministack/run.sh"]
async fn a_role_is_signed_in_to_with_a_code() {
    let made = identities();
    // The emulator knows no MFA devices: it takes any code, and what is shown is that it understands the request.
    let role = RoleAuth {
        external_id: Some(text(&made["external_id"])),
        mfa_serial: Some("arn:aws:iam::222233334444:mfa/ana".into()),
        ..role_of(&made, "deployer", "base")
    };
    let (aws, key) = (checking(), SessionKey { auth: Auth::Role(role), region: text(&made["region"]) });
    let session = aws.open(&key, None).await.unwrap();
    assert_eq!(session.identity().await.unwrap_err().kind, ProblemKind::NeedsMfa);
    aws.sign_in(&key, None, &Secret::new("123456".into())).await.unwrap();
    assert_eq!(session.identity().await.unwrap().who(), "role deployer");
    assert_eq!(aws.source_identity(&key, None).await.unwrap().arn, text(&made["user"]));
    assert!(session.clock_skew().await.unwrap().abs().as_secs() < 60);
}

#[tokio::test]
#[ignore = "needs tests/ministack/run.sh"]
async fn who_may_only_read_is_told_what_is_missing_to_write() {
    let made = identities();
    let id = text(&made["access_key_id"]);
    let secret = Secret::new(text(&made["secret_access_key"]));
    let key = SessionKey { auth: Auth::AccessKey { id: id.clone() }, region: text(&made["region"]) };
    let session = checking().open(&key, Some(AccessKey { id, secret, session_token: None })).await.unwrap();
    let api = text(&made["api"]);
    let writer = session.writer(ApiType::Http, &api, &WriteRules::default()).await.unwrap();
    let path = format!("arn:aws:apigateway:{}::/apis/{api}", key.region);
    for (answer, verb, tail) in [
        (writer.push("{}", true).await.map(drop), "PUT", ""),
        (writer.create_deployment(None, "d").await.map(drop), "POST", "/deployments"),
        (writer.point_stage("prod", "d1").await.map(drop), "PATCH", "/stages/prod"),
    ] {
        let Err(WriteError::Refused(problem)) = answer else { panic!("{answer:?}") };
        let denied = problem.denied.clone().unwrap();
        assert_eq!(problem.kind, ProblemKind::Permission, "{problem:?}");
        assert_eq!((denied.action, denied.resource), (format!("apigateway:{verb}"), format!("{path}{tail}")));
    }
    let elsewhere = WriteRules { account: Some("999999999999".into()), read_only: false };
    assert_eq!(
        session.writer(ApiType::Http, &api, &elsewhere).await.unwrap_err().kind,
        ProblemKind::ReadOnly
    );
}
