//! Where the credentials of a connection come from, as flags say it, and secrets, which no flag ever carries.

use crate::cli::choice::{checked, usage};
use crate::cli::person;
use crate::domain::{AccessKey, Auth, Problem, RoleAuth, Secret, rules};
use crate::ops::generate_external_id;

/// Flags that say where the credentials come from; `--profile` is one more, and a flag of every command.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Credentials (one of --profile, --role-arn, --access-key-id, --env)")]
pub struct CredentialFlags {
    /// Assume this IAM role
    #[arg(long, value_name = "ARN", value_parser = checked(rules::role_arn))]
    role_arn: Option<String>,
    /// The external ID that the role's trust policy asks for; a new role without it gets one made up, which is told
    #[arg(long, value_name = "ID", value_parser = checked(rules::external_id))]
    external_id: Option<String>,
    /// Say no external ID to the role
    #[arg(long, conflicts_with = "external_id")]
    no_external_id: bool,
    /// Assume the role with the credentials of this AWS profile; the default credentials do without it
    #[arg(long, value_name = "NAME")]
    source_profile: Option<String>,
    /// The MFA device whose code the role's trust policy asks for
    #[arg(long, value_name = "SERIAL", value_parser = checked(rules::mfa_serial))]
    mfa_serial: Option<String>,
    /// What the role's audit log calls the sessions
    #[arg(long, value_name = "NAME", value_parser = checked(rules::role_session_name))]
    session_name: Option<String>,
    /// How long a session of the role lasts, in seconds: 900 to 43200
    #[arg(long, value_name = "SECONDS", value_parser = role_duration)]
    duration: Option<u32>,
    /// Sign with this access key; its secret is asked for, or read from stdin
    #[arg(long, value_name = "KEY", value_parser = checked(rules::access_key_id))]
    access_key_id: Option<String>,
    /// Read the secret access key from the first line of stdin, and of temporary credentials the session token from the second
    #[arg(long)]
    secret_stdin: bool,
    /// Take the default credentials: environment variables, the default profile, a container's or an instance's role
    #[arg(long)]
    env: bool,
}

fn role_duration(text: &str) -> Result<u32, String> {
    let seconds = text.parse().ok().filter(|seconds| rules::ROLE_DURATION_SECONDS.contains(seconds));
    let (least, most) = rules::ROLE_DURATION_SECONDS.into_inner();
    seconds.ok_or_else(|| format!("write {least} to {most} seconds"))
}

/// One of the four ways to come by credentials.
enum Way<'a> {
    Profile(&'a str),
    Role(&'a str),
    AccessKey(&'a str),
    Environment,
}

impl CredentialFlags {
    /// The credentials that the flags describe, `before` being those that there are already; `None` when the flags say nothing
    /// about it.
    pub fn auth(&self, profile: Option<&str>, before: Option<&Auth>) -> Result<Option<Auth>, Problem> {
        let way = self.way(profile)?;
        let role_before = match before {
            Some(Auth::Role(role)) => Some(role),
            _ => None,
        };
        if let Some(flag) = self.of_a_role().filter(|_| match way {
            Some(Way::Role(_)) => false,
            Some(_) => true,
            None => role_before.is_none(),
        }) {
            return Err(usage(format!("{flag} means nothing without a role"), "")
                .advise("Add --role-arn ARN, or leave it out."));
        }
        Ok(match (way, role_before) {
            (Some(Way::Profile(name)), _) => Some(Auth::Profile(name.to_owned())),
            (Some(Way::AccessKey(id)), _) => Some(Auth::AccessKey { id: id.to_owned() }),
            (Some(Way::Environment), _) => Some(Auth::Environment),
            (Some(Way::Role(arn)), before) => {
                let before = before.cloned().unwrap_or_default();
                Some(Auth::Role(self.role(RoleAuth { arn: arn.to_owned(), ..before })))
            }
            (None, Some(role)) if self.of_a_role().is_some() => Some(Auth::Role(self.role(role.clone()))),
            (None, _) => None,
        })
    }

    fn way<'a>(&'a self, profile: Option<&'a str>) -> Result<Option<Way<'a>>, Problem> {
        let ways = [
            ("--profile", profile.map(Way::Profile)),
            ("--role-arn", self.role_arn.as_deref().map(Way::Role)),
            ("--access-key-id", self.access_key_id.as_deref().map(Way::AccessKey)),
            ("--env", self.env.then_some(Way::Environment)),
        ];
        let mut given = ways.into_iter().filter_map(|(flag, way)| Some((flag, way?)));
        match (given.next(), given.next()) {
            (Some((first, _)), Some((second, _))) => {
                let what = format!("{first} and {second} both say where the credentials come from");
                Err(usage(what, "").advise("Give one of them.").advise(
                    "To assume a role with a profile's credentials: --role-arn ARN --source-profile NAME",
                ))
            }
            (one, _) => Ok(one.map(|(_, way)| way)),
        }
    }

    /// The first flag given that is about a role.
    fn of_a_role(&self) -> Option<&'static str> {
        let flags = [
            ("--external-id", self.external_id.is_some()),
            ("--no-external-id", self.no_external_id),
            ("--source-profile", self.source_profile.is_some()),
            ("--mfa-serial", self.mfa_serial.is_some()),
            ("--session-name", self.session_name.is_some()),
            ("--duration", self.duration.is_some()),
        ];
        flags.into_iter().find_map(|(flag, given)| given.then_some(flag))
    }

    fn role(&self, before: RoleAuth) -> RoleAuth {
        let or = |new: &Option<String>, before: Option<String>| new.clone().or(before);
        RoleAuth {
            arn: before.arn,
            external_id: or(&self.external_id, before.external_id).filter(|_| !self.no_external_id),
            source_profile: or(&self.source_profile, before.source_profile),
            mfa_serial: or(&self.mfa_serial, before.mfa_serial),
            session_name: or(&self.session_name, before.session_name),
            duration_seconds: self.duration.or(before.duration_seconds),
        }
    }

    /// Gives a role without an external ID one of its own, unless there is to be none, and says which.
    pub fn make_up_external_id(&self, auth: &mut Auth) -> Option<String> {
        match auth {
            Auth::Role(role) if role.external_id.is_none() && !self.no_external_id => {
                role.external_id = Some(generate_external_id());
                role.external_id.clone()
            }
            _ => None,
        }
    }

    /// The access key with the secret of this run, where `auth` signs with one and a new secret is due.
    pub fn access_key(&self, auth: &Auth) -> Result<Option<AccessKey>, Problem> {
        let Auth::AccessKey { id } = auth else {
            if self.secret_stdin {
                return Err(usage("--secret-stdin means nothing without an access key", "")
                    .advise("Add --access-key-id KEY, or leave it out."));
            }
            return Ok(None);
        };
        if self.access_key_id.is_none() && !self.secret_stdin {
            return Ok(None);
        }
        let mut lines = self.secret_lines(id)?.into_iter();
        let secret = right("secret access key", lines.next().unwrap_or_else(|| Secret::new(String::new())))?;
        let token = lines.next().filter(|token| !token.expose().is_empty());
        let session_token = token.map(|token| right("session token", token)).transpose()?;
        if lines.any(|line| !line.expose().is_empty()) {
            return Err(usage("There are too many lines on stdin", "")
                .advise("Write the secret access key on the first line, and on the second the session token if there is one."));
        }
        Ok(Some(AccessKey { id: id.clone(), secret, session_token }))
    }

    fn secret_lines(&self, id: &str) -> Result<Vec<Secret>, Problem> {
        if self.secret_stdin && !person::types_on_stdin() {
            return person::secrets_on_stdin();
        }
        if !person::is_there() {
            return Err(usage(
                format!("The secret of the access key {id} is missing"),
                "Nobody is there to type it.",
            )
            .advise("Let it come on stdin: --secret-stdin < FILE"));
        }
        let secret = person::secret(&format!("Secret access key of {id}:"))?;
        Ok(vec![secret, person::secret("Session token, if the key is temporary (empty if not):")?])
    }
}

/// The secret, if it can be one; the problem shows nothing of it.
fn right(what: &str, secret: Secret) -> Result<Secret, Problem> {
    match rules::secret(secret.expose()) {
        Ok(()) => Ok(secret),
        Err(expected) => {
            Err(usage(format!("This cannot be a {what}"), "").advise(format!("Give {expected}.")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLE: &str = "arn:aws:iam::123456789012:role/deployer";

    fn flags() -> CredentialFlags {
        CredentialFlags::default()
    }

    fn kept() -> Auth {
        Auth::Role(RoleAuth {
            arn: ROLE.into(),
            external_id: Some("apigw-1".into()),
            mfa_serial: Some("arn:aws:iam::123456789012:mfa/ana".into()),
            ..RoleAuth::default()
        })
    }

    #[test]
    fn exactly_one_way_is_taken() {
        assert_eq!(flags().auth(None, None), Ok(None));
        assert_eq!(flags().auth(Some("dev"), None), Ok(Some(Auth::Profile("dev".into()))));
        let env = CredentialFlags { env: true, ..flags() };
        assert_eq!(env.auth(None, Some(&kept())), Ok(Some(Auth::Environment)));
        let problem = env.auth(Some("dev"), None).unwrap_err();
        assert_eq!(problem.what, "--profile and --env both say where the credentials come from");
    }

    #[test]
    fn what_is_not_said_about_a_role_stays_as_it_was() {
        let longer = CredentialFlags { duration: Some(7200), no_external_id: true, ..flags() };
        let Ok(Some(Auth::Role(role))) = longer.auth(None, Some(&kept())) else { panic!() };
        assert_eq!((role.duration_seconds, role.external_id), (Some(7200), None));
        assert!(role.mfa_serial.is_some() && role.arn == ROLE);
        let other = CredentialFlags { role_arn: Some(ROLE.replace("deployer", "auditor")), ..flags() };
        let Ok(Some(Auth::Role(role))) = other.auth(None, Some(&kept())) else { panic!() };
        assert_eq!(role.external_id.as_deref(), Some("apigw-1"));
        assert!(role.arn.ends_with("auditor"));
    }

    #[test]
    fn what_belongs_to_a_role_needs_one() {
        let named = CredentialFlags { session_name: Some("ana".into()), ..flags() };
        for (profile, before) in [(None, None), (Some("dev"), Some(kept())), (None, Some(Auth::Environment))]
        {
            let problem = named.auth(profile, before.as_ref()).unwrap_err();
            assert_eq!(problem.what, "--session-name means nothing without a role");
        }
    }

    #[test]
    fn a_secret_that_cannot_be_one_is_not_shown() {
        let problem = right("secret access key", Secret::new("wJalrXUtn FEMI/K7MDENG".into())).unwrap_err();
        assert!(problem.advice[0].contains("one piece") && !format!("{problem:?}").contains("FEMI"));
    }
}
