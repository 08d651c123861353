//! Forgetting old entries, and the schemas that nobody names any more.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, ErrorKind};

use serde_json::Value;

use super::folder::Folder;
use super::ledger::{self, Ledger};
use crate::domain::Problem;
use crate::files::{self, Readers};

/// Prunes the folder; nothing is made where there is none.
pub(super) fn folder(folder: &Folder, keep: usize) -> Result<usize, Problem> {
    if !folder.is_there()? {
        return Ok(0);
    }
    let _lock = folder.lock()?;
    let path = folder.ledger();
    let old = ledger::read(folder)?;
    let (text, gone) = pruned(&old, keep);
    if text.as_bytes() != old {
        files::write(&path, &text, Readers::Owner)?;
    }
    remove_unnamed(folder, &text).map_err(|error| files::cannot_write(&folder.schemas(), &error))?;
    Ok(gone)
}

/// The text without what is to be forgotten, and how many entries that is. Lines of a newer apigw stay.
pub(super) fn pruned(text: &[u8], keep: usize) -> (String, usize) {
    let mut newest: HashMap<(&str, &str, &str), usize> = HashMap::new();
    let entries = Ledger::parse(text).entries;
    let (mut kept, mut forgotten) = (HashSet::new(), HashSet::new());
    for entry in &entries {
        let target = &entry.target;
        let rank = newest.entry((&target.account, &target.region, &target.api_id)).or_default();
        *rank += 1;
        let set = if *rank <= keep || entry.ended.is_none() { &mut kept } else { &mut forgotten };
        set.insert(entry.id.as_str());
    }
    let stays = |line: &&str| match serde_json::from_str::<Value>(line) {
        Ok(line) => line["id"].as_str().is_some_and(|id| !forgotten.contains(id)),
        Err(_) => false,
    };
    let text = String::from_utf8_lossy(text);
    (text.lines().filter(stays).fold(String::new(), |kept, line| kept + line + "\n"), forgotten.len())
}

/// Removes the schemas that the ledger does not name, and what a killed apigw left of one.
fn remove_unnamed(folder: &Folder, ledger: &str) -> io::Result<()> {
    let files = match fs::read_dir(folder.schemas()) {
        Ok(files) => files,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for file in files {
        let file = file?;
        if !file.file_name().to_str().is_some_and(|name| ledger.contains(name)) {
            fs::remove_file(file.path())?;
        }
    }
    Ok(())
}
