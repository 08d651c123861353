//! Edits of the config file's text.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::domain::{ProblemKind, RoleAuth, Thresholds};

fn edited(text: &str, edit: &Edit) -> Result<String, Problem> {
    edit::edited(path(), text, edit).map(|edited| edited.text)
}

/// Asserts that the edit puts these parts of the text in place of those, and leaves the rest as it is.
#[track_caller]
fn assert_replaces(text: &str, edit: &Edit, parts: &[(&str, &str)]) {
    let expected = parts.iter().fold(text.to_owned(), |text, (old, new)| {
        assert_eq!(text.matches(old).count(), 1, "{old}");
        text.replace(old, new)
    });
    similar(&edited(text, edit).unwrap(), &expected);
}

#[track_caller]
fn similar(found: &str, expected: &str) {
    assert!(found == expected, "--- expected\n{expected}\n--- found\n{found}");
}

#[test]
fn a_change_replaces_the_values_that_differ_and_nothing_else() {
    let edit = change(FILE, "orders", |orders| {
        orders.region = "eu-central-1".into();
        orders.protected = true;
        orders.thresholds.failing_5xx = None;
        orders.thresholds.min_errors = 9;
        orders.account = Some("123456789012".into());
    });
    assert_replaces(
        FILE,
        &edit,
        &[
            ("'eu-west-1'", "\"eu-central-1\""),
            ("protected = false\n", "protected = true\naccount = \"123456789012\"\n"),
            ("failing_5xx = 0.02 # agreed in May\n", "failing_5xx = false # agreed in May\nmin_errors = 9\n"),
        ],
    );
}

#[test]
fn a_key_that_is_at_its_default_again_goes() {
    let edit = change(FILE, "orders", |orders| {
        orders.auth = Auth::Environment;
        orders.thresholds = Thresholds::default();
    });
    assert_replaces(
        FILE,
        &edit,
        &[
            ("profile = \"dev\" # not prod!\nprotected = false\n", "protected = false\nenvironment = true\n"),
            ("failing_5xx = 0.02 # agreed in May\n", ""),
        ],
    );
}

#[test]
fn thresholds_get_a_table_of_their_own() {
    let edit =
        change(FILE, "billing v1.0 €", |billing| billing.thresholds.degraded_latency_ms = Some(800.5));
    let own = "external_id = \"apigw-5f2c9a\"\n";
    let table = "\n[connections.\"billing v1.0 €\".thresholds]\ndegraded_latency_ms = 800.5\n";
    assert_replaces(FILE, &edit, &[(own, &format!("{own}{table}"))]);
}

#[test]
fn a_rename_keeps_place_comments_and_thresholds() {
    let edit = change(FILE, "orders", |orders| orders.nickname = "the shop".into());
    assert_replaces(
        FILE,
        &edit,
        &[
            ("[connections.orders] #", "[connections.\"the shop\"] #"),
            ("[connections.orders.thresholds]", "[connections.\"the shop\".thresholds]"),
        ],
    );
    let edit = change(FILE, "billing v1.0 €", |billing| billing.nickname = "billing".into());
    assert_replaces(FILE, &edit, &[("\"billing v1.0 €\"", "billing")]);
}

#[test]
fn a_removed_connection_takes_the_comment_above_it_and_no_other() {
    let (before, rest) = FILE.split_once("# Orders").unwrap();
    let (_, behind) = rest.split_once("# agreed in May\n\n").unwrap();
    similar(&edited(FILE, &remove("orders")).unwrap(), &format!("{before}{behind}"));
    let (before, rest) = FILE.split_once("# Billing.\n").unwrap();
    let (_, behind) = rest.split_once("apigw-5f2c9a\"\n\n").unwrap();
    similar(&edited(FILE, &remove("billing v1.0 €")).unwrap(), &format!("{before}{behind}"));
    let (before, rest) = FILE.split_once("[connections.legacy]").unwrap();
    let (_, behind) = rest.split_once("7EXAMPLE\"\n").unwrap();
    similar(&edited(FILE, &remove("legacy")).unwrap(), &format!("{before}{behind}"));
    let without_end = FILE.replace("# The end.\n", "");
    similar(&edited(&without_end, &remove("legacy")).unwrap(), &format!("{}\n", before.trim_end()));
}

#[test]
fn a_new_connection_comes_behind_all_others_with_what_differs_from_the_defaults() {
    let mut connection = new("new one");
    connection.auth = Auth::Role(RoleAuth {
        arn: "arn:aws:iam::123456789012:role/deployer".into(),
        external_id: Some("x-1".into()),
        source_profile: Some("dev".into()),
        mfa_serial: Some("arn:aws:iam::123456789012:mfa/ana".into()),
        session_name: Some("ana".into()),
        duration_seconds: Some(900),
    });
    connection.read_only = true;
    connection.schema = Some("/home/ana/.config/apigw/orders.yaml".into());
    connection.refresh = Some(Duration::ZERO);
    connection.thresholds.degraded_4xx = Some(0.25);
    let block = r#"
[connections."new one"]
api_type = "http"
api_id = "h8j7k6l5m4"
region = "eu-west-1"
role_arn = "arn:aws:iam::123456789012:role/deployer"
external_id = "x-1"
source_profile = "dev"
mfa_serial = "arn:aws:iam::123456789012:mfa/ana"
role_session_name = "ana"
role_duration_seconds = 900
read_only = true
schema = "orders.yaml"
refresh_seconds = 0

[connections."new one".thresholds]
degraded_4xx = 0.25
"#;
    let text = edited(FILE, &add(connection.clone())).unwrap();
    similar(&text, &format!("{FILE}{block}"));
    assert_eq!(one(&text, "new one"), connection);
    similar(&edited("", &add(connection)).unwrap(), &block[1..]);
}

/// The same two connections in every way that TOML has, and what a change of both keys of `orders` makes of it.
const FORMS: &[(&str, &str)] = &[
    (
        "connections.orders.api_type = 'http' # a\nconnections.orders.api_id = 'a1'\nconnections.orders.region = 'eu-west-1'\n\
         connections.orders.environment = true # b\n",
        "connections.\"or ders\".api_type = 'http' # a\nconnections.\"or ders\".api_id = \"b2\"\n\
         connections.\"or ders\".region = 'eu-west-1'\nconnections.\"or ders\".environment = true # b\n\
         connections.\"or ders\".protected = true\nconnections.\"or ders\".thresholds.min_errors = 1\n",
    ),
    (
        "[connections]\n  orders = { api_type = 'http', api_id = 'a1', region = 'eu-west-1', environment = true } # b\n",
        "[connections]\n  \"or ders\" = { api_type = 'http', api_id = \"b2\", region = 'eu-west-1', environment = true, \
         protected = true, thresholds.min_errors = 1 } # b\n",
    ),
    (
        "[connections]\n  orders.api_type = 'http'\n  orders.api_id = 'a1'\n  orders.region = 'eu-west-1'\n  orders.environment = true",
        "[connections]\n  \"or ders\".api_type = 'http'\n  \"or ders\".api_id = \"b2\"\n  \"or ders\".region = 'eu-west-1'\n  \
         \"or ders\".environment = true\n  \"or ders\".protected = true\n  \"or ders\".thresholds.min_errors = 1",
    ),
    (
        "connections = { orders = { api_type = 'http', api_id = 'a1', region = 'eu-west-1', environment = true } }\n",
        "connections = { \"or ders\" = { api_type = 'http', api_id = \"b2\", region = 'eu-west-1', environment = true, \
         protected = true, thresholds.min_errors = 1 } }\n",
    ),
    (
        "\u{feff}[ connections . 'orders' ]\r\napi_type = 'http'\r\napi_id = 'a1' # id\r\nregion = 'eu-west-1'\r\n\
         environment = true\r\nthresholds = { failing_5xx = 0.5 }\r\n\r\n# end\r\n",
        "\u{feff}[ connections . \"or ders\" ]\r\napi_type = 'http'\r\napi_id = \"b2\" # id\r\nregion = 'eu-west-1'\r\n\
         environment = true\r\nthresholds = { failing_5xx = 0.5, min_errors = 1 }\r\nprotected = true\r\n\r\n# end\r\n",
    ),
    (
        "[connections.orders.thresholds]\n\n[connections.orders]\n\tapi_type = 'http'\n\tapi_id = 'a1'\n\tregion = 'eu-west-1'\n\
         \tenvironment = true",
        "[connections.\"or ders\".thresholds]\nmin_errors = 1\n\n[connections.\"or ders\"]\n\tapi_type = 'http'\n\tapi_id = \"b2\"\n\
         \tregion = 'eu-west-1'\n\tenvironment = true\n\tprotected = true",
    ),
];

#[test]
fn a_connection_is_edited_in_the_manner_in_which_it_is_written() {
    for (text, expected) in FORMS {
        let there = change(text, "orders", |orders| {
            orders.api_id = "b2".into();
            orders.protected = true;
            orders.thresholds.min_errors = 1;
            orders.nickname = "or ders".into();
        });
        let changed = edited(text, &there).unwrap();
        similar(&changed, expected);
        let back = change(&changed, "or ders", |orders| {
            orders.protected = false;
            orders.thresholds.min_errors = 5;
        });
        assert_eq!(
            one(&edited(&changed, &back).unwrap(), "or ders"),
            Connection { nickname: "or ders".into(), api_id: "b2".into(), ..one(text, "orders") }
        );
        let none = edited(text, &remove("orders")).unwrap();
        assert_eq!(connections(&none), [], "{none}");
    }
}

#[test]
fn what_is_entangled_with_its_surroundings_is_refused_with_its_line() {
    let inline = "# top\nconnections = { a = { api_type = 'http', api_id = 'a1', region = 'eu-west-1', environment = true } }\n";
    let several = "[connections]\norders = {\n  # why\n  api_type = 'http', api_id = 'a1', region = 'eu-west-1',\n  protected = true,\n  # who\n  environment = true }\n";
    let cases = [
        (inline, add(new("b")), "line 2:"),
        (several, change(several, "orders", |orders| orders.protected = false), "line 5:"),
    ];
    for (text, edit, line) in cases {
        let problem = edited(text, &edit).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Usage);
        assert!(problem.why.starts_with(line), "{problem:?}");
        assert!(problem.advice[0].contains("[connections.NICKNAME]"), "{problem:?}");
    }
}

#[test]
fn what_two_people_changed_goes_together_unless_it_is_the_same() {
    let mine = |orders: &mut Connection| {
        orders.region = "eu-central-1".into();
        orders.auth = Auth::Profile("prod".into());
    };
    let edit = change(FILE, "orders", mine);
    let theirs = FILE.replace("a1b2c3d4e5", "a9").replace("[settings]", "[settings]\nmouse = false");
    assert_replaces(&theirs, &edit, &[("'eu-west-1'", "\"eu-central-1\""), ("\"dev\"", "\"prod\"")]);
    let same = FILE.replace("'eu-west-1'", "'eu-central-1'");
    assert_replaces(&same, &edit, &[("\"dev\"", "\"prod\"")]);
    let taken = "\n[connections.prod]\napi_type = \"http\"\napi_id = \"a1\"\nregion = \"eu-west-1\"\nenvironment = true\n";
    let rename = change(FILE, "orders", |orders| orders.nickname = "prod".into());
    for (theirs, edit, kind, part) in [
        (FILE.replace("'eu-west-1'", "'us-west-2'"), &edit, ProblemKind::Conflict, "`region`"),
        (FILE.replace("profile = \"dev\"", "profile = \"qa\""), &edit, ProblemKind::Conflict, "`profile`"),
        (
            FILE.replace("profile = \"dev\"", "environment = true"),
            &edit,
            ProblemKind::Conflict,
            "`environment`",
        ),
        (FILE.replace("connections.orders", "connections.shop"), &edit, ProblemKind::NotFound, "renamed"),
        (format!("{FILE}{taken}"), &rename, ProblemKind::Usage, "of that nickname"),
        (format!("{FILE}{taken}"), &add(new("prod")), ProblemKind::Usage, "of that nickname"),
        (FILE.to_owned(), &remove("shop"), ProblemKind::NotFound, "removed"),
        (FILE.replace("half a minute", "half a minute\nnonsense"), &edit, ProblemKind::Usage, "line 5"),
    ] {
        let problem = edited(&theirs, edit).unwrap_err();
        assert_eq!(problem.kind, kind, "{problem:?}");
        assert!(problem.why.contains(part), "{problem:?}");
    }
}

#[test]
fn nothing_is_written_that_could_not_be_read() {
    for wrong in [
        Connection { region: "Ireland".into(), ..new("a") },
        Connection { account: Some("12".into()), ..new("a") },
        Connection { refresh: Some(Duration::from_secs(1)), ..new("a") },
        Connection {
            thresholds: Thresholds { failing_5xx: Some(f64::NAN), ..Thresholds::default() },
            ..new("a")
        },
        new("status"),
        new("a\nb"),
    ] {
        let problem = edited(FILE, &add(wrong.clone())).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Usage, "{problem:?}");
        assert_eq!(problem.what, format!("Cannot save {}", wrong.nickname));
    }
    let twice = Edit::Add { connections: vec![new("a"), new("a")], access_key: None };
    assert_eq!(edited(FILE, &twice).unwrap_err().kind, ProblemKind::Usage);
}

/// A file with connections in several manners and comments everywhere, those of a connection beginning with its name.
fn commented() -> String {
    let dotted = "# a-own\na.api_type = 'http'\na.api_id = 'a1'\na.region = 'eu-west-1'\na.environment = true # a-key\n";
    let inline = "b = { api_type = 'rest', api_id = 'b1', region = 'eu-west-1', profile = 'dev' } # b-key\n";
    let table = |name: &str| {
        format!(
            "# {name}-own\n[connections.{name}] # {name}-key\napi_type = 'http'\napi_id = 'x1'\nregion = 'eu-west-1'\n\
             # {name}-in\nenvironment = true\n\n# {name}-own\n[connections.{name}.thresholds]\nmin_errors = 7\n\n\
             # between {name}\n\n"
        )
    };
    let top =
        format!("# top 0\n[settings]\n# top 1\n\n# top 2\n\n[connections]\n{dotted}\n{inline}\n# top 3\n\n");
    [top, table("c"), table("d"), table("e")].concat()
}

fn arbitrary_edits() -> impl Strategy<Value = Vec<(usize, u8, String)>> {
    proptest::collection::vec((0..8_usize, 0..7_u8, "[a-z]{1,3}|[a-z.€ \"']{3,8}"), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_edits_keep_everybody_elses_comments_and_load(edits in arbitrary_edits()) {
        let mut text = commented();
        for (which, what, name) in edits {
            let before = connections(&text);
            let there = before.get(which % before.len().max(1)).cloned();
            let edit = match (what, there) {
                (0, _) | (_, None) => add(new(&name)),
                (1, Some(one)) => remove(&one.nickname),
                (what, Some(one)) => change(&text, &one.nickname, |one| match what {
                    2 => one.nickname.clone_from(&name),
                    3 => one.thresholds.failing_5xx = one.thresholds.failing_5xx.xor(Some(0.5)),
                    4 => one.protected = !one.protected,
                    5 => one.auth = Auth::Profile(name.clone()),
                    _ => one.schema = Some(name.clone().into()),
                }),
            };
            let Ok(after) = edited(&text, &edit) else {
                // Nicknames may be taken or not allowed; nothing else can be wrong.
                prop_assert!(what == 0 || what == 2 || before.is_empty(), "{edit:?}\n{text}");
                continue;
            };
            let gone = |line: &&str| line.starts_with('#') && !after.contains(*line);
            let lost: Vec<&str> = text.lines().filter(gone).collect();
            // Those of one connection, when it is removed, and no others.
            let owners: BTreeSet<_> = lost.iter().map(|line| line.split_once('-').map(|(owner, _)| owner)).collect();
            let is_fine = match edit {
                Edit::Remove { .. } => owners.len() <= 1 && !owners.contains(&None),
                _ => owners.is_empty(),
            };
            prop_assert!(is_fine, "{edit:?} lost {lost:?} of\n{text}");
            let unchanged = |one: &&Connection| match &edit {
                Edit::Add { .. } => true,
                Edit::Change { before, .. } => before.nickname != one.nickname,
                Edit::Remove { nickname } => *nickname != one.nickname,
            };
            let now = connections(&after);
            prop_assert!(before.iter().filter(unchanged).all(|one| now.contains(one)), "{edit:?}\n{text}\n{after}");
            text = after;
        }
    }
}
