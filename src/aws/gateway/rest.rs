//! REST APIs: the `apigateway` service, "v1".

use aws_sdk_apigateway::operation::get_rest_api::GetRestApiOutput;
use aws_sdk_apigateway::types;

use super::{Target, names, said, timestamp};
use crate::aws::pages::Pages;
use crate::domain::{Api, ApiType, Canary, Deployment, Problem, Stage};

/// Items a page; the most that the service takes.
const PAGE: i32 = 500;

/// A REST API.
#[derive(Clone, Debug)]
pub struct RestGateway(pub(super) Target);

impl RestGateway {
    fn client(&self) -> &aws_sdk_apigateway::Client {
        &self.0.session.clients().rest
    }

    pub(super) async fn api(&self) -> Result<Api, Problem> {
        let question = self.0.question("", "");
        let answer = self.client().get_rest_api().rest_api_id(&self.0.api_id).send().await;
        let answer = answer.map_err(|error| self.0.session.caller().problem(&question, &error))?;
        api(answer).ok_or_else(|| self.0.not_an_api())
    }

    /// The one list without pages.
    pub(super) async fn stages(&self) -> Result<Vec<Stage>, Problem> {
        let question = self.0.question("the stages of ", "/stages");
        let answer = self.client().get_stages().rest_api_id(&self.0.api_id).send().await;
        let answer = answer.map_err(|error| self.0.session.caller().problem(&question, &error))?;
        Ok(answer.item.unwrap_or_default().into_iter().map(|stage| self.stage(stage)).collect())
    }

    pub(super) async fn schema(&self, stage: &str) -> Result<Vec<u8>, Problem> {
        let question = self.0.question("the schema of ", &format!("/stages/{stage}/exports/oas30"));
        let request =
            self.client().get_export().rest_api_id(&self.0.api_id).stage_name(stage).export_type("oas30");
        let answer = request.parameters("extensions", "apigateway").accepts("application/json").send().await;
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
            let request = self.client().get_deployments().rest_api_id(&self.0.api_id).limit(PAGE);
            let answer = request.set_position(deployments.token()).send().await;
            let answer = answer.map_err(|error| caller.problem(&question, &error))?;
            let page: Vec<Deployment> =
                answer.items.unwrap_or_default().into_iter().map(deployment).collect();
            on_page(&page);
            deployments.add(page, answer.position)?;
        }
        Ok(deployments.into_items())
    }

    /// The API finds its own name in the list, so that the list need not wait for it.
    pub(super) async fn same_name(&self) -> Result<Vec<String>, Problem> {
        let named = async || {
            let apis = self.all_apis(|_| ()).await?;
            Ok(apis.into_iter().map(|api| (api.id, api.name)).collect())
        };
        let apis = self.0.session.rest_apis().get_or_try_init(named).await?;
        Ok(self.blended(apis.iter().map(|(id, name)| (id.as_str(), name.as_str()))))
    }

    /// Those of the APIs, given by id and name, whose metrics are filed together with this one's.
    pub(super) fn blended<'a>(&self, apis: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Vec<String> {
        let own_id = self.0.api_id.as_str();
        let filed_under = |(id, name): (&str, &str)| ApiType::Rest.metric_dimension(id, name).1;
        let Some(own) = apis.clone().find(|(id, _)| *id == own_id).map(filed_under) else {
            return Vec::new();
        };
        let blended = apis.filter(|api| api.0 != own_id && filed_under(*api) == own);
        let mut ids: Vec<String> = blended.map(|(id, _)| id.to_owned()).collect();
        ids.sort_unstable();
        ids
    }

    /// Every REST API of the account in this region.
    pub(super) async fn all_apis(&self, mut on_page: impl FnMut(&[Api]) + Send) -> Result<Vec<Api>, Problem> {
        let region = self.0.session.region();
        let question = self.0.get(&format!("the REST APIs in {region}"), "/restapis");
        let caller = self.0.session.caller();
        let mut apis = Pages::of(&question);
        while apis.is_open() {
            let request = self.client().get_rest_apis().limit(PAGE).set_position(apis.token());
            let answer = request.send().await.map_err(|error| caller.problem(&question, &error))?;
            let page: Vec<Api> = answer.items.unwrap_or_default().into_iter().filter_map(listed).collect();
            on_page(&page);
            apis.add(page, answer.position)?;
        }
        Ok(apis.into_items())
    }

    fn stage(&self, stage: types::Stage) -> Stage {
        let name = stage.stage_name.unwrap_or_default();
        Stage {
            invoke_url: self.0.invoke_url(None, &name),
            deployment_id: said(stage.deployment_id),
            auto_deploy: false,
            api_managed: false,
            created: timestamp(stage.created_date.as_ref()),
            last_updated: timestamp(stage.last_updated_date.as_ref()),
            description: said(stage.description),
            variables: names(stage.variables),
            access_logs: stage.access_log_settings.is_some_and(|logs| logs.destination_arn.is_some()),
            detailed_metrics: stage
                .method_settings
                .is_some_and(|methods| methods.values().any(types::MethodSetting::metrics_enabled)),
            last_deployment_message: None,
            canary: stage.canary_settings.map(|canary| Canary {
                percent: canary.percent_traffic(),
                deployment_id: said(canary.deployment_id),
                variables: names(canary.stage_variable_overrides),
            }),
            route_settings: Vec::new(),
            name,
        }
    }
}

fn api(api: GetRestApiOutput) -> Option<Api> {
    let private = api
        .endpoint_configuration()
        .is_some_and(|endpoint| endpoint.types().contains(&types::EndpointType::Private));
    Some(Api {
        api_type: ApiType::Rest,
        default_endpoint_disabled: api.disable_execute_api_endpoint(),
        private,
        created: timestamp(api.created_date()),
        id: api.id?,
        name: api.name?,
        description: said(api.description),
        endpoint: None,
        blended_with: Vec::new(),
    })
}

/// The same as [`api`]; the list has a shape of its own with the same fields.
fn listed(listed: types::RestApi) -> Option<Api> {
    api(GetRestApiOutput::builder()
        .set_id(listed.id)
        .set_name(listed.name)
        .set_description(listed.description)
        .set_created_date(listed.created_date)
        .set_endpoint_configuration(listed.endpoint_configuration)
        .disable_execute_api_endpoint(listed.disable_execute_api_endpoint)
        .build())
}

fn deployment(deployment: types::Deployment) -> Deployment {
    Deployment {
        created: timestamp(deployment.created_date.as_ref()),
        id: deployment.id.unwrap_or_default(),
        description: said(deployment.description),
        status: None,
        status_message: None,
        auto_deployed: false,
    }
}
