//! The engine: one session for all connections that share credentials and region, and the reads on it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::OnceCell;

use super::Cache;
use super::connections::Book;
use crate::aws::{ApiList, Aws, Detail, Gateway, Session, Settings, StageRef, Transport};
use crate::config::{AccessKeys, Store};
use crate::domain::{
    AccessKey, ApiStages, Auth, Connection, CustomDomain, Deployment, Identity, KnownStages, Problem,
    ProblemKind, SessionKey, StageMetrics, Usage, Window,
};

/// What time it is.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What an engine is made of.
pub struct Setup {
    /// How AWS is treated.
    pub settings: Settings,
    /// The way to it.
    pub transport: Transport,
    /// The connections in use, with the flags applied.
    pub connections: Vec<Connection>,
    /// Those of them that flags made or changed, the flag `--read-only` apart.
    pub for_this_call: Vec<Connection>,
    /// Access keys of connections that have one.
    pub access_keys: AccessKeys,
    /// Where connections are saved.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// Where the last-known stages are kept.
    pub cache: Cache,
}

/// Reads for connections. Cheap to clone; clones are the same engine.
#[derive(Clone)]
pub struct Engine(pub(super) Arc<Inner>);

pub(super) struct Inner {
    aws: Aws,
    pub(super) book: Mutex<Book>,
    pub(super) store: Mutex<Store>,
    clock: Clock,
    cache: Cache,
    pub(super) sessions: Mutex<HashMap<SessionKey, Arc<OnceCell<Session>>>>,
}

impl Engine {
    /// Makes an engine; nothing is read or asked yet.
    pub fn new(setup: Setup) -> Self {
        let book = Book {
            connections: setup.connections,
            for_this_call: setup.for_this_call,
            read_only: setup.settings.read_only,
            access_keys: setup.access_keys,
        };
        Self(Arc::new(Inner {
            aws: Aws::new(setup.transport, setup.settings),
            book: Mutex::new(book),
            store: Mutex::new(setup.store),
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
        let session = self.session(connection).await?;
        self.heed(connection, &session, session.identity().await)
    }

    /// The API and its stages.
    pub async fn stages(&self, connection: &Connection) -> Result<ApiStages, Problem> {
        self.stages_from(connection, None).await
    }

    /// The same, with the API taken from a list that connections of one session share, if there is one.
    pub(super) async fn stages_from(
        &self,
        connection: &Connection,
        list: Option<&ApiList>,
    ) -> Result<ApiStages, Problem> {
        let session = self.session(connection).await?;
        let gateway = gateway(&session, connection);
        let read = match list {
            Some(list) => gateway.api_stages_from(list).await,
            None => gateway.api_stages().await,
        };
        let read = self.heed(connection, &session, read)?;
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
        let session = self.session(connection).await?;
        let deployments = gateway(&session, connection).deployments(on_page).await;
        self.heed(connection, &session, deployments)
    }

    /// The custom domains that lead to the API.
    pub async fn domains(&self, connection: &Connection) -> Result<Vec<CustomDomain>, Problem> {
        let session = self.session(connection).await?;
        self.heed(connection, &session, gateway(&session, connection).custom_domains().await)
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
        self.measure(connection, &wanted, window, Detail::Summary).await
    }

    /// The figures of stages of any connections that share this one's session.
    pub(super) async fn measure(
        &self,
        connection: &Connection,
        wanted: &[StageRef],
        window: Window,
        detail: Detail,
    ) -> Result<Vec<StageMetrics>, Problem> {
        let session = self.session(connection).await?;
        self.heed(connection, &session, session.metrics(wanted, window, detail).await)
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

    /// Passes an answer on. Credentials that AWS turned down are forgotten with their session: whoever renews them in the AWS
    /// files meanwhile must not have to start again.
    pub(super) fn heed<T>(
        &self,
        connection: &Connection,
        session: &Session,
        answer: Result<T, Problem>,
    ) -> Result<T, Problem> {
        if answer.as_ref().is_err_and(|problem| problem.kind == ProblemKind::Credentials) {
            let mut sessions = self.0.sessions.lock().unwrap_or_else(PoisonError::into_inner);
            let key = connection.session_key();
            // A late answer of a session before says nothing about the present one.
            if sessions.get(&key).and_then(|cell| cell.get()).is_some_and(|kept| kept.is(session)) {
                sessions.remove(&key);
            }
        }
        answer
    }

    fn access_key(&self, connection: &Connection) -> Result<Option<AccessKey>, Problem> {
        let Auth::AccessKey { id } = &connection.auth else {
            return Ok(None);
        };
        let keys = &self.book().access_keys;
        let same_key = || keys.values().find(|key| key.as_ref().is_ok_and(|key| &key.id == id));
        if let Some(key) = keys.get(&connection.nickname).or_else(same_key) {
            return key.clone().map(Some);
        }
        let nickname = &connection.nickname;
        let what = format!("The secret of {nickname}'s access key is missing");
        Err(Problem::new(ProblemKind::Credentials, what, format!("No secret is kept for the key {id}."))
            .advise(format!(
                "Add a table [{nickname}] with secret_access_key to credentials.toml beside the config file."
            )))
    }
}

fn gateway(session: &Session, connection: &Connection) -> Gateway {
    session.gateway(connection.api_type, &connection.api_id)
}

pub(super) fn stage_ref(connection: &Connection, api_name: &str, stage: &str) -> StageRef {
    StageRef {
        api_type: connection.api_type,
        api_id: connection.api_id.clone(),
        api_name: api_name.to_owned(),
        stage: stage.to_owned(),
    }
}
