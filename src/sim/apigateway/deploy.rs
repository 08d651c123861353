//! Deployments of a REST API: made at once, or not at all.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::edit::api_mut;
use super::{CanarySettings, Deployment, RestApi, Stage};
use crate::sim::refusal::Refusal;
use crate::sim::rest_json::{Answer, Asked, wire};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    stage_name: Option<String>,
    stage_description: Option<String>,
    description: Option<String>,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    canary_settings: Option<CanaryInput>,
    tracing_enabled: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct CanaryInput {
    percent_traffic: f64,
    stage_variable_overrides: BTreeMap<String, String>,
    use_stage_cache: bool,
}

/// Makes a missing stage, except for a canary.
pub fn create_deployment(asked: &mut Asked) -> Answer {
    let mut input: Input = asked.input()?;
    let now = asked.now;
    let (api, dice) = api_mut(asked)?;
    deployable(api)?;
    let deployment = Deployment {
        id: dice.id(6),
        description: input.description.take(),
        created_date: now,
        snapshot: Some(api.snapshot()),
    };
    if let Some(name) = input.stage_name.take() {
        let place = api.stages.iter().position(|stage| stage.stage_name == name);
        let known = place.and_then(|place| api.stages.get(place)).cloned();
        let stage = match known {
            Some(stage) => stage,
            None if input.canary_settings.is_some() => {
                let message = "Canary deployments need a stage that was deployed before";
                return Err(Refusal::bad_request(message));
            }
            None => Stage::new(&name, now),
        };
        let stage = deployed_to(stage, &deployment.id, input)?;
        let stage = Stage { last_updated_date: now, ..stage };
        match place.and_then(|place| api.stages.get_mut(place)) {
            Some(held) => *held = stage,
            None => api.stages.push(stage),
        }
    }
    let shape = wire(&deployment);
    api.deployments.push(deployment);
    shape
}

/// A method without an integration can be imported, but not deployed.
fn deployable(api: &RestApi) -> Result<(), Refusal> {
    let mut methods = api.resources.iter().flat_map(|resource| &resource.methods).peekable();
    if methods.peek().is_none() {
        return Err(Refusal::bad_request("The REST API doesn't contain any methods"));
    }
    if methods.any(|method| method.integration().is_none()) {
        return Err(Refusal::bad_request("No integration defined for method"));
    }
    Ok(())
}

/// The stage with a deployment on it; the whole of it or, as a canary, a part.
fn deployed_to(mut stage: Stage, id: &str, input: Input) -> Result<Stage, Refusal> {
    match input.canary_settings {
        Some(canary) => {
            stage.canary_settings = Some(CanarySettings {
                percent_traffic: canary.percent_traffic,
                deployment_id: id.to_owned(),
                stage_variable_overrides: canary.stage_variable_overrides,
                use_stage_cache: canary.use_stage_cache,
            });
        }
        None if stage.canary_settings.is_some() => return Err(canary_is_active(&stage)),
        None => id.clone_into(&mut stage.deployment_id),
    }
    stage.description = input.stage_description.or(stage.description);
    stage.variables.extend(input.variables);
    stage.tracing_enabled = input.tracing_enabled.unwrap_or(stage.tracing_enabled);
    Ok(stage)
}

/// The refusal of a deployment that would pass by an active canary.
pub fn canary_is_active(stage: &Stage) -> Refusal {
    let name = &stage.stage_name;
    let message = format!("Stage {name} has an active canary, which must be promoted or removed first");
    Refusal::bad_request(message)
}

/// `DeleteDeployment`: refused while a stage or its canary points at it.
pub fn delete_deployment(asked: &mut Asked) -> Answer {
    let id = asked.label(1).to_owned();
    super::deployment(asked, super::api(asked)?)?;
    let (api, _) = api_mut(asked)?;
    let uses = |stage: &Stage| {
        let canary = stage.canary_settings.as_ref();
        stage.deployment_id == id || canary.is_some_and(|canary| canary.deployment_id == id)
    };
    if api.stages.iter().any(uses) {
        let message = "Active stages pointing to this deployment must be moved or deleted";
        return Err(Refusal::bad_request(message));
    }
    api.deployments.retain(|deployment| deployment.id != id);
    Ok(Value::Null)
}
