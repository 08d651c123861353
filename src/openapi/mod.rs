//! OpenAPI documents as ordered JSON values: read, merged with the gateway's own, compared, checked. Pure.

use crate::domain::{ApiType, Fault, Finding, GatewayChange, PushOptions, Restored};

/// A document: a JSON value with its order kept, and where its parts stand in the text it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    _value: serde_json::Value,
}

/// Why a text is no document: what is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ParseError {
    /// Counted from 1; 0 where it is about the whole.
    pub line: usize,
    /// Counted from 1; 0 where it is about the whole.
    pub column: usize,
    /// What is wrong and what to do.
    pub message: String,
}

impl Document {
    /// Reads JSON or YAML, whichever it is; duplicate keys, anchors that grow without end and custom tags are errors.
    pub fn parse(_text: &str) -> Result<Self, ParseError> {
        todo!()
    }

    /// As compact JSON, as it is pushed.
    pub fn to_json(&self) -> String {
        todo!()
    }

    /// `info.version`, `info.title`: see the specification.
    pub fn value(&self) -> &serde_json::Value {
        &self._value
    }
}

/// What came of a merge.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The document to push, explicit nulls stripped.
    pub document: Document,
    /// What was put in from the gateway.
    pub restored: Vec<Restored>,
    /// Live routes that the document lacks and that a push deletes; empty when they are kept.
    pub deleted_routes: Vec<String>,
    /// What else is to be known: parameters renamed, schemes that differ, extensions removed on purpose. Sentences.
    pub notes: Vec<String>,
    /// What keeps the two from being merged: two paths with one key, references that cannot be rewritten.
    pub faults: Vec<Fault>,
}

/// Merges the author's document with the gateway's own. `base` is the author's document of the last deployment, before its merge:
/// what it had and `local` lacks was removed on purpose.
pub fn merge(
    _api_type: ApiType,
    _local: &Document,
    _live: &Document,
    _base: Option<&Document>,
    _options: PushOptions,
) -> Merged {
    todo!()
}

/// What is wrong with a document that is to be pushed: `local` as its author wrote it, `merged` as it would go out.
pub fn preflight(_api_type: ApiType, _local: &Document, _merged: &Document) -> Vec<Fault> {
    todo!()
}

/// What the gateway does otherwise with `after` than with `before`, whatever AWS generates left aside.
pub fn gateway_diff(_api_type: ApiType, _before: &Document, _after: &Document) -> Vec<GatewayChange> {
    todo!()
}

/// What callers notice when `after` takes the place of `before`, the most pressing first.
pub fn contract_diff(_before: &Document, _after: &Document) -> Vec<Finding> {
    todo!()
}

/// The document without what AWS generates (a version that is a time, servers, generated descriptions, unused integrations), its
/// keys in one order: equal for two exports of the same configuration.
pub fn normalise(_api_type: ApiType, _document: &Document) -> Document {
    todo!()
}

/// The routes of a document as AWS names them, `GET /orders/{id}`, `ANY /a`, `$default`, in its order.
pub fn routes(_document: &Document) -> Vec<String> {
    todo!()
}
