//! Which revisions a file has.

use super::*;

#[test]
fn revisions_are_the_working_tree_then_branches_tags_and_commits() {
    let mut scene = Scene::with_two_versions("api/openapi.yaml");
    scene.run("repository", &["branch", "old", "v1"]);
    scene.commit("other.txt", "x", "Touch something else");
    scene.run(".", &["clone", "--quiet", "repository", "clone"]);
    scene.run("clone", &["switch", "--quiet", "--create", "mine"]);
    let expected = [
        "working tree : ",
        "branch mine: Touch something else",
        "branch main: Touch something else",
        "branch origin/main: Touch something else",
        "branch origin/old: Begin",
        "tag v2: Go on",
        "tag v1: Begin",
        "commit : Go on",
        "commit : Begin",
    ];
    assert_eq!(scene.list("clone/api/openapi.yaml"), expected);
    let second = scene.run("repository", &["rev-parse", "v2^{commit}"]);
    let revisions = refs::revisions(&scene.git, &scene.path("clone/api/openapi.yaml")).unwrap();
    for revision in revisions.iter().filter(|revision| revision.subject == "Go on") {
        assert_eq!(revision.commit.as_ref(), Some(&second));
        assert_eq!(revision.at.unwrap().as_second(), 1_790_000_120);
        assert_eq!(text(scene.at("clone/api/openapi.yaml", &revision.name)), SECOND);
    }
}

#[test]
fn revisions_without_the_file_are_not_offered() {
    let mut scene = Scene::with_two_versions("old.yaml");
    scene.run("repository", &["mv", "old.yaml", "new.yaml"]);
    scene.commit_all("repository", "Rename");
    scene.run("repository", &["tag", "v3"]);
    let expected = ["working tree : ", "branch main: Rename", "tag v3: Rename", "commit : Rename"];
    assert_eq!(scene.list("repository/new.yaml"), expected);
    assert_eq!(
        scene.list("repository/old.yaml"),
        ["tag v2: Go on", "tag v1: Begin", "commit : Go on", "commit : Begin"]
    );
}

#[test]
fn fifty_commits_are_offered_at_most() {
    let scene = Scene::with_two_versions("a.yaml");
    let commit = |number: u32| {
        let from = if number == 10 { "from refs/heads/main^0\n" } else { "" };
        let committer = format!("committer Ann <ann@example.com> {} +0000", 1_800_000_000 + number);
        let change = format!("{from}M 100644 inline a.yaml\ndata 6\na: {number}\n");
        format!("commit refs/heads/main\n{committer}\ndata 9\nCommit {number}\n{change}\n")
    };
    let stream = (10..62).map(commit).collect::<Vec<_>>().concat();
    scene.git.run(&scene.path("repository"), &["fast-import", "--quiet"], stream.as_bytes()).unwrap();
    let listed = scene.list("repository/a.yaml");
    assert_eq!(listed.iter().filter(|line| line.starts_with("commit")).count(), 50);
    assert_eq!(listed.last().unwrap(), "commit : Commit 12");
}
