//! One write to an API at a time.

use std::collections::btree_map::Entry;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use super::folder::{Folder, contents, owned};
use super::{Memory, held, nothing_sent};
use crate::domain::{Problem, ProblemKind, Target};
use crate::files;

/// Held while a write to one API is under way; no other apigw on this machine can take it.
#[derive(Debug)]
pub struct WriteLock(Held);

#[derive(Debug)]
enum Held {
    /// The kernel lets go when the file is closed, and so when the process dies.
    File(File),
    Memory(Arc<Mutex<Memory>>, String),
}

impl Drop for WriteLock {
    fn drop(&mut self) {
        match &self.0 {
            // Said and not left to closing: a git that is being started has the file, too, for a moment. What fails here only
            // leaves an old name behind, as the kernel lets go of a closed file.
            Held::File(file) => drop(file.set_len(0).and_then(|()| file.unlock())),
            Held::Memory(memory, name) => drop(held(memory).locks.remove(name)),
        }
    }
}

pub(super) fn in_folder(folder: &Folder, target: &Target) -> Result<WriteLock, Problem> {
    let locks = folder.locks();
    folder.make(&locks).map_err(nothing_sent)?;
    let path = locks.join(name(target));
    let cannot = |error: std::io::Error| nothing_sent(files::cannot_write(&path, &error));
    let mut file =
        owned(OpenOptions::new().create(true).truncate(false).write(true)).open(&path).map_err(cannot)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let holder = contents(&path).ok().flatten().unwrap_or_default();
            return Err(taken(target, &String::from_utf8_lossy(&holder)));
        }
        Err(TryLockError::Error(error)) => return Err(cannot(error)),
    }
    file.set_len(0).and_then(|()| file.write_all(who().as_bytes())).map_err(cannot)?;
    Ok(WriteLock(Held::File(file)))
}

pub(super) fn in_memory(memory: &Arc<Mutex<Memory>>, target: &Target) -> Result<WriteLock, Problem> {
    let name = name(target);
    match held(memory).locks.entry(name.clone()) {
        Entry::Occupied(holder) => return Err(taken(target, holder.get())),
        Entry::Vacant(free) => free.insert(who()),
    };
    Ok(WriteLock(Held::Memory(Arc::clone(memory), name)))
}

/// The lock's name, the same for all stages of an API: a deploy is preceded by a push, and that is to all of them.
fn name(target: &Target) -> String {
    let name = format!("{}-{}-{}", target.account, target.region, target.api_id);
    name.replace(|character: char| !character.is_ascii_alphanumeric() && character != '-', "_")
}

fn who() -> String {
    format!("process {}, since {}", std::process::id(), Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ"))
}

fn taken(target: &Target, holder: &str) -> Problem {
    let api = format!("{} ({})", target.api_name, target.api_id);
    let holder = if holder.is_empty() { "" } else { &format!(" ({holder})") };
    Problem::new(
        ProblemKind::Conflict,
        format!("A write to {api} is under way"),
        format!("Another apigw on this machine has it{holder}."),
    )
    .advise("Nothing was sent. Wait until the other write has ended, then make a new plan.")
}
