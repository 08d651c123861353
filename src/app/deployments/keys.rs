//! What the screen's keys do.

use super::super::panel::{console_panel, deployment_panel, problems_panel};
use super::super::{Effect, Model, Overlay, details, dialog, form, geometry, update};
use super::exports::{self, entry_panel};
use super::reads::{Depth, ask_domains_once, refresh};
use super::{DeploymentsScreen, Pane, StageOrder, Tab, writes};
use crate::domain::links;
use crate::input::Action;

/// What the screen's own keys do.
pub(in crate::app) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(screen) = &mut model.deployments else {
        return Vec::new();
    };
    match action {
        Action::Enter => return enter(model),
        Action::NextPane | Action::PreviousPane => {
            screen.focus(match screen.pane {
                Pane::Stages => Pane::Lower,
                Pane::Lower => Pane::Stages,
            });
        }
        Action::Deploy
        | Action::Import
        | Action::RollBack
        | Action::Promote
        | Action::EndCanary
        | Action::PushBack => return writes::act(model, action),
        Action::Mark | Action::Compare | Action::ShowSchema => return exports::act(model, action),
        Action::Tab(2) => return show_tab(model, Tab::Exports),
        Action::Tab(3) => return show_tab(model, Tab::Api),
        Action::Tab(_) => return show_tab(model, Tab::Deployments),
        Action::Refresh => return refresh(model, Depth::Full),
        Action::SortStages => model.notice = Some(sort(screen).to_owned()),
        Action::CopyId | Action::CopyUrl => {
            return if let Some((name, text)) = copied(screen, action) {
                update::copy(model, name, text)
            } else {
                model.notice = Some("There is nothing to copy here".to_owned());
                Vec::new()
            };
        }
        Action::Console => model.overlay = Some(Overlay::Panel(console_panel(console_of(screen)))),
        Action::Edit => {
            let connection = screen.connection.clone();
            return form::edit(model, &connection);
        }
        Action::Delete => {
            let connection = screen.connection.clone();
            dialog::delete(model, connection);
        }
        Action::Explain => {
            let panel = problems_panel(&screen.problems());
            model.overlay = panel.map(Overlay::Panel);
        }
        _ => {}
    }
    Vec::new()
}

/// Orders the stages the other way, and tells which.
fn sort(screen: &mut DeploymentsScreen) -> &'static str {
    let (order, told) = match screen.order {
        StageOrder::Name => (StageOrder::Worst, "Stages in order of trouble, the worst first"),
        StageOrder::Worst => (StageOrder::Name, "Stages in order of their names"),
    };
    screen.order = order;
    screen.arrange_stages();
    told
}

/// The console's address of what is under the cursor.
fn console_of(screen: &DeploymentsScreen) -> String {
    let connection = &screen.connection;
    let (api_type, id, region) = (connection.api_type, &connection.api_id, &connection.region);
    match screen.selected_stage() {
        Some(stage) if screen.pane == Pane::Stages => links::console_stage(api_type, id, region, &stage.name),
        _ => links::console_api(api_type, id, region),
    }
}

/// Shows a tab and moves the focus to it.
pub(in crate::app) fn show_tab(model: &mut Model, tab: Tab) -> Vec<Effect> {
    let Some(screen) = &mut model.deployments else {
        return Vec::new();
    };
    screen.focus(Pane::Lower);
    screen.tab = tab;
    model.mark_dirty();
    if tab == Tab::Api { ask_domains_once(model) } else { Vec::new() }
}

/// What `y` and `Y` copy in the focused pane, and what to call it.
fn copied(screen: &DeploymentsScreen, action: Action) -> Option<(&'static str, String)> {
    let connection = &screen.connection;
    let api_arn = links::api_arn(connection.api_type, &connection.api_id, &connection.region);
    match (screen.pane, screen.tab, action) {
        (Pane::Stages, _, Action::CopyId) => {
            Some(("the deployment id", screen.selected_stage()?.deployment_id.clone()?))
        }
        (Pane::Stages, ..) => Some(("the invoke URL", screen.selected_stage()?.invoke_url.clone())),
        (Pane::Lower, Tab::Deployments, Action::CopyId) => {
            Some(("the deployment id", screen.selected_deployment()?.id.clone()))
        }
        (Pane::Lower, Tab::Deployments, _) => Some((
            "the deployment's ARN",
            format!("{api_arn}/deployments/{}", screen.selected_deployment()?.id),
        )),
        (Pane::Lower, Tab::Exports, Action::CopyId) => {
            Some(("the deployment id", screen.selected_export()?.deployment_id.clone()?))
        }
        (Pane::Lower, Tab::Exports, _) => Some(("the entry's id", screen.selected_export()?.id.clone())),
        (Pane::Lower, Tab::Api, Action::CopyId) => Some(("the API id", connection.api_id.clone())),
        (Pane::Lower, Tab::Api, _) => Some(("the API's ARN", api_arn)),
    }
}

/// Folds or expands the stage, or shows the deployment or the entry whole.
fn enter(model: &mut Model) -> Vec<Effect> {
    let Some(screen) = &model.deployments else {
        return Vec::new();
    };
    if screen.pane == Pane::Stages {
        return fold(model);
    }
    let panel = match screen.tab {
        Tab::Deployments => screen.selected_deployment().map(|deployment| {
            let entry = screen.entry_of(&deployment.id);
            deployment_panel(model, deployment, &screen.stages_of(&deployment.id), entry)
        }),
        Tab::Exports => screen.selected_export().map(|entry| entry_panel(model, entry)),
        Tab::Api => None,
    };
    model.overlay = panel.map(Overlay::Panel);
    Vec::new()
}

fn fold(model: &mut Model) -> Vec<Effect> {
    let Some(screen) = &mut model.deployments else {
        return Vec::new();
    };
    let Some(name) = screen.selected_stage().map(|stage| stage.name.clone()) else {
        return Vec::new();
    };
    if screen.expanded.remove(&name) {
        return Vec::new();
    }
    screen.expanded.insert(name);
    ask_domains_once(model)
}

/// Whether an action makes sense right now.
pub(in crate::app) fn available(screen: &DeploymentsScreen, action: Action) -> bool {
    let on_stage = screen.pane == Pane::Stages && screen.selected_stage().is_some();
    let lower = screen.pane == Pane::Lower;
    let on_row = match screen.tab {
        Tab::Deployments => screen.selected_deployment().is_some(),
        Tab::Exports => screen.selected_export().is_some(),
        Tab::Api => false,
    };
    match action {
        Action::Explain => !screen.problems().is_empty(),
        Action::Enter => on_stage || (lower && on_row),
        Action::Metrics => screen.selected_stage().is_some(),
        Action::SortStages => screen.stage_rows().len() > 1,
        Action::CopyId | Action::CopyUrl => on_stage || (lower && (on_row || screen.tab == Tab::Api)),
        Action::Filter => !lower || screen.tab != Tab::Api,
        Action::Deploy => !screen.connection.read_only,
        Action::RollBack => !screen.connection.read_only && (on_stage || (lower && on_row)),
        Action::Promote => !screen.connection.read_only && on_stage,
        Action::EndCanary => on_stage && screen.selected_stage().is_some_and(|stage| stage.canary.is_some()),
        Action::Mark | Action::Compare | Action::PushBack | Action::ShowSchema => {
            exports::available(screen, action)
        }
        _ => true,
    }
}

/// Keeps both cursors in view.
pub(in crate::app) fn reveal(model: &mut Model) {
    let areas = geometry::deployments_areas(model);
    let heights: Vec<usize> = match &model.deployments {
        Some(screen) => {
            screen.stage_rows().iter().map(|stage| details::stage_height(model, screen, stage)).collect()
        }
        None => return,
    };
    let lower = usize::from(areas.lower.height);
    let api_lines: usize = model.api_details().iter().map(|detail| detail.lines.len()).sum();
    if let Some(screen) = &mut model.deployments {
        screen.api_offset = screen.api_offset.min(api_lines.saturating_sub(lower));
        screen.stages.reveal(usize::from(areas.stages.height), |row| heights.get(row).copied().unwrap_or(1));
        screen.history.reveal(lower, |_| 1);
        screen.export_list.reveal(lower, |_| 1);
    }
}
