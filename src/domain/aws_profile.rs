//! A profile of the user's AWS files.

/// A profile, as a list shows it; nothing in it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsProfile {
    /// Its name.
    pub name: String,
    /// Its region, if it has one.
    pub region: Option<String>,
    /// Where its credentials come from, in a few words: `SSO`, `access key`, `role deployer via base, MFA`.
    pub source: String,
}
