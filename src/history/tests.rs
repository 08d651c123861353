use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::prelude::*;
use tempfile::TempDir;

use serde_json::Value;

use super::*;
use crate::domain::{Act, ApiType, WriteResult};

const OPENAPI: &str = r#"{"openapi":"3.0.1"}"#;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn target(api: &str) -> Target {
    Target {
        account: "123456789012".into(),
        region: "eu-west-1".into(),
        api_type: ApiType::Http,
        api_id: api.into(),
        api_name: "orders".into(),
        stage: Some("prod".into()),
    }
}

fn entry(id: &str, second: i64) -> HistoryEntry {
    HistoryEntry {
        id: id.into(),
        at: at(second),
        act: Act::Deploy,
        nickname: "orders-prod".into(),
        who: "arn:aws:sts::123456789012:assumed-role/deployer/ann".into(),
        target: target("a1b2c3d4e5"),
        from_stage: None,
        file: Some("api/openapi.yaml".into()),
        revision: Some("v2.3.0".into()),
        commit: Some("0123456789abcdef0123456789abcdef01234567".into()),
        description: Some("v2.3.0 \"final\"\nby ann".into()),
        token: Some("apigw-7f3a".into()),
        deployment_before: Some("d8f2k1".into()),
        deployment_id: None,
        source: None,
        pushed: None,
        replaced: None,
        ended: None,
    }
}

fn ended(second: i64) -> Ended {
    Ended { at: at(second), result: WriteResult::Deployed, note: "live after 3 s".into() }
}

/// A folder that is not there yet, below one that is.
fn nowhere() -> (TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("state/apigw/history");
    (home, folder)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn ids(history: &History) -> Vec<String> {
    history.read().unwrap().entries.into_iter().map(|entry| entry.id).collect()
}

/// The history on disk and the one in memory.
fn both() -> (TempDir, [History; 2]) {
    let (home, folder) = nowhere();
    (home, [History::at(folder), History::in_memory()])
}

#[test]
fn what_is_written_down_is_read_back_newest_first() {
    let (_home, histories) = both();
    for history in histories {
        assert_eq!(history.read().unwrap(), Ledger::default());
        let mut first = entry("first", 0);
        first.source = Some(history.keep(OPENAPI).unwrap());
        history.begin(&first).unwrap();
        history.begin(&entry("second", 5)).unwrap();
        history.begin(&HistoryEntry { ended: Some(ended(6)), ..entry("third", 5) }).unwrap();
        history.note_deployment("first", "x1y2z3").unwrap();
        history.end("first", &Ended { result: WriteResult::Unknown, ..ended(7) }).unwrap();
        history.end("first", &ended(9)).unwrap();
        let ledger = history.read().unwrap();
        first.deployment_id = Some("x1y2z3".into());
        first.ended = Some(ended(9));
        let third = HistoryEntry { ended: Some(ended(6)), ..entry("third", 5) };
        assert_eq!(ledger, Ledger { entries: vec![third, entry("second", 5), first], notes: Vec::new() });
        assert_eq!(history.clone().read().unwrap(), ledger);
    }
}

#[test]
fn reading_makes_nothing_and_writing_makes_it_for_the_owner_alone() {
    let (home, folder) = nowhere();
    let history = History::at(folder.clone());
    assert_eq!(history.read().unwrap(), Ledger::default());
    assert_eq!(history.schema(&"0".repeat(64)).unwrap_err().kind, ProblemKind::NotFound);
    assert_eq!(history.prune(3).unwrap(), 0);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    let hash = history.keep(OPENAPI).unwrap();
    history.begin(&entry("one", 0)).unwrap();
    let _lock = history.lock(&target("a1")).unwrap();
    for inner in ["", "schemas", "locks"] {
        assert_eq!(mode(&folder.join(inner)), 0o700, "{inner}");
    }
    let lock = "locks/123456789012-eu-west-1-a1".to_owned();
    for file in ["history.jsonl".to_owned(), format!("schemas/{hash}"), lock] {
        assert_eq!(mode(&folder.join(&file)), 0o600, "{file}");
    }
}

#[test]
fn a_folder_that_others_reach_is_closed_and_a_link_is_refused() {
    let (home, folder) = nowhere();
    fs::create_dir_all(&folder).unwrap();
    set_mode(&folder, 0o755);
    History::at(folder.clone()).read().unwrap();
    assert_eq!(mode(&folder), 0o700);
    let link = home.path().join("link");
    std::os::unix::fs::symlink(&folder, &link).unwrap();
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    for (path, why) in [(link, "symbolic link"), (file, "not a folder")] {
        for problem in [
            History::at(path.clone()).read().unwrap_err(),
            History::at(path.clone()).begin(&entry("one", 0)).unwrap_err(),
            History::at(path).keep(OPENAPI).unwrap_err(),
        ] {
            assert_eq!(problem.kind, ProblemKind::Local);
            assert!(problem.why.contains(why), "{problem:?}");
        }
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn a_ledger_torn_at_any_byte_loses_its_last_line_alone_and_goes_on() {
    let (_home, folder) = nowhere();
    let history = History::at(folder.clone());
    let path = folder.join("history.jsonl");
    history.begin(&entry("one", 0)).unwrap();
    history.end("one", &ended(1)).unwrap();
    let whole = fs::read(&path).unwrap().len();
    history.begin(&entry("two", 2)).unwrap();
    let text = fs::read(&path).unwrap();
    for cut in whole..=text.len() {
        fs::write(&path, &text[..cut]).unwrap();
        let ledger = history.read().unwrap();
        // Only the line break may be missing for the line to count.
        let counts = cut + 1 >= text.len();
        let notes = if counts || cut == whole { 0 } else { 1 };
        assert_eq!(
            (ledger.entries.len(), ledger.notes.len()),
            (1 + usize::from(counts), notes),
            "cut at {cut}"
        );
        if notes > 0 {
            assert_eq!(ledger.notes, ["line 3 of history.jsonl is torn; it was skipped"]);
        }
        assert_eq!(ledger.entries.last().unwrap().ended, Some(ended(1)));
        history.begin(&entry("three", 3)).unwrap();
        let found = ids(&history);
        assert_eq!(
            found,
            if counts { vec!["three", "two", "one"] } else { vec!["three", "one"] },
            "cut at {cut}"
        );
        assert_eq!(history.read().unwrap().notes.len(), notes);
    }
}

#[test]
fn lines_that_are_none_are_skipped_by_number_and_those_of_a_newer_apigw_are_understood() {
    let (_home, folder) = nowhere();
    let history = History::at(folder.clone());
    history.begin(&entry("one", 0)).unwrap();
    let path = folder.join("history.jsonl");
    let first = fs::read_to_string(&path).unwrap();
    let newer = first.replacen('{', r#"{"tags":["a"],"#, 1).replace("\"one\"", "\"two\"");
    let newer = newer.replacen(r#""target":{"#, r#""target":{"vpc":null,"#, 1);
    let other = first.replace("\"deploy\"", "\"teleport\"").replace("\"one\"", "\"three\"");
    let lines = [
        first.as_bytes(),
        b"\0\0\0\xff garbage\n\n",
        newer.as_bytes(),
        other.as_bytes(),
        b"{\"event\":\"approved\",\"id\":\"one\"}\n",
        b"{\"event\":\"deployment\",\"id\":\"gone\",\"deployment_id\":\"d1\"}\n",
        first.as_bytes(),
        b"[]\n",
    ];
    fs::write(&path, lines.concat()).unwrap();
    let ledger = history.read().unwrap();
    assert_eq!(ids(&history), ["two", "one"]);
    let notes = [
        "line 2 of history.jsonl is damaged; it was skipped",
        "line 5 of history.jsonl says something that this apigw does not know; it was skipped",
        "line 6 of history.jsonl says something that this apigw does not know; it was skipped",
        "line 7 of history.jsonl is about an entry that is not there; it was skipped",
        "line 8 of history.jsonl begins an entry that has begun; it was skipped",
        "line 9 of history.jsonl says something that this apigw does not know; it was skipped",
    ];
    assert_eq!(ledger.notes, notes);
    assert_eq!(history.prune(10).unwrap(), 0);
    let kept = fs::read_to_string(&path).unwrap();
    assert!(!kept.contains("garbage") && kept.contains("teleport") && kept.contains("approved"), "{kept}");
}

#[test]
fn an_entry_as_json_is_stable() {
    let mut entry = HistoryEntry { ended: Some(ended(3)), ..entry("20260921T141320000-7f3a90bc", 0) };
    insta::assert_snapshot!(serde_json::to_string_pretty(&json(&entry)).unwrap());
    entry.ended = None;
    assert_eq!(json(&entry)["ended"], Value::Null);
}

#[test]
fn ids_are_unique_and_sort_by_time() {
    let history = History::in_memory();
    let made: Vec<String> = (0..200).map(|second| history.fresh_id(at(second))).collect();
    assert!(made.is_sorted(), "{made:?}");
    let same: HashSet<String> = (0..200).map(|_| history.fresh_id(at(0))).collect();
    assert_eq!(same.len(), 200);
}

#[test]
fn a_schema_is_kept_once_and_checked_when_it_is_read() {
    let (_home, folder) = nowhere();
    let history = History::at(folder.clone());
    let hash = history.keep(OPENAPI).unwrap();
    assert_eq!(history.keep(OPENAPI).unwrap(), hash);
    assert_eq!(hash, History::in_memory().keep(OPENAPI).unwrap());
    assert_eq!(fs::read_dir(folder.join("schemas")).unwrap().count(), 1);
    assert_eq!(history.schema(&hash).unwrap(), OPENAPI);
    let path = folder.join("schemas").join(&hash);
    for damage in [&b"{"[..], b"", b"\xff"] {
        fs::write(&path, damage).unwrap();
        let problem = history.schema(&hash).unwrap_err();
        assert!(problem.why.contains("damaged"), "{problem:?}");
        assert_eq!(history.keep(OPENAPI).unwrap(), hash, "kept again");
        assert_eq!(history.schema(&hash).unwrap(), OPENAPI);
    }
    for name in ["../history.jsonl", "", "ABC", &"f".repeat(64)] {
        assert_eq!(history.schema(name).unwrap_err().kind, ProblemKind::NotFound, "{name}");
    }
}

#[test]
fn an_act_does_not_begin_with_a_schema_that_is_gone() {
    let (_home, histories) = both();
    for history in histories {
        let hash = history.keep(OPENAPI).unwrap();
        // Another apigw prunes before the entry that names it is there.
        history.prune(5).unwrap();
        let problem = history.begin(&HistoryEntry { replaced: Some(hash), ..entry("one", 0) }).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::NotFound);
        assert!(problem.advice.iter().any(|step| step.contains("Nothing was sent")), "{problem:?}");
        assert!(ids(&history).is_empty());
    }
}

#[test]
fn pruning_keeps_the_newest_of_each_api_and_what_is_under_way_with_their_schemas() {
    let (_home, histories) = both();
    for history in histories {
        let old = history.keep("old").unwrap();
        let shared = history.keep("shared").unwrap();
        let finished = |id: &str, second, pushed: &String| HistoryEntry {
            pushed: Some(pushed.clone()),
            ended: Some(ended(second + 1)),
            ..entry(id, second)
        };
        history.begin(&HistoryEntry { source: Some(shared.clone()), ..entry("under way", 0) }).unwrap();
        history.begin(&finished("oldest", 1, &old)).unwrap();
        history.begin(&finished("older", 2, &shared)).unwrap();
        history.begin(&HistoryEntry { target: target("q1w2"), ..finished("other", 0, &shared) }).unwrap();
        history.begin(&finished("newer", 3, &shared)).unwrap();
        history.begin(&finished("newest", 4, &shared)).unwrap();
        assert_eq!(history.prune(2).unwrap(), 2);
        assert_eq!(ids(&history), ["newest", "newer", "other", "under way"]);
        assert_eq!(history.schema(&shared).unwrap(), "shared");
        assert_eq!(history.schema(&old).unwrap_err().kind, ProblemKind::NotFound);
        assert_eq!(history.prune(2).unwrap(), 0);
        history.end("under way", &ended(9)).unwrap();
        assert_eq!(history.prune(0).unwrap(), 4);
        assert_eq!(history.read().unwrap(), Ledger::default());
        assert!(history.schema(&shared).is_err());
    }
}

#[test]
fn one_write_to_an_api_at_a_time() {
    let (_home, histories) = both();
    for history in histories {
        let lock = history.lock(&target("a1")).unwrap();
        let elsewhere = Target { stage: None, ..target("a1") };
        let problem = history.lock(&elsewhere).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Conflict);
        let process = format!("process {}, since 20", std::process::id());
        assert!(problem.why.contains(&process), "{problem:?}");
        let _other = history.lock(&target("b2")).unwrap();
        let _region = history.lock(&Target { region: "us-east-1".into(), ..target("a1") }).unwrap();
        drop(lock);
        history.lock(&elsewhere).unwrap();
    }
}

#[test]
fn a_lock_of_a_process_that_died_is_free() {
    let (_home, folder) = nowhere();
    let history = History::at(folder.clone());
    drop(history.lock(&target("a1")).unwrap());
    fs::write(folder.join("locks/123456789012-eu-west-1-a1"), "process 1, since 2020-01-01T00:00:00Z")
        .unwrap();
    let _lock = history.lock(&target("a1")).unwrap();
    let problem = history.lock(&target("a1")).unwrap_err();
    assert!(!problem.why.contains("2020"), "{problem:?}");
}

#[test]
fn a_name_from_outside_stays_in_the_folder_of_locks() {
    let (_home, folder) = nowhere();
    let _lock = History::at(folder.clone()).lock(&target("../../x\n/é")).unwrap();
    let names: Vec<String> = fs::read_dir(folder.join("locks"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names, ["123456789012-eu-west-1-______x____"]);
}

#[test]
fn many_appends_at_once_lose_and_mix_nothing() {
    let (_home, folder) = nowhere();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let history = History::at(folder.clone());
            scope.spawn(move || {
                for number in 0..12 {
                    let id = format!("{thread}-{number}");
                    let schema = history.keep(&format!("schema {number}")).unwrap();
                    history.begin(&HistoryEntry { pushed: Some(schema), ..entry(&id, number) }).unwrap();
                    history.end(&id, &ended(number)).unwrap();
                    history.read().unwrap();
                }
            });
        }
    });
    let history = History::at(folder);
    let ledger = history.read().unwrap();
    assert_eq!((ledger.entries.len(), ledger.notes), (96, Vec::new()));
    assert!(ledger.entries.iter().all(|entry| entry.ended.is_some()));
    assert_eq!(history.prune(3).unwrap(), 93);
}

#[test]
fn a_folder_held_by_another_apigw_is_told_and_nothing_is_sent() {
    let (_home, path) = nowhere();
    let mut folder = Folder::new(path.clone());
    folder.patience = Duration::ZERO;
    let held = folder.lock().unwrap();
    let history = History(Place::Folder(folder));
    let problem = history.begin(&entry("one", 0)).unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Conflict);
    assert!(problem.advice.iter().any(|step| step == "Nothing was sent to AWS."), "{problem:?}");
    drop(held);
    history.begin(&entry("one", 0)).unwrap();
}

#[test]
fn a_ledger_that_cannot_be_written_stops_the_act_and_only_then_says_that_nothing_was_sent() {
    let (_home, path) = nowhere();
    fs::create_dir_all(path.join("history.jsonl")).unwrap();
    let history = History::at(path);
    let says = |problem: &Problem| problem.advice.iter().any(|step| step.contains("Nothing was sent"));
    assert!(says(&history.begin(&entry("one", 0)).unwrap_err()));
    assert!(!says(&history.end("one", &ended(1)).unwrap_err()));
}

fn word() -> impl Strategy<Value = Option<String>> {
    proptest::option::of(any::<String>())
}

prop_compose! {
    fn entries()(
        act in proptest::sample::select(&Act::ALL[..]),
        is_rest in any::<bool>(),
        seconds in -1_000_000_000i64..10_000_000_000,
        texts in proptest::array::uniform5(any::<String>()),
        words in proptest::array::uniform12(word()),
        result in proptest::sample::select(vec!["deployed", "exported", "unchanged", "failed", "unknown", "imported"]),
    ) -> HistoryEntry {
        let [id, nickname, who, api_name, note] = texts;
        let [from_stage, file, revision, commit, description, token, deployment_before, deployment_id, stage, ends, _, _] = words;
        let at = Timestamp::from_second(seconds).unwrap();
        let api_type = if is_rest { ApiType::Rest } else { ApiType::Http };
        let result = WriteResult::of(result).unwrap();
        HistoryEntry {
            id, at, act, nickname, who, from_stage, file, revision, commit, description, token,
            deployment_before, deployment_id,
            target: Target { api_type, api_name, stage, ..target("a1") },
            source: None, pushed: None, replaced: None,
            ended: ends.map(|_| Ended { at, result, note }),
        }
    }
}

proptest! {
    #[test]
    fn an_entry_survives_the_ledger(entry in entries()) {
        let history = History::in_memory();
        history.begin(&entry).unwrap();
        let ledger = history.read().unwrap();
        prop_assert_eq!(ledger, Ledger { entries: vec![entry], notes: Vec::new() });
    }

    #[test]
    fn no_bytes_are_too_odd_for_a_ledger(bytes in proptest::collection::vec(any::<u8>(), 0..200), keep in 0usize..3) {
        Ledger::parse(&bytes);
        let (text, _) = prune::pruned(&bytes, keep);
        prop_assert!(text.is_empty() || text.ends_with('\n'));
    }
}
