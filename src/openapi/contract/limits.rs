//! Lengths, sizes, bounds and patterns.

use serde_json::Value;

use crate::domain::Severity;

use super::pairs::here;
use super::shape::Shape;
use super::{Diff, Direction};

/// Whether a limit keeps out what is above or what is below it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Above,
    Below,
}

const LIMITS: &[(&str, Side)] = &[
    ("maxLength", Side::Above),
    ("maxItems", Side::Above),
    ("maxProperties", Side::Above),
    ("minLength", Side::Below),
    ("minItems", Side::Below),
    ("minProperties", Side::Below),
];

/// What became of a limit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Tightened,
    Loosened,
    /// No longer comparable.
    Other,
}

impl<'a> Diff<'a> {
    pub(super) fn limits(&mut self, old: &Shape<'a>, new: &Shape<'a>) {
        for (key, side) in LIMITS {
            let of =
                |shape: &Shape<'a>| shape.keyword(key).and_then(Value::as_f64).map(|limit| (limit, false));
            self.limit(key, *side, of(old), of(new));
        }
        for (key, exclusive, side) in
            [("maximum", "exclusiveMaximum", Side::Above), ("minimum", "exclusiveMinimum", Side::Below)]
        {
            self.limit(key, side, bound(old, key, exclusive, side), bound(new, key, exclusive, side));
        }
        self.unordered("multipleOf", old, new);
        self.unordered("pattern", old, new);
        match (old.flag("uniqueItems"), new.flag("uniqueItems")) {
            (false, true) => self.limit_changed("uniqueItems", "false", "true", Change::Tightened),
            (true, false) => self.limit_changed("uniqueItems", "true", "false", Change::Loosened),
            _ => {}
        }
    }

    fn limit(&mut self, key: &str, side: Side, old: Option<(f64, bool)>, new: Option<(f64, bool)>) {
        let trivial = |limit: &(f64, bool)| key.starts_with("min") && key != "minimum" && limit.0 <= 0.0;
        let (old, new) = (old.filter(|limit| !trivial(limit)), new.filter(|limit| !trivial(limit)));
        if old == new {
            return;
        }
        let is_tighter = |new: (f64, bool), old: (f64, bool)| match side {
            _ if new.0.total_cmp(&old.0).is_eq() => new.1,
            Side::Above => new.0 < old.0,
            Side::Below => new.0 > old.0,
        };
        let tightened = match (old, new) {
            (None, _) => true,
            (_, None) => false,
            (Some(old), Some(new)) => is_tighter(new, old),
        };
        let change = if tightened { Change::Tightened } else { Change::Loosened };
        self.limit_changed(key, &told(old), &told(new), change);
    }

    fn unordered(&mut self, key: &str, old: &Shape<'a>, new: &Shape<'a>) {
        let of = |shape: &Shape<'a>| shape.keyword(key).filter(|value| !allows_all(value));
        let (old, new) = (of(old), of(new));
        if old == new {
            return;
        }
        let change = match (old, new) {
            (None, _) => Change::Tightened,
            (_, None) => Change::Loosened,
            _ => Change::Other,
        };
        let told = |value: Option<&Value>| value.map_or_else(|| "none".to_owned(), Value::to_string);
        self.limit_changed(key, &told(old), &told(new), change);
    }

    fn limit_changed(&mut self, key: &str, old: &str, new: &str, change: Change) {
        let (rule, severity) = match (self.direction, change) {
            (Direction::Request, Change::Tightened) => ("request_constraint_tightened", Severity::Warning),
            (Direction::Request, Change::Loosened) => ("request_constraint_loosened", Severity::Info),
            (Direction::Response, Change::Tightened) => ("response_constraint_tightened", Severity::Info),
            (Direction::Response, Change::Loosened) => ("response_constraint_loosened", Severity::Warning),
            (Direction::Request, Change::Other) => ("request_constraint_changed", Severity::Warning),
            (Direction::Response, Change::Other) => ("response_constraint_changed", Severity::Warning),
        };
        self.found(severity, rule, format!("{key} of {} changed from {old} to {new}", here()));
    }
}

/// Whether a pattern keeps nothing out.
fn allows_all(pattern: &Value) -> bool {
    matches!(pattern.as_str(), Some("" | ".*" | "^.*$" | "^.*" | ".*$"))
}

/// A bound, and whether it is itself outside. Up to 3.0 a flag says so, since 3.1 another bound.
fn bound(shape: &Shape<'_>, key: &str, exclusive: &str, side: Side) -> Option<(f64, bool)> {
    let closed = shape.keyword(key).and_then(Value::as_f64).map(|limit| (limit, shape.flag(exclusive)));
    let open = shape.keyword(exclusive).and_then(Value::as_f64).map(|limit| (limit, true));
    match (closed, open) {
        (Some(closed), Some(open)) => {
            let open_is_tighter = if side == Side::Above { open.0 <= closed.0 } else { open.0 >= closed.0 };
            Some(if open_is_tighter { open } else { closed })
        }
        (closed, open) => closed.or(open),
    }
}

fn told(limit: Option<(f64, bool)>) -> String {
    match limit {
        None => "none".to_owned(),
        Some((limit, false)) => limit.to_string(),
        Some((limit, true)) => format!("{limit} (itself excluded)"),
    }
}
