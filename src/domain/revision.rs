//! Where the text of a schema comes from.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;

/// A version of a file that git knows, or the file as it lies on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// What sort of name it is.
    pub kind: RevisionKind,
    /// `main`, `v2.3.0`, the short id of a commit; empty for the working tree.
    pub name: String,
    /// The full id of its commit; `None` for a working tree.
    pub commit: Option<String>,
    /// When the commit was made.
    pub at: Option<Timestamp>,
    /// The first line of its message.
    pub subject: String,
}

/// What a revision's name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RevisionKind {
    /// The file as it lies on disk.
    WorkingTree,
    /// A branch, local or remote.
    Branch,
    /// A tag: a release.
    Tag,
    /// A commit that changed the file.
    Commit,
}

impl RevisionKind {
    /// `working tree`, `branch`, `tag`, `commit`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WorkingTree => "working tree",
            Self::Branch => "branch",
            Self::Tag => "tag",
            Self::Commit => "commit",
        }
    }
}

/// A schema's text and where it was found.
#[derive(Clone, PartialEq, Eq)]
pub struct SchemaSource {
    /// The file.
    pub file: PathBuf,
    /// The revision as it was asked for, `v2.3.0`; `None` for the file on disk.
    pub revision: Option<String>,
    /// The full id of the commit it was read from. Of a file on disk that of the checked-out commit, if the file does not differ
    /// from it.
    pub commit: Option<String>,
    /// Whether the file on disk differs from the checked-out commit, or is not known to it.
    pub modified: bool,
    /// What it says.
    pub text: Arc<str>,
}

impl fmt::Debug for SchemaSource {
    /// Without the text: it is long, and may name what no log should.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SchemaSource")
            .field("file", &self.file)
            .field("revision", &self.revision)
            .field("commit", &self.commit)
            .field("modified", &self.modified)
            .finish_non_exhaustive()
    }
}

/// Which text of a schema file is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaChoice {
    /// The file.
    pub file: PathBuf,
    /// A branch, tag or commit; `None` for the file on disk.
    pub revision: Option<String>,
}

/// How a schema is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SchemaFormat {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

impl SchemaFormat {
    /// `json` or `yaml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
        }
    }

    /// The format that a file's name promises: YAML for `.yaml` and `.yml`, else JSON.
    pub fn of_file(path: &std::path::Path) -> Self {
        let yaml = |extension: &std::ffi::OsStr| {
            extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml")
        };
        if path.extension().is_some_and(yaml) { Self::Yaml } else { Self::Json }
    }
}

impl FromStr for SchemaFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "json" => Ok(Self::Json),
            "yaml" => Ok(Self::Yaml),
            _ => Err(format!("`{text}` is no format of a schema: say `json` or `yaml`")),
        }
    }
}
