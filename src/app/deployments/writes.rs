//! The keys that begin a write: each shows a form, a choice or a plan first.

use super::{DeploymentsScreen, Pane, Tab};
use crate::app::{Effect, Model, deploy, dialog, plan, write};
use crate::domain::{HistoryEntry, Intent, Kept};
use crate::input::Action;

/// What such a key does, unless nothing may be written here or something is being written.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    if action != Action::Import {
        if let Some(refusal) = refusal(model) {
            model.notice = Some(refusal);
            return Vec::new();
        }
        if write::under_way(model) {
            return write::show(model);
        }
    }
    match action {
        Action::Deploy => deploy::open(model),
        Action::Import => import(model),
        Action::RollBack => roll_back(model),
        Action::Promote => promote(model),
        Action::EndCanary => end_canary(model),
        Action::PushBack => push_back(model),
        _ => Vec::new(),
    }
}

/// Why nothing may be written to this API.
fn refusal(model: &Model) -> Option<String> {
    let screen = model.deployments.as_ref()?;
    if screen.connection.read_only {
        let nickname = &screen.connection.nickname;
        return Some(format!(
            "{nickname} is read-only: writes are refused; `read_only` in its settings says so"
        ));
    }
    screen.stranger()
}

fn import(model: &mut Model) -> Vec<Effect> {
    let Some(screen) = &model.deployments else {
        return Vec::new();
    };
    let stage = screen.selected_stage().filter(|_| screen.pane == Pane::Stages);
    let (connection, stage) = (screen.connection.clone(), stage.map(|stage| stage.name.clone()));
    dialog::ask_import(model, &connection, stage.as_deref());
    Vec::new()
}

/// Says that there is nothing to begin with here.
fn nothing(model: &mut Model, why: &str) -> Vec<Effect> {
    model.notice = Some(why.to_owned());
    Vec::new()
}

fn roll_back(model: &mut Model) -> Vec<Effect> {
    let Some(screen) = &model.deployments else {
        return Vec::new();
    };
    let nickname = screen.connection.nickname.clone();
    let to = match (screen.pane, screen.tab) {
        (Pane::Stages, _) => {
            let Some(stage) = screen.selected_stage().map(|stage| stage.name.clone()) else {
                return nothing(model, "There is no stage to roll back");
            };
            return plan::open(
                model,
                nickname,
                Intent::RollBack { stage, to: None, with_schema: false },
                None,
            );
        }
        (Pane::Lower, Tab::Exports) => screen.selected_export().and_then(|entry| entry.deployment_id.clone()),
        (Pane::Lower, Tab::Deployments) => {
            screen.selected_deployment().map(|deployment| deployment.id.clone())
        }
        (Pane::Lower, Tab::Api) => None,
    };
    let Some(to) = to else {
        return nothing(model, "Put the cursor on a stage or on a deployment to roll back");
    };
    let options = stages_without(screen, &to).map(|stage| {
        let stage = stage.to_owned();
        (stage.clone(), Intent::RollBack { stage, to: Some(to.clone()), with_schema: false })
    });
    let options: Vec<_> = options.collect();
    if options.is_empty() {
        return nothing(model, &format!("{to} is live on every stage"));
    }
    let about = format!("Which stage gets the deployment {to}?");
    dialog::choose(model, "Roll back", nickname, about, options)
}

/// The stages that a deployment is not live on.
fn stages_without<'a>(screen: &'a DeploymentsScreen, id: &'a str) -> impl Iterator<Item = &'a str> {
    let others = screen.stage_rows().iter().filter(move |stage| stage.deployment_id.as_deref() != Some(id));
    others.map(|stage| stage.name.as_str())
}

fn promote(model: &mut Model) -> Vec<Effect> {
    let Some(screen) = &model.deployments else {
        return Vec::new();
    };
    let stage = screen.selected_stage().filter(|_| screen.pane == Pane::Stages);
    let Some((from, id)) = stage.and_then(|stage| Some((stage.name.clone(), stage.deployment_id.clone()?)))
    else {
        return nothing(model, "Put the cursor on the stage whose deployment is to go live on another one");
    };
    let others = stages_without(screen, &id).map(|to| {
        let to = to.to_owned();
        (to.clone(), Intent::Promote { from: from.clone(), to })
    });
    let options: Vec<_> = others.collect();
    if options.is_empty() {
        return nothing(model, "No other stage lacks what is live on this one");
    }
    let (nickname, about) =
        (screen.connection.nickname.clone(), format!("{id}, live on {from}, goes live on:"));
    dialog::choose(model, "Promote", nickname, about, options)
}

fn end_canary(model: &mut Model) -> Vec<Effect> {
    let Some(screen) = &model.deployments else {
        return Vec::new();
    };
    let stage = screen.selected_stage().filter(|_| screen.pane == Pane::Stages);
    let Some((stage, canary)) = stage.and_then(|stage| Some((stage.name.clone(), stage.canary.clone()?)))
    else {
        return nothing(model, "No canary runs on the stage under the cursor");
    };
    let id = canary.deployment_id.unwrap_or_else(|| "its deployment".to_owned());
    let intent = |promote| Intent::EndCanary { stage: stage.clone(), promote };
    let options = vec![
        (format!("for everybody: {stage} gets {id}"), intent(true)),
        (format!("for nobody: {id} goes, {stage} stays as it is"), intent(false)),
    ];
    let about = format!("{}% of the traffic of {stage} goes to {id}. The canary ends:", canary.percent);
    let nickname = screen.connection.nickname.clone();
    dialog::choose(model, "End the canary", nickname, about, options)
}

fn push_back(model: &mut Model) -> Vec<Effect> {
    let Some(screen) = &model.deployments else {
        return Vec::new();
    };
    let entry = screen.selected_export().filter(|_| screen.pane == Pane::Lower && screen.tab == Tab::Exports);
    let Some(entry) = entry else {
        return nothing(model, "Put the cursor on an entry of the exports");
    };
    let options = push_back_options(entry);
    if options.is_empty() {
        return nothing(model, "The history keeps no schema of this entry that could be pushed");
    }
    let nickname = screen.connection.nickname.clone();
    dialog::choose(
        model,
        "Push back",
        nickname,
        "Which schema goes to the gateway again?".to_owned(),
        options,
    )
}

/// Each schema that the entry keeps, with and without its stage.
fn push_back_options(entry: &HistoryEntry) -> Vec<(String, Intent)> {
    let kept = [
        (Kept::Pushed, entry.pushed.as_ref(), "what was pushed then"),
        // What an import replaced was a file's, which never was on the gateway.
        (
            Kept::Replaced,
            entry.replaced.as_ref().filter(|_| entry.pushed.is_some()),
            "what the gateway had before",
        ),
    ];
    let kept = kept.into_iter().filter_map(|(which, hash, words)| hash.map(|_| (which, words)));
    let options = kept.flat_map(|(which, words)| {
        let option = |stage: Option<String>| {
            let label = match &stage {
                Some(stage) => format!("{words}, and live on {stage}"),
                None => format!("{words}, live on no stage"),
            };
            (label, Intent::PushBack { entry: entry.id.clone(), which, stage })
        };
        let with_stage = entry.target.stage.clone().map(|stage| option(Some(stage)));
        with_stage.into_iter().chain([option(None)]).collect::<Vec<_>>()
    });
    options.collect()
}
