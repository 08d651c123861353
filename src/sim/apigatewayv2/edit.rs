//! What follows a change to an HTTP API: stages that deploy by themselves do so.

use serde::Deserialize;

use super::{Api, Cors, NO_ROUTES};
use crate::sim::apigatewayv2::deploy;
use crate::sim::dice::Dice;
use crate::sim::fault::What;
use crate::sim::refusal::Refusal;
use crate::sim::rest_json::{Answer, Asked, wire};

/// An API that is being changed.
pub struct Edit<'a> {
    pub api: &'a mut Api,
    pub dice: &'a mut Dice,
    pub now: jiff::Timestamp,
    /// Whether a fault makes deployments fail.
    pub is_doomed: bool,
}

impl<'a> Edit<'a> {
    /// The API that the request names.
    pub fn of(asked: &'a mut Asked) -> Result<Self, Refusal> {
        let (id, unknown) = (asked.label(0).to_owned(), asked.unknown_api());
        let (now, is_doomed) = (asked.now, asked.failure == Some(What::DeploymentFailed));
        let found = asked.region.apis.iter_mut().find(|api| api.api_id == id);
        let api = found.ok_or(unknown)?;
        Ok(Self { api, dice: asked.dice, now, is_doomed })
    }

    /// Why a deployment would fail at this moment.
    pub fn obstacle(&self) -> Option<String> {
        let leads_nowhere = self.api.routes.iter().all(|route| route.target.is_none());
        if leads_nowhere {
            Some(NO_ROUTES.to_owned())
        } else if self.is_doomed {
            Some("Internal error while deploying the API".to_owned())
        } else {
            None
        }
    }

    /// Deploys to the stages that want every change, and answers the API.
    pub fn finish(mut self) -> Answer {
        let stages = self.api.stages.iter().filter(|stage| stage.auto_deploy);
        let stages: Vec<String> = stages.map(|stage| stage.stage_name.clone()).collect();
        for stage in stages {
            deploy::automatically(&mut self, &stage);
        }
        wire(&*self.api)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    name: Option<String>,
    description: Option<String>,
    version: Option<String>,
    cors_configuration: Option<Cors>,
    disable_execute_api_endpoint: Option<bool>,
}

/// `UpdateApi`: what the request leaves out stays.
pub fn update_api(asked: &mut Asked) -> Answer {
    let input: Input = asked.input()?;
    let edit = Edit::of(asked)?;
    let api = &mut *edit.api;
    if let Some(name) = input.name {
        api.name = name;
    }
    api.description = input.description.or(api.description.take());
    api.version = input.version.or(api.version.take());
    api.cors_configuration = input.cors_configuration.or(api.cors_configuration.take());
    if let Some(is_disabled) = input.disable_execute_api_endpoint {
        api.disable_execute_api_endpoint = is_disabled;
    }
    edit.finish()
}
