//! What the embedded AWS holds at the start: everything is laid out around the present time, from a seed.

mod http_apis;
mod large;
mod orders;
mod releases;
mod rest_apis;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp, Unit};

use super::State;
use super::demo;
use super::dice::{self, Dice};
use super::directory::{Directory, MfaDevice};
use super::region::Region;
use super::traffic::{Shape, Traffic};

/// What to find in the embedded AWS. All scenarios know the credentials in [`super::demo`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scenario {
    /// A few APIs, in every state that a stage can be in.
    #[default]
    Demo,
    /// Thirty APIs with ten stages each, and ten thousand deployments on one of them.
    Large,
    /// No APIs at all.
    Empty,
}

/// A text that names no scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError(String);

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no scenario; there are demo, large and empty", self.0)
    }
}

impl std::error::Error for ScenarioError {}

impl FromStr for Scenario {
    type Err = ScenarioError;

    fn from_str(text: &str) -> Result<Self, ScenarioError> {
        match text {
            "demo" => Ok(Self::Demo),
            "large" => Ok(Self::Large),
            "empty" => Ok(Self::Empty),
            _ => Err(ScenarioError(text.to_owned())),
        }
    }
}

impl Scenario {
    pub(super) fn build(self, seed: u64, now: Timestamp) -> State {
        // AWS gives times in whole seconds.
        let now = now.round(Unit::Second).unwrap_or(now);
        let setting = Setting { seed, now };
        let mut regions = BTreeMap::new();
        let mut hold = |region: &str, held: Region| {
            regions.insert((demo::ACCOUNT_ID.to_owned(), region.to_owned()), held);
        };
        match self {
            Self::Demo => {
                let apis = http_apis::all(&setting);
                let domain_names = vec![http_apis::domain_name()];
                let rest_apis = rest_apis::all(&setting);
                hold(demo::REGION, Region { apis, domain_names, rest_apis, ..Region::default() });
                let apis = vec![http_apis::reports(&setting)];
                hold(demo::OTHER_REGION, Region { apis, ..Region::default() });
            }
            Self::Large => hold(demo::REGION, large::region(&setting)),
            Self::Empty => {}
        }
        State { directory: directory(seed), regions, dice: setting.dice("new") }
    }
}

fn directory(seed: u64) -> Directory {
    let mut directory = Directory::new(seed);
    directory.add_user(demo::ACCESS_KEY_ID, demo::ACCOUNT_ID, demo::USER_ARN);
    directory.add_role(demo::ROLE_ARN, Some(demo::EXTERNAL_ID), None);
    directory.add_role(demo::AUDITOR_ROLE_ARN, Some(demo::EXTERNAL_ID), None);
    let device = MfaDevice { serial: demo::MFA_SERIAL.to_owned(), code: demo::MFA_CODE.to_owned() };
    directory.add_role(demo::MFA_ROLE_ARN, None, Some(device));
    directory.add_role(demo::BASTION_ROLE_ARN, None, None);
    directory.add_role_for(demo::OPERATOR_ROLE_ARN, demo::BASTION_ROLE_ARN);
    directory.add_role_for(demo::RELEASER_ROLE_ARN, demo::OPERATOR_ROLE_ARN);
    directory
}

/// The seed and the time around which a scenario is laid out.
struct Setting {
    seed: u64,
    now: Timestamp,
}

impl Setting {
    fn dice(&self, subject: &str) -> Dice {
        Dice::of(self.seed, subject)
    }

    fn minutes_ago(&self, minutes: i64) -> Timestamp {
        self.now.saturating_sub(SignedDuration::from_mins(minutes)).unwrap_or(Timestamp::MIN)
    }

    fn hours_ago(&self, hours: i64) -> Timestamp {
        self.minutes_ago(60 * hours)
    }

    fn days_ago(&self, days: i64) -> Timestamp {
        self.hours_ago(24 * days)
    }

    /// Callers of the stage that `subject` names, without errors and quick, for as long as anyone can ask about.
    fn callers(&self, subject: &str, shape: Shape) -> Traffic {
        Traffic {
            seed: self.seed ^ dice::hash(subject),
            shape,
            errors_4xx: 0.0,
            errors_5xx: 0.0,
            latency_ms: 60.0,
            incidents: Vec::new(),
            since: self.days_ago(500),
        }
    }
}

/// A map of texts, as tags and variables are.
fn texts<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn invocation_uri(region: &str, function: &str) -> String {
    let account = demo::ACCOUNT_ID;
    format!(
        "arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/\
         arn:aws:lambda:{region}:{account}:function:{function}/invocations"
    )
}

fn log_group(region: &str, name: &str) -> String {
    format!("arn:aws:logs:{region}:{}:log-group:/aws/apigateway/{name}", demo::ACCOUNT_ID)
}

/// The access log format that AWS's guide proposes.
const ACCESS_LOG_FORMAT: &str = "$context.identity.sourceIp - - [$context.requestTime] \"$context.httpMethod \
                                 $context.routeKey $context.protocol\" $context.status $context.responseLength \
                                 $context.requestId";
