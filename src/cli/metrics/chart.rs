//! A series as columns of block characters, several rows high.

use jiff::Timestamp;

use crate::domain::{Series, Window};

/// The parts of a row that a column can fill, from none to all of it.
const BLOCKS: &[char] = &[' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// The same for terminals that have ASCII alone.
const ASCII: &[char] = &[' ', '.', ':', '|'];

/// Which periods stand in which columns of a chart; the same for every chart of a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    window: Window,
    /// Periods of one column; more than one where the chart is narrower than the window has periods.
    pub periods: usize,
    /// Columns of the terminal for one column of the chart.
    repeat: usize,
    slots: usize,
}

impl Grid {
    /// A grid for that window, at most so many columns of the terminal wide.
    pub fn new(window: Window, width: usize) -> Self {
        let all = window.periods().count().max(1);
        let periods = all.div_ceil(width.max(1));
        let slots = all.div_ceil(periods);
        Self { window, periods, repeat: (width / slots).max(1), slots }
    }

    /// Columns of the terminal that it takes.
    pub fn width(&self) -> usize {
        self.slots * self.repeat
    }

    /// The first column of the terminal in which that time stands.
    pub fn column(&self, at: Timestamp) -> usize {
        self.slot(at).min(self.slots.saturating_sub(1)) * self.repeat
    }

    /// The time at which what stands in that column of the terminal begins.
    pub fn time(&self, column: usize) -> Option<Timestamp> {
        self.window.periods().nth(column / self.repeat * self.periods)
    }

    fn slot(&self, at: Timestamp) -> usize {
        let offset = at.as_second() - self.window.start.as_second();
        let period = usize::try_from(offset / self.window.period_seconds.max(1)).unwrap_or(0);
        period / self.periods
    }

    /// The rows of a chart from the top, scaled to the highest value. A column shows the highest of its periods, so that no
    /// peak is lost; one without data is blank, which is not the same as a low one.
    pub fn draw(&self, series: &Series, rows: usize, ascii: bool) -> Vec<String> {
        let parts = if ascii { ASCII } else { BLOCKS };
        let full = parts.len() - 1;
        let highest = series.highest().map_or(0.0, |point| point.value);
        let level = |value: f64| {
            let part = if highest > 0.0 { (value / highest).clamp(0.0, 1.0) } else { 0.0 };
            ((part * (rows * full) as f64).ceil() as usize).max(1)
        };
        let mut levels = vec![0; self.slots];
        for point in series.points() {
            if let Some(slot) = levels.get_mut(self.slot(point.at)) {
                *slot = level(point.value).max(*slot);
            }
        }
        let row = |row: usize| {
            let below = (rows - 1 - row) * full;
            let glyph =
                |level: &usize| parts.get(level.saturating_sub(below).min(full)).copied().unwrap_or(' ');
            let line: String =
                levels.iter().flat_map(|level| std::iter::repeat_n(glyph(level), self.repeat)).collect();
            line.trim_end().to_owned()
        };
        (0..rows).map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Point, TimeRange};

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    fn window(minutes: i64) -> Window {
        Window { start: at(0), end: at(minutes), period_seconds: 60 }
    }

    fn series(values: &[(i64, f64)]) -> Series {
        Series::new(values.iter().map(|&(minute, value)| Point { at: at(minute), value }).collect())
    }

    #[test]
    fn a_column_is_as_high_as_its_value_and_a_gap_is_blank() {
        let grid = Grid::new(window(6), 6);
        let values = series(&[(0, 0.0), (1, 25.0), (2, 50.0), (4, 100.0), (5, 1.0)]);
        assert_eq!(grid.draw(&values, 2, false), ["    █", "▁▄█ █▁"]);
        assert_eq!(grid.draw(&values, 2, true), ["    |", ".:| |."]);
        assert_eq!(grid.draw(&Series::default(), 2, false), ["", ""]);
        assert_eq!(grid.draw(&series(&[(1, 0.0)]), 1, false), [" ▁"]);
    }

    #[test]
    fn a_narrow_chart_keeps_the_peaks_and_a_wide_one_is_stretched() {
        let peak = series(&[(0, 1.0), (3, 8.0), (4, 2.0)]);
        let narrow = Grid::new(window(6), 4);
        assert_eq!((narrow.periods, narrow.width()), (2, 3));
        assert_eq!(narrow.draw(&peak, 1, false), ["▁█▂"]);
        let wide = Grid::new(window(3), 7);
        assert_eq!((wide.periods, wide.width()), (1, 6));
        assert_eq!(wide.draw(&series(&[(1, 1.0)]), 1, false), ["  ██"]);
    }

    #[test]
    fn a_time_stands_in_the_column_that_begins_before_it() {
        for range in TimeRange::ALL {
            let window = Window::aligned(range, "2026-11-23T10:04:59Z".parse().unwrap());
            for width in [20, 71, 130] {
                let grid = Grid::new(window, width);
                assert!(grid.width() <= width.max(grid.periods));
                for period in window.periods() {
                    let begins = grid.time(grid.column(period)).unwrap();
                    let seconds = period.as_second() - begins.as_second();
                    assert!(
                        (0..grid.periods as i64 * window.period_seconds).contains(&seconds),
                        "{range} {width}"
                    );
                }
            }
        }
    }
}
