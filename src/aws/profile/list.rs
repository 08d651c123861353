//! The profiles to choose from.

use aws_config::profile::Profile;

use super::Profiles;
use super::chain::{assumed_role, source_of};
use crate::domain::AwsProfile;

impl Profiles {
    /// Every profile, by name.
    pub(in crate::aws) fn list(&self) -> Vec<AwsProfile> {
        let profiles = self.set.profiles().filter_map(|name| self.set.get_profile(name));
        let mut list: Vec<AwsProfile> = profiles
            .map(|profile| AwsProfile {
                name: profile.name().to_owned(),
                region: profile.get("region").filter(|region| !region.is_empty()).map(str::to_owned),
                source: source(profile),
            })
            .collect();
        list.sort_by(|a, b| a.name.cmp(&b.name));
        list
    }
}

/// Where its credentials come from, in the order in which the SDK looks.
fn source(profile: &Profile) -> String {
    let has = |key: &str| profile.get(key).is_some();
    if let Some(arn) = assumed_role(profile) {
        let role = arn.rsplit('/').next().unwrap_or(arn);
        let via = match source_of(profile) {
            Ok(Some(source)) => format!(" via {source}"),
            Ok(None) => format!(" via {}", credential_source(profile)),
            Err(_) => String::new(),
        };
        let mfa = if has("mfa_serial") { ", MFA" } else { "" };
        return format!("role {role}{via}{mfa}");
    }
    let source = if has("credential_source") {
        credential_source(profile)
    } else if has("web_identity_token_file") {
        "web identity"
    } else if has("sso_session") || has("sso_start_url") {
        "SSO"
    } else if has("login_session") {
        "aws login"
    } else if has("credential_process") {
        "process"
    } else if has("aws_access_key_id") {
        "access key"
    } else {
        "no credentials of its own"
    };
    source.to_owned()
}

/// The named sources of the AWS config files.
fn credential_source(profile: &Profile) -> &str {
    match profile.get("credential_source").unwrap_or_default() {
        "Ec2InstanceMetadata" => "instance",
        "EcsContainer" => "container",
        "Environment" => "environment",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::profiles;

    #[tokio::test]
    async fn each_profile_says_where_its_credentials_come_from() {
        let config = "
[default]
region = eu-west-1
[profile key]
aws_access_key_id = AKIA
aws_secret_access_key = hunter2
[profile sso]
sso_session = corp
[sso-session corp]
sso_region = eu-west-1
[profile old-sso]
sso_start_url = https://corp.example.com
[profile console]
login_session = arn:aws:iam::1:user/ana
[profile tool]
credential_process = /bin/keys --password hunter2
[profile pod]
role_arn = arn:aws:iam::1:role/pod
web_identity_token_file = /var/token
[profile machine]
role_arn = arn:aws:iam::1:role/team/deployer
credential_source = Ec2InstanceMetadata
[profile careful]
role_arn = arn:aws:iam::1:role/team/deployer
source_profile = key
mfa_serial = arn:aws:iam::1:mfa/ana
[profile broken]
role_arn = arn:aws:iam::1:role/deployer
";
        let list = profiles(config, &[]).await.list();
        let told: Vec<(&str, &str)> =
            list.iter().map(|profile| (profile.name.as_str(), profile.source.as_str())).collect();
        let expected = [
            ("broken", "role deployer"),
            ("careful", "role deployer via key, MFA"),
            ("console", "aws login"),
            ("default", "no credentials of its own"),
            ("key", "access key"),
            ("machine", "role deployer via instance"),
            ("old-sso", "SSO"),
            ("pod", "web identity"),
            ("sso", "SSO"),
            ("tool", "process"),
        ];
        assert_eq!(told, expected);
        assert_eq!(list[3].region.as_deref(), Some("eu-west-1"));
        assert!(!format!("{list:?}").contains("hunter2"));
    }
}
