//! References that lead nowhere, and templates that nobody has rendered.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::openapi::pointer;

use super::Check;

/// Keys whose values are an author's data, whatever they look like.
const DATA: &[&str] = &["default", "enum", "example", "examples", "const"];

/// Variables that AWS fills in, or that the gateway fills in for each request.
const FILLED: &[&str] = &[
    "AWS::AccountId",
    "AWS::Partition",
    "AWS::Region",
    "stageVariables.",
    "request.",
    "context.",
    "method.",
];

pub(super) fn check(check: &mut Check<'_>) {
    let mut told = HashSet::new();
    let mut open: Vec<(String, &Value, bool)> = vec![(String::new(), check.root, false)];
    while let Some((at, value, is_names)) = open.pop() {
        match value {
            Value::Object(map) if is_names => {
                open.extend(map.iter().rev().map(|(key, value)| (pointer::join(&at, key), value, false)));
            }
            Value::Object(map) => {
                reference(check, &at, value, &mut told);
                intrinsic(check, &at, map);
                let parts = map.iter().rev().filter(|(key, _)| !DATA.contains(&key.as_str()));
                // The keys below are names that somebody chose, and no words of the specification.
                open.extend(parts.map(|(key, value)| (pointer::join(&at, key), value, key == "properties")));
            }
            Value::Array(items) => {
                let items = items.iter().enumerate().rev();
                open.extend(items.map(|(index, value)| (format!("{at}/{index}"), value, false)));
            }
            Value::String(text) => placeholder(check, &at, text),
            _ => {}
        }
    }
}

fn reference(check: &mut Check<'_>, at: &str, value: &Value, told: &mut HashSet<String>) {
    let Some(reference) = pointer::reference(value) else { return };
    if pointer::lookup(check.root, reference).is_some() || !told.insert(reference.to_owned()) {
        return;
    }
    if reference.starts_with('#') {
        check.error(at, format!("`{reference}` is not in the document: define it, or mend the reference"));
    } else {
        check.error(
            at,
            format!(
                "`{reference}` is outside of the document, and AWS gets this document alone: bundle it first, as with \
                 `redocly bundle`"
            ),
        );
    }
}

/// A function of `CloudFormation` stands alone in its object.
fn intrinsic(check: &mut Check<'_>, at: &str, map: &Map<String, Value>) {
    let function = map.keys().find(|key| {
        key.starts_with("Fn::")
            || map.len() == 1 && *key == "Ref" && map.get(*key).is_some_and(Value::is_string)
    });
    if let Some(function) = function {
        let message = format!(
            "`{function}` is a function of CloudFormation, which only CloudFormation can work out: render the template, \
             and push what comes out"
        );
        check.error(at, message);
    }
}

/// `${Function.Arn}` where AWS expects the address of something.
fn placeholder(check: &mut Check<'_>, at: &str, text: &str) {
    let is_address = at
        .rsplit('/')
        .next()
        .is_some_and(|key| matches!(key, "uri" | "authorizerUri" | "credentials" | "connectionId"));
    if !is_address {
        return;
    }
    let names = text.split("${").skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name);
    for name in names {
        if !FILLED.iter().any(|filled| name.starts_with(filled)) {
            check.error(
                at,
                format!("`${{{name}}}` is a placeholder that nobody has filled in: write what it stands for"),
            );
        }
    }
}
