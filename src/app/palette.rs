//! The palette: actions and connections by name.

use super::list::{List, best_matching};
use super::{Model, available};
use crate::input::{Action, Scope, in_scope};

/// State of the palette.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    /// Everything it offers.
    pub items: Vec<PaletteItem>,
    /// What matches; its filter is what was typed.
    pub list: List,
}

/// One line of the palette.
#[derive(Clone, Debug, PartialEq)]
pub struct PaletteItem {
    /// What it does, in words.
    pub label: String,
    /// The key that does the same, where there is one.
    pub key: String,
    /// What it does.
    pub command: Command,
}

/// What a palette entry stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// The same as pressing the action's key.
    Act(Action),
    /// Open the connection of that nickname.
    Open(String),
}

impl Palette {
    /// The palette of the screen below it.
    pub(super) fn new(model: &Model) -> Self {
        let scopes = model.scope().chain().iter().copied();
        let offered = scopes.flat_map(in_scope).filter(|binding| {
            binding.scope != Scope::Everywhere
                && is_worth_naming(binding.action)
                && available(model, binding.action)
        });
        let mut items: Vec<PaletteItem> = offered
            .map(|binding| PaletteItem {
                label: binding.doc.to_owned(),
                key: binding.keys.first().map(ToString::to_string).unwrap_or_default(),
                command: Command::Act(binding.action),
            })
            .collect();
        // A nearer scope's row hides the same action of a wider one.
        let mut seen: Vec<Command> = Vec::new();
        items.retain(|item| {
            let first = !seen.contains(&item.command);
            seen.push(item.command.clone());
            first
        });
        items.extend(model.connections.iter().map(|connection| PaletteItem {
            label: format!("Open {}", connection.nickname),
            key: String::new(),
            command: Command::Open(connection.nickname.clone()),
        }));
        let mut palette = Self { items, list: List::default() };
        palette.arrange_rows();
        palette
    }

    /// Matches anew, with the cursor on the best.
    pub(super) fn arrange_rows(&mut self) {
        let rows = best_matching(self.list.filter(), self.items.iter().map(|item| &item.label));
        let items = &self.items;
        self.list.set_rows(rows, |index| &items[index].label);
        self.list.select(0, |index| &items[index].label);
    }

    /// The entry under the cursor.
    pub(super) fn chosen(&self) -> Option<Command> {
        Some(self.items.get(self.list.selected()?)?.command.clone())
    }
}

/// Cursor keys and the palette itself are quicker by key than by name.
fn is_worth_naming(action: Action) -> bool {
    !matches!(action, Action::Move(_) | Action::Palette | Action::Back)
}
