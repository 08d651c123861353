//! An error that a service answers, in the codes and words that this service uses for it.

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header::CONTENT_TYPE};
use serde_json::json;

use super::{Service, cloudwatch, sts};

/// A request turned down: the HTTP status, the error code and the message that AWS gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub code: &'static str,
    pub message: String,
    /// Seconds, for the header `Retry-After`.
    pub retry_after: Option<u32>,
}

impl Refusal {
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after: None }
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequestException", message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, "NotFoundException", message)
    }

    pub fn unsigned() -> Self {
        Self::new(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
    }

    /// Assumed: a signed request for a path or an operation that the service does not have.
    pub fn unknown_operation(service: Service) -> Self {
        match service {
            Service::ApiGateway | Service::ApiGatewayV2 => {
                Self::new(404, "UnknownOperationException", "The requested operation is not supported.")
            }
            Service::CloudWatch => Self::new(404, "UnknownOperationException", "Unknown operation."),
            Service::Sts => {
                Self::new(400, "InvalidAction", "Could not find operation for version 2011-06-15")
            }
        }
    }

    pub fn unknown_key(service: Service) -> Self {
        let code = match service {
            Service::Sts => "InvalidClientTokenId",
            _ => "UnrecognizedClientException",
        };
        Self::new(403, code, "The security token included in the request is invalid.")
    }

    /// A region that is not switched on for the account. Assumed but for the code that the model gives `AssumeRole`.
    pub fn closed_region(service: Service, operation: Option<&str>) -> Self {
        match operation {
            Some("AssumeRole") => {
                let message = "STS is not activated in this region for the account. Your account administrator can \
                               activate STS in this region using the IAM Console.";
                Self::new(403, "RegionDisabledException", message)
            }
            _ => Self::unknown_key(service),
        }
    }

    pub fn expired_token(service: Service) -> Self {
        let code = match service {
            Service::Sts => "ExpiredToken",
            _ => "ExpiredTokenException",
        };
        Self::new(403, code, "The security token included in the request is expired")
    }

    pub fn throttled(service: Service, retry_after: Option<u32>) -> Self {
        let refusal = match service {
            Service::ApiGateway | Service::ApiGatewayV2 => {
                Self::new(429, "TooManyRequestsException", "Too Many Requests")
            }
            Service::CloudWatch => Self::new(400, "ThrottlingException", "Rate exceeded"),
            Service::Sts => Self::new(400, "Throttling", "Rate exceeded"),
        };
        Self { retry_after, ..refusal }
    }

    /// Somebody else changes the same thing at this moment.
    pub fn conflict() -> Self {
        let message = "Unable to complete operation due to concurrent modification. Please try again later.";
        Self::new(409, "ConflictException", message)
    }

    /// The words of a missing permission. CloudWatch names no resource: its operations know none.
    pub fn denied(service: Service, caller: &str, action: &str, resource: Option<&str>) -> Self {
        let code = match service {
            Service::Sts => "AccessDenied",
            _ => "AccessDeniedException",
        };
        let on = resource.map(|resource| format!(" on resource: {resource}")).unwrap_or_default();
        let message = format!(
            "User: {caller} is not authorized to perform: {action}{on} because no identity-based policy allows \
             the {action} action"
        );
        Self::new(403, code, message)
    }

    pub fn broken(service: Service, status: u16) -> Self {
        let code = match (service, status) {
            (_, 503) => "ServiceUnavailableException",
            (Service::ApiGateway | Service::ApiGatewayV2, _) => "InternalServerErrorException",
            (Service::CloudWatch, _) => "InternalServiceFault",
            (Service::Sts, _) => "InternalFailure",
        };
        Self::new(status, code, "The service could not answer because of an internal error.")
    }

    /// The refusal in the protocol that `request` speaks to `service`.
    pub fn answer(&self, service: Service, request: &Request<Bytes>) -> Response<Bytes> {
        let mut response = match service {
            Service::ApiGateway | Service::ApiGatewayV2 => self.rest_json(),
            Service::CloudWatch => cloudwatch::error(request, self.status, self.code, &self.message),
            Service::Sts => sts::error(self),
        };
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(http::header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    /// The refusal as REST-JSON has it: the code in a header, the message in the body.
    pub fn rest_json(&self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from(json!({ "message": self.message }).to_string()));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert("x-amzn-errortype", HeaderValue::from_static(self.code));
        response
    }
}
