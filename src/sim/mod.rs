//! The embedded AWS: an independent understanding of API Gateway, CloudWatch and STS that answers signed SDK requests.
//!
//! A [`Cloud`] answers HTTP requests in-process, or on a socket through [`serve`]. It knows access keys, accounts and
//! regions as AWS does: the service and the region are read from the scope of the signature, never from the host. The
//! signature itself is not verified.

mod apigateway;
mod apigatewayv2;
mod body;
pub mod cloudwatch;
pub mod demo;
mod dice;
mod directory;
mod document;
mod export;
mod fault;
mod quota;
mod refusal;
mod region;
mod rest_json;
mod scenario;
mod serve;
mod service;
mod signature;
mod sts;
#[cfg(test)]
mod tests;
pub mod traffic;
mod truth;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE};
use http::{HeaderValue, Request, Response};
use jiff::Timestamp;

pub use body::Body;
pub use fault::{ConnectionFault, Fault, FaultError, Silence, What};
pub use scenario::{Scenario, ScenarioError};
pub use serve::serve;
pub use service::Service;
pub use truth::Deployed;

use cloudwatch::{Source, Told};
use dice::Dice;
use directory::{Caller, Directory, Stranger};
use refusal::Refusal;
use region::Region;
use rest_json::Asked;
use signature::Signature;

/// What time it is. The embedded AWS reads no other clock.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// One request that came in, answered or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The service asked.
    pub service: Service,
    /// The operation asked, such as `GetStages`; method and path where there is no such operation.
    pub operation: String,
    /// The path, as it was sent.
    pub path: String,
    /// The query, as it was sent; empty if there was none.
    pub query: String,
    /// The account of the access key, if it is known.
    pub account: Option<String>,
    /// The region of the signature.
    pub region: String,
}

/// An API of the cloud that can be imported and exported, which WebSocket APIs cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its region.
    pub region: String,
    /// Whether it is a REST API; otherwise it is an HTTP API.
    pub rest: bool,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The embedded AWS.
pub struct Cloud {
    clock: Clock,
    inner: Mutex<Inner>,
}

struct Inner {
    state: State,
    faults: Vec<Fault>,
    seen: VecDeque<Seen>,
}

/// Requests that are remembered; a cloud that serves for days forgets the oldest.
const SEEN_KEPT: usize = 10_000;

/// All accounts.
struct State {
    directory: Directory,
    /// By account and region. What is not here is empty.
    regions: BTreeMap<(String, String), Region>,
    /// Where the ids of new things come from.
    dice: Dice,
}

/// A signed request to a known service.
struct Call {
    request: Request<Bytes>,
    signature: Signature,
    service: Service,
    operation: Option<String>,
}

enum Reply {
    Ready(Response<Bytes>),
    /// Metrics of these are still to be computed, without the lock: that takes long enough to keep others waiting.
    Metrics(Vec<Source>),
}

/// How the faults of the moment change an answer.
#[derive(Default)]
struct Trouble {
    latency: Duration,
    failure: Option<What>,
}

impl Cloud {
    /// A cloud that holds `scenario`, laid out around the present time of `clock`. The same seed and time give the same
    /// cloud.
    ///
    /// Answers carry a `Date` by `clock`. A client that signs by another clock sees a skew, as it would with AWS.
    pub fn new(scenario: Scenario, seed: u64, clock: Clock) -> Self {
        let state = scenario.build(seed, clock());
        Self { clock, inner: Mutex::new(Inner { state, faults: Vec::new(), seen: VecDeque::new() }) }
    }

    /// The time, by its clock.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Answers one request as AWS would.
    ///
    /// Fails only below HTTP: an `Err` means that no response came. Waits by tokio's clock when latency is injected.
    pub async fn answer(&self, request: Request<Bytes>) -> Result<Response<Body>, ConnectionFault> {
        let Some(signature) = Signature::read(&request) else {
            return Ok(self.whole(Refusal::unsigned().rest_json()));
        };
        let Some(service) = Service::asked(&signature.service, request.uri().path()) else {
            return Ok(self.whole(Refusal::unknown_operation(Service::ApiGateway).rest_json()));
        };
        let operation = service.operation(&request);
        let call = Call { request, signature, service, operation };
        let trouble = self.lock().note(&call);
        if !trouble.latency.is_zero() {
            tokio::time::sleep(trouble.latency).await;
        }
        match trouble.failure {
            Some(What::Reset) => Err(ConnectionFault::Reset),
            Some(What::Hang) => std::future::pending().await,
            Some(What::Truncated) => Ok(self.cut(self.reply(&call, None))),
            Some(What::Lost(silence)) => {
                self.reply(&call, None);
                match silence {
                    Silence::Reset => Err(ConnectionFault::Reset),
                    Silence::Hang => std::future::pending().await,
                }
            }
            failure => Ok(self.whole(self.reply(&call, failure))),
        }
    }

    fn reply(&self, call: &Call, failure: Option<What>) -> Response<Bytes> {
        let now = self.now();
        let reply = self.lock().answer(call, failure, now);
        match reply {
            Reply::Ready(response) => response,
            Reply::Metrics(sources) => {
                let told = if failure == Some(What::Partial) { Told::Half } else { Told::Whole };
                cloudwatch::answer(&call.request, &sources, told, now)
            }
        }
    }

    /// Adds a fault. Latencies add up; of several failures the one injected first strikes.
    pub fn inject(&self, fault: Fault) {
        self.lock().faults.push(fault);
    }

    /// Takes all faults back.
    pub fn clear_faults(&self) {
        self.lock().faults.clear();
    }

    /// Every API that the cloud holds, HTTP APIs first, by region.
    pub fn apis(&self) -> Vec<Held> {
        let inner = self.lock();
        let mut apis = Vec::new();
        for ((_, place), region) in &inner.state.regions {
            let held = |rest, id: &str, name: &str| Held {
                region: place.clone(),
                rest,
                id: id.to_owned(),
                name: name.to_owned(),
            };
            let http = region.apis.iter().filter(|api| api.protocol_type == apigatewayv2::ProtocolType::Http);
            apis.extend(http.map(|api| held(false, &api.api_id, &api.name)));
            apis.extend(region.rest_apis.iter().map(|api| held(true, &api.id, &api.name)));
        }
        apis
    }

    /// The last ten thousand signed requests, oldest first, failed ones included.
    pub fn requests(&self) -> Vec<Seen> {
        self.lock().seen.iter().cloned().collect()
    }

    /// How many faults are switched on.
    #[cfg(test)]
    fn faults(&self) -> usize {
        self.lock().faults.len()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn whole(&self, response: Response<Bytes>) -> Response<Body> {
        self.dated(response).map(Body::whole)
    }

    fn cut(&self, response: Response<Bytes>) -> Response<Body> {
        self.dated(response).map(|body| Body::cut(&body))
    }

    /// Adds the headers that every answer of AWS has.
    fn dated(&self, mut response: Response<Bytes>) -> Response<Bytes> {
        let length = HeaderValue::from(response.body().len());
        let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
        let date = printer.timestamp_to_rfc9110_string(&self.now()).ok();
        let headers = response.headers_mut();
        headers.insert(CONTENT_LENGTH, length);
        headers.insert("x-amzn-requestid", HeaderValue::from_static("00000000-0000-4000-8000-000000000000"));
        if let Some(date) = date.and_then(|date| HeaderValue::from_str(&date).ok()) {
            headers.insert(DATE, date);
        }
        response
    }
}

impl Inner {
    /// Records a request and finds out which faults strike it.
    fn note(&mut self, call: &Call) -> Trouble {
        let uri = call.request.uri();
        let operation =
            call.operation.clone().unwrap_or_else(|| format!("{} {}", call.request.method(), uri.path()));
        let mut trouble = Trouble::default();
        for fault in &mut self.faults {
            let is_latency = matches!(fault.what(), What::Latency(_));
            if !is_latency && trouble.failure.is_some() {
                continue;
            }
            match fault.strikes(call.service, &operation) {
                Some(What::Latency(latency)) => trouble.latency += latency,
                Some(failure) => trouble.failure = Some(failure),
                None => {}
            }
        }
        if self.seen.len() == SEEN_KEPT {
            self.seen.pop_front();
        }
        self.seen.push_back(Seen {
            service: call.service,
            operation,
            path: uri.path().to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            account: self.state.directory.account(&call.signature.access_key_id).map(str::to_owned),
            region: call.signature.region.clone(),
        });
        trouble
    }

    fn answer(&mut self, call: &Call, failure: Option<What>, now: Timestamp) -> Reply {
        let service = call.service;
        let refusal = match failure {
            Some(What::Garbage) => return Reply::Ready(garbage()),
            Some(What::Throttle { retry_after }) => Refusal::throttled(service, retry_after),
            Some(What::Conflict) => Refusal::conflict(),
            Some(What::ServerError(status)) => Refusal::broken(service, status),
            Some(What::ExpiredToken) => Refusal::expired_token(service),
            _ if call.signature.region == demo::CLOSED_REGION => {
                Refusal::closed_region(service, call.operation.as_deref())
            }
            failure => match self.state.directory.identify(&call.signature, now) {
                Err(Stranger::Unknown) => Refusal::unknown_key(service),
                Err(Stranger::Expired) => Refusal::expired_token(service),
                Ok(caller) if failure == Some(What::AccessDenied) => call.denied(&caller),
                Ok(caller) => return self.state.answer(call, &caller, failure, now),
            },
        };
        Reply::Ready(refusal.answer(service, &call.request))
    }
}

/// What a proxy or a captive portal might say instead of AWS: neither JSON nor CBOR, nor well-formed XML.
fn garbage() -> Response<Bytes> {
    let page = "<!DOCTYPE html><html><body>Please sign in to the network<br></body></html>";
    let mut response = Response::new(Bytes::from_static(page.as_bytes()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

impl Call {
    /// The refusal of a call that no policy of the caller allows.
    fn denied(&self, caller: &Caller) -> Refusal {
        let operation = self.operation.as_deref().unwrap_or_default();
        match self.service {
            Service::ApiGateway | Service::ApiGatewayV2 => {
                let path = rest_json::decoded_path(&self.request);
                // ARNs have no `/v2`.
                let path = path.strip_prefix("/v2").unwrap_or(&path);
                let resource = format!("arn:aws:apigateway:{}::{path}", self.signature.region);
                let action = format!("apigateway:{}", self.request.method());
                Refusal::denied(self.service, &caller.arn, &action, Some(&resource))
            }
            Service::CloudWatch => {
                Refusal::denied(self.service, &caller.arn, &format!("cloudwatch:{operation}"), None)
            }
            Service::Sts => {
                let form = sts::Form::read(&self.request);
                let resource = form.get("RoleArn");
                Refusal::denied(self.service, &caller.arn, &format!("sts:{operation}"), resource)
            }
        }
    }
}

impl State {
    fn answer(&mut self, call: &Call, caller: &Caller, failure: Option<What>, now: Timestamp) -> Reply {
        let request = &call.request;
        let place = (caller.account.clone(), call.signature.region.clone());
        let region = self.regions.entry(place).or_default();
        let unknown = || Refusal::unknown_operation(call.service).answer(call.service, request);
        let dice = &mut self.dice;
        let mut rest_json = |operations| match rest_json::find(operations, request) {
            Some(operation) => {
                let place = (caller.account.as_str(), call.signature.region.as_str());
                if let Err(refusal) = region.quotas.admit(operation.name, now) {
                    return refusal.answer(call.service, request);
                }
                operation.respond(&mut Asked::new(request, operation, region, place, dice, (now, failure)))
            }
            None => unknown(),
        };
        Reply::Ready(match call.service {
            _ if call.operation.is_none() => unknown(),
            Service::ApiGateway => rest_json(apigateway::OPERATIONS),
            Service::ApiGatewayV2 => rest_json(apigatewayv2::OPERATIONS),
            Service::CloudWatch => return Reply::Metrics(region.sources()),
            Service::Sts => sts::answer(request, caller, &mut self.directory, now),
        })
    }
}
