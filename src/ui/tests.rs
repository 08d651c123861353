//! Every screen in every state, at the two sizes that matter most.

mod fixtures;
mod form;
mod metrics;
mod properties;
mod styles;
mod writes;
mod written;

use crossterm::event::KeyCode;

use super::Theme;
use crate::app::{Answer, Message, Slot};
use crate::domain::{ApiStages, Deployment, Problem, ProblemKind, TimeRange};
use crate::input::Key;
use fixtures::{SIZES, Scene, answer, crowded, deployments_slot, draw, lines, stages_slot, throttled};

/// Compares what a scene shows at each size with its snapshot.
fn snapshot(name: &str, scene: impl Fn((u16, u16)) -> Scene) {
    for (width, height) in SIZES {
        snapshot_at(name, &scene((width, height)));
    }
}

fn snapshot_at(name: &str, scene: &Scene) {
    let (width, height) = scene.model.size;
    snapshot_text(&format!("{name}_{width}x{height}"), &scene.text());
}

fn snapshot_text(name: &str, text: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name.to_owned(), text);
    });
}

fn denied() -> Problem {
    let mut problem = Problem::new(
        ProblemKind::Permission,
        "Cannot read the metrics",
        "User: arn:aws:iam::123456789012:user/ana is not authorized to perform: cloudwatch:GetMetricData\nbecause no identity-based policy allows it",
    )
    .advise("Add the permission to the role or user");
    problem.denied = Some(crate::domain::Denied {
        action: "cloudwatch:GetMetricData".into(),
        resource: "*".into(),
        explicit: false,
    });
    problem
}

#[test]
fn connections_of_every_health() {
    snapshot("connections_full", |size| Scene::checked(size).keys("j"));
}

#[test]
fn without_connections_the_screen_says_how_to_make_one() {
    snapshot("connections_empty", |size| Scene::new(size, Vec::new(), None));
}

#[test]
fn connections_while_they_are_checked() {
    snapshot("connections_reading", |size| Scene::connections(size).at(3));
}

#[test]
fn stale_health_stays_beside_its_problem() {
    snapshot("connections_stale", |size| {
        let mut scene = Scene::checked(size).at(300);
        scene.send(Message::Key(Key::char('h')));
        scene.answer_all(|_| Err(throttled()));
        scene
    });
}

#[test]
fn connections_that_could_not_be_asked() {
    snapshot("connections_problem", |size| {
        let mut scene = Scene::connections(size);
        scene.answer_all(|_| Err(throttled()));
        scene
    });
}

#[test]
fn a_filter_over_the_connections() {
    snapshot("connections_filtered", |size| Scene::checked(size).keys("/rest"));
    snapshot("connections_no_match", |size| Scene::checked(size).keys("/nowhere").key(KeyCode::Enter));
}

#[test]
fn deployments_before_anything_is_known() {
    snapshot("deployments_reading", |size| Scene::opened(size).progress(&deployments_slot(), 1200).at(3));
}

#[test]
fn stages_are_shown_before_their_figures() {
    snapshot("deployments_measuring", |size| {
        let scene = Scene::opened(size);
        let stages = answer(&scene.model.questions.find(&stages_slot()).unwrap().question);
        scene.reply(&stages_slot(), stages)
    });
}

#[test]
fn deployments_with_everything_known() {
    snapshot("deployments_full", |size| Scene::full(size).keys("j"));
}

#[test]
fn an_expanded_stage_tells_the_rest() {
    snapshot("deployments_expanded", |size| {
        let mut scene = Scene::full(size).keys("jjj").key(KeyCode::Enter);
        scene.answer_all(answer);
        scene
    });
    snapshot("deployments_expanded_canary_and_failure", |size| {
        let mut scene = Scene::full(size).key(KeyCode::Enter).keys("j").key(KeyCode::Enter);
        scene.answer_all(answer);
        scene
    });
    snapshot("deployments_expanded_long_text", |size| {
        let mut scene = Scene::full(size).keys("G").key(KeyCode::Enter);
        scene.answer_all(answer);
        scene
    });
}

#[test]
fn deployments_with_a_problem_and_nothing_else() {
    snapshot("deployments_problem", |size| {
        let mut scene = Scene::opened(size);
        scene.answer_all(|_| Err(throttled()));
        scene
    });
}

#[test]
fn a_problem_stays_to_be_read_while_it_is_asked_again() {
    let mut scene = Scene::opened((80, 24));
    scene.answer_all(|_| Err(throttled()));
    let below_header = |text: String| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    let before = below_header(scene.text());
    let scene = scene.keys("r").at(2);
    assert!(scene.text().contains("reading 2s, ctrl-c cancels"));
    assert_eq!(below_header(scene.text()), before);
}

#[test]
fn figures_that_may_not_be_read() {
    snapshot("deployments_denied", |size| {
        let mut scene = Scene::opened(size);
        scene.answer_all(|question| match question.slot() {
            Slot::Metrics(..) => Err(denied()),
            _ => answer(question),
        });
        scene
    });
}

#[test]
fn stale_deployments_stay_beside_their_problem() {
    snapshot("deployments_stale", |size| {
        let mut scene = Scene::full(size).at(300);
        scene.answer_all(answer);
        let mut scene = scene.at(900).keys("r");
        scene.answer_all(|_| Err(throttled()));
        scene.at(960)
    });
}

#[test]
fn an_api_without_stages_or_deployments() {
    snapshot("deployments_empty", |size| {
        let mut scene = Scene::opened(size);
        scene.answer_all(|question| match answer(question)? {
            Answer::Stages(read) => Ok(Answer::Stages(ApiStages { stages: Vec::new(), ..read })),
            Answer::Deployments(_) => Ok(Answer::Deployments(Vec::new())),
            other => Ok(other),
        });
        scene
    });
}

#[test]
fn notes_above_the_stages() {
    snapshot("deployments_notes", |size| {
        let mut scene = Scene::opened(size);
        scene.answer_all(|question| match answer(question)? {
            Answer::Stages(mut read) => {
                read.api.blended_with = vec!["m5n6b7v8c9".into()];
                read.api.default_endpoint_disabled = true;
                Ok(Answer::Stages(read))
            }
            other => Ok(other),
        });
        scene
    });
}

#[test]
fn filters_over_stages_and_history() {
    snapshot("deployments_filter_stages", |size| Scene::full(size).keys("/sta"));
    snapshot("deployments_no_match", |size| {
        Scene::full(size).keys("/zzz").key(KeyCode::Enter).keys("1/nothing")
    });
    snapshot("deployments_filter_history", |size| {
        Scene::full(size).keys("1/v2.2.1").key(KeyCode::Enter).keys("j")
    });
}

#[test]
fn the_history_without_any_trouble_has_no_status() {
    snapshot("history_focused", |size| {
        let mut scene = Scene::opened(size);
        scene.answer_all(|question| match answer(question)? {
            Answer::Deployments(read) => {
                let fine = |deployment: &Deployment| deployment.status_message.is_none();
                Ok(Answer::Deployments(read.into_iter().filter(fine).collect()))
            }
            other => Ok(other),
        });
        scene.keys("1jj")
    });
}

#[test]
fn the_api_as_a_whole() {
    snapshot("api_tab", |size| {
        let mut scene = Scene::full(size).keys("3");
        scene.answer_all(answer);
        scene
    });
}

#[test]
fn what_guards_a_connection_is_told_in_words() {
    let list = Scene::checked((80, 24)).text();
    assert!(list.contains("orders-prod (protected)") && list.contains("legacy (read-only)"), "{list}");
    let narrow = Scene::checked((60, 16)).text();
    assert!(narrow.contains("orders-prod  !"), "the words go whole\n{narrow}");
    assert!(Scene::full((40, 24)).keys("3G").text().contains("guard       protected"));
}

#[test]
fn the_api_as_a_whole_scrolls_to_its_end_and_no_further() {
    let mut scene = Scene::full((60, 12)).keys("3");
    scene.answer_all(answer);
    let top = scene.text();
    let scene = scene.keys("G");
    let end = scene.text();
    assert!(top.contains("name        orders") && !top.contains("→ prod"), "{top}");
    assert!(end.contains("→ prod"), "{end}");
    assert_eq!(scene.keys("j").text(), end);
}

#[test]
fn a_click_on_a_tab_shows_it() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let scene = Scene::full((80, 24));
    let labels = crate::app::tab_labels(&scene.model);
    let api = labels.last().unwrap();
    let click = MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: api.area.x,
        row: api.area.y,
        modifiers: KeyModifiers::NONE,
    };
    let text = scene.tell(Message::Mouse(click)).text();
    assert!(text.contains("[3 API]") && text.contains("THE WHOLE API"), "{text}");
}

#[test]
fn more_stages_than_there_is_room_for() {
    snapshot("deployments_crowded", |size| crowded(size).keys("jjjjjjjjjjjjjjjjjjjjjjjjjjj"));
}

#[test]
fn panels_over_the_screen() {
    snapshot("help", |size| Scene::full(size).keys("?"));
    snapshot("help_scrolled", |size| Scene::full(size).keys("?G"));
    snapshot("console", |size| Scene::full(size).keys("o"));
    snapshot("deployment", |size| Scene::full(size).keys("1").key(KeyCode::Enter));
    snapshot("problem", |size| {
        let mut scene = Scene::opened(size);
        scene.answer_all(|question| match question.slot() {
            Slot::Metrics(_, TimeRange::H1) => Err(denied()),
            _ => answer(question),
        });
        scene.keys("!")
    });
}

#[test]
fn the_palette() {
    snapshot("palette", |size| Scene::full(size).keys(":"));
    snapshot("palette_typed", |size| Scene::full(size).keys(":copy"));
    snapshot("palette_no_match", |size| Scene::full(size).keys(":zzz"));
}

#[test]
fn a_notice_takes_the_footer() {
    snapshot("notice", |size| Scene::full(size).keys("jjjY"));
}

#[test]
fn the_header_tells_that_nobody_looks() {
    snapshot("unfocused", |size| Scene::full(size).tell(Message::Focused(false)));
}

#[test]
fn the_header_tells_how_to_cancel_even_where_other_parts_must_go() {
    let header = |width| {
        let text = Scene::full((width, 24)).keys("r").at(3).text();
        text.lines().next().unwrap_or_default().trim().to_owned()
    };
    let told = "apigw > orders-prod > Deployments";
    assert!(header(120).starts_with(told), "{}", header(120));
    assert!(header(120).ends_with("123456789012 · eu-west-1 · role deployer   reading 3s, ctrl-c cancels"));
    assert!(header(80).ends_with(" 123456789012   reading 3s, ctrl-c cancels"), "{}", header(80));
    assert_eq!(header(60), "orders-prod > Deployments       reading 3s, ctrl-c cancels");
}

#[test]
fn small_terminals_show_what_fits_and_smaller_ones_say_so() {
    let expanded = |size| Scene::full(size).keys("jjj").key(KeyCode::Enter);
    snapshot_at("small", &Scene::full((40, 10)));
    snapshot_at("small_expanded", &expanded((40, 10)));
    snapshot_at("small_connections", &Scene::checked((40, 10)));
    snapshot_at("small_panel", &Scene::full((40, 10)).keys("?"));
    snapshot_at("small_api", &Scene::full((40, 10)).keys("3jj"));
    snapshot_at("middling", &Scene::full((60, 16)));
    snapshot_at("middling_connections", &Scene::checked((60, 16)));
    assert_eq!(Scene::full((30, 8)).text().trim_end(), "apigw needs 40x10, this is 30…");
    assert_eq!(Scene::full((60, 9)).text().trim_end(), "apigw needs 40x10, this is 60x9");
}

#[test]
fn an_ascii_theme_draws_ascii_alone() {
    let mut theme = Theme::colours();
    theme.ascii = true;
    for size in SIZES {
        let form = Scene::checked(size).keys("jjeé").answered().tabs(4);
        let plan = Scene::full(size).keys("jjjd/x").control('s').answered();
        let exports = Scene::full(size).keys("2");
        for scene in [form, plan, exports, Scene::checked(size), Scene::full(size).keys("?")] {
            let text = lines(&scene.buffer(&theme));
            assert!(text.is_ascii(), "{text}");
        }
    }
    let scene = Scene::full((80, 24));
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("ascii_80x24", lines(&scene.buffer(&theme)));
    });
}

#[test]
fn a_terminal_that_shrank_meanwhile_is_drawn_on_as_far_as_it_goes() {
    let scene = Scene::full((120, 40)).keys("?");
    for size in [(60, 12), (1, 1), (120, 3)] {
        let shrunk = draw(&scene.model, &Theme::colours(), size);
        assert_eq!((shrunk.area.width, shrunk.area.height), size);
    }
}

#[test]
fn the_figures_of_a_part_are_not_told_as_the_whole() {
    use crate::domain::Completeness;
    let mut scene = Scene::opened((80, 24));
    scene.answer_all(|question| match answer(question)? {
        Answer::Metrics(mut metrics) => {
            for (index, metrics) in metrics.iter_mut().enumerate() {
                let kinds = [Completeness::Partial, Completeness::Forbidden, Completeness::Failed];
                metrics.completeness = kinds[index % 3];
            }
            Ok(Answer::Metrics(metrics))
        }
        other => Ok(other),
    });
    let text = scene.text();
    for said in ["only a part", "not allowed", "not read", "? unknown"] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    assert!(!text.contains('█'), "{text}");
}
