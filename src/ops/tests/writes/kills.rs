//! apigw killed in the middle: the next start finds out how it ended.

use std::time::Duration;

use super::*;
use crate::domain::HistoryEntry;
use crate::ops::History;
use crate::sim::Silence;

/// A process: an engine in a runtime of its own, with all its tasks.
fn process<T>(cloud: &Arc<Cloud>, history: &History, work: impl AsyncFnOnce(Engine) -> T) -> T {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let engine = engine_on(cloud, Arc::new(now), history.clone());
    runtime.block_on(work(engine))
    // Dropping the runtime kills what is still under way.
}

async fn seen(cloud: &Cloud, operation: &str, more_than: usize) {
    while asked(cloud, operation) <= more_than {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Kills a write once the request came in, the `nth` of its operation, and asks the next process how it ended.
fn killed(
    api: (ApiType, &str),
    intent: impl Fn(&Scene) -> Intent,
    (operation, nth): (&str, usize),
    what: What,
) -> (Scene, Vec<HistoryEntry>) {
    let cloud = Arc::new(Cloud::new(Scenario::Demo, 1, Arc::new(now)));
    let history = History::in_memory();
    let scene = |engine| Scene {
        cloud: Arc::clone(&cloud),
        engine,
        connection: connection(api.0, api.1),
        folder: tempfile::tempdir().unwrap(),
    };
    process(&cloud, &history, async |engine| {
        let scene = scene(engine);
        let plan = scene.plan(&intent(&scene)).await;
        let before = asked(&cloud, operation);
        cloud.inject(Fault::new(what).on(operation).after(nth as u32).times(1));
        tokio::select! {
            done = scene.carry_out(&plan) => panic!("{operation} did not stop it: {done:#?}"),
            () = seen(&cloud, operation, before + nth) => {}
        }
        let other = scene.engine.recover(&scene.connection).await.unwrap();
        assert_eq!(other, [], "it is still under way");
    });
    cloud.clear_faults();
    process(&cloud, &history, async |engine| {
        let scene = scene(engine);
        let found = scene.engine.recover(&scene.connection).await.unwrap();
        assert_eq!(scene.engine.recover(&scene.connection).await.unwrap(), [], "it is known by now");
        (scene, found)
    })
}

const BEFORE: What = What::Hang;
const AFTER: What = What::Lost(Silence::Hang);

#[test]
fn a_deploy_that_was_killed_is_looked_up() {
    let auto = (HTTP, "$default");
    let (http, rest) = ((HTTP, "staging"), (REST, "dev"));
    for ((api, stage), request, what, expected) in [
        (http, ("ReimportApi", 0), BEFORE, WriteResult::Failed),
        (http, ("ReimportApi", 0), AFTER, WriteResult::Exported),
        (http, ("ExportApi", 1), BEFORE, WriteResult::Exported),
        (http, ("CreateDeployment", 0), BEFORE, WriteResult::Exported),
        (http, ("CreateDeployment", 0), AFTER, WriteResult::Deployed),
        (http, ("GetDeployment", 0), BEFORE, WriteResult::Deployed),
        (http, ("GetStage", 0), AFTER, WriteResult::Deployed),
        (auto, ("ReimportApi", 0), BEFORE, WriteResult::Failed),
        (auto, ("ReimportApi", 0), AFTER, WriteResult::Deployed),
        (auto, ("GetStage", 0), BEFORE, WriteResult::Deployed),
        (auto, ("UpdateDeployment", 0), BEFORE, WriteResult::Deployed),
        (rest, ("PutRestApi", 0), BEFORE, WriteResult::Failed),
        (rest, ("PutRestApi", 0), AFTER, WriteResult::Exported),
        (rest, ("GetResources", 1), BEFORE, WriteResult::Exported),
        (rest, ("CreateDeployment", 0), BEFORE, WriteResult::Exported),
        (rest, ("CreateDeployment", 0), AFTER, WriteResult::Deployed),
        (rest, ("GetStage", 0), BEFORE, WriteResult::Deployed),
    ] {
        let before = Cloud::new(Scenario::Demo, 1, Arc::new(now));
        let intent = |scene: &Scene| deploy(&scene.write(&scene.with_search()), Some(stage));
        let (scene, found) = killed(api, intent, request, what);
        let [entry] = &found[..] else { panic!("{request:?} {what:?}: {found:#?}") };
        let ended = entry.ended.as_ref().unwrap();
        assert_eq!(ended.result, expected, "{request:?} {what:?} on {stage}: {ended:?}");
        let pointer = scene.cloud.pointer(api.1, stage);
        let changed = scene.integrations() != integrations(&before.working(api.1).unwrap());
        match expected {
            WriteResult::Deployed => assert_eq!(pointer, entry.deployment_id),
            _ => assert_eq!(pointer, before.pointer(api.1, stage)),
        }
        assert_eq!(changed, expected != WriteResult::Failed, "{request:?} {what:?} on {stage}");
    }
}

#[test]
fn a_rest_push_that_routes_do_not_show_is_looked_up_all_the_same() {
    for (what, expected) in [(BEFORE, WriteResult::Failed), (AFTER, WriteResult::Exported)] {
        let intent = |scene: &Scene| {
            let mut document = scene.cloud.live(REST.1, "dev").unwrap();
            document["paths"]["/invoices"]["get"]["x-amazon-apigateway-integration"]["timeoutInMillis"] =
                5_000.into();
            deploy(&scene.write(&document), Some("dev"))
        };
        let (_, found) = killed(REST, intent, ("PutRestApi", 0), what);
        let [entry] = &found[..] else { panic!("{found:#?}") };
        assert_eq!(entry.ended.as_ref().unwrap().result, expected, "{entry:#?}");
    }
}

#[test]
fn a_pointer_that_was_killed_on_its_way_is_looked_up() {
    let back = |_: &Scene| roll_back("staging", None, false);
    let promotion = |_: &Scene| Intent::Promote { from: "staging".to_owned(), to: "prod".to_owned() };
    let canary = |_: &Scene| Intent::EndCanary { stage: "v2".to_owned(), promote: true };
    for (what, expected) in [(BEFORE, WriteResult::Failed), (AFTER, WriteResult::Deployed)] {
        let results = [
            killed(HTTP, back, ("UpdateStage", 0), what).1,
            killed(HTTP, promotion, ("UpdateStage", 0), what).1,
        ];
        for found in results {
            let [entry] = &found[..] else { panic!("{found:#?}") };
            assert_eq!(entry.ended.as_ref().unwrap().result, expected, "{entry:#?}");
        }
    }
    let (scene, found) = killed(REST, canary, ("GetStage", 1), BEFORE);
    assert_eq!(found[0].ended.as_ref().unwrap().result, WriteResult::Deployed);
    assert_eq!(scene.cloud.pointer(REST.1, "v2"), found[0].deployment_id);
}

#[test]
fn a_roll_back_killed_after_it_switched_auto_deploy_off_says_so() {
    let back = |_: &Scene| roll_back("$default", None, false);
    for (nth, what, is_off) in [(0, BEFORE, false), (0, AFTER, true), (1, BEFORE, true)] {
        let (_, found) = killed(HTTP, back, ("UpdateStage", nth), what);
        let [entry] = &found[..] else { panic!("{found:#?}") };
        let ended = entry.ended.as_ref().unwrap();
        assert_eq!(ended.result, WriteResult::Failed, "{entry:#?}");
        assert_eq!(ended.note.contains("auto-deploy is off now"), is_off, "{entry:#?}");
    }
}

#[test]
fn what_was_killed_before_it_began_left_nothing() {
    let intent = |scene: &Scene| deploy(&scene.write(&scene.with_search()), Some("staging"));
    let (_, found) = killed(HTTP, intent, ("ExportApi", 0), BEFORE);
    assert_eq!(found, []);
}

#[tokio::test(start_paused = true)]
async fn whoever_stops_watching_does_not_stop_the_write() {
    let scene = Scene::new(HTTP);
    let plan = scene.plan(&deploy(&scene.write(&scene.with_search()), Some("staging"))).await;
    let count = asked(&scene.cloud, "ReimportApi");
    tokio::select! {
        done = scene.carry_out(&plan) => panic!("{done:?}"),
        () = seen(&scene.cloud, "ReimportApi", count) => {}
    }
    while scene.history().await[0].ended.is_none() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let entry = scene.history().await.remove(0);
    assert_eq!(entry.ended.unwrap().result, WriteResult::Deployed);
    assert_eq!(scene.cloud.pointer(HTTP.1, "staging"), entry.deployment_id);
}

#[tokio::test(start_paused = true)]
async fn two_writes_to_one_api_do_not_meet() {
    let scene = Scene::new(HTTP);
    let plan = scene.plan(&deploy(&scene.write(&scene.with_search()), Some("staging"))).await;
    let back = scene.plan(&roll_back("staging", None, false)).await;
    let count = asked(&scene.cloud, "ReimportApi");
    tokio::select! {
        done = scene.carry_out(&plan) => panic!("{done:?}"),
        () = seen(&scene.cloud, "ReimportApi", count) => {}
    }
    let problem = scene.carry_out(&back).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Conflict, "{problem:?}");
}
