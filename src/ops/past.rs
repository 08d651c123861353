//! What the history says about one API: whose source is live where, what was pushed last, and the schemas it keeps.

use std::sync::Arc;

use super::Engine;
use crate::domain::{Act, Connection, HistoryEntry, Kept, Problem, ProblemKind, WriteResult};
use crate::history::History;

/// The acts on one API, newest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Past(Vec<HistoryEntry>);

impl Past {
    /// The last push that the gateway took.
    pub fn last_push(&self) -> Option<&HistoryEntry> {
        self.pushes().find(|entry| took_effect(entry))
    }

    /// Every push, however it ended, newest first.
    pub fn pushes(&self) -> impl Iterator<Item = &HistoryEntry> {
        self.0.iter().filter(|entry| entry.pushed.is_some())
    }

    /// The act that put this deployment's schema on the gateway.
    pub fn maker(&self, deployment_id: &str) -> Option<&HistoryEntry> {
        let made = |entry: &&HistoryEntry| entry.deployment_id.as_deref() == Some(deployment_id);
        self.0.iter().filter(made).find(|entry| deployed(entry) && entry.source.is_some())
    }

    /// The deployment that was live on the stage before this one. What a roll back left does not count: going back twice would
    /// bring it live again.
    pub fn before(&self, stage: &str, deployment_id: &str) -> Option<&str> {
        let on_stage = |entry: &&HistoryEntry| {
            entry.act != Act::RollBack
                && entry.target.stage.as_deref() == Some(stage)
                && entry.deployment_id.as_deref() == Some(deployment_id)
        };
        self.0.iter().filter(on_stage).find(|entry| deployed(entry))?.deployment_before.as_deref()
    }

    /// The entry of that id.
    pub fn entry(&self, id: &str) -> Result<&HistoryEntry, Problem> {
        self.0.iter().find(|entry| entry.id == id).ok_or_else(|| no_entry(id))
    }

    /// Those of which it is not known how they ended, oldest first: they began and did not end, or nobody could tell and nothing
    /// was done since.
    pub fn unfinished(&self) -> impl Iterator<Item = &HistoryEntry> {
        let newest = self.0.first().filter(|entry| is_unknown(entry)).map(|entry| &entry.id);
        self.0.iter().rev().filter(move |entry| entry.ended.is_none() || Some(&entry.id) == newest)
    }
}

pub(super) fn took_effect(entry: &HistoryEntry) -> bool {
    let results = [WriteResult::Deployed, WriteResult::Exported];
    entry.ended.as_ref().is_some_and(|ended| results.contains(&ended.result))
}

fn deployed(entry: &HistoryEntry) -> bool {
    entry.ended.as_ref().is_some_and(|ended| ended.result == WriteResult::Deployed)
}

/// Whether it ended, and nobody could tell how.
pub(super) fn is_unknown(entry: &HistoryEntry) -> bool {
    entry.ended.as_ref().is_some_and(|ended| ended.result == WriteResult::Unknown)
}

fn no_entry(id: &str) -> Problem {
    Problem::new(ProblemKind::NotFound, format!("The history has no entry {id}"), "It may have been pruned.")
}

/// The hash of one of an entry's schemas.
pub(super) fn hash_of(entry: &HistoryEntry, which: Kept) -> Option<&str> {
    match which {
        Kept::Source => entry.source.as_deref(),
        Kept::Pushed => entry.pushed.as_deref(),
        Kept::Replaced => entry.replaced.as_deref(),
    }
}

impl Engine {
    /// What was done from this machine to the connection's API, newest first.
    pub async fn history(&self, connection: &Connection) -> Result<Vec<HistoryEntry>, Problem> {
        self.past(connection).await.map(|past| past.0)
    }

    /// A schema that the history keeps, of the entry of that id.
    pub async fn kept_schema(&self, id: &str, which: Kept) -> Result<String, Problem> {
        let id = id.to_owned();
        let read = self.in_history(move |history| {
            let ledger = history.read()?;
            let entry = ledger.entries.iter().find(|entry| entry.id == id).ok_or_else(|| no_entry(&id))?;
            let hash = hash_of(entry, which).ok_or_else(|| {
                Problem::new(ProblemKind::NotFound, format!("The entry {id} keeps no such schema"), "")
            })?;
            history.schema(hash)
        });
        read.await
    }

    /// Forgets all but the newest `keep` entries of each API, and the schemas nobody names any more; how many entries went.
    pub async fn prune_history(&self, keep: usize) -> Result<usize, Problem> {
        self.in_history(move |history| history.prune(keep)).await
    }

    pub(super) async fn past(&self, connection: &Connection) -> Result<Past, Problem> {
        let mut ledger = self.in_history(History::read).await?;
        for note in &ledger.notes {
            tracing::warn!(note, "the history is damaged");
        }
        ledger.entries.retain(|entry| is_about(entry, connection));
        Ok(Past(ledger.entries))
    }

    /// The schema of that hash.
    pub(super) async fn schema(&self, hash: &str) -> Result<Arc<str>, Problem> {
        let hash = hash.to_owned();
        self.in_history(move |history| history.schema(&hash)).await.map(Arc::from)
    }

    /// Works with the history off the caller's thread: it waits for the disk.
    pub(super) async fn in_history<T: Send + 'static>(
        &self,
        work: impl FnOnce(&History) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let history = self.0.history.clone();
        off_thread(move || work(&history)).await?
    }
}

/// Whether an entry is about the connection's API. What flags or the AWS files tell later, the region say, is not compared.
fn is_about(entry: &HistoryEntry, connection: &Connection) -> bool {
    let target = &entry.target;
    target.api_type == connection.api_type
        && target.api_id == connection.api_id
        && (connection.region.is_empty() || target.region == connection.region)
        && connection.account.as_ref().is_none_or(|account| *account == target.account)
}

/// Does what takes a while, on a thread where it may.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Problem::new(ProblemKind::Bug, "apigw failed inside", error.to_string()))
}
