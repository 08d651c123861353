//! How a request leaves the process, and what watches over it on the way.

pub(super) mod embedded;
mod gate;
mod network;

use std::sync::Arc;
use std::time::SystemTime;

use aws_types::os_shim_internal::{Env, Fs};

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

impl Transport {
    /// The AWS files and the environment that its sessions see.
    pub(super) fn files(&self) -> (Fs, Env) {
        match self {
            Self::Network => (Fs::real(), Env::real()),
            Self::Embedded(_) => embedded::files(),
            #[cfg(test)]
            Self::Scripted(_) => embedded::files(),
        }
    }

    /// The time by which credentials end.
    pub(super) fn now(&self) -> SystemTime {
        match self {
            Self::Network => SystemTime::now(),
            Self::Embedded(cloud) => cloud.now().into(),
            #[cfg(test)]
            Self::Scripted(_) => SystemTime::now(),
        }
    }
}
