//! A key as the table names it and as the terminal sends it.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// A key with or without control.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// The key.
    pub code: KeyCode,
    /// Whether control is held.
    pub control: bool,
}

impl Key {
    /// A key on its own.
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, control: false }
    }

    /// A character on its own; upper case says shift.
    pub const fn char(character: char) -> Self {
        Self::plain(KeyCode::Char(character))
    }

    /// A character with control.
    pub const fn control(character: char) -> Self {
        Self { code: KeyCode::Char(character), control: true }
    }

    /// What the terminal sent; nothing for releases and for modifiers that nothing here uses. Escape and a key that arrive
    /// together, as over a slow line or from a script, look like that key with alt: they are told apart again.
    pub fn from_event(event: KeyEvent) -> Vec<Self> {
        if event.kind == KeyEventKind::Release || event.modifiers.contains(KeyModifiers::SUPER) {
            return Vec::new();
        }
        let control = event.modifiers.contains(KeyModifiers::CONTROL);
        let code = match event.code {
            KeyCode::Char(character) if control => KeyCode::Char(character.to_ascii_lowercase()),
            KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
            code => code,
        };
        let key = Self { code, control };
        match (event.modifiers.contains(KeyModifiers::ALT), code) {
            (false, _) => vec![key],
            (true, KeyCode::Char(_) | KeyCode::Enter) => vec![Self::plain(KeyCode::Esc), key],
            // Alt with an arrow has a sequence of its own: nobody pressed escape.
            (true, _) => Vec::new(),
        }
    }

    /// The character to add to a text input.
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(character) if !self.control => Some(character),
            _ => None,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.control {
            f.write_str("ctrl-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("space"),
            KeyCode::Char(character) => write!(f, "{character}"),
            KeyCode::Enter => f.write_str("enter"),
            KeyCode::Esc => f.write_str("esc"),
            KeyCode::Tab => f.write_str("tab"),
            KeyCode::BackTab => f.write_str("shift-tab"),
            KeyCode::Backspace => f.write_str("backspace"),
            KeyCode::Up => f.write_str("up"),
            KeyCode::Down => f.write_str("down"),
            KeyCode::Left => f.write_str("left"),
            KeyCode::Right => f.write_str("right"),
            KeyCode::Home => f.write_str("home"),
            KeyCode::End => f.write_str("end"),
            KeyCode::PageUp => f.write_str("page-up"),
            KeyCode::PageDown => f.write_str("page-down"),
            other => write!(f, "{other}"),
        }
    }
}

/// Keys may be parts of a secret, so that none is ever printed for debugging.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[key]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_and_a_key_that_arrive_together_are_two_keys() {
        let keys = |modifiers| Key::from_event(KeyEvent::new(KeyCode::Char('q'), modifiers));
        assert_eq!(keys(KeyModifiers::ALT), [Key::plain(KeyCode::Esc), Key::char('q')]);
        assert_eq!(keys(KeyModifiers::NONE), [Key::char('q')]);
        assert_eq!(keys(KeyModifiers::SUPER), []);
        assert_eq!(Key::from_event(KeyEvent::new(KeyCode::Up, KeyModifiers::ALT)), []);
    }
}
