//! Bringing the gateway's schema into a file.

use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use similar::TextDiff;

use super::Engine;
use super::past::off_thread;
use super::site::named;
use crate::domain::{
    Act, ApiStages, ApiType, Connection, Done, Ended, HistoryEntry, Identity, Import, ImportRequest, Problem,
    ProblemKind, SchemaFormat, Stage, Target, WriteResult,
};
use crate::history::replace_file;
use crate::text;

/// Lines of a diff that are shown; whoever needs more has the two files.
const DIFF_LINES: usize = 5_000;
/// How long a diff may look for the shortest answer before it takes a longer one.
const DIFF_TIME: Duration = Duration::from_millis(500);

impl Engine {
    /// Reads the gateway's schema, and compares it with the file that is to get it. Nothing is written.
    pub async fn plan_import(
        &self,
        connection: &Connection,
        request: &ImportRequest,
    ) -> Result<Import, Problem> {
        let (identity, read) = tokio::join!(self.identity(connection), self.stages(connection));
        let (identity, read) = (identity?, read?);
        let stage = stage_to_read(connection, &read, request.stage.as_deref())?;
        let by_name = request.file.as_deref().map_or(SchemaFormat::Json, SchemaFormat::of_file);
        let format = request.format.unwrap_or(by_name);
        let schema: Arc<str> = self.export_text(connection, stage.as_deref(), format).await?.into();
        let (file, new) = (request.file.clone(), Arc::clone(&schema));
        let (before, diff) = off_thread(move || compared(file.as_deref(), &new)).await??;
        let target = self.import_target(connection, identity, &read, stage).await?;
        Ok(Import { request: request.clone(), target, text: schema, before, diff })
    }

    /// Writes the schema into its file, atomically; what the file said goes to the history. Refused when the file is no longer
    /// what the import was compared with.
    pub async fn save_import(&self, connection: &Connection, import: &Import) -> Result<Done, Problem> {
        let Some(file) = import.request.file.clone() else {
            let what = "There is no file to import into";
            return Err(Problem::new(ProblemKind::Usage, what, "").advise("Name one: -o FILE."));
        };
        let mut done = Done {
            result: WriteResult::Unchanged,
            deployment_id: None,
            stage: import.target.stage.clone(),
            history_id: None,
            warnings: Vec::new(),
            problem: None,
            way_back: None,
            left: None,
        };
        if import.before.as_deref() == Some(&*import.text) {
            return Ok(done);
        }
        let who = self.identity(connection).await?.arn;
        let (at, import, nickname) = (self.now(), import.clone(), connection.nickname.clone());
        let (id, result, problem) = self
            .in_history(move |history| {
                let entry = HistoryEntry {
                    id: history.fresh_id(at),
                    at,
                    // Whoever looks up how the import ended may stand in another folder.
                    file: Some(absolute(&file).display().to_string()),
                    source: Some(history.keep(&import.text)?),
                    replaced: import.before.as_deref().map(|before| history.keep(before)).transpose()?,
                    ..HistoryEntry::new(Act::Import, &nickname, &who, import.target.clone())
                };
                history.begin(&entry)?;
                let replaced = replace_file(&file, &import.text, import.before.as_deref());
                let (result, note) = match &replaced {
                    Ok(()) => (WriteResult::Imported, String::new()),
                    Err(problem) => (WriteResult::Failed, problem.headline()),
                };
                history.end(&entry.id, &Ended { at, result, note })?;
                Ok((entry.id, result, replaced.err()))
            })
            .await?;
        if let Some(problem) = problem {
            return Err(problem);
        }
        done.result = result;
        done.history_id = Some(id);
        Ok(done)
    }

    async fn import_target(
        &self,
        connection: &Connection,
        identity: Identity,
        read: &ApiStages,
        stage: Option<String>,
    ) -> Result<Target, Problem> {
        Ok(Target {
            account: identity.account,
            region: self.region(connection).await?,
            api_type: connection.api_type,
            api_id: connection.api_id.clone(),
            api_name: read.api.name.clone(),
            stage,
        })
    }
}

/// The stage whose schema is read: the one asked for, which must be deployed. Without one it is an HTTP API's newest
/// configuration (`None`), or the only stage that a REST API is deployed on.
pub(super) fn stage_to_read(
    connection: &Connection,
    read: &ApiStages,
    asked: Option<&str>,
) -> Result<Option<String>, Problem> {
    let deployed: Vec<&Stage> = read.stages.iter().filter(|stage| stage.deployment_id.is_some()).collect();
    let there = named("Deployed stages are", deployed.iter().copied());
    let api = &read.api.name;
    match (asked, connection.api_type, &deployed[..]) {
        (Some(name), _, stages) if stages.iter().any(|stage| stage.name == name) => Ok(Some(name.to_owned())),
        (Some(name), ..) => {
            let exists = read.stages.iter().any(|stage| stage.name == name);
            let what = if exists {
                format!("Nothing is deployed on the stage {name} of {api}")
            } else {
                format!("There is no stage {name} on {api}")
            };
            Err(Problem::new(ProblemKind::NotFound, what, there))
        }
        (None, ApiType::Http, _) => Ok(None),
        (None, ApiType::Rest, [only]) => Ok(Some(only.name.clone())),
        (None, ApiType::Rest, _) => {
            let what = format!("It is not clear which schema of {api} is meant");
            let why = format!("A REST API tells the schema of a stage only. {there}");
            Err(Problem::new(ProblemKind::Usage, what, why).advise("Name one: --stage STAGE."))
        }
    }
}

fn absolute(file: &Path) -> PathBuf {
    std::path::absolute(file).unwrap_or_else(|_| file.to_owned())
}

/// What the file says now, and how the new schema differs from it. Blocks.
fn compared(file: Option<&Path>, new: &str) -> Result<(Option<Arc<str>>, String), Problem> {
    let Some(file) = file else {
        return Ok((None, String::new()));
    };
    match fs::read_to_string(file) {
        Ok(before) => {
            let diff = unified(&before, new, file);
            Ok((Some(before.into()), diff))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok((None, String::new())),
        Err(error) => {
            let what = format!("Cannot read {}", text::sanitise(&file.display().to_string()));
            Err(Problem::new(ProblemKind::Local, what, error.to_string()))
        }
    }
}

fn unified(before: &str, after: &str, file: &Path) -> String {
    if before == after {
        return String::new();
    }
    let diff = TextDiff::configure().timeout(DIFF_TIME).diff_lines(before, after);
    let name = file.display().to_string();
    let whole = diff.unified_diff().context_radius(3).header(&name, "the gateway").to_string();
    let lines = whole.lines().count();
    if lines <= DIFF_LINES {
        return whole;
    }
    let mut cut: String = whole.split_inclusive('\n').take(DIFF_LINES).collect();
    let _ = writeln!(cut, "... and {} more lines", text::grouped(lines - DIFF_LINES));
    cut
}
