//! One set of credentials in one region, and the clients that use them.

use std::fmt;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use tokio::sync::OnceCell;

use super::meter::Meter;
use super::problem::{Caller, Question};
use super::transport::Gate;
use super::{Aws, Gateway, credentials};
use crate::domain::{AccessKey, Api, ApiType, Auth, Identity, Problem, ProblemKind, SessionKey};

/// Failures that the clients of one session may retry before they stop retrying at all (the SDK's own measure).
const RETRY_TOKENS: usize = 500;

/// Credentials in a region. Cheap to clone; clones are the same session.
#[derive(Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    auth: Auth,
    /// The profile whose own credentials come first.
    profile: Option<String>,
    region: String,
    clients: Clients,
    /// What the clients are made from, the gate in front of them apart.
    config: SdkConfig,
    gate: Gate,
    /// Whether the settings refuse every write.
    read_only: bool,
    identity: OnceCell<Identity>,
    /// Id and name of every REST API, listed once: names tell which metrics blend, and hardly ever change.
    rest_apis: OnceCell<Vec<(String, String)>>,
    meter: Meter,
}

pub(super) struct Clients {
    pub(super) http: aws_sdk_apigatewayv2::Client,
    pub(super) rest: aws_sdk_apigateway::Client,
    pub(super) cloudwatch: aws_sdk_cloudwatch::Client,
    pub(super) sts: aws_sdk_sts::Client,
}

/// A partition of its own: otherwise a session that fails a lot would leave the others without retries.
pub(super) fn retry_partition() -> RetryPartition {
    RetryPartition::custom("apigw").token_bucket(TokenBucket::new(RETRY_TOKENS)).build()
}

impl Clients {
    /// Blocks while TLS is set up the first time.
    fn new(config: &SdkConfig) -> Self {
        let retries = retry_partition();
        let http = aws_sdk_apigatewayv2::config::Builder::from(config).retry_partition(retries.clone());
        let rest = aws_sdk_apigateway::config::Builder::from(config).retry_partition(retries.clone());
        let cloudwatch = aws_sdk_cloudwatch::config::Builder::from(config).retry_partition(retries.clone());
        let sts = aws_sdk_sts::config::Builder::from(config).retry_partition(retries);
        Self {
            http: aws_sdk_apigatewayv2::Client::from_conf(http.build()),
            rest: aws_sdk_apigateway::Client::from_conf(rest.build()),
            cloudwatch: aws_sdk_cloudwatch::Client::from_conf(cloudwatch.build()),
            sts: aws_sdk_sts::Client::from_conf(sts.build()),
        }
    }
}

impl Session {
    pub(super) async fn open(
        aws: &Aws,
        key: &SessionKey,
        access_key: Option<AccessKey>,
    ) -> Result<Self, Problem> {
        let (chain, gate) = credentials::prepare(aws, key, access_key).await?;
        let profile = chain.profile().map(str::to_owned);
        let config = credentials::configure(chain);
        let region = config.region().map(ToString::to_string).unwrap_or_default();
        let making = config.clone();
        let clients = tokio::task::spawn_blocking(move || Clients::new(&making)).await.map_err(|error| {
            Problem::new(ProblemKind::Bug, "Cannot make the AWS clients", error.to_string())
        })?;
        Ok(Self(Arc::new(Inner {
            auth: key.auth.clone(),
            profile,
            region,
            clients,
            config,
            gate,
            read_only: aws.settings.read_only,
            identity: OnceCell::new(),
            rest_apis: OnceCell::new(),
            meter: aws.meter.clone(),
        })))
    }

    /// Whether the two are clones of one session.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The region it asks: that of its key, or the one found in the AWS files.
    pub fn region(&self) -> &str {
        &self.0.region
    }

    /// Whose credentials they are (`sts:GetCallerIdentity`, which needs no permission). Asked once, then remembered.
    pub async fn identity(&self) -> Result<Identity, Problem> {
        self.0.identity.get_or_try_init(|| self.ask_identity()).await.cloned()
    }

    /// The API of this kind and id; nothing is asked yet.
    pub fn gateway(&self, api_type: ApiType, api_id: &str) -> Gateway {
        Gateway::new(self.clone(), api_type, api_id)
    }

    /// Every API of this kind in the account and region, by name and then by id; `blended_with` is left empty (`GetApis` without
    /// WebSocket APIs, `GetRestApis`). `on_page` sees each page as it comes, in AWS's order.
    pub async fn apis(
        &self,
        api_type: ApiType,
        on_page: impl FnMut(&[Api]) + Send,
    ) -> Result<Vec<Api>, Problem> {
        let mut apis = self.gateway(api_type, "").all_apis(on_page).await?;
        apis.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(apis)
    }

    async fn ask_identity(&self) -> Result<Identity, Problem> {
        let question = self.whose();
        let answer = self.clients().sts.get_caller_identity().send().await;
        let answer = answer.map_err(|error| self.caller().problem(&question, &error))?;
        match (answer.account, answer.arn) {
            (Some(account), Some(arn)) => {
                Ok(Identity { account, arn, user_id: answer.user_id.unwrap_or_default() })
            }
            _ => Err(Problem::new(ProblemKind::Service, question.what, "The answer names no account.")),
        }
    }

    /// The question whose credentials they are.
    pub(super) fn whose(&self) -> Question {
        Question {
            what: format!("Cannot find out who these credentials belong to in {}", self.region()),
            action: "sts:GetCallerIdentity",
            resource: "*".to_owned(),
        }
    }

    pub(super) fn clients(&self) -> &Clients {
        &self.0.clients
    }

    /// The configuration of clients that pass another gate than the session's own: same credentials, same limits, same meter.
    pub(super) fn config_behind(&self, gate: impl FnOnce(Gate) -> Gate) -> SdkConfig {
        self.0.config.clone().into_builder().http_client(gate(self.0.gate.clone())).build()
    }

    /// Whether the settings refuse every write.
    pub(super) fn is_read_only(&self) -> bool {
        self.0.read_only
    }

    pub(super) fn rest_apis(&self) -> &OnceCell<Vec<(String, String)>> {
        &self.0.rest_apis
    }

    pub(super) fn meter(&self) -> &Meter {
        &self.0.meter
    }

    /// Who asks, for the texts of problems.
    pub(super) fn caller(&self) -> Caller {
        Caller {
            auth: self.0.auth.clone(),
            profile: self.0.profile.clone(),
            region: self.0.region.clone(),
            account: self.0.identity.get().map(|identity| identity.account.clone()),
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({}, {})", self.0.auth.label(), self.0.region)
    }
}
