//! The properties of objects, and choices between schemas.

use serde_json::Value;

use crate::domain::Severity;
use crate::openapi::pointer;

use super::pairs::{here, property};
use super::shape::Shape;
use super::{Diff, Direction, meaning};

impl<'a> Diff<'a> {
    pub(super) fn properties(&mut self, old: &Shape<'a>, new: &Shape<'a>) {
        for (name, before) in &old.properties {
            if self.is_hidden(self.before, before) {
                continue;
            }
            match new.properties.get(name).filter(|after| !self.is_hidden(self.after, after)) {
                Some(after) => {
                    self.requirement(name, old, new);
                    self.below(name, Some(before), Some(after));
                }
                None => self.property_removed(name, new),
            }
        }
        for (name, after) in &new.properties {
            let known = old.properties.get(name).is_some_and(|before| !self.is_hidden(self.before, before));
            if !known && !self.is_hidden(self.after, after) {
                self.property_added(name, old, new);
            }
        }
        let undescribed = |shape: &Shape<'a>, name: &str| !shape.properties.contains_key(name);
        for name in old.required.union(&new.required) {
            if undescribed(old, name) && undescribed(new, name) {
                self.requirement(name, old, new);
            }
        }
        self.additional(old, new);
    }

    /// A property that never travels this way.
    fn is_hidden(&self, root: &'a Value, property: &'a Value) -> bool {
        let key = match self.direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        };
        pointer::resolve(root, property).get(key).and_then(Value::as_bool).unwrap_or_default()
            || property.get(key).and_then(Value::as_bool).unwrap_or_default()
    }

    fn requirement(&mut self, name: &str, old: &Shape<'a>, new: &Shape<'a>) {
        let property = property(name);
        let (severity, rule, word) =
            match (self.direction, old.required.contains(name), new.required.contains(name)) {
                (Direction::Request, false, true) => {
                    (Severity::Breaking, "request_property_became_required", "required")
                }
                (Direction::Request, true, false) => {
                    (Severity::Info, "request_property_became_optional", "optional")
                }
                (Direction::Response, true, false) => {
                    (Severity::Breaking, "response_property_became_optional", "optional")
                }
                (Direction::Response, false, true) => {
                    (Severity::Info, "response_property_became_required", "required")
                }
                _ => return,
            };
        self.found(severity, rule, format!("{property} became {word}"));
    }

    fn property_removed(&mut self, name: &str, new: &Shape<'a>) {
        let property = property(name);
        // An object that allows nothing beside its properties refuses what callers still send.
        let is_closed = new.keyword("additionalProperties").and_then(Value::as_bool) == Some(false);
        match self.direction {
            Direction::Request if is_closed => {
                let message = format!("{property} is gone, and no other properties are allowed");
                self.found(Severity::Breaking, "request_property_forbidden", message);
            }
            Direction::Request => {
                self.found(Severity::Warning, "request_property_removed", format!("{property} is gone"));
            }
            Direction::Response => {
                self.found(Severity::Breaking, "response_property_removed", format!("{property} is gone"));
            }
        }
    }

    fn property_added(&mut self, name: &str, old: &Shape<'a>, new: &Shape<'a>) {
        let property = property(name);
        let is_required = new.required.contains(name);
        // One that never travelled this way was asked of nobody, whatever `required` said.
        let was_required = old.required.contains(name) && !old.properties.contains_key(name);
        match self.direction {
            Direction::Request if is_required && !was_required => {
                let message = format!("{property} is new, and required");
                self.found(Severity::Breaking, "request_property_added_required", message);
            }
            Direction::Request => {
                self.found(
                    Severity::Info,
                    "request_property_added",
                    format!("{property} is new, and optional"),
                );
            }
            Direction::Response => {
                self.found(Severity::Info, "response_property_added", format!("{property} is new"));
            }
        }
    }

    fn additional(&mut self, old: &Shape<'a>, new: &Shape<'a>) {
        let (before, after) = (old.keyword("additionalProperties"), new.keyword("additionalProperties"));
        let is_closed = |value: Option<&Value>| value.and_then(Value::as_bool) == Some(false);
        let schema = |value: Option<&'a Value>| value.filter(|value| value.is_object());
        let here = here();
        match (is_closed(before), is_closed(after), self.direction) {
            (false, true, Direction::Request) => {
                let message = format!("{here} allows no other properties any more");
                self.found(Severity::Warning, "request_additional_properties_forbidden", message);
            }
            (true, false, Direction::Response) => {
                let message = format!("{here} may have other properties now");
                self.found(Severity::Info, "response_additional_properties_allowed", message);
            }
            (true, _, _) | (false, true, _) => {}
            (false, false, _) => {
                self.below("*", schema(before), schema(after));
            }
        }
    }

    /// `oneOf` and `anyOf`: one choice more or less can be decided; more than that cannot.
    pub(super) fn choices(&mut self, old: &Shape<'a>, new: &Shape<'a>) {
        for key in ["oneOf", "anyOf"] {
            let list = |shape: &Shape<'a>| shape.keyword(key).and_then(Value::as_array);
            match (list(old), list(new)) {
                (None, None) => {}
                (Some(before), Some(after)) => self.choice(key, before, after),
                _ => self.choice_unclear(key),
            }
        }
    }

    fn choice(&mut self, key: &'static str, before: &'a [Value], after: &'a [Value]) {
        let mut left: Vec<&Value> = after.iter().collect();
        let mut gone = 0_usize;
        let mut pairs = Vec::new();
        for old in before {
            let by_name = |new: &&Value| {
                pointer::reference(old).is_some() && pointer::reference(old) == pointer::reference(new)
            };
            let by_meaning = |new: &&Value| meaning::same(self.before, Some(old), self.after, Some(new));
            match left.iter().position(by_name).or_else(|| left.iter().position(by_meaning)) {
                Some(index) => pairs.push((old, left.remove(index))),
                None => gone += 1,
            }
        }
        let here = here();
        match (gone, left.len()) {
            (0, 0) => {}
            (_, 0) => {
                let rule = self.direction.rule("request_alternative_removed", "response_alternative_removed");
                let request = self.direction == Direction::Request;
                let severity = if request { Severity::Breaking } else { Severity::Info };
                self.found(severity, rule, format!("{here} has fewer alternatives ({key})"));
            }
            (0, _) => {
                let rule = self.direction.rule("request_alternative_added", "response_alternative_added");
                let request = self.direction == Direction::Request;
                let severity = if request { Severity::Info } else { Severity::Warning };
                self.found(severity, rule, format!("{here} has more alternatives ({key})"));
            }
            _ => self.choice_unclear(key),
        }
        for (old, new) in pairs {
            let name = pointer::reference(old).and_then(|reference| reference.rsplit('/').next());
            self.below(&format!("[{}]", name.unwrap_or(key)), Some(old), Some(new));
        }
    }

    fn choice_unclear(&mut self, key: &str) {
        let message =
            format!("the alternatives of {} changed ({key}), and no rule can decide what that means", here());
        self.found(Severity::NotAnalysed, "schema_not_analysed", message);
    }
}
