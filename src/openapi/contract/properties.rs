//! The properties of objects.

use serde_json::Value;

use crate::domain::Severity;
use crate::openapi::pointer;

use super::pairs::{here, property};
use super::shape::Shape;
use super::{Diff, Direction};

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
}
