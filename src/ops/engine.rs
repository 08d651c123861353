//! The engine: one session for all connections that share credentials and region, and the reads on it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::OnceCell;

use super::Cache;
use crate::aws::{AccessKey, Aws, Detail, Gateway, Session, Settings, StageRef, Transport};
use crate::domain::{
    ApiStages, Auth, Connection, CustomDomain, Deployment, Identity, KnownStages, Problem, ProblemKind,
    SessionKey, StageMetrics, Usage, Window,
};

/// What time it is.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What an engine is made of.
pub struct Setup {
    /// How AWS is treated.
    pub settings: Settings,
    /// The way to it.
    pub transport: Transport,
    /// Access keys of connections that have one, by nickname.
    pub access_keys: BTreeMap<String, AccessKey>,
    /// What time it is.
    pub clock: Clock,
    /// Where the last-known stages are kept.
    pub cache: Cache,
}

/// Reads for connections. Cheap to clone; clones are the same engine.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    aws: Aws,
    access_keys: BTreeMap<String, AccessKey>,
    clock: Clock,
    cache: Cache,
    sessions: Mutex<HashMap<SessionKey, Arc<OnceCell<Session>>>>,
}

impl Engine {
    /// Makes an engine; nothing is read or asked yet.
    pub fn new(setup: Setup) -> Self {
        Self(Arc::new(Inner {
            aws: Aws::new(setup.transport, setup.settings),
            access_keys: setup.access_keys,
            clock: setup.clock,
            cache: setup.cache,
            sessions: Mutex::default(),
        }))
    }

    /// What AWS was asked so far.
    pub fn usage(&self) -> Usage {
        self.0.aws.usage()
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.0.clock)()
    }

    /// What is remembered of a connection's API.
    pub fn known(&self, connection: &Connection) -> Option<KnownStages> {
        self.0.cache.load(connection)
    }

    /// Whose credentials the connection has.
    pub async fn identity(&self, connection: &Connection) -> Result<Identity, Problem> {
        self.session(connection).await?.identity().await
    }

    /// The API and its stages.
    pub async fn stages(&self, connection: &Connection) -> Result<ApiStages, Problem> {
        let read = self.gateway(connection).await?.api_stages().await?;
        self.0.cache.store(connection, &KnownStages::from(&read));
        Ok(read)
    }

    /// Every deployment, newest first. `progress` is told how many were read so far.
    pub async fn deployments(
        &self,
        connection: &Connection,
        progress: impl Fn(usize) + Send,
    ) -> Result<Vec<Deployment>, Problem> {
        let mut read = 0;
        let on_page = move |page: &[Deployment]| {
            read += page.len();
            progress(read);
        };
        self.gateway(connection).await?.deployments(on_page).await
    }

    /// The custom domains that lead to the API.
    pub async fn domains(&self, connection: &Connection) -> Result<Vec<CustomDomain>, Problem> {
        self.gateway(connection).await?.custom_domains().await
    }

    /// The figures of some stages over one window, in the order of `stages`: one request for all of them.
    pub async fn metrics(
        &self,
        connection: &Connection,
        api_name: &str,
        stages: &[String],
        window: Window,
    ) -> Result<Vec<StageMetrics>, Problem> {
        let wanted: Vec<StageRef> =
            stages.iter().map(|stage| stage_ref(connection, api_name, stage)).collect();
        self.session(connection).await?.metrics(&wanted, window, Detail::Summary).await
    }

    /// The session of a connection, opened by whoever needs it first; the others wait for the same one. A failure is not
    /// remembered, so that a refresh after `aws sso login` finds the new credentials.
    pub(super) async fn session(&self, connection: &Connection) -> Result<Session, Problem> {
        let key = connection.session_key();
        let cell = {
            let mut sessions = self.0.sessions.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(sessions.entry(key.clone()).or_default())
        };
        let opened = cell.get_or_try_init(|| async {
            let access_key = self.access_key(connection)?;
            self.0.aws.open(&key, access_key).await
        });
        opened.await.cloned()
    }

    async fn gateway(&self, connection: &Connection) -> Result<Gateway, Problem> {
        Ok(self.session(connection).await?.gateway(connection.api_type, &connection.api_id))
    }

    fn access_key(&self, connection: &Connection) -> Result<Option<AccessKey>, Problem> {
        let Auth::AccessKey { id } = &connection.auth else {
            return Ok(None);
        };
        let by_nickname = self.0.access_keys.get(&connection.nickname);
        let same_key = || self.0.access_keys.values().find(|key| &key.id == id);
        let missing = || {
            let what = format!("The secret of {}'s access key is missing", connection.nickname);
            Problem::new(ProblemKind::Credentials, what, format!("No secret is kept for the key {id}."))
                .advise(format!(
                    "add a table [{}] with secret_access_key to credentials.toml",
                    connection.nickname
                ))
        };
        by_nickname.or_else(same_key).cloned().map(Some).ok_or_else(missing)
    }
}

pub(super) fn stage_ref(connection: &Connection, api_name: &str, stage: &str) -> StageRef {
    StageRef {
        api_type: connection.api_type,
        api_id: connection.api_id.clone(),
        api_name: api_name.to_owned(),
        stage: stage.to_owned(),
    }
}
