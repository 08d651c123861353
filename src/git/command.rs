//! Running git.

use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::domain::{Problem, ProblemKind};

/// What would lead git away from the repository that the file is in, or change how it reads a path. Hooks set some of them.
const LEFT_OUT: [&str; 12] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_EXTERNAL_DIFF",
];

/// What makes git quiet: no lock that another git would trip over, no prompt, no fetching of what a partial clone left out, messages
/// in the language they are understood in, and paths that are only paths.
const SET: [(&str, &str); 6] = [
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_LITERAL_PATHSPECS", "1"),
    ("GIT_PAGER", "cat"),
    ("LC_ALL", "C"),
];

/// The program, and what its environment has beside ours.
#[derive(Clone, Debug)]
pub(super) struct Git {
    pub program: OsString,
    pub environment: Vec<(&'static str, OsString)>,
}

impl Default for Git {
    fn default() -> Self {
        Self { program: "git".into(), environment: Vec::new() }
    }
}

impl Git {
    /// Runs a command in a folder; what it prints, or why it failed.
    pub fn run<A: AsRef<OsStr>>(
        &self,
        folder: &Path,
        arguments: &[A],
        input: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let mut command = Command::new(&self.program);
        command.arg("--no-pager").arg("-C").arg(folder);
        // A monitor of the file system would be a program that the repository's settings name.
        command.args(["-c", "core.fsmonitor=false"]).args(arguments);
        for name in LEFT_OUT {
            command.env_remove(name);
        }
        command.envs(SET).envs(self.environment.iter().map(|(name, value)| (name, value)));
        let output = exchange(&mut command, input).map_err(|error| match error.kind() {
            ErrorKind::NotFound => Failure::NoGit,
            _ => Failure::Said { code: None, words: error.to_string() },
        })?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(Failure::Said { code: output.status.code(), words })
    }
}

/// Writes on one thread and reads on the other: neither waits for a full pipe.
fn exchange(command: &mut Command, input: &[u8]) -> std::io::Result<Output> {
    let stdin = if input.is_empty() { Stdio::null() } else { Stdio::piped() };
    let mut child = command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let pipe = child.stdin.take();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A git that ended early has said why.
            let _ = pipe.map(|mut pipe| pipe.write_all(input));
        });
        child.wait_with_output()
    })
}

/// Why git did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// There is no git on this machine.
    NoGit,
    /// It ended with that code, `None` where a signal ended it, and said that.
    Said { code: Option<i32>, words: String },
}

impl Failure {
    /// Whether it said that.
    pub fn says(&self, words: &str) -> bool {
        matches!(self, Self::Said { words: said, .. } if said.contains(words))
    }

    /// As a problem with that file.
    pub fn about(&self, file: &Path) -> Problem {
        let file = file.display();
        let Self::Said { words: said, .. } = self else {
            let what = format!("Cannot read revisions of {file}");
            return Problem::new(ProblemKind::Local, what, "There is no `git` on this machine.")
                .advise("Install git, or use the file on disk.");
        };
        if self.says("not a git repository") {
            let what = format!("{file} is in no git repository");
            return Problem::new(
                ProblemKind::NotFound,
                what,
                "Revisions are read from the repository around the file.",
            )
            .advise("Use the file on disk, or name a file in a clone.");
        }
        let problem = Problem::new(ProblemKind::Local, format!("Git cannot read {file}"), said.as_str());
        if self.says("dubious ownership") {
            let trust = said.lines().map(str::trim).find(|line| line.starts_with("git config"));
            let trust = trust.unwrap_or("git config --global --add safe.directory FOLDER");
            return problem.advise(format!("If you trust that repository: {trust}"));
        }
        if ["missing", "unable to read", "bad object", "bad file", "could not get object info", "lazy fetch"]
            .iter()
            .any(|words| self.says(words))
        {
            return problem
                .advise("The clone lacks that content: git fetch --unshallow, or git fetch --refetch");
        }
        problem
    }
}
