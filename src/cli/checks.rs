//! What was looked at and what came of it, as `apigw connection test` and `apigw doctor` print it.

use serde_json::{Value, json};

use super::output::{self, Format, problem_json};
use super::table::{Ink, Tone};
use crate::domain::{Check, Outcome, Problem};
use crate::text;

/// A check that went well, or that only tells something.
pub fn passed(what: &str, found: impl Into<String>) -> Check {
    Check { what: what.to_owned(), outcome: Outcome::Passed(found.into()) }
}

/// A check that found something worth knowing.
pub fn warned(what: &str, problem: Problem) -> Check {
    Check { what: what.to_owned(), outcome: Outcome::Warned(problem) }
}

/// A check that found something broken.
pub fn failed(what: &str, problem: Problem) -> Check {
    Check { what: what.to_owned(), outcome: Outcome::Failed(problem) }
}

/// The exit code that the worst check asks for: 4 for credentials or permission, 2 for a file that cannot be used, else 1; 0
/// when nothing failed.
pub fn exit_code<'a>(checks: impl IntoIterator<Item = &'a Check>) -> u8 {
    let code = |check: &Check| match &check.outcome {
        Outcome::Failed(problem) => problem.exit_code(),
        Outcome::Passed(_) | Outcome::Warned(_) | Outcome::Unknown(_) => 0,
    };
    checks.into_iter().map(code).max().unwrap_or(0)
}

/// A check as JSON: `outcome` is `ok`, `warning`, `failed` or `unknown`.
pub fn check_json(check: &Check) -> Value {
    let (found, problem) = match &check.outcome {
        Outcome::Passed(found) | Outcome::Unknown(found) => (Some(found), None),
        Outcome::Warned(problem) | Outcome::Failed(problem) => (None, Some(problem_json(problem))),
    };
    json!({ "check": check.what, "outcome": check.outcome.as_str(), "found": found, "problem": problem })
}

/// The checks for a person: a mark and a word, what was looked at, what came of it, and what to do.
pub fn lines(checks: &[Check], format: &Format) -> Vec<String> {
    let widest = checks.iter().map(|check| text::width(&text::sanitise(&check.what))).max().unwrap_or(0);
    checks.iter().flat_map(|check| check_lines(check, widest, format)).collect()
}

fn check_lines(check: &Check, widest: usize, format: &Format) -> Vec<String> {
    let (mark, tone) = match &check.outcome {
        Outcome::Passed(_) => ("+", Tone::Good),
        Outcome::Warned(_) => ("!", Tone::Warning),
        Outcome::Failed(_) => ("x", Tone::Danger),
        Outcome::Unknown(_) => ("?", Tone::Normal),
    };
    let label = tone.paint(&format!("{mark} {:7}", check.outcome.as_str()), format.ink);
    let what = text::sanitise(&check.what);
    let gap = " ".repeat(widest.saturating_sub(text::width(&what)));
    let line = |found: &str| format!("{label}  {what}{gap}  {}", text::sanitise(found)).trim_end().to_owned();
    match &check.outcome {
        Outcome::Passed(found) | Outcome::Unknown(found) => vec![line(found)],
        Outcome::Warned(problem) | Outcome::Failed(problem) => {
            // The first line of a problem says "error:", which the mark says already.
            let below = output::problem_lines(problem, Ink::Plain).into_iter().skip(1);
            std::iter::once(line(&problem.what)).chain(below.map(|line| format!("  {line}"))).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::json_text;
    use crate::cli::samples::{checks, format};

    #[test]
    fn each_check_has_a_mark_a_word_and_what_to_do() {
        insta::assert_snapshot!(lines(&checks(), &format(80)).join("\n"));
    }

    #[test]
    fn the_json_of_a_check_has_either_what_was_found_or_the_problem() {
        let checks: Vec<Value> = checks().iter().map(check_json).collect();
        insta::assert_snapshot!(json_text(&Value::from(checks)));
    }

    #[test]
    fn the_worst_failure_is_the_exit_code_and_warnings_are_none() {
        let checks = checks();
        assert_eq!(exit_code(&checks), 4);
        assert_eq!(exit_code(&checks[..2]), 0);
        assert_eq!(exit_code([]), 0);
    }
}
