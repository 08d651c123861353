//! What the test of a connection tells, and that it writes nothing.

use super::*;
use crate::domain::{Capability, Check, Login, Outcome, SessionKey, Trial, policy};

fn trial(api_type: ApiType, api_id: Option<&str>) -> Trial {
    let auth = Auth::AccessKey { id: demo::ACCESS_KEY_ID.to_owned() };
    Trial {
        login: Login { session: SessionKey { auth, region: demo::REGION.to_owned() }, access_key: None },
        api_type,
        api_id: api_id.map(str::to_owned),
        account: Some(demo::ACCOUNT_ID.to_owned()),
        read_only: false,
        capabilities: Capability::ALL.to_vec(),
    }
}

fn words(checks: &[Check]) -> Vec<&'static str> {
    checks.iter().map(|check| check.outcome.as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_good_connection_passes_all_that_can_be_known() {
    let (cloud, engine) = engine(Scenario::Demo);
    for (api_type, api_id) in [(ApiType::Http, demo::ORDERS_API_ID), (ApiType::Rest, demo::BILLING_API_ID)] {
        let checks = engine.test(&trial(api_type, Some(api_id))).await;
        let expected = ["ok", "ok", "ok", "ok", "ok", "unknown", "unknown", "unknown"];
        assert_eq!(words(&checks), expected, "{checks:#?}");
    }
    let writing = ["Create", "Update", "Put", "Import", "Reimport", "Delete", "Tag"];
    let seen = cloud.requests();
    let wrote = seen.iter().find(|seen| writing.iter().any(|verb| seen.operation.starts_with(verb)));
    assert_eq!(wrote, None);
}

#[tokio::test(start_paused = true)]
async fn a_draft_without_an_api_lists_them() {
    let (_, engine) = engine(Scenario::Demo);
    let checks = engine.test(&trial(ApiType::Http, None)).await;
    assert_eq!(words(&checks), ["ok", "ok", "ok", "unknown", "unknown", "unknown", "unknown"]);
    assert!(
        matches!(&checks[1].outcome, Outcome::Passed(told) if told.ends_with("HTTP APIs")),
        "{checks:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn one_missing_permission_fails_its_own_check_and_no_other() {
    for (operation, failing, action) in [
        ("GetMetricData", "Read metrics", "cloudwatch:GetMetricData"),
        ("GetDeployments", "Read its deployments", "apigateway:GET"),
        ("ExportApi", "Import its schema", "apigateway:GET"),
    ] {
        let (cloud, engine) = engine(Scenario::Demo);
        cloud.inject(Fault::new(What::AccessDenied).on(operation));
        let checks = engine.test(&trial(ApiType::Http, Some(demo::ORDERS_API_ID))).await;
        let failed: Vec<&Check> =
            checks.iter().filter(|check| matches!(check.outcome, Outcome::Failed(_))).collect();
        let [Check { what, outcome: Outcome::Failed(problem) }] = failed[..] else {
            panic!("{checks:#?}");
        };
        assert_eq!((what.as_str(), problem.denied.as_ref().unwrap().action.as_str()), (failing, action));
    }
}

#[tokio::test(start_paused = true)]
async fn credentials_that_do_not_work_are_told_once() {
    let (cloud, engine) = engine(Scenario::Demo);
    cloud.inject(Fault::new(What::ExpiredToken));
    let checks = engine.test(&trial(ApiType::Http, Some(demo::ORDERS_API_ID))).await;
    assert_eq!(words(&checks), ["failed"]);
}

#[tokio::test(start_paused = true)]
async fn another_account_is_warned_of_and_read_only_fails_what_writes() {
    let (_, engine) = engine(Scenario::Demo);
    let elsewhere = Trial {
        account: Some(demo::OTHER_ACCOUNT_ID.to_owned()),
        read_only: true,
        capabilities: vec![Capability::Deploy],
        ..trial(ApiType::Http, Some(demo::ORDERS_API_ID))
    };
    let checks = engine.test(&elsewhere).await;
    assert_eq!(words(&checks), ["warning", "ok", "failed"]);
    let wrong_region = Trial {
        login: Login {
            session: SessionKey { region: demo::OTHER_REGION.to_owned(), ..elsewhere.login.session.clone() },
            access_key: None,
        },
        ..elsewhere
    };
    let checks = engine.test(&wrong_region).await;
    let Outcome::Failed(problem) = &checks[1].outcome else { panic!("{checks:#?}") };
    assert_eq!(problem.kind, ProblemKind::NotFound);
    assert!(problem.what.contains(demo::OTHER_REGION), "{problem:?}");
}

/// The IAM action and resource of a request, as the Service Authorization Reference has them.
fn permission(seen: &crate::sim::Seen) -> Option<(String, String)> {
    use crate::sim::Service;
    match seen.service {
        Service::Sts => None,
        Service::CloudWatch => Some((format!("cloudwatch:{}", seen.operation), "*".to_owned())),
        _ => {
            let path = seen.path.strip_prefix("/v2").unwrap_or(&seen.path);
            Some(("apigateway:GET".to_owned(), format!("arn:aws:apigateway:{}::{path}", seen.region)))
        }
    }
}

/// Whether an IAM pattern, in which `*` is anything, matches.
fn matches(pattern: &str, text: &str) -> bool {
    let parts: Vec<&str> = pattern.split('*').collect();
    match parts[..] {
        [whole] => whole == text,
        [start, end] => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
        _ => panic!("{pattern}"),
    }
}

#[tokio::test(start_paused = true)]
async fn the_policy_allows_every_request_that_is_really_sent() {
    for (api_type, api_id) in [(ApiType::Http, demo::ORDERS_API_ID), (ApiType::Rest, demo::BILLING_API_ID)] {
        let (cloud, engine) = engine(Scenario::Demo);
        let connection = connection(api_type, api_id);
        let request = StatusRequest { range: TimeRange::D1, stages: Vec::new() };
        assert_eq!(
            engine.status(std::slice::from_ref(&connection), &request).await.connections[0].problem,
            None
        );
        engine.deployments(&connection, |_| ()).await.unwrap();
        engine.domains(&connection).await.unwrap();
        engine.test(&trial(api_type, Some(api_id))).await;
        engine.login_apis(&trial(api_type, None).login, api_type, |_| ()).await.unwrap();
        let scope = policy::PolicyScope {
            api_type,
            api_id: Some(api_id.to_owned()),
            region: demo::REGION.to_owned(),
            stage: None,
        };
        let reading = [Capability::View, Capability::Metrics, Capability::Import];
        let text = policy::permission_policy(&[scope], &reading);
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        let allows = |action: &str, resource: &str| {
            document["Statement"].as_array().unwrap().iter().any(|statement| {
                let resources = &statement["Resource"];
                let many = resources.as_array().cloned().unwrap_or_else(|| vec![resources.clone()]);
                statement["Action"] == action
                    && many.iter().any(|pattern| matches(pattern.as_str().unwrap(), resource))
            })
        };
        let needed: Vec<(String, String)> = cloud.requests().iter().filter_map(permission).collect();
        assert!(needed.len() > 8, "{needed:?}");
        for (action, resource) in needed {
            assert!(allows(&action, &resource), "{action} on {resource} is not in\n{text}");
        }
    }
}
