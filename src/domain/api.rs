//! An API of the gateway, and the two kinds of it that apigw manages.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

/// The two kinds of API that apigw manages. WebSocket APIs can be neither imported nor exported, so they are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ApiType {
    /// An HTTP API (the `apigatewayv2` service).
    Http,
    /// A REST API (the `apigateway` service, "v1").
    Rest,
}

impl ApiType {
    /// The word of the config file, the flags and the JSON: `http` or `rest`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Rest => "rest",
        }
    }

    /// The dimension under which CloudWatch files an API of this type, and the API's value of it. HTTP APIs go by their id,
    /// REST APIs by their name without what is not ASCII, or by their id if nothing is left of it.
    pub fn metric_dimension(self, api_id: &str, api_name: &str) -> (&'static str, String) {
        let ascii = || api_name.chars().filter(char::is_ascii).collect::<String>();
        match self {
            Self::Http => ("ApiId", api_id.to_owned()),
            Self::Rest => {
                ("ApiName", Some(ascii()).filter(|name| !name.is_empty()).unwrap_or(api_id.to_owned()))
            }
        }
    }

    /// The word on the screen: `HTTP` or `REST`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Http => "HTTP",
            Self::Rest => "REST",
        }
    }
}

impl fmt::Display for ApiType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ApiType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "http" => Ok(Self::Http),
            "rest" => Ok(Self::Rest),
            _ => Err(format!("`{text}` is no API type: say `http` or `rest`")),
        }
    }
}

/// An API as `GetApi` (HTTP) or `GetRestApi` (REST) tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    /// The id AWS gave it, ten characters as a rule.
    pub id: String,
    /// Its name; REST metrics are filed under it.
    pub name: String,
    /// HTTP or REST.
    pub api_type: ApiType,
    /// What its owner wrote about it.
    pub description: Option<String>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// The default endpoint as AWS tells it (HTTP only), without a stage: `https://ID.execute-api...`.
    pub endpoint: Option<String>,
    /// The default endpoint answers nobody, whatever the stage: only a custom domain does.
    pub default_endpoint_disabled: bool,
    /// A private REST API: it answers only inside its VPC.
    pub private: bool,
    /// Ids of other REST APIs of the same name in this account and region. CloudWatch files REST metrics by name, so the
    /// figures of all of them come back as one.
    pub blended_with: Vec<String>,
}

/// A custom domain that leads to a stage (`GetDomainNames` and `GetApiMappings`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomDomain {
    /// The stage its mapping names.
    pub stage: String,
    /// The whole URL, `https://domain/key`.
    pub url: String,
}
