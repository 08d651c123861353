//! Trying a connection out without writing: whose credentials it has, what they can read, and what of its capabilities cannot
//! be known before it is done.

use super::Engine;
use crate::aws::{Detail, StageRef};
use crate::domain::{
    ApiStages, Capability, Check, Connection, Identity, Outcome, Problem, ProblemKind, SchemaFormat,
    TimeRange, Trial, Window, shortfall,
};
use crate::text;

impl Engine {
    /// Tries a connection out, saved or not. The first check tells whose credentials it has; where that fails nothing else is
    /// asked. Writes nothing, and asks CloudWatch for four metrics at most.
    pub async fn test(&self, trial: &Trial) -> Vec<Check> {
        let identity = self.login_identity(&trial.login).await;
        let stranger = identity.is_err();
        let mut checks = vec![check("Who am I", who(trial, identity))];
        if stranger {
            return checks;
        }
        match &trial.api_id {
            Some(api_id) => checks.extend(self.test_api(trial, api_id).await),
            None => checks.extend(self.test_account(trial).await),
        }
        let writes = trial.capabilities.iter().filter(|capability| capability.writes());
        checks.extend(writes.map(|&capability| check(question(capability), unwritten(trial, capability))));
        checks
    }

    /// The account, while no API is picked.
    async fn test_account(&self, trial: &Trial) -> Vec<Check> {
        let apis = self.login_apis(&trial.login, trial.api_type, |_| ()).await;
        let label = trial.api_type.label();
        let told = apis.map(|apis| text::plural(apis.len(), &format!("{label} API")));
        let mut checks = vec![check(&format!("List the {label} APIs"), outcome(told))];
        if trial.capabilities.contains(&Capability::Metrics) {
            checks.push(check(question(Capability::Metrics), self.test_metrics(trial, "none", None).await));
        }
        if trial.capabilities.contains(&Capability::Import) {
            let unknown = Outcome::Unknown("It can be told once an API is picked.".to_owned());
            checks.push(check(question(Capability::Import), unknown));
        }
        checks
    }

    async fn test_api(&self, trial: &Trial, api_id: &str) -> Vec<Check> {
        let read = self.ask_login(&trial.login, |session| async move {
            session.gateway(trial.api_type, api_id).api_stages().await
        });
        let read = read.await;
        let told =
            |read: &ApiStages| format!("{}, {}", read.api.name, text::plural(read.stages.len(), "stage"));
        let mut checks = vec![check(
            "Read the API and its stages",
            outcome(read.as_ref().map(told).map_err(Clone::clone)),
        )];
        let wanted = |capability| trial.capabilities.contains(&capability);
        if wanted(Capability::View) {
            let deployments = self.ask_login(&trial.login, |session| async move {
                session.gateway(trial.api_type, api_id).deployments(|_| ()).await
            });
            let told = deployments.await.map(|deployments| text::plural(deployments.len(), "deployment"));
            checks.push(check("Read its deployments", outcome(told)));
        }
        if wanted(Capability::Metrics) {
            let metrics = self.test_metrics(trial, api_id, read.as_ref().ok()).await;
            checks.push(check(question(Capability::Metrics), metrics));
        }
        if wanted(Capability::Import) {
            let schema = self.test_schema(trial, api_id, read.as_ref().ok()).await;
            checks.push(check(question(Capability::Import), schema));
        }
        checks
    }

    /// Asks for the last hour of one stage. CloudWatch answers for stages that do not exist, too: without any.
    async fn test_metrics(&self, trial: &Trial, api_id: &str, read: Option<&ApiStages>) -> Outcome {
        let stage = read.and_then(|read| read.stages.first()).map_or("$default", |stage| &stage.name);
        let wanted = [StageRef {
            api_type: trial.api_type,
            api_id: api_id.to_owned(),
            api_name: read.map_or(api_id, |read| &read.api.name).to_owned(),
            stage: stage.to_owned(),
        }];
        let (wanted, window) = (&wanted, Window::settled(TimeRange::H1, self.now()));
        let metrics = self.ask_login(&trial.login, |session| async move {
            session.metrics(wanted, window, Detail::Summary).await
        });
        outcome(metrics.await.and_then(|metrics| match shortfall(&metrics) {
            Some(problem) => Err(problem),
            None => Ok("CloudWatch answers".to_owned()),
        }))
    }

    /// A REST API has a schema to read only where it is deployed.
    async fn test_schema(&self, trial: &Trial, api_id: &str, read: Option<&ApiStages>) -> Outcome {
        let deployed = |read: &ApiStages| {
            let stage = read.stages.iter().find(|stage| stage.deployment_id.is_some())?;
            Some(stage.name.clone())
        };
        let Some(stage) = read.and_then(deployed) else {
            return Outcome::Unknown("It can be told once a stage is deployed.".to_owned());
        };
        let stage = &stage;
        let schema = self.ask_login(&trial.login, |session| async move {
            session.gateway(trial.api_type, api_id).export(Some(stage), SchemaFormat::Json).await
        });
        outcome(schema.await.map(|schema| format!("{} kB", text::grouped(schema.len().div_ceil(1000)))))
    }
}

fn check(what: &str, outcome: Outcome) -> Check {
    Check { what: what.to_owned(), outcome }
}

fn outcome(told: Result<String, Problem>) -> Outcome {
    told.map_or_else(Outcome::Failed, Outcome::Passed)
}

fn who(trial: &Trial, identity: Result<Identity, Problem>) -> Outcome {
    let identity = match identity {
        Ok(identity) => identity,
        Err(problem) => return Outcome::Failed(problem),
    };
    match Connection::account_problem(trial.account.as_deref(), &identity) {
        Some(problem) => Outcome::Warned(problem),
        None => Outcome::Passed(format!("{} in the account {}", identity.arn, identity.account)),
    }
}

/// What is looked at for a capability.
fn question(capability: Capability) -> &'static str {
    match capability {
        Capability::View => "Read the API",
        Capability::Metrics => "Read metrics",
        Capability::Import => "Import its schema",
        Capability::Export => "Export a schema to it",
        Capability::Deploy => "Deploy to its stages",
        Capability::RollBack => "Roll its stages back",
    }
}

/// API Gateway has no operation that would tell whether another one is allowed.
fn unwritten(trial: &Trial, capability: Capability) -> Outcome {
    if trial.read_only {
        let why = "The connection is read-only: apigw refuses every write itself.";
        let problem = Problem::new(ProblemKind::ReadOnly, format!("Cannot {capability}"), why);
        return Outcome::Failed(problem.advise("Edit the connection's `read_only` to allow it."));
    }
    Outcome::Unknown("AWS tells only when it is done; the permission policy says what it takes.".to_owned())
}
