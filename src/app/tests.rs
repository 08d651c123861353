//! The heart as tables: messages in, effects and model out.

mod form;
mod mfa;
mod writes;

use super::*;
use crate::domain::{
    Api, ApiStages, ApiType, Auth, ConnectionStatus, Deployment, Figures, Health, Point, Problem,
    ProblemKind, Series, Stage, StageMetrics, TimeRange, Verdict, Window,
};
use crate::input::{Key, Motion};
use crossterm::event::KeyCode;
use jiff::SignedDuration;

fn now() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

fn later(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

fn connection(nickname: &str, auth: Auth) -> Connection {
    Connection::new(nickname, ApiType::Http, format!("id-{nickname}"), "eu-west-1", auth)
}

fn start() -> Start {
    let dev = Auth::Profile("dev".into());
    Start {
        now: now(),
        zone: TimeZone::UTC,
        size: (80, 24),
        connections: vec![
            connection("orders", dev.clone()),
            connection("billing", Auth::Environment),
            connection("users", dev),
        ],
        config_path: "config.toml".into(),
        known: BTreeMap::new(),
        refresh: Some(Duration::from_mins(1)),
        mouse: true,
        open: None,
    }
}

fn opened() -> (Model, Vec<Effect>) {
    Model::new(Start { open: Some("orders".into()), ..start() })
}

fn stage(name: &str, deployment: &str) -> Stage {
    Stage { name: name.into(), deployment_id: Some(deployment.into()), ..Stage::default() }
}

fn stages_read(stages: Vec<Stage>) -> Answer {
    let api = Api {
        id: "id-orders".into(),
        name: "Orders".into(),
        api_type: ApiType::Http,
        description: None,
        created: None,
        endpoint: None,
        default_endpoint_disabled: false,
        private: false,
        blended_with: Vec::new(),
    };
    Answer::Stages(ApiStages { api, stages })
}

fn deployment(id: &str) -> Deployment {
    Deployment {
        id: id.into(),
        created: Some(now()),
        description: None,
        status: None,
        status_message: None,
        auto_deployed: false,
    }
}

fn metrics(stage: &str, window: Window, count: f64, errors: f64) -> StageMetrics {
    let one = |value| Series::new(vec![Point { at: window.start, value }]);
    StageMetrics { count: one(count), errors_5xx: one(errors), ..StageMetrics::empty(stage, window) }
}

/// The questions among effects, with their ids.
fn asked(effects: &[Effect]) -> Vec<(QuestionId, Question)> {
    let questions = effects.iter().filter_map(|effect| match effect {
        Effect::Ask(id, question) => Some((*id, question.clone())),
        _ => None,
    });
    questions.collect()
}

fn id_of(model: &Model, slot: &Slot) -> QuestionId {
    model.questions.find(slot).unwrap_or_else(|| panic!("nobody asked {slot:?}")).id
}

fn reply(model: &mut Model, slot: &Slot, reply: Result<Answer, Problem>) -> Vec<Effect> {
    let id = id_of(model, slot);
    update(model, Message::Replied(id, reply))
}

fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    keys.chars().flat_map(|key| update(model, Message::Key(Key::char(key)))).collect()
}

fn press_key(model: &mut Model, code: KeyCode) -> Vec<Effect> {
    update(model, Message::Key(Key::plain(code)))
}

fn stages_slot() -> Slot {
    Slot::Stages("orders".into())
}

fn hour_slot() -> Slot {
    Slot::Metrics("orders".into(), TimeRange::H1)
}

/// The screen of `orders` with two stages and their figures on it.
fn full() -> Model {
    let (mut model, _) = opened();
    let stages = vec![stage("prod", "d1"), stage("staging", "d2")];
    reply(&mut model, &stages_slot(), Ok(stages_read(stages)));
    for range in [TimeRange::H1, TimeRange::W1] {
        let window = Window::settled(range, now());
        let figures = vec![metrics("prod", window, 1000.0, 0.0), metrics("staging", window, 1000.0, 100.0)];
        reply(&mut model, &Slot::Metrics("orders".into(), range), Ok(Answer::Metrics(figures)));
    }
    let deployments = vec![deployment("d2"), deployment("d1"), deployment("d0")];
    reply(&mut model, &Slot::Deployments("orders".into()), Ok(Answer::Deployments(deployments)));
    let identity =
        crate::domain::Identity { account: "123456789012".into(), arn: "arn".into(), user_id: "u".into() };
    reply(&mut model, &Slot::Identity("orders".into()), Ok(Answer::Identity(identity)));
    reply(&mut model, &Slot::History("orders".into()), Ok(Answer::History(Vec::new())));
    model
}

#[test]
fn at_the_start_connections_that_share_a_session_are_asked_about_together() {
    let (_, effects) = Model::new(start());
    let nicknames: Vec<Vec<String>> = asked(&effects)
        .into_iter()
        .filter_map(|(_, question)| match question {
            Question::Health(_, nicknames) => Some(nicknames),
            _ => None,
        })
        .collect();
    assert_eq!(nicknames, [vec!["orders".to_owned(), "users".into()], vec!["billing".into()]]);
}

#[test]
fn opening_asks_for_metrics_at_once_only_where_the_stages_are_remembered() {
    let (_, effects) = opened();
    let kinds = |effects: &[Effect]| asked(effects).len();
    assert_eq!(kinds(&effects), 4, "identity, stages, deployments, history");
    let known = KnownStages { api_name: "Orders".into(), stages: vec!["prod".into()] };
    let known = BTreeMap::from([("orders".to_owned(), known)]);
    let (mut model, effects) = Model::new(Start { open: Some("orders".into()), known, ..start() });
    assert_eq!(kinds(&effects), 6, "and the hour and the week");
    let same = reply(&mut model, &stages_slot(), Ok(stages_read(vec![stage("prod", "d1")])));
    assert_eq!(same, [], "the remembered names were right");
    press(&mut model, "r");
    let moved =
        reply(&mut model, &stages_slot(), Ok(stages_read(vec![stage("prod", "d1"), stage("beta", "d1")])));
    let names: Vec<Vec<String>> = asked(&moved)
        .into_iter()
        .filter_map(|(_, question)| match question {
            Question::Metrics { stages, .. } => Some(stages),
            _ => None,
        })
        .collect();
    assert_eq!(names, vec![vec!["prod".to_owned(), "beta".into()]; 2], "both ranges are asked for anew");
}

#[test]
fn a_late_reply_changes_nothing_and_draws_nothing() {
    let (mut model, _) = opened();
    let late = id_of(&model, &stages_slot());
    press(&mut model, "r");
    model.take_dirty();
    let problem = Problem::new(ProblemKind::Network, "late", "");
    assert_eq!(update(&mut model, Message::Replied(late, Err(problem))), []);
    assert!(!model.take_dirty());
    assert!(model.deployments.as_ref().unwrap().api.problem.is_none());
    assert!(model.questions.find(&stages_slot()).is_some(), "the newer question still waits");
}

#[test]
fn a_failed_refresh_leaves_the_old_data_beside_its_problem() {
    let mut model = full();
    press(&mut model, "r");
    let problem = Problem::new(ProblemKind::Throttled, "Too many requests", "");
    reply(&mut model, &stages_slot(), Err(problem.clone()));
    let screen = model.deployments.as_ref().unwrap();
    assert_eq!(screen.stage_rows().len(), 2);
    assert_eq!(screen.api.problem, Some(problem));
    let told = |seconds: i64| screen.notes(later(seconds))[0].text.clone();
    assert_eq!(told(59), "read <1m ago: Too many requests");
    assert_eq!(told(300), "read 5m ago: Too many requests", "its age stands beside the problem");
}

#[test]
fn a_failed_auto_deploy_is_told_in_words() {
    let mut model = full();
    press(&mut model, "r");
    let mut broken = stage("dev", "d0");
    broken.auto_deploy = true;
    broken.last_deployment_message = Some("Deployment attempt failed: no routes".into());
    reply(&mut model, &stages_slot(), Ok(stages_read(vec![broken, stage("prod", "d1")])));
    let notes = model.deployments.as_ref().unwrap().notes(now());
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0].text, "Auto-deploy failed on dev: changes are not live");
}

#[test]
fn every_problem_of_the_screen_is_told_from_either_pane() {
    let mut model = full();
    press(&mut model, "1!");
    assert!(model.overlay.is_none() && model.notice.is_some(), "nothing is wrong yet, and it says so");
    press(&mut model, "r");
    reply(&mut model, &hour_slot(), Err(Problem::new(ProblemKind::Permission, "No metrics", "")));
    reply(
        &mut model,
        &Slot::Deployments("orders".into()),
        Err(Problem::new(ProblemKind::Throttled, "No history", "")),
    );
    press(&mut model, "!");
    let told = |model: &Model| match &model.overlay {
        Some(Overlay::Panel(panel)) => panel.lines.iter().map(|line| line.text.clone()).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    assert_eq!(told(&model), ["No history", "", "No metrics"], "that of the focused pane first");
    press_key(&mut model, KeyCode::Esc);
    press_key(&mut model, KeyCode::Tab);
    press(&mut model, "!");
    assert_eq!(told(&model), ["No metrics", "", "No history"]);
}

#[test]
fn a_stage_on_an_unknown_deployment_reads_the_history_again() {
    let mut model = full();
    press(&mut model, "r");
    reply(&mut model, &Slot::Deployments("orders".into()), Ok(Answer::Deployments(vec![deployment("d1")])));
    let effects =
        reply(&mut model, &stages_slot(), Ok(stages_read(vec![stage("prod", "d1"), stage("staging", "d9")])));
    assert_eq!(asked(&effects)[0].1, Question::Deployments("orders".into()));
}

#[test]
fn an_automatic_refresh_costs_the_stages_and_the_hour() {
    let mut model = full();
    let slots: Vec<Slot> = asked(&update(&mut model, Message::Clock(later(60))))
        .iter()
        .map(|(_, question)| question.slot())
        .collect();
    assert_eq!(slots, [stages_slot(), hour_slot()]);
}

#[test]
fn the_week_is_read_again_only_after_a_quarter_of_an_hour() {
    let mut model = full();
    model.touched_at = later(899);
    let slots = |effects: Vec<Effect>| {
        asked(&effects).iter().map(|(_, question)| question.slot()).collect::<Vec<_>>()
    };
    let week = Slot::Metrics("orders".into(), TimeRange::W1);
    assert!(!slots(update(&mut model, Message::Clock(later(899)))).contains(&week));
    let mut model = full();
    model.touched_at = later(900);
    assert!(slots(update(&mut model, Message::Clock(later(900)))).contains(&week));
}

#[test]
fn a_refresh_waits_for_the_read_before_it() {
    let (mut model, _) = opened();
    assert_eq!(update(&mut model, Message::Clock(later(600))), []);
    assert_eq!(next_wake(&model), Some(later(601)), "the refresh is due, but only the seconds are awaited");
}

#[test]
fn what_was_cancelled_is_not_read_again_at_once() {
    let (mut model, _) = opened();
    update(&mut model, Message::Clock(later(90)));
    update(&mut model, Message::Key(Key::control('c')));
    assert_eq!(update(&mut model, Message::Clock(later(91))), []);
    assert_eq!(asked(&update(&mut model, Message::Clock(later(150)))).len(), 3);
}

#[test]
fn refreshing_slows_when_nobody_looks() {
    let mut model = full();
    assert_eq!(refresh_interval(&model), Some(Duration::from_mins(1)));
    update(&mut model, Message::Focused(false));
    assert_eq!((pace(&model), refresh_interval(&model)), (Pace::Unfocused, Some(Duration::from_mins(5))));
    update(&mut model, Message::Focused(true));
    model.now = later(600);
    assert_eq!((pace(&model), refresh_interval(&model)), (Pace::Idle, Some(Duration::from_mins(5))));
    press(&mut model, "j");
    assert_eq!(pace(&model), Pace::Normal);
}

#[test]
fn an_idle_screen_wakes_for_the_next_refresh_and_not_before() {
    let mut model = full();
    assert_eq!(next_wake(&model), Some(later(60)));
    model.take_dirty();
    update(&mut model, Message::Clock(later(59)));
    assert!(!model.take_dirty(), "ages below a minute read `now`");
    model.refresh = None;
    assert_eq!(next_wake(&model), Some(later(60)), "ages grow by the minute");
}

#[test]
fn while_something_is_read_the_seconds_are_told() {
    let (mut model, _) = opened();
    model.take_dirty();
    assert_eq!(next_wake(&model), Some(later(1)));
    update(&mut model, Message::Clock(later(1)));
    assert!(model.take_dirty());
}

#[test]
fn the_worst_stage_comes_first_on_request_and_the_cursor_stays_on_its_stage() {
    let mut model = full();
    let rows = |model: &Model| {
        let screen = model.deployments.as_ref().unwrap();
        let names = screen.stages.rows().iter().map(|&row| screen.stage_rows()[row].name.clone());
        names.collect::<Vec<_>>()
    };
    assert_eq!(rows(&model), ["prod", "staging"]);
    press(&mut model, "S");
    assert_eq!(rows(&model), ["staging", "prod"]);
    assert!(model.notice.as_deref().is_some_and(|notice| notice.contains("the worst first")));
    assert_eq!(model.deployments.as_ref().unwrap().selected_stage().unwrap().name, "prod");
}

#[test]
fn verdicts_come_from_the_hour_and_never_from_silence() {
    let model = full();
    let screen = model.deployments.as_ref().unwrap();
    let verdict =
        |name: &str| screen.health_of(screen.stage_rows().iter().find(|stage| stage.name == name).unwrap());
    assert_eq!(verdict("prod"), Some(Health::plain(Verdict::Ok)));
    assert_eq!(verdict("staging").unwrap().verdict, Verdict::Failing);
    let (mut model, _) = opened();
    reply(&mut model, &stages_slot(), Ok(stages_read(vec![stage("prod", "d1")])));
    let screen = model.deployments.as_ref().unwrap();
    assert_eq!(screen.health_of(&screen.stage_rows()[0]), None, "nothing is known yet");
    reply(&mut model, &hour_slot(), Err(Problem::new(ProblemKind::Permission, "denied", "")));
    let screen = model.deployments.as_ref().unwrap();
    assert_eq!(screen.health_of(&screen.stage_rows()[0]), Some(Health::plain(Verdict::Unknown)));
    assert_eq!(screen.week_of("prod").map(StageMetrics::figures), None::<Figures>);
}

#[test]
fn expanding_reads_the_custom_domains_once() {
    let mut model = full();
    let effects = press_key(&mut model, KeyCode::Enter);
    assert_eq!(asked(&effects)[0].1, Question::Domains("orders".into()));
    assert!(model.deployments.as_ref().unwrap().expanded.contains("prod"));
    assert_eq!(press_key(&mut model, KeyCode::Enter), []);
    assert_eq!(press_key(&mut model, KeyCode::Enter), [], "the question is still open");
}

#[test]
fn escape_goes_back_one_layer_at_a_time() {
    let mut model = full();
    press(&mut model, "/sta");
    assert_eq!(model.deployments.as_ref().unwrap().stages.rows().len(), 1);
    press_key(&mut model, KeyCode::Enter);
    press(&mut model, "?");
    assert!(model.overlay.is_some());
    press_key(&mut model, KeyCode::Esc);
    assert!(model.overlay.is_none());
    assert_eq!(model.deployments.as_ref().unwrap().stages.rows().len(), 1, "the filter is still on");
    press_key(&mut model, KeyCode::Esc);
    assert_eq!(model.deployments.as_ref().unwrap().stages.rows().len(), 2);
    press_key(&mut model, KeyCode::Esc);
    assert!(model.deployments.is_none());
    assert_eq!(press_key(&mut model, KeyCode::Esc), [], "escape never quits");
}

#[test]
fn q_goes_back_and_then_quits() {
    let mut model = full();
    assert!(!press(&mut model, "q").contains(&Effect::Quit));
    assert_eq!(press(&mut model, "q"), [Effect::Quit]);
}

#[test]
fn control_c_cancels_first_and_quits_the_second_time() {
    let control_c = || Message::Key(Key::control('c'));
    let (mut model, _) = opened();
    let effects = update(&mut model, control_c());
    assert_eq!(effects.len(), 4);
    assert!(effects.iter().all(|effect| matches!(effect, Effect::Abandon(_))));
    assert_eq!(model.questions.iter().count(), 0);
    assert_eq!(
        model.deployments.as_ref().unwrap().api.problem.as_ref().unwrap().kind,
        ProblemKind::Cancelled
    );
    assert_eq!(update(&mut model, control_c()), [Effect::Quit]);
    let mut model = full();
    update(&mut model, control_c());
    press(&mut model, "j");
    assert_eq!(update(&mut model, control_c()), [], "another key in between disarms it");
}

#[test]
fn leaving_the_screen_abandons_its_reads() {
    let (mut model, _) = opened();
    let effects = press(&mut model, "q");
    let abandoned = effects.iter().filter(|effect| matches!(effect, Effect::Abandon(_))).count();
    assert_eq!(abandoned, 4);
    assert_eq!(asked(&effects).len(), 2, "and the list, never checked before, is checked");
}

#[test]
fn what_is_copied_is_what_the_focus_is_on() {
    let mut model = full();
    assert_eq!(press(&mut model, "y"), [Effect::Copy("d1".into())]);
    assert_eq!(model.notice.as_deref(), Some("Sent the deployment id to the terminal's clipboard"));
    press(&mut model, "1j");
    assert_eq!(press(&mut model, "y"), [Effect::Copy("d1".into())]);
    let arn = "arn:aws:apigateway:eu-west-1::/apis/id-orders/deployments/d1";
    assert_eq!(press(&mut model, "Y"), [Effect::Copy(arn.into())]);
    press(&mut model, "3");
    assert_eq!(press(&mut model, "y"), [Effect::Copy("id-orders".into())]);
}

#[test]
fn the_palette_does_what_the_key_does() {
    let mut model = full();
    press(&mut model, ":worst");
    press_key(&mut model, KeyCode::Enter);
    assert_eq!(model.deployments.as_ref().unwrap().order, StageOrder::Worst);
    assert!(model.overlay.is_none());
    press(&mut model, ":open billing");
    press_key(&mut model, KeyCode::Enter);
    assert_eq!(model.deployments.as_ref().unwrap().connection.nickname, "billing");
}

#[test]
fn a_filter_takes_every_character_and_a_paste() {
    let mut model = full();
    press(&mut model, "1/q?:");
    assert_eq!(model.deployments.as_ref().unwrap().history.filter(), "q?:");
    press_key(&mut model, KeyCode::Esc);
    press(&mut model, "/");
    update(&mut model, Message::Paste(Pasted("d\n2".into())));
    let screen = model.deployments.as_ref().unwrap();
    assert_eq!((screen.history.filter(), screen.history.rows()), ("d2", &[0][..]));
}

/// A connection's health, read whole.
fn checked(connection: &Connection, api_name: &str) -> ConnectionStatus {
    let Answer::Stages(read) = stages_read(Vec::new()) else { unreachable!() };
    ConnectionStatus {
        connection: connection.clone(),
        account: None,
        api: Some(Api { name: api_name.into(), ..read.api }),
        stages: Vec::new(),
        problem: None,
    }
}

#[test]
fn health_that_cannot_be_read_again_stays_beside_its_problem() {
    let (mut model, _) = Model::new(start());
    let whole = checked(&model.connections[1], "Billing");
    let slot = Slot::Health(whole.connection.session_key());
    reply(&mut model, &slot, Ok(Answer::Health(vec![whole.clone()])));
    update(&mut model, Message::Clock(later(120)));
    press(&mut model, "h");
    let problem = Problem::new(ProblemKind::Credentials, "The session is over", "");
    let failed = ConnectionStatus { api: None, problem: Some(problem.clone()), ..whole.clone() };
    reply(&mut model, &slot, Ok(Answer::Health(vec![failed])));
    let health = &model.home.health["billing"];
    assert_eq!((health.value.as_ref(), health.read_at), (Some(&whole), Some(now())));
    assert_eq!(health.problem, Some(problem));
}

#[test]
fn a_filter_finds_the_name_of_an_api_once_it_is_known() {
    let (mut model, _) = Model::new(start());
    press(&mut model, "/basket");
    assert!(model.home.list.rows().is_empty());
    let status = checked(&model.connections[1], "The basket");
    let slot = Slot::Health(status.connection.session_key());
    reply(&mut model, &slot, Ok(Answer::Health(vec![status])));
    assert_eq!(model.selected_connection().unwrap().nickname, "billing");
}

#[test]
fn where_there_is_nothing_to_filter_the_keys_stay_keys() {
    let (mut model, _) = Model::new(Start { connections: Vec::new(), ..start() });
    assert_eq!(press(&mut model, "/q"), [Effect::Quit]);
    let mut model = full();
    press(&mut model, "3/1");
    assert_eq!(model.deployments.as_ref().unwrap().tab, Tab::Deployments);
}

#[test]
fn keys_and_pastes_are_not_in_debug_output() {
    let messages = [Message::Key(Key::char('s')), Message::Paste(Pasted("hunter2".into()))];
    assert_eq!(format!("{messages:?}"), "[Key([key]), Paste([pasted])]");
}

#[test]
fn ten_thousand_deployments_scroll_and_filter() {
    let mut model = full();
    press(&mut model, "r1");
    let many: Vec<Deployment> = (0..10_000).map(|number| deployment(&format!("d{number}"))).collect();
    reply(&mut model, &Slot::Deployments("orders".into()), Ok(Answer::Deployments(many)));
    press(&mut model, "G");
    let screen = model.deployments.as_ref().unwrap();
    assert_eq!(screen.selected_deployment().unwrap().id, "d9999");
    assert!(screen.history.offset() > 9_900);
    press(&mut model, "/d777");
    assert_eq!(model.deployments.as_ref().unwrap().history.rows().len(), 11);
}

#[test]
fn the_wheel_moves_the_pane_under_the_pointer() {
    use crossterm::event::{KeyModifiers, MouseEvent, MouseEventKind};
    let mut model = full();
    let areas = deployments_areas(&model);
    let wheel =
        |row| MouseEvent { kind: MouseEventKind::ScrollDown, column: 3, row, modifiers: KeyModifiers::NONE };
    update(&mut model, Message::Mouse(wheel(areas.lower.y)));
    let screen = model.deployments.as_ref().unwrap();
    assert_eq!((screen.pane, screen.history.cursor()), (Pane::Lower, 2));
    update(&mut model, Message::Mouse(wheel(areas.stages.y)));
    let screen = model.deployments.as_ref().unwrap();
    assert_eq!((screen.pane, screen.stages.cursor()), (Pane::Stages, 1));
}

#[test]
fn a_click_selects_and_a_second_click_enters() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut model = full();
    let row = deployments_areas(&model).stages.y + 1;
    let click = MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: 3,
        row,
        modifiers: KeyModifiers::NONE,
    };
    update(&mut model, Message::Mouse(click));
    assert_eq!(model.deployments.as_ref().unwrap().selected_stage().unwrap().name, "staging");
    update(&mut model, Message::Mouse(click));
    assert!(model.deployments.as_ref().unwrap().expanded.contains("staging"));
}

#[test]
fn a_click_elsewhere_ends_the_typing_and_keeps_the_filter() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let click_on = |model: &mut Model, column, row| {
        let kind = MouseEventKind::Down(MouseButton::Left);
        update(model, Message::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
    };
    let mut model = full();
    press(&mut model, "/sta");
    let lower = deployments_areas(&model).lower;
    click_on(&mut model, 3, lower.y + 1);
    press_key(&mut model, KeyCode::Tab);
    press(&mut model, "S");
    let screen = model.deployments.as_ref().unwrap();
    assert_eq!((screen.stages.filter(), screen.order), ("sta", StageOrder::Worst));
    press(&mut model, "1/d");
    let api = tab_labels(&model)[1].area;
    click_on(&mut model, api.x, api.y);
    assert_eq!(model.scope(), Scope::Deployments, "no key goes to a filter out of sight");
}

#[test]
fn motions_reach_every_row_and_stop_at_the_ends() {
    let mut list = List::default();
    let keys: Vec<String> = (0..30).map(|number| number.to_string()).collect();
    list.set_rows((0..30).collect(), |index| &keys[index]);
    let mut go = |motion, expected| {
        list.go(motion, 10, |index| &keys[index]);
        assert_eq!(list.cursor(), expected, "{motion:?}");
    };
    go(Motion::Up, 0);
    go(Motion::Down, 1);
    go(Motion::HalfPageDown, 6);
    go(Motion::HalfPageUp, 1);
    go(Motion::Bottom, 29);
    go(Motion::Down, 29);
    go(Motion::Top, 0);
}
