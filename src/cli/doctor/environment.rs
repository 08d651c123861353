//! The variables that change how AWS is reached. Of those that may hold a secret, only whether they are set.

use std::path::Path;

use super::Variables;
use crate::cli::checks::{passed, warned};
use crate::domain::{Check, Problem, ProblemKind};

/// Variables whose values are harmless.
const SHOWN: [&str; 10] = [
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CA_BUNDLE",
    "AWS_EC2_METADATA_DISABLED",
    "NO_PROXY",
    "no_proxy",
    "XDG_CONFIG_HOME",
];

/// Variables with a URL, which may carry a password.
const URLS: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// Variables of which nothing but their presence may be told.
const HIDDEN: [&str; 4] =
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_WEB_IDENTITY_TOKEN_FILE"];

/// Those that are set, in the order of their names.
pub fn checks(variables: &Variables) -> Vec<Check> {
    let set = variables.iter().filter(|(_, value)| !value.is_empty());
    let mut checks: Vec<Check> = set.filter_map(|(name, value)| check(name, value)).collect();
    let has = |name: &str| variables.get(name).is_some_and(|value| !value.is_empty());
    if has("AWS_ACCESS_KEY_ID") != has("AWS_SECRET_ACCESS_KEY") {
        let why = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together.";
        let problem = Problem::new(ProblemKind::Credentials, "Half an access key is set", why);
        checks.push(warned("Access key", problem.advise("Set both, or unset both.")));
    }
    if checks.is_empty() {
        checks.push(passed("AWS variables", "none is set"));
    }
    checks
}

fn check(name: &str, value: &str) -> Option<Check> {
    if name == "AWS_CA_BUNDLE" && !Path::new(value).is_file() {
        let problem = Problem::new(ProblemKind::Local, format!("There is no file {value}"), "");
        return Some(warned(name, problem.advise("Name a file of certificates in PEM, or unset it.")));
    }
    if SHOWN.contains(&name) {
        return Some(passed(name, value));
    }
    // Each service has an endpoint variable of its own.
    if URLS.contains(&name) || name.starts_with("AWS_ENDPOINT_URL") {
        return Some(passed(name, host(value)));
    }
    HIDDEN.contains(&name).then(|| passed(name, "set"))
}

/// The URL as far as its host: what stands before may be a password, and behind it a token.
fn host(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    let (hidden, rest) = rest.rsplit_once('@').map_or((false, rest), |(_, rest)| (true, rest));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let colon = if scheme.is_empty() { "" } else { "://" };
    let note = if hidden { " (with a password)" } else { "" };
    format!("{scheme}{colon}{host}{note}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Outcome;

    fn told(variables: &[(&str, &str)]) -> Vec<String> {
        let variables =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let told = checks(&variables).into_iter().map(|check| match check.outcome {
            Outcome::Passed(found) => format!("{} = {found}", check.what),
            other => format!("{}: {}", check.what, other.as_str()),
        });
        told.collect()
    }

    #[test]
    fn what_is_set_is_told_without_secrets() {
        let told = told(&[
            ("AWS_PROFILE", "dev"),
            ("AWS_REGION", ""),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "hunter2"),
            ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:4566/sts"),
            ("HTTPS_PROXY", "http://ana:hun/ter2@proxy:3128/?x"),
            ("EDITOR", "vi"),
        ]);
        assert_eq!(
            told,
            [
                "AWS_ACCESS_KEY_ID = set",
                "AWS_ENDPOINT_URL_STS = http://127.0.0.1:4566",
                "AWS_PROFILE = dev",
                "AWS_SECRET_ACCESS_KEY = set",
                "HTTPS_PROXY = http://proxy:3128 (with a password)",
            ]
        );
    }

    #[test]
    fn what_cannot_work_is_a_warning() {
        assert_eq!(told(&[]), ["AWS variables = none is set"]);
        assert_eq!(told(&[("AWS_SECRET_ACCESS_KEY", "x")])[1], "Access key: warning");
        assert_eq!(told(&[("AWS_CA_BUNDLE", "/nonexistent/corp.pem")]), ["AWS_CA_BUNDLE: warning"]);
    }
}
