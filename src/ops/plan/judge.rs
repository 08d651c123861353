//! What a push would do, judged by all documents that it touches. Pure, and slow for large documents: it runs off the loop.

use serde_json::Value;

use crate::aws::Configuration;
use crate::domain::{ApiType, Fault, Finding, GatewayChange, PushOptions, Restored};
use crate::openapi::{self, Document, Merged};
use crate::ops::compare::Basis;
use crate::ops::configured;

/// The documents that a push touches.
#[derive(Clone, Debug)]
pub(super) struct Material {
    pub api_type: ApiType,
    /// The author's document, or one that is pushed as it is.
    pub local: Document,
    /// How it is merged; `None` pushes it as it is.
    pub merge: Option<PushOptions>,
    /// The author's document of the push before.
    pub base: Option<Document>,
    /// The gateway's own document.
    pub live: Option<Document>,
    /// What the target stage serves.
    pub on_stage: Option<Document>,
    pub has_stage: bool,
    pub basis: Basis,
    pub configuration: Configuration,
}

/// What a push would do.
#[derive(Clone, Debug)]
pub(super) struct Judgement {
    pub merged: Document,
    pub restored: Vec<Restored>,
    pub deleted_routes: Vec<String>,
    pub gateway: Vec<GatewayChange>,
    pub goes_live_changes: Vec<GatewayChange>,
    pub contract: Vec<Finding>,
    pub preflight: Vec<Fault>,
    pub notes: Vec<String>,
    /// Edits of a REST API that nobody deployed, which an overwrite destroys.
    pub undeployed: Vec<GatewayChange>,
    /// Routes whose authorizer neither the export nor the pushed document has, with its name.
    pub unguarded: Vec<(String, String)>,
    /// Whether the gateway has all of the pushed document already.
    pub is_there: bool,
}

pub(super) fn judge(material: &Material) -> Judgement {
    let api_type = material.api_type;
    let nothing = nothing(&material.local);
    let live = material.live.as_ref().unwrap_or(&nothing);
    let merged = merged(material, live);
    let document = &merged.document;
    let mut preflight = merged.faults;
    preflight.extend(openapi::preflight(api_type, &material.local, document));
    let on_stage = material.on_stage.as_ref().unwrap_or(&nothing);
    let goes_live_changes =
        if material.has_stage { openapi::gateway_diff(api_type, on_stage, document) } else { Vec::new() };
    let is_there = match api_type {
        // The gateway ignores what an HTTP API's export does not show.
        ApiType::Http => true,
        ApiType::Rest => openapi::normalise(api_type, live) == openapi::normalise(api_type, document),
    };
    Judgement {
        gateway: openapi::gateway_diff(api_type, live, document),
        goes_live_changes,
        contract: material.basis.findings(&material.local, document),
        undeployed: undeployed(material, live),
        unguarded: unguarded(material, live, document),
        is_there,
        preflight,
        restored: merged.restored,
        deleted_routes: merged.deleted_routes,
        notes: merged.notes,
        merged: merged.document,
    }
}

fn merged(material: &Material, live: &Document) -> Merged {
    if let Some(options) = material.merge {
        return openapi::merge(material.api_type, &material.local, live, material.base.as_ref(), options);
    }
    let kept = openapi::routes(&material.local);
    let deleted_routes = openapi::routes(live).into_iter().filter(|route| !kept.contains(route)).collect();
    Merged {
        document: material.local.clone(),
        restored: Vec::new(),
        deleted_routes,
        notes: Vec::new(),
        faults: Vec::new(),
    }
}

fn undeployed(material: &Material, live: &Document) -> Vec<GatewayChange> {
    match material.api_type {
        ApiType::Http => Vec::new(),
        ApiType::Rest => configured::differences(&configured::routes(live), &material.configuration.routes),
    }
}

fn unguarded(material: &Material, live: &Document, merged: &Document) -> Vec<(String, String)> {
    if material.api_type == ApiType::Http {
        return Vec::new();
    }
    let lacking = configured::unguarded(&material.configuration, merged);
    let lost = configured::unguarded(&material.configuration, live);
    lacking
        .into_iter()
        .filter(|pair| lost.contains(pair))
        .map(|(route, name)| (route.to_owned(), name.to_owned()))
        .collect()
}

/// The document of an API that has nothing: what stands for a gateway that cannot export anything.
pub(super) fn nothing(like: &Document) -> Document {
    let empty = r#"{"openapi":"3.0.1","info":{"title":"","version":""},"paths":{}}"#;
    // It always parses; were it not so, comparing a document with itself would claim the least.
    Document::parse(empty).unwrap_or_else(|_| like.clone())
}

/// Integrations of a document, by their number.
pub(super) fn integrations(document: &Document) -> usize {
    let paths = document.value()["paths"].as_object();
    let operations = paths.into_iter().flatten().filter_map(|(_, item)| item.as_object());
    let has = |operation: &Value| operation.get("x-amazon-apigateway-integration").is_some();
    operations.map(|item| item.values().filter(|operation| has(operation)).count()).sum()
}
