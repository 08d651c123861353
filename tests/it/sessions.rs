//! Sessions in a terminal: the real program, real AWS files, the embedded AWS on a socket.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use apigw::sim::{Fault, What, demo};

use crate::pty::Pty;
use crate::setting::Setting;

const SIZE: (u16, u16) = (120, 40);

/// The program on its first screen.
fn started(setting: &Setting, arguments: &[&str]) -> Pty {
    let arguments = [arguments, &["--endpoint-url", &setting.url]].concat();
    let mut pty = Pty::apigw_at_home(setting.home.path(), &arguments, SIZE);
    pty.wait_for("NICKNAME");
    pty
}

fn asked(setting: &Setting, operation: &str) -> usize {
    setting.cloud.requests().iter().filter(|seen| seen.operation == operation).count()
}

fn quit(mut pty: Pty) {
    pty.send("\x03\x03");
    pty.wait_for_end();
    pty.assert_terminal_restored();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_code_serves_two_connections_and_a_refresh_asks_for_none() {
    let setting = Setting::new("").await;
    setting
        .write_connections(&[("orders", "profile = \"careful\"\n"), ("billing", "profile = \"careful\"\n")]);
    let mut pty = started(&setting, &[]);
    pty.wait_until("two rows that want a code", |screen| screen.contents().matches("needs MFA").count() == 2);
    assert!(!pty.text().contains("MFA code"), "nobody asked for anything yet:\n{}", pty.text());
    assert_eq!(setting.assumed(), 0);
    pty.send("h");
    pty.wait_for("MFA code");
    pty.send("654321\r");
    pty.wait_for("was not accepted");
    pty.send(&format!("\x15{}\r", demo::MFA_CODE));
    pty.wait_for("! staging");
    pty.wait_until("no row that wants a code", |screen| !screen.contents().contains("needs MFA"));
    pty.send("j\r");
    pty.wait_for("LAST 7 DAYS");
    pty.wait_for("v1");
    pty.send("\x1b");
    pty.wait_for("NICKNAME");
    pty.send("k\r");
    pty.wait_for("staging");
    let refused_and_taken = 2;
    assert_eq!(setting.assumed(), refused_and_taken, "the code brought one session for both");
    quit(pty);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_expires_during_a_refresh_is_renewed_behind_the_screen() {
    let setting = Setting::new("").await;
    setting.write_connection("profile = \"bastion\"\n");
    let mut pty = started(&setting, &["--read-only"]);
    pty.wait_for("! staging");
    pty.send("\r");
    pty.wait_until("stages and deployments", |screen| {
        screen.contents().contains("sandbox") && screen.contents().contains("v2.3")
    });
    let before = setting.assumed();
    setting.cloud.inject(Fault::new(What::ExpiredToken).on("GetStages").times(1));
    let stages = asked(&setting, "GetStages");
    pty.send("r");
    pty.wait_for("checked");
    while asked(&setting, "GetStages") < stages + 2 {
        tokio::task::yield_now().await;
    }
    pty.wait_for("v2.3");
    assert_eq!(setting.assumed(), before + 1, "the role was assumed again, once");
    // Now it stays expired: what is on the screen stays, beside its problem, and keys work.
    setting.cloud.inject(Fault::new(What::ExpiredToken));
    pty.send("r");
    pty.wait_for("The security token");
    assert!(pty.text().contains("v2.3") && pty.text().contains("staging"), "{}", pty.text());
    pty.send("?");
    pty.wait_for("On every screen");
    pty.send("\x1b");
    setting.cloud.clear_faults();
    pty.send("r");
    pty.wait_until("no problem any more", |screen| !screen.contents().contains("The security token"));
    quit(pty);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_three_roles_opens_while_the_keys_work() {
    let setting = Setting::new("").await;
    setting.write_connection(&format!(
        "role_arn = \"{}\"\nsource_profile = \"operator\"\n",
        demo::RELEASER_ROLE_ARN
    ));
    // A role takes its time, so that the keys come in between.
    setting.cloud.inject(Fault::new(What::Latency(Duration::from_millis(400))).on("AssumeRole"));
    let mut pty = started(&setting, &[]);
    pty.send("?");
    pty.wait_for("On every screen");
    pty.send("\x1b");
    pty.wait_for("! staging");
    assert_eq!(setting.assumed(), 3);
    pty.send("\r");
    pty.wait_for("role releaser");
    pty.wait_for("v2.3");
    assert_eq!(setting.assumed(), 3);
    quit(pty);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metrics_of_a_stage_are_walked_through_by_keys() {
    let setting = Setting::new("").await;
    setting.write_connection("profile = \"dev\"\n");
    let mut pty = started(&setting, &[]);
    pty.wait_for("! staging");
    pty.send("\r");
    pty.wait_until("stages and deployments", |screen| {
        screen.contents().contains("sandbox") && screen.contents().contains("v2.3")
    });
    pty.send("jm");
    pty.wait_for("Integration latency");
    pty.wait_for("p99");
    pty.send("t");
    pty.wait_for("12h:");
    pty.send("z");
    pty.wait_until("one chart", |screen| !screen.contents().contains("Integration latency"));
    pty.send("z");
    pty.wait_for("Integration latency");
    pty.send("s");
    pty.wait_for("nobody called sandbox");
    pty.send("S");
    pty.wait_for("Integration latency");
    pty.send("hhh");
    pty.wait_until("an earlier time", |screen| !screen.contents().contains("newest"));
    pty.send("i");
    pty.wait_for("CloudWatch metric Latency");
    pty.send("\x1b");
    quit(pty);
}

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A code that the device does not show. The one that it does is the beginning of the demo's account, which may well be seen.
const WRONG_CODE: &str = "975318";

fn assert_secretless(text: &[u8], place: &str) {
    for secret in [SECRET, demo::SECRET, WRONG_CODE] {
        let found = text.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} is in {place}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_stay_out_of_frames_logs_and_the_process_list() {
    let setting = Setting::new("").await;
    let keyed = format!("access_key_id = \"{}\"\n", demo::ACCESS_KEY_ID);
    setting.write_connections(&[("orders", &keyed), ("billing", "profile = \"careful\"\n")]);
    let secrets = setting.home.path().join(".config/apigw/credentials.toml");
    fs::write(&secrets, format!("[orders]\nsecret_access_key = \"{SECRET}\"\n")).unwrap();
    fs::set_permissions(&secrets, fs::Permissions::from_mode(0o600)).unwrap();
    let log = setting.home.path().join("log");
    let mut pty = started(&setting, &["--log", log.to_str().unwrap()]);
    pty.wait_for("! staging");
    pty.send("h");
    pty.wait_for("MFA code");
    pty.send(&format!("{WRONG_CODE}\r"));
    pty.wait_for("was not accepted");
    pty.send(&format!("\x15{}\r", demo::MFA_CODE));
    pty.wait_until("both rows", |screen| !screen.contents().contains("needs MFA"));
    setting.cloud.inject(Fault::new(What::ServerError(500)));
    pty.send("r");
    pty.wait_for("internal error");
    let process = format!("/proc/{}", pty.process_id());
    for file in ["cmdline", "environ"] {
        let text = fs::read(format!("{process}/{file}")).unwrap();
        assert_secretless(&text, file);
    }
    let written = pty.written.clone();
    assert_secretless(&written, "the terminal");
    let logged = fs::read(&log).unwrap();
    assert!(!logged.is_empty());
    assert_secretless(&logged, "the log");
    quit(pty);
}
