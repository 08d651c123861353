//! From the source of credentials through one role after the other (`sts:AssumeRole`) to those of a session.

use std::fmt;

use aws_config::SdkConfig;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::identity::IdentityCache;
use aws_config::profile::ProfileFileCredentialsProvider;
#[expect(deprecated, reason = "their successors live in a crate that is the SDK's own affair")]
use aws_config::profile::profile_file::{ProfileFileKind, ProfileFiles};
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_smithy_runtime::client::retries::RetryPartition;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;

use super::Aws;
use super::profile::{Chain, Profiles, Source};
use super::session::retry_partition;
use super::sign_in::needs_mfa;
use crate::domain::{Auth, RoleAuth, Secret};

/// The name that apigw's sessions bear in the role's audit log when the connection gives none.
const SESSION_NAME: &str = "apigw";

/// The longest session of a role that is assumed by a role, in seconds (STS `AssumeRole`). It is also what a session lasts
/// when nothing is said.
const LONGEST_CHAINED_SESSION: u32 = 3600;

/// The profile that is made up of what another has besides its role.
const BESIDES_ROLE: &str = "apigw/besides-role";

/// A role that could not be assumed.
#[derive(Debug, thiserror::Error)]
#[error("the role {role} cannot be assumed")]
pub(super) struct RoleRefused {
    pub(super) role: String,
    #[source]
    pub(super) error: SdkError<AssumeRoleError, HttpResponse>,
}

/// Who gives the credentials at the beginning of a chain.
#[derive(Clone)]
pub(super) enum SourceProvider {
    /// Whoever made the session.
    Given(Credentials),
    /// The SDK's own providers, from the AWS files, the environment or the machine.
    Sdk(Box<ProviderConfig>),
}

/// The provider of a session's credentials. The AWS files are read anew for each load, since people renew credentials there,
/// and so is the store of sign-ins: a code given for one session serves all that stand behind the same role.
#[derive(Clone)]
pub(super) struct RoleChain {
    aws: Aws,
    auth: Auth,
    /// The profile at the beginning when the session was opened.
    profile: Option<String>,
    /// Without credentials.
    config: SdkConfig,
    source: SourceProvider,
    retries: RetryPartition,
}

impl RoleChain {
    pub(super) fn new(
        aws: Aws,
        auth: Auth,
        profile: Option<&str>,
        config: SdkConfig,
        source: SourceProvider,
    ) -> Self {
        let profile = profile.map(str::to_owned);
        Self { aws, auth, profile, config, source, retries: retry_partition() }
    }

    /// The configuration of its requests, without credentials.
    pub(super) fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// The profile whose own credentials come first, if it is one's.
    pub(super) fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    async fn load(&self) -> provider::Result {
        let chain = self.aws.chain(&self.auth).await.map_err(CredentialsError::invalid_configuration)?;
        let now = self.aws.transport.now();
        let (done, kept) = self.aws.sign_ins.latest(&chain, now);
        if let Some((_, role)) = chain.wants_code(done) {
            return Err(CredentialsError::provider_error(needs_mfa(role)));
        }
        self.walk(&chain, done, kept, chain.roles.len()).await
    }

    /// The credentials of the role number `wanted` of the chain, counted from 0, assumed with an MFA code. `done` roles before
    /// it need not be assumed again, as their credentials are `kept`.
    pub(super) async fn sign_in(
        &self,
        chain: &Chain,
        (done, kept): (usize, Option<Credentials>),
        wanted: usize,
        code: &Secret,
    ) -> provider::Result {
        let by = self.walk(chain, done, kept, wanted).await?;
        match chain.roles.get(wanted) {
            Some(role) => self.assume(role, wanted, by, Some(code)).await,
            None => Ok(by),
        }
    }

    /// The credentials of the first `length` roles, none of which wants a code any more. The first `done` of them gave `kept`.
    async fn walk(
        &self,
        chain: &Chain,
        done: usize,
        kept: Option<Credentials>,
        length: usize,
    ) -> provider::Result {
        let mut credentials = match kept {
            Some(credentials) => credentials,
            None => self.source(&chain.source).await?,
        };
        for (place, role) in chain.roles.iter().enumerate().take(length).skip(done) {
            credentials = self.assume(role, place, credentials, None).await?;
        }
        Ok(credentials)
    }

    async fn source(&self, source: &Source) -> provider::Result {
        let surroundings = match &self.source {
            SourceProvider::Given(credentials) => return Ok(credentials.clone()),
            SourceProvider::Sdk(surroundings) => surroundings.as_ref().clone(),
        };
        // The SDK's providers are made anew for each load: they keep the AWS files as they first read them, and tell only the
        // first who asks why a profile cannot be used.
        match source {
            Source::AccessKey(id) => Err(CredentialsError::not_loaded(format!("no secret for the key {id}"))),
            Source::Default => {
                let region = self.config.region().cloned();
                let chain = DefaultCredentialsChain::builder().configure(surroundings).region(region);
                chain.build().await.provide_credentials().await
            }
            // Keys in the environment must not come before a profile that was named.
            Source::Profile(name) => {
                let profile = ProfileFileCredentialsProvider::builder().configure(&surroundings);
                profile.profile_name(name).build().provide_credentials().await
            }
            Source::BesidesRole(name) => {
                let (fs, env) = self.aws.transport.files();
                let profiles =
                    Profiles::load(&fs, &env).await.map_err(CredentialsError::invalid_configuration)?;
                #[expect(deprecated, reason = "as above")]
                let files = ProfileFiles::builder()
                    .include_default_config_file(true)
                    .with_contents(ProfileFileKind::Config, profiles.besides_role(name, BESIDES_ROLE))
                    .build();
                let profile = ProfileFileCredentialsProvider::builder().configure(&surroundings);
                profile.profile_files(files).profile_name(BESIDES_ROLE).build().provide_credentials().await
            }
        }
    }

    async fn assume(
        &self,
        role: &RoleAuth,
        place: usize,
        by: Credentials,
        code: Option<&Secret>,
    ) -> provider::Result {
        let sts = self.sts(by);
        let refused = |error| CredentialsError::provider_error(RoleRefused { role: role.arn.clone(), error });
        let mut request = sts
            .assume_role()
            .role_arn(&role.arn)
            .role_session_name(role.session_name.as_deref().unwrap_or(SESSION_NAME))
            .set_external_id(role.external_id.clone())
            .set_duration_seconds(seconds(role, place, &sts).await);
        if let (Some(serial), Some(code)) = (&role.mfa_serial, code) {
            request = request.serial_number(serial).token_code(code.expose());
        }
        let assumed = request.send().await.map_err(refused)?.credentials;
        let assumed = assumed.ok_or_else(|| CredentialsError::unhandled("the answer has no credentials"))?;
        let ends = assumed.expiration.try_into().map_err(CredentialsError::unhandled)?;
        let (id, secret, token) = (assumed.access_key_id, assumed.secret_access_key, assumed.session_token);
        Ok(Credentials::new(id, secret, Some(token), Some(ends), SESSION_NAME))
    }

    fn sts(&self, credentials: Credentials) -> aws_sdk_sts::Client {
        let config = aws_sdk_sts::config::Builder::from(&self.config)
            .retry_partition(self.retries.clone())
            .credentials_provider(credentials)
            .identity_cache(IdentityCache::no_cache());
        aws_sdk_sts::Client::from_conf(config.build())
    }
}

/// The duration to ask for, in seconds. A role that is assumed by a role gets no more than an hour, and a request for more
/// would fail; whether the first one is, only `sts:GetCallerIdentity` tells, asked of `sts` with the credentials before it.
async fn seconds(role: &RoleAuth, place: usize, sts: &aws_sdk_sts::Client) -> Option<i32> {
    let wanted = role.duration_seconds?;
    let by_role = async || {
        // Where the question fails, AssumeRole fails too, and its error tells more.
        let caller = sts.get_caller_identity().send().await.ok();
        caller.and_then(|caller| caller.arn).is_some_and(|arn| arn.contains(":assumed-role/"))
    };
    if wanted > LONGEST_CHAINED_SESSION && (place > 0 || by_role().await) {
        tracing::info!(role = role.arn, wanted, "a role assumed by a role: its session lasts an hour");
        return i32::try_from(LONGEST_CHAINED_SESSION).ok();
    }
    i32::try_from(wanted).ok()
}

impl ProvideCredentials for RoleChain {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.load())
    }
}

impl fmt::Debug for RoleChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RoleChain({})", self.auth.label())
    }
}
