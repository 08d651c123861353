//! What the snapshots of this room show.

use jiff::{Timestamp, tz::TimeZone};

use super::deployments::Overview;
use super::output::Format;
use super::table::Ink;
use crate::domain::{
    Act, Api, ApiStages, ApiType, Auth, Cause, ChangeKind, Check, Connection, ConnectionStatus, Denied,
    Deployment, DeploymentStatus, Done, Ended, Fault, Figures, Finding, GatewayChange, GoLive, Health,
    HistoryEntry, Import, ImportRequest, Intent, Outcome, Plan, PlannedCall, Problem, ProblemKind, Push,
    PushOptions, Restored, RoleAuth, SchemaChoice, SchemaDiff, SchemaSource, Severity, Stage, StageStatus,
    StatusReport, Target, TimeRange, Verdict, WriteResult,
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

pub fn overview() -> Overview {
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
    Overview {
        at: now(),
        account: Some("123456789012".into()),
        read: ApiStages {
            api: api(&connection, "orders"),
            stages: vec![stage("prod", Some("d8f2k1"), 120), failing, stage("staging", None, 5)],
        },
        problem: None,
        history: Ok(entries()),
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

fn target(stage: Option<&str>) -> Target {
    Target {
        account: "123456789012".into(),
        region: "eu-west-1".into(),
        api_type: ApiType::Http,
        api_id: "a1b2c3d4e5".into(),
        api_name: "orders".into(),
        stage: stage.map(str::to_owned),
    }
}

/// An export that nobody saw the end of, a deployment that failed, and one that made `d8f2k1`; newest first.
pub fn entries() -> Vec<HistoryEntry> {
    let deployed = HistoryEntry {
        id: "20261119T100400000-9c81e3d2".into(),
        at: before(4320).unwrap(),
        act: Act::Deploy,
        nickname: "orders-prod".into(),
        who: "arn:aws:sts::123456789012:assumed-role/deployer/ana\u{1b}[2J".into(),
        target: target(Some("prod")),
        from_stage: None,
        file: Some("orders.yaml".into()),
        revision: Some("v2.3.0".into()),
        commit: Some("9f2c1ab0000000000000000000000000000000aa".into()),
        description: Some("v2.3.0".into()),
        token: None,
        deployment_before: Some("c7c7c7".into()),
        deployment_id: Some("d8f2k1".into()),
        source: Some("aa".into()),
        pushed: Some("bb".into()),
        replaced: Some("cc".into()),
        configuration: None,
        auto_deploy_off: false,
        ended: before(4319).map(|at| Ended { at, result: WriteResult::Deployed, note: String::new() }),
    };
    let failed = HistoryEntry {
        id: "20261122T090400000-e9c81c72".into(),
        at: before(60).unwrap(),
        revision: None,
        deployment_id: None,
        ended: before(59).map(|at| Ended {
            at,
            result: WriteResult::Failed,
            note: "The schema was not pushed.".into(),
        }),
        ..deployed.clone()
    };
    let begun = HistoryEntry {
        id: "20261122T100200000-6ac27f68".into(),
        at: before(2).unwrap(),
        act: Act::Export,
        target: target(None),
        ended: None,
        ..failed.clone()
    };
    vec![begun, failed, deployed]
}

fn change(change: ChangeKind, route: Option<&str>, what: &str, severity: Severity) -> GatewayChange {
    let value = |text: &str| Some(text.to_owned());
    let (before, after) = match change {
        ChangeKind::Added => (None, value("new")),
        ChangeKind::Removed => (value("old"), None),
        ChangeKind::Changed => {
            (value("arn:aws:lambda:eu-west-1:123456789012:function:orders"), value("x\u{1b}"))
        }
    };
    GatewayChange { change, route: route.map(str::to_owned), what: what.into(), before, after, severity }
}

fn finding(severity: Severity, rule: &'static str, at: &str, message: &str) -> Finding {
    Finding { severity, rule, at: at.into(), message: message.into() }
}

pub fn schema_diff() -> SchemaDiff {
    SchemaDiff {
        contract: vec![
            finding(
                Severity::Exposure,
                "security_removed",
                "GET /orders",
                "needs no authentication any more",
            ),
            finding(Severity::Breaking, "operation_removed", "DELETE /orders/{id}", "is gone"),
            finding(
                Severity::Warning,
                "enum_widened",
                "GET /orders",
                "status may also be `returned`, which callers that know the values only by heart will not expect",
            ),
            finding(Severity::NotAnalysed, "one_of", "POST /orders", "oneOf changed\u{1b}[2J"),
        ],
        gateway: vec![
            change(ChangeKind::Added, Some("GET /returns"), "route", Severity::Info),
            change(ChangeKind::Changed, Some("GET /orders"), "integration uri", Severity::Warning),
            change(ChangeKind::Removed, None, "cors", Severity::Warning),
        ],
        basis: "orders.yaml of v2.3.0 compared with orders.yaml.".into(),
    }
}

/// A plan with everything in it that a plan can have.
pub fn plan() -> Plan {
    let SchemaDiff { contract, gateway, .. } = schema_diff();
    let exposed = change(ChangeKind::Removed, Some("GET /orders"), "authorizer", Severity::Exposure);
    Plan {
        intent: Intent::Deploy {
            schema: Some(SchemaChoice { file: "orders.yaml".into(), revision: Some("v2.4.0".into()) }),
            stage: Some("prod".into()),
            description: None,
            extensions_from: None,
            options: PushOptions::default(),
        },
        target: target(Some("prod")),
        live: overview().deployments.into_iter().nth(2),
        to: None,
        source: Some(SchemaSource {
            file: "orders.yaml".into(),
            revision: Some("v2.4.0".into()),
            commit: Some("9f2c1ab0000000000000000000000000000000aa".into()),
            modified: false,
            text: "{}".into(),
        }),
        push: Some(Push { source: "{}".into(), merged: r#"{"openapi":"3.0.1"}"#.into(), replaced: "{}".into() }),
        go_live: GoLive::Deploy,
        description: Some("v2.4.0 9f2c1ab by ana".into()),
        goes_live_changes: vec![exposed.clone()],
        gateway: [vec![exposed], gateway].concat(),
        contract,
        contract_basis: "Compared with the source of what is live: orders.yaml of v2.3.0, deployed from here on 2026-11-20."
            .into(),
        restored: vec![Restored { at: "GET /orders".into(), what: "integration".into() }],
        deleted_routes: vec!["DELETE /orders/{id}".into()],
        preflight: vec![
            Fault {
                is_error: true,
                at: "/paths/~1returns/get (line 12)".into(),
                message: "has no integration; one like its sibling's:\n  x-amazon-apigateway-integration:\n    type: AWS_PROXY".into(),
            },
            Fault { is_error: false, at: "/servers".into(), message: "AWS ignores servers".into() },
        ],
        goes_live: vec!["prod".into(), "$default".into()],
        calls: vec![
            PlannedCall {
                operation: "ReimportApi",
                action: "apigateway:PUT",
                resource: "arn:aws:apigateway:eu-west-1::/apis/a1b2c3d4e5".into(),
            },
            PlannedCall {
                operation: "CreateDeployment",
                action: "apigateway:POST",
                resource: "arn:aws:apigateway:eu-west-1::/apis/a1b2c3d4e5/deployments".into(),
            },
        ],
        notes: vec!["298 of 300 routes are in use".into()],
        fingerprint: "f".into(),
    }
}

pub fn roll_back_plan() -> Plan {
    let [live, to] = [2, 3].map(|place| overview().deployments.into_iter().nth(place));
    Plan {
        intent: Intent::RollBack { stage: "prod".into(), to: None, with_schema: false },
        source: None,
        push: None,
        go_live: GoLive::Point { to: "c7c7c7".into(), auto_deploy_off: true },
        description: None,
        gateway: Vec::new(),
        goes_live_changes: Vec::new(),
        contract: Vec::new(),
        contract_basis: String::new(),
        restored: Vec::new(),
        deleted_routes: Vec::new(),
        preflight: Vec::new(),
        goes_live: vec!["prod".into()],
        calls: vec![PlannedCall {
            operation: "UpdateStage",
            action: "apigateway:PATCH",
            resource: "arn:aws:apigateway:eu-west-1::/apis/a1b2c3d4e5/stages/prod".into(),
        }],
        notes: vec!["The configuration stays ahead: the next deployment brings the change back".into()],
        live,
        to,
        ..plan()
    }
}

pub fn deployed() -> Done {
    Done {
        result: WriteResult::Deployed,
        deployment_id: Some("n3w0ne".into()),
        stage: Some("prod".into()),
        history_id: Some("20261122T100400000-b5d16560".into()),
        warnings: vec!["Parse issue: Unsupported model\nignored\u{1b}[2J".into()],
        problem: None,
        way_back: Some("d8f2k1".into()),
        left: None,
    }
}

pub fn import() -> Import {
    Import {
        request: ImportRequest { stage: Some("prod".into()), file: Some("orders.json".into()), format: None },
        target: target(Some("prod")),
        text: "{\n  \"openapi\": \"3.0.1\"\n}".into(),
        before: Some("{}".into()),
        diff: "--- orders.json\n+++ prod\n@@ -1 +1,3 @@\n-{}\n+{\n+  \"openapi\": \"3.0.1\"\n+}\n".into(),
    }
}
