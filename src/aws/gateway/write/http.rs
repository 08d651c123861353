//! Writes to HTTP APIs: the `apigatewayv2` service.

use aws_config::SdkConfig;
use aws_sdk_apigatewayv2::Client;
use aws_sdk_apigatewayv2::operation::update_stage::builders::UpdateStageFluentBuilder;

use super::{Pushed, WriteError, unreadable};
use crate::aws::gateway::Target;
use crate::aws::gateway::http::{HttpGateway, deployment_of, stage_of, told_deployment};
use crate::domain::{Deployment, Stage};

/// An HTTP API to write to.
#[derive(Clone, Debug)]
pub struct HttpWriter {
    gateway: HttpGateway,
    client: Client,
}

impl HttpWriter {
    pub(super) fn new(gateway: HttpGateway, config: &SdkConfig) -> Self {
        Self { gateway, client: Client::new(config) }
    }

    pub(super) fn target(&self) -> &Target {
        &self.gateway.0
    }

    #[cfg(test)]
    pub(in crate::aws) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) async fn push(&self, document: &str, fail_on_warnings: bool) -> Result<Pushed, WriteError> {
        let target = self.target();
        let question = target.about("apigateway:PUT", "Cannot push the schema to ", "");
        let request = self.client.reimport_api().api_id(&target.api_id).body(document);
        let answer = request.fail_on_warnings(fail_on_warnings).send().await;
        let answer = answer.map_err(|error| target.failed(&question, &error))?;
        answer.api_id.ok_or_else(|| unreadable(&question, "API"))?;
        Ok(Pushed {
            warnings: answer.warnings.unwrap_or_default(),
            notes: answer.import_info.unwrap_or_default(),
        })
    }

    pub(super) async fn create_deployment(
        &self,
        stage: Option<&str>,
        description: &str,
    ) -> Result<Deployment, WriteError> {
        let target = self.target();
        let question = target.about("apigateway:POST", "Cannot deploy ", "/deployments");
        let request = self.client.create_deployment().api_id(&target.api_id).description(description);
        let answer = request.set_stage_name(stage.map(str::to_owned)).send().await;
        let answer = answer.map_err(|error| target.failed(&question, &error))?;
        told_deployment(deployment_of!(answer)).ok_or_else(|| unreadable(&question, "deployment"))
    }

    pub(super) async fn point_stage(&self, stage: &str, deployment_id: &str) -> Result<Stage, WriteError> {
        let words = format!("Cannot point the stage {stage} at the deployment {deployment_id} of ");
        let request = self.client.update_stage().deployment_id(deployment_id);
        self.update_stage(&words, stage, request).await
    }

    pub(super) async fn set_auto_deploy(&self, stage: &str, on: bool) -> Result<Stage, WriteError> {
        let switch = if on { "on" } else { "off" };
        let words = format!("Cannot switch auto-deploy {switch} for the stage {stage} of ");
        self.update_stage(&words, stage, self.client.update_stage().auto_deploy(on)).await
    }

    async fn update_stage(
        &self,
        words: &str,
        stage: &str,
        request: UpdateStageFluentBuilder,
    ) -> Result<Stage, WriteError> {
        let target = self.target();
        let question = target.about("apigateway:PATCH", words, &format!("/stages/{stage}"));
        let answer = request.api_id(&target.api_id).stage_name(stage).send().await;
        let answer = answer.map_err(|error| target.failed(&question, &error))?;
        self.gateway.told_stage(stage_of!(answer)).ok_or_else(|| unreadable(&question, "stage"))
    }

    pub(super) async fn describe_deployment(&self, id: &str, description: &str) -> Result<(), WriteError> {
        let target = self.target();
        let words = format!("Cannot describe the deployment {id} of ");
        let question = target.about("apigateway:PATCH", &words, &format!("/deployments/{id}"));
        let request = self.client.update_deployment().api_id(&target.api_id).deployment_id(id);
        let answer = request.description(description).send().await;
        let answer = answer.map_err(|error| target.failed(&question, &error))?;
        answer.deployment_id.map(drop).ok_or_else(|| unreadable(&question, "deployment"))
    }

    pub(super) async fn disable_default_endpoint(&self, disabled: bool) -> Result<(), WriteError> {
        let target = self.target();
        let question = target.about("apigateway:PATCH", "Cannot restore the settings of ", "");
        let request = self.client.update_api().api_id(&target.api_id);
        let answer = request.disable_execute_api_endpoint(disabled).send().await;
        let answer = answer.map_err(|error| target.failed(&question, &error))?;
        answer.api_id.map(drop).ok_or_else(|| unreadable(&question, "API"))
    }
}
