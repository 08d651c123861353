//! Entries of the history: as JSON, as a table, and one whole.

use serde_json::{Value, json};

use crate::cli::output::{Format, time_json, wrap};
use crate::cli::table::{self, Cell, Column, Shrink, Tone};
use crate::cli::write::target_json;
use crate::domain::{HistoryEntry, Kept, WriteResult};
use crate::text;

/// `1 entry`, `2 entries`.
pub fn count(number: usize) -> String {
    if number == 1 { "1 entry".to_owned() } else { format!("{} entries", text::grouped(number)) }
}

/// An entry as JSON; `result` is `null` while nobody knows how it ended.
pub fn entry_json(entry: &HistoryEntry) -> Value {
    let ended = entry.ended.as_ref();
    json!({
        "id": entry.id,
        "at": time_json(Some(entry.at)),
        "act": entry.act.as_str(),
        "nickname": entry.nickname,
        "who": entry.who,
        "target": target_json(&entry.target),
        "from_stage": entry.from_stage,
        "source": {
            "file": entry.file,
            "revision": entry.revision,
            "commit": entry.commit,
        },
        "description": entry.description,
        "deployment_before": entry.deployment_before,
        "deployment_id": entry.deployment_id,
        "result": ended.map(|ended| ended.result.as_str()),
        "ended": time_json(ended.map(|ended| ended.at)),
        "note": ended.map(|ended| &ended.note),
        "kept": kept(entry).into_iter().map(Kept::as_str).collect::<Vec<_>>(),
    })
}

/// The schemas that are kept of an entry.
fn kept(entry: &HistoryEntry) -> Vec<Kept> {
    let hash = |which: &Kept| match which {
        Kept::Source => &entry.source,
        Kept::Pushed => &entry.pushed,
        Kept::Replaced => &entry.replaced,
    };
    Kept::ALL.into_iter().filter(|which| hash(which).is_some()).collect()
}

const COLUMNS: [Column; 6] = [
    Column::words("ENTRY"),
    Column::words("WHEN"),
    Column::words("WHAT"),
    Column::words("STAGE").shrinking(Shrink::End(7)),
    Column::words("DEPLOYMENT").shrinking(Shrink::Middle(6)),
    Column::words("RESULT"),
];

/// The entries in lines, as they come, each with its source and who did it below; a line that says so where there are none.
pub fn table(entries: &[HistoryEntry], format: &Format) -> Vec<String> {
    if entries.is_empty() {
        return vec!["Nothing was imported, exported or deployed from here.".to_owned()];
    }
    let rows: Vec<_> = entries.iter().map(|entry| row(entry, format)).collect();
    let table = table::lines(&COLUMNS, &rows, format.width, format.ink);
    let below = entries.iter().map(|entry| Some(text::fit(&origin(entry), format.width).into_owned()));
    // The first line holds the titles.
    let below = std::iter::once(None).chain(below);
    table.into_iter().zip(below).flat_map(|(line, below)| std::iter::once(line).chain(below)).collect()
}

fn row(entry: &HistoryEntry, format: &Format) -> Vec<Cell> {
    vec![
        Cell::new(&entry.id),
        Cell::new(text::age(entry.at, format.now)),
        Cell::new(entry.act.as_str().replace('_', " ")),
        Cell::or_none(entry.target.stage.as_ref()),
        Cell::or_none(entry.deployment_id.as_ref()),
        result(entry),
    ]
}

/// `  orders.yaml at v2.3.0 (9f2c1ab), by deployer/ana`.
fn origin(entry: &HistoryEntry) -> String {
    let source = source(entry).map(|source| format!("{source}, ")).unwrap_or_default();
    text::sanitise(&format!("  {source}by {}", entry.by())).into_owned()
}

fn result(entry: &HistoryEntry) -> Cell {
    match entry.ended.as_ref().map(|ended| ended.result) {
        None => Cell::toned("under way", Tone::Warning),
        Some(result @ (WriteResult::Failed | WriteResult::Unknown)) => {
            Cell::toned(result.as_str(), Tone::Danger)
        }
        Some(result) => Cell::new(result.as_str()),
    }
}

/// The file and what of it: `orders.yaml at v2.3.0 (9f2c1ab)`.
fn source(entry: &HistoryEntry) -> Option<String> {
    let commit = entry.commit.as_deref().map(|commit| commit.get(..7).unwrap_or(commit));
    let file = entry.file.as_deref()?;
    let revision = entry.revision.as_ref().map(|revision| format!(" at {revision}")).unwrap_or_default();
    Some(commit.map_or_else(|| format!("{file}{revision}"), |commit| format!("{file}{revision} ({commit})")))
}

/// An entry whole.
pub fn page(entry: &HistoryEntry, format: &Format) -> String {
    let ended = entry.ended.as_ref();
    let target = &entry.target;
    let api = format!("{} {} ({})", target.api_type.label(), target.api_name, target.api_id);
    let kept: Vec<&str> = kept(entry).into_iter().map(Kept::as_str).collect();
    let facts = [
        ("what", Some(entry.act.as_str().replace('_', " "))),
        ("when", Some(text::local_minute(entry.at, &format.zone))),
        ("who", Some(entry.who.clone())),
        ("connection", Some(entry.nickname.clone())),
        ("account", Some(target.account.clone())),
        ("region", Some(target.region.clone())),
        ("API", Some(api)),
        ("from stage", entry.from_stage.clone()),
        ("stage", target.stage.clone()),
        ("source", source(entry)),
        ("description", entry.description.clone()),
        ("before", entry.deployment_before.clone()),
        ("deployment", entry.deployment_id.clone()),
        ("result", Some(ended.map_or("under way", |ended| ended.result.as_str()).to_owned())),
        ("note", ended.map(|ended| ended.note.clone()).filter(|note| !note.is_empty())),
        ("kept", Some(kept.join(", ")).filter(|kept| !kept.is_empty())),
    ];
    let mut lines = vec![text::sanitise(&entry.id).into_owned()];
    for (word, fact) in facts {
        let Some(fact) = fact else { continue };
        let wrapped = text::sanitise_lines(&fact).into_iter();
        let wrapped = wrapped.flat_map(|line| wrap(&line, format.width.saturating_sub(14)));
        for (index, line) in wrapped.enumerate() {
            let word = if index == 0 { word } else { "" };
            lines.push(format!("  {word:11} {line}"));
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::json_text;
    use crate::cli::samples::{entries, format};

    #[test]
    fn the_table_fits_80_columns_and_tells_what_nobody_saw_the_end_of() {
        let lines = table(&entries(), &format(80));
        assert!(lines.iter().all(|line| text::width(line) <= 80), "{}", lines.join("\n"));
        insta::assert_snapshot!(lines.join("\n"));
        assert_eq!(table(&[], &format(80)).len(), 1);
    }

    #[test]
    fn an_entry_is_shown_whole() {
        insta::assert_snapshot!(page(&entries()[1], &format(80)));
    }

    #[test]
    fn an_entry_in_json_has_all_its_parts() {
        insta::assert_snapshot!(json_text(&entry_json(&entries()[1])));
        assert_eq!(entry_json(&entries()[0])["result"], Value::Null);
    }
}
