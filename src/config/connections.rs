//! The tables `[connections.NICKNAME]`.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use super::source::{Section, Source};
use super::{paths, settings};
use crate::domain::{ApiType, Auth, Connection, Problem, RoleAuth, Thresholds};
use crate::text;

/// Keys of `[connections.NICKNAME]`.
pub(super) const KEYS: [&str; 15] = [
    "api_type",
    "api_id",
    "region",
    "profile",
    "role_arn",
    "external_id",
    "source_profile",
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

/// Words that no connection may be called, because `apigw WORD` is a command, or will be one.
pub const RESERVED: [&str; 15] = [
    "completions",
    "connection",
    "demo",
    "deploy",
    "deployments",
    "diff",
    "doctor",
    "help",
    "import",
    "man",
    "metrics",
    "policy",
    "promote",
    "rollback",
    "status",
];

/// Longest nickname, in characters.
const NICKNAME_CHARACTERS: usize = 64;

/// Whether a connection may be called that; the error says why not.
pub fn check_nickname(nickname: &str) -> Result<(), String> {
    if nickname.trim().is_empty() {
        return Err("a nickname cannot be empty".to_owned());
    }
    if nickname.chars().count() > NICKNAME_CHARACTERS {
        return Err(format!("a nickname has at most {NICKNAME_CHARACTERS} characters"));
    }
    if text::sanitise(nickname) != nickname || nickname.trim() != nickname {
        return Err("a nickname has no control characters and no blanks around it".to_owned());
    }
    if nickname.starts_with('-') {
        return Err("a nickname does not start with `-`: it would read as an option".to_owned());
    }
    if RESERVED.contains(&nickname) {
        return Err(format!("`{nickname}` is the name of a command"));
    }
    Ok(())
}

/// Reads one connection; `header` is where its nickname stands.
pub(super) fn read<'a>(
    source: &'a Source<'a>,
    nickname: &str,
    header: Range<usize>,
    value: &'a Spanned<DeValue<'a>>,
) -> Result<Connection, Problem> {
    check_nickname(nickname).map_err(|reason| {
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
        api_id: text("api_id", check_api_id)?.unwrap_or_default(),
        region: text("region", check_region)?.unwrap_or_default(),
        auth: auth(&section)?,
        account: text("account", check_account)?,
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
    for key in ["external_id", "source_profile"] {
        if section.text(key)?.is_some() && given != ["role_arn"] {
            return Err(section
                .fault_at(key, format!("`{key}` means nothing without `role_arn`"))
                .advise("Add role_arn, or delete the line."));
        }
    }
    match given[..] {
        ["profile"] => Ok(Auth::Profile(section.required("profile", "dev")?.to_owned())),
        ["role_arn"] => Ok(Auth::Role(role(section)?)),
        ["access_key_id"] => {
            let id = section.checked("access_key_id", check_access_key_id)?;
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
        arn: owned(section.checked("role_arn", check_role_arn)?).unwrap_or_default(),
        external_id: owned(section.checked("external_id", check_external_id)?),
        source_profile: owned(section.text("source_profile")?),
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

/// Whether a text can be an API's id. AWS makes ten characters; emulators let their users choose.
pub fn check_api_id(id: &str) -> Result<(), &'static str> {
    let fine = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    holds(id.len() <= 64 && id.chars().all(fine), "the id alone, such as a1b2c3d4e5, without a URL around it")
}

/// Whether a text can be a region's name; which regions there are, AWS alone knows.
pub fn check_region(region: &str) -> Result<(), &'static str> {
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let parts = region.split('-').filter(|part| !part.is_empty()).count();
    let ends_in_digit = region.ends_with(|c: char| c.is_ascii_digit());
    holds(
        region.len() <= 32 && region.chars().all(fine) && parts >= 3 && ends_in_digit,
        "the region's short name, such as eu-west-1",
    )
}

fn check_account(account: &str) -> Result<(), &'static str> {
    holds(
        account.len() == 12 && account.chars().all(|c| c.is_ascii_digit()),
        "the twelve digits of the account, in quotes",
    )
}

/// `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`, as IAM's reference has it.
fn check_role_arn(arn: &str) -> Result<(), &'static str> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let fine = match parts[..] {
        ["arn", partition, "iam", "", account, resource] => {
            partition.starts_with("aws")
                && check_account(account).is_ok()
                && resource.strip_prefix("role/").is_some_and(|name| !name.is_empty() && !name.ends_with('/'))
                && resource.chars().all(|c| c.is_ascii_graphic())
        }
        _ => false,
    };
    holds(fine, "the whole ARN of an IAM role, such as arn:aws:iam::123456789012:role/deployer")
}

/// 2 to 1224 letters, digits and `+=,.@:/-_` (`ExternalId` of STS `AssumeRole`).
fn check_external_id(id: &str) -> Result<(), &'static str> {
    let fine = |c: char| c.is_ascii_alphanumeric() || "+=,.@:/-_".contains(c);
    holds(
        (2..=1224).contains(&id.len()) && id.chars().all(fine),
        "2 to 1224 letters, digits and +=,.@:/-_ without blanks",
    )
}

/// 16 to 128 letters, digits and underscores (`AccessKeyId` of IAM).
fn check_access_key_id(id: &str) -> Result<(), &'static str> {
    let fine = |c: char| c.is_ascii_alphanumeric() || c == '_';
    holds(
        (16..=128).contains(&id.len()) && id.chars().all(fine),
        "the access key's id, such as AKIAIOSFODNN7EXAMPLE, never its secret",
    )
}

fn holds(fine: bool, expected: &'static str) -> Result<(), &'static str> {
    if fine { Ok(()) } else { Err(expected) }
}
