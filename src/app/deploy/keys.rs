//! What keys, pastes and clicks do in the form.

use super::fields::choices;
use super::{DeployField, DeployForm, DeployKind, DeployRow, picker};
use crate::app::text_field::TextField;
use crate::app::{Effect, Model, Task, plan, task};
use crate::input::{Action, Motion};

fn form_mut(model: &mut Model) -> Option<&mut DeployForm> {
    match &mut model.task {
        Some(Task::Deploy(form)) => Some(form),
        _ => None,
    }
}

/// What an action does in the form.
pub(in crate::app) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(form) = form_mut(model) else {
        return Vec::new();
    };
    if action == Action::Back {
        return leave(model);
    }
    form.leaving = false;
    match action {
        Action::Plan => return start(model),
        Action::Enter => return enter(model),
        Action::NextField => step(form, 1),
        Action::PreviousField => step(form, -1),
        Action::Move(motion) => go(model, motion),
        Action::Left => turn(model, -1),
        Action::Right => turn(model, 1),
        Action::FarLeft => in_text(form, TextField::go_to_start, super::TextBox::go_to_start),
        Action::FarRight => in_text(form, TextField::go_to_end, super::TextBox::go_to_end),
        Action::ClearField => {
            in_text(form, TextField::clear, super::TextBox::clear);
            form.errors.clear();
        }
        _ => {}
    }
    Vec::new()
}

/// Leaves the form; where something was typed, only when asked twice.
fn leave(model: &mut Model) -> Vec<Effect> {
    if let Some(form) = form_mut(model).filter(|form| form.touched && !form.leaving) {
        form.leaving = true;
        model.notice = Some("esc again leaves; nothing is written".to_owned());
        return Vec::new();
    }
    task::close(model)
}

fn in_text(form: &mut DeployForm, line: fn(&mut TextField), lines: fn(&mut super::TextBox)) {
    if form.focus == DeployField::Description {
        return lines(&mut form.description);
    }
    if let Some(field) = form.field_mut(form.focus) {
        line(field);
    }
}

/// Moves the focus by so many fields.
fn step(form: &mut DeployForm, by: isize) {
    let fields = form.fields();
    let here = fields.iter().position(|field| *field == form.focus).unwrap_or(0);
    let next = here.saturating_add_signed(by).min(fields.len().saturating_sub(1));
    form.focus = fields.get(next).copied().unwrap_or(DeployField::File);
}

/// Up and down go through lines and choices, and through the fields at their ends.
fn go(model: &mut Model, motion: Motion) {
    let by = match motion {
        Motion::Down => 1,
        Motion::Up => -1,
        Motion::HalfPageDown => 8,
        Motion::HalfPageUp => -8,
        Motion::Top => isize::MIN,
        Motion::Bottom => isize::MAX,
    };
    if by.abs() == 1 && choose(model, by) {
        return;
    }
    let Some(form) = form_mut(model) else {
        return;
    };
    let moved = match (form.focus, motion) {
        (DeployField::Description, Motion::Down) => form.description.down(),
        (DeployField::Description, Motion::Up) => form.description.up(),
        _ => false,
    };
    if !moved {
        step(form, by);
    }
}

/// Takes the next choice of the focused field, or the one before; false at the ends and where there is none.
fn choose(model: &mut Model, by: isize) -> bool {
    let Some(focus) =
        form_mut(model).map(|form| form.focus).filter(|focus| focus.kind() == DeployKind::Choice)
    else {
        return false;
    };
    let choices = choices(model, focus);
    let Some(form) = form_mut(model) else {
        return false;
    };
    let here = choices.iter().position(|choice| choice.stage.as_deref() == form.chosen(focus)).unwrap_or(0);
    let next = here.checked_add_signed(by).and_then(|next| choices.get(next));
    let Some(next) = next.map(|choice| choice.stage.clone()) else {
        return false;
    };
    take(form, focus, next);
    true
}

fn take(form: &mut DeployForm, field: DeployField, stage: Option<String>) {
    form.errors.clear();
    match field {
        DeployField::From => form.from = stage,
        _ => form.stage = stage,
    }
}

/// Left and right: through choices, or in a text.
fn turn(model: &mut Model, by: isize) {
    if choose(model, by) {
        return;
    }
    let Some(form) = form_mut(model) else {
        return;
    };
    match form.focus.kind() {
        DeployKind::Tick => form.switch(form.focus),
        _ if by < 0 => in_text(form, TextField::left, super::TextBox::left),
        _ => in_text(form, TextField::right, super::TextBox::right),
    }
}

/// Enter presses, breaks the line, or goes on.
fn enter(model: &mut Model) -> Vec<Effect> {
    let Some(form) = form_mut(model) else {
        return Vec::new();
    };
    match form.focus {
        DeployField::Plan => return start(model),
        DeployField::Revision => return picker::open(model),
        DeployField::Description => form.description.insert("\n"),
        field if field.kind() == DeployKind::Tick => form.switch(field),
        _ => step(form, 1),
    }
    Vec::new()
}

/// A character that was typed.
pub(in crate::app) fn type_character(model: &mut Model, character: char) -> Vec<Effect> {
    let Some(form) = form_mut(model) else {
        return Vec::new();
    };
    match (form.focus.kind(), character) {
        (DeployKind::Button, ' ') => return enter(model),
        (DeployKind::Tick, ' ') => form.switch(form.focus),
        (DeployKind::Text | DeployKind::Lines, _) => insert(form, character.encode_utf8(&mut [0; 4])),
        _ => return Vec::new(),
    }
    model.mark_dirty();
    Vec::new()
}

/// Text that was pasted; blanks and line breaks around one line are the clipboard's, not the value's.
pub(in crate::app) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if let Some(form) = form_mut(model) {
        let lines = form.focus.kind() == DeployKind::Lines;
        insert(form, if lines { text } else { text.trim() });
        model.mark_dirty();
    }
    Vec::new()
}

fn insert(form: &mut DeployForm, text: &str) {
    (form.touched, form.leaving) = (true, false);
    form.errors.remove(&form.focus);
    if form.focus == DeployField::Description {
        form.description.insert(text);
    } else if let Some(field) = form.field_mut(form.focus) {
        field.insert(text);
    }
}

/// Takes back the last character.
pub(in crate::app) fn erase(model: &mut Model) -> Vec<Effect> {
    if let Some(form) = form_mut(model) {
        in_text(form, TextField::erase, super::TextBox::erase);
        model.mark_dirty();
    }
    Vec::new()
}

/// Asks for the plan, unless a field is not right.
pub(super) fn start(model: &mut Model) -> Vec<Effect> {
    let several = choices(model, DeployField::From).len() > 2;
    let Some(form) = form_mut(model) else {
        return Vec::new();
    };
    form.errors.clear();
    for field in form.fields() {
        if let Err(error) = form.check(field) {
            form.errors.insert(field, error.to_owned());
        }
    }
    if form.needs_start() && form.from.is_none() && several {
        let error = "Choose the stage whose configuration fills in what the schema leaves out";
        form.errors.insert(DeployField::From, error.to_owned());
    }
    if let Some(field) = form.errors.keys().next().copied() {
        form.focus = field;
        return Vec::new();
    }
    let (form, nickname) = (form.clone(), form.nickname.clone());
    let intent = form.intent();
    plan::open(model, nickname, intent, Some(form))
}

/// A click on a row of the form.
pub(in crate::app) fn point_at(model: &mut Model, row: &DeployRow) -> Vec<Effect> {
    let Some(form) = form_mut(model) else {
        return Vec::new();
    };
    match row {
        DeployRow::Field(field) => {
            form.focus = *field;
            match field.kind() {
                DeployKind::Tick => form.switch(*field),
                DeployKind::Button => return enter(model),
                _ => {}
            }
        }
        DeployRow::Lines => form.focus = DeployField::Description,
        DeployRow::Choice(choice, _) => take(form, form.focus, choice.stage.clone()),
        _ => {}
    }
    model.mark_dirty();
    Vec::new()
}
