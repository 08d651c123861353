//! Writes to REST APIs: the `apigateway` service, "v1".

use aws_config::SdkConfig;
use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::primitives::Blob;
use aws_sdk_apigateway::types::{Op, PatchOperation, PutMode};

use super::{Pushed, WriteError, unreadable};
use crate::aws::gateway::Target;
use crate::aws::gateway::rest::{RestGateway, deployment_of, stage_of, told_deployment};
use crate::domain::{Deployment, Stage};

/// A REST API to write to.
#[derive(Clone, Debug)]
pub struct RestWriter {
    gateway: RestGateway,
    client: Client,
}

impl RestWriter {
    pub(super) fn new(gateway: RestGateway, config: &SdkConfig) -> Self {
        Self { gateway, client: Client::new(config) }
    }

    pub(super) fn target(&self) -> &Target {
        &self.gateway.0
    }

    #[cfg(test)]
    pub(in crate::aws) fn client(&self) -> &Client {
        &self.client
    }

    /// The mode is said, since AWS merges by default and deletes nothing then.
    pub(super) async fn push(&self, document: &str, fail_on_warnings: bool) -> Result<Pushed, WriteError> {
        let target = self.target();
        let question = target.about("apigateway:PUT", "Cannot push the schema to ", "");
        let request = self.client.put_rest_api().rest_api_id(&target.api_id).mode(PutMode::Overwrite);
        let answer = request.fail_on_warnings(fail_on_warnings).body(Blob::new(document)).send().await;
        let answer = answer.map_err(|error| target.failed(&question, &error))?;
        answer.id.ok_or_else(|| unreadable(&question, "API"))?;
        Ok(Pushed { warnings: answer.warnings.unwrap_or_default(), notes: Vec::new() })
    }

    pub(super) async fn create_deployment(
        &self,
        stage: Option<&str>,
        description: &str,
    ) -> Result<Deployment, WriteError> {
        let target = self.target();
        let question = target.about("apigateway:POST", "Cannot deploy ", "/deployments");
        let request = self.client.create_deployment().rest_api_id(&target.api_id).description(description);
        let answer = request.set_stage_name(stage.map(str::to_owned)).send().await;
        let answer = answer.map_err(|error| target.failed(&question, &error))?;
        told_deployment(deployment_of!(answer)).ok_or_else(|| unreadable(&question, "deployment"))
    }

    pub(super) async fn point_stage(&self, stage: &str, deployment_id: &str) -> Result<Stage, WriteError> {
        let words = format!("Cannot point the stage {stage} at the deployment {deployment_id} of ");
        self.patch_stage(&words, stage, vec![replace("/deploymentId", deployment_id)]).await
    }

    pub(super) async fn describe_deployment(&self, id: &str, description: &str) -> Result<(), WriteError> {
        let target = self.target();
        let words = format!("Cannot describe the deployment {id} of ");
        let question = target.about("apigateway:PATCH", &words, &format!("/deployments/{id}"));
        let request = self.client.update_deployment().rest_api_id(&target.api_id).deployment_id(id);
        let answer = request.patch_operations(replace("/description", description)).send().await;
        let answer = answer.map_err(|error| target.failed(&question, &error))?;
        answer.id.map(drop).ok_or_else(|| unreadable(&question, "deployment"))
    }

    /// AWS's own recipe: what the canary has is copied and its traffic taken away first, then it goes.
    pub(super) async fn end_canary(&self, stage: &str, promote: bool) -> Result<Stage, WriteError> {
        let end = vec![operation(Op::Remove, "/canarySettings").build()];
        if !promote {
            return self
                .patch_stage(&format!("Cannot end the canary of the stage {stage} of "), stage, end)
                .await;
        }
        let before = self.gateway.stage(stage).await.map_err(WriteError::Refused)?;
        let mut copies = vec![replace("/canarySettings/percentTraffic", "0.0")];
        if before.canary.is_some_and(|canary| !canary.variables.is_empty()) {
            copies.push(copy("/canarySettings/stageVariableOverrides", "/variables"));
        }
        copies.push(copy("/canarySettings/deploymentId", "/deploymentId"));
        let words = format!("Cannot promote the canary of the stage {stage} of ");
        self.patch_stage(&words, stage, copies).await?;
        let words = format!("The canary was promoted, and cannot be taken off the stage {stage} of ");
        self.patch_stage(&words, stage, end).await.map_err(|error| match error {
            WriteError::Refused(problem) | WriteError::Lost(problem) => WriteError::Lost(problem),
        })
    }

    async fn patch_stage(
        &self,
        words: &str,
        stage: &str,
        operations: Vec<PatchOperation>,
    ) -> Result<Stage, WriteError> {
        let target = self.target();
        let question = target.about("apigateway:PATCH", words, &format!("/stages/{stage}"));
        let request = self.client.update_stage().rest_api_id(&target.api_id).stage_name(stage);
        let answer = request.set_patch_operations(Some(operations)).send().await;
        let answer = answer.map_err(|error| target.failed(&question, &error))?;
        self.gateway.told_stage(stage_of!(answer)).ok_or_else(|| unreadable(&question, "stage"))
    }
}

fn operation(op: Op, path: &str) -> aws_sdk_apigateway::types::builders::PatchOperationBuilder {
    PatchOperation::builder().op(op).path(path)
}

fn replace(path: &str, value: &str) -> PatchOperation {
    operation(Op::Replace, path).value(value).build()
}

fn copy(from: &str, path: &str) -> PatchOperation {
    operation(Op::Copy, path).from(from).build()
}
