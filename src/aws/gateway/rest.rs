//! REST APIs: the `apigateway` service, "v1".

use aws_sdk_apigateway::operation::get_rest_api::GetRestApiOutput;
use aws_sdk_apigateway::types;

use super::{Target, names, not_told, said, timestamp};
use crate::aws::pages::Pages;
use crate::domain::{Api, ApiType, Canary, Deployment, Problem, ProblemKind, SchemaFormat, Stage};

/// The stage of a list from the stage of another answer: each answer has a shape of its own with the same fields.
macro_rules! stage_of {
    ($answer:expr) => {{
        let answer = $answer;
        aws_sdk_apigateway::types::Stage::builder()
            .set_stage_name(answer.stage_name)
            .set_deployment_id(answer.deployment_id)
            .set_created_date(answer.created_date)
            .set_last_updated_date(answer.last_updated_date)
            .set_description(answer.description)
            .set_variables(answer.variables)
            .set_access_log_settings(answer.access_log_settings)
            .set_method_settings(answer.method_settings)
            .set_canary_settings(answer.canary_settings)
            .build()
    }};
}
pub(super) use stage_of;

/// The same of a deployment.
macro_rules! deployment_of {
    ($answer:expr) => {{
        let answer = $answer;
        aws_sdk_apigateway::types::Deployment::builder()
            .set_id(answer.id)
            .set_created_date(answer.created_date)
            .set_description(answer.description)
            .build()
    }};
}
pub(super) use deployment_of;

/// Items a page; the most that the service takes.
pub(super) const PAGE: i32 = 500;

/// A REST API.
#[derive(Clone, Debug)]
pub struct RestGateway(pub(super) Target);

impl RestGateway {
    pub(super) fn client(&self) -> &aws_sdk_apigateway::Client {
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
        Ok(answer.item.unwrap_or_default().into_iter().filter_map(|stage| self.told_stage(stage)).collect())
    }

    pub(super) async fn stage(&self, name: &str) -> Result<Stage, Problem> {
        let question = self.0.question(&format!("the stage {name} of "), &format!("/stages/{name}"));
        let answer = self.client().get_stage().rest_api_id(&self.0.api_id).stage_name(name).send().await;
        let answer = answer.map_err(|error| self.0.session.caller().problem(&question, &error))?;
        self.told_stage(stage_of!(answer)).ok_or_else(|| not_told(&question, "stage"))
    }

    pub(super) async fn deployment(&self, id: &str) -> Result<Deployment, Problem> {
        let question = self.0.question(&format!("the deployment {id} of "), &format!("/deployments/{id}"));
        let request = self.client().get_deployment().rest_api_id(&self.0.api_id).deployment_id(id);
        let answer = request.send().await;
        let answer = answer.map_err(|error| self.0.session.caller().problem(&question, &error))?;
        told_deployment(deployment_of!(answer)).ok_or_else(|| not_told(&question, "deployment"))
    }

    /// The extensions called `apigateway` are all of API Gateway's own: integrations, authorizers and the settings of the API.
    pub(super) async fn export(&self, stage: Option<&str>, format: SchemaFormat) -> Result<String, Problem> {
        let Some(stage) = stage else {
            let what = self.0.question("the schema of ", "").what;
            return Err(Problem::new(
                ProblemKind::Usage,
                what,
                "A REST API has a schema on its stages alone.",
            )
            .advise("Name a stage that is deployed."));
        };
        let question = self.0.question(
            &format!("the schema of the stage {stage} of "),
            &format!("/stages/{stage}/exports/oas30"),
        );
        let accepts = match format {
            SchemaFormat::Json => "application/json",
            SchemaFormat::Yaml => "application/yaml",
        };
        let request = self.client().get_export().rest_api_id(&self.0.api_id).stage_name(stage);
        let request = request.export_type("oas30").parameters("extensions", "apigateway").accepts(accepts);
        // The client puts JSON into the header of every request, whatever was asked for.
        let request = request.customize().mutate_request(move |request| {
            request.headers_mut().insert("accept", accepts);
        });
        let answer = request.send().await;
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
            let request = self.client().get_deployments().rest_api_id(&self.0.api_id).limit(PAGE);
            let answer = request.set_position(deployments.token()).send().await;
            let answer = answer.map_err(|error| caller.problem(&question, &error))?;
            let page: Vec<Deployment> =
                answer.items.unwrap_or_default().into_iter().filter_map(told_deployment).collect();
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

    /// None where the answer is no stage's: AWS always tells its name.
    pub(super) fn told_stage(&self, stage: types::Stage) -> Option<Stage> {
        let name = stage.stage_name?;
        Some(Stage {
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
        })
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

/// None where the answer is no deployment's: AWS always tells its id.
pub(super) fn told_deployment(deployment: types::Deployment) -> Option<Deployment> {
    Some(Deployment {
        created: timestamp(deployment.created_date.as_ref()),
        id: deployment.id?,
        description: said(deployment.description),
        status: None,
        status_message: None,
        auto_deployed: false,
    })
}
