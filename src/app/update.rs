//! One message in, the model changed, effects out.

use crossterm::event::KeyCode;

use super::leaving::{back, cancel, quit};
use super::panel::help_panel;
use super::settle::settle;
use super::{
    Asker, Command, Effect, List, Message, Model, Overlay, Palette, Pane, Slot, Tab, Task, TrialPanel,
    connections, deploy, deployments, dialog, form, geometry, metrics, mouse, policies, schedule, task,
    write,
};
use crate::input::{Action, Key, Motion, resolve};

/// Changes the model by what happened, and tells what to do about it.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    model.questions.ask_for(match &message {
        Message::Key(_) | Message::Paste(_) | Message::Mouse(_) => Asker::Person,
        Message::Replied(id, _) => model.questions.asker_of(*id),
        _ => Asker::Timer,
    });
    let effects = match message {
        Message::Clock(now) => schedule::tick(model, now),
        Message::Key(key) => {
            touch(model);
            press(model, key)
        }
        Message::Paste(pasted) => {
            touch(model);
            if model.overlay.is_none() && model.form.is_some() {
                form::paste(model, &pasted.0)
            } else if model.overlay.is_none() && matches!(model.task, Some(Task::Deploy(_))) {
                deploy::paste(model, &pasted.0)
            } else {
                type_text(model, &pasted.0);
                Vec::new()
            }
        }
        Message::Mouse(event) => {
            touch(model);
            mouse::act(model, event)
        }
        Message::Resized(width, height) => {
            model.size = (width, height);
            model.mark_dirty();
            Vec::new()
        }
        Message::Focused(focused) => {
            model.focused = focused;
            model.mark_dirty();
            schedule::tick(model, model.now)
        }
        Message::Progressed(id, items) => {
            if model.questions.progress(id, items) {
                model.mark_dirty();
            }
            Vec::new()
        }
        Message::Stepped(id, progress) => {
            if model.questions.find(&Slot::CarryOut).is_some_and(|open| open.id == id) {
                write::step(model, progress);
            }
            Vec::new()
        }
        Message::Replied(id, reply) => settle(model, id, reply),
        Message::Metered(usage) => {
            if model.usage != usage {
                model.mark_dirty();
            }
            model.usage = usage;
            Vec::new()
        }
    };
    reveal(model);
    effects
}

fn touch(model: &mut Model) {
    model.touched_at = model.now;
}

fn reveal(model: &mut Model) {
    match (&model.metrics, &model.deployments) {
        _ if model.form.is_some() => form::reveal(model),
        _ if model.task.is_some() => task::reveal(model),
        (Some(_), _) => metrics::reveal(model),
        (None, Some(_)) => deployments::reveal(model),
        (None, None) => connections::reveal(model),
    }
    let (lines, columns) = (geometry::panel_lines(model), geometry::panel_columns(model));
    match &mut model.overlay {
        Some(Overlay::Palette(palette)) => palette.list.reveal(lines.saturating_sub(1), |_| 1),
        Some(Overlay::Picker(picker)) => picker.list.reveal(lines.saturating_sub(1), |_| 1),
        Some(other) => {
            if let Some(panel) = other.panel_mut() {
                panel.scroll = panel.scroll.min(panel.height(columns).saturating_sub(lines));
            }
        }
        None => {}
    }
}

fn press(model: &mut Model, key: Key) -> Vec<Effect> {
    let scope = model.scope();
    if let Some(action) = resolve(scope, key) {
        model.mark_dirty();
        model.notice = None;
        if action != Action::Cancel {
            model.quit_armed = false;
        }
        return act(model, action);
    }
    if model.overlay.is_none() && model.form.is_some() {
        return match (key.typed(), key.code) {
            (Some(character), _) => form::type_character(model, character),
            (None, KeyCode::Backspace) => form::erase(model),
            _ => Vec::new(),
        };
    }
    if model.overlay.is_none() && matches!(model.task, Some(Task::Deploy(_))) {
        return match (key.typed(), key.code) {
            (Some(character), _) => deploy::type_character(model, character),
            (None, KeyCode::Backspace) => deploy::erase(model),
            _ => Vec::new(),
        };
    }
    if let Some(character) = key.typed() {
        type_text(model, character.encode_utf8(&mut [0; 4]));
    } else if key.code == KeyCode::Backspace {
        erase(model);
    }
    Vec::new()
}

fn erase(model: &mut Model) {
    if let Some(Overlay::Dialog(dialog)) = &mut model.overlay {
        dialog.erase();
        model.mark_dirty();
        return;
    }
    edit_filter(model, List::erase);
}

fn type_text(model: &mut Model, text: &str) {
    if let Some(Overlay::Dialog(dialog)) = &mut model.overlay {
        dialog.insert(text);
        model.mark_dirty();
        return;
    }
    edit_filter(model, |list| list.type_text(text));
}

/// Changes the filter that takes the typing, if one does, and finds the rows anew.
fn edit_filter(model: &mut Model, edit: impl FnOnce(&mut List)) {
    match (&mut model.overlay, &mut model.deployments) {
        (Some(Overlay::Palette(palette)), _) => {
            edit(&mut palette.list);
            palette.arrange_rows();
        }
        (Some(Overlay::Picker(picker)), _) => {
            edit(&mut picker.list);
            picker.arrange_rows();
        }
        (None, _) if model.form.is_some() || model.task.is_some() => return,
        (None, Some(_)) if model.metrics.as_ref().is_some_and(|screen| screen.route_list.is_typing()) => {
            metrics::edit_filter(model, edit);
        }
        (None, Some(screen)) if screen.focused_list().is_typing() => {
            edit(screen.typing_list());
            screen.arrange_focused();
        }
        (None, None) if model.home.list.is_typing() => {
            edit(&mut model.home.list);
            connections::arrange_rows(model);
        }
        _ => return,
    }
    model.mark_dirty();
}

/// Does what an action says, in whatever is on top.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Cancel => return cancel(model),
        Action::Suspend => return vec![Effect::Suspend],
        Action::Back => return back(model),
        _ => {}
    }
    match &mut model.overlay {
        Some(Overlay::Policies(_)) if !matches!(action, Action::Move(_)) => policies::act(model, action),
        Some(Overlay::Panel(_) | Overlay::Trial(_) | Overlay::Policies(_) | Overlay::Asked(_)) => {
            act_in_panel(model, action)
        }
        Some(Overlay::Palette(_)) => act_in_palette(model, action),
        Some(Overlay::Picker(_)) => deploy::act_in_picker(model, action),
        Some(Overlay::Dialog(_)) => dialog::act(model, action),
        None if model.form.is_some() => form::act(model, action),
        None if matches!(model.task, Some(Task::Deploy(_))) => deploy::act(model, action),
        None => act_on_screen(model, action),
    }
}

fn act_on_screen(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Action::Enter = action
        && model.task.is_none()
        && model.focused_list().is_typing()
    {
        edit_filter(model, |list| list.set_typing(false));
        return Vec::new();
    }
    match action {
        Action::Quit => return quit(model),
        Action::Help => model.overlay = Some(Overlay::Panel(help_panel(model.scope()))),
        Action::Palette => model.overlay = Some(Overlay::Palette(Palette::new(model))),
        Action::ToggleMouse => {
            model.mouse = !model.mouse;
            let held = if model.mouse { "apigw takes the mouse" } else { "The mouse selects text again" };
            model.notice = Some(held.to_owned());
            return vec![Effect::CaptureMouse(model.mouse)];
        }
        Action::Move(motion) => move_cursor(model, motion),
        Action::Filter if !available(model, action) => {}
        Action::Filter => start_filter(model),
        Action::Explain if !available(model, action) => {
            model.notice = Some("No read failed here: there is no problem to tell".to_owned());
        }
        Action::ShowWrite => return write::show(model),
        _ if model.task.is_some() => return task::act(model, action),
        _ if model.metrics.is_some() => return metrics::act(model, action),
        Action::Metrics => return metrics::open(model),
        _ if model.deployments.is_some() => return deployments::act(model, action),
        _ => return connections::act(model, action),
    }
    Vec::new()
}

fn start_filter(model: &mut Model) {
    match (&mut model.metrics, &mut model.deployments) {
        (Some(screen), _) => screen.route_list.set_typing(true),
        (None, Some(screen)) => screen.typing_list().set_typing(true),
        (None, None) => model.home.list.set_typing(true),
    }
}

fn move_cursor(model: &mut Model, motion: Motion) {
    model.mark_dirty();
    if model.task.is_some() {
        return task::go(model, motion);
    }
    if model.metrics.is_some() {
        return metrics::go(model, motion);
    }
    let areas = geometry::deployments_areas(model);
    let Model { deployments, home, connections, .. } = model;
    match deployments {
        Some(screen) if screen.pane == Pane::Stages => {
            let stages = screen.api.value.as_ref().map_or(&[][..], |read| &read.stages);
            screen.stages.go(motion, usize::from(areas.stages.height), |index| &stages[index].name);
        }
        Some(screen) if screen.tab == Tab::Api => screen.scroll_api(motion, usize::from(areas.lower.height)),
        Some(screen) if screen.tab == Tab::Exports => {
            let rows = screen.exports.value.as_deref().unwrap_or_default();
            screen.export_list.go(motion, usize::from(areas.lower.height), |index| &rows[index].id);
        }
        Some(screen) => {
            let rows = screen.deployments.value.as_deref().unwrap_or_default();
            screen.history.go(motion, usize::from(areas.lower.height), |index| &rows[index].id);
        }
        None => {
            let page = usize::from(geometry::frame(model.size).body.height);
            home.list.go(motion, page, |index| &connections[index].nickname);
        }
    }
}

fn act_in_panel(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = geometry::panel_lines(model);
    let Some(panel) = model.overlay.as_mut().and_then(Overlay::panel_mut) else {
        return Vec::new();
    };
    match action {
        Action::Move(Motion::Down) => panel.scroll = panel.scroll.saturating_add(1),
        Action::Move(Motion::Up) => panel.scroll = panel.scroll.saturating_sub(1),
        Action::Move(Motion::Top) => panel.scroll = 0,
        Action::Move(Motion::Bottom) => panel.scroll = usize::MAX,
        Action::Move(Motion::HalfPageDown) => panel.scroll = panel.scroll.saturating_add(page / 2),
        Action::Move(Motion::HalfPageUp) => panel.scroll = panel.scroll.saturating_sub(page / 2),
        Action::CopyUrl => {
            if let Some((name, text)) = panel.copy.clone() {
                return copy(model, name, text);
            }
        }
        _ => {}
    }
    Vec::new()
}

fn act_in_palette(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = geometry::panel_lines(model);
    let Some(Overlay::Palette(palette)) = &mut model.overlay else {
        return Vec::new();
    };
    match action {
        Action::Move(motion) => {
            let items = &palette.items;
            palette.list.go(motion, page, |index| &items[index].label);
            Vec::new()
        }
        Action::Enter => {
            let chosen = palette.chosen();
            model.overlay = None;
            match chosen {
                Some(Command::Act(action)) => act(model, action),
                Some(Command::Open(nickname)) => deployments::open(model, &nickname),
                None => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

/// Sends text to the clipboard and says so; whether it arrived only the terminal knows.
pub(super) fn copy(model: &mut Model, name: &str, text: String) -> Vec<Effect> {
    model.notice = Some(format!("Sent {name} to the terminal's clipboard"));
    vec![Effect::Copy(text)]
}

/// Whether an action makes sense right now, so that footer and palette offer it.
pub fn available(model: &Model, action: Action) -> bool {
    if let Some(Overlay::Panel(panel) | Overlay::Trial(TrialPanel { panel })) = &model.overlay {
        return action != Action::CopyUrl || panel.copy.is_some();
    }
    if let Some(Overlay::Asked(_)) = &model.overlay {
        return action != Action::CopyUrl;
    }
    if action == Action::ShowWrite && model.write.is_none() {
        return false;
    }
    if model.overlay.is_some() || model.form.is_some() {
        return true;
    }
    if model.task.is_some() {
        return task::available(model, action);
    }
    if model.focused_list().is_typing() {
        return true;
    }
    match (&model.metrics, &model.deployments) {
        (Some(screen), _) => metrics::available(model, screen, action),
        (None, Some(screen)) => deployments::available(screen, action),
        (None, None) => connections::available(model, action),
    }
}
