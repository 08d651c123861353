//! A stage and what is deployed on it.

use jiff::Timestamp;

/// A stage as `GetStages` tells it, the same for HTTP and REST.
///
/// Of stage variables only the names are kept: their values may be secrets.
#[derive(Clone, Debug, PartialEq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of AWS's own")]
pub struct Stage {
    /// Its name, `$default` included.
    pub name: String,
    /// The deployment it points at; `None` on a stage that was never deployed.
    pub deployment_id: Option<String>,
    /// Whether AWS deploys every change of the API to it at once (HTTP only).
    pub auto_deploy: bool,
    /// Whether API Gateway manages it, as it does with the `$default` stage of a quick-created API.
    pub api_managed: bool,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When it last changed.
    pub last_updated: Option<Timestamp>,
    /// What its owner wrote about it.
    pub description: Option<String>,
    /// Names of its stage variables, sorted.
    pub variables: Vec<String>,
    /// Whether access logs go anywhere.
    pub access_logs: bool,
    /// Whether CloudWatch gets metrics of every route (billed extra).
    pub detailed_metrics: bool,
    /// Keys of the routes that it has settings of their own for, sorted (HTTP only). One whose route is gone makes later changes
    /// of the stage's settings fail.
    pub route_settings: Vec<String>,
    /// The message of an auto-deploy stage about its last deployment, success or failure.
    pub last_deployment_message: Option<String>,
    /// A running canary (REST only).
    pub canary: Option<Canary>,
    /// Where callers find it, for the default endpoint.
    pub invoke_url: String,
}

/// A canary release on a REST stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Canary {
    /// The deployment that part of the traffic goes to.
    pub deployment_id: Option<String>,
    /// The part of the traffic, in percent, 0.0 to 100.0.
    pub percent: f64,
    /// Names of the stage variables that it overrides, sorted.
    pub variables: Vec<String>,
}

impl Stage {
    /// What AWS said when its last automatic deployment failed; the deployment before it still serves.
    pub fn deployment_failure(&self) -> Option<&str> {
        let message = self.last_deployment_message.as_deref()?;
        let succeeded = message.starts_with("Successfully deployed");
        (self.auto_deploy && !succeeded).then_some(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_auto_deploy_stage_with_a_failing_message_reports_a_failure() {
        let mut stage = Stage { auto_deploy: true, ..Stage::default() };
        assert_eq!(stage.deployment_failure(), None);
        stage.last_deployment_message =
            Some("Successfully deployed stage with deployment ID 'abc123'".into());
        assert_eq!(stage.deployment_failure(), None);
        stage.last_deployment_message = Some("Deployment attempt failed: no routes".into());
        assert_eq!(stage.deployment_failure(), Some("Deployment attempt failed: no routes"));
        stage.auto_deploy = false;
        assert_eq!(stage.deployment_failure(), None);
    }
}
