//! The folder: who reaches it, who holds it.

use super::*;

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

#[test]
fn a_folder_of_another_user_is_refused() {
    let (_home, folder) = nowhere();
    fs::create_dir_all(&folder).unwrap();
    set_mode(&folder, 0o700);
    if std::os::unix::fs::chown(&folder, Some(54_321), None).is_err() {
        // Only root can give a folder away, and needs the rule.
        return;
    }
    let problem = History::at(folder).begin(&entry("one", 0)).unwrap_err();
    assert!(problem.why.contains("another user"), "{problem:?}");
}

#[test]
fn a_full_disk_stops_the_act_before_anything_is_sent() {
    let (_home, folder) = nowhere();
    if !Path::new("/dev/full").exists() {
        return;
    }
    fs::create_dir_all(&folder).unwrap();
    std::os::unix::fs::symlink("/dev/full", folder.join("history.jsonl")).unwrap();
    let problem = History::at(folder).begin(&entry("one", 0)).unwrap_err();
    assert!(problem.why.contains("No space left"), "{problem:?}");
    assert_eq!(problem.advice, ["Nothing was saved.", "Nothing was sent to AWS."]);
}
