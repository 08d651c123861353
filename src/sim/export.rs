//! What exports of both generations of API Gateway share: how a document is written, and what may be left out of it.

use bytes::Bytes;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, Response};
use serde_json::Value;

use super::refusal::Refusal;

/// The path item's key for a route of any method. The operation itself is there, so it stays without extensions, too.
pub const ANY_METHOD: &str = "x-amazon-apigateway-any-method";
pub const INTEGRATION: &str = "x-amazon-apigateway-integration";
/// The extension of a security scheme that says how requests are signed or authorised.
pub const AUTHTYPE: &str = "x-amazon-apigateway-authtype";
/// The extension of a security scheme that an authorizer stands behind.
pub const AUTHORIZER: &str = "x-amazon-apigateway-authorizer";

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    Yaml,
}

impl Format {
    /// What file names end in.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
        }
    }

    fn write(self, document: &Value) -> Result<String, String> {
        match self {
            Self::Json => serde_json::to_string_pretty(document).map_err(|error| error.to_string()),
            Self::Yaml => {
                // AWS quotes every text, so that none is read as a number or a date.
                let options = serde_saphyr::ser_options! { quote_all: true };
                serde_saphyr::to_string_with_options(document, options).map_err(|error| error.to_string())
            }
        }
    }
}

/// An exported document, which is a whole body and no member of a shape.
pub struct Export {
    pub document: Value,
    pub format: Format,
    /// The name of the file that a browser would make of it.
    pub file_name: Option<String>,
}

impl Export {
    /// The answer that carries the document. AWS gives it as bytes of no particular type.
    pub fn response(&self) -> Result<Response<Bytes>, Refusal> {
        let text = self.format.write(&self.document);
        let text = text.map_err(|error| Refusal::new(500, "InternalServerErrorException", error))?;
        let mut response = Response::new(Bytes::from(text));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        let disposition = self.file_name.as_ref().map(|name| format!("attachment; filename=\"{name}\""));
        if let Some(disposition) = disposition.and_then(|text| HeaderValue::from_str(&text).ok()) {
            headers.insert(CONTENT_DISPOSITION, disposition);
        }
        Ok(response)
    }
}

/// Removes the extensions that are not to be kept, wherever they are.
pub fn retain_extensions(document: &mut Value, kept: fn(&str) -> bool) {
    match document {
        Value::Object(members) => {
            members
                .retain(|key, _| !key.starts_with("x-amazon-apigateway-") || key == ANY_METHOD || kept(key));
            members.values_mut().for_each(|member| retain_extensions(member, kept));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| retain_extensions(item, kept)),
        _ => {}
    }
}

/// The names of the parameters in a path; that of a greedy one ends in `+`.
pub fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// The key of a method in a path item.
pub fn method_key(method: &str) -> String {
    if method == "ANY" { ANY_METHOD.to_owned() } else { method.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn yaml_keeps_every_text_a_text() {
        let document = json!({
            "openapi": "3.0.1",
            "info": { "version": "2026-11-22T12:00:00Z", "title": "yes" },
            "responses": { "200": { "account": "012345678901", "content": {} } },
            "paths": { "/a/{proxy+}": { "x": ["'*'", "two\nlines", "\u{1b}[31m"], "count": 3, "on": true } },
        });
        let text = Format::Yaml.write(&document).unwrap();
        assert_eq!(serde_saphyr::from_str::<Value>(&text).unwrap(), document, "{text}");
        assert!(text.starts_with("openapi: '3.0.1'\n"), "{text}");
        assert!(text.contains("title: 'yes'"), "{text}");
    }

    #[test]
    fn only_the_extensions_to_be_kept_stay() {
        let mut document = json!({
            "paths": { "/a": { ANY_METHOD: { INTEGRATION: { "type": "mock" }, "security": [] } } },
            "x-amazon-apigateway-cors": {},
            "x-other": 1,
        });
        retain_extensions(&mut document, |key| key == INTEGRATION);
        let kept = json!({
            "paths": { "/a": { ANY_METHOD: { INTEGRATION: { "type": "mock" }, "security": [] } } },
            "x-other": 1,
        });
        assert_eq!(document, kept);
        retain_extensions(&mut document, |_| false);
        assert_eq!(document["paths"], json!({ "/a": { ANY_METHOD: { "security": [] } } }));
    }

    #[test]
    fn parameters_are_whole_segments_of_a_path() {
        let names: Vec<&str> = path_parameters("/a/{id}/b{no}/{proxy+}").collect();
        assert_eq!(names, ["id", "proxy+"]);
    }
}
