//! What the engine would say about writes: plans of every kind, a history with every end, revisions, an import.

use super::fixtures::{ago, connections, stage};
use crate::app::{Answer, Question};
use crate::domain::{
    Act, ApiType, ChangeKind, Deployment, DeploymentStatus, Done, Ended, Fault, Finding, GatewayChange,
    GoLive, HistoryEntry, Import, ImportRequest, Intent, Plan, PlannedCall, Push, Restored, Revision,
    RevisionKind, SchemaChoice, SchemaDiff, SchemaSource, Severity, Target, WriteResult,
};

const COMMIT: &str = "3f9c2e1d0b7a68594c3d2e1f0a9b8c7d6e5f4a3b";
const DAY: i64 = 86_400;

pub fn answer(question: &Question) -> Answer {
    match question {
        Question::Plan(_, intent) => Answer::Plan(Box::new(plan(intent))),
        Question::CarryOut { plan, .. } => Answer::CarryOut(Box::new(done(plan))),
        Question::PlanImport(_, request) => Answer::PlanImport(Box::new(import(request))),
        Question::SaveImport(..) => Answer::SaveImport(Box::new(Done {
            result: WriteResult::Imported,
            problem: None,
            ..Done::unknown(super::fixtures::throttled())
        })),
        Question::History(_) => Answer::History(history()),
        Question::Recover(_) => Answer::Recover(Vec::new()),
        Question::Revisions(_) => Answer::Revisions(revisions()),
        Question::KeptSchema(..) => Answer::KeptSchema("{\n  \"openapi\": \"3.0.1\u{1b}[31m\"\n}\n".into()),
        Question::CompareEntries(..) => Answer::CompareEntries(SchemaDiff {
            contract: contract(),
            gateway: gateway(),
            basis:
                "The pushed schemas are compared; what was changed in the console in between is not in them"
                    .into(),
        }),
        other => panic!("{other:?} is no question about writes"),
    }
}

pub fn target(stage: Option<&str>) -> Target {
    Target {
        account: "123456789012".into(),
        region: "eu-west-1".into(),
        api_type: ApiType::Http,
        api_id: "a1b2c3d4e5".into(),
        api_name: "orders".into(),
        stage: stage.map(str::to_owned),
    }
}

fn deployment(id: &str, days: i64, description: &str) -> Deployment {
    Deployment {
        id: id.into(),
        created: Some(ago(days * DAY)),
        description: Some(description.into()),
        status: Some(DeploymentStatus::Deployed),
        status_message: None,
        auto_deployed: false,
    }
}

fn change(
    change: ChangeKind,
    route: &str,
    what: &str,
    (before, after): (Option<&str>, Option<&str>),
    severity: Severity,
) -> GatewayChange {
    GatewayChange {
        change,
        route: (!route.is_empty()).then(|| route.to_owned()),
        what: what.into(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        severity,
    }
}

fn gateway() -> Vec<GatewayChange> {
    let uri = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:orders";
    vec![
        change(ChangeKind::Added, "GET /orders/{id}/größe\u{1b}[2J", "route", (None, None), Severity::Info),
        change(
            ChangeKind::Changed,
            "POST /orders",
            "integration uri",
            (Some(&format!("{uri}/invocations")), Some(&format!("{uri}:live/invocations"))),
            Severity::Warning,
        ),
        change(ChangeKind::Changed, "GET /orders", "authorizer", (Some("jwt"), None), Severity::Exposure),
        change(ChangeKind::Removed, "DELETE /orders/{id}", "route", (None, None), Severity::Breaking),
        change(
            ChangeKind::Changed,
            "",
            "cors",
            (None, Some("{\"allowOrigins\":[\"*\"]}")),
            Severity::NotAnalysed,
        ),
    ]
}

fn contract() -> Vec<Finding> {
    let finding = |severity, rule, at: &str, message: &str| Finding {
        severity,
        rule,
        at: at.into(),
        message: message.into(),
    };
    vec![
        finding(Severity::Breaking, "operation_removed", "DELETE /orders/{id}", "the operation is gone"),
        finding(Severity::Info, "operation_added", "GET /orders/{id}/größe", "the operation is new"),
    ]
}

pub fn plan(intent: &Intent) -> Plan {
    match intent {
        Intent::Deploy { schema, stage, description, .. } => {
            deploy(schema.as_ref(), stage.as_deref(), description.as_ref())
        }
        Intent::PushBack { stage, .. } => {
            Plan { intent: intent.clone(), source: None, ..deploy(None, stage.as_deref(), None) }
        }
        Intent::RollBack { stage, to, with_schema } => {
            let id = to.as_deref().unwrap_or("d8f2k0");
            Plan { notes: vec![pointer_note(*with_schema)], ..pointer(intent, stage, id, &[]) }
        }
        Intent::Promote { to, .. } => pointer(intent, to, "x1y2z3", &[to]),
        Intent::EndCanary { stage, promote } => {
            let plan = pointer(intent, stage, "c4n4ry", &[stage]);
            Plan { go_live: GoLive::EndCanary { promote: *promote }, ..plan }
        }
    }
}

fn pointer_note(with_schema: bool) -> String {
    if with_schema {
        "The schema of that deployment is pushed back as well".into()
    } else {
        "The pointer alone moves: the gateway's configuration stays ahead of the stage; s pushes the schema back, too".into()
    }
}

/// A stage pointed at a deployment that exists.
fn pointer(intent: &Intent, stage: &str, id: &str, goes_live: &[&str]) -> Plan {
    Plan {
        intent: intent.clone(),
        to: Some(deployment(id, 9, "v2.2.1 by ana")),
        source: None,
        push: None,
        go_live: GoLive::Point { to: id.to_owned(), auto_deploy_off: false },
        description: None,
        gateway: Vec::new(),
        contract: Vec::new(),
        restored: Vec::new(),
        deleted_routes: Vec::new(),
        preflight: Vec::new(),
        goes_live: goes_live.iter().map(|stage| (*stage).to_owned()).collect(),
        goes_live_changes: vec![change(
            ChangeKind::Removed,
            "GET /orders/new",
            "route",
            (None, None),
            Severity::Info,
        )],
        calls: vec![call("UpdateStage", "apigateway:PATCH", &format!("/stages/{stage}"))],
        ..deploy(None, Some(stage), None)
    }
}

fn call(operation: &'static str, action: &'static str, path: &str) -> PlannedCall {
    PlannedCall {
        operation,
        action,
        resource: format!("arn:aws:apigateway:eu-west-1::/apis/a1b2c3d4e5{path}"),
    }
}

/// A deploy with something in every section.
fn deploy(schema: Option<&SchemaChoice>, stage: Option<&str>, description: Option<&String>) -> Plan {
    let source = schema.map(|schema| SchemaSource {
        file: schema.file.clone(),
        revision: schema.revision.clone(),
        commit: Some(COMMIT.into()),
        modified: schema.revision.is_none(),
        text: "{}".into(),
    });
    let text = || "{\"openapi\":\"3.0.1\"}".into();
    let go_live = if stage.is_some() { GoLive::Deploy } else { GoLive::No };
    let mut calls = vec![call("ReimportApi", "apigateway:PUT", "")];
    calls.extend(stage.map(|_| call("CreateDeployment", "apigateway:POST", "/deployments")));
    Plan {
        intent: Intent::Deploy {
            schema: schema.cloned(),
            stage: stage.map(str::to_owned),
            description: description.cloned(),
            extensions_from: None,
            options: crate::domain::PushOptions::default(),
        },
        target: target(stage),
        live: stage.map(|_| deployment("d8f2k1", 3, "v2.3.0")),
        to: None,
        source,
        push: Some(Push { source: text(), merged: text(), replaced: text() }),
        go_live,
        description: Some(description.cloned().unwrap_or_else(|| "v2.4.0 3f9c2e1 by ana".into())),
        gateway: gateway(),
        goes_live_changes: if stage.is_some() { gateway()[..2].to_vec() } else { Vec::new() },
        contract: contract(),
        contract_basis:
            "Compared with the live export, which has no request bodies: what changed in those cannot be told"
                .into(),
        restored: vec![Restored { at: "GET /orders".into(), what: "integration".into() }],
        deleted_routes: vec!["DELETE /orders/{id}".into()],
        preflight: vec![Fault {
            is_error: false,
            at: "/paths/~1orders/get (line 12)".into(),
            message: "No operationId: the SDKs that are made of it name it by its path".into(),
        }],
        goes_live: stage.into_iter().map(str::to_owned).chain(["dev".to_owned()]).collect(),
        calls,
        notes: vec!["298 of 300 routes are in use after this".into()],
        fingerprint: "f".into(),
    }
}

/// The deploy, nothing about which needs an agreement of its own.
pub fn harmless(plan: Plan) -> Plan {
    let calm = |change: &GatewayChange| !change.severity.fails_a_check();
    Plan {
        gateway: plan.gateway.into_iter().filter(calm).collect(),
        goes_live_changes: plan.goes_live_changes.into_iter().filter(calm).collect(),
        contract: plan.contract.into_iter().filter(|finding| !finding.severity.fails_a_check()).collect(),
        deleted_routes: Vec::new(),
        ..plan
    }
}

fn done(plan: &Plan) -> Done {
    let exported = plan.target.stage.is_none();
    Done {
        result: if exported { WriteResult::Exported } else { WriteResult::Deployed },
        deployment_id: (!exported).then(|| "n3w0n3".to_owned()),
        stage: plan.target.stage.clone(),
        history_id: Some("20261123T100000-01".into()),
        warnings: vec!["Parse warning: the extension\nx-amazon-apigateway-foo\u{1b}[31m is unknown".into()],
        problem: None,
        way_back: (!exported).then(|| "d8f2k1".to_owned()),
        left: None,
    }
}

fn import(request: &ImportRequest) -> Import {
    let text = "openapi: 3.0.1\ninfo:\n  title: orders\npaths: {}\n";
    let is_new = request.file.as_ref().is_some_and(|file| file.ends_with("new.yaml"));
    let diff = "--- orders.yaml\n+++ the gateway\n@@ -1,3 +1,4 @@\n openapi: 3.0.1\n info:\n-  title: Orders \u{1b}[31m\n+  title: orders\n+paths: {}\n";
    Import {
        request: request.clone(),
        target: target(request.stage.as_deref()),
        text: text.into(),
        before: (!is_new).then(|| "openapi: 3.0.1\ninfo:\n  title: Orders\n".into()),
        diff: if is_new { String::new() } else { diff.into() },
    }
}

pub fn entry(id: &str, act: Act, seconds: i64, ended: Option<WriteResult>) -> HistoryEntry {
    HistoryEntry {
        id: id.into(),
        at: ago(seconds),
        act,
        nickname: connections()[0].nickname.clone(),
        who: "arn:aws:sts::123456789012:assumed-role/deployer/ana".into(),
        target: target((act != Act::Export).then_some("prod")),
        from_stage: (act == Act::Promote).then(|| "staging".to_owned()),
        file: matches!(act, Act::Import | Act::Export | Act::Deploy).then(|| "api/orders.yaml".to_owned()),
        revision: (act == Act::Deploy).then(|| "v2.3.0".to_owned()),
        commit: (act == Act::Deploy).then(|| COMMIT.to_owned()),
        description: (act == Act::Deploy).then(|| "v2.3.0 größe 規格\u{1b}[31m".to_owned()),
        token: None,
        deployment_before: Some("d8f2k0".into()),
        deployment_id: matches!(act, Act::Deploy | Act::RollBack | Act::Promote).then(|| "d8f2k1".to_owned()),
        source: (act == Act::Deploy).then(|| "s1".to_owned()),
        pushed: matches!(act, Act::Deploy | Act::Export).then(|| "p1".to_owned()),
        replaced: matches!(act, Act::Deploy | Act::Import).then(|| "r1".to_owned()),
        configuration: None,
        auto_deploy_off: false,
        ended: ended.map(|result| Ended { at: ago(seconds - 20), result, note: note(result) }),
    }
}

fn note(result: WriteResult) -> String {
    match result {
        WriteResult::Failed => "Deployment attempt failed: no routes\nThe gateway holds the schema".into(),
        WriteResult::Unknown => "No answer came, and no deployment bears the token".into(),
        _ => String::new(),
    }
}

pub fn history() -> Vec<HistoryEntry> {
    vec![
        entry("6", Act::Import, 600, Some(WriteResult::Imported)),
        entry("5", Act::RollBack, 7200, Some(WriteResult::Unknown)),
        entry("4", Act::Deploy, 10_800, Some(WriteResult::Failed)),
        entry("3", Act::Promote, DAY, Some(WriteResult::Unchanged)),
        entry("2", Act::Deploy, 3 * DAY, Some(WriteResult::Deployed)),
        entry("1", Act::Export, 40 * DAY, Some(WriteResult::Exported)),
    ]
}

fn revisions() -> Vec<Revision> {
    let revision = |kind, name: &str, days: i64, subject: &str| Revision {
        kind,
        name: name.into(),
        commit: (kind != RevisionKind::WorkingTree).then(|| COMMIT.to_owned()),
        at: (kind != RevisionKind::WorkingTree).then(|| ago(days * DAY)),
        subject: subject.into(),
    };
    let named = [
        revision(RevisionKind::WorkingTree, "", 0, ""),
        revision(RevisionKind::Branch, "main", 1, "Cut discounts to two digits"),
        revision(RevisionKind::Branch, "feature/größe\u{1b}[31m", 2, "規格 for everybody"),
        revision(RevisionKind::Tag, "v2.4.0", 1, "Release 2.4.0"),
        revision(RevisionKind::Tag, "v2.3.0", 12, "Release 2.3.0"),
    ];
    let commits = (0..30)
        .map(|index| revision(RevisionKind::Commit, &format!("3f9c2{index:02}"), index + 3, "Say more"));
    named.into_iter().chain(commits).collect()
}

/// A stage with a canary, and two others.
pub fn with_canary() -> Vec<crate::domain::Stage> {
    let canary =
        crate::domain::Canary { deployment_id: Some("c4n4ry".into()), percent: 12.5, variables: Vec::new() };
    vec![
        crate::domain::Stage { canary: Some(canary), ..stage("prod", "d8f2k1") },
        stage("beta", "x1y2z3"),
        stage("qa", "x1y2z3"),
    ]
}
