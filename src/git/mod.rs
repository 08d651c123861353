//! A file's revisions, through the user's own git.
//!
//! Git is run as a program: its arguments are never a shell's, a revision is never taken for an option, and neither pager, prompt,
//! network nor external diff comes into play. What is read at a revision is what was committed, unfiltered; whether a file on disk
//! differs is judged by what a commit would make of it.

use std::path::Path;

mod command;
mod content;
mod place;
mod refs;
#[cfg(test)]
mod tests;

use crate::domain::{Problem, ProblemKind, Revision, SchemaChoice, SchemaSource};
use crate::text;
use command::Git;
use place::{Entry, EntryKind, Place};

/// The revisions that the file can be read from, working tree first, then branches, tags (newest release first) and the last commits
/// that changed it. Blocks.
pub fn revisions(file: &Path) -> Result<Vec<Revision>, Problem> {
    refs::revisions(&Git::default(), file)
}

/// Reads the text that is meant. Blocks. A file outside any repository, or without git on the machine, is read from disk as long as
/// no revision is asked for.
pub fn read(choice: &SchemaChoice) -> Result<SchemaSource, Problem> {
    match &choice.revision {
        Some(revision) => committed(&Git::default(), &choice.file, revision),
        None => on_disk(&Git::default(), &choice.file),
    }
}

fn on_disk(git: &Git, file: &Path) -> Result<SchemaSource, Problem> {
    let bytes = content::from_disk(file).map_err(|problem| match Place::find(git, file) {
        Ok(place) if place.is_bare => problem
            .advise("The repository is bare, so that no file lies on disk: name a branch, tag or commit."),
        _ => problem,
    })?;
    let known = Place::find(git, file).ok().map(|place| unmodified(&place, &bytes));
    Ok(SchemaSource {
        file: file.to_owned(),
        revision: None,
        modified: known == Some(None),
        commit: known.flatten(),
        text: content::checked(&file.display().to_string(), bytes)?,
    })
}

/// The checked-out commit, if the file in it is what these bytes become when they are committed.
fn unmodified(place: &Place, bytes: &[u8]) -> Option<String> {
    let head = place.commit("HEAD").ok()?;
    let committed = place.entry(&head).ok()??;
    (place.hash(bytes).ok()? == committed.hash).then_some(head)
}

fn committed(git: &Git, file: &Path, revision: &str) -> Result<SchemaSource, Problem> {
    let place = Place::find(git, file)?;
    let commit = place.commit(revision).map_err(|problem| unknown(&place, revision, problem))?;
    let name = format!("{} at {revision}", file.display());
    let refused = |why: &str| Problem::new(ProblemKind::Usage, format!("Cannot read {name}"), why);
    let text = match place.entry(&commit)? {
        None => return Err(missing(&place, &name, &commit)),
        Some(Entry { kind: EntryKind::Folder, .. }) => return Err(refused("It is a folder there.")),
        Some(Entry { kind: EntryKind::Submodule, .. }) => return Err(refused("It is a submodule there.")),
        Some(Entry { kind: EntryKind::Link, hash, .. }) => {
            let target = String::from_utf8_lossy(&place.blob(&hash)?).into_owned();
            let why = format!("It is a symbolic link there, to {target}.");
            return Err(refused(&why).advise("Name the file that the link leads to."));
        }
        Some(Entry { kind: EntryKind::File { size }, .. }) if size > content::LIMIT => {
            return Err(content::too_large(&name));
        }
        Some(Entry { hash, .. }) => content::checked(&name, place.blob(&hash)?)?,
    };
    Ok(SchemaSource {
        file: file.to_owned(),
        revision: Some(revision.to_owned()),
        commit: Some(commit),
        modified: false,
        text,
    })
}

/// A revision that git does not know, with what may have been meant.
fn unknown(place: &Place, revision: &str, problem: Problem) -> Problem {
    if problem.kind != ProblemKind::NotFound {
        return problem;
    }
    let names = refs::names(place).unwrap_or_default();
    let problem = match text::nearest(revision, names.iter().map(String::as_str)).as_slice() {
        [] => problem,
        near => problem.advise(format!("Did you mean {}?", near.join(", "))),
    };
    if place.is_shallow() {
        return problem.advise(format!(
            "The clone is shallow and lacks most revisions: git -C {} fetch --unshallow --tags",
            place.folder().display()
        ));
    }
    problem
}

/// The file is not in that commit; says where it is, as far as that is cheap.
fn missing(place: &Place, name: &str, commit: &str) -> Problem {
    let what = format!("There is no {name}");
    let why = format!("The commit {} has no file {}.", commit.get(..12).unwrap_or(commit), place.shown());
    let mut problem = Problem::new(ProblemKind::NotFound, what, why);
    let namesakes = place.namesakes(commit).unwrap_or_default();
    if !namesakes.is_empty() {
        problem = problem.advise(format!("That revision has {}.", namesakes.join(", ")));
    }
    match refs::newest_with(place) {
        Ok(Some(revision)) => problem
            .advise(format!("The newest commit that has it is {} ({}).", revision.name, revision.subject)),
        _ => problem.advise("No branch or tag has it: commit the file, or use the one on disk."),
    }
}
