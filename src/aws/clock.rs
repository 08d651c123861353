//! How far the clocks are apart: AWS refuses signatures that are five minutes off.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;
use jiff::{SignedDuration, Timestamp};

use super::Session;
use super::problem::Question;
use crate::domain::{Problem, ProblemKind};

/// Notes how far the SDK's clock is ahead of the `Date` of each answer.
#[derive(Clone, Debug, Default)]
struct Comparison(Arc<Mutex<Option<SignedDuration>>>);

impl Comparison {
    fn noted(&self) -> Option<SignedDuration> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for Comparison {
    fn name(&self) -> &'static str {
        "Comparison"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        components: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let ours = components.time_source().map_or_else(SystemTime::now, |clock| clock.now());
        let theirs = context.response().headers().get("date").and_then(seconds);
        let ahead = theirs.and_then(|theirs| Some(Timestamp::try_from(ours).ok()?.duration_since(theirs)));
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *noted = ahead.or(*noted);
        Ok(())
    }
}

fn seconds(date: &str) -> Option<Timestamp> {
    let date = aws_smithy_types::DateTime::from_str(date, Format::HttpDate).ok()?;
    Timestamp::from_second(date.secs()).ok()
}

impl Session {
    /// How far this machine's clock is ahead of AWS's, to a second and the time that an answer takes; negative when it is
    /// behind. Read from the `Date` of an answer to `sts:GetCallerIdentity`, a refusal included: a clock that is far off is
    /// a reason for one.
    pub async fn clock_skew(&self) -> Result<SignedDuration, Problem> {
        let comparison = Comparison::default();
        let request = self.clients().sts.get_caller_identity().customize().interceptor(comparison.clone());
        let answer = request.send().await;
        let question =
            Question { what: "Cannot compare the clock with that of AWS".to_owned(), ..self.whose() };
        match (comparison.noted(), answer) {
            (Some(ahead), _) => Ok(ahead),
            (None, Ok(_)) => {
                Err(Problem::new(ProblemKind::Service, question.what, "The answer bears no date."))
            }
            (None, Err(error)) => Err(self.caller().problem(&question, &error)),
        }
    }
}
