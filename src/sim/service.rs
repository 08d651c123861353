//! The services that the embedded AWS understands, and their operations.

use bytes::Bytes;
use http::Request;

use super::{apigateway, apigatewayv2, cloudwatch, rest_json, sts};

/// A service that the embedded AWS understands. Both generations of API Gateway share one signing name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// REST APIs.
    ApiGateway,
    /// HTTP and WebSocket APIs.
    ApiGatewayV2,
    /// Metrics; signs as `monitoring`.
    CloudWatch,
    /// Identities.
    Sts,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 4] = [Self::ApiGateway, Self::ApiGatewayV2, Self::CloudWatch, Self::Sts];

    /// The name that AWS's command line gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ApiGateway => "apigateway",
            Self::ApiGatewayV2 => "apigatewayv2",
            Self::CloudWatch => "cloudwatch",
            Self::Sts => "sts",
        }
    }

    pub(super) fn asked(signing_name: &str, path: &str) -> Option<Self> {
        match signing_name {
            "apigateway" if path.starts_with("/v2/") => Some(Self::ApiGatewayV2),
            "apigateway" => Some(Self::ApiGateway),
            "monitoring" => Some(Self::CloudWatch),
            "sts" => Some(Self::Sts),
            _ => None,
        }
    }

    pub(super) fn operation(self, request: &Request<Bytes>) -> Option<String> {
        match self {
            Self::ApiGateway => {
                rest_json::find(apigateway::OPERATIONS, request).map(|found| found.name.to_owned())
            }
            Self::ApiGatewayV2 => {
                rest_json::find(apigatewayv2::OPERATIONS, request).map(|found| found.name.to_owned())
            }
            Self::CloudWatch => cloudwatch::operation(request),
            Self::Sts => sts::operation(request),
        }
    }
}

/// The names of all operations that can be asked for.
pub fn operations() -> impl Iterator<Item = &'static str> {
    let gateway =
        apigateway::OPERATIONS.iter().chain(apigatewayv2::OPERATIONS).map(|operation| operation.name);
    gateway.chain(["GetMetricData", "ListMetrics"]).chain(sts::OPERATIONS.iter().copied())
}

/// Whether the operation of this name changes something in API Gateway.
pub fn is_write(service: Service, operation: &str) -> bool {
    let operations = match service {
        Service::ApiGateway => apigateway::OPERATIONS,
        Service::ApiGatewayV2 => apigatewayv2::OPERATIONS,
        Service::CloudWatch | Service::Sts => &[],
    };
    operations.iter().any(|known| known.name == operation && known.method != "GET")
}
