//! Which credentials come first, and the roles that are assumed from there, one after the other.
//!
//! The SDK follows `source_profile` too, but it ignores `mfa_serial` and `duration_seconds`, and its requests for roles know
//! no endpoint of ours. So the chain is resolved here by its rules, and only the source at the end of it is left to the SDK.

use aws_config::profile::Profile;

use super::{DEFAULT, Profiles, named_profile, unusable};
use crate::domain::{Auth, Problem, RoleAuth};

/// Where a chain of roles begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::aws) enum Source {
    /// The SDK's default chain: environment, default profile, container, instance.
    Default,
    /// A profile, as it stands.
    Profile(String),
    /// What a profile has besides its role: an access key, a process, `credential_source`.
    BesidesRole(String),
    /// An access key that is no profile's.
    AccessKey(String),
}

/// A source of credentials, and the roles to assume from it in this order. The `source_profile` of the roles is left out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::aws) struct Chain {
    pub(in crate::aws) source: Source,
    pub(in crate::aws) roles: Vec<RoleAuth>,
}

impl Chain {
    /// The same chain, up to and including its role number `length`, counted from 1.
    pub(in crate::aws) fn first(&self, length: usize) -> Self {
        Self { source: self.source.clone(), roles: self.roles.iter().take(length).cloned().collect() }
    }

    /// The first role behind the first `done` ones that wants an MFA code, and its place, counted from 0.
    pub(in crate::aws) fn wants_code(&self, done: usize) -> Option<(usize, &RoleAuth)> {
        self.roles.iter().enumerate().skip(done).find(|(_, role)| role.mfa_serial.is_some())
    }

    /// The profile at its beginning.
    pub(in crate::aws) fn profile(&self) -> Option<&str> {
        match &self.source {
            Source::Profile(name) | Source::BesidesRole(name) => Some(name),
            Source::Default | Source::AccessKey(_) => None,
        }
    }
}

/// What a profile may say of credentials besides a role to assume.
const OF_ITS_OWN: [&str; 12] = [
    "aws_access_key_id",
    "aws_account_id",
    "aws_secret_access_key",
    "aws_session_token",
    "credential_process",
    "credential_source",
    "login_session",
    "sso_account_id",
    "sso_region",
    "sso_role_name",
    "sso_session",
    "sso_start_url",
];

impl Profiles {
    /// The chain that leads to the credentials of `auth`. A profile that is named (in `AWS_PROFILE` too) and does not exist, or
    /// whose source does not, is a problem, and so is a chain that bites its tail.
    pub(in crate::aws) fn chain(&self, auth: &Auth) -> Result<Chain, Problem> {
        let mut chain = match (named_profile(auth), auth) {
            (Some(name), _) => self.chain_of(name)?,
            (None, Auth::AccessKey { id }) => {
                Chain { source: Source::AccessKey(id.clone()), roles: Vec::new() }
            }
            (None, _) => self.default_chain()?,
        };
        if let Auth::Role(role) = auth {
            chain.roles.push(RoleAuth { source_profile: None, ..role.clone() });
        }
        Ok(chain)
    }

    /// The chain without a profile named: keys in the environment come before the selected profile.
    fn default_chain(&self) -> Result<Chain, Problem> {
        let default = Chain { source: Source::Default, roles: Vec::new() };
        let selected = self.set.selected_profile();
        let keys_in_environment = self.env.get("AWS_ACCESS_KEY_ID").is_ok_and(|id| !id.is_empty());
        if keys_in_environment || (selected == DEFAULT && self.set.get_profile(selected).is_none()) {
            return Ok(default);
        }
        let chain = self.chain_of(selected)?;
        // The SDK looks further where the profile itself has no credentials.
        Ok(if chain.roles.is_empty() { default } else { chain })
    }

    fn chain_of<'a>(&'a self, first: &'a str) -> Result<Chain, Problem> {
        let mut roles = Vec::new();
        let mut followed: Vec<&str> = Vec::new();
        let mut name = first;
        let source = loop {
            let profile = self.set.get_profile(name).ok_or_else(|| self.unknown(name))?;
            if followed.contains(&name) {
                let why = format!("Its chain of roles has no beginning: {} → {name}.", followed.join(" → "));
                return Err(unusable(first, why).advise("Correct `source_profile` in one of these profiles."));
            }
            let Some(arn) = assumed_role(profile) else { break Source::Profile(name.to_owned()) };
            if !followed.is_empty() && has_access_key(profile) {
                break Source::BesidesRole(name.to_owned());
            }
            followed.push(name);
            roles.push(role(profile, arn)?);
            match source_of(profile)? {
                Some(source) if source != name => name = source,
                _ => break Source::BesidesRole(name.to_owned()),
            }
        };
        roles.reverse();
        Ok(Chain { source, roles })
    }

    /// A profile called `alias` with the credentials of the profile `name` besides its role, as a config file has it.
    pub(in crate::aws) fn besides_role(&self, name: &str, alias: &str) -> String {
        let mut section = format!("[profile {alias}]\n");
        for key in OF_ITS_OWN {
            if let Some(value) = self.set.get_profile(name).and_then(|profile| profile.get(key)) {
                section.extend([key, " = ", value, "\n"]);
            }
        }
        section
    }
}

/// The role that a profile assumes from other credentials. With a web identity token it needs none, and the SDK sees to it.
pub(super) fn assumed_role(profile: &Profile) -> Option<&str> {
    profile.get("role_arn").filter(|_| profile.get("web_identity_token_file").is_none())
}

/// The profile whose credentials assume the role; `None` when they come from `credential_source`.
pub(super) fn source_of(profile: &Profile) -> Result<Option<&str>, Problem> {
    let name = profile.name();
    match (profile.get("source_profile"), profile.get("credential_source")) {
        (Some(_), Some(_)) => {
            let why = "It has both `source_profile` and `credential_source`.";
            Err(unusable(name, why.to_owned()).advise("Remove one of the two."))
        }
        (None, None) => {
            let why = "It has a `role_arn`, and nothing says whose credentials assume the role.";
            Err(unusable(name, why.to_owned()).advise("Add `source_profile` or `credential_source` to it."))
        }
        (source, _) => Ok(source),
    }
}

fn has_access_key(profile: &Profile) -> bool {
    profile.get("aws_access_key_id").is_some() && profile.get("aws_secret_access_key").is_some()
}

fn role(profile: &Profile, arn: &str) -> Result<RoleAuth, Problem> {
    let text = |key: &str| profile.get(key).filter(|value| !value.is_empty()).map(str::to_owned);
    let seconds = text("duration_seconds").map(|seconds| {
        seconds.parse::<u32>().map_err(|_| {
            unusable(profile.name(), format!("Its `duration_seconds` is `{seconds}`."))
                .advise("Write a number of seconds there, 900 to 43200.")
        })
    });
    Ok(RoleAuth {
        arn: arn.to_owned(),
        external_id: text("external_id"),
        source_profile: None,
        mfa_serial: text("mfa_serial"),
        session_name: text("role_session_name"),
        duration_seconds: seconds.transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::profiles;
    use super::*;
    use crate::domain::ProblemKind;

    const CONFIG: &str = "
[default]
region = eu-west-1
[profile base]
aws_access_key_id = AKIA
aws_secret_access_key = s
[profile careful]
role_arn = arn:aws:iam::123456789012:role/careful
source_profile = base
mfa_serial = arn:aws:iam::123456789012:mfa/ana
external_id = x-1
role_session_name = ana
duration_seconds = 7200
[profile beyond]
role_arn = arn:aws:iam::123456789012:role/beyond
source_profile = careful
[profile itself]
role_arn = arn:aws:iam::123456789012:role/itself
source_profile = itself
credential_process = /bin/keys --all
[profile keyed]
role_arn = arn:aws:iam::123456789012:role/keyed
source_profile = base
aws_access_key_id = AKIAKEYED
aws_secret_access_key = s
[profile from-keyed]
role_arn = arn:aws:iam::123456789012:role/from-keyed
source_profile = keyed
[profile instance]
role_arn = arn:aws:iam::123456789012:role/instance
credential_source = Ec2InstanceMetadata
[profile token]
role_arn = arn:aws:iam::123456789012:role/token
web_identity_token_file = /var/token
[profile no-role]
source_profile = no-role-either
[profile orphan]
role_arn = arn:aws:iam::123456789012:role/orphan
source_profile = bsae
[profile up]
role_arn = arn:aws:iam::123456789012:role/up
source_profile = down
[profile down]
role_arn = arn:aws:iam::123456789012:role/down
source_profile = up
[profile two-sources]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = base
credential_source = Environment
[profile no-source]
role_arn = arn:aws:iam::123456789012:role/r
[profile long]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = base
duration_seconds = an hour
";

    fn of_profile(name: &str) -> Auth {
        Auth::Profile(name.into())
    }

    async fn chain(auth: &Auth, variables: &[(&str, &str)]) -> Result<Chain, Problem> {
        profiles(CONFIG, variables).await.chain(auth)
    }

    /// The source and the names of the roles.
    async fn way(auth: &Auth, variables: &[(&str, &str)]) -> (Source, Vec<String>) {
        let chain = chain(auth, variables).await.unwrap();
        let name = |role: &RoleAuth| role.arn.rsplit('/').next().unwrap_or_default().to_owned();
        (chain.source.clone(), chain.roles.iter().map(name).collect())
    }

    fn own_role(source_profile: Option<&str>) -> Auth {
        Auth::Role(RoleAuth {
            arn: "arn:aws:iam::123456789012:role/own".into(),
            source_profile: source_profile.map(str::to_owned),
            ..RoleAuth::default()
        })
    }

    #[tokio::test]
    async fn roles_are_assumed_from_the_source_on() {
        let profile = |name: &str| Source::Profile(name.to_owned());
        let besides = |name: &str| Source::BesidesRole(name.to_owned());
        for (auth, source, roles) in [
            (of_profile("base"), profile("base"), vec![]),
            (of_profile("careful"), profile("base"), vec!["careful"]),
            (of_profile("beyond"), profile("base"), vec!["careful", "beyond"]),
            (own_role(Some("beyond")), profile("base"), vec!["careful", "beyond", "own"]),
            (of_profile("itself"), besides("itself"), vec!["itself"]),
            (of_profile("keyed"), profile("base"), vec!["keyed"]),
            (of_profile("from-keyed"), besides("keyed"), vec!["from-keyed"]),
            (of_profile("instance"), besides("instance"), vec!["instance"]),
            (of_profile("token"), profile("token"), vec![]),
            (of_profile("no-role"), profile("no-role"), vec![]),
            (own_role(None), Source::Default, vec!["own"]),
            (Auth::Environment, Source::Default, vec![]),
            (Auth::AccessKey { id: "AKIA".into() }, Source::AccessKey("AKIA".into()), vec![]),
        ] {
            let expected = (source, roles.into_iter().map(str::to_owned).collect());
            assert_eq!(way(&auth, &[]).await, expected, "{auth:?}");
        }
    }

    #[tokio::test]
    async fn a_profile_says_how_its_role_is_assumed() {
        let chain = chain(&of_profile("beyond"), &[]).await.unwrap();
        let careful = RoleAuth {
            arn: "arn:aws:iam::123456789012:role/careful".into(),
            external_id: Some("x-1".into()),
            source_profile: None,
            mfa_serial: Some("arn:aws:iam::123456789012:mfa/ana".into()),
            session_name: Some("ana".into()),
            duration_seconds: Some(7200),
        };
        assert_eq!((&chain.roles[0], chain.roles[1].mfa_serial.as_deref()), (&careful, None));
        assert_eq!(chain.first(1).roles, [careful]);
    }

    #[tokio::test]
    async fn keys_in_the_environment_come_before_the_selected_profile() {
        let selected = [("AWS_PROFILE", "careful")];
        assert_eq!(way(&Auth::Environment, &selected).await.1, ["careful"]);
        assert_eq!(way(&own_role(None), &selected).await.1, ["careful", "own"]);
        let with_keys = [("AWS_PROFILE", "careful"), ("AWS_ACCESS_KEY_ID", "AKIA")];
        assert_eq!(way(&Auth::Environment, &with_keys).await, (Source::Default, vec![]));
        assert_eq!(way(&of_profile("careful"), &with_keys).await.1, ["careful"]);
    }

    #[tokio::test]
    async fn an_unknown_profile_is_told_with_the_known_ones() {
        let problem = chain(&of_profile("bsae"), &[]).await.unwrap_err();
        assert_eq!(problem.why, "There is no profile `bsae` in the AWS config files.");
        assert!(problem.advice[0].contains("base, beyond, careful, default, down"), "{problem:?}");
        assert_eq!(chain(&Auth::Environment, &[("AWS_PROFILE", "bsae")]).await, Err(problem.clone()));
        assert_eq!(chain(&of_profile("orphan"), &[]).await, Err(problem));
    }

    #[tokio::test]
    async fn a_chain_that_leads_nowhere_says_where_it_breaks() {
        for (name, why) in [
            ("up", "Its chain of roles has no beginning: up → down → up."),
            ("two-sources", "It has both `source_profile` and `credential_source`."),
            ("no-source", "It has a `role_arn`, and nothing says whose credentials assume the role."),
            ("long", "Its `duration_seconds` is `an hour`."),
        ] {
            let problem = chain(&of_profile(name), &[]).await.unwrap_err();
            assert_eq!((problem.kind, problem.why.as_str()), (ProblemKind::Credentials, why));
            assert_eq!(problem.what, format!("Cannot use the profile {name}"));
            assert!(!problem.advice.is_empty());
        }
    }

    #[tokio::test]
    async fn what_a_profile_has_besides_its_role_makes_a_profile_of_its_own() {
        let section = profiles(CONFIG, &[]).await.besides_role("itself", "alias");
        assert_eq!(section, "[profile alias]\ncredential_process = /bin/keys --all\n");
    }
}
