//! What a connection is besides its API and its credentials, as flags say it.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::cli::choice::usage;
use crate::domain::{Connection, Problem, ProblemKind, Thresholds};

/// Flags for the settings of a connection; `--read-only` is one more, and a flag of every command.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Settings")]
pub struct SettingFlags {
    /// Ask for the nickname to be typed before anything is written
    #[arg(long)]
    protected: bool,
    /// The local OpenAPI document that belongs to it
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// How often the screen asks again, in seconds: 5 to 86400, or 0 for never
    #[arg(long, value_name = "SECONDS", value_parser = refresh)]
    refresh: Option<Duration>,
    /// When a stage is degraded or failing, such as `failing_5xx=5%`, `degraded_latency_ms=800` or `failing_4xx=off`; may be given
    /// several times
    #[arg(long, value_name = "KEY=LIMIT")]
    threshold: Vec<Threshold>,
}

fn refresh(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<u64>().ok().filter(|seconds| matches!(seconds, 0 | 5..=86_400));
    seconds.map(Duration::from_secs).ok_or_else(|| "write 5 to 86400 seconds, or 0 for never".to_owned())
}

impl SettingFlags {
    /// Changes what the flags name.
    pub fn apply(&self, connection: &mut Connection) -> Result<(), Problem> {
        connection.protected |= self.protected;
        connection.refresh = self.refresh.or(connection.refresh);
        for threshold in &self.threshold {
            threshold.apply(&mut connection.thresholds);
        }
        if let Some(schema) = &self.schema {
            // The config file knows no working directory.
            let whole = std::path::absolute(schema)
                .map_err(|error| usage(format!("Cannot use {}", schema.display()), error.to_string()))?;
            if whole.is_dir() {
                let what = format!("{} is a folder", schema.display());
                return Err(Problem::new(ProblemKind::Usage, what, "")
                    .advise("Name the OpenAPI document: --schema openapi.yaml"));
            }
            connection.schema = Some(whole);
        }
        Ok(())
    }
}

/// Flags that take a setting back to its default.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Back to the default")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct ResetFlags {
    /// Write without the nickname being typed
    #[arg(long, conflicts_with = "protected")]
    no_protected: bool,
    /// Allow writes
    #[arg(long)]
    no_read_only: bool,
    /// Forget the OpenAPI document
    #[arg(long, conflicts_with = "schema")]
    no_schema: bool,
    /// Refresh as the other connections do
    #[arg(long, conflicts_with = "refresh")]
    no_refresh: bool,
    /// Judge its stages as those of other connections; --threshold may still set some
    #[arg(long)]
    no_thresholds: bool,
    /// Assume the role with the default credentials
    #[arg(long, conflicts_with = "source_profile")]
    no_source_profile: bool,
    /// Give the role no MFA code
    #[arg(long, conflicts_with = "mfa_serial")]
    no_mfa_serial: bool,
    /// Call the role's sessions apigw
    #[arg(long, conflicts_with = "session_name")]
    no_session_name: bool,
    /// Let the role's sessions last an hour
    #[arg(long, conflicts_with = "duration")]
    no_duration: bool,
}

impl ResetFlags {
    /// Takes back what the flags name; before the other flags are applied.
    pub fn apply(&self, connection: &mut Connection) {
        connection.protected &= !self.no_protected;
        connection.read_only &= !self.no_read_only;
        connection.schema.take_if(|_| self.no_schema);
        connection.refresh.take_if(|_| self.no_refresh);
        if self.no_thresholds {
            connection.thresholds = Thresholds::default();
        }
        if let crate::domain::Auth::Role(role) = &mut connection.auth {
            role.source_profile.take_if(|_| self.no_source_profile);
            role.mfa_serial.take_if(|_| self.no_mfa_serial);
            role.session_name.take_if(|_| self.no_session_name);
            role.duration_seconds.take_if(|_| self.no_duration);
        }
    }
}

/// One limit of the thresholds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Threshold {
    /// A rate, as a fraction, or a latency in milliseconds; `None` is off.
    Limit(Limit, Option<f64>),
    /// The number of errors or requests below which nothing is an alarm.
    MinErrors(u32),
}

/// The limits that can be off, by their keys in the config file.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Limit {
    Degraded5xx,
    Failing5xx,
    Degraded4xx,
    Failing4xx,
    DegradedLatency,
    FailingLatency,
}

const LIMITS: [(&str, Limit); 6] = [
    ("degraded_5xx", Limit::Degraded5xx),
    ("failing_5xx", Limit::Failing5xx),
    ("degraded_4xx", Limit::Degraded4xx),
    ("failing_4xx", Limit::Failing4xx),
    ("degraded_latency_ms", Limit::DegradedLatency),
    ("failing_latency_ms", Limit::FailingLatency),
];

impl Threshold {
    fn apply(self, thresholds: &mut Thresholds) {
        match self {
            Self::MinErrors(least) => thresholds.min_errors = least,
            Self::Limit(Limit::Degraded5xx, limit) => thresholds.degraded_5xx = limit,
            Self::Limit(Limit::Failing5xx, limit) => thresholds.failing_5xx = limit,
            Self::Limit(Limit::Degraded4xx, limit) => thresholds.degraded_4xx = limit,
            Self::Limit(Limit::Failing4xx, limit) => thresholds.failing_4xx = limit,
            Self::Limit(Limit::DegradedLatency, limit) => thresholds.degraded_latency_ms = limit,
            Self::Limit(Limit::FailingLatency, limit) => thresholds.failing_latency_ms = limit,
        }
    }
}

impl FromStr for Threshold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (key, value) = text.split_once('=').ok_or("write a key, = and a limit: failing_5xx=5%")?;
        if key == "min_errors" {
            let least = value.parse().ok().filter(|least| *least <= 1_000_000);
            return least.map(Self::MinErrors).ok_or_else(|| "write a whole number: min_errors=5".to_owned());
        }
        let Some((_, limit)) = LIMITS.into_iter().find(|(known, _)| *known == key) else {
            let known: Vec<&str> = LIMITS.iter().map(|(key, _)| *key).collect();
            return Err(format!("there is no `{key}`; known are {}, min_errors", known.join(", ")));
        };
        if value == "off" {
            return Ok(Self::Limit(limit, None));
        }
        let number = match value.strip_suffix('%') {
            Some(percent) => percent.parse::<f64>().map(|percent| percent / 100.0),
            None => value.parse::<f64>(),
        };
        let (range, expected) = match limit {
            Limit::DegradedLatency | Limit::FailingLatency => {
                (1.0..=60_000.0, "write milliseconds from 1 to 60000, or off")
            }
            _ => (0.0..=1.0, "write a rate such as 5% or 0.05, or off"),
        };
        match number.ok().filter(|number| range.contains(number)) {
            Some(number) => Ok(Self::Limit(limit, Some(number))),
            None => Err(expected.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ApiType, Auth};

    fn connection() -> Connection {
        Connection::new("orders", ApiType::Http, "a1", "eu-west-1", Auth::Environment)
    }

    #[test]
    fn a_threshold_is_a_rate_a_latency_or_off() {
        let parse = |text: &str| text.parse::<Threshold>();
        assert_eq!(parse("failing_5xx=5%"), parse("failing_5xx=0.05"));
        assert_eq!(parse("degraded_4xx=off"), Ok(Threshold::Limit(Limit::Degraded4xx, None)));
        assert_eq!(parse("min_errors=7"), Ok(Threshold::MinErrors(7)));
        for (wrong, expected) in [
            ("failing_5xx", "failing_5xx=5%"),
            ("failing_6xx=1", "known are degraded_5xx"),
            ("failing_5xx=2", "0.05"),
            ("failing_latency_ms=5%", "milliseconds"),
            ("min_errors=-1", "whole number"),
            ("failing_5xx=NaN", "0.05"),
        ] {
            let error = parse(wrong).unwrap_err();
            assert!(error.contains(expected), "{wrong}: {error}");
        }
    }

    #[test]
    fn every_limit_of_the_config_file_can_be_set() {
        let mut thresholds = Thresholds::default();
        for (key, _) in LIMITS {
            let value = if key.ends_with("_ms") { "250" } else { "0.25" };
            format!("{key}={value}").parse::<Threshold>().unwrap().apply(&mut thresholds);
        }
        let (rate, latency) = (Some(0.25), Some(250.0));
        let expected = Thresholds {
            degraded_5xx: rate,
            failing_5xx: rate,
            degraded_4xx: rate,
            failing_4xx: rate,
            degraded_latency_ms: latency,
            failing_latency_ms: latency,
            min_errors: 5,
        };
        assert_eq!(thresholds, expected);
    }

    #[test]
    fn a_reset_comes_before_what_is_set() {
        let mut changed = connection();
        let set = SettingFlags {
            protected: true,
            schema: Some("openapi.yaml".into()),
            refresh: Some(Duration::from_secs(30)),
            threshold: vec!["failing_5xx=10%".parse().unwrap()],
        };
        set.apply(&mut changed).unwrap();
        assert!(changed.protected && changed.schema.as_ref().unwrap().is_absolute());
        let reset = ResetFlags {
            no_protected: true,
            no_schema: true,
            no_refresh: true,
            no_thresholds: true,
            ..ResetFlags::default()
        };
        reset.apply(&mut changed);
        assert_eq!(changed, connection());
    }

    #[test]
    fn a_refresh_is_never_or_five_seconds_and_more() {
        assert_eq!(refresh("0"), Ok(Duration::ZERO));
        assert_eq!(refresh("5"), Ok(Duration::from_secs(5)));
        assert!(refresh("4").is_err() && refresh("90000").is_err() && refresh("1m").is_err());
    }
}
