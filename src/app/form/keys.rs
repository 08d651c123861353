//! What keys, pastes and clicks do in the form.

use super::draft::other;
use super::lists::focus;
use super::{AuthKind, Field, Form, FormRow, Kind, SecretState, close, save};
use crate::app::policies::{self, Subject};
use crate::app::text_field::TextField;
use crate::app::{Effect, Model, Slot, trial};
use crate::input::{Action, Motion};

/// What an action does in the form.
pub(in crate::app) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    if action != Action::Back
        && let Some(form) = &mut model.form
    {
        form.leaving = false;
    }
    match action {
        Action::Back => leave(model),
        Action::NextField => step(model, 1),
        Action::PreviousField => step(model, -1),
        Action::Move(motion) => go(model, motion),
        Action::Left => turn(model, -1, TextField::left),
        Action::Right => turn(model, 1, TextField::right),
        Action::FarLeft => turn(model, 0, TextField::go_to_start),
        Action::FarRight => turn(model, 0, TextField::go_to_end),
        Action::ClearField => edit(model, Form::clear),
        Action::Enter => enter(model),
        Action::Save => save::start(model),
        Action::Test => test(model),
        Action::Policies => show_policies(model),
        _ => Vec::new(),
    }
}

/// Leaves the form; where something was typed, only when asked twice.
pub(in crate::app) fn leave(model: &mut Model) -> Vec<Effect> {
    let Some(form) = &mut model.form else {
        return Vec::new();
    };
    if model.questions.find(&Slot::Save).is_some() {
        model.notice = Some("Saving; the form closes when that is done".to_owned());
        return Vec::new();
    }
    if form.touched && !form.leaving {
        form.leaving = true;
        model.notice = Some("esc again leaves; nothing is saved".to_owned());
        return Vec::new();
    }
    close(model)
}

/// Moves the focus by so many fields, and tells what is wrong with the one it leaves.
fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let Some(form) = &model.form else {
        return Vec::new();
    };
    let fields = form.fields();
    let here = fields.iter().position(|field| *field == form.focus).unwrap_or(0);
    let next = here.saturating_add_signed(by).min(fields.len().saturating_sub(1));
    let field = fields.get(next).copied().unwrap_or(Field::Nickname);
    go_to(model, field)
}

fn go_to(model: &mut Model, field: Field) -> Vec<Effect> {
    let Some(left) = model.form.as_ref().map(|form| form.focus) else {
        return Vec::new();
    };
    if left == field {
        return Vec::new();
    }
    // What was not filled in yet is told when it is saved.
    if model.form.as_ref().is_some_and(|form| form.is_filled_in(left)) {
        tell_errors(model, &[left]);
    }
    focus(model, field)
}

/// Notes what is wrong with fields, or that nothing is any more.
pub(super) fn tell_errors(model: &mut Model, fields: &[Field]) {
    let Some(form) = &model.form else {
        return;
    };
    let found: Vec<_> = fields.iter().map(|field| (*field, form.check(model, *field).err())).collect();
    if let Some(form) = &mut model.form {
        for (field, error) in found {
            match error {
                Some(error) => form.errors.insert(field, error),
                None => form.errors.remove(&field),
            };
        }
    }
}

/// Up and down go through the focused field's list, and through the fields where there is none.
fn go(model: &mut Model, motion: Motion) -> Vec<Effect> {
    let Some(form) = &mut model.form else {
        return Vec::new();
    };
    let last = form.list.rows().len().saturating_sub(1);
    let ends = match motion {
        Motion::Up => form.list.cursor() == 0,
        Motion::Down => form.list.cursor() == last,
        _ => false,
    };
    if form.focus.kind() == Kind::Pick && !form.list.rows().is_empty() && !ends {
        let offers = form.offers(form.focus);
        form.moved = true;
        form.list.go(motion, super::rows::LIST_ROWS * 2, |index| &offers[index].value);
        return Vec::new();
    }
    match motion {
        Motion::Down => step(model, 1),
        Motion::Up => step(model, -1),
        Motion::HalfPageDown => step(model, 8),
        Motion::HalfPageUp => step(model, -8),
        Motion::Top => step(model, isize::MIN),
        Motion::Bottom => step(model, isize::MAX),
    }
}

/// Left and right: through a choice, or in a text.
fn turn(model: &mut Model, by: isize, in_text: fn(&mut TextField)) -> Vec<Effect> {
    let Some(form) = &mut model.form else {
        return Vec::new();
    };
    match form.focus.kind() {
        Kind::Choice if by != 0 => edit(model, |form| form.choose(by)),
        Kind::Tick if by != 0 => edit(model, |form| form.switch(form.focus)),
        Kind::Text | Kind::Pick => {
            let field = form.focus;
            in_text(form.texts.entry(field).or_default());
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Changes the focused field. What was wrong with it is looked at again when it is left.
fn edit(model: &mut Model, change: impl FnOnce(&mut Form)) -> Vec<Effect> {
    if let Some(form) = &mut model.form {
        form.touched = true;
        form.leaving = false;
        form.typed = true;
        form.moved = false;
        form.saving = false;
        form.errors.remove(&form.focus);
        change(form);
        form.arrange_list();
        model.mark_dirty();
    }
    Vec::new()
}

/// Enter chooses, presses, or goes on.
fn enter(model: &mut Model) -> Vec<Effect> {
    let Some(form) = &model.form else {
        return Vec::new();
    };
    match form.focus {
        Field::Save => return save::start(model),
        Field::More => return edit(model, |form| form.switch(Field::More)),
        Field::Api if form.apis.problem.is_some() => return focus(model, Field::Api),
        _ => {}
    }
    if form.focus.kind() == Kind::Pick
        && form.marked.is_empty()
        && let Some(offer) = form.meant()
    {
        edit(model, |form| form.take(&offer.value));
    }
    step(model, 1)
}

/// A character that was typed.
pub(in crate::app) fn type_character(model: &mut Model, character: char) -> Vec<Effect> {
    let Some(form) = &model.form else {
        return Vec::new();
    };
    let field = form.focus;
    match (field.kind(), character) {
        (Kind::Text | Kind::Secret, _) => edit(model, |form| form.insert(&character.to_string())),
        (Kind::Pick, ' ') if field == Field::Api && form.can_mark() && form.offered().is_some() => {
            mark(model)
        }
        (Kind::Pick, _) => edit(model, |form| form.insert(&character.to_string())),
        (Kind::Choice, ' ') => edit(model, |form| form.choose(1)),
        (Kind::Tick, ' ') => edit(model, |form| form.switch(field)),
        (Kind::Button, ' ') => enter(model),
        _ => Vec::new(),
    }
}

/// Text that was pasted; blanks and line breaks around it are the clipboard's, not the value's.
pub(in crate::app) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    let text = text.trim();
    match model.form.as_ref().map(|form| form.focus.kind()) {
        Some(Kind::Text | Kind::Pick | Kind::Secret) if !text.is_empty() => {
            edit(model, |form| form.insert(text))
        }
        _ => Vec::new(),
    }
}

/// Takes back the last character.
pub(in crate::app) fn erase(model: &mut Model) -> Vec<Effect> {
    edit(model, |form| {
        let field = form.focus;
        match field.kind() {
            Kind::Text | Kind::Pick => form.texts.entry(field).or_default().erase(),
            Kind::Secret => form.secrets.entry(field).or_default().erase(),
            _ => {}
        }
    })
}

/// Marks the API under the cursor, or takes its mark away.
fn mark(model: &mut Model) -> Vec<Effect> {
    let Some(form) = &mut model.form else {
        return Vec::new();
    };
    let Some(offer) = form.offered() else {
        return Vec::new();
    };
    match form.marked.iter().position(|id| *id == offer.value) {
        Some(index) => {
            form.marked.remove(index);
        }
        None => form.marked.push(offer.value),
    }
    form.suggest_nickname();
    form.touched = true;
    form.errors.remove(&Field::Api);
    form.errors.remove(&Field::Nickname);
    model.mark_dirty();
    Vec::new()
}

impl Form {
    fn insert(&mut self, text: &str) {
        let field = self.focus;
        if field.kind() == Kind::Secret {
            self.secrets.entry(field).or_default().insert(text);
        } else {
            self.texts.entry(field).or_default().insert(text);
        }
    }

    fn clear(&mut self) {
        let field = self.focus;
        if field == Field::Api {
            self.marked.clear();
        }
        match field.kind() {
            Kind::Secret => self.secrets.entry(field).or_default().clear(),
            Kind::Text | Kind::Pick => self.texts.entry(field).or_default().clear(),
            _ => {}
        }
    }

    /// Takes the next choice, or the one before.
    fn choose(&mut self, by: isize) {
        if self.focus == Field::ApiType {
            self.api_type = other(self.api_type);
            return;
        }
        let kinds = AuthKind::ALL;
        let here = kinds.iter().position(|kind| *kind == self.auth).unwrap_or(0);
        let next = (here as isize + by).rem_euclid(kinds.len() as isize) as usize;
        self.auth = kinds[next];
    }

    fn switch(&mut self, field: Field) {
        match field {
            Field::Protected => self.protected = !self.protected,
            Field::ReadOnly => self.read_only = !self.read_only,
            Field::More => self.more = !self.more,
            Field::Can(capability) if self.capabilities.contains(&capability) => {
                self.capabilities.retain(|ticked| *ticked != capability);
            }
            Field::Can(capability) => self.capabilities.push(capability),
            _ => {}
        }
    }

    /// Takes what was chosen from the list, and what follows from it where nothing was typed yet.
    fn take(&mut self, value: &str) {
        let field = self.focus;
        self.set_text(field, value);
        self.typed = false;
        match field {
            Field::Api => self.suggest_nickname(),
            Field::Profile | Field::SourceProfile if self.text(Field::Region).is_empty() => {
                let profiles = self.profiles.value.iter().flatten();
                let region = profiles.filter(|profile| profile.name == value).find_map(|p| p.region.clone());
                self.set_text(Field::Region, &region.unwrap_or_default());
            }
            _ => {}
        }
    }

    /// A connection to one API is called like it, unless it was called something already.
    fn suggest_nickname(&mut self) {
        if let [id] = &self.api_ids()[..]
            && self.text(Field::Nickname).is_empty()
            && !self.api_name(id).is_empty()
        {
            let nickname = crate::domain::nickname_for(self.api_name(id), id, &self.taken());
            self.set_text(Field::Nickname, &nickname);
            self.errors.remove(&Field::Nickname);
        }
    }
}

/// Shows what is wrong with the first of these fields that is not right, and gives it the focus.
pub(super) fn first_broken(model: &mut Model, fields: &[Field]) -> Option<Vec<Effect>> {
    tell_errors(model, fields);
    let form = model.form.as_mut()?;
    let broken = *fields.iter().find(|field| form.errors.contains_key(field))?;
    if !form.fields().contains(&broken) {
        form.more = true;
    }
    let wrong = fields.iter().filter(|field| form.errors.contains_key(field)).count();
    model.notice = Some(match wrong {
        1 => format!("{} is not right yet", broken.label()),
        _ => format!("{wrong} fields are not right yet"),
    });
    Some(focus(model, broken))
}

/// Tests what is typed so far.
fn test(model: &mut Model) -> Vec<Effect> {
    let Some(fields) = model.form.as_ref().map(Form::login_fields) else {
        return Vec::new();
    };
    if let Some(effects) = first_broken(model, &fields) {
        return effects;
    }
    let Some(trial) = model.form.as_ref().map(Form::trial) else {
        return Vec::new();
    };
    let name = model.form.as_ref().map(|form| form.text(Field::Nickname).to_owned()).unwrap_or_default();
    trial::start(model, &name, trial)
}

fn show_policies(model: &mut Model) -> Vec<Effect> {
    if let Some(effects) = first_broken(model, &[Field::Region]) {
        return effects;
    }
    let Some(form) = &model.form else {
        return Vec::new();
    };
    let login = form.login();
    let subject = Subject {
        api_type: form.api_type,
        api_ids: form.api_ids(),
        sound: form.login_fields().into_iter().all(|field| form.check(model, field).is_ok()),
        login,
    };
    let capabilities = form.capabilities.clone();
    policies::open(model, subject, capabilities)
}

/// A click on a row of the form.
pub(in crate::app) fn point_at(model: &mut Model, row: &FormRow) -> Vec<Effect> {
    let Some(form) = &mut model.form else {
        return Vec::new();
    };
    form.leaving = false;
    match row {
        FormRow::Field(field) => {
            let here = form.focus == *field;
            let effects = go_to(model, *field);
            match field.kind() {
                Kind::Tick => edit(model, |form| form.switch(form.focus)),
                Kind::Choice if here => edit(model, |form| form.choose(1)),
                Kind::Button => enter(model),
                _ => effects,
            }
        }
        FormRow::Offer(row) => {
            let offers = form.offers(form.focus);
            form.list.select(*row, |index| &offers[index].value);
            form.moved = true;
            let marks = form.focus == Field::Api && !form.marked.is_empty();
            if marks { mark(model) } else { enter(model) }
        }
        _ => Vec::new(),
    }
}

impl Form {
    fn is_filled_in(&self, field: Field) -> bool {
        !self.text(field).is_empty() || self.secret_state(field) != SecretState::Missing
    }

    /// Takes over what was ticked in the panel of policies.
    pub(in crate::app) fn set_capabilities(&mut self, capabilities: &[crate::domain::Capability]) {
        if self.capabilities != capabilities {
            self.touched = true;
        }
        self.capabilities = capabilities.to_vec();
    }
}
