//! Signing in: MFA codes, the profiles to choose from, and what a draft of a connection can find out before it is saved.

use jiff::SignedDuration;

use super::Engine;
use crate::aws::Session;
use crate::domain::{
    AccessKey, Api, ApiType, Auth, AwsProfile, Connection, Identity, Login, MfaPrompt, Problem, Secret,
};

impl Engine {
    /// Signs the connection in with an MFA code, and every other connection behind the same role with it. The next question
    /// opens a fresh session.
    pub async fn sign_in(&self, connection: &Connection, code: &Secret) -> Result<(), Problem> {
        let key = connection.session_key();
        self.aws().sign_in(&key, self.access_key(connection)?, code).await?;
        self.close(&key);
        Ok(())
    }

    /// The MFA code that the connection waits for, if any. Reads local files only.
    pub async fn mfa_needed(&self, connection: &Connection) -> Result<Option<MfaPrompt>, Problem> {
        self.aws().mfa_needed(&connection.session_key()).await
    }

    /// The profiles of the user's AWS files, by name.
    pub async fn profiles(&self) -> Result<Vec<AwsProfile>, Problem> {
        self.aws().profiles().await
    }

    /// Whose credentials a login has.
    pub async fn login_identity(&self, login: &Login) -> Result<Identity, Problem> {
        self.ask_login(login, |session| async move { session.identity().await }).await
    }

    /// Who assumes the role of a login, which its trust policy must name; without a role, whose credentials it has.
    pub async fn login_source_identity(&self, login: &Login) -> Result<Identity, Problem> {
        self.aws().source_identity(&login.session, self.key_of(login)?).await
    }

    /// Every API of that kind that a login can see, by name. `progress` is told how many were read so far.
    pub async fn login_apis(
        &self,
        login: &Login,
        api_type: ApiType,
        progress: impl Fn(usize) + Send + Sync,
    ) -> Result<Vec<Api>, Problem> {
        let progress = &progress;
        let question = |session: Session| async move {
            let mut read = 0;
            let on_page = move |page: &[Api]| {
                read += page.len();
                progress(read);
            };
            session.apis(api_type, on_page).await
        };
        self.ask_login(login, question).await
    }

    /// How far this machine's clock is ahead of AWS's, to a second and the time that an answer takes.
    pub async fn clock_skew(&self, connection: &Connection) -> Result<SignedDuration, Problem> {
        self.ask(connection, |session| async move { session.clock_skew().await }).await
    }

    /// Signs a login in with an MFA code, and every connection behind the same role with it.
    pub async fn login_sign_in(&self, login: &Login, code: &Secret) -> Result<(), Problem> {
        self.aws().sign_in(&login.session, self.key_of(login)?, code).await?;
        self.close(&login.session);
        Ok(())
    }

    /// Asks a question of a login: a session of its own where it brings an access key, else the one that saved connections
    /// share.
    pub(super) async fn ask_login<T, F>(
        &self,
        login: &Login,
        question: impl Fn(Session) -> F,
    ) -> Result<T, Problem>
    where
        F: Future<Output = Result<T, Problem>>,
    {
        if login.access_key.is_some() {
            let session = self.aws().open(&login.session, login.access_key.clone()).await?;
            return question(session).await;
        }
        self.ask_again(&login.session, || self.key_of(login), question).await
    }

    /// The access key of a login: its own, or a saved one of the same id; a problem where that one cannot be read.
    fn key_of(&self, login: &Login) -> Result<Option<AccessKey>, Problem> {
        let saved = match &login.session.auth {
            Auth::AccessKey { id } => self.known_key(id),
            _ => None,
        };
        if let Some(key) = login.access_key.clone().or(saved) {
            return Ok(Some(key));
        }
        let signs = |connection: &&Connection| connection.auth == login.session.auth;
        let connection = self.book().connections.iter().find(signs).cloned();
        connection.map_or(Ok(None), |connection| self.access_key(&connection))
    }
}
