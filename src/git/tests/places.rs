//! Where a file can be, and how it can be called.

use super::*;

#[test]
fn odd_names_are_only_names() {
    let names = [
        "with space.yaml",
        "-n.yaml",
        "--help",
        "größe 規.yaml",
        "new\nline.yaml",
        "a*[b]?.yaml",
        ":(top)x.yaml",
        "q\"u'o\\te.yaml",
        "-d/-e f/:!g.yaml",
    ];
    let mut scene = Scene::with_two_versions("a.yaml");
    for name in names {
        scene.commit(name, FIRST, "First");
        scene.commit(name, SECOND, "Second");
        let file = format!("repository/{name}");
        assert_eq!(text(scene.at(&file, "HEAD")), SECOND, "{name}");
        assert_eq!(text(scene.at(&file, "HEAD~1")), FIRST, "{name}");
        assert!(!scene.on_disk(&file).unwrap().modified, "{name}");
        let commits: Vec<String> =
            scene.list(&file).into_iter().filter(|line| line.starts_with("commit")).collect();
        assert_eq!(commits, ["commit : Second", "commit : First"], "{name}");
    }
}

#[test]
fn a_name_that_is_no_utf_8_is_only_a_name() {
    let mut scene = Scene::with_two_versions("a.yaml");
    let path = scene.path("repository").join(std::ffi::OsStr::from_bytes(b"\xff\xfe.yaml"));
    if fs::write(&path, FIRST).is_err() {
        return;
    }
    scene.commit_all("repository", "Odd");
    assert_eq!(text(committed(&scene.git, &path, "main")), FIRST);
}

#[test]
fn bare_repositories_and_worktrees_are_read() {
    let scene = Scene::with_two_versions("api/openapi.yaml");
    scene.run(".", &["clone", "--quiet", "--bare", "repository", "bare.git"]);
    let file = "bare.git/api/openapi.yaml";
    assert_eq!(text(scene.at(file, "v1")), FIRST);
    let expected =
        ["branch main: Go on", "tag v2: Go on", "tag v1: Begin", "commit : Go on", "commit : Begin"];
    assert_eq!(scene.list(file), expected);
    let problem = scene.on_disk(file).unwrap_err();
    assert!(told(&problem).contains("bare"), "{problem:?}");
    scene.run("repository", &["worktree", "add", "--quiet", "../tree", "v1"]);
    assert_eq!(text(scene.on_disk("tree/api/openapi.yaml")), FIRST);
    assert!(!scene.on_disk("tree/api/openapi.yaml").unwrap().modified);
    assert_eq!(text(scene.at("tree/api/openapi.yaml", "main")), SECOND);
    // A bare repository beside its worktrees.
    scene.run(".", &["clone", "--quiet", "--bare", "repository", "project/.bare"]);
    scene.write("project/.git", "gitdir: ./.bare\n");
    assert_eq!(text(scene.at("project/api/openapi.yaml", "v1")), FIRST);
}

#[test]
fn links_and_submodules_lead_to_the_repository_of_the_file() {
    let scene = Scene::with_two_versions("api/openapi.yaml");
    std::os::unix::fs::symlink(scene.path("repository/api/openapi.yaml"), scene.path("link.yaml")).unwrap();
    std::os::unix::fs::symlink(scene.path("repository/api"), scene.path("folder")).unwrap();
    for file in
        ["link.yaml", "folder/openapi.yaml", "folder/../api/openapi.yaml", "repository/./api/openapi.yaml"]
    {
        assert_eq!(text(scene.at(file, "v1")), FIRST, "{file}");
        assert_eq!(text(scene.on_disk(file)), SECOND, "{file}");
    }
    let mut scene = scene;
    scene.run(".", &["init", "--quiet", "--initial-branch=main", "outer"]);
    scene.run("outer", &["submodule", "--quiet", "add", "../repository", "sub"]);
    scene.commit_all("outer", "Add a submodule");
    assert_eq!(text(scene.at("outer/sub/api/openapi.yaml", "v1")), FIRST);
    let problem = scene.at("outer/sub", "main").unwrap_err();
    assert!(problem.why.contains("submodule"), "{problem:?}");
}
