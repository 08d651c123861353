//! The command line as a whole.

use clap::error::ErrorKind;

use super::*;
use crate::domain::rules::RESERVED;

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(line.split_whitespace())
}

/// The problem with a command line that parses and still cannot be meant.
fn refused(line: &str) -> Option<Problem> {
    parse(line).unwrap().check().err()
}

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn no_connection_can_be_called_like_a_command() {
    for name in command_names() {
        assert!(RESERVED.contains(&name.as_str()), "`{name}` must be reserved in domain::rules");
    }
}

#[test]
fn what_cannot_be_meant_is_refused_with_what_to_write() {
    for (line, advice) in [
        ("apigw orders status", "apigw COMMAND NICKNAME"),
        ("apigw --json", "apigw status --json"),
        ("apigw demo --json", "apigw status --json"),
        ("apigw status --range 3d --fail-on p95>2s", "1d at most"),
        ("apigw metrics orders --csv --json", "one of the two"),
        ("apigw metrics orders --csv --routes", "take --json"),
        ("apigw status --fault throttle", "--demo"),
        ("apigw --seed 3", "--demo"),
        ("apigw policy --broad trust", "one after the other"),
        ("apigw diff orders.yaml", "--against NICKNAME"),
        ("apigw deploy orders", "--stage STAGE"),
        ("apigw demo --config x.toml", "Leave out --config"),
        ("apigw status --demo --endpoint-url http://127.0.0.1:1", "Leave out --endpoint-url"),
    ] {
        let problem = refused(line).unwrap_or_else(|| panic!("{line} passes"));
        assert_eq!(problem.exit_code(), 2);
        assert!(problem.advice.concat().contains(advice), "{line}: {problem:?}");
    }
    for line in [
        "apigw",
        "apigw orders",
        "apigw demo --fault reset:GetStages:2 --latency 300ms",
        "apigw --demo status --seed 2",
        "apigw status a b --range 1d --stage prod --fail-on 5xx>1% --fail-on p95>2s --json --config c.toml",
        "apigw deployments --api-id a1 --api-type HTTP --region eu-west-1",
        "apigw status --demo --scenario large",
        "apigw status orders --demo --profile dev --mfa-code 123456",
        "apigw policy orders billing --import --deploy --stage prod",
        "apigw policy trust orders --mfa --account 123456789012",
        "apigw connection add orders --api-type http --api-id a1 --profile dev --protected --threshold failing_5xx=5%",
        "apigw connection add --discover --env --pick a1,b2 --region eu-west-1",
        "apigw connection edit orders --rename shop --no-schema --no-read-only --refresh 30",
        "apigw connection test orders --import --json",
        "apigw doctor orders",
        "apigw import orders --stage prod -o orders.yaml --format yaml --diff",
        "apigw diff orders.yaml@v2.3.0 orders.yaml --json",
        "apigw diff orders.yaml --against orders --stage prod",
        "apigw diff orders.yaml --api-id a1 --api-type http --region eu-west-1",
        "apigw deploy orders --schema orders.yaml --revision v2.3.0 --stage prod --description x --plan --json",
        "apigw deploy orders --schema a.yaml --yes --allow-delete --allow-exposure --allow-breaking --confirm orders",
        "apigw deploy orders --stage prod --create-stage",
        "apigw deploy orders --push-back e1 --kept replaced --stage prod",
        "apigw rollback orders --stage prod --to d8f2k1 --with-schema --plan",
        "apigw rollback orders --canary prod --yes",
        "apigw promote orders --from staging --to prod --yes",
        "apigw promote orders --canary prod",
        "apigw history list orders",
        "apigw history show e1 --schema pushed",
        "apigw history diff e1 e2",
        "apigw history prune --keep 50 --yes",
        "apigw metrics orders --stage prod --range 1w --routes --compare --json",
        "apigw metrics --api-id a1 --api-type http --region eu-west-1 --csv",
    ] {
        assert_eq!(refused(line), None, "{line}");
    }
}

#[test]
fn a_bad_value_is_named_with_what_to_write() {
    for (line, expected) in [
        ("apigw status --range 2h", "1h, 3h, 12h, 1d, 3d, 1w"),
        ("apigw status --fail-on 5xx", "5xx>1%"),
        ("apigw status --endpoint-url localhost:4566", "http://127.0.0.1:4566"),
        ("apigw status --api-id a1 --api-type soap", "http, rest"),
        ("apigw status --region Ireland", "eu-west-1"),
        ("apigw status --color blue", "auto, always, never"),
        ("apigw demo --scenario huge", "demo, large, empty"),
        ("apigw demo --fault flood", "reset:GetStages:2"),
        ("apigw demo --listen here", "--listen <ADDRESS>"),
        ("apigw status --mfa-code 12345", "six digits"),
        ("apigw policy --all --view", "cannot be used with"),
        ("apigw policy trust --account 12", "twelve digits"),
        ("apigw connection add", "<NICKNAME>"),
        ("apigw connection add status", "the name of a command"),
        ("apigw connection add orders --pick a1", "--discover"),
        ("apigw connection add orders --role-arn deployer", "arn:aws:iam::123456789012:role/deployer"),
        ("apigw connection add orders --external-id x", "2 to 1224"),
        ("apigw connection add orders --access-key-id wJalr/XUtnFEMI", "never its secret"),
        ("apigw connection add orders --mfa-serial 1", "MFA device's ARN"),
        ("apigw connection add orders --duration 60", "900..=43200"),
        ("apigw connection add orders --refresh 2", "0 for never"),
        ("apigw connection edit orders --schema a --no-schema", "cannot be used with"),
        ("apigw import orders --format toml", "json, yaml"),
        ("apigw import orders --diff --yes", "cannot be used with"),
        ("apigw diff a.yaml b.yaml --against orders", "cannot be used with"),
        ("apigw deploy orders --revision v1 --stage prod", "--schema <FILE>"),
        ("apigw deploy orders --schema a --description x", "--stage <STAGE>"),
        ("apigw deploy orders --schema a --push-back e1", "cannot be used with"),
        ("apigw deploy orders --schema a --stage prod --plan --yes", "cannot be used with"),
        ("apigw deploy orders --schema a --keep-routes --allow-delete", "cannot be used with"),
        ("apigw deploy orders --push-back e1 --kept both", "source, pushed, replaced"),
        ("apigw rollback orders", "--stage <STAGE>"),
        ("apigw rollback orders --canary prod --to d1", "cannot be used with"),
        ("apigw promote orders --from staging", "--to <STAGE>"),
        ("apigw promote orders --from a --to b --canary c", "cannot be used with"),
        ("apigw history prune", "--keep <NUMBER>"),
    ] {
        let error = parse(line).unwrap_err();
        assert_eq!((error.kind() == ErrorKind::DisplayHelp, error.exit_code()), (false, 2), "{line}");
        assert!(error.to_string().contains(expected), "{line}: {error}");
    }
}

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(parse(&format!("apigw completions {shell}")).is_ok());
    }
}
