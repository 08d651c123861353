//! Two schemas that take each other's place.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::domain::Severity;

use super::pairs::here;
use super::shape::Shape;
use super::{Diff, Direction, meaning};

/// Keywords that rules decide about; every other that changes is not analysed.
const DECIDED: &[&str] = &[
    "additionalProperties",
    "anyOf",
    "const",
    "default",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "oneOf",
    "pattern",
    "readOnly",
    "uniqueItems",
    "writeOnly",
];

impl<'a> Diff<'a> {
    /// A schema where there was none, or none where there was one; one that allows everything is none.
    pub(super) fn schema_appeared(&mut self, before: Option<&Value>, after: Option<&Value>, here: &str) {
        let says_something = |schema: Option<&Value>| {
            schema.is_some_and(|schema| *schema != Value::Bool(true) && *schema != Value::Object(Map::new()))
        };
        let (rule, word) = match (says_something(before), says_something(after), self.direction) {
            (false, true, Direction::Request) => ("request_schema_added", "has a schema now"),
            (true, false, Direction::Response) => ("response_schema_removed", "has no schema any more"),
            (false, true, Direction::Response) => {
                let message = format!("{here} has a schema now");
                return self.found(Severity::Info, "response_schema_added", message);
            }
            (true, false, Direction::Request) => {
                let message = format!("{here} has no schema any more");
                return self.found(Severity::Info, "request_schema_removed", message);
            }
            _ => return,
        };
        self.found(Severity::Warning, rule, format!("{here} {word}"));
    }

    /// Compares two schemas, but not yet their parts.
    pub(super) fn schema(&mut self, before: &'a Value, after: &'a Value) {
        let (old, new) = (Shape::of(self.before, before), Shape::of(self.after, after));
        if !old.undecided.is_empty() || !new.undecided.is_empty() {
            return self.undecided(before, after, &old, &new);
        }
        self.nullable(&old, &new);
        if self.choice_appeared(before, after) || !self.types(&old, &new) {
            return;
        }
        self.format(&old, &new);
        self.values(&old, &new);
        self.limits(&old, &new);
        self.properties(&old, &new);
        self.below("[]", old.keyword("items"), new.keyword("items"));
        self.choices(&old, &new);
        self.others(&old, &new);
    }

    fn undecided(&mut self, before: &'a Value, after: &'a Value, old: &Shape<'a>, new: &Shape<'a>) {
        if meaning::same(self.before, Some(before), self.after, Some(after)) {
            return;
        }
        let keys: BTreeSet<&str> = old.undecided.union(&new.undecided).copied().collect();
        let keys: Vec<&str> = keys.into_iter().collect();
        let message =
            format!("{} changed, and no rule can decide what holds for `{}`", here(), keys.join("`, `"));
        self.found(Severity::NotAnalysed, "schema_not_analysed", message);
    }

    /// Whether the two have a type in common, so that there is more to compare.
    fn types(&mut self, old: &Shape<'a>, new: &Shape<'a>) -> bool {
        let (widened, narrowed) = (allows(new, old), allows(old, new));
        if widened && narrowed {
            return true;
        }
        let fits = match self.direction {
            Direction::Request => widened,
            Direction::Response => narrowed,
        };
        let message = format!("the type of {} changed from {} to {}", here(), types_of(old), types_of(new));
        if fits {
            let rule = self.direction.rule("request_type_widened", "response_type_narrowed");
            self.found(Severity::Info, rule, message);
        } else {
            let rule = self.direction.rule("request_type_changed", "response_type_changed");
            self.found(Severity::Breaking, rule, message);
        }
        fits
    }

    fn nullable(&mut self, old: &Shape<'a>, new: &Shape<'a>) {
        if old.nullable == new.nullable {
            return;
        }
        let here = here();
        let (severity, rule, message) = match (self.direction, new.nullable) {
            (Direction::Request, false) => {
                (Severity::Breaking, "request_became_not_nullable", format!("{here} may no longer be null"))
            }
            (Direction::Request, true) => {
                (Severity::Info, "request_became_nullable", format!("{here} may be null now"))
            }
            (Direction::Response, true) => {
                (Severity::Breaking, "response_became_nullable", format!("{here} may be null now"))
            }
            (Direction::Response, false) => {
                (Severity::Info, "response_became_not_nullable", format!("{here} is never null any more"))
            }
        };
        self.found(severity, rule, message);
    }

    fn format(&mut self, old: &Shape<'a>, new: &Shape<'a>) {
        let of = |shape: &Shape<'a>| shape.keyword("format").and_then(Value::as_str);
        let (before, after) = (of(old), of(new));
        if before == after {
            return;
        }
        let widens = |narrow: Option<&str>, wide: Option<&str>| {
            wide.is_none()
                || matches!((narrow, wide), (Some("int32"), Some("int64")) | (Some("float"), Some("double")))
        };
        let fits = match self.direction {
            Direction::Request => widens(before, after),
            Direction::Response => widens(after, before),
        };
        // Where there was none, or is none, callers may go on as before.
        let severity = match (before, after) {
            _ if fits => Severity::Info,
            (Some(_), Some(_)) => Severity::Breaking,
            _ => Severity::Warning,
        };
        let (before, after) = (before.unwrap_or("none"), after.unwrap_or("none"));
        let rule = self.direction.rule("request_format_changed", "response_format_changed");
        self.found(severity, rule, format!("the format of {} changed from {before} to {after}", here()));
    }

    /// The values that are allowed, where they are counted.
    fn values(&mut self, old: &Shape<'a>, new: &Shape<'a>) {
        let (before, after) = (old.values(), new.values());
        let here = here();
        let (before, after) = match (before, after) {
            (None, None) => return,
            (None, Some(after)) => {
                let message = format!("{here} must be one of {} now", listed(after));
                let request = self.direction == Direction::Request;
                let severity = if request { Severity::Breaking } else { Severity::Info };
                let rule = self.direction.rule("request_enum_added", "response_enum_added");
                return self.found(severity, rule, message);
            }
            (Some(_), None) => {
                let message = format!("{here} may be any value now");
                let request = self.direction == Direction::Request;
                let severity = if request { Severity::Info } else { Severity::Warning };
                let rule = self.direction.rule("request_enum_removed", "response_enum_removed");
                return self.found(severity, rule, message);
            }
            (Some(before), Some(after)) => (before, after),
        };
        let is_in = |values: &[&Value], value: &Value| {
            values.iter().any(|other| meaning::same(self.before, Some(other), self.after, Some(value)))
        };
        let gone: Vec<&Value> = before.iter().filter(|value| !is_in(&after, value)).copied().collect();
        let more: Vec<&Value> = after.iter().filter(|value| !is_in(&before, value)).copied().collect();
        let (narrowed, widened) = match self.direction {
            Direction::Request => (Severity::Breaking, Severity::Info),
            Direction::Response => (Severity::Info, Severity::Warning),
        };
        if !gone.is_empty() {
            let rule = self.direction.rule("request_enum_narrowed", "response_enum_narrowed");
            self.found(narrowed, rule, format!("{here} may no longer be {}", listed(gone)));
        }
        if !more.is_empty() {
            let rule = self.direction.rule("request_enum_widened", "response_enum_widened");
            self.found(widened, rule, format!("{here} may also be {} now", listed(more)));
        }
    }

    /// Keywords that no rule knows: told, unless they mean the same.
    fn others(&mut self, old: &Shape<'a>, new: &Shape<'a>) {
        let keys: BTreeSet<&str> = old.keywords.keys().chain(new.keywords.keys()).copied().collect();
        for key in keys.into_iter().filter(|key| !DECIDED.contains(key)) {
            if !meaning::same(self.before, old.keyword(key), self.after, new.keyword(key)) {
                let message = format!("`{key}` of {} changed, for which there is no rule", here());
                self.found(Severity::NotAnalysed, "schema_not_analysed", message);
            }
        }
        if self.direction == Direction::Request && old.keyword("default") != new.keyword("default") {
            let message = format!("the default of {} changed", here());
            self.found(Severity::Info, "request_default_changed", message);
        }
    }
}

/// Whether everything of one type is allowed by the other.
fn allows(wide: &Shape<'_>, narrow: &Shape<'_>) -> bool {
    let Some(wide) = &wide.types else { return true };
    let Some(narrow) = &narrow.types else { return false };
    narrow.iter().all(|kind| wide.contains(kind) || *kind == "integer" && wide.contains("number"))
}

/// Values in a row: `"a", "b"`.
fn listed<'v>(values: impl IntoIterator<Item = &'v Value>) -> String {
    let values: Vec<String> = values.into_iter().map(Value::to_string).collect();
    values.join(", ")
}

fn types_of(shape: &Shape<'_>) -> String {
    let Some(types) = &shape.types else { return "any".to_owned() };
    let types: Vec<&str> = types.iter().copied().collect();
    types.join(" or ")
}
