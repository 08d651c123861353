//! Schemas compared: two files, a file and the gateway, two entries of the history.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::Engine;
use super::import::stage_to_read;
use super::past::off_thread;
use crate::domain::{
    ApiType, Connection, Finding, HistoryEntry, Problem, ProblemKind, PushOptions, Revision, SchemaChoice,
    SchemaDiff, SchemaSource,
};
use crate::git;
use crate::openapi::{self, Document};

impl Engine {
    /// The revisions that a schema file can be read from: the working tree, branches, tags, commits that changed it.
    pub async fn revisions(&self, file: &Path) -> Result<Vec<Revision>, Problem> {
        let file = file.to_owned();
        off_thread(move || git::revisions(&file)).await?
    }

    /// Compares two schemas of files.
    pub async fn diff_files(&self, old: &SchemaChoice, new: &SchemaChoice) -> Result<SchemaDiff, Problem> {
        let (old, new) = (old.clone(), new.clone());
        let compared = off_thread(move || {
            let (old, old_name) = read_document(&old)?;
            let (new, new_name) = read_document(&new)?;
            let basis = format!("{} compared with {}.", named(&old_name), named(&new_name));
            Ok(compare(&old, &new, basis))
        });
        compared.await?
    }

    /// Compares a schema file with what the gateway has: the stage's, or the newest configuration. The gateway's side tells what a
    /// push of the file would change, so what a merge restores is no difference.
    pub async fn diff_against(
        &self,
        connection: &Connection,
        file: &SchemaChoice,
        stage: Option<&str>,
    ) -> Result<SchemaDiff, Problem> {
        let stages = self.stages(connection).await?;
        let stage = stage_to_read(connection, &stages, stage)?;
        let (export, past) = tokio::join!(self.export(connection, stage.as_deref()), self.past(connection));
        let (export, past) = (export?, past?);
        let live = stage.as_ref().and_then(|name| stages.stages.iter().find(|stage| stage.name == *name));
        let live = live.and_then(|stage| stage.deployment_id.as_deref());
        let basis =
            self.contract_basis(live.and_then(|id| past.maker(id)), export.document.clone(), connection);
        let basis = basis.await?;
        let base = self.base(&past, None).await?.document;
        let (file, api_type) = (file.clone(), connection.api_type);
        let compared = off_thread(move || {
            let (local, _) = read_document(&file)?;
            let merged =
                openapi::merge(api_type, &local, &export.document, base.as_ref(), PushOptions::default());
            Ok(SchemaDiff {
                contract: basis.findings(&local, &merged.document),
                gateway: openapi::gateway_diff(api_type, &export.document, &merged.document),
                basis: basis.sentence,
            })
        });
        compared.await?
    }

    /// Two schemas of the history compared: the pushed (else source, else replaced) one of each entry.
    pub async fn compare_entries(&self, older: &str, newer: &str) -> Result<SchemaDiff, Problem> {
        let ids = [older.to_owned(), newer.to_owned()];
        let compared = self.in_history(move |history| {
            let entries = history.read()?.entries;
            let kept = |id: &String| {
                let entry = entries.iter().find(|entry| entry.id == *id);
                let hash = entry.and_then(schema_of).ok_or_else(|| {
                    Problem::new(ProblemKind::NotFound, format!("No schema of the entry {id} is kept"), "")
                })?;
                parse_kept(&history.schema(hash)?.into())
            };
            let basis = format!("The entry {} compared with the entry {}.", ids[0], ids[1]);
            Ok(compare(&kept(&ids[0])?, &kept(&ids[1])?, basis))
        });
        compared.await
    }

    /// What the contract of a new schema is compared with: the source of what is live, else an export.
    pub(super) async fn contract_basis(
        &self,
        maker: Option<&HistoryEntry>,
        export: Document,
        connection: &Connection,
    ) -> Result<Basis, Problem> {
        let source = maker.and_then(|entry| Some((entry, entry.source.as_deref()?)));
        let mut kept = None;
        if let Some((entry, hash)) = source {
            kept = self.remembered(hash).await.map(|before| (entry, before));
        }
        if let Some((entry, before)) = kept {
            let file = entry.file.as_deref().unwrap_or("a schema");
            let revision = entry.revision.as_deref().map(|revision| format!(" of {revision}"));
            let sentence = format!(
                "Compared with the source of what is live: {file}{}, deployed from here on {}.",
                revision.unwrap_or_default(),
                entry.at.strftime("%Y-%m-%d")
            );
            return Ok(Basis { before, sentence, shows: Shows::Source });
        }
        let (shows, cannot) = match connection.api_type {
            ApiType::Http => (
                Shows::Outline,
                "it shows no request bodies, responses, schemas, queries or headers, so those are not compared",
            ),
            ApiType::Rest => (Shows::Configuration, "it shows neither tags nor summaries"),
        };
        let none = if source.is_some() {
            "the source of it cannot be read here"
        } else {
            "no source of it is kept here"
        };
        let sentence = format!("Compared with the gateway's own export, as {none}: {cannot}.");
        Ok(Basis { before: export, sentence, shows })
    }
}

/// What the contract of a new schema is compared with.
#[derive(Clone, Debug)]
pub(super) struct Basis {
    pub before: Document,
    /// What it is, and what it cannot show.
    pub sentence: String,
    /// How much it shows.
    pub shows: Shows,
}

/// How much a basis shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    /// All that its author wrote.
    Source,
    /// All that a REST API is set to.
    Configuration,
    /// An HTTP API's routes and who may call them.
    Outline,
}

impl Basis {
    /// What callers notice when a new schema takes its place: `source` as its author wrote it, `served` as it goes out. An author's
    /// document is compared with another one. An export has what a merge restores, so that it is compared with what is served;
    /// else all that the author leaves to the gateway would look removed.
    pub fn findings(&self, source: &Document, served: &Document) -> Vec<Finding> {
        match self.shows {
            Shows::Source => {
                let kept = openapi::routes(served);
                let mut findings = openapi::contract_diff(&self.before, source);
                findings.retain(|finding| finding.rule != "operation_removed" || !kept.contains(&finding.at));
                findings
            }
            Shows::Configuration => openapi::contract_diff(&self.before, served),
            Shows::Outline => match (outline(&self.before), outline(served)) {
                (Some(before), Some(after)) => openapi::contract_diff(&before, &after),
                _ => openapi::contract_diff(&self.before, served),
            },
        }
    }
}

/// A document reduced to what the export of an HTTP API shows of it: routes and their security.
fn outline(document: &Document) -> Option<Document> {
    let mut root = document.value().clone();
    for item in root.get_mut("paths")?.as_object_mut()?.values_mut().filter_map(Value::as_object_mut) {
        item.remove("parameters");
        for operation in item.values_mut().filter_map(Value::as_object_mut) {
            for hidden in ["parameters", "requestBody", "callbacks"] {
                operation.remove(hidden);
            }
            operation.insert("responses".to_owned(), serde_json::json!({}));
        }
    }
    if let Some(components) = root.get_mut("components").and_then(Value::as_object_mut) {
        components.retain(|key, _| key == "securitySchemes");
    }
    Document::parse(&root.to_string()).ok()
}

/// The schema that stands for an entry.
fn schema_of(entry: &HistoryEntry) -> Option<&str> {
    entry.pushed.as_deref().or(entry.source.as_deref()).or(entry.replaced.as_deref())
}

impl Engine {
    /// A schema that the history kept, to compare with: `None` where it is damaged or gone, which must keep nobody from deploying.
    pub(super) async fn remembered(&self, hash: &str) -> Option<Document> {
        let read = self.schema(hash).await.and_then(|text| parse_kept(&text));
        read.inspect_err(|problem| tracing::warn!(why = problem.headline(), "a kept schema was left out"))
            .ok()
    }
}

/// Reads a schema that the history kept.
pub(super) fn parse_kept(text: &Arc<str>) -> Result<Document, Problem> {
    Document::parse(text).map_err(|error| {
        Problem::new(ProblemKind::Local, "A schema of the history cannot be read", error.to_string())
    })
}

/// Reads the schema that is meant. Blocks.
pub(super) fn read_document(choice: &SchemaChoice) -> Result<(Document, SchemaSource), Problem> {
    let source = git::read(choice)?;
    let document = Document::parse(&source.text).map_err(|error| {
        Problem::new(
            ProblemKind::Refused,
            format!("{} is no OpenAPI document", named(&source)),
            error.to_string(),
        )
    })?;
    Ok((document, source))
}

fn named(source: &SchemaSource) -> String {
    let file = source.file.display();
    match &source.revision {
        Some(revision) => format!("{file} of {revision}"),
        None => file.to_string(),
    }
}

fn compare(old: &Document, new: &Document, basis: String) -> SchemaDiff {
    SchemaDiff {
        contract: openapi::contract_diff(old, new),
        gateway: openapi::gateway_diff(kind_of(old, new), old, new),
        basis,
    }
}

/// For which type of API two documents are written, told by what only a REST API knows.
fn kind_of(old: &Document, new: &Document) -> ApiType {
    const REST_ONLY: [&str; 5] = [
        "x-amazon-apigateway-policy",
        "x-amazon-apigateway-request-validators",
        "x-amazon-apigateway-gateway-responses",
        "x-amazon-apigateway-binary-media-types",
        "swagger",
    ];
    let types = ["aws", "http", "mock"];
    let is_rest = |document: &Document| {
        REST_ONLY.iter().any(|key| document.value().get(key).is_some())
            || super::configured::routes(document)
                .iter()
                .any(|route| route.integration_type.as_deref().is_some_and(|word| types.contains(&word)))
    };
    if is_rest(old) || is_rest(new) { ApiType::Rest } else { ApiType::Http }
}
