//! Writes on the embedded AWS: what is planned, what is done, and what is told when it goes wrong.

mod deploys;
mod imports;
mod kills;
mod matrix;
mod pointers;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use jiff::SignedDuration;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::domain::{
    Consent, Done, Intent, Lack, Plan, Progress, PushOptions, Risk, SchemaChoice, Step, WriteResult,
};

/// A clock that goes with tokio's, which tests pause.
fn running() -> Clock {
    let start = tokio::time::Instant::now();
    Arc::new(move || now() + SignedDuration::try_from(start.elapsed()).unwrap_or_default())
}

/// An API on an embedded AWS, an engine, and a folder for schema files.
struct Scene {
    cloud: Arc<Cloud>,
    engine: Engine,
    connection: Connection,
    folder: TempDir,
}

const HTTP: (ApiType, &str) = (ApiType::Http, demo::ORDERS_API_ID);
const REST: (ApiType, &str) = (ApiType::Rest, demo::BILLING_API_ID);

impl Scene {
    fn new((api_type, api_id): (ApiType, &str)) -> Self {
        let (cloud, engine) = engine_at(Scenario::Demo, running());
        let connection = connection(api_type, api_id);
        Self { cloud, engine, connection, folder: tempfile::tempdir().unwrap() }
    }

    /// A stage that is deployed by request.
    fn stage(&self) -> &'static str {
        if self.connection.api_type == ApiType::Http { "staging" } else { "dev" }
    }

    fn api_id(&self) -> &str {
        &self.connection.api_id
    }

    fn write(&self, schema: &Value) -> PathBuf {
        let path = self.folder.path().join("openapi.json");
        std::fs::write(&path, serde_json::to_string_pretty(schema).unwrap()).unwrap();
        path
    }

    /// What the gateway is set to, without anything of AWS in it: as a developer writes it.
    fn plain(&self) -> Value {
        let mut document = self.cloud.working(self.api_id()).unwrap();
        strip(&mut document);
        document["components"] = json!({});
        document
    }

    /// The plain document with one route more, which has an integration.
    fn with_search(&self) -> Value {
        let mut document = self.plain();
        let integration = json!({
            "type": "http_proxy", "httpMethod": "GET", "uri": "https://search.example.com", "payloadFormatVersion": "1.0"
        });
        document["paths"]["/search"] = json!({ "get": {
            "responses": { "200": { "description": "found" } },
            "x-amazon-apigateway-integration": integration,
        } });
        document
    }

    async fn plan(&self, intent: &Intent) -> Plan {
        self.engine.plan(&self.connection, intent).await.unwrap()
    }

    async fn carry_out(&self, plan: &Plan) -> Result<Done, Problem> {
        self.engine.carry_out(&self.connection, plan, &all_of_it(), |_| ()).await
    }

    async fn deploy(&self, schema: &Value, stage: Option<&str>) -> (Plan, Done) {
        let plan = self.plan(&deploy(&self.write(schema), stage)).await;
        let done = self.carry_out(&plan).await.unwrap();
        (plan, done)
    }

    async fn history(&self) -> Vec<crate::domain::HistoryEntry> {
        self.engine.history(&self.connection).await.unwrap()
    }

    /// Integrations of the working configuration, by route.
    fn integrations(&self) -> Vec<(String, String)> {
        integrations(&self.cloud.working(self.api_id()).unwrap())
    }
}

fn strip(value: &mut Value) {
    if let Value::Object(fields) = value {
        fields.retain(|key, _| {
            let route = key == "x-amazon-apigateway-any-method";
            route || !(key.starts_with("x-amazon-apigateway") || key == "security")
        });
    }
    match value {
        Value::Object(fields) => fields.values_mut().for_each(strip),
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

fn integrations(document: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let integration = &operation["x-amazon-apigateway-integration"];
            if !integration.is_null() {
                found.push((format!("{method} {path}"), integration["uri"].to_string()));
            }
        }
    }
    found.sort();
    found
}

/// Everything that can be agreed to.
fn all_of_it() -> Consent {
    Consent { yes: true, nickname: None, risks: vec![Risk::Delete, Risk::Exposure, Risk::Breaking] }
}

fn deploy(file: &Path, stage: Option<&str>) -> Intent {
    Intent::Deploy {
        schema: Some(SchemaChoice { file: file.to_owned(), revision: None }),
        stage: stage.map(str::to_owned),
        description: None,
        extensions_from: None,
        options: PushOptions::default(),
    }
}

fn redeploy(stage: &str) -> Intent {
    Intent::Deploy {
        schema: None,
        stage: Some(stage.to_owned()),
        description: None,
        extensions_from: None,
        options: PushOptions::default(),
    }
}

fn roll_back(stage: &str, to: Option<&str>, with_schema: bool) -> Intent {
    Intent::RollBack { stage: stage.to_owned(), to: to.map(str::to_owned), with_schema }
}

/// Requests that were seen since then and change something.
fn writes_since(cloud: &Cloud, start: usize) -> Vec<String> {
    let writing = ["Reimport", "Put", "Create", "Update", "Delete", "Import"];
    let seen = cloud.requests();
    let names = seen.iter().skip(start).map(|seen| seen.operation.clone());
    names.filter(|name| writing.iter().any(|verb| name.starts_with(verb))).collect()
}
