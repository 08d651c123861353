//! Identities, over the query protocol.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use http::{HeaderValue, Method, Request};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};

use crate::sim::tests::{NOW, ask, cloud, signed};
use crate::sim::{Cloud, Scenario, demo};

struct Keys {
    id: String,
    token: String,
}

fn form(fields: &[(&str, &str)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Version", "2011-06-15").extend_pairs(fields);
    form.finish()
}

async fn sts(cloud: &Cloud, keys: Option<&Keys>, fields: &[(&str, &str)]) -> (u16, String) {
    let key = keys.map_or(demo::ACCESS_KEY_ID, |keys| keys.id.as_str());
    let mut request = signed(key, "sts", demo::REGION, Method::POST, "/", &form(fields));
    if let Some(keys) = keys {
        request.headers_mut().insert("x-amz-security-token", HeaderValue::from_str(&keys.token).unwrap());
    }
    let (parts, body) = cloud.answer(request).await.unwrap().into_parts();
    assert_eq!(parts.headers["content-type"], "text/xml");
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status.as_u16(), String::from_utf8(body.to_vec()).unwrap())
}

fn text<'a>(xml: &'a str, element: &str) -> &'a str {
    let (_, rest) = xml.split_once(&format!("<{element}>")).unwrap_or_default();
    rest.split_once(&format!("</{element}>")).unwrap_or_default().0
}

const ASSUME: [(&str, &str); 4] = [
    ("Action", "AssumeRole"),
    ("RoleArn", demo::ROLE_ARN),
    ("RoleSessionName", "apigw"),
    ("ExternalId", demo::EXTERNAL_ID),
];

async fn assume(cloud: &Cloud, more: &[(&str, &str)]) -> Keys {
    let (status, xml) = sts(cloud, None, &[&ASSUME, more].concat()).await;
    assert_eq!(status, 200, "{xml}");
    Keys { id: text(&xml, "AccessKeyId").to_owned(), token: text(&xml, "SessionToken").to_owned() }
}

#[tokio::test]
async fn callers_learn_who_they_are() {
    let (status, xml) = sts(&cloud(Scenario::Empty), None, &[("Action", "GetCallerIdentity")]).await;
    assert_eq!(status, 200);
    assert!(
        xml.starts_with("<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">")
    );
    assert_eq!(text(&xml, "Account"), demo::ACCOUNT_ID);
    assert_eq!(text(&xml, "Arn"), demo::USER_ARN);
}

#[tokio::test]
async fn an_unknown_key_is_an_invalid_client_token() {
    let keys = Keys { id: "AKIAUNKNOWN".to_owned(), token: "x".to_owned() };
    let (status, xml) = sts(&cloud(Scenario::Demo), Some(&keys), &[("Action", "GetCallerIdentity")]).await;
    assert_eq!((status, text(&xml, "Code"), text(&xml, "Type")), (403, "InvalidClientTokenId", "Sender"));
}

#[tokio::test]
async fn an_assumed_role_acts_as_itself() {
    let cloud = cloud(Scenario::Demo);
    let keys = assume(&cloud, &[]).await;
    let (_, xml) = sts(&cloud, Some(&keys), &[("Action", "GetCallerIdentity")]).await;
    assert_eq!(text(&xml, "Arn"), "arn:aws:sts::123456789012:assumed-role/deployer/apigw");
    let mut request = signed(&keys.id, "apigateway", demo::REGION, Method::GET, "/v2/apis", "");
    request.headers_mut().insert("x-amz-security-token", HeaderValue::from_str(&keys.token).unwrap());
    assert_eq!(ask(&cloud, request).await.0, 200);
}

#[tokio::test]
async fn a_role_of_another_account_sees_that_account() {
    let cloud = cloud(Scenario::Demo);
    let fields = [ASSUME[0], ("RoleArn", demo::AUDITOR_ROLE_ARN), ASSUME[2], ASSUME[3]];
    let (_, xml) = sts(&cloud, None, &fields).await;
    // The path of the role is not part of the session's ARN.
    assert_eq!(text(&xml, "Arn"), "arn:aws:sts::210987654321:assumed-role/auditor/apigw");
    let mut request: Request<_> =
        signed(text(&xml, "AccessKeyId"), "apigateway", demo::REGION, Method::GET, "/restapis", "");
    let token = HeaderValue::from_str(text(&xml, "SessionToken")).unwrap();
    request.headers_mut().insert("x-amz-security-token", token);
    assert_eq!(ask(&cloud, request).await.2, serde_json::json!({ "item": [] }));
}

#[tokio::test]
async fn roles_that_are_unknown_or_want_another_external_id_look_alike() {
    let cloud = cloud(Scenario::Demo);
    for (role, external_id) in
        [(demo::ROLE_ARN, "wrong"), ("arn:aws:iam::123456789012:role/none", demo::EXTERNAL_ID)]
    {
        let fields = [ASSUME[0], ("RoleArn", role), ASSUME[2], ("ExternalId", external_id)];
        let (status, xml) = sts(&cloud, None, &fields).await;
        assert_eq!((status, text(&xml, "Code")), (403, "AccessDenied"));
        let expected = format!(
            "User: arn:aws:iam::123456789012:user/demo is not authorized to perform: sts:AssumeRole on resource: {role}"
        );
        assert_eq!(text(&xml, "Message"), expected);
    }
    assert_eq!(sts(&cloud, None, &ASSUME[..3]).await.0, 403);
}

#[tokio::test]
async fn a_role_with_a_second_factor_wants_the_right_device_and_code() {
    let cloud = cloud(Scenario::Demo);
    let base = [ASSUME[0], ("RoleArn", demo::MFA_ROLE_ARN), ASSUME[2]];
    let with = |serial, code| [&base[..], &[("SerialNumber", serial), ("TokenCode", code)]].concat();
    let (status, xml) = sts(&cloud, None, &base).await;
    assert_eq!((status, text(&xml, "Code")), (403, "AccessDenied"));
    let (status, xml) = sts(&cloud, None, &with(demo::MFA_SERIAL, "000000")).await;
    assert_eq!((status, text(&xml, "Code")), (403, "AccessDenied"));
    assert!(
        text(&xml, "Message")
            .starts_with("MultiFactorAuthentication failed with invalid MFA one time pass code.")
    );
    let (_, xml) = sts(&cloud, None, &with("arn:aws:iam::123456789012:mfa/other", demo::MFA_CODE)).await;
    assert!(text(&xml, "Message").contains("MFA serial number"));
    assert_eq!(sts(&cloud, None, &with(demo::MFA_SERIAL, demo::MFA_CODE)).await.0, 200);
}

#[tokio::test]
async fn durations_and_names_are_checked() {
    let cloud = cloud(Scenario::Demo);
    for (field, value, message) in [
        ("DurationSeconds", "899", "greater than or equal to 900"),
        ("DurationSeconds", "43201", "less than or equal to 43200"),
        ("DurationSeconds", "20000", "exceeds the MaxSessionDuration set for this role"),
        ("DurationSeconds", "long", "durationSeconds"),
    ] {
        let (status, xml) = sts(&cloud, None, &[&ASSUME[..], &[(field, value)]].concat()).await;
        assert_eq!((status, text(&xml, "Code")), (400, "ValidationError"));
        assert!(text(&xml, "Message").contains(message), "{xml}");
    }
    for name in ["x", "not allowed"] {
        let fields = [ASSUME[0], ASSUME[1], ("RoleSessionName", name), ASSUME[3]];
        assert_eq!(text(&sts(&cloud, None, &fields).await.1, "Code"), "ValidationError");
    }
    assert_eq!(text(&sts(&cloud, None, &[ASSUME[0], ASSUME[1]]).await.1, "Code"), "ValidationError");
}

#[tokio::test]
async fn a_role_assumed_from_a_role_lasts_an_hour_at_most() {
    let cloud = cloud(Scenario::Demo);
    assert_eq!(sts(&cloud, None, &[&ASSUME[..], &[("DurationSeconds", "7200")]].concat()).await.0, 200);
    let keys = assume(&cloud, &[]).await;
    let fields = [&ASSUME[..], &[("DurationSeconds", "7200")]].concat();
    let (status, xml) = sts(&cloud, Some(&keys), &fields).await;
    assert_eq!((status, text(&xml, "Code")), (400, "ValidationError"));
    assert_eq!(sts(&cloud, Some(&keys), &ASSUME).await.0, 200);
}

#[tokio::test]
async fn sessions_end_by_the_clock() {
    let later = Arc::new(AtomicI64::new(0));
    let start: Timestamp = NOW.parse().unwrap();
    let seconds = Arc::clone(&later);
    let clock = Arc::new(move || start + SignedDuration::from_secs(seconds.load(Ordering::Relaxed)));
    let cloud = Cloud::new(Scenario::Demo, 7, clock);
    let keys = assume(&cloud, &[("DurationSeconds", "900")]).await;
    let whoami = [("Action", "GetCallerIdentity")];
    later.store(899, Ordering::Relaxed);
    assert_eq!(sts(&cloud, Some(&keys), &whoami).await.0, 200);
    later.store(900, Ordering::Relaxed);
    let (status, xml) = sts(&cloud, Some(&keys), &whoami).await;
    assert_eq!((status, text(&xml, "Code")), (403, "ExpiredToken"));
    let mut request = signed(&keys.id, "apigateway", demo::REGION, Method::GET, "/v2/apis", "");
    request.headers_mut().insert("x-amz-security-token", HeaderValue::from_str(&keys.token).unwrap());
    assert_eq!(ask(&cloud, request).await.1, "ExpiredTokenException");
}

#[tokio::test]
async fn an_action_that_does_not_exist_is_invalid() {
    let (status, xml) = sts(&cloud(Scenario::Demo), None, &[("Action", "GetFederationToken")]).await;
    assert_eq!((status, text(&xml, "Code")), (400, "InvalidAction"));
}

#[tokio::test]
async fn a_role_may_trust_the_sessions_of_one_other_role_alone() {
    let cloud = cloud(Scenario::Demo);
    let role = |arn| [ASSUME[0], ("RoleArn", arn), ASSUME[2]];
    assert_eq!(sts(&cloud, None, &role(demo::OPERATOR_ROLE_ARN)).await.0, 403);
    let deployer = assume(&cloud, &[]).await;
    assert_eq!(sts(&cloud, Some(&deployer), &role(demo::OPERATOR_ROLE_ARN)).await.0, 403);
    let (_, xml) = sts(&cloud, None, &role(demo::BASTION_ROLE_ARN)).await;
    let bastion =
        Keys { id: text(&xml, "AccessKeyId").to_owned(), token: text(&xml, "SessionToken").to_owned() };
    assert_eq!(sts(&cloud, Some(&bastion), &role(demo::OPERATOR_ROLE_ARN)).await.0, 200);
}

#[tokio::test]
async fn what_is_no_arn_is_not_taken_for_a_role() {
    let cloud = cloud(Scenario::Demo);
    for (arn, message) in [
        ("deployer", "greater than or equal to 20"),
        ("this/is/not/the/arn/of/a/role", "Request ARN is invalid"),
    ] {
        let (status, xml) = sts(&cloud, None, &[ASSUME[0], ("RoleArn", arn), ASSUME[2]]).await;
        assert_eq!((status, text(&xml, "Code")), (400, "ValidationError"));
        assert!(text(&xml, "Message").contains(message), "{xml}");
    }
}

#[tokio::test]
async fn a_region_that_is_not_switched_on_knows_nobody() {
    let cloud = cloud(Scenario::Demo);
    for (fields, code) in [
        (&ASSUME[..], "RegionDisabledException"),
        (&[("Action", "GetCallerIdentity")], "InvalidClientTokenId"),
    ] {
        let (region, form) = (demo::CLOSED_REGION, form(fields));
        let request = signed(demo::ACCESS_KEY_ID, "sts", region, Method::POST, "/", &form);
        let (parts, body) = cloud.answer(request).await.unwrap().into_parts();
        let xml = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        assert_eq!((parts.status.as_u16(), text(&xml, "Code")), (403, code));
    }
}
