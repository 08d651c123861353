//! The metrics screen in every state.

use crossterm::event::{KeyCode, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::fixtures::{Scene, answer, dashboard, lines, measured, throttled};
use super::{denied, snapshot, snapshot_at};
use crate::app::{self, Answer, Message, Question};
use crate::domain::{Completeness, Dashboard, Problem, Routes};
use crate::ui::Theme;

/// The metrics of `prod`, answered by `answer`.
fn answered(size: (u16, u16), answer: fn(&Question) -> Result<Answer, Problem>) -> Scene {
    let mut scene = Scene::full(size).keys("jjjm");
    scene.answer_all(answer);
    scene
}

/// Presses keys and answers what they ask for.
fn and(mut scene: Scene, keys: &str) -> Scene {
    for key in keys.chars() {
        scene = scene.keys(&key.to_string());
        scene.answer_all(answer);
    }
    scene
}

#[test]
fn all_charts() {
    snapshot("metrics_full", measured);
    snapshot_at("metrics_full", &measured((200, 60)));
    snapshot_at("metrics_full", &measured((60, 16)));
    snapshot_at("metrics_full", &measured((40, 10)));
}

#[test]
fn one_chart_over_the_screen() {
    snapshot("metrics_zoomed", |size| measured(size).key(KeyCode::Enter));
    snapshot_at("metrics_zoomed", &measured((40, 10)).keys("z"));
}

#[test]
fn the_time_before() {
    snapshot("metrics_compared", |size| and(measured(size), "p"));
    snapshot_at("metrics_compared_zoomed", &and(measured((120, 40)), "pjjjz"));
}

#[test]
fn other_ranges() {
    snapshot("metrics_week", |size| and(measured(size), "ttttk"));
    snapshot("metrics_hour", |size| and(measured(size), "T"));
}

#[test]
fn the_time_cursor_at_a_deployment() {
    snapshot("metrics_deployment", |size| measured(size).keys("NN"));
    snapshot_at("metrics_other_deployment", &and(measured((120, 40)), "tg").keys("n"));
}

#[test]
fn what_the_screen_says_while_it_waits_and_when_it_fails() {
    snapshot_at("metrics_reading", &Scene::full((80, 24)).keys("jjjm").at(3));
    snapshot_at("metrics_denied", &answered((80, 24), |_| Err(denied())));
    let mut stale = measured((80, 24)).at(300).keys("r");
    stale.answer_all(|_| Err(throttled()));
    snapshot_at("metrics_stale", &stale.at(420));
}

#[test]
fn a_silent_stage_has_no_data() {
    snapshot_at("metrics_empty", &and(measured((80, 24)), "s"));
}

fn in_part(question: &Question, completeness: Completeness) -> Result<Answer, Problem> {
    match question {
        Question::Dashboard { stage, asked, .. } => {
            Ok(Answer::Dashboard(Dashboard { completeness, ..dashboard(stage, *asked) }))
        }
        other => answer(other),
    }
}

#[test]
fn a_part_is_drawn_and_not_summed() {
    snapshot_at("metrics_partial", &answered((80, 24), |question| in_part(question, Completeness::Partial)));
}

#[test]
fn what_cloudwatch_keeps_back_inside_an_answer_is_told() {
    let scene = answered((80, 24), |question| match question {
        Question::Dashboard { stage, asked, .. } => Ok(Answer::Dashboard(Dashboard {
            completeness: Completeness::Forbidden,
            ..Dashboard::empty(stage, *asked)
        })),
        other => answer(other),
    });
    let text = scene.text();
    assert!(text.contains("cloudwatch:GetMetricData") && !text.contains("nobody called"), "{text}");
}

#[test]
fn routes() {
    snapshot("metrics_routes", |size| and(measured(size), "2"));
    snapshot_at("metrics_routes", &and(measured((40, 10)), "2"));
    snapshot_at("metrics_routes_by_latency", &and(measured((80, 24)), "2w"));
    snapshot_at("metrics_routes_filtered", &and(measured((80, 24)), "2/get"));
    snapshot_at("metrics_routes_no_match", &and(measured((80, 24)), "2/nothing").key(KeyCode::Enter));
    let told = |answer: fn(&Question) -> Result<Answer, Problem>| {
        let mut scene = measured((80, 24)).keys("2");
        scene.answer_all(answer);
        scene
    };
    snapshot_at("metrics_routes_off", &told(|_| Ok(Answer::Routes(Routes::default()))));
    snapshot_at("metrics_routes_denied", &told(|_| Err(denied())));
    let many = told(|_| {
        let routes = super::fixtures::routes();
        Ok(Answer::Routes(Routes { routes, left_out: 1204, completeness: Completeness::Complete }))
    });
    assert!(many.text().contains("1,204 more routes"), "{}", many.text());
}

#[test]
fn panels_over_the_metrics() {
    snapshot("metrics_about", |size| measured(size).keys("i"));
    snapshot_at("metrics_console", &measured((80, 24)).keys("o"));
}

#[test]
fn an_ascii_theme_draws_charts_out_of_ascii() {
    let mut theme = Theme::colours();
    theme.ascii = true;
    for (name, scene) in [
        ("metrics_ascii", measured((80, 24))),
        ("metrics_ascii", and(measured((120, 40)), "pN")),
        ("metrics_ascii_routes", and(measured((80, 24)), "2")),
    ] {
        let text = lines(&scene.buffer(&theme));
        assert!(text.is_ascii(), "{text}");
        let (width, height) = scene.model.size;
        super::snapshot_text(&format!("{name}_{width}x{height}"), &text);
    }
}

#[test]
fn a_click_or_a_drag_puts_the_time_cursor_on_the_chart_below_the_pointer() {
    let scene = measured((120, 40));
    let screen = scene.model.metrics.as_ref().unwrap();
    let areas = app::metrics_areas(&scene.model, screen);
    let fourth = areas.charts[3];
    let mouse = |kind, column| MouseEvent { kind, column, row: fourth.plot.y, modifiers: KeyModifiers::NONE };
    let pressed = scene.tell(Message::Mouse(mouse(MouseEventKind::Down(MouseButton::Left), fourth.plot.x)));
    let screen = pressed.model.metrics.as_ref().unwrap();
    assert_eq!(
        (screen.chart, screen.cursor()),
        (fourth.chart, Some(screen.dashboard().unwrap().window.start))
    );
    let last = fourth.plot.right() - 1;
    let dragged = pressed.tell(Message::Mouse(mouse(MouseEventKind::Drag(MouseButton::Left), last)));
    assert!(dragged.model.metrics.as_ref().unwrap().is_at_newest());
}
