//! Connecting by keys: the form, the lists, codes and saves, through the SDK on the embedded AWS.

use super::*;
use crate::app::{Field, Pasted};

impl Journey {
    async fn control(&mut self, key: char) {
        self.send(Message::Key(Key::control(key))).await;
    }

    async fn tabs(&mut self, times: usize) {
        for _ in 0..times {
            self.press_key(KeyCode::Tab).await;
        }
    }

    async fn paste(&mut self, text: &str) {
        self.send(Message::Paste(Pasted(text.to_owned()))).await;
    }

    /// Opens the form and types a role and the region in; the focus is on the API.
    async fn type_role(&mut self, arn: &str, external_id: &str, mfa_serial: &str) {
        self.press("a").await;
        self.tabs(3).await;
        self.paste(arn).await;
        self.tabs(1).await;
        self.control('u').await;
        self.paste(external_id).await;
        self.tabs(2).await;
        self.paste(mfa_serial).await;
        self.tabs(1).await;
        self.press(demo::REGION).await;
        self.tabs(1).await;
    }

    fn saved(&self, nickname: &str) -> Connection {
        self.model.connection(nickname).cloned().unwrap_or_else(|| panic!("{nickname} is not saved"))
    }
}

async fn empty() -> Journey {
    Journey::with(Scenario::Demo, Vec::new(), &[]).await
}

#[tokio::test(start_paused = true)]
async fn a_role_is_connected_by_keys_and_opened() {
    let mut journey = empty().await;
    assert!(journey.screen(80, 24).contains("a adds one"));
    journey.type_role(demo::ROLE_ARN, demo::EXTERNAL_ID, "").await;
    insta::assert_snapshot!("connect_apis_80x24", journey.screen(80, 24));
    journey.press("orders").await;
    journey.press_key(KeyCode::Enter).await;
    journey.control('s').await;
    insta::assert_snapshot!("connect_connected_80x24", journey.screen(80, 24));
    let saved = journey.saved("orders");
    assert_eq!(
        (saved.api_id.as_str(), saved.account.as_deref()),
        (demo::ORDERS_API_ID, Some(demo::ACCOUNT_ID))
    );
    journey.press_key(KeyCode::Enter).await;
    let screen = journey.screen(120, 40);
    assert!(screen.contains("orders > Deployments") && screen.contains("prod"), "{screen}");
}

#[tokio::test(start_paused = true)]
async fn a_wrong_external_id_is_told_where_the_apis_would_be() {
    let mut journey = empty().await;
    journey.type_role(demo::ROLE_ARN, "somebody-elses", "").await;
    insta::assert_snapshot!("connect_wrong_external_id_80x24", journey.screen(80, 24));
    for _ in 0..4 {
        journey.press_key(KeyCode::BackTab).await;
    }
    journey.control('u').await;
    journey.paste(demo::EXTERNAL_ID).await;
    journey.tabs(4).await;
    assert!(journey.screen(80, 24).contains(demo::ORDERS_API_ID), "{}", journey.screen(80, 24));
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_in_no_frame_and_in_no_debug_output() {
    let mut journey = empty().await;
    let shown = |journey: &mut Journey| format!("{}{:?}", journey.screen(120, 40), journey.model);
    let mut seen = String::new();
    journey.press("akeys").await;
    journey.tabs(2).await;
    journey.press_key(KeyCode::Right).await;
    journey.tabs(1).await;
    journey.press(demo::ACCESS_KEY_ID).await;
    journey.tabs(1).await;
    let (first, rest) = demo::SECRET.split_at(4);
    journey.press(first).await;
    seen += &shown(&mut journey);
    journey.paste(&format!("{rest}\n")).await;
    seen += &shown(&mut journey);
    journey.tabs(2).await;
    journey.press(demo::REGION).await;
    journey.tabs(1).await;
    journey.press("orders").await;
    journey.press_key(KeyCode::Enter).await;
    journey.control('t').await;
    seen += &shown(&mut journey);
    assert!(journey.screen(120, 40).contains(demo::USER_ARN), "{}", journey.screen(120, 40));
    journey.press_key(KeyCode::Esc).await;
    journey.control('s').await;
    seen += &shown(&mut journey);
    journey.press_key(KeyCode::Enter).await;
    seen += &shown(&mut journey);
    assert!(journey.screen(120, 40).contains("keys > Deployments"));
    journey.press("e").await;
    seen += &shown(&mut journey);
    assert!(journey.screen(120, 40).contains("kept; typing replaces it"));
    assert!(!seen.contains(demo::SECRET) && !seen.contains(rest), "the secret was shown");
}

#[tokio::test(start_paused = true)]
async fn a_code_is_asked_for_in_the_form_and_once_for_everything_after_it() {
    let mut journey = empty().await;
    journey.type_role(demo::MFA_ROLE_ARN, "", demo::MFA_SERIAL).await;
    insta::assert_snapshot!("connect_mfa_80x24", journey.screen(80, 24));
    journey.press("000000").await;
    journey.press_key(KeyCode::Enter).await;
    insta::assert_snapshot!("connect_mfa_wrong_80x24", journey.screen(80, 24));
    journey.press(demo::MFA_CODE).await;
    journey.press_key(KeyCode::Enter).await;
    assert!(journey.screen(80, 24).contains(demo::ORDERS_API_ID), "{}", journey.screen(80, 24));
    journey.press("orders").await;
    journey.press_key(KeyCode::Enter).await;
    journey.control('s').await;
    journey.press_key(KeyCode::Enter).await;
    let screen = journey.screen(120, 40);
    assert!(screen.contains("orders > Deployments") && !screen.contains("MFA code"), "{screen}");
}

#[tokio::test(start_paused = true)]
async fn two_connections_behind_one_device_are_signed_in_with_one_code() {
    let role = |arn: &str, nickname: &str, region: &str, api_id: &str| {
        let auth = Auth::Role(RoleAuth {
            arn: arn.into(),
            mfa_serial: Some(demo::MFA_SERIAL.into()),
            ..RoleAuth::default()
        });
        Connection::new(nickname, ApiType::Http, api_id, region, auth)
    };
    let connections = vec![
        role(demo::MFA_ROLE_ARN, "orders", demo::REGION, demo::ORDERS_API_ID),
        role(demo::MFA_ROLE_ARN, "reports", demo::OTHER_REGION, demo::REPORTS_API_ID),
    ];
    let mut journey = Journey::with(Scenario::Demo, connections, &[]).await;
    let screen = journey.screen(80, 24);
    assert!(screen.contains("needs MFA") && !screen.contains("MFA code"), "{screen}");
    journey.press("h").await;
    assert!(journey.screen(80, 24).contains("MFA code"));
    journey.press(demo::MFA_CODE).await;
    journey.press_key(KeyCode::Enter).await;
    let screen = journey.screen(80, 24);
    assert!(!screen.contains("MFA"), "both are read\n{screen}");
}

#[tokio::test(start_paused = true)]
async fn two_apis_are_found_and_connected_at_once() {
    let mut journey = empty().await;
    journey.type_role(demo::ROLE_ARN, demo::EXTERNAL_ID, "").await;
    journey.press(" ").await;
    journey.press_key(KeyCode::Down).await;
    journey.press(" ").await;
    insta::assert_snapshot!("connect_discovered_80x24", journey.screen(80, 24));
    journey.control('s').await;
    assert_eq!(journey.model.connections.len(), 2);
    journey.press_key(KeyCode::Esc).await;
    insta::assert_snapshot!("connect_both_80x24", journey.screen(80, 24));
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_renamed_and_deleted() {
    let mut journey = Journey::start(&[]).await;
    journey.press("e").await;
    journey.press("-live").await;
    journey.control('s').await;
    if let Some(form) = &journey.model.form {
        panic!("{:?}", form.errors);
    }
    assert_eq!(journey.saved("orders-live").api_id, demo::ORDERS_API_ID);
    journey.press("xy").await;
    journey.press_key(KeyCode::Enter).await;
    assert_eq!(journey.model.connection("orders-live"), None);
    assert_eq!(journey.model.connections.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_policies_of_a_role_trust_the_account_of_its_source() {
    let mut journey = Journey::start(&[]).await;
    journey.press("PG").await;
    insta::assert_snapshot!("connect_policies_80x24", journey.screen(80, 24));
}

#[tokio::test(start_paused = true)]
async fn apis_that_may_not_be_listed_leave_the_id_to_be_typed() {
    let mut journey = empty().await;
    journey.cloud.inject("denied:GetApis".parse().unwrap());
    journey.type_role(demo::ROLE_ARN, demo::EXTERNAL_ID, "").await;
    assert!(journey.screen(80, 24).contains("apigateway:GET"), "{}", journey.screen(80, 24));
    journey.press(demo::ORDERS_API_ID).await;
    journey.press_key(KeyCode::PageUp).await;
    let focus = journey.model.form.as_ref().map(|form| form.focus);
    assert_eq!(focus, Some(Field::Nickname));
    journey.press("typed").await;
    journey.control('s').await;
    assert_eq!(journey.saved("typed").account.as_deref(), Some(demo::ACCOUNT_ID));
}
