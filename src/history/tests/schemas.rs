//! Schemas, and forgetting them.

use super::*;

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
