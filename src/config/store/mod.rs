//! Edits of the saved connections and of the secrets that belong to them.

use std::sync::{Mutex, PoisonError};

mod document;
mod edit;
mod files;
mod keys;
#[cfg(test)]
mod tests;

use super::{AccessKeys, Paths, Secrets, access_keys};
use crate::domain::{AccessKey, Connection, Edit, Problem, Secret};
use files::Files;

/// Where connections are saved: the files of one user, or for the demo memory alone.
///
/// An edit is applied to the files as they are at that moment, under a lock, so that two copies of apigw do not lose each
/// other's edits. New secrets are written before the config file and old ones taken out after it: a crash between the two
/// may leave a secret without a connection, which does no harm, and never a connection without its secret. Only where a
/// connection gets another key, both cannot change at once, and after a crash the key must be given again.
pub struct Store(Place);

enum Place {
    Files(Files),
    Memory(Paths, Mutex<Texts>),
}

/// What is saved, others' edits included.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The connections, in the order of the config file.
    pub connections: Vec<Connection>,
    /// The access keys of those that have one, by nickname.
    pub access_keys: AccessKeys,
}

/// The texts of the two files; none where the file is missing.
struct Texts {
    config: Option<String>,
    credentials: Result<Option<Secret>, Problem>,
}

/// One file to be written.
#[derive(Debug)]
enum Step {
    Config(String),
    Credentials(Secret),
}

impl Store {
    /// Saves in these files, which need not be there yet. Nothing is touched before the first edit.
    pub fn files(paths: &Paths) -> Self {
        Self(Place::Files(Files::new(paths)))
    }

    /// Keeps these connections in memory; `access_key` belongs to those that use it.
    pub fn in_memory(connections: Vec<Connection>, access_key: Option<AccessKey>) -> Result<Self, Problem> {
        let paths = Paths {
            config: "config.toml".into(),
            credentials: "credentials.toml".into(),
            cache_dir: "".into(),
            history_dir: "".into(),
        };
        let nothing = Texts { config: None, credentials: Ok(None) };
        let store = Self(Place::Memory(paths, Mutex::new(nothing)));
        store.apply(&Edit::Add { connections, access_key })?;
        Ok(store)
    }

    /// Saves an edit, or changes nothing. Blocks while files are read and written, and up to 5 seconds for another apigw.
    pub fn apply(&self, edit: &Edit) -> Result<Saved, Problem> {
        match &self.0 {
            Place::Files(files) => {
                if !matches!(edit, Edit::Add { .. }) && !files.paths.config.exists() {
                    // The edit will fail, and is not worth a folder with a lock.
                    plan(&files.paths, &files.read()?, edit)?;
                }
                let _locks = files.lock()?;
                let before = files.read()?;
                let (steps, saved) = plan(&files.paths, &before, edit)?;
                files.write(&steps, &before)?;
                Ok(saved)
            }
            Place::Memory(paths, texts) => {
                let mut texts = texts.lock().unwrap_or_else(PoisonError::into_inner);
                let (steps, saved) = plan(paths, &texts, edit)?;
                for step in steps {
                    match step {
                        Step::Config(text) => texts.config = Some(text),
                        Step::Credentials(text) => texts.credentials = Ok(Some(text)),
                    }
                }
                Ok(saved)
            }
        }
    }
}

/// What must be written for an edit, in the order in which a crash between two of the steps does no harm.
fn plan(paths: &Paths, texts: &Texts, edit: &Edit) -> Result<(Vec<Step>, Saved), Problem> {
    let old = texts.config.as_deref().unwrap_or_default();
    let edited = edit::edited(&paths.config, old, edit)?;
    let changes = match &texts.credentials {
        Ok(text) => {
            let text = text.as_ref().map_or("", Secret::expose);
            keys::edited(&paths.credentials, text, edit, &edited)
        }
        Err(problem) => Err(problem.clone()),
    };
    let changes = match changes {
        // A file that has nothing to do with this edit must not stop it.
        Err(_) if !keys::are_needed(edit, &edited) => keys::Texts::default(),
        changes => changes?,
    };
    let credentials = changes.last.clone().or_else(|| changes.first.clone()).map(Some);
    let secrets = credentials.map_or_else(|| texts.credentials.clone(), Ok).and_then(|text| match text {
        Some(text) => Secrets::parse(&paths.credentials, &text),
        None => Ok(Secrets::default()),
    });
    let access_keys = access_keys(&edited.after, &secrets);
    let mut steps = Vec::new();
    steps.extend(changes.first.map(Step::Credentials));
    if edited.text != old {
        steps.push(Step::Config(edited.text));
    }
    steps.extend(changes.last.map(Step::Credentials));
    Ok((steps, Saved { connections: edited.after, access_keys }))
}
