//! The two files on disk: one writer at a time, and never half a file.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;

use super::{Step, Texts};
use crate::config::{Paths, secrets};
use crate::domain::{Problem, ProblemKind};

/// How long another copy of apigw may hold the lock. An edit takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often the lock is tried again.
const PAUSE: Duration = Duration::from_millis(10);

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
    pub fn lock(&self) -> Result<Vec<File>, Problem> {
        let mut folders = Vec::new();
        for path in [&self.paths.config, &self.paths.credentials] {
            let target = target(path)?;
            let folder = folder(&target);
            make(folder).map_err(|error| cannot_write(folder, &error))?;
            folders.push(fs::canonicalize(folder).map_err(|error| cannot_write(folder, &error))?);
        }
        // Everybody takes them in the same order, so that no two wait for each other.
        folders.sort();
        folders.dedup();
        folders.iter().map(|folder| self.lock_in(folder)).collect()
    }

    fn lock_in(&self, folder: &Path) -> Result<File, Problem> {
        let path = folder.join(LOCK);
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        let file = options.open(&path).map_err(|error| cannot_write(folder, &error))?;
        let began = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) if began.elapsed() < self.patience => std::thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => {
                    let why = format!("Another apigw holds {} and does not let go.", path.display());
                    let what = "The connections are being edited elsewhere";
                    return Err(Problem::new(ProblemKind::Conflict, what, why)
                        .advise("Nothing was saved. End the other apigw, and try again."));
                }
                Err(TryLockError::Error(error)) => return Err(cannot_write(&path, &error)),
            }
        }
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
        let (path, text, is_secret) = match step {
            Step::Config(text) => (&self.paths.config, text.as_str(), false),
            Step::Credentials(text) => (&self.paths.credentials, text.expose(), true),
        };
        replace(&target(path)?, text, is_secret)
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

/// The file behind a symbolic link, such as those of a folder of dotfiles: the link stays and its target is written.
fn target(path: &Path) -> Result<PathBuf, Problem> {
    match fs::canonicalize(path) {
        Ok(target) => Ok(target),
        Err(error) if error.kind() == ErrorKind::NotFound && !path.is_symlink() => Ok(path.to_owned()),
        Err(error) => Err(cannot_write(path, &error)),
    }
}

fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the folder where it is missing, for its owner alone.
fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Puts a text in a file's place all at once: whoever reads it sees the old one or the new one, after a power cut too.
fn replace(path: &Path, text: &str, is_secret: bool) -> Result<(), Problem> {
    let failed = |error: io::Error| cannot_write(path, &error);
    let old = match fs::metadata(path) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    if let Some(old) = &old {
        if !old.is_file() {
            return Err(failed(io::Error::other("it is not a regular file")));
        }
        if old.permissions().readonly() {
            return Err(failed(io::Error::other("it is read-only")).advise("Make it writable: chmod u+w"));
        }
    }
    let mut temporary = new_beside(path, is_secret).map_err(failed)?;
    let mut write = || {
        temporary.write_all(text.as_bytes())?;
        if let Some(old) = &old {
            temporary.as_file().set_permissions(old.permissions())?;
        }
        temporary.as_file().sync_all()
    };
    write().map_err(failed)?;
    temporary.persist(path).map_err(|error| failed(error.error))?;
    // The rename itself lives in the folder.
    #[cfg(unix)]
    File::open(folder(path)).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(())
}

/// A temporary file in the same folder, from its first byte for its owner alone if secrets go into it.
fn new_beside(path: &Path, is_secret: bool) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".apigw-");
    #[cfg(unix)]
    {
        let mode = if is_secret { 0o600 } else { 0o644 };
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    }
    builder.tempfile_in(folder(path))
}

fn cannot_write(path: &Path, error: &io::Error) -> Problem {
    Problem::new(ProblemKind::Local, format!("Cannot write {}", path.display()), error.to_string())
        .advise("Nothing was saved.")
}
