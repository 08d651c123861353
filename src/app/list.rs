//! A list with a cursor, a filter and a place in its pane. What the rows are is the screen's business.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::input::Motion;

/// Cursor, filter and scroll position. Rows are indices into the screen's data, filtered and sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct List {
    rows: Vec<usize>,
    cursor: usize,
    cursor_key: Option<String>,
    offset: usize,
    filter: String,
    typing: bool,
}

impl List {
    /// The rows in order, as indices into the data.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// The row under the cursor, counted from 0.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The first line of the list that its pane shows.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The data index under the cursor.
    pub fn selected(&self) -> Option<usize> {
        self.rows.get(self.cursor).copied()
    }

    /// What the rows are filtered by; empty shows all.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// Whether the filter takes the keys that are typed.
    pub fn is_typing(&self) -> bool {
        self.typing
    }

    /// Starts or ends typing into the filter.
    pub fn set_typing(&mut self, typing: bool) {
        self.typing = typing;
    }

    /// Adds text to the filter. Line breaks and other control characters of a paste are left out.
    pub fn type_text(&mut self, text: &str) {
        self.filter.extend(text.chars().filter(|character| !character.is_control()));
    }

    /// Takes back the last character of the filter.
    pub fn erase(&mut self) {
        self.filter.pop();
    }

    /// Empties the filter and ends typing.
    pub fn clear_filter(&mut self) {
        self.filter.clear();
        self.typing = false;
    }

    /// Takes new rows. The cursor stays on the row with the same key, and else near the place where it was.
    pub fn set_rows<'a>(&mut self, rows: Vec<usize>, key_of: impl Fn(usize) -> &'a str) {
        self.rows = rows;
        let kept =
            self.cursor_key.as_ref().and_then(|key| self.rows.iter().position(|&row| key_of(row) == key));
        self.cursor = kept.unwrap_or(self.cursor).min(self.rows.len().saturating_sub(1));
        self.remember(key_of);
    }

    /// Puts the cursor on a row, counted from 0.
    pub fn select<'a>(&mut self, row: usize, key_of: impl Fn(usize) -> &'a str) {
        self.cursor = row.min(self.rows.len().saturating_sub(1));
        self.remember(key_of);
    }

    /// Moves the cursor; `page` is the pane's height.
    pub fn go<'a>(&mut self, motion: Motion, page: usize, key_of: impl Fn(usize) -> &'a str) {
        let half = (page / 2).max(1);
        let row = match motion {
            Motion::Down => self.cursor.saturating_add(1),
            Motion::Up => self.cursor.saturating_sub(1),
            Motion::Top => 0,
            Motion::Bottom => usize::MAX,
            Motion::HalfPageDown => self.cursor.saturating_add(half),
            Motion::HalfPageUp => self.cursor.saturating_sub(half),
        };
        self.select(row, key_of);
    }

    fn remember<'a>(&mut self, key_of: impl Fn(usize) -> &'a str) {
        if let Some(selected) = self.selected() {
            self.cursor_key = Some(key_of(selected).to_owned());
        }
    }

    /// Scrolls as little as needed to show the cursor's row, which `height_of` may say is several lines tall. The end of
    /// the list never leaves empty lines behind it.
    pub fn reveal(&mut self, viewport: usize, height_of: impl Fn(usize) -> usize) {
        let top: usize = self.rows.iter().take(self.cursor).map(|&row| height_of(row)).sum();
        let height = self.selected().map_or(0, &height_of).min(viewport);
        let all: usize = top + self.rows.iter().skip(self.cursor).map(|&row| height_of(row)).sum::<usize>();
        self.offset = self.offset.clamp((top + height).saturating_sub(viewport), top);
        self.offset =
            self.offset.min(all.saturating_sub(viewport).max((top + height).saturating_sub(viewport)));
    }
}

/// Which of the texts contain every word of the filter, in their own order. Capitals in a word make it mind the case.
pub fn matching<T: AsRef<str>>(filter: &str, texts: impl Iterator<Item = T>) -> Vec<usize> {
    if filter.trim().is_empty() {
        return texts.enumerate().map(|(index, _)| index).collect();
    }
    let pattern = Pattern::new(filter, CaseMatching::Smart, Normalization::Smart, AtomKind::Substring);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut is_match = |text: &str| pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher).is_some();
    texts.enumerate().filter(|(_, text)| is_match(text.as_ref())).map(|(index, _)| index).collect()
}

/// Which of the texts match loosely, the best first.
pub fn best_matching<T: AsRef<str>>(filter: &str, texts: impl Iterator<Item = T>) -> Vec<usize> {
    let pattern = Pattern::parse(filter, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut scored: Vec<(u32, usize)> = texts
        .enumerate()
        .filter_map(|(index, text)| {
            let score = pattern.score(Utf32Str::new(text.as_ref(), &mut buffer), &mut matcher)?;
            Some((score, index))
        })
        .collect();
    scored.sort_by_key(|&(score, index)| (std::cmp::Reverse(score), index));
    scored.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEYS: [&str; 4] = ["a", "b", "c", "d"];

    fn key_of(index: usize) -> &'static str {
        KEYS[index]
    }

    #[test]
    fn the_cursor_follows_its_row_through_a_new_order() {
        let mut list = List::default();
        list.set_rows(vec![0, 1, 2, 3], key_of);
        list.select(1, key_of);
        list.set_rows(vec![3, 2, 1], key_of);
        assert_eq!((list.cursor(), list.selected()), (2, Some(1)));
        list.set_rows(vec![0], key_of);
        assert_eq!(list.selected(), Some(0));
        list.set_rows(Vec::new(), key_of);
        assert_eq!(list.selected(), None);
    }

    #[test]
    fn words_of_a_filter_are_all_needed_in_any_order() {
        let texts = ["x1 v2.3.0 prod", "x2 v2.3.0-rc1", "x3 Prod"];
        assert_eq!(matching("prod v2", texts.iter()), [0]);
        assert_eq!(matching("prod", texts.iter()), [0, 2]);
        assert_eq!(matching("Prod", texts.iter()), [2]);
        assert_eq!(matching(" ", texts.iter()), [0, 1, 2]);
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_in_view(
            heights in prop::collection::vec(1usize..6, 1..40),
            viewport in 1usize..20,
            moves in prop::collection::vec(0usize..40, 1..20),
        ) {
            let keys: Vec<String> = (0..heights.len()).map(|index| index.to_string()).collect();
            let mut list = List::default();
            list.set_rows((0..heights.len()).collect(), |index| &keys[index]);
            for row in moves {
                list.select(row, |index| &keys[index]);
                list.reveal(viewport, |index| heights[index]);
                let top: usize = heights[..list.cursor()].iter().sum();
                prop_assert!(list.offset() <= top);
                prop_assert!(top + heights[list.cursor()].min(viewport) <= list.offset() + viewport);
            }
        }
    }
}
