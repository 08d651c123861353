//! What the screen asks for, and what it does with the answers.

use super::super::{Answer, Effect, Model, Part, Question, Slot, deployments};
use super::{MetricsScreen, MetricsTab, Remote};
use crate::domain::{Completeness, Dashboard, Problem, Window};

/// Opens the metrics of the stage under the cursor.
pub(in crate::app) fn open(model: &mut Model) -> Vec<Effect> {
    let stage = model.deployments.as_ref().and_then(|screen| screen.selected_stage());
    let Some(name) = stage.map(|stage| stage.name.clone()) else {
        model.notice = Some("There is no stage to show metrics of".to_owned());
        return Vec::new();
    };
    model.metrics = Some(MetricsScreen::new(name, model.now));
    look(model)
}

/// Leaves the screen; nobody waits for its reads any more.
pub(in crate::app) fn close(model: &mut Model) -> Vec<Effect> {
    model.metrics = None;
    model.mark_dirty();
    model.questions.abandon(|open| matches!(open.slot, Slot::Dashboard(..) | Slot::Routes(_)))
}

/// Asks for what the screen shows and does not know yet, or not up to now.
pub(super) fn look(model: &mut Model) -> Vec<Effect> {
    let Some(screen) = &mut model.metrics else {
        return Vec::new();
    };
    screen.arrange_routes();
    match screen.tab {
        MetricsTab::Charts => ask_charts(model, Again::WhenOlder),
        MetricsTab::Routes => ask_routes(model, Again::WhenOlder),
    }
}

/// Reads the newest points of the charts, and nothing else.
pub(in crate::app) fn refresh(model: &mut Model) -> Vec<Effect> {
    ask_charts(model, Again::Always)
}

/// Reads what is shown again, and what failed of the rest.
pub(super) fn refresh_all(model: &mut Model) -> Vec<Effect> {
    let mut effects = match model.metrics.as_ref().map(|screen| screen.tab) {
        Some(MetricsTab::Routes) => ask_routes(model, Again::Always),
        _ => ask_charts(model, Again::Always),
    };
    effects.extend(deployments::ask_failed(model));
    effects
}

/// Whether to ask for what is known already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Again {
    /// Only when it could tell more by now.
    WhenOlder,
    /// In any case: late data may have come.
    Always,
}

fn ask_charts(model: &mut Model, again: Again) -> Vec<Effect> {
    let now = model.now;
    let Some((nickname, api_name)) = whose(model) else {
        return Vec::new();
    };
    let Some(screen) = &mut model.metrics else {
        return Vec::new();
    };
    screen.asked_at = now;
    let (stage, range) = (screen.stage.clone(), screen.range);
    let shown = Window::aligned(range, now);
    let view = screen.view();
    let mut wanted = vec![(Part::Now, shown, &view.now)];
    if screen.compared {
        wanted.push((Part::Before, shown.before(), &view.before));
    }
    let wanted = wanted.into_iter().filter_map(|(part, window, known)| {
        let asked = to_ask(known, window, again)?;
        let (nickname, api_name, stage) = (nickname.clone(), api_name.clone(), stage.clone());
        Some(Question::Dashboard { nickname, api_name, stage, range, part, window, asked })
    });
    let wanted: Vec<Question> = wanted.collect();
    wanted.into_iter().flat_map(|question| model.questions.ask(question, now)).collect()
}

/// The part of a window that must be asked for; `None` when all of it is known.
fn to_ask(known: &Remote<Dashboard>, window: Window, again: Again) -> Option<Window> {
    let Some(value) = &known.value else {
        return Some(window);
    };
    let is_known =
        value.window == window && value.completeness == Completeness::Complete && known.problem.is_none();
    (again == Again::Always || !is_known).then(|| value.to_ask(window))
}

/// Routes cost four metrics each: they are asked for once, and then only by hand.
fn ask_routes(model: &mut Model, again: Again) -> Vec<Effect> {
    let now = model.now;
    let (Some((nickname, api_name)), Some(screen)) = (whose(model), &model.metrics) else {
        return Vec::new();
    };
    let known = screen.view().routes.value.is_some();
    let (stage, range) = (screen.stage.clone(), screen.range);
    if known && again == Again::WhenOlder {
        return Vec::new();
    }
    let window = Window::settled(range, now);
    model.questions.ask(Question::Routes { nickname, api_name, stage, range, window }, now)
}

/// The connection's nickname, and the API's name.
fn whose(model: &Model) -> Option<(String, String)> {
    let screen = model.deployments.as_ref()?;
    Some((screen.connection.nickname.clone(), screen.api.value.as_ref()?.api.name.clone()))
}

/// Takes an answer in, whatever is shown by now: the way back to its stage and range shows it.
pub(in crate::app) fn settle(model: &mut Model, question: &Question, reply: Result<Answer, Problem>) {
    let now = model.now;
    let Some(screen) = &mut model.metrics else {
        return;
    };
    match question {
        Question::Dashboard { stage, range, part, window, asked, .. } => {
            let view = screen.views.entry((stage.clone(), *range)).or_default();
            let known = view.part_mut(*part);
            match reply {
                Ok(Answer::Dashboard(newer)) => {
                    let joined = match known.value.take() {
                        Some(mut old) if asked.start > window.start => {
                            old.join(newer, *window);
                            old
                        }
                        _ => newer,
                    };
                    known.settle(Ok(joined), now);
                }
                Ok(_) => {}
                Err(problem) => known.settle(Err(problem), now),
            }
        }
        Question::Routes { stage, range, .. } => {
            let view = screen.views.entry((stage.clone(), *range)).or_default();
            match reply {
                Ok(Answer::Routes(read)) => view.routes.settle(Ok(read), now),
                Ok(_) => {}
                Err(problem) => view.routes.settle(Err(problem), now),
            }
            screen.arrange_routes();
        }
        _ => {}
    }
}
