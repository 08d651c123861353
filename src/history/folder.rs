//! The folder of the history: for its owner alone, and changed by one apigw at a time.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::broken;
use crate::domain::Problem;
use crate::files::{self, Lock};

/// How long another apigw may hold the folder. A line takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// The file that is locked while something in the folder changes. It is empty, and stays.
const LOCK: &str = ".lock";

/// The folder, which need not be there.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    path: PathBuf,
    pub patience: Duration,
}

impl Folder {
    pub fn new(path: PathBuf) -> Self {
        Self { path, patience: PATIENCE }
    }

    /// The ledger.
    pub fn ledger(&self) -> PathBuf {
        self.path.join("history.jsonl")
    }

    /// The folder of the schemas.
    pub fn schemas(&self) -> PathBuf {
        self.path.join("schemas")
    }

    /// The folder of the locks of APIs.
    pub fn locks(&self) -> PathBuf {
        self.path.join("locks")
    }

    /// Whether it is there. One that others can reach is closed to them; one that is somebody else's is refused.
    pub fn is_there(&self) -> Result<bool, Problem> {
        let folder = match fs::symlink_metadata(&self.path) {
            Ok(folder) => folder,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(self.unfit(error)),
        };
        if folder.is_symlink() {
            let advice = "Make it a folder, or point XDG_STATE_HOME at where it shall be.";
            return Err(self.unfit("It is a symbolic link.").advise(advice));
        }
        if !folder.is_dir() {
            return Err(self.unfit("It is not a folder."));
        }
        self.close(&folder)?;
        Ok(true)
    }

    /// Makes it if it is missing, and that folder in it.
    pub fn make(&self, inner: &Path) -> Result<(), Problem> {
        if self.is_there()? {
            self.is_ours()?;
        }
        if inner.is_dir() {
            return Ok(());
        }
        files::make_folder(inner).map_err(|error| files::cannot_write(&self.path, &error))?;
        // A crash must not take with it the folder that the first entry is in.
        let above = [Some(self.path.as_path()), self.path.parent()];
        for folder in above.into_iter().flatten().filter(|folder| !folder.as_os_str().is_empty()) {
            files::sync_folder(folder).map_err(|error| files::cannot_write(folder, &error))?;
        }
        Ok(())
    }

    /// Keeps other copies of apigw from changing anything in the folder, which is made if it is missing, until it is dropped.
    pub fn lock(&self) -> Result<Lock, Problem> {
        self.make(&self.path)?;
        let path = self.path.join(LOCK);
        let file = owned(OpenOptions::new().create(true).truncate(false).write(true))
            .open(&path)
            .map_err(|error| files::cannot_write(&path, &error))?;
        files::lock(file, &path, self.patience, "The history is being written elsewhere")
    }

    #[cfg(unix)]
    fn close(&self, folder: &fs::Metadata) -> Result<(), Problem> {
        use std::os::unix::fs::PermissionsExt;
        const OTHERS: u32 = 0o077;
        if folder.permissions().mode() & OTHERS == 0 {
            return Ok(());
        }
        fs::set_permissions(&self.path, fs::Permissions::from_mode(0o700)).map_err(|error| {
            self.unfit(format!("Others can reach it, and it cannot be closed to them: {error}"))
                .advise(format!("Make it yours alone: chmod 700 {}", self.path.display()))
        })
    }

    /// Root could write into anybody's folder, and its owner could not read it any more.
    #[cfg(unix)]
    fn is_ours(&self) -> Result<(), Problem> {
        use std::os::unix::fs::MetadataExt;
        let cannot = |error: io::Error| files::cannot_write(&self.path, &error);
        let ours = tempfile::tempfile_in(&self.path).and_then(|file| file.metadata()).map_err(cannot)?.uid();
        if fs::metadata(&self.path).map_err(cannot)?.uid() == ours {
            return Ok(());
        }
        Err(self.unfit("It belongs to another user.").advise("Point XDG_STATE_HOME at a folder of your own."))
    }

    #[cfg(not(unix))]
    fn is_ours(&self) -> Result<(), Problem> {
        Ok(())
    }

    #[cfg(not(unix))]
    fn close(&self, _folder: &fs::Metadata) -> Result<(), Problem> {
        Ok(())
    }

    fn unfit(&self, why: impl fmt::Display) -> Problem {
        broken(format!("Cannot keep history in {}", self.path.display()), why)
    }
}

/// Options that make a file for its owner alone.
pub(super) fn owned(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// What a file holds; `None` where there is none.
pub(super) fn contents(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(contents) => Ok(Some(contents)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
