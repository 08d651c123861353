//! Files replaced all at once, so that whoever reads one sees the old text or the new one, after a power cut too; and their locks.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;

use crate::domain::{Problem, ProblemKind};

/// How the names of temporary files begin; one may stay when apigw is killed while it writes.
const TEMPORARY: &str = ".apigw-";

/// How often a lock that somebody else has is tried.
const PAUSE: Duration = Duration::from_millis(5);

/// Who can read a file that is new; one that exists keeps its mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Whoever the umask lets.
    Usual,
    /// Its owner alone, from its first byte.
    Owner,
}

/// The file behind a symbolic link, such as those of a folder of dotfiles: the link stays and its target is written.
pub fn target(path: &Path) -> Result<PathBuf, Problem> {
    match fs::canonicalize(path) {
        Ok(target) => Ok(target),
        Err(error) if error.kind() == ErrorKind::NotFound && !path.is_symlink() => Ok(path.to_owned()),
        Err(error) => Err(cannot_write(path, &error)),
    }
}

/// The folder that a file is in.
pub fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The lock of a file, until it is dropped or the process dies.
#[derive(Debug)]
pub struct Lock(File);

impl Drop for Lock {
    /// Said and not left to closing: a program that is being started has the file, too, for a moment.
    fn drop(&mut self) {
        // What fails here ends with the file all the same.
        drop(self.0.unlock());
    }
}

/// Waits that long for the lock of an open file. `what` says what cannot be done meanwhile.
pub fn lock(file: File, path: &Path, patience: Duration, what: &str) -> Result<Lock, Problem> {
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Lock(file)),
            Err(TryLockError::WouldBlock) if began.elapsed() < patience => std::thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => {
                let why = format!("Another apigw holds {} and does not let go.", path.display());
                return Err(Problem::new(ProblemKind::Conflict, what, why)
                    .advise("Nothing was saved. End the other apigw, and try again."));
            }
            Err(TryLockError::Error(error)) => return Err(cannot_write(path, &error)),
        }
    }
}

/// Makes a folder where it is missing, with those above it, for its owner alone.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes what was created, renamed or removed in a folder last.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Puts a text in a file's place all at once, whatever the file says now. Links are not followed: see [`target`].
pub fn write(path: &Path, text: &str, readers: Readers) -> Result<(), Problem> {
    persist(path, written(path, text, readers)?)
}

/// Replaces a file's content all at once. Its mode is kept; links are followed; a new file gets the usual mode, and its folder must
/// be there. `expected` is what the file is believed to say (`None`: it does not exist); refused when it says otherwise.
pub fn replace_file(path: &Path, text: &str, expected: Option<&str>) -> Result<(), Problem> {
    let target = target(path)?;
    let folder = folder_of(&target);
    if !folder.is_dir() {
        let error = io::Error::new(ErrorKind::NotFound, format!("there is no folder {}", folder.display()));
        return Err(
            cannot_write(path, &error).advise(format!("Make it first: mkdir -p {}", folder.display()))
        );
    }
    let temporary = written(&target, text, Readers::Usual)?;
    // Judged as late as it can be, when the new text is already on the disk.
    let now = match fs::read(&target) {
        Ok(now) => Some(now),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(cannot_write(path, &error)),
    };
    match (now, expected) {
        (Some(now), Some(expected)) if now == expected.as_bytes() => persist(&target, temporary),
        (None, None) => match temporary.persist_noclobber(&target) {
            Ok(_) => sync_folder(folder).map_err(|error| cannot_write(path, &error)),
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
                Err(changed(path, "exists by now"))
            }
            Err(error) => Err(cannot_write(path, &error.error)),
        },
        (Some(_), None) => Err(changed(path, "exists by now")),
        (None, Some(_)) => Err(changed(path, "is gone")),
        (Some(_), Some(_)) => Err(changed(path, "was changed meanwhile")),
    }
}

/// A file that could not be written.
pub fn cannot_write(path: &Path, error: &io::Error) -> Problem {
    Problem::new(ProblemKind::Local, format!("Cannot write {}", path.display()), error.to_string())
        .advise("Nothing was saved.")
}

fn changed(path: &Path, how: &str) -> Problem {
    let what = format!("{} {how}", path.display());
    Problem::new(ProblemKind::Conflict, what, "It no longer says what it said when it was read.")
        .advise("Nothing was saved. Start again to see what it says now.")
}

/// The text in a temporary file beside the one it is for, on the disk for good, with the mode of the one it is for.
fn written(path: &Path, text: &str, readers: Readers) -> Result<NamedTempFile, Problem> {
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
    let mut temporary = new_beside(path, readers).map_err(failed)?;
    let mut write = || {
        temporary.write_all(text.as_bytes())?;
        if let Some(old) = &old {
            temporary.as_file().set_permissions(old.permissions())?;
        }
        temporary.as_file().sync_all()
    };
    write().map_err(failed)?;
    Ok(temporary)
}

fn persist(path: &Path, temporary: NamedTempFile) -> Result<(), Problem> {
    temporary.persist(path).map_err(|error| cannot_write(path, &error.error))?;
    // The rename itself lives in the folder.
    sync_folder(folder_of(path)).map_err(|error| cannot_write(path, &error))
}

fn new_beside(path: &Path, readers: Readers) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    {
        let mode = match readers {
            Readers::Usual => 0o666,
            Readers::Owner => 0o600,
        };
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    }
    builder.tempfile_in(folder_of(path))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_made_or_replaced_with_its_mode_and_behind_its_link() {
        let home = tempfile::tempdir().unwrap();
        let (file, link) = (home.path().join("a.yaml"), home.path().join("link.yaml"));
        replace_file(&file, "one", None).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("a.yaml", &link).unwrap();
        replace_file(&link, "two", Some("one")).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "two");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(link.is_symlink());
        assert_eq!(names(home.path()), ["a.yaml", "link.yaml"]);
    }

    #[test]
    fn a_new_file_gets_the_usual_mode() {
        let home = tempfile::tempdir().unwrap();
        let (ours, usual) = (home.path().join("ours"), home.path().join("usual"));
        replace_file(&ours, "one", None).unwrap();
        fs::write(&usual, "one").unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(ours), mode(usual));
    }

    #[test]
    fn a_file_that_says_something_else_than_expected_stays() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("a.yaml");
        let refused = |expected: Option<&str>, how: &str| {
            let problem = replace_file(&file, "new", expected).unwrap_err();
            assert_eq!(problem.kind, ProblemKind::Conflict);
            assert!(problem.what.ends_with(how), "{problem:?}");
        };
        refused(Some("old"), "is gone");
        assert!(names(home.path()).is_empty());
        fs::write(&file, b"\xff").unwrap();
        refused(Some("\u{fffd}"), "was changed meanwhile");
        refused(None, "exists by now");
        assert_eq!(fs::read(&file).unwrap(), b"\xff");
        assert_eq!(names(home.path()), ["a.yaml"]);
    }

    #[test]
    fn what_cannot_be_replaced_is_told_and_stays() {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name);
        fs::create_dir(path("folder")).unwrap();
        fs::write(path("locked"), "old").unwrap();
        fs::set_permissions(path("locked"), fs::Permissions::from_mode(0o444)).unwrap();
        std::os::unix::fs::symlink("nowhere", path("broken")).unwrap();
        let cases = [
            ("folder", "not a regular file"),
            ("locked", "read-only"),
            ("broken", "No such file"),
            ("missing/a.yaml", "there is no folder"),
            ("locked/a.yaml", "Not a directory"),
        ];
        let before = names(home.path());
        for (name, why) in cases {
            let problem = replace_file(&path(name), "new", Some("old")).unwrap_err();
            assert_eq!(problem.kind, ProblemKind::Local, "{problem:?}");
            assert!(problem.why.contains(why), "{problem:?}");
            assert_eq!(problem.advice[0], "Nothing was saved.");
        }
        assert_eq!(names(home.path()), before);
        assert_eq!(fs::read_to_string(path("locked")).unwrap(), "old");
    }
}
