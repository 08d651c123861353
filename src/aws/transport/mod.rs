//! How a request leaves the process, and what watches over it on the way.

pub(super) mod embedded;
mod gate;
mod network;

use std::sync::Arc;

use crate::sim::Cloud;

pub(super) use gate::{Access, Gate, ReadOnlyRefusal};
pub(super) use network::{Network, Trust};

/// Where requests go.
#[derive(Clone)]
pub enum Transport {
    /// Over the network, with the user's AWS files and environment.
    Network,
    /// To the embedded AWS. No file and no variable of the user is read: the demo's user signs, unless the session names
    /// another access key.
    Embedded(Arc<Cloud>),
    /// To a connector that plays AWS; no file and no variable of the user is read.
    #[cfg(test)]
    Scripted(aws_smithy_runtime_api::client::http::SharedHttpConnector),
}
