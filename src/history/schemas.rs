//! The schemas of the history, each under the SHA-256 of its text.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::broken;
use super::folder::{Folder, contents};
use crate::domain::{Problem, ProblemKind};
use crate::files::{self, Readers};

/// The name of a schema: the SHA-256 of its text, in hexadecimal digits.
pub(super) fn hash(schema: &[u8]) -> String {
    let mut hash = String::with_capacity(64);
    for byte in Sha256::digest(schema) {
        let _ = write!(hash, "{byte:02x}");
    }
    hash
}

/// Writes a schema down, unless it is there already and whole.
pub(super) fn keep(folder: &Folder, hash: &str, schema: &str) -> Result<(), Problem> {
    let _lock = folder.lock()?;
    folder.make(&folder.schemas())?;
    let path = folder.schemas().join(hash);
    if matches!(contents(&path), Ok(Some(kept)) if kept == schema.as_bytes()) {
        return Ok(());
    }
    files::write(&path, schema, Readers::Owner)
}

/// A schema, if it still is what was kept.
pub(super) fn read(folder: &Folder, hash: &str) -> Result<String, Problem> {
    if !is_hash(hash) || !folder.is_there()? {
        return Err(not_kept(hash));
    }
    let path = folder.schemas().join(hash);
    let what = || format!("Cannot read the schema {}", path.display());
    let kept = contents(&path).map_err(|error| broken(what(), error))?.ok_or_else(|| not_kept(hash))?;
    match String::from_utf8(kept) {
        Ok(schema) if self::hash(schema.as_bytes()) == hash => Ok(schema),
        _ => Err(broken(what(), "It is damaged: it is not what was kept under that hash.")
            .advise("Restore the file from a backup, or take the schema from its repository.")),
    }
}

/// Refuses a schema that is not there.
pub(super) fn must_be_kept(folder: &Folder, hash: &str) -> Result<(), Problem> {
    if is_hash(hash) && folder.schemas().join(hash).is_file() { Ok(()) } else { Err(not_kept(hash)) }
}

/// A schema that is not there, or no longer.
pub(super) fn not_kept(hash: &str) -> Problem {
    let why = "It was never kept on this machine, or it was pruned.";
    Problem::new(ProblemKind::NotFound, format!("The history has no schema {hash}"), why)
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
