//! Questions to the person at the terminal, and what stands on stdin. Questions go past the pipes, to the terminal itself; where
//! nobody sits, nothing is asked.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use secrecy::zeroize::Zeroizing;

use super::choice::usage;
use crate::domain::{Problem, ProblemKind, Secret};
use crate::text;

/// The terminal of the process, whatever its stdin and stdout are.
#[cfg(unix)]
const TERMINAL: [&str; 2] = ["/dev/tty", "/dev/tty"];
#[cfg(not(unix))]
const TERMINAL: [&str; 2] = ["CONIN$", "CONOUT$"];

/// What is typed at most, in bytes: more than any secret has.
const LONGEST_SECRET: usize = 16 * 1024;

/// What may come on stdin at most, in bytes: a secret and a session token with room to spare.
const LONGEST_SECRETS: u64 = 64 * 1024;

/// Whether somebody is there to be asked: a script that runs without a terminal of its own is never kept waiting.
pub fn is_there() -> bool {
    (io::stdin().is_terminal() || io::stderr().is_terminal()) && terminal().is_ok()
}

fn terminal() -> io::Result<(File, File)> {
    let [input, output] = TERMINAL;
    Ok((File::open(input)?, OpenOptions::new().write(true).open(output)?))
}

/// Asks for one line, and gives it without blanks around.
pub fn line(question: &str) -> Result<String, Problem> {
    let ask = || {
        let (input, mut output) = terminal()?;
        write!(output, "{} ", text::sanitise(question))?;
        let mut answer = String::new();
        BufReader::new(input).read_line(&mut answer)?;
        Ok(answer)
    };
    ask().map(|answer: String| answer.trim().to_owned()).map_err(|error| unanswered(&error))
}

/// Whether the answer is yes; anything else is no.
pub fn agrees(question: &str) -> Result<bool, Problem> {
    let answer = line(&format!("{question} [y/N]"))?;
    Ok(["y", "yes"].contains(&answer.to_lowercase().as_str()))
}

/// Asks for something that is not shown while it is typed. Echo is off before the question stands there, so that nothing typed
/// at once is shown; and it is on again whatever comes.
pub fn secret(question: &str) -> Result<Secret, Problem> {
    let ask = || {
        let (_, mut output) = terminal()?;
        let _quiet = Quiet::begin()?;
        write!(output, "{} ", text::sanitise(question))?;
        let typed = typed();
        write!(output, "\r\n")?;
        typed
    };
    ask().map_err(|error| unanswered(&error))
}

/// A terminal that gives each key and shows none, until this is dropped.
struct Quiet;

impl Quiet {
    fn begin() -> io::Result<Self> {
        enable_raw_mode().map(|()| Self)
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing back.
        let _ = disable_raw_mode();
    }
}

/// What is typed up to enter, blanks around it left out.
fn typed() -> io::Result<Secret> {
    // Large enough that it does not move, and leave a copy behind, while it grows.
    let mut line = Zeroizing::new(String::with_capacity(LONGEST_SECRET));
    loop {
        let Event::Key(key) = event::read()? else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        match (key.code, key.modifiers.contains(KeyModifiers::CONTROL)) {
            // The end of a line that was pasted is ctrl-j.
            (KeyCode::Enter, _) | (KeyCode::Char('j'), true) => break,
            (KeyCode::Char('c' | 'd'), true) => return Err(io::Error::from(io::ErrorKind::Interrupted)),
            (KeyCode::Char('u'), true) => line.clear(),
            (KeyCode::Backspace, _) => drop(line.pop()),
            (KeyCode::Char(character), false) if line.len() + character.len_utf8() <= LONGEST_SECRET => {
                line.push(character);
            }
            _ => {}
        }
    }
    Ok(Secret::new(line.trim().to_owned()))
}

/// The lines on stdin, which is a file or a pipe; each is a secret.
pub fn secrets_on_stdin() -> Result<Vec<Secret>, Problem> {
    let mut text = String::new();
    let read = io::stdin().lock().take(LONGEST_SECRETS).read_to_string(&mut text);
    // Wrapped at once, so that the text is wiped when it is no longer needed.
    let text = Secret::new(text);
    read.map_err(|_| usage("Cannot read the secret", "What stands on stdin is no text in UTF-8."))?;
    Ok(text.expose().lines().map(|line| Secret::new(line.trim().to_owned())).collect())
}

/// Whether stdin is the person's keyboard.
pub fn types_on_stdin() -> bool {
    io::stdin().is_terminal()
}

fn unanswered(error: &io::Error) -> Problem {
    let why = match error.kind() {
        io::ErrorKind::Interrupted => String::new(),
        _ => error.to_string(),
    };
    Problem::new(ProblemKind::Cancelled, "There was no answer", why)
}
