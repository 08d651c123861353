//! Writes: what goes out, and what is known afterwards.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::domain::DeploymentStatus;

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
     <Arn>arn:aws:iam::123456789012:user/ana</Arn><UserId>U</UserId><Account>123456789012</Account>\
     </GetCallerIdentityResult></GetCallerIdentityResponse>";

/// What the control plane answers; STS tells who asks.
fn gateway_answers(answer: impl Fn(&script::Asked) -> Reply + Send + Sync + 'static) -> Script {
    Script::new(
        move |_, asked| if asked.uri.contains("sts") { Reply::json(200, IDENTITY) } else { answer(asked) },
    )
}

async fn writer(api_type: ApiType, script: &Script) -> Writer {
    let (session, _) = session(script, Settings::default()).await;
    session.writer(api_type, "a1", &WriteRules::default()).await.unwrap()
}

/// What was asked of the control plane: method, path with query, and body.
fn asked(script: &Script) -> Vec<(String, String, Value)> {
    let told = |asked: script::Asked| {
        let path = asked.uri.split_once(".com").map(|(_, path)| path.to_owned());
        let body = serde_json::from_slice(&asked.body).unwrap_or(Value::Null);
        (asked.method, path.unwrap_or_default(), body)
    };
    script.asked().into_iter().filter(|asked| !asked.uri.contains("sts")).map(told).collect()
}

fn sent(method: &str, path: &str, body: Value) -> (String, String, Value) {
    (method.to_owned(), path.to_owned(), body)
}

fn patch(operations: &Value) -> Value {
    json!({ "patchOperations": operations })
}

#[tokio::test]
async fn a_schema_goes_to_an_http_api_whole_and_what_aws_says_about_it_comes_back() {
    let script = gateway_answers(|_| {
        Reply::json(201, r#"{"apiId":"a1","warnings":["w1","w2"],"importInfo":["ignored: schemas"]}"#)
    });
    let writer = writer(ApiType::Http, &script).await;
    let pushed = writer.push(r#"{"openapi":"3.0.1"}"#, true).await.unwrap();
    assert_eq!(pushed.warnings, ["w1", "w2"]);
    assert_eq!(pushed.notes, ["ignored: schemas"]);
    let body = json!({ "body": r#"{"openapi":"3.0.1"}"# });
    assert_eq!(asked(&script), [sent("PUT", "/v2/apis/a1?failOnWarnings=true", body)]);
}

#[tokio::test]
async fn a_schema_overwrites_a_rest_api_and_never_merges() {
    let script = gateway_answers(|_| Reply::json(200, r#"{"id":"a1","warnings":["w"]}"#));
    let writer = writer(ApiType::Rest, &script).await;
    let pushed = writer.push(r#"{"openapi":"3.0.1"}"#, false).await.unwrap();
    assert_eq!((pushed.warnings, pushed.notes), (vec!["w".to_owned()], Vec::new()));
    let body = json!({ "openapi": "3.0.1" });
    assert_eq!(asked(&script), [sent("PUT", "/restapis/a1?mode=overwrite&failonwarnings=false", body)]);
}

#[tokio::test]
async fn a_deployment_is_made_on_a_stage_or_on_none() {
    let script = gateway_answers(|asked| {
        if asked.uri.contains("/v2/") {
            Reply::json(201, r#"{"deploymentId":"d9","deploymentStatus":"PENDING"}"#)
        } else {
            Reply::json(201, r#"{"id":"d9","createdDate":1763800000}"#)
        }
    });
    let http = writer(ApiType::Http, &script).await;
    let made = http.create_deployment(Some("prod"), "v1").await.unwrap();
    assert_eq!((made.id.as_str(), made.status), ("d9", Some(DeploymentStatus::Pending)));
    http.create_deployment(None, "v1").await.unwrap();
    let rest = writer(ApiType::Rest, &script).await;
    assert_eq!(rest.create_deployment(Some("v1"), "v1").await.unwrap().id, "d9");
    assert_eq!(
        asked(&script),
        [
            sent("POST", "/v2/apis/a1/deployments", json!({ "description": "v1", "stageName": "prod" })),
            sent("POST", "/v2/apis/a1/deployments", json!({ "description": "v1" })),
            sent("POST", "/restapis/a1/deployments", json!({ "description": "v1", "stageName": "v1" })),
        ]
    );
}

#[tokio::test]
async fn stages_deployments_and_settings_are_patched_each_in_its_services_way() {
    let script = gateway_answers(|asked| {
        if asked.uri.contains("/v2/") {
            Reply::json(
                200,
                r#"{"apiId":"a1","deploymentId":"d1","stageName":"$default","autoDeploy":false}"#,
            )
        } else {
            Reply::json(200, r#"{"id":"d1","deploymentId":"d1","stageName":"v1"}"#)
        }
    });
    let http = writer(ApiType::Http, &script).await;
    assert_eq!(http.point_stage("$default", "d1").await.unwrap().deployment_id.as_deref(), Some("d1"));
    assert!(!http.set_auto_deploy("$default", false).await.unwrap().auto_deploy);
    http.describe_deployment("d1", "new").await.unwrap();
    http.restore_settings(Some(true)).await.unwrap();
    http.restore_settings(None).await.unwrap();
    let rest = writer(ApiType::Rest, &script).await;
    assert_eq!(rest.point_stage("v1", "d1").await.unwrap().name, "v1");
    rest.describe_deployment("d1", "new").await.unwrap();
    let replace =
        |path: &str, value: &str| patch(&json!([{ "op": "replace", "path": path, "value": value }]));
    assert_eq!(
        asked(&script),
        [
            sent("PATCH", "/v2/apis/a1/stages/%24default", json!({ "deploymentId": "d1" })),
            sent("PATCH", "/v2/apis/a1/stages/%24default", json!({ "autoDeploy": false })),
            sent("PATCH", "/v2/apis/a1/deployments/d1", json!({ "description": "new" })),
            sent("PATCH", "/v2/apis/a1", json!({ "disableExecuteApiEndpoint": true })),
            sent("PATCH", "/restapis/a1/stages/v1", replace("/deploymentId", "d1")),
            sent("PATCH", "/restapis/a1/deployments/d1", replace("/description", "new")),
        ]
    );
}

/// A REST stage with a canary that overrides these variables.
fn canary(overrides: &'static str) -> Script {
    gateway_answers(move |asked| match asked.method.as_str() {
        "GET" => Reply::json(
            200,
            &format!(
                r#"{{"stageName":"v1","canarySettings":{{"deploymentId":"d2","stageVariableOverrides":{overrides}}}}}"#
            ),
        ),
        _ => Reply::json(200, r#"{"stageName":"v1","deploymentId":"d2"}"#),
    })
}

#[tokio::test]
async fn a_canary_is_promoted_by_the_recipe_or_just_removed() {
    let zero = json!({ "op": "replace", "path": "/canarySettings/percentTraffic", "value": "0.0" });
    let variables =
        json!({ "op": "copy", "path": "/variables", "from": "/canarySettings/stageVariableOverrides" });
    let deployment = json!({ "op": "copy", "path": "/deploymentId", "from": "/canarySettings/deploymentId" });
    let path = "/restapis/a1/stages/v1";
    let end = || sent("PATCH", path, patch(&json!([{ "op": "remove", "path": "/canarySettings" }])));
    for (overrides, copies) in
        [(r#"{"k":"s3cret"}"#, json!([zero, variables, deployment])), ("{}", json!([zero, deployment]))]
    {
        let script = canary(overrides);
        let stage = writer(ApiType::Rest, &script).await.end_canary("v1", true).await.unwrap();
        assert_eq!(stage.deployment_id.as_deref(), Some("d2"));
        let read = sent("GET", path, Value::Null);
        assert_eq!(asked(&script), [read, sent("PATCH", path, patch(&copies)), end()]);
    }
    let script = canary("{}");
    writer(ApiType::Rest, &script).await.end_canary("v1", false).await.unwrap();
    assert_eq!(asked(&script), [end()]);
}

#[tokio::test]
async fn a_canary_promoted_by_half_is_not_called_untouched() {
    let script = gateway_answers(|asked| match &asked.body {
        body if asked.method == "GET" || !String::from_utf8_lossy(body).contains("remove") => {
            Reply::json(200, r#"{"stageName":"v1","canarySettings":{"deploymentId":"d2"}}"#)
        }
        _ => Reply::error(429, "TooManyRequestsException", "Too Many Requests"),
    });
    let error = writer(ApiType::Rest, &script).await.end_canary("v1", true).await.unwrap_err();
    let WriteError::Lost(problem) = error else { panic!("{error:?}") };
    assert!(problem.what.starts_with("The canary was promoted"), "{problem:?}");
}

#[tokio::test]
async fn what_one_kind_of_api_lacks_is_refused_before_anything_is_sent() {
    let script = gateway_answers(|_| Reply::json(200, "{}"));
    let (http, rest) = (writer(ApiType::Http, &script).await, writer(ApiType::Rest, &script).await);
    for error in [
        http.end_canary("v1", true).await.map(drop),
        rest.set_auto_deploy("v1", true).await.map(drop),
        rest.restore_settings(Some(true)).await,
    ] {
        assert!(matches!(error, Err(WriteError::Refused(_))), "{error:?}");
    }
    assert_eq!(asked(&script), []);
}

#[tokio::test]
async fn another_account_gets_no_writer() {
    let script = gateway_answers(|_| Reply::json(200, "{}"));
    let (session, _) = session(&script, Settings::default()).await;
    let rules = |account: &str| WriteRules { read_only: false, account: Some(account.to_owned()) };
    let problem = session.writer(ApiType::Http, "a1", &rules("999999999999")).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::ReadOnly);
    assert!(problem.what.contains("123456789012") && problem.why.contains("999999999999"), "{problem:?}");
    assert!(session.writer(ApiType::Http, "a1", &rules("123456789012")).await.is_ok());
}

/// What a write ended as, after a single attempt.
async fn outcome(api_type: ApiType, reply: Reply) -> WriteError {
    let script = gateway_answers(move |_| reply.clone());
    let error = writer(api_type, &script).await.create_deployment(Some("v1"), "d").await.unwrap_err();
    assert_eq!(asked(&script).len(), 1, "a write is never sent again by itself: {error:?}");
    error
}

#[tokio::test(start_paused = true)]
async fn whatever_leaves_it_open_is_lost_and_nothing_else_is() {
    use ProblemKind::{Conflict, Network, NotFound, Permission, Rejected, Service, Throttled, Timeout};
    let cases = [
        (Reply::error(400, "BadRequestException", "no"), Some(Rejected), None),
        (Reply::error(404, "NotFoundException", "no"), Some(NotFound), None),
        (Reply::error(409, "ConflictException", "no"), Some(Conflict), None),
        (Reply::error(429, "TooManyRequestsException", "no"), Some(Throttled), None),
        (Reply::error(429, "LimitExceededException", "Maximum number of deployments"), Some(Rejected), None),
        (Reply::denied("no"), Some(Permission), None),
        (Reply::json(418, "<html>"), Some(Rejected), None),
        (Reply::Unconnected, Some(Network), None),
        (Reply::json(408, "{}"), None, Some(Rejected)),
        (Reply::json(500, "{}"), None, Some(Service)),
        (Reply::error(503, "ServiceUnavailableException", "no"), None, Some(Service)),
        (Reply::json(504, "<html>Gateway Timeout</html>"), None, Some(Service)),
        (Reply::Reset, None, Some(Network)),
        (Reply::Hang, None, Some(Timeout)),
        (Reply::json(201, "<html>Welcome to the hotel</html>"), None, Some(Service)),
        (Reply::json(201, "{}"), None, Some(Service)),
        (Reply::json(201, "").header("content-length", "40"), None, Some(Network)),
        (Reply::json(302, ""), None, Some(Service)),
    ];
    for (reply, refused, lost) in cases {
        for api_type in [ApiType::Http, ApiType::Rest] {
            match outcome(api_type, reply.clone()).await {
                WriteError::Refused(problem) => {
                    assert_eq!((Some(problem.kind), None), (refused, lost), "{reply:?}");
                }
                WriteError::Lost(problem) => {
                    assert_eq!((None, Some(problem.kind)), (refused, lost), "{reply:?}: {problem:?}");
                    assert!(problem.advice[0].contains("may have happened"), "{problem:?}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn credentials_that_cannot_be_had_send_nothing() {
    let script = Script::new(|before, _| match before {
        0 => Reply::json(200, IDENTITY),
        _ => Reply::sts_error(403, "AccessDenied", "not authorized to perform: sts:AssumeRole"),
    });
    let aws = Aws::new(script.transport(), Settings::default());
    let role =
        crate::domain::RoleAuth { arn: "arn:aws:iam::123456789012:role/r".into(), ..Default::default() };
    let session = aws.open(&key(Auth::Role(role)), Some(access_key())).await.unwrap();
    let writer = Writer::new(&session, ApiType::Http, "a1", Access::ReadWrite);
    let error = writer.push("{}", true).await.unwrap_err();
    assert!(matches!(error, WriteError::Refused(_)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_write_is_waited_for() {
    let script = gateway_answers(|_| Reply::json(201, r#"{"apiId":"a1"}"#).late(Duration::from_secs(50)));
    assert!(writer(ApiType::Http, &script).await.push("{}", true).await.is_ok());
}

#[tokio::test]
async fn a_wait_that_aws_asks_for_is_told() {
    let reply = Reply::error(429, "TooManyRequestsException", "slow").header("retry-after", "7");
    let WriteError::Refused(problem) = outcome(ApiType::Rest, reply).await else { panic!("lost") };
    assert_eq!((problem.kind, problem.retry_after), (ProblemKind::Throttled, Some(Duration::from_secs(7))));
}

#[tokio::test]
async fn warnings_that_stop_a_push_are_told_whole() {
    let words =
        "Warnings found during import:\n\tParse issue: attribute paths.'/x'(get).responses is missing\n\tTwo";
    let script = gateway_answers(move |_| Reply::error(400, "BadRequestException", words));
    let error = writer(ApiType::Http, &script).await.push("{}", true).await.unwrap_err();
    let WriteError::Refused(problem) = error else { panic!("{error:?}") };
    assert_eq!(problem.why, words);
    assert!(problem.advice[0].contains("--allow-warnings"), "{problem:?}");
}

#[tokio::test]
async fn what_aws_says_of_a_deployment_that_cannot_be_comes_with_a_step_to_take() {
    let table = [
        ("No integration defined for method", "x-amazon-apigateway-integration"),
        ("Unable to deploy API because no routes exist in this API", "no routes yet"),
        ("At least one route is required before deploying the Api.", "no routes yet"),
        ("The REST API doesn't contain any methods", "no methods yet"),
        (
            "Stage prod does not exist. StageName specified on a CreateDeployment request must exist so the stage can be updated with the new deployment.",
            "Make the stage first",
        ),
        ("Deployment id does not exist", "Pick another deployment"),
        ("Stage already has a canary deployment", "end it first"),
        ("Deployment ID cannot be set on a stage with auto-deploy enabled", "auto-deploy off"),
        ("Unable to find Route by key GET /x within the provided RouteSettings", "delete its route settings"),
        ("Invalid OpenAPI input.", "no 3.1"),
    ];
    for (words, step) in table {
        let reply = Reply::error(400, "BadRequestException", words);
        let WriteError::Refused(problem) = outcome(ApiType::Http, reply).await else { panic!("lost") };
        assert_eq!(problem.why, words);
        assert!(problem.advice[0].contains(step), "{words}: {:?}", problem.advice);
    }
}

#[tokio::test]
async fn a_denied_write_names_its_action_and_resource() {
    let script = gateway_answers(|_| Reply::denied("Forbidden"));
    let (http, rest) = (writer(ApiType::Http, &script).await, writer(ApiType::Rest, &script).await);
    let stage = "/apis/a1/stages/$default";
    let denied = [
        (http.push("{}", true).await.map(drop), "PUT", "/apis/a1"),
        (http.create_deployment(None, "d").await.map(drop), "POST", "/apis/a1/deployments"),
        (http.point_stage("$default", "d1").await.map(drop), "PATCH", stage),
        (http.set_auto_deploy("$default", true).await.map(drop), "PATCH", stage),
        (http.describe_deployment("d1", "d").await, "PATCH", "/apis/a1/deployments/d1"),
        (http.restore_settings(Some(true)).await, "PATCH", "/apis/a1"),
        (rest.push("{}", true).await.map(drop), "PUT", "/restapis/a1"),
        (rest.create_deployment(None, "d").await.map(drop), "POST", "/restapis/a1/deployments"),
        (rest.point_stage("v1", "d1").await.map(drop), "PATCH", "/restapis/a1/stages/v1"),
        (rest.describe_deployment("d1", "d").await, "PATCH", "/restapis/a1/deployments/d1"),
        (rest.end_canary("v1", false).await.map(drop), "PATCH", "/restapis/a1/stages/v1"),
    ];
    for (answer, verb, path) in denied {
        let Err(WriteError::Refused(problem)) = answer else { panic!("{answer:?}") };
        let denied = problem.denied.clone().unwrap();
        assert_eq!(denied.action, format!("apigateway:{verb}"), "{problem:?}");
        assert_eq!(denied.resource, format!("arn:aws:apigateway:eu-west-1::{path}"), "{problem:?}");
    }
}

#[tokio::test]
async fn a_role_that_may_not_be_passed_on_and_tags_are_told_apart_from_the_write() {
    let who = "User: arn:aws:iam::1:user/ana is not authorized to perform: ";
    for (words, action, step) in [
        (
            format!("{who}iam:PassRole on resource: arn:aws:iam::1:role/r because no identity-based policy"),
            "iam:PassRole",
            "pass it on",
        ),
        (
            format!("{who}apigateway:PUT on resource: arn:aws:apigateway:eu-west-1::/tags/arn%3Aaws because"),
            "apigateway:PUT",
            "/tags/*",
        ),
        (
            format!(
                "{who}apigateway:UpdateRestApiPolicy on resource: arn:aws:apigateway:eu-west-1::/restapis/a1"
            ),
            "apigateway:UpdateRestApiPolicy",
            "Allow apigateway:UpdateRestApiPolicy on arn:aws:apigateway:eu-west-1::/restapis/a1.",
        ),
    ] {
        let script = gateway_answers(move |_| Reply::denied(&words));
        let error = writer(ApiType::Rest, &script).await.push("{}", true).await.unwrap_err();
        let WriteError::Refused(problem) = error else { panic!("{error:?}") };
        assert_eq!(problem.denied.clone().unwrap().action, action);
        assert!(problem.advice.join(" ").contains(step), "{problem:?}");
    }
}

/// A deployment sent over a real socket to that port of this machine.
async fn deploy_over_a_socket(port: u16) -> WriteError {
    let connector = aws_smithy_http_client::Connector::builder().build_http();
    let wire = aws_smithy_runtime_api::client::http::SharedHttpConnector::new(connector);
    let endpoint_url = Some(format!("http://127.0.0.1:{port}"));
    let aws = Aws::new(Transport::Scripted(wire), Settings { endpoint_url, ..Settings::default() });
    let session = aws.open(&key(Auth::Environment), Some(access_key())).await.unwrap();
    let writer = Writer::new(&session, ApiType::Http, "a1", Access::ReadWrite);
    writer.create_deployment(None, "d").await.unwrap_err()
}

#[tokio::test]
async fn a_port_where_nobody_listens_got_nothing() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let WriteError::Refused(problem) = deploy_over_a_socket(port).await else { panic!("lost") };
    assert_eq!(problem.kind, ProblemKind::Network);
}

#[tokio::test]
async fn a_server_that_hangs_up_without_an_answer_may_have_done_it() {
    use tokio::io::AsyncReadExt;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let mut heard = vec![0; 64 * 1024];
        let (mut stream, _) = listener.accept().await.unwrap();
        let length = stream.read(&mut heard).await.unwrap();
        String::from_utf8_lossy(&heard[..length]).into_owned()
    });
    let error = deploy_over_a_socket(port).await;
    assert!(matches!(error, WriteError::Lost(_)), "{error:?}");
    assert!(server.await.unwrap().starts_with("POST /v2/apis/a1/deployments"));
}
