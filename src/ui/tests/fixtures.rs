//! Models reached as the runtime reaches them, by messages alone, and data worth drawing: wide characters, long names, an
//! escape sequence.

use std::collections::BTreeMap;
use std::time::Duration;

use crossterm::event::KeyCode;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

use crate::app::{self, Answer, Effect, Message, Model, Question, QuestionId, Slot, Start};
use crate::domain::{
    Api, ApiStages, ApiType, Auth, AwsProfile, Canary, Check, Connection, ConnectionStatus, CustomDomain,
    Dashboard, Denied, Deployment, DeploymentStatus, Edit, Health, Identity, MfaPrompt, Outcome, Point,
    Problem, ProblemKind, RoleAuth, RouteFigures, Routes, Series, Spread, Stage, StageMetrics, StageStatus,
    TimeRange, Usage, Window,
};
use crate::input::Key;
use crate::ui::{Theme, view};

pub const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

pub fn now() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

pub fn ago(seconds: i64) -> Timestamp {
    now() - SignedDuration::from_secs(seconds)
}

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

/// A model, and what it asked for.
pub struct Scene {
    pub model: Model,
    pub effects: Vec<Effect>,
}

impl Scene {
    pub fn new(size: (u16, u16), connections: Vec<Connection>, open: Option<&str>) -> Self {
        let (model, effects) = Model::new(Start {
            now: now(),
            zone: TimeZone::UTC,
            size,
            connections,
            config_path: "/home/ana/.config/apigw/config.toml".into(),
            known: BTreeMap::new(),
            refresh: Some(Duration::from_mins(1)),
            mouse: true,
            open: open.map(str::to_owned),
        });
        Self { model, effects }
    }

    /// The list of connections, nothing answered yet.
    pub fn connections(size: (u16, u16)) -> Self {
        Self::new(size, connections(), None)
    }

    /// The list with everything answered.
    pub fn checked(size: (u16, u16)) -> Self {
        let mut scene = Self::connections(size);
        scene.answer_all(answer);
        scene
    }

    /// The screen of an API, nothing answered yet.
    pub fn opened(size: (u16, u16)) -> Self {
        Self::new(size, connections(), Some("orders-prod"))
    }

    /// The screen with everything answered.
    pub fn full(size: (u16, u16)) -> Self {
        let mut scene = Self::opened(size);
        scene.answer_all(answer);
        let usage = Usage { requests: 24, metrics: 40 };
        scene.tell(Message::Metered(usage))
    }

    pub fn tell(mut self, message: Message) -> Self {
        self.send(message);
        self
    }

    pub fn send(&mut self, message: Message) {
        self.effects.extend(app::update(&mut self.model, message));
    }

    /// Presses plain characters.
    pub fn keys(mut self, keys: &str) -> Self {
        for key in keys.chars() {
            self.send(Message::Key(Key::char(key)));
        }
        self
    }

    pub fn key(self, code: KeyCode) -> Self {
        self.tell(Message::Key(Key::plain(code)))
    }

    /// Presses control with a character.
    pub fn control(self, character: char) -> Self {
        self.tell(Message::Key(Key::control(character)))
    }

    /// Presses tab so often.
    pub fn tabs(mut self, times: usize) -> Self {
        for _ in 0..times {
            self.send(Message::Key(Key::plain(KeyCode::Tab)));
        }
        self
    }

    pub fn answered(mut self) -> Self {
        self.answer_all(answer);
        self
    }

    /// The time, so many seconds after the start.
    pub fn at(self, seconds: i64) -> Self {
        self.tell(Message::Clock(now() + SignedDuration::from_secs(seconds)))
    }

    /// Answers one open question.
    pub fn reply(mut self, slot: &Slot, reply: Result<Answer, Problem>) -> Self {
        let open = self.model.questions.find(slot);
        let id = open.unwrap_or_else(|| panic!("nobody asked {slot:?}")).id;
        self.send(Message::Replied(id, reply));
        self
    }

    pub fn progress(self, slot: &Slot, items: usize) -> Self {
        let id = self.model.questions.find(slot).expect("asked").id;
        self.tell(Message::Progressed(id, items))
    }

    /// Answers every open question, and those that follow.
    pub fn answer_all(&mut self, answer: fn(&Question) -> Result<Answer, Problem>) {
        loop {
            let open: Vec<(QuestionId, Question)> =
                self.model.questions.iter().map(|open| (open.id, open.question.clone())).collect();
            if open.is_empty() {
                return;
            }
            for (id, question) in open {
                self.send(Message::Replied(id, answer(&question)));
            }
        }
    }

    pub fn buffer(&self, theme: &Theme) -> Buffer {
        draw(&self.model, theme, self.model.size)
    }

    /// What is on the screen, a line a row.
    pub fn text(&self) -> String {
        lines(&self.buffer(&Theme::colours()))
    }
}

pub fn draw(model: &Model, theme: &Theme, (width, height): (u16, u16)) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view(model, theme, frame)).unwrap();
    terminal.backend().buffer().clone()
}

pub fn lines(buffer: &Buffer) -> String {
    let rows = (0..buffer.area.height).map(|y| {
        let row = text_at(buffer, 0, y, usize::from(buffer.area.width));
        row.trim_end().to_owned() + "\n"
    });
    rows.collect()
}

/// What is drawn in so many columns of a row.
pub fn text_at(buffer: &Buffer, x: u16, y: u16, columns: usize) -> String {
    let mut text = String::new();
    let mut used = 0;
    while used < columns && x + (used as u16) < buffer.area.width {
        let symbol = buffer[(x + used as u16, y)].symbol();
        text.push_str(symbol);
        used += crate::text::width(symbol).max(1);
    }
    text
}

pub fn stages_slot() -> Slot {
    Slot::Stages("orders-prod".into())
}

pub fn deployments_slot() -> Slot {
    Slot::Deployments("orders-prod".into())
}

pub fn throttled() -> Problem {
    Problem::new(
        ProblemKind::Throttled,
        "Cannot read the stages of a1b2c3d4e5",
        "Rate exceeded (TooManyRequestsException): the account's ten requests a second are shared by everybody in it",
    )
    .advise("Wait a moment, then press r")
    .advise("Lower requests_per_second in the config file when CI runs in the same account")
}

pub const ROLE: &str = "arn:aws:iam::123456789012:role/deployer";

pub fn needs_mfa() -> Problem {
    Problem {
        mfa: Some(MfaPrompt { role: ROLE.into(), serial: "arn:aws:iam::123456789012:mfa/ana".into() }),
        ..Problem::new(ProblemKind::NeedsMfa, "Cannot sign in to deployer", "It asks for an MFA code")
    }
}

pub fn connection(nickname: &str, api_type: ApiType, api_id: &str, auth: Auth) -> Connection {
    Connection::new(nickname, api_type, api_id, "eu-west-1", auth)
}

pub fn connections() -> Vec<Connection> {
    let role =
        Auth::Role(RoleAuth { arn: "arn:aws:iam::123456789012:role/deployer".into(), ..RoleAuth::default() });
    let dev = Auth::Profile("dev".into());
    let key = Auth::AccessKey { id: "AKIAIOSFODNN7EXAMPLE".into() };
    vec![
        Connection { protected: true, ..connection("orders-prod", ApiType::Http, "a1b2c3d4e5", role) },
        connection("billing", ApiType::Rest, "x9y8z7w6v5", dev.clone()),
        Connection {
            region: "us-east-1".into(),
            read_only: true,
            ..connection("legacy", ApiType::Rest, "q1w2e3r4t5", key.clone())
        },
        Connection {
            region: "ap-southeast-2".into(),
            ..connection("注文-größe", ApiType::Http, "i4n7v3n2t1", Auth::Environment)
        },
        Connection {
            region: "us-gov-west-1".into(),
            ..connection("gone", ApiType::Http, "k8d3f6s1p0", Auth::Environment)
        },
        Connection { region: "us-east-2".into(), ..connection("new", ApiType::Http, "n3wn3wn3w0", key) },
    ]
}

fn api(connection: &Connection) -> Api {
    Api {
        id: connection.api_id.clone(),
        name: connection.nickname.split('-').next().unwrap().to_owned(),
        api_type: connection.api_type,
        description: Some("Takes orders \u{1b}[31mand sends them on".into()),
        created: Some(ago(400 * DAY)),
        endpoint: None,
        default_endpoint_disabled: false,
        private: false,
        blended_with: Vec::new(),
    }
}

/// What AWS would say.
#[expect(clippy::unnecessary_wraps, reason = "a reply may as well be a problem")]
pub fn answer(question: &Question) -> Result<Answer, Problem> {
    Ok(match question {
        Question::Health(_, nicknames) => {
            let known = connections();
            let statuses = nicknames
                .iter()
                .filter_map(|nickname| known.iter().find(|known| known.nickname == *nickname));
            Answer::Health(statuses.map(health).collect())
        }
        Question::Identity(_) => Answer::Identity(Identity {
            account: "123456789012".into(),
            arn: "arn:aws:sts::123456789012:assumed-role/deployer/ana".into(),
            user_id: "AROA".into(),
        }),
        Question::Stages(_) => Answer::Stages(ApiStages { api: api(&connections()[0]), stages: stages() }),
        Question::Deployments(_) => Answer::Deployments(deployments()),
        Question::Domains(_) => Answer::Domains(vec![CustomDomain {
            stage: "prod".into(),
            url: "https://api.example.com/orders".into(),
        }]),
        Question::Metrics { stages, window, .. } => {
            Answer::Metrics(stages.iter().map(|stage| metrics(stage, *window)).collect())
        }
        Question::Dashboard { stage, asked, .. } => Answer::Dashboard(dashboard(stage, *asked)),
        Question::Routes { .. } => Answer::Routes(Routes { routes: routes(), ..Routes::default() }),
        Question::ExternalId => Answer::ExternalId("apigw-0123456789abcdef".into()),
        Question::Profiles => Answer::Profiles(profiles()),
        Question::Apis(_, api_type) => Answer::Apis(apis(*api_type)),
        Question::LoginIdentity(_) => Answer::LoginIdentity(identity()),
        Question::SourceIdentity(_) => Answer::SourceIdentity(Identity {
            account: "999988887777".into(),
            arn: "arn:aws:iam::999988887777:user/ana".into(),
            user_id: "AIDA".into(),
        }),
        Question::Test(_) => Answer::Test(checks()),
        Question::SignIn(..) => Answer::SignIn,
        Question::Save(edit) => Answer::Save(saved(edit)),
        about_writes => super::written::answer(about_writes),
    })
}

pub fn identity() -> Identity {
    Identity {
        account: "123456789012".into(),
        arn: "arn:aws:sts::123456789012:assumed-role/deployer/ana".into(),
        user_id: "AROA".into(),
    }
}

fn profiles() -> Vec<AwsProfile> {
    let profile = |name: &str, region: Option<&str>, source: &str| AwsProfile {
        name: name.into(),
        region: region.map(str::to_owned),
        source: source.into(),
    };
    vec![
        profile("default", None, "access key"),
        profile("dev", Some("eu-west-1"), "SSO"),
        profile("prod-größe", Some("us-east-1"), "role deployer via base, MFA"),
    ]
}

/// As many as a list of eight rows cannot show at once, with names of every kind.
pub fn apis(api_type: ApiType) -> Vec<Api> {
    let names = ["orders", "orders", "billing API", "注文", "deploy", "\u{1b}[31mred"];
    let telling = names.iter().map(|name| (*name).to_owned());
    let numbered = (0..14).map(|index| format!("service-{index:02}"));
    let listed = telling.chain(numbered).enumerate().map(|(index, name)| Api {
        id: format!("i{index:02}d3f6s1p"),
        name,
        api_type,
        description: (index == 2).then(|| "Invoices and what follows from them".to_owned()),
        ..api(&connections()[0])
    });
    listed.collect()
}

fn checks() -> Vec<Check> {
    let check = |what: &str, outcome| Check { what: what.into(), outcome };
    let mut denied = Problem::new(
        ProblemKind::Permission,
        "Cannot read the metrics",
        "not authorized to perform: cloudwatch:GetMetricData",
    )
    .advise("Add the permission to the role or user");
    denied.denied =
        Some(Denied { action: "cloudwatch:GetMetricData".into(), resource: "*".into(), explicit: false });
    vec![
        check(
            "Who am I",
            Outcome::Warned(Connection::account_problem(Some("111122223333"), &identity()).unwrap()),
        ),
        check("List the HTTP APIs", Outcome::Passed("20 of them".into())),
        check("Read metrics", Outcome::Failed(denied)),
        check("Deploy to its stages", Outcome::Unknown("AWS tells only when it is done.".into())),
    ]
}

/// What the file would hold after an edit.
fn saved(edit: &Edit) -> Vec<Connection> {
    let mut all = connections();
    match edit {
        Edit::Add { connections, .. } => all.extend(connections.iter().cloned()),
        Edit::Change { before, after, .. } => {
            for connection in all.iter_mut().filter(|known| known.nickname == before.nickname) {
                connection.clone_from(after);
            }
        }
        Edit::Remove { nickname } => all.retain(|known| known.nickname != *nickname),
    }
    all
}

fn health(connection: &Connection) -> ConnectionStatus {
    let none = || ConnectionStatus {
        connection: connection.clone(),
        api: Some(api(connection)),
        account: Some("123456789012".into()),
        stages: Vec::new(),
        problem: None,
    };
    let judged = |stage: Stage| {
        let window = Window::settled(TimeRange::H1, now());
        let hour = metrics(&stage.name, window);
        let health = Health::of(&stage, Some(&hour), &connection.thresholds);
        StageStatus { figures: hour.figures(), stage, health }
    };
    match connection.nickname.as_str() {
        "gone" => ConnectionStatus {
            api: None,
            problem: Some(Problem::new(
                ProblemKind::NotFound,
                "Cannot find the API k8d3f6s1p0",
                "Invalid API identifier specified",
            )),
            ..none()
        },
        "new" => none(),
        "legacy" => ConnectionStatus { stages: vec![judged(stage("quiet", "d1"))], ..none() },
        "billing" => ConnectionStatus {
            stages: vec![judged(stage("v1", "d1")), judged(stage("slow", "d2"))],
            ..none()
        },
        _ => ConnectionStatus { stages: stages().into_iter().map(judged).collect(), ..none() },
    }
}

pub fn stage(name: &str, deployment: &str) -> Stage {
    Stage {
        name: name.into(),
        deployment_id: Some(deployment.into()),
        last_updated: Some(ago(2 * HOUR)),
        invoke_url: format!("https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/{name}"),
        ..Stage::default()
    }
}

fn stages() -> Vec<Stage> {
    vec![
        Stage {
            auto_deploy: true,
            api_managed: true,
            last_deployment_message: Some(
                "Deployment attempt failed: Unable to deploy API because no routes exist in this API".into(),
            ),
            ..stage("$default", "a7u3t0")
        },
        Stage {
            last_updated: Some(ago(5 * MINUTE)),
            canary: Some(Canary {
                deployment_id: Some("x1y2z3".into()),
                percent: 10.0,
                ..Canary::default()
            }),
            ..stage("beta", "d8f2k1")
        },
        Stage {
            deployment_id: None,
            last_updated: None,
            ..stage("new", "")
        },
        Stage {
            description: Some("Production, change window Tue/Thu".into()),
            variables: vec!["DB_HOST".into(), "TABLE".into(), "größe".into()],
            access_logs: true,
            ..stage("prod", "d8f2k1")
        },
        Stage {
            last_updated: Some(ago(9 * DAY)),
            ..stage("quiet", "w0r1d2")
        },
        Stage {
            last_updated: Some(ago(5 * MINUTE)),
            description: Some("規格\u{1b}]8;;http://evil.example\u{7}試験 with a text that goes on and on for longer than any line of an ordinary terminal has room for".into()),
            ..stage("staging", "x1y2z3")
        },
    ]
}

fn deployments() -> Vec<Deployment> {
    let made = |id: &str, seconds, description: Option<&str>| Deployment {
        id: id.into(),
        created: Some(ago(seconds)),
        description: description.map(str::to_owned),
        status: Some(DeploymentStatus::Deployed),
        status_message: None,
        auto_deployed: false,
    };
    let mut all = vec![
        Deployment {
            status: Some(DeploymentStatus::Failed),
            status_message: Some("Unable to deploy API because no routes exist in this API".into()),
            ..made("f4i1ed", 4 * MINUTE, None)
        },
        made("x1y2z3", 5 * MINUTE, Some("v2.3.1-rc1")),
        made("d8f2k1", 2 * HOUR, Some("v2.3.0: 新しい注文 with \u{1b}[2Jroutes")),
        Deployment {
            auto_deployed: true,
            ..made(
                "a7u3t0",
                3 * HOUR,
                Some("Automatic deployment triggered by changes to the Api configuration"),
            )
        },
    ];
    all.extend((0..24).map(|index| {
        let id = format!("e{index:05}");
        made(&id, (index + 2) * DAY, Some(&format!("v2.2.{}", 24 - index)))
    }));
    all
}

/// Busy by day, quiet by night; each stage in its own way.
pub fn metrics(stage: &str, window: Window) -> StageMetrics {
    let (requests, errors, latency) = match stage {
        "quiet" | "new" => return StageMetrics::empty(stage, window),
        "staging" => (12_000.0, 0.061, 131.0),
        "beta" => (7000.0, 0.014, 2310.0),
        "$default" => (90_000.0, 0.0003, 9.4),
        _ => (7400.0, 0.0001, 84.0),
    };
    let per_period = requests * window.period_seconds as f64 / 3600.0;
    let series = |value: &dyn Fn(f64) -> f64| {
        let points = (0..window.len() as i64).map(|index| {
            let at = window.start + SignedDuration::from_secs(index * window.period_seconds);
            let hour = (at.as_second() % DAY) as f64 / HOUR as f64;
            let busy = 0.55 - 0.45 * (hour / 24.0 * std::f64::consts::TAU).cos();
            Point { at, value: value((per_period * busy).round()) }
        });
        Series::new(points.collect())
    };
    StageMetrics {
        count: series(&|count| count),
        latency_sum_ms: series(&|count| count * latency),
        latency_samples: series(&|count| count),
        errors_4xx: series(&|count| (count * 0.021).round()),
        errors_5xx: series(&|count| (count * errors).round()),
        ..StageMetrics::empty(stage, window)
    }
}

/// As [`metrics`], with gaps, a peak, and a stage that is silent.
pub fn dashboard(stage: &str, window: Window) -> Dashboard {
    if stage == "quiet" || stage == "new" {
        return Dashboard::empty(stage, window);
    }
    let errors = if stage == "staging" { 0.061 } else { 0.0002 };
    let series = |value: &dyn Fn(f64) -> f64| {
        let points = window.periods().map(|at| {
            let minute = at.as_second() / MINUTE;
            let hour = (at.as_second() % DAY) as f64 / HOUR as f64;
            let busy = 0.55 - 0.45 * (hour / 24.0 * std::f64::consts::TAU).cos();
            let noise = ((minute * 7919) % 101) as f64 / 101.0;
            let peak = if minute % 150 == 77 { 4.0 } else { 1.0 };
            Point { at, value: value((busy + noise * 0.3) * peak) }
        });
        // Nobody calls for ten minutes of every three hours and a half.
        Series::new(points.filter(|point| (point.at.as_second() / MINUTE) % 210 >= 10).collect())
    };
    let requests = 140.0 * window.period_seconds as f64 / 60.0;
    let spread = |scale: f64| Spread {
        average: series(&|load| scale * (60.0 + 20.0 * load)),
        p50: series(&|load| scale * (45.0 + 15.0 * load)),
        p95: series(&|load| scale * (130.0 + 60.0 * load)),
        p99: series(&|load| scale * (220.0 + 150.0 * load)),
        samples: series(&|load| (requests * load).round()),
    };
    Dashboard {
        latency: spread(1.0),
        integration_latency: spread(0.7),
        errors_4xx: series(&|load| (requests * load * 0.021).round()),
        errors_5xx: series(&|load| (requests * load * errors).round()),
        count: series(&|load| (requests * load).round()),
        ..Dashboard::empty(stage, window)
    }
}

pub fn routes() -> Vec<RouteFigures> {
    let route = |method: &str, resource: &str, count: f64, errors_5xx: f64, latency: f64| RouteFigures {
        method: method.into(),
        resource: resource.into(),
        count: Some(count),
        latency_avg_ms: Some(latency),
        errors_4xx: Some((count * 0.02).round()),
        errors_5xx: Some(errors_5xx),
    };
    vec![
        route("GET", "/orders", 12_000.0, 2.0, 61.0),
        route("GET", "/orders/{id}", 8400.0, 0.0, 48.2),
        route("POST", "/orders", 2100.0, 41.0, 310.4),
        route("DELETE", "/orders/{id}/lines/{line}/discounts/{discount}/approvals", 12.0, 0.0, 2210.0),
        RouteFigures {
            count: None,
            latency_avg_ms: None,
            errors_4xx: None,
            errors_5xx: None,
            ..route("ANY", "$default", 0.0, 0.0, 0.0)
        },
        route("GET", "/größe\u{1b}[31m/規格", 3.0, 1.0, 9.0),
    ]
}

/// The metrics of `prod` with everything answered.
pub fn measured(size: (u16, u16)) -> Scene {
    let mut scene = Scene::full(size).keys("jjjm");
    scene.answer_all(answer);
    scene
}

/// An API that fills a screen: many stages on many deployments.
pub fn crowded(size: (u16, u16)) -> Scene {
    let mut scene = Scene::opened(size);
    scene.answer_all(|question| match question {
        Question::Stages(_) => Ok(Answer::Stages(ApiStages {
            api: api(&connections()[0]),
            stages: (0..30).map(|index| stage(&format!("stage-{index:02}"), "d8f2k1")).collect(),
        })),
        other => answer(other),
    });
    scene
}
