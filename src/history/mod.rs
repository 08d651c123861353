//! The ledger of what was done from this machine, and the schemas it keeps.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::domain::{Ended, HistoryEntry, Problem, Target};

/// Where history is kept: a folder, or the memory of this process. Cheap to clone; clones are the same history.
#[derive(Clone, Debug)]
pub struct History;

/// What was read of the ledger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    /// Every entry, newest first.
    pub entries: Vec<HistoryEntry>,
    /// Lines that could not be read, as notes for a person: `line 12 of history.jsonl is torn; it was skipped`.
    pub notes: Vec<String>,
}

/// Held while a write to one API is under way; no other apigw on this machine can take it.
#[derive(Debug)]
pub struct WriteLock;

impl History {
    /// In that folder, which is made when something is first written (0700, files 0600).
    pub fn at(_folder: PathBuf) -> Self {
        Self
    }

    /// In memory, for the demo and for tests.
    pub fn in_memory() -> Self {
        Self
    }

    /// A fresh id for an entry that begins now: sortable by time, unique.
    pub fn fresh_id(&self, _at: Timestamp) -> String {
        todo!()
    }

    /// Keeps a schema, and gives the hash under which it is found again; one that is kept already is not kept twice.
    pub fn keep(&self, _schema: &str) -> Result<String, Problem> {
        todo!()
    }

    /// The schema of that hash.
    pub fn schema(&self, _hash: &str) -> Result<String, Problem> {
        todo!()
    }

    /// Writes down that an act begins; on disk for good when this returns.
    pub fn begin(&self, _entry: &HistoryEntry) -> Result<(), Problem> {
        todo!()
    }

    /// Writes down that an entry's deployment is known by now.
    pub fn note_deployment(&self, _id: &str, _deployment_id: &str) -> Result<(), Problem> {
        todo!()
    }

    /// Writes down how an act ended.
    pub fn end(&self, _id: &str, _ended: &Ended) -> Result<(), Problem> {
        todo!()
    }

    /// Everything.
    pub fn read(&self) -> Result<Ledger, Problem> {
        todo!()
    }

    /// Takes the lock of that API; a problem that says who has it and since when, if somebody does.
    pub fn lock(&self, _target: &Target) -> Result<WriteLock, Problem> {
        todo!()
    }

    /// Forgets all but the newest `keep` entries of each API, and the schemas that nobody names any more; entries under way stay.
    /// How many entries went.
    pub fn prune(&self, _keep: usize) -> Result<usize, Problem> {
        todo!()
    }
}

/// Replaces a file's content atomically: temporary file beside it, fsync, rename. Its mode is kept; links are followed; a new file
/// gets the usual mode. `expected` is what it is believed to say (`None`: it does not exist); refused when it says otherwise.
pub fn replace_file(_path: &std::path::Path, _text: &str, _expected: Option<&str>) -> Result<(), Problem> {
    todo!()
}
