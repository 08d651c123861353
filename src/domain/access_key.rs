//! An access key with its secret.

use std::fmt;

use super::Secret;

/// What signs requests; only its id may be shown.
#[derive(Clone, PartialEq)]
pub struct AccessKey {
    /// The key's id; no secret.
    pub id: String,
    /// The secret access key.
    pub secret: Secret,
    /// The session token of a temporary key.
    pub session_token: Option<Secret>,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccessKey({}, [secret])", self.id)
    }
}
