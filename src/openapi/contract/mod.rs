//! What callers notice when one document takes the place of another. Requests and responses have opposite polarity: what
//! is refused that was accepted breaks callers, and so does an answer they were never given before.

use std::collections::HashSet;

use serde_json::Value;

use crate::domain::{Finding, Severity};

use super::Document;
use super::route::{self, Route, RouteKey};
use pairs::Pairs;

mod access;
mod body;
mod choices;
mod limits;
mod meaning;
mod operation;
mod pairs;
mod parameters;
mod properties;
mod schema;
mod shape;

/// What callers notice when `after` takes the place of `before`, the most pressing first.
pub fn contract_diff(before: &Document, after: &Document) -> Vec<Finding> {
    if before == after {
        return Vec::new();
    }
    let mut diff = Diff::new(before.value(), after.value());
    let (old, new) = (route::distinct(diff.before), route::distinct(diff.after));
    let (in_old, in_new) = (route::by_key(&old), route::by_key(&new));
    for route in &old {
        let key = route.key();
        let any = RouteKey { path: key.path.clone(), method: "ANY".to_owned() };
        diff.route = route.name();
        match in_new.get(&key).or_else(|| in_new.get(&any)) {
            Some(successor) => diff.operation(route, successor),
            None => diff.found(Severity::Breaking, "operation_removed", "the operation is gone".to_owned()),
        }
    }
    for route in new.iter().filter(|route| !in_old.contains_key(&route.key())) {
        diff.route = route.name();
        diff.found(Severity::Info, "operation_added", "the operation is new".to_owned());
    }
    diff.outside_of_routes();
    diff.findings()
}

/// Which way a schema's values travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Direction {
    /// From callers.
    Request,
    /// To callers.
    Response,
}

impl Direction {
    /// The rule of this direction.
    fn rule(self, request: &'static str, response: &'static str) -> &'static str {
        match self {
            Self::Request => request,
            Self::Response => response,
        }
    }
}

/// A comparison under way.
struct Diff<'a> {
    before: &'a Value,
    after: &'a Value,
    findings: Vec<Finding>,
    route: String,
    direction: Direction,
    /// What is being looked at: `the request body`, `the 200 response`.
    whole: String,
    pairs: Pairs<'a>,
}

impl<'a> Diff<'a> {
    fn new(before: &'a Value, after: &'a Value) -> Self {
        Self {
            before,
            after,
            findings: Vec::new(),
            route: String::new(),
            direction: Direction::Request,
            whole: String::new(),
            pairs: Pairs::default(),
        }
    }

    fn found(&mut self, severity: Severity, rule: &'static str, message: String) {
        let finding = Finding { severity, rule, at: self.route.clone(), message };
        self.findings.push(finding);
    }

    fn operation(&mut self, before: &Route<'a>, after: &Route<'a>) {
        self.access(before, after);
        let old = operation::Operation::of(self.before, before);
        let new = operation::Operation::of(self.after, after);
        self.parameters(&old, &new);
        self.bodies(old.body.as_ref(), new.body.as_ref());
        self.responses(&old.responses, &new.responses);
        let flag =
            |operation: &Value| operation.get("deprecated").and_then(Value::as_bool).unwrap_or_default();
        if flag(after.operation) && !flag(before.operation) {
            self.found(Severity::Info, "operation_deprecated", "the operation is deprecated".to_owned());
        }
        let (old, new) = (before.operation.get("callbacks"), after.operation.get("callbacks"));
        if !meaning::same(self.before, old, self.after, new) {
            let message = "`callbacks` changed, for which there is no rule".to_owned();
            self.found(Severity::NotAnalysed, "callbacks_changed", message);
        }
    }

    fn outside_of_routes(&mut self) {
        let (old, new) = (self.before.get("webhooks"), self.after.get("webhooks"));
        if !meaning::same(self.before, old, self.after, new) {
            "/webhooks".clone_into(&mut self.route);
            self.found(
                Severity::NotAnalysed,
                "webhooks_changed",
                "`webhooks` changed, for which there is no rule".to_owned(),
            );
        }
    }

    /// Compares something anew, with what callers send or get.
    fn look_at(&mut self, direction: Direction, whole: impl Into<String>) {
        self.direction = direction;
        self.whole = whole.into();
    }

    /// Everything found, the most pressing first, nothing twice.
    fn findings(self) -> Vec<Finding> {
        let mut told = HashSet::new();
        let mut findings = self.findings;
        findings.retain(|finding| told.insert((finding.rule, finding.at.clone(), finding.message.clone())));
        findings.sort_by_key(|finding| finding.severity);
        findings
    }
}
