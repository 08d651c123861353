//! Credentials in a region that no connection has yet.

use super::{AccessKey, SessionKey};

/// What a connection that is being made would sign in with.
#[derive(Clone, Debug, PartialEq)]
pub struct Login {
    /// The source of the credentials, and the region.
    pub session: SessionKey,
    /// The access key, where it was just typed. Without one, a kept one of the same id serves.
    pub access_key: Option<AccessKey>,
}
