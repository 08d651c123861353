//! Security Token Service: query requests (form fields), XML answers.

mod assume_role;
#[cfg(test)]
mod tests;
mod xml;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header::CONTENT_TYPE};
use jiff::Timestamp;

use super::Service;
use super::directory::{Caller, Directory};
use super::refusal::Refusal;
use xml::Element;

/// The operations, as the service model names them.
pub const OPERATIONS: &[&str] = &["GetCallerIdentity", "AssumeRole"];

/// The fields of a query request.
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads the body of a POST, or the query of a GET.
    pub fn read(request: &Request<Bytes>) -> Self {
        let text = match *request.method() {
            Method::POST => request.body().as_ref(),
            _ => request.uri().query().unwrap_or_default().as_bytes(),
        };
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The operation that a request names.
pub fn operation(request: &Request<Bytes>) -> Option<String> {
    let form = Form::read(request);
    let action = form.get("Action").filter(|action| OPERATIONS.contains(action))?;
    (form.get("Version") == Some("2011-06-15")).then(|| action.to_owned())
}

/// Answers a request of `caller`.
pub fn answer(
    request: &Request<Bytes>,
    caller: &Caller,
    directory: &mut Directory,
    now: Timestamp,
) -> Response<Bytes> {
    let form = Form::read(request);
    let result = match form.get("Action") {
        Some("GetCallerIdentity") => Ok(caller_identity(caller)),
        Some("AssumeRole") => assume_role::answer(&form, caller, directory, now),
        _ => Err(Refusal::unknown_operation(Service::Sts)),
    };
    match result {
        Ok(result) => response(200, &result),
        Err(refusal) => error(&refusal),
    }
}

/// A refusal as the query protocol words it.
pub fn error(refusal: &Refusal) -> Response<Bytes> {
    let fault = if refusal.status < 500 { "Sender" } else { "Receiver" };
    let error = Element::parent(
        "Error",
        vec![
            Element::leaf("Type", fault),
            Element::leaf("Code", refusal.code),
            Element::leaf("Message", refusal.message.as_str()),
        ],
    );
    response(refusal.status, &Element::parent("ErrorResponse", vec![error, request_id()]))
}

fn caller_identity(caller: &Caller) -> Element {
    let result = vec![
        Element::leaf("Arn", caller.arn.as_str()),
        Element::leaf("UserId", caller.user_id.as_str()),
        Element::leaf("Account", caller.account.as_str()),
    ];
    result_of("GetCallerIdentity", result)
}

fn result_of(operation: &str, members: Vec<Element>) -> Element {
    let result = Element::parent(format!("{operation}Result"), members);
    let metadata = Element::parent("ResponseMetadata", vec![request_id()]);
    Element::parent(format!("{operation}Response"), vec![result, metadata])
}

fn request_id() -> Element {
    Element::leaf("RequestId", "00000000-0000-4000-8000-000000000000")
}

fn response(status: u16, document: &Element) -> Response<Bytes> {
    let mut response =
        Response::new(Bytes::from(document.document("https://sts.amazonaws.com/doc/2011-06-15/")));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
}
