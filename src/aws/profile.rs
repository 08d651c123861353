//! The user's AWS files, as far as the SDK leaves them to us: a profile that is missing, MFA, the certificate bundle.

use std::path::PathBuf;

#[expect(deprecated, reason = "its successor lives in a crate that is the SDK's own affair")]
use aws_config::profile::profile_file::ProfileFiles;
use aws_config::profile::{self, Profile, ProfileSet};
use aws_types::os_shim_internal::{Env, Fs};

use super::transport::Trust;
use crate::domain::{Auth, Problem, ProblemKind};

/// The profile that need not exist.
const DEFAULT: &str = "default";

/// The profiles of the shared config and credentials files.
pub(super) struct Profiles {
    set: ProfileSet,
    env: Env,
}

impl Profiles {
    /// Reads the files that the environment names, `~/.aws/config` and `~/.aws/credentials` without it.
    pub(super) async fn load(fs: &Fs, env: &Env) -> Result<Self, Problem> {
        #[expect(deprecated, reason = "as above")]
        let files = ProfileFiles::default();
        let set = profile::load(fs, env, &files, None).await.map_err(|error| {
            let cause =
                std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            Problem::new(
                ProblemKind::Credentials,
                "Cannot read the AWS config files",
                format!("{error}{cause}"),
            )
            .advise(
                "Correct the file, or point AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE somewhere else.",
            )
        })?;
        Ok(Self { set, env: env.clone() })
    }

    /// Refuses what cannot work: a profile that is named (in `AWS_PROFILE` too) and does not exist, or whose source does not,
    /// and one that wants an MFA code.
    pub(super) fn check(&self, auth: &Auth) -> Result<(), Problem> {
        let named = named_profile(auth);
        if let Some(name) = named.filter(|name| self.set.get_profile(name).is_none()) {
            return Err(self.unknown(name));
        }
        let keys_in_environment = self.env.get("AWS_ACCESS_KEY_ID").is_ok_and(|id| !id.is_empty());
        match (named, auth) {
            (Some(name), _) => self.check_chain(name),
            (None, Auth::Environment | Auth::Role(_)) if !keys_in_environment => {
                let selected = self.set.selected_profile();
                if selected != DEFAULT && self.set.get_profile(selected).is_none() {
                    return Err(self.unknown(selected));
                }
                self.check_chain(selected)
            }
            _ => Ok(()),
        }
    }

    /// Whose certificates to believe: `AWS_CA_BUNDLE`, else the profile's `ca_bundle`, else the system's.
    pub(super) fn trust(&self, auth: &Auth) -> Trust {
        let name = named_profile(auth).unwrap_or_else(|| self.set.selected_profile());
        let of_profile = || self.set.get_profile(name)?.get("ca_bundle").map(str::to_owned);
        let of_environment = self.env.get("AWS_CA_BUNDLE").ok().filter(|path| !path.is_empty());
        match of_environment.or_else(of_profile) {
            Some(path) => Trust::Bundle(self.expand(&path)),
            None => Trust::System,
        }
    }

    fn expand(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.env.get("HOME")) {
            (Some(rest), Ok(home)) => PathBuf::from(home).join(rest),
            _ => PathBuf::from(path),
        }
    }

    /// Follows `source_profile` from this profile on, as the SDK will: no profile on the way may want an MFA code or be
    /// missing.
    fn check_chain(&self, name: &str) -> Result<(), Problem> {
        let mut followed: Vec<&str> = Vec::new();
        let mut next = self.set.get_profile(name);
        while let Some(profile) = next.filter(|profile| !followed.contains(&profile.name())) {
            if profile.get("role_arn").is_some() && profile.get("mfa_serial").is_some() {
                return Err(wants_mfa(profile));
            }
            followed.push(profile.name());
            let Some(source) = profile.get("source_profile") else { break };
            next = self.set.get_profile(source);
            if next.is_none() {
                return Err(self.unknown(source));
            }
        }
        Ok(())
    }

    fn unknown(&self, name: &str) -> Problem {
        let mut known: Vec<&str> = self.set.profiles().collect();
        known.sort_unstable();
        let advice = match known.as_slice() {
            [] => "Make one with `aws configure --profile NAME` or `aws configure sso`.".to_owned(),
            names => format!("Use one of these: {}.", names.join(", ")),
        };
        let why = format!("There is no profile `{name}` in the AWS config files.");
        Problem::new(ProblemKind::Credentials, format!("Cannot use the profile {name}"), why).advise(advice)
    }
}

/// The profile that an authentication names, if it names one.
pub(super) fn named_profile(auth: &Auth) -> Option<&str> {
    match auth {
        Auth::Profile(name) => Some(name),
        Auth::Role(role) => role.source_profile.as_deref(),
        Auth::Environment | Auth::AccessKey { .. } => None,
    }
}

fn wants_mfa(profile: &Profile) -> Problem {
    let name = profile.name();
    let serial = profile.get("mfa_serial").unwrap_or_default();
    let source = profile.get("source_profile").unwrap_or(DEFAULT);
    let why = "The profile asks for an MFA code (`mfa_serial`). apigw cannot ask for one yet.";
    Problem::new(ProblemKind::Credentials, format!("Cannot use the profile {name}"), why)
        .advise(format!(
            "Get a session yourself: `aws sts get-session-token --profile {source} --serial-number {serial} --token-code CODE`."
        ))
        .advise("Put its three values into AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.")
        .advise("Then name the role in the connection, and let the environment be its source.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::RoleAuth;

    const CONFIG: &str = "
[default]
region = eu-west-1
[profile corp]
ca_bundle = ~/corp.pem
[profile base]
aws_access_key_id = AKIA
aws_secret_access_key = s
[profile careful]
role_arn = arn:aws:iam::123456789012:role/careful
source_profile = base
mfa_serial = arn:aws:iam::123456789012:mfa/ana
[profile beyond]
role_arn = arn:aws:iam::123456789012:role/beyond
source_profile = careful
[profile orphan]
role_arn = arn:aws:iam::123456789012:role/orphan
source_profile = bsae
[profile loop-a]
source_profile = loop-b
[profile loop-b]
source_profile = loop-a
";

    async fn profiles(variables: &[(&str, &str)]) -> Profiles {
        let mut all = vec![("HOME", "/home/ana")];
        all.extend(variables);
        let fs = Fs::from_slice(&[("/home/ana/.aws/config", CONFIG)]);
        Profiles::load(&fs, &Env::from_slice(&all)).await.unwrap()
    }

    fn profile(name: &str) -> Auth {
        Auth::Profile(name.into())
    }

    #[tokio::test]
    async fn a_profile_that_wants_mfa_is_refused_wherever_it_stands() {
        let profiles_ = profiles(&[]).await;
        let role = |source: &str| {
            Auth::Role(RoleAuth {
                arn: "arn".into(),
                source_profile: Some(source.into()),
                ..RoleAuth::default()
            })
        };
        for auth in [profile("careful"), profile("beyond"), role("careful")] {
            let problem = profiles_.check(&auth).unwrap_err();
            assert_eq!(problem.kind, ProblemKind::Credentials);
            assert!(problem.advice[0].contains("aws sts get-session-token --profile base"), "{problem:?}");
            assert!(problem.advice[0].contains("arn:aws:iam::123456789012:mfa/ana"));
        }
        for auth in [profile("base"), profile("loop-a"), role("base"), Auth::Environment] {
            assert_eq!(profiles_.check(&auth), Ok(()));
        }
    }

    #[tokio::test]
    async fn keys_in_the_environment_come_before_the_selected_profile() {
        let selected = profiles(&[("AWS_PROFILE", "careful")]).await;
        assert!(selected.check(&Auth::Environment).is_err());
        let with_keys = profiles(&[("AWS_PROFILE", "careful"), ("AWS_ACCESS_KEY_ID", "AKIA")]).await;
        assert_eq!(with_keys.check(&Auth::Environment), Ok(()));
        assert!(with_keys.check(&profile("careful")).is_err());
    }

    #[tokio::test]
    async fn an_unknown_profile_is_told_with_the_known_ones() {
        let problem = profiles(&[]).await.check(&profile("bsae")).unwrap_err();
        assert_eq!(problem.why, "There is no profile `bsae` in the AWS config files.");
        assert!(
            problem.advice[0].contains("base, beyond, careful, corp, default, loop-a, loop-b, orphan"),
            "{problem:?}"
        );
        let mistyped = profiles(&[("AWS_PROFILE", "bsae")]).await;
        assert_eq!(mistyped.check(&Auth::Environment), Err(problem.clone()));
        assert_eq!(profiles(&[]).await.check(&profile("orphan")), Err(problem));
    }

    #[tokio::test]
    async fn a_certificate_bundle_comes_from_the_environment_or_the_profile() {
        let none = profiles(&[]).await;
        assert_eq!(none.trust(&Auth::Environment), Trust::System);
        assert_eq!(none.trust(&profile("corp")), Trust::Bundle("/home/ana/corp.pem".into()));
        let set = profiles(&[("AWS_CA_BUNDLE", "/etc/corp.pem")]).await;
        assert_eq!(set.trust(&profile("corp")), Trust::Bundle("/etc/corp.pem".into()));
    }

    #[tokio::test]
    async fn a_broken_config_file_is_named() {
        let fs = Fs::from_slice(&[("/home/ana/.aws/config", "[default\nregion = x")]);
        let problem = Profiles::load(&fs, &Env::from_slice(&[("HOME", "/home/ana")])).await.err().unwrap();
        assert!(
            problem.why.contains("/home/ana/.aws/config") || problem.why.contains("~/.aws/config"),
            "{problem:?}"
        );
    }
}
