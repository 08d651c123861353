//! Holds the code to docs/architecture.md: who may import whom, what the pure rooms must not touch, who may name a colour or
//! an SDK type. A failure names the file and the line.

use std::fs;
use std::path::{Path, PathBuf};

/// Each room and the rooms it may import; itself is always allowed.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("sim", &[]),
    ("domain", &["text"]),
    ("files", &["domain"]),
    ("config", &["domain", "files", "text"]),
    ("aws", &["domain", "text"]),
    ("openapi", &["domain", "text"]),
    ("git", &["domain", "text"]),
    ("history", &["domain", "files", "text"]),
    ("ops", &["aws", "config", "domain", "git", "history", "openapi", "text"]),
    ("input", &["domain"]),
    ("app", &["domain", "input", "text"]),
    ("ui", &["app", "domain", "input", "text"]),
    ("cli", &["config", "domain", "input", "ops", "text"]),
    ("runtime", &["app", "domain", "input", "ops", "text", "ui"]),
];

/// Single files that may reach further, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    // The embedded AWS is fitted to the SDK's connector here and nowhere else.
    ("aws/transport/", "sim"),
    // What `main` composes: the engine's settings and transport, the embedded AWS, the terminal UI.
    ("cli/compose.rs", "aws"),
    ("cli/compose.rs", "runtime"),
    ("cli/compose.rs", "ui"),
    ("cli/embedded.rs", "sim"),
];

/// What would make `app` and `ui` impure.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "std::sync",
    "std::cell",
    "tokio",
    "Instant",
    "SystemTime",
    "Timestamp::now",
    "Zoned::now",
    "TimeZone::system",
    "spawn(",
    "stdout",
    "stderr",
];

struct Source {
    /// Below `src/`, with `/`.
    path: String,
    room: String,
    /// Lines with their numbers, comments and tests left out.
    code: Vec<(usize, String)>,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let sources = files.into_iter().filter_map(|file| {
        let path = file.strip_prefix(&root).ok()?.to_str()?.replace('\\', "/");
        let is_test = path.ends_with("tests.rs") || path.contains("/tests/") || path.ends_with("fixtures.rs");
        let name = path.split(['/', '.']).next()?.to_owned();
        (!is_test).then(|| Source { code: code_of(&fs::read_to_string(&file).unwrap()), path, room: name })
    });
    sources.collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn code_of(text: &str) -> Vec<(usize, String)> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    let before_tests = lines.take_while(|(_, line)| !line.starts_with("mod tests {"));
    let code =
        before_tests.map(|(number, line)| (number, line.split("//").next().unwrap_or_default().to_owned()));
    code.collect()
}

/// The rooms that a file names after `crate::`, with the line of each.
fn imports(source: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in &source.code {
        for (at, prefix) in line.match_indices("crate::") {
            let rest = &line[at + prefix.len()..];
            let names: Vec<&str> = match rest.strip_prefix('{') {
                Some(group) => group.split([',', '}']).collect(),
                None => vec![rest],
            };
            for name in names {
                let room: String =
                    name.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                found.push((*number, room));
            }
        }
    }
    found
}

fn is_exception(path: &str, room: &str) -> bool {
    EXCEPTIONS.iter().any(|&(file, allowed)| path.starts_with(file) && room == allowed)
}

#[test]
fn every_room_imports_only_the_rooms_it_may() {
    let mut broken = Vec::new();
    for source in sources().iter().filter(|source| source.room != "lib" && source.room != "main") {
        let rule = MAY_IMPORT.iter().find(|(room, _)| *room == source.room);
        let (_, allowed) =
            rule.unwrap_or_else(|| panic!("src/{}: no rule for the room {}", source.path, source.room));
        for (number, room) in imports(source) {
            let fine = room.is_empty() || room == source.room || allowed.contains(&room.as_str());
            if !fine && !is_exception(&source.path, &room) {
                broken.push(format!(
                    "src/{}:{number}: `{}` must not import `{room}`",
                    source.path, source.room
                ));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn an_exception_that_nobody_needs_is_taken_back() {
    let sources = sources();
    for (file, room) in EXCEPTIONS {
        let used = sources.iter().filter(|source| source.path.starts_with(file)).flat_map(imports);
        assert!(used.into_iter().any(|(_, import)| import == *room), "{file} no longer imports {room}");
    }
}

#[test]
fn the_heart_and_the_views_are_pure() {
    let mut broken = Vec::new();
    for source in sources().iter().filter(|source| ["app", "ui"].contains(&source.room.as_str())) {
        for (number, line) in &source.code {
            broken.extend(IMPURE.iter().filter(|word| line.contains(**word)).map(|word| {
                format!("src/{}:{number}: `{word}` does not belong in `{}`", source.path, source.room)
            }));
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn only_the_aws_room_names_an_sdk_type() {
    let mut broken = Vec::new();
    // The embedded AWS shares the SDK's encoder of CBOR, which knows nothing of services.
    let foreign = |line: &str| {
        ["aws_config", "aws_sdk_", "aws_smithy_", "aws_credential_types", "aws_types"]
            .iter()
            .any(|word| line.replace("aws_smithy_cbor", "").replace("aws_smithy_types", "").contains(word))
    };
    for source in sources().iter().filter(|source| source.room != "aws") {
        let lines = source.code.iter().filter(|(_, line)| foreign(line));
        broken.extend(lines.map(|(number, line)| format!("src/{}:{number}: {}", source.path, line.trim())));
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn views_name_roles_and_only_the_theme_names_colours() {
    let mut broken = Vec::new();
    for source in sources()
        .iter()
        // The tables of the command line have a few roles of their own (`Tone`).
        .filter(|source| !["ui/theme.rs", "cli/table.rs"].contains(&source.path.as_str()))
    {
        let lines =
            source.code.iter().filter(|(_, line)| line.contains("Color::") || line.contains("Modifier::"));
        broken.extend(lines.map(|(number, line)| format!("src/{}:{number}: {}", source.path, line.trim())));
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}
