//! Each way in which AWS says no, and what becomes of it.

use super::*;
use crate::domain::RoleAuth;

const ROLE: &str = "arn:aws:iam::123456789012:role/deployer";

fn role(source_profile: Option<&str>) -> Auth {
    Auth::Role(RoleAuth {
        arn: ROLE.into(),
        external_id: Some("x-1".into()),
        source_profile: source_profile.map(str::to_owned),
        ..RoleAuth::default()
    })
}

async fn problem_of(reply: Reply) -> Problem {
    let script = Script::new(move |_, _| reply.clone());
    let (session, _) = session(&script, Settings::default()).await;
    session.gateway(ApiType::Http, "a1").api().await.unwrap_err()
}

/// Status, code and words of a refusal; the kind of problem it is, and a part of the advice.
const TABLE: &[(u16, &str, &str, ProblemKind, &str)] = &[
    (
        403,
        "AccessDeniedException",
        "User: u is not authorized to perform: apigateway:GET on resource: arn:aws:apigateway:eu-west-1::/apis/a1 because no identity-based policy allows it",
        ProblemKind::Permission,
        "Allow apigateway:GET on arn:aws:apigateway:eu-west-1::/apis/a1.",
    ),
    (
        403,
        "AccessDeniedException",
        "User: u is not authorized to perform: apigateway:GET on resource: arn:aws:apigateway:eu-west-1::/apis/a1 with an explicit deny in a service control policy",
        ProblemKind::Permission,
        "Allowing it elsewhere does not help",
    ),
    (
        403,
        "AccessDeniedException",
        "User: u is not authorized to perform: apigateway:PUT on resource: arn:aws:apigateway:eu-west-1::/tags/x because",
        ProblemKind::Permission,
        "sets tags",
    ),
    (
        403,
        "AccessDeniedException",
        "User: u is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/r",
        ProblemKind::Permission,
        "Allow iam:PassRole on arn:aws:iam::1:role/r.",
    ),
    (
        401,
        "UnauthorizedException",
        "",
        ProblemKind::Permission,
        "Allow apigateway:GET on arn:aws:apigateway:eu-west-1::/apis/a1.",
    ),
    (403, "ForbiddenException", "Forbidden", ProblemKind::Permission, "Allow apigateway:GET"),
    (429, "TooManyRequestsException", "Too Many Requests", ProblemKind::Throttled, "Wait"),
    (400, "ThrottlingException", "Rate exceeded", ProblemKind::Throttled, "Wait"),
    (400, "Throttling", "Rate exceeded", ProblemKind::Throttled, "Wait"),
    (429, "LimitExceededException", "Rate exceeded", ProblemKind::Throttled, "Wait"),
    (
        429,
        "LimitExceededException",
        "Maximum number of stages for this API has been reached",
        ProblemKind::Rejected,
        "quota",
    ),
    (
        404,
        "NotFoundException",
        "Invalid API identifier specified 123456789012:a1",
        ProblemKind::NotFound,
        "apigw looked in eu-west-1. Is it in another region or account?",
    ),
    (
        409,
        "ConflictException",
        "Unable to complete operation due to concurrent modification. Please try again later.",
        ProblemKind::Conflict,
        "Try again",
    ),
    (400, "BadRequestException", "first\nsecond", ProblemKind::Rejected, ""),
    (
        403,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
        ProblemKind::Credentials,
        "region eu-west-1 may not be switched on",
    ),
    (
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
        ProblemKind::Credentials,
        "access key",
    ),
    (
        403,
        "ExpiredTokenException",
        "The security token included in the request is expired",
        ProblemKind::Credentials,
        "new one",
    ),
    (
        403,
        "ExpiredToken",
        "The security token included in the request is expired",
        ProblemKind::Credentials,
        "new one",
    ),
    (
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match",
        ProblemKind::Credentials,
        "secret access key",
    ),
    (403, "InvalidSignatureException", "Signature expired", ProblemKind::Credentials, "secret access key"),
    (403, "RequestTimeTooSkewed", "The difference is too large", ProblemKind::Credentials, "clock"),
    (400, "RequestExpired", "Request has expired", ProblemKind::Credentials, "clock"),
    (403, "RegionDisabledException", "STS is not activated", ProblemKind::Credentials, "eu-west-1"),
    (500, "InternalServerErrorException", "", ProblemKind::Service, "health"),
    (503, "ServiceUnavailableException", "", ProblemKind::Service, "health"),
    (418, "TeapotException", "short and stout", ProblemKind::Rejected, ""),
];

#[tokio::test(start_paused = true)]
async fn every_code_of_the_error_table_has_a_kind_and_advice() {
    for (status, code, message, kind, advice) in TABLE {
        let problem = problem_of(Reply::error(*status, code, message)).await;
        assert_eq!(problem.kind, *kind, "{code}: {problem:?}");
        assert_eq!(problem.what, "Cannot read the HTTP API a1 in eu-west-1");
        assert!(problem.why.contains(*message) && !problem.why.is_empty(), "{code}: {problem:?}");
        assert!(problem.advice.join(" ").contains(*advice), "{code}: {problem:?}");
        assert_eq!(problem.denied.is_some(), *kind == ProblemKind::Permission, "{code}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_from_aws_is_told_apart() {
    for body in ["<html>Welcome to the hotel</html>", "", "{}", "{\"apiId\":"] {
        let problem = problem_of(Reply::json(200, body)).await;
        assert_eq!(problem.kind, ProblemKind::Service, "{body}: {problem:?}");
        assert!(problem.advice.join(" ").contains("proxy"), "{body}: {problem:?}");
    }
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_told_with_its_error() {
    let ten_minutes_ago = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(10);
    let date = ten_minutes_ago.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let reply = Reply::error(403, "InvalidSignatureException", "Signature expired").header("date", &date);
    let problem = problem_of(reply).await;
    assert_eq!(problem.advice, ["Set the clock of this machine: it is 10 minutes fast."]);
}

#[tokio::test]
async fn a_missing_api_is_looked_for_in_a_named_account() {
    let script = Script::new(|_, asked| match asked.method.as_str() {
        "POST" => Reply::json(
            200,
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
             <Arn>arn:aws:iam::123456789012:user/ana</Arn><UserId>U</UserId><Account>123456789012</Account>\
             </GetCallerIdentityResult></GetCallerIdentityResponse>",
        ),
        _ => Reply::error(404, "NotFoundException", "Invalid API identifier specified"),
    });
    let (session, _) = session(&script, Settings::default()).await;
    assert_eq!(session.identity().await.unwrap().who(), "user ana");
    assert_eq!(session.identity().await.unwrap().account, "123456789012");
    assert_eq!(script.asked().len(), 1, "an identity is asked once");
    let problem = session.gateway(ApiType::Rest, "a1").api().await.unwrap_err();
    assert!(problem.advice[0].contains("eu-west-1, account 123456789012"), "{problem:?}");
}

#[tokio::test]
async fn a_denied_metric_names_action_and_resource() {
    let script = Script::new(|_, _| {
        let mut body = Vec::new();
        let message =
            "User: u is not authorized to perform: cloudwatch:GetMetricData because no identity-based policy";
        let map = [("__type", "AccessDeniedException"), ("message", message)];
        let map = map.map(|(key, value)| (ciborium::Value::from(key), ciborium::Value::from(value)));
        ciborium::into_writer(&ciborium::Value::Map(map.to_vec()), &mut body).unwrap();
        match Reply::cbor(body) {
            Reply::Answer { headers, body, after, .. } => Reply::Answer { status: 403, headers, body, after },
            other => other,
        }
    });
    let (session, _) = session(&script, Settings::default()).await;
    let window = crate::domain::Window::settled(crate::domain::TimeRange::H1, jiff::Timestamp::now());
    let wanted =
        StageRef { api_type: ApiType::Http, api_id: "a1".into(), api_name: "n".into(), stage: "prod".into() };
    let problem = session.metrics(&[wanted], window, Detail::Summary).await.unwrap_err();
    let denied = problem.denied.unwrap();
    assert_eq!((problem.kind, denied.action.as_str()), (ProblemKind::Permission, "cloudwatch:GetMetricData"));
    assert_eq!((denied.resource.as_str(), denied.explicit), ("*", false));
}

#[tokio::test]
async fn a_role_that_is_refused_names_the_role() {
    let script = Script::new(|_, _| {
        Reply::sts_error(
            403,
            "AccessDenied",
            "User: arn:aws:iam::1:user/ana is not authorized to perform: sts:AssumeRole",
        )
    });
    let aws = Aws::new(script.transport(), Settings::default());
    let session = aws.open(&key(role(None)), Some(access_key())).await.unwrap();
    let problem = session.gateway(ApiType::Http, "a1").api().await.unwrap_err();
    let denied = problem.denied.clone().unwrap();
    assert_eq!(
        (problem.kind, denied.action.as_str(), denied.resource.as_str()),
        (ProblemKind::Permission, "sts:AssumeRole", ROLE)
    );
    assert!(problem.advice.join(" ").contains("external ID"), "{problem:?}");
    assert!(String::from_utf8_lossy(&script.asked()[0].body).contains("ExternalId=x-1"));
}

#[tokio::test(start_paused = true)]
async fn a_role_that_cannot_be_asked_for_is_a_problem_of_the_network() {
    let script = Script::new(|_, _| Reply::Reset);
    let aws = Aws::new(script.transport(), Settings::default());
    let session = aws.open(&key(role(None)), Some(access_key())).await.unwrap();
    let problem = session.identity().await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Network, "{problem:?}");
}

#[tokio::test]
async fn credentials_that_expired_are_renewed_where_they_came_from() {
    let script = Script::new(|_, _| {
        Reply::sts_error(403, "ExpiredToken", "The security token included in the request is expired")
    });
    let aws = Aws::new(script.transport(), Settings::default());
    let session = aws.open(&key(role(Some("dev"))), Some(access_key())).await.unwrap();
    let problem = session.identity().await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Credentials);
    assert_eq!(problem.advice[0], "Run `aws sso login --profile dev`.");
}
