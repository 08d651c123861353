//! What all lists share: columns, the cursor's mark, the filter's line, and what is said when there are no rows.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::Theme;
use super::canvas::{Canvas, columns, row};
use super::deployments::title_style;
use crate::app::{self, List, Model, Open, Tone};
use crate::text;

/// The column where a row's text begins; the cursor's mark stands before it.
pub(super) const TEXT_COLUMN: u16 = 3;
/// The column of the cursor's mark.
const CURSOR_COLUMN: u16 = 1;

/// Where the keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Focus {
    /// To this list.
    Here,
    /// To another one.
    Elsewhere,
}

/// Columns of a table, from left to right: what each shows and how wide it is.
pub(super) struct Columns<F> {
    pub(super) fields: Vec<(F, u16)>,
    pub(super) gap: u16,
}

impl<F: Copy> Columns<F> {
    /// Each field's place in a row.
    pub(super) fn cells(&self, row: Rect) -> impl Iterator<Item = (F, Rect)> {
        let mut from = TEXT_COLUMN;
        self.fields.iter().map(move |&(field, width)| {
            let cell = columns(row, from, width);
            from = from.saturating_add(width).saturating_add(self.gap);
            (field, cell)
        })
    }
}

/// A list drawn as a table.
pub(super) struct Table<'a, F> {
    pub(super) list: &'a List,
    /// How many rows there are without the filter.
    pub(super) total: usize,
    pub(super) columns: Columns<F>,
    /// The field that is set off in the row with the cursor.
    pub(super) lead: F,
    pub(super) title: fn(F) -> &'static str,
    pub(super) focus: Focus,
}

impl Canvas<'_> {
    /// Draws the titles or the filter, and below them the rows in view, or what is said in their place. `content` gives what
    /// stands in a field of the row with that index.
    pub(super) fn table<F: Copy + PartialEq>(
        &mut self,
        model: &Model,
        table: &Table<F>,
        (titles, area): (Rect, Rect),
        instead: Option<Vec<app::Line>>,
        content: impl Fn(usize, F, &Theme) -> Option<Line<'static>>,
    ) {
        let list = table.list;
        if !self.filter(titles, list, table.total) {
            let style = title_style(table.focus, self);
            for (field, cell) in table.columns.cells(titles) {
                self.put(cell, Line::styled((table.title)(field), style));
            }
        }
        if let Some(lines) = instead {
            return self.message(model, area, &lines);
        }
        let shown = list.rows().iter().enumerate().skip(list.offset()).take(usize::from(area.height));
        for (line, (place, &index)) in shown.enumerate() {
            let row = row(area, line);
            let has_cursor = place == list.cursor();
            if has_cursor {
                self.cursor(row, table.focus);
            }
            for (field, cell) in table.columns.cells(row) {
                let Some(content) = content(index, field, self.theme) else {
                    continue;
                };
                let here = has_cursor && table.focus == Focus::Here && field == table.lead;
                self.put(cell, if here { content.style(self.theme.selected()) } else { content });
            }
        }
    }

    /// Marks the row that has the cursor. A list without the focus shows where its cursor waits.
    pub(super) fn cursor(&mut self, row: Rect, focus: Focus) {
        let mark = match focus {
            Focus::Here => Line::raw(">"),
            Focus::Elsewhere => Line::styled("·", self.theme.muted()),
        };
        self.put(columns(row, CURSOR_COLUMN, 1), mark);
    }

    /// The filter in place of the column titles, while there is one; false when there is none.
    pub(super) fn filter(&mut self, area: Rect, list: &List, total: usize) -> bool {
        if !list.is_typing() && list.filter().is_empty() {
            return false;
        }
        let found = format!("  {} of {}", text::grouped(list.rows().len()), text::grouped(total));
        let caret = if list.is_typing() { "_" } else { "" };
        let room = usize::from(area.width).saturating_sub(4 + text::width(&found));
        let typed = text::sanitise(list.filter()).into_owned();
        let line = Line::from(vec![
            Span::styled(format!("/{}{caret}", text::fit(&typed, room)), self.theme.accent()),
            Span::styled(found, self.theme.muted()),
        ]);
        self.put(columns(area, TEXT_COLUMN, area.width), line);
        true
    }

    /// Says something instead of rows, wrapped; what does not fit ends with `…`.
    pub(super) fn message(&mut self, model: &Model, area: Rect, lines: &[app::Line]) {
        let wrapped: Vec<(Tone, String)> = lines
            .iter()
            .flat_map(|line| {
                let pieces = line.wrapped(app::message_columns(model));
                pieces.into_iter().map(|piece| (line.tone, piece))
            })
            .collect();
        let room = usize::from(area.height);
        for (index, (tone, piece)) in wrapped.iter().take(room).enumerate() {
            let row = columns(row(area, index), TEXT_COLUMN, area.width);
            let is_cut = index + 1 == room && wrapped.len() > room;
            let shown = if is_cut { "…" } else { piece };
            self.put(row, Line::styled(shown.to_owned(), self.theme.tone(*tone)));
        }
        // The mark tells trouble where the colour does not.
        if wrapped.first().is_some_and(|(tone, _)| *tone == Tone::Danger) {
            self.put(columns(area, CURSOR_COLUMN, 1), Line::styled("!", self.theme.danger()));
        }
    }
}

/// `Reading stages 3s (1,200)` while that is so.
pub(super) fn reading(model: &Model, what: &str, open: &Open) -> Vec<app::Line> {
    let text = format!("Reading {what}{}; ctrl-c cancels", so_far(model, open));
    vec![app::Line::new(Tone::Muted, &text)]
}

/// How long a read has taken, from one second on, and how many items it has.
pub(super) fn so_far(model: &Model, open: &Open) -> String {
    let seconds = model.now.as_second().saturating_sub(open.asked_at.as_second());
    let elapsed = if seconds > 0 { format!(" {seconds}s") } else { String::new() };
    let items = open.progress.map(|items| format!(" ({})", text::grouped(items)));
    elapsed + &items.unwrap_or_default()
}

/// What to say when the filter leaves nothing.
pub(super) fn no_match(list: &List) -> Vec<app::Line> {
    vec![app::Line::new(Tone::Muted, &format!("Nothing matches “{}”; esc clears the filter", list.filter()))]
}

/// The widest of the texts, between two limits.
pub(super) fn widest(texts: impl Iterator<Item = usize>, least: u16, most: u16) -> u16 {
    let widest = texts.max().unwrap_or(0);
    u16::try_from(widest).unwrap_or(u16::MAX).clamp(least, most)
}
