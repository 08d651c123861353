//! `apigw connection`, `policy` and `doctor` from outside: on files of their own, and against an AWS on loopback.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use apigw::sim::demo;

use crate::cli::{Home, Ran};
use crate::pty::Pty;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A config file with a word on everything.
const CONFIG: &str = "\
# Ours, by hand.
[settings]
refresh_seconds = 90 # slow link

# The shop's own.
[connections.orders]
api_type = \"http\"
api_id = \"a1b2c3d4e5\" # do not touch
region = \"eu-west-1\"
profile = \"dev\"

# Finance asks about it.
[connections.billing]
api_type = \"rest\"
api_id = \"x9y8z7w6v5\"
region = \"eu-west-1\"
environment = true
protected = true
";

/// The embedded AWS on loopback, until it is dropped.
struct Served {
    child: Child,
    url: String,
}

impl Served {
    fn new(home: &Home) -> Self {
        let mut child = home.command("demo --listen 127.0.0.1:0").stdout(Stdio::piped()).spawn().unwrap();
        let url = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        Self { child, url }
    }

    /// Runs a command that asks it, with the demo's AWS files and nothing else.
    fn run(&self, home: &Home, line: &str) -> Ran {
        Ran::from(self.command(home, line).output().unwrap())
    }

    fn command(&self, home: &Home, line: &str) -> Command {
        let aws_config = home.0.path().join("aws_config");
        fs::write(&aws_config, demo::config_file()).unwrap();
        let mut command = home.command(line);
        command.env("AWS_ENDPOINT_URL", &self.url).env("AWS_CONFIG_FILE", aws_config);
        command
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn config(home: &Home) -> String {
    fs::read_to_string(home.0.path().join(".config/apigw/config.toml")).unwrap()
}

fn with_stdin(mut command: Command, stdin: &str) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    Ran::from(child.wait_with_output().unwrap())
}

#[test]
fn a_connection_lives_in_the_config_file_from_add_to_remove_and_every_comment_stays() {
    let home = Home::new();
    home.write_config(CONFIG);
    let run = |line: &str| {
        let ran = home.run(line);
        assert_eq!(ran.code, Some(0), "{line}: {}", ran.stderr);
        ran
    };
    let added = run(
        "connection add shop --api-type http --api-id i4n7v3n2t1 --region eu-west-1 --profile dev --no-verify \
         --schema /srv/shop.yaml --refresh 30 --threshold failing_5xx=10% --json",
    );
    assert_eq!(added.json()["saved"][0]["thresholds"]["failing_5xx"], 0.1);
    assert_eq!(added.json()["identity"], serde_json::Value::Null);
    assert_eq!(
        config(&home).lines().take(CONFIG.lines().count()).collect::<Vec<_>>().join("\n") + "\n",
        CONFIG
    );
    run("connection edit orders --rename orders-prod --read-only");
    run("connection edit orders-prod --no-read-only --protected --refresh 0");
    let nothing = home.run("connection edit orders-prod --protected");
    assert_eq!(nothing.code, Some(2), "{}", nothing.stderr);
    run("connection duplicate shop shop-copy --region us-east-1 --no-verify --no-schema");
    let listed = run("connection list --json").json();
    let names: Vec<&str> = listed["connections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["nickname"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["orders-prod", "billing", "shop", "shop-copy"]);
    assert_eq!(listed["connections"][3]["schema"], serde_json::Value::Null);
    assert_eq!(
        (&listed["connections"][0]["protected"], &listed["connections"][0]["read_only"]),
        (&true.into(), &false.into())
    );
    for nickname in ["shop", "shop-copy"] {
        run(&format!("connection remove {nickname} --yes"));
    }
    let text = config(&home);
    for comment in CONFIG.lines().filter_map(|line| line.find('#').map(|at| &line[at..])) {
        assert!(text.contains(comment), "{comment} is gone:\n{text}");
    }
    run("connection edit orders-prod --rename orders --no-protected --no-refresh");
    assert_eq!(config(&home), CONFIG, "it is what it was");
}

#[test]
fn a_protected_connection_is_removed_by_its_name_and_any_only_by_a_word() {
    let home = Home::new();
    home.write_config(CONFIG);
    for (line, code, told) in [
        ("connection remove orders", 2, "--yes"),
        ("connection remove billing --yes", 2, "--confirm billing"),
        ("connection remove billing --confirm orders", 2, "--confirm says orders"),
        ("connection remove nobody --yes", 2, "no connection `nobody`"),
    ] {
        let ran = home.run(line);
        assert_eq!((ran.code, ran.stderr.contains(told)), (Some(code), true), "{line}: {}", ran.stderr);
    }
    assert_eq!(config(&home), CONFIG);
    assert_eq!(home.run("connection remove billing --confirm billing").code, Some(0));
    assert!(!config(&home).contains("Finance"), "{}", config(&home));
}

#[test]
fn each_bad_input_has_its_exit_code_and_saves_nothing() {
    let home = Home::new();
    home.write_config(CONFIG);
    let whole = "connection add new --api-type http --api-id a1 --region eu-west-1";
    for (line, told) in [
        (whole.to_owned(), "Nothing says where the credentials come from"),
        (format!("{whole} --profile dev --env"), "--profile and --env both say"),
        (format!("{whole} --env --external-id apigw-1"), "--external-id means nothing without a role"),
        (format!("{whole} --env --secret-stdin"), "--secret-stdin means nothing without an access key"),
        (format!("{whole} --access-key-id AKIAIOSFODNN7EXAMPLE"), "--secret-stdin < FILE"),
        (
            format!("{whole} --access-key-id AKIAIOSFODNN7EXAMPLE --secret-stdin"),
            "cannot be a secret access key",
        ),
        (format!("{whole} --env --schema /"), "is a folder"),
        (
            "connection add orders --api-type http --api-id a1 --env".to_owned(),
            "is a connection orders already",
        ),
        ("connection add new --api-id a1 --region eu-west-1 --env".to_owned(), "--api-type http"),
        ("connection add new --api-type http --region eu-west-1 --env --no-verify".to_owned(), "--api-id ID"),
        ("connection add --discover --region eu-west-1 --env --api-id a1".to_owned(), "--pick ID"),
        ("connection add new --discover --region eu-west-1 --env".to_owned(), "new is one name"),
        ("connection edit order --protected".to_owned(), "Did you mean orders"),
        ("connection edit orders --rename billing".to_owned(), "is a connection billing already"),
        ("connection edit orders --session-name ana".to_owned(), "means nothing without a role"),
        ("connection duplicate orders billing".to_owned(), "is a connection billing already"),
        ("connection test nobody".to_owned(), "no connection `nobody`"),
        ("policy --broad trust".to_owned(), "one after the other"),
    ] {
        let ran = home.run(&line);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains(told), "{line}: {}", ran.stderr);
    }
    assert_eq!(config(&home), CONFIG);
}

#[cfg(target_os = "linux")]
#[test]
fn a_secret_reaches_its_file_and_nothing_else() {
    use std::os::unix::fs::PermissionsExt;

    let home = Home::new();
    let served = Served::new(&home);
    let log = home.0.path().join("apigw.log");
    let line = format!(
        "connection add legacy --api-type rest --api-id {} --region eu-west-1 --access-key-id {} --secret-stdin \
         --log {} --log-level trace",
        demo::LEGACY_API_ID,
        demo::ACCESS_KEY_ID,
        log.display()
    );
    let mut command = served.command(&home, &line);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let seen_by_others = ["cmdline", "environ"].map(|file| {
        String::from_utf8_lossy(&fs::read(format!("/proc/{}/{file}", child.id())).unwrap()).into_owned()
    });
    child.stdin.take().unwrap().write_all(format!("{SECRET}\n").as_bytes()).unwrap();
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let told = served.run(&home, "doctor legacy --json");
    let listed = served.run(&home, "connection list --json");
    let log = fs::read_to_string(log).unwrap();
    assert!(log.contains("apigateway"), "{log}");
    let texts = [&ran.stdout, &ran.stderr, &told.stdout, &listed.stdout, &log, &config(&home)];
    for text in texts.into_iter().chain(&seen_by_others) {
        assert!(!text.contains(SECRET) && !text.contains(&SECRET[..12]), "{text}");
    }
    let credentials = home.0.path().join(".config/apigw/credentials.toml");
    assert!(fs::read_to_string(&credentials).unwrap().contains(SECRET));
    assert_eq!(fs::metadata(&credentials).unwrap().permissions().mode() & 0o777, 0o600);
    let status = served.run(&home, "status legacy --json").json();
    assert_eq!(status["connections"][0]["problem"], serde_json::Value::Null, "{status}");
    fs::set_permissions(&credentials, fs::Permissions::from_mode(0o644)).unwrap();
    let told = served.run(&home, "doctor legacy");
    assert_eq!(
        told.stdout.matches("chmod 600").count(),
        2,
        "the file and who signs with it:\n{}",
        told.stdout
    );
    fs::set_permissions(&credentials, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(home.run("connection remove legacy --yes").code, Some(0));
    assert!(!fs::read_to_string(&credentials).unwrap().contains(SECRET));
}

#[test]
fn a_secret_with_a_line_break_in_it_is_refused_and_not_shown() {
    let home = Home::new();
    let line = "connection add legacy --api-type rest --api-id q1 --region eu-west-1 --no-verify \
                --access-key-id AKIAIOSFODNN7EXAMPLE --secret-stdin";
    for stdin in [
        format!("{} {}\n", &SECRET[..20], &SECRET[20..]),
        format!("{}\n{}\n{}\n", &SECRET[..20], &SECRET[..20], &SECRET[20..]),
    ] {
        let ran = with_stdin(home.command(line), &stdin);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
        assert!(!ran.stderr.contains(&SECRET[..8]), "{}", ran.stderr);
    }
    let token = with_stdin(home.command(line), &format!("{SECRET}\r\nFwoGZXIvYXdzEXAMPLETOKEN\r\n"));
    assert_eq!(token.code, Some(0), "{}", token.stderr);
    let kept = fs::read_to_string(home.0.path().join(".config/apigw/credentials.toml")).unwrap();
    assert!(kept.contains("session_token") && !kept.contains('\r'));
}

#[test]
fn every_way_to_sign_in_is_tried_before_it_is_saved() {
    let home = Home::new();
    let served = Served::new(&home);
    let add = |nickname: &str, flags: &str| {
        let api = format!("--api-type http --api-id {} --region eu-west-1", demo::ORDERS_API_ID);
        served.run(&home, &format!("connection add {nickname} {api} {flags} --json"))
    };
    let role = format!("--role-arn {} --source-profile dev", demo::ROLE_ARN);
    let ran = add("by-role", &format!("{role} --external-id {}", demo::EXTERNAL_ID));
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    assert_eq!(ran.json()["saved"][0]["account"], demo::ACCOUNT_ID);
    for (nickname, profile) in [("by-profile", "dev"), ("by-chain", "operator")] {
        let ran = add(nickname, &format!("--profile {profile}"));
        assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    }
    let three = format!("--role-arn {} --source-profile operator --no-external-id", demo::RELEASER_ROLE_ARN);
    assert_eq!(add("by-three-roles", &three).code, Some(0));
    let made_up = add("by-made-up", &role);
    assert_eq!(made_up.code, Some(4), "the role asks for another external ID: {}", made_up.stdout);
    let advice = made_up.json()["problem"]["advice"].to_string();
    assert!(advice.contains("--external-id apigw-") && advice.contains("--no-verify"), "{advice}");
    let foreign = served.run(
        &home,
        "connection add lost --api-type http --api-id n0wh3r3 --region eu-west-1 --profile dev --json",
    );
    assert_eq!((foreign.code, foreign.json()["problem"]["kind"].as_str()), (Some(1), Some("not_found")));
    let listed = home.run("connection list --json").json();
    assert_eq!(listed["connections"].as_array().unwrap().len(), 4, "{listed}");
    let status = served.run(&home, "status by-role by-chain by-three-roles --stage prod --json");
    assert_eq!(status.code, Some(0), "{}", status.stdout);
    let trust = served.run(&home, "policy trust by-role");
    assert_eq!(
        trust.json()["Statement"][0]["Condition"]["StringEquals"]["sts:ExternalId"],
        demo::EXTERNAL_ID
    );
    assert_eq!(
        trust.json()["Statement"][0]["Principal"]["AWS"],
        format!("arn:aws:iam::{}:root", demo::ACCOUNT_ID)
    );
}

#[test]
fn a_code_is_given_by_flag_and_without_one_the_connection_says_what_it_wants() {
    let home = Home::new();
    let served = Served::new(&home);
    let add = format!(
        "connection add careful --api-type http --api-id {} --region eu-west-1 --role-arn {} --mfa-serial {} \
         --source-profile dev --no-external-id",
        demo::ORDERS_API_ID,
        demo::MFA_ROLE_ARN,
        demo::MFA_SERIAL
    );
    let without = served.run(&home, &format!("{add} --json"));
    assert_eq!((without.code, without.json()["problem"]["kind"].as_str()), (Some(4), Some("needs_mfa")));
    let wrong = served.run(&home, &format!("{add} --mfa-code 654321 --json"));
    assert_eq!(wrong.code, Some(4), "{}", wrong.stdout);
    assert!(!home.0.path().join(".config/apigw/config.toml").exists());
    let right = served.run(&home, &format!("{add} --mfa-code {}", demo::MFA_CODE));
    assert_eq!(right.code, Some(0), "{}", right.stderr);
    for (command, codes) in [
        ("status careful --stage prod", [4, 0]),
        ("deployments careful", [4, 0]),
        ("metrics careful --stage prod", [4, 0]),
        ("connection test careful", [4, 0]),
        ("doctor careful", [4, 0]),
    ] {
        let code = |line: &str| served.run(&home, line).code;
        let with = format!("{command} --mfa-code {}", demo::MFA_CODE);
        assert_eq!([code(command), code(&with)], codes.map(Some), "{command}");
    }
}

#[test]
fn apis_are_discovered_and_those_picked_are_saved() {
    let home = Home::new();
    let served = Served::new(&home);
    let discover = "connection add --discover --profile dev --region eu-west-1";
    let seen = served.run(&home, &format!("{discover} --json")).json();
    let ids: Vec<&str> =
        seen["apis"].as_array().unwrap().iter().map(|api| api["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&demo::ORDERS_API_ID) && ids.contains(&demo::BILLING_API_ID), "{seen}");
    assert!(!ids.contains(&demo::CHAT_API_ID), "WebSocket APIs are not ours");
    assert!(!home.0.path().join(".config/apigw/config.toml").exists(), "nothing is saved yet");
    let unknown = served.run(&home, &format!("{discover} --pick {},n0wh3r3", demo::ORDERS_API_ID));
    assert_eq!(unknown.code, Some(2), "{}", unknown.stderr);
    let picked = served.run(&home, &format!("{discover} --pick {} --protected", demo::ORDERS_API_ID));
    assert_eq!(picked.code, Some(0), "{}", picked.stderr);
    let all = served.run(&home, &format!("{discover} --all --json")).json();
    assert_eq!(all["saved"].as_array().unwrap().len(), ids.len() - 1, "{all}");
    let listed = home.run("connection list --json").json();
    let mut names: Vec<&str> = listed["connections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["nickname"].as_str().unwrap())
        .collect();
    assert_eq!((names.len(), names[0]), (ids.len(), "orders"));
    assert_eq!(listed["connections"][0]["account"], demo::ACCOUNT_ID);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ids.len(), "every nickname is another");
    let again = served.run(&home, &format!("{discover} --all"));
    assert_eq!(again.code, Some(1), "{}", again.stderr);
}

#[test]
fn a_doctor_tells_of_a_broken_config_file_and_goes_on() {
    let home = Home::new();
    home.write_config("[connections.orders]\napi_tpye = \"http\"\n");
    let output =
        home.command("doctor --json").env("HTTPS_PROXY", "http://ana:hunter2@proxy:3128").output().unwrap();
    let ran = Ran::from(output);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(2), ""));
    let report = ran.json();
    assert_eq!(report["files"][0]["outcome"], "failed");
    assert!(report["files"][0]["problem"]["why"].as_str().unwrap().contains("api_tpye"), "{report}");
    assert!(!report["terminal"].as_array().unwrap().is_empty());
    assert!(!ran.stdout.contains("hunter2"), "{report}");
    let healthy = Home::new();
    let ran = healthy.run("doctor");
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    assert!(healthy.0.path().read_dir().unwrap().next().is_none(), "it only looks");
}

#[test]
fn a_denied_permission_is_a_failed_check_and_hides_no_other() {
    let home = Home::new();
    let ran = home.run("connection test orders --demo --fault denied:GetMetricData --json");
    assert_eq!(ran.code, Some(4), "{}", ran.stdout);
    let checks = ran.json()["connections"][0]["checks"].clone();
    let outcomes: Vec<&str> =
        checks.as_array().unwrap().iter().map(|check| check["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["ok", "ok", "ok", "failed"], "{checks}");
    assert_eq!(checks[3]["problem"]["action"], "cloudwatch:GetMetricData");
    assert_eq!(home.run("connection test billing --demo --all").code, Some(0));
    assert_eq!(home.run("connection test legacy --demo --deploy").code, Some(4), "it is read-only");
}

#[test]
fn policies_are_json_and_nothing_else() {
    let home = Home::new();
    home.write_config(CONFIG);
    for line in [
        "policy",
        "policy orders billing --all --stage prod",
        "policy --api-id a1 --api-type http --region cn-north-1 --deploy",
        "policy --broad --api-type rest --region us-gov-west-1",
        "policy trust --account 123456789012 --region eu-west-1 --external-id apigw-1 --mfa",
    ] {
        let ran = home.run(line);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{line}");
        assert_eq!(ran.json()["Version"], "2012-10-17", "{line}");
    }
    let china = home.run("policy --api-id a1 --api-type http --region cn-north-1 --deploy").stdout;
    assert!(china.contains("arn:aws-cn:apigateway:cn-north-1::/apis/a1/deployments"), "{china}");
}

#[test]
fn a_terminal_is_asked_for_the_code_once_for_two_connections() {
    let line = ["status", "orders", "inventory", "--demo", "--profile", "careful", "--stage", "prod"];
    let mut pty = Pty::apigw(&line, (120, 40));
    pty.wait_for("MFA code of");
    pty.send("654321\r");
    pty.wait_until("second question", |screen| screen.contents().matches("MFA code of").count() == 2);
    pty.send(&format!("{}\r", demo::MFA_CODE));
    pty.wait_for("orders  HTTP");
    let code = pty.wait_for_end().exit_code();
    let text = pty.text();
    assert_eq!(text.matches("MFA code of").count(), 2, "{text}");
    assert!(!text.contains("654321"), "{text}");
    assert!(code == 0 && text.contains("inventory  HTTP"), "{text}");
}

#[test]
fn a_terminal_is_asked_before_a_connection_goes_and_for_the_apis_to_add() {
    let mut pty = Pty::apigw(&["connection", "remove", "billing", "--demo"], (80, 24));
    pty.wait_for("[y/N]");
    pty.send("\r");
    assert_eq!(pty.wait_for_end().exit_code(), 1);
    let mut pty = Pty::apigw(&["connection", "add", "--discover", "--demo", "--env"], (100, 30));
    pty.wait_for("Which?");
    pty.send("99\r");
    pty.wait_for("Write numbers from 1 to");
    pty.send("\r");
    assert_eq!(pty.wait_for_end().exit_code(), 1);
    assert!(pty.text().contains("nothing is saved"), "{}", pty.text());
}

#[test]
fn a_secret_that_is_typed_or_pasted_is_not_shown() {
    let line = format!(
        "connection add shop --demo --api-type http --api-id {} --access-key-id {}",
        demo::INVENTORY_API_ID,
        demo::ACCESS_KEY_ID
    );
    let words: Vec<&str> = line.split(' ').collect();
    let mut pty = Pty::apigw(&words, (100, 30));
    pty.wait_for("Secret access key of");
    pty.send(&format!("wrong\u{15}{SECRET}x\u{7f}\n"));
    pty.wait_for("Session token");
    pty.send("\r");
    pty.wait_for("Saved shop");
    assert!(pty.wait_for_end().success());
    assert!(!String::from_utf8_lossy(&pty.written).contains(&SECRET[..8]), "{}", pty.text());
    let mut pty = Pty::apigw(&words, (100, 30));
    pty.wait_for("Secret access key of");
    pty.send("\u{3}");
    assert_eq!(pty.wait_for_end().exit_code(), 1);
    assert!(pty.text().contains("There was no answer"), "{}", pty.text());
}

#[test]
fn the_first_connection_makes_the_config_file_wherever_it_is_named() {
    let home = Home::new();
    let file = home.0.path().join("team/apigw.toml");
    let add = format!(
        "connection add shop --api-type http --api-id a1b2c3d4e5 --region eu-west-1 --env --no-verify --config {}",
        file.display()
    );
    let added = home.run(&add);
    assert_eq!(added.code, Some(0), "{}", added.stderr);
    assert!(fs::read_to_string(&file).unwrap().contains("[connections.shop]"));
    let missing = home.run("connection list --config /nowhere/apigw.toml");
    assert_eq!(missing.code, Some(2), "{}", missing.stderr);
}

#[test]
fn a_connection_that_becomes_a_role_gets_an_external_id_and_one_without_stays_so() {
    let home = Home::new();
    home.write_config(CONFIG);
    let role = "arn:aws:iam::123456789012:role/deployer";
    let edited = home.run(&format!("connection edit orders --role-arn {role} --no-verify"));
    assert_eq!(edited.code, Some(0), "{}", edited.stderr);
    let config = |home: &Home| config(home);
    let id = config(&home).lines().find(|line| line.starts_with("external_id")).map(str::to_owned).unwrap();
    let told = format!("{}{}", edited.stdout, edited.stderr);
    assert!(told.contains(id.split('"').nth(1).unwrap()), "{told}");
    let removed = home.run("connection edit orders --no-external-id --no-verify");
    assert_eq!(removed.code, Some(0), "{}", removed.stderr);
    let other =
        home.run("connection edit orders --role-arn arn:aws:iam::123456789012:role/other --no-verify");
    assert_eq!(other.code, Some(0), "{}", other.stderr);
    assert!(!config(&home).contains("external_id"), "{}", config(&home));
}

#[test]
fn programs_that_edit_at_once_lose_nothing_of_each_other() {
    let home = Home::new();
    home.write_config(CONFIG);
    let started: Vec<Child> = (0..12)
        .map(|number| {
            let line = match number {
                0 => "connection remove billing --yes --confirm billing".to_owned(),
                1 => "connection edit orders --rename shop".to_owned(),
                number => format!(
                    "connection add n{number} --api-type http --api-id a{number} --region eu-west-1 --env --no-verify"
                ),
            };
            home.command(&line).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in started {
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }
    let config = config(&home);
    for number in 2..12 {
        assert!(config.contains(&format!("[connections.n{number}]")), "n{number}:\n{config}");
    }
    assert!(config.contains("[connections.shop]") && !config.contains("billing"), "{config}");
    for kept in ["# Ours, by hand.", "# slow link", "# The shop's own.", "# do not touch"] {
        assert!(config.contains(kept), "{kept}:\n{config}");
    }
}
