//! Import, plan and write: what both faces ask of the engine.

use std::path::Path;

use super::Engine;
use crate::domain::{
    Connection, Consent, Done, HistoryEntry, Import, ImportRequest, Intent, Kept, Plan, Problem, Progress,
    Revision, SchemaChoice, SchemaDiff,
};

impl Engine {
    /// Reads the gateway's schema, and compares it with the file that is to get it. Nothing is written.
    pub async fn plan_import(
        &self,
        _connection: &Connection,
        _request: &ImportRequest,
    ) -> Result<Import, Problem> {
        todo!()
    }

    /// Writes the schema into its file, atomically; what the file said goes to the history. Refused when the file is no longer
    /// what the import was compared with.
    pub async fn save_import(&self, _connection: &Connection, _import: &Import) -> Result<Done, Problem> {
        todo!()
    }

    /// What a write is going to do. Nothing is written.
    pub async fn plan(&self, _connection: &Connection, _intent: &Intent) -> Result<Plan, Problem> {
        todo!()
    }

    /// Does what the plan says. `Err` means that nothing was sent; what was begun ends as [`Done`], failures and unknown outcomes
    /// included.
    pub async fn carry_out(
        &self,
        _connection: &Connection,
        _plan: &Plan,
        _consent: &Consent,
        _progress: impl Fn(Progress) + Send + Sync,
    ) -> Result<Done, Problem> {
        todo!()
    }

    /// What was done from this machine to the connection's API, newest first.
    pub async fn history(&self, _connection: &Connection) -> Result<Vec<HistoryEntry>, Problem> {
        todo!()
    }

    /// Looks up how acts ended that apigw was killed in the middle of, and writes it down. Those looked up, newest first.
    pub async fn recover(&self, _connection: &Connection) -> Result<Vec<HistoryEntry>, Problem> {
        todo!()
    }

    /// A schema that the history keeps, of the entry of that id.
    pub async fn kept_schema(&self, _id: &str, _which: Kept) -> Result<String, Problem> {
        todo!()
    }

    /// Two schemas of the history compared: the pushed (else source, else replaced) one of each entry.
    pub async fn compare_entries(&self, _older: &str, _newer: &str) -> Result<SchemaDiff, Problem> {
        todo!()
    }

    /// Forgets all but the newest `keep` entries of each API, and the schemas nobody names any more; how many entries went.
    pub async fn prune_history(&self, _keep: usize) -> Result<usize, Problem> {
        todo!()
    }

    /// The revisions that a schema file can be read from: the working tree, branches, tags, commits that changed it.
    pub async fn revisions(&self, _file: &Path) -> Result<Vec<Revision>, Problem> {
        todo!()
    }

    /// Compares two schemas of files.
    pub async fn diff_files(&self, _old: &SchemaChoice, _new: &SchemaChoice) -> Result<SchemaDiff, Problem> {
        todo!()
    }

    /// Compares a schema file with what the gateway has: the stage's, or the newest configuration.
    pub async fn diff_against(
        &self,
        _connection: &Connection,
        _file: &SchemaChoice,
        _stage: Option<&str>,
    ) -> Result<SchemaDiff, Problem> {
        todo!()
    }
}
