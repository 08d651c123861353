//! A deployment: an immutable snapshot of an API's configuration.

use jiff::Timestamp;

/// A deployment as `GetDeployments` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// The id AWS gave it.
    pub id: String,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// What its maker wrote about it.
    pub description: Option<String>,
    /// How it went (HTTP only: a REST deployment exists or does not).
    pub status: Option<DeploymentStatus>,
    /// Why it failed, in AWS's words.
    pub status_message: Option<String>,
    /// Whether auto-deploy made it.
    pub auto_deployed: bool,
}

/// `deploymentStatus` of the `apigatewayv2` service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeploymentStatus {
    /// Under way.
    Pending,
    /// It went wrong; `status_message` says why.
    Failed,
    /// Done.
    Deployed,
    /// A word this version of apigw does not know.
    Other(String),
}

impl DeploymentStatus {
    /// The word on the screen.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Failed => "failed",
            Self::Deployed => "deployed",
            Self::Other(word) => word,
        }
    }
}

/// Sorts newest first; AWS promises no order. Deployments without a date come last, by id.
pub fn newest_first(deployments: &mut [Deployment]) {
    deployments.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| a.id.cmp(&b.id)));
}
