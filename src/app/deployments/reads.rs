//! What the screen asks for, and what it does with the answers.

use super::super::{Answer, Effect, Model, Question, Remote, Slot, dialog, task};
use super::{DeploymentsScreen, exports};
use crate::domain::{ApiStages, KnownStages, Problem, TimeRange, Window};

/// The week's figures change slowly and cost as much as the hour's: they are kept this long, in seconds.
const WEEK_KEPT_SECONDS: i64 = 15 * 60;

/// Opens a connection: everything is asked for at once, and metrics too where the stages' names are remembered.
pub(in crate::app) fn open(model: &mut Model, nickname: &str) -> Vec<Effect> {
    let Some(connection) = model.connection(nickname).cloned() else {
        return Vec::new();
    };
    task::close_all(model);
    let mut effects = model.questions.abandon(|_| true);
    model.deployments = Some(DeploymentsScreen::new(connection, model.now));
    effects.extend(ask(model, Question::Identity(nickname.to_owned())));
    effects.extend(ask(model, Question::Stages(nickname.to_owned())));
    if let Some(known) = model.known.get(nickname).cloned() {
        effects.extend(measure(model, &known, &[TimeRange::H1, TimeRange::W1]));
    }
    effects.extend(ask(model, Question::Deployments(nickname.to_owned())));
    effects.extend(exports::ask(model, nickname));
    effects
}

/// Leaves the screen; nobody waits for its reads any more.
pub(in crate::app) fn close(model: &mut Model) -> Vec<Effect> {
    model.deployments = None;
    model.task = None;
    model.questions.abandon(|_| true)
}

/// What a refresh reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) enum Depth {
    /// Stages and the last hour; the week when it is old.
    Light,
    /// Everything.
    Full,
}

/// Reads the screen again.
pub(in crate::app) fn refresh(model: &mut Model, depth: Depth) -> Vec<Effect> {
    let now = model.now;
    let Some(screen) = &mut model.deployments else {
        return Vec::new();
    };
    screen.asked_at = now;
    let nickname = screen.connection.nickname.clone();
    let measured = screen.measured.clone();
    let week_is_old = screen.week.is_older_than(WEEK_KEPT_SECONDS, now);
    let full = depth == Depth::Full;
    let (identity, deployments) = (screen.identity.value.is_none(), screen.deployments.value.is_none());
    let domains = full && (screen.domains.value.is_some() || screen.domains.problem.is_some());
    let mut effects = ask(model, Question::Stages(nickname.clone()));
    if !measured.stages.is_empty() {
        let ranges: &[TimeRange] =
            if full || week_is_old { &[TimeRange::H1, TimeRange::W1] } else { &[TimeRange::H1] };
        effects.extend(measure(model, &measured, ranges));
    }
    if full || identity {
        effects.extend(ask(model, Question::Identity(nickname.clone())));
    }
    if full || deployments {
        effects.extend(ask(model, Question::Deployments(nickname.clone())));
    }
    if domains {
        effects.extend(ask(model, Question::Domains(nickname.clone())));
    }
    if full {
        if let Some(screen) = &mut model.deployments {
            screen.recovered = Remote::default();
        }
        effects.extend(exports::ask(model, &nickname));
    }
    effects
}

/// Reads again what a write may have changed, if its connection is open.
pub(in crate::app) fn after_write(model: &mut Model, nickname: &str) -> Vec<Effect> {
    let Some(screen) = model.deployments.as_ref().filter(|screen| screen.connection.nickname == nickname)
    else {
        return Vec::new();
    };
    let nickname = screen.connection.nickname.clone();
    let questions = [
        Question::Stages(nickname.clone()),
        Question::Deployments(nickname.clone()),
        Question::History(nickname),
    ];
    questions.into_iter().flat_map(|question| ask(model, question)).collect()
}

/// Reads again what failed of what other screens need too.
pub(in crate::app) fn ask_failed(model: &mut Model) -> Vec<Effect> {
    let Some(screen) = &model.deployments else {
        return Vec::new();
    };
    let nickname = || screen.connection.nickname.clone();
    let questions = [
        screen.identity.problem.as_ref().map(|_| Question::Identity(nickname())),
        screen.api.problem.as_ref().map(|_| Question::Stages(nickname())),
        screen.deployments.problem.as_ref().map(|_| Question::Deployments(nickname())),
    ];
    questions.into_iter().flatten().flat_map(|question| ask(model, question)).collect()
}

fn ask(model: &mut Model, question: Question) -> Vec<Effect> {
    model.questions.ask(question, model.now)
}

/// Asks for the figures of all those stages, one question a range.
fn measure(model: &mut Model, known: &KnownStages, ranges: &[TimeRange]) -> Vec<Effect> {
    let now = model.now;
    let Some(screen) = &mut model.deployments else {
        return Vec::new();
    };
    screen.measured = known.clone();
    if known.stages.is_empty() {
        return Vec::new();
    }
    let nickname = screen.connection.nickname.clone();
    let questions = ranges.iter().map(|&range| Question::Metrics {
        nickname: nickname.clone(),
        api_name: known.api_name.clone(),
        stages: known.stages.clone(),
        range,
        window: Window::settled(range, now),
    });
    questions.flat_map(|question| model.questions.ask(question, now)).collect()
}

/// Takes an answer in and asks for what follows from it.
pub(in crate::app) fn settle(model: &mut Model, slot: &Slot, reply: Result<Answer, Problem>) -> Vec<Effect> {
    let now = model.now;
    let Some(screen) = &mut model.deployments else {
        return Vec::new();
    };
    match (slot, reply) {
        (Slot::Stages(_), Ok(Answer::Stages(read))) => return settle_stages(model, read),
        (Slot::History(_), Ok(Answer::History(entries))) => return exports::settle(model, Ok(entries)),
        (Slot::History(_), Err(problem)) => return exports::settle(model, Err(problem)),
        (Slot::Recover(_), Ok(Answer::Recover(entries))) => {
            return exports::settle_recovered(model, Ok(entries));
        }
        (Slot::Recover(_), Err(problem)) => return exports::settle_recovered(model, Err(problem)),
        (Slot::Stages(_), Err(problem)) => screen.api.settle(Err(problem), now),
        (Slot::Identity(_), Ok(Answer::Identity(identity))) => screen.identity.settle(Ok(identity), now),
        (Slot::Identity(_), Err(problem)) => screen.identity.settle(Err(problem), now),
        (Slot::Deployments(_), Ok(Answer::Deployments(read))) => screen.deployments.settle(Ok(read), now),
        (Slot::Deployments(_), Err(problem)) => screen.deployments.settle(Err(problem), now),
        (Slot::Domains(_), Ok(Answer::Domains(read))) => screen.domains.settle(Ok(read), now),
        (Slot::Domains(_), Err(problem)) => screen.domains.settle(Err(problem), now),
        (Slot::Metrics(_, range), reply) => {
            let reply = match reply {
                Ok(Answer::Metrics(metrics)) => Ok(metrics),
                Ok(_) => return Vec::new(),
                Err(problem) => Err(problem),
            };
            let figures = if *range == TimeRange::W1 { &mut screen.week } else { &mut screen.hour };
            figures.settle(reply, now);
        }
        _ => {}
    }
    screen.arrange_stages();
    screen.arrange_history();
    Vec::new()
}

/// Stages are here: metrics follow unless they were asked for by the right names already, and the history follows when a
/// stage points at a deployment that it does not know.
fn settle_stages(model: &mut Model, read: ApiStages) -> Vec<Effect> {
    let now = model.now;
    let Some(screen) = &mut model.deployments else {
        return Vec::new();
    };
    let known = KnownStages::from(&read);
    let moved = known != screen.measured;
    screen.api.settle(Ok(read), now);
    screen.arrange_stages();
    screen.arrange_history();
    let nickname = screen.connection.nickname.clone();
    let unknown_deployment = screen.deployments.value.is_some()
        && screen
            .stage_rows()
            .iter()
            .filter_map(|stage| stage.deployment_id.as_deref())
            .any(|id| screen.deployment(id).is_none());
    model.known.insert(nickname.clone(), known.clone());
    dialog::stages_are_read(model);
    let mut effects = Vec::new();
    if moved {
        effects.extend(measure(model, &known, &[TimeRange::H1, TimeRange::W1]));
    }
    if unknown_deployment && model.questions.find(&Slot::Deployments(nickname.clone())).is_none() {
        effects.extend(ask(model, Question::Deployments(nickname)));
    }
    effects
}

/// Custom domains cost a request each, so that they are read only once somebody looks.
pub(super) fn ask_domains_once(model: &mut Model) -> Vec<Effect> {
    let Some(screen) = &model.deployments else {
        return Vec::new();
    };
    let nickname = screen.connection.nickname.clone();
    let read = screen.domains.value.is_some() || screen.domains.problem.is_some();
    if read || model.questions.find(&Slot::Domains(nickname.clone())).is_some() {
        return Vec::new();
    }
    ask(model, Question::Domains(nickname))
}
