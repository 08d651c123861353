//! What can be done to the saved connections.

use super::{AccessKey, Connection};

/// One change of the config file, and of the secrets beside it.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// New connections, behind the others. Nicknames that are taken are a problem, and nothing is saved.
    Add {
        /// In this order.
        connections: Vec<Connection>,
        /// The access key of those that use one. Without it, a secret that is kept for the same key id is copied.
        access_key: Option<AccessKey>,
    },
    /// A changed connection, renamed where the nicknames differ. Only what differs is written, so that what somebody else
    /// changed meanwhile stays; where both changed the same, it is a problem and nothing is saved.
    Change {
        /// As it was when the change began.
        before: Box<Connection>,
        /// As it is to be.
        after: Box<Connection>,
        /// A new access key; without one the kept secret stays.
        access_key: Option<AccessKey>,
    },
    /// A connection goes, and its secret with it.
    Remove {
        /// Which.
        nickname: String,
    },
}
