//! What the README says is true: its keys are those of the table, its commands run, its picture is what the program draws.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use apigw::input::{Scope, in_scope};

use crate::pty::Pty;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The table of keys as the README should have it.
fn keys() -> String {
    let mut table = "| where | key | what it does |\n|---|---|---|\n".to_owned();
    for scope in Scope::ALL {
        for binding in in_scope(scope) {
            let keys: Vec<String> = binding.keys.iter().map(|key| format!("`{key}`")).collect();
            let _ = writeln!(table, "| {} | {} | {} |", scope.title(), keys.join(" "), binding.doc);
        }
    }
    table
}

#[test]
fn the_readme_lists_every_key() {
    let readme = readme();
    let (before, rest) = readme.split_once("<!-- keys -->\n").unwrap();
    let (listed, after) = rest.split_once("<!-- /keys -->").unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let mended = format!("{before}<!-- keys -->\n{}<!-- /keys -->{after}", keys());
        fs::write(root().join("README.md"), mended).unwrap();
    } else {
        assert_eq!(listed, keys(), "run the tests with UPDATE_DOCS=1 to mend the table");
    }
}

/// The lines that begin with `apigw` in the README's shell blocks.
fn commands() -> Vec<String> {
    let readme = readme();
    let blocks = readme.split("```sh\n").skip(1).filter_map(|block| block.split("```").next());
    let lines = blocks.flat_map(str::lines).filter(|line| line.starts_with("apigw "));
    lines.map(str::to_owned).collect()
}

#[test]
fn every_command_of_the_readme_runs() {
    let commands = commands();
    assert!(commands.len() > 5, "{commands:?}");
    for line in commands {
        let words: Vec<String> =
            line.split(' ').skip(1).map(|word| word.trim_matches('\'').to_owned()).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if words.iter().all(|word| word.starts_with("--") || *word == "orders") {
            let mut pty = Pty::apigw(&words, (80, 24));
            pty.wait_for("LAST 7 DAYS");
            pty.send("qq");
            assert!(pty.wait_for_end().success(), "{line}");
            continue;
        }
        let ran = Command::new(env!("CARGO_BIN_EXE_apigw"))
            .args(&words)
            .env("HOME", "/nonexistent")
            .output()
            .unwrap();
        let (stdout, stderr) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        let expected: &[i32] = match () {
            () if line.contains("--fault denied") => &[4],
            () if line.contains("status") => &[0, 3],
            // The example lacks routes of the gateway.
            () if line.contains("--against") => &[3],
            () => &[0],
        };
        let code = ran.status.code().unwrap();
        assert!(expected.contains(&code) && !stdout.is_empty(), "{line}: exit {code}\n{stdout}\n{stderr}");
    }
}

#[test]
fn every_file_that_the_documents_link_to_is_there() {
    for document in ["README.md", "docs/architecture.md", "docs/performance.md"] {
        let path = root().join(document);
        let text = fs::read_to_string(&path).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.starts_with("http") && !link.starts_with('#')) {
            let target = path.parent().unwrap().join(link.split('#').next().unwrap_or_default());
            assert!(target.exists(), "{document} links to {link}, which is not there");
        }
    }
}
