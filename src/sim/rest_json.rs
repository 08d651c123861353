//! What both generations of API Gateway share: operations told by method and path, JSON answers, pages.

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header::ACCEPT, header::CONTENT_TYPE};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::dice::{self, Dice};
use super::export::Export;
use super::fault::What;
use super::refusal::Refusal;
use super::region::Region;

/// What an operation answers: the JSON of its output shape, or a refusal.
pub type Answer = Result<Value, Refusal>;

/// One operation: how it is asked, and who answers.
pub struct Operation {
    pub name: &'static str,
    pub method: &'static str,
    /// Segments in braces stand for labels.
    pub path: &'static str,
    pub handler: Handler,
}

/// Who answers an operation.
#[derive(Clone, Copy)]
pub enum Handler {
    /// Answers the JSON of an output shape.
    Shape(fn(&Asked) -> Answer),
    /// Changes what the region holds, and answers this status; without a body if the answer is null.
    Write(u16, fn(&mut Asked) -> Answer),
    /// Answers a document, which is the whole body.
    Export(fn(&Asked) -> Result<Export, Refusal>),
}

impl Operation {
    /// What the operation answers, or the refusal.
    pub fn respond(&self, asked: &mut Asked) -> Response<Bytes> {
        let response = match self.handler {
            Handler::Shape(answer) => answer(asked).map(|value| json_response(200, &value)),
            Handler::Write(status, answer) => answer(asked).map(|value| json_response(status, &value)),
            Handler::Export(export) => export(asked).and_then(|export| export.response()),
        };
        response.unwrap_or_else(|refusal| refusal.rest_json())
    }
}

/// A request to one operation.
pub struct Asked<'a> {
    pub region: &'a mut Region,
    pub account: &'a str,
    pub region_name: &'a str,
    pub now: Timestamp,
    /// Where new ids come from.
    pub dice: &'a mut Dice,
    /// What goes wrong in the middle of the operation.
    pub failure: Option<What>,
    pub body: &'a [u8],
    /// The media type that is wanted; empty if the request names none.
    pub accept: &'a str,
    /// The path, decoded.
    path: String,
    labels: Vec<String>,
    query: Vec<(String, String)>,
}

impl<'a> Asked<'a> {
    pub fn new(
        request: &'a Request<Bytes>,
        operation: &Operation,
        region: &'a mut Region,
        (account, region_name): (&'a str, &'a str),
        dice: &'a mut Dice,
        moment: (Timestamp, Option<What>),
    ) -> Self {
        let accept = request.headers().get(ACCEPT).and_then(|accept| accept.to_str().ok());
        let query = request.uri().query().unwrap_or_default().as_bytes();
        Self {
            region,
            account,
            region_name,
            now: moment.0,
            dice,
            failure: moment.1,
            body: request.body(),
            accept: accept.unwrap_or_default(),
            path: decoded_path(request),
            labels: labels(operation.path, request.uri().path()).unwrap_or_default(),
            query: form_urlencoded::parse(query).into_owned().collect(),
        }
    }

    /// The label at `index` of the path, decoded; the empty text if there is none.
    pub fn label(&self, index: usize) -> &str {
        self.labels.get(index).map(String::as_str).unwrap_or_default()
    }

    /// The refusal of an API that the account does not have here.
    pub fn unknown_api(&self) -> Refusal {
        Refusal::not_found(format!("Invalid API identifier specified {}:{}", self.account, self.label(0)))
    }

    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body as the JSON of an input shape; no body is an empty one.
    pub fn input<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let body = if self.body.is_empty() { b"{}" } else { self.body };
        serde_json::from_slice(body)
            .map_err(|error| Refusal::bad_request(format!("Invalid request body: {error}")))
    }

    /// Whether the query switches on what `name` names.
    pub fn flag(&self, name: &str) -> bool {
        self.query(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The page of `items` that the query asks for.
    pub fn page<T: Serialize>(&self, items: &[T], style: &PageStyle) -> Answer {
        let bad = |message: &str| Refusal::bad_request(message);
        let size = match self.query(style.size) {
            None => style.default_size,
            Some(text) => {
                text.parse().ok().filter(|size| (1..=style.largest).contains(size)).ok_or_else(|| {
                    bad(&format!("{} must be a number from 1 to {}", style.size, style.largest))
                })?
            }
        };
        let start = match self.query(style.token) {
            None => 0,
            Some(token) => self
                .offset(token)
                .filter(|start| *start <= items.len())
                .ok_or_else(|| bad(style.bad_token))?,
        };
        let end = items.len().min(start + size);
        let shown = items.get(start..end).unwrap_or_default();
        let mut page = Map::new();
        page.insert(style.items.to_owned(), wire(&shown)?);
        if end < items.len() {
            page.insert(style.token.to_owned(), Value::String(self.token(end)));
        }
        Ok(Value::Object(page))
    }

    /// An opaque token that only this list understands.
    fn token(&self, offset: usize) -> String {
        let mask = dice::hash(&self.path);
        let offset = offset as u64;
        format!("{:016x}{:08x}", offset ^ mask, dice::scatter(offset.wrapping_add(mask)) as u32)
    }

    fn offset(&self, token: &str) -> Option<usize> {
        let masked = u64::from_str_radix(token.get(..16)?, 16).ok()?;
        let offset = usize::try_from(masked ^ dice::hash(&self.path)).ok()?;
        (self.token(offset) == token).then_some(offset)
    }
}

/// How a service words its pages.
pub struct PageStyle {
    /// The key of the list in an answer.
    pub items: &'static str,
    /// The query parameter, and the key in an answer, of the token for the next page.
    pub token: &'static str,
    pub size: &'static str,
    pub default_size: usize,
    pub largest: usize,
    pub bad_token: &'static str,
}

/// The JSON of `shape` as it goes over the wire.
pub fn wire(shape: &impl Serialize) -> Answer {
    serde_json::to_value(shape)
        .map_err(|error| Refusal::new(500, "InternalServerErrorException", error.to_string()))
}

/// The operation that a request asks for.
pub fn find<'a>(operations: &'a [Operation], request: &Request<Bytes>) -> Option<&'a Operation> {
    operations.iter().find(|operation| {
        operation.method == request.method().as_str()
            && labels(operation.path, request.uri().path()).is_some()
    })
}

fn json_response(status: u16, value: &Value) -> Response<Bytes> {
    let text = if value.is_null() { String::new() } else { value.to_string() };
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The path of a request, percent-decoded.
pub fn decoded_path(request: &Request<Bytes>) -> String {
    percent_decode_str(request.uri().path()).decode_utf8_lossy().into_owned()
}

/// The labels of `path` where it fits `pattern`. Segments are decoded one by one: a label may hold a slash.
fn labels(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut labels = Vec::new();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = percent_decode_str(segments.next()?).decode_utf8_lossy();
        if expected.starts_with('{') {
            labels.push(segment.into_owned());
        } else if expected != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_decoded_segment_by_segment() {
        let pattern = "/v2/apis/{apiId}/stages/{stageName}";
        assert_eq!(labels(pattern, "/v2/apis/a1/stages/%24default").unwrap(), ["a1", "$default"]);
        assert_eq!(labels("/restapis/{id}", "/restapis/a%2Fb").unwrap(), ["a/b"]);
        assert_eq!(labels(pattern, "/v2/apis/a1/stages"), None);
        assert_eq!(labels("/v2/apis", "/v2/apis/a1"), None);
    }
}
