//! The ways out: of a filter, an overlay, a screen, a read, and of apigw.

use super::{
    Dialog, Effect, List, Model, Overlay, QuestionId, Slot, asked, connections, deployments, dialog, form,
    metrics, policies, schedule, settle::settle, task, trial, write,
};
use crate::domain::{Problem, ProblemKind};
use crate::input::Action;

/// One layer back: the filter, then the panel, then the screen. It never quits.
pub(super) fn back(model: &mut Model) -> Vec<Effect> {
    if model.overlay.is_some() {
        return close_overlay(model);
    }
    if model.form.is_some() {
        return form::act(model, Action::Back);
    }
    if model.task.is_some() {
        return task::back(model);
    }
    if model.focused_list().is_typing() || !model.focused_list().filter().is_empty() {
        clear_filter(model);
        return Vec::new();
    }
    if model.metrics.is_some() {
        return metrics::back(model);
    }
    if model.deployments.is_some() {
        return leave_deployments(model);
    }
    Vec::new()
}

/// Takes away what lies over the screen; nobody waits for what it asked.
pub(super) fn close_overlay(model: &mut Model) -> Vec<Effect> {
    match model.overlay.take() {
        Some(Overlay::Dialog(dialog)) => dialog::leave(model, dialog),
        Some(Overlay::Trial(_)) => trial::closed(model),
        Some(Overlay::Policies(_)) => policies::closed(model),
        Some(Overlay::Asked(_)) => asked::closed(model),
        Some(Overlay::Picker(_)) => model.questions.abandon(|open| open.slot == Slot::Revisions),
        Some(Overlay::Panel(_) | Overlay::Palette(_)) | None => Vec::new(),
    }
}

fn clear_filter(model: &mut Model) {
    if model.metrics.is_some() {
        metrics::edit_filter(model, List::clear_filter);
    } else if let Some(screen) = &mut model.deployments {
        screen.typing_list().clear_filter();
        screen.arrange_focused();
    } else {
        model.home.list.clear_filter();
        connections::arrange_rows(model);
    }
}

/// Back to the list; connections that were never checked, because one was opened at the start, are checked now.
pub(super) fn leave_deployments(model: &mut Model) -> Vec<Effect> {
    let mut effects = deployments::close(model);
    if model.home.asked_at.is_none() {
        effects.extend(connections::check_all(model));
    }
    effects
}

pub(super) fn quit(model: &mut Model) -> Vec<Effect> {
    if model.task.is_some() {
        return task::close(model);
    }
    match (&model.metrics, &model.deployments) {
        (Some(_), _) => metrics::close(model),
        (None, Some(_)) => leave_deployments(model),
        (None, None) => end(model),
    }
}

/// Ends the program, but not in the middle of a write: what came of that must be known. A gateway's can take long, and is
/// looked up by the next start, so that it can be left after a warning.
fn end(model: &mut Model) -> Vec<Effect> {
    match model.questions.writing() {
        None => vec![Effect::Quit],
        Some(_) if matches!(model.overlay, Some(Overlay::Dialog(Dialog::Leave(_)))) => vec![Effect::Quit],
        Some(_) if write::under_way(model) => {
            dialog::ask_leave(model);
            Vec::new()
        }
        Some(_) => {
            model.notice = Some("Saving; apigw can be left when that is done".to_owned());
            Vec::new()
        }
    }
}

/// The input first, then the reads under way, then, the second time, the program.
pub(super) fn cancel(model: &mut Model) -> Vec<Effect> {
    model.mark_dirty();
    if model.quit_armed || matches!(model.overlay, Some(Overlay::Dialog(Dialog::Leave(_)))) {
        return end(model);
    }
    model.quit_armed = true;
    if model.overlay.is_some() {
        let effects = close_overlay(model);
        model.notice = Some("Closed; ctrl-c again quits".to_owned());
        return effects;
    }
    if model.form.is_none() && model.task.is_none() && model.focused_list().is_typing() {
        clear_filter(model);
        model.notice = Some("Filter cleared; ctrl-c again quits".to_owned());
        return Vec::new();
    }
    let open: Vec<(QuestionId, Slot)> =
        model.questions.reads().map(|open| (open.id, open.slot.clone())).collect();
    if open.is_empty() {
        model.notice = Some("ctrl-c again quits".to_owned());
        return Vec::new();
    }
    let problem = Problem::new(ProblemKind::Cancelled, "The read was cancelled", "").advise("r reads again");
    for (id, _) in &open {
        settle(model, *id, Err(problem.clone()));
    }
    schedule::put_off_refresh(model);
    model.notice = Some("Cancelled; r reads again, ctrl-c again quits".to_owned());
    open.into_iter().map(|(id, _)| Effect::Abandon(id)).collect()
}
