//! One API of the gateway, HTTP or REST, in the domain's words.

mod configuration;
mod domains;
mod http;
mod rest;
mod write;

use jiff::Timestamp;
use tokio::sync::OnceCell;

use super::Session;
use super::problem::Question;
use crate::domain::{
    Api, ApiStages, ApiType, CustomDomain, Deployment, Problem, ProblemKind, SchemaFormat, Stage, links,
    newest_first,
};
pub use configuration::{Configuration, ConfiguredRoute};
use http::HttpGateway;
use rest::RestGateway;
pub use write::{Pushed, WriteError, WriteRules, Writer};

/// An API of either kind. The two services differ in names, pages and timestamps; here they are alike.
#[derive(Clone, Debug)]
pub enum Gateway {
    /// An HTTP API (`apigatewayv2`).
    Http(HttpGateway),
    /// A REST API (`apigateway`).
    Rest(RestGateway),
}

/// The APIs of one kind that a session can see, listed by the first gateway that needs them (`GetApis`, `GetRestApis`); a
/// failure is remembered. Meant for one report: it does not grow old.
#[derive(Debug, Default)]
pub struct ApiList(OnceCell<Option<Vec<Api>>>);

impl Gateway {
    pub(super) fn new(session: Session, api_type: ApiType, api_id: &str) -> Self {
        let target = Target { session, api_type, api_id: api_id.to_owned() };
        match api_type {
            ApiType::Http => Self::Http(HttpGateway(target)),
            ApiType::Rest => Self::Rest(RestGateway(target)),
        }
    }

    /// The API and its stages by name, asked for at the same time (`GetApi` and `GetStages`; for a REST API `GetRestApi`,
    /// `GetStages` and `GetRestApis`). Where the other REST APIs of its name may not be listed, nothing is said about them: the
    /// stages matter more.
    pub async fn api_stages(&self) -> Result<ApiStages, Problem> {
        let (api, stages, blended_with) = tokio::join!(self.api(), self.stages(), self.same_name());
        let api = Api { blended_with: blended_with.unwrap_or_default(), ..api? };
        Ok(self.together(api, stages?))
    }

    /// The same of one of several APIs, for which one list is asked instead of each API by itself. Where the list may not be
    /// read or lacks this API, it is asked for.
    pub async fn api_stages_from(&self, list: &ApiList) -> Result<ApiStages, Problem> {
        let api = async {
            match self.listed(list).await {
                Some(api) => Ok(api),
                None => self.api().await,
            }
        };
        let (api, stages) = tokio::join!(api, self.stages());
        Ok(self.together(api?, stages?))
    }

    fn together(&self, api: Api, mut stages: Vec<Stage>) -> ApiStages {
        if api.endpoint.is_some() {
            for stage in &mut stages {
                stage.invoke_url = self.target().invoke_url(api.endpoint.as_deref(), &stage.name);
            }
        }
        ApiStages { api, stages }
    }

    async fn listed(&self, list: &ApiList) -> Option<Api> {
        let all = async || {
            let apis = self.all_apis(|_| ()).await;
            apis.inspect_err(|problem| tracing::debug!(why = problem.why, "the APIs could not be listed"))
                .ok()
        };
        let apis = list.0.get_or_init(all).await.as_deref()?;
        let api = apis.iter().find(|api| api.id == self.target().api_id)?.clone();
        let blended_with = match self {
            Self::Http(_) => Vec::new(),
            Self::Rest(gateway) => {
                gateway.blended(apis.iter().map(|api| (api.id.as_str(), api.name.as_str())))
            }
        };
        Some(Api { blended_with, ..api })
    }

    /// Every API of this kind.
    pub(super) async fn all_apis(&self, on_page: impl FnMut(&[Api]) + Send) -> Result<Vec<Api>, Problem> {
        match self {
            Self::Http(gateway) => gateway.all_apis(on_page).await,
            Self::Rest(gateway) => gateway.all_apis(on_page).await,
        }
    }

    /// The API alone; `blended_with` is left empty.
    pub async fn api(&self) -> Result<Api, Problem> {
        match self {
            Self::Http(gateway) => gateway.api().await,
            Self::Rest(gateway) => gateway.api().await,
        }
    }

    /// The stages alone, by name, with the addresses of the default endpoint.
    pub async fn stages(&self) -> Result<Vec<Stage>, Problem> {
        let mut stages = match self {
            Self::Http(gateway) => gateway.stages().await?,
            Self::Rest(gateway) => gateway.stages().await?,
        };
        stages.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(stages)
    }

    /// Ids of other REST APIs whose metrics CloudWatch files under the same name. Never any for an HTTP API, whose metrics go
    /// by id.
    pub(super) async fn same_name(&self) -> Result<Vec<String>, Problem> {
        match self {
            Self::Http(_) => Ok(Vec::new()),
            Self::Rest(gateway) => gateway.same_name().await,
        }
    }

    /// All its deployments, newest first (`GetDeployments`). `on_page` sees each page as it comes, in AWS's order: at four
    /// requests a second ten thousand of them take five seconds.
    pub async fn deployments(
        &self,
        on_page: impl FnMut(&[Deployment]) + Send,
    ) -> Result<Vec<Deployment>, Problem> {
        let mut deployments = match self {
            Self::Http(gateway) => gateway.deployments(on_page).await?,
            Self::Rest(gateway) => gateway.deployments(on_page).await?,
        };
        newest_first(&mut deployments);
        Ok(deployments)
    }

    /// One stage (`GetStage`), with the address of the default endpoint.
    pub async fn stage(&self, name: &str) -> Result<Stage, Problem> {
        match self {
            Self::Http(gateway) => gateway.stage(name).await,
            Self::Rest(gateway) => gateway.stage(name).await,
        }
    }

    /// One deployment (`GetDeployment`).
    pub async fn deployment(&self, id: &str) -> Result<Deployment, Problem> {
        match self {
            Self::Http(gateway) => gateway.deployment(id).await,
            Self::Rest(gateway) => gateway.deployment(id).await,
        }
    }

    /// The API as an OpenAPI 3.0 document with AWS's extensions: the stage's (`ExportApi` with a stage, `GetExport`), or the newest
    /// configuration (`ExportApi` without one; a REST API has none, which is a problem).
    pub async fn export(&self, stage: Option<&str>, format: SchemaFormat) -> Result<String, Problem> {
        match self {
            Self::Http(gateway) => gateway.export(stage, format).await,
            Self::Rest(gateway) => gateway.export(stage, format).await,
        }
    }

    /// The custom domains that lead to its stages, by URL (`GetDomainNames`, then `GetApiMappings` of each domain of the
    /// account, one after the other).
    pub async fn custom_domains(&self) -> Result<Vec<CustomDomain>, Problem> {
        domains::leading_to(self.target()).await
    }

    fn target(&self) -> &Target {
        match self {
            Self::Http(HttpGateway(target)) | Self::Rest(RestGateway(target)) => target,
        }
    }
}

/// Which API, asked with which credentials.
#[derive(Clone, Debug)]
struct Target {
    session: Session,
    api_type: ApiType,
    api_id: String,
}

impl Target {
    /// What is read of this API: a part of it in words (`the stages of `), and in its ARN (`/stages`).
    fn question(&self, part: &str, tail: &str) -> Question {
        self.about("apigateway:GET", &format!("Cannot read {part}"), tail)
    }

    /// What is asked of this API: as IAM calls it, in words that lead up to it (`Cannot deploy `), and in its ARN.
    fn about(&self, action: &'static str, words: &str, tail: &str) -> Question {
        let (id, region) = (&self.api_id, self.session.region());
        let collection = match self.api_type {
            ApiType::Http => "apis",
            ApiType::Rest => "restapis",
        };
        Question {
            what: format!("{words}the {} API {id} in {region}", self.api_type.label()),
            action,
            resource: self.arn(&format!("/{collection}/{id}{tail}")),
        }
    }

    /// A GET on that path of the control plane.
    fn get(&self, thing: &str, path: &str) -> Question {
        Question { what: format!("Cannot read {thing}"), action: "apigateway:GET", resource: self.arn(path) }
    }

    /// The ARN of a path of the control plane, without the `/v2` of HTTP APIs.
    fn arn(&self, path: &str) -> String {
        let region = self.session.region();
        format!("arn:{}:apigateway:{region}::{path}", links::partition(region).id)
    }

    /// The problem of an answer that reads well and is no API: AWS always tells id and name.
    fn not_an_api(&self) -> Problem {
        not_told(&self.question("", ""), "API")
    }

    /// The text of an export. AWS sends the document as the body itself.
    fn document(question: &Question, body: Option<aws_smithy_types::Blob>) -> Result<String, Problem> {
        let body = body.map(aws_smithy_types::Blob::into_inner).unwrap_or_default();
        let text = String::from_utf8(body).ok().filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| not_told(question, "schema"))
    }

    fn invoke_url(&self, endpoint: Option<&str>, stage: &str) -> String {
        links::invoke_url(self.api_type, &self.api_id, self.session.region(), endpoint, stage)
    }
}

/// The problem of an answer that reads well and lacks what AWS always tells.
fn not_told(question: &Question, thing: &str) -> Problem {
    let why = format!("The answer names no {thing}.");
    Problem::new(ProblemKind::Service, &question.what, why)
        .advise("Check the endpoint URL and the proxy: something else than AWS may have answered.")
}

fn timestamp(at: Option<&aws_smithy_types::DateTime>) -> Option<Timestamp> {
    let at = at?;
    Timestamp::new(at.secs(), i32::try_from(at.subsec_nanos()).ok()?).ok()
}

/// The names of stage variables, sorted; their values are left behind, as they may be secrets.
fn names<T>(settings: Option<std::collections::HashMap<String, T>>) -> Vec<String> {
    let mut names: Vec<String> = settings.unwrap_or_default().into_keys().collect();
    names.sort_unstable();
    names
}

/// A text that says something.
fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
