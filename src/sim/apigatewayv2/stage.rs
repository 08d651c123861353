//! Stages of an HTTP API, made, changed and deleted.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::edit::Edit;
use super::{AccessLogSettings, Api, DeploymentStatus, RouteSettings, Stage, deploy};
use crate::sim::refusal::Refusal;
use crate::sim::rest_json::{Answer, Asked, wire};

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Input {
    stage_name: Option<String>,
    deployment_id: Option<String>,
    auto_deploy: Option<bool>,
    description: Option<String>,
    stage_variables: BTreeMap<String, String>,
    default_route_settings: Option<RouteSettings>,
    route_settings: Option<BTreeMap<String, RouteSettings>>,
    access_log_settings: Option<AccessLogSettings>,
    tags: BTreeMap<String, String>,
}

/// `CreateStage`. A stage that nobody made at the start has no callers.
pub fn create_stage(asked: &mut Asked) -> Answer {
    let mut input: Input = asked.input()?;
    let edit = Edit::of(asked)?;
    let name = input.stage_name.take().filter(|name| is_name(name));
    let name = name.ok_or_else(|| Refusal::bad_request("Invalid stage name"))?;
    if edit.api.stages.iter().any(|stage| stage.stage_name == name) {
        return Err(Refusal::new(409, "ConflictException", format!("Stage already exists: {name}")));
    }
    let tags = std::mem::take(&mut input.tags);
    let stage = Stage { tags, ..Stage::new(&name, edit.now) };
    store(edit, stage, input)
}

fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    name == "$default" || (1..=128).contains(&name.len()) && name.chars().all(fits)
}

/// `UpdateStage`: what the request leaves out stays; variables and route settings are merged.
pub fn update_stage(asked: &mut Asked) -> Answer {
    let input: Input = asked.input()?;
    let name = asked.label(1).to_owned();
    let edit = Edit::of(asked)?;
    let stage = found(edit.api, &name)?.clone();
    if stage.api_gateway_managed {
        let message = format!("Stage {name} is managed by API Gateway and cannot be modified");
        return Err(Refusal::bad_request(message));
    }
    store(edit, stage, input)
}

fn found<'a>(api: &'a Api, name: &str) -> Result<&'a Stage, Refusal> {
    let stage = api.stages.iter().find(|stage| stage.stage_name == name);
    stage.ok_or_else(|| Refusal::not_found("Invalid stage identifier specified"))
}

/// Changes `stage` as asked and puts it in its place: all of it, or nothing.
fn store(mut edit: Edit, mut stage: Stage, input: Input) -> Answer {
    let was_automatic = stage.auto_deploy;
    if let Some(id) = input.deployment_id {
        repoint(edit.api, &mut stage, id, input.auto_deploy)?;
    }
    stage.auto_deploy = input.auto_deploy.unwrap_or(stage.auto_deploy);
    if !stage.auto_deploy {
        stage.last_deployment_status_message = None;
    }
    stage.description = input.description.or(stage.description);
    stage.stage_variables.extend(input.stage_variables);
    // An empty value removes a variable.
    stage.stage_variables.retain(|_, value| !value.is_empty());
    stage.default_route_settings = input.default_route_settings.unwrap_or(stage.default_route_settings);
    stage.access_log_settings = input.access_log_settings.or(stage.access_log_settings);
    if let Some(settings) = input.route_settings {
        stage.route_settings.extend(settings);
        check_route_settings(edit.api, &stage)?;
    }
    stage.last_updated_date = edit.now;
    let (name, is_automatic) = (stage.stage_name.clone(), stage.auto_deploy);
    match edit.api.stages.iter_mut().find(|found| found.stage_name == name) {
        Some(found) => *found = stage,
        None => edit.api.stages.push(stage),
    }
    if is_automatic && !was_automatic {
        deploy::automatically(&mut edit, &name);
    }
    wire(found(edit.api, &name)?)
}

/// Moves the pointer of a stage, which one that deploys by itself does not allow.
fn repoint(api: &Api, stage: &mut Stage, id: String, auto_deploy: Option<bool>) -> Result<(), Refusal> {
    if stage.auto_deploy || auto_deploy == Some(true) {
        let name = &stage.stage_name;
        let message = format!("Deployment ID cannot be set on stage '{name}' because AutoDeploy is enabled");
        return Err(Refusal::bad_request(message));
    }
    let deployment = api.deployments.iter().find(|deployment| deployment.deployment_id == id);
    let deployment =
        deployment.ok_or_else(|| Refusal::not_found("Invalid deployment identifier specified"))?;
    if deployment.deployment_status == DeploymentStatus::Failed {
        return Err(Refusal::bad_request(format!("Deployment {id} has failed and cannot be used")));
    }
    stage.deployment_id = Some(id);
    Ok(())
}

/// The settings of a route that is gone stand in the way of every later change to route settings.
fn check_route_settings(api: &Api, stage: &Stage) -> Result<(), Refusal> {
    let exists = |key: &str| api.routes.iter().any(|route| route.route_key == key);
    match stage.route_settings.keys().find(|key| !exists(key)) {
        Some(key) => Err(Refusal::not_found(format!(
            "Unable to find Route by key {key} within the provided RouteSettings"
        ))),
        None => Ok(()),
    }
}

/// `DeleteStage`.
pub fn delete_stage(asked: &mut Asked) -> Answer {
    let name = asked.label(1).to_owned();
    let edit = Edit::of(asked)?;
    found(edit.api, &name)?;
    edit.api.stages.retain(|stage| stage.stage_name != name);
    Ok(Value::Null)
}

/// `DeleteRouteSettings`.
pub fn delete_route_settings(asked: &mut Asked) -> Answer {
    let (name, key) = (asked.label(1).to_owned(), asked.label(2).to_owned());
    let edit = Edit::of(asked)?;
    found(edit.api, &name)?;
    let stage = edit.api.stages.iter_mut().find(|stage| stage.stage_name == name);
    let removed = stage.and_then(|stage| stage.route_settings.remove(&key));
    let missing = || Refusal::not_found(format!("Unable to find RouteSettings by key {key}"));
    removed.map(|_| Value::Null).ok_or_else(missing)
}
