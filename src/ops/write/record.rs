//! Writing down that an act begins, before anything is sent.

use crate::domain::{Act, Connection, GoLive, HistoryEntry, Intent, Plan, Problem};
use crate::ops::Engine;
use crate::ops::plan::token_in;
use crate::ops::site::Site;

/// Keeps the schemas and the entry; they are on disk for good when this returns.
pub(super) async fn begin(
    engine: &Engine,
    connection: &Connection,
    plan: &Plan,
    site: &Site,
) -> Result<HistoryEntry, Problem> {
    let at = engine.now();
    let mut entry = entry(connection, plan, site);
    entry.at = at;
    if plan.push.is_none() && plan.go_live == GoLive::Deploy {
        entry.source = source_there(engine, connection, site).await?;
    }
    let push = plan.push.clone();
    let authored = is_authored(plan);
    let recorded = engine.in_history(move |history| {
        entry.id = history.fresh_id(at);
        if let Some(push) = push {
            entry.source = if authored { Some(history.keep(&push.source)?) } else { None };
            entry.pushed = Some(history.keep(&push.merged)?);
            entry.replaced = Some(history.keep(&push.replaced)?);
        }
        history.begin(&entry)?;
        Ok(entry)
    });
    recorded.await
}

/// Whether the source is an author's. An export that is pushed back must not pass for one: the next merge would take everything in
/// it that an author's schema lacks for removed on purpose.
fn is_authored(plan: &Plan) -> bool {
    let back = matches!(plan.intent, Intent::PushBack { .. } | Intent::RollBack { .. });
    !back || plan.push.as_ref().is_some_and(|push| push.source != push.merged)
}

/// The source of what the gateway has, if that is what was pushed from here last.
async fn source_there(
    engine: &Engine,
    connection: &Connection,
    site: &Site,
) -> Result<Option<String>, Problem> {
    let past = engine.past(connection).await?;
    let there = engine.push_there(&past, site).await?;
    Ok(there.and_then(|entry| entry.source.clone()))
}

fn entry(connection: &Connection, plan: &Plan, site: &Site) -> HistoryEntry {
    let stage = plan.target.stage.as_deref().and_then(|name| site.find(name));
    let source = plan.source.as_ref();
    HistoryEntry {
        from_stage: match &plan.intent {
            Intent::Promote { from, .. } => Some(from.clone()),
            _ => None,
        },
        file: source.map(|source| source.file.display().to_string()),
        revision: source.and_then(|source| source.revision.clone()),
        commit: source.and_then(|source| source.commit.clone()),
        description: plan.description.clone(),
        token: plan.description.as_deref().and_then(token_in).map(str::to_owned),
        deployment_before: stage.and_then(|stage| stage.deployment_id.clone()),
        deployment_id: match &plan.go_live {
            GoLive::Point { to, .. } => Some(to.clone()),
            GoLive::EndCanary { promote: true } => plan.to.as_ref().map(|to| to.id.clone()),
            _ => None,
        },
        auto_deploy_off: matches!(plan.go_live, GoLive::Point { auto_deploy_off: true, .. }),
        configuration: plan.push.as_ref().map(|_| site.configuration.fingerprint.clone()),
        ..HistoryEntry::new(act(plan), &connection.nickname, &site.identity.arn, plan.target.clone())
    }
}

fn act(plan: &Plan) -> Act {
    match (&plan.intent, &plan.go_live) {
        (Intent::RollBack { .. }, _) => Act::RollBack,
        (Intent::Promote { .. }, _) => Act::Promote,
        (Intent::EndCanary { .. }, _) => Act::EndCanary,
        (_, GoLive::No) => Act::Export,
        _ => Act::Deploy,
    }
}
