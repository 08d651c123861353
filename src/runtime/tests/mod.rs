//! Journeys: keys in, screen out, through the real SDK on the embedded AWS. The clock stands still and nothing is on a network.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::effects::Tasks;
use crate::app::{self, Effect, Message, Model};
use crate::aws::{Settings, Transport};
use crate::config::{AccessKeys, Store};
use crate::domain::{AccessKey, ApiType, Auth, Connection, RoleAuth, Secret};
use crate::input::Key;
use crate::ops::{Cache, Engine, History, Setup};
use crate::sim::{Cloud, Fault, Scenario, demo};
use crate::ui::{self, Theme};
use crossterm::event::KeyCode;
use jiff::tz::TimeZone;

fn now() -> Timestamp {
    "2026-11-23T10:00:30Z".parse().unwrap()
}

/// A clock that goes with tokio's, which tests pause: it moves when something waits, as a write does for a quota.
fn running() -> Arc<dyn Fn() -> Timestamp + Send + Sync> {
    let start = tokio::time::Instant::now();
    Arc::new(move || now() + SignedDuration::try_from(start.elapsed()).unwrap_or_default())
}

fn connection(nickname: &str, api_type: ApiType, api_id: &str) -> Connection {
    let auth = match api_type {
        ApiType::Http => Auth::Role(RoleAuth {
            arn: demo::ROLE_ARN.into(),
            external_id: Some(demo::EXTERNAL_ID.into()),
            ..RoleAuth::default()
        }),
        ApiType::Rest => Auth::AccessKey { id: demo::ACCESS_KEY_ID.into() },
    };
    Connection::new(nickname, api_type, api_id, demo::REGION, auth)
}

/// The program without a terminal: its model, its tasks, and an embedded AWS.
struct Journey {
    cloud: Arc<Cloud>,
    model: Model,
    tasks: Tasks,
    receiver: UnboundedReceiver<Message>,
    ended: bool,
}

impl Journey {
    /// Starts on three connections of the demo, with faults from the first request on.
    async fn start(faults: &[&str]) -> Self {
        let connections = vec![
            connection("orders", ApiType::Http, demo::ORDERS_API_ID),
            connection("billing", ApiType::Rest, demo::BILLING_API_ID),
            connection("legacy", ApiType::Rest, demo::LEGACY_API_ID),
        ];
        Self::with(Scenario::Demo, connections, faults).await
    }

    async fn with(scenario: Scenario, connections: Vec<Connection>, faults: &[&str]) -> Self {
        let cloud = Arc::new(Cloud::new(scenario, 1, running()));
        for fault in faults {
            cloud.inject(fault.parse::<Fault>().unwrap());
        }
        Self::on(cloud, connections, History::in_memory()).await
    }

    /// Starts on an AWS that may have been written to before, with what is remembered of it.
    async fn on(cloud: Arc<Cloud>, connections: Vec<Connection>, history: History) -> Self {
        let key = AccessKey {
            id: demo::ACCESS_KEY_ID.into(),
            secret: Secret::new(demo::SECRET.into()),
            session_token: None,
        };
        let keys =
            connections.iter().map(|connection| (connection.nickname.clone(), Ok(key.clone()))).collect();
        let engine = Engine::new(Setup {
            settings: Settings::default(),
            transport: Transport::Embedded(Arc::clone(&cloud)),
            connections: connections.clone(),
            for_this_call: Vec::new(),
            access_keys: keys,
            store: Store::in_memory(connections.clone(), Some(key)).unwrap(),
            clock: running(),
            cache: Cache::none(),
            history,
        });
        let (sender, receiver) = unbounded_channel();
        let (model, effects) = Model::new(app::Start {
            now: now(),
            zone: TimeZone::UTC,
            size: (80, 24),
            connections,
            config_path: "~/.config/apigw/config.toml".into(),
            known: std::collections::BTreeMap::new(),
            refresh: None,
            mouse: true,
            open: None,
        });
        let tasks = Tasks::new(engine, sender);
        let mut journey = Self { cloud, model, tasks, receiver, ended: false };
        journey.perform(effects);
        journey.settle().await;
        journey
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(id, question) => self.tasks.ask(id, question),
                Effect::Abandon(id) => self.tasks.abandon(id),
                Effect::Quit => self.ended = true,
                Effect::Copy(_) | Effect::CaptureMouse(_) | Effect::Suspend => {}
            }
        }
    }

    /// Takes in answers until nothing is being read any more.
    async fn settle(&mut self) {
        while self.model.questions.iter().next().is_some() {
            let message = self.receiver.recv().await.unwrap();
            let effects = app::update(&mut self.model, message);
            self.perform(effects);
        }
        // The meter comes behind the last answer.
        while let Ok(message) = self.receiver.try_recv() {
            app::update(&mut self.model, message);
        }
    }

    async fn press(&mut self, keys: &str) {
        for key in keys.chars() {
            self.send(Message::Key(Key::char(key))).await;
        }
    }

    async fn press_key(&mut self, code: KeyCode) {
        self.send(Message::Key(Key::plain(code))).await;
    }

    async fn send(&mut self, message: Message) {
        let effects = app::update(&mut self.model, message);
        self.perform(effects);
        self.settle().await;
    }

    /// What the screen shows at that size.
    fn screen(&mut self, width: u16, height: u16) -> String {
        app::update(&mut self.model, Message::Resized(width, height));
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let (model, theme) = (&self.model, Theme::plain());
        terminal.draw(|frame| ui::view(model, &theme, frame)).unwrap();
        terminal.backend().to_string()
    }

    fn calls(&self, operation: &str) -> usize {
        self.cloud.requests().iter().filter(|seen| seen.operation == operation).count()
    }
}

/// A journey through the demo, as a test on a clock that stands still but for the SDK's pauses.
macro_rules! journey {
    ($name:ident, $journey:ident, faults: $faults:expr, $body:block) => {
        #[tokio::test(start_paused = true)]
        async fn $name() {
            let mut $journey = Journey::start($faults).await;
            $body
        }
    };
}

mod connect;
mod picture;
mod writes;

journey!(the_demo_opens_on_the_health_of_every_connection, journey, faults: &[], {
    insta::assert_snapshot!("connections_80x24", journey.screen(80, 24));
    insta::assert_snapshot!("connections_120x40", journey.screen(120, 40));
});

journey!(a_connection_shows_its_stages_a_week_and_the_verdict_of_the_hour, journey, faults: &[], {
    journey.press_key(KeyCode::Enter).await;
    insta::assert_snapshot!("orders_80x24", journey.screen(80, 24));
    insta::assert_snapshot!("orders_120x40", journey.screen(120, 40));
    journey.press("GS").await;
    journey.press_key(KeyCode::Enter).await;
    insta::assert_snapshot!("orders_expanded_120x40", journey.screen(120, 40));
});

journey!(opening_asks_for_each_window_of_all_stages_once, journey, faults: &[], {
    let before = journey.calls("GetMetricData");
    journey.press_key(KeyCode::Enter).await;
    assert_eq!(journey.calls("GetMetricData") - before, 2);
    assert_eq!(journey.calls("GetStages"), 3 + 1, "one for each connection's health, one for the screen");
});

journey!(a_rest_api_shows_its_canary_and_a_shared_name, journey, faults: &[], {
    journey.press("j").await;
    journey.press_key(KeyCode::Enter).await;
    journey.press("/v2").await;
    journey.press_key(KeyCode::Enter).await;
    journey.press_key(KeyCode::Enter).await;
    insta::assert_snapshot!("billing_canary_80x24", journey.screen(80, 24));
    journey.press_key(KeyCode::Esc).await;
    journey.press("qj").await;
    journey.press_key(KeyCode::Enter).await;
    assert!(journey.screen(120, 40).contains("blend"), "{}", journey.screen(120, 40));
});

journey!(metrics_that_may_not_be_read_leave_the_stages_on_the_screen, journey, faults: &["denied:GetMetricData"], {
    journey.press_key(KeyCode::Enter).await;
    let screen = journey.screen(120, 40);
    assert!(screen.contains("prod") && screen.contains("unknown"), "{screen}");
    journey.press("!").await;
    let problem = journey.screen(120, 40);
    assert!(problem.contains("cloudwatch:GetMetricData"), "{problem}");
    insta::assert_snapshot!("metrics_denied_120x40", problem);
});

journey!(a_throttled_read_is_tried_again_and_then_told, journey, faults: &["throttle:GetDeployments"], {
    journey.press_key(KeyCode::Enter).await;
    assert_eq!(journey.calls("GetDeployments"), 3, "the SDK's three attempts");
    insta::assert_snapshot!("deployments_throttled_80x24", journey.screen(80, 24));
    journey.cloud.clear_faults();
    journey.press("r").await;
    assert!(journey.screen(80, 24).contains("CREATED"));
});

journey!(a_refresh_that_fails_keeps_what_was_there, journey, faults: &[], {
    journey.press_key(KeyCode::Enter).await;
    journey.cloud.inject("reset".parse().unwrap());
    journey.press("r").await;
    insta::assert_snapshot!("orders_stale_80x24", journey.screen(80, 24));
});

journey!(expired_credentials_say_what_to_do, journey, faults: &["expired"], {
    let screen = journey.screen(80, 24);
    assert!(screen.to_lowercase().contains("expired"), "{screen}");
    journey.press("!").await;
    insta::assert_snapshot!("expired_80x24", journey.screen(80, 24));
});

journey!(every_fault_ends_in_a_problem_and_no_spinner, journey, faults: &[], {
    for fault in ["500", "reset", "truncated", "garbage", "denied", "throttle"] {
        journey.cloud.clear_faults();
        journey.cloud.inject(fault.parse().unwrap());
        journey.press("h").await;
        let problems = journey.model.home.health.values().filter(|health| {
            health.problem.is_some() || health.value.as_ref().is_some_and(|status| status.problem.is_some())
        });
        assert_eq!(problems.count(), 3, "{fault}");
    }
});

#[tokio::test(start_paused = true)]
async fn ten_thousand_deployments_are_all_read() {
    let largest = vec![connection("largest", ApiType::Http, demo::LARGEST_API_ID)];
    let mut journey = Journey::with(Scenario::Large, largest, &[]).await;
    journey.press_key(KeyCode::Enter).await;
    let screen = journey.screen(120, 40);
    assert!(screen.contains("10000") || screen.contains("10,000"), "{screen}");
}

#[tokio::test(start_paused = true)]
async fn a_panic_inside_a_task_becomes_a_problem() {
    let mut journey = Journey::start(&[]).await;
    let (sender, receiver) = unbounded_channel();
    journey.receiver = receiver;
    let engine = Engine::new(Setup {
        settings: Settings::default(),
        transport: Transport::Embedded(Arc::clone(&journey.cloud)),
        connections: journey.model.connections.clone(),
        for_this_call: Vec::new(),
        access_keys: AccessKeys::new(),
        store: Store::in_memory(Vec::new(), None).unwrap(),
        clock: Arc::new(|| panic!("the clock is broken")),
        cache: Cache::none(),
        history: History::in_memory(),
    });
    journey.tasks = Tasks::new(engine, sender);
    journey.press("h").await;
    let screen = journey.screen(80, 24);
    assert!(screen.contains("apigw failed inside"), "{screen}");
}
