//! What a schema file may hold, wherever it was read from.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use crate::domain::{Problem, ProblemKind};

/// The largest file that is read, in bytes. The gateways take 6 MB.
pub(super) const LIMIT: u64 = 32 * 1024 * 1024;

/// How a file of Git LFS begins while its content is elsewhere.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// The bytes of a file on disk.
pub(super) fn from_disk(path: &Path) -> Result<Vec<u8>, Problem> {
    let what = || format!("Cannot read {}", path.display());
    let failed = |error: io::Error| match error.kind() {
        ErrorKind::NotFound => Problem::new(ProblemKind::NotFound, what(), "There is no such file."),
        ErrorKind::IsADirectory => Problem::new(ProblemKind::Usage, what(), "It is a folder.")
            .advise("Name the file of the schema in it."),
        _ => Problem::new(ProblemKind::Local, what(), error.to_string()),
    };
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > LIMIT { Err(too_large(&path.display().to_string())) } else { Ok(bytes) }
}

/// The text, if it is one that can be a schema.
pub(super) fn checked(name: &str, bytes: Vec<u8>) -> Result<Arc<str>, Problem> {
    if bytes.starts_with(LFS_POINTER) {
        let why = "It is a pointer of Git LFS; its content is not in the repository itself.";
        return Err(refused(name, why).advise(
            "Fetch it with git lfs pull. At a revision: check that revision out, then use the file on disk.",
        ));
    }
    let is_utf_16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].split(|&byte| byte == b'\n').count();
        let why = if is_utf_16 {
            "It is UTF-16.".to_owned()
        } else {
            format!("It is not UTF-8: line {line} has a byte that cannot be read.")
        };
        refused(name, &why).advise("Save it as UTF-8.")
    })?;
    if text.trim().is_empty() {
        return Err(refused(name, "It is empty."));
    }
    Ok(text.into())
}

/// A file beyond [`LIMIT`].
pub(super) fn too_large(name: &str) -> Problem {
    refused(name, "It is larger than 32 MB, and no gateway takes a schema of that size.")
}

fn refused(name: &str, why: &str) -> Problem {
    Problem::new(ProblemKind::Usage, format!("Cannot use {name}"), why)
}
