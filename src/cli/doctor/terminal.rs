//! What the terminal can do, as far as it can be told without asking it: it may be a pipe.

use std::io::{self, IsTerminal};
use std::process::Command;

use super::Variables;
use crate::cli::checks::{passed, warned};
use crate::domain::{Check, Outcome, Problem, ProblemKind};

/// The smallest screen that is drawn, columns and rows.
const SMALLEST: (u16, u16) = (40, 10);

/// What stands on the other side of the process.
pub struct Streams {
    /// Whether stdin and stdout are a terminal.
    terminal: bool,
    /// Its columns and rows.
    size: Option<(u16, u16)>,
    /// The options of tmux that matter, when this is tmux and it answers.
    tmux: Option<Tmux>,
}

/// How tmux is set.
#[derive(Clone, Debug, PartialEq)]
struct Tmux {
    focus_events: bool,
    /// `on`, `external` or `off`.
    set_clipboard: String,
}

impl Streams {
    /// Those of this process.
    pub fn of_process() -> Self {
        let terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
        Self {
            terminal,
            size: crossterm::terminal::size().ok().filter(|_| terminal),
            tmux: std::env::var_os("TMUX").and_then(|_| Tmux::ask()),
        }
    }
}

impl Tmux {
    fn ask() -> Option<Self> {
        let option = |name: &str| {
            let answer = Command::new("tmux").args(["show-options", "-gqv", name]).output().ok()?;
            Some(String::from_utf8_lossy(&answer.stdout).trim().to_owned())
        };
        Some(Self { focus_events: option("focus-events")? == "on", set_clipboard: option("set-clipboard")? })
    }
}

/// Looks at the terminal.
pub fn checks(variables: &Variables, streams: &Streams) -> Vec<Check> {
    let mut checks = vec![kind(variables), screen(streams), colours(variables), characters(variables)];
    checks.extend(multiplexer(variables, streams));
    checks
}

fn set<'a>(variables: &'a Variables, name: &str) -> Option<&'a str> {
    variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

fn unknown(what: &str, why: &str) -> Check {
    Check { what: what.to_owned(), outcome: Outcome::Unknown(why.to_owned()) }
}

fn local(what: &str, why: &str, advice: &str) -> Problem {
    Problem::new(ProblemKind::Local, what, why).advise(advice)
}

fn kind(variables: &Variables) -> Check {
    match set(variables, "TERM") {
        Some("dumb") | None => warned(
            "TERM",
            local(
                "TERM names no terminal that can draw",
                "The screen needs one; the commands do not.",
                "Set it to what your terminal is, such as xterm-256color.",
            ),
        ),
        Some(term) => passed("TERM", term),
    }
}

fn screen(streams: &Streams) -> Check {
    const WHAT: &str = "Screen";
    match streams.size {
        _ if !streams.terminal => {
            unknown(WHAT, "stdin or stdout is no terminal here, which the screen needs")
        }
        Some((columns, rows)) if columns < SMALLEST.0 || rows < SMALLEST.1 => warned(
            WHAT,
            local(
                &format!("{columns}x{rows} is too small"),
                &format!("The screen needs {}x{}.", SMALLEST.0, SMALLEST.1),
                "Make the window larger, or its letters smaller.",
            ),
        ),
        Some((columns, rows)) => passed(WHAT, format!("{columns}x{rows}")),
        None => unknown(WHAT, "the terminal does not tell its size"),
    }
}

fn colours(variables: &Variables) -> Check {
    match (set(variables, "NO_COLOR"), set(variables, "COLORTERM")) {
        (Some(_), _) => passed("Colours", "off, by NO_COLOR"),
        (None, Some(colours)) => passed("Colours", format!("on, {colours}")),
        (None, None) => passed("Colours", "on"),
    }
}

/// The first of these that is set decides (POSIX).
fn characters(variables: &Variables) -> Check {
    let named = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| Some((*name, set(variables, name)?)));
    match named {
        Some((name, locale)) if locale.to_lowercase().replace('-', "").contains("utf8") => {
            passed("UTF-8", format!("{name}={locale}"))
        }
        _ => warned(
            "UTF-8",
            local(
                "The locale does not say UTF-8",
                "Lines and sparklines may come out as other characters.",
                "Set LANG=C.UTF-8, or ascii = true in the [settings] of the config file.",
            ),
        ),
    }
}

/// What a multiplexer between apigw and the terminal lets through: copying (OSC 52), focus and hyperlinks (OSC 8).
fn multiplexer(variables: &Variables, streams: &Streams) -> Vec<Check> {
    if set(variables, "TMUX").is_none() {
        let screen = set(variables, "STY")
            .map(|_| unknown("GNU screen", "it keeps copying, focus and hyperlinks from the terminal"));
        return Vec::from_iter(screen);
    }
    let Some(tmux) = &streams.tmux else {
        return vec![unknown("tmux", "it does not tell how it is set")];
    };
    let copying = match tmux.set_clipboard.as_str() {
        "on" => passed("tmux: copying", "set-clipboard is on"),
        other => warned(
            "tmux: copying",
            local(
                &format!("set-clipboard is {other}"),
                "What apigw copies stays in tmux, if it gets there.",
                "Write `set -g set-clipboard on` into ~/.tmux.conf.",
            ),
        ),
    };
    let focus = if tmux.focus_events {
        passed("tmux: focus", "focus-events is on")
    } else {
        let problem = local(
            "focus-events is off",
            "apigw does not see that nobody looks, and refreshes as often as ever.",
            "Write `set -g focus-events on` into ~/.tmux.conf.",
        );
        warned("tmux: focus", problem)
    };
    vec![copying, focus, unknown("tmux: hyperlinks", "from tmux 3.4 on, where the terminal has them")]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::checks::lines;
    use crate::cli::samples::format;

    fn told(variables: &[(&str, &str)], streams: &Streams) -> String {
        let variables =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        lines(&checks(&variables, streams), &format(80)).join("\n")
    }

    #[test]
    fn a_good_terminal_has_nothing_to_mend() {
        let streams = Streams { terminal: true, size: Some((120, 40)), tmux: None };
        let variables = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LANG", "de_DE.UTF-8")];
        insta::assert_snapshot!(told(&variables, &streams));
    }

    #[test]
    fn what_keeps_the_screen_from_working_is_told_with_what_to_do() {
        let tmux = Tmux { focus_events: false, set_clipboard: "external".into() };
        let streams = Streams { terminal: true, size: Some((30, 9)), tmux: Some(tmux) };
        let variables = [
            ("TERM", "dumb"),
            ("LC_ALL", "C"),
            ("LANG", "de_DE.UTF-8"),
            ("TMUX", "/tmp/tmux"),
            ("NO_COLOR", "1"),
        ];
        insta::assert_snapshot!(told(&variables, &streams));
    }

    #[test]
    fn a_pipe_has_no_size() {
        let streams = Streams { terminal: false, size: None, tmux: None };
        assert!(told(&[("STY", "1.tty")], &streams).contains("no terminal here"));
    }
}
