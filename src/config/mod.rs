//! The user's files: settings and connections, and beside them the secrets of access keys. Only [`Store`] writes.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

mod connections;
mod paths;
mod secrets;
mod settings;
mod source;
mod store;

pub use paths::Paths;
pub use secrets::{AccessKeys, Secrets, access_keys};
pub use settings::{ColorChoice, Settings};
pub use store::{Saved, Store};

use crate::domain::{Connection, Problem, ProblemKind};
use source::{Section, Source};

/// Tables at the top of the file.
const KEYS: [&str; 2] = ["settings", "connections"];

/// What the config file says.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The file, whether or not it is there.
    pub path: PathBuf,
    /// Settings for every connection.
    pub settings: Settings,
    /// The connections, in the file's order.
    pub connections: Vec<Connection>,
}

impl Config {
    /// Reads that file, or the user's own. That the user has none is fine; that a file named on purpose is missing is not.
    pub fn load(path: Option<&Path>) -> Result<Self, Problem> {
        Self::read(&Paths::find(path)?.config, path.is_none())
    }

    /// The same for somebody who is about to save a first connection: that the file is missing is fine, whoever named it.
    pub fn load_to_add(path: Option<&Path>) -> Result<Self, Problem> {
        Self::read(&Paths::find(path)?.config, true)
    }

    fn read(file: &Path, may_be_missing: bool) -> Result<Self, Problem> {
        match fs::read_to_string(file) {
            Ok(text) => Self::parse(file, &text),
            Err(error) if error.kind() == ErrorKind::NotFound && may_be_missing => Self::parse(file, ""),
            Err(error) => {
                let what = format!("Cannot read {}", file.display());
                Err(Problem::new(ProblemKind::Usage, what, error.to_string())
                    .advise("Name a readable TOML file in UTF-8 with --config, or leave the option out."))
            }
        }
    }

    /// Reads the text of a config file; `path` is for messages and for relative paths in it.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Problem> {
        let source = Source { path, text };
        let document = source.parse()?;
        let root = Section::root(&source, document.get_ref(), &KEYS)?;
        let settings = match root.section("settings", &settings::KEYS)? {
            Some(section) => Settings::read(&section)?,
            None => Settings::default(),
        };
        let mut connections = Vec::new();
        for (nickname, header, value) in root.table("connections")? {
            connections.push(connections::read(&source, nickname, header, value)?);
        }
        Ok(Self { path: path.to_owned(), settings, connections })
    }
}

#[cfg(test)]
mod tests;
