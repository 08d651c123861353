//! No credentials: the SDK's chain gave none, or their source failed.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::result::SdkError;

use super::refused::Refusal;
use super::{Caller, Question, chain, find, unreached};
use crate::aws::roles::RoleRefused;
use crate::domain::{Auth, Problem, ProblemKind};

/// What STS says first where a code, or the device it should come from, is not the right one.
const MFA_FAILED: &str = "MultiFactorAuthentication failed";

impl Caller {
    /// The problem behind a source of credentials that gave none.
    pub(in crate::aws) fn without_credentials(
        &self,
        question: &Question,
        error: &CredentialsError,
    ) -> Problem {
        if let Some(refused) = find::<RoleRefused>(error) {
            return self.role_refused(question, refused);
        }
        // What is wrong with the AWS files, or a code that is wanted.
        if let Some(problem) = find::<Problem>(error) {
            return Problem { what: question.what.clone(), ..problem.clone() };
        }
        // The SDK's own words around the cause say no more than that it failed.
        let text = error.source().map_or_else(|| error.to_string(), chain);
        let problem = |why: &str| Problem::new(ProblemKind::Credentials, &question.what, why);
        // IAM Identity Center turns a session down that was ended on its side with an UnauthorizedException.
        if ["SSO token", "SSO OIDC", "UnauthorizedException"].iter().any(|sign| text.contains(sign)) {
            return problem("The sign-in through SSO has expired, or there was none.")
                .advise(self.sign_in("aws sso login"));
        }
        if text.contains("Login token") || text.contains(".aws/login/cache") {
            return problem("The sign-in with `aws login` has expired, or there was none.")
                .advise(self.sign_in("aws login"));
        }
        // The last link of the chain: a machine whose metadata gives no credentials has none.
        if text.contains("IMDS") {
            return self.none_found(question);
        }
        match error {
            CredentialsError::CredentialsNotLoaded(_) => self.none_found(question),
            CredentialsError::ProviderTimedOut(_) => {
                let why = format!("Their source did not answer: {text}.");
                Problem::new(ProblemKind::Timeout, &question.what, why)
                    .advise("Check the network, or the `credential_process` of the profile.")
            }
            _ if unreached::is_network(error) => {
                let problem = unreached::unreached(question, error);
                Problem { why: format!("The credentials cannot be fetched. {}", problem.why), ..problem }
            }
            _ => problem(&format!("The credentials cannot be loaded: {text}."))
                .advise("Check the profile in the AWS config files.")
                .advise("Try the same credentials with `aws sts get-caller-identity`."),
        }
    }

    fn role_refused(&self, question: &Question, refused: &RoleRefused) -> Problem {
        let RoleRefused { role, error } = refused;
        let assume =
            Question { what: question.what.clone(), action: "sts:AssumeRole", resource: role.clone() };
        match error {
            SdkError::ServiceError(answer) => {
                let refusal = Refusal::of(answer.err(), answer.raw());
                if refusal.message.starts_with(MFA_FAILED) {
                    return mfa_refused(question, role, &refusal);
                }
                let problem = self.refused(&assume, &refusal);
                match problem.kind {
                    ProblemKind::Permission => problem
                        .advise("The role's trust policy must name these credentials, and the external ID must be the one it asks for.")
                        .advise("Check the role's ARN: AWS says the same of a role that does not exist. If it wants MFA, give the device's serial number."),
                    ProblemKind::Rejected => {
                        let why = format!("The role {role} cannot be assumed: {}", problem.why);
                        Problem { why, ..problem }
                            .advise("Check the role's ARN, its external ID, and the name and duration of its sessions.")
                    }
                    _ => problem,
                }
            }
            SdkError::ResponseError(answer) => {
                unreached::unreadable(&assume, error, answer.raw().status().as_u16())
            }
            _ => unreached::unreached(&assume, error),
        }
    }

    fn none_found(&self, question: &Question) -> Problem {
        let why = match &self.profile {
            Some(name) => format!("The profile {name} has no credentials."),
            None => {
                "No credentials were found: none in the environment, in the AWS files or from this machine."
                    .to_owned()
            }
        };
        Problem::new(ProblemKind::Credentials, &question.what, why)
            .advise("Pick a profile with `--profile NAME`, or sign in with `aws sso login` or `aws login`.")
            .advise("Or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
    }

    /// The credentials were good once.
    pub(super) fn expired(&self, question: &Question, words: &str) -> Problem {
        let problem = Problem::new(ProblemKind::Credentials, &question.what, words);
        let problem = Problem { expired: true, ..problem };
        match &self.auth {
            Auth::AccessKey { .. } => {
                problem.advise("The session of this access key is over. Give the connection a new one.")
            }
            _ => problem
                .advise(format!("If these credentials come from SSO, run {}.", self.command("aws sso login")))
                .advise("If they come from the environment or the AWS files, renew them there."),
        }
    }

    fn sign_in(&self, command: &str) -> String {
        format!("Run {}.", self.command(command))
    }

    fn command(&self, command: &str) -> String {
        match &self.profile {
            Some(name) => format!("`{command} --profile {}`", quoted(name)),
            None => format!("`{command}`"),
        }
    }
}

/// The problem of a role that turned an MFA code down.
fn mfa_refused(question: &Question, role: &str, refusal: &Refusal) -> Problem {
    let problem = |why: String| Problem::new(ProblemKind::Credentials, &question.what, why);
    if refusal.message.contains("pass code") {
        let why = format!("The code was not accepted for the role {role}. Each code is good only once.");
        return problem(why)
            .advise("Wait for the next code that the device shows.")
            .advise("If no code is accepted, check the clock of the device.");
    }
    problem(refusal.message.clone())
        .advise("Check the serial number of the MFA device: it must belong to the user who assumes the role.")
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "._-/@+:".contains(character);
    if word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_smithy_runtime_api::client::result::ConnectorError;

    use super::*;
    use crate::aws::profile::named_profile;

    fn of(auth: Auth, error: &CredentialsError) -> Problem {
        let profile = named_profile(&auth).map(str::to_owned);
        let caller = Caller { auth, profile, region: "eu-west-1".into(), account: None };
        let question =
            Question { what: "Cannot read".into(), action: "apigateway:GET", resource: "*".into() };
        caller.without_credentials(&question, error)
    }

    #[test]
    fn a_source_without_credentials_says_what_to_do() {
        // The texts are those of the SDK's credential providers.
        let failed = |text: &str| CredentialsError::provider_error(text.to_owned());
        for (error, advice) in [
            (failed("the SSO token has expired and cannot be refreshed"), "aws sso login --profile dev"),
            (failed("failed to load the cached SSO token"), "aws sso login --profile dev"),
            (
                failed("UnauthorizedException: Session token not found or invalid"),
                "aws sso login --profile dev",
            ),
            (failed("cached Login token is expired"), "aws login --profile dev"),
            (failed("failed to load IMDS session token"), "--profile NAME"),
            (CredentialsError::not_loaded("no providers in chain provided credentials"), "--profile NAME"),
            (
                CredentialsError::invalid_configuration("missing credential source in `dev`"),
                "Check the profile",
            ),
            (failed("external process exited with code 3. Stderr: broken"), "Check the profile"),
        ] {
            let problem = of(Auth::Profile("dev".into()), &error);
            assert_eq!(problem.kind, ProblemKind::Credentials);
            assert!(problem.advice.join(" ").contains(advice), "{problem:?}");
        }
        let slow = of(Auth::Environment, &CredentialsError::provider_timed_out(Duration::from_secs(30)));
        assert_eq!(slow.kind, ProblemKind::Timeout);
    }

    #[test]
    fn a_source_out_of_reach_is_not_taken_for_the_endpoint() {
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let error = CredentialsError::provider_error(ConnectorError::io(Box::new(refused)));
        let problem = of(Auth::Environment, &error);
        assert_eq!(problem.kind, ProblemKind::Network);
        assert!(problem.why.starts_with("The credentials cannot be fetched. Nobody listens"), "{problem:?}");
    }

    #[test]
    fn a_sign_in_without_a_profile_names_none() {
        let expired = CredentialsError::provider_error("the SSO token has expired and cannot be refreshed");
        assert_eq!(of(Auth::Environment, &expired).advice, ["Run `aws sso login`."]);
        let spaced = of(Auth::Profile("dev team".into()), &expired);
        assert_eq!(spaced.advice, ["Run `aws sso login --profile 'dev team'`."]);
    }
}
