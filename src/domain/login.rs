//! Credentials that no connection has yet.

use super::{AccessKey, SessionKey};

/// What a draft of a connection signs in with.
#[derive(Clone, Debug, PartialEq)]
pub struct Login {
    /// The source of the credentials, and the region.
    pub session: SessionKey,
    /// The access key just typed in. A login with one shares its session with nobody: a saved key of the same id may have
    /// another secret. `None` takes the saved key, where one is needed.
    pub access_key: Option<AccessKey>,
}
