//! The config file's errors, one by one, and its example.

use std::path::Path;
use std::time::Duration;

use super::*;
use crate::domain::{ApiType, Auth, RoleAuth, Thresholds, rules};

const ORDERS: &str =
    "[connections.orders]\napi_type = \"http\"\napi_id = \"a1b2c3d4e5\"\nregion = \"eu-west-1\"\n";

fn parse(text: &str) -> Result<Config, Problem> {
    Config::parse(Path::new("/home/ana/.config/apigw/config.toml"), text)
}

/// The problem as a person reads it.
fn told(text: &str) -> String {
    let problem = parse(text).unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Usage);
    assert!(problem.what.ends_with("config.toml"), "{}", problem.what);
    format!("{}\n{}", problem.why, problem.advice.join("\n"))
}

/// A connection with these lines below its first three keys; they begin in line 5.
fn orders(lines: &str) -> String {
    format!("{ORDERS}{lines}\n")
}

/// A file, and what its fault must be told with.
const FILES: &[(&str, &[&str])] = &[
    ("[settings]\nrefresh = 5", &["line 2", "`refresh`", "Write `refresh_seconds`"]),
    ("[setings]", &["line 1", "`setings`", "Write `settings`"]),
    ("colour = 1", &["line 1", "Known keys are: settings, connections."]),
    ("[settings]\nmouse = \"yes\"", &["line 2", "`mouse` must be true or false", "mouse = true"]),
    ("[settings]\ncolor = \"blue\"", &["line 2", "\"auto\", \"always\" or \"never\""]),
    ("[settings]\nrefresh_seconds = 2", &["line 2", "Write 5 or more, or 0"]),
    ("[settings]\nrefresh_seconds = 90000", &["line 2", "between 0 and 86400"]),
    ("[settings]\nrefresh_seconds = 7.5", &["line 2", "whole number"]),
    (
        "[settings]\nrequests_per_second = \"4\"",
        &["line 2", "must be a number", "between 0.1 and 10, without"],
    ),
    ("[settings]\nrequests_per_second = 0", &["line 2", "between 0.1 and 10"]),
    ("[settings]\nrequests_per_second = nan", &["line 2", "between 0.1 and 10"]),
    ("[settings]\nattempt_timeout_seconds = 99999999999999999999", &["line 2", "between 1 and 120"]),
    ("settings = 1", &["line 1", "`settings` must be a table", "[settings]"]),
    ("connections = 1", &["line 1", "must be a table", "[connections.NICKNAME]"]),
    ("[[connections]]\napi_id = \"a\"", &["line 1", "must be a table"]),
    ("[connections]\norders = 1", &["line 2", "must be a table", "[connections.orders]"]),
    ("[connections.orders]\napi_id = \"a1\"", &["line 1", "`api_type` is missing", "api_type = \"http\""]),
    ("[connections.orders]\napi_type = \"rest\"", &["line 1", "`api_id` is missing"]),
    ("[connections.orders]\napi_type = \"soap\"", &["line 2", "\"http\" or \"rest\""]),
    ("[settings]\ncolor = \"auto", &["line 2", "not valid TOML", "^"]),
    ("[settings\nmouse = true", &["line 1", "not valid TOML"]),
    ("[settings]\nmouse = true\nmouse = false", &["line 3", "`mouse` is given twice"]),
];

#[test]
fn every_fault_names_its_line_and_what_to_write() {
    for (text, expected) in FILES {
        let told = told(text);
        for part in *expected {
            assert!(told.contains(part), "{text}\nlacks `{part}`:\n{told}");
        }
    }
}

/// Lines of a connection, and what their fault must be told with.
const CONNECTIONS: &[(&str, &[&str])] = &[
    ("", &["line 1", "where the credentials come from", "environment = true"]),
    ("profil = \"dev\"", &["line 5", "`profil`", "Write `profile`"]),
    ("profile = \"dev\"\nenvironment = true", &["line 6", "`profile` and `environment`", "Keep one"]),
    ("environment = true\nrole_arn = \"arn\"", &["line 6", "role_arn and source_profile"]),
    ("environment = false", &["line 5", "leaves no credentials"]),
    ("profile = 5", &["line 5", "must be a text", "profile = \"...\""]),
    ("profile = \"\"", &["line 5", "`profile` is empty"]),
    ("profile = \"dev\"\nexternal_id = \"abc\"", &["line 6", "without `role_arn`"]),
    ("role_arn = \"arn:aws:iam::12:role/x\"", &["line 5", "arn:aws:iam::123456789012:role/deployer"]),
    ("role_arn = \"arn:aws:iam::123456789012:user/x\"", &["line 5", "the whole ARN of an IAM role"]),
    ("role_arn = \"arn:aws:iam::123456789012:role/x\"\nexternal_id = \"a\"", &["line 6", "2 to 1224"]),
    ("access_key_id = \"short\"", &["line 5", "never its secret"]),
    ("environment = true\naccount = 123456789012", &["line 6", "must be a text", "account = \"...\""]),
    ("environment = true\naccount = \"1234\"", &["line 6", "twelve digits"]),
    ("environment = true\nprotected = 1", &["line 6", "true or false"]),
    ("environment = true\nthresholds = 5", &["line 6", "[connections.orders.thresholds]"]),
    ("environment = true\n[connections.orders.thresholds]\nfailing_5xx = 5", &["line 7", "0.05 for 5%"]),
    ("environment = true\n[connections.orders.thresholds]\nfailing_5xx = true", &["line 7", "or false"]),
    ("environment = true\n[connections.orders.thresholds]\nfailing_6xx = 1", &["line 7", "`failing_5xx`"]),
    ("environment = true\n[connections.orders.thresholds]\nmin_errors = -1", &["line 7", "between 0"]),
    (
        "environment = true\n\n[connections.orders] # again",
        &["line 7", "already in line 1", "another nickname"],
    ),
];

#[test]
fn every_fault_of_a_connection_names_its_line_and_what_to_write() {
    for (lines, expected) in CONNECTIONS {
        let told = told(&orders(lines));
        for part in *expected {
            assert!(told.contains(part), "{lines}\nlacks `{part}`:\n{told}");
        }
    }
    for (region, id) in
        [("Ireland", "a1"), ("eu-west", "a1"), ("eu west 1", "a1"), ("eu-west-1", "https://a1/")]
    {
        let text =
            format!("[connections.o]\napi_type = \"http\"\napi_id = \"{id}\"\nregion = \"{region}\"\n");
        let line = if id == "a1" { "line 4" } else { "line 3" };
        assert!(told(&text).contains(line), "{region} {id}");
    }
}

#[test]
fn a_nickname_that_could_be_mistaken_is_refused() {
    let long = "n".repeat(65);
    for nickname in ["status", "help", "", " ", "a\\u001b[31m", "-x", " orders", "a\\nb", &long] {
        let told = told(&format!("[connections.\"{nickname}\"]\n"));
        assert!(told.contains("line 1") && told.contains("another nickname"), "{nickname}: {told}");
        assert!(!told.contains('\u{1b}'));
    }
    assert_eq!(rules::nickname(&"規".repeat(64)), Ok(()));
}

#[test]
fn a_fault_shows_its_line_with_a_mark_below() {
    let told = told(&orders("profile = 5 # number"));
    assert!(told.contains("  5 | profile = 5 # number\n    |           ^\n"), "{told}");
}

#[test]
fn a_line_that_may_hold_a_secret_is_not_shown() {
    for line in [
        "secret_access_key = \"hunter2\"",
        "session_token = \"hunter2\"",
        "access_key_id = \"hunter2\"",
        "Secret = \"hunter2",
    ] {
        let told = told(&orders(line));
        assert!(told.contains("line 5") && !told.contains("hunter2"), "{told}");
    }
    assert!(told(&orders("secret_access_key = \"x\"")).contains("credentials.toml"));
}

#[test]
fn connections_keep_the_order_of_the_file() {
    let one = |nickname: &str| ORDERS.replace("orders", nickname) + "environment = true\n";
    let config = parse(&["zebra", "alpha", "mid"].map(one).concat()).unwrap();
    let nicknames: Vec<_> =
        config.connections.iter().map(|connection| connection.nickname.as_str()).collect();
    assert_eq!(nicknames, ["zebra", "alpha", "mid"]);
}

#[test]
fn a_connection_says_all_it_can() {
    let text = orders(
        "role_arn = \"arn:aws-cn:iam::123456789012:role/ci/deployer\"\nexternal_id = \"x-1\"\nsource_profile = \"dev\"\n\
         account = \"012345678901\"\nprotected = true\nread_only = true\nschema = \"openapi.yaml\"\n\
         refresh_seconds = 0\n[connections.orders.thresholds]\nfailing_5xx = false\ndegraded_latency_ms = 800",
    );
    let expected = Connection {
        nickname: "orders".into(),
        api_type: ApiType::Http,
        api_id: "a1b2c3d4e5".into(),
        region: "eu-west-1".into(),
        auth: Auth::Role(RoleAuth {
            arn: "arn:aws-cn:iam::123456789012:role/ci/deployer".into(),
            external_id: Some("x-1".into()),
            source_profile: Some("dev".into()),
            ..RoleAuth::default()
        }),
        account: Some("012345678901".into()),
        protected: true,
        read_only: true,
        thresholds: Thresholds {
            failing_5xx: None,
            degraded_latency_ms: Some(800.0),
            ..Thresholds::default()
        },
        schema: Some("/home/ana/.config/apigw/openapi.yaml".into()),
        refresh: Some(Duration::ZERO),
    };
    assert_eq!(parse(&text).unwrap().connections, [expected]);
}

#[test]
fn no_file_is_an_empty_config_but_a_file_named_on_purpose_must_be_there() {
    assert_eq!(parse("").unwrap().settings, Settings::default());
    let folder = tempfile::tempdir().unwrap();
    let problem = Config::load(Some(&folder.path().join("none.toml"))).unwrap_err();
    assert!(problem.what.ends_with("none.toml"), "{}", problem.what);
    assert_eq!(problem.exit_code(), 2);
    assert_eq!(Config::load_to_add(Some(&folder.path().join("none.toml"))).unwrap().connections, []);
}

const EXAMPLE: &str = include_str!("../../config.example.toml");

/// The example with its example connections switched on.
fn uncommented() -> String {
    let is_code = |rest: &str| rest.starts_with(|c: char| c == '[' || c.is_ascii_lowercase());
    EXAMPLE
        .lines()
        .map(|line| line.strip_prefix('#').filter(|rest| is_code(rest)).unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_example_shows_the_defaults() {
    let as_it_is = parse(EXAMPLE).unwrap();
    assert_eq!((as_it_is.settings, as_it_is.connections.len()), (Settings::default(), 0));
    let config = parse(&uncommented()).unwrap();
    let labels: Vec<_> = config.connections.iter().map(|connection| connection.auth.label()).collect();
    assert_eq!(labels, ["profile dev", "role deployer", "access key", "environment"]);
    for connection in &config.connections {
        assert_eq!(connection.thresholds, Thresholds::default());
        assert!(!connection.protected && !connection.read_only);
        assert!(connection.refresh.is_none_or(|refresh| refresh == Settings::default().refresh));
    }
}

#[test]
fn the_example_holds_every_key() {
    let text = uncommented();
    let keys = settings::KEYS.iter().chain(&connections::KEYS).chain(&connections::THRESHOLD_KEYS);
    for key in keys.filter(|key| **key != "thresholds") {
        assert!(text.lines().any(|line| line.starts_with(&format!("{key} = "))), "{key}");
    }
    for table in ["[settings]", "[connections.orders]", "[connections.orders.thresholds]"] {
        assert!(text.lines().any(|line| line == table), "{table}");
    }
}
