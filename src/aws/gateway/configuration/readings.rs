//! Answers as they came, so that a fingerprint covers what no type of ours or of the SDK's knows.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// What changes by itself, or tells of the answer and not of the API.
const VOLATILE: &[&str] = &[
    "_links",
    "apiStatus",
    "apiStatusMessage",
    "importInfo",
    "lastDeploymentStatusMessage",
    "nextToken",
    "position",
    "warnings",
];

/// Collects answers under the names of what they tell of.
#[derive(Clone, Default)]
pub(super) struct Readings(Arc<Mutex<BTreeMap<&'static str, Vec<Value>>>>);

impl Readings {
    /// What puts the answers to a request under that name.
    pub(super) fn of(&self, name: &'static str) -> Reading {
        Reading { name, readings: self.clone() }
    }

    fn add(&self, name: &'static str, answer: Value) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let items = all.entry(name).or_default();
        // A list comes in pages, and its pages may be cut differently each time.
        match list(answer) {
            Ok(page) => items.extend(page),
            Err(whole) => items.push(whole),
        }
    }

    /// The same for the same answers in any order: a SHA-256 in hexadecimal.
    pub(super) fn fingerprint(&self) -> String {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut hash = Sha256::new();
        for (name, items) in &*all {
            let canonical = canonical(Value::Array(items.clone()));
            hash.update(format!("{name} {canonical}\n"));
        }
        hash.finalize().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
    }
}

/// The items of a list's page; anything else as it is. The newer service says `items`, the older one `item`.
fn list(mut answer: Value) -> Result<Vec<Value>, Value> {
    let items = ["items", "item"].into_iter().find_map(|key| answer.get_mut(key).map(Value::take));
    match items {
        Some(Value::Array(items)) => Ok(items),
        Some(one) => Ok(vec![one]),
        None => Err(answer),
    }
}

/// Without what is volatile, and in one order: AWS promises none, neither for lists nor for what is inside of their items.
fn canonical(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().map(canonical).collect();
            items.sort_by_cached_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(key, _)| !VOLATILE.contains(&key.as_str()));
            let sorted: BTreeMap<String, Value> = kept.map(|(key, value)| (key, canonical(value))).collect();
            Value::Object(sorted.into_iter().collect())
        }
        other => other,
    }
}

/// Keeps the answers to one request.
pub(super) struct Reading {
    name: &'static str,
    readings: Readings,
}

impl fmt::Debug for Reading {
    /// Without the answers, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reading({})", self.name)
    }
}

impl Intercept for Reading {
    fn name(&self) -> &'static str {
        "Reading"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let answer = response.body().bytes().filter(|_| response.status().is_success());
        if let Some(answer) = answer.and_then(|bytes| serde_json::from_slice(bytes).ok()) {
            self.readings.add(self.name, answer);
        }
        Ok(())
    }
}
