//! Who exists: access keys, the identities behind them, and roles that may be assumed.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::dice::Dice;
use super::signature::Signature;

/// The identity behind an access key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub account: String,
    pub arn: String,
    pub user_id: String,
    pub kind: CallerKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallerKind {
    User,
    /// Assuming a further role from here is role chaining.
    AssumedRole,
}

/// Why a key names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stranger {
    Unknown,
    Expired,
}

/// A role, and what its trust policy asks of those who assume it.
#[derive(Clone, Debug)]
pub struct Role {
    pub arn: String,
    pub unique_id: String,
    pub external_id: Option<String>,
    pub mfa: Option<MfaDevice>,
    /// The ARN of the only role that may assume it; `None` lets everybody.
    pub principal: Option<String>,
    /// The longest session, in seconds.
    pub longest_session: i64,
}

#[derive(Clone, Debug)]
pub struct MfaDevice {
    pub serial: String,
    pub code: String,
}

impl Role {
    /// Whether its trust policy names this caller.
    pub fn trusts(&self, caller: &Caller) -> bool {
        self.principal.as_ref().is_none_or(|principal| caller.arn.starts_with(&sessions_of(principal)))
    }
}

fn account_of(role_arn: &str) -> &str {
    role_arn.split(':').nth(4).unwrap_or_default()
}

/// What the ARNs of a role's sessions begin with. The path of the role does not appear in it.
fn sessions_of(role_arn: &str) -> String {
    let name = role_arn.rsplit('/').next().unwrap_or_default();
    format!("arn:aws:sts::{}:assumed-role/{name}/", account_of(role_arn))
}

/// Temporary credentials.
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: String,
    pub expiration: Timestamp,
}

struct Key {
    caller: Caller,
    session: Option<Session>,
}

struct Session {
    token: String,
    expires: Timestamp,
}

/// All identities of the embedded AWS.
pub struct Directory {
    keys: HashMap<String, Key>,
    roles: Vec<Role>,
    dice: Dice,
}

impl Directory {
    pub fn new(seed: u64) -> Self {
        Self { keys: HashMap::new(), roles: Vec::new(), dice: Dice::of(seed, "directory") }
    }

    /// Adds a user with a long-term access key.
    pub fn add_user(&mut self, access_key_id: &str, account: &str, arn: &str) {
        let user_id = format!("AIDA{}", self.dice.word(17, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"));
        let caller =
            Caller { account: account.to_owned(), arn: arn.to_owned(), user_id, kind: CallerKind::User };
        self.keys.insert(access_key_id.to_owned(), Key { caller, session: None });
    }

    /// Adds a role that only sessions of another role may assume.
    pub fn add_role_for(&mut self, arn: &str, principal: &str) {
        self.add_role(arn, None, None);
        if let Some(role) = self.roles.last_mut() {
            role.principal = Some(principal.to_owned());
        }
    }

    /// Adds a role that everybody may assume who says and shows what it asks for.
    pub fn add_role(&mut self, arn: &str, external_id: Option<&str>, mfa: Option<MfaDevice>) {
        let unique_id = format!("AROA{}", self.dice.word(17, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"));
        let external_id = external_id.map(str::to_owned);
        let longest_session = 4 * 3600;
        let arn = arn.to_owned();
        self.roles.push(Role { arn, unique_id, external_id, mfa, principal: None, longest_session });
    }

    pub fn role(&self, arn: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.arn == arn)
    }

    /// The caller that `signature` names. A session token must be that of the key, and not have run out.
    pub fn identify(&self, signature: &Signature, now: Timestamp) -> Result<Caller, Stranger> {
        let key = self.keys.get(&signature.access_key_id).ok_or(Stranger::Unknown)?;
        let expected = key.session.as_ref().map(|session| &session.token);
        if expected != signature.session_token.as_ref() {
            return Err(Stranger::Unknown);
        }
        match &key.session {
            Some(session) if session.expires <= now => Err(Stranger::Expired),
            _ => Ok(key.caller.clone()),
        }
    }

    /// The account that an access key id belongs to, whether or not it may still be used.
    pub fn account(&self, access_key_id: &str) -> Option<&str> {
        self.keys.get(access_key_id).map(|key| key.caller.account.as_str())
    }

    /// Opens a session as `role`, and gives its credentials and its identity.
    pub fn open_session(
        &mut self,
        role: &Role,
        name: &str,
        seconds: i64,
        now: Timestamp,
    ) -> (Credentials, Caller) {
        let caller = Caller {
            arn: format!("{}{name}", sessions_of(&role.arn)),
            user_id: format!("{}:{name}", role.unique_id),
            account: account_of(&role.arn).to_owned(),
            kind: CallerKind::AssumedRole,
        };
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let credentials = Credentials {
            access_key_id: format!("ASIA{}", self.dice.word(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")),
            secret_access_key: self.dice.word(40, letters),
            session_token: self.dice.word(356, letters),
            expiration: now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX),
        };
        let session = Session { token: credentials.session_token.clone(), expires: credentials.expiration };
        let key = Key { caller: caller.clone(), session: Some(session) };
        self.keys.insert(credentials.access_key_id.clone(), key);
        (credentials, caller)
    }
}
