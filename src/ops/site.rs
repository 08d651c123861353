//! How things stand at the place of a write: read for the plan, and again just before the write.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::Engine;
use crate::aws::{Configuration, Gateway};
use crate::domain::{
    Api, ApiStages, ApiType, Connection, Deployment, Identity, Intent, Problem, ProblemKind, SchemaFormat,
    Stage, Target,
};
use crate::openapi::{self, Document};

/// What of the API a write is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// The stage on which something goes live.
    pub stage: Option<String>,
    /// The stage whose export stands for the working configuration, as it was asked for.
    pub extensions_from: Option<String>,
    /// Whether the stage may be one that does not exist.
    pub makes_stage: bool,
    /// Whether the working configuration matters; a pointer moves without it.
    pub working: bool,
}

impl Scope {
    fn of(intent: &Intent) -> Self {
        let on = |stage: Option<&String>, working| Self { stage: stage.cloned(), working, ..Self::default() };
        match intent {
            Intent::Deploy { stage, extensions_from, options, .. } => Self {
                extensions_from: extensions_from.clone(),
                makes_stage: options.create_stage,
                ..on(stage.as_ref(), true)
            },
            Intent::PushBack { stage, .. } => on(stage.as_ref(), true),
            Intent::RollBack { stage, with_schema, .. } => on(Some(stage), *with_schema),
            Intent::Promote { to: stage, .. } | Intent::EndCanary { stage, .. } => on(Some(stage), false),
        }
    }
}

/// How things stand.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub identity: Identity,
    pub target: Target,
    pub api: Api,
    pub stages: Vec<Stage>,
    /// Empty where it does not matter.
    pub configuration: Configuration,
    /// The gateway's own document; `None` where it does not matter, or where a REST API is deployed nowhere.
    pub live: Option<Export>,
    /// Equal for two looks between which nothing changed that the write is about.
    pub fingerprint: String,
}

/// A document of the gateway.
#[derive(Clone, Debug)]
pub(super) struct Export {
    /// The stage it is of; `None` is the newest configuration.
    pub stage: Option<String>,
    pub text: Arc<str>,
    pub document: Document,
}

impl Site {
    pub fn api_type(&self) -> ApiType {
        self.target.api_type
    }

    /// The stage of that name, if there is one.
    pub fn find(&self, name: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.name == name)
    }

    /// The stage of that name, or a problem that names those there are.
    pub fn stage(&self, name: &str) -> Result<&Stage, Problem> {
        self.find(name).ok_or_else(|| no_stage(name, &self.api, &self.stages))
    }

    /// Names of the stages that deploy every change by themselves.
    pub fn auto_deploying(&self) -> impl Iterator<Item = &Stage> {
        self.stages.iter().filter(|stage| stage.auto_deploy)
    }
}

/// A list of stages as a sentence.
pub(super) fn named<'a>(words: &str, stages: impl IntoIterator<Item = &'a Stage>) -> String {
    let names: Vec<&str> = stages.into_iter().map(|stage| stage.name.as_str()).collect();
    if names.is_empty() { "It has none.".to_owned() } else { format!("{words} {}.", names.join(", ")) }
}

impl Engine {
    /// What an intent is about. What is pushed back without a stage goes to where it came from.
    pub(super) async fn scope(&self, connection: &Connection, intent: &Intent) -> Result<Scope, Problem> {
        let mut scope = Scope::of(intent);
        if let Intent::PushBack { entry, stage: None, .. } = intent {
            scope.extensions_from.clone_from(&self.past(connection).await?.entry(entry)?.target.stage);
        }
        Ok(scope)
    }

    /// Reads how things stand. Refuses credentials of another account than the connection was made for.
    pub(super) async fn site(&self, connection: &Connection, scope: &Scope) -> Result<Site, Problem> {
        let working = async {
            if scope.working { self.configuration(connection).await } else { Ok(Configuration::default()) }
        };
        let (identity, read, configuration) =
            tokio::join!(self.identity(connection), self.stages(connection), working);
        let identity = identity?;
        if let Some(problem) = Connection::account_problem(connection.account.as_deref(), &identity) {
            return Err(problem);
        }
        let (read, configuration) = (read?, configuration?);
        known_stage(connection.api_type, scope, &read)?;
        let target = Target {
            account: identity.account.clone(),
            region: self.region(connection).await?,
            api_type: connection.api_type,
            api_id: connection.api_id.clone(),
            api_name: read.api.name.clone(),
            stage: scope.stage.clone(),
        };
        let live = if scope.working { self.live(connection, scope, &read.stages).await? } else { None };
        let fingerprint = fingerprint(&configuration, live.as_ref(), &read.stages, scope);
        Ok(Site { identity, target, api: read.api, stages: read.stages, configuration, live, fingerprint })
    }

    /// The gateway's own document: the newest configuration, or for a REST API, which cannot export that, a stage's.
    async fn live(
        &self,
        connection: &Connection,
        scope: &Scope,
        stages: &[Stage],
    ) -> Result<Option<Export>, Problem> {
        let stage = match connection.api_type {
            ApiType::Http => None,
            ApiType::Rest => match exporting_stage(scope, stages)? {
                Some(stage) => Some(stage),
                None => return Ok(None),
            },
        };
        self.export(connection, stage.as_deref()).await.map(Some)
    }

    /// The document of a stage, or the newest configuration (HTTP only).
    pub(super) async fn export(
        &self,
        connection: &Connection,
        stage: Option<&str>,
    ) -> Result<Export, Problem> {
        let text = self.export_text(connection, stage, SchemaFormat::Json).await?;
        let document = parse_export(&text)?;
        Ok(Export { stage: stage.map(str::to_owned), text: text.into(), document })
    }

    /// The same as AWS wrote it.
    pub(super) async fn export_text(
        &self,
        connection: &Connection,
        stage: Option<&str>,
        format: SchemaFormat,
    ) -> Result<String, Problem> {
        let question = |gateway: Gateway| async move { gateway.export(stage, format).await };
        self.at_gateway(connection, question).await
    }

    pub(super) async fn configuration(&self, connection: &Connection) -> Result<Configuration, Problem> {
        let question = |gateway: Gateway| async move { gateway.configuration().await };
        self.at_gateway(connection, question).await
    }

    pub(super) async fn stage(&self, connection: &Connection, name: &str) -> Result<Stage, Problem> {
        self.at_gateway(connection, |gateway| async move { gateway.stage(name).await }).await
    }

    pub(super) async fn deployment(&self, connection: &Connection, id: &str) -> Result<Deployment, Problem> {
        self.at_gateway(connection, |gateway| async move { gateway.deployment(id).await }).await
    }

    /// The region of the connection's session: an empty one is looked for in the AWS files.
    pub(super) async fn region(&self, connection: &Connection) -> Result<String, Problem> {
        self.ask(connection, |session| async move { Ok(session.region().to_owned()) }).await
    }

    async fn at_gateway<T, F>(
        &self,
        connection: &Connection,
        question: impl Fn(Gateway) -> F,
    ) -> Result<T, Problem>
    where
        F: Future<Output = Result<T, Problem>>,
    {
        let (api_type, api_id) = (connection.api_type, &connection.api_id);
        self.ask(connection, |session| question(session.gateway(api_type, api_id))).await
    }
}

/// Whether the stage exists, or is to be made.
fn known_stage(api_type: ApiType, scope: &Scope, read: &ApiStages) -> Result<(), Problem> {
    let Some(name) = &scope.stage else {
        return Ok(());
    };
    let can_be_made = api_type == ApiType::Rest;
    if read.stages.iter().any(|stage| stage.name == *name) || (scope.makes_stage && can_be_made) {
        return Ok(());
    }
    let problem = no_stage(name, &read.api, &read.stages);
    Err(match (scope.working, can_be_made) {
        (true, true) => problem.advise("Make it on the way: --create-stage."),
        (true, false) => {
            problem.advise("An HTTP API is deployed to a stage that exists: make it in the console first.")
        }
        (false, _) => problem,
    })
}

fn no_stage(name: &str, api: &Api, stages: &[Stage]) -> Problem {
    let what = format!("There is no stage {name} on {}", api.name);
    Problem::new(ProblemKind::NotFound, what, named("Its stages are", stages))
}

/// Reads what the gateway exported.
pub(super) fn parse_export(text: &str) -> Result<Document, Problem> {
    Document::parse(text).map_err(|error| {
        let what = "The gateway's own schema cannot be read";
        Problem::new(ProblemKind::Service, what, error.to_string())
            .advise("Check the endpoint URL and the proxy: something else than AWS may have answered.")
    })
}

/// The stage whose export stands for a REST API's working configuration. `None` where nothing is deployed at all.
fn exporting_stage(scope: &Scope, stages: &[Stage]) -> Result<Option<String>, Problem> {
    let deployed: Vec<&Stage> = stages.iter().filter(|stage| stage.deployment_id.is_some()).collect();
    let is_deployed = |name: &String| deployed.iter().any(|stage| stage.name == *name);
    if let Some(name) = &scope.extensions_from {
        let what = format!("Cannot take extensions from the stage {name}");
        let why = named("Nothing is deployed there. Deployed stages are", deployed.iter().copied());
        return if is_deployed(name) {
            Ok(Some(name.clone()))
        } else {
            Err(Problem::new(ProblemKind::NotFound, what, why))
        };
    }
    match (scope.stage.as_ref().filter(|name| is_deployed(name)), &deployed[..]) {
        (Some(name), _) => Ok(Some(name.clone())),
        (None, []) => Ok(None),
        (None, [only]) => Ok(Some(only.name.clone())),
        (None, several) => {
            let what = "It is not clear which stage's integrations and authorizers to keep";
            let why = "A REST API cannot export what it is set to, only what is deployed on a stage.";
            Err(Problem::new(ProblemKind::Usage, what, why).advise(named(
                "Name a stage with --extensions-from; deployed stages are",
                several.iter().copied(),
            )))
        }
    }
}

fn fingerprint(
    configuration: &Configuration,
    live: Option<&Export>,
    stages: &[Stage],
    scope: &Scope,
) -> String {
    let mut parts = vec![configuration.fingerprint.clone()];
    if let Some(export) = live {
        // Only the newest configuration of an HTTP API comes without a stage.
        let api_type = if export.stage.is_none() { ApiType::Http } else { ApiType::Rest };
        parts.push(openapi::normalise(api_type, &export.document).to_json());
    }
    for stage in stages {
        if scope.stage.as_ref() == Some(&stage.name) {
            parts.push(format!("{:?} {:?}", stage.deployment_id, stage.canary));
        }
        if scope.working || scope.stage.as_ref() == Some(&stage.name) {
            parts.push(format!("{} {}", stage.name, stage.auto_deploy));
        }
    }
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().fold(String::with_capacity(64), |hex, byte| hex + &format!("{byte:02x}"))
}
