//! A plan as JSON, whole.

use serde_json::{Value, json};

use crate::cli::changes::{change_json, finding_json};
use crate::domain::{
    Deployment, Fault, GatewayChange, GoLive, Plan, PlannedCall, Restored, Risk, SchemaSource, Target,
};

/// The plan as JSON.
pub fn json(plan: &Plan) -> Value {
    let changes = |changes: &[GatewayChange]| changes.iter().map(change_json).collect::<Vec<_>>();
    json!({
        "target": target_json(&plan.target),
        "source": plan.source.as_ref().map(source_json),
        "gateway": changes(&plan.gateway),
        "goes_live_changes": changes(&plan.goes_live_changes),
        "contract": plan.contract.iter().map(finding_json).collect::<Vec<_>>(),
        "contract_basis": plan.contract_basis,
        "restored": plan.restored.iter().map(restored_json).collect::<Vec<_>>(),
        "deleted_routes": plan.deleted_routes,
        "preflight": plan.preflight.iter().map(fault_json).collect::<Vec<_>>(),
        "goes_live": plan.goes_live,
        "live_deployment_id": plan.live.as_ref().map(|live| &live.id),
        "deployment_id": plan.to.as_ref().map(|to: &Deployment| &to.id),
        "description": plan.description,
        "switches_auto_deploy_off": matches!(plan.go_live, GoLive::Point { auto_deploy_off: true, .. }),
        "needs_flags": plan.risks().into_iter().map(Risk::flag).collect::<Vec<_>>(),
        "notes": plan.notes,
        "calls": plan.calls.iter().map(call_json).collect::<Vec<_>>(),
        "permissions": permissions(plan),
        "merged": plan.push.as_ref().map(|push| document(&push.merged)),
    })
}

/// The place as JSON.
pub fn target_json(target: &Target) -> Value {
    json!({
        "account": target.account,
        "region": target.region,
        "api": {
            "id": target.api_id,
            "name": target.api_name,
            "type": target.api_type.as_str(),
            "region": target.region,
        },
        "stage": target.stage,
    })
}

fn source_json(source: &SchemaSource) -> Value {
    json!({
        "file": source.file.display().to_string(),
        "revision": source.revision,
        "commit": source.commit,
        "modified": source.modified,
    })
}

fn restored_json(restored: &Restored) -> Value {
    json!({ "at": restored.at, "what": restored.what })
}

fn fault_json(fault: &Fault) -> Value {
    json!({ "severity": fault.severity(), "at": fault.at, "message": fault.message })
}

fn call_json(call: &PlannedCall) -> Value {
    json!({ "operation": call.operation, "action": call.action, "resource": call.resource })
}

/// What IAM must allow for the calls, each once.
fn permissions(plan: &Plan) -> Vec<Value> {
    needed(plan)
        .into_iter()
        .map(|(action, resource)| json!({ "action": action, "resource": resource }))
        .collect()
}

/// Actions and resources of the calls, each once.
pub fn needed(plan: &Plan) -> Vec<(&str, &str)> {
    let mut needed: Vec<(&str, &str)> = Vec::new();
    for call in &plan.calls {
        let pair = (call.action, call.resource.as_str());
        if !needed.contains(&pair) {
            needed.push(pair);
        }
    }
    needed
}

/// A document as it is, where it is JSON.
fn document(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::json_text;
    use crate::cli::samples::{plan, roll_back_plan};

    #[test]
    fn the_json_has_the_whole_plan() {
        insta::assert_snapshot!(json_text(&json(&plan())));
    }

    #[test]
    fn what_a_plan_has_not_is_null_or_empty() {
        insta::assert_snapshot!(json_text(&json(&roll_back_plan())));
    }
}
