//! What can be chosen: regions, profiles and APIs, asked for when their field gets the focus.

use super::{AuthKind, Field, Form, Kind, Purpose};
use crate::app::list::matching;
use crate::app::{Effect, Model, Open, Question, Slot};
use crate::domain::{ApiType, Login, Problem, regions};
use crate::text;

/// One row of a field's list.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// What choosing it puts into the field.
    pub value: String,
    /// What is shown before the value, where it is called otherwise.
    pub name: String,
    /// What else is known of it.
    pub about: String,
}

impl Form {
    /// Everything that can be chosen for a field.
    pub fn offers(&self, field: Field) -> Vec<Offer> {
        let plain =
            |value: &str| Offer { value: value.to_owned(), name: String::new(), about: String::new() };
        match field {
            Field::Region => {
                let arn = if self.auth == AuthKind::Role { self.text(Field::RoleArn) } else { "" };
                regions(arn).into_iter().map(plain).collect()
            }
            Field::Profile | Field::SourceProfile => {
                let profiles = self.profiles.value.iter().flatten();
                let offer = profiles.map(|profile| {
                    let region = profile.region.iter().map(|region| format!(" · {region}"));
                    let about = std::iter::once(profile.source.clone()).chain(region).collect();
                    Offer { about, ..plain(&profile.name) }
                });
                let none = Offer { name: "none: the environment's credentials".to_owned(), ..plain("") };
                let none = (field == Field::SourceProfile).then_some(none);
                none.into_iter().chain(offer).collect()
            }
            Field::Api => {
                let apis = self.apis.value.iter().flatten();
                let offer = apis.map(|api| {
                    let about = self.connected_as(&api.id).or_else(|| api.description.clone());
                    Offer { name: api.name.clone(), about: about.unwrap_or_default(), ..plain(&api.id) }
                });
                offer.collect()
            }
            _ => Vec::new(),
        }
    }

    /// What an API is called already, so that nobody connects it twice unawares.
    fn connected_as(&self, id: &str) -> Option<String> {
        let region = self.text(Field::Region);
        let known = self.saved.iter().find(|known| known.api_id == id && known.region == region)?;
        Some(format!("connected as {}", known.nickname))
    }

    /// Whether the rows of the API's list can be marked.
    pub fn can_mark(&self) -> bool {
        self.purpose == Purpose::Add
    }

    /// Filters the focused field's list by what was typed into it since it got the focus.
    pub(super) fn arrange_list(&mut self) {
        if self.focus.kind() != Kind::Pick {
            return;
        }
        let offers = self.offers(self.focus);
        let filter = if self.typed { self.text(self.focus).to_owned() } else { String::new() };
        let texts = offers.iter().map(|offer| format!("{} {} {}", offer.value, offer.name, offer.about));
        let rows = matching(&filter, texts);
        self.list.set_rows(rows, |index| &offers[index].value);
        if self.typed && !self.moved {
            let exact = |&row: &usize| offers.get(row).is_some_and(|offer| offer.value == filter);
            let row = self.list.rows().iter().position(exact).unwrap_or(0);
            self.list.select(row, |index| &offers[index].value);
        }
    }

    /// Starts the focused field's list anew, with the cursor on what the field holds.
    fn start_list(&mut self) {
        self.list = crate::app::List::default();
        self.typed = false;
        self.moved = false;
        self.arrange_list();
        let offers = self.offers(self.focus);
        let value = self.text(self.focus);
        if let Some(row) = offers.iter().position(|offer| offer.value == value) {
            self.list.select(row, |index| &offers[index].value);
        }
    }

    /// The row under the cursor of the list.
    pub(super) fn offered(&self) -> Option<Offer> {
        let index = self.list.selected()?;
        self.offers(self.focus).into_iter().nth(index)
    }

    /// What enter takes from the list: nothing where the field holds what is not in it, and nobody looked further.
    pub(super) fn meant(&self) -> Option<Offer> {
        let offer = self.offered()?;
        let value = self.text(self.focus);
        let stays = !self.typed && !self.moved && !value.is_empty() && value != offer.value;
        (!stays).then_some(offer)
    }

    /// What the list of APIs would be asked with, if what it takes is right.
    fn listing(&self, model: &Model) -> Option<(Login, ApiType)> {
        let right = self.login_fields().into_iter().all(|field| self.check(model, field).is_ok());
        right.then(|| (self.login(), self.api_type))
    }
}

/// Gives the focus to a field, and asks for what can be chosen there.
pub(super) fn focus(model: &mut Model, field: Field) -> Vec<Effect> {
    let listing = model.form.as_ref().and_then(|form| form.listing(model));
    let Some(form) = &mut model.form else {
        return Vec::new();
    };
    form.focus = field;
    let effects = match field {
        Field::Profile | Field::SourceProfile if form.profiles.value.is_none() => {
            model.questions.ask(Question::Profiles, model.now)
        }
        Field::Api => ask_apis(model, listing),
        _ => Vec::new(),
    };
    if let Some(form) = &mut model.form {
        form.start_list();
    }
    effects
}

/// Asks for the APIs, unless those of the same credentials are here or on their way. Marks are of one listing.
fn ask_apis(model: &mut Model, listing: Option<(Login, ApiType)>) -> Vec<Effect> {
    let reading = model.questions.find(&Slot::Apis).is_some();
    let Some(form) = &mut model.form else {
        return Vec::new();
    };
    let same = listing.is_some() && form.apis_of == listing;
    if same && (reading || form.apis.problem.is_none()) {
        return Vec::new();
    }
    if !same {
        form.apis = crate::app::Remote::default();
        form.marked.clear();
    }
    form.apis_of.clone_from(&listing);
    let Some((login, api_type)) = listing else {
        return model.questions.abandon(|open| open.slot == Slot::Apis);
    };
    model.questions.ask(Question::Apis(login, api_type), model.now)
}

/// What stands in the place of the focused field's list, or above it.
#[derive(Clone, Debug, PartialEq)]
pub enum ListState<'a> {
    /// There are rows.
    Rows,
    /// They are being read.
    Reading(&'a Open),
    /// They could not be read.
    Failed(&'a Problem),
    /// There is nothing to choose from, and why.
    Nothing(String),
}

impl Model {
    /// The state of the list under the focused field; `None` where the field has none.
    pub fn form_list(&self) -> Option<ListState<'_>> {
        let form = self.form.as_ref().filter(|form| form.focus.kind() == Kind::Pick)?;
        let (slot, problem) = match form.focus {
            Field::Api => (Slot::Apis, form.apis.problem.as_ref()),
            Field::Region => return Some(found(form, "No region is called that: it is taken as typed")),
            _ => (Slot::Profiles, form.profiles.problem.as_ref()),
        };
        let open = self.questions.find(&slot);
        let state = match (open, problem) {
            (Some(open), _) => ListState::Reading(open),
            (None, Some(problem)) => ListState::Failed(problem),
            (None, None) if form.focus == Field::Api && form.apis_of.is_none() => {
                let missing = form.login_fields().into_iter().find(|field| form.check(self, *field).is_err());
                let label = missing.map_or("the credentials", Field::label);
                ListState::Nothing(format!("The APIs are listed once this is right: {label}"))
            }
            (None, None) if form.focus == Field::Api => {
                let kind = form.api_type.label();
                let none = form.apis.value.as_ref().is_some_and(Vec::is_empty);
                let region = text::sanitise(form.text(Field::Region)).into_owned();
                let all = format!("There is no {kind} API in {region} for these credentials");
                found(form, if none { &all } else { "No API is called that: it is taken as its id" })
            }
            (None, None) => found(form, "No profile is called that: it is taken as typed"),
        };
        Some(state)
    }
}

fn found<'a>(form: &Form, nothing: &str) -> ListState<'a> {
    if form.list.rows().is_empty() { ListState::Nothing(nothing.to_owned()) } else { ListState::Rows }
}
