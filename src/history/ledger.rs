//! The ledger: lines appended one after the other, and what they come to.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};

use super::entry::Line;
use super::folder::{Folder, contents, owned};
use super::{broken, schemas};
use crate::domain::{HistoryEntry, Problem};
use crate::files;

/// What was read of the ledger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    /// Every entry, newest first.
    pub entries: Vec<HistoryEntry>,
    /// Lines that could not be read, as notes for a person: `line 12 of history.jsonl is torn; it was skipped`.
    pub notes: Vec<String>,
}

impl Ledger {
    /// Joins the lines of a ledger. Any text will do: what is no line of a ledger becomes a note.
    pub(super) fn parse(text: &[u8]) -> Self {
        let mut ledger = Self::default();
        let mut places = HashMap::new();
        for (number, line) in lines(text) {
            if let Err(why) = line.and_then(|line| ledger.take_in(&mut places, line)) {
                ledger.notes.push(format!("line {number} of history.jsonl {why}; it was skipped"));
            }
        }
        // The later of two lines is the newer entry when both began at the same time.
        ledger.entries.reverse();
        ledger.entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
        ledger
    }

    fn take_in(&mut self, places: &mut HashMap<String, usize>, line: Line) -> Result<(), &'static str> {
        let begun = places.get(line.id()).and_then(|&place| self.entries.get_mut(place));
        match (line, begun) {
            (Line::Begun(entry), None) => {
                places.insert(entry.id.clone(), self.entries.len());
                self.entries.push(entry);
            }
            (Line::Begun(_), Some(_)) => return Err("begins an entry that has begun"),
            (_, None) => return Err("is about an entry that is not there"),
            (Line::Deployment { deployment_id, .. }, Some(entry)) => {
                entry.deployment_id = Some(deployment_id);
            }
            (Line::Ended { ended, .. }, Some(entry)) => entry.ended = Some(ended),
        }
        Ok(())
    }
}

/// The lines of a ledger with their numbers, or what is wrong with each.
fn lines(text: &[u8]) -> impl Iterator<Item = (usize, Result<Line, &'static str>)> {
    let ends_whole = text.last().is_none_or(|&byte| byte == b'\n');
    let last = text.split(|&byte| byte == b'\n').count();
    let numbered =
        text.split(|&byte| byte == b'\n').zip(1..).filter(|(line, _)| !line.trim_ascii().is_empty());
    numbered.map(move |(line, number)| {
        let line = serde_json::from_slice(line).map_err(|error| match error.is_data() {
            true => "says something that this apigw does not know",
            false if number == last && !ends_whole => "is torn",
            false => "is damaged",
        });
        (number, line)
    })
}

/// The text of the ledger; empty where there is none.
pub(super) fn read(folder: &Folder) -> Result<Vec<u8>, Problem> {
    if !folder.is_there()? {
        return Ok(Vec::new());
    }
    let path = folder.ledger();
    let text = contents(&path).map_err(|error| broken(format!("Cannot read {}", path.display()), error))?;
    Ok(text.unwrap_or_default())
}

/// Adds lines at the end, on the disk for good when this returns; refused when one of these schemas is not kept.
pub(super) fn append(folder: &Folder, lines: &str, named: &[&String]) -> Result<(), Problem> {
    let _lock = folder.lock()?;
    for hash in named {
        schemas::must_be_kept(folder, hash)?;
    }
    let path = folder.ledger();
    let is_new = !path.exists();
    owned(OpenOptions::new().create(true).read(true).append(true))
        .open(&path)
        .and_then(|mut file| append_to(&mut file, lines))
        .and_then(|()| if is_new { files::sync_folder(files::folder_of(&path)) } else { Ok(()) })
        .map_err(|error| files::cannot_write(&path, &error))
}

fn append_to(file: &mut File, lines: &str) -> io::Result<()> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut last = [b'\n'];
    if length > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    // What a killed apigw left of its last line stays a line of its own.
    let parted = if last == [b'\n'] { lines.to_owned() } else { format!("\n{lines}") };
    let appended = file.write_all(parted.as_bytes()).and_then(|()| file.sync_all());
    if appended.is_err() {
        // Half a line on a full disk is of no use; if it cannot be taken back it is skipped when read.
        let _ = file.set_len(length);
    }
    appended
}
