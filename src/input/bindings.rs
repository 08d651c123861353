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
    row(Scope::Connections, Action::Add, &[char('a')], "add", "Add a connection"),
    row(Scope::Connections, Action::Edit, &[char('e')], "edit", "Edit the connection"),
    row(Scope::Connections, Action::Delete, &[char('x')], "delete", "Delete the connection"),
    row(Scope::Connections, Action::Test, &[char('t')], "test", "Test what the connection can do"),
    row(Scope::Connections, Action::CheckAll, &[char('h')], "health of all", "Read the health of every connection"),
    row(Scope::Connections, Action::Refresh, &[char('r')], "refresh", "Read the health of the connection again"),
    row(Scope::Connections, Action::CopyId, &[char('y')], "copy id", "Copy the API id"),
    row(Scope::Connections, Action::Console, &[char('o')], "console", "Show the API's address in the AWS console"),
    row(Scope::Connections, Action::Duplicate, &[char('D')], "", "Add a connection like this one"),
    row(Scope::Connections, Action::Policies, &[char('P')], "", "Show the IAM policies that the connection needs"),
    row(Scope::Connections, Action::Quit, &[char('q')], "quit", "Quit"),
    row(Scope::Deployments, Action::Enter, &[key(KeyCode::Enter), char('l')], "open", "Expand or fold the stage; show the deployment whole"),
    row(Scope::Deployments, Action::Mark, &[char(' ')], "mark", "Mark the entry, to compare another one with it"),
    row(Scope::Deployments, Action::Compare, &[char('D')], "diff", "Compare the marked entry with the one under the cursor"),
    row(Scope::Deployments, Action::PushBack, &[char('P')], "push back", "Push a schema of the entry back to the gateway"),
    row(Scope::Deployments, Action::Metrics, &[char('m')], "metrics", "Show the stage's metrics"),
    row(Scope::Deployments, Action::Deploy, &[char('d')], "deploy", "Deploy a schema, or what the gateway has; export only"),
    row(Scope::Deployments, Action::Import, &[char('i')], "import", "Import the stage's schema into a file"),
    row(Scope::Deployments, Action::RollBack, &[char('b')], "roll back", "Roll back to the deployment before, or to the one under the cursor"),
    row(Scope::Deployments, Action::ShowSchema, &[char('v')], "", "Show the schema that the entry keeps"),
    row(Scope::Deployments, Action::Promote, &[char('p')], "", "Promote what is live on the stage to another one"),
    row(Scope::Deployments, Action::EndCanary, &[char('E')], "", "End the stage's canary: for everybody, or for nobody"),
    row(Scope::Deployments, Action::Refresh, &[char('r')], "refresh", "Read everything on this screen again"),
    row(Scope::Deployments, Action::SortStages, &[char('S')], "sort", "Order stages by name, or the worst first"),
    row(Scope::Deployments, Action::CopyId, &[char('y')], "copy id", "Copy the deployment id, or the API id"),
    row(Scope::Deployments, Action::Console, &[char('o')], "console", "Show the address in the AWS console"),
    row(Scope::Deployments, Action::CopyUrl, &[char('Y')], "", "Copy the stage's URL, or the ARN"),
    row(Scope::Deployments, Action::NextPane, &[key(KeyCode::Tab)], "", "Go to the next pane"),
    row(Scope::Deployments, Action::PreviousPane, &[key(KeyCode::BackTab)], "", "Go to the pane before"),
    row(Scope::Deployments, Action::Edit, &[char('e')], "", "Edit the connection"),
    row(Scope::Deployments, Action::Delete, &[char('x')], "", "Delete the connection"),
    row(Scope::Deployments, Action::Tab(1), &[char('1')], "", "Show the deployments"),
    row(Scope::Deployments, Action::Tab(2), &[char('2')], "", "Show what was done from here"),
    row(Scope::Deployments, Action::Tab(3), &[char('3')], "", "Show the API's details"),
    row(Scope::Metrics, Action::Left, &[key(KeyCode::Left), char('h')], "time", "Move the time cursor back"),
    row(Scope::Metrics, Action::Right, &[key(KeyCode::Right), char('l')], "", "Move the time cursor on"),
    row(Scope::Metrics, Action::NextStage, &[char('s')], "stage", "Show the next stage"),
    row(Scope::Metrics, Action::NextRange, &[char('t')], "range", "Show a longer range of time; after a week, an hour"),
    row(Scope::Metrics, Action::Zoom, &[key(KeyCode::Enter), char('z')], "zoom", "Fill the screen with one chart, or show all"),
    row(Scope::Metrics, Action::AboutMetric, &[char('i')], "about", "Tell what the metric means"),
    row(Scope::Metrics, Action::ComparePeriods, &[char('p')], "before", "Show or hide the time before as a faint line"),
    row(Scope::Metrics, Action::SortRoutes, &[char('w')], "sort", "Order routes by 5xx, by latency or by count"),
    row(Scope::Metrics, Action::Highest, &[char('m')], "peak", "Move the time cursor to the highest point"),
    row(Scope::Metrics, Action::NextDeployment, &[char('n')], "deployment", "Move the time cursor to the next deployment"),
    row(Scope::Metrics, Action::Refresh, &[char('r')], "refresh", "Read the newest points"),
    row(Scope::Metrics, Action::Console, &[char('o')], "console", "Show the address of this view in CloudWatch"),
    row(Scope::Metrics, Action::ConsoleStage, &[char('O')], "", "Show the stage's address in the AWS console"),
    row(Scope::Metrics, Action::FarLeft, &[char('H'), char('b')], "", "Move the time cursor back by a tenth"),
    row(Scope::Metrics, Action::FarRight, &[char('L'), char('f')], "", "Move the time cursor on by a tenth"),
    row(Scope::Metrics, Action::PreviousDeployment, &[char('N')], "", "Move the time cursor to the deployment before"),
    row(Scope::Metrics, Action::PreviousStage, &[char('S')], "", "Show the stage before"),
    row(Scope::Metrics, Action::PreviousRange, &[char('T')], "", "Show a shorter range of time"),
    row(Scope::Metrics, Action::CopyId, &[char('y')], "", "Copy the values at the time cursor"),
    row(Scope::Metrics, Action::NextPane, &[key(KeyCode::Tab)], "", "Show the routes, or the charts"),
    row(Scope::Metrics, Action::Tab(1), &[char('1')], "", "Show the charts"),
    row(Scope::Metrics, Action::Tab(2), &[char('2')], "", "Show the worst routes"),
    row(Scope::Form, Action::Enter, &[key(KeyCode::Enter)], "next", "Choose, press, or go to the next field"),
    row(Scope::Form, Action::Save, &[Key::control('s')], "save", "Save the connection"),
    row(Scope::Form, Action::Test, &[Key::control('t')], "test", "Test the connection before saving it"),
    row(Scope::Form, Action::Policies, &[Key::control('p')], "policies", "Show the IAM policies to copy"),
    row(Scope::Form, Action::Back, &[key(KeyCode::Esc)], "back", "Leave the form; nothing is saved"),
    row(Scope::Deploy, Action::Enter, &[key(KeyCode::Enter)], "next", "Choose, press, break the line, or go to the next field"),
    row(Scope::Deploy, Action::Plan, &[Key::control('s')], "plan", "Show what it would do; nothing is written"),
    row(Scope::Deploy, Action::Back, &[key(KeyCode::Esc)], "back", "Leave the form; nothing is written"),
    row(Scope::Fields, Action::NextField, &[key(KeyCode::Tab)], "", "Go to the next field"),
    row(Scope::Fields, Action::PreviousField, &[key(KeyCode::BackTab)], "", "Go to the field before"),
    row(Scope::Fields, Action::Move(Motion::Down), &[key(KeyCode::Down)], "", "Go down in the list, or to the next field"),
    row(Scope::Fields, Action::Move(Motion::Up), &[key(KeyCode::Up)], "", "Go up in the list, or to the field before"),
    row(Scope::Fields, Action::Move(Motion::HalfPageDown), &[key(KeyCode::PageDown)], "", "Go several rows or fields down"),
    row(Scope::Fields, Action::Move(Motion::HalfPageUp), &[key(KeyCode::PageUp)], "", "Go several rows or fields up"),
    row(Scope::Fields, Action::Left, &[key(KeyCode::Left)], "", "Move in the text, or choose the one before"),
    row(Scope::Fields, Action::Right, &[key(KeyCode::Right)], "", "Move in the text, or choose the next one"),
    row(Scope::Fields, Action::FarLeft, &[key(KeyCode::Home), Key::control('a')], "", "Move to the start of the text"),
    row(Scope::Fields, Action::FarRight, &[key(KeyCode::End), Key::control('e')], "", "Move to the end of the text"),
    row(Scope::Fields, Action::ClearField, &[Key::control('u')], "", "Empty the field"),
    row(Scope::Picker, Action::Enter, &[key(KeyCode::Enter)], "take it", "Take the revision under the cursor, or the one that is typed"),
    row(Scope::Picker, Action::Plan, &[Key::control('s')], "plan with it", "Take the revision and show what it would do"),
    row(Scope::Picker, Action::Back, &[key(KeyCode::Esc)], "never mind", "Leave the revision as it is"),
    row(Scope::Plan, Action::Enter, &[key(KeyCode::Enter)], "do it", "Carry the plan out, after a question"),
    row(Scope::Plan, Action::WithSchema, &[char('s')], "with its schema", "Push the deployment's schema back as well, or not"),
    row(Scope::Plan, Action::Refresh, &[char('r')], "plan again", "Read the gateway and plan again"),
    row(Scope::Import, Action::Enter, &[key(KeyCode::Enter)], "write the file", "Write the file; asks where one is replaced"),
    row(Scope::Import, Action::Refresh, &[char('r')], "read again", "Read the schema again"),
    row(Scope::Write, Action::RollBack, &[char('b')], "roll back", "Plan the way back to what was live before"),
    row(Scope::Write, Action::Enter, &[key(KeyCode::Enter)], "plan again", "Plan it again where it did not succeed"),
    row(Scope::Write, Action::Console, &[char('o')], "console", "Show the address in the AWS console"),
    row(Scope::Write, Action::CopyId, &[char('y')], "copy", "Copy the policy statement that is missing, or the deployment id"),
    row(Scope::Dialog, Action::Enter, &[key(KeyCode::Enter)], "answer", "Answer"),
    row(Scope::Dialog, Action::Back, &[key(KeyCode::Esc)], "never mind", "Leave it; nothing happens"),
    row(Scope::Dialog, Action::ClearField, &[Key::control('u')], "", "Empty the field"),
    row(Scope::Dialog, Action::Move(Motion::Down), &[key(KeyCode::Down), key(KeyCode::Tab)], "", "Go to the next answer"),
    row(Scope::Dialog, Action::Move(Motion::Up), &[key(KeyCode::Up), key(KeyCode::BackTab)], "", "Go to the answer before"),
    row(Scope::Policies, Action::Broaden, &[char('b')], "broad or narrow", "Policies for every API of the region, or for those chosen alone"),
    row(Scope::Policies, Action::CopyId, &[char('y')], "copy permissions", "Copy the permission policy"),
    row(Scope::Policies, Action::CopyUrl, &[char('Y')], "copy trust", "Copy the trust policy"),
    row(Scope::Policies, Action::Tab(1), &[char('1')], "", "Allow to view, or not"),
    row(Scope::Policies, Action::Tab(2), &[char('2')], "", "Allow to read metrics, or not"),
    row(Scope::Policies, Action::Tab(3), &[char('3')], "", "Allow to import, or not"),
    row(Scope::Policies, Action::Tab(4), &[char('4')], "", "Allow to export, or not"),
    row(Scope::Policies, Action::Tab(5), &[char('5')], "", "Allow to deploy, or not"),
    row(Scope::Policies, Action::Tab(6), &[char('6')], "", "Allow to roll back, or not"),
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
    row(Scope::Screens, Action::ShowWrite, &[char('W')], "", "Show the write under way, or how the last one ended"),
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
        for scope in [Scope::Filter, Scope::Palette, Scope::Picker, Scope::Form, Scope::Deploy, Scope::Dialog]
        {
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
