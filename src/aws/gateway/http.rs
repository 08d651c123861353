//! HTTP APIs: the `apigatewayv2` service.

use aws_sdk_apigatewayv2::operation::get_api::GetApiOutput;
use aws_sdk_apigatewayv2::types;

use super::{Target, names, said, timestamp};
use crate::aws::pages::Pages;
use crate::domain::{Api, ApiType, Deployment, DeploymentStatus, Problem, ProblemKind, Stage};

/// Items a page of a long list; the service documents no maximum, and takes this one.
const PAGE: &str = "500";

/// An HTTP API.
#[derive(Clone, Debug)]
pub struct HttpGateway(pub(super) Target);

impl HttpGateway {
    fn client(&self) -> &aws_sdk_apigatewayv2::Client {
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
        Ok(stages.into_items().into_iter().map(|stage| self.stage(stage)).collect())
    }

    pub(super) async fn schema(&self) -> Result<Vec<u8>, Problem> {
        let question = self.0.question("the schema of ", "/exports/OAS30");
        let request =
            self.client().export_api().api_id(&self.0.api_id).specification("OAS30").output_type("JSON");
        let answer = request.include_extensions(true).send().await;
        let answer = answer.map_err(|error| self.0.session.caller().problem(&question, &error))?;
        Ok(answer.body.map(aws_smithy_types::Blob::into_inner).unwrap_or_default())
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
                answer.items.unwrap_or_default().into_iter().map(deployment).collect();
            on_page(&page);
            deployments.add(page, answer.next_token)?;
        }
        Ok(deployments.into_items())
    }

    fn stage(&self, stage: types::Stage) -> Stage {
        let name = stage.stage_name.unwrap_or_default();
        let detailed = |settings: &types::RouteSettings| settings.detailed_metrics_enabled().unwrap_or(false);
        Stage {
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
        }
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

fn deployment(deployment: types::Deployment) -> Deployment {
    let status = deployment.deployment_status.map(|status| match status {
        types::DeploymentStatus::Pending => DeploymentStatus::Pending,
        types::DeploymentStatus::Failed => DeploymentStatus::Failed,
        types::DeploymentStatus::Deployed => DeploymentStatus::Deployed,
        other => DeploymentStatus::Other(other.as_str().to_ascii_lowercase()),
    });
    Deployment {
        id: deployment.deployment_id.unwrap_or_default(),
        created: timestamp(deployment.created_date.as_ref()),
        description: said(deployment.description),
        status,
        status_message: said(deployment.deployment_status_message),
        auto_deployed: deployment.auto_deployed.unwrap_or(false),
    }
}
