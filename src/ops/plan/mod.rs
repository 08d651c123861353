//! Plans: what a write is going to do, told before it is done.

mod calls;
mod deploy;
mod describe;
mod judge;
mod notes;
mod point;
mod push_back;

use super::Engine;
use super::site::Site;
use crate::domain::{Connection, Deployment, GoLive, Intent, Plan, Problem, ProblemKind, Stage};
use crate::text;

pub(super) use describe::token_in;

impl Engine {
    /// What a write is going to do. Nothing is written.
    pub async fn plan(&self, connection: &Connection, intent: &Intent) -> Result<Plan, Problem> {
        match intent {
            Intent::Deploy { schema: Some(_), .. } => Box::pin(self.plan_deploy(connection, intent)).await,
            Intent::Deploy { schema: None, .. } => Box::pin(self.plan_redeploy(connection, intent)).await,
            Intent::PushBack { .. } => Box::pin(self.plan_push_back(connection, intent)).await,
            Intent::RollBack { .. } => Box::pin(self.plan_roll_back(connection, intent)).await,
            Intent::Promote { from, to } => self.plan_promotion(connection, intent, from, to).await,
            Intent::EndCanary { stage, promote } => {
                self.plan_canarys_end(connection, intent, stage, *promote).await
            }
        }
    }

    /// The deployment that is live on a stage.
    async fn live_on(&self, connection: &Connection, stage: &Stage) -> Result<Option<Deployment>, Problem> {
        match &stage.deployment_id {
            Some(id) => self.deployment(connection, id).await.map(Some),
            None => Ok(None),
        }
    }
}

/// A plan that does nothing yet.
fn blank(intent: &Intent, site: &Site) -> Plan {
    Plan {
        intent: intent.clone(),
        target: site.target.clone(),
        live: None,
        to: None,
        source: None,
        push: None,
        go_live: GoLive::No,
        description: None,
        gateway: Vec::new(),
        goes_live_changes: Vec::new(),
        contract: Vec::new(),
        contract_basis: String::new(),
        restored: Vec::new(),
        deleted_routes: Vec::new(),
        preflight: Vec::new(),
        goes_live: Vec::new(),
        calls: Vec::new(),
        notes: Vec::new(),
        fingerprint: site.fingerprint.clone(),
    }
}

/// A stage with an active canary takes no other deployment.
fn refuse_canary(connection: &Connection, stage: &Stage) -> Result<(), Problem> {
    let Some(canary) = &stage.canary else {
        return Ok(());
    };
    let what = format!("The stage {} has an active canary", stage.name);
    let deployment = canary.deployment_id.as_deref().unwrap_or("no deployment");
    let why = format!(
        "{}% of its traffic goes to {deployment}; until that ends, the stage takes no other deployment.",
        canary.percent
    );
    let (nickname, name) = words(connection, stage);
    Err(Problem::new(ProblemKind::Conflict, what, why).advise(format!(
        "Promote it first (`apigw promote {nickname} --canary {name}`), or remove it (`apigw rollback {nickname} --canary {name}`)."
    )))
}

/// A stage that API Gateway manages cannot be pointed anywhere.
fn refuse_managed(connection: &Connection, stage: &Stage) -> Result<(), Problem> {
    if !stage.api_managed {
        return Ok(());
    }
    let what = format!("The stage {} cannot be pointed at a deployment", stage.name);
    let why = "API Gateway manages it: it changes only by what is pushed to the API.";
    let (nickname, name) = words(connection, stage);
    Err(Problem::new(ProblemKind::Rejected, what, why)
        .advise(format!("To go back, push the schema of the deployment: `apigw rollback {nickname} --stage {name} --with-schema`."))
        .advise(format!("To go on, push another: `apigw deploy {nickname} --stage {name} --schema FILE`.")))
}

/// Connection and stage as words of a command to copy.
fn words(connection: &Connection, stage: &Stage) -> (String, String) {
    (text::shell_word(&connection.nickname), text::shell_word(&stage.name))
}
