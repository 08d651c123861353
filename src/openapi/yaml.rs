//! YAML, read so that nothing changes its meaning: numbers where OpenAPI wants texts stay as they were written, and each
//! part keeps the line it stands on.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::options::DuplicateKeyPolicy;
use serde_saphyr::{Error, Options, Spanned};

use super::document::ParseError;

/// How many levels a document may be nested: the JSON parser's limit, and so YAML's as well.
pub(super) const DEEPEST: usize = 127;

/// The parser takes up to 60 KB of the stack for each level, more than a thread of a pool has; this is room for all of them.
const STACK: usize = 32 * 1024 * 1024;

/// Keys whose values are texts in OpenAPI and its extensions, though YAML reads `1.0`, `2024` or `yes` as something else.
const TEXT_KEYS: &[&str] = &[
    "$ref",
    "authorizerPayloadFormatVersion",
    "basePath",
    "connectionId",
    "credentials",
    "authorizerCredentials",
    "description",
    "format",
    "host",
    "issuer",
    "name",
    "openapi",
    "operationId",
    "pattern",
    "payloadFormatVersion",
    "statusCode",
    "summary",
    "swagger",
    "termsOfService",
    "title",
    "uri",
    "url",
    "version",
    "x-amazon-apigateway-importexport-version",
    "x-amazon-apigateway-tag-value",
];

/// Lists of texts: what they hold is text as well.
const TEXT_LISTS: &[&str] = &["allowHeaders", "allowMethods", "allowOrigins", "audience", "required", "tags"];

/// Maps in which everything is text, however deep.
const TEXT_MAPS: &[&str] = &[
    "mapping",
    "requestParameters",
    "requestTemplates",
    "responseParameters",
    "responseTemplates",
    "scopes",
    "stageVariables",
];

/// Maps whose keys are names that authors give: a property `tags` or a response `default` is what its map says, not its name.
const NAMED: &[&str] = &[
    "$defs",
    "callbacks",
    "definitions",
    "headers",
    "parameters",
    "paths",
    "patternProperties",
    "properties",
    "responses",
    "schemas",
    "securityDefinitions",
    "securitySchemes",
    "x-amazon-apigateway-gateway-responses",
    "x-amazon-apigateway-integrations",
    "x-amazon-apigateway-request-validators",
];

/// Keys that belong to a schema's type: texts where the schema says `type: string`.
const OF_THE_TYPE: &[&str] = &["const", "default", "enum", "example", "examples"];

/// Keys whose values are numbers however many digits they have.
const NUMBER_KEYS: &[&str] =
    &["exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf", "value"];

/// Reads one YAML document.
pub(super) fn read(text: &str) -> Result<Value, ParseError> {
    let value = |tree: Tree| Reader { text }.value(tree.node, &tree.span, Expected::Anything);
    with_room(|| tree(text).map_err(|error| told(&error)).and_then(value)).unwrap_or_else(|| {
        Err(ParseError { line: 0, column: 0, message: "there is no memory left to read it".into() })
    })
}

/// The lines of a text's parts, for messages. JSON is YAML as well.
pub(super) struct Lines(Tree);

impl Lines {
    /// Reads the text once more; `None` if it cannot be read this way.
    pub(super) fn of(text: &str) -> Option<Self> {
        with_room(|| tree(text).ok().map(Self)).flatten()
    }

    /// The line of the place that a JSON pointer names, or of the nearest place above it; `None` for the whole.
    pub(super) fn line(&self, pointer: &str) -> Option<u64> {
        let mut tree = &self.0;
        let mut line = None;
        for part in pointer.split('/').skip(1) {
            let key = super::pointer::unescape(part);
            let next = match &tree.node {
                Node::Map(entries) => {
                    entries.iter().find(|entry| entry.0.text == key).map(|entry| (entry.0.line, &entry.1))
                }
                Node::List(items) => key
                    .parse()
                    .ok()
                    .and_then(|index: usize| items.get(index))
                    .map(|item| (item.span.line, item)),
                _ => None,
            };
            let Some((found, below)) = next else { break };
            line = Some(found);
            tree = below;
        }
        line
    }
}

/// Does something on a stack that is large enough; `None` if the system has none to give.
fn with_room<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok()?;
        worker.join().ok()
    })
}

fn tree(text: &str) -> Result<Tree, Error> {
    serde_saphyr::from_str_with_options::<Tree>(text, options())
}

/// A document of 3 MB has some 300,000 nodes, so the budget is ten times that; aliases may not multiply it.
fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: DEEPEST,
            max_nodes: 3_000_000,
            max_events: 8_000_000,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 200_000,
            max_replay_stack_depth: 32,
        },
        duplicate_keys: DuplicateKeyPolicy::Error,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    }
}

fn told(error: &Error) -> ParseError {
    let (line, column) = error.location().map_or((0, 0), |at| (at.line() as usize, at.column() as usize));
    let text = error.to_string();
    let lower = text.to_lowercase();
    let message = if let Error::DuplicateMappingKey { key, .. } = error {
        twice(key.as_deref().unwrap_or("?"))
    } else if lower.contains("null into string") {
        "a key is empty or null: give it a name, in quotes if it is a word of YAML".to_owned()
    } else if lower.contains("tag") {
        "a custom tag such as `!Sub` or `!Ref`: render the template first, and push what comes out".to_owned()
    } else if lower.contains("alias") || lower.contains("anchor") {
        format!("its anchors and aliases cannot be followed: write them out ({})", first_line(&text))
    } else if lower.contains("depth") || lower.contains("recursion") || lower.contains("nesting") {
        format!("it is nested more than {DEEPEST} levels deep: flatten it with `$ref`")
    } else if matches!(error, Error::MultipleDocuments { .. }) {
        "it holds several YAML documents: keep the one that is meant".to_owned()
    } else {
        format!("this is no YAML: {}", first_line(&text))
    };
    ParseError { line, column, message }
}

/// What is said of a key that a map has twice.
pub(super) fn twice(key: &str) -> String {
    format!("the key `{key}` is there twice: keep one of the two")
}

/// The first line of an error, without the place, which is told already.
fn first_line(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    line.split_once(" at line ").map_or(line, |(reason, _)| reason)
}

/// A part and where it stands.
struct Tree {
    span: Span,
    node: Node,
}

/// The line, counted from 1, and the bytes of a part.
struct Span {
    line: u64,
    bytes: Option<(usize, usize)>,
}

struct Key {
    line: u64,
    column: u64,
    text: String,
}

enum Node {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Tree>),
    Map(Vec<(Key, Tree)>),
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Node>::deserialize(deserializer)?;
        let span = spanned.defined.span();
        let bytes = span.byte_offset().zip(span.byte_len());
        let bytes = bytes.map(|(start, length)| (start as usize, (start + length) as usize));
        Ok(Self { span: Span { line: spanned.referenced.line(), bytes }, node: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        // What is no number of JSON is a text.
        Ok(Number::from_f64(value).map_or_else(|| Node::Text(value.to_string()), Node::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = access.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut map: Vec<(Key, Tree)> = Vec::new();
        while let Some(key) = access.next_key::<Spanned<String>>()? {
            let (line, column) = (key.referenced.line(), key.referenced.column());
            map.push((Key { line, column, text: key.value }, access.next_value()?));
        }
        Ok(Node::Map(map))
    }
}

/// What OpenAPI expects at a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    Anything,
    Text,
    /// A list of texts.
    Texts,
    /// Texts all the way down.
    AllTexts,
    /// A map whose keys are names, and say nothing of what they hold.
    Named,
    /// A number, or whatever the author wants to show as an example.
    Number,
}

impl Expected {
    /// What is expected of the value of a key, in a schema of `type: string` or elsewhere.
    fn of(key: &str, in_text_schema: bool) -> Self {
        match key {
            "enum" | "examples" if in_text_schema => Self::Texts,
            _ if in_text_schema && OF_THE_TYPE.contains(&key) => Self::Text,
            _ if TEXT_KEYS.contains(&key) => Self::Text,
            _ if TEXT_LISTS.contains(&key) => Self::Texts,
            _ if TEXT_MAPS.contains(&key) => Self::AllTexts,
            _ if NAMED.contains(&key) => Self::Named,
            _ if NUMBER_KEYS.contains(&key) || OF_THE_TYPE.contains(&key) => Self::Number,
            _ => Self::Anything,
        }
    }

    /// What is expected of the parts of such a value, where their own keys do not say.
    fn of_parts(self) -> Self {
        match self {
            Self::Texts => Self::Text,
            Self::AllTexts => Self::AllTexts,
            Self::Number => Self::Number,
            Self::Text | Self::Named | Self::Anything => Self::Anything,
        }
    }

    fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::AllTexts)
    }
}

struct Reader<'a> {
    text: &'a str,
}

impl Reader<'_> {
    fn value(&self, node: Node, span: &Span, expected: Expected) -> Result<Value, ParseError> {
        Ok(match node {
            Node::Null => Value::Null,
            Node::Text(text) => text.into(),
            Node::Bool(value) if expected.is_text() => self.written(span).map_or(value.into(), Value::from),
            Node::Bool(value) => value.into(),
            Node::Number(number) => match self.written(span) {
                Some(written) if expected.is_text() => written.into(),
                // Twelve digits are an account.
                Some(written) if expected != Expected::Number && is_account(written) => written.into(),
                _ => number.into(),
            },
            Node::List(items) => {
                let parts = expected.of_parts();
                let items = items.into_iter().map(|tree| self.value(tree.node, &tree.span, parts));
                items.collect::<Result<Vec<_>, _>>()?.into()
            }
            Node::Map(entries) => self.map(entries, expected)?.into(),
        })
    }

    fn map(&self, entries: Vec<(Key, Tree)>, expected: Expected) -> Result<Map<String, Value>, ParseError> {
        let (parts, are_names) = (expected.of_parts(), expected == Expected::Named);
        let in_text_schema = entries.iter().any(
            |(key, tree)| matches!(&tree.node, Node::Text(kind) if key.text == "type" && kind == "string"),
        );
        let mut map = Map::new();
        for (key, tree) in entries {
            // `200` and "200" are two keys to YAML and one to JSON.
            if map.contains_key(&key.text) {
                let (line, column) = (key.line as usize, key.column as usize);
                return Err(ParseError { line, column, message: twice(&key.text) });
            }
            let expected = match parts {
                Expected::Anything if !are_names => Expected::of(&key.text, in_text_schema),
                parts => parts,
            };
            let value = self.value(tree.node, &tree.span, expected)?;
            map.insert(key.text, value);
        }
        Ok(map)
    }

    /// A scalar as its author wrote it.
    fn written(&self, span: &Span) -> Option<&str> {
        let (start, end) = span.bytes?;
        self.text.get(start..end).map(str::trim)
    }
}

fn is_account(written: &str) -> bool {
    written.len() == 12 && written.bytes().all(|byte| byte.is_ascii_digit())
}
