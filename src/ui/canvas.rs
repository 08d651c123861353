//! The buffer that views draw on, a line at a time.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use super::Theme;
use crate::text;

/// A buffer and the theme to draw on it with. What does not fit into its place is cut, and what lies outside the buffer is
/// not drawn: the terminal may have shrunk since the model was told its size.
pub(super) struct Canvas<'a> {
    buffer: &'a mut Buffer,
    pub(super) theme: &'a Theme,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(buffer: &'a mut Buffer, theme: &'a Theme) -> Self {
        Self { buffer, theme }
    }

    /// Draws a line into the first row of an area, with `…` where it is cut.
    pub(super) fn put<'l>(&mut self, area: Rect, line: impl Into<Line<'l>>) {
        let mut line = cut(line.into(), usize::from(area.width));
        // A line's own style would fill the area: blanks that change their look cost bytes and show nothing.
        for span in &mut line.spans {
            span.style = line.style.patch(span.style);
        }
        line.style = Style::new();
        let row = Rect { height: area.height.min(1), ..area };
        line.render(row.intersection(self.buffer.area), self.buffer);
    }

    /// Fills the first row of an area with one character.
    pub(super) fn rule(&mut self, area: Rect, glyph: &str, style: Style) {
        self.put(area, Line::styled(glyph.repeat(usize::from(area.width)), style));
    }

    /// Draws a line down an area, behind what is drawn there already: that keeps its characters and is set off.
    pub(super) fn line_down(&mut self, area: Rect, glyph: &str, style: Style, set_off: Style) {
        for place in area.intersection(self.buffer.area).positions() {
            let cell = &mut self.buffer[place];
            if cell.symbol() == " " {
                cell.set_symbol(glyph).set_style(style);
            } else {
                cell.set_style(set_off);
            }
        }
    }

    /// Takes away whatever was drawn in an area.
    pub(super) fn clear(&mut self, area: Rect) {
        Clear.render(area.intersection(self.buffer.area), self.buffer);
    }

    /// Draws a widget of ratatui's.
    pub(super) fn widget(&mut self, widget: impl Widget, area: Rect) {
        widget.render(area.intersection(self.buffer.area), self.buffer);
    }
}

/// The part of an area from a column on, at most `width` columns of it.
pub(super) fn columns(area: Rect, from: u16, width: u16) -> Rect {
    let x = area.x.saturating_add(from);
    Rect { x, width, ..area }.intersection(area)
}

/// The row of an area, counted from its top; empty below its end.
pub(super) fn row(area: Rect, index: usize) -> Rect {
    let below = u16::try_from(index).unwrap_or(u16::MAX);
    Rect { y: area.y.saturating_add(below), height: 1, ..area }.intersection(area)
}

/// Cuts a line to that many columns; the last one that stays shows `…`.
fn cut(line: Line<'_>, columns: usize) -> Line<'_> {
    if line.width() <= columns {
        return line;
    }
    let mut left = columns;
    let mut kept: Vec<Span> = Vec::new();
    for span in &line.spans {
        let width = span.width();
        if width < left {
            left -= width;
            kept.push(span.clone());
            continue;
        }
        // Something is cut even where this span alone would fit: one more column makes `fit` show it.
        let longer = format!("{} ", span.content);
        kept.push(Span::styled(text::fit(&longer, left).into_owned(), span.style));
        break;
    }
    Line { spans: kept, ..line }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(parts: &[&str], columns: usize) -> String {
        let line: Line = parts.iter().map(|part| Span::raw((*part).to_owned())).collect();
        cut(line, columns).to_string()
    }

    #[test]
    fn a_cut_shows_wherever_it_falls() {
        assert_eq!(shown(&["ab", "cd"], 4), "abcd");
        assert_eq!(shown(&["ab", "cd"], 3), "ab…");
        assert_eq!(shown(&["ab", "cd"], 2), "a…");
        assert_eq!(shown(&["規規", "規"], 5), "規規…");
        assert_eq!(shown(&["ab"], 0), "");
    }

    proptest! {
        #[test]
        fn a_cut_line_fits(parts in prop::collection::vec("\\PC{0,6}", 0..5), columns in 0usize..20) {
            let line: Line = parts.iter().map(|part| Span::raw(part.clone())).collect();
            prop_assert!(cut(line, columns).width() <= columns);
        }
    }
}
