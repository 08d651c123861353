//! What the snapshots of this room show.

use jiff::{Timestamp, tz::TimeZone};

use super::deployments::History;
use super::output::Format;
use super::table::Ink;
use crate::domain::{
    Api, ApiStages, ApiType, Auth, Cause, Check, Connection, ConnectionStatus, Denied, Deployment,
    DeploymentStatus, Figures, Health, Outcome, Problem, ProblemKind, RoleAuth, Stage, StageStatus,
    StatusReport, TimeRange, Verdict,
};

pub fn now() -> Timestamp {
    "2026-11-22T10:04:00Z".parse().unwrap()
}

fn before(minutes: i64) -> Option<Timestamp> {
    Timestamp::from_second(now().as_second() - minutes * 60).ok()
}

pub fn format(width: usize) -> Format {
    Format { width, ascii: false, ink: Ink::Plain, problem_ink: Ink::Plain, zone: TimeZone::UTC, now: now() }
}

fn connection(nickname: &str, api_type: ApiType, api_id: &str, auth: Auth) -> Connection {
    Connection::new(nickname, api_type, api_id, "eu-west-1", auth)
}

pub fn connections() -> Vec<Connection> {
    let deployer = Auth::Role(RoleAuth {
        arn: "arn:aws:iam::123456789012:role/ci/deployer".into(),
        external_id: Some("apigw-1".into()),
        ..RoleAuth::default()
    });
    vec![
        Connection {
            account: Some("123456789012".into()),
            protected: true,
            schema: Some("/srv/orders.yaml".into()),
            ..connection("orders-prod", ApiType::Http, "a1b2c3d4e5", deployer)
        },
        Connection {
            read_only: true,
            ..connection("billing", ApiType::Rest, "x9y8z7w6v5", Auth::Profile("dev".into()))
        },
        connection("legacy", ApiType::Rest, "q1w2e3r4t5", Auth::Environment),
    ]
}

pub fn api(connection: &Connection, name: &str) -> Api {
    Api {
        id: connection.api_id.clone(),
        name: name.into(),
        api_type: connection.api_type,
        description: None,
        created: before(90_000),
        endpoint: None,
        default_endpoint_disabled: false,
        private: false,
        blended_with: Vec::new(),
    }
}

fn stage(name: &str, deployment_id: Option<&str>, minutes: i64) -> Stage {
    Stage {
        name: name.into(),
        deployment_id: deployment_id.map(str::to_owned),
        last_updated: before(minutes),
        invoke_url: format!("https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/{name}"),
        ..Stage::default()
    }
}

fn figures(count: f64, errors_4xx: f64, errors_5xx: f64) -> Figures {
    Figures {
        count: Some(count),
        latency_avg_ms: Some(84.25),
        latency_p95_ms: Some(212.0),
        integration_latency_avg_ms: Some(71.5),
        errors_4xx: Some(errors_4xx),
        errors_5xx: Some(errors_5xx),
    }
}

fn judged(stage: Stage, figures: Figures, verdict: Verdict, cause: Option<Cause>) -> StageStatus {
    StageStatus { stage, figures, health: Health { verdict, cause } }
}

pub fn report() -> StatusReport {
    let [orders, billing, legacy] = <[Connection; 3]>::try_from(connections()).unwrap();
    let production = Stage {
        description: Some("Production, change window Tue/Thu".into()),
        ..stage("prod", Some("d8f2k1"), 120)
    };
    let orders = ConnectionStatus {
        api: Some(api(&orders, "orders")),
        account: Some("123456789012".into()),
        stages: vec![
            judged(production, figures(1_240_000.0, 5208.0, 124.0), Verdict::Ok, None),
            judged(stage("old", None, 900_000), Figures::default(), Verdict::NotDeployed, None),
            judged(
                stage("staging\u{1b}[2J", Some("x1y2z3"), 5),
                figures(12_000.0, 252.0, 576.0),
                Verdict::Failing,
                Some(Cause::Errors5xx),
            ),
        ],
        connection: orders,
        problem: None,
    };
    let billing = ConnectionStatus {
        api: Some(Api { blended_with: vec!["m5n6b7v8c9".into()], ..api(&billing, "billing") }),
        account: None,
        stages: vec![judged(stage("v1", Some("k1"), 0), Figures::default(), Verdict::Unknown, None)],
        connection: billing,
        problem: Some(Problem {
            denied: Some(Denied {
                action: "cloudwatch:GetMetricData".into(),
                resource: "*".into(),
                explicit: false,
            }),
            ..Problem::new(ProblemKind::Permission, "Cannot read the metrics of billing", "not authorized")
        }),
    };
    let unreachable = Problem::new(ProblemKind::Network, "Cannot read legacy", "connection refused");
    let legacy = ConnectionStatus {
        connection: legacy,
        api: None,
        account: None,
        stages: Vec::new(),
        problem: Some(unreachable.advise("Check the network.")),
    };
    StatusReport { at: now(), range: TimeRange::H1, connections: vec![orders, billing, legacy] }
}

/// A connection whose every column is as wide as it can get.
pub fn incident() -> ConnectionStatus {
    let connection = connections().remove(2);
    let worst = Figures { latency_avg_ms: Some(29_000.0), ..figures(99_940.0, 9_994.0, 9_994.0) };
    let health = |name: &str, cause| {
        judged(stage(name, Some("abcdef1234"), 59), worst, Verdict::Degraded, Some(cause))
    };
    ConnectionStatus {
        api: Some(api(&connection, "legacy")),
        account: Some("123456789012".into()),
        stages: vec![
            health("a-stage-with-quite-a-long-name", Cause::Latency),
            health("$default", Cause::Errors5xx),
        ],
        connection,
        problem: None,
    }
}

pub fn history() -> History {
    let connection = connections().remove(0);
    let failing = Stage {
        auto_deploy: true,
        last_deployment_message: Some("Deployment attempt failed: Unable to deploy API".into()),
        ..stage("sandbox", Some("d8f2k1"), 50)
    };
    let deployment = |id: &str, minutes, description: &str, status| Deployment {
        id: id.into(),
        created: before(minutes),
        description: Some(description.into()).filter(|text: &String| !text.is_empty()),
        status: Some(status),
        status_message: None,
        auto_deployed: false,
    };
    History {
        at: now(),
        account: Some("123456789012".into()),
        read: ApiStages {
            api: api(&connection, "orders"),
            stages: vec![stage("prod", Some("d8f2k1"), 120), failing, stage("staging", None, 5)],
        },
        problem: None,
        deployments: vec![
            Deployment {
                status_message: Some("Unable to deploy API because no routes exist".into()),
                auto_deployed: true,
                ..deployment("z0z0z0", 50, "Automatic deployment", DeploymentStatus::Failed)
            },
            deployment("x1y2z3", 1440, "v2.3.1-rc1", DeploymentStatus::Deployed),
            deployment("d8f2k1", 4320, "v2.3.0", DeploymentStatus::Deployed),
            deployment("c7c7c7", 9320, "", DeploymentStatus::Deployed),
        ],
        connection,
    }
}

/// One check of each outcome.
pub fn checks() -> Vec<Check> {
    let check = |what: &str, outcome| Check { what: what.into(), outcome };
    let denied = Problem {
        denied: Some(Denied {
            action: "cloudwatch:GetMetricData".into(),
            resource: "*".into(),
            explicit: false,
        }),
        ..Problem::new(ProblemKind::Permission, "Cannot read the metrics", "not authorized\u{1b}[2J")
    };
    let skewed =
        Problem::new(ProblemKind::Local, "The clock is 40s behind", "AWS refuses more than 5 minutes.");
    vec![
        check("Who am I", Outcome::Passed("123456789012, role deployer".into())),
        check("Clock", Outcome::Warned(skewed.advise("Let the system set its clock (NTP)."))),
        check("Read metrics", Outcome::Failed(denied.advise("Ask whoever manages the policies."))),
        check("Deploy", Outcome::Unknown("AWS tells only when it is tried".into())),
    ]
}
