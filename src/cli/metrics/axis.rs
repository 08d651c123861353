//! What stands below the charts: local times, and the deployments that were made meanwhile.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::chart::Grid;
use crate::text;

/// Lines of deployments at most; those without room are counted.
const MOST_LINES: usize = 4;

/// A line on which words stand where they belong, none over another.
struct Line {
    text: String,
    width: usize,
}

impl Line {
    fn new(width: usize) -> Self {
        Self { text: String::new(), width }
    }

    /// Puts a word at that column, if there is room for it behind the words before.
    fn put(&mut self, column: usize, word: &str) -> bool {
        let used = text::width(&self.text);
        let fits = (used == 0 || column > used) && column + text::width(word) <= self.width;
        if fits {
            self.text.push_str(&" ".repeat(column - used));
            self.text.push_str(word);
        }
        fits
    }
}

/// Local times at regular distances, the first one at the start and the last one at the end.
pub fn times(grid: &Grid, end: Timestamp, zone: &TimeZone, days: bool) -> String {
    let format = if days { "%m-%d %H:%M" } else { "%H:%M" };
    let shown = |at: Timestamp| at.to_zoned(zone.clone()).strftime(format).to_string();
    let last = shown(end);
    let place = grid.width().saturating_sub(text::width(&last));
    let parts = (grid.width() / (2 * text::width(&last) + 2)).clamp(1, 6);
    let mut line = Line::new(place.saturating_sub(1));
    for part in 0..parts {
        let column = grid.width() * part / parts;
        if let Some(at) = grid.time(column) {
            line.put(column, &shown(at));
        }
    }
    line.width = grid.width().max(text::width(&last));
    line.put(place, &last);
    line.text
}

/// Marks with ids, each mark in the column of its time, on as many lines as they need; `*` stands for the one that is active
/// now.
pub fn marks(grid: &Grid, marks: &[(Timestamp, String, bool)]) -> Vec<String> {
    let mut lines: Vec<Line> = Vec::new();
    let mut left_out = 0;
    for (at, id, is_active) in marks {
        let column = grid.column(*at);
        let mark = if *is_active { '*' } else { '^' };
        let right = format!("{mark}{id}");
        // Near the end the id stands before its mark.
        let (column, word) = if column + text::width(&right) <= grid.width() {
            (column, right)
        } else {
            (column.saturating_sub(text::width(id)), format!("{id}{mark}"))
        };
        if lines.iter_mut().any(|line| line.put(column, &word)) {
            continue;
        }
        let mut line = Line::new(grid.width().max(text::width(&word)));
        if lines.len() < MOST_LINES && line.put(column, &word) {
            lines.push(line);
        } else {
            left_out += 1;
        }
    }
    let rest = (left_out > 0).then(|| format!("and {} more", text::plural(left_out, "deployment")));
    lines.into_iter().map(|line| line.text).chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{TimeRange, Window};

    fn grid(range: TimeRange, width: usize) -> (Grid, Window) {
        let window = Window::aligned(range, "2026-11-23T10:04:59Z".parse().unwrap());
        (Grid::new(window, width), window)
    }

    #[test]
    fn times_are_local_and_reach_from_start_to_end() {
        let (grid, window) = grid(TimeRange::H3, 60);
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let line = times(&grid, window.end, &zone, false);
        assert_eq!(line, "08:02       08:38       09:14       09:50       10:26  11:02");
    }

    #[test]
    fn days_are_told_where_there_are_several_and_nothing_overflows() {
        for width in [12, 25, 71, 120] {
            let (grid, window) = grid(TimeRange::W1, width);
            let line = times(&grid, window.end, &TimeZone::UTC, true);
            assert!(line.ends_with("11-23 10:02"), "{line}");
            assert!(text::width(&line) <= width.max(11), "{line}");
        }
    }

    #[test]
    fn marks_that_meet_move_to_the_next_line() {
        let (grid, window) = grid(TimeRange::H1, 60);
        let mark = |minute: i64, id: &str, is_active| {
            (
                Timestamp::from_second(window.start.as_second() + minute * 60).unwrap(),
                id.to_owned(),
                is_active,
            )
        };
        let made =
            [mark(3, "a1", false), mark(4, "b2", false), mark(30, "c3", true), mark(59, "d4d4d4", false)];
        assert_eq!(
            marks(&grid, &made),
            ["   ^a1                        *c3                    d4d4d4^", "    ^b2"]
        );
        let crowd: Vec<_> = (0..6).map(|_| mark(10, "abcdef", false)).collect();
        assert_eq!(marks(&grid, &crowd).last().unwrap(), "and 2 deployments more");
    }
}
