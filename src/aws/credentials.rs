//! What the requests of one session have in common: credentials, region, endpoint, and the gate in front of everything.

use std::sync::Arc;
use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::SystemTimeSource;
use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector};
use aws_smithy_runtime_api::client::identity::SharedIdentityCache;

use super::Aws;
use super::profile::{Profiles, named_profile};
use super::roles::{RoleChain, SourceProvider};
use super::transport::embedded::{self, Embedded};
use super::transport::{Access, Gate, Transport};
use crate::domain::{AccessKey, Auth, Problem, ProblemKind, SessionKey};

/// How long a source of credentials may take. A process or a chain of roles takes longer than the SDK's 5 seconds.
pub(super) const LOAD_TIMEOUT: Duration = Duration::from_secs(30);

/// How long before their end credentials are renewed. The SDK takes a random part of the second half off, so that it is a
/// minute at least: as long as a kept sign-in counts as over before it is.
const RENEWAL: Duration = Duration::from_mins(2);

fn credentials(key: &AccessKey) -> Credentials {
    let token = key.session_token.as_ref().map(|token| token.expose().to_owned());
    Credentials::new(&key.id, key.secret.expose(), token, None, "apigw")
}

fn identity_cache() -> SharedIdentityCache {
    IdentityCache::lazy().load_timeout(LOAD_TIMEOUT).buffer_time(RENEWAL).build()
}

/// The SDK's configuration for one session.
pub(super) fn configure(chain: RoleChain) -> SdkConfig {
    let config = chain.config().clone().into_builder();
    config.credentials_provider(SharedCredentialsProvider::new(chain)).build()
}

/// Finds the way to the credentials of a session, and whatever its requests need besides: the gate that they pass is in the
/// chain's configuration already, and comes along for whoever needs another like it. Nothing is asked yet.
pub(super) async fn prepare(
    aws: &Aws,
    key: &SessionKey,
    access_key: Option<AccessKey>,
) -> Result<(RoleChain, Gate), Problem> {
    let (fs, env) = aws.transport.files();
    let profiles = Profiles::load(&fs, &env).await?;
    let chain = profiles.chain(&key.auth)?;
    let gate = Gate {
        wire: wire(aws, key, &profiles).await?,
        limiter: aws.limits.limiter(key),
        meter: aws.meter.clone(),
        access: Access::ReadOnly,
        attempt_timeout: aws.settings.attempt_timeout,
    };
    let (config, source) = match &aws.transport {
        Transport::Network => on_network(aws, key, access_key, &gate).await?,
        Transport::Embedded(cloud) => {
            let (config, source) = hermetic(aws, key, access_key, &gate);
            (config.into_builder().time_source(Embedded(Arc::clone(cloud))).build(), source)
        }
        #[cfg(test)]
        Transport::Scripted(_) => hermetic(aws, key, access_key, &gate),
    };
    if config.region().is_none() {
        return Err(no_region());
    }
    Ok((RoleChain::new(aws.clone(), key.auth.clone(), chain.profile(), config, source), gate))
}

/// What really sends.
async fn wire(aws: &Aws, key: &SessionKey, profiles: &Profiles) -> Result<SharedHttpConnector, Problem> {
    match &aws.transport {
        Transport::Network => {
            let (_, env) = aws.transport.files();
            let (network, trust) = (Arc::clone(&aws.network), profiles.trust(&key.auth));
            let connector = tokio::task::spawn_blocking(move || network.connector(trust, &env));
            connector.await.map_err(|_| no_tls())?
        }
        Transport::Embedded(cloud) => Ok(SharedHttpConnector::new(Embedded(Arc::clone(cloud)))),
        #[cfg(test)]
        Transport::Scripted(wire) => Ok(wire.clone()),
    }
}

async fn on_network(
    aws: &Aws,
    key: &SessionKey,
    access_key: Option<AccessKey>,
    gate: &Gate,
) -> Result<(SdkConfig, SourceProvider), Problem> {
    let client = SharedHttpClient::new(gate.clone());
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client.clone())
        .identity_cache(identity_cache())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .no_credentials();
    if !key.region.is_empty() {
        loader = loader.region(Region::new(key.region.clone()));
    }
    if let Some(url) = &aws.settings.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    if let Some(name) = named_profile(&key.auth) {
        loader = loader.profile_name(name);
    }
    let config = loader.load().await;
    if let Auth::AccessKey { id } = &key.auth {
        let access_key = access_key.ok_or_else(|| no_secret(id))?;
        return Ok((config, SourceProvider::Given(credentials(&access_key))));
    }
    let surroundings = ProviderConfig::without_region()
        .with_http_client(client)
        .with_region(config.region().cloned())
        .with_use_fips(config.use_fips())
        .with_use_dual_stack(config.use_dual_stack());
    Ok((config, SourceProvider::Sdk(Box::new(surroundings))))
}

/// A configuration that reads no file and no variable of the user; one access key is the source of everything.
fn hermetic(
    aws: &Aws,
    key: &SessionKey,
    access_key: Option<AccessKey>,
    gate: &Gate,
) -> (SdkConfig, SourceProvider) {
    let access_key = access_key.unwrap_or_else(|| embedded::access_key(&key.auth));
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(gate.clone())
        .identity_cache(identity_cache())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .retry_config(RetryConfig::standard())
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .time_source(SystemTimeSource::new());
    config.set_region((!key.region.is_empty()).then(|| Region::new(key.region.clone())));
    config.set_endpoint_url(aws.settings.endpoint_url.clone());
    (config.build(), SourceProvider::Given(credentials(&access_key)))
}

fn no_tls() -> Problem {
    let why = "The system's root certificates cannot be read.";
    Problem::new(ProblemKind::Local, "Cannot set up TLS", why)
        .advise("Install them (package `ca-certificates`), or name a bundle in AWS_CA_BUNDLE.")
}

fn no_region() -> Problem {
    Problem::new(ProblemKind::Usage, "Cannot ask AWS", "No region is set.")
        .advise("Give one with `--region`, in the connection, in AWS_REGION or in the profile.")
}

fn no_secret(id: &str) -> Problem {
    let why = format!("The secret of the access key {id} is not stored.");
    Problem::new(ProblemKind::Credentials, "Cannot sign in", why)
        .advise("Give the connection its access key again.")
}
