//! The fields of the form: their names, their kinds, what is said about each.

use crate::domain::{Auth, Capability, Thresholds};

/// A place in the form that can have the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// What people call the connection.
    Nickname,
    /// HTTP or REST.
    ApiType,
    /// Where credentials come from.
    Auth,
    /// The role to assume.
    RoleArn,
    /// What the role's trust policy asks for.
    ExternalId,
    /// Whose credentials assume the role.
    SourceProfile,
    /// The MFA device.
    MfaSerial,
    /// The profile itself.
    Profile,
    /// The access key's id.
    KeyId,
    /// The access key's secret.
    KeySecret,
    /// The session token of a temporary key.
    SessionToken,
    /// The region.
    Region,
    /// The API, or several when adding.
    Api,
    /// Whether writes ask for the nickname.
    Protected,
    /// Whether writes are refused.
    ReadOnly,
    /// What the policies allow and the test looks at.
    Can(Capability),
    /// Shows or hides what follows it.
    More,
    /// The name of the role's sessions.
    SessionName,
    /// How long they last.
    Duration,
    /// The local OpenAPI document.
    Schema,
    /// How often the screen asks again.
    Refresh,
    /// When a stage counts as degraded or failing.
    Threshold(Limit),
    /// Saves.
    Save,
}

/// One of the thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// Server errors, degraded.
    Degraded5xx,
    /// Server errors, failing.
    Failing5xx,
    /// Client errors, degraded.
    Degraded4xx,
    /// Client errors, failing.
    Failing4xx,
    /// Mean latency, degraded.
    DegradedLatency,
    /// Mean latency, failing.
    FailingLatency,
    /// Errors below which nothing is an alarm.
    MinErrors,
}

impl Limit {
    /// All of them, in the order of the config file.
    pub const ALL: [Self; 7] = [
        Self::Degraded5xx,
        Self::Failing5xx,
        Self::Degraded4xx,
        Self::Failing4xx,
        Self::DegradedLatency,
        Self::FailingLatency,
        Self::MinErrors,
    ];

    /// As it is typed: rates in percent, latencies in milliseconds, nothing where the check is off.
    pub(super) fn written(self, thresholds: &Thresholds) -> String {
        let percent = |rate: Option<f64>| rate.map(|rate| (rate * 1e8).round() / 1e6);
        let number = match self {
            Self::Degraded5xx => percent(thresholds.degraded_5xx),
            Self::Failing5xx => percent(thresholds.failing_5xx),
            Self::Degraded4xx => percent(thresholds.degraded_4xx),
            Self::Failing4xx => percent(thresholds.failing_4xx),
            Self::DegradedLatency => thresholds.degraded_latency_ms,
            Self::FailingLatency => thresholds.failing_latency_ms,
            Self::MinErrors => return thresholds.min_errors.to_string(),
        };
        number.map(|number| number.to_string()).unwrap_or_default()
    }

    /// Takes what was typed; the error says what to write instead. What was not changed stays exactly as it was.
    pub(super) fn read(self, text: &str, thresholds: &mut Thresholds) -> Result<(), &'static str> {
        if text == self.written(thresholds) {
            return Ok(());
        }
        let within = |least: f64, most: f64, expected| {
            if text.is_empty() {
                return Ok(None);
            }
            let number = text.trim_end_matches('%').trim_end().parse::<f64>().ok();
            number.filter(|number| (least..=most).contains(number)).map(Some).ok_or(expected)
        };
        let rate = || {
            let percent =
                within(0.0, 100.0, "a percentage from 0 to 100, or nothing to switch the check off");
            percent.map(|percent| percent.map(|percent| percent / 100.0))
        };
        let latency =
            || within(1.0, 60_000.0, "milliseconds from 1 to 60000, or nothing to switch the check off");
        match self {
            Self::Degraded5xx => thresholds.degraded_5xx = rate()?,
            Self::Failing5xx => thresholds.failing_5xx = rate()?,
            Self::Degraded4xx => thresholds.degraded_4xx = rate()?,
            Self::Failing4xx => thresholds.failing_4xx = rate()?,
            Self::DegradedLatency => thresholds.degraded_latency_ms = latency()?,
            Self::FailingLatency => thresholds.failing_latency_ms = latency()?,
            Self::MinErrors => {
                let number = text.parse().ok().filter(|number| *number <= 1_000_000);
                thresholds.min_errors = number.ok_or("a whole number up to 1000000")?;
            }
        }
        Ok(())
    }
}

/// The four ways to credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthKind {
    /// A role that is assumed.
    Role,
    /// An access key.
    AccessKey,
    /// A profile of the AWS files.
    Profile,
    /// The SDK's default chain.
    Environment,
}

impl AuthKind {
    /// All of them, in the order of the choice.
    pub const ALL: [Self; 4] = [Self::Role, Self::AccessKey, Self::Profile, Self::Environment];

    /// Its name in the choice.
    pub fn label(self) -> &'static str {
        match self {
            Self::Role => "IAM role",
            Self::AccessKey => "access key",
            Self::Profile => "AWS profile",
            Self::Environment => "environment",
        }
    }

    pub(super) fn of(auth: &Auth) -> Self {
        match auth {
            Auth::Role(_) => Self::Role,
            Auth::AccessKey { .. } => Self::AccessKey,
            Auth::Profile(_) => Self::Profile,
            Auth::Environment => Self::Environment,
        }
    }

    /// The fields that only this way has.
    pub(super) fn fields(self) -> &'static [Field] {
        match self {
            Self::Role => &[Field::RoleArn, Field::ExternalId, Field::SourceProfile, Field::MfaSerial],
            Self::AccessKey => &[Field::KeyId, Field::KeySecret, Field::SessionToken],
            Self::Profile => &[Field::Profile],
            Self::Environment => &[],
        }
    }
}

/// How a field is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// By typing.
    Text,
    /// By typing, with a list to choose from.
    Pick,
    /// By typing what is never shown.
    Secret,
    /// One of a few, all of them shown.
    Choice,
    /// Yes or no.
    Tick,
    /// It is pressed.
    Button,
}

impl Field {
    /// How it is filled in.
    pub fn kind(self) -> Kind {
        match self {
            Self::ApiType | Self::Auth => Kind::Choice,
            Self::SourceProfile | Self::Profile | Self::Region | Self::Api => Kind::Pick,
            Self::KeySecret | Self::SessionToken => Kind::Secret,
            Self::Protected | Self::ReadOnly | Self::Can(_) => Kind::Tick,
            Self::More | Self::Save => Kind::Button,
            _ => Kind::Text,
        }
    }

    /// Its name, before the value.
    pub fn label(self) -> &'static str {
        match self {
            Self::Nickname => "Nickname",
            Self::ApiType => "API type",
            Self::Auth => "Credentials",
            Self::RoleArn => "Role ARN",
            Self::ExternalId => "External ID",
            Self::SourceProfile => "Source profile",
            Self::MfaSerial => "MFA device",
            Self::Profile => "Profile",
            Self::KeyId => "Access key id",
            Self::KeySecret => "Secret",
            Self::SessionToken => "Session token",
            Self::Region => "Region",
            Self::Api => "API",
            Self::Protected => "protected",
            Self::ReadOnly => "read-only",
            Self::Can(capability) => capability.as_str(),
            Self::More => "More settings",
            Self::SessionName => "Session name",
            Self::Duration => "Session seconds",
            Self::Schema => "Schema file",
            Self::Refresh => "Refresh seconds",
            Self::Threshold(limit) => match limit {
                Limit::Degraded5xx => "5xx % degraded",
                Limit::Failing5xx => "5xx % failing",
                Limit::Degraded4xx => "4xx % degraded",
                Limit::Failing4xx => "4xx % failing",
                Limit::DegradedLatency => "ms degraded",
                Limit::FailingLatency => "ms failing",
                Limit::MinErrors => "Least errors",
            },
            Self::Save => "Save",
        }
    }

    /// What to know while filling it in, in one line.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Nickname => "What you will call it: `apigw NICKNAME` opens it",
            Self::ApiType => "left and right choose",
            Self::Auth => "left and right choose; only an access key is kept here",
            Self::RoleArn => "The whole ARN, such as arn:aws:iam::123456789012:role/deployer",
            Self::ExternalId => "The role's trust policy asks for it; ctrl-p shows that policy",
            Self::SourceProfile => "Whose credentials assume the role; nothing is the environment's",
            Self::MfaSerial => "Where a code is asked for: the device's ARN or its number",
            Self::Profile => "From your own AWS files; nothing of it is stored",
            Self::KeyId => "Such as AKIAIOSFODNN7EXAMPLE",
            Self::KeySecret => "Paste it; never shown again, kept in credentials.toml alone",
            Self::SessionToken => "Only for temporary keys",
            Self::Region => "Type to narrow the list down; tab leaves any region as typed",
            Self::Api => "Type to narrow the list down; tab leaves an id as typed",
            Self::Protected => "space switches; every write asks for the nickname to be typed",
            Self::ReadOnly => "space switches; apigw refuses every write itself",
            Self::Can(_) => "space switches; ctrl-p shows the policy, ctrl-t tests it",
            Self::More => "enter shows or hides the settings that few connections need",
            Self::SessionName => "What the audit log calls its sessions; nothing is apigw",
            Self::Duration => "900 to 43200; an hour at most where a role assumes the role",
            Self::Schema => "The OpenAPI document of this API: an absolute path, or ~/...",
            Self::Refresh => "5 to 86400, 0 for never; nothing is the setting for all",
            Self::Threshold(Limit::MinErrors) => "Fewer errors than this in an hour are no alarm",
            Self::Threshold(Limit::DegradedLatency | Limit::FailingLatency) => {
                "Mean latency in milliseconds; nothing switches it off"
            }
            Self::Threshold(_) => "Errors in a hundred requests; nothing switches it off",
            Self::Save => "enter saves; AWS is first asked whose credentials these are",
        }
    }
}
