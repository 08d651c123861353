//! `UpdateStage`: a stage of a REST API, changed by a list of patch operations; all of them, or none.

use super::deploy::canary_is_active;
use super::edit::{Patch, api_mut};
use super::{CanarySettings, RestApi, Stage};
use crate::sim::refusal::Refusal;
use crate::sim::rest_json::{Answer, Asked, wire};

/// The changes apply in their order.
pub fn update_stage(asked: &mut Asked) -> Answer {
    let patches = Patch::all(asked)?;
    let mut stage = super::stage(asked, super::api(asked)?)?.clone();
    stage.last_updated_date = asked.now;
    let (api, _) = api_mut(asked)?;
    for patch in &patches {
        let parts: Vec<&str> = patch.path.trim_start_matches('/').splitn(3, '/').collect();
        match (patch.op.as_str(), &parts[..]) {
            ("replace" | "remove", ["canarySettings", ..]) => change_canary(api, &mut stage, patch)?,
            ("copy", _) => copy(&mut stage, patch)?,
            ("replace", ["deploymentId"]) => {
                if stage.canary_settings.is_some() {
                    return Err(canary_is_active(&stage));
                }
                stage.deployment_id = existing(api, patch)?;
            }
            ("replace", ["description"]) => stage.description = Some(patch.value()?.to_owned()),
            ("replace", ["tracingEnabled"]) => stage.tracing_enabled = patch.value()? == "true",
            ("replace", ["variables", name]) => {
                stage.variables.insert((*name).to_owned(), patch.value()?.to_owned());
            }
            ("remove", ["variables", name]) => {
                stage.variables.remove(*name);
            }
            _ => return Err(patch.invalid()),
        }
    }
    let shape = wire(&stage);
    if let Some(held) = api.stages.iter_mut().find(|held| held.stage_name == stage.stage_name) {
        *held = stage;
    }
    shape
}

/// The deployment that a change names.
fn existing(api: &RestApi, patch: &Patch) -> Result<String, Refusal> {
    let id = patch.value()?;
    let is_known = api.deployments.iter().any(|deployment| deployment.id == id);
    is_known.then(|| id.to_owned()).ok_or_else(|| Refusal::bad_request("Deployment id does not exist"))
}

/// A canary is changed part by part, and removed as a whole.
fn change_canary(api: &RestApi, stage: &mut Stage, patch: &Patch) -> Result<(), Refusal> {
    let part = patch.path.trim_start_matches("/canarySettings").trim_start_matches('/');
    if patch.op == "remove" && part.is_empty() {
        stage.canary_settings = None;
        return Ok(());
    }
    // A first part makes a canary of the deployment that is live.
    let live = stage.deployment_id.clone();
    let canary = stage.canary_settings.get_or_insert_with(|| CanarySettings::of(live));
    match (patch.op.as_str(), part.split_once('/').unwrap_or((part, ""))) {
        ("replace", ("deploymentId", "")) => canary.deployment_id = existing(api, patch)?,
        ("replace", ("percentTraffic", "")) => {
            let percent = patch.value()?.parse().ok().filter(|percent| (0.0..=100.0).contains(percent));
            let invalid = || Refusal::bad_request("Percent traffic must be a number from 0.0 to 100.0");
            canary.percent_traffic = percent.ok_or_else(invalid)?;
        }
        ("replace", ("useStageCache", "")) => canary.use_stage_cache = patch.value()? == "true",
        ("replace", ("stageVariableOverrides", name)) if !name.is_empty() => {
            canary.stage_variable_overrides.insert(name.to_owned(), patch.value()?.to_owned());
        }
        ("remove", ("stageVariableOverrides", name)) if !name.is_empty() => {
            canary.stage_variable_overrides.remove(name);
        }
        _ => return Err(patch.invalid()),
    }
    Ok(())
}

/// How a canary is promoted.
fn copy(stage: &mut Stage, patch: &Patch) -> Result<(), Refusal> {
    let no_canary = || Refusal::bad_request("Invalid copy operation: the stage has no canary");
    let canary = stage.canary_settings.clone().ok_or_else(no_canary)?;
    match (patch.from.as_deref().unwrap_or_default(), patch.path.as_str()) {
        ("/canarySettings/deploymentId", "/deploymentId") => stage.deployment_id = canary.deployment_id,
        ("/canarySettings/stageVariableOverrides", "/variables") => {
            stage.variables.extend(canary.stage_variable_overrides);
        }
        _ => return Err(patch.invalid()),
    }
    Ok(())
}
