//! The secrets of access keys, in a file that only their owner can read.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use toml::de::{DeTable, DeValue};

use crate::domain::{AccessKey, Auth, Connection, Problem, ProblemKind, Secret};

/// A secret access key and, of temporary credentials, the session token.
pub(super) type Kept = (Secret, Option<Secret>);

/// What `credentials.toml` holds, by nickname: `secret_access_key` and, of temporary credentials, `session_token`.
///
/// Nicknames without a connection are fine: another config file of the same folder may have them.
#[derive(Clone, Default, PartialEq)]
pub struct Secrets(pub(super) BTreeMap<String, Kept>);

impl Secrets {
    /// Reads the file; none is the same as an empty one. Refused when anybody else can read it.
    pub fn load(path: &Path) -> Result<Self, Problem> {
        match read(path)? {
            Some(text) => Self::parse(path, &text),
            None => Ok(Self::default()),
        }
    }

    /// The secret access key and the session token of a connection.
    pub fn get(&self, nickname: &str) -> Option<Kept> {
        self.0.get(nickname).cloned()
    }

    /// The nicknames that a secret is kept for.
    pub fn nicknames(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn parse(path: &Path, text: &Secret) -> Result<Self, Problem> {
        let text = text.expose();
        let line = |offset: usize| text.get(..offset).unwrap_or(text).matches('\n').count() + 1;
        // No line of this file is ever shown: it may hold a secret.
        let fault = |offset, message: &str| refused(path, format!("line {}: {message}", line(offset)));
        let root = DeTable::parse(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            fault(offset, "this is not valid TOML, or a key or nickname is given twice")
        })?;
        let mut secrets = BTreeMap::new();
        for (nickname, value) in root.get_ref() {
            let DeValue::Table(keys) = value.get_ref() else {
                return Err(fault(nickname.span().start, "keys stand below a [NICKNAME]"));
            };
            let mut found = BTreeMap::new();
            for (key, value) in keys {
                let known = ["secret_access_key", "session_token"].contains(&key.get_ref().as_ref());
                match value.get_ref().as_str() {
                    Some(secret) if known && !secret.is_empty() => {
                        found.insert(key.get_ref().as_ref(), Secret::new(secret.to_owned()));
                    }
                    Some(_) if known => return Err(fault(key.span().start, "the value is empty")),
                    None if known => {
                        return Err(fault(key.span().start, "the value must be a text in quotes"));
                    }
                    _ => return Err(fault(key.span().start, "this key is not known")),
                }
            }
            let Some(secret) = found.remove("secret_access_key") else {
                return Err(fault(nickname.span().start, "`secret_access_key` is missing"));
            };
            secrets.insert(nickname.get_ref().to_string(), (secret, found.remove("session_token")));
        }
        Ok(Self(secrets))
    }
}

/// Access keys by nickname. A key whose secret could not be read is a problem of its own connections alone.
pub type AccessKeys = BTreeMap<String, Result<AccessKey, Problem>>;

/// The access keys of the connections that have one, where something is known of the secret.
pub fn access_keys(connections: &[Connection], secrets: &Result<Secrets, Problem>) -> AccessKeys {
    let key = |connection: &Connection| {
        let Auth::AccessKey { id } = &connection.auth else {
            return None;
        };
        let key = match secrets {
            Ok(secrets) => {
                let (secret, session_token) = secrets.get(&connection.nickname)?;
                Ok(AccessKey { id: id.clone(), secret, session_token })
            }
            Err(problem) => Err(problem.clone()),
        };
        Some((connection.nickname.clone(), key))
    };
    connections.iter().filter_map(key).collect()
}

/// The text of the file, if there is one. Refused when anybody else can read it.
pub(super) fn read(path: &Path) -> Result<Option<Secret>, Problem> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refused(path, error.to_string())),
    };
    only_for_its_owner(path, &file)?;
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(|error| refused(path, error.to_string()))?;
    // Wrapped at once, so that the text is wiped when it is no longer needed.
    Ok(Some(Secret::new(text)))
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

pub(super) fn refused(path: &Path, why: String) -> Problem {
    Problem::new(ProblemKind::Credentials, format!("Cannot use {}", path.display()), why).advise(
        "Each entry is a table [NICKNAME] with secret_access_key and, if it is temporary, session_token.",
    )
}

#[cfg(unix)]
fn only_for_its_owner(path: &Path, file: &File) -> Result<(), Problem> {
    use std::os::unix::fs::PermissionsExt;

    let what = || format!("Will not read {}", path.display());
    let metadata =
        file.metadata().map_err(|error| Problem::new(ProblemKind::Credentials, what(), error.to_string()))?;
    let mode = metadata.permissions().mode() & 0o777;
    let of_others = mode & 0o077;
    if of_others == 0 {
        return Ok(());
    }
    let why = format!("its mode is {mode:03o}: others than you can get at the secrets in it");
    Err(Problem::new(ProblemKind::Credentials, what(), why)
        .advise(format!("Run: chmod 600 {}", path.display())))
}

#[cfg(not(unix))]
fn only_for_its_owner(_: &Path, _: &File) -> Result<(), Problem> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[legacy]\nsecret_access_key = \"hunter2\"\nsession_token = \"t0ken\"\n";

    fn parse(text: &str) -> Result<Secrets, Problem> {
        Secrets::parse(Path::new("credentials.toml"), &Secret::new(text.to_owned()))
    }

    #[test]
    fn a_secret_is_found_by_its_nickname_and_never_printed() {
        let secrets = parse(TEXT).unwrap();
        let (secret, token) = secrets.get("legacy").unwrap();
        assert_eq!((secret.expose(), token.unwrap().expose()), ("hunter2", "t0ken"));
        assert_eq!(secrets.get("orders"), None);
        assert_eq!(format!("{secrets:?}"), r#"{"legacy"}"#);
    }

    #[test]
    fn a_fault_names_the_line_and_shows_nothing_of_it() {
        for (text, line) in [
            ("[legacy]\nsecret_access_key = \"hunter2", "line 2"),
            ("[legacy]\nsecret = \"hunter2\"", "line 2"),
            ("secret_access_key = \"hunter2\"", "line 1"),
            ("[a]\nsecret_access_key = \"hunter2\"\n[a]\nsecret_access_key = \"hunter2\"", "line 3"),
            ("\n[legacy]\nsession_token = \"hunter2\"", "line 2"),
            ("[legacy]\nsecret_access_key = 5", "line 2"),
        ] {
            let problem = parse(text).unwrap_err();
            assert!(problem.why.contains(line), "{text}: {}", problem.why);
            assert!(!format!("{problem:?}").contains("hunter2"), "{problem:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_refused_with_the_command_that_mends_it() {
        use std::fs::{Permissions, set_permissions, write};
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credentials.toml");
        assert!(Secrets::load(&path).unwrap().get("legacy").is_none());
        write(&path, TEXT).unwrap();
        set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        let problem = Secrets::load(&path).unwrap_err();
        assert!(problem.why.contains("640"), "{}", problem.why);
        assert_eq!(problem.advice, [format!("Run: chmod 600 {}", path.display())]);
        set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        assert!(Secrets::load(&path).unwrap().get("legacy").is_some());
    }
}
