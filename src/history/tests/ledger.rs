//! Lines: written, torn, damaged, newer, many at once.

use super::*;

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
        // Only the line break may be missing for the line to count.
        let counts = cut + 1 >= text.len();
        let torn = if counts || cut == whole {
            Vec::new()
        } else {
            vec!["line 3 of history.jsonl is torn; it was skipped"]
        };
        let ledger = history.read().unwrap();
        assert_eq!(ledger.notes, torn, "cut at {cut}");
        assert_eq!(ledger.entries.last().unwrap().ended, Some(ended(1)));
        assert_eq!(ids(&history), if counts { vec!["two", "one"] } else { vec!["one"] }, "cut at {cut}");
        // An append waits for the disk, so not every cut gets one.
        if cut % 32 == 0 || cut < whole + 2 || cut + 3 > text.len() {
            history.begin(&entry("three", 3)).unwrap();
            let expected = if counts { vec!["three", "two", "one"] } else { vec!["three", "one"] };
            assert_eq!(ids(&history), expected, "cut at {cut}");
            assert_eq!(history.read().unwrap().notes.len(), torn.len());
        }
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
            source: None, pushed: None, replaced: None, configuration: None, auto_deploy_off: false,
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
