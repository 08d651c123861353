//! A file's revisions, through the user's own git.

use std::path::Path;

use crate::domain::{Problem, Revision, SchemaChoice, SchemaSource};

/// The revisions that the file can be read from, working tree first, then branches, tags (newest release first) and the last commits
/// that changed it. Blocks.
pub fn revisions(_file: &Path) -> Result<Vec<Revision>, Problem> {
    todo!()
}

/// Reads the text that is meant. Blocks. A file outside any repository, or without git on the machine, is read from disk as long as
/// no revision is asked for.
pub fn read(_choice: &SchemaChoice) -> Result<SchemaSource, Problem> {
    todo!()
}
