//! A file's place in its repository, and what git keeps there.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::command::{Failure, Git};
use crate::domain::{Problem, ProblemKind};

/// Where a file is, or was, in a repository.
#[derive(Debug)]
pub(super) struct Place {
    git: Git,
    /// As it was given.
    file: PathBuf,
    /// The folder that git is run in.
    folder: PathBuf,
    /// Below the top of the repository, with `/`, as git knows it.
    path: OsString,
    /// The same, as seen from the folder that git is run in.
    seen: OsString,
    /// Whether the repository has no files on disk.
    pub is_bare: bool,
}

/// What a commit has at a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub kind: EntryKind,
    /// The full id of the object.
    pub hash: String,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    /// With its size in bytes.
    File {
        size: u64,
    },
    Link,
    Folder,
    Submodule,
}

impl Place {
    /// Finds the repository around a file, which need not lie on disk. Of a link it is the repository of what it leads to.
    pub fn find(git: &Git, file: &Path) -> Result<Self, Problem> {
        let (folder, below) = split(file).ok_or_else(|| {
            let why = "No part of its path is a folder.";
            Problem::new(ProblemKind::NotFound, format!("Cannot find {}", file.display()), why)
        })?;
        let ask = |question: &str| {
            let mut answer =
                git.run(&folder, &["rev-parse", question], &[]).map_err(|failure| failure.about(file))?;
            answer.pop_if(|last| *last == b'\n');
            Ok(answer)
        };
        let is_bare = ask("--is-bare-repository")? == b"true";
        let (path, seen) = if is_bare {
            // Git calls nothing in a bare repository a file; what is meant is counted from its top.
            let top = PathBuf::from(os_string(ask("--absolute-git-dir")?));
            let top = fs::canonicalize(&top).unwrap_or(top);
            let full = folder.join(&below);
            let above = top.parent().unwrap_or(&top);
            let inner = full.strip_prefix(&top).or_else(|_| full.strip_prefix(above)).unwrap_or(&below);
            (slashed(inner), slashed(inner))
        } else {
            let mut path = os_string(ask("--show-prefix")?);
            path.push(slashed(&below));
            (path, slashed(&below))
        };
        Ok(Self { git: git.clone(), file: file.to_owned(), folder, path, seen, is_bare })
    }

    /// Runs git there.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Result<Vec<u8>, Problem> {
        self.feed(arguments, &[])
    }

    /// Runs git there, and gives it something to read.
    pub fn feed<A: AsRef<OsStr>>(&self, arguments: &[A], input: &[u8]) -> Result<Vec<u8>, Problem> {
        self.git.run(&self.folder, arguments, input).map_err(|failure| failure.about(&self.file))
    }

    /// The full id of the commit that a revision names.
    pub fn commit(&self, revision: &str) -> Result<String, Problem> {
        let unknown = |why: &str| {
            let what = format!("There is no revision {revision}");
            Err(Problem::new(ProblemKind::NotFound, what, why))
        };
        if revision.trim().is_empty() || revision.contains('\0') {
            return unknown("A branch, tag or commit has a name.");
        }
        let peeled = format!("{revision}^{{commit}}");
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", &peeled];
        match self.git.run(&self.folder, &arguments, &[]) {
            // `^v1` is everything but that commit.
            Ok(commit) if commit.starts_with(b"^") => unknown("It names no single commit."),
            Ok(commit) => Ok(String::from_utf8_lossy(&commit).trim().to_owned()),
            Err(Failure::Said { code: Some(1), .. }) => {
                unknown("The repository has no such branch, tag or commit, or more than one.")
            }
            Err(failure) if failure.says("expected commit type") => unknown("It names no commit."),
            Err(failure) => Err(failure.about(&self.file)),
        }
    }

    /// What a commit has at the file's path.
    pub fn entry(&self, commit: &str) -> Result<Option<Entry>, Problem> {
        let listed = self.run(&[
            OsStr::new("ls-tree"),
            "-z".as_ref(),
            "--long".as_ref(),
            "--full-tree".as_ref(),
            commit.as_ref(),
            "--".as_ref(),
            &self.path,
        ])?;
        let listed = String::from_utf8_lossy(&listed);
        // `100644 blob ID    SIZE\tPATH\0`
        let fields = listed.split('\t').next().unwrap_or_default();
        let mut fields = fields.split_ascii_whitespace();
        let (Some(mode), Some(kind), Some(hash)) = (fields.next(), fields.next(), fields.next()) else {
            return Ok(None);
        };
        let size = fields.next().and_then(|size| size.parse().ok()).unwrap_or_default();
        let kind = match (kind, mode) {
            ("tree", _) => EntryKind::Folder,
            ("commit", _) => EntryKind::Submodule,
            (_, "120000") => EntryKind::Link,
            _ => EntryKind::File { size },
        };
        Ok(Some(Entry { kind, hash: hash.to_owned() }))
    }

    /// What a file in the repository says, as it was committed.
    pub fn blob(&self, hash: &str) -> Result<Vec<u8>, Problem> {
        self.run(&["cat-file", "blob", hash])
    }

    /// The id that these bytes would get if they were committed as the file.
    pub fn hash(&self, bytes: &[u8]) -> Result<String, Problem> {
        let mut path = OsString::from("--path=");
        path.push(self.file_name());
        let hash = self.feed(&[OsStr::new("hash-object"), &path, "--stdin".as_ref()], bytes)?;
        Ok(String::from_utf8_lossy(&hash).trim().to_owned())
    }

    /// Files of the same name in a commit, three at most.
    pub fn namesakes(&self, commit: &str) -> Result<Vec<String>, Problem> {
        let listed = self.run(&["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit])?;
        let listed = String::from_utf8_lossy(&listed);
        let name = self.file_name().to_string_lossy().into_owned();
        let named = listed.split('\0').filter(|path| path.rsplit('/').next() == Some(&name));
        Ok(named.take(3).map(str::to_owned).collect())
    }

    /// Whether the clone lacks older commits.
    pub fn is_shallow(&self) -> bool {
        self.run(&["rev-parse", "--is-shallow-repository"]).is_ok_and(|answer| answer.starts_with(b"true"))
    }

    /// The folder that git is run in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path in the repository.
    pub fn path(&self) -> &OsStr {
        &self.path
    }

    /// The path as seen from the folder that git is run in.
    pub fn seen(&self) -> &OsStr {
        &self.seen
    }

    /// The path in the repository, for a person.
    pub fn shown(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// The file as it was given.
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn file_name(&self) -> &OsStr {
        Path::new(&self.path).file_name().unwrap_or_default()
    }
}

/// The deepest folder above a file that is there, links resolved, and the way down from it.
fn split(file: &Path) -> Option<(PathBuf, PathBuf)> {
    let file = std::path::absolute(file).ok()?;
    if let Ok(real) = fs::canonicalize(&file)
        && let (Some(folder), Some(name)) = (real.parent(), real.file_name())
    {
        return Some((folder.to_owned(), PathBuf::from(name)));
    }
    let there = |folder: &&Path| folder.is_dir();
    let folder = file.ancestors().skip(1).find(there)?;
    let mut below = PathBuf::new();
    for component in file.strip_prefix(folder).ok()?.components() {
        match component {
            Component::ParentDir => drop(below.pop()),
            other => below.push(other),
        }
    }
    Some((fs::canonicalize(folder).ok()?, below))
}

fn slashed(path: &Path) -> OsString {
    let parts: Vec<&OsStr> = path.iter().collect();
    parts.join(OsStr::new("/"))
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}
