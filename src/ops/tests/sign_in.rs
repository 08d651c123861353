//! Sessions that end early, MFA codes, and drafts.

use std::time::Duration;

use super::*;
use crate::domain::{Login, MfaPrompt, SessionKey};

fn deployer() -> Auth {
    Auth::Role(RoleAuth {
        arn: demo::ROLE_ARN.to_owned(),
        external_id: Some(demo::EXTERNAL_ID.to_owned()),
        ..RoleAuth::default()
    })
}

fn careful() -> Auth {
    Auth::Role(RoleAuth {
        arn: demo::MFA_ROLE_ARN.to_owned(),
        mfa_serial: Some(demo::MFA_SERIAL.to_owned()),
        ..RoleAuth::default()
    })
}

fn with(auth: Auth, api_id: &str) -> Connection {
    Connection { auth, ..connection(ApiType::Http, api_id) }
}

fn login(auth: Auth) -> Login {
    Login { session: SessionKey { auth, region: demo::REGION.to_owned() }, access_key: None }
}

fn code() -> Secret {
    Secret::new(demo::MFA_CODE.to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ends_early_is_renewed_without_a_word() {
    let dev = Auth::Profile("dev".to_owned());
    for (auth, renewed) in [(deployer(), true), (dev, true), (connection(ApiType::Http, "").auth, false)] {
        let (cloud, engine) = engine(Scenario::Demo);
        let orders = with(auth, demo::ORDERS_API_ID);
        engine.stages(&orders).await.unwrap();
        let assumed = asked(&cloud, "AssumeRole");
        cloud.inject(Fault::new(What::ExpiredToken).on("GetStages").times(1));
        assert_eq!(engine.stages(&orders).await.is_ok(), renewed, "{:?}", orders.auth);
        assert_eq!(asked(&cloud, "GetStages"), if renewed { 3 } else { 2 });
        assert_eq!(asked(&cloud, "AssumeRole"), 2 * assumed);
    }
}

#[tokio::test(start_paused = true)]
async fn what_stays_expired_is_asked_twice_and_told() {
    let (cloud, engine) = engine(Scenario::Demo);
    cloud.inject(Fault::new(What::ExpiredToken).on("GetStages"));
    let orders = with(deployer(), demo::ORDERS_API_ID);
    let problem = engine.stages(&orders).await.unwrap_err();
    assert_eq!((problem.kind, asked(&cloud, "GetStages")), (ProblemKind::Credentials, 2), "{problem:?}");
}

#[tokio::test(start_paused = true)]
async fn reads_that_find_the_session_ended_at_once_share_the_next_one() {
    let (cloud, engine) = engine(Scenario::Demo);
    let orders = with(deployer(), demo::ORDERS_API_ID);
    engine.identity(&orders).await.unwrap();
    cloud.inject(Fault::new(What::Latency(Duration::from_secs(1))));
    for operation in ["GetStages", "GetDeployments"] {
        cloud.inject(Fault::new(What::ExpiredToken).on(operation).times(1));
    }
    let (stages, deployments) = tokio::join!(engine.stages(&orders), engine.deployments(&orders, |_| ()));
    assert!(stages.is_ok() && deployments.is_ok());
    assert_eq!(asked(&cloud, "AssumeRole"), 2);
}

#[tokio::test(start_paused = true)]
async fn two_connections_behind_one_role_need_one_code() {
    let (cloud, engine) = engine(Scenario::Demo);
    let orders = with(careful(), demo::ORDERS_API_ID);
    let reports =
        Connection { region: demo::OTHER_REGION.to_owned(), ..with(careful(), demo::REPORTS_API_ID) };
    let prompt = MfaPrompt { role: demo::MFA_ROLE_ARN.into(), serial: demo::MFA_SERIAL.into() };
    for connection in [&orders, &reports] {
        let problem = engine.stages(connection).await.unwrap_err();
        assert_eq!((problem.kind, problem.mfa), (ProblemKind::NeedsMfa, Some(prompt.clone())));
        assert_eq!(engine.mfa_needed(connection).await, Ok(Some(prompt.clone())));
    }
    let wrong = engine.sign_in(&orders, &Secret::new("000000".into())).await.unwrap_err();
    assert_eq!(wrong.kind, ProblemKind::Credentials);
    engine.sign_in(&orders, &code()).await.unwrap();
    for connection in [&orders, &reports] {
        engine.stages(connection).await.unwrap();
        assert_eq!(engine.mfa_needed(connection).await, Ok(None));
    }
    assert_eq!(asked(&cloud, "AssumeRole"), 2, "the wrong code and the right one");
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_aws_takes_no_more_wants_another_code() {
    let (cloud, engine) = engine(Scenario::Demo);
    let orders = with(careful(), demo::ORDERS_API_ID);
    engine.sign_in(&orders, &code()).await.unwrap();
    cloud.inject(Fault::new(What::ExpiredToken).on("GetStages"));
    let problem = engine.stages(&orders).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::NeedsMfa, "{problem:?}");
    cloud.clear_faults();
    assert_eq!(engine.stages(&orders).await.unwrap_err().kind, ProblemKind::NeedsMfa);
    engine.sign_in(&orders, &code()).await.unwrap();
    engine.stages(&orders).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_draft_finds_out_who_it_is_and_what_there_is() {
    let (_, engine) = engine(Scenario::Demo);
    let draft = login(deployer());
    assert_eq!(engine.login_identity(&draft).await.unwrap().who(), "role deployer");
    assert_eq!(engine.login_source_identity(&draft).await.unwrap().arn, demo::USER_ARN);
    let read = std::sync::atomic::AtomicUsize::new(0);
    let progress = |count| read.store(count, std::sync::atomic::Ordering::Relaxed);
    let apis = engine.login_apis(&draft, ApiType::Http, progress).await.unwrap();
    assert!(apis.iter().any(|api| api.id == demo::ORDERS_API_ID));
    assert_eq!(read.into_inner(), apis.len());
    let careful = login(careful());
    assert_eq!(engine.login_identity(&careful).await.unwrap_err().kind, ProblemKind::NeedsMfa);
    engine.login_sign_in(&careful, &code()).await.unwrap();
    assert_eq!(engine.login_identity(&careful).await.unwrap().who(), "role careful-deployer");
    let orders = with(careful.session.auth, demo::ORDERS_API_ID);
    assert_eq!(engine.mfa_needed(&orders).await, Ok(None), "a connection made of the draft needs no code");
}

#[tokio::test(start_paused = true)]
async fn a_draft_with_an_access_key_leaves_the_saved_sessions_alone() {
    let (_, engine) = engine(Scenario::Demo);
    let orders = connection(ApiType::Http, demo::ORDERS_API_ID);
    let before = session_of(&engine, &orders).await.unwrap();
    let stolen = AccessKey {
        id: demo::ACCESS_KEY_ID.to_owned(),
        secret: Secret::new("hunter2".to_owned()),
        session_token: Some(Secret::new("expired".to_owned())),
    };
    let draft = Login { access_key: Some(stolen), ..login(orders.auth.clone()) };
    let problem = engine.login_identity(&draft).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Credentials, "{problem:?}");
    assert!(!format!("{draft:?} {problem:?}").contains("hunter2"));
    assert!(session_of(&engine, &orders).await.unwrap().is(&before));
    engine.login_identity(&Login { access_key: None, ..draft }).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_region_that_is_not_switched_on_is_told_for_what_it_is() {
    let (_, engine) = engine(Scenario::Demo);
    for auth in [connection(ApiType::Http, "").auth, deployer()] {
        let mut draft = login(auth);
        draft.session.region = demo::CLOSED_REGION.to_owned();
        for problem in [
            engine.login_identity(&draft).await.unwrap_err(),
            engine.login_apis(&draft, ApiType::Rest, |_| ()).await.unwrap_err(),
        ] {
            assert_eq!(problem.kind, ProblemKind::Credentials, "{problem:?}");
            let advice = problem.advice.join(" ");
            assert!(advice.contains(demo::CLOSED_REGION) && advice.contains("switched on"), "{problem:?}");
        }
    }
}

#[tokio::test]
async fn the_profiles_are_those_of_the_aws_that_is_asked() {
    let (_, engine) = engine(Scenario::Empty);
    let names: Vec<String> =
        engine.profiles().await.unwrap().into_iter().map(|profile| profile.name).collect();
    assert_eq!(names, ["bastion", "careful", "default", "dev", "operator"]);
}
