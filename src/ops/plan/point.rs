//! Pointing a stage at a deployment that exists (roll back, promote), and ending a canary.

use super::{blank, calls, notes, refuse_canary, refuse_managed};
use crate::domain::{
    Connection, Deployment, DeploymentStatus, GoLive, HistoryEntry, Intent, Kept, Plan, Problem, ProblemKind,
    Stage,
};
use crate::openapi;
use crate::ops::Engine;
use crate::ops::past::{Past, off_thread};
use crate::ops::site::Site;

/// What is said where the history does not know a deployment.
const UNKNOWN_THERE: &str = "What that deployment serves is not known here: AWS exports only what is live, and it was not deployed from here.";

impl Engine {
    pub(super) async fn plan_roll_back(
        &self,
        connection: &Connection,
        intent: &Intent,
    ) -> Result<Plan, Problem> {
        let Intent::RollBack { stage: name, to, with_schema } = intent else {
            return Err(Problem::new(
                ProblemKind::Bug,
                "apigw failed inside",
                "An intent met the wrong plan.",
            ));
        };
        let scope = self.scope(connection, intent).await?;
        let (site, deployments, past) = tokio::join!(
            self.site(connection, &scope),
            self.deployments(connection, |_| ()),
            self.past(connection)
        );
        let (site, deployments, past) = (site?, deployments?, past?);
        let stage = site.stage(name)?;
        refuse_canary(connection, stage)?;
        let to = wanted(stage, to.as_deref(), &deployments, &past)?;
        let live = stage.deployment_id.as_deref();
        let maker = past.maker(&to.id);
        let mut plan = blank(intent, &site);
        plan.live = deployments.iter().find(|deployment| Some(deployment.id.as_str()) == live).cloned();
        if *with_schema {
            let entry = maker.filter(|entry| entry.pushed.is_some()).ok_or_else(|| not_kept(&to))?;
            plan = self.plan_kept(connection, plan, &site, entry, Kept::Pushed).await?;
            plan.live =
                plan.live.or_else(|| deployments.iter().find(|one| Some(one.id.as_str()) == live).cloned());
            if stage.auto_deploy {
                plan.notes
                    .push(format!("{name} deploys by itself: what is pushed becomes a new deployment."));
                let known = what_it_was(&plan, stage, &to, &past);
                plan.notes.splice(0..0, known);
                plan.to = Some(to);
                return Ok(plan);
            }
        } else {
            refuse_managed(connection, stage)?;
            self.compare_kept(connection, &mut plan, stage, maker).await?;
        }
        let known = what_it_was(&plan, stage, &to, &past);
        plan.notes.splice(0..0, known);
        Ok(pointed(plan, &site, stage, to))
    }

    /// What goes live with a deployment of which the history has the schema; nothing else can tell.
    async fn compare_kept(
        &self,
        connection: &Connection,
        plan: &mut Plan,
        stage: &Stage,
        maker: Option<&HistoryEntry>,
    ) -> Result<(), Problem> {
        let kept = maker.and_then(|entry| Some((entry.pushed.as_deref()?, entry.source.as_deref()?)));
        let Some(((pushed, source), _)) = kept.zip(stage.deployment_id.as_ref()) else {
            UNKNOWN_THERE.clone_into(&mut plan.contract_basis);
            return Ok(());
        };
        let Some((pushed, source)) = self.remembered(pushed).await.zip(self.remembered(source).await) else {
            UNKNOWN_THERE.clone_into(&mut plan.contract_basis);
            return Ok(());
        };
        let export = self.export(connection, Some(&stage.name)).await?;
        let past = self.past(connection).await?;
        let live = stage.deployment_id.as_deref().and_then(|id| past.maker(id));
        let basis = self.contract_basis(live, export.document.clone(), connection).await?;
        let api_type = connection.api_type;
        plan.contract_basis.clone_from(&basis.sentence);
        let judged = move || {
            (openapi::gateway_diff(api_type, &export.document, &pushed), basis.findings(&source, &pushed))
        };
        (plan.goes_live_changes, plan.contract) = off_thread(judged).await?;
        Ok(())
    }

    pub(super) async fn plan_promotion(
        &self,
        connection: &Connection,
        intent: &Intent,
        from: &str,
        to: &str,
    ) -> Result<Plan, Problem> {
        if from == to {
            let what = "A deployment cannot be promoted to its own stage";
            return Err(Problem::new(ProblemKind::Usage, what, format!("Both are {from}.")));
        }
        let site = self.site(connection, &self.scope(connection, intent).await?).await?;
        let (source, stage) = (site.stage(from)?, site.stage(to)?);
        refuse_canary(connection, stage)?;
        refuse_managed(connection, stage)?;
        let Some(deployment) = self.live_on(connection, source).await? else {
            let what = format!("There is nothing to promote from {from}");
            return Err(Problem::new(ProblemKind::NotFound, what, "Nothing is deployed on it."));
        };
        let mut plan = blank(intent, &site);
        plan.live = self.live_on(connection, stage).await?;
        if plan.live.as_ref().is_none_or(|live| live.id != deployment.id) {
            self.compare_stages(connection, &mut plan, source, stage).await?;
        }
        plan.notes.push(format!("{to} keeps its own stage variables and settings."));
        Ok(pointed(plan, &site, stage, deployment))
    }

    /// Both are live, so that AWS tells both.
    async fn compare_stages(
        &self,
        connection: &Connection,
        plan: &mut Plan,
        from: &Stage,
        to: &Stage,
    ) -> Result<(), Problem> {
        let after = self.export(connection, Some(&from.name)).await?.document;
        let Some(live) = &to.deployment_id else {
            plan.contract_basis = format!("Nothing is deployed on {} yet.", to.name);
            return Ok(());
        };
        let before = self.export(connection, Some(&to.name)).await?.document;
        let past = self.past(connection).await?;
        let maker = |id: &str| past.maker(id).filter(|entry| entry.source.is_some());
        let makers = maker(live).zip(from.deployment_id.as_deref().and_then(maker));
        let known = match makers.and_then(|(_, new)| new.source.as_deref()) {
            Some(hash) => self.remembered(hash).await,
            None => None,
        };
        // A source is not compared with an export: what that does not show would look removed.
        let old = makers.filter(|_| known.is_some()).map(|(old, _)| old);
        let basis = self.contract_basis(old, before.clone(), connection).await?;
        let source = known.unwrap_or_else(|| after.clone());
        let api_type = connection.api_type;
        plan.contract_basis.clone_from(&basis.sentence);
        let judged =
            move || (openapi::gateway_diff(api_type, &before, &after), basis.findings(&source, &after));
        (plan.goes_live_changes, plan.contract) = off_thread(judged).await?;
        Ok(())
    }

    pub(super) async fn plan_canarys_end(
        &self,
        connection: &Connection,
        intent: &Intent,
        name: &str,
        promote: bool,
    ) -> Result<Plan, Problem> {
        let site = self.site(connection, &self.scope(connection, intent).await?).await?;
        let stage = site.stage(name)?;
        let Some(canary) = &stage.canary else {
            let what = format!("The stage {name} has no canary");
            return Err(Problem::new(ProblemKind::NotFound, what, "There is nothing to end."));
        };
        let mut plan = blank(intent, &site);
        plan.live = self.live_on(connection, stage).await?;
        if let (true, Some(id)) = (promote, &canary.deployment_id) {
            plan.to = Some(self.deployment(connection, id).await?);
            plan.notes.push("Stage variables of the canary become the stage's own.".to_owned());
        }
        plan.notes.push(format!(
            "{}% of the traffic goes to the canary now; afterwards all of it goes to {}.",
            canary.percent,
            if promote { "what the canary serves" } else { "what the stage serves" }
        ));
        "What a canary serves cannot be exported, so it is not compared."
            .clone_into(&mut plan.contract_basis);
        plan.go_live = GoLive::EndCanary { promote };
        plan.goes_live = vec![name.to_owned()];
        plan.calls = calls::of(&site.target, false, &plan.go_live);
        Ok(plan)
    }
}

/// Completes the plan to point a stage at a deployment; there is nothing to do where it points there already.
fn pointed(mut plan: Plan, site: &Site, stage: &Stage, to: Deployment) -> Plan {
    if stage.deployment_id.as_deref() == Some(&to.id) && plan.push.is_none() {
        plan.notes.push(format!("{} points at {} already.", stage.name, to.id));
        plan.to = Some(to);
        return plan;
    }
    let pushes = plan.push.is_some();
    plan.go_live = GoLive::Point { to: to.id.clone(), auto_deploy_off: stage.auto_deploy };
    plan.description = None;
    if !pushes {
        plan.notes.extend(notes::of_pointer(stage, stage.auto_deploy));
        plan.goes_live = vec![stage.name.clone()];
    }
    plan.calls = calls::of(&site.target, pushes, &plan.go_live);
    plan.to = Some(to);
    plan
}

/// The deployment to go back to: the one asked for, the one that the history saw before, or the next older one that succeeded.
fn wanted(
    stage: &Stage,
    asked: Option<&str>,
    deployments: &[Deployment],
    past: &Past,
) -> Result<Deployment, Problem> {
    let find = |id: &str| deployments.iter().find(|deployment| deployment.id == id);
    if let Some(id) = asked {
        return match find(id) {
            Some(deployment) if works(deployment) => Ok(deployment.clone()),
            Some(_) => {
                let what = format!("The deployment {id} cannot go live");
                Err(Problem::new(ProblemKind::Rejected, what, "It failed when it was made."))
            }
            None => {
                let what = format!("There is no deployment {id}");
                Err(Problem::new(ProblemKind::NotFound, what, newest(deployments)))
            }
        };
    }
    let nothing = |why: &str| {
        let what = format!("There is nothing to roll {} back to", stage.name);
        Problem::new(ProblemKind::NotFound, what, why).advise("Name a deployment: --to ID.")
    };
    let live = stage.deployment_id.as_deref().ok_or_else(|| nothing("Nothing was ever deployed on it."))?;
    let seen = past.before(&stage.name, live).and_then(find).filter(|deployment| works(deployment));
    let older = || {
        let older = deployments.iter().skip_while(|deployment| deployment.id != live).skip(1);
        let older: Vec<&Deployment> = older.filter(|deployment| works(deployment)).collect();
        // A stage that deploys by itself served what was made that way, and other stages what was not.
        let alike = older.iter().find(|deployment| deployment.auto_deployed == stage.auto_deploy);
        alike.or(older.first()).copied()
    };
    seen.or_else(older).cloned().ok_or_else(|| nothing("No deployment is older than the one that is live."))
}

fn works(deployment: &Deployment) -> bool {
    !matches!(deployment.status, Some(DeploymentStatus::Failed | DeploymentStatus::Pending))
}

fn newest(deployments: &[Deployment]) -> String {
    let ids: Vec<&str> = deployments.iter().take(5).map(|deployment| deployment.id.as_str()).collect();
    if ids.is_empty() {
        "The API has none.".to_owned()
    } else {
        format!("The newest are {}.", ids.join(", "))
    }
}

/// What is known of the deployment to go back to, and why it is that one.
fn what_it_was(plan: &Plan, stage: &Stage, to: &Deployment, past: &Past) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(entry) = past.maker(&to.id) {
        let file = entry.file.as_deref().unwrap_or("a schema");
        let revision = entry.revision.as_ref().or(entry.commit.as_ref());
        let revision = revision.map(|name| format!(" of {name}")).unwrap_or_default();
        let (at, who) = (entry.at.strftime("%Y-%m-%d %H:%MZ"), &entry.who);
        notes.push(format!("{} was deployed from here: {file}{revision}, {at}, by {who}.", to.id));
    }
    let asked = matches!(&plan.intent, Intent::RollBack { to: Some(_), .. });
    let seen = stage.deployment_id.as_deref().and_then(|live| past.before(&stage.name, live));
    if !asked && seen != Some(to.id.as_str()) {
        notes.push(format!(
            "{} is the next older deployment: what was live on {} before, AWS does not tell.",
            to.id, stage.name
        ));
    }
    notes
}

fn not_kept(deployment: &Deployment) -> Problem {
    let what = format!("The schema of {} is not kept here", deployment.id);
    let why =
        "It was not deployed from this machine, or its schema was pruned; AWS exports only what is live.";
    Problem::new(ProblemKind::NotFound, what, why)
        .advise("Roll back without the schema: the stage's pointer moves all the same.")
}
