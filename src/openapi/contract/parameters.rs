//! What callers give beside a body.

use serde_json::Value;

use crate::domain::Severity;

use super::operation::{Operation, Parameter};
use super::{Diff, Direction};

impl<'a> Diff<'a> {
    pub(super) fn parameters(&mut self, before: &Operation<'a>, after: &Operation<'a>) {
        for (key, old) in &before.parameters {
            self.look_at(Direction::Request, named(&key.0, old));
            match after.parameters.get(key) {
                Some(new) => self.parameter(&key.0, old, new),
                // The path says by itself which parameters it has.
                None if key.0 == "path" => {}
                None => {
                    let message = format!("{} is gone", self.whole);
                    self.found(Severity::Warning, "request_parameter_removed", message);
                }
            }
        }
        for (key, new) in after.parameters.iter().filter(|(key, _)| !before.parameters.contains_key(*key)) {
            if key.0 == "path" {
                continue;
            }
            let whole = named(&key.0, new);
            if new.required {
                let message = format!("{whole} is new, and required");
                self.found(Severity::Breaking, "request_parameter_added_required", message);
            } else {
                let message = format!("{whole} is new, and optional");
                self.found(Severity::Info, "request_parameter_added", message);
            }
        }
    }

    fn parameter(&mut self, place: &str, old: &Parameter<'a>, new: &Parameter<'a>) {
        if place != "path" && old.required != new.required {
            let (severity, rule, word) = if new.required {
                (Severity::Breaking, "request_parameter_became_required", "required")
            } else {
                (Severity::Info, "request_parameter_became_optional", "optional")
            };
            let message = format!("{} became {word}", self.whole);
            self.found(severity, rule, message);
        }
        if written(place, old.value) != written(place, new.value) {
            let message =
                format!("{} is written otherwise (style, explode, content or collectionFormat)", self.whole);
            self.found(Severity::Breaking, "request_parameter_style_changed", message);
        }
        let may_be_empty =
            |parameter: &Parameter<'_>| parameter.value.get("allowEmptyValue") == Some(&true.into());
        if may_be_empty(old) && !may_be_empty(new) {
            let message = format!("{} may no longer be empty", self.whole);
            self.found(Severity::Breaking, "request_parameter_empty_forbidden", message);
        }
        self.schemas(old.schema, new.schema);
    }
}

fn named(place: &str, parameter: &Parameter<'_>) -> String {
    let place = if place == "formData" { "form" } else { place };
    format!("the {place} parameter `{}`", parameter.name)
}

/// How a list or an object is written: what is said, or what is assumed.
pub(super) fn written(place: &str, value: &Value) -> (String, bool, String) {
    let media = value.get("content").and_then(Value::as_object).and_then(|content| content.keys().next());
    if let Some(media) = media {
        return (media.clone(), false, String::new());
    }
    let assumed = if matches!(place, "query" | "cookie") { "form" } else { "simple" };
    let style = value.get("style").and_then(Value::as_str).unwrap_or(assumed);
    let explode = value.get("explode").and_then(Value::as_bool).unwrap_or(style == "form");
    let collection = value.get("collectionFormat").and_then(Value::as_str).unwrap_or("csv");
    (style.to_owned(), explode, collection.to_owned())
}
