//! How a write ended, as it is told and as the history keeps it.

use super::Act;
use crate::domain::{Done, Ended, GoLive, Plan, Problem, ProblemKind, WriteResult};
use crate::text;

/// How a write ended.
#[derive(Clone, Debug)]
pub(super) struct Ending {
    pub result: WriteResult,
    pub deployment_id: Option<String>,
    pub warnings: Vec<String>,
    /// Boxed, as a problem is large and most writes have none.
    pub problem: Option<Box<Problem>>,
    pub left: Option<String>,
}

impl Default for Ending {
    /// Nothing happened so far.
    fn default() -> Self {
        Self {
            result: WriteResult::Unchanged,
            deployment_id: None,
            warnings: Vec::new(),
            problem: None,
            left: None,
        }
    }
}

impl Ending {
    pub fn failed(problem: Problem) -> Self {
        Self { result: WriteResult::Failed, problem: Some(Box::new(problem)), ..Self::default() }
    }

    pub fn unknown(problem: Problem) -> Self {
        Self { result: WriteResult::Unknown, problem: Some(Box::new(problem)), ..Self::default() }
    }
}

impl Act {
    /// It did not go live; what was pushed before stays.
    pub(super) fn not_live(&self, ending: Ending, problem: Problem) -> Ending {
        self.after_push(ending, Ending::failed(problem))
    }

    /// Nobody knows whether it went live; what was pushed before stays.
    pub(super) fn perhaps_live(&self, ending: Ending, problem: Problem) -> Ending {
        self.after_push(ending, Ending::unknown(problem))
    }

    /// An end with what is known from before it.
    fn after_push(&self, before: Ending, end: Ending) -> Ending {
        Ending {
            left: before.left.or_else(|| self.left()),
            warnings: before.warnings,
            deployment_id: before.deployment_id,
            ..end
        }
    }

    /// What is left to do when the gateway has the schema and the stage perhaps not.
    fn left(&self) -> Option<String> {
        self.plan.push.as_ref()?;
        let nickname = text::shell_word(&self.connection.nickname);
        let stage = text::shell_word(self.plan.target.stage.as_deref()?);
        let go_on = match &self.plan.go_live {
            GoLive::Deploy => format!("`apigw deploy {nickname} --stage {stage}` puts it live"),
            GoLive::Point { to, .. } => {
                let to = text::shell_word(to);
                format!("`apigw rollback {nickname} --stage {stage} --to {to}` moves the stage")
            }
            _ => "the next push tries again".to_owned(),
        };
        Some(format!(
            "The gateway has the schema. {go_on}; `apigw deploy {nickname} --push-back {} --kept replaced` brings back what was there.",
            self.entry.id
        ))
    }

    /// Says that auto-deploy is off, where it was switched off on the way to a pointer that did not move.
    pub(super) fn with_auto_deploy_off(&self, ending: Ending) -> Ending {
        let GoLive::Point { auto_deploy_off: true, .. } = self.plan.go_live else {
            return ending;
        };
        let stage = self.plan.target.stage.as_deref().unwrap_or_default();
        let told = format!("Auto-deploy of {stage} is off now.");
        let left = self.left().map_or(told.clone(), |left| format!("{told} {left}"));
        Ending { left: Some(left), ..ending }
    }

    /// Writes the end down, and tells it.
    pub(super) async fn close(&self, mut ending: Ending) -> Done {
        let note = [ending.problem.as_ref().map(|problem| problem.headline()), ending.left.clone()];
        let note = note.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let ended = Ended { at: self.engine.now(), result: ending.result, note };
        let id = self.entry.id.clone();
        let written = self.engine.in_history(move |history| history.end(&id, &ended)).await;
        if let Err(problem) = written {
            ending.warnings.push(format!("The history could not take how it ended: {}", problem.headline()));
        }
        let before = self.entry.deployment_before.clone();
        let moved = ending.result == WriteResult::Deployed && before != ending.deployment_id;
        Done {
            result: ending.result,
            way_back: before.filter(|_| moved),
            deployment_id: ending.deployment_id,
            stage: self.plan.target.stage.clone(),
            history_id: Some(self.entry.id.clone()),
            warnings: ending.warnings,
            problem: ending.problem.map(|problem| *problem),
            left: ending.left,
        }
    }
}

/// The task died: what it sent is not known here, and is looked up at the next start.
pub(super) fn panicked(plan: &Plan) -> Done {
    let why = "The write ended in a panic; what it sent is looked up when the connection is opened again.";
    let problem = Problem::new(ProblemKind::Bug, "apigw failed inside", why)
        .advise("please report it, with a log made by `--log FILE`");
    Done { stage: plan.target.stage.clone(), ..Done::unknown(problem) }
}
