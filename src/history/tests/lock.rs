//! The locks of APIs.

use super::*;

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
    assert_eq!(names, ["123456789012-eu-west-1-______x___"]);
}
