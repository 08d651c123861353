//! MFA codes: asked of people who want to know something, never by a timer.

use super::*;
use crate::domain::{MfaPrompt, RoleAuth, Secret};

fn prompt(role: &str) -> MfaPrompt {
    MfaPrompt { role: role.into(), serial: "arn:aws:iam::123456789012:mfa/ana".into() }
}

fn needs_mfa(role: &str) -> Problem {
    Problem { mfa: Some(prompt(role)), ..Problem::new(ProblemKind::NeedsMfa, "Cannot sign in", "A code") }
}

fn answer_all(model: &mut Model, problem: &Problem) {
    let open: Vec<QuestionId> = model.questions.iter().map(|open| open.id).collect();
    for id in open {
        update(model, Message::Replied(id, Err(problem.clone())));
    }
}

fn asks_for_code(model: &Model) -> bool {
    matches!(model.overlay, Some(Overlay::Dialog(Dialog::Mfa(_))))
}

/// Two connections behind one role in two regions, and one that has nothing to do with it.
fn role_start() -> Start {
    let role = |region: &str, nickname: &str| {
        let role = RoleAuth { arn: "role".into(), ..RoleAuth::default() };
        Connection { region: region.into(), ..connection(nickname, Auth::Role(role)) }
    };
    let connections =
        vec![role("eu-west-1", "orders"), role("us-east-1", "users"), connection("other", Auth::Environment)];
    Start { connections, ..start() }
}

#[test]
fn a_background_read_never_asks_for_a_code() {
    let (mut model, _) = Model::new(role_start());
    answer_all(&mut model, &needs_mfa("role"));
    assert!(!asks_for_code(&model), "at the start nobody asked");
    let effects = update(&mut model, Message::Clock(later(3600)));
    assert!(!asked(&effects).is_empty());
    answer_all(&mut model, &needs_mfa("role"));
    assert!(!asks_for_code(&model), "nor did anybody now");
    press(&mut model, "r");
    answer_all(&mut model, &needs_mfa("role"));
    assert!(asks_for_code(&model));
}

#[test]
fn one_code_serves_every_connection_behind_the_role() {
    let (mut model, _) = Model::new(role_start());
    answer_all(&mut model, &needs_mfa("role"));
    press(&mut model, "h");
    answer_all(&mut model, &needs_mfa("role"));
    press(&mut model, "12a3456789");
    let effects = press_key(&mut model, KeyCode::Enter);
    let Question::SignIn(_, code) = &asked(&effects)[0].1 else { panic!("{effects:?}") };
    assert_eq!(code, &Secret::new("123456".into()));
    assert!(!format!("{effects:?}").contains("123456"));
    let effects = reply(&mut model, &Slot::SignIn, Ok(Answer::SignIn));
    assert!(!asks_for_code(&model));
    assert_eq!(checked(&effects), [["orders"], ["users"], ["other"]], "all that waited for it, each once");
}

/// Which connections' health is asked for.
fn checked(effects: &[Effect]) -> Vec<Vec<String>> {
    let health = |(_, question)| match question {
        Question::Health(_, nicknames) => Some(nicknames),
        _ => None,
    };
    asked(effects).into_iter().filter_map(health).collect()
}

#[test]
fn going_back_to_the_list_asks_for_no_code_and_reads_what_one_brought_meanwhile() {
    let (mut model, _) = Model::new(Start { open: Some("orders".into()), ..role_start() });
    answer_all(&mut model, &needs_mfa("role"));
    press_key(&mut model, KeyCode::Esc);
    let effects = press_key(&mut model, KeyCode::Esc);
    assert_eq!(checked(&effects).len(), 3, "none was checked yet");
    answer_all(&mut model, &needs_mfa("role"));
    assert!(!asks_for_code(&model), "going back is not asking");
    press_key(&mut model, KeyCode::Enter);
    answer_all(&mut model, &needs_mfa("role"));
    press(&mut model, "123456");
    press_key(&mut model, KeyCode::Enter);
    let effects = reply(&mut model, &Slot::SignIn, Ok(Answer::SignIn));
    assert_eq!(checked(&effects), Vec::<Vec<String>>::new(), "the list is out of sight");
    answer_all(&mut model, &Problem::new(ProblemKind::Network, "Offline", ""));
    let effects = press_key(&mut model, KeyCode::Esc);
    assert_eq!(checked(&effects), [["orders"], ["users"], ["other"]], "all that wanted the code");
}

#[test]
fn a_wrong_code_stays_in_the_dialog_and_a_right_one_reads_the_screen_again() {
    let (mut model, _) = Model::new(Start { open: Some("orders".into()), ..role_start() });
    let questions = model.questions.iter().count();
    answer_all(&mut model, &needs_mfa("role"));
    press(&mut model, "111111");
    press_key(&mut model, KeyCode::Enter);
    reply(&mut model, &Slot::SignIn, Err(Problem::new(ProblemKind::Credentials, "Wrong code", "")));
    assert!(asks_for_code(&model));
    assert_eq!(press_key(&mut model, KeyCode::Enter), [], "the wrong code is gone");
    press(&mut model, "123456");
    press_key(&mut model, KeyCode::Enter);
    let effects = reply(&mut model, &Slot::SignIn, Ok(Answer::SignIn));
    assert_eq!(asked(&effects).len(), questions, "everything that was turned down");
}

#[test]
fn dialogs_do_not_pile_up_and_the_screen_goes_on_behind_one() {
    let (mut model, _) = Model::new(role_start());
    answer_all(&mut model, &needs_mfa("role"));
    press(&mut model, "h");
    let open: Vec<QuestionId> = model.questions.iter().map(|open| open.id).collect();
    update(&mut model, Message::Replied(open[0], Err(needs_mfa("role"))));
    press(&mut model, "12");
    update(&mut model, Message::Replied(open[1], Err(needs_mfa("another"))));
    update(&mut model, Message::Replied(open[2], Ok(Answer::Health(Vec::new()))));
    let text: String = model
        .overlay
        .as_ref()
        .and_then(Overlay::panel)
        .map(|panel| panel.lines.iter().map(|line| line.text.as_str()).collect())
        .unwrap_or_default();
    assert!(text.contains("The role role asks") && text.contains("Code: 12_"), "{text}");
    assert_eq!(model.questions.iter().count(), 0);
    press_key(&mut model, KeyCode::Esc);
    assert_eq!(model.overlay, None);
    press(&mut model, "jr");
    answer_all(&mut model, &needs_mfa("role"));
    assert!(asks_for_code(&model), "who asks again is asked again");
}

#[test]
fn a_code_asked_for_by_a_test_comes_back_to_the_test() {
    let (mut model, _) = Model::new(role_start());
    answer_all(&mut model, &Problem::new(ProblemKind::Network, "Offline", ""));
    press(&mut model, "t");
    let failed = crate::domain::Check {
        what: "Who am I".into(),
        outcome: crate::domain::Outcome::Failed(needs_mfa("role")),
    };
    reply(&mut model, &Slot::Test, Ok(Answer::Test(vec![failed])));
    assert!(asks_for_code(&model));
    press(&mut model, "123456");
    press_key(&mut model, KeyCode::Enter);
    let effects = reply(&mut model, &Slot::SignIn, Ok(Answer::SignIn));
    assert!(matches!(asked(&effects)[..], [(_, Question::Test(_))]), "{effects:?}");
    assert!(matches!(model.overlay, Some(Overlay::Trial(_))));
}
