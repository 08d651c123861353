//! A write under way: its steps on the terminal, and what ctrl-c means meanwhile.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::outcome;
use crate::cli::compose::Composed;
use crate::cli::output;
use crate::domain::{Connection, Consent, Done, Plan, Problem, ProblemKind, Progress, Step, WriteResult};
use crate::text;

/// Does what the plan says. No key ends it: ctrl-c says so, and the second one ends apigw without waiting for the outcome. A
/// terminal that goes away ends nothing.
pub fn carry_out(
    composed: &Composed,
    connection: &Connection,
    plan: &Plan,
    consent: &Consent,
) -> Result<Done, Problem> {
    let steps = Steps::on_stderr();
    let ended = composed.runtime.block_on(async {
        let written = composed.engine.carry_out(connection, plan, consent, |news| steps.tell(news));
        let mut written = std::pin::pin!(written);
        let mut seconds = tokio::time::interval(Duration::from_secs(1));
        let mut signals = Signals::listen();
        let mut warned = false;
        loop {
            tokio::select! {
                done = &mut written => return done,
                _ = seconds.tick() => steps.draw(),
                () = signals.interrupted() => {
                    if warned {
                        let look = composed.command_for(connection, "history list NICK");
                        return Ok(unwatched(plan, &look));
                    }
                    warned = true;
                    steps.shown.clear();
                    output::note(&[GOES_ON.to_owned()]);
                }
            }
        }
    });
    steps.shown.clear();
    ended
}

/// What a first ctrl-c is answered with.
const GOES_ON: &str = "The write goes on: stopping halfway would leave it half done. Ctrl-c once more ends apigw without \
    waiting; the next start looks up how it ended.";

/// What is known when nobody waits for the end.
fn unwatched(plan: &Plan, look: &str) -> Done {
    let problem = Problem::new(
        ProblemKind::Cancelled,
        "apigw was told not to wait for the end",
        "What was sent to AWS stays sent.",
    );
    Done {
        result: WriteResult::Unknown,
        deployment_id: None,
        problem: Some(problem.advise(format!("Look up how it ended: {look}"))),
        ..outcome::unchanged(plan)
    }
}

/// The signals that would end a process.
struct Signals {
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    _hangup: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    /// From here on, neither ctrl-c nor a terminal that is closed ends the process.
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};

        Self { interrupt: signal(SignalKind::interrupt()).ok(), _hangup: signal(SignalKind::hangup()).ok() }
    }

    async fn interrupted(&mut self) {
        match &mut self.interrupt {
            Some(interrupt) => drop(interrupt.recv().await),
            None => std::future::pending().await,
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    fn listen() -> Self {
        Self {}
    }

    async fn interrupted(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}

/// The step under way: one line that is rewritten each second, on a terminal only.
struct Steps {
    shown: output::Progress,
    now: Mutex<Option<(Step, Instant, String)>>,
}

impl Steps {
    fn on_stderr() -> Self {
        Self { shown: output::Progress::on_stderr(), now: Mutex::new(None) }
    }

    fn tell(&self, news: Progress) {
        let (step, why) = match news {
            Progress::Began(step) => (step, String::new()),
            Progress::Waits(step, why) => (step, why),
        };
        {
            let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
            let since = now.as_ref().filter(|(before, ..)| *before == step).map(|(_, since, _)| *since);
            *now = Some((step, since.unwrap_or_else(Instant::now), why));
        }
        self.draw();
    }

    fn draw(&self) {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((step, since, why)) = &*now {
            self.shown.say(&line(*step, since.elapsed(), why));
        }
    }
}

/// What a step says of itself: `Push the schema  3 s  CreateDeployment is allowed once in 5 s`.
fn line(step: Step, elapsed: Duration, why: &str) -> String {
    format!("{}  {} s  {}", step.doc(), elapsed.as_secs(), text::sanitise(why)).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_tells_how_long_it_takes_and_what_it_waits_for() {
        let waits = line(Step::Deploy, Duration::from_millis(3900), "once in 5 s\u{1b}[2J");
        assert_eq!(waits, "Put it live  3 s  once in 5 s\\u{1b}[2J");
        assert_eq!(line(Step::Push, Duration::ZERO, ""), "Push the schema  0 s");
    }
}
