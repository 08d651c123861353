//! Looking at the gateway to find out what became of a request.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::domain::{ApiType, Connection, Deployment, Problem, ProblemKind, Stage};
use crate::openapi::{self, Document};
use crate::ops::Engine;
use crate::ops::configured;
use crate::ops::plan::token_in;
use crate::ops::site::Site;

/// How long a request may need to show after its answer was lost. AWS gives an answer within 30 seconds or never.
const LOST: Duration = Duration::from_secs(30);
/// The pause between two looks.
const PAUSE: Duration = Duration::from_secs(2);

/// What a look says.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ops) enum Found<T> {
    /// It happened.
    Happened(T),
    /// It did not.
    Not,
    /// Neither is certain.
    CannotTell(Problem),
}

/// Looks until it shows that the request happened, or the time is over; what the last look said then counts.
pub(in crate::ops) async fn until<T, F>(time: Duration, look: impl Fn() -> F) -> Found<T>
where
    F: Future<Output = Found<T>>,
{
    let deadline = Instant::now() + time;
    loop {
        let found = look().await;
        if matches!(found, Found::Happened(_)) || Instant::now() >= deadline {
            return found;
        }
        sleep(PAUSE).await;
    }
}

/// As [`until`], for a request whose answer was lost.
pub(in crate::ops) async fn after_loss<T, F>(look: impl Fn() -> F) -> Found<T>
where
    F: Future<Output = Found<T>>,
{
    until(LOST, look).await
}

/// Turns a read into what it says.
pub(in crate::ops) fn found<T, R>(read: Result<R, Problem>, judge: impl FnOnce(R) -> Found<T>) -> Found<T> {
    match read {
        Ok(read) => judge(read),
        Err(problem) => Found::CannotTell(problem),
    }
}

/// Whether the gateway's working configuration is what the document says, as far as it can be read.
pub(in crate::ops) fn holds(site: &Site, document: &Document) -> bool {
    match (site.api_type(), &site.live) {
        (ApiType::Http, Some(live)) => {
            openapi::gateway_diff(ApiType::Http, document, &live.document).is_empty()
        }
        (ApiType::Http, None) => false,
        (ApiType::Rest, _) => {
            configured::differences(&configured::routes(document), &site.configuration.routes).is_empty()
        }
    }
}

/// Whether a push happened, told by what the gateway has now. `before` is the fingerprint of the working configuration before it,
/// where that is known.
pub(in crate::ops) async fn push_found(
    engine: &Engine,
    connection: &Connection,
    merged: &Document,
    replaced: &Document,
    before: Option<&str>,
) -> Found<()> {
    match connection.api_type {
        ApiType::Http => found(engine.export(connection, None).await, |export| {
            let is = |document| openapi::gateway_diff(ApiType::Http, document, &export.document).is_empty();
            told(is(merged), is(replaced))
        }),
        ApiType::Rest => found(engine.configuration(connection).await, |configuration| {
            if before == Some(&configuration.fingerprint) {
                return Found::Not;
            }
            let is = |document| {
                configured::differences(&configured::routes(document), &configuration.routes).is_empty()
            };
            match (is(merged), is(replaced), before) {
                // It changed, and the parts that can be compared are as they were meant.
                (true, _, Some(_)) => Found::Happened(()),
                (true, true, None) => Found::CannotTell(alike()),
                (pushed, kept, _) => told(pushed, kept),
            }
        }),
    }
}

fn told(is_pushed: bool, is_replaced: bool) -> Found<()> {
    match (is_pushed, is_replaced) {
        // Where both are alike it makes no difference whether it happened.
        (true, _) => Found::Happened(()),
        (false, true) => Found::Not,
        (false, false) => {
            let what = "The gateway has neither the schema that was pushed nor the one before";
            Found::CannotTell(Problem::new(ProblemKind::Conflict, what, "Somebody else may have changed it."))
        }
    }
}

fn alike() -> Problem {
    let what = "What was pushed cannot be told from what was there";
    let why = "They differ only in parts that AWS does not export before they are deployed.";
    Problem::new(ProblemKind::Partial, what, why)
}

/// The deployment whose description bears the token.
pub(in crate::ops) async fn deployment_found(
    engine: &Engine,
    connection: &Connection,
    token: &str,
) -> Found<Deployment> {
    found(engine.deployments(connection, |_| ()).await, |deployments| {
        let bears =
            |deployment: &Deployment| deployment.description.as_deref().and_then(token_in) == Some(token);
        deployments.into_iter().find(bears).map_or(Found::Not, Found::Happened)
    })
}

/// Whether a stage is as it should be.
pub(in crate::ops) async fn stage_found(
    engine: &Engine,
    connection: &Connection,
    name: &str,
    is_meant: impl Fn(&Stage) -> bool,
) -> Found<Stage> {
    found(engine.stage(connection, name).await, |stage| {
        if is_meant(&stage) { Found::Happened(stage) } else { Found::Not }
    })
}
