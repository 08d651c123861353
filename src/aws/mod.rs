//! AWS as apigw needs it: who we are, what is deployed, and CloudWatch's figures of it, as plain domain data.
//!
//! The only room that names an SDK type. Every request, those of the credential chain included, passes one gate
//! (`transport::gate`) that limits, times, counts and guards it.

mod clock;
mod credentials;
mod gateway;
mod limits;
mod meter;
mod metrics;
mod pages;
mod problem;
mod profile;
mod roles;
mod session;
mod sign_in;
#[cfg(test)]
mod tests;
mod transport;

use std::sync::Arc;
use std::time::Duration;

pub use gateway::{ApiList, Configuration, ConfiguredRoute, Gateway, Pushed, WriteError, WriteRules, Writer};
pub use metrics::{Detail, StageRef};
pub use session::Session;
pub use transport::Transport;

use crate::domain::{AccessKey, Auth, Identity, Problem, SessionKey, Usage};
use limits::Limits;
use meter::Meter;
use sign_in::SignIns;
use transport::Network;

/// How apigw treats AWS.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Requests to API Gateway's control plane per second and credentials. An account's whole quota is 10, shared by
    /// the console and everybody's CI.
    pub requests_per_second: f64,
    /// Requests that may go out at once before the rate applies; at least 1.
    pub burst: u32,
    /// Requests under way at the same time, per credentials and region; at least 1.
    pub concurrency: usize,
    /// How long one attempt may take, from its first byte sent to its last byte read.
    pub attempt_timeout: Duration,
    /// Where to send every request instead of AWS.
    pub endpoint_url: Option<String>,
    /// Refuse every request to API Gateway that is not a GET, to writers too.
    pub read_only: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            requests_per_second: 4.0,
            burst: 8,
            concurrency: 8,
            attempt_timeout: Duration::from_secs(10),
            endpoint_url: None,
            read_only: false,
        }
    }
}

/// The way to AWS: what all sessions of the process share. Cheap to clone; clones share the meter, the limits and the
/// sign-ins.
#[derive(Clone)]
pub struct Aws {
    transport: Transport,
    network: Arc<Network>,
    settings: Settings,
    limits: Limits,
    meter: Meter,
    sign_ins: SignIns,
}

impl Aws {
    /// Makes the way; nothing is read or sent yet.
    pub fn new(transport: Transport, settings: Settings) -> Self {
        Self {
            transport,
            network: Arc::default(),
            limits: Limits::new(&settings),
            settings,
            meter: Meter::default(),
            sign_ins: SignIns::default(),
        }
    }

    /// What was asked so far, by every session.
    pub fn usage(&self) -> Usage {
        self.meter.usage()
    }

    /// A session for these credentials and this region. Reads AWS's local files and makes the clients, off the caller's
    /// thread; asks AWS nothing yet. An empty region is looked for where the AWS CLI looks for it.
    ///
    /// `access_key` is needed for [`crate::domain::Auth::AccessKey`] and ignored otherwise.
    pub async fn open(&self, key: &SessionKey, access_key: Option<AccessKey>) -> Result<Session, Problem> {
        Session::open(self, key, access_key).await
    }

    /// Who assumes the role of `key`: the principal that the role's trust policy must name (`sts:GetCallerIdentity` with the
    /// credentials before it). Of credentials that are no role's, whose they are.
    pub async fn source_identity(
        &self,
        key: &SessionKey,
        access_key: Option<AccessKey>,
    ) -> Result<Identity, Problem> {
        let source = match &key.auth {
            Auth::Role(role) => role.source_profile.clone().map_or(Auth::Environment, Auth::Profile),
            auth => auth.clone(),
        };
        let key = SessionKey { auth: source, region: key.region.clone() };
        self.open(&key, access_key).await?.identity().await
    }
}
