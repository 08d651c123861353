mod places;
mod read;
mod revisions;

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::*;
use crate::domain::RevisionKind;

const FIRST: &str = "openapi: 3.0.1\ninfo: {title: first}\n";
const SECOND: &str = "openapi: 3.0.1\ninfo: {title: second}\n";

/// A folder with a git that knows nothing of whoever runs the tests.
struct Scene {
    home: TempDir,
    git: Git,
    /// Seconds since the first commit.
    clock: u32,
}

impl Scene {
    fn new() -> Self {
        let environment = [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")];
        let environment = environment.map(|(name, value)| (name, value.into())).to_vec();
        let git = Git { environment, ..Git::default() };
        Self { home: tempfile::tempdir().unwrap(), git, clock: 0 }
    }

    /// A repository in the folder `repository` with the file in two commits, `v1` on the first and `v2` on the second.
    fn with_two_versions(file: &str) -> Self {
        let mut scene = Self::new();
        scene.run(".", &["init", "--quiet", "--initial-branch=main", "repository"]);
        scene.commit(file, FIRST, "Begin");
        scene.run("repository", &["tag", "v1"]);
        scene.commit(file, SECOND, "Go on");
        scene.run("repository", &["tag", "--annotate", "--message=The second", "v2"]);
        scene
    }

    fn path(&self, below: &str) -> PathBuf {
        self.home.path().join(below)
    }

    fn run(&self, folder: &str, arguments: &[&str]) -> String {
        let date = format!("{} +0000", 1_790_000_000 + self.clock);
        let mut command = Command::new("git");
        command.arg("-C").arg(self.path(folder)).args(["-c", "protocol.file.allow=always"]).args(arguments);
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Ann").env(format!("GIT_{who}_EMAIL"), "ann@example.com");
            command.env(format!("GIT_{who}_DATE"), &date);
        }
        let output = command
            .envs(self.git.environment.iter().map(|(name, value)| (name, value)))
            .env_remove("GIT_DIR")
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn write(&self, file: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Writes a file of the repository and commits everything.
    fn commit(&mut self, file: &str, text: impl AsRef<[u8]>, message: &str) {
        self.write(&format!("repository/{file}"), text);
        self.commit_all("repository", message);
    }

    fn commit_all(&mut self, folder: &str, message: &str) {
        self.clock += 60;
        self.run(folder, &["add", "--all"]);
        self.run(folder, &["commit", "--quiet", "--message", message]);
    }

    fn at(&self, file: &str, revision: &str) -> Result<SchemaSource, Problem> {
        committed(&self.git, &self.path(file), revision)
    }

    fn on_disk(&self, file: &str) -> Result<SchemaSource, Problem> {
        on_disk(&self.git, &self.path(file))
    }

    /// The revisions of a file, as `kind name: subject`.
    fn list(&self, file: &str) -> Vec<String> {
        let revisions = refs::revisions(&self.git, &self.path(file)).unwrap();
        let is_commit = |revision: &Revision| revision.kind == RevisionKind::Commit;
        let line = |revision: &Revision| {
            let name = if is_commit(revision) { "" } else { &revision.name };
            format!("{} {name}: {}", revision.kind.as_str(), revision.subject)
        };
        revisions.iter().map(line).collect()
    }
}

fn text(source: Result<SchemaSource, Problem>) -> String {
    source.unwrap().text.to_string()
}

fn told(problem: &Problem) -> String {
    format!("{}\n{}\n{}", problem.what, problem.why, problem.advice.join("\n"))
}
