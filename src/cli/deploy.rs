//! `apigw deploy`: pushes a schema to the gateway, and puts it live on a stage.

use std::path::PathBuf;

use super::choice::{self, one_of, usage};
use super::compose::Composed;
use super::write::{self, WriteFlags};
use crate::domain::{Intent, Kept, Problem, PushOptions, SchemaChoice};

/// Arguments of `apigw deploy`.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = write::AFTER_HELP)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct DeployArgs {
    /// The connection to deploy to
    #[arg(value_name = "NICKNAME")]
    pub nickname: Option<String>,
    /// The OpenAPI document to push; without one, what the gateway has goes to the stage. The schema of the connection is
    /// taken only when it is named here
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Read that file from this branch, tag or commit instead of the disk
    #[arg(long, value_name = "REVISION", requires = "schema")]
    revision: Option<String>,
    /// Push a schema of the history as it was then; `apigw history list` has the ids
    #[arg(long, value_name = "ID", conflicts_with = "schema")]
    push_back: Option<String>,
    /// Which schema of that entry: the author's, the merged one that was pushed, or the one it replaced
    #[arg(long, value_name = "WHICH", requires = "push_back", default_value = "pushed", value_parser = one_of::<Kept>(Kept::ALL.map(Kept::as_str)))]
    kept: Kept,
    /// The stage to put it live on; without one, the schema is pushed and no stage deployed to
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// What to write on the deployment; without it, revision, commit and who
    #[arg(long, value_name = "TEXT", requires = "stage", conflicts_with = "push_back")]
    description: Option<String>,
    /// Make the stage if there is none of that name (REST)
    #[arg(long, requires = "stage", conflicts_with = "push_back")]
    create_stage: bool,
    /// Take what the schema lacks from this stage's configuration, where none is deployed to (REST)
    #[arg(long, value_name = "STAGE", requires = "schema")]
    extensions_from: Option<String>,
    /// Take title, version and description from the schema, too
    #[arg(long, requires = "schema")]
    rename: bool,
    /// Keep live routes that the schema lacks
    #[arg(long, requires = "schema", conflicts_with = "allow_delete")]
    keep_routes: bool,
    /// Push although AWS warns
    #[arg(long, requires = "schema")]
    allow_warnings: bool,
    #[command(flatten)]
    write: WriteFlags,
}

impl DeployArgs {
    /// Refuses what would do nothing.
    pub fn check(&self) -> Result<(), Problem> {
        if self.schema.is_none() && self.push_back.is_none() && self.stage.is_none() {
            return Err(usage("There is nothing to deploy and no stage to deploy to", "")
                .advise("Push a schema: --schema FILE")
                .advise("Put what the gateway has live: --stage STAGE"));
        }
        Ok(())
    }

    fn intent(&self) -> Intent {
        let stage = self.stage.clone();
        if let Some(entry) = &self.push_back {
            return Intent::PushBack { entry: entry.clone(), which: self.kept, stage };
        }
        let choice = |file: &PathBuf| SchemaChoice { file: file.clone(), revision: self.revision.clone() };
        Intent::Deploy {
            schema: self.schema.as_ref().map(choice),
            stage,
            description: self.description.clone(),
            extensions_from: self.extensions_from.clone(),
            options: PushOptions {
                rename: self.rename,
                keep_routes: self.keep_routes,
                allow_warnings: self.allow_warnings,
                create_stage: self.create_stage,
            },
        }
    }
}

/// Plans, asks and deploys.
pub fn run(composed: &Composed, args: &DeployArgs) -> Result<u8, Problem> {
    let connections = choice::named(composed.connections.clone(), args.nickname.as_slice());
    let connection = choice::only(connections, "deploy")?;
    write::run(composed, &connection, &args.intent(), &args.write)
}
