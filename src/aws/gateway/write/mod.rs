//! The writes, through clients that never retry: whoever writes must find out what became of a lost answer before asking again.

mod http;
mod rest;

use std::error::Error;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::http::HttpGateway;
use super::rest::RestGateway;
use super::{Target, not_told};
use crate::aws::Session;
use crate::aws::problem::{Question, nothing_happened};
use crate::aws::transport::{Access, Gate};
use crate::domain::{ApiType, Connection, Deployment, Problem, ProblemKind, Stage};
use http::HttpWriter;
use rest::RestWriter;

/// How long the answer to a write is waited for, at least: AWS takes its time with a large schema, and an answer that is not
/// waited for must be looked up.
const PATIENCE: Duration = Duration::from_mins(1);

/// What keeps writes from going out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteRules {
    /// Refuse every write below the SDK, whatever was agreed to.
    pub read_only: bool,
    /// The account that the connection was made for; writes are refused in another one.
    pub account: Option<String>,
}

/// Why a write did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// AWS said no, or nothing was sent: nothing changed.
    Refused(Problem),
    /// No answer came, or none that can be read: it may have happened.
    Lost(Problem),
}

/// What AWS said about a schema that it took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pushed {
    /// What it warns of.
    pub warnings: Vec<String>,
    /// What it ignored (`importInfo`, HTTP only).
    pub notes: Vec<String>,
}

/// One API, to be written to. Nothing else can write: the sessions' own clients are held to reading.
#[derive(Clone, Debug)]
pub enum Writer {
    /// An HTTP API (`apigatewayv2`).
    Http(HttpWriter),
    /// A REST API (`apigateway`).
    Rest(RestWriter),
}

impl Session {
    /// The API of this kind and id, for writing. Asks whose the credentials are (`GetCallerIdentity`), and refuses where the
    /// settings or the rules say so, with a problem of the kind [`ProblemKind::ReadOnly`].
    pub async fn writer(
        &self,
        api_type: ApiType,
        api_id: &str,
        rules: &WriteRules,
    ) -> Result<Writer, Problem> {
        if self.is_read_only() || rules.read_only {
            let what = format!("Cannot write to the {} API {api_id}", api_type.label());
            return Err(Problem::new(ProblemKind::ReadOnly, what, "This connection is read-only.")
                .advise("Take the connection's `read_only` or the flag `--read-only` away to allow it."));
        }
        let identity = self.identity().await?;
        if let Some(problem) = Connection::account_problem(rules.account.as_deref(), &identity) {
            return Err(problem);
        }
        Ok(Writer::new(self, api_type, api_id, Access::ReadWrite))
    }
}

impl Writer {
    pub(in crate::aws) fn new(session: &Session, api_type: ApiType, api_id: &str, access: Access) -> Self {
        let config = session.config_behind(|gate| Gate {
            access,
            attempt_timeout: gate.attempt_timeout.max(PATIENCE),
            ..gate
        });
        let config: SdkConfig = config.into_builder().retry_config(RetryConfig::disabled()).build();
        let target = Target { session: session.clone(), api_type, api_id: api_id.to_owned() };
        match api_type {
            ApiType::Http => Self::Http(HttpWriter::new(HttpGateway(target), &config)),
            ApiType::Rest => Self::Rest(RestWriter::new(RestGateway(target), &config)),
        }
    }

    /// Pushes a document over everything that the API has (`ReimportApi`; `PutRestApi` with `mode=overwrite`).
    pub async fn push(&self, document: &str, fail_on_warnings: bool) -> Result<Pushed, WriteError> {
        match self {
            Self::Http(writer) => writer.push(document, fail_on_warnings).await,
            Self::Rest(writer) => writer.push(document, fail_on_warnings).await,
        }
    }

    /// Makes a deployment, and points the stage at it where one is named (`CreateDeployment`). A REST stage that does not exist is
    /// made.
    pub async fn create_deployment(
        &self,
        stage: Option<&str>,
        description: &str,
    ) -> Result<Deployment, WriteError> {
        match self {
            Self::Http(writer) => writer.create_deployment(stage, description).await,
            Self::Rest(writer) => writer.create_deployment(stage, description).await,
        }
    }

    /// Points a stage at a deployment (`UpdateStage`).
    pub async fn point_stage(&self, stage: &str, deployment_id: &str) -> Result<Stage, WriteError> {
        match self {
            Self::Http(writer) => writer.point_stage(stage, deployment_id).await,
            Self::Rest(writer) => writer.point_stage(stage, deployment_id).await,
        }
    }

    /// Switches auto-deploy of a stage on or off (`UpdateStage`, HTTP only).
    pub async fn set_auto_deploy(&self, stage: &str, on: bool) -> Result<Stage, WriteError> {
        match self {
            Self::Http(writer) => writer.set_auto_deploy(stage, on).await,
            Self::Rest(writer) => Err(only(writer.target(), "HTTP APIs deploy by themselves")),
        }
    }

    /// Writes a description on a deployment that exists (`UpdateDeployment`).
    pub async fn describe_deployment(
        &self,
        deployment_id: &str,
        description: &str,
    ) -> Result<(), WriteError> {
        match self {
            Self::Http(writer) => writer.describe_deployment(deployment_id, description).await,
            Self::Rest(writer) => writer.describe_deployment(deployment_id, description).await,
        }
    }

    /// Ends a canary: its deployment and variables become the stage's own, or go (`GetStage`, then `UpdateStage` once or, to
    /// promote it, twice; REST only). When the second is refused, the deployment is the stage's own and the canary still there,
    /// which is [`WriteError::Lost`], as something did change.
    pub async fn end_canary(&self, stage: &str, promote: bool) -> Result<Stage, WriteError> {
        match self {
            Self::Http(writer) => Err(only(writer.target(), "REST APIs have canaries")),
            Self::Rest(writer) => writer.end_canary(stage, promote).await,
        }
    }

    /// Puts back what a push silently changes and the plan meant to keep (`UpdateApi`, HTTP only): the switch of the default
    /// endpoint, for one. `None` leaves a setting alone.
    pub async fn restore_settings(&self, default_endpoint_disabled: Option<bool>) -> Result<(), WriteError> {
        match (self, default_endpoint_disabled) {
            (_, None) => Ok(()),
            (Self::Http(writer), Some(disabled)) => writer.disable_default_endpoint(disabled).await,
            (Self::Rest(writer), Some(_)) => Err(only(writer.target(), "HTTP APIs lose settings in a push")),
        }
    }
}

impl Target {
    /// What became of a write that failed.
    fn failed<E>(&self, question: &Question, error: &SdkError<E, HttpResponse>) -> WriteError
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let problem = self.session.caller().problem(question, error);
        if nothing_happened(error) { WriteError::Refused(problem) } else { lost(problem) }
    }
}

fn lost(mut problem: Problem) -> WriteError {
    let step = "It may have happened all the same: look at the gateway before trying again.";
    problem.advice.insert(0, step.to_owned());
    WriteError::Lost(problem)
}

/// The answer reads well and lacks what AWS always tells.
fn unreadable(question: &Question, thing: &str) -> WriteError {
    lost(not_told(question, thing))
}

/// Nothing was sent, since the other kind of API alone knows such a write.
fn only(target: &Target, words: &str) -> WriteError {
    let what = target.question("", "").what.replace("Cannot read", "Cannot change");
    WriteError::Refused(Problem::new(ProblemKind::Bug, what, format!("Only {words}.")))
}
