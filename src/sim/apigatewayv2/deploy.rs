//! Deployments of an HTTP API: by request, and by themselves.

use serde::Deserialize;
use serde_json::Value;

use super::edit::Edit;
use super::{Deployment, DeploymentStatus, Outlook};
use crate::sim::refusal::Refusal;
use crate::sim::rest_json::{Answer, Asked, wire};

/// What AWS writes beside a deployment that it made by itself.
pub const AUTOMATIC: &str = "Automatic deployment triggered by changes to the Api configuration";
/// Why AWS refuses to deploy an API without routes.
pub const NO_ROUTES: &str = "Unable to deploy API because no routes exist in this API";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    stage_name: Option<String>,
    description: Option<String>,
}

/// Unlike a REST API's, the stage must exist, and the deployment is pending at first.
pub fn create_deployment(asked: &mut Asked) -> Answer {
    let input: Input = asked.input()?;
    let mut edit = Edit::of(asked)?;
    let stages = &edit.api.stages;
    let stage =
        input.stage_name.as_ref().map(|name| (name, stages.iter().find(|stage| stage.stage_name == *name)));
    match stage {
        Some((name, None)) => {
            return Err(Refusal::bad_request(format!(
                "Stage {name} does not exist. StageName specified on a CreateDeployment request must exist so the \
                 stage can be updated with the new deployment."
            )));
        }
        Some((name, Some(stage))) if stage.auto_deploy => {
            return Err(Refusal::bad_request(format!(
                "Deployment ID cannot be set on stage '{name}' because AutoDeploy is enabled"
            )));
        }
        _ => {}
    }
    let failure = edit.obstacle();
    if failure.as_deref() == Some(NO_ROUTES) {
        return Err(Refusal::bad_request(NO_ROUTES));
    }
    let fails = failure.is_some();
    let deployment = Deployment {
        deployment_status: DeploymentStatus::Pending,
        outlook: Some(Outlook { looks: 1, failure }),
        ..new(&mut edit, input.description)
    };
    let (id, shape) = (deployment.deployment_id.clone(), wire(&deployment));
    edit.api.deployments.push(deployment);
    if let Some(name) = input.stage_name.filter(|_| !fails) {
        point(&mut edit, &name, &id);
    }
    shape
}

/// What AWS does at a stage that deploys by itself. If it fails, the stage goes on serving what it has.
pub fn automatically(edit: &mut Edit, stage: &str) {
    let failure = edit.obstacle();
    let mut deployment = Deployment { auto_deployed: true, ..new(edit, Some(AUTOMATIC.to_owned())) };
    let id = deployment.deployment_id.clone();
    let message = match &failure {
        Some(failure) => {
            deployment.deployment_status = DeploymentStatus::Failed;
            deployment.deployment_status_message = Some(failure.clone());
            format!("Deployment attempt failed: {failure}")
        }
        None => format!("Successfully deployed stage with deployment ID '{id}'"),
    };
    edit.api.deployments.push(deployment);
    if failure.is_none() {
        point(edit, stage, &id);
    }
    let found = edit.api.stages.iter_mut().find(|found| found.stage_name == stage);
    if let Some(found) = found {
        found.last_deployment_status_message = Some(message);
    }
}

/// A deployment of the API as it is.
fn new(edit: &mut Edit, description: Option<String>) -> Deployment {
    Deployment {
        deployment_id: edit.dice.id(6),
        deployment_status: DeploymentStatus::Deployed,
        deployment_status_message: None,
        auto_deployed: false,
        created_date: edit.now,
        description,
        outlook: None,
        snapshot: Some(edit.api.snapshot()),
    }
}

fn point(edit: &mut Edit, stage: &str, deployment: &str) {
    if let Some(stage) = edit.api.stages.iter_mut().find(|found| found.stage_name == stage) {
        stage.deployment_id = Some(deployment.to_owned());
        stage.last_updated_date = edit.now;
    }
}

/// A pending deployment comes to its end after it was looked at.
pub fn get_deployment(asked: &mut Asked) -> Answer {
    let id = asked.label(1).to_owned();
    let edit = Edit::of(asked)?;
    let deployment = found(&mut edit.api.deployments, &id)?;
    match deployment.outlook.as_mut() {
        Some(outlook) if outlook.looks > 0 => outlook.looks -= 1,
        Some(outlook) => {
            deployment.deployment_status_message = outlook.failure.take();
            deployment.deployment_status = match deployment.deployment_status_message {
                Some(_) => DeploymentStatus::Failed,
                None => DeploymentStatus::Deployed,
            };
            deployment.outlook = None;
        }
        None => {}
    }
    wire(&*deployment)
}

fn found<'a>(deployments: &'a mut [Deployment], id: &str) -> Result<&'a mut Deployment, Refusal> {
    let found = deployments.iter_mut().find(|deployment| deployment.deployment_id == id);
    found.ok_or_else(|| Refusal::not_found("Invalid deployment identifier specified"))
}

/// `UpdateDeployment`: there is nothing to change but the description.
pub fn update_deployment(asked: &mut Asked) -> Answer {
    let input: Input = asked.input()?;
    let id = asked.label(1).to_owned();
    let edit = Edit::of(asked)?;
    let deployment = found(&mut edit.api.deployments, &id)?;
    deployment.description = input.description.or(deployment.description.take());
    wire(&*deployment)
}

/// `DeleteDeployment`.
pub fn delete_deployment(asked: &mut Asked) -> Answer {
    let id = asked.label(1).to_owned();
    let edit = Edit::of(asked)?;
    found(&mut edit.api.deployments, &id)?;
    if edit.api.stages.iter().any(|stage| stage.deployment_id.as_ref() == Some(&id)) {
        let message = "Active stages pointing to this deployment must be moved or deleted";
        return Err(Refusal::bad_request(message));
    }
    edit.api.deployments.retain(|deployment| deployment.deployment_id != id);
    Ok(Value::Null)
}
