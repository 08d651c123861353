//! One request, until it is known what became of it.

use std::time::Duration;

use tokio::time::sleep;

use super::Act;
use super::look::Found;
use crate::aws::WriteError;
use crate::domain::{Problem, ProblemKind, Progress, Step};

/// How often AWS may ask to wait before it is taken for a no.
const PATIENCE: u32 = 8;
/// How often a request is sent again of which a look showed that it did not happen.
const AGAIN: u32 = 1;
/// The pause after a refusal for haste: `CreateDeployment` is allowed once in five seconds.
const PAUSE: Duration = Duration::from_secs(5);
/// The longest pause, whatever AWS asks for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The pause while somebody else changes the same thing.
const CONFLICT_PAUSE: Duration = Duration::from_secs(3);

/// What became of a request.
pub(super) enum Sent<T> {
    /// It happened.
    Done(T),
    /// It did not, and why.
    Not(Problem),
    /// Nobody knows, in spite of looking.
    Unknown(Problem),
}

impl Act {
    /// Sends a request. Where AWS asks to wait it waits, visibly and not for ever; where the answer is lost it looks whether the
    /// request happened, and sends it once more if it did not.
    pub(super) async fn insist<T, S, L>(
        &self,
        step: Step,
        operation: &str,
        send: impl Fn() -> S,
        look: impl Fn() -> L,
    ) -> Sent<T>
    where
        S: Future<Output = Result<T, WriteError>>,
        L: Future<Output = Found<T>>,
    {
        let (mut waited, mut lost) = (0, 0);
        loop {
            match send().await {
                Ok(told) => return Sent::Done(told),
                Err(WriteError::Refused(problem)) => {
                    let Some((pause, reason)) = pause(operation, &problem).filter(|_| waited < PATIENCE)
                    else {
                        return Sent::Not(after_waiting(problem, waited));
                    };
                    waited += 1;
                    self.tell(Progress::Waits(step, reason));
                    sleep(pause).await;
                }
                Err(WriteError::Lost(problem)) => {
                    let reason = format!("The answer to {operation} was lost: looking whether it happened");
                    self.tell(Progress::Waits(step, reason));
                    match look().await {
                        Found::Happened(told) => return Sent::Done(told),
                        Found::CannotTell(why) => return Sent::Unknown(unknown(operation, &problem, &why)),
                        Found::Not if lost == AGAIN => return Sent::Not(problem),
                        Found::Not => lost += 1,
                    }
                }
            }
        }
    }
}

/// A refusal, with how often it was met: who reads `Too Many Requests` should know that trying again at once is no news.
fn after_waiting(problem: Problem, waited: u32) -> Problem {
    match waited {
        0 => problem,
        times => problem.advise(format!("It was tried {} times; try again later.", times + 1)),
    }
}

/// How long to wait after a refusal that passes, and why, for a person.
fn pause(operation: &str, problem: &Problem) -> Option<(Duration, String)> {
    let pause = problem.retry_after.map_or(PAUSE, |asked| asked.clamp(PAUSE, LONGEST_PAUSE));
    match (problem.kind, operation) {
        (ProblemKind::Throttled, "CreateDeployment") => {
            Some((pause, "CreateDeployment is allowed once in 5 s: waiting".to_owned()))
        }
        (ProblemKind::Throttled, _) => {
            Some((pause, format!("AWS has too many requests to take {operation}: waiting")))
        }
        (ProblemKind::Conflict, _) => {
            Some((CONFLICT_PAUSE, "Somebody else is changing the API: waiting".to_owned()))
        }
        _ => None,
    }
}

fn unknown(operation: &str, lost: &Problem, why: &Problem) -> Problem {
    let what = format!("It is not known whether {operation} happened");
    let why =
        format!("The answer was lost ({}), and looking did not tell: {}", lost.headline(), why.headline());
    Problem::new(lost.kind, what, why)
        .advise("Look at the API before anything else is written: its deployments, and its stages.")
}
