//! `apigw diff`: compares two schema files, or one with what the gateway has.

use std::path::{Path, PathBuf};

use super::changes::{diff_json, diff_page};
use super::choice::{self, ConnectionFlags, usage};
use super::compose::Composed;
use super::output::{self, Reader};
use crate::domain::{Problem, SchemaChoice, SchemaDiff};

/// Arguments of `apigw diff`.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
A file is written FILE, or FILE@REVISION for what it says on a branch, tag or commit: orders.yaml@v2.3.0. A file that is \
called that whole is meant as it is.

Exit codes: 0 nothing breaks; 1 failed; 2 usage; 3 something breaks callers or answers more of them than before; \
4 credentials or permission.")]
pub struct DiffArgs {
    /// The schema before
    #[arg(value_name = "OLD")]
    old: String,
    /// The schema after; without it, OLD is compared with what the gateway has, which is then the one before
    #[arg(value_name = "NEW")]
    new: Option<String>,
    /// The connection whose gateway is compared
    #[arg(long, value_name = "NICKNAME", conflicts_with = "new")]
    pub against: Option<String>,
    /// The stage that is compared; without one, the newest configuration (HTTP)
    #[arg(long, value_name = "STAGE", conflicts_with = "new")]
    stage: Option<String>,
}

impl DiffArgs {
    /// Refuses a single file and nothing to compare it with.
    pub fn check(&self, connection: &ConnectionFlags) -> Result<(), Problem> {
        if self.new.is_none() && self.against.is_none() && connection.api_id.is_none() {
            return Err(usage("There is one file and nothing to compare it with", "")
                .advise("Name the other file: apigw diff OLD NEW")
                .advise("Or a connection: apigw diff FILE --against NICKNAME"));
        }
        Ok(())
    }

    /// Whether AWS is asked at all.
    pub fn asks_aws(&self) -> bool {
        self.new.is_none()
    }
}

/// Compares and tells; the exit code is 3 where something breaks or is exposed.
pub fn run(composed: &Composed, args: &DiffArgs) -> Result<u8, Problem> {
    let old = schema(&args.old);
    let diff = if let Some(new) = &args.new {
        composed.runtime.block_on(composed.engine.diff_files(&old, &schema(new)))?
    } else {
        let connections = choice::named(composed.connections.clone(), args.against.as_slice());
        let connection = choice::only(connections, "diff FILE")?;
        composed.sign_in(std::slice::from_ref(&connection))?;
        let stage = args.stage.as_deref();
        composed.runtime.block_on(composed.engine.diff_against(&connection, &old, stage))?
    };
    tell(composed, &diff)
}

/// Tells what differs; exit code 3 where a check says no to it.
pub fn tell(composed: &Composed, diff: &SchemaDiff) -> Result<u8, Problem> {
    match composed.reader {
        Reader::Program => output::print(&output::json_text(&diff_json(diff)))?,
        Reader::Person => output::print(&diff_page(diff, &composed.format))?,
    }
    Ok(if diff.fails_a_check() { 3 } else { 0 })
}

/// A file, or what it says at a revision: the part behind the last `@`, one that belongs to a name like `HEAD@{1}` apart.
fn schema(word: &str) -> SchemaChoice {
    let whole = || SchemaChoice { file: PathBuf::from(word), revision: None };
    if Path::new(word).exists() {
        return whole();
    }
    let mut ats = word.rmatch_indices('@').map(|(at, _)| (&word[..at], &word[at + 1..]));
    let apart = |(file, revision): &(&str, &str)| {
        !file.is_empty() && !revision.is_empty() && !revision.starts_with('{')
    };
    match ats.find(apart) {
        Some((file, revision)) => SchemaChoice { file: file.into(), revision: Some(revision.to_owned()) },
        None => whole(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_stands_behind_the_last_at_sign() {
        for (word, file, revision) in [
            ("orders.yaml", "orders.yaml", None),
            ("orders.yaml@v2.3.0", "orders.yaml", Some("v2.3.0")),
            ("@scope/orders.yaml@main", "@scope/orders.yaml", Some("main")),
            ("orders.yaml@HEAD@{1}", "orders.yaml", Some("HEAD@{1}")),
            ("orders.yaml@feature/a", "orders.yaml", Some("feature/a")),
            ("orders@home", "orders", Some("home")),
            ("@scope", "@scope", None),
            ("orders.yaml@", "orders.yaml@", None),
        ] {
            let expected = SchemaChoice { file: file.into(), revision: revision.map(str::to_owned) };
            assert_eq!(schema(word), expected, "{word}");
        }
    }

    #[test]
    fn a_file_that_is_called_so_is_meant_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("orders@home.yaml");
        std::fs::write(&file, "{}").unwrap();
        let word = file.to_str().unwrap();
        assert_eq!(schema(word), SchemaChoice { file: file.clone(), revision: None });
    }
}
