//! Signing in with MFA codes. A code is good once, so the credentials it brought are kept for all sessions that stand behind the
//! same role; and nobody is asked from within a request, which could not wait for an answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use tokio::time::timeout;

use super::Aws;
use super::credentials::{LOAD_TIMEOUT, prepare};
use super::problem::{Caller, Question};
use super::profile::{Chain, Profiles};
use crate::domain::{
    AccessKey, Auth, AwsProfile, MfaPrompt, Problem, ProblemKind, RoleAuth, Secret, SessionKey, rules,
};

/// How long before its end a kept sign-in counts as over.
const MARGIN: Duration = Duration::from_mins(1);

/// The credentials of roles that wanted an MFA code and got it, by the chain that ends with the role. In memory only.
#[derive(Clone, Default)]
pub(super) struct SignIns {
    kept: Arc<Mutex<HashMap<Chain, Credentials>>>,
    /// Held while somebody signs in: whoever comes second with the same code finds the session of the first.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl SignIns {
    /// How many roles of the chain are done with at `now`, and the credentials of the last of them; 0 and none when nothing is
    /// kept.
    pub(super) fn latest(&self, chain: &Chain, now: SystemTime) -> (usize, Option<Credentials>) {
        let kept = self.kept();
        let unexpired =
            |credentials: &&Credentials| credentials.expiry().is_none_or(|expiry| expiry > now + MARGIN);
        let of = |length: usize| kept.get(&chain.first(length)).filter(unexpired).cloned();
        let latest = (1..=chain.roles.len()).rev().find_map(|length| Some((length, of(length)?)));
        latest.map_or((0, None), |(length, credentials)| (length, Some(credentials)))
    }

    fn keep(&self, chain: Chain, credentials: Credentials) {
        self.kept().insert(chain, credentials);
    }

    /// Whether anything was kept of the chain.
    fn forget(&self, chain: &Chain) -> bool {
        let mut kept = self.kept();
        let forgotten = (1..=chain.roles.len()).filter(|length| kept.remove(&chain.first(*length)).is_some());
        forgotten.count() > 0
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<Chain, Credentials>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The problem of a role that waits for a code; what fails for want of it, the caller knows.
pub(super) fn needs_mfa(role: &RoleAuth) -> Problem {
    let serial = role.mfa_serial.clone().unwrap_or_default();
    let why = format!("The role {} wants a code of the MFA device {serial}.", role.arn);
    let problem = Problem::new(ProblemKind::NeedsMfa, "", why)
        .advise("Give the six digits that the device shows with `--mfa-code`, or sign in on the screen.");
    Problem { mfa: Some(MfaPrompt { role: role.arn.clone(), serial }), ..problem }
}

impl Aws {
    /// Signs in with an MFA code: assumes the first role on the way to the session's credentials that still wants one
    /// (`sts:AssumeRole`). All sessions behind the same role use what it brought until it ends, those already open too. Where
    /// no code is wanted (any more), nothing is asked.
    pub async fn sign_in(
        &self,
        key: &SessionKey,
        access_key: Option<AccessKey>,
        code: &Secret,
    ) -> Result<(), Problem> {
        rules::mfa_code(code.expose()).map_err(|expected| {
            Problem::new(ProblemKind::Usage, "Cannot sign in", "That is no MFA code.")
                .advise(format!("Write {expected}."))
        })?;
        let (roles, _) = prepare(self, key, access_key).await?;
        let _turn = self.sign_ins.turn.lock().await;
        let chain = self.chain(&key.auth).await?;
        let (done, kept) = self.sign_ins.latest(&chain, self.transport.now());
        let Some((wanted, role)) = chain.wants_code(done) else { return Ok(()) };
        let question = Question {
            what: format!("Cannot sign in to the role {}", role.arn),
            action: "sts:AssumeRole",
            resource: role.arn.clone(),
        };
        let signed_in = timeout(LOAD_TIMEOUT, roles.sign_in(&chain, (done, kept), wanted, code)).await;
        let signed_in = signed_in.unwrap_or_else(|_| Err(CredentialsError::provider_timed_out(LOAD_TIMEOUT)));
        let caller = Caller {
            auth: key.auth.clone(),
            profile: roles.profile().map(str::to_owned),
            region: roles.config().region().map(ToString::to_string).unwrap_or_default(),
            account: None,
        };
        let credentials = signed_in.map_err(|error| caller.without_credentials(&question, &error))?;
        self.sign_ins.keep(chain.first(wanted + 1), credentials);
        Ok(())
    }

    /// The MFA code that is wanted now before the session has credentials, if any. Reads local files, and asks AWS nothing.
    pub async fn mfa_needed(&self, key: &SessionKey) -> Result<Option<MfaPrompt>, Problem> {
        let chain = self.chain(&key.auth).await?;
        let (done, _) = self.sign_ins.latest(&chain, self.transport.now());
        Ok(chain.wants_code(done).and_then(|(_, role)| needs_mfa(role).mfa))
    }

    /// Forgets the sign-ins that the session's credentials stand on, because AWS takes them no more. Says whether there were
    /// any.
    pub async fn forget_sign_in(&self, key: &SessionKey) -> bool {
        self.chain(&key.auth).await.is_ok_and(|chain| self.sign_ins.forget(&chain))
    }

    /// The profiles of the user's AWS files, by name; the embedded AWS has its own.
    pub async fn profiles(&self) -> Result<Vec<AwsProfile>, Problem> {
        let (fs, env) = self.transport.files();
        Ok(Profiles::load(&fs, &env).await?.list())
    }

    /// The way to the credentials of `auth`, by the AWS files of this moment.
    pub(super) async fn chain(&self, auth: &Auth) -> Result<Chain, Problem> {
        let (fs, env) = self.transport.files();
        Profiles::load(&fs, &env).await?.chain(auth)
    }
}
