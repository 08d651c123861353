//! One line of text that is being typed.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use crate::domain::Secret;

/// A text and the place in it where typing goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextField {
    text: String,
    /// In bytes, always between two characters as people see them.
    cursor: usize,
}

impl TextField {
    /// A field with the cursor behind its text.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What stands before the cursor.
    pub fn before_cursor(&self) -> &str {
        &self.text[..self.cursor]
    }

    /// Puts text in at the cursor. Line breaks and other control characters become blanks, for the field's rule to tell of.
    pub(super) fn insert(&mut self, text: &str) {
        let shown: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.text.insert_str(self.cursor, &shown);
        self.cursor += shown.len();
        self.settle();
    }

    /// Takes back the character before the cursor.
    pub(super) fn erase(&mut self) {
        let end = self.cursor;
        self.left();
        self.text.replace_range(self.cursor..end, "");
        self.settle();
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn left(&mut self) {
        let last = self.before_cursor().graphemes(true).next_back();
        self.cursor -= last.map_or(0, str::len);
    }

    pub(super) fn right(&mut self) {
        let mut cursor = GraphemeCursor::new(self.cursor, self.text.len(), true);
        self.cursor = cursor.next_boundary(&self.text, 0).ok().flatten().unwrap_or(self.text.len());
    }

    pub(super) fn go_to_start(&mut self) {
        self.cursor = 0;
    }

    pub(super) fn go_to_end(&mut self) {
        self.cursor = self.text.len();
    }

    /// What was put in or taken out may have joined the characters around it.
    fn settle(&mut self) {
        if !self.at_boundary() {
            self.right();
        }
    }

    fn at_boundary(&self) -> bool {
        GraphemeCursor::new(self.cursor, self.text.len(), true).is_boundary(&self.text, 0).unwrap_or(true)
    }
}

/// A secret that is being typed; nothing of it is shown, not even how long it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SecretField(Option<Secret>);

impl SecretField {
    /// What was typed, if anything was.
    pub fn secret(&self) -> Option<&Secret> {
        self.0.as_ref()
    }

    /// Adds to it.
    pub(super) fn insert(&mut self, text: &str) {
        let kept = self.0.as_ref().map_or("", Secret::expose);
        let mut longer = String::with_capacity(kept.len() + text.len());
        longer.push_str(kept);
        longer.push_str(text);
        self.set(longer);
    }

    /// Takes back the last character.
    pub(super) fn erase(&mut self) {
        let mut shorter = self.0.as_ref().map_or("", Secret::expose).to_owned();
        shorter.pop();
        self.set(shorter);
    }

    pub(super) fn clear(&mut self) {
        self.0 = None;
    }

    fn set(&mut self, text: String) {
        self.0 = (!text.is_empty()).then(|| Secret::new(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn typing_goes_where_the_cursor_is() {
        let mut field = TextField::new("aé👩‍💻");
        field.left();
        field.insert("b\n");
        assert_eq!((field.text(), field.before_cursor()), ("aéb 👩‍💻", "aéb "));
        field.erase();
        field.erase();
        field.go_to_start();
        field.erase();
        field.right();
        field.right();
        field.right();
        field.right();
        field.erase();
        assert_eq!((field.text(), field.before_cursor()), ("aé", "aé"));
    }

    #[test]
    fn a_typed_secret_is_not_in_its_debug_output() {
        let mut field = SecretField::default();
        field.insert("hunter");
        field.insert("22");
        field.erase();
        assert_eq!(field.secret().map(Secret::expose), Some("hunter2"));
        assert!(!format!("{field:?}").contains("hunter"));
        field.clear();
        assert_eq!(field.secret(), None);
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_between_characters(
            start in any::<String>(),
            steps in prop::collection::vec((0usize..6, any::<String>()), 0..20),
        ) {
            let mut field = TextField::new(start);
            for (step, text) in steps {
                match step {
                    0 => field.insert(&text),
                    1 => field.erase(),
                    2 => field.left(),
                    3 => field.right(),
                    4 => field.go_to_start(),
                    _ => field.go_to_end(),
                }
                prop_assert!(field.at_boundary());
                let (before, text) = (field.before_cursor(), field.text());
                prop_assert!(text.starts_with(before));
            }
        }
    }
}
