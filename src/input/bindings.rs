//! The table of keys.

use crossterm::event::KeyCode;

use super::{Action, Key, Motion, Scope};

/// One row of the table.
#[derive(Debug)]
pub struct Binding {
    /// What it does.
    pub action: Action,
    /// The keys, the one to teach first.
    pub keys: &'static [Key],
    /// Where it works.
    pub scope: Scope,
    /// One or two words for the footer; empty keeps it out of there.
    pub footer: &'static str,
    /// What it does, for the help and the palette.
    pub doc: &'static str,
}

const fn row(
    scope: Scope,
    action: Action,
    keys: &'static [Key],
    footer: &'static str,
    doc: &'static str,
) -> Binding {
    Binding { action, keys, scope, footer, doc }
}

const fn key(code: KeyCode) -> Key {
    Key::plain(code)
}

const fn char(character: char) -> Key {
    Key::char(character)
}

const DOWN: &[Key] = &[char('j'), key(KeyCode::Down)];
const UP: &[Key] = &[char('k'), key(KeyCode::Up)];
const TOP: &[Key] = &[char('g'), key(KeyCode::Home)];
const BOTTOM: &[Key] = &[char('G'), key(KeyCode::End)];
const HALF_DOWN: &[Key] = &[Key::control('d'), key(KeyCode::PageDown)];
const HALF_UP: &[Key] = &[Key::control('u'), key(KeyCode::PageUp)];

/// Every key that apigw knows. Rows of a scope stand in the order of the footer.
#[rustfmt::skip]
pub static BINDINGS: &[Binding] = &[
    row(Scope::Connections, Action::Enter, &[key(KeyCode::Enter), char('l')], "open", "Open the connection"),
    row(Scope::Connections, Action::CheckAll, &[char('h')], "health of all", "Read the health of every connection"),
    row(Scope::Connections, Action::Refresh, &[char('r')], "refresh", "Read the health of the connection again"),
    row(Scope::Connections, Action::CopyId, &[char('y')], "copy id", "Copy the API id"),
    row(Scope::Connections, Action::Console, &[char('o')], "console", "Show the API's address in the AWS console"),
    row(Scope::Connections, Action::Quit, &[char('q')], "quit", "Quit"),
    row(Scope::Deployments, Action::Enter, &[key(KeyCode::Enter), char('l')], "open", "Expand or fold the stage; show the deployment whole"),
    row(Scope::Deployments, Action::Refresh, &[char('r')], "refresh", "Read everything on this screen again"),
    row(Scope::Deployments, Action::SortStages, &[char('S')], "sort", "Order stages by name, or the worst first"),
    row(Scope::Deployments, Action::CopyId, &[char('y')], "copy id", "Copy the deployment id, or the API id"),
    row(Scope::Deployments, Action::Console, &[char('o')], "console", "Show the address in the AWS console"),
    row(Scope::Deployments, Action::CopyUrl, &[char('Y')], "", "Copy the stage's URL, or the ARN"),
    row(Scope::Deployments, Action::NextPane, &[key(KeyCode::Tab)], "", "Go to the next pane"),
    row(Scope::Deployments, Action::PreviousPane, &[key(KeyCode::BackTab)], "", "Go to the pane before"),
    row(Scope::Deployments, Action::Tab(1), &[char('1')], "", "Show the deployments"),
    row(Scope::Deployments, Action::Tab(2), &[char('2')], "", "Show the API's details"),
    row(Scope::Screens, Action::Filter, &[char('/')], "filter", "Filter the list as you type"),
    row(Scope::Screens, Action::Explain, &[char('!')], "problem", "Show the problem whole, with what to do"),
    row(Scope::Screens, Action::Back, &[key(KeyCode::Esc)], "", "Go back: filter, then panel, then screen"),
    row(Scope::Screens, Action::Quit, &[char('q')], "back", "Go back; from the top, quit"),
    row(Scope::Screens, Action::Move(Motion::Down), DOWN, "", "Move down"),
    row(Scope::Screens, Action::Move(Motion::Up), UP, "", "Move up"),
    row(Scope::Screens, Action::Move(Motion::Top), TOP, "", "Move to the first row"),
    row(Scope::Screens, Action::Move(Motion::Bottom), BOTTOM, "", "Move to the last row"),
    row(Scope::Screens, Action::Move(Motion::HalfPageDown), HALF_DOWN, "", "Move half a page down"),
    row(Scope::Screens, Action::Move(Motion::HalfPageUp), HALF_UP, "", "Move half a page up"),
    row(Scope::Screens, Action::ToggleMouse, &[char('M')], "", "Give the mouse back to the terminal, or take it"),
    row(Scope::Screens, Action::Palette, &[char(':')], "", "Find an action or a connection by name"),
    row(Scope::Screens, Action::Help, &[char('?')], "", "List every key"),
    row(Scope::Filter, Action::Enter, &[key(KeyCode::Enter)], "keep filter", "Keep the filter and go to the list"),
    row(Scope::Filter, Action::Back, &[key(KeyCode::Esc)], "clear", "Clear the filter"),
    row(Scope::Filter, Action::Move(Motion::Down), &[key(KeyCode::Down)], "", "Move down"),
    row(Scope::Filter, Action::Move(Motion::Up), &[key(KeyCode::Up)], "", "Move up"),
    row(Scope::Palette, Action::Enter, &[key(KeyCode::Enter)], "do it", "Do what is under the cursor"),
    row(Scope::Palette, Action::Back, &[key(KeyCode::Esc)], "close", "Close the palette"),
    row(Scope::Palette, Action::Move(Motion::Down), &[key(KeyCode::Down), Key::control('n')], "", "Move down"),
    row(Scope::Palette, Action::Move(Motion::Up), &[key(KeyCode::Up), Key::control('p')], "", "Move up"),
    row(Scope::Panel, Action::Back, &[key(KeyCode::Esc), char('q')], "close", "Close the panel"),
    row(Scope::Panel, Action::CopyUrl, &[char('y'), char('Y')], "copy", "Copy what the panel is about"),
    row(Scope::Panel, Action::Move(Motion::Down), DOWN, "", "Scroll down"),
    row(Scope::Panel, Action::Move(Motion::Up), UP, "", "Scroll up"),
    row(Scope::Panel, Action::Move(Motion::Top), TOP, "", "Scroll to the top"),
    row(Scope::Panel, Action::Move(Motion::Bottom), BOTTOM, "", "Scroll to the bottom"),
    row(Scope::Panel, Action::Move(Motion::HalfPageDown), HALF_DOWN, "", "Scroll half a page down"),
    row(Scope::Panel, Action::Move(Motion::HalfPageUp), HALF_UP, "", "Scroll half a page up"),
    row(Scope::Everywhere, Action::Cancel, &[Key::control('c')], "", "Cancel the input or the read; twice quits"),
    row(Scope::Everywhere, Action::Suspend, &[Key::control('z')], "", "Go to the shell; `fg` comes back"),
];

/// What a key means in a scope: the scope's own rows first, then those of the scopes around it.
pub fn resolve(scope: Scope, key: Key) -> Option<Action> {
    let rows = scope.chain().iter().flat_map(|&scope| in_scope(scope));
    rows.into_iter().find(|binding| binding.keys.contains(&key)).map(|binding| binding.action)
}

/// The rows of one scope, in the table's order.
pub fn in_scope(scope: Scope) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |binding| binding.scope == scope)
}

/// The row of an action as the scope sees it.
pub fn find(scope: Scope, action: Action) -> Option<&'static Binding> {
    scope.chain().iter().flat_map(|&scope| in_scope(scope)).find(|binding| binding.action == action)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn no_key_has_two_meanings_in_one_scope() {
        for scope in Scope::ALL {
            let mut seen: HashMap<Key, &str> = HashMap::new();
            for binding in in_scope(scope) {
                for &key in binding.keys {
                    let earlier = seen.insert(key, binding.doc);
                    assert_eq!(earlier, None, "{scope:?}: `{key}` means both this and `{}`", binding.doc);
                }
            }
        }
    }

    #[test]
    fn text_inputs_leave_every_plain_character_to_the_typist() {
        for scope in [Scope::Filter, Scope::Palette] {
            for binding in scope.chain().iter().flat_map(|&scope| in_scope(scope)) {
                assert!(binding.keys.iter().all(|key| key.typed().is_none()), "{:?}", binding.action);
            }
        }
    }

    #[test]
    fn the_nearest_scope_wins() {
        assert_eq!(resolve(Scope::Panel, Key::char('q')), Some(Action::Back));
        assert_eq!(resolve(Scope::Connections, Key::char('q')), Some(Action::Quit));
        assert_eq!(resolve(Scope::Filter, Key::char('q')), None);
        assert_eq!(resolve(Scope::Filter, Key::control('c')), Some(Action::Cancel));
    }
}
