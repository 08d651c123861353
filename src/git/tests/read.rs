//! What is read, and what is refused.

use super::*;

#[test]
fn a_revision_is_read_as_it_was_committed() {
    let scene = Scene::with_two_versions("api/openapi.yaml");
    let first = scene.run("repository", &["rev-parse", "v1"]);
    for revision in ["v1", "main~1", "HEAD^", &first, &first[..8], "refs/tags/v1"] {
        let source = scene.at("repository/api/openapi.yaml", revision).unwrap();
        assert_eq!(&*source.text, FIRST);
        assert_eq!((source.commit.as_deref(), source.modified), (Some(first.as_str()), false));
        assert_eq!(source.revision.as_deref(), Some(revision));
    }
}

#[test]
fn a_file_on_disk_knows_its_commit_unless_it_differs() {
    let mut scene = Scene::with_two_versions("a.yaml");
    let head = scene.run("repository", &["rev-parse", "HEAD"]);
    let state = |scene: &Scene, file: &str| {
        let source = scene.on_disk(file).unwrap();
        (source.commit, source.modified)
    };
    assert_eq!(state(&scene, "repository/a.yaml"), (Some(head), false));
    scene.write("repository/a.yaml", FIRST);
    assert_eq!(state(&scene, "repository/a.yaml"), (None, true));
    scene.run("repository", &["add", "a.yaml"]);
    assert_eq!(state(&scene, "repository/a.yaml"), (None, true), "staged is not committed");
    scene.run("repository", &["update-index", "--assume-unchanged", "a.yaml"]);
    assert_eq!(state(&scene, "repository/a.yaml"), (None, true), "whatever the index is told to assume");
    scene.write("repository/.gitignore", "ignored.yaml");
    for file in ["repository/untracked.yaml", "repository/ignored.yaml"] {
        scene.write(file, FIRST);
        assert_eq!(state(&scene, file), (None, true));
    }
    scene.write("outside/a.yaml", FIRST);
    assert_eq!(state(&scene, "outside/a.yaml"), (None, false));
    scene.run(".", &["init", "--quiet", "unborn"]);
    scene.write("unborn/a.yaml", FIRST);
    assert_eq!(state(&scene, "unborn/a.yaml"), (None, true));
    assert_eq!(scene.list("unborn/a.yaml"), ["working tree : "]);
    scene.git.program = "no-git-here".into();
    assert_eq!(state(&scene, "repository/a.yaml"), (None, false));
}

#[test]
fn line_ends_that_git_converts_are_no_modification() {
    let scene = Scene::with_two_versions("a.yaml");
    scene.run("repository", &["config", "core.autocrlf", "true"]);
    scene.write("repository/a.yaml", SECOND.replace('\n', "\r\n"));
    assert!(!scene.on_disk("repository/a.yaml").unwrap().modified);
}

#[test]
fn a_revision_is_never_an_option() {
    let scene = Scene::with_two_versions("a.yaml");
    let options = ["-n", "--upload-pack=x", "--all", "--output=pwned", "-", "--", "--git-dir"];
    for revision in options.into_iter().chain(["", " ", "a b", "v1..v2", "v1:a.yaml", "a\0b", "^v1", "@{-9}"])
    {
        let problem = scene.at("repository/a.yaml", revision).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::NotFound, "{revision:?}: {problem:?}");
    }
    assert!(!scene.path("repository/pwned").exists());
    let commit = scene.run("repository", &["rev-parse", "v1"]);
    scene.run("repository", &["update-ref", "refs/heads/-n", &commit]);
    assert_eq!(text(scene.at("repository/a.yaml", "heads/-n")), FIRST);
}

#[test]
fn an_unknown_revision_names_those_that_are_near() {
    let mut scene = Scene::with_two_versions("a.yaml");
    scene.run("repository", &["branch", "release-2"]);
    let problem = scene.at("repository/a.yaml", "relaese-2").unwrap_err();
    assert!(problem.advice[0].contains("release-2"), "{problem:?}");
    let path = scene.path("repository").display().to_string();
    scene.run(".", &["clone", "--quiet", "--depth=1", &format!("file://{path}"), "shallow"]);
    let problem = scene.at("shallow/a.yaml", "v1").unwrap_err();
    assert!(told(&problem).contains("fetch --unshallow --tags"), "{problem:?}");
    assert_eq!(text(scene.at("shallow/a.yaml", "main")), SECOND);
    scene.clock += 1;
    assert_eq!(scene.list("shallow/a.yaml").last().unwrap(), "commit : Go on");
}

#[test]
fn a_file_that_a_revision_lacks_is_told_with_where_it_is() {
    let mut scene = Scene::with_two_versions("a.yaml");
    scene.commit("api/b.yaml", FIRST, "Add b");
    scene.run("repository", &["mv", "api/b.yaml", "b.yaml"]);
    scene.commit_all("repository", "Move b");
    let problem = scene.at("repository/b.yaml", "HEAD~1").unwrap_err();
    assert_eq!(problem.kind, ProblemKind::NotFound);
    assert!(problem.advice[0].contains("api/b.yaml"), "{problem:?}");
    assert!(problem.advice[1].contains("Move b"), "{problem:?}");
    scene.write("repository/c.yaml", FIRST);
    let problem = scene.at("repository/c.yaml", "v1").unwrap_err();
    assert!(told(&problem).contains("commit the file"), "{problem:?}");
}

#[test]
fn what_can_be_no_schema_is_refused_on_disk_and_at_a_revision() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n";
    let cases: [(&str, Vec<u8>, &str); 6] = [
        ("lfs.yaml", pointer.into(), "Git LFS"),
        ("empty.yaml", Vec::new(), "empty"),
        ("blank.yaml", b" \n\t\n".to_vec(), "empty"),
        ("latin.yaml", b"a: 1\nb: \xe9\n".to_vec(), "line 2"),
        ("wide.yaml", b"\xff\xfea\0".to_vec(), "UTF-16"),
        ("large.yaml", vec![b'#'; 32 * 1024 * 1024 + 1], "32 MB"),
    ];
    let mut scene = Scene::with_two_versions("a.yaml");
    for (name, text, _) in &cases {
        scene.write(&format!("repository/{name}"), text);
    }
    scene.commit_all("repository", "Add what is no schema");
    for (name, _, why) in cases {
        let file = format!("repository/{name}");
        for problem in [scene.on_disk(&file).unwrap_err(), scene.at(&file, "HEAD").unwrap_err()] {
            assert_eq!(problem.kind, ProblemKind::Usage);
            assert!(told(&problem).contains(why), "{problem:?}");
        }
    }
}

#[test]
fn folders_links_of_a_revision_and_files_that_are_nowhere_are_told() {
    let mut scene = Scene::with_two_versions("api/a.yaml");
    assert!(scene.on_disk("repository/api").unwrap_err().why.contains("folder"));
    assert!(scene.at("repository/api", "v1").unwrap_err().why.contains("folder"));
    assert_eq!(scene.on_disk("repository/none.yaml").unwrap_err().kind, ProblemKind::NotFound);
    assert_eq!(scene.at("repository/none/none.yaml", "v1").unwrap_err().kind, ProblemKind::NotFound);
    fs::remove_file(scene.path("repository/api/a.yaml")).unwrap();
    std::os::unix::fs::symlink("elsewhere.yaml", scene.path("repository/api/a.yaml")).unwrap();
    scene.commit_all("repository", "Link");
    fs::remove_file(scene.path("repository/api/a.yaml")).unwrap();
    assert!(scene.at("repository/api/a.yaml", "HEAD").unwrap_err().why.contains("to elsewhere.yaml"));
    assert_eq!(text(scene.at("repository/api/a.yaml", "v2")), SECOND);
}

#[test]
fn without_git_a_repository_or_trust_the_file_on_disk_is_still_read() {
    let mut scene = Scene::with_two_versions("a.yaml");
    scene.write("outside/a.yaml", FIRST);
    let refused = |scene: &Scene, file: &str| {
        let problem = scene.at(file, "v1").unwrap_err();
        assert_eq!(refs::revisions(&scene.git, &scene.path(file)).unwrap_err(), problem);
        assert!(scene.on_disk(file).is_ok());
        told(&problem)
    };
    assert!(refused(&scene, "outside/a.yaml").contains("in no git repository"));
    scene.git.environment.push(("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1".into()));
    let dubious = refused(&scene, "repository/a.yaml");
    assert!(dubious.contains("git config --global --add safe.directory /"), "{dubious}");
    scene.git.program = "no-git-here".into();
    assert!(refused(&scene, "repository/a.yaml").contains("There is no `git`"));
}

#[test]
fn content_that_a_clone_lacks_is_told() {
    let scene = Scene::with_two_versions("a.yaml");
    let hash = scene.run("repository", &["rev-parse", "v1:a.yaml"]);
    fs::remove_file(scene.path(&format!("repository/.git/objects/{}/{}", &hash[..2], &hash[2..]))).unwrap();
    let problem = scene.at("repository/a.yaml", "v1").unwrap_err();
    assert!(told(&problem).contains("git fetch"), "{problem:?}");
    assert!(!scene.list("repository/a.yaml").contains(&"tag v1: Begin".to_owned()));
}
