//! HTTP APIs: the `apigatewayv2` service.

use aws_sdk_apigatewayv2::operation::get_api::GetApiOutput;
use aws_sdk_apigatewayv2::types;

use super::{Target, names, not_told, said, timestamp};
use crate::aws::pages::Pages;
use crate::domain::{Api, ApiType, Deployment, DeploymentStatus, Problem, ProblemKind, SchemaFormat, Stage};

/// The stage of a list from the stage of another answer: each answer has a shape of its own with the same fields.
macro_rules! stage_of {
    ($answer:expr) => {{
        let answer = $answer;
        aws_sdk_apigatewayv2::types::Stage::builder()
            .set_stage_name(answer.stage_name)
            .set_deployment_id(answer.deployment_id)
            .set_auto_deploy(answer.auto_deploy)
            .set_api_gateway_managed(answer.api_gateway_managed)
            .set_created_date(answer.created_date)
            .set_last_updated_date(answer.last_updated_date)
            .set_description(answer.description)
            .set_stage_variables(answer.stage_variables)
            .set_access_log_settings(answer.access_log_settings)
            .set_default_route_settings(answer.default_route_settings)
            .set_route_settings(answer.route_settings)
            .set_last_deployment_status_message(answer.last_deployment_status_message)
            .build()
    }};
}
pub(super) use stage_of;

/// The same of a deployment.
macro_rules! deployment_of {
    ($answer:expr) => {{
        let answer = $answer;
        aws_sdk_apigatewayv2::types::Deployment::builder()
            .set_deployment_id(answer.deployment_id)
            .set_created_date(answer.created_date)
            .set_description(answer.description)
            .set_deployment_status(answer.deployment_status)
            .set_deployment_status_message(answer.deployment_status_message)
            .set_auto_deployed(answer.auto_deployed)
            .build()
    }};
}
pub(super) use deployment_of;

/// Items a page of a long list; the service documents no maximum, and takes this one.
pub(super) const PAGE: &str = "500";

/// An HTTP API.
#[derive(Clone, Debug)]
pub struct HttpGateway(pub(super) Target);

impl HttpGateway {
    pub(super) fn client(&self) -> &aws_sdk_apigatewayv2::Client {
        &self.0.session.clients().http
    }

    pub(super) async fn api(&self) -> Result<Api, Problem> {
        let question = self.0.question("", "");
        let answer = self.client().get_api().api_id(&self.0.api_id).send().await;
        let answer = answer.map_err(|error| self.0.session.caller().problem(&question, &error))?;
        if answer.protocol_type() == Some(&types::ProtocolType::Websocket) {
            return Err(Problem::new(ProblemKind::Rejected, question.what, "It is a WebSocket API.")
                .advise("apigw works with HTTP and REST APIs only."));
        }
        api(answer).ok_or_else(|| self.0.not_an_api())
    }

    /// Every HTTP API of the account in this region; the list has WebSocket APIs too, which are left out.
    pub(super) async fn all_apis(&self, mut on_page: impl FnMut(&[Api]) + Send) -> Result<Vec<Api>, Problem> {
        let question = self.0.get(&format!("the HTTP APIs in {}", self.0.session.region()), "/apis");
        let caller = self.0.session.caller();
        let is_http = |api: &types::Api| api.protocol_type() != Some(&types::ProtocolType::Websocket);
        let mut apis = Pages::of(&question);
        while apis.is_open() {
            let request = self.client().get_apis().max_results(PAGE).set_next_token(apis.token());
            let answer = request.send().await.map_err(|error| caller.problem(&question, &error))?;
            let page = answer.items.unwrap_or_default().into_iter().filter(is_http);
            let page: Vec<Api> = page.filter_map(listed).collect();
            on_page(&page);
            apis.add(page, answer.next_token)?;
        }
        Ok(apis.into_items())
    }

    pub(super) async fn stages(&self) -> Result<Vec<Stage>, Problem> {
        let question = self.0.question("the stages of ", "/stages");
        let caller = self.0.session.caller();
        let mut stages = Pages::of(&question);
        while stages.is_open() {
            let request = self.client().get_stages().api_id(&self.0.api_id).set_next_token(stages.token());
            let answer = request.send().await.map_err(|error| caller.problem(&question, &error))?;
            stages.add(answer.items.unwrap_or_default(), answer.next_token)?;
        }
        Ok(stages.into_items().into_iter().filter_map(|stage| self.told_stage(stage)).collect())
    }

    pub(super) async fn stage(&self, name: &str) -> Result<Stage, Problem> {
        let question = self.0.question(&format!("the stage {name} of "), &format!("/stages/{name}"));
        let answer = self.client().get_stage().api_id(&self.0.api_id).stage_name(name).send().await;
        let answer = answer.map_err(|error| self.0.session.caller().problem(&question, &error))?;
        self.told_stage(stage_of!(answer)).ok_or_else(|| not_told(&question, "stage"))
    }

    pub(super) async fn deployment(&self, id: &str) -> Result<Deployment, Problem> {
        let question = self.0.question(&format!("the deployment {id} of "), &format!("/deployments/{id}"));
        let answer = self.client().get_deployment().api_id(&self.0.api_id).deployment_id(id).send().await;
        let answer = answer.map_err(|error| self.0.session.caller().problem(&question, &error))?;
        told_deployment(deployment_of!(answer)).ok_or_else(|| not_told(&question, "deployment"))
    }

    pub(super) async fn export(&self, stage: Option<&str>, format: SchemaFormat) -> Result<String, Problem> {
        let part = stage.map_or_else(String::new, |stage| format!("the stage {stage} of "));
        let question = self.0.question(&format!("the schema of {part}"), "/exports/OAS30");
        let output_type = match format {
            SchemaFormat::Json => "JSON",
            SchemaFormat::Yaml => "YAML",
        };
        let request = self.client().export_api().api_id(&self.0.api_id).specification("OAS30");
        let request = request.output_type(output_type).set_stage_name(stage.map(str::to_owned));
        let answer = request.include_extensions(true).send().await;
        let answer = answer.map_err(|error| self.0.session.caller().problem(&question, &error))?;
        Target::document(&question, answer.body)
    }

    pub(super) async fn deployments(
        &self,
        mut on_page: impl FnMut(&[Deployment]) + Send,
    ) -> Result<Vec<Deployment>, Problem> {
        let question = self.0.question("the deployments of ", "/deployments");
        let caller = self.0.session.caller();
        let mut deployments = Pages::of(&question);
        while deployments.is_open() {
            let request = self.client().get_deployments().api_id(&self.0.api_id).max_results(PAGE);
            let answer = request.set_next_token(deployments.token()).send().await;
            let answer = answer.map_err(|error| caller.problem(&question, &error))?;
            let page: Vec<Deployment> =
                answer.items.unwrap_or_default().into_iter().filter_map(told_deployment).collect();
            on_page(&page);
            deployments.add(page, answer.next_token)?;
        }
        Ok(deployments.into_items())
    }

    /// None where the answer is no stage's: AWS always tells its name.
    pub(super) fn told_stage(&self, stage: types::Stage) -> Option<Stage> {
        let name = stage.stage_name?;
        let detailed = |settings: &types::RouteSettings| settings.detailed_metrics_enabled().unwrap_or(false);
        Some(Stage {
            invoke_url: self.0.invoke_url(None, &name),
            deployment_id: said(stage.deployment_id),
            auto_deploy: stage.auto_deploy.unwrap_or(false),
            api_managed: stage.api_gateway_managed.unwrap_or(false),
            created: timestamp(stage.created_date.as_ref()),
            last_updated: timestamp(stage.last_updated_date.as_ref()),
            description: said(stage.description),
            variables: names(stage.stage_variables),
            access_logs: stage.access_log_settings.is_some_and(|logs| logs.destination_arn.is_some()),
            detailed_metrics: stage.default_route_settings.as_ref().is_some_and(detailed)
                || stage.route_settings.as_ref().is_some_and(|routes| routes.values().any(detailed)),
            route_settings: names(stage.route_settings),
            last_deployment_message: said(stage.last_deployment_status_message),
            canary: None,
            name,
        })
    }
}

fn api(api: GetApiOutput) -> Option<Api> {
    Some(Api {
        id: api.api_id?,
        name: api.name?,
        api_type: ApiType::Http,
        description: said(api.description),
        created: timestamp(api.created_date.as_ref()),
        endpoint: said(api.api_endpoint),
        default_endpoint_disabled: api.disable_execute_api_endpoint.unwrap_or(false),
        private: false,
        blended_with: Vec::new(),
    })
}

/// The same as [`api`]; the list has a shape of its own with the same fields.
fn listed(listed: types::Api) -> Option<Api> {
    api(GetApiOutput::builder()
        .set_api_id(listed.api_id)
        .set_name(listed.name)
        .set_description(listed.description)
        .set_created_date(listed.created_date)
        .set_api_endpoint(listed.api_endpoint)
        .set_disable_execute_api_endpoint(listed.disable_execute_api_endpoint)
        .build())
}

/// None where the answer is no deployment's: AWS always tells its id.
pub(super) fn told_deployment(deployment: types::Deployment) -> Option<Deployment> {
    let status = deployment.deployment_status.map(|status| match status {
        types::DeploymentStatus::Pending => DeploymentStatus::Pending,
        types::DeploymentStatus::Failed => DeploymentStatus::Failed,
        types::DeploymentStatus::Deployed => DeploymentStatus::Deployed,
        other => DeploymentStatus::Other(other.as_str().to_ascii_lowercase()),
    });
    Some(Deployment {
        id: deployment.deployment_id?,
        created: timestamp(deployment.created_date.as_ref()),
        description: said(deployment.description),
        status,
        status_message: said(deployment.deployment_status_message),
        auto_deployed: deployment.auto_deployed.unwrap_or(false),
    })
}
