//! Pushing a schema, and putting what the gateway has live.

use std::sync::Arc;

use super::describe::describe;
use super::judge::{Judgement, Material, judge, nothing};
use super::{blank, calls, notes, refuse_canary, refuse_managed};
use crate::domain::{
    ApiType, Connection, GoLive, Intent, Plan, Problem, ProblemKind, Push, PushOptions, SchemaChoice, Stage,
};
use crate::openapi::{self, Document};
use crate::ops::Engine;
use crate::ops::compare::{Basis, read_document};
use crate::ops::configured;
use crate::ops::past::{Past, off_thread};
use crate::ops::site::{Export, Site};

/// A document to push, and how.
pub(super) struct Pushing {
    pub document: Document,
    /// How it is merged; `None` pushes it as it is.
    pub merge: Option<PushOptions>,
    /// The author's document, where that is another.
    pub source: Option<Arc<str>>,
}

impl Engine {
    pub(super) async fn plan_deploy(
        &self,
        connection: &Connection,
        intent: &Intent,
    ) -> Result<Plan, Problem> {
        let Intent::Deploy { schema: Some(choice), description, options, .. } = intent else {
            return Err(misplaced());
        };
        let choice: SchemaChoice = choice.clone();
        let (document, source) = off_thread(move || read_document(&choice)).await??;
        let scope = self.scope(connection, intent).await?;
        let site = self.site(connection, &scope).await?;
        let pushing = Pushing { document, merge: Some(*options), source: None };
        let mut plan = self.plan_push(connection, blank(intent, &site), &site, pushing).await?;
        if plan.go_live != GoLive::No {
            plan.description = Some(describe(description.as_deref(), Some(&source), &site.identity));
        }
        plan.source = Some(source);
        Ok(plan)
    }

    /// Fills in everything that a push is about; the stage and the way it goes live are the target's.
    pub(super) async fn plan_push(
        &self,
        connection: &Connection,
        mut plan: Plan,
        site: &Site,
        pushing: Pushing,
    ) -> Result<Plan, Problem> {
        let stage = target_stage(connection, site)?;
        let makes_stage = site.target.stage.is_some() && stage.is_none();
        plan.go_live = go_live(site, stage);
        let (past, on_stage) = tokio::join!(self.past(connection), self.on_stage(connection, site, stage));
        let (past, on_stage) = (past?, on_stage?);
        if let Some(stage) = stage {
            plan.live = self.live_on(connection, stage).await?;
        }
        let local = pushing.document;
        let export = on_stage.clone().or(site.live.as_ref().map(|export| export.document.clone()));
        let export = export.unwrap_or_else(|| nothing(&local));
        let maker = match stage {
            Some(stage) => stage.deployment_id.as_deref().and_then(|id| past.maker(id)),
            None => past.last_push(),
        };
        let base = self.base(&past, Some(site)).await?;
        plan.notes.extend(base.note);
        let material = Material {
            api_type: site.api_type(),
            basis: self.contract_basis(maker, export, connection).await?,
            base: base.document,
            live: site.live.as_ref().map(|export| export.document.clone()),
            on_stage,
            has_stage: site.target.stage.is_some(),
            configuration: site.configuration.clone(),
            merge: pushing.merge,
            local,
        };
        plan.contract_basis.clone_from(&material.basis.sentence);
        let (material, judgement) = off_thread(move || (judge(&material), material)).await.map(swap)?;
        refuse_unguarded(site, &judgement)?;
        plan.push = Some(push(site, &material, &judgement, pushing.source));
        fill_in(&mut plan, site, judgement, makes_stage);
        Ok(plan)
    }

    /// What the target stage serves.
    async fn on_stage(
        &self,
        connection: &Connection,
        site: &Site,
        stage: Option<&Stage>,
    ) -> Result<Option<Document>, Problem> {
        let Some(stage) = stage.filter(|stage| stage.deployment_id.is_some()) else {
            return Ok(None);
        };
        match &site.live {
            Some(live) if live.stage.as_deref() == Some(&stage.name) => Ok(Some(live.document.clone())),
            _ => self.export(connection, Some(&stage.name)).await.map(|export| Some(export.document)),
        }
    }

    /// Putting live what the gateway has.
    pub(super) async fn plan_redeploy(
        &self,
        connection: &Connection,
        intent: &Intent,
    ) -> Result<Plan, Problem> {
        let Intent::Deploy { stage: Some(name), description, .. } = intent else {
            let what = "There is nothing to do";
            return Err(Problem::new(ProblemKind::Usage, what, "Neither a schema nor a stage is named.")
                .advise("Name a schema to push, a stage to deploy to, or both."));
        };
        let site = self.site(connection, &self.scope(connection, intent).await?).await?;
        let stage = target_stage(connection, &site)?;
        let mut plan = blank(intent, &site);
        let past = self.past(connection).await?;
        let on_stage = self.on_stage(connection, &site, stage).await?;
        if let Some(stage) = stage {
            refuse_managed(connection, stage)?;
            plan.live = self.live_on(connection, stage).await?;
        }
        let compared = self.configured_on(connection, &site, &past, on_stage).await?;
        plan.goes_live_changes = compared.changes;
        plan.contract = compared.basis.findings(&compared.after, &compared.after);
        plan.contract_basis.clone_from(&compared.basis.sentence);
        plan.notes.extend(compared.note);
        let deployed = stage.is_some_and(|stage| stage.deployment_id.is_some());
        if deployed && plan.goes_live_changes.is_empty() && compared.whole {
            plan.notes.push(format!("{name} serves what the gateway has already."));
            return Ok(plan);
        }
        if let Some(stage) = stage.filter(|stage| stage.auto_deploy) {
            return Err(deploys_itself(stage));
        }
        plan.go_live = GoLive::Deploy;
        plan.goes_live = vec![name.clone()];
        plan.description = Some(describe(description.as_deref(), None, &site.identity));
        plan.calls = calls::of(&site.target, false, &plan.go_live);
        Ok(plan)
    }

    /// What the gateway has, compared with what a stage serves.
    async fn configured_on(
        &self,
        connection: &Connection,
        site: &Site,
        past: &Past,
        on_stage: Option<Document>,
    ) -> Result<Configured, Problem> {
        let live = match (&site.live, &on_stage) {
            (Some(Export { document, .. }), _) | (None, Some(document)) => document.clone(),
            (None, None) => nothing_there()?,
        };
        let before = on_stage.unwrap_or_else(|| nothing(&live));
        let stage = site.target.stage.as_deref().and_then(|name| site.find(name));
        let maker = stage.and_then(|stage| past.maker(stage.deployment_id.as_deref()?));
        let mut basis = self.contract_basis(maker, before.clone(), connection).await?;
        let known = match self.push_there(past, site).await?.and_then(|entry| entry.source.as_deref()) {
            Some(hash) => self.remembered(hash).await,
            None => None,
        };
        if known.is_none() && maker.is_some() {
            // A source is not compared with an export: what that does not show would look removed.
            basis = self.contract_basis(None, before.clone(), connection).await?;
        }
        let after = known.unwrap_or_else(|| live.clone());
        let configured = match site.api_type() {
            ApiType::Http => {
                let changes = openapi::gateway_diff(ApiType::Http, &before, &live);
                Configured { changes, basis, after, note: None, whole: true }
            }
            ApiType::Rest => {
                let changes =
                    configured::differences(&configured::routes(&before), &site.configuration.routes);
                let note = "A REST API cannot export what it is set to: shown are routes, integrations and authorizers that differ \
                            from what the stage serves, and nothing else.";
                Configured { changes, basis, after, note: Some(note.to_owned()), whole: false }
            }
        };
        Ok(configured)
    }
}

/// What the gateway has, compared with what a stage serves.
struct Configured {
    changes: Vec<crate::domain::GatewayChange>,
    basis: Basis,
    /// What the contract is compared with.
    after: Document,
    note: Option<String>,
    /// Whether the changes are all that there can be.
    whole: bool,
}

fn swap((judgement, material): (Judgement, Material)) -> (Material, Judgement) {
    (material, judgement)
}

/// The stage to deploy to; `None` where there is none on purpose, or where it is made.
fn target_stage<'a>(connection: &Connection, site: &'a Site) -> Result<Option<&'a Stage>, Problem> {
    let stage = site.target.stage.as_deref().and_then(|name| site.find(name));
    if let Some(stage) = stage {
        refuse_canary(connection, stage)?;
        if !stage.auto_deploy {
            refuse_managed(connection, stage)?;
        }
    }
    Ok(stage)
}

fn go_live(site: &Site, stage: Option<&Stage>) -> GoLive {
    match (&site.target.stage, stage) {
        (None, _) => GoLive::No,
        (Some(_), Some(stage)) if stage.auto_deploy => GoLive::AutoDeploy,
        (Some(_), _) => GoLive::Deploy,
    }
}

fn push(site: &Site, material: &Material, judgement: &Judgement, source: Option<Arc<str>>) -> Push {
    let replaced = match &site.live {
        Some(export) => Arc::clone(&export.text),
        None => nothing(&material.local).to_json().into(),
    };
    Push {
        source: source.unwrap_or_else(|| material.local.to_json().into()),
        merged: judgement.merged.to_json().into(),
        replaced,
    }
}

fn fill_in(plan: &mut Plan, site: &Site, judgement: Judgement, makes_stage: bool) {
    let nothing_changes = judgement.gateway.is_empty()
        && judgement.goes_live_changes.is_empty()
        && judgement.contract.is_empty()
        && judgement.undeployed.is_empty()
        && judgement.is_there
        && plan.live.is_some() == site.target.stage.is_some()
        && !judgement.preflight.iter().any(|fault| fault.is_error);
    if !nothing_changes {
        plan.goes_live = goes_live(site);
    }
    plan.notes.extend(notes::of_push(site, &judgement, makes_stage));
    if nothing_changes {
        plan.notes.push("The gateway has all of it already.".to_owned());
        plan.go_live = GoLive::No;
        plan.push = None;
    } else {
        plan.calls = calls::of(&site.target, true, &plan.go_live);
    }
    plan.gateway = judgement.gateway;
    plan.goes_live_changes = judgement.goes_live_changes;
    plan.contract = judgement.contract;
    plan.restored = judgement.restored;
    plan.deleted_routes = judgement.deleted_routes;
    plan.preflight = judgement.preflight;
}

/// Stages on which a push goes live: the target, and all that deploy by themselves.
fn goes_live(site: &Site) -> Vec<String> {
    let mut names: Vec<String> = site.target.stage.iter().cloned().collect();
    names.extend(site.auto_deploying().map(|stage| stage.name.clone()));
    names.sort_unstable();
    names.dedup();
    names
}

fn refuse_unguarded(site: &Site, judgement: &Judgement) -> Result<(), Problem> {
    let Some((route, authorizer)) = judgement.unguarded.first() else {
        return Ok(());
    };
    let stage = site.live.as_ref().and_then(|export| export.stage.as_deref()).unwrap_or("any stage");
    let what = format!("The push would lose the authorizer {authorizer}");
    let why =
        format!("{route} is set to use it, but neither the schema nor what is deployed on {stage} has it.");
    Err(Problem::new(ProblemKind::Conflict, what, why)
        .advise("Deploy what the gateway has first, without a schema, so that it can be exported.")
        .advise("Or add the authorizer to the schema's securitySchemes."))
}

fn deploys_itself(stage: &Stage) -> Problem {
    let what = format!("The stage {} cannot be deployed to by hand", stage.name);
    let why = match stage.deployment_failure() {
        Some(message) => format!("Auto-deploy is on, and its last attempt failed: {message}"),
        None => "Auto-deploy is on: it deploys every change by itself.".to_owned(),
    };
    Problem::new(ProblemKind::Rejected, what, why).advise("Push a schema: what it changes goes live at once.")
}

/// An API that has never been deployed has nothing that could be read.
fn nothing_there() -> Result<Document, Problem> {
    crate::ops::site::parse_export(r#"{"openapi":"3.0.1","info":{"title":"","version":""},"paths":{}}"#)
}

fn misplaced() -> Problem {
    Problem::new(ProblemKind::Bug, "apigw failed inside", "An intent met the wrong plan.")
}
