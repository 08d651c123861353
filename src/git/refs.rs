//! The revisions of a file: branches, tags and commits that have it.

use std::ffi::OsStr;
use std::path::Path;

use jiff::Timestamp;

use super::command::Git;
use super::place::Place;
use crate::domain::{Problem, Revision, RevisionKind};

/// How many commits are listed.
const COMMITS: &str = "--max-count=50";

/// A commit as a line: full id, short id, time, first line of the message.
const COMMIT_LINE: &str = "--format=%H%x00%h%x00%ct%x00%s";

/// A branch or tag as a line. The second of each pair of fields is of what an annotated tag is on.
const REF_LINE: &str = "--format=%(HEAD)%00%(symref)%00%(refname)%00%(refname:short)%00\
    %(objecttype)%00%(objectname)%00%(committerdate:unix)%00%(contents:subject)%00\
    %(*objecttype)%00%(*objectname)%00%(*committerdate:unix)%00%(*contents:subject)";

pub(super) fn revisions(git: &Git, file: &Path) -> Result<Vec<Revision>, Problem> {
    let place = Place::find(git, file)?;
    let mut candidates = branches_and_tags(&place)?;
    if place.commit("HEAD").is_ok() {
        candidates.extend(commits(&place, &[COMMITS, "HEAD"])?);
    }
    let mut revisions = Vec::new();
    if place.file().is_file() {
        revisions.push(Revision {
            kind: RevisionKind::WorkingTree,
            name: String::new(),
            commit: None,
            at: None,
            subject: String::new(),
        });
    }
    let have_it = have_it(&place, &candidates)?;
    revisions.extend(
        candidates.into_iter().zip(have_it).filter(|(_, has_it)| *has_it).map(|(revision, _)| revision),
    );
    Ok(revisions)
}

/// The names of all branches and tags.
pub(super) fn names(place: &Place) -> Result<Vec<String>, Problem> {
    Ok(branches_and_tags(place)?.into_iter().map(|revision| revision.name).collect())
}

/// The newest commit of any branch or tag that changed the file and left it there.
pub(super) fn newest_with(place: &Place) -> Result<Option<Revision>, Problem> {
    Ok(commits(place, &["--max-count=1", "--diff-filter=AMT", "--all"])?.pop())
}

/// Branches, the current one first, then those of remotes, then tags; the newest first of each.
fn branches_and_tags(place: &Place) -> Result<Vec<Revision>, Problem> {
    let mut found = Vec::new();
    for (kind, below) in [
        (RevisionKind::Branch, "refs/heads"),
        (RevisionKind::Branch, "refs/remotes"),
        (RevisionKind::Tag, "refs/tags"),
    ] {
        let listed =
            place.run(&["for-each-ref", "--sort=refname", "--sort=-creatordate", REF_LINE, below])?;
        let listed = String::from_utf8_lossy(&listed);
        let mut refs: Vec<(bool, Revision)> = listed.lines().filter_map(|line| a_ref(kind, line)).collect();
        refs.sort_by_key(|(is_current, _)| !is_current);
        found.extend(refs.into_iter().map(|(_, revision)| revision));
    }
    Ok(found)
}

/// A branch or tag, and whether it is checked out; `None` for what is on no commit, and for `origin/HEAD`, which is another's name.
fn a_ref(kind: RevisionKind, line: &str) -> Option<(bool, Revision)> {
    let fields: Vec<&str> = line.split('\0').collect();
    let [head, symref, _, name, own @ ..] = fields.as_slice() else { return None };
    let (own, peeled) = own.split_at_checked(4)?;
    let commit = [own, peeled].into_iter().find(|fields| fields.first() == Some(&"commit"))?;
    let [_, id, at, subject] = commit else { return None };
    let revision = Revision {
        kind,
        name: (*name).to_owned(),
        commit: Some((*id).to_owned()),
        at: time(at),
        subject: (*subject).to_owned(),
    };
    symref.is_empty().then_some((*head == "*", revision))
}

/// Commits that changed the file, the newest first.
fn commits(place: &Place, which: &[&str]) -> Result<Vec<Revision>, Problem> {
    let fixed = ["-c", "log.follow=false", "log", "--no-show-signature", "--no-color", COMMIT_LINE];
    let mut arguments: Vec<&OsStr> = fixed.iter().chain(which).map(OsStr::new).collect();
    arguments.extend([OsStr::new("--"), place.seen()]);
    let listed = place.run(&arguments)?;
    let listed = String::from_utf8_lossy(&listed);
    Ok(listed.lines().filter_map(a_commit).collect())
}

fn a_commit(line: &str) -> Option<Revision> {
    let mut fields = line.splitn(4, '\0');
    let (id, short) = (fields.next()?, fields.next()?);
    Some(Revision {
        kind: RevisionKind::Commit,
        name: short.to_owned(),
        commit: Some(id.to_owned()),
        at: time(fields.next()?),
        subject: fields.next()?.to_owned(),
    })
}

/// For each revision, whether the file is in it: one git for all of them.
fn have_it(place: &Place, revisions: &[Revision]) -> Result<Vec<bool>, Problem> {
    let path = place.path().as_encoded_bytes();
    if path.contains(&b'\n') {
        // Questions are asked by the line; reading such a file will tell.
        return Ok(vec![true; revisions.len()]);
    }
    let mut questions = Vec::new();
    for revision in revisions {
        questions.extend_from_slice(revision.commit.as_deref().unwrap_or_default().as_bytes());
        questions.push(b':');
        questions.extend_from_slice(path);
        questions.push(b'\n');
    }
    let answers = place.feed(&["cat-file", "--batch-check=%(objecttype)"], &questions)?;
    Ok(answers.split(|&byte| byte == b'\n').map(|answer| answer == b"blob").collect())
}

fn time(seconds: &str) -> Option<Timestamp> {
    seconds.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok())
}
