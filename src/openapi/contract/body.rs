//! What callers send and get: bodies, responses, their media types and headers.

use std::collections::BTreeMap;

use crate::domain::Severity;

use super::operation::{Body, Content, Response};
use super::parameters::written;
use super::{Diff, Direction};

impl<'a> Diff<'a> {
    pub(super) fn bodies(&mut self, before: Option<&Body<'a>>, after: Option<&Body<'a>>) {
        self.look_at(Direction::Request, "the request body");
        let (old, new) = match (before, after) {
            (None, None) => return,
            (Some(_), None) => {
                return self.found(
                    Severity::Breaking,
                    "request_body_removed",
                    "the request body is gone".to_owned(),
                );
            }
            (None, Some(new)) if new.required => {
                let message = "a request body is new, and required".to_owned();
                return self.found(Severity::Breaking, "request_body_added_required", message);
            }
            (None, Some(_)) => {
                let message = "a request body is new, and optional".to_owned();
                return self.found(Severity::Info, "request_body_added", message);
            }
            (Some(old), Some(new)) => (old, new),
        };
        match (old.required, new.required) {
            (false, true) => {
                let message = "the request body became required".to_owned();
                self.found(Severity::Breaking, "request_body_became_required", message);
            }
            (true, false) => {
                let message = "the request body became optional".to_owned();
                self.found(Severity::Info, "request_body_became_optional", message);
            }
            _ => {}
        }
        self.contents("the request body", Direction::Request, &old.content, &new.content);
    }

    pub(super) fn responses(
        &mut self,
        before: &BTreeMap<String, Response<'a>>,
        after: &BTreeMap<String, Response<'a>>,
    ) {
        for (status, old) in before {
            let range = format!("{}XX", &status.get(..1).unwrap_or_default());
            match after.get(status).or_else(|| after.get(&range)) {
                Some(new) => self.response(status, old, new),
                None if status.starts_with('2') => {
                    let message = format!("the {status} response is gone");
                    self.found(Severity::Breaking, "response_success_status_removed", message);
                }
                None => {
                    let message = format!("the {} response is gone", status.to_lowercase());
                    self.found(Severity::Info, "response_status_removed", message);
                }
            }
        }
        for status in after.keys().filter(|status| !before.contains_key(*status)) {
            let message = format!("a {} response is new", status.to_lowercase());
            self.found(Severity::Info, "response_status_added", message);
        }
    }

    fn response(&mut self, status: &str, old: &Response<'a>, new: &Response<'a>) {
        let whole = format!("the {} response", status.to_lowercase());
        self.contents(&whole, Direction::Response, &old.content, &new.content);
        for (name, header) in &old.headers {
            let whole = format!("the header `{}` of {whole}", header.name);
            self.look_at(Direction::Response, whole.clone());
            let Some(now) = new.headers.get(name) else {
                let severity = if header.required { Severity::Breaking } else { Severity::Warning };
                self.found(severity, "response_header_removed", format!("{whole} is gone"));
                continue;
            };
            if header.required && !now.required {
                self.found(
                    Severity::Breaking,
                    "response_header_became_optional",
                    format!("{whole} became optional"),
                );
            }
            if written("header", header.value) != written("header", now.value) {
                let message = format!("{whole} is written otherwise (explode or collectionFormat)");
                self.found(Severity::Breaking, "response_header_style_changed", message);
            }
            self.schemas(header.schema, now.schema);
        }
        for (_, header) in new.headers.iter().filter(|(name, _)| !old.headers.contains_key(*name)) {
            let message = format!("the header `{}` of {whole} is new", header.name);
            self.found(Severity::Info, "response_header_added", message);
        }
    }

    fn contents(&mut self, whole: &str, direction: Direction, old: &Content<'a>, new: &Content<'a>) {
        for (media, schema) in old {
            // Two media types of one body have the same schema as a rule; which of them it is need not be said then.
            let is_only = old.len() == 1;
            let told = if is_only { whole.to_owned() } else { format!("{whole} as {media}") };
            self.look_at(direction, told);
            if let Some(now) = covering(new, media, direction) {
                self.schemas(*schema, new.get(now).copied().flatten());
            } else {
                let rule = direction.rule("request_media_type_removed", "response_media_type_removed");
                let message = format!("the media type {media} of {whole} is gone");
                self.found(Severity::Breaking, rule, message);
            }
        }
        for media in new.keys().filter(|media| covering(old, media, direction).is_none()) {
            let rule = direction.rule("request_media_type_added", "response_media_type_added");
            self.found(Severity::Info, rule, format!("the media type {media} of {whole} is new"));
        }
    }
}

/// The media type that stands for another: itself, the range of a request that is accepted now, a part of a response's range.
fn covering<'c>(content: &'c Content<'_>, media: &str, direction: Direction) -> Option<&'c str> {
    let is_in = |media: &str, range: &str| {
        range == "*/*"
            || range.strip_suffix('*').is_some_and(|kind| kind.ends_with('/') && media.starts_with(kind))
    };
    let covers = |other: &str| match direction {
        Direction::Request => is_in(media, other),
        Direction::Response => is_in(other, media),
    };
    let itself = content.get_key_value(media).map(|(itself, _)| itself);
    itself.or_else(|| content.keys().find(|other| covers(other))).map(String::as_str)
}
