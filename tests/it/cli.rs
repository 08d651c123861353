//! The program from outside: what it prints where, its exit codes, and that it leaves the user's files alone.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::pty::Pty;

/// A home directory of its own, so that nothing of the real one is read or written.
pub struct Home(pub TempDir);

impl Home {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_apigw"));
        command
            .args(line.split_whitespace())
            .env_clear()
            .env("HOME", self.0.path())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("TZ", "UTC")
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, line: &str) -> Ran {
        Ran::from(self.command(line).output().unwrap())
    }

    pub fn write_config(&self, text: &str) {
        let folder = self.0.path().join(".config/apigw");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("config.toml"), text).unwrap();
    }

    fn is_untouched(&self) -> bool {
        fs::read_dir(self.0.path()).unwrap().next().is_none()
    }
}

pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

fn connection(nickname: &str) -> String {
    format!(
        "[connections.{nickname}]\napi_type = \"http\"\napi_id = \"a1b2c3d4e5\"\nregion = \"eu-west-1\"\nprofile = \"dev\"\n"
    )
}

#[test]
fn a_failing_stage_is_exit_3_and_touches_no_file() {
    let home = Home::new();
    let ran = home.run("status --demo orders --stage staging --json");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(3), ""));
    let report = ran.json();
    assert_eq!(report["healthy"], false);
    assert_eq!(report["connections"][0]["stages"][0]["verdict"], "failing");
    assert!(home.is_untouched());
}

#[test]
fn a_condition_decides_what_is_healthy() {
    let home = Home::new();
    let status =
        |condition: &str| home.run(&format!("status --demo orders --stage prod --fail-on {condition}")).code;
    assert_eq!((status("count<1"), status("count>=1")), (Some(0), Some(3)));
}

#[test]
fn a_denied_call_is_exit_4_with_the_statement_to_add() {
    let home = Home::new();
    let ran = home.run("status --demo orders --fault denied:GetStages");
    assert_eq!(ran.code, Some(4));
    assert!(ran.stdout.contains("! Cannot read the stages of the HTTP API"), "{}", ran.stdout);
    assert!(ran.stderr.contains(r#"{"Effect":"Allow","Action":"apigateway:GET""#), "{}", ran.stderr);
    let program = home.run("status --demo orders --fault denied:GetStages --json");
    assert_eq!((program.code, program.stderr.as_str()), (Some(4), ""));
    assert_eq!(program.json()["connections"][0]["problem"]["action"], "apigateway:GET");
}

#[test]
fn one_connection_that_fails_hides_no_other() {
    let ran = Home::new().run("status --demo orders billing --stage prod --json");
    let report = ran.json();
    assert_eq!(ran.code, Some(1));
    assert_eq!(report["connections"][0]["stages"][0]["stage"], "prod");
    assert_eq!(report["connections"][1]["problem"]["kind"], "not_found");
}

#[test]
fn deployments_are_listed_newest_first_with_the_stages_that_point_at_them() {
    let ran = Home::new().run("deployments orders --demo --json");
    let history = ran.json();
    assert_eq!(ran.code, Some(0));
    let deployments = history["deployments"].as_array().unwrap();
    let created: Vec<&str> =
        deployments.iter().filter_map(|deployment| deployment["created"].as_str()).collect();
    assert!(created.len() > 20 && created.is_sorted_by(|a, b| a >= b), "{created:?}");
    let stages = history["stages"].as_array().unwrap();
    let prod = stages.iter().find(|stage| stage["stage"] == "prod").unwrap();
    let live = deployments.iter().find(|deployment| deployment["id"] == prod["deployment_id"]).unwrap();
    assert!(live["stages"].as_array().unwrap().contains(&Value::from("prod")));
}

#[test]
fn without_any_connection_it_says_what_to_do() {
    let home = Home::new();
    let status = home.run("status");
    assert_eq!((status.code, status.stdout.as_str()), (Some(2), ""));
    assert!(status.stderr.contains("--api-id ID --api-type http"), "{}", status.stderr);
    let list = home.run("connection list");
    assert_eq!((list.code, list.stdout.as_str()), (Some(0), ""));
    assert!(list.stderr.contains(".config/apigw/config.toml"), "{}", list.stderr);
    assert!(home.is_untouched());
}

#[test]
fn a_broken_config_file_is_told_by_file_and_line() {
    let home = Home::new();
    home.write_config(&(connection("orders") + "protectd = true\n"));
    let ran = home.run("status");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    for part in ["config.toml", "line 6", "protectd", "Write `protected`"] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
    let program = home.run("status --json");
    assert_eq!((program.code, program.stderr.as_str()), (Some(2), ""));
    assert_eq!(program.json()["problem"]["kind"], "usage");
}

#[test]
fn connections_are_listed_without_asking_aws() {
    let home = Home::new();
    home.write_config(&(connection("orders") + &connection("billing")));
    let ran = home.run("connection list --json");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let listed = ran.json();
    assert_eq!(listed["connections"][1]["nickname"], "billing");
    assert_eq!(listed["connections"][0]["auth"]["profile"], "dev");
    let unknown = home.run("status order");
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.stderr.contains("Did you mean orders?"), "{}", unknown.stderr);
}

#[test]
fn a_missing_region_is_a_problem_that_names_the_flag() {
    let ran = Home::new().run("status --api-id a1b2c3d4e5 --api-type http");
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("--region"), "{}", ran.stderr);
}

#[test]
fn an_endpoint_that_nobody_serves_is_a_network_problem() {
    let home = Home::new();
    // A port that was free a moment ago, and that nobody listens on.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let line = format!(
        "status --api-id a1 --api-type http --region eu-west-1 --endpoint-url http://127.0.0.1:{port} --json"
    );
    let output = home
        .command(&line)
        .env("AWS_ACCESS_KEY_ID", "AKIADEMODEMODEMODEMO")
        .env("AWS_SECRET_ACCESS_KEY", "hunter2")
        .output()
        .unwrap();
    let ran = Ran::from(output);
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.json()["connections"][0]["problem"]["kind"], "network");
    assert!(!ran.stdout.contains("hunter2"));
}

#[test]
fn a_command_line_that_does_not_parse_is_json_for_a_program_too() {
    let ran = Home::new().run("status --demo --json --fail-on 5xx>>1");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(2), ""));
    assert_eq!(ran.json()["problem"]["kind"], "usage");
    assert!(ran.stdout.contains("5xx>=20"), "{}", ran.stdout);
}

#[test]
fn nothing_is_cut_in_a_pipe_unless_a_width_is_asked_for() {
    let home = Home::new();
    let long = "after the review of Tuesday commit a9d3c9c";
    let command = |columns: Option<&str>| {
        let mut command = home.command("deployments billing --demo");
        command.envs(columns.map(|columns| ("COLUMNS", columns)));
        Ran::from(command.output().unwrap()).stdout
    };
    let whole = command(None);
    assert!(!whole.contains('…') && whole.matches(long).count() > 1, "{whole}");
    let narrow = command(Some("70"));
    let is_url = |line: &&str| line.trim_start().starts_with("https://");
    assert!(narrow.lines().filter(|line| !is_url(line)).all(|line| line.chars().count() <= 70), "{narrow}");
}

#[test]
fn never_a_colour_holds_for_problems_too() {
    let problem = |color: &str| {
        let mut pty = Pty::apigw(&["status", "--demo", "nobody", "--color", color], (80, 24));
        pty.wait_for("There is no connection");
        assert_eq!(pty.wait_for_end().exit_code(), 2);
        String::from_utf8_lossy(&pty.written).into_owned()
    };
    assert!(problem("auto").contains("\u{1b}[31m"));
    assert!(!problem("never").contains('\u{1b}'));
}

#[test]
fn a_log_tells_each_request_without_being_asked_for_more() {
    let home = Home::new();
    let log = home.0.path().join("apigw.log");
    home.run(&format!("status --demo orders --log {}", log.display()));
    let text = fs::read_to_string(&log).unwrap();
    assert!(text.contains("GET /v2/apis/a1b2c3d4e5/stages"), "{text}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let home = Home::new();
    let mut child =
        home.command("completions zsh").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
}

#[test]
fn the_screen_refuses_to_open_into_a_pipe() {
    let ran = Home::new().run("--demo");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(ran.stderr.contains("needs a terminal"), "{}", ran.stderr);
}

#[test]
fn the_embedded_aws_can_be_asked_over_loopback_until_it_is_told_to_end() {
    let home = Home::new();
    let mut serving = home.command("demo --listen 127.0.0.1:0").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(serving.stdout.take().unwrap()).lines();
    let url = lines.next().unwrap().unwrap();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    let log = home.0.path().join("apigw.log");
    let line = format!(
        "status --api-id x9y8z7w6v5 --api-type rest --region eu-west-1 --endpoint-url {url} --json --log {} --log-level trace",
        log.display()
    );
    let output = home
        .command(&line)
        .env("AWS_ACCESS_KEY_ID", "AKIADEMODEMODEMODEMO")
        .env("AWS_SECRET_ACCESS_KEY", "hunter2")
        .output()
        .unwrap();
    let asked = Ran::from(output);
    assert_eq!(asked.json()["connections"][0]["api"]["name"], "billing");
    assert_log_is_harmless(&log);
    let ended = Command::new("kill").args(["-TERM", &serving.id().to_string()]).status().unwrap();
    assert!(ended.success());
    assert_eq!(serving.wait().unwrap().code(), Some(0));
    assert!(lines.next().is_none(), "one line and no more");
}

fn assert_log_is_harmless(log: &Path) {
    use std::os::unix::fs::PermissionsExt;

    let text = fs::read_to_string(log).unwrap();
    assert!(text.contains("apigateway"), "{text}");
    for secret in ["hunter2", "Signature=", "authorization"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert_eq!(fs::metadata(log).unwrap().permissions().mode() & 0o777, 0o600);
}

#[cfg(unix)]
#[test]
fn secrets_that_others_can_read_stop_only_the_connections_that_need_them() {
    use std::os::unix::fs::PermissionsExt;

    let home = Home::new();
    let folder = home.0.path().join(".config/apigw");
    fs::create_dir_all(&folder).unwrap();
    let key = "[connections.legacy]\napi_type = \"rest\"\napi_id = \"q1w2e3r4t5\"\nregion = \"eu-west-1\"\n\
               access_key_id = \"AKIAIOSFODNN7EXAMPLE\"\n";
    fs::write(folder.join("config.toml"), key).unwrap();
    let secrets = folder.join("credentials.toml");
    fs::write(&secrets, "[legacy]\nsecret_access_key = \"hunter2\"\n").unwrap();
    fs::set_permissions(&secrets, fs::Permissions::from_mode(0o644)).unwrap();
    let listed = home.run("connection list");
    assert_eq!(listed.code, Some(0), "{}", listed.stderr);
    let asked = home.run("status legacy");
    assert_eq!(asked.code, Some(4), "{}", asked.stderr);
    assert!(asked.stderr.contains("chmod 600"), "{}", asked.stderr);
    assert!(!asked.stderr.contains("hunter2") && !asked.stdout.contains("hunter2"));
}

#[test]
fn deployments_that_cannot_be_read_leave_the_stages_standing() {
    let home = Home::new();
    let ran = home.run("deployments --demo orders --fault denied:GetDeployments");
    assert_eq!(ran.code, Some(4));
    assert!(
        ran.stdout.contains("prod") && ran.stdout.contains("! Cannot read the deployments"),
        "{}",
        ran.stdout
    );
    assert!(ran.stderr.contains(r#""Action":"apigateway:GET""#), "{}", ran.stderr);
}

#[test]
fn metrics_are_printed_for_people_programs_and_tables() {
    let home = Home::new();
    let page = home.run("metrics --demo orders --stage staging --routes --compare");
    assert_eq!((page.code, page.stderr.as_str()), (Some(0), ""));
    for expected in
        ["Latency: avg", "p95 up to", "the 3h before", "METHOD", "POST    /orders", "* the one on"]
    {
        assert!(page.stdout.contains(expected), "{expected}: {}", page.stdout);
    }
    let ran = home.run("metrics --demo billing --stage v1 --range 1d --routes --compare --json");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let json = ran.json();
    let points = json["points"].as_array().unwrap();
    assert!((288..=289).contains(&points.len()), "{}", points.len());
    let sum: i64 = points.iter().filter_map(|point| point["count"].as_i64()).sum();
    assert!(sum > 0 && json["totals"]["count"] == sum);
    let of_routes = json["routes"].as_array().unwrap().iter().filter_map(|route| route["count"].as_i64());
    assert_eq!(of_routes.sum::<i64>(), sum);
    assert!(json["previous"]["count"].as_i64() > Some(0));
    let csv = home.run("metrics --demo billing --stage v1 --range 12h --csv").stdout;
    assert!(csv.starts_with("at,latency_avg_ms,") && csv.matches("\r\n").count() >= 145, "{csv}");
    assert!(home.is_untouched());
}

#[test]
fn metrics_that_cannot_be_read_name_the_permission_and_a_part_is_said_to_be_one() {
    let home = Home::new();
    let denied = home.run("metrics --demo orders --stage prod --fault denied:GetMetricData");
    assert_eq!((denied.code, denied.stdout.as_str()), (Some(4), ""));
    assert!(denied.stderr.contains(r#""Action":"cloudwatch:GetMetricData""#), "{}", denied.stderr);
    let routes = home.run("metrics --demo orders --stage prod --routes --fault denied:ListMetrics --json");
    assert_eq!(routes.code, Some(4));
    let json = routes.json();
    assert_eq!(
        (&json["problem"]["action"], &json["routes"]),
        (&"cloudwatch:ListMetrics".into(), &Value::Null)
    );
    assert!(json["totals"]["count"].is_number(), "the stage itself was read");
    let part = home.run("metrics --demo orders --stage prod --fault partial --json");
    assert_eq!((part.code, &part.json()["completeness"]), (Some(1), &Value::from("partial")));
    let whole = home.run("metrics --demo orders --stage prod --fault denied:GetDeployments");
    assert_eq!(whole.code, Some(0));
    assert!(whole.stdout.contains("Count:") && whole.stderr.contains("Cannot read the deployments"));
}

#[test]
fn a_stage_that_is_not_clear_is_a_usage_problem() {
    let home = Home::new();
    let unclear = home.run("metrics --demo orders");
    assert_eq!((unclear.code, unclear.stdout.as_str()), (Some(2), ""));
    assert!(unclear.stderr.contains("$default, prod, sandbox, staging"), "{}", unclear.stderr);
    assert_eq!(home.run("metrics --demo checkout").code, Some(0), "it has one stage");
    assert_eq!(home.run("metrics --demo orders --stage nothing").code, Some(1));
}
