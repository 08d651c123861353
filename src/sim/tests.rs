//! The cloud as a whole: who is let in, what is counted, what goes wrong on purpose.

use std::time::Duration;

use http::{Method, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;

use super::*;

/// Sunday noon.
pub const NOW: &str = "2026-11-22T12:00:00Z";

pub fn cloud(scenario: Scenario) -> Cloud {
    let now: Timestamp = NOW.parse().unwrap();
    Cloud::new(scenario, 7, Arc::new(move || now))
}

/// A request signed by `key` for `service` in `region`.
pub fn signed(
    key: &str,
    service: &str,
    region: &str,
    method: Method,
    uri: &str,
    body: &str,
) -> Request<Bytes> {
    let credential =
        format!("AWS4-HMAC-SHA256 Credential={key}/20261122/{region}/{service}/aws4_request, Signature=0");
    let request = Request::builder().method(method).uri(uri).header("authorization", credential);
    request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap()
}

/// The demo user's GET to API Gateway.
pub fn get(uri: &str) -> Request<Bytes> {
    signed(demo::ACCESS_KEY_ID, "apigateway", demo::REGION, Method::GET, uri, "")
}

/// The demo user's request to API Gateway to change something.
pub fn send(method: Method, uri: &str, body: &Value) -> Request<Bytes> {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    signed(demo::ACCESS_KEY_ID, "apigateway", demo::REGION, method, uri, &body)
}

/// A cloud whose clock goes on by ten seconds with every look, so that no quota is in the way.
pub fn patient_cloud() -> Cloud {
    let now: Timestamp = NOW.parse().unwrap();
    let looks = std::sync::atomic::AtomicI64::new(0);
    let seconds = move || 10 * looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    Cloud::new(Scenario::Demo, 7, Arc::new(move || now + jiff::SignedDuration::from_secs(seconds())))
}

/// Asks, and reads status, error code and JSON body.
pub async fn ask(cloud: &Cloud, request: Request<Bytes>) -> (u16, String, Value) {
    let (parts, body) = cloud.answer(request).await.unwrap().into_parts();
    let code = parts.headers.get("x-amzn-errortype").map(|code| code.to_str().unwrap().to_owned());
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status.as_u16(), code.unwrap_or_default(), serde_json::from_slice(&body).unwrap_or_default())
}

async fn message(cloud: &Cloud, request: Request<Bytes>) -> (u16, String, String) {
    let (status, code, body) = ask(cloud, request).await;
    (status, code, body["message"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_request_without_a_signature_is_turned_away() {
    let request = Request::builder().uri("/v2/apis").body(Bytes::new()).unwrap();
    let (status, code, message) = message(&cloud(Scenario::Demo), request).await;
    assert_eq!((status, code.as_str()), (403, "MissingAuthenticationTokenException"));
    assert_eq!(message, "Missing Authentication Token");
}

#[tokio::test]
async fn an_unknown_key_is_told_so_in_the_words_of_the_service() {
    let cloud = cloud(Scenario::Demo);
    let request = signed("AKIAUNKNOWN", "apigateway", demo::REGION, Method::GET, "/v2/apis", "");
    let (status, code, _) = message(&cloud, request).await;
    assert_eq!((status, code.as_str()), (403, "UnrecognizedClientException"));
    assert_eq!(cloud.requests()[0].account, None);
}

#[tokio::test]
async fn a_long_term_key_with_a_session_token_is_no_known_key() {
    let mut request = get("/v2/apis");
    request.headers_mut().insert("x-amz-security-token", HeaderValue::from_static("stolen"));
    assert_eq!(message(&cloud(Scenario::Demo), request).await.1, "UnrecognizedClientException");
}

#[tokio::test]
async fn another_region_holds_other_apis() {
    let cloud = cloud(Scenario::Demo);
    let request = |region, uri: &str| signed(demo::ACCESS_KEY_ID, "apigateway", region, Method::GET, uri, "");
    let uri = format!("/v2/apis/{}", demo::ORDERS_API_ID);
    assert_eq!(ask(&cloud, request("eu-west-1", &uri)).await.0, 200);
    let (status, code, text) = message(&cloud, request("us-east-1", &uri)).await;
    assert_eq!((status, code.as_str()), (404, "NotFoundException"));
    assert_eq!(text, "Invalid API identifier specified 123456789012:a1b2c3d4e5");
    let (_, _, body) = ask(&cloud, request("us-east-1", "/v2/apis")).await;
    assert_eq!(body["items"][0]["apiId"], demo::REPORTS_API_ID);
    let (status, _, body) = ask(&cloud, request("ap-south-1", "/v2/apis")).await;
    assert_eq!((status, body), (200, serde_json::json!({ "items": [] })));
}

#[tokio::test]
async fn paths_and_methods_that_do_not_exist_are_unknown_operations() {
    let cloud = cloud(Scenario::Demo);
    for request in [
        get("/v2/nothing"),
        get("/nothing"),
        signed(demo::ACCESS_KEY_ID, "apigateway", demo::REGION, Method::PATCH, "/v2/apis", ""),
        signed(demo::ACCESS_KEY_ID, "s3", demo::REGION, Method::GET, "/", ""),
    ] {
        let (status, code, _) = message(&cloud, request).await;
        assert_eq!((status, code.as_str()), (404, "UnknownOperationException"));
    }
    assert_eq!(cloud.requests()[0].operation, "GET /v2/nothing");
}

#[tokio::test]
async fn requests_are_recorded_as_they_came() {
    let cloud = cloud(Scenario::Demo);
    ask(&cloud, get("/v2/apis/a1b2c3d4e5/stages/%24default")).await;
    ask(&cloud, get("/restapis?limit=2")).await;
    let seen = cloud.requests();
    let stage = Seen {
        service: Service::ApiGatewayV2,
        operation: "GetStage".to_owned(),
        path: "/v2/apis/a1b2c3d4e5/stages/%24default".to_owned(),
        query: String::new(),
        account: Some(demo::ACCOUNT_ID.to_owned()),
        region: demo::REGION.to_owned(),
    };
    assert_eq!(seen[0], stage);
    assert_eq!((seen[1].service, seen[1].query.as_str()), (Service::ApiGateway, "limit=2"));
}

#[tokio::test]
async fn answers_carry_the_date_of_the_clouds_clock_and_their_length() {
    let answer = cloud(Scenario::Empty).answer(get("/restapis")).await.unwrap();
    assert_eq!(answer.headers()["date"], "Sun, 22 Nov 2026 12:00:00 GMT");
    assert_eq!(answer.headers()["content-length"], r#"{"item":[]}"#.len().to_string());
}

#[tokio::test]
async fn a_denied_call_names_caller_action_and_resource() {
    let cloud = cloud(Scenario::Demo);
    cloud.inject(Fault::new(What::AccessDenied).on("GetStage"));
    let (status, code, text) = message(&cloud, get("/v2/apis/a1b2c3d4e5/stages/%24default")).await;
    assert_eq!((status, code.as_str()), (403, "AccessDeniedException"));
    assert_eq!(
        text,
        "User: arn:aws:iam::123456789012:user/demo is not authorized to perform: apigateway:GET on resource: \
         arn:aws:apigateway:eu-west-1::/apis/a1b2c3d4e5/stages/$default because no identity-based policy allows the \
         apigateway:GET action"
    );
    assert_eq!(ask(&cloud, get("/v2/apis")).await.0, 200);
}

#[tokio::test]
async fn nobody_is_denied_their_own_identity() {
    let cloud = cloud(Scenario::Demo);
    cloud.inject(Fault::new(What::AccessDenied));
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let request = signed(demo::ACCESS_KEY_ID, "sts", demo::REGION, Method::POST, "/", body);
    assert_eq!(cloud.answer(request).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn throttling_says_when_to_come_back_and_ends_after_its_times() {
    let cloud = cloud(Scenario::Demo);
    cloud.inject(Fault::new(What::Throttle { retry_after: Some(3) }).times(1));
    let answer = cloud.answer(get("/v2/apis")).await.unwrap();
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers()["retry-after"], "3");
    assert_eq!(answer.headers()["x-amzn-errortype"], "TooManyRequestsException");
    assert_eq!(cloud.answer(get("/v2/apis")).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn failures_of_the_service_and_of_the_session_have_their_codes() {
    let cloud = cloud(Scenario::Demo);
    for (what, status, code) in [
        (What::ServerError(500), 500, "InternalServerErrorException"),
        (What::ServerError(503), 503, "ServiceUnavailableException"),
        (What::ExpiredToken, 403, "ExpiredTokenException"),
    ] {
        cloud.inject(Fault::new(what).times(1));
        let answered = message(&cloud, get("/restapis")).await;
        assert_eq!((answered.0, answered.1.as_str()), (status, code));
    }
}

#[tokio::test]
async fn a_reset_is_an_answer_that_never_came() {
    let cloud = cloud(Scenario::Demo);
    cloud.inject(Fault::new(What::Reset).on_service(Service::ApiGatewayV2));
    assert_eq!(cloud.answer(get("/v2/apis")).await.unwrap_err(), ConnectionFault::Reset);
    assert!(cloud.answer(get("/restapis")).await.is_ok());
    assert_eq!(cloud.requests().len(), 2);
    cloud.clear_faults();
    assert!(cloud.answer(get("/v2/apis")).await.is_ok());
}

#[tokio::test]
async fn a_truncated_body_is_shorter_than_its_length_says() {
    let cloud = cloud(Scenario::Demo);
    cloud.inject(Fault::new(What::Truncated));
    let answer = cloud.answer(get("/v2/apis")).await.unwrap();
    let promised: usize = answer.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let mut body = answer.into_body();
    let came = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(!came.is_empty() && came.len() < promised);
    assert!(body.frame().await.unwrap().is_err());
}

#[tokio::test]
async fn garbage_comes_with_a_200() {
    let cloud = cloud(Scenario::Demo);
    cloud.inject(Fault::new(What::Garbage));
    let answer = cloud.answer(get("/v2/apis")).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert!(serde_json::from_slice::<Value>(&body).is_err());
}

#[tokio::test(start_paused = true)]
async fn latencies_add_up_and_pass_on_tokios_clock() {
    let cloud = cloud(Scenario::Demo);
    cloud.inject(Fault::new(What::Latency(Duration::from_secs(20))));
    cloud.inject(Fault::new(What::Latency(Duration::from_secs(5))).on("GetApis"));
    cloud.inject(Fault::new(What::ServerError(500)));
    let start = tokio::time::Instant::now();
    assert_eq!(ask(&cloud, get("/v2/apis")).await.0, 500);
    assert_eq!(start.elapsed(), Duration::from_secs(25));
}

#[tokio::test(start_paused = true)]
async fn a_hanging_request_never_ends() {
    let cloud = cloud(Scenario::Demo);
    cloud.inject(Fault::new(What::Hang));
    let answer = tokio::time::timeout(Duration::from_hours(1), cloud.answer(get("/v2/apis"))).await;
    assert!(answer.is_err());
}

/// A deployment of the inventory whose answer is disturbed by `fault`; whether it happened all the same.
async fn deployed_under(fault: &str) -> (Option<u16>, bool) {
    let cloud = cloud(Scenario::Demo);
    cloud.inject(fault.parse().unwrap());
    let before = cloud.deployments(demo::INVENTORY_API_ID).len();
    let uri = format!("/v2/apis/{}/deployments", demo::INVENTORY_API_ID);
    let request = send(Method::POST, &uri, &serde_json::json!({ "stageName": "prod" }));
    let answer = tokio::time::timeout(Duration::from_hours(1), cloud.answer(request)).await;
    let status = answer.ok().and_then(Result::ok).map(|answer| answer.status().as_u16());
    (status, cloud.deployments(demo::INVENTORY_API_ID).len() > before)
}

#[tokio::test(start_paused = true)]
async fn a_write_fails_before_it_happens_or_loses_its_answer_after_it() {
    for (fault, status, happened) in [
        ("conflict:CreateDeployment", Some(409), false),
        ("503", Some(503), false),
        ("throttle", Some(429), false),
        ("denied", Some(403), false),
        ("reset", None, false),
        ("hang", None, false),
        ("lost:CreateDeployment", None, true),
        ("lost=hang:CreateDeployment", None, true),
        ("truncated:CreateDeployment", Some(201), true),
        ("conflict:ReimportApi", Some(201), true),
    ] {
        assert_eq!(deployed_under(fault).await, (status, happened), "{fault}");
    }
}

#[tokio::test]
async fn reads_meet_no_conflict_and_denied_writes_name_their_verb_and_resource() {
    let cloud = cloud(Scenario::Demo);
    cloud.inject(Fault::new(What::Conflict));
    assert_eq!(ask(&cloud, get("/v2/apis")).await.0, 200);
    cloud.clear_faults();
    cloud.inject(Fault::new(What::AccessDenied));
    for (method, path, resource) in [
        (Method::PUT, "/v2/apis/a1b2c3d4e5", "/apis/a1b2c3d4e5"),
        (Method::PATCH, "/v2/apis/a1b2c3d4e5/stages/%24default", "/apis/a1b2c3d4e5/stages/$default"),
        (Method::POST, "/restapis/x9y8z7w6v5/deployments", "/restapis/x9y8z7w6v5/deployments"),
        (Method::DELETE, "/restapis/x9y8z7w6v5/stages/v1", "/restapis/x9y8z7w6v5/stages/v1"),
    ] {
        let text = message(&cloud, send(method.clone(), path, &Value::Null)).await.2;
        let needed =
            format!("apigateway:{method} on resource: arn:aws:apigateway:eu-west-1::{resource} because");
        assert!(text.contains(&needed), "{text}");
    }
}

#[test]
fn a_cloud_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Cloud>();
}
