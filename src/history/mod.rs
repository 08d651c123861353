//! The ledger of what was done from this machine, and the schemas it keeps.
//!
//! The ledger is a file of JSON lines that is only ever appended to: an act begins with one line, its deployment is noted with
//! another, and a last one says how it ended. An entry without the last line is under way, or apigw was killed in its middle. Schemas
//! lie beside it, each under its own hash.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

mod entry;
mod folder;
mod ledger;
mod lock;
mod prune;
mod schemas;
#[cfg(test)]
mod tests;

pub use crate::files::replace_file;
pub use entry::json;
pub use ledger::Ledger;
pub use lock::WriteLock;

use crate::domain::{Ended, HistoryEntry, Problem, ProblemKind, Target};
use entry::Line;
use folder::Folder;

/// Where history is kept: a folder, or the memory of this process. Cheap to clone; clones are the same history.
#[derive(Clone, Debug)]
pub struct History(Place);

#[derive(Clone, Debug)]
enum Place {
    Folder(Folder),
    Memory(Arc<Mutex<Memory>>),
}

/// What the folder would hold.
#[derive(Debug, Default)]
struct Memory {
    ledger: String,
    schemas: BTreeMap<String, String>,
    /// Who writes, by the lock's name.
    locks: BTreeMap<String, String>,
}

impl History {
    /// In that folder, which is made when something is first written (0700, files 0600).
    pub fn at(folder: PathBuf) -> Self {
        Self(Place::Folder(Folder::new(folder)))
    }

    /// In memory, for the demo and for tests.
    pub fn in_memory() -> Self {
        Self(Place::Memory(Arc::default()))
    }

    /// A fresh id for an entry that begins now: sortable by time, unique.
    pub fn fresh_id(&self, at: Timestamp) -> String {
        let (chance, ..) = uuid::Uuid::new_v4().as_fields();
        format!("{}-{chance:08x}", at.strftime("%Y%m%dT%H%M%S%3f"))
    }

    /// Keeps a schema, and gives the hash under which it is found again; one that is kept already is not kept twice.
    pub fn keep(&self, schema: &str) -> Result<String, Problem> {
        let hash = schemas::hash(schema.as_bytes());
        match &self.0 {
            Place::Folder(folder) => schemas::keep(folder, &hash, schema).map_err(nothing_sent)?,
            Place::Memory(memory) => {
                held(memory).schemas.entry(hash.clone()).or_insert_with(|| schema.to_owned());
            }
        }
        Ok(hash)
    }

    /// The schema of that hash.
    pub fn schema(&self, hash: &str) -> Result<String, Problem> {
        match &self.0 {
            Place::Folder(folder) => schemas::read(folder, hash),
            Place::Memory(memory) => {
                held(memory).schemas.get(hash).cloned().ok_or_else(|| schemas::not_kept(hash))
            }
        }
    }

    /// Writes down that an act begins; on disk for good when this returns. Refused when a schema it names is not kept.
    pub fn begin(&self, entry: &HistoryEntry) -> Result<(), Problem> {
        let mut lines = Line::Begun(entry.clone()).written();
        if let Some(ended) = &entry.ended {
            lines += &Line::Ended { id: entry.id.clone(), ended: ended.clone() }.written();
        }
        let named: Vec<&String> =
            [&entry.source, &entry.pushed, &entry.replaced].into_iter().flatten().collect();
        let begun = match &self.0 {
            Place::Folder(folder) => ledger::append(folder, &lines, &named),
            Place::Memory(memory) => {
                let mut memory = held(memory);
                let gone = named.iter().find(|hash| !memory.schemas.contains_key(**hash));
                if gone.is_none() {
                    memory.ledger += &lines;
                }
                gone.map_or(Ok(()), |hash| Err(schemas::not_kept(hash)))
            }
        };
        begun.map_err(nothing_sent)
    }

    /// Writes down that an entry's deployment is known by now.
    pub fn note_deployment(&self, id: &str, deployment_id: &str) -> Result<(), Problem> {
        self.append(&Line::Deployment { id: id.to_owned(), deployment_id: deployment_id.to_owned() })
    }

    /// Writes down how an act ended. Of two ends the later one counts: an unknown outcome may be found out.
    pub fn end(&self, id: &str, ended: &Ended) -> Result<(), Problem> {
        self.append(&Line::Ended { id: id.to_owned(), ended: ended.clone() })
    }

    fn append(&self, line: &Line) -> Result<(), Problem> {
        match &self.0 {
            Place::Folder(folder) => ledger::append(folder, &line.written(), &[]),
            Place::Memory(memory) => {
                held(memory).ledger += &line.written();
                Ok(())
            }
        }
    }

    /// Everything. Nothing is made by reading; without a folder the ledger is empty.
    pub fn read(&self) -> Result<Ledger, Problem> {
        match &self.0 {
            Place::Folder(folder) => Ok(Ledger::parse(&ledger::read(folder)?)),
            Place::Memory(memory) => Ok(Ledger::parse(held(memory).ledger.as_bytes())),
        }
    }

    /// Takes the lock of that API; a problem that says who has it and since when, if somebody does. The kernel gives it back when
    /// the process dies.
    pub fn lock(&self, target: &Target) -> Result<WriteLock, Problem> {
        match &self.0 {
            Place::Folder(folder) => lock::in_folder(folder, target),
            Place::Memory(memory) => lock::in_memory(memory, target),
        }
    }

    /// Forgets all but the newest `keep` entries of each API, and the schemas that nobody names any more; entries under way stay.
    /// How many entries went.
    pub fn prune(&self, keep: usize) -> Result<usize, Problem> {
        match &self.0 {
            Place::Folder(folder) => prune::folder(folder, keep),
            Place::Memory(memory) => {
                let mut memory = held(memory);
                let (text, gone) = prune::pruned(memory.ledger.as_bytes(), keep);
                memory.schemas.retain(|hash, _| text.contains(hash));
                memory.ledger = text;
                Ok(gone)
            }
        }
    }
}

fn held(memory: &Mutex<Memory>) -> MutexGuard<'_, Memory> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is written down comes before what is sent.
fn nothing_sent(problem: Problem) -> Problem {
    problem.advise("Nothing was sent to AWS.")
}

/// The history's own files fail.
fn broken(what: String, why: impl fmt::Display) -> Problem {
    Problem::new(ProblemKind::Local, what, why.to_string())
}
