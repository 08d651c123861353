//! No credentials: the SDK's chain gave none, or their source failed.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;

use super::refused::Refusal;
use super::{Caller, Question, chain, find, unreached};
use crate::aws::profile::named_profile;
use crate::domain::{Auth, Problem, ProblemKind};

impl Caller {
    /// The problem behind a source of credentials that gave none.
    pub(super) fn without_credentials(&self, question: &Question, error: &CredentialsError) -> Problem {
        if let Some(refused) = find::<SdkError<AssumeRoleError, HttpResponse>>(error) {
            return self.role_refused(question, refused);
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

    fn role_refused(
        &self,
        question: &Question,
        refused: &SdkError<AssumeRoleError, HttpResponse>,
    ) -> Problem {
        let role = match &self.auth {
            Auth::Role(role) => role.arn.clone(),
            _ => "*".to_owned(),
        };
        let assume = Question { what: question.what.clone(), action: "sts:AssumeRole", resource: role };
        if let Some(error) = find::<CredentialsError>(refused) {
            return self.without_credentials(question, error);
        }
        match refused {
            SdkError::ServiceError(answer) => {
                let problem = self.refused(&assume, &Refusal::of(answer.err(), answer.raw()));
                match problem.kind {
                    ProblemKind::Permission => problem
                        .advise("The role's trust policy must name these credentials, and the external ID must be the one it asks for."),
                    _ => problem,
                }
            }
            SdkError::ResponseError(answer) => {
                unreached::unreadable(&assume, refused, answer.raw().status().as_u16())
            }
            _ => unreached::unreached(&assume, refused),
        }
    }

    fn none_found(&self, question: &Question) -> Problem {
        let why = match named_profile(&self.auth) {
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
        match &self.auth {
            Auth::AccessKey { .. } => {
                problem.advise("The session of this access key is over. Give the connection a new one.")
            }
            _ => problem
                .advise(self.sign_in("aws sso login"))
                .advise("If the credentials come from the environment or the AWS files, renew them there."),
        }
    }

    fn sign_in(&self, command: &str) -> String {
        match named_profile(&self.auth) {
            Some(name) => format!("Run `{command} --profile {}`.", quoted(name)),
            None => format!("Run `{command}`."),
        }
    }
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

    fn of(auth: Auth, error: &CredentialsError) -> Problem {
        let caller = Caller { auth, region: "eu-west-1".into(), account: None };
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
    }
}
