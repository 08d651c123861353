//! Writes, in every state: the form, the picker, plans, questions, progress, results, imports and the history.

use crossterm::event::KeyCode;

use super::fixtures::{Scene, answer, needs_mfa, throttled};
use super::written::{entry, harmless, plan, with_canary};
use super::{denied, snapshot, snapshot_at};
use crate::app::{Answer, Message, Pasted, Question, Slot};
use crate::domain::{Act, ApiStages, Done, Fault, Problem, ProblemKind, Progress, Step, WriteResult};

fn paste(scene: Scene, text: &str) -> Scene {
    scene.tell(Message::Paste(Pasted(text.to_owned())))
}

/// The form of a deploy to `prod`.
fn form(size: (u16, u16)) -> Scene {
    Scene::full(size).keys("jjjd")
}

/// With a file typed in.
fn filled(size: (u16, u16)) -> Scene {
    paste(form(size), "api/orders.yaml")
}

/// The plan of it, asked for.
fn planning(size: (u16, u16)) -> Scene {
    filled(size).control('s')
}

fn planned(size: (u16, u16)) -> Scene {
    planning(size).answered()
}

/// The plan as another one.
fn planned_as(size: (u16, u16), change: fn(crate::domain::Plan) -> crate::domain::Plan) -> Scene {
    let scene = planning(size);
    let Some(open) = scene.model.questions.find(&Slot::Plan) else { panic!("nobody plans") };
    let Question::Plan(_, intent) = &open.question else { panic!("{open:?}") };
    let plan = change(plan(intent));
    scene.reply(&Slot::Plan, Ok(Answer::Plan(Box::new(plan))))
}

/// A deploy that nothing but a nickname keeps from being done, under way.
fn writing(size: (u16, u16)) -> Scene {
    planned_as(size, harmless).key(KeyCode::Enter).keys("orders-prod").key(KeyCode::Enter)
}

fn stepped(scene: Scene, progress: Progress) -> Scene {
    let id = scene.model.questions.find(&Slot::CarryOut).expect("a write is under way").id;
    scene.tell(Message::Stepped(id, progress))
}

/// Some steps further, waiting.
fn waiting(size: (u16, u16)) -> Scene {
    let mut scene = writing(size);
    for (seconds, step) in
        [(0, Step::Check), (1, Step::Record), (1, Step::Push), (4, Step::ReadBack), (5, Step::Deploy)]
    {
        scene = stepped(scene.at(seconds), Progress::Began(step));
    }
    let why = "CreateDeployment is allowed once in 5 s";
    stepped(scene, Progress::Waits(Step::Deploy, why.into())).at(8)
}

fn ended(size: (u16, u16), done: Done) -> Scene {
    waiting(size).reply(&Slot::CarryOut, Ok(Answer::CarryOut(Box::new(done))))
}

fn failed() -> Done {
    Done {
        result: WriteResult::Failed,
        stage: Some("prod".into()),
        left: Some("The gateway has the pushed schema; prod still runs d8f2k1".into()),
        ..Done::unknown(denied_write())
    }
}

fn denied_write() -> Problem {
    let mut problem = denied();
    problem.what = "Cannot deploy to prod".into();
    problem.denied = Some(crate::domain::Denied {
        action: "apigateway:POST".into(),
        resource: "arn:aws:apigateway:eu-west-1::/apis/a1b2c3d4e5/deployments".into(),
        explicit: false,
    });
    problem
}

#[test]
fn the_form_of_a_deploy() {
    snapshot("deploy_empty", form);
    snapshot("deploy_filled", |size| {
        let scene = filled(size).tabs(2).key(KeyCode::Down).key(KeyCode::Down).tabs(1);
        let scene = paste(
            scene,
            "Discounts\r\nfor everybody in größe and 規格, with a line that is longer than the field is wide, so that it wraps",
        );
        scene.tabs(2).keys(" ")
    });
    snapshot("deploy_stages", |size| filled(size).tabs(2));
    snapshot("deploy_errors", |size| {
        (0..6).fold(form(size).tabs(1), |scene, _| scene.key(KeyCode::Left)).control('s')
    });
}

#[test]
fn a_rest_stage_can_be_made() {
    let rest = |size| {
        let scene = Scene::new(size, super::fixtures::connections(), Some("billing")).answered();
        paste(scene.keys("d"), "api/billing.json").tabs(3)
    };
    snapshot("deploy_rest", rest);
    snapshot("deploy_new_stage", |size| rest(size).keys(" ").key(KeyCode::BackTab).control('s'));
    snapshot("deploy_new_stage_from", |size| {
        rest(size).keys(" ").key(KeyCode::BackTab).keys("green").control('s').key(KeyCode::Down)
    });
}

#[test]
fn revisions_are_found_by_typing() {
    let open = |size| filled(size).tabs(1).key(KeyCode::Enter);
    snapshot("picker_reading", |size| open(size).at(2));
    snapshot("picker_full", |size| open(size).answered());
    snapshot("picker_typed", |size| open(size).answered().keys("v24"));
    snapshot("picker_no_match", |size| open(size).answered().keys("HEAD~3"));
    snapshot("picker_problem", |size| {
        let problem = Problem::new(ProblemKind::Local, "git is not installed", "No such file or directory")
            .advise("Install git, or deploy the file as it lies on disk");
        open(size).reply(&Slot::Revisions, Err(problem))
    });
    let taken = open((80, 24)).answered().keys("v2.4").key(KeyCode::Enter);
    assert!(taken.text().contains("revision         v2.4.0"), "{}", taken.text());
}

#[test]
fn a_release_is_planned_straight_from_the_list() {
    let scene = filled((80, 24)).tabs(1).key(KeyCode::Enter).answered().keys("v2.3").control('s').answered();
    assert!(scene.text().contains("(v2.3.0, commit 3f9c2e1)"), "{}", scene.text());
}

#[test]
fn a_plan_in_every_state() {
    snapshot("plan_reading", |size| planning(size).at(2));
    snapshot("plan_full", planned);
    snapshot("plan_end", |size| planned(size).keys("G"));
    snapshot("plan_problem", |size| planning(size).reply(&Slot::Plan, Err(denied_write())));
    snapshot("plan_unchanged", |size| {
        planned_as(size, |plan| crate::domain::Plan {
            calls: Vec::new(),
            goes_live: Vec::new(),
            push: None,
            go_live: crate::domain::GoLive::No,
            preflight: Vec::new(),
            ..harmless(plan)
        })
    });
    snapshot("plan_errors", |size| {
        planned_as(size, |plan| crate::domain::Plan {
            preflight: vec![Fault {
                is_error: true,
                at: "/paths/~1orders/post/requestBody (line 31)".into(),
                message: "A $ref to another file: API Gateway reads one file alone\nBundle it first, with `redocly bundle`".into(),
            }],
            ..plan
        })
        .key(KeyCode::Enter)
    });
    snapshot("plan_export_only", |size| {
        filled(size)
            .tabs(2)
            .key(KeyCode::PageUp)
            .tabs(2)
            .key(KeyCode::Left)
            .key(KeyCode::Left)
            .key(KeyCode::Left)
            .key(KeyCode::Left)
            .control('s')
            .answered()
    });
}

#[test]
fn the_question_names_the_place_and_each_risk() {
    snapshot("confirm_risks", |size| planned(size).key(KeyCode::Enter).keys(" "));
    snapshot("confirm_lacking", |size| {
        planned(size).key(KeyCode::Enter).keys(" orders-prod").key(KeyCode::Enter)
    });
    snapshot("confirm_wrong", |size| {
        planned_as(size, harmless).key(KeyCode::Enter).keys("yes").key(KeyCode::Enter)
    });
    snapshot("confirm_plain", |size| {
        let scene = Scene::new(size, super::fixtures::connections(), Some("billing")).answered();
        scene.keys("jjjb").answered().key(KeyCode::Enter)
    });
}

#[test]
fn a_write_step_by_step() {
    snapshot("write_waiting", waiting);
    snapshot("write_unwatched", |size| waiting(size).key(KeyCode::Esc));
    snapshot("write_deployed", |size| waiting(size).answered());
    snapshot("write_failed", |size| ended(size, failed()));
    snapshot("write_unknown", |size| {
        let problem =
            Problem::new(ProblemKind::Timeout, "CreateDeployment was not answered", "The connection broke")
                .advise("Look at the stage in a minute");
        ended(size, Done { stage: Some("prod".into()), ..Done::unknown(problem) })
    });
    snapshot("write_refused", |size| {
        let problem = Problem::new(ProblemKind::Conflict, "The gateway changed since the plan was made", "")
            .advise("Plan again and look at what changed");
        stepped(writing(size), Progress::Began(Step::Check)).reply(&Slot::CarryOut, Err(problem))
    });
    snapshot("write_exported", |size| {
        ended(size, Done { result: WriteResult::Exported, problem: None, ..Done::unknown(throttled()) })
    });
}

#[test]
fn how_it_ended_is_told_wherever_the_person_is() {
    snapshot("write_ended_elsewhere", |size| waiting(size).key(KeyCode::Esc).answered());
    let mut scene = waiting((80, 24)).keys("qqq");
    scene.send(Message::Key(crate::input::Key::plain(KeyCode::Down)));
    let scene = scene.answered();
    assert!(scene.text().lines().next().unwrap().ends_with("* deployed, W tells"), "{}", scene.text());
    let seen = scene.keys("W").key(KeyCode::Esc);
    assert!(!seen.text().contains("W tells"), "{}", seen.text());
}

#[test]
fn leaving_in_the_middle_of_a_write_says_what_that_means() {
    snapshot("write_leave", |size| waiting(size).control('c').control('c'));
}

#[test]
fn which_write_is_meant_is_chosen() {
    let canary = |size| {
        let mut scene = Scene::new(size, super::fixtures::connections(), Some("billing"));
        scene.answer_all(|question| match (question, answer(question)?) {
            (_, Answer::Stages(read)) => Ok(Answer::Stages(ApiStages { stages: with_canary(), ..read })),
            (_, other) => Ok(other),
        });
        scene
    };
    snapshot("choose_canary", |size| canary(size).keys("E"));
    snapshot("choose_promote", |size| canary(size).keys("p").key(KeyCode::Enter).answered());
    snapshot("choose_rollback", |size| Scene::full(size).keys("1jb"));
    snapshot("plan_rollback", |size| {
        Scene::full(size).keys("1jjb").answered().key(KeyCode::Enter).answered().keys("s").answered()
    });
}

#[test]
fn a_read_only_connection_says_why_not() {
    let scene = || Scene::new((80, 24), super::fixtures::connections(), Some("legacy")).answered();
    for keys in ["d", "b", "p", "E", "2P"] {
        let text = scene().keys(keys).text();
        assert!(text.contains("legacy is read-only: writes are refused"), "{keys}\n{text}");
    }
}

#[test]
fn an_import_in_every_state() {
    let ask = |size| Scene::full(size).keys("jjji");
    snapshot("import_ask", ask);
    snapshot("import_reading", |size| ask(size).key(KeyCode::Enter).at(2));
    snapshot("import_differs", |size| ask(size).key(KeyCode::Enter).answered());
    snapshot("import_replace", |size| ask(size).key(KeyCode::Enter).answered().key(KeyCode::Enter));
    snapshot("import_saved", |size| {
        ask(size)
            .key(KeyCode::Enter)
            .answered()
            .key(KeyCode::Enter)
            .keys("yes")
            .key(KeyCode::Enter)
            .answered()
    });
    snapshot("import_new", |size| paste(ask(size).control('u'), "new.yaml").key(KeyCode::Enter).answered());
    snapshot("import_problem", |size| {
        ask(size).key(KeyCode::Enter).reply(&Slot::PlanImport, Err(throttled()))
    });
    snapshot("import_not_saved", |size| {
        let scene =
            paste(ask(size).control('u'), "new.yaml").key(KeyCode::Enter).answered().key(KeyCode::Enter);
        let problem = Problem::new(ProblemKind::Local, "Cannot write new.yaml", "Permission denied");
        scene.reply(&Slot::SaveImport, Err(problem))
    });
}

#[test]
fn the_history_in_every_state() {
    snapshot("exports_full", |size| Scene::full(size).keys("2j "));
    snapshot("exports_reading", |size| Scene::opened(size).keys("2").at(2));
    snapshot("exports_empty", |size| {
        let mut scene = Scene::opened(size);
        scene.answer_all(|question| match answer(question)? {
            Answer::History(_) => Ok(Answer::History(Vec::new())),
            other => Ok(other),
        });
        scene.keys("2")
    });
    snapshot("exports_problem", |size| {
        let mut scene = Scene::opened(size);
        scene.answer_all(|question| match question {
            Question::History(_) => Err(throttled()),
            other => answer(other),
        });
        scene.keys("2")
    });
    snapshot("exports_no_match", |size| Scene::full(size).keys("2/zzz"));
    snapshot("exports_entry", |size| Scene::full(size).keys("2jj").key(KeyCode::Enter));
    snapshot("exports_compared", |size| Scene::full(size).keys("2jj jjD").answered());
    snapshot("exports_schema", |size| Scene::full(size).keys("2jjv").answered());
    snapshot("exports_push_back", |size| Scene::full(size).keys("2jjP"));
    snapshot("deployment_joined", |size| Scene::full(size).keys("1jj").key(KeyCode::Enter));
}

#[test]
fn what_was_cut_short_is_looked_up_and_told() {
    snapshot("recovered", |size| {
        let mut scene = Scene::opened(size);
        scene.answer_all(|question| match question {
            Question::History(_) => Ok(Answer::History(vec![entry("7", Act::Deploy, 90, None)])),
            Question::Recover(_) => {
                Ok(Answer::Recover(vec![entry("7", Act::Deploy, 90, Some(WriteResult::Deployed))]))
            }
            other => answer(other),
        });
        scene
    });
}

#[test]
fn a_write_that_wants_a_code_is_not_begun_again_by_it() {
    let scene = waiting((80, 24)).reply(&Slot::CarryOut, Err(needs_mfa()));
    let scene = scene.keys("123456").key(KeyCode::Enter).answered();
    assert!(scene.model.questions.writing().is_none());
    assert!(scene.text().contains("enter plans it again"), "{}", scene.text());
}

#[test]
fn writes_fit_the_smallest_terminal() {
    snapshot_at("small_deploy", &filled((40, 10)));
    snapshot_at("small_plan", &planned((40, 10)));
    snapshot_at("small_confirm", &planned((40, 10)).key(KeyCode::Enter));
    snapshot_at("small_write", &waiting((40, 10)));
    snapshot_at("small_exports", &Scene::full((40, 10)).keys("2"));
}
