//! What is being done to an API, over its screen: a deploy that is put together, a plan, an import, a write.

use std::borrow::Cow;

use super::deploy::DeployForm;
use super::import::ImportScreen;
use super::panel::Panel;
use super::plan::PlanScreen;
use super::{Effect, Model, Slot, deploy, geometry, import, plan, write};
use crate::input::{Action, Motion, Scope};

/// The screen of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    /// The form of a deploy.
    Deploy(DeployForm),
    /// What a write would do.
    Plan(PlanScreen),
    /// What an import would write.
    Import(ImportScreen),
    /// The write under way, or how the last one ended: [`Model::write`].
    Write,
}

impl Task {
    /// Where its keys are looked up.
    pub(super) fn scope(&self) -> Scope {
        match self {
            Self::Deploy(_) => Scope::Deploy,
            Self::Plan(_) => Scope::Plan,
            Self::Import(_) => Scope::Import,
            Self::Write => Scope::Write,
        }
    }

    fn page_mut(&mut self) -> Option<&mut Panel> {
        match self {
            Self::Plan(screen) => Some(&mut screen.page),
            Self::Import(screen) => Some(&mut screen.page),
            Self::Deploy(_) | Self::Write => None,
        }
    }
}

impl Model {
    /// The text that the task on top shows; nothing for the form, and while there is nothing to show yet.
    pub fn page(&self) -> Option<Cow<'_, Panel>> {
        match self.task.as_ref()? {
            Task::Plan(screen) => screen.plan.value.as_ref().map(|_| Cow::Borrowed(&screen.page)),
            Task::Import(screen) => screen.import.value.as_ref().map(|_| Cow::Borrowed(&screen.page)),
            Task::Write => self.write.as_ref().map(|write| Cow::Owned(write::page(self, write))),
            Task::Deploy(_) => None,
        }
    }

    /// The first line of that text that is in view.
    fn page_scroll(&mut self) -> Option<&mut usize> {
        match self.task.as_mut()? {
            Task::Write => self.write.as_mut().map(|write| &mut write.scroll),
            task => task.page_mut().map(|page| &mut page.scroll),
        }
    }
}

/// What keys do in the task on top.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match &model.task {
        Some(Task::Deploy(_)) => deploy::act(model, action),
        Some(Task::Plan(_)) => plan::act(model, action),
        Some(Task::Import(_)) => import::act(model, action),
        Some(Task::Write) => write::act(model, action),
        None => Vec::new(),
    }
}

/// Scrolls the text; [`reveal`] keeps its end in view.
pub(super) fn go(model: &mut Model, motion: Motion) {
    let page = usize::from(geometry::page_area(model).height);
    if let Some(scroll) = model.page_scroll() {
        *scroll = match motion {
            Motion::Down => scroll.saturating_add(1),
            Motion::Up => scroll.saturating_sub(1),
            Motion::Top => 0,
            Motion::Bottom => usize::MAX,
            Motion::HalfPageDown => scroll.saturating_add(page / 2),
            Motion::HalfPageUp => scroll.saturating_sub(page / 2),
        };
    }
}

/// Keeps what matters in view.
pub(super) fn reveal(model: &mut Model) {
    if let Some(Task::Deploy(_)) = &model.task {
        return deploy::reveal(model);
    }
    let (height, columns) = (usize::from(geometry::page_area(model).height), geometry::page_columns(model));
    let lines = model.page().map_or(0, |page| page.height(columns));
    if let Some(scroll) = model.page_scroll() {
        *scroll = (*scroll).min(lines.saturating_sub(height));
    }
}

/// Leaves the task on top; a form in which something was typed only when asked twice.
pub(super) fn back(model: &mut Model) -> Vec<Effect> {
    match &model.task {
        Some(Task::Deploy(_)) => deploy::act(model, Action::Back),
        _ => close(model),
    }
}

/// Leaves the task on top; a write goes on.
pub(super) fn close(model: &mut Model) -> Vec<Effect> {
    model.mark_dirty();
    match model.task.take() {
        Some(Task::Plan(screen)) => model.task = screen.into_form().map(Task::Deploy),
        Some(Task::Write) => write::unwatched(model),
        _ => {}
    }
    abandon(model)
}

/// Leaves it with everything below it that belongs to it.
pub(super) fn close_all(model: &mut Model) -> Vec<Effect> {
    model.task = None;
    abandon(model)
}

fn abandon(model: &mut Model) -> Vec<Effect> {
    model.questions.abandon(|open| matches!(open.slot, Slot::Plan | Slot::PlanImport | Slot::Revisions))
}

/// Whether an action makes sense right now.
pub(super) fn available(model: &Model, action: Action) -> bool {
    match (&model.task, action) {
        (Some(Task::Plan(screen)), Action::Explain) => screen.plan.problem.is_some(),
        (Some(Task::Import(screen)), Action::Explain) => screen.import.problem.is_some(),
        (_, Action::Filter | Action::Explain) => false,
        (Some(Task::Plan(screen)), _) => plan::available(model, screen, action),
        (Some(Task::Import(screen)), Action::Enter) => screen.can_be_saved(),
        (Some(Task::Write), _) => write::available(model, action),
        _ => true,
    }
}
