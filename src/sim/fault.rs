//! What goes wrong on purpose: which failure, where, and how often.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::service::{Service, is_write, operations};

/// A failure below HTTP: no response came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionFault {
    /// The peer closed the connection without an answer.
    #[error("connection reset by peer")]
    Reset,
}

/// A kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The answer comes, but later.
    Latency(Duration),
    /// Too many requests; `retry_after` in seconds, for the header of that name.
    Throttle {
        /// Seconds to wait, if the answer says so.
        retry_after: Option<u32>,
    },
    /// The caller lacks the permission. `GetCallerIdentity` needs none and is never denied.
    AccessDenied,
    /// The caller's session is over.
    ExpiredToken,
    /// A failure of the service, with this HTTP status (500 to 599).
    ServerError(u16),
    /// The connection closes without an answer.
    Reset,
    /// No answer ever comes.
    Hang,
    /// The body ends before the length that the headers promise.
    Truncated,
    /// Somebody else changes the same thing: a write is refused and changes nothing.
    Conflict,
    /// The operation is done, but its answer never comes.
    Lost(Silence),
    /// `PutRestApi` breaks down in the middle: a part is imported, and the answer is a 500.
    Half,
    /// A deployment of an HTTP API is accepted and fails afterwards, whichever operation caused it.
    DeploymentFailed,
    /// Status 200, but the body is not of the protocol.
    Garbage,
    /// `GetMetricData` tells the older half of each result as `PartialData`, and no more when asked again. No other operation
    /// knows such an answer.
    Partial,
}

/// How an answer is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// The connection closes.
    Reset,
    /// The connection stays open.
    Hang,
}

impl What {
    /// Whether the operation cannot fail this way.
    fn spares(self, service: Service, operation: &str) -> bool {
        match self {
            Self::AccessDenied => operation == "GetCallerIdentity",
            Self::Partial => operation != "GetMetricData",
            Self::Conflict => !is_write(service, operation),
            Self::Half => operation != "PutRestApi",
            Self::DeploymentFailed => service != Service::ApiGatewayV2 || !is_write(service, operation),
            _ => false,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    Everything,
    Service(Service),
    Operation(String),
}

/// A failure to inject into a [`super::Cloud`]: everywhere and always, until narrowed.
///
/// As text: `KIND[=VALUE][:WHERE][:TIMES]`; [`FaultError`] lists the forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    what: What,
    target: Target,
    /// Requests that it lets pass first.
    spared: u32,
    left: Option<u32>,
}

impl Fault {
    /// A fault that meets every request.
    pub fn new(what: What) -> Self {
        Self { what, target: Target::Everything, spared: 0, left: None }
    }

    /// Narrowed to the operation of this name, such as `GetStages`, in whichever service has it.
    #[must_use]
    pub fn on(self, operation: &str) -> Self {
        Self { target: Target::Operation(operation.to_owned()), ..self }
    }

    /// Narrowed to one service.
    #[must_use]
    pub fn on_service(self, service: Service) -> Self {
        Self { target: Target::Service(service), ..self }
    }

    /// Strikes only after this many of the requests that it is narrowed to.
    #[must_use]
    pub fn after(self, requests: u32) -> Self {
        Self { spared: requests, ..self }
    }

    /// Over after this many requests.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { left: Some(times), ..self }
    }

    /// The kind of failure.
    pub fn what(&self) -> What {
        self.what
    }

    /// Whether this fault strikes the request; if so, one of its times is used up.
    pub(super) fn strikes(&mut self, service: Service, operation: &str) -> Option<What> {
        let meant = match &self.target {
            Target::Everything => true,
            Target::Service(target) => *target == service,
            Target::Operation(target) => target == operation,
        };
        if !meant || self.what.spares(service, operation) || self.left == Some(0) {
            return None;
        }
        if self.spared > 0 {
            self.spared -= 1;
            return None;
        }
        self.left = self.left.map(|left| left - 1);
        Some(self.what)
    }
}

/// Why a text is not a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultError(String);

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}. A fault is KIND[:WHERE][:TIMES]. KIND is latency=800ms, throttle, throttle=SECONDS (with Retry-After), \
             denied, expired, 500 to 599, reset, hang, truncated, garbage, partial (of GetMetricData), conflict (of writes), \
             lost (done, but the connection closes), lost=hang (done, but no answer comes), half (of PutRestApi) or \
             deployment-failed (of HTTP APIs). WHERE is an operation (GetStages) or a \
             service (apigateway, apigatewayv2, cloudwatch, sts); without it, everything. TIMES is a number; without it, \
             always. Example: reset:GetStages:2",
            self.0
        )
    }
}

impl std::error::Error for FaultError {}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let mut parts = text.split(':');
        let mut fault = Self::new(what(parts.next().unwrap_or_default())?);
        for part in parts {
            if let Ok(times) = part.parse::<u32>() {
                if times == 0 || fault.left.is_some() {
                    return Err(FaultError(format!("`{part}` is no number of times here")));
                }
                fault.left = Some(times);
            } else if fault.target != Target::Everything || fault.left.is_some() {
                return Err(FaultError(format!("`{part}` is one part too many")));
            } else {
                fault.target = target(part)?;
            }
        }
        if fault == Self::new(What::AccessDenied).on("GetCallerIdentity") {
            return Err(FaultError(
                "GetCallerIdentity needs no permission, so it cannot be denied".to_owned(),
            ));
        }
        if let Target::Operation(operation) = &fault.target
            && Service::ALL.into_iter().all(|service| fault.what.spares(service, operation))
        {
            return Err(FaultError(format!("{operation} does not fail this way")));
        }
        Ok(fault)
    }
}

fn what(text: &str) -> Result<What, FaultError> {
    let (kind, value) = text.split_once('=').map_or((text, None), |(kind, value)| (kind, Some(value)));
    match (kind, value) {
        ("latency", Some(value)) => duration(value)
            .map(What::Latency)
            .ok_or_else(|| FaultError(format!("`{value}` is no duration such as 800ms or 2s"))),
        ("throttle", None) => Ok(What::Throttle { retry_after: None }),
        ("throttle", Some(seconds)) => seconds
            .parse()
            .map(|seconds| What::Throttle { retry_after: Some(seconds) })
            .map_err(|_| FaultError(format!("`{seconds}` is no number of seconds"))),
        ("denied", None) => Ok(What::AccessDenied),
        ("expired", None) => Ok(What::ExpiredToken),
        ("reset", None) => Ok(What::Reset),
        ("hang", None) => Ok(What::Hang),
        ("truncated", None) => Ok(What::Truncated),
        ("garbage", None) => Ok(What::Garbage),
        ("partial", None) => Ok(What::Partial),
        ("conflict", None) => Ok(What::Conflict),
        ("lost", None | Some("reset")) => Ok(What::Lost(Silence::Reset)),
        ("lost", Some("hang")) => Ok(What::Lost(Silence::Hang)),
        ("half", None) => Ok(What::Half),
        ("deployment-failed", None) => Ok(What::DeploymentFailed),
        (status, None) if status.parse().is_ok_and(|status: u16| (500..600).contains(&status)) => {
            Ok(What::ServerError(status.parse().unwrap_or(500)))
        }
        _ => Err(FaultError(format!("`{text}` is no kind of fault"))),
    }
}

/// `800ms`, `2s` or `1.5s`; an hour at most.
fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (text.strip_suffix('s')?, 1.0),
    };
    let seconds = number.parse::<f64>().ok()? * unit;
    (0.0..=3600.0).contains(&seconds).then(|| Duration::from_secs_f64(seconds))
}

fn target(text: &str) -> Result<Target, FaultError> {
    if let Some(service) = Service::ALL.into_iter().find(|service| service.name() == text) {
        return Ok(Target::Service(service));
    }
    if operations().any(|operation| operation == text) {
        return Ok(Target::Operation(text.to_owned()));
    }
    Err(FaultError(format!("`{text}` is neither an operation nor a service of the embedded AWS")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        let read = |text: &str| text.parse::<Fault>().unwrap();
        assert_eq!(read("throttle"), Fault::new(What::Throttle { retry_after: None }));
        assert_eq!(
            read("throttle=3:GetStages"),
            Fault::new(What::Throttle { retry_after: Some(3) }).on("GetStages")
        );
        assert_eq!(read("denied:GetMetricData"), Fault::new(What::AccessDenied).on("GetMetricData"));
        assert_eq!(read("reset:GetStages:2"), Fault::new(What::Reset).on("GetStages").times(2));
        assert_eq!(read("hang:1"), Fault::new(What::Hang).times(1));
        let slow = Fault::new(What::Latency(Duration::from_millis(800)));
        assert_eq!(read("latency=800ms:GetDeployments"), slow.on("GetDeployments"));
        assert_eq!(read("latency=1.5s"), Fault::new(What::Latency(Duration::from_millis(1500))));
        assert_eq!(read("503:sts"), Fault::new(What::ServerError(503)).on_service(Service::Sts));
        assert_eq!(read("expired"), Fault::new(What::ExpiredToken));
        assert_eq!(read("garbage"), Fault::new(What::Garbage));
        assert_eq!(read("truncated"), Fault::new(What::Truncated));
        assert_eq!(read("partial:1"), Fault::new(What::Partial).times(1));
        assert_eq!(read("conflict:ReimportApi"), Fault::new(What::Conflict).on("ReimportApi"));
        let lost = Fault::new(What::Lost(Silence::Reset));
        assert_eq!(read("lost:CreateDeployment:1"), lost.on("CreateDeployment").times(1));
        assert_eq!(read("lost=hang"), Fault::new(What::Lost(Silence::Hang)));
        assert_eq!(read("half:PutRestApi"), Fault::new(What::Half).on("PutRestApi"));
        assert_eq!(read("deployment-failed"), Fault::new(What::DeploymentFailed));
    }

    #[test]
    fn bad_text_is_refused_with_a_list_of_the_forms() {
        for text in [
            "",
            "slow",
            "latency",
            "latency=fast",
            "latency=-1s",
            "404",
            "500=1",
            "reset:Nothing",
            "reset:2:GetStages",
            "reset:0",
            "reset:1:2",
            "reset:GetStages:2:3",
            "denied=1",
            "throttle=x",
            "denied:GetCallerIdentity",
            "partial:GetStages",
            "conflict:GetStages",
            "half:CreateDeployment",
            "deployment-failed:PutRestApi",
            "lost=forever",
        ] {
            let message = text.parse::<Fault>().unwrap_err().to_string();
            assert!(
                message.contains("latency=800ms") && message.contains("GetStages:2"),
                "{text}: {message}"
            );
        }
    }

    #[test]
    fn a_fault_strikes_its_operation_as_often_as_said() {
        let mut fault = Fault::new(What::Reset).on("GetStages").times(2);
        assert_eq!(fault.strikes(Service::ApiGateway, "GetApis"), None);
        assert_eq!(fault.strikes(Service::ApiGateway, "GetStages"), Some(What::Reset));
        assert_eq!(fault.strikes(Service::ApiGatewayV2, "GetStages"), Some(What::Reset));
        assert_eq!(fault.strikes(Service::ApiGatewayV2, "GetStages"), None);
        let mut partial = Fault::new(What::Partial);
        assert_eq!(partial.strikes(Service::ApiGateway, "GetStages"), None);
        assert_eq!(partial.strikes(Service::CloudWatch, "GetMetricData"), Some(What::Partial));
    }
}
