//! Writes by keys, through the SDK on the embedded AWS: what is on the screen, and what AWS holds afterwards.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::app::{Overlay, Pasted, Slot, Task};
use crate::domain::{Act, WriteResult};

const ORDERS: &str = demo::ORDERS_API_ID;

/// Connections to the two APIs that the demo writes to, one of them guarded as the test wants it.
fn orders(change: fn(&mut Connection)) -> Vec<Connection> {
    let mut orders = connection("orders", ApiType::Http, ORDERS);
    change(&mut orders);
    vec![orders, connection("billing", ApiType::Rest, demo::BILLING_API_ID)]
}

/// The deployments screen of `orders`.
async fn opened(change: fn(&mut Connection)) -> Journey {
    let mut journey = Journey::with(Scenario::Demo, orders(change), &[]).await;
    journey.press_key(KeyCode::Enter).await;
    journey
}

impl Journey {
    async fn keys(&mut self, code: KeyCode, times: usize) {
        for _ in 0..times {
            self.press_key(code).await;
        }
    }

    /// Sends a key and waits for no answer but those of reads.
    fn send_only(&mut self, key: Key) {
        let effects = app::update(&mut self.model, Message::Key(key));
        self.perform(effects);
    }

    /// Puts the cursor on a stage.
    async fn stage(&mut self, name: &str) {
        self.press("g").await;
        for _ in 0..10 {
            let screen = self.model.deployments.as_ref().unwrap();
            if screen.selected_stage().is_some_and(|stage| stage.name == name) {
                return;
            }
            self.press("j").await;
        }
        panic!("there is no stage {name}");
    }

    /// Types a file into the form of a deploy to a stage, and plans.
    async fn plan(&mut self, stage: &str, file: &Path) {
        self.stage(stage).await;
        self.press("d").await;
        self.send(Message::Paste(Pasted(file.display().to_string()))).await;
        self.send(Message::Key(Key::control('s'))).await;
    }

    /// Agrees to every risk and answers the question.
    async fn agree(&mut self, answer: &str) {
        self.press_key(KeyCode::Enter).await;
        for _ in 0..3 {
            self.press_key(KeyCode::Up).await;
        }
        let risks = match &self.model.task {
            Some(Task::Plan(screen)) => screen.plan.value.as_ref().map_or(0, |plan| plan.risks().len()),
            _ => 0,
        };
        for _ in 0..risks {
            self.press(" ").await;
            self.press_key(KeyCode::Down).await;
        }
        self.press(answer).await;
        self.press_key(KeyCode::Enter).await;
    }

    fn result(&self) -> Option<WriteResult> {
        let (_, reply) = self.model.write.as_ref()?.ended.as_ref()?;
        reply.as_ref().ok().map(|done| done.result)
    }

    fn has_route(&self, route: &str) -> bool {
        self.cloud.routes(ORDERS).iter().any(|known| known == route)
    }
}

/// What the gateway is set to, with a route more.
fn with_search(journey: &Journey) -> Value {
    let mut document = journey.cloud.working(ORDERS).unwrap();
    document["paths"]["/search"] = json!({ "get": {
        "responses": { "200": { "description": "found" } },
        "x-amazon-apigateway-integration": {
            "type": "http_proxy", "httpMethod": "GET", "uri": "https://search.example.com",
            "payloadFormatVersion": "1.0"
        },
    } });
    document
}

fn written(document: &Value) -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.json");
    std::fs::write(&file, serde_json::to_string_pretty(document).unwrap()).unwrap();
    (folder, file)
}

#[tokio::test(start_paused = true)]
async fn a_schema_is_deployed_by_keys_and_stands_in_the_history() {
    let mut journey = opened(|_| ()).await;
    let (_folder, file) = written(&with_search(&journey));
    let before = journey.cloud.pointer(ORDERS, "staging");
    journey.plan("staging", &file).await;
    let plan = journey.screen(120, 60);
    assert!(plan.contains("GET /search") && plan.contains("GOES LIVE AT ONCE"), "{plan}");
    assert_eq!(journey.cloud.pointer(ORDERS, "staging"), before, "a plan writes nothing");
    journey.agree("yes").await;
    assert_eq!(journey.result(), Some(WriteResult::Deployed), "{}", journey.screen(120, 60));
    assert!(journey.has_route("GET /search"));
    let live = journey.cloud.pointer(ORDERS, "staging").unwrap();
    assert!(Some(&live) != before.as_ref());
    let told = journey.screen(120, 40);
    assert!(told.contains(&format!("* Deployed: {live} is live on staging")), "{told}");
    assert!(told.contains(&format!("b rolls staging back to {}", before.unwrap())), "{told}");
    journey.press_key(KeyCode::Esc).await;
    journey.press("2").await;
    let history = journey.screen(120, 40);
    assert!(
        history.contains("2 Exports 1") && history.contains("* deployed") && history.contains("orders.json"),
        "{history}"
    );
    journey.press("1g").await;
    journey.press_key(KeyCode::Enter).await;
    let joined = journey.screen(120, 40);
    assert!(joined.contains("MADE FROM HERE") && joined.contains("orders.json"), "{joined}");
}

#[tokio::test(start_paused = true)]
async fn an_export_puts_nothing_live_and_what_is_there_is_deployed_later() {
    let mut journey = opened(|_| ()).await;
    let (_folder, file) = written(&with_search(&journey));
    let before = journey.cloud.pointer(ORDERS, "staging");
    journey.stage("staging").await;
    journey.press("d").await;
    journey.send(Message::Paste(Pasted(file.display().to_string()))).await;
    journey.keys(KeyCode::Tab, 2).await;
    journey.keys(KeyCode::Left, 9).await;
    journey.send(Message::Key(Key::control('s'))).await;
    journey.agree("yes").await;
    assert_eq!(journey.result(), Some(WriteResult::Exported), "{}", journey.screen(120, 60));
    assert!(journey.has_route("GET /search"));
    assert_eq!(journey.cloud.pointer(ORDERS, "staging"), before);
    assert!(journey.screen(120, 40).contains("console.aws.amazon.com"), "{}", journey.screen(120, 40));
    journey.press_key(KeyCode::Esc).await;
    journey.stage("staging").await;
    journey.press("d").await;
    journey.send(Message::Key(Key::control('s'))).await;
    assert!(journey.screen(120, 60).contains("GET /search"), "{}", journey.screen(120, 60));
    journey.agree("yes").await;
    assert_eq!(journey.result(), Some(WriteResult::Deployed), "{}", journey.screen(120, 60));
    assert!(journey.cloud.live(ORDERS, "staging").unwrap()["paths"].get("/search").is_some());
}

#[tokio::test(start_paused = true)]
async fn a_stage_is_rolled_back_and_forth() {
    let mut journey = opened(|_| ()).await;
    let live = journey.cloud.pointer(ORDERS, "prod").unwrap();
    journey.stage("prod").await;
    journey.press("b").await;
    journey.agree("yes").await;
    assert_eq!(journey.result(), Some(WriteResult::Deployed), "{}", journey.screen(120, 60));
    assert!(journey.cloud.pointer(ORDERS, "prod").unwrap() != live);
    journey.press("b").await;
    journey.agree("yes").await;
    assert_eq!(journey.cloud.pointer(ORDERS, "prod").unwrap(), live, "{}", journey.screen(120, 60));
}

#[tokio::test(start_paused = true)]
async fn what_is_live_on_one_stage_is_promoted_to_another() {
    let mut journey = opened(|_| ()).await;
    journey.stage("staging").await;
    journey.press("p").await;
    for _ in 0..10 {
        let Some(Overlay::Dialog(dialog)) = &journey.model.overlay else { break };
        if dialog.panel().lines.iter().any(|line| line.text == "> prod") {
            journey.press_key(KeyCode::Enter).await;
        } else {
            journey.press_key(KeyCode::Down).await;
        }
    }
    journey.agree("yes").await;
    assert_eq!(journey.result(), Some(WriteResult::Deployed), "{}", journey.screen(120, 60));
    assert_eq!(journey.cloud.pointer(ORDERS, "prod"), journey.cloud.pointer(ORDERS, "staging"));
}

#[tokio::test(start_paused = true)]
async fn a_protected_connection_wants_its_name_and_each_risk_its_own_agreement() {
    let mut journey = opened(|orders| orders.protected = true).await;
    let mut document = journey.cloud.working(ORDERS).unwrap();
    let paths = document["paths"].as_object_mut().unwrap();
    let gone = paths.keys().next().unwrap().clone();
    paths.shift_remove(&gone);
    let (_folder, file) = written(&document);
    let before = journey.cloud.routes(ORDERS);
    journey.plan("staging", &file).await;
    assert!(journey.screen(120, 60).contains("LIVE ROUTES THAT GO"), "{}", journey.screen(120, 60));
    journey.press_key(KeyCode::Enter).await;
    journey.press("orders").await;
    journey.press_key(KeyCode::Enter).await;
    assert!(journey.screen(80, 24).contains("not agreed to"), "{}", journey.screen(80, 24));
    journey.press_key(KeyCode::Esc).await;
    journey.agree("yes").await;
    assert!(journey.screen(80, 24).contains("That is not `orders`"), "{}", journey.screen(80, 24));
    assert_eq!(journey.cloud.routes(ORDERS), before, "nothing was written yet");
    journey.press_key(KeyCode::Esc).await;
    journey.agree("orders").await;
    assert_eq!(journey.result(), Some(WriteResult::Deployed), "{}", journey.screen(120, 60));
    assert!(journey.cloud.routes(ORDERS).len() < before.len());
}

#[tokio::test(start_paused = true)]
async fn a_read_only_connection_says_so_at_once() {
    let mut journey = opened(|orders| orders.read_only = true).await;
    journey.stage("prod").await;
    for key in ["d", "b", "p"] {
        journey.press(key).await;
        assert!(journey.screen(80, 24).contains("orders is read-only"), "{key}: {}", journey.screen(80, 24));
    }
    assert_eq!(journey.calls("UpdateStage") + journey.calls("ReimportApi"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_looked_up_and_told_as_it_is() {
    let mut journey = opened(|_| ()).await;
    let (_folder, file) = written(&with_search(&journey));
    journey.plan("staging", &file).await;
    journey.cloud.inject("lost:CreateDeployment:1".parse().unwrap());
    journey.agree("yes").await;
    assert_eq!(journey.result(), Some(WriteResult::Deployed), "{}", journey.screen(120, 60));
    let live = journey.cloud.pointer(ORDERS, "staging").unwrap();
    assert!(journey.screen(120, 40).contains(&live), "{}", journey.screen(120, 40));
}

#[tokio::test(start_paused = true)]
async fn a_permission_that_is_missing_is_told_with_its_statement() {
    let mut journey = opened(|_| ()).await;
    let (_folder, file) = written(&with_search(&journey));
    journey.plan("staging", &file).await;
    journey.cloud.inject("denied:ReimportApi".parse().unwrap());
    journey.agree("yes").await;
    let told = journey.screen(120, 40);
    assert!(told.contains("apigateway:PUT") && told.contains("\"Effect\":\"Allow\""), "{told}");
    assert!(!journey.has_route("GET /search"));
    journey.cloud.clear_faults();
    journey.press_key(KeyCode::Enter).await;
    journey.agree("yes").await;
    assert_eq!(journey.result(), Some(WriteResult::Deployed), "planned again with one key");
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_changed_meanwhile_is_planned_for_anew() {
    let mut journey = opened(|_| ()).await;
    let (_folder, file) = written(&with_search(&journey));
    journey.plan("staging", &file).await;
    let mut other = Journey::on(Arc::clone(&journey.cloud), orders(|_| ()), History::in_memory()).await;
    other.press_key(KeyCode::Enter).await;
    other.stage("staging").await;
    other.press("b").await;
    other.agree("yes").await;
    journey.agree("yes").await;
    let told = journey.screen(120, 40);
    assert!(told.contains("nothing was written") && told.contains("changed since the plan"), "{told}");
    assert!(!journey.has_route("GET /search"));
}

#[tokio::test(start_paused = true)]
async fn esc_stops_watching_and_the_write_goes_on() {
    let mut journey = opened(|_| ()).await;
    let (_folder, file) = written(&with_search(&journey));
    journey.plan("staging", &file).await;
    journey.press_key(KeyCode::Enter).await;
    for _ in 0..3 {
        journey.press(" ").await;
        journey.press_key(KeyCode::Down).await;
    }
    journey.press("yes").await;
    journey.send_only(Key::plain(KeyCode::Enter));
    journey.send_only(Key::plain(KeyCode::Esc));
    assert!(journey.model.task.is_none() && journey.model.questions.find(&Slot::CarryOut).is_some());
    assert!(journey.screen(80, 24).contains("deploying 0s"), "{}", journey.screen(80, 24));
    journey.send_only(Key::char('d'));
    assert_eq!(journey.model.task, Some(Task::Write), "the same key comes back to it");
    journey.send_only(Key::char('q'));
    journey.send_only(Key::char('q'));
    journey.send_only(Key::char('q'));
    assert!(!journey.ended && journey.screen(80, 24).contains("A write is under way"));
    journey.settle().await;
    assert_eq!(journey.result(), Some(WriteResult::Deployed));
    assert!(journey.screen(80, 24).contains("* deployed, W tells"), "{}", journey.screen(80, 24));
}

#[tokio::test(start_paused = true)]
async fn a_schema_is_imported_into_a_new_file_and_over_an_old_one() {
    let mut journey = opened(|_| ()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.yaml");
    let import = async |journey: &mut Journey| {
        journey.stage("prod").await;
        journey.press("i").await;
        journey.send(Message::Key(Key::control('u'))).await;
        journey.send(Message::Paste(Pasted(file.display().to_string()))).await;
        journey.press_key(KeyCode::Enter).await;
        journey.press_key(KeyCode::Enter).await;
    };
    import(&mut journey).await;
    let first = std::fs::read_to_string(&file).unwrap();
    assert!(first.starts_with("openapi:") && journey.screen(80, 24).contains("* Imported into"), "{first}");
    std::fs::write(&file, first.replace("openapi:", "# mine\nopenapi:")).unwrap();
    journey.press_key(KeyCode::Esc).await;
    import(&mut journey).await;
    assert!(journey.screen(80, 24).contains("-# mine"), "{}", journey.screen(80, 24));
    journey.press("yes").await;
    journey.press_key(KeyCode::Enter).await;
    assert_eq!(std::fs::read_to_string(&file).unwrap(), first);
    journey.press_key(KeyCode::Esc).await;
    let entries = journey.model.deployments.as_ref().unwrap().export_rows().to_vec();
    assert!(entries.len() == 2 && entries.iter().all(|entry| entry.act == Act::Import), "{entries:?}");
    assert!(entries[0].replaced.is_some(), "what the file said is kept");
}

#[tokio::test(start_paused = true)]
async fn two_exports_are_compared_and_the_older_one_is_pushed_back() {
    let mut journey = opened(|_| ()).await;
    let (_folder, file) = written(&with_search(&journey));
    journey.plan("staging", &file).await;
    journey.agree("yes").await;
    let mut document = journey.cloud.working(ORDERS).unwrap();
    document["paths"].as_object_mut().unwrap().shift_remove("/search");
    let (_other, file) = written(&document);
    journey.press_key(KeyCode::Esc).await;
    journey.plan("staging", &file).await;
    journey.agree("yes").await;
    assert!(!journey.has_route("GET /search"), "{}", journey.screen(120, 60));
    journey.press_key(KeyCode::Esc).await;
    journey.press("2g jD").await;
    let compared = journey.screen(120, 40);
    assert!(compared.contains("FOR CALLERS") && compared.contains("/search"), "{compared}");
    journey.press_key(KeyCode::Esc).await;
    journey.press("P").await;
    journey.press_key(KeyCode::Enter).await;
    journey.agree("yes").await;
    assert_eq!(journey.result(), Some(WriteResult::Deployed), "{}", journey.screen(120, 60));
    assert!(journey.has_route("GET /search"));
}

/// A run of apigw, in a runtime of its own: whatever is under way when it ends dies with it.
fn run(cloud: &Arc<Cloud>, history: &History, keys: impl AsyncFnOnce(Journey)) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let mut journey = Journey::on(Arc::clone(cloud), orders(|_| ()), history.clone()).await;
        journey.press_key(KeyCode::Enter).await;
        keys(journey).await;
    });
}

#[test]
fn a_write_that_was_left_in_the_middle_is_told_when_its_connection_is_opened_again() {
    let cloud = Arc::new(Cloud::new(Scenario::Demo, 1, Arc::new(now)));
    let history = History::in_memory();
    run(&cloud, &history, async |mut journey| {
        journey.stage("prod").await;
        journey.press("b").await;
        journey.press_key(KeyCode::Enter).await;
        journey.press("yes").await;
        journey.cloud.inject("lost=hang:UpdateStage".parse().unwrap());
        journey.send_only(Key::plain(KeyCode::Enter));
        while journey.calls("UpdateStage") == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        for _ in 0..3 {
            assert!(!journey.ended);
            journey.send_only(Key::control('c'));
        }
        assert!(journey.ended, "after it was said what that means");
    });
    cloud.clear_faults();
    run(&cloud, &history, async |mut journey| {
        let told = journey.screen(120, 40);
        assert!(told.contains("A roll back to prod whose end was open was looked up: it happened"), "{told}");
        journey.press("2").await;
        assert!(journey.screen(120, 40).contains("* deployed"), "{}", journey.screen(120, 40));
    });
}
