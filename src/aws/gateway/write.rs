//! The writes, through clients that never retry: whoever writes must find out what became of a lost answer before asking again.

use crate::aws::Session;
use crate::domain::{ApiType, Deployment, Problem, Stage};

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

/// One API, to be written to.
#[derive(Clone, Debug)]
pub struct Writer;

impl Session {
    /// The API of this kind and id, for writing. Asks whose the credentials are, and refuses where the rules say so.
    pub async fn writer(
        &self,
        _api_type: ApiType,
        _api_id: &str,
        _rules: &WriteRules,
    ) -> Result<Writer, Problem> {
        todo!()
    }
}

impl Writer {
    /// Pushes a document over everything that the API has (`ReimportApi`; `PutRestApi` with `mode=overwrite`).
    pub async fn push(&self, _document: &str, _fail_on_warnings: bool) -> Result<Pushed, WriteError> {
        todo!()
    }

    /// Makes a deployment, and points the stage at it where one is named (`CreateDeployment`). A REST stage that does not exist is
    /// made.
    pub async fn create_deployment(
        &self,
        _stage: Option<&str>,
        _description: &str,
    ) -> Result<Deployment, WriteError> {
        todo!()
    }

    /// Points a stage at a deployment (`UpdateStage`).
    pub async fn point_stage(&self, _stage: &str, _deployment_id: &str) -> Result<Stage, WriteError> {
        todo!()
    }

    /// Switches auto-deploy of a stage on or off (`UpdateStage`, HTTP only).
    pub async fn set_auto_deploy(&self, _stage: &str, _on: bool) -> Result<Stage, WriteError> {
        todo!()
    }

    /// Writes a description on a deployment that exists (`UpdateDeployment`).
    pub async fn describe_deployment(
        &self,
        _deployment_id: &str,
        _description: &str,
    ) -> Result<(), WriteError> {
        todo!()
    }

    /// Ends a canary: its deployment and variables become the stage's own, or go (`UpdateStage`, REST only).
    pub async fn end_canary(&self, _stage: &str, _promote: bool) -> Result<Stage, WriteError> {
        todo!()
    }

    /// Puts back what a push silently changes and the plan meant to keep (`UpdateApi`, HTTP only): the switch of the default
    /// endpoint, for one. `None` leaves a setting alone.
    pub async fn restore_settings(&self, _default_endpoint_disabled: Option<bool>) -> Result<(), WriteError> {
        todo!()
    }
}
