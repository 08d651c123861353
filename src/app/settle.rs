//! Answers, on the way to whoever asked.

use super::{
    Answer, Effect, Model, Question, QuestionId, Slot, asked, connections, deploy, deployments, dialog, form,
    import, metrics, plan, policies, trial, write,
};
use crate::domain::Problem;

/// Takes a reply in, unless nobody waits for it any more.
pub(super) fn settle(model: &mut Model, id: QuestionId, reply: Result<Answer, Problem>) -> Vec<Effect> {
    let Some(open) = model.questions.close(id) else {
        return Vec::new();
    };
    model.mark_dirty();
    dialog::mfa::notice(model, &open, &reply);
    match (&open.slot, reply) {
        (Slot::SignIn, reply) => dialog::mfa::settle(model, reply),
        (Slot::Test, reply) => {
            trial::settle(model, reply);
            Vec::new()
        }
        (Slot::SourceIdentity, reply) => {
            policies::settle(model, reply);
            Vec::new()
        }
        (Slot::Save | Slot::LoginIdentity | Slot::ExternalId | Slot::Profiles | Slot::Apis, reply) => {
            form::settle(model, &open, reply)
        }
        (Slot::Health(_), reply) => {
            let Question::Health(_, nicknames) = &open.question else {
                return Vec::new();
            };
            let reply = match reply {
                Ok(Answer::Health(statuses)) => Ok(statuses),
                Ok(_) => return Vec::new(),
                Err(problem) => Err(problem),
            };
            connections::settle(model, nicknames, reply);
            Vec::new()
        }
        (Slot::Dashboard(..) | Slot::Routes(_), reply) => {
            metrics::settle(model, &open.question, reply);
            Vec::new()
        }
        (
            Slot::Plan
            | Slot::CarryOut
            | Slot::PlanImport
            | Slot::SaveImport
            | Slot::Revisions
            | Slot::Schemas,
            reply,
        ) => settle_write(model, &open.question, reply),
        (slot, reply) => deployments::settle(model, slot, reply),
    }
}

/// Takes in what a write would do, how it ended, and what is asked on the way to it.
fn settle_write(model: &mut Model, question: &Question, reply: Result<Answer, Problem>) -> Vec<Effect> {
    match (question, reply) {
        (Question::Plan(..), Ok(Answer::Plan(plan))) => plan::settle(model, Ok(*plan)),
        (Question::Plan(..), Err(problem)) => plan::settle(model, Err(problem)),
        (Question::CarryOut { .. }, Ok(Answer::CarryOut(done))) => return write::settle(model, Ok(*done)),
        (Question::CarryOut { .. }, Err(problem)) => return write::settle(model, Err(problem)),
        (Question::PlanImport(..), Ok(Answer::PlanImport(import))) => import::settle(model, Ok(*import)),
        (Question::PlanImport(..), Err(problem)) => import::settle(model, Err(problem)),
        (Question::SaveImport(nickname, import), reply) => {
            let reply = match reply {
                Ok(Answer::SaveImport(done)) => Ok(*done),
                Ok(_) => return Vec::new(),
                Err(problem) => Err(problem),
            };
            import::saved(model, import, reply);
            return deployments::after_write(model, nickname);
        }
        (Question::Revisions(_), Ok(Answer::Revisions(found))) => deploy::settle_picker(model, Ok(found)),
        (Question::Revisions(_), Err(problem)) => deploy::settle_picker(model, Err(problem)),
        (Question::KeptSchema(..) | Question::CompareEntries(..), reply) => asked::settle(model, reply),
        _ => {}
    }
    Vec::new()
}
