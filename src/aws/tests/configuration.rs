//! The working configuration: what it is, and when its fingerprint changes.

use super::*;

/// Answers by the last part of the path.
fn answers(of: impl Fn(&str, &str) -> Option<String> + Send + Sync + 'static) -> Script {
    Script::new(move |_, asked| {
        let path = asked.uri.split('?').next().unwrap_or_default();
        let body = of(path.rsplit('/').next().unwrap_or_default(), &asked.uri);
        Reply::json(200, &body.unwrap_or_else(|| r#"{"items":[],"item":[]}"#.to_owned()))
    })
}

async fn configuration(api_type: ApiType, script: &Script) -> Configuration {
    let (session, _) = session(script, Settings::default()).await;
    session.gateway(api_type, "a1").configuration().await.unwrap()
}

fn route(
    route: &str,
    integration: Option<(&str, &str)>,
    authorizer: Option<&str>,
    authorization: &str,
) -> ConfiguredRoute {
    ConfiguredRoute {
        route: route.into(),
        integration_type: integration.map(|(kind, _)| kind.into()),
        uri: integration.map(|(_, uri)| uri.into()).filter(|uri: &String| !uri.is_empty()),
        authorizer: authorizer.map(str::to_owned),
        authorization: authorization.into(),
    }
}

#[tokio::test]
async fn routes_of_an_http_api_have_their_integrations_and_authorizers() {
    let script = answers(|part, uri| {
        let body = match part {
            "routes" if !uri.contains("nextToken=p2") => {
                r#"{"items":[{"routeKey":"GET /b","target":"integrations/i1","authorizationType":"JWT","authorizerId":"z1"}],
                    "nextToken":"p2"}"#
            }
            "routes" => {
                r#"{"items":[{"routeKey":"$default","authorizationType":"CUSTOM","authorizerId":"gone"},
                    {"routeKey":"ANY /a","target":"integrations/i1"}]}"#
            }
            "integrations" => {
                r#"{"items":[{"integrationId":"i1","integrationType":"AWS_PROXY","integrationUri":"arn:f"}]}"#
            }
            "authorizers" => r#"{"items":[{"authorizerId":"z1","name":"tokens"}]}"#,
            _ => return None,
        };
        Some(body.to_owned())
    });
    let read = configuration(ApiType::Http, &script).await;
    let lambda = Some(("aws_proxy", "arn:f"));
    assert_eq!(
        read.routes,
        [
            route("$default", None, Some("gone"), "CUSTOM"),
            route("ANY /a", lambda, None, "NONE"),
            route("GET /b", lambda, Some("tokens"), "JWT"),
        ]
    );
    assert_eq!(read.authorizers, ["tokens"]);
    let mut paths: Vec<String> = script.asked().into_iter().map(|asked| asked.uri).collect();
    paths.retain(|uri| !uri.contains("nextToken"));
    assert_eq!(paths.len(), 4, "{paths:?}");
}

#[tokio::test(start_paused = true)]
async fn methods_of_a_rest_api_are_its_routes_and_long_lists_are_not_rushed() {
    let script = answers(|part, uri| {
        let body = match part {
            "resources" if !uri.contains("position=p2") => {
                r#"{"item":[{"id":"r1","path":"/","resourceMethods":{"GET":{"authorizationType":"NONE",
                    "methodIntegration":{"type":"MOCK"}}}},{"id":"r3","path":"/empty"}],"position":"p2"}"#
            }
            "resources" => {
                r#"{"item":[{"id":"r2","path":"/a/{id}","resourceMethods":{
                    "ANY":{"authorizationType":"CUSTOM","authorizerId":"z1",
                        "methodIntegration":{"type":"HTTP_PROXY","uri":"https://x"}},
                    "DELETE":{"authorizationType":"AWS_IAM"}}}]}"#
            }
            "authorizers" => r#"{"item":[{"id":"z1","name":"tokens"}]}"#,
            _ => return None,
        };
        Some(body.to_owned())
    });
    let start = tokio::time::Instant::now();
    let read = configuration(ApiType::Rest, &script).await;
    assert!(start.elapsed() >= std::time::Duration::from_millis(400));
    assert_eq!(
        read.routes,
        [
            route("ANY /a/{id}", Some(("http_proxy", "https://x")), Some("tokens"), "CUSTOM"),
            route("DELETE /a/{id}", None, None, "AWS_IAM"),
            route("GET /", Some(("mock", "")), None, "NONE"),
        ]
    );
    let asked = script.asked();
    assert!(
        asked
            .iter()
            .filter(|asked| asked.uri.contains("/resources"))
            .all(|asked| asked.uri.contains("embed=methods"))
    );
    for list in ["authorizers", "models", "gatewayresponses", "requestvalidators"] {
        assert!(
            asked.iter().any(|asked| asked.uri.contains(&format!("/restapis/a1/{list}?limit=500"))),
            "{list}"
        );
    }
}

#[tokio::test]
async fn the_fingerprint_changes_with_what_is_set_and_with_nothing_else() {
    let with = |routes: &'static str, api: &'static str| async move {
        let script = answers(move |part, _| match part {
            "routes" => Some(routes.to_owned()),
            "a1" => Some(api.to_owned()),
            _ => None,
        });
        configuration(ApiType::Http, &script).await.fingerprint
    };
    let routes = r#"{"items":[{"routeKey":"GET /a","unknownYet":[1,2]},{"routeKey":"GET /b"}]}"#;
    let api = r#"{"apiId":"a1","name":"orders","corsConfiguration":{"allowMethods":["GET","PUT"]}}"#;
    let before = with(routes, api).await;
    assert!(before.len() == 64 && before.chars().all(|digit| digit.is_ascii_hexdigit()), "{before}");
    let same = [
        (routes, api),
        (r#"{"items":[{"routeKey":"GET /b"},{"unknownYet":[2,1],"routeKey":"GET /a"}]}"#, api),
        (
            routes,
            r#"{"warnings":["w"],"importInfo":["i"],"corsConfiguration":{"allowMethods":["PUT","GET"]},"name":"orders","apiId":"a1"}"#,
        ),
    ];
    for (routes, api) in same {
        assert_eq!(with(routes, api).await, before, "{routes} {api}");
    }
    let other = [
        (r#"{"items":[{"routeKey":"GET /a","unknownYet":[1,3]},{"routeKey":"GET /b"}]}"#, api),
        (r#"{"items":[{"routeKey":"GET /a","unknownYet":[1,2]}]}"#, api),
        (routes, r#"{"apiId":"a1","name":"orders"}"#),
        (routes, r#"{"apiId":"a1","name":"bills","corsConfiguration":{"allowMethods":["GET","PUT"]}}"#),
    ];
    for (routes, api) in other {
        assert_ne!(with(routes, api).await, before, "{routes} {api}");
    }
}

#[tokio::test]
async fn a_list_that_is_denied_is_named() {
    let script = Script::new(|_, asked| {
        if asked.uri.contains("/models") { Reply::denied("no") } else { Reply::json(200, r#"{"item":[]}"#) }
    });
    let (session, _) = session(&script, Settings::default()).await;
    let problem = session.gateway(ApiType::Rest, "a1").configuration().await.unwrap_err();
    assert_eq!(problem.what, "Cannot read the models of the REST API a1 in eu-west-1");
    assert_eq!(problem.denied.unwrap().resource, "arn:aws:apigateway:eu-west-1::/restapis/a1/models");
}
