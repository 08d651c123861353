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

/// A role, and what its trust policy asks of those who assume it. Who they are does not matter.
#[derive(Clone, Debug)]
pub struct Role {
    pub arn: String,
    pub unique_id: String,
    pub external_id: Option<String>,
    pub mfa: Option<MfaDevice>,
    /// The longest session, in seconds.
    pub longest_session: i64,
}

#[derive(Clone, Debug)]
pub struct MfaDevice {
    pub serial: String,
    pub code: String,
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

    /// Adds a role.
    pub fn add_role(&mut self, arn: &str, external_id: Option<&str>, mfa: Option<MfaDevice>) {
        let unique_id = format!("AROA{}", self.dice.word(17, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"));
        let external_id = external_id.map(str::to_owned);
        let longest_session = 4 * 3600;
        self.roles.push(Role { arn: arn.to_owned(), unique_id, external_id, mfa, longest_session });
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
        let mut words = role.arn.split(':');
        let account = words.nth(4).unwrap_or_default().to_owned();
        // The path of a role does not appear in the ARN of its sessions.
        let role_name = role.arn.rsplit('/').next().unwrap_or_default();
        let caller = Caller {
            arn: format!("arn:aws:sts::{account}:assumed-role/{role_name}/{name}"),
            user_id: format!("{}:{name}", role.unique_id),
            account,
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
