//! The last-known stages of each API, so that a later start can ask for everything at once. Losing it costs one round trip.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::domain::{Auth, Connection, KnownStages};

/// A folder with one small file an API, or nothing at all.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    folder: Option<PathBuf>,
}

impl Cache {
    /// A cache in that folder, which need not exist yet.
    pub fn at(folder: PathBuf) -> Self {
        Self { folder: Some(folder) }
    }

    /// A cache that keeps nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// What was last stored for the connection's API; `None` when there is nothing readable.
    pub(super) fn load(&self, connection: &Connection) -> Option<KnownStages> {
        let text = fs::read_to_string(self.file(connection)?).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Remembers the stages. A cache that cannot be written is no reason to bother anybody.
    pub(super) fn store(&self, connection: &Connection, known: &KnownStages) {
        let Some(file) = self.file(connection) else { return };
        if self.load(connection).as_ref() == Some(known) {
            return;
        }
        if let Err(error) = write(&file, known) {
            tracing::debug!(%error, "the cache could not be written");
        }
    }

    /// One file a connection's target; the name holds no path separators and tells regions and credentials apart.
    fn file(&self, connection: &Connection) -> Option<PathBuf> {
        let source = match &connection.auth {
            Auth::Environment => "environment".to_owned(),
            Auth::Profile(name) => format!("profile-{name}"),
            Auth::Role(role) => format!("role-{}", role.arn),
            Auth::AccessKey { id } => format!("key-{id}"),
        };
        let name = format!("{}_{}_{}_{source}", connection.api_type, connection.region, connection.api_id);
        let safe = |c: char| {
            if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }
        };
        let name: String = name.chars().map(safe).take(200).collect();
        Some(self.folder.as_ref()?.join(format!("{name}.json")))
    }
}

fn write(file: &Path, known: &KnownStages) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(serde_json::to_string(known)?.as_bytes())?;
    temporary.persist(file)?;
    Ok(())
}
