//! A profile of the user's own AWS files.

/// What a profile is, as far as a person choosing one wants to know. No secret is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsProfile {
    /// Its name, as `aws --profile` takes it.
    pub name: String,
    /// The region it sets.
    pub region: Option<String>,
    /// Where its credentials come from, in a few words: `SSO`, `access key`, `role deployer via base, MFA`.
    pub source: String,
}
