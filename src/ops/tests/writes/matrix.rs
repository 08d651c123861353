//! Every request of a write, broken in every way: what is told is what happened, nothing is lost, and there is a way back.

use super::*;
use crate::domain::{HistoryEntry, Kept};
use crate::sim::Silence;

/// What really is.
#[derive(Clone, Debug, PartialEq)]
struct Truth {
    integrations: Vec<(String, String)>,
    pointer: Option<String>,
    /// Deployments that bear the plan's description.
    deployments: usize,
}

impl Truth {
    fn of(scene: &Scene, plan: &Plan, stage: &str) -> Self {
        let made = scene.cloud.deployments(scene.api_id());
        Self {
            integrations: scene.integrations(),
            pointer: scene.cloud.pointer(scene.api_id(), stage),
            deployments: made.iter().filter(|made| made.description == plan.description).count(),
        }
    }
}

/// Failures that do not come back when they come once.
const FAILURES: [What; 14] = [
    What::Throttle { retry_after: None },
    What::Throttle { retry_after: Some(7) },
    What::AccessDenied,
    What::ExpiredToken,
    What::ServerError(500),
    What::ServerError(503),
    What::Reset,
    What::Hang,
    What::Truncated,
    What::Garbage,
    What::Conflict,
    What::Lost(Silence::Reset),
    What::Lost(Silence::Hang),
    What::DeploymentFailed,
];

/// The same for requests that only read: they are all alike.
const READ_FAILURES: [(What, bool); 2] = [(What::AccessDenied, false), (What::Hang, true)];

/// A write that is broken at one of its requests, once or from then on.
struct Case<'a> {
    api: (ApiType, &'a str),
    stage: &'a str,
    operation: &'a str,
    nth: u32,
    what: What,
    once: bool,
}

impl Case<'_> {
    async fn run(&self) {
        let scene = Scene::new(self.api);
        let plan = scene.plan(&deploy(&scene.write(&scene.with_search()), Some(self.stage))).await;
        let before = Truth::of(&scene, &plan, self.stage);
        let fault = Fault::new(self.what).on(self.operation).after(self.nth);
        scene.cloud.inject(if self.once { fault.times(1) } else { fault });
        let outcome = scene.carry_out(&plan).await;
        scene.cloud.clear_faults();
        let after = Truth::of(&scene, &plan, self.stage);
        let history = scene.history().await;
        let told = format!(
            "{:?} at {} {} of {}, once: {}\n{outcome:#?}\n{before:#?}\n{after:#?}",
            self.what, self.operation, self.nth, self.stage, self.once
        );
        match outcome {
            Err(_) => assert!(before == after && history.is_empty(), "{told}"),
            Ok(done) => {
                judge(&done, &history[0], &before, &after, self.once, &told);
                // What was deployed is undone the same way: `pointers.rs` shows it.
                if done.result != WriteResult::Deployed && before.integrations != after.integrations {
                    undo(&scene, &history[0], &before, &told).await;
                }
            }
        }
    }
}

/// Whether what is told is what happened.
fn judge(done: &Done, entry: &HistoryEntry, before: &Truth, after: &Truth, once: bool, told: &str) {
    assert_eq!(entry.ended.as_ref().unwrap().result, done.result, "{told}");
    assert!(after.deployments <= 1, "deployed twice: {told}");
    match done.result {
        WriteResult::Deployed => {
            assert_ne!(after.pointer, before.pointer, "{told}");
            assert_eq!(after.pointer, done.deployment_id, "{told}");
            assert_eq!(done.way_back, before.pointer, "{told}");
            assert_eq!(after.integrations.len(), before.integrations.len() + 1, "{told}");
        }
        WriteResult::Failed => {
            assert_eq!(after.pointer, before.pointer, "{told}");
            assert_eq!(done.left.is_some(), after.integrations != before.integrations, "{told}");
            assert!(done.problem.is_some(), "{told}");
        }
        WriteResult::Unknown => assert!(!once && done.problem.is_some(), "{told}"),
        other => panic!("{other:?}: {told}"),
    }
}

/// What was replaced is kept, and can be pushed back.
async fn undo(scene: &Scene, entry: &HistoryEntry, before: &Truth, told: &str) {
    let intent = Intent::PushBack { entry: entry.id.clone(), which: Kept::Replaced, stage: None };
    let plan = scene.plan(&intent).await;
    let done = scene.carry_out(&plan).await.unwrap();
    assert_eq!(done.problem, None, "{told}");
    assert_eq!(scene.integrations(), before.integrations, "{told}");
}

/// The requests of a write that goes well: each operation, and how often it was asked.
async fn requests(api: (ApiType, &str), stage: &str) -> BTreeMap<String, u32> {
    let scene = Scene::new(api);
    let plan = scene.plan(&deploy(&scene.write(&scene.with_search()), Some(stage))).await;
    let start = scene.cloud.requests().len();
    let done = scene.carry_out(&plan).await.unwrap();
    assert_eq!(done.result, WriteResult::Deployed, "{done:?}");
    let mut requests = BTreeMap::new();
    for seen in scene.cloud.requests().into_iter().skip(start) {
        *requests.entry(seen.operation).or_default() += 1;
    }
    requests
}

async fn matrix(api: (ApiType, &str), stage: &str) {
    let mut tried = 0;
    for (operation, times) in &requests(api, stage).await {
        let writes = !operation.starts_with("Get") && operation != "ExportApi";
        for nth in 0..*times {
            let all = FAILURES.iter().flat_map(|what| [(*what, true), (*what, false)]);
            let failures = if writes { all.collect() } else { READ_FAILURES.to_vec() };
            for (what, once) in failures {
                Case { api, stage, operation, nth, what, once }.run().await;
                tried += 1;
            }
        }
    }
    assert!(tried > 70, "{tried}");
}

#[tokio::test(start_paused = true)]
async fn every_failure_of_a_deploy_of_an_http_api_is_told_as_it_is() {
    matrix(HTTP, "staging").await;
}

#[tokio::test(start_paused = true)]
async fn every_failure_of_a_deploy_by_itself_is_told_as_it_is() {
    matrix(HTTP, "$default").await;
}

#[tokio::test(start_paused = true)]
async fn every_failure_of_a_deploy_of_a_rest_api_is_told_as_it_is() {
    matrix(REST, "dev").await;
}

#[tokio::test(start_paused = true)]
async fn a_rest_push_that_broke_down_in_its_middle_is_repeated() {
    for (times, expected) in [(Some(1), WriteResult::Deployed), (None, WriteResult::Unknown)] {
        let scene = Scene::new(REST);
        let plan = scene.plan(&deploy(&scene.write(&scene.with_search()), Some("dev"))).await;
        let fault = Fault::new(What::Half);
        scene.cloud.inject(times.map_or(fault.clone(), |times| fault.times(times)));
        let done = scene.carry_out(&plan).await.unwrap();
        assert_eq!(done.result, expected, "{done:#?}");
        assert_eq!(done.left.is_some(), expected == WriteResult::Unknown);
    }
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_told_is_found_out_later() {
    for (api, stage) in [(HTTP, "staging"), (REST, "dev")] {
        let scene = Scene::new(api);
        let plan = scene.plan(&deploy(&scene.write(&scene.with_search()), Some(stage))).await;
        scene.cloud.inject(Fault::new(What::Lost(Silence::Reset)).on("CreateDeployment"));
        scene.cloud.inject(Fault::new(What::ServerError(500)).on("GetDeployments"));
        let done = scene.carry_out(&plan).await.unwrap();
        assert_eq!(done.result, WriteResult::Unknown, "{done:#?}");
        let still = scene.engine.recover(&scene.connection).await.unwrap();
        assert_eq!(still, [], "nothing is known yet");
        scene.cloud.clear_faults();
        let found = scene.engine.recover(&scene.connection).await.unwrap();
        let [entry] = &found[..] else { panic!("{found:#?}") };
        assert_eq!(entry.ended.as_ref().unwrap().result, WriteResult::Deployed);
        assert_eq!(entry.deployment_id, scene.cloud.pointer(api.1, stage));
        assert_eq!(scene.engine.recover(&scene.connection).await.unwrap(), []);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_removed_from_a_schema_whose_deployment_failed_stays_removed() {
    let scene = Scene::new(HTTP);
    let mut document = scene.with_search();
    document["x-amazon-apigateway-cors"] = json!({ "allowOrigins": ["https://one.example.com"] });
    let plan = scene.plan(&deploy(&scene.write(&document), Some("staging"))).await;
    scene.cloud.inject(Fault::new(What::AccessDenied).on("CreateDeployment"));
    let done = scene.carry_out(&plan).await.unwrap();
    assert_eq!(done.result, WriteResult::Failed);
    scene.cloud.clear_faults();
    let plan = scene.plan(&deploy(&scene.write(&scene.with_search()), Some("staging"))).await;
    assert!(plan.restored.iter().all(|restored| restored.what != "cors"), "{:#?}", plan.restored);
}
