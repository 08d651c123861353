//! The form of a connection, the dialogs, the test and the policies, in every state.

use crossterm::event::KeyCode;

use super::fixtures::{ROLE, Scene, needs_mfa, throttled};
use super::{snapshot, snapshot_at};
use crate::app::{Answer, Message, Pasted, Slot};
use crate::domain::{Problem, ProblemKind};

fn paste(scene: Scene, text: &str) -> Scene {
    scene.tell(Message::Paste(Pasted(text.to_owned())))
}

/// The empty form, its external ID generated.
fn empty(size: (u16, u16)) -> Scene {
    Scene::checked(size).keys("a").answered()
}

/// A role typed in, the focus on the region.
fn role(size: (u16, u16)) -> Scene {
    paste(empty(size).tabs(3), ROLE).tabs(2).answered().tabs(2)
}

/// The region typed in, the focus on the API, whose list is being read.
fn region(size: (u16, u16)) -> Scene {
    role(size).keys("eu-west-1").tabs(1)
}

/// Chooses the kind of credentials that is so many steps to the right.
fn credentials(size: (u16, u16), steps: usize) -> Scene {
    (0..steps).fold(empty(size).tabs(2), |scene, _| scene.key(KeyCode::Right))
}

#[test]
fn every_way_to_credentials_has_its_fields() {
    snapshot("form_empty", empty);
    snapshot("form_access_key", |size| {
        let scene = credentials(size, 1).tabs(1).keys("AKIAIOSFODNN7EXAMPLE").tabs(1);
        paste(scene, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n")
    });
    snapshot("form_profile", |size| credentials(size, 2).tabs(1).answered());
    snapshot("form_environment", |size| credentials(size, 3).tabs(1));
}

#[test]
fn a_field_that_is_not_right_says_so_in_its_place() {
    snapshot("form_errors", |size| {
        let scene = paste(empty(size), "status").tabs(3);
        let scene = paste(scene, "arn:aws:iam::1234:role/x\n").tabs(1).control('u').keys("a b").tabs(3);
        scene.keys("Frankfurt").control('s')
    });
}

#[test]
fn the_list_of_apis_in_every_state() {
    snapshot("form_apis_reading", |size| region(size).progress(&Slot::Apis, 25).at(3));
    snapshot("form_apis_full", |size| region(size).answered());
    snapshot("form_apis_scrolled", |size| {
        (0..12).fold(region(size).answered(), |scene, _| scene.key(KeyCode::Down))
    });
    snapshot("form_apis_filtered", |size| region(size).answered().keys("orde"));
    snapshot("form_apis_no_match", |size| region(size).answered().keys("a1b2c3d4e5"));
    snapshot("form_apis_none", |size| region(size).reply(&Slot::Apis, Ok(Answer::Apis(Vec::new()))));
    snapshot("form_apis_failed", |size| region(size).reply(&Slot::Apis, Err(throttled())));
    snapshot("form_apis_too_early", |size| empty(size).tabs(8));
}

#[test]
fn several_apis_are_marked_and_named_before_they_are_saved() {
    snapshot("form_discovered", |size| {
        let scene = region(size).answered().keys(" ").key(KeyCode::Down).keys(" ");
        (0..3).fold(scene, |scene, _| scene.key(KeyCode::Down)).keys(" ")
    });
}

#[test]
fn all_settings_and_a_region_list() {
    snapshot("form_regions", |size| role(size).keys("eu-"));
    snapshot("form_more", |size| {
        (0..60)
            .fold(empty(size), |s, _| s.key(KeyCode::Tab))
            .key(KeyCode::BackTab)
            .key(KeyCode::Enter)
            .tabs(4)
    });
}

#[test]
fn a_connection_that_is_changed_or_copied() {
    snapshot("form_edit", |size| Scene::checked(size).keys("jje").answered().tabs(4));
    snapshot("form_duplicate", |size| Scene::checked(size).keys("jD").answered());
}

/// The API chosen from the list, the form complete.
fn complete(size: (u16, u16)) -> Scene {
    region(size).answered().key(KeyCode::Enter)
}

#[test]
fn a_saved_connection_tells_what_was_found_and_what_comes_next() {
    snapshot("form_connected", |size| complete(size).control('s').answered());
    snapshot("form_connected_several", |size| {
        region(size).answered().keys(" ").key(KeyCode::Down).keys(" ").control('s').answered()
    });
}

#[test]
fn a_connection_that_nobody_could_verify_is_saved_on_request_alone() {
    snapshot("form_unverified", |size| {
        complete(size).control('s').reply(&Slot::LoginIdentity, Err(throttled()))
    });
}

#[test]
fn leaving_asks_once() {
    snapshot_at("form_leaving", &complete((80, 24)).key(KeyCode::Esc));
}

/// Opened by a person, turned down for want of a code.
fn asked_for_code(size: (u16, u16)) -> Scene {
    let mut scene = Scene::checked(size).key(KeyCode::Enter);
    scene.answer_all(|_| Err(needs_mfa()));
    scene
}

#[test]
fn a_code_is_asked_for() {
    snapshot("mfa", |size| asked_for_code(size).keys("12x3"));
    snapshot("mfa_wrong", |size| {
        let wrong = Problem::new(
            ProblemKind::Credentials,
            "The MFA code was not taken",
            "MultiFactorAuthentication failed with invalid MFA one time pass code.",
        )
        .advise("Wait for the next code of the device, then type that one");
        asked_for_code(size).keys("123456").key(KeyCode::Enter).reply(&Slot::SignIn, Err(wrong))
    });
}

#[test]
fn a_row_that_needs_a_code_says_so() {
    let mut scene = Scene::connections((80, 24));
    scene.answer_all(|_| Err(needs_mfa()));
    snapshot_at("mfa_rows", &scene);
}

#[test]
fn deleting_asks_and_names_what_goes() {
    snapshot("delete", |size| Scene::checked(size).keys("jx"));
    snapshot("delete_protected", |size| Scene::checked(size).keys("xorders").key(KeyCode::Enter));
}

#[test]
fn a_test_tells_each_check() {
    snapshot("trial_running", |size| Scene::checked(size).keys("t"));
    snapshot("trial", |size| Scene::checked(size).keys("t").answered());
}

#[test]
fn policies_name_what_is_ticked() {
    snapshot("policies", |size| Scene::checked(size).keys("P").answered());
    snapshot("policies_broad", |size| Scene::checked(size).keys("jP").answered().keys("b2456"));
    snapshot("policies_unknown_source", |size| {
        Scene::checked(size).keys("P").reply(&Slot::SourceIdentity, Err(throttled())).keys("G")
    });
    snapshot("policies_of_a_draft", |size| role(size).keys("eu-west-1").control('p').answered().keys("G"));
}

#[test]
fn credentials_of_another_account_are_told_above_the_stages() {
    let mut connections = super::fixtures::connections();
    connections[0].account = Some("111122223333".into());
    let scene = Scene::new((120, 40), connections, Some("orders-prod")).answered();
    snapshot_at("deployments_stranger", &scene);
}

#[test]
fn the_form_fits_the_smallest_terminal() {
    snapshot_at("small_form", &region((40, 10)).answered());
    snapshot_at("small_mfa", &asked_for_code((40, 10)));
    snapshot_at("small_delete", &Scene::checked((40, 10)).keys("x"));
}
