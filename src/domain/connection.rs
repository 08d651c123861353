//! A connection: a nickname for one API, and how to get at it.

use std::path::PathBuf;
use std::time::Duration;

use super::{ApiType, Identity, Problem, ProblemKind, Thresholds};

/// One entry of the config file; no secret is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// What people call it; unique, and no subcommand's name.
    pub nickname: String,
    /// HTTP or REST.
    pub api_type: ApiType,
    /// The API's id.
    pub api_id: String,
    /// Its region, `eu-west-1`.
    pub region: String,
    /// Where its credentials come from.
    pub auth: Auth,
    /// The account it was made for, when known. Writes are refused in another one.
    pub account: Option<String>,
    /// Writes ask for the nickname to be typed.
    pub protected: bool,
    /// Writes are refused.
    pub read_only: bool,
    /// When a stage counts as degraded or failing.
    pub thresholds: Thresholds,
    /// The local OpenAPI document that belongs to it.
    pub schema: Option<PathBuf>,
    /// How often the screen asks again; `None` leaves it to the global setting.
    pub refresh: Option<Duration>,
}

impl Connection {
    /// A connection with every setting at its default: open for writes, unguarded, no schema, any account.
    pub fn new(
        nickname: impl Into<String>,
        api_type: ApiType,
        api_id: impl Into<String>,
        region: impl Into<String>,
        auth: Auth,
    ) -> Self {
        Self {
            nickname: nickname.into(),
            api_type,
            api_id: api_id.into(),
            region: region.into(),
            auth,
            account: None,
            protected: false,
            read_only: false,
            thresholds: Thresholds::default(),
            schema: None,
            refresh: None,
        }
    }

    /// The trouble with credentials of another account than the connection was made for: reading goes on, writing does not.
    pub fn account_problem(expected: Option<&str>, identity: &Identity) -> Option<Problem> {
        let expected = expected.filter(|expected| *expected != identity.account)?;
        let what = format!("These credentials belong to the account {}", identity.account);
        let why = format!("The connection was made for the account {expected}: every write is refused.");
        let advice = "Use credentials of that account, or edit the connection's `account` if it moved.";
        Some(Problem::new(ProblemKind::ReadOnly, what, why).advise(advice))
    }

    /// Said where credentials turn out to be another account's than the connection was made for.
    pub fn stranger(&self, account: &str) -> Option<String> {
        let made_for = self.account.as_deref().filter(|made_for| *made_for != account)?;
        Some(format!("Credentials of the account {account}, not {made_for}: writes are refused"))
    }

    /// Connections with the same key share one session, its credentials and its metric requests.
    pub fn session_key(&self) -> SessionKey {
        SessionKey { auth: self.auth.clone(), region: self.region.clone() }
    }
}

/// What two connections must have in common to share a session.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SessionKey {
    /// The source of the credentials, role and external ID included.
    pub auth: Auth,
    /// The region asked.
    pub region: String,
}

/// Where credentials come from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Auth {
    /// The SDK's default chain: environment, default profile, container, instance.
    Environment,
    /// A profile of the user's AWS files.
    Profile(String),
    /// A role, assumed with the credentials of a profile or of the default chain.
    Role(RoleAuth),
    /// An access key; its secret is in `credentials.toml` under the connection's nickname.
    AccessKey {
        /// The key's id; no secret.
        id: String,
    },
}

impl Auth {
    /// A few words for a table: `role deployer`, `profile dev`, `access key`, `environment`.
    pub fn label(&self) -> String {
        match self {
            Self::Environment => "environment".to_owned(),
            Self::Profile(name) => format!("profile {name}"),
            Self::Role(role) => format!("role {}", role.arn.rsplit('/').next().unwrap_or(&role.arn)),
            Self::AccessKey { .. } => "access key".to_owned(),
        }
    }
}

/// A role to assume.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RoleAuth {
    /// The role's ARN.
    pub arn: String,
    /// The external ID its trust policy asks for, 2 to 1224 characters. Not a secret.
    pub external_id: Option<String>,
    /// The profile whose credentials assume it; `None` is the default chain.
    pub source_profile: Option<String>,
    /// The MFA device whose code must be given, where the trust policy asks for one.
    pub mfa_serial: Option<String>,
    /// The name its sessions bear in the audit log, 2 to 64 characters; `apigw` without one.
    pub session_name: Option<String>,
    /// How long a session lasts, in seconds, 900 to 43,200; an hour without one. AWS allows no more than an hour to a role
    /// that is assumed by a role.
    pub duration_seconds: Option<u32>,
}

impl RoleAuth {
    /// The account of the role.
    pub fn account(&self) -> &str {
        self.arn.split(':').nth(4).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_auth_is_labelled_by_what_tells_it_apart() {
        let role =
            RoleAuth { arn: "arn:aws:iam::123456789012:role/ci/deployer".into(), ..RoleAuth::default() };
        assert_eq!(Auth::Role(role).label(), "role deployer");
        assert_eq!(Auth::Profile("dev".into()).label(), "profile dev");
    }
}
