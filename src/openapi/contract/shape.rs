//! A schema with its references followed and its `allOf` put together.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::Value;

use crate::openapi::pointer;

use super::choices;

/// How deep `allOf` may nest before it is a circle.
const DEEPEST: usize = 32;

/// Keywords that tell people something, and machines nothing.
pub(super) const ANNOTATIONS: &[&str] = &[
    "$comment",
    "$defs",
    "$id",
    "$schema",
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "summary",
    "title",
    "xml",
];

/// What a parameter of Swagger 2 says beside its schema.
const OF_PARAMETERS: &[&str] = &[
    "allowEmptyValue",
    "allowReserved",
    "collectionFormat",
    "content",
    "explode",
    "in",
    "name",
    "schema",
    "style",
];

/// What a schema says.
#[derive(Default)]
pub(super) struct Shape<'a> {
    /// The types it allows; `None` allows any.
    pub types: Option<BTreeSet<&'a str>>,
    pub nullable: bool,
    pub properties: BTreeMap<&'a str, &'a Value>,
    pub required: BTreeSet<&'a str>,
    /// Every other keyword.
    pub keywords: BTreeMap<&'a str, &'a Value>,
    /// Keywords that its parts say differently, so that no rule can tell what holds.
    pub undecided: BTreeSet<&'a str>,
    /// The parts taken in, by their addresses: none counts twice.
    taken: HashSet<usize>,
}

impl<'a> Shape<'a> {
    pub fn of(root: &'a Value, schema: &'a Value) -> Self {
        let mut shape = Self::default();
        shape.take(root, schema, 0);
        if shape.types.is_none() {
            shape.types = shape.implied();
        }
        shape
    }

    /// `properties` without a type means an object to everybody who writes it, and values that are counted have their own types.
    fn implied(&self) -> Option<BTreeSet<&'a str>> {
        if !self.properties.is_empty() {
            return Some(BTreeSet::from(["object"]));
        }
        if self.keywords.contains_key("items") {
            return Some(BTreeSet::from(["array"]));
        }
        let values = self.values()?;
        let types: BTreeSet<&str> = values.into_iter().map(type_of).collect();
        (!types.is_empty()).then_some(types)
    }

    /// The values that are allowed, where they are counted. Whether null is one of them is told elsewhere.
    pub fn values(&self) -> Option<Vec<&'a Value>> {
        if let Some(only) = self.keyword("const") {
            return Some(vec![only]);
        }
        let values = self.keyword("enum")?.as_array()?;
        Some(values.iter().filter(|value| !value.is_null()).collect())
    }

    pub fn keyword(&self, key: &str) -> Option<&'a Value> {
        self.keywords.get(key).copied()
    }

    pub fn flag(&self, key: &str) -> bool {
        self.keyword(key).and_then(Value::as_bool).unwrap_or_default()
    }

    fn take(&mut self, root: &'a Value, schema: &'a Value, depth: usize) {
        if depth > DEEPEST {
            self.undecided.insert("allOf");
            return;
        }
        let written = schema;
        let schema = pointer::resolve(root, schema);
        if pointer::reference(schema).is_some() {
            // It leads nowhere we can go.
            self.undecided.insert("$ref");
            return;
        }
        if !self.taken.insert(std::ptr::from_ref(schema) as usize) {
            return;
        }
        self.take_keywords(root, schema, depth);
        if !std::ptr::eq(written, schema) && is_newer(root) {
            // Since 3.1 what stands beside a reference counts.
            self.take_keywords(root, written, depth);
        }
    }

    fn take_keywords(&mut self, root: &'a Value, schema: &'a Value, depth: usize) {
        if schema.as_bool() == Some(false) {
            self.undecided.insert("false");
        }
        for (key, value) in schema.as_object().into_iter().flatten() {
            match key.as_str() {
                "$ref" => {}
                "allOf" => {
                    value.as_array().into_iter().flatten().for_each(|part| self.take(root, part, depth + 1));
                }
                "oneOf" | "anyOf" => self.take_choice(root, key, value, depth),
                "type" => self.take_types(value),
                "nullable" | "x-nullable" => self.nullable |= value.as_bool().unwrap_or_default(),
                "properties" => {
                    value
                        .as_object()
                        .into_iter()
                        .flatten()
                        .for_each(|(name, it)| self.take_property(name, it));
                }
                "required" => self.required.extend(texts(value)),
                _ if key.starts_with("x-") || ANNOTATIONS.contains(&key.as_str()) => {}
                _ if OF_PARAMETERS.contains(&key.as_str()) => {}
                _ => self.take_keyword(key, value),
            }
        }
    }

    /// A choice that leaves only one alternative, maybe beside null, is that alternative.
    fn take_choice(&mut self, root: &'a Value, key: &'a str, value: &'a Value, depth: usize) {
        let all = value.as_array().into_iter().flatten();
        self.nullable |= all.clone().any(choices::is_null);
        match choices::listed(value).as_deref() {
            Some([only]) => self.take(root, only, depth + 1),
            _ => self.take_keyword(key, value),
        }
    }

    fn take_types(&mut self, value: &'a Value) {
        let mut types: BTreeSet<&str> = value.as_str().into_iter().chain(texts(value)).collect();
        self.nullable |= types.remove("null");
        match &self.types {
            Some(known) if *known != types => drop(self.undecided.insert("type")),
            _ if types.is_empty() => {}
            _ => self.types = Some(types),
        }
    }

    fn take_property(&mut self, name: &'a str, value: &'a Value) {
        if self.properties.insert(name, value).is_some_and(|known| known != value) {
            self.undecided.insert("properties");
        }
    }

    fn take_keyword(&mut self, key: &'a str, value: &'a Value) {
        if self.keywords.insert(key, value).is_some_and(|known| known != value) {
            self.undecided.insert(key);
        }
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.as_f64().is_some_and(|value| value.fract() != 0.0) => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn is_newer(root: &Value) -> bool {
    root.get("openapi").and_then(Value::as_str).is_some_and(|version| !version.starts_with("3.0"))
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}
