//! The revisions of a schema file, to be found by typing.

use super::keys;
use crate::app::list::{List, best_matching};
use crate::app::{Effect, Model, Overlay, Question, Remote, Slot, Task, geometry};
use crate::domain::{Problem, Revision, RevisionKind};
use crate::input::Action;

/// State of the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picker {
    /// Every revision, the working tree first.
    pub revisions: Remote<Vec<Revision>>,
    /// What matches; its filter is what was typed.
    pub list: List,
}

impl Picker {
    /// Matches anew, with the cursor on the best.
    pub(in crate::app) fn arrange_rows(&mut self) {
        let revisions = self.revisions.value.as_deref().unwrap_or_default();
        let texts = revisions.iter().map(|revision| {
            let commit = revision.commit.as_deref().unwrap_or_default();
            format!("{} {} {} {commit}", revision.kind.as_str(), revision.name, revision.subject)
        });
        let rows = best_matching(self.list.filter(), texts);
        self.list.set_rows(rows, |index| &revisions[index].name);
        self.list.select(0, |index| &revisions[index].name);
    }

    /// The revision under the cursor, or the one that is typed where none is called so; `None` is the working tree.
    fn chosen(&self) -> Option<String> {
        let revisions = self.revisions.value.as_deref().unwrap_or_default();
        match self.list.selected().and_then(|row| revisions.get(row)) {
            Some(revision) if revision.kind == RevisionKind::WorkingTree => None,
            Some(revision) => Some(revision.name.clone()),
            None => Some(self.list.filter().trim().to_owned()).filter(|typed| !typed.is_empty()),
        }
    }
}

/// Opens the list and asks for it.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some(Task::Deploy(form)) = &model.task else {
        return Vec::new();
    };
    let Some(file) = form.file() else {
        return Vec::new();
    };
    model.overlay = Some(Overlay::Picker(Picker::default()));
    model.mark_dirty();
    model.questions.ask(Question::Revisions(file), model.now)
}

/// Takes the revisions in.
pub(in crate::app) fn settle(model: &mut Model, reply: Result<Vec<Revision>, Problem>) {
    let now = model.now;
    if let Some(Overlay::Picker(picker)) = &mut model.overlay {
        picker.revisions.settle(reply, now);
        picker.arrange_rows();
    }
}

/// What keys do in the list.
pub(in crate::app) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = geometry::panel_lines(model);
    let Some(Overlay::Picker(picker)) = &mut model.overlay else {
        return Vec::new();
    };
    match action {
        Action::Move(motion) => {
            let revisions = picker.revisions.value.as_deref().unwrap_or_default();
            picker.list.go(motion, page, |index| &revisions[index].name);
            Vec::new()
        }
        Action::Enter | Action::Plan => {
            let chosen = picker.chosen();
            model.overlay = None;
            if let Some(Task::Deploy(form)) = &mut model.task {
                form.revision = chosen;
            }
            let mut effects = model.questions.abandon(|open| open.slot == Slot::Revisions);
            if action == Action::Plan {
                effects.extend(keys::start(model));
            }
            effects
        }
        _ => Vec::new(),
    }
}
