//! The gateway's schema into a file, and schemas compared.

use std::fs;

use super::*;
use crate::domain::{Act, ImportRequest, Kept, SchemaFormat};

fn request(file: Option<PathBuf>, stage: Option<&str>) -> ImportRequest {
    ImportRequest { stage: stage.map(str::to_owned), file, format: None }
}

#[tokio::test(start_paused = true)]
async fn a_schema_is_shown_as_a_diff_and_then_written_and_the_old_text_is_kept() {
    for (api, stage, name) in [
        (HTTP, None, "openapi.json"),
        (HTTP, Some("prod"), "openapi.yaml"),
        (REST, Some("v1"), "openapi.yml"),
        (REST, Some("v1"), "openapi"),
    ] {
        let scene = Scene::new(api);
        let file = scene.folder.path().join(name);
        fs::write(&file, "openapi: 3.0.1\n").unwrap();
        let request = request(Some(file.clone()), stage);
        let import = scene.engine.plan_import(&scene.connection, &request).await.unwrap();
        assert!(import.diff.contains("-openapi: 3.0.1"), "{}", import.diff);
        assert_eq!(import.before.as_deref(), Some("openapi: 3.0.1\n"));
        let yaml = SchemaFormat::of_file(&file) == SchemaFormat::Yaml;
        assert_eq!(import.text.trim_start().starts_with('{'), !yaml);
        let done = scene.engine.save_import(&scene.connection, &import).await.unwrap();
        assert_eq!(done.result, WriteResult::Imported);
        assert_eq!(fs::read_to_string(&file).unwrap(), *import.text);
        let entry = scene.history().await.remove(0);
        assert_eq!((entry.act, entry.ended.unwrap().result), (Act::Import, WriteResult::Imported));
        assert_eq!(scene.engine.kept_schema(&entry.id, Kept::Replaced).await.unwrap(), "openapi: 3.0.1\n");
        // Again: there is nothing to do.
        let import = scene.engine.plan_import(&scene.connection, &request).await.unwrap();
        assert_eq!(import.diff, "");
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_that_changed_meanwhile_is_not_replaced() {
    let scene = Scene::new(HTTP);
    let file = scene.folder.path().join("openapi.json");
    let import =
        scene.engine.plan_import(&scene.connection, &request(Some(file.clone()), None)).await.unwrap();
    assert_eq!((import.before.as_deref(), import.diff.as_str()), (None, ""));
    fs::write(&file, "mine").unwrap();
    let problem = scene.engine.save_import(&scene.connection, &import).await.unwrap_err();
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine", "{problem:?}");
    assert_eq!(scene.history().await[0].ended.as_ref().unwrap().result, WriteResult::Failed);
}

#[tokio::test(start_paused = true)]
async fn a_stage_that_has_no_schema_is_told_with_those_that_have() {
    let (http, rest) = (Scene::new(HTTP), Scene::new(REST));
    for (scene, stage, kind, words) in [
        (&http, Some("sandbox"), ProblemKind::NotFound, "Nothing is deployed on the stage sandbox"),
        (&http, Some("nowhere"), ProblemKind::NotFound, "There is no stage nowhere"),
        (&rest, None, ProblemKind::Usage, "not clear which schema"),
    ] {
        let problem = scene.engine.plan_import(&scene.connection, &request(None, stage)).await.unwrap_err();
        assert_eq!(problem.kind, kind);
        assert!(problem.what.contains(words), "{problem:?}");
        assert!(problem.why.contains("Deployed stages are"), "{problem:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_plain_file_differs_from_the_gateway_only_in_what_a_push_would_change() {
    for api in [HTTP, REST] {
        let scene = Scene::new(api);
        let stage = Some(scene.stage());
        let choice = |file: PathBuf| SchemaChoice { file, revision: None };
        let same = choice(scene.write(&scene.plain()));
        let diff = scene.engine.diff_against(&scene.connection, &same, stage).await.unwrap();
        assert!(!diff.fails_a_check(), "{diff:#?}");
        let mut without = scene.plain();
        let paths = without["paths"].as_object_mut().unwrap();
        let first = paths.keys().next().unwrap().clone();
        paths.shift_remove(&first);
        let without = choice(scene.write(&without));
        let diff = scene.engine.diff_against(&scene.connection, &without, stage).await.unwrap();
        assert!(diff.fails_a_check(), "{diff:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn two_entries_are_compared_by_what_was_pushed() {
    let scene = Scene::new(HTTP);
    let (_, first) = scene.deploy(&scene.with_search(), Some("staging")).await;
    let mut other = scene.with_search();
    other["paths"]["/search"]["get"]["x-amazon-apigateway-integration"]["uri"] =
        "https://other.example.com".into();
    let (_, second) = scene.deploy(&other, Some("staging")).await;
    let ids = [first.history_id.unwrap(), second.history_id.unwrap()];
    let diff = scene.engine.compare_entries(&ids[0], &ids[1]).await.unwrap();
    assert_eq!(diff.gateway.len(), 1, "{diff:#?}");
    assert_eq!(diff.gateway[0].route.as_deref(), Some("GET /search"));
    assert!(scene.engine.compare_entries(&ids[0], "nothing").await.is_err());
}
