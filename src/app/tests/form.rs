//! The form: what is asked, what is told, and what is saved.

use super::*;
use crate::domain::{Capability, Edit, Identity, RoleAuth, Thresholds};

const ROLE: &str = "arn:aws:iam::123456789012:role/deployer";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    update(model, Message::Paste(Pasted(text.to_owned())))
}

fn control(model: &mut Model, key: char) -> Vec<Effect> {
    update(model, Message::Key(Key::control(key)))
}

fn tabs(model: &mut Model, times: usize) -> Vec<Effect> {
    (0..times).flat_map(|_| press_key(model, KeyCode::Tab)).collect()
}

/// The list of connections, nothing being read.
fn list() -> Model {
    let (mut model, effects) = Model::new(start());
    for (id, _) in asked(&effects) {
        update(&mut model, Message::Replied(id, Ok(Answer::Health(Vec::new()))));
    }
    model
}

/// The empty form, with its external ID.
fn adding() -> Model {
    let mut model = list();
    press(&mut model, "a");
    reply(&mut model, &Slot::ExternalId, Ok(Answer::ExternalId("apigw-1".into())));
    model
}

/// An environment's credentials in a region; the focus is on the API.
fn by_environment() -> Model {
    let mut model = adding();
    tabs(&mut model, 2);
    press_key(&mut model, KeyCode::Left);
    tabs(&mut model, 1);
    press(&mut model, "eu-west-1");
    tabs(&mut model, 1);
    model
}

fn api(id: &str, name: &str) -> Api {
    let Answer::Stages(read) = stages_read(Vec::new()) else { unreachable!() };
    Api { id: id.into(), name: name.into(), ..read.api }
}

fn list_apis(model: &mut Model) {
    let apis = vec![api("id00000001", "Shop"), api("id00000002", "Shop"), api("id00000003", "orders")];
    reply(model, &Slot::Apis, Ok(Answer::Apis(apis)));
}

#[expect(clippy::unnecessary_wraps, reason = "a reply may as well be a problem")]
fn identity(account: &str) -> Result<Answer, Problem> {
    Ok(Answer::LoginIdentity(Identity { account: account.into(), arn: "arn".into(), user_id: "u".into() }))
}

fn form(model: &Model) -> &Form {
    model.form.as_ref().expect("the form is open")
}

/// The one edit that effects ask to save.
fn edit_of(effects: &[Effect]) -> Edit {
    let found = asked(effects).into_iter().find_map(|(_, question)| match question {
        Question::Save(edit) => Some(edit),
        _ => None,
    });
    found.expect("something is saved")
}

#[test]
fn a_role_is_typed_in_and_saved_with_its_account() {
    let mut model = adding();
    press(&mut model, "shop");
    tabs(&mut model, 3);
    paste(&mut model, &format!("  {ROLE}\n"));
    tabs(&mut model, 4);
    press(&mut model, "eu-west-1");
    tabs(&mut model, 1);
    press(&mut model, "a1b2c3d4e5");
    let effects = control(&mut model, 's');
    let Question::LoginIdentity(login) = &asked(&effects)[0].1 else { panic!("{effects:?}") };
    assert_eq!(login.session.region, "eu-west-1");
    let effects = reply(&mut model, &Slot::LoginIdentity, identity("123456789012"));
    let role = RoleAuth { arn: ROLE.into(), external_id: Some("apigw-1".into()), ..RoleAuth::default() };
    let shop = Connection {
        account: Some("123456789012".into()),
        ..Connection::new("shop", ApiType::Http, "a1b2c3d4e5", "eu-west-1", Auth::Role(role))
    };
    assert_eq!(edit_of(&effects), Edit::Add { connections: vec![shop.clone()], access_key: None });
    let saved = [model.connections.clone(), vec![shop]].concat();
    let effects = reply(&mut model, &Slot::Save, Ok(Answer::Save(saved)));
    assert!(model.form.is_none() && matches!(model.overlay, Some(Overlay::Dialog(Dialog::Connected(_)))));
    assert_eq!(model.selected_connection().map(|known| known.nickname.as_str()), Some("shop"));
    assert!(matches!(asked(&effects)[0].1, Question::Health(..)), "its health is read");
    press_key(&mut model, KeyCode::Enter);
    assert_eq!(model.deployments.as_ref().unwrap().connection.nickname, "shop");
}

#[test]
fn what_is_not_right_is_told_in_its_place_and_nothing_is_asked() {
    let mut model = adding();
    paste(&mut model, "orders");
    tabs(&mut model, 3);
    paste(&mut model, "arn:aws:iam::1:role/x y");
    assert_eq!(asked(&control(&mut model, 's')), []);
    let form = form(&model);
    assert_eq!(form.focus, Field::Nickname, "the first one that is not right");
    assert_eq!(form.errors[&Field::Nickname], "Another connection has that nickname");
    assert_eq!(form.errors[&Field::RoleArn], "There is a blank in it: role arn has none");
    assert!(form.errors[&Field::Region].starts_with("Write the region's short name"));
    assert!(form.errors.contains_key(&Field::Api));
    press(&mut model, "2");
    assert!(!self::form(&model).errors.contains_key(&Field::Nickname), "typing takes the error away");
}

#[test]
fn leaving_a_field_tells_its_error_but_not_that_it_is_empty_yet() {
    let mut model = adding();
    tabs(&mut model, 1);
    assert!(form(&model).errors.is_empty());
    press_key(&mut model, KeyCode::BackTab);
    press(&mut model, "status");
    tabs(&mut model, 1);
    assert_eq!(form(&model).errors.keys().collect::<Vec<_>>(), [&Field::Nickname]);
}

#[test]
fn apis_are_listed_for_the_credentials_typed_and_again_only_when_those_change() {
    let mut model = by_environment();
    let Some(open) = model.questions.find(&Slot::Apis) else { panic!("the APIs are asked for") };
    assert!(matches!(open.question, Question::Apis(_, ApiType::Http)));
    list_apis(&mut model);
    press_key(&mut model, KeyCode::BackTab);
    assert_eq!(tabs(&mut model, 1), [], "the same list serves");
    press_key(&mut model, KeyCode::BackTab);
    control(&mut model, 'u');
    press(&mut model, "us-east-1");
    assert_eq!(asked(&tabs(&mut model, 1)).len(), 1);
    assert!(form(&model).apis.value.is_none(), "another region's APIs are not offered");
}

#[test]
fn typing_narrows_the_list_and_enter_takes_its_row() {
    let mut model = by_environment();
    list_apis(&mut model);
    press(&mut model, "ord");
    assert_eq!(form(&model).list.rows(), [2]);
    press_key(&mut model, KeyCode::Enter);
    assert_eq!(form(&model).text(Field::Api), "id00000003");
    assert_eq!(form(&model).text(Field::Nickname), "orders-2", "called like its API, and `orders` is taken");
    assert_ne!(form(&model).focus, Field::Api);
}

#[test]
fn enter_keeps_what_is_typed_where_the_list_does_not_have_it() {
    let mut model = by_environment();
    list_apis(&mut model);
    press(&mut model, "a1b2c3d4e5");
    press_key(&mut model, KeyCode::Enter);
    assert_eq!(form(&model).text(Field::Api), "a1b2c3d4e5");
    press_key(&mut model, KeyCode::BackTab);
    press_key(&mut model, KeyCode::Enter);
    assert_eq!(form(&model).text(Field::Api), "a1b2c3d4e5", "nor does coming back take the first row");
}

#[test]
fn several_marked_apis_become_connections_of_their_own_names() {
    let mut model = by_environment();
    list_apis(&mut model);
    press(&mut model, " ");
    press_key(&mut model, KeyCode::Down);
    press(&mut model, " ");
    press_key(&mut model, KeyCode::Down);
    press(&mut model, " ");
    control(&mut model, 's');
    let effects = reply(&mut model, &Slot::LoginIdentity, identity("123456789012"));
    let Edit::Add { connections, .. } = edit_of(&effects) else { panic!("{effects:?}") };
    let named: Vec<(&str, &str)> =
        connections.iter().map(|new| (new.nickname.as_str(), new.api_id.as_str())).collect();
    let expected = [("Shop", "id00000001"), ("Shop-2", "id00000002"), ("orders-2", "id00000003")];
    assert_eq!(named, expected, "`orders` is taken");
}

#[test]
fn a_secret_is_in_no_debug_output_and_goes_with_the_edit() {
    let mut model = adding();
    press(&mut model, "shop");
    tabs(&mut model, 2);
    press_key(&mut model, KeyCode::Right);
    tabs(&mut model, 1);
    press(&mut model, "AKIAIOSFODNN7EXAMPLE");
    tabs(&mut model, 1);
    paste(&mut model, &format!("{SECRET}\r\n"));
    assert_eq!(form(&model).secret_state(Field::KeySecret), SecretState::Typed);
    tabs(&mut model, 2);
    press(&mut model, "eu-west-1");
    tabs(&mut model, 1);
    press(&mut model, "a1b2c3d4e5");
    let mut effects = control(&mut model, 's');
    effects.extend(reply(&mut model, &Slot::LoginIdentity, identity("123456789012")));
    let Edit::Add { access_key: Some(key), .. } = edit_of(&effects) else { panic!("no key") };
    assert_eq!(key.secret.expose(), SECRET);
    let printed = format!("{model:?} {effects:?} {key:?}");
    assert!(!printed.contains(&SECRET[..10]), "the secret is printed");
}

#[test]
fn a_secret_with_a_line_break_inside_is_refused_in_its_place() {
    let mut model = adding();
    tabs(&mut model, 2);
    press_key(&mut model, KeyCode::Right);
    tabs(&mut model, 2);
    paste(&mut model, "wJalrXUtnFEMI/K7MDENG\n/bPxRfiCYEXAMPLEKEY");
    tabs(&mut model, 1);
    let error = &form(&model).errors[&Field::KeySecret];
    assert!(error.contains("no blanks or line breaks") && !error.contains("wJalr"), "{error}");
}

#[test]
fn whoever_cannot_be_verified_is_saved_only_on_request() {
    let mut model = by_environment();
    press(&mut model, "a1b2c3d4e5");
    let nickname = |model: &mut Model| {
        press_key(model, KeyCode::PageUp);
        press(model, "shop");
    };
    nickname(&mut model);
    assert_eq!(form(&model).focus, Field::Nickname);
    control(&mut model, 's');
    let offline = Problem::new(ProblemKind::Network, "Cannot reach AWS", "");
    reply(&mut model, &Slot::LoginIdentity, Err(offline.clone()));
    assert_eq!(model.overlay, Some(Overlay::Dialog(Dialog::Unverified(offline.clone()))));
    press_key(&mut model, KeyCode::Esc);
    assert!(model.form.is_some() && model.questions.writing().is_none());
    control(&mut model, 's');
    reply(&mut model, &Slot::LoginIdentity, Err(offline));
    let effects = press_key(&mut model, KeyCode::Enter);
    let Edit::Add { connections, .. } = edit_of(&effects) else { panic!("{effects:?}") };
    assert_eq!(connections[0].account, None);
}

#[test]
fn what_is_typed_while_the_credentials_are_looked_up_is_not_saved_unseen() {
    let mut model = by_environment();
    press(&mut model, "a1b2c3d4e5");
    press_key(&mut model, KeyCode::PageUp);
    press(&mut model, "shop");
    control(&mut model, 's');
    press(&mut model, "-orders");
    assert_eq!(reply(&mut model, &Slot::LoginIdentity, identity("123456789012")), []);
    let effects = control(&mut model, 's');
    let Edit::Add { connections, .. } = edit_of(&effects) else { panic!("{effects:?}") };
    assert_eq!(connections[0].nickname, "shop-orders");
}

#[test]
fn a_save_under_way_is_neither_repeated_nor_given_up() {
    let mut model = editing();
    press(&mut model, "2");
    assert_eq!(asked(&control(&mut model, 's')).len(), 1);
    assert_eq!(control(&mut model, 's'), []);
    assert_eq!(press_key(&mut model, KeyCode::Esc), []);
    assert_eq!(control(&mut model, 'c'), []);
    assert_eq!(control(&mut model, 'c'), [], "not even by leaving apigw");
    assert!(model.form.is_some() && model.questions.writing().is_some());
    let mut saved = model.connections.clone();
    saved[0].nickname = "orders2".into();
    reply(&mut model, &Slot::Save, Ok(Answer::Save(saved)));
    assert!(model.form.is_none());
    assert_eq!(model.notice.as_deref(), Some("Saved orders2"));
}

/// The form on `orders`, which was made for an account.
fn editing() -> Model {
    let mut model = list();
    model.connections[0].account = Some("123456789012".into());
    press(&mut model, "e");
    model
}

#[test]
fn a_connection_that_signs_in_as_before_is_saved_without_asking_aws() {
    let mut model = editing();
    press(&mut model, "2");
    let before = model.connections[0].clone();
    let after = Connection { nickname: "orders2".into(), ..before.clone() };
    let edit = Edit::Change { before: Box::new(before), after: Box::new(after), access_key: None };
    assert_eq!(edit_of(&control(&mut model, 's')), edit, "the nickname and nothing else changes");
}

#[test]
fn thresholds_that_were_not_touched_stay_exactly_as_they_are() {
    let mut model = editing();
    let odd = Thresholds { failing_5xx: Some(0.123_456_789_012_3), ..Thresholds::default() };
    press_key(&mut model, KeyCode::Esc);
    model.connections[0].thresholds = odd;
    press(&mut model, "e2");
    let effects = control(&mut model, 's');
    let Edit::Change { after, .. } = edit_of(&effects) else { panic!("{effects:?}") };
    assert_eq!(after.thresholds, odd);
}

#[test]
fn leaving_with_changes_asks_once() {
    let mut model = adding();
    press_key(&mut model, KeyCode::Esc);
    assert!(model.form.is_none(), "nothing was typed");
    press(&mut model, "ax");
    press_key(&mut model, KeyCode::Esc);
    assert_eq!(model.notice.as_deref(), Some("esc again leaves; nothing is saved"));
    press(&mut model, "y");
    press_key(&mut model, KeyCode::Esc);
    assert!(model.form.is_some(), "typing takes the first esc back");
    press_key(&mut model, KeyCode::Esc);
    assert!(model.form.is_none());
}

#[test]
fn an_edit_from_the_deployments_reopens_them() {
    let mut model = full();
    press(&mut model, "e");
    assert!(model.form.is_some());
    press(&mut model, "2");
    control(&mut model, 's');
    if model.questions.find(&Slot::LoginIdentity).is_some() {
        reply(&mut model, &Slot::LoginIdentity, identity("123456789012"));
    }
    let mut saved = model.connections.clone();
    saved[0].nickname = "orders2".into();
    let effects = reply(&mut model, &Slot::Save, Ok(Answer::Save(saved)));
    assert_eq!(model.deployments.as_ref().unwrap().connection.nickname, "orders2");
    assert!(asked(&effects).iter().any(|(_, question)| question.nickname() == Some("orders2")));
}

#[test]
fn deleting_needs_a_yes_or_the_nickname_of_what_is_protected() {
    let mut model = list();
    press(&mut model, "x");
    assert_eq!(press_key(&mut model, KeyCode::Enter), [], "the default is no");
    assert_eq!(model.overlay, None);
    model.connections[0].protected = true;
    press(&mut model, "xy");
    assert_eq!(press_key(&mut model, KeyCode::Enter), []);
    control(&mut model, 'u');
    press(&mut model, "orders");
    let effects = press_key(&mut model, KeyCode::Enter);
    assert_eq!(edit_of(&effects), Edit::Remove { nickname: "orders".into() });
    let rest = model.connections[1..].to_vec();
    reply(&mut model, &Slot::Save, Ok(Answer::Save(rest)));
    assert_eq!(model.connection("orders"), None);
    assert_eq!(model.notice.as_deref(), Some("Deleted orders"));
    press(&mut model, "xy");
    assert_eq!(edit_of(&press_key(&mut model, KeyCode::Enter)), Edit::Remove { nickname: "billing".into() });
}

#[test]
fn what_others_saved_meanwhile_is_read_with_the_answer_to_a_save() {
    let mut model = list();
    press(&mut model, "h");
    let open: Vec<QuestionId> = model.questions.iter().map(|open| open.id).collect();
    for id in open {
        update(&mut model, Message::Replied(id, Err(Problem::new(ProblemKind::Network, "Offline", ""))));
    }
    press(&mut model, "xy");
    press_key(&mut model, KeyCode::Enter);
    let mut rest = model.connections[1..].to_vec();
    rest.push(Connection { region: "us-east-2".into(), ..connection("late", Auth::Environment) });
    let effects = reply(&mut model, &Slot::Save, Ok(Answer::Save(rest)));
    let [(id, Question::Health(_, nicknames))] = &asked(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(nicknames, &["late"]);
    assert_eq!(model.questions.asker_of(*id), Asker::Timer, "it asks for no code");
}

#[test]
fn deleting_what_is_open_goes_back_to_the_list() {
    let mut model = full();
    press(&mut model, "xy");
    press_key(&mut model, KeyCode::Enter);
    let rest = model.connections[1..].to_vec();
    reply(&mut model, &Slot::Save, Ok(Answer::Save(rest)));
    assert!(model.deployments.is_none());
}

#[test]
fn a_problem_while_saving_leaves_the_form_as_it_was() {
    let mut model = editing();
    press(&mut model, "2");
    control(&mut model, 's');
    let problem = Problem::new(ProblemKind::Conflict, "Somebody else changed it", "");
    reply(&mut model, &Slot::Save, Err(problem));
    assert!(matches!(model.overlay, Some(Overlay::Panel(_))));
    press_key(&mut model, KeyCode::Esc);
    assert_eq!(form(&model).text(Field::Nickname), "orders2");
}

#[test]
fn a_test_asks_about_what_is_typed_and_ticked() {
    let mut model = by_environment();
    press(&mut model, "a1b2c3d4e5");
    tabs(&mut model, 5);
    press(&mut model, " ");
    let effects = control(&mut model, 't');
    let Question::Test(trial) = &asked(&effects)[0].1 else { panic!("{effects:?}") };
    assert_eq!(trial.api_id.as_deref(), Some("a1b2c3d4e5"));
    assert_eq!(trial.capabilities, [Capability::View, Capability::Metrics, Capability::Import]);
    press_key(&mut model, KeyCode::Esc);
    assert!(model.questions.find(&Slot::Test).is_none() && model.form.is_some());
}

#[test]
fn what_is_switched_among_the_policies_is_ticked_in_the_form() {
    let mut model = by_environment();
    control(&mut model, 'p');
    let effects = press(&mut model, "26y");
    let [Effect::Copy(policy)] = &effects[..] else { panic!("{effects:?}") };
    assert!(policy.contains("RollBackPATCH") && !policy.contains("cloudwatch"), "{policy}");
    press_key(&mut model, KeyCode::Esc);
    assert_eq!(form(&model).capabilities, [Capability::View, Capability::RollBack]);
}

#[test]
fn the_trust_policy_names_the_account_of_the_source_credentials() {
    let mut model = list();
    let role = RoleAuth { arn: ROLE.into(), ..RoleAuth::default() };
    model.connections[0].auth = Auth::Role(role);
    press(&mut model, "P");
    assert_eq!(press(&mut model, "Y"), [], "nobody knows yet whom to trust");
    let source = Identity {
        account: "999988887777".into(),
        arn: "arn:aws:iam::999988887777:user/ana".into(),
        user_id: "u".into(),
    };
    reply(&mut model, &Slot::SourceIdentity, Ok(Answer::SourceIdentity(source)));
    let effects = press(&mut model, "Y");
    let [Effect::Copy(policy)] = &effects[..] else { panic!("{effects:?}") };
    assert!(policy.contains("arn:aws:iam::999988887777:root"), "{policy}");
}

#[test]
fn a_click_gives_a_field_the_focus_and_switches_a_tick() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut model = adding();
    let click = |model: &mut Model, field: Field| {
        let row = model.form_rows().iter().position(|row| *row == FormRow::Field(field)).unwrap();
        let event = MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column: 30,
            row: 1 + (row - form(model).offset) as u16,
            modifiers: KeyModifiers::NONE,
        };
        update(model, Message::Mouse(event));
    };
    click(&mut model, Field::ExternalId);
    assert_eq!(form(&model).focus, Field::ExternalId);
    click(&mut model, Field::Protected);
    assert!(form(&model).protected);
}
