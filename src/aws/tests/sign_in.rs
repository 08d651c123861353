//! Roles, chains of them and MFA codes, on the embedded AWS and by its clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::domain::{MfaPrompt, RoleAuth};
use crate::sim::{Cloud, Fault, Scenario, Service, What, demo};

/// An embedded AWS whose clock the test sets, and the way to it.
struct Aside {
    cloud: Arc<Cloud>,
    aws: Aws,
    minutes: Arc<AtomicI64>,
}

impl Aside {
    fn new() -> Self {
        let minutes = Arc::new(AtomicI64::new(0));
        let start: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let passed = Arc::clone(&minutes);
        let clock = move || start + SignedDuration::from_mins(passed.load(Ordering::Relaxed));
        let cloud = Arc::new(Cloud::new(Scenario::Demo, 7, Arc::new(clock)));
        let aws = Aws::new(Transport::Embedded(Arc::clone(&cloud)), Settings::default());
        Self { cloud, aws, minutes }
    }

    fn pass_minutes(&self, minutes: i64) {
        self.minutes.fetch_add(minutes, Ordering::Relaxed);
    }

    async fn open(&self, auth: &Auth) -> Session {
        self.aws.open(&key(auth.clone()), None).await.unwrap()
    }

    async fn sign_in(&self, auth: &Auth, code: &str) -> Result<(), Problem> {
        self.aws.sign_in(&key(auth.clone()), None, &Secret::new(code.to_owned())).await
    }

    fn asked(&self, operation: &str) -> usize {
        self.cloud.requests().iter().filter(|seen| seen.operation == operation).count()
    }
}

fn careful() -> RoleAuth {
    RoleAuth {
        arn: demo::MFA_ROLE_ARN.into(),
        mfa_serial: Some(demo::MFA_SERIAL.into()),
        ..RoleAuth::default()
    }
}

fn profile(name: &str) -> Auth {
    Auth::Profile(name.into())
}

fn role(arn: &str, source_profile: Option<&str>) -> RoleAuth {
    RoleAuth { arn: arn.into(), source_profile: source_profile.map(str::to_owned), ..RoleAuth::default() }
}

/// One question to the control plane.
async fn ask(session: &Session) -> Result<(), Problem> {
    session.gateway(ApiType::Http, demo::ORDERS_API_ID).api().await.map(|_| ())
}

#[tokio::test]
async fn a_role_that_wants_a_code_says_so_and_asks_nothing() {
    let aside = Aside::new();
    let session = aside.open(&Auth::Role(careful())).await;
    let problem = ask(&session).await.unwrap_err();
    let prompt = MfaPrompt { role: demo::MFA_ROLE_ARN.into(), serial: demo::MFA_SERIAL.into() };
    assert_eq!((problem.kind, &problem.mfa), (ProblemKind::NeedsMfa, &Some(prompt.clone())));
    assert!(problem.what.starts_with("Cannot read the HTTP API"), "{problem:?}");
    let why = format!("The role {} wants a code of the MFA device {}.", prompt.role, prompt.serial);
    assert_eq!(problem.why, why);
    assert!(problem.advice[0].contains("--mfa-code"), "{problem:?}");
    assert_eq!(aside.aws.mfa_needed(&key(Auth::Role(careful()))).await, Ok(Some(prompt)));
    assert_eq!(aside.aws.mfa_needed(&key(profile("dev"))).await, Ok(None));
    assert_eq!(aside.cloud.requests(), []);
}

#[tokio::test]
async fn one_code_serves_every_session_behind_the_role() {
    let aside = Aside::new();
    let role = Auth::Role(careful());
    let open_before = aside.open(&role).await;
    ask(&open_before).await.unwrap_err();
    aside.sign_in(&role, demo::MFA_CODE).await.unwrap();
    ask(&open_before).await.unwrap();
    let elsewhere = SessionKey { auth: role.clone(), region: demo::OTHER_REGION.into() };
    let elsewhere = aside.aws.open(&elsewhere, None).await.unwrap();
    assert_eq!(elsewhere.identity().await.unwrap().who(), "role careful-deployer");
    assert_eq!(aside.asked("AssumeRole"), 1);
    aside.sign_in(&role, "000000").await.unwrap();
    assert_eq!(aside.asked("AssumeRole"), 1, "no code is wanted any more");
    let other_name = RoleAuth { session_name: Some("ana".into()), ..careful() };
    assert!(aside.aws.mfa_needed(&key(Auth::Role(other_name))).await.unwrap().is_some());
}

#[tokio::test]
async fn two_who_sign_in_at_once_use_the_code_once() {
    let aside = Aside::new();
    let role = Auth::Role(careful());
    let (one, other) =
        tokio::join!(aside.sign_in(&role, demo::MFA_CODE), aside.sign_in(&role, demo::MFA_CODE));
    assert_eq!((one, other, aside.asked("AssumeRole")), (Ok(()), Ok(()), 1));
}

#[tokio::test]
async fn a_sign_in_ends_a_minute_early_and_then_the_code_is_wanted_again() {
    let aside = Aside::new();
    let role = Auth::Role(careful());
    aside.sign_in(&role, demo::MFA_CODE).await.unwrap();
    let session = aside.open(&role).await;
    ask(&session).await.unwrap();
    aside.pass_minutes(58);
    ask(&session).await.unwrap();
    aside.pass_minutes(1);
    let problem = ask(&session).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::NeedsMfa, "{problem:?}");
    assert_eq!(aside.asked("AssumeRole"), 1);
    aside.sign_in(&role, demo::MFA_CODE).await.unwrap();
    ask(&session).await.unwrap();
}

#[tokio::test]
async fn a_code_that_is_wrong_or_none_is_told_apart() {
    let aside = Aside::new();
    let role = Auth::Role(careful());
    let wrong = aside.sign_in(&role, "000000").await.unwrap_err();
    assert_eq!(wrong.kind, ProblemKind::Credentials, "{wrong:?}");
    assert!(wrong.why.contains("was not accepted") && wrong.advice[0].contains("next code"), "{wrong:?}");
    assert_eq!(wrong.what, format!("Cannot sign in to the role {}", demo::MFA_ROLE_ARN));
    assert!(!format!("{wrong:?}").contains("000000"));
    let no_code = aside.sign_in(&role, "12 456").await.unwrap_err();
    assert_eq!((no_code.kind, aside.asked("AssumeRole")), (ProblemKind::Usage, 1));
    let other = RoleAuth { mfa_serial: Some("arn:aws:iam::123456789012:mfa/other".into()), ..careful() };
    let device = aside.sign_in(&Auth::Role(other), demo::MFA_CODE).await.unwrap_err();
    assert_eq!(device.kind, ProblemKind::Credentials);
    assert!(device.advice[0].contains("serial number"), "{device:?}");
    assert!(aside.aws.mfa_needed(&key(role)).await.unwrap().is_some(), "nothing was kept");
}

#[tokio::test]
async fn a_profile_that_wants_a_code_goes_the_same_way() {
    let aside = Aside::new();
    let session = aside.open(&profile("careful")).await;
    assert_eq!(ask(&session).await.unwrap_err().kind, ProblemKind::NeedsMfa);
    // The role by itself, from the same profile, is the same sign-in.
    let role = RoleAuth { source_profile: Some("dev".into()), ..careful() };
    aside.sign_in(&Auth::Role(role), demo::MFA_CODE).await.unwrap();
    assert_eq!(session.identity().await.unwrap().who(), "role careful-deployer");
    assert_eq!(aside.asked("AssumeRole"), 1);
}

#[tokio::test]
async fn a_role_behind_a_profile_with_mfa_asks_for_the_code_of_the_profile() {
    let aside = Aside::new();
    let behind =
        RoleAuth { external_id: Some(demo::EXTERNAL_ID.into()), ..role(demo::ROLE_ARN, Some("careful")) };
    let behind = Auth::Role(behind);
    let prompt = aside.aws.mfa_needed(&key(behind.clone())).await.unwrap().unwrap();
    assert_eq!(prompt.role, demo::MFA_ROLE_ARN);
    aside.sign_in(&behind, demo::MFA_CODE).await.unwrap();
    let session = aside.open(&behind).await;
    assert_eq!(session.identity().await.unwrap().who(), "role deployer");
    assert_eq!(aside.asked("AssumeRole"), 2);
    let source = aside.aws.source_identity(&key(behind), None).await.unwrap();
    assert_eq!((source.who(), aside.asked("AssumeRole")), ("role careful-deployer".into(), 2));
}

#[tokio::test]
async fn three_roles_are_assumed_one_after_the_other() {
    let aside = Aside::new();
    let third = Auth::Role(role(demo::RELEASER_ROLE_ARN, Some("operator")));
    let session = aside.open(&third).await;
    assert_eq!(session.identity().await.unwrap().who(), "role releaser");
    ask(&session).await.unwrap();
    assert_eq!(aside.asked("AssumeRole"), 3);
    aside.pass_minutes(59);
    ask(&session).await.unwrap();
    assert_eq!(aside.asked("AssumeRole"), 6, "renewed before the end");
    let source = aside.aws.source_identity(&key(third), None).await.unwrap();
    assert_eq!(source.who(), "role operator");
    let short = aside.open(&Auth::Role(role(demo::RELEASER_ROLE_ARN, Some("dev")))).await;
    let refused = ask(&short).await.unwrap_err();
    let denied = refused.denied.clone().unwrap();
    assert_eq!(
        (denied.action.as_str(), denied.resource.as_str()),
        ("sts:AssumeRole", demo::RELEASER_ROLE_ARN)
    );
}

#[tokio::test]
async fn the_name_of_a_session_and_its_duration_are_the_connections() {
    let aside = Aside::new();
    let named = RoleAuth {
        session_name: Some("ana@example.com".into()),
        duration_seconds: Some(2 * 3600),
        ..role(demo::BASTION_ROLE_ARN, Some("dev"))
    };
    let session = aside.open(&Auth::Role(named)).await;
    let arn = session.identity().await.unwrap().arn;
    assert_eq!(arn, "arn:aws:sts::123456789012:assumed-role/bastion/ana@example.com");
    aside.pass_minutes(110);
    ask(&session).await.unwrap();
    assert_eq!(aside.asked("AssumeRole"), 1, "it lasts two hours");
    aside.pass_minutes(9);
    ask(&session).await.unwrap();
    assert_eq!(aside.asked("AssumeRole"), 2);
}

#[tokio::test]
async fn a_role_assumed_by_a_role_gets_an_hour_at_most() {
    let aside = Aside::new();
    let long = |arn: &str, source_profile: Option<&str>| RoleAuth {
        duration_seconds: Some(4 * 3600),
        ..role(arn, source_profile)
    };
    // The profile says it.
    let session = aside.open(&Auth::Role(long(demo::OPERATOR_ROLE_ARN, Some("bastion")))).await;
    ask(&session).await.unwrap();
    assert_eq!(aside.asked("GetCallerIdentity"), 0);
    // Only AWS knows it.
    let bastion = aside.open(&profile("dev")).await.clients().sts.assume_role();
    let bastion = bastion.role_arn(demo::BASTION_ROLE_ARN).role_session_name("by-hand").send().await;
    let bastion = bastion.unwrap().credentials.unwrap();
    let bastion = AccessKey {
        id: bastion.access_key_id,
        secret: Secret::new(bastion.secret_access_key),
        session_token: Some(Secret::new(bastion.session_token)),
    };
    let operator = key(Auth::Role(long(demo::OPERATOR_ROLE_ARN, None)));
    let session = aside.aws.open(&operator, Some(bastion)).await.unwrap();
    ask(&session).await.unwrap();
    assert_eq!(aside.asked("GetCallerIdentity"), 1);
    // The user's own role gets it all.
    ask(&aside.open(&Auth::Role(long(demo::BASTION_ROLE_ARN, None))).await).await.unwrap();
    assert_eq!(aside.asked("GetCallerIdentity"), 2);
}

#[tokio::test]
async fn what_is_wrong_with_a_role_is_told_with_its_name() {
    let wrong_id = RoleAuth { external_id: Some("wrong".into()), ..role(demo::ROLE_ARN, None) };
    for (auth, kind, told) in [
        (wrong_id, ProblemKind::Permission, "external ID must be the one it asks for"),
        (
            role("arn:aws:iam::123456789012:role/none", None),
            ProblemKind::Permission,
            "a role that does not exist",
        ),
        (role(demo::OPERATOR_ROLE_ARN, None), ProblemKind::Permission, "must name these credentials"),
        (role("not/the/arn/of/a/role", None), ProblemKind::Rejected, "Check the role's ARN"),
        (role("deployer", None), ProblemKind::Rejected, "Check the role's ARN"),
    ] {
        let aside = Aside::new();
        let arn = auth.arn.clone();
        let problem = ask(&aside.open(&Auth::Role(auth)).await).await.unwrap_err();
        assert_eq!(problem.kind, kind, "{problem:?}");
        assert!(problem.advice.join(" ").contains(told), "{problem:?}");
        let named = problem.denied.as_ref().is_some_and(|denied| denied.resource == arn);
        assert!(named || problem.why.contains(&arn), "{problem:?}");
    }
}

#[tokio::test]
async fn the_profiles_of_the_demo_work() {
    let aside = Aside::new();
    let profiles = aside.aws.profiles().await.unwrap();
    let told: Vec<(&str, &str)> =
        profiles.iter().map(|profile| (profile.name.as_str(), profile.source.as_str())).collect();
    let expected = [
        ("bastion", "role bastion via dev"),
        ("careful", "role careful-deployer via dev, MFA"),
        ("default", "access key"),
        ("dev", "access key"),
        ("operator", "role operator via bastion"),
    ];
    assert_eq!(told, expected);
    assert!(!format!("{profiles:?}").contains(demo::SECRET));
    for (name, who) in [("dev", "user demo"), ("default", "user demo"), ("operator", "role operator")] {
        assert_eq!(aside.open(&profile(name)).await.identity().await.unwrap().who(), who);
    }
    let unknown = aside.aws.open(&key(profile("nobody")), None).await.unwrap_err();
    assert_eq!(unknown.kind, ProblemKind::Credentials);
}

#[tokio::test]
async fn every_api_of_a_kind_is_listed_by_name() {
    let aside = Aside::new();
    let session = aside.open(&profile("dev")).await;
    for api_type in [ApiType::Http, ApiType::Rest] {
        let mut seen = 0;
        let apis = session.apis(api_type, |page| seen += page.len()).await.unwrap();
        assert!(apis.is_sorted_by_key(|api| (api.name.clone(), api.id.clone())), "{apis:?}");
        let held = aside.cloud.apis().into_iter();
        let held = held.filter(|held| held.region == REGION && held.rest == (api_type == ApiType::Rest));
        assert_eq!((apis.len(), seen), (held.count(), apis.len()));
        assert!(apis.iter().all(|api| api.api_type == api_type && api.id != demo::CHAT_API_ID));
    }
    aside.cloud.inject(Fault::new(What::AccessDenied).on("GetApis"));
    let denied = session.apis(ApiType::Http, |_| ()).await.unwrap_err().denied.unwrap();
    assert_eq!(denied.resource, format!("arn:aws:apigateway:{REGION}::/apis"));
}

#[tokio::test]
async fn the_clocks_are_compared_by_an_answer() {
    let aside = Aside::new();
    let session = aside.open(&profile("dev")).await;
    assert_eq!(session.clock_skew().await, Ok(SignedDuration::ZERO), "they have one clock");
    aside.cloud.inject(Fault::new(What::Reset).on_service(Service::Sts));
    tokio::time::pause();
    let problem = session.clock_skew().await.unwrap_err();
    assert_eq!(
        (problem.kind, problem.what.as_str()),
        (ProblemKind::Network, "Cannot compare the clock with that of AWS")
    );
}

#[tokio::test]
async fn a_clock_that_is_off_is_read_from_a_refusal_too() {
    let now = Timestamp::now();
    let an_hour_ago = jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&(now - SignedDuration::from_hours(1)))
        .unwrap();
    let script = Script::new(move |_, _| {
        Reply::sts_error(403, "SignatureDoesNotMatch", "Signature expired").header("date", &an_hour_ago)
    });
    let (session, _) = session(&script, Settings::default()).await;
    let ahead = session.clock_skew().await.unwrap();
    assert_eq!(ahead.as_hours(), 1, "{ahead}");
}
