//! The names of path parameters: the gateway's integration speaks of its own, the schema may have others.

use std::fmt;

use serde_json::{Map, Value};

use crate::domain::ApiType;
use crate::openapi::route;

/// The parameters of a route that have another name in the schema: the gateway's and the schema's.
pub(super) struct Renamed(Vec<(String, String)>);

impl Renamed {
    /// Compares two paths with the same route key. Fails where a name would stand for two parameters.
    pub(super) fn between(theirs: &str, ours: &str) -> Result<Self, String> {
        let (theirs, ours) = (route::parameters(theirs), route::parameters(ours));
        let pairs: Vec<_> = theirs.iter().zip(&ours).filter(|(theirs, ours)| theirs != ours).collect();
        let twice = |name: &str| ours.iter().filter(|other| **other == name).count() > 1;
        if let Some(name) = ours.iter().find(|name| twice(name)) {
            return Err(format!(
                "the parameter `{name}` stands in the path twice: give each a name of its own"
            ));
        }
        Ok(Self(pairs.into_iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// An extension of the gateway's with its references rewritten. Fails where a mapping template speaks of a parameter, since
    /// a program cannot be rewritten safely.
    pub(super) fn apply(&self, api_type: ApiType, value: &Value) -> Result<Value, String> {
        if self.is_empty() {
            return Ok(value.clone());
        }
        if let Some((old, new)) = self.0.iter().find(|(old, _)| speaks_of(value, old)) {
            return Err(format!(
                "the parameter `{old}` of the gateway is `{new}` here, and a mapping template of the gateway speaks of it: \
                 call it `{old}`, or write the integration into the schema"
            ));
        }
        // Of a REST integration the names in braces are those of its own parameters, where it has any.
        let own = api_type == ApiType::Rest && value.get("requestParameters").is_some();
        Ok(self.rewrite(value, !own))
    }

    fn rewrite(&self, value: &Value, in_braces: bool) -> Value {
        match value {
            Value::String(text) => self.rewrite_text(text, in_braces).into(),
            Value::Array(items) => items.iter().map(|item| self.rewrite(item, in_braces)).collect(),
            Value::Object(map) => {
                let entries = map.iter().map(|(key, value)| (key.clone(), self.rewrite(value, in_braces)));
                entries.collect::<Map<_, _>>().into()
            }
            other => other.clone(),
        }
    }

    fn rewrite_text(&self, text: &str, in_braces: bool) -> String {
        let mut rewritten = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let before = rewritten.chars().next_back();
            if let Some((head, old, new)) = self.reference_at(rest, before, in_braces) {
                rewritten.push_str(head);
                rewritten.push_str(new);
                rest = &rest[head.len() + old.len()..];
            } else {
                rewritten.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
        rewritten
    }

    /// The reference that a text begins with: what comes before the name, the name, and what it becomes.
    fn reference_at<'t>(
        &'t self,
        text: &'t str,
        before: Option<char>,
        in_braces: bool,
    ) -> Option<(&'t str, &'t str, &'t str)> {
        const HEADS: &[&str] = &["method.request.path.", "$request.path.", "${request.path.", "{"];
        let head = HEADS.iter().find(|head| text.starts_with(**head))?;
        if *head == "{" && (!in_braces || before == Some('$')) {
            return None;
        }
        let after = &text[head.len()..];
        let ends = |rest: &str| {
            if head.starts_with(['$', 'm']) && *head != "${request.path." {
                !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-')
            } else {
                rest.starts_with('}') || rest.starts_with("+}")
            }
        };
        let named = self.0.iter().find(|(old, _)| after.strip_prefix(old.as_str()).is_some_and(ends));
        named.map(|(old, new)| (&text[..head.len()], old.as_str(), new.as_str()))
    }
}

impl fmt::Display for Renamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told: Vec<String> =
            self.0.iter().map(|(old, new)| format!("`{old}` is called `{new}`")).collect();
        f.write_str(&told.join(", "))
    }
}

/// Whether a mapping template names the parameter: `$input.params('id')`, `$input.params().path.id`.
fn speaks_of(value: &Value, name: &str) -> bool {
    match value {
        Value::String(text) => text.contains("$input.params") && has_word(text, name),
        Value::Array(items) => items.iter().any(|item| speaks_of(item, name)),
        Value::Object(map) => map.values().any(|value| speaks_of(value, name)),
        _ => false,
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).any(|part| part == word)
}
