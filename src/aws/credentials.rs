//! Where a session's credentials come from.

use std::sync::Arc;
use std::time::Duration;

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::identity::IdentityCache;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{self, ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::SystemTimeSource;
use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector};
use aws_types::os_shim_internal::{Env, Fs};

use super::Aws;
use super::profile::{Profiles, named_profile};
use super::transport::embedded::{self, Embedded};
use super::transport::{Access, Gate, Transport};
use crate::domain::{AccessKey, Auth, Problem, ProblemKind, RoleAuth, SessionKey};

/// How long a source of credentials may take. A process or a chain of roles takes longer than the SDK's 5 seconds.
const LOAD_TIMEOUT: Duration = Duration::from_secs(30);

/// The name that apigw's sessions bear in the role's audit log.
const ROLE_SESSION_NAME: &str = "apigw";

fn credentials(key: &AccessKey) -> Credentials {
    let token = key.session_token.as_ref().map(|token| token.expose().to_owned());
    Credentials::new(&key.id, key.secret.expose(), token, None, "apigw")
}

/// The SDK's configuration for one session: credentials, region, endpoint, and the gate in front of everything.
pub(super) async fn configure(
    aws: &Aws,
    key: &SessionKey,
    access_key: Option<AccessKey>,
) -> Result<SdkConfig, Problem> {
    let config = match &aws.transport {
        Transport::Network => on_network(aws, key, access_key).await?,
        Transport::Embedded(cloud) => {
            let access_key = access_key.unwrap_or_else(|| embedded::access_key(&key.auth));
            let embedded = Embedded(Arc::clone(cloud));
            let wire = SharedHttpConnector::new(embedded.clone());
            let config = hermetic(aws, key, wire, credentials(&access_key));
            config.into_builder().time_source(embedded).build()
        }
        #[cfg(test)]
        Transport::Scripted(wire) => {
            let access_key = access_key.unwrap_or_else(|| embedded::access_key(&key.auth));
            hermetic(aws, key, wire.clone(), credentials(&access_key))
        }
    };
    if config.region().is_none() {
        return Err(no_region());
    }
    Ok(match &key.auth {
        Auth::Role(role) => assume(role, config).await,
        _ => config,
    })
}

async fn on_network(
    aws: &Aws,
    key: &SessionKey,
    access_key: Option<AccessKey>,
) -> Result<SdkConfig, Problem> {
    let env = Env::real();
    let profiles = Profiles::load(&Fs::real(), &env).await?;
    profiles.check(&key.auth)?;
    let (network, trust) = (Arc::clone(&aws.network), profiles.trust(&key.auth));
    let wire =
        tokio::task::spawn_blocking(move || network.connector(trust, &env)).await.map_err(|_| {
            Problem::new(
                ProblemKind::Local,
                "Cannot set up TLS",
                "The system's root certificates cannot be read.",
            )
            .advise("Install them (package `ca-certificates`), or name a bundle in AWS_CA_BUNDLE.")
        })??;
    let client = SharedHttpClient::new(gate(aws, key, wire));
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client.clone())
        .identity_cache(IdentityCache::lazy().load_timeout(LOAD_TIMEOUT).build())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    if !key.region.is_empty() {
        loader = loader.region(Region::new(key.region.clone()));
    }
    if let Some(url) = &aws.settings.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    if let Auth::AccessKey { id } = &key.auth {
        let access_key = access_key.ok_or_else(|| no_secret(id))?;
        return Ok(loader.credentials_provider(credentials(&access_key)).load().await);
    }
    let profile = named_profile(&key.auth).map(str::to_owned);
    if let Some(name) = &profile {
        loader = loader.profile_name(name);
    }
    let config = loader.load().await;
    let region = config.region().cloned();
    let surroundings = ProviderConfig::without_region()
        .with_http_client(client)
        .with_region(region.clone())
        .with_use_fips(config.use_fips())
        .with_use_dual_stack(config.use_dual_stack());
    let provider = SharedCredentialsProvider::new(Reread { profile, region, surroundings });
    Ok(config.into_builder().credentials_provider(provider).build())
}

/// The SDK's own providers, made anew for each load. Theirs keep the AWS files as they first read them, and tell only the
/// first who asks why a profile cannot be used.
#[derive(Debug)]
struct Reread {
    /// The profile to use and nothing else: keys in the environment must not come before a profile that was named.
    /// `None` is the whole chain.
    profile: Option<String>,
    region: Option<Region>,
    surroundings: ProviderConfig,
}

impl Reread {
    async fn load(&self) -> provider::Result {
        let surroundings = self.surroundings.clone();
        let Some(name) = &self.profile else {
            let chain =
                DefaultCredentialsChain::builder().configure(surroundings).region(self.region.clone());
            return chain.build().await.provide_credentials().await;
        };
        let provider = ProfileFileCredentialsProvider::builder().configure(&surroundings).profile_name(name);
        provider.build().provide_credentials().await
    }
}

impl ProvideCredentials for Reread {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.load())
    }
}

/// A configuration that reads no file and no variable.
fn hermetic(aws: &Aws, key: &SessionKey, wire: SharedHttpConnector, source: Credentials) -> SdkConfig {
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(gate(aws, key, wire))
        .credentials_provider(SharedCredentialsProvider::new(source))
        .identity_cache(IdentityCache::lazy().load_timeout(LOAD_TIMEOUT).build())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .retry_config(RetryConfig::standard())
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .time_source(SystemTimeSource::new());
    config.set_region((!key.region.is_empty()).then(|| Region::new(key.region.clone())));
    config.set_endpoint_url(aws.settings.endpoint_url.clone());
    config.build()
}

async fn assume(role: &RoleAuth, config: SdkConfig) -> SdkConfig {
    let mut provider =
        AssumeRoleProvider::builder(&role.arn).configure(&config).session_name(ROLE_SESSION_NAME);
    if let Some(external_id) = &role.external_id {
        provider = provider.external_id(external_id);
    }
    let provider = SharedCredentialsProvider::new(provider.build().await);
    config.into_builder().credentials_provider(provider).build()
}

fn gate(aws: &Aws, key: &SessionKey, wire: SharedHttpConnector) -> Gate {
    Gate {
        wire,
        limiter: aws.limits.limiter(key),
        meter: aws.meter.clone(),
        access: if aws.settings.read_only { Access::ReadOnly } else { Access::ReadWrite },
        attempt_timeout: aws.settings.attempt_timeout,
    }
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
