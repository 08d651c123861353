//! Import, plan, deploy, go back and look back with the real program, held to what the embedded AWS really holds.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use apigw::sim::demo;
use serde_json::Value;

use crate::cli::{Home, Ran};
use crate::pty::Pty;
use crate::setting::Setting;

/// The example that the README deploys.
const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/examples/orders.yaml");

/// A home with the connections `orders` and `billing`, and the embedded AWS on a socket.
async fn setting() -> Setting {
    let setting = Setting::new("").await;
    setting.write_connections(&[("orders", "profile = \"dev\"\n"), ("billing", "profile = \"dev\"\n")]);
    setting
}

/// Runs the program as a script does.
fn run(setting: &Setting, line: &str) -> Ran {
    let words: Vec<&str> = line.split_whitespace().collect();
    Ran::from(setting.run(&words, &[]))
}

fn json(setting: &Setting, line: &str, code: i32) -> Value {
    let ran = run(setting, &format!("{line} --json"));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(code), ""), "{line}: {}", ran.stdout);
    ran.json()
}

/// The example with its stages' authorization left to the gateway, in that home.
fn schema(setting: &Setting, name: &str, change: impl Fn(String) -> String) -> PathBuf {
    let path = setting.home.path().join(name);
    fs::write(&path, change(fs::read_to_string(EXAMPLE).unwrap())).unwrap();
    path
}

/// Requests that change an API, as the embedded AWS received them.
fn writes(setting: &Setting) -> Vec<String> {
    const WRITES: [&str; 7] = [
        "ReimportApi",
        "PutRestApi",
        "CreateDeployment",
        "UpdateDeployment",
        "UpdateStage",
        "CreateStage",
        "UpdateApi",
    ];
    let seen = setting.cloud.requests();
    seen.into_iter().map(|seen| seen.operation).filter(|name| WRITES.contains(&name.as_str())).collect()
}

fn pointer(setting: &Setting, stage: &str) -> String {
    setting.cloud.pointer(demo::ORDERS_API_ID, stage).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_schema_is_planned_deployed_found_again_and_taken_back() {
    let setting = setting().await;
    let file = schema(&setting, "orders.yaml", |text| text);
    let (before, routes) = (pointer(&setting, "staging"), setting.cloud.routes(demo::ORDERS_API_ID).len());
    let deploy = format!("deploy orders --schema {} --stage staging --keep-routes", file.display());

    let plan = json(&setting, &format!("{deploy} --plan"), 0);
    assert_eq!(plan["target"]["stage"], "staging");
    assert_eq!(plan["target"]["account"], demo::ACCOUNT_ID);
    let added: Vec<&Value> =
        plan["gateway"].as_array().unwrap().iter().map(|change| &change["route"]).collect();
    assert_eq!(added, ["GET /orders/{id}/invoice"]);
    assert_eq!(plan["needs_flags"].as_array().unwrap().len(), 0, "the gateway's own parts stay: {plan:#}");
    assert_eq!(writes(&setting), [""; 0], "a plan writes nothing");

    let deployed = json(&setting, &format!("{deploy} --description release --yes"), 0);
    assert_eq!((&deployed["result"], &deployed["problem"]), (&Value::from("deployed"), &Value::Null));
    assert_eq!(deployed["deployment_id"], pointer(&setting, "staging"));
    assert_eq!(deployed["way_back"], before);
    assert_eq!(setting.cloud.routes(demo::ORDERS_API_ID).len(), routes + 1);
    assert_eq!(deployed["plan"]["gateway"], plan["gateway"], "what was planned is what was done");

    let again = json(&setting, &format!("{deploy} --yes"), 0);
    assert_eq!(again["result"], "unchanged");

    let listed = json(&setting, "deployments orders", 0);
    assert_eq!(listed["history"][0]["id"], deployed["history_id"]);
    let made = |one: &&Value| one["id"] == deployed["deployment_id"];
    let made = listed["deployments"].as_array().unwrap().iter().find(made).unwrap();
    assert_eq!(made["history_id"], deployed["history_id"]);
    assert!(made["description"].as_str().unwrap().starts_with("release"), "{made}");

    let back = json(&setting, &format!("rollback orders --stage staging --to {before} --yes"), 0);
    assert_eq!((&back["to"], &back["from"]), (&Value::from(before.clone()), &deployed["deployment_id"]));
    assert_eq!(pointer(&setting, "staging"), before);

    let entry = deployed["history_id"].as_str().unwrap();
    let restored = json(
        &setting,
        &format!("deploy orders --push-back {entry} --kept replaced --yes --allow-delete --allow-breaking"),
        0,
    );
    assert_eq!(restored["result"], "exported");
    assert_eq!(setting.cloud.routes(demo::ORDERS_API_ID).len(), routes);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_live_on_one_stage_goes_live_on_another() {
    let setting = setting().await;
    let staging = pointer(&setting, "staging");
    assert_ne!(staging, pointer(&setting, "prod"));
    let promoted = json(&setting, "promote orders --from staging --to prod --yes", 0);
    assert_eq!(
        (&promoted["result"], &promoted["from"], &promoted["to"]),
        (&Value::from("deployed"), &Value::from("staging"), &Value::from("prod"))
    );
    assert_eq!(pointer(&setting, "prod"), staging);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_that_nobody_agreed_to() {
    let setting = setting().await;
    let deleting = schema(&setting, "orders.yaml", |text| text);
    let deploy = format!("deploy orders --schema {} --stage staging", deleting.display());
    for (line, code, missing) in [
        (format!("{deploy} --keep-routes"), 3, "--yes"),
        (format!("{deploy} --yes"), 3, "--allow-delete --allow-breaking"),
        (format!("{deploy} --yes --read-only"), 4, "--plan"),
        (format!("{deploy} --yes --confirm billing"), 2, ""),
        ("rollback orders --stage prod".to_owned(), 3, "--yes"),
        ("promote orders --from staging --to prod".to_owned(), 3, "--yes"),
    ] {
        let ran = run(&setting, &line);
        assert_eq!(ran.code, Some(code), "{line}: {}", ran.stderr);
        assert!(
            ran.stderr.contains(missing) && ran.stdout.is_empty(),
            "{line}: {}{}",
            ran.stdout,
            ran.stderr
        );
    }
    assert_eq!(json(&setting, &format!("{deploy} --yes"), 3)["problem"]["kind"], "refused");
    assert_eq!(writes(&setting), [""; 0]);
    assert_eq!(json(&setting, "history list orders", 0)["history"].as_array().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_connection_wants_its_nickname() {
    let setting = Setting::new("").await;
    setting.write_connection("profile = \"dev\"\nprotected = true\n");
    let line = "promote orders --from staging --to prod --yes";
    let ran = run(&setting, line);
    assert_eq!(ran.code, Some(3));
    assert!(ran.stderr.contains("--confirm orders"), "{}", ran.stderr);
    assert_eq!(writes(&setting), [""; 0]);
    assert_eq!(run(&setting, &format!("{line} --confirm orders")).code, Some(0));
    assert_eq!(pointer(&setting, "prod"), pointer(&setting, "staging"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_with_errors_is_shown_with_its_place_and_never_pushed() {
    let setting = setting().await;
    let broken = schema(&setting, "orders.yaml", |text| {
        text.replace("      x-amazon-apigateway-integration:\n        type: aws_proxy\n        httpMethod: POST\n        payloadFormatVersion: \"2.0\"\n", "      x-other:\n")
    });
    let deploy = format!("deploy orders --schema {} --keep-routes", broken.display());
    let plan = json(&setting, &format!("{deploy} --plan"), 3);
    assert_eq!(plan["preflight"][0]["severity"], "error");
    assert!(plan["preflight"][0]["at"].as_str().unwrap().contains("invoice"), "{}", plan["preflight"]);
    let refused = json(&setting, &format!("{deploy} --yes"), 3);
    assert_eq!((&refused["result"], &refused["problem"]["kind"]), (&"failed".into(), &"refused".into()));
    assert_eq!(writes(&setting), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_asks_before_it_replaces_and_keeps_what_was_there() {
    let setting = setting().await;
    let file = setting.home.path().join("api.yaml");
    let line = format!("import orders --stage prod -o {}", file.display());
    assert_eq!(run(&setting, &format!("{line} --diff")).code, Some(3), "the file is not there");
    assert_eq!(json(&setting, &line, 0)["result"], "imported");
    let imported = fs::read_to_string(&file).unwrap();
    assert!(imported.contains("x-amazon-apigateway-integration"));
    assert_eq!(run(&setting, &format!("{line} --diff")).code, Some(0));
    assert_eq!(json(&setting, &line, 0)["result"], "unchanged");

    fs::write(&file, "mine: true\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let refused = run(&setting, &line);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(3), ""));
    assert!(refused.stderr.contains("--yes"), "{}", refused.stderr);
    let diff = run(&setting, &format!("{line} --diff"));
    assert_eq!(diff.code, Some(3));
    assert!(diff.stdout.starts_with("--- ") && diff.stdout.contains("\n-mine: true\n+"), "{}", diff.stdout);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine: true\n");

    let entry = json(&setting, &format!("{line} --yes"), 0)["history_id"].as_str().unwrap().to_owned();
    assert_eq!(fs::read_to_string(&file).unwrap(), imported);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    let kept = run(&setting, &format!("history show {entry} --schema replaced"));
    assert_eq!((kept.code, kept.stdout.as_str()), (Some(0), "mine: true\n"));
    let shown = json(&setting, &format!("history show {entry}"), 0);
    assert_eq!((&shown["act"], &shown["result"]), (&"import".into(), &"imported".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_is_compared_with_what_a_stage_serves() {
    let setting = setting().await;
    let stripped = |text: String| text.split("  /health:").next().unwrap().to_owned();
    let file = schema(&setting, "orders.yaml", stripped);
    let diff = json(&setting, &format!("diff {} --against orders --stage prod", file.display()), 3);
    assert_eq!(diff["breaking"], true);
    let gone = |change: &Value| change["at"] == "GET /health" && change["rule"] == "operation_removed";
    assert!(diff["changes"].as_array().unwrap().iter().any(gone), "{diff:#}");
    assert!(!diff["gateway"].as_array().unwrap().is_empty());
}

#[test]
fn two_files_are_compared_without_config_and_without_aws() {
    let home = Home::new();
    home.write_config("this is no TOML");
    let file = |name: &str, text: &str| {
        let path = home.0.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let example = fs::read_to_string(EXAMPLE).unwrap();
    let old = file("old.yaml", &example);
    let wider = file("wider.yaml", &example.replace("total_cents", "total_in_cents"));
    let narrower = file("narrower.yaml", &example.replace("    delete:\n      summary: Cancel an order\n      responses:\n        \"204\":\n          description: It is cancelled\n", ""));
    assert_eq!(home.run(&format!("diff {old} {old}")).code, Some(0));
    let ran = home.run(&format!("diff {old} {narrower} --json"));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(3), ""));
    let diff = ran.json();
    assert_eq!((&diff["breaking"], &diff["changes"][0]["severity"]), (&true.into(), &"breaking".into()));
    assert_eq!(diff["changes"][0]["at"], "DELETE /orders/{id}");
    assert_eq!(home.run(&format!("diff {narrower} {old}")).code, Some(0), "an addition breaks nothing");
    assert_eq!(home.run(&format!("diff {old} {wider}")).code, Some(3), "a property of the response is gone");
    let missing = home.run(&format!("diff {old} nowhere.yaml"));
    assert_eq!(missing.code, Some(1));
    assert!(missing.stderr.contains("nowhere.yaml"), "{}", missing.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_is_pruned_when_somebody_says_so() {
    let setting = setting().await;
    for (from, to) in [("staging", "prod"), ("prod", "sandbox")] {
        run(&setting, &format!("promote orders --from {from} --to {to} --yes"));
    }
    assert_eq!(run(&setting, "history prune --keep 1").code, Some(3));
    assert_eq!(json(&setting, "history prune --keep 1 --yes", 0)["forgotten"], 1);
    let left = json(&setting, "history list orders", 0);
    assert_eq!(left["history"].as_array().unwrap().len(), 1);
    assert_eq!(left["history"][0]["target"]["stage"], "sandbox");
}

#[test]
fn a_person_sees_the_plan_and_is_asked_with_no_as_the_default() {
    let words = ["promote", "billing", "--demo", "--from", "v2", "--to", "v1"];
    let mut pty = Pty::apigw(&words, (100, 40));
    pty.wait_for("? [y/N]");
    let question = pty.text();
    for part in [
        demo::ACCOUNT_ID,
        demo::REGION,
        "To do it unasked: --yes",
        "REST API billing (x9y8z7w6v5)",
        "live on stage v1",
    ] {
        assert!(question.contains(part), "{part}: {question}");
    }
    pty.send("\r");
    pty.wait_for("Nothing was written");
    assert_eq!(pty.wait_for_end().exit_code(), 3);

    let mut pty = Pty::apigw(&words, (100, 40));
    pty.wait_for("? [y/N]");
    pty.send("y\r");
    pty.wait_for("is live on stage v1");
    assert_eq!(pty.wait_for_end().exit_code(), 0);
}

#[test]
fn on_a_protected_connection_the_nickname_is_typed() {
    let words = ["promote", "orders", "--demo", "--from", "staging", "--to", "prod", "--yes"];
    let mut pty = Pty::apigw(&words, (100, 40));
    pty.wait_for("Type its nickname");
    pty.send("yes\r");
    pty.wait_for("Nothing was written");
    assert_eq!(pty.wait_for_end().exit_code(), 3);
    let mut pty = Pty::apigw(&words, (100, 40));
    pty.wait_for("Type its nickname");
    pty.send("orders\r");
    pty.wait_for("is live on stage prod");
    assert_eq!(pty.wait_for_end().exit_code(), 0);
}

#[test]
fn what_is_risked_is_asked_by_name() {
    let words = ["deploy", "orders", "--demo", "--stage", "staging", "--schema", EXAMPLE];
    let mut pty = Pty::apigw(&words, (120, 60));
    pty.wait_for("Is that what you want?");
    assert!(
        pty.text().contains("It deletes 2 live routes: ANY /returns/{proxy+}, $default."),
        "{}",
        pty.text()
    );
    pty.send("n\r");
    pty.wait_for("Nothing was written");
    assert_eq!(pty.wait_for_end().exit_code(), 3);
}

#[test]
fn neither_ctrl_c_nor_a_closed_terminal_ends_a_write() {
    let words = ["promote", "billing", "--demo", "--from", "v2", "--to", "v1", "--yes", "--latency", "400ms"];
    let mut pty = Pty::apigw(&words, (100, 40));
    pty.wait_for("Read the gateway again");
    pty.send("\u{3}");
    pty.wait_for("The write goes on");
    assert!(Command::new("kill").args(["-HUP", &pty.process_id().to_string()]).status().unwrap().success());
    pty.wait_for("is live on stage v1");
    assert_eq!(pty.wait_for_end().exit_code(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_was_cut_off_is_looked_up_by_the_next_start() {
    let setting = setting().await;
    setting.cloud.inject("latency=30s:GetStage".parse().unwrap());
    let words =
        ["promote", "orders", "--from", "staging", "--to", "prod", "--yes", "--endpoint-url", &setting.url];
    let mut pty = Pty::apigw_at_home(setting.home.path(), &words, (100, 40));
    pty.wait_for("See it live");
    assert!(Command::new("kill").args(["-KILL", &pty.process_id().to_string()]).status().unwrap().success());
    assert!(!pty.wait_for_end().success());
    setting.cloud.clear_faults();

    let listed = run(&setting, "history list orders");
    assert_eq!(listed.code, Some(0), "{}", listed.stderr);
    assert!(listed.stderr.contains("Looked up the promote of stage prod"), "{}", listed.stderr);
    assert!(listed.stdout.contains("deployed") && !listed.stdout.contains("under way"), "{}", listed.stdout);
    assert_eq!(pointer(&setting, "prod"), pointer(&setting, "staging"));
}
