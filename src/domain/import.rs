//! Bringing a schema from the gateway into a file.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Finding, GatewayChange, SchemaFormat, Target};

/// What is to be brought where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRequest {
    /// The stage whose schema it is; `None` is the newest configuration (HTTP only).
    pub stage: Option<String>,
    /// The file that gets it; `None` writes none.
    pub file: Option<PathBuf>,
    /// How it is written; `None` goes by the file's name.
    pub format: Option<SchemaFormat>,
}

/// What an import is going to write, and what it replaces.
#[derive(Clone, PartialEq, Eq)]
pub struct Import {
    /// What was asked for.
    pub request: ImportRequest,
    /// Where the schema comes from.
    pub target: Target,
    /// The schema, as AWS wrote it.
    pub text: Arc<str>,
    /// What the file says now; `None` where there is none.
    pub before: Option<Arc<str>>,
    /// The lines that differ, as a unified diff; empty when nothing does, or where there is no file.
    pub diff: String,
}

impl fmt::Debug for Import {
    /// Without the texts: they are long, and may name what no log should.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Import")
            .field("request", &self.request)
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

/// Two schemas compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaDiff {
    /// What callers will notice, the most pressing first.
    pub contract: Vec<Finding>,
    /// What the gateway does otherwise.
    pub gateway: Vec<GatewayChange>,
    /// What was compared with what, and what that cannot show.
    pub basis: String,
}

impl SchemaDiff {
    /// Whether a check says no to it: something breaks or is exposed.
    pub fn fails_a_check(&self) -> bool {
        self.contract.iter().any(|finding| finding.severity.fails_a_check())
            || self.gateway.iter().any(|change| change.severity.fails_a_check())
    }
}
