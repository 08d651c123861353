//! How a request leaves the process, and what watches over it on the way.

mod gate;
mod network;

pub(super) use gate::{Access, Gate, ReadOnlyRefusal};
pub(super) use network::{Network, Trust};

/// Where requests go.
#[derive(Clone)]
pub enum Transport {
    /// Over the network, with the user's AWS files and environment.
    Network,
    /// To a connector that plays AWS; no file and no variable of the user is read.
    #[cfg(test)]
    Scripted(aws_smithy_runtime_api::client::http::SharedHttpConnector),
}
