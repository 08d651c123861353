//! The two files on disk: one writer at a time, and never half a file.

use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use super::{Step, Texts};
use crate::config::{Paths, secrets};
use crate::domain::{Problem, ProblemKind};
use crate::files::{self, Lock, Readers, cannot_write};

/// How long another copy of apigw may hold the lock. An edit takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// The file that is locked while others beside it are edited. It is empty, and stays.
const LOCK: &str = ".apigw.lock";

/// The config file of one user, and the secrets beside it.
pub(super) struct Files {
    pub paths: Paths,
    pub patience: Duration,
}

impl Files {
    pub fn new(paths: &Paths) -> Self {
        Self { paths: paths.clone(), patience: PATIENCE }
    }

    /// Keeps other copies of apigw from editing until the locks are dropped. There may be two: the config file may be a link
    /// into another folder, and config files of one folder share their secrets.
    pub fn lock(&self) -> Result<Vec<Lock>, Problem> {
        let mut folders = Vec::new();
        for path in [&self.paths.config, &self.paths.credentials] {
            let target = files::target(path)?;
            let folder = files::folder_of(&target);
            files::make_folder(folder).map_err(|error| cannot_write(folder, &error))?;
            folders.push(fs::canonicalize(folder).map_err(|error| cannot_write(folder, &error))?);
        }
        // Everybody takes them in the same order, so that no two wait for each other.
        folders.sort();
        folders.dedup();
        folders.iter().map(|folder| self.lock_in(folder)).collect()
    }

    fn lock_in(&self, folder: &Path) -> Result<Lock, Problem> {
        let path = folder.join(LOCK);
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        let file = options.open(&path).map_err(|error| cannot_write(folder, &error))?;
        files::lock(file, &path, self.patience, "The connections are being edited elsewhere")
    }

    /// Reads both files.
    pub fn read(&self) -> Result<Texts, Problem> {
        let config = match fs::read_to_string(&self.paths.config) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => {
                let what = format!("Cannot read {}", self.paths.config.display());
                return Err(Problem::new(ProblemKind::Usage, what, error.to_string()));
            }
        };
        Ok(Texts { config, credentials: secrets::read(&self.paths.credentials) })
    }

    /// Writes one file after the other. When one fails, those before it become again what they were.
    pub fn write(&self, steps: &[Step], before: &Texts) -> Result<(), Problem> {
        for (done, step) in steps.iter().enumerate() {
            if let Err(problem) = self.write_one(step) {
                for step in steps[..done].iter().rev() {
                    self.restore(step, before);
                }
                return Err(problem);
            }
        }
        Ok(())
    }

    pub fn write_one(&self, step: &Step) -> Result<(), Problem> {
        let (path, text, readers) = match step {
            Step::Config(text) => (&self.paths.config, text.as_str(), Readers::Usual),
            Step::Credentials(text) => (&self.paths.credentials, text.expose(), Readers::Owner),
        };
        files::write(&files::target(path)?, text, readers)
    }

    /// The problem that is about to be told is the one that counts, so what fails here is only logged.
    fn restore(&self, step: &Step, before: &Texts) {
        let (path, old) = match step {
            Step::Config(_) => (&self.paths.config, before.config.clone().map(Step::Config)),
            Step::Credentials(_) => {
                let old = before.credentials.clone().ok().flatten();
                (&self.paths.credentials, old.map(Step::Credentials))
            }
        };
        let restored = match old {
            Some(old) => self.write_one(&old),
            None => fs::remove_file(path).map_err(|error| cannot_write(path, &error)),
        };
        if let Err(problem) = restored {
            tracing::warn!(%problem, "a file could not be restored");
        }
    }
}
