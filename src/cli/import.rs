//! `apigw import`: brings a schema from the gateway into a file.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::choice::{self, one_of, usage};
use super::compose::Composed;
use super::output::{self, Reader, problem_json};
use super::person;
use super::write::{place, target_json};
use crate::domain::{
    Connection, Done, Import, ImportRequest, Problem, ProblemKind, SchemaFormat, WriteResult,
};
use crate::text;

/// Arguments of `apigw import`.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
Exit codes: 0 done, or nothing to change; 1 failed; 2 usage; 3 the file differs (--diff), or nobody agreed to replace it; \
4 credentials or permission.

What a replaced file said is kept: apigw history list. A file that is not there is written without a question.")]
pub struct ImportArgs {
    /// The connection to import from
    #[arg(value_name = "NICKNAME")]
    pub nickname: Option<String>,
    /// The stage whose schema it is; without one, the newest configuration, deployed or not (HTTP)
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// The file; without it the connection's schema, and where there is none stdout, as for -
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Show what would change in the file, and write nothing
    #[arg(long)]
    diff: bool,
    /// How to write it; without it, by the file's name, and JSON on stdout
    #[arg(long, value_name = "FORMAT", value_parser = one_of::<SchemaFormat>(["json", "yaml"]))]
    format: Option<SchemaFormat>,
    /// Replace a file that differs without asking
    #[arg(long, conflicts_with = "diff")]
    yes: bool,
}

impl ImportArgs {
    fn request(&self, connection: &Connection) -> Result<ImportRequest, Problem> {
        let file = match &self.output {
            Some(dash) if dash == Path::new("-") => None,
            Some(file) => Some(file.clone()),
            None => connection.schema.clone(),
        };
        if self.diff && file.is_none() {
            return Err(usage("There is no file to compare with", "")
                .advise("Name one: -o FILE")
                .advise("Or give the connection one: apigw connection edit NICKNAME --schema FILE"));
        }
        Ok(ImportRequest { stage: self.stage.clone(), file, format: self.format })
    }
}

/// Reads the schema, compares, asks and writes.
pub fn run(composed: &Composed, args: &ImportArgs) -> Result<u8, Problem> {
    let connections = choice::named(composed.connections.clone(), args.nickname.as_slice());
    let connection = choice::only(connections, "import")?;
    let request = args.request(&connection)?;
    composed.sign_in(std::slice::from_ref(&connection))?;
    let import = composed.runtime.block_on(composed.engine.plan_import(&connection, &request))?;
    let Some(file) = &request.file else { return print_schema(composed, &import) };
    if args.diff {
        return print_diff(composed, &import, file);
    }
    let saved = if differs(&import) {
        agreed(composed, &import, file, args.yes)
            .and_then(|()| composed.runtime.block_on(composed.engine.save_import(&connection, &import)))
            .map(Some)
    } else {
        Ok(None)
    };
    tell(composed, &import, file, saved)
}

/// Whether the file says something else than the gateway, or is not there.
fn differs(import: &Import) -> bool {
    import.before.is_none() || !import.diff.is_empty()
}

fn print_schema(composed: &Composed, import: &Import) -> Result<u8, Problem> {
    match composed.reader {
        Reader::Person => output::print_document(&import.text)?,
        Reader::Program => {
            let mut json = json(import, Some(WriteResult::Imported));
            json["schema"] = Value::from(&*import.text);
            output::print(&output::json_text(&json))?;
        }
    }
    Ok(0)
}

fn print_diff(composed: &Composed, import: &Import, file: &Path) -> Result<u8, Problem> {
    match composed.reader {
        Reader::Program => output::print(&output::json_text(&json(import, None)))?,
        Reader::Person if import.before.is_none() => {
            output::note(&[format!("{} is not there", named(file))]);
        }
        Reader::Person => output::print_document(&import.diff)?,
    }
    Ok(if differs(import) { 3 } else { 0 })
}

/// Whether the file may get the schema. One that is not there loses nothing.
fn agreed(composed: &Composed, import: &Import, file: &Path, yes: bool) -> Result<(), Problem> {
    if yes || import.before.is_none() {
        return Ok(());
    }
    let file = named(file);
    if composed.reader == Reader::Program || !person::is_there() {
        let what = format!("{file} says something else than the gateway");
        return Err(Problem::new(
            ProblemKind::Refused,
            what,
            "Nobody is there to be asked. Nothing was written.",
        )
        .advise("See what would change: --diff")
        .advise("Replace it: --yes"));
    }
    output::note(&text::sanitise_lines(&import.diff));
    let Import { target, .. } = import;
    if person::agrees(&format!("Replace {file} with the schema of {}?", place(target)))? {
        Ok(())
    } else {
        Err(Problem::new(ProblemKind::Refused, "Nothing was written", ""))
    }
}

fn tell(
    composed: &Composed,
    import: &Import,
    file: &Path,
    saved: Result<Option<Done>, Problem>,
) -> Result<u8, Problem> {
    let (result, entry, problem) = match saved {
        Ok(None) => (WriteResult::Unchanged, None, None),
        Ok(Some(done)) => (done.result, done.history_id, done.problem),
        Err(problem) => (WriteResult::Failed, None, Some(problem)),
    };
    let file = named(file);
    match composed.reader {
        Reader::Program => {
            let mut json = json(import, Some(result));
            json["history_id"] = Value::from(entry);
            json["problem"] = problem.as_ref().map(problem_json).into();
            output::print(&output::json_text(&json))?;
        }
        Reader::Person => match result {
            WriteResult::Unchanged => output::print(&format!("{file} says already what the gateway has\n"))?,
            WriteResult::Imported => {
                output::print(&format!("Imported {} into {file}\n", subject(import)))?;
                if let Some(entry) = entry.filter(|_| import.before.is_some() && !composed.forgets()) {
                    let command =
                        format!("apigw history show {} --schema replaced", text::shell_word(&entry));
                    output::note(&[format!("  -> What it said before: {command}")]);
                }
            }
            _ => {}
        },
    }
    if let (Reader::Person, Some(problem)) = (composed.reader, &problem) {
        output::note(&output::problem_lines(problem, composed.format.problem_ink));
    }
    Ok(problem.as_ref().map_or(0, Problem::exit_code))
}

/// `stage prod of HTTP API orders (a1b2c3d4e5) in eu-west-1, account 123456789012`.
fn subject(import: &Import) -> String {
    let place = place(&import.target);
    let subject = match &import.request.stage {
        Some(stage) => format!("stage {stage} of {place}"),
        None => format!("the newest configuration of {place}"),
    };
    text::sanitise(&subject).into_owned()
}

fn named(file: &Path) -> String {
    text::sanitise(&file.display().to_string()).into_owned()
}

fn json(import: &Import, result: Option<WriteResult>) -> Value {
    json!({
        "result": result.map(WriteResult::as_str),
        "target": target_json(&import.target),
        "file": import.request.file.as_ref().map(|file| file.display().to_string()),
        "differs": import.request.file.as_ref().map(|_| differs(import)),
        "diff": import.diff,
        "schema": null,
        "history_id": null,
        "problem": null,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::json_text;
    use crate::cli::samples::{connections, import};
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: ImportArgs,
    }

    fn request(line: &str, connection: &Connection) -> Result<ImportRequest, Problem> {
        Line::parse_from(line.split(' ')).args.request(connection)
    }

    #[test]
    fn the_file_is_the_one_named_or_the_connections_own() {
        let (orders, billing) = (&connections()[0], &connections()[1]);
        let file = |line: &str, connection| request(line, connection).unwrap().file;
        assert_eq!(file("import -o other.json", orders), Some("other.json".into()));
        assert_eq!(file("import", orders), Some("/srv/orders.yaml".into()));
        assert_eq!(file("import -o -", orders), None);
        assert_eq!(file("import", billing), None);
        assert_eq!(request("import --diff", billing).unwrap_err().exit_code(), 2);
    }

    #[test]
    fn the_json_says_whether_the_file_differs_and_how() {
        insta::assert_snapshot!(json_text(&json(&import(), None)));
        let mut same = import();
        same.diff.clear();
        assert_eq!(json(&same, None)["differs"], false);
        same.before = None;
        assert_eq!(json(&same, None)["differs"], true);
    }
}
