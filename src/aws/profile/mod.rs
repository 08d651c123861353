//! The user's AWS files, as far as the SDK leaves them to us: which roles a profile assumes one after the other and which of
//! them want an MFA code, what profiles there are, and the certificate bundle.

mod chain;
mod list;

use std::path::PathBuf;

#[expect(deprecated, reason = "its successor lives in a crate that is the SDK's own affair")]
use aws_config::profile::profile_file::ProfileFiles;
use aws_config::profile::{self, ProfileSet};
use aws_types::os_shim_internal::{Env, Fs};

pub(super) use chain::{Chain, Source};

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

    fn unknown(&self, name: &str) -> Problem {
        let mut known: Vec<&str> = self.set.profiles().collect();
        known.sort_unstable();
        let advice = match known.as_slice() {
            [] => "Make one with `aws configure --profile NAME` or `aws configure sso`.".to_owned(),
            names => format!("Use one of these: {}.", names.join(", ")),
        };
        unusable(name, format!("There is no profile `{name}` in the AWS config files.")).advise(advice)
    }
}

fn unusable(name: &str, why: String) -> Problem {
    Problem::new(ProblemKind::Credentials, format!("Cannot use the profile {name}"), why)
}

/// The profile that an authentication names, if it names one.
pub(super) fn named_profile(auth: &Auth) -> Option<&str> {
    match auth {
        Auth::Profile(name) => Some(name),
        Auth::Role(role) => role.source_profile.as_deref(),
        Auth::Environment | Auth::AccessKey { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The profiles of `~/.aws/config` with this content.
    pub(super) async fn profiles(config: &str, variables: &[(&str, &str)]) -> Profiles {
        let mut all = vec![("HOME", "/home/ana")];
        all.extend(variables);
        let fs = Fs::from_slice(&[("/home/ana/.aws/config", config)]);
        Profiles::load(&fs, &Env::from_slice(&all)).await.unwrap()
    }

    #[tokio::test]
    async fn a_certificate_bundle_comes_from_the_environment_or_the_profile() {
        let config = "[profile corp]\nca_bundle = ~/corp.pem\n";
        let none = profiles(config, &[]).await;
        let corp = Auth::Profile("corp".into());
        assert_eq!(none.trust(&Auth::Environment), Trust::System);
        assert_eq!(none.trust(&corp), Trust::Bundle("/home/ana/corp.pem".into()));
        let set = profiles(config, &[("AWS_CA_BUNDLE", "/etc/corp.pem")]).await;
        assert_eq!(set.trust(&corp), Trust::Bundle("/etc/corp.pem".into()));
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
