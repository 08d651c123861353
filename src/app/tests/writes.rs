//! Writes: planned before they are asked for, asked for before they are done, and never given up.

use super::*;
use crate::domain::{
    Act, Canary, Consent, Done, GatewayChange, GoLive, HistoryEntry, Import, ImportRequest, Intent, Kept,
    MfaPrompt, Plan, PlannedCall, Progress, PushOptions, SchemaChoice, Secret, Severity, Step, Target,
    WriteResult,
};

fn target(stage: Option<&str>) -> Target {
    Target {
        account: "123456789012".into(),
        region: "eu-west-1".into(),
        api_type: ApiType::Http,
        api_id: "id-orders".into(),
        api_name: "Orders".into(),
        stage: stage.map(str::to_owned),
    }
}

/// A plan that deletes a route, exposes another one and breaks a third.
fn plan(intent: &Intent) -> Plan {
    let stage = match intent {
        Intent::RollBack { stage, .. } | Intent::EndCanary { stage, .. } => Some(stage.as_str()),
        Intent::Deploy { stage, .. } | Intent::PushBack { stage, .. } => stage.as_deref(),
        Intent::Promote { to, .. } => Some(to.as_str()),
    };
    let change = |severity| GatewayChange {
        change: crate::domain::ChangeKind::Changed,
        route: Some("GET /".into()),
        what: "route".into(),
        before: None,
        after: None,
        severity,
    };
    Plan {
        intent: intent.clone(),
        target: target(stage),
        live: None,
        to: None,
        source: None,
        push: None,
        go_live: GoLive::Deploy,
        description: None,
        gateway: vec![change(Severity::Exposure), change(Severity::Breaking)],
        goes_live_changes: Vec::new(),
        contract: Vec::new(),
        contract_basis: String::new(),
        restored: Vec::new(),
        deleted_routes: vec!["GET /old".into()],
        preflight: Vec::new(),
        goes_live: Vec::new(),
        calls: vec![PlannedCall {
            operation: "UpdateStage",
            action: "apigateway:PATCH",
            resource: "*".into(),
        }],
        notes: Vec::new(),
        fingerprint: "f".into(),
    }
}

fn harmless(intent: &Intent) -> Plan {
    Plan { gateway: Vec::new(), deleted_routes: Vec::new(), ..plan(intent) }
}

fn roll_back(stage: &str, to: Option<&str>) -> Intent {
    Intent::RollBack { stage: stage.into(), to: to.map(str::to_owned), with_schema: false }
}

/// The one question among effects that is not about reading the screen.
fn only(effects: &[Effect]) -> Question {
    let [(_, question)] = &asked(effects)[..] else { panic!("{effects:?}") };
    question.clone()
}

fn planned(model: &mut Model, plan: Plan) {
    reply(model, &Slot::Plan, Ok(Answer::Plan(Box::new(plan))));
}

/// A roll back of `prod`, planned and agreed to.
fn writing() -> Model {
    let mut model = full();
    press(&mut model, "b");
    planned(&mut model, harmless(&roll_back("prod", None)));
    press_key(&mut model, KeyCode::Enter);
    press(&mut model, "yes");
    press_key(&mut model, KeyCode::Enter);
    assert!(model.questions.find(&Slot::CarryOut).is_some());
    model
}

fn done(result: WriteResult) -> Done {
    Done {
        result,
        deployment_id: Some("d0".into()),
        stage: Some("prod".into()),
        problem: None,
        way_back: Some("d1".into()),
        ..Done::unknown(Problem::new(ProblemKind::Bug, "", ""))
    }
}

fn end(model: &mut Model, result: WriteResult) -> Vec<Effect> {
    reply(model, &Slot::CarryOut, Ok(Answer::CarryOut(Box::new(done(result)))))
}

fn settled(model: &mut Model) {
    let open: Vec<_> = model.questions.reads().map(|open| open.id).collect();
    for id in open {
        let problem = Problem::new(ProblemKind::Network, "later", "");
        update(model, Message::Replied(id, Err(problem)));
    }
}

fn control_c(model: &mut Model) -> Vec<Effect> {
    update(model, Message::Key(Key::control('c')))
}

#[test]
fn rolling_back_is_planned_with_one_key_on_a_stage_and_two_on_a_deployment() {
    let mut model = full();
    assert_eq!(
        only(&press(&mut model, "b")),
        Question::Plan("orders".into(), Box::new(roll_back("prod", None)))
    );
    let mut model = full();
    press(&mut model, "1jj");
    assert_eq!(press(&mut model, "b"), [], "which stage?");
    press_key(&mut model, KeyCode::Down);
    let effects = press_key(&mut model, KeyCode::Enter);
    assert_eq!(only(&effects), Question::Plan("orders".into(), Box::new(roll_back("staging", Some("d0")))));
    let mut model = full();
    press(&mut model, "1");
    let effects = press(&mut model, "b");
    assert_eq!(
        only(&effects),
        Question::Plan("orders".into(), Box::new(roll_back("prod", Some("d2")))),
        "one is left"
    );
}

#[test]
fn the_schema_of_a_deployment_can_come_along() {
    let known = |to: &str| Plan { to: Some(deployment(to)), ..harmless(&roll_back("prod", None)) };
    let (mut model, _) = remembered(vec![entry("1", Act::Deploy, true)]);
    settled(&mut model);
    press(&mut model, "b");
    planned(&mut model, known("other"));
    assert_eq!(press(&mut model, "s"), [], "the history has no schema of that one");
    press(&mut model, "r");
    planned(&mut model, known("d0"));
    let with = Intent::RollBack { stage: "prod".into(), to: None, with_schema: true };
    assert_eq!(only(&press(&mut model, "s")), Question::Plan("orders".into(), Box::new(with)));
}

#[test]
fn promoting_asks_where_to_and_leaves_out_stages_that_have_it() {
    let mut model = full();
    let intent = Intent::Promote { from: "prod".into(), to: "staging".into() };
    assert_eq!(only(&press(&mut model, "p")), Question::Plan("orders".into(), Box::new(intent)));
    let mut model = full();
    press(&mut model, "1");
    assert_eq!(press(&mut model, "p"), []);
    assert!(model.notice.as_ref().is_some_and(|notice| notice.contains("stage")), "{:?}", model.notice);
}

#[test]
fn a_canary_ends_one_way_or_the_other() {
    let mut model = full();
    assert_eq!(press(&mut model, "E"), []);
    assert!(model.notice.as_ref().is_some_and(|notice| notice.contains("No canary")));
    press(&mut model, "r");
    let canary = Canary { deployment_id: Some("d2".into()), percent: 10.0, ..Canary::default() };
    let stages = vec![Stage { canary: Some(canary), ..stage("prod", "d1") }];
    reply(&mut model, &stages_slot(), Ok(stages_read(stages)));
    press(&mut model, "E");
    press_key(&mut model, KeyCode::Down);
    let effects = press_key(&mut model, KeyCode::Enter);
    let intent = Intent::EndCanary { stage: "prod".into(), promote: false };
    assert_eq!(only(&effects), Question::Plan("orders".into(), Box::new(intent)));
}

#[test]
fn the_form_asks_for_what_is_typed_into_it() {
    let mut model = full();
    press(&mut model, "d");
    assert_eq!(press(&mut model, "api.yaml"), []);
    press_key(&mut model, KeyCode::Tab);
    let effects = press_key(&mut model, KeyCode::Enter);
    assert_eq!(only(&effects), Question::Revisions("api.yaml".into()));
    press(&mut model, "v2.3");
    press_key(&mut model, KeyCode::Enter);
    for _ in 0..2 {
        press_key(&mut model, KeyCode::Tab);
    }
    update(&mut model, Message::Paste(Pasted("one\r\ntwo\u{1b}".into())));
    press_key(&mut model, KeyCode::Enter);
    press(&mut model, "three");
    press_key(&mut model, KeyCode::Tab);
    press(&mut model, " ");
    let effects = update(&mut model, Message::Key(Key::control('s')));
    let intent = Intent::Deploy {
        schema: Some(SchemaChoice { file: "api.yaml".into(), revision: Some("v2.3".into()) }),
        stage: Some("prod".into()),
        description: Some("one\ntwo \nthree".into()),
        extensions_from: None,
        options: PushOptions { rename: true, ..PushOptions::default() },
    };
    let asked = asked(&effects);
    assert_eq!(
        asked.last().map(|(_, question)| question),
        Some(&Question::Plan("orders".into(), Box::new(intent)))
    );
    press_key(&mut model, KeyCode::Esc);
    let Some(Task::Deploy(form)) = &model.task else { panic!("{:?}", model.task) };
    assert_eq!(form.text(DeployField::File), "api.yaml", "the form is as it was left");
    press_key(&mut model, KeyCode::Esc);
    assert!(model.task.is_some(), "what was typed is lost only when asked twice");
    press_key(&mut model, KeyCode::Esc);
    assert!(model.task.is_none());
}

#[test]
fn a_plain_yes_does_it_and_nothing_else() {
    let confirm = |typed: &str| {
        let mut model = full();
        press(&mut model, "b");
        planned(&mut model, harmless(&roll_back("prod", None)));
        press_key(&mut model, KeyCode::Enter);
        press(&mut model, typed);
        (press_key(&mut model, KeyCode::Enter), model)
    };
    for typed in ["", "n", "yess", "prod", "orders"] {
        let (effects, model) = confirm(typed);
        assert_eq!(effects, [], "{typed}");
        assert!(model.write.is_none(), "{typed}");
    }
    for typed in ["y", "yes", " YES "] {
        let (effects, _) = confirm(typed);
        let consent = Consent { yes: true, ..Consent::default() };
        let plan = Box::new(harmless(&roll_back("prod", None)));
        assert_eq!(
            only(&effects),
            Question::CarryOut { nickname: "orders".into(), plan, consent },
            "{typed}"
        );
    }
}

#[test]
fn each_risk_is_agreed_to_by_itself_and_a_protected_connection_by_its_name() {
    let mut connections = start().connections;
    connections[0].protected = true;
    let (mut model, _) = Model::new(Start { connections, open: Some("orders".into()), ..start() });
    reply(&mut model, &stages_slot(), Ok(stages_read(vec![stage("prod", "d1")])));
    press(&mut model, "b");
    planned(&mut model, plan(&roll_back("prod", None)));
    press_key(&mut model, KeyCode::Enter);
    press(&mut model, "orders");
    assert_eq!(press_key(&mut model, KeyCode::Enter), [], "no risk is agreed to");
    for _ in 0..3 {
        press_key(&mut model, KeyCode::Up);
        press(&mut model, " ");
    }
    let effects = press_key(&mut model, KeyCode::Enter);
    let Question::CarryOut { consent, .. } = only(&effects) else { panic!("{effects:?}") };
    assert_eq!((consent.yes, consent.nickname.as_deref(), consent.risks.len()), (true, Some("orders"), 3));
}

#[test]
fn a_yes_is_no_nickname() {
    let mut connections = start().connections;
    connections[0].protected = true;
    let (mut model, _) = Model::new(Start { connections, open: Some("orders".into()), ..start() });
    reply(&mut model, &stages_slot(), Ok(stages_read(vec![stage("prod", "d1")])));
    press(&mut model, "b");
    planned(&mut model, harmless(&roll_back("prod", None)));
    press_key(&mut model, KeyCode::Enter);
    press(&mut model, "yes");
    assert_eq!(press_key(&mut model, KeyCode::Enter), []);
    press_key(&mut model, KeyCode::Esc);
    assert_eq!(model.notice.as_deref(), Some("Nothing was written"));
}

#[test]
fn what_would_change_nothing_or_fail_is_not_even_asked_about() {
    let mut model = full();
    press(&mut model, "b");
    planned(&mut model, Plan { calls: Vec::new(), ..harmless(&roll_back("prod", None)) });
    press_key(&mut model, KeyCode::Enter);
    assert!(model.overlay.is_none());
    let fault = crate::domain::Fault { is_error: true, at: "/paths".into(), message: "no".into() };
    press(&mut model, "r");
    planned(&mut model, Plan { preflight: vec![fault], ..harmless(&roll_back("prod", None)) });
    press_key(&mut model, KeyCode::Enter);
    assert!(model.overlay.is_none());
}

#[test]
fn a_write_goes_on_whatever_is_on_the_screen_and_its_end_is_told_there() {
    let mut model = writing();
    press_key(&mut model, KeyCode::Esc);
    assert!(model.task.is_none());
    assert!(!press(&mut model, "q").iter().any(|effect| matches!(effect, Effect::Abandon(QuestionId(6)))));
    assert!(model.deployments.is_none());
    assert!(model.questions.find(&Slot::CarryOut).is_some(), "leaving the screen ends no write");
    end(&mut model, WriteResult::Deployed);
    assert_eq!(model.notice.as_deref(), Some("Deployed: d0 is live on prod; W tells more"));
    assert!(badge(&model).is_some());
    press(&mut model, "W");
    assert_eq!((model.task.clone(), badge(&model)), (Some(Task::Write), None));
}

#[test]
fn while_it_is_written_every_key_to_a_write_shows_it() {
    for key in ["d", "b", "p", "W"] {
        let mut model = writing();
        press_key(&mut model, KeyCode::Esc);
        assert_eq!(press(&mut model, key), [], "{key}");
        assert_eq!(model.task, Some(Task::Write), "{key}");
    }
}

#[test]
fn what_it_changed_is_read_again() {
    let mut model = writing();
    let effects = end(&mut model, WriteResult::Deployed);
    let slots: Vec<Slot> = asked(&effects).iter().map(|(_, question)| question.slot()).collect();
    let nickname = || "orders".to_owned();
    assert_eq!(slots, [Slot::Stages(nickname()), Slot::Deployments(nickname()), Slot::History(nickname())]);
}

#[test]
fn steps_come_with_their_times_and_only_from_the_write_under_way() {
    let mut model = writing();
    let id = id_of(&model, &Slot::CarryOut);
    update(&mut model, Message::Stepped(id, Progress::Began(Step::Check)));
    update(&mut model, Message::Clock(later(3)));
    update(&mut model, Message::Stepped(id, Progress::Waits(Step::Deploy, "a quota".into())));
    update(&mut model, Message::Stepped(QuestionId(0), Progress::Began(Step::Confirm)));
    let write = model.write.as_ref().unwrap();
    assert_eq!(write.steps, [(Step::Check, now()), (Step::Deploy, later(3))]);
    assert_eq!(write.waits.as_deref(), Some("a quota"));
}

#[test]
fn the_way_back_and_another_try_are_one_key_away() {
    let mut model = writing();
    end(&mut model, WriteResult::Deployed);
    settled(&mut model);
    assert_eq!(
        only(&press(&mut model, "b")),
        Question::Plan("orders".into(), Box::new(roll_back("prod", Some("d1"))))
    );
    let mut model = writing();
    reply(&mut model, &Slot::CarryOut, Err(Problem::new(ProblemKind::Conflict, "It changed", "")));
    settled(&mut model);
    let effects = press_key(&mut model, KeyCode::Enter);
    assert_eq!(
        only(&effects),
        Question::Plan("orders".into(), Box::new(roll_back("prod", None))),
        "planned, not done"
    );
}

#[test]
fn leaving_apigw_in_the_middle_of_a_write_says_what_that_means_first() {
    let mut model = writing();
    press(&mut model, "qq");
    assert_eq!(press(&mut model, "q"), []);
    assert!(matches!(model.overlay, Some(Overlay::Dialog(Dialog::Leave(_)))));
    press_key(&mut model, KeyCode::Enter);
    assert!(model.overlay.is_none(), "enter waits");
    settled(&mut model);
    assert_eq!(control_c(&mut model), []);
    assert_eq!(control_c(&mut model), []);
    assert!(matches!(model.overlay, Some(Overlay::Dialog(Dialog::Leave(_)))));
    assert_eq!(control_c(&mut model), [Effect::Quit], "said, and wanted all the same");
}

#[test]
fn when_the_write_ends_nobody_is_asked_about_leaving_any_more() {
    let mut model = writing();
    control_c(&mut model);
    control_c(&mut model);
    end(&mut model, WriteResult::Deployed);
    assert!(model.overlay.is_none());
    settled(&mut model);
    assert_eq!(control_c(&mut model), [Effect::Quit], "the second one, and nothing is under way");
}

#[test]
fn cancelling_reads_leaves_the_write_alone() {
    let mut model = writing();
    let write = id_of(&model, &Slot::CarryOut);
    press_key(&mut model, KeyCode::Esc);
    press(&mut model, "r");
    let effects = control_c(&mut model);
    assert!(effects.len() > 3 && !effects.contains(&Effect::Abandon(write)), "{effects:?}");
    assert!(model.questions.find(&Slot::CarryOut).is_some());
}

#[test]
fn a_code_begins_no_write_again() {
    let mut model = writing();
    let prompt = MfaPrompt { role: "role".into(), serial: "serial".into() };
    let problem = Problem { mfa: Some(prompt), ..Problem::new(ProblemKind::NeedsMfa, "A code", "") };
    reply(&mut model, &Slot::CarryOut, Err(problem));
    settled(&mut model);
    press(&mut model, "123456");
    let effects = press_key(&mut model, KeyCode::Enter);
    let Question::SignIn(_, code) = only(&effects) else { panic!("{effects:?}") };
    assert_eq!(code, Secret::new("123456".into()));
    assert_eq!(reply(&mut model, &Slot::SignIn, Ok(Answer::SignIn)), []);
}

#[test]
fn nothing_is_written_to_a_read_only_connection_or_with_a_strangers_credentials() {
    let refused = |change: fn(&mut Connection)| {
        let mut connections = start().connections;
        change(&mut connections[0]);
        let (mut model, _) = Model::new(Start { connections, open: Some("orders".into()), ..start() });
        reply(&mut model, &stages_slot(), Ok(stages_read(vec![stage("prod", "d1")])));
        let identity = crate::domain::Identity {
            account: "123456789012".into(),
            arn: "arn".into(),
            user_id: "u".into(),
        };
        reply(&mut model, &Slot::Identity("orders".into()), Ok(Answer::Identity(identity)));
        let told = ["d", "b", "p", "E", "P"].map(|key| {
            assert_eq!(press(&mut model, key), [], "{key}");
            assert!(model.task.is_none() && model.overlay.is_none(), "{key}");
            model.notice.clone().unwrap_or_default()
        });
        press(&mut model, "i");
        assert!(model.overlay.is_some(), "an import writes a file of the person's own");
        told
    };
    let told = refused(|connection| connection.read_only = true);
    assert!(told.iter().all(|told| told.contains("read-only")), "{told:?}");
    let told = refused(|connection| connection.account = Some("999999999999".into()));
    assert!(told.iter().all(|told| told.contains("999999999999")), "{told:?}");
}

fn entry(id: &str, act: Act, ended: bool) -> HistoryEntry {
    HistoryEntry {
        id: id.into(),
        at: now(),
        deployment_id: Some("d0".into()),
        pushed: Some("hash".into()),
        replaced: Some("hash".into()),
        ended: ended.then(|| crate::domain::Ended {
            at: now(),
            result: WriteResult::Deployed,
            note: String::new(),
        }),
        ..HistoryEntry::new(act, "orders", "arn", target(Some("prod")))
    }
}

fn remembered(entries: Vec<HistoryEntry>) -> (Model, Vec<Effect>) {
    let mut model = full();
    press(&mut model, "r");
    let effects = reply(&mut model, &Slot::History("orders".into()), Ok(Answer::History(entries)));
    (model, effects)
}

#[test]
fn what_was_cut_short_is_looked_up_once() {
    let (_, effects) = remembered(vec![entry("1", Act::Deploy, true)]);
    assert_eq!(effects, []);
    let (mut model, effects) = remembered(vec![entry("1", Act::Deploy, false)]);
    assert_eq!(only(&effects), Question::Recover("orders".into()));
    let slot = Slot::Recover("orders".into());
    let effects = reply(&mut model, &slot, Ok(Answer::Recover(vec![entry("1", Act::Deploy, true)])));
    assert_eq!(only(&effects), Question::History("orders".into()), "the list shows how it ended");
    let told = reply(
        &mut model,
        &Slot::History("orders".into()),
        Ok(Answer::History(vec![entry("1", Act::Deploy, false)])),
    );
    assert_eq!(told, [], "and is not looked up for ever");
}

#[test]
fn the_write_under_way_is_not_looked_up_as_if_it_were_dead() {
    let mut model = writing();
    press_key(&mut model, KeyCode::Esc);
    press(&mut model, "r");
    let history = Ok(Answer::History(vec![entry("1", Act::RollBack, false)]));
    assert_eq!(reply(&mut model, &Slot::History("orders".into()), history), []);
}

#[test]
fn two_entries_are_compared_the_older_one_first() {
    let entries = vec![entry("2", Act::Deploy, true), entry("1", Act::Deploy, true)];
    let (mut model, _) = remembered(entries);
    assert_eq!(press(&mut model, "2D"), [], "none is marked");
    press(&mut model, " ");
    assert_eq!(press(&mut model, "D"), [], "with itself");
    let effects = press(&mut model, "jD");
    assert_eq!(only(&effects), Question::CompareEntries("1".into(), "2".into()));
    let id = id_of(&model, &Slot::Schemas);
    assert_eq!(press_key(&mut model, KeyCode::Esc), [Effect::Abandon(id)]);
    assert_eq!(only(&press(&mut model, "v")), Question::KeptSchema("1".into(), Kept::Pushed));
}

#[test]
fn a_kept_schema_is_pushed_back_with_its_stage_or_without() {
    let (mut model, _) = remembered(vec![entry("1", Act::Deploy, true)]);
    press(&mut model, "2P");
    for _ in 0..3 {
        press_key(&mut model, KeyCode::Down);
    }
    let effects = press_key(&mut model, KeyCode::Enter);
    let intent = Intent::PushBack { entry: "1".into(), which: Kept::Replaced, stage: None };
    assert_eq!(only(&effects), Question::Plan("orders".into(), Box::new(intent)));
}

fn import(before: Option<&str>, diff: &str) -> Import {
    let request =
        ImportRequest { stage: Some("prod".into()), file: Some("orders.yaml".into()), format: None };
    let before = before.map(Into::into);
    Import {
        request,
        target: target(Some("prod")),
        text: "openapi: 3.0.1\n".into(),
        before,
        diff: diff.into(),
    }
}

/// An import of `prod`, read.
fn importing(import: &Import) -> Model {
    let mut model = full();
    press(&mut model, "i");
    let effects = press_key(&mut model, KeyCode::Enter);
    assert_eq!(only(&effects), Question::PlanImport("orders".into(), import.request.clone()));
    reply(&mut model, &Slot::PlanImport, Ok(Answer::PlanImport(Box::new(import.clone()))));
    model
}

#[test]
fn what_was_just_connected_can_be_imported_at_once() {
    let connections = vec![Connection { api_type: ApiType::Rest, ..start().connections.remove(0) }];
    let (mut model, _) = Model::new(Start { connections: connections.clone(), ..start() });
    dialog::show(&mut model, Dialog::Connected(dialog::Connected::new(&connections, None)));
    press_key(&mut model, KeyCode::Down);
    let effects = press_key(&mut model, KeyCode::Enter);
    assert!(asked(&effects).iter().any(|(_, question)| *question == Question::Stages("orders".into())));
    assert_eq!(
        press_key(&mut model, KeyCode::Enter),
        [],
        "a REST API is exported by its stages, not read yet"
    );
    reply(&mut model, &stages_slot(), Ok(stages_read(vec![stage("prod", "d1")])));
    let effects = press_key(&mut model, KeyCode::Enter);
    let request =
        ImportRequest { stage: Some("prod".into()), file: Some("orders.yaml".into()), format: None };
    assert_eq!(only(&effects), Question::PlanImport("orders".into(), request));
}

#[test]
fn a_problem_of_a_plan_is_shown_whole_with_the_statement_to_copy() {
    let mut model = full();
    press(&mut model, "b");
    let denied =
        crate::domain::Denied { action: "apigateway:GET".into(), resource: "*".into(), explicit: false };
    let problem = Problem {
        denied: Some(denied),
        ..Problem::new(ProblemKind::Permission, "Cannot read the stages", "")
    };
    reply(&mut model, &Slot::Plan, Err(problem));
    assert_eq!(press_key(&mut model, KeyCode::Enter), [], "there is nothing to carry out");
    press(&mut model, "!");
    let effects = press(&mut model, "y");
    let [Effect::Copy(statement)] = &effects[..] else { panic!("{effects:?}") };
    assert!(statement.contains("apigateway:GET"), "{statement}");
}

#[test]
fn a_file_is_replaced_only_after_a_yes_and_a_new_one_is_written_at_once() {
    let new = import(None, "");
    let mut model = importing(&new);
    let effects = press_key(&mut model, KeyCode::Enter);
    assert_eq!(only(&effects), Question::SaveImport("orders".into(), Box::new(new)));
    let other = import(Some("old"), "-old\n+new\n");
    let mut model = importing(&other);
    assert_eq!(press_key(&mut model, KeyCode::Enter), []);
    assert_eq!(press_key(&mut model, KeyCode::Enter), [], "enter alone is no");
    press_key(&mut model, KeyCode::Enter);
    press(&mut model, "yes");
    let effects = press_key(&mut model, KeyCode::Enter);
    assert_eq!(only(&effects), Question::SaveImport("orders".into(), Box::new(other.clone())));
    press_key(&mut model, KeyCode::Esc);
    reply(&mut model, &Slot::SaveImport, Ok(Answer::SaveImport(Box::new(done(WriteResult::Imported)))));
    assert_eq!(model.notice.as_deref(), Some("Imported into orders.yaml"), "told though its screen was left");
    let mut model = importing(&import(Some("same"), ""));
    assert_eq!(press_key(&mut model, KeyCode::Enter), []);
    assert!(model.overlay.is_none());
}
