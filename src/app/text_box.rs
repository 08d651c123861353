//! A text of several lines that is being typed.

use std::fmt;

use tui_textarea::{CursorMove, TextArea, WrapMode};

use crate::text;

/// The widget, which keeps its own place in the text: the one exception to views that keep nothing.
#[derive(Clone)]
pub struct TextBox(TextArea<'static>);

impl Default for TextBox {
    fn default() -> Self {
        let mut area = TextArea::default();
        // The terminal's own cursor shows where typing goes, as in every field.
        area.set_cursor_style(ratatui::style::Style::new());
        area.set_cursor_line_style(ratatui::style::Style::new());
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        Self(area)
    }
}

impl PartialEq for TextBox {
    fn eq(&self, other: &Self) -> bool {
        self.0.lines() == other.0.lines()
    }
}

impl fmt::Debug for TextBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[text]")
    }
}

impl TextBox {
    /// What was typed, lines apart by line feeds.
    pub fn text(&self) -> String {
        self.0.lines().join("\n")
    }

    /// The widget, to draw it.
    pub fn widget(&self) -> &TextArea<'static> {
        &self.0
    }

    /// Column and row of the cursor in the place where it was drawn last.
    pub fn caret(&self) -> (u16, u16) {
        let (cursor, (top, left)) = (self.0.screen_cursor(), self.0.scroll_offset());
        let within = |at: usize, from: u16| u16::try_from(at).unwrap_or(u16::MAX).saturating_sub(from);
        (within(cursor.col, left), within(cursor.row, top))
    }

    /// Puts text in at the cursor. Line breaks stay; other control characters become blanks.
    pub(super) fn insert(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let plain: String =
            text.chars().map(|c| if c != '\n' && text::is_unsafe(c) { ' ' } else { c }).collect();
        self.0.insert_str(plain);
    }

    /// Takes back the character before the cursor.
    pub(super) fn erase(&mut self) {
        self.0.delete_char();
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn left(&mut self) {
        self.0.move_cursor(CursorMove::Back);
    }

    pub(super) fn right(&mut self) {
        self.0.move_cursor(CursorMove::Forward);
    }

    pub(super) fn go_to_start(&mut self) {
        self.0.move_cursor(CursorMove::Head);
    }

    pub(super) fn go_to_end(&mut self) {
        self.0.move_cursor(CursorMove::End);
    }

    /// To the line above; false when there is none.
    pub(super) fn up(&mut self) -> bool {
        self.moved(CursorMove::Up)
    }

    /// To the line below; false when there is none.
    pub(super) fn down(&mut self) -> bool {
        self.moved(CursorMove::Down)
    }

    fn moved(&mut self, to: CursorMove) -> bool {
        let row = self.0.screen_cursor().row;
        self.0.move_cursor(to);
        self.0.screen_cursor().row != row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_typed_and_left_at_their_ends() {
        let mut text = TextBox::default();
        text.insert("v2\r\nfixes\u{1b}[31m");
        assert_eq!(text.text(), "v2\nfixes [31m");
        assert!(text.up() && !text.up());
        text.go_to_end();
        text.erase();
        text.insert("3");
        assert!(text.down() && !text.down());
        assert_eq!(text.text(), "v3\nfixes [31m");
        assert_eq!(format!("{text:?}"), "[text]");
    }
}
