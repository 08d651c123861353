//! What reaches stdout and stderr: results on one, problems on the other, and nothing when nobody reads any more.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::table::{Ink, Tone};
use crate::config::ColorChoice;
use crate::domain::{Denied, Problem, ProblemKind};
use crate::text;

/// Who reads the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A person.
    Person,
    /// A program: JSON.
    Program,
}

/// How a result is written for a person.
#[derive(Clone, Debug)]
pub struct Format {
    /// Columns of the terminal; without one, nothing is cut.
    pub width: usize,
    /// Whether charts are drawn with ASCII alone.
    pub ascii: bool,
    /// Whether colours may be used.
    pub ink: Ink,
    /// Whether colours may be used for problems, on stderr.
    pub problem_ink: Ink,
    /// The zone of the times shown.
    pub zone: TimeZone,
    /// The time that ages are counted from.
    pub now: Timestamp,
}

impl Format {
    /// The format for the process's stdout.
    pub fn of_stdout(color: ColorChoice, now: Timestamp) -> Self {
        let terminal = io::stdout().is_terminal();
        let columns = || Some(usize::from(crossterm::terminal::size().ok().filter(|_| terminal)?.0));
        Self {
            width: columns_asked_for().or_else(columns).filter(|columns| *columns > 0).unwrap_or(usize::MAX),
            ascii: false,
            ink: ink(color, terminal && !no_color()),
            problem_ink: stderr_ink(color),
            zone: TimeZone::system(),
            now,
        }
    }
}

/// `COLUMNS`, which a person exports to have tables of that width in a pipe too.
fn columns_asked_for() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok()
}

/// `NO_COLOR` counts when it is not empty, as <https://no-color.org> has it.
pub fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

fn ink(color: ColorChoice, welcome: bool) -> Ink {
    match color {
        ColorChoice::Always => Ink::Colour,
        ColorChoice::Auto if welcome => Ink::Colour,
        ColorChoice::Auto | ColorChoice::Never => Ink::Plain,
    }
}

/// Writes a result to stdout. That the reader went away (`| head`) is no problem.
pub fn print(result: &str) -> Result<(), Problem> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(result.as_bytes()).and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Problem::new(ProblemKind::Local, "Cannot write the result", error.to_string())
                .advise("Look where stdout goes: is the disk full?"))
        }
        _ => Ok(()),
    }
}

/// Writes a document to stdout: as it is into a file or a pipe, made safe to look at on a terminal.
pub fn print_document(document: &str) -> Result<(), Problem> {
    if document.is_empty() {
        return Ok(());
    }
    if io::stdout().is_terminal() {
        return print(&(text::sanitise_lines(document).join("\n") + "\n"));
    }
    let end = if document.ends_with('\n') { "" } else { "\n" };
    print(&format!("{document}{end}"))
}

/// The text in lines of that many columns, broken between words alone: half a URL or an id helps nobody.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    wrap_below(text, columns, 0)
}

/// The same, with the lines after the first indented.
pub fn wrap_below(text: &str, columns: usize, indent: usize) -> Vec<String> {
    let indent = " ".repeat(indent);
    let options = textwrap::Options::new(columns.max(1))
        .subsequent_indent(&indent)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace);
    textwrap::wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// Writes lines to stderr, as far as it goes.
pub fn note(lines: &[String]) {
    let mut stderr = io::stderr().lock();
    for line in lines {
        // Nobody is left to be told when stderr fails.
        let _ = writeln!(stderr, "{line}");
    }
}

/// How far a long read has come: one line on stderr that is rewritten, on a terminal only.
pub struct Progress {
    shown: bool,
}

impl Progress {
    /// Shows itself if stderr is a terminal.
    pub fn on_stderr() -> Self {
        Self { shown: io::stderr().is_terminal() }
    }

    /// So many deployments are read.
    pub fn show(&self, count: usize) {
        self.say(&format!("{} read", text::plural(count, "deployment")));
    }

    /// What is being done.
    pub fn say(&self, what: &str) {
        self.write(&format!("\r\x1b[K{what}"));
    }

    /// Takes the line away.
    pub fn clear(&self) {
        self.write("\r\x1b[K");
    }

    fn write(&self, text: &str) {
        if self.shown {
            let mut stderr = io::stderr().lock();
            let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
        }
    }
}

/// Tells a problem that ended a command: on stderr, or as `{"problem": {...}}` on stdout when a program reads.
pub fn report(problem: &Problem, reader: Reader, color: ColorChoice) {
    match reader {
        Reader::Person => note(&problem_lines(problem, stderr_ink(color))),
        Reader::Program => {
            let _ = print(&json_text(&json!({ "problem": problem_json(problem) })));
        }
    }
}

/// Colours for stderr follow its own terminal: whoever wants colour in a result always does not want it in a file of
/// errors. Never is never.
fn stderr_ink(color: ColorChoice) -> Ink {
    let color = if color == ColorChoice::Never { color } else { ColorChoice::Auto };
    ink(color, io::stderr().is_terminal() && !no_color())
}

/// A problem in lines: what happened, why, what to do, and the policy statement that would allow it.
pub fn problem_lines(problem: &Problem, ink: Ink) -> Vec<String> {
    let mut lines = vec![format!("{} {}", Tone::Danger.paint("error:", ink), text::sanitise(&problem.what))];
    lines.extend(text::sanitise_lines(&problem.why).into_iter().map(|line| format!("  {line}")));
    for step in &problem.advice {
        lines.extend(text::sanitise_lines(step).into_iter().map(|line| format!("  -> {line}")));
    }
    if let Some(statement) = problem.denied.as_ref().and_then(Denied::statement) {
        lines.push("  The statement that allows it:".to_owned());
        lines.push(format!("     {}", text::sanitise(&statement)));
    }
    lines
}

/// The object `problem` of every JSON output.
pub fn problem_json(problem: &Problem) -> Value {
    let denied = problem.denied.as_ref();
    json!({
        "kind": problem.kind.as_str(),
        "message": problem.what,
        "why": problem.why,
        "advice": problem.advice,
        "action": denied.map(|denied| &denied.action),
        "resource": denied.map(|denied| &denied.resource),
    })
}

/// A count in JSON: an integer when it is whole, `null` when it is absent.
pub fn count_json(count: Option<f64>) -> Value {
    match count {
        Some(whole) if whole.fract() == 0.0 && whole.abs() < 9e15 => Value::from(whole as i64),
        other => Value::from(other),
    }
}

/// A time in JSON: RFC 3339 in UTC, to the second.
pub fn time_json(at: Option<Timestamp>) -> Value {
    let seconds = at.and_then(|at| Timestamp::from_second(at.as_second()).ok());
    Value::from(seconds.map(|at| at.to_string()))
}

/// The JSON as text. It may end up on a terminal, so that characters that could command one are escaped, which changes
/// nothing for a parser.
pub fn json_text(value: &Value) -> String {
    let pretty = format!("{value:#}\n");
    if !pretty.contains(|c| c != '\n' && text::is_unsafe(c)) {
        return pretty;
    }
    let mut safe = String::with_capacity(pretty.len() + 16);
    for character in pretty.chars() {
        if character != '\n' && text::is_unsafe(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(character);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied() -> Problem {
        Problem {
            denied: Some(Denied {
                action: "apigateway:GET".into(),
                resource: "arn:aws:apigateway:eu-west-1::/apis/a1".into(),
                explicit: false,
            }),
            ..Problem::new(
                ProblemKind::Permission,
                "Cannot read the stages of orders (a1) in eu-west-1",
                "User: arn:aws:iam::1:user/\u{1b}[31mana is not authorized\nbecause no policy allows it",
            )
            .advise("Ask whoever manages the policies of ana.")
        }
    }

    #[test]
    fn a_problem_is_told_with_the_statement_to_add() {
        insta::assert_snapshot!(problem_lines(&denied(), Ink::Plain).join("\n"), @r#"
        error: Cannot read the stages of orders (a1) in eu-west-1
          User: arn:aws:iam::1:user/\u{1b}[31mana is not authorized
          because no policy allows it
          -> Ask whoever manages the policies of ana.
          The statement that allows it:
             {"Effect":"Allow","Action":"apigateway:GET","Resource":"arn:aws:apigateway:eu-west-1::/apis/a1"}
        "#);
    }

    #[test]
    fn a_problem_in_json_has_all_its_parts() {
        insta::assert_snapshot!(json_text(&problem_json(&denied())), @r#"
        {
          "kind": "permission",
          "message": "Cannot read the stages of orders (a1) in eu-west-1",
          "why": "User: arn:aws:iam::1:user/\u001b[31mana is not authorized\nbecause no policy allows it",
          "advice": [
            "Ask whoever manages the policies of ana."
          ],
          "action": "apigateway:GET",
          "resource": "arn:aws:apigateway:eu-west-1::/apis/a1"
        }
        "#);
    }

    #[test]
    fn json_commands_no_terminal_and_says_the_same() {
        let value = json!({ "name": "a\u{9b}31m\u{202e}\u{e0041}規" });
        let text = json_text(&value);
        assert!(!text.chars().any(|c| c != '\n' && crate::text::is_unsafe(c)), "{text:?}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn whole_counts_are_integers_and_absent_ones_null() {
        let shown = [Some(12_040.0), Some(0.5), None].map(|count| count_json(count).to_string());
        assert_eq!(shown, ["12040", "0.5", "null"]);
    }

    #[test]
    fn a_time_in_json_is_utc_to_the_second() {
        let at = "2026-11-22T11:04:00.999+01:00".parse().ok();
        assert_eq!(time_json(at), json!("2026-11-22T10:04:00Z"));
        assert_eq!(time_json(None), Value::Null);
    }

    #[test]
    fn colour_is_asked_for_or_welcome() {
        assert_eq!(ink(ColorChoice::Always, false), Ink::Colour);
        assert_eq!(ink(ColorChoice::Auto, true), Ink::Colour);
        assert_eq!(ink(ColorChoice::Auto, false), Ink::Plain);
        assert_eq!(ink(ColorChoice::Never, true), Ink::Plain);
    }
}
