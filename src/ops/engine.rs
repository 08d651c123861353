//! The engine: one session for all connections that share credentials and region, and the reads on it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
use crate::history::History;

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
    /// Where what was done is written down.
    pub history: History,
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
    pub(super) history: History,
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
            history: setup.history,
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
        self.ask(connection, |session| async move { session.identity().await }).await
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
        let question = |session: Session| async move {
            let gateway = gateway(&session, connection);
            match list {
                Some(list) => gateway.api_stages_from(list).await,
                None => gateway.api_stages().await,
            }
        };
        let read = self.ask(connection, question).await?;
        self.0.cache.store(connection, &KnownStages::from(&read));
        Ok(read)
    }

    /// Every deployment, newest first. `progress` is told how many were read so far.
    pub async fn deployments(
        &self,
        connection: &Connection,
        progress: impl Fn(usize) + Send + Sync,
    ) -> Result<Vec<Deployment>, Problem> {
        let progress = &progress;
        let question = |session: Session| async move {
            let mut read = 0;
            let on_page = move |page: &[Deployment]| {
                read += page.len();
                progress(read);
            };
            gateway(&session, connection).deployments(on_page).await
        };
        self.ask(connection, question).await
    }

    /// The custom domains that lead to the API.
    pub async fn domains(&self, connection: &Connection) -> Result<Vec<CustomDomain>, Problem> {
        let question = |session: Session| async move { gateway(&session, connection).custom_domains().await };
        self.ask(connection, question).await
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
        self.ask(connection, |session| async move { session.metrics(wanted, window, detail).await }).await
    }

    /// Asks a question of the connection's session; a session that ended before its time is renewed on the way.
    pub(super) async fn ask<T, F>(
        &self,
        connection: &Connection,
        question: impl Fn(Session) -> F,
    ) -> Result<T, Problem>
    where
        F: Future<Output = Result<T, Problem>>,
    {
        let key = connection.session_key();
        self.ask_again(&key, || self.access_key(connection), question).await
    }

    /// Asks a question of the shared session of that key. When AWS says that it has ended, although its credentials say
    /// otherwise, it is opened anew and asked once more: a role is assumed again, the AWS files are read again. If that has
    /// ended too, the code of a kept sign-in brought it, and nothing but another code helps.
    pub(super) async fn ask_again<T, F>(
        &self,
        key: &SessionKey,
        access_key: impl Fn() -> Result<Option<AccessKey>, Problem>,
        question: impl Fn(Session) -> F,
    ) -> Result<T, Problem>
    where
        F: Future<Output = Result<T, Problem>>,
    {
        let ask = async || {
            let session = self.shared(key, &access_key).await?;
            self.heed(key, &session, Box::pin(question(session.clone())).await)
        };
        let renewable = !matches!(key.auth, Auth::AccessKey { .. });
        let ended =
            |answer: &Result<T, Problem>| renewable && answer.as_ref().is_err_and(|problem| problem.expired);
        let mut answer = ask().await;
        if ended(&answer) {
            answer = ask().await;
        }
        if ended(&answer) && self.0.aws.forget_sign_in(key).await {
            answer = ask().await;
        }
        answer
    }

    /// The session of that key, opened by whoever needs it first; the others wait for the same one. A failure is not
    /// remembered, so that a refresh after `aws sso login` finds the new credentials.
    pub(super) async fn shared(
        &self,
        key: &SessionKey,
        access_key: impl Fn() -> Result<Option<AccessKey>, Problem>,
    ) -> Result<Session, Problem> {
        let cell = Arc::clone(self.sessions().entry(key.clone()).or_default());
        let opened = cell.get_or_try_init(|| async {
            let access_key = access_key()?;
            self.0.aws.open(key, access_key).await
        });
        opened.await.cloned()
    }

    /// Passes an answer on. Credentials that AWS turned down are forgotten with their session: whoever renews them in the AWS
    /// files meanwhile must not have to start again.
    pub(super) fn heed<T>(
        &self,
        key: &SessionKey,
        session: &Session,
        answer: Result<T, Problem>,
    ) -> Result<T, Problem> {
        if answer.as_ref().is_err_and(|problem| problem.kind == ProblemKind::Credentials) {
            let mut sessions = self.sessions();
            // A late answer of a session before says nothing about the present one.
            if sessions.get(key).and_then(|cell| cell.get()).is_some_and(|kept| kept.is(session)) {
                sessions.remove(key);
            }
        }
        answer
    }

    /// Forgets the session of that key, so that the next question opens another.
    pub(super) fn close(&self, key: &SessionKey) {
        self.sessions().remove(key);
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<SessionKey, Arc<OnceCell<Session>>>> {
        self.0.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn aws(&self) -> &Aws {
        &self.0.aws
    }

    /// The access key of a connection that signs with one.
    pub(super) fn access_key(&self, connection: &Connection) -> Result<Option<AccessKey>, Problem> {
        let Auth::AccessKey { id } = &connection.auth else {
            return Ok(None);
        };
        if let Some(key) = self.book().access_keys.get(&connection.nickname) {
            return key.clone().map(Some);
        }
        if let Some(key) = self.known_key(id) {
            return Ok(Some(key));
        }
        let nickname = &connection.nickname;
        let what = format!("The secret of {nickname}'s access key is missing");
        Err(Problem::new(ProblemKind::Credentials, what, format!("No secret is kept for the key {id}."))
            .advise(format!(
                "Add a table [{nickname}] with secret_access_key to credentials.toml beside the config file."
            )))
    }

    /// The access key of that id, whichever connection it belongs to.
    pub(super) fn known_key(&self, id: &str) -> Option<AccessKey> {
        self.book().access_keys.values().flatten().find(|key| key.id == id).cloned()
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
