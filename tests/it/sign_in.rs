//! Credentials from real AWS files, over a real socket: the program from outside, against the embedded AWS on loopback.

use apigw::sim::demo;
use serde_json::Value;

use crate::setting::Setting;

fn is_fine(status: &Value) -> bool {
    status["problem"].is_null() && status["account"] == demo::ACCOUNT_ID && status["stages"][0].is_object()
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_of_any_length_reach_the_endpoint_that_was_named() {
    let setting = Setting::new("").await;
    for (profile, roles) in [("dev", 0), ("bastion", 1), ("operator", 2)] {
        let before = setting.assumed();
        let status = setting.of_profile(profile);
        assert!(is_fine(&status), "{profile}: {status}");
        assert_eq!(setting.assumed() - before, roles, "{profile}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_assumes_its_role_from_a_profile_however_long_that_is() {
    let setting = Setting::new("").await;
    setting.write_connection(&format!(
        "role_arn = \"{}\"\nexternal_id = \"{}\"\nsource_profile = \"dev\"\n",
        demo::ROLE_ARN,
        demo::EXTERNAL_ID
    ));
    let status = setting.status("orders", &[]);
    assert!(is_fine(&status) && setting.assumed() == 1, "{status}");
    setting.write_connection(&format!(
        "role_arn = \"{}\"\nsource_profile = \"operator\"\nrole_session_name = \"ana\"\nrole_duration_seconds = 7200\n",
        demo::RELEASER_ROLE_ARN
    ));
    let status = setting.status("orders", &[]);
    assert!(is_fine(&status) && setting.assumed() == 1 + 3, "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_may_assume_its_role_with_credentials_of_its_own() {
    let (role, id, secret) = (demo::BASTION_ROLE_ARN, demo::ACCESS_KEY_ID, demo::SECRET);
    let printed = format!(r#"{{"Version":1,"AccessKeyId":"{id}","SecretAccessKey":"{secret}"}}"#);
    let setting = Setting::new(&format!(
        "[profile itself]\nrole_arn = {role}\nsource_profile = itself\ncredential_process = printf '%s' '{printed}'\n\
         [profile variables]\nrole_arn = {role}\ncredential_source = Environment\n\
         [profile keyed]\nrole_arn = {role}\nsource_profile = itself\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n\
         [profile beyond]\nrole_arn = {role}\nsource_profile = keyed\n"
    ))
    .await;
    for profile in ["itself", "beyond"] {
        let status = setting.of_profile(profile);
        assert!(is_fine(&status), "{profile}: {status}");
    }
    assert_eq!(setting.assumed(), 2);
    setting.write_connection("profile = \"variables\"\n");
    let variables = [("AWS_ACCESS_KEY_ID", id), ("AWS_SECRET_ACCESS_KEY", secret)];
    let status = setting.status("orders", &variables);
    assert!(is_fine(&status) && setting.assumed() == 3, "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_that_wants_a_code_says_which_and_asks_nothing() {
    let setting = Setting::new("").await;
    let status = setting.of_profile("careful");
    let problem = &status["problem"];
    assert_eq!(problem["kind"], "needs_mfa", "{status}");
    let told = problem.to_string();
    for word in [demo::MFA_SERIAL, demo::MFA_ROLE_ARN, "--mfa-code"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    assert_eq!(setting.cloud.requests(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_is_missing_is_told_with_the_profile_it_belongs_to() {
    let setting = Setting::new(
        "[profile corp]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = dev\n\
         [sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.example.com/start\n\
         [profile deployer]\nrole_arn = arn:aws:iam::123456789012:role/deployer\nsource_profile = corp\n\
         [profile bare]\nregion = eu-west-1\n",
    )
    .await;
    for profile in ["corp", "deployer"] {
        let told = setting.of_profile(profile)["problem"].to_string();
        assert!(told.contains("aws sso login --profile corp"), "{profile}: {told}");
    }
    let told = setting.of_profile("bare")["problem"].to_string();
    assert!(told.contains("The profile bare has no credentials."), "{told}");
    assert_eq!(setting.cloud.requests(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_given_on_the_command_line_and_a_wrong_one_is_told() {
    let setting = Setting::new("").await;
    setting
        .write_connections(&[("orders", "profile = \"careful\"\n"), ("billing", "profile = \"careful\"\n")]);
    let status = setting.report(&["--mfa-code", demo::MFA_CODE], &[]);
    let connections = status["connections"].as_array().unwrap();
    assert!(connections.len() == 2 && connections.iter().all(is_fine), "{status}");
    assert_eq!(setting.assumed(), 1, "one code serves every connection behind the role");
    let refused = setting.run(&["status", "--json", "--mfa-code", "654321"], &[]);
    let told = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert_eq!(refused.status.code(), Some(4), "{told}");
    assert!(told.contains("was not accepted") && told.contains(demo::MFA_ROLE_ARN), "{told}");
    assert!(!told.contains("654321"), "{told}");
}
