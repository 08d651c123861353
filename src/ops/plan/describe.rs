//! What is written on a deployment: something useful by default, the commit always, and a token by which it is found again.

use uuid::Uuid;

use crate::domain::{Identity, SchemaSource};
use crate::text;

/// The longest description that AWS takes, in characters.
const LONGEST: usize = 1024;
/// Characters of a token: enough to be unique in an API's list of deployments.
const TOKEN: usize = 8;
/// Characters of a commit's id.
const COMMIT: usize = 12;

/// The description of a deployment: the one asked for, else what was deployed and by whom. It ends in a fresh token.
pub(super) fn describe(asked: Option<&str>, source: Option<&SchemaSource>, who: &Identity) -> String {
    let commit = source.and_then(commit);
    let mut tail = String::new();
    let head = match asked.map(str::trim).filter(|asked| !asked.is_empty()) {
        Some(asked) => {
            let told = |commit: &String| asked.contains(commit.trim_end_matches('+'));
            if let Some(commit) = commit.filter(|commit| !told(commit)) {
                tail = format!(" ({commit})");
            }
            asked.to_owned()
        }
        None => default(source, commit.as_deref(), who),
    };
    tail = format!("{tail} [{}]", token());
    let head = text::sanitise_lines(&head).join("\n");
    let room = LONGEST.saturating_sub(tail.chars().count());
    let head: String = head.chars().take(room).collect();
    format!("{}{tail}", head.trim_end())
}

fn default(source: Option<&SchemaSource>, commit: Option<&str>, who: &Identity) -> String {
    let Some(source) = source else {
        return format!("As the gateway is set, by {}", who.who());
    };
    let file = || source.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let revision = source.revision.clone().unwrap_or_else(file);
    // A revision may be named by its commit.
    let commit = commit.filter(|commit| !revision.starts_with(*commit));
    let commit = commit.map(|commit| format!(" {commit}")).unwrap_or_default();
    format!("{revision}{commit} by {}", who.who())
}

/// The short id of the source's commit; `+` says that the file differs from it.
fn commit(source: &SchemaSource) -> Option<String> {
    let short: String = source.commit.as_ref()?.chars().take(COMMIT).collect();
    Some(if source.modified { format!("{short}+") } else { short })
}

fn token() -> String {
    Uuid::new_v4().simple().to_string().chars().take(TOKEN).collect()
}

/// The token at the end of a description.
pub(in crate::ops) fn token_in(description: &str) -> Option<&str> {
    let token = description.strip_suffix(']')?.rsplit_once('[')?.1;
    (token.len() == TOKEN && token.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who() -> Identity {
        let arn = "arn:aws:sts::123456789012:assumed-role/deployer/ana".to_owned();
        Identity { account: "123456789012".to_owned(), arn, user_id: String::new() }
    }

    fn source(revision: Option<&str>, commit: Option<&str>, modified: bool) -> SchemaSource {
        SchemaSource {
            file: "api/openapi.yaml".into(),
            revision: revision.map(str::to_owned),
            commit: commit.map(str::to_owned),
            modified,
            text: "".into(),
        }
    }

    #[test]
    fn a_description_says_what_was_deployed_and_by_whom() {
        let commit = Some("0123456789abcdef0123456789abcdef01234567");
        for (asked, source, expected) in [
            (None, source(Some("v2.3.0"), commit, false), "v2.3.0 0123456789ab by role deployer"),
            (None, source(None, commit, true), "openapi.yaml 0123456789ab+ by role deployer"),
            (None, source(None, None, false), "openapi.yaml by role deployer"),
            (Some("Fix the tax"), source(Some("main"), commit, false), "Fix the tax (0123456789ab)"),
            (Some("0123456789ab is it"), source(None, commit, false), "0123456789ab is it"),
            (Some("a\nb\u{1b}[2J"), source(None, None, false), "a\nb\\u{1b}[2J"),
        ] {
            let description = describe(asked, Some(&source), &who());
            let token = token_in(&description).unwrap();
            assert_eq!(description, format!("{expected} [{token}]"));
        }
    }

    #[test]
    fn a_long_description_keeps_commit_and_token() {
        let long = "ä".repeat(3_000);
        let description = describe(Some(&long), Some(&source(None, Some("abcdef0123456789"), true)), &who());
        assert_eq!(description.chars().count(), LONGEST);
        assert!(description.contains(" (abcdef012345+) ["));
        assert!(token_in(&description).is_some());
    }

    #[test]
    fn what_somebody_else_wrote_has_no_token() {
        for text in ["v2.3.0", "fix [1]", "[zzzzzzzz]", "]", ""] {
            assert_eq!(token_in(text), None, "{text}");
        }
    }
}
