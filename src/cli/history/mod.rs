//! `apigw history`: what was done from this machine, and the schemas that are kept of it.

mod entries;

pub use entries::{entry_json, table};

use serde_json::{Value, json};

use super::choice::{self, one_of};
use super::compose::Composed;
use super::output::{self, Progress, Reader, time_json};
use super::status::{api_json, header};
use super::{diff, person};
use crate::domain::{Connection, HistoryEntry, Kept, Problem, ProblemKind};
use crate::text;

/// What to do with the history.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum HistoryCommand {
    /// List what was imported, exported and deployed from here
    List(ListArgs),
    /// Show an entry, or a schema that is kept of it
    Show(ShowArgs),
    /// Compare the schemas of two entries: what was pushed, else what was brought in
    Diff(DiffArgs),
    /// Forget all but the newest entries of each API, and the schemas that only the others name
    Prune(PruneArgs),
}

/// Arguments of `apigw history list`.
#[derive(clap::Args, Clone, Debug)]
pub struct ListArgs {
    /// The connection whose API it is about
    #[arg(value_name = "NICKNAME")]
    nickname: Option<String>,
}

/// Arguments of `apigw history show`.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "To push a schema back: apigw deploy NICKNAME --push-back ID")]
pub struct ShowArgs {
    /// The entry
    #[arg(value_name = "ID")]
    id: String,
    /// Print the author's schema, the merged one that was pushed, or the one it replaced
    #[arg(long, value_name = "WHICH", value_parser = one_of::<Kept>(Kept::ALL.map(Kept::as_str)))]
    schema: Option<Kept>,
}

/// Arguments of `apigw history diff`.
#[derive(clap::Args, Clone, Debug)]
#[command(
    after_help = "Exit codes: 0 nothing breaks; 1 failed; 2 usage; 3 something breaks callers or answers more of them than before."
)]
pub struct DiffArgs {
    /// The entry before
    #[arg(value_name = "OLD")]
    old: String,
    /// The entry after
    #[arg(value_name = "NEW")]
    new: String,
}

/// Arguments of `apigw history prune`.
#[derive(clap::Args, Clone, Debug)]
pub struct PruneArgs {
    /// How many entries stay of each API
    #[arg(long, value_name = "NUMBER")]
    keep: usize,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl HistoryCommand {
    /// The connection that is named.
    pub fn named(&self) -> &[String] {
        match self {
            Self::List(args) => args.nickname.as_slice(),
            Self::Show(_) | Self::Diff(_) | Self::Prune(_) => &[],
        }
    }
}

/// Does what it says.
pub fn run(composed: &Composed, command: &HistoryCommand) -> Result<u8, Problem> {
    match command {
        HistoryCommand::List(args) => list(composed, args),
        HistoryCommand::Show(args) => show(composed, args),
        HistoryCommand::Diff(args) => {
            let compared = composed.engine.compare_entries(&args.old, &args.new);
            diff::tell(composed, &composed.runtime.block_on(compared)?)
        }
        HistoryCommand::Prune(args) => prune(composed, args),
    }
}

impl Composed {
    /// Looks up how writes ended that apigw was killed in the middle of, and tells a person what it found. That AWS cannot be
    /// asked keeps nobody from what was wanted.
    pub fn tell_recovered(&self, connection: &Connection) {
        let progress = Progress::on_stderr();
        let recovered = self.runtime.block_on(async {
            let begun = self.engine.history(connection).await?;
            if begun.iter().any(|entry| entry.ended.is_none()) {
                progress.say("Looking up how a write ended");
            }
            self.engine.recover(connection).await
        });
        progress.clear();
        if self.reader == Reader::Program {
            return;
        }
        match recovered {
            Ok(entries) => output::note(&entries.iter().map(found).collect::<Vec<_>>()),
            Err(problem) => output::note(&output::problem_lines(&problem, self.format.problem_ink)),
        }
    }
}

/// What became of an entry that nobody saw the end of.
fn found(entry: &HistoryEntry) -> String {
    let (result, note) = match &entry.ended {
        Some(ended) => (ended.result.as_str(), ended.note.as_str()),
        None => ("not known yet", ""),
    };
    let stage = entry.target.stage.as_ref().map(|stage| format!(" of stage {stage}")).unwrap_or_default();
    let act = entry.act.as_str().replace('_', " ");
    let line = format!("Looked up the {act}{stage} {}: {result}. {note}", entry.id);
    text::sanitise(line.trim_end()).into_owned()
}

fn list(composed: &Composed, args: &ListArgs) -> Result<u8, Problem> {
    let connections = choice::named(composed.connections.clone(), args.nickname.as_slice());
    let connection = choice::only(connections, "history list")?;
    composed.sign_in(std::slice::from_ref(&connection))?;
    composed.tell_recovered(&connection);
    let entries = composed.runtime.block_on(composed.engine.history(&connection))?;
    match composed.reader {
        Reader::Program => {
            let json = list_json(composed, &connection, &entries);
            output::print(&output::json_text(&json))?;
        }
        Reader::Person => {
            let mut lines = vec![header(&connection, None, None, composed.format.width), String::new()];
            lines.extend(table(&entries, &composed.format));
            output::print(&(lines.join("\n") + "\n"))?;
        }
    }
    Ok(0)
}

fn list_json(composed: &Composed, connection: &Connection, entries: &[HistoryEntry]) -> Value {
    json!({
        "at": time_json(Some(composed.format.now)),
        "api": api_json(connection, None),
        "history": entries.iter().map(entry_json).collect::<Vec<_>>(),
    })
}

fn show(composed: &Composed, args: &ShowArgs) -> Result<u8, Problem> {
    if let Some(which) = args.schema {
        let schema = composed.runtime.block_on(composed.engine.kept_schema(&args.id, which))?;
        match composed.reader {
            Reader::Program => {
                let json = json!({ "id": args.id, "which": which.as_str(), "schema": schema });
                output::print(&output::json_text(&json))?;
            }
            Reader::Person => output::print_document(&schema)?,
        }
        return Ok(0);
    }
    let entry = find(composed, &args.id)?;
    match composed.reader {
        Reader::Program => output::print(&output::json_text(&entry_json(&entry)))?,
        Reader::Person => output::print(&entries::page(&entry, &composed.format))?,
    }
    Ok(0)
}

/// The entry of that id, whichever connection it is about.
fn find(composed: &Composed, id: &str) -> Result<HistoryEntry, Problem> {
    for connection in &composed.connections {
        let entries = composed.runtime.block_on(composed.engine.history(connection))?;
        if let Some(entry) = entries.into_iter().find(|entry| entry.id == id) {
            return Ok(entry);
        }
    }
    let what = format!("There is no entry {} in the history", text::sanitise(id));
    Err(Problem::new(ProblemKind::NotFound, what, "").advise("List them: apigw history list NICKNAME"))
}

fn prune(composed: &Composed, args: &PruneArgs) -> Result<u8, Problem> {
    let stay = text::plural(args.keep, "entry").replace("entrys", "entries");
    let asked =
        || person::agrees(&format!("Forget all but the newest {stay} of each API, and their schemas?"));
    let refused = |why: &str| Problem::new(ProblemKind::Refused, "Nothing was forgotten", why);
    if !args.yes {
        if composed.reader == Reader::Program || !person::is_there() {
            return Err(refused("Nobody is there to be asked.").advise("Say so beforehand: --yes"));
        }
        if !asked()? {
            return Err(refused(""));
        }
    }
    let forgotten = composed.runtime.block_on(composed.engine.prune_history(args.keep))?;
    match composed.reader {
        Reader::Program => output::print(&output::json_text(&json!({ "forgotten": forgotten })))?,
        Reader::Person => output::print(&format!("Forgot {}\n", entries::count(forgotten)))?,
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::samples::entries;

    #[test]
    fn what_was_looked_up_is_told_with_how_it_ended() {
        let entries = entries();
        assert_eq!(
            found(&entries[1]),
            "Looked up the deploy of stage prod 20261122T090400000-e9c81c72: failed. The schema was not pushed."
        );
        assert_eq!(found(&entries[0]), "Looked up the export 20261122T100200000-6ac27f68: not known yet.");
    }
}
