//! The health of connections at one moment: what `apigw status` prints and the connections screen shows.

use jiff::Timestamp;

use super::{Api, Condition, Connection, Figures, Health, Problem, Stage, TimeRange, Verdict};

/// An API and its stages, read together.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiStages {
    /// The API.
    pub api: Api,
    /// Its stages, by name.
    pub stages: Vec<Stage>,
}

/// What is remembered of an API between two starts, so that its metrics can be asked for before its stages have answered.
#[derive(Clone, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct KnownStages {
    /// The API's name, under which REST metrics are filed.
    pub api_name: String,
    /// Its stages' names, sorted.
    pub stages: Vec<String>,
}

impl From<&ApiStages> for KnownStages {
    fn from(read: &ApiStages) -> Self {
        let stages = read.stages.iter().map(|stage| stage.name.clone()).collect();
        Self { api_name: read.api.name.clone(), stages }
    }
}

/// A stage, its figures over the range asked for, and the verdict on its last hour.
#[derive(Clone, Debug, PartialEq)]
pub struct StageStatus {
    /// The stage.
    pub stage: Stage,
    /// Its figures over the report's range; all absent when they could not be read.
    pub figures: Figures,
    /// The verdict, always on the last hour.
    pub health: Health,
}

/// One connection's part of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionStatus {
    /// The connection.
    pub connection: Connection,
    /// Its API, when it could be read.
    pub api: Option<Api>,
    /// The account the credentials belong to, when it could be read.
    pub account: Option<String>,
    /// Its stages, by name; those asked for.
    pub stages: Vec<StageStatus>,
    /// What went wrong, wholly (no stages) or in part (stages with unknown health).
    pub problem: Option<Problem>,
}

/// The answer of `apigw status`.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusReport {
    /// When it was asked.
    pub at: Timestamp,
    /// The range of the figures: `Window::settled(range, at)`.
    pub range: TimeRange,
    /// The connections, in the order of the config file or of the command line.
    pub connections: Vec<ConnectionStatus>,
}

impl StatusReport {
    /// False when a stage is failing, or meets one of the conditions.
    pub fn healthy(&self, fail_on: &[Condition]) -> bool {
        let mut stages = self.connections.iter().flat_map(|connection| &connection.stages);
        !stages.any(|status| {
            status.health.verdict == Verdict::Failing
                || fail_on.iter().any(|condition| condition.holds(&status.figures))
        })
    }

    /// 3 when something is unhealthy, else 4 when credentials or a permission is missing, else 1 when anything else could
    /// not be read, else 0.
    pub fn exit_code(&self, fail_on: &[Condition]) -> u8 {
        let problems = self.connections.iter().filter_map(|connection| connection.problem.as_ref());
        match problems.map(Problem::exit_code).max() {
            _ if !self.healthy(fail_on) => 3,
            Some(4) => 4,
            Some(_) => 1,
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ApiType, Auth, ProblemKind};

    fn connection_status(verdict: Verdict, problem: Option<ProblemKind>) -> ConnectionStatus {
        let connection = Connection::new("orders", ApiType::Http, "a1", "eu-west-1", Auth::Environment);
        let stage = StageStatus {
            stage: Stage::default(),
            figures: Figures { count: Some(100.0), errors_4xx: Some(50.0), ..Figures::default() },
            health: Health::plain(verdict),
        };
        let problem = problem.map(|kind| Problem::new(kind, "", ""));
        ConnectionStatus { connection, api: None, account: None, stages: vec![stage], problem }
    }

    fn report(connections: Vec<ConnectionStatus>) -> StatusReport {
        StatusReport { at: Timestamp::UNIX_EPOCH, range: TimeRange::H1, connections }
    }

    #[test]
    fn unhealthy_outranks_permission_and_permission_outranks_failure() {
        let failing = connection_status(Verdict::Failing, None);
        let denied = connection_status(Verdict::Unknown, Some(ProblemKind::Permission));
        let broken = connection_status(Verdict::Unknown, Some(ProblemKind::Network));
        let code = |connections: &[&ConnectionStatus]| {
            report(connections.iter().map(|&status| status.clone()).collect()).exit_code(&[])
        };
        assert_eq!(code(&[&broken, &denied, &failing]), 3);
        assert_eq!(code(&[&broken, &denied]), 4);
        assert_eq!(code(&[&broken]), 1);
        assert_eq!(code(&[&connection_status(Verdict::Degraded, None)]), 0);
    }

    #[test]
    fn a_condition_that_holds_is_unhealthy() {
        let fine = report(vec![connection_status(Verdict::Ok, None)]);
        assert!(fine.healthy(&["4xx>50%".parse().unwrap()]));
        assert!(!fine.healthy(&["5xx>1%".parse().unwrap(), "4xx>=50%".parse().unwrap()]));
    }
}
