//! A document as it was read: an ordered JSON value and the text behind it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::yaml::{self, Lines};

/// A document: a JSON value with its order kept, and where its parts stand in the text it was read from.
#[derive(Clone)]
pub struct Document {
    value: Value,
    /// What it was read from; `None` for a document that was made here.
    text: Option<Arc<Text>>,
}

/// A text, and where its parts stand in it: found out once, when somebody asks.
struct Text {
    written: String,
    lines: OnceLock<Option<Lines>>,
}

/// Why a text is no document: what is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", place(*.line, *.column))]
pub struct ParseError {
    /// Counted from 1; 0 where it is about the whole.
    pub line: usize,
    /// Counted from 1; 0 where it is about the whole.
    pub column: usize,
    /// What is wrong and what to do.
    pub message: String,
}

fn place(line: usize, column: usize) -> String {
    if line == 0 { String::new() } else { format!("line {line}, column {column}: ") }
}

impl ParseError {
    fn of_the_whole(message: impl Into<String>) -> Self {
        Self { line: 0, column: 0, message: message.into() }
    }
}

impl Document {
    /// Reads JSON or YAML, whichever it is; duplicate keys, anchors that grow without end and custom tags are errors.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        refuse_what_is_no_schema(text)?;
        // A flow mapping of YAML looks like JSON at first; with a quoted key it was meant as JSON, whose comments and the like YAML
        // would take for something else.
        let value = match read_json(text) {
            Ok(value) => value,
            Err(error) if is_meant_as_json(text) => return Err(error),
            Err(_) => yaml::read(text)?,
        };
        if !value.is_object() {
            let kind = if value.is_array() { "a list" } else { "a single value" };
            return Err(ParseError::of_the_whole(format!(
                "it holds {kind}, not an OpenAPI document: name the file that starts with `openapi:` or `swagger:`"
            )));
        }
        let text = Text { written: text.to_owned(), lines: OnceLock::new() };
        Ok(Self { value, text: Some(text.into()) })
    }

    /// As compact JSON, as it is pushed.
    pub fn to_json(&self) -> String {
        self.value.to_string()
    }

    /// The whole of it.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Where its parts stand in what it was read from, if it was read.
    pub(super) fn lines(&self) -> Option<&Lines> {
        let text = self.text.as_ref()?;
        text.lines.get_or_init(|| Lines::of(&text.written)).as_ref()
    }

    /// Whether its author writes YAML.
    pub(super) fn is_yaml(&self) -> bool {
        self.text.as_ref().is_some_and(|text| !is_meant_as_json(&text.written))
    }
}

impl From<Value> for Document {
    fn from(value: Value) -> Self {
        Self { value, text: None }
    }
}

/// Two documents are the same if they say the same, however they are written down.
impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl fmt::Debug for Document {
    /// Without the text: it is long, and may name what no log should.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("bytes", &self.text.as_ref().map(|text| text.written.len()))
            .finish_non_exhaustive()
    }
}

fn is_meant_as_json(text: &str) -> bool {
    let inside = text.trim_start().strip_prefix('{').map(str::trim_start);
    inside.is_some_and(|inside| inside.starts_with(['"', '/', '}']))
}

/// What is put in the place of schemas often enough to be told by name.
fn refuse_what_is_no_schema(text: &str) -> Result<(), ParseError> {
    if text.starts_with("version https://git-lfs.github.com/spec/") {
        return Err(ParseError::of_the_whole(
            "it is a pointer of git LFS, not the schema itself: fetch the content with `git lfs pull`",
        ));
    }
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Err(ParseError::of_the_whole(
            "it is empty: write an OpenAPI document into it, or import one",
        ));
    }
    let conflict = text.lines().position(|line| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> "));
    match conflict {
        Some(index) => Err(ParseError {
            line: index + 1,
            column: 1,
            message: "a merge conflict was left here: resolve it first".to_owned(),
        }),
        None => Ok(()),
    }
}

fn read_json(text: &str) -> Result<Value, ParseError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = Unique.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    read.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let told = error.to_string();
        let reason = told.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&told);
        let message = if reason.starts_with("recursion limit") {
            format!("it is nested more than {} levels deep: flatten it with `$ref`", yaml::DEEPEST)
        } else {
            format!("this is no JSON: {reason}")
        };
        ParseError { line, column, message }
    })
}

/// Reads any JSON, but no object that has a key twice: which of the two counts would be a matter of luck.
#[derive(Clone, Copy)]
struct Unique;

impl<'de> DeserializeSeed<'de> for Unique {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = access.next_element_seed(self)? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(yaml::twice(&key)));
            }
            let value = access.next_value_seed(self)?;
            map.insert(key, value);
        }
        Ok(map.into())
    }
}
