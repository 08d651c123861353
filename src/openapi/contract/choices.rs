//! Choices between schemas: `oneOf` and `anyOf`.

use serde_json::Value;

use crate::domain::Severity;
use crate::openapi::pointer;

use super::pairs::here;
use super::shape::{ANNOTATIONS, Shape};
use super::{Diff, Direction, meaning};

const CHOICES: &[&str] = &["oneOf", "anyOf"];

/// How many choices of one alternative may stand in each other.
const DEEPEST: usize = 32;

impl<'a> Diff<'a> {
    /// Whether one is a choice and the other a plain schema, which then counts as a choice of one; compares them if so.
    pub(super) fn choice_appeared(&mut self, before: &'a Value, after: &'a Value) -> bool {
        let (old, new) = (alternatives(self.before, before), alternatives(self.after, after));
        let (old, new) = match (&old[..], &new[..]) {
            ([_], [_, _, ..]) | ([_, _, ..], [_]) => (old, new),
            _ => return false,
        };
        self.choice("oneOf or anyOf", &old, &new);
        true
    }

    pub(super) fn choices(&mut self, old: &Shape<'a>, new: &Shape<'a>) {
        for key in CHOICES {
            match (old.keyword(key).and_then(listed), new.keyword(key).and_then(listed)) {
                (None, None) => {}
                (Some(before), Some(after)) => self.choice(key, &before, &after),
                _ => self.choice_unclear(key),
            }
        }
    }

    /// Alternatives of one name, one meaning, or the only ones left of their type take each other's place.
    fn choice(&mut self, key: &'static str, before: &[&'a Value], after: &[&'a Value]) {
        let mut left = after.to_vec();
        let mut gone = Vec::new();
        let mut pairs = Vec::new();
        for old in before {
            let by_name = |new: &&Value| {
                pointer::reference(old).is_some() && pointer::reference(old) == pointer::reference(new)
            };
            let by_meaning = |new: &&Value| meaning::same(self.before, Some(old), self.after, Some(new));
            match left.iter().position(by_name).or_else(|| left.iter().position(by_meaning)) {
                Some(index) => pairs.push((*old, left.remove(index))),
                None => gone.push(*old),
            }
        }
        let kinds: Vec<_> = gone.iter().map(|old| Shape::of(self.before, old).types).collect();
        let news: Vec<_> = left.iter().map(|new| Shape::of(self.after, new).types).collect();
        let count = |all: &[_], kind: &_| all.iter().filter(|other| *other == kind).count();
        for (old, kind) in gone.iter().zip(&kinds) {
            let Some(index) = news.iter().position(|other| other == kind) else { continue };
            if count(&kinds, kind) > 1 || count(&news, kind) > 1 {
                return self.choice_unclear(key);
            }
            pairs.push((*old, left[index]));
        }
        let is_only_in = |kind: &_, others: &[_]| !others.contains(kind);
        self.alternatives_changed(
            key,
            kinds.iter().any(|kind| is_only_in(kind, &news)),
            news.iter().any(|kind| is_only_in(kind, &kinds)),
        );
        for (old, new) in pairs {
            let name = pointer::reference(old).and_then(|reference| reference.rsplit('/').next());
            self.below(&format!("[{}]", name.unwrap_or(key)), Some(old), Some(new));
        }
    }

    fn alternatives_changed(&mut self, key: &str, fewer: bool, more: bool) {
        let here = here();
        let (narrowed, widened) = match self.direction {
            Direction::Request => (Severity::Breaking, Severity::Info),
            Direction::Response => (Severity::Info, Severity::Breaking),
        };
        if fewer {
            let rule = self.direction.rule("request_alternative_removed", "response_alternative_removed");
            self.found(narrowed, rule, format!("{here} has fewer alternatives ({key})"));
        }
        if more {
            let rule = self.direction.rule("request_alternative_added", "response_alternative_added");
            self.found(widened, rule, format!("{here} has more alternatives ({key})"));
        }
    }

    fn choice_unclear(&mut self, key: &str) {
        let message =
            format!("the alternatives of {} changed ({key}), and no rule can decide what that means", here());
        self.found(Severity::NotAnalysed, "schema_not_analysed", message);
    }
}

/// The alternatives of a list of them. Null is none: it is told of by itself.
pub(super) fn listed(list: &Value) -> Option<Vec<&Value>> {
    let all = list.as_array()?;
    Some(all.iter().filter(|one| !is_null(one)).collect())
}

/// Whether a schema allows null and nothing else.
pub(super) fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
}

/// The alternatives of a schema that is nothing but a choice; any other is its own and only one.
fn alternatives<'a>(root: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    let mut schema = schema;
    for _ in 0..DEEPEST {
        let Some(choice) = bare_choice(pointer::resolve(root, schema)) else { break };
        match choice[..] {
            [only] => schema = only,
            _ => return choice,
        }
    }
    vec![schema]
}

fn bare_choice(schema: &Value) -> Option<Vec<&Value>> {
    const BESIDE: &[&str] = &["discriminator", "nullable", "type"];
    let schema = schema.as_object()?;
    let says_nothing =
        |key: &str| ANNOTATIONS.contains(&key) || BESIDE.contains(&key) || key.starts_with("x-");
    let mut said = schema.iter().filter(|(key, _)| !says_nothing(key));
    let (key, list) = said.next()?;
    let choice = listed(list).filter(|choice| !choice.is_empty())?;
    (CHOICES.contains(&key.as_str()) && said.next().is_none()).then_some(choice)
}
