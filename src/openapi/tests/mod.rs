//! Documents of every shape: what is read, merged, compared and refused.

mod checks;
mod contract;
mod gateway;
mod generated;
mod merging;
mod reading;
mod schemas;

use serde_json::{Value, json};

use super::Document;

/// A document that a test writes as YAML.
fn yaml(text: &str) -> Document {
    Document::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// An integration with a function of that name.
fn lambda(function: &str) -> Value {
    json!({
        "type": "aws_proxy",
        "httpMethod": "POST",
        "payloadFormatVersion": "2.0",
        "uri": format!(
            "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:012345678901:function:{function}/invocations"
        )
    })
}
