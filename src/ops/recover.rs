//! Finding out how acts ended that apigw was killed in the middle of.

use std::fs;
use std::time::Duration;

use tokio::time::sleep;

use super::Engine;
use super::compare::parse_kept;
use super::past::is_unknown;
use super::write::{Found, deployment_found, push_found};
use crate::domain::{
    Act, Connection, Deployment, Ended, HistoryEntry, Problem, ProblemKind, Stage, WriteResult,
};

/// How long a request may need to show after apigw was killed.
const SETTLES: Duration = Duration::from_secs(20);

/// How an act ended, as far as it can be looked up.
struct Verdict {
    result: WriteResult,
    note: String,
    deployment_id: Option<String>,
}

impl Verdict {
    fn new(result: WriteResult, note: impl Into<String>) -> Self {
        Self { result, note: note.into(), deployment_id: None }
    }

    fn of(self, deployment_id: &str) -> Self {
        Self { deployment_id: Some(deployment_id.to_owned()), ..self }
    }
}

impl Engine {
    /// Looks up how acts ended that apigw was killed in the middle of, or whose outcome nobody could tell, and writes it down. Those
    /// found out, newest first. An act that
    /// is still under way, in this process or another, is left alone.
    pub async fn recover(&self, connection: &Connection) -> Result<Vec<HistoryEntry>, Problem> {
        let Some(first) = self.past(connection).await?.unfinished().next().cloned() else {
            return Ok(Vec::new());
        };
        let lock = match self.in_history(move |history| history.lock(&first.target)).await {
            Ok(lock) => lock,
            Err(problem) if problem.kind == ProblemKind::Conflict => return Ok(Vec::new()),
            Err(problem) => return Err(problem),
        };
        // Whoever had the lock may have ended it meanwhile.
        let past = self.past(connection).await?;
        let mut looked_up = Vec::new();
        for entry in past.unfinished() {
            let verdict = self.settled_verdict(connection, entry).await?;
            if !(is_unknown(entry) && verdict.result == WriteResult::Unknown) {
                looked_up.push(self.end(entry.clone(), verdict).await?);
            }
        }
        drop(lock);
        looked_up.reverse();
        Ok(looked_up)
    }

    async fn end(&self, mut entry: HistoryEntry, verdict: Verdict) -> Result<HistoryEntry, Problem> {
        let why =
            if entry.ended.is_some() { "It was not known then." } else { "apigw was stopped in the middle." };
        let note = format!("{why} {}", verdict.note);
        let ended = Ended { at: self.now(), result: verdict.result, note };
        let (id, deployment_id) = (entry.id.clone(), verdict.deployment_id.clone());
        entry.deployment_id = verdict.deployment_id.or(entry.deployment_id);
        entry.ended = Some(ended.clone());
        let written = self.in_history(move |history| {
            if let Some(deployment_id) = deployment_id {
                history.note_deployment(&id, &deployment_id)?;
            }
            history.end(&id, &ended)
        });
        written.await?;
        Ok(entry)
    }

    /// The verdict; of an act that began just now only after its last request had the time to show.
    async fn settled_verdict(
        &self,
        connection: &Connection,
        entry: &HistoryEntry,
    ) -> Result<Verdict, Problem> {
        let verdict = self.verdict(connection, entry).await?;
        let age = self.now().duration_since(entry.at);
        let age = Duration::try_from(age).unwrap_or_default();
        let left = SETTLES.saturating_sub(age);
        if left.is_zero() || verdict.result == WriteResult::Deployed || entry.act == Act::Import {
            return Ok(verdict);
        }
        sleep(left).await;
        self.verdict(connection, entry).await
    }

    async fn verdict(&self, connection: &Connection, entry: &HistoryEntry) -> Result<Verdict, Problem> {
        if entry.act == Act::Import {
            return self.import_verdict(entry).await;
        }
        let pushed = match (&entry.pushed, &entry.replaced) {
            (Some(pushed), Some(replaced)) => {
                let merged = parse_kept(&self.schema(pushed).await?)?;
                let replaced = parse_kept(&self.schema(replaced).await?)?;
                let before = entry.configuration.as_deref();
                Some(push_found(self, connection, &merged, &replaced, before).await)
            }
            _ => None,
        };
        let Some(stage) = entry.target.stage.as_deref() else {
            return Ok(push_verdict(pushed.unwrap_or(Found::Not)));
        };
        let stage = match self.stage(connection, stage).await {
            Ok(stage) => stage,
            Err(problem) if problem.kind == ProblemKind::NotFound => {
                Stage { name: stage.to_owned(), ..Stage::default() }
            }
            Err(problem) => return Err(problem),
        };
        match (entry.act, &entry.token) {
            (Act::EndCanary, _) => Ok(canary_verdict(entry, &stage)),
            (Act::Promote, _) => Ok(point_verdict(entry, &stage)),
            (Act::RollBack, _) if entry.deployment_id.is_some() => Ok(match pushed {
                Some(found @ (Found::CannotTell(_) | Found::Not)) if !serves(&stage, entry) => {
                    push_verdict(found)
                }
                _ => point_verdict(entry, &stage),
            }),
            (_, Some(_)) if stage.auto_deploy => Ok(auto_verdict(entry, &stage, pushed)),
            (_, Some(token)) => {
                let made = deployment_found(self, connection, token).await;
                Ok(deploy_verdict(&stage, made, pushed))
            }
            (_, None) => Ok(push_verdict(pushed.unwrap_or(Found::Not))),
        }
    }

    async fn import_verdict(&self, entry: &HistoryEntry) -> Result<Verdict, Problem> {
        let wanted = match &entry.source {
            Some(hash) => Some(self.schema(hash).await?),
            None => None,
        };
        let found = entry.file.as_ref().and_then(|file| fs::read_to_string(file).ok());
        let is_there = wanted.as_deref().is_some_and(|wanted| found.as_deref() == Some(wanted));
        Ok(if is_there {
            Verdict::new(WriteResult::Imported, "The file has the schema.")
        } else {
            Verdict::new(WriteResult::Failed, "The file does not have the schema.")
        })
    }
}

fn serves(stage: &Stage, entry: &HistoryEntry) -> bool {
    stage.deployment_id.is_some() && stage.deployment_id == entry.deployment_id
}

fn push_verdict(pushed: Found<()>) -> Verdict {
    match pushed {
        Found::Happened(()) => Verdict::new(WriteResult::Exported, "The gateway has the schema."),
        Found::Not => Verdict::new(WriteResult::Failed, "Nothing was changed."),
        Found::CannotTell(problem) => {
            let note = format!("It is not known whether the gateway took the schema: {}", problem.headline());
            Verdict::new(WriteResult::Unknown, note)
        }
    }
}

/// What was pushed, where it did not go live.
fn not_live(stage: &Stage, pushed: Option<Found<()>>) -> Verdict {
    match pushed {
        Some(Found::Happened(())) => {
            let note = format!("The gateway has the schema; it is not live on {}.", stage.name);
            Verdict::new(WriteResult::Exported, note)
        }
        Some(found) => push_verdict(found),
        None => Verdict::new(WriteResult::Failed, "Nothing was changed."),
    }
}

fn deploy_verdict(stage: &Stage, made: Found<Deployment>, pushed: Option<Found<()>>) -> Verdict {
    match made {
        Found::Happened(made) if stage.deployment_id.as_deref() == Some(&made.id) => {
            Verdict::new(WriteResult::Deployed, format!("{} is live on {}.", made.id, stage.name))
                .of(&made.id)
        }
        Found::Happened(made) => {
            let live = stage.deployment_id.as_deref().unwrap_or("nothing");
            let note = format!("The deployment {} was made; {} serves {live}.", made.id, stage.name);
            Verdict::new(WriteResult::Failed, note).of(&made.id)
        }
        Found::Not => not_live(stage, pushed),
        Found::CannotTell(problem) => {
            let note = format!("It is not known whether it was deployed: {}", problem.headline());
            Verdict::new(WriteResult::Unknown, note)
        }
    }
}

fn auto_verdict(entry: &HistoryEntry, stage: &Stage, pushed: Option<Found<()>>) -> Verdict {
    let moved = stage.deployment_id != entry.deployment_before;
    match (&stage.deployment_id, &pushed) {
        (Some(id), Some(Found::Happened(()))) if moved => {
            Verdict::new(WriteResult::Deployed, format!("{} deployed it by itself as {id}.", stage.name))
                .of(id)
        }
        _ => not_live(stage, pushed),
    }
}

fn point_verdict(entry: &HistoryEntry, stage: &Stage) -> Verdict {
    let live = stage.deployment_id.as_deref();
    if serves(stage, entry) {
        return Verdict::new(WriteResult::Deployed, format!("{} points at it.", stage.name));
    }
    if live == entry.deployment_before.as_deref() {
        let mut note = format!("{} did not move.", stage.name);
        if entry.auto_deploy_off && !stage.auto_deploy {
            note += " Its auto-deploy is off now: switch it on again in the console, or roll back again.";
        }
        return Verdict::new(WriteResult::Failed, note);
    }
    let note = format!("{} serves {} now: somebody else moved it.", stage.name, live.unwrap_or("nothing"));
    Verdict::new(WriteResult::Unknown, note)
}

fn canary_verdict(entry: &HistoryEntry, stage: &Stage) -> Verdict {
    match (&stage.canary, &stage.deployment_id) {
        (None, Some(live)) if entry.deployment_id.as_ref().is_none_or(|meant| meant == live) => {
            Verdict::new(WriteResult::Deployed, format!("The canary is over; {} serves {live}.", stage.name))
        }
        (None, _) => {
            Verdict::new(WriteResult::Unknown, "The canary is over, and the stage serves something else.")
        }
        (Some(_), _) => Verdict::new(WriteResult::Failed, "The canary is still there."),
    }
}
