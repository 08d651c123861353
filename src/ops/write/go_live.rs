//! Putting a deployment live on a stage, and seeing it there.

use std::time::Duration;

use super::Act;
use super::ending::Ending;
use super::insist::Sent;
use super::look::{Found, after_loss, deployment_found, found, stage_found, until};
use crate::domain::{Deployment, DeploymentStatus, GoLive, Problem, ProblemKind, Stage, Step, WriteResult};
use crate::ops::plan::token_in;

/// How long a deployment, or a stage that deploys by itself, may take.
const SETTLES: Duration = Duration::from_mins(2);

impl Act {
    /// Puts live what the plan says.
    pub(super) async fn go_live(&self, ending: Ending) -> Ending {
        let stage = self.plan.target.stage.as_deref().unwrap_or_default();
        match &self.plan.go_live {
            GoLive::No => Ending { result: WriteResult::Exported, ..ending },
            GoLive::Deploy => self.deploy(ending, stage).await,
            GoLive::AutoDeploy => self.follow(ending, stage).await,
            GoLive::Point { to, auto_deploy_off } => {
                self.begins(Step::Deploy);
                if *auto_deploy_off && let Err(failed) = self.switch_off(&ending, stage).await {
                    return failed;
                }
                self.point(ending, stage, to).await
            }
            GoLive::EndCanary { promote } => self.end_canary(ending, stage, *promote).await,
        }
    }

    /// Makes a deployment, waits for it, and sees it on the stage.
    async fn deploy(&self, ending: Ending, stage: &str) -> Ending {
        self.begins(Step::Deploy);
        let description = self.plan.description.as_deref().unwrap_or_default();
        let token = token_in(description).unwrap_or_default();
        let sent = self.insist(
            Step::Deploy,
            "CreateDeployment",
            || self.writer.create_deployment(Some(stage), description),
            || after_loss(move || deployment_found(&self.engine, &self.connection, token)),
        );
        let deployment = match sent.await {
            Sent::Done(deployment) => deployment,
            Sent::Not(problem) => return self.not_live(ending, problem),
            Sent::Unknown(problem) => return self.perhaps_live(ending, problem),
        };
        let ending = Ending { deployment_id: Some(deployment.id.clone()), ..ending };
        self.note_deployment(&deployment.id).await;
        self.begins(Step::Confirm);
        if let Err(failed) = self.settle(&ending, &deployment).await {
            return failed;
        }
        let look = async || stage_found(&self.engine, &self.connection, stage, |_| true).await;
        match after_loss(&look).await {
            Found::Happened(read) if read.deployment_id.as_deref() == Some(&deployment.id) => {
                live(ending, &deployment.id)
            }
            // The deployment is there, and the stage has not moved: point it.
            Found::Happened(_) | Found::Not => self.point(ending, stage, &deployment.id).await,
            Found::CannotTell(problem) => self.perhaps_live(ending, problem),
        }
    }

    /// Waits until AWS is done with a deployment (HTTP only: a REST deployment exists or does not).
    async fn settle(&self, ending: &Ending, deployment: &Deployment) -> Result<(), Ending> {
        if !matches!(deployment.status, Some(DeploymentStatus::Pending)) {
            return self.judge(ending, deployment);
        }
        let look = async || {
            found(self.engine.deployment(&self.connection, &deployment.id).await, |read| match read.status {
                Some(DeploymentStatus::Pending) => Found::Not,
                _ => Found::Happened(read),
            })
        };
        match until(SETTLES, &look).await {
            Found::Happened(settled) => self.judge(ending, &settled),
            Found::Not => {
                let what = format!("The deployment {} is still pending", deployment.id);
                let why = format!("AWS is not done with it after {} s.", SETTLES.as_secs());
                Err(self.perhaps_live(ending.clone(), Problem::new(ProblemKind::Timeout, what, why)))
            }
            Found::CannotTell(problem) => Err(self.perhaps_live(ending.clone(), problem)),
        }
    }

    fn judge(&self, ending: &Ending, deployment: &Deployment) -> Result<(), Ending> {
        if deployment.status != Some(DeploymentStatus::Failed) {
            return Ok(());
        }
        let what = format!("The deployment {} failed", deployment.id);
        let why = deployment.status_message.clone().unwrap_or_default();
        Err(self.not_live(ending.clone(), Problem::new(ProblemKind::Rejected, what, why)))
    }

    /// Waits until the stage has deployed by itself what was pushed, and writes the description on that deployment.
    async fn follow(&self, ending: Ending, stage: &str) -> Ending {
        self.begins(Step::Deploy);
        let before = self.site.find(stage).cloned().unwrap_or_default();
        let moved = |now: &Stage| {
            now.deployment_id != before.deployment_id
                || now.last_deployment_message != before.last_deployment_message
        };
        let look = async || stage_found(&self.engine, &self.connection, stage, &moved).await;
        let now = match until(SETTLES, &look).await {
            Found::Happened(now) => now,
            // It serves all of it already: there may have been nothing to deploy.
            Found::Not if self.plan.goes_live_changes.is_empty() && before.deployment_id.is_some() => before,
            Found::Not => {
                let what = format!("{stage} has not deployed by itself what was pushed");
                let why = format!("Nothing changed on it for {} s.", SETTLES.as_secs());
                return self.perhaps_live(ending, Problem::new(ProblemKind::Timeout, what, why));
            }
            Found::CannotTell(problem) => return self.perhaps_live(ending, problem),
        };
        if let Some(message) = now.deployment_failure() {
            let what = format!("{stage} could not deploy by itself what was pushed");
            return self.not_live(ending, Problem::new(ProblemKind::Rejected, what, message));
        }
        let Some(id) = now.deployment_id else {
            let what = format!("{stage} names no deployment");
            return self.perhaps_live(ending, Problem::new(ProblemKind::Service, what, ""));
        };
        self.note_deployment(&id).await;
        self.begins(Step::Confirm);
        let is_new = self.entry.deployment_before.as_ref() != Some(&id);
        let mut ending = live(ending, &id);
        if is_new {
            ending.warnings.extend(self.describe(&id).await);
        }
        ending
    }

    /// Writes the description on a deployment that AWS made. The warning, if it could not be written.
    async fn describe(&self, id: &str) -> Option<String> {
        let description = self.plan.description.as_deref()?;
        let look = async || {
            found(self.engine.deployment(&self.connection, id).await, |read| {
                let written = read.description.as_deref() == Some(description);
                if written { Found::Happened(()) } else { Found::Not }
            })
        };
        let sent = self.insist(
            Step::Confirm,
            "UpdateDeployment",
            || self.writer.describe_deployment(id, description),
            || after_loss(&look),
        );
        match sent.await {
            Sent::Done(()) => None,
            Sent::Not(problem) | Sent::Unknown(problem) => {
                Some(format!("It is live, but without its description: {}", problem.headline()))
            }
        }
    }

    async fn switch_off(&self, ending: &Ending, stage: &str) -> Result<(), Ending> {
        let is_off = |stage: &Stage| !stage.auto_deploy;
        let look = async || stage_found(&self.engine, &self.connection, stage, is_off).await;
        let sent = self.insist(
            Step::Deploy,
            "UpdateStage",
            || self.writer.set_auto_deploy(stage, false),
            || after_loss(&look),
        );
        match sent.await {
            Sent::Done(_) => Ok(()),
            Sent::Not(problem) => Err(self.not_live(ending.clone(), problem)),
            Sent::Unknown(problem) => Err(self.perhaps_live(ending.clone(), problem)),
        }
    }

    /// Points the stage at a deployment, and sees it there.
    async fn point(&self, ending: Ending, stage: &str, to: &str) -> Ending {
        let is_there = |stage: &Stage| stage.deployment_id.as_deref() == Some(to);
        let look = async || stage_found(&self.engine, &self.connection, stage, is_there).await;
        let sent = self.insist(
            Step::Deploy,
            "UpdateStage",
            || self.writer.point_stage(stage, to),
            || after_loss(&look),
        );
        let ending = Ending { deployment_id: Some(to.to_owned()), ..ending };
        match sent.await {
            Sent::Done(_) => {}
            Sent::Not(problem) => return self.not_live(self.with_auto_deploy_off(ending), problem),
            Sent::Unknown(problem) => return self.perhaps_live(self.with_auto_deploy_off(ending), problem),
        }
        self.begins(Step::Confirm);
        match until(SETTLES, &look).await {
            Found::Happened(_) => live(ending, to),
            Found::Not => {
                let what = format!("{stage} does not point at {to}");
                let why = "AWS took the request, and the stage has not moved.";
                self.not_live(ending, Problem::new(ProblemKind::Service, what, why))
            }
            Found::CannotTell(problem) => self.perhaps_live(ending, problem),
        }
    }

    async fn end_canary(&self, ending: Ending, stage: &str, promote: bool) -> Ending {
        self.begins(Step::Deploy);
        let is_over = |stage: &Stage| stage.canary.is_none();
        let look = async || stage_found(&self.engine, &self.connection, stage, is_over).await;
        let sent = self.insist(
            Step::Deploy,
            "UpdateStage",
            || self.writer.end_canary(stage, promote),
            || after_loss(&look),
        );
        match sent.await {
            Sent::Done(_) => {}
            Sent::Not(problem) => return self.not_live(ending, problem),
            Sent::Unknown(problem) => return self.perhaps_live(ending, problem),
        }
        self.begins(Step::Confirm);
        match until(SETTLES, &look).await {
            Found::Happened(now) => {
                let id = now.deployment_id.unwrap_or_default();
                live(ending, &id)
            }
            Found::Not => {
                let what = format!("The canary of {stage} is still there");
                let why = "AWS took the request, and the stage has not changed.";
                self.not_live(ending, Problem::new(ProblemKind::Service, what, why))
            }
            Found::CannotTell(problem) => self.perhaps_live(ending, problem),
        }
    }

    /// Other stages that deploy every push by themselves, and could not.
    pub(super) async fn failed_by_themselves(&self) -> Vec<String> {
        let others = |stage: &&Stage| self.plan.target.stage.as_deref() != Some(stage.name.as_str());
        let before: Vec<&Stage> = self.site.auto_deploying().filter(others).collect();
        if before.is_empty() {
            return Vec::new();
        }
        let Ok(read) = self.engine.stages(&self.connection).await else {
            return vec!["Whether the stages that deploy by themselves did could not be read.".to_owned()];
        };
        let failed = |before: &&Stage| {
            let now = read.stages.iter().find(|stage| stage.name == before.name)?;
            let message = now.deployment_failure()?;
            let is_new = before.last_deployment_message.as_deref() != Some(message);
            is_new.then(|| format!("{} could not deploy by itself what was pushed: {message}", now.name))
        };
        before.iter().filter_map(failed).collect()
    }

    async fn note_deployment(&self, id: &str) {
        let (entry, id) = (self.entry.id.clone(), id.to_owned());
        let noted = self.engine.in_history(move |history| history.note_deployment(&entry, &id)).await;
        if let Err(problem) = noted {
            // The entry's end tells it, too.
            tracing::warn!(why = problem.headline(), "the history did not take a deployment");
        }
    }
}

fn live(ending: Ending, id: &str) -> Ending {
    Ending { result: WriteResult::Deployed, deployment_id: Some(id.to_owned()), ..ending }
}
