//! The requests of a write, with the permission that each needs.

use crate::domain::{ApiType, GoLive, PlannedCall, Target, links};

/// The requests that push and put live, in the order in which they go out.
pub(super) fn of(target: &Target, pushes: bool, go_live: &GoLive) -> Vec<PlannedCall> {
    let stage = format!("/stages/{}", target.stage.as_deref().unwrap_or_default());
    let mut calls = Vec::new();
    if pushes {
        let operation = match target.api_type {
            ApiType::Http => "ReimportApi",
            ApiType::Rest => "PutRestApi",
        };
        calls.push(call(target, operation, "apigateway:PUT", ""));
    }
    match go_live {
        GoLive::No => {}
        GoLive::Deploy => calls.push(call(target, "CreateDeployment", "apigateway:POST", "/deployments")),
        GoLive::AutoDeploy => {
            calls.push(call(target, "UpdateDeployment", "apigateway:PATCH", "/deployments/*"));
        }
        GoLive::Point { auto_deploy_off, .. } => {
            let update = call(target, "UpdateStage", "apigateway:PATCH", &stage);
            calls.extend(auto_deploy_off.then(|| update.clone()));
            calls.push(update);
        }
        GoLive::EndCanary { .. } => calls.push(call(target, "UpdateStage", "apigateway:PATCH", &stage)),
    }
    calls
}

fn call(target: &Target, operation: &'static str, action: &'static str, tail: &str) -> PlannedCall {
    let api = links::api_arn(target.api_type, &target.api_id, &target.region);
    PlannedCall { operation, action, resource: format!("{api}{tail}") }
}
