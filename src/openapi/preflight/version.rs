//! The version of the specification, and the head of the document.

use serde_json::Value;

use crate::domain::ApiType;
use crate::openapi::{pointer, route};

use super::Check;

/// What AWS accepts of a document, in bytes. Documented for REST APIs only; nothing says that HTTP APIs take more.
const LARGEST: usize = 6 * 1024 * 1024;

pub(super) fn check(check: &mut Check<'_>) {
    specification(check);
    info(check);
    let bytes = check.root.to_string().len();
    if bytes > LARGEST {
        let message = format!(
            "the document has {:.1} MB, and AWS takes 6 MB at most: leave examples and descriptions out",
            bytes as f64 / 1_048_576.0
        );
        check.error("", message);
    }
    if check.routes.is_empty() {
        check.error(
            "/paths",
            "there is no route: write one operation at least, since AWS deploys no API without any",
        );
    }
    unknown_methods(check);
}

fn specification(check: &mut Check<'_>) {
    let text = |key: &str| check.root.get(key).and_then(Value::as_str).map(str::to_owned);
    match (text("openapi"), text("swagger")) {
        (Some(version), _) if version == "3.0" || version.starts_with("3.0.") => {}
        (Some(version), _) => check.error(
            "/openapi",
            format!("API Gateway takes OpenAPI 3.0, not {version}: convert the document down to 3.0.3"),
        ),
        (None, Some(version)) if check.api_type == ApiType::Http => check.error(
            "/swagger",
            format!("an HTTP API takes OpenAPI 3.0 only, not Swagger {version}: convert the document first"),
        ),
        (None, Some(version)) if version == "2.0" => {}
        (None, Some(version)) => {
            check.error(
                "/swagger",
                format!("API Gateway takes Swagger 2.0 or OpenAPI 3.0, not Swagger {version}"),
            );
        }
        (None, None) if check.root.get("AWSTemplateFormatVersion").is_some() => check.error(
            "",
            "it is a template of CloudFormation: name the OpenAPI document that it refers to, or the one that it renders",
        ),
        (None, None) => check.error("", "it does not say what it is: write `openapi: 3.0.3` at its head"),
    }
}

fn info(check: &mut Check<'_>) {
    for key in ["title", "version"] {
        let said = check.root.get("info").and_then(|info| info.get(key));
        match said {
            Some(Value::String(text)) if !text.is_empty() => {}
            Some(Value::String(_)) | None => {
                check.warning("/info", format!("`{key}` is missing, about which AWS warns: write one"));
            }
            // Functions of CloudFormation are told elsewhere.
            Some(Value::Object(_)) => {}
            Some(_) => check.error(format!("/info/{key}"), format!("`{key}` is no text: put it in quotes")),
        }
    }
    if check.api_type == ApiType::Rest {
        return;
    }
    for (key, longest) in [("title", 128), ("version", 64), ("description", 1024)] {
        let text = check.root.get("info").and_then(|info| info.get(key)).and_then(Value::as_str);
        let length = text.map_or(0, |text| text.chars().count());
        if length > longest {
            let message = format!("`{key}` has {length} characters, and AWS takes {longest} at most");
            check.error(format!("/info/{key}"), message);
        }
    }
}

/// `GET` for `get` is no operation to AWS, and says nothing about it.
fn unknown_methods(check: &mut Check<'_>) {
    let paths = check.root.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for key in item.as_object().into_iter().flatten().map(|(key, _)| key) {
            let lower = key.to_lowercase();
            if *key != lower && route::is_method(&lower) {
                let at = pointer::join(&pointer::join("/paths", path), key);
                check.error(at, format!("`{key}` is no method: write `{lower}`"));
            }
        }
    }
}
