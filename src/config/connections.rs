//! The tables `[connections.NICKNAME]`.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use super::source::{Section, Source};
use super::{paths, settings};
use crate::domain::{ApiType, Auth, Connection, Problem, RoleAuth, Thresholds, rules};

/// Keys of `[connections.NICKNAME]`.
pub(super) const KEYS: [&str; 18] = [
    "api_type",
    "api_id",
    "region",
    "profile",
    "role_arn",
    "external_id",
    "source_profile",
    "mfa_serial",
    "role_session_name",
    "role_duration_seconds",
    "access_key_id",
    "environment",
    "account",
    "protected",
    "read_only",
    "schema",
    "refresh_seconds",
    "thresholds",
];

/// Keys of `[connections.NICKNAME.thresholds]`.
pub(super) const THRESHOLD_KEYS: [&str; 7] = [
    "degraded_5xx",
    "failing_5xx",
    "degraded_4xx",
    "failing_4xx",
    "degraded_latency_ms",
    "failing_latency_ms",
    "min_errors",
];

/// Keys of which exactly one says where the credentials come from.
const AUTH_KEYS: [&str; 4] = ["profile", "role_arn", "access_key_id", "environment"];

/// Reads one connection; `header` is where its nickname stands.
pub(super) fn read<'a>(
    source: &'a Source<'a>,
    nickname: &str,
    header: Range<usize>,
    value: &'a Spanned<DeValue<'a>>,
) -> Result<Connection, Problem> {
    rules::nickname(nickname).map_err(|reason| {
        source.problem(header.clone(), reason).advise("Give the connection another nickname.")
    })?;
    let section = Section::open(source, format!("connections.{nickname}"), header, value, &KEYS)?;
    let api_type = api_type(&section)?;
    section.required("api_id", "a1b2c3d4e5")?;
    section.required("region", "eu-west-1")?;
    let text = |key, check: fn(&str) -> Result<(), &'static str>| {
        Ok::<_, Problem>(section.checked(key, check)?.map(str::to_owned))
    };
    Ok(Connection {
        nickname: nickname.to_owned(),
        api_type,
        api_id: text("api_id", rules::api_id)?.unwrap_or_default(),
        region: text("region", rules::region)?.unwrap_or_default(),
        auth: auth(&section)?,
        account: text("account", rules::account)?,
        protected: section.flag("protected")?.unwrap_or(false),
        read_only: section.flag("read_only")?.unwrap_or(false),
        thresholds: match section.section("thresholds", &THRESHOLD_KEYS)? {
            Some(section) => thresholds(&section)?,
            None => Thresholds::default(),
        },
        schema: section.text("schema")?.map(|path| paths::written(path, source.path)),
        refresh: settings::refresh(&section)?,
    })
}

fn api_type(section: &Section) -> Result<ApiType, Problem> {
    let text = section.required("api_type", "http")?;
    text.parse().map_err(|_| {
        section
            .fault_at("api_type", "`api_type` has a value that cannot be right")
            .advise("Write \"http\" or \"rest\".")
    })
}

fn auth(section: &Section) -> Result<Auth, Problem> {
    let given: Vec<&str> =
        section.in_order().into_iter().map(|(key, _)| key).filter(|key| AUTH_KEYS.contains(key)).collect();
    if let [first, second, ..] = given[..] {
        return Err(section
            .fault_at(second, format!("`{first}` and `{second}` both say where the credentials come from"))
            .advise("Keep one of them.")
            .advise("To assume a role with a profile's credentials, write role_arn and source_profile."));
    }
    for key in ["external_id", "source_profile", "mfa_serial", "role_session_name", "role_duration_seconds"] {
        if section.has(key) && given != ["role_arn"] {
            return Err(section
                .fault_at(key, format!("`{key}` means nothing without `role_arn`"))
                .advise("Add role_arn, or delete the line."));
        }
    }
    match given[..] {
        ["profile"] => Ok(Auth::Profile(section.required("profile", "dev")?.to_owned())),
        ["role_arn"] => Ok(Auth::Role(role(section)?)),
        ["access_key_id"] => {
            let id = section.checked("access_key_id", rules::access_key_id)?;
            Ok(Auth::AccessKey {
                id: id.unwrap_or_default().to_owned(),
            })
        }
        ["environment"] if section.flag("environment")? == Some(true) => Ok(Auth::Environment),
        ["environment"] => Err(section
            .fault_at("environment", "`environment = false` leaves no credentials")
            .advise("Write environment = true, or another source in its place.")),
        _ => Err(section
            .fault("nothing says where the credentials come from")
            .advise("Add one of: profile = \"NAME\", role_arn = \"ARN\", access_key_id = \"AKIA...\", environment = true")),
    }
}

fn role(section: &Section) -> Result<RoleAuth, Problem> {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Ok(RoleAuth {
        arn: owned(section.checked("role_arn", rules::role_arn)?).unwrap_or_default(),
        external_id: owned(section.checked("external_id", rules::external_id)?),
        source_profile: owned(section.text("source_profile")?),
        mfa_serial: owned(section.checked("mfa_serial", rules::mfa_serial)?),
        session_name: owned(section.checked("role_session_name", rules::role_session_name)?),
        duration_seconds: section.whole("role_duration_seconds", rules::ROLE_DURATION_SECONDS)?,
    })
}

fn thresholds(section: &Section) -> Result<Thresholds, Problem> {
    let default = Thresholds::default();
    let rate = |key, default| {
        let rate = section.limit(key, 0.0..=1.0, default);
        rate.map_err(|problem| problem.advise("Rates are fractions: write 0.05 for 5%."))
    };
    let latency = |key, default| section.limit(key, 1.0..=60_000.0, default);
    Ok(Thresholds {
        degraded_5xx: rate("degraded_5xx", default.degraded_5xx)?,
        failing_5xx: rate("failing_5xx", default.failing_5xx)?,
        degraded_4xx: rate("degraded_4xx", default.degraded_4xx)?,
        failing_4xx: rate("failing_4xx", default.failing_4xx)?,
        degraded_latency_ms: latency("degraded_latency_ms", default.degraded_latency_ms)?,
        failing_latency_ms: latency("failing_latency_ms", default.failing_latency_ms)?,
        min_errors: section.whole("min_errors", 0..=1_000_000)?.unwrap_or(default.min_errors),
    })
}
