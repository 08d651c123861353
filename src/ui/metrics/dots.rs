//! Lines and areas out of dots, eight to a cell (braille). A period without data has no dot, one with zero has one on the
//! ground.

/// Dots of a cell, from the left column's top to its bottom, then the right column's.
const BITS: [[u32; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];
/// The cell without a dot; the others follow in the order of their bits.
const EMPTY: u32 = 0x2800;

/// A line's place on the grid: a dot for each period, counted from the left and from the ground.
pub(super) type Path = [Option<(usize, usize)>];

/// How a line runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stroke {
    /// Without a gap.
    Solid,
    /// Two dots of four.
    Dashed,
    /// One dot of two.
    Dotted,
    /// One dot of four.
    Sparse,
}

impl Stroke {
    fn has(self, x: usize) -> bool {
        match self {
            Self::Solid => true,
            Self::Dashed => x % 4 < 2,
            Self::Dotted => x.is_multiple_of(2),
            Self::Sparse => x.is_multiple_of(4),
        }
    }
}

/// The dots of a plot, each cell with the number of the line that was drawn there last.
pub(super) struct Dots {
    columns: usize,
    rows: usize,
    cells: Vec<(u32, usize)>,
}

impl Dots {
    pub(super) fn new(columns: u16, rows: u16) -> Self {
        let (columns, rows) = (usize::from(columns), usize::from(rows));
        Self { columns, rows, cells: vec![(0, 0); columns * rows] }
    }

    /// Dots from the ground to the top.
    pub(super) fn height(&self) -> usize {
        self.rows * 4
    }

    fn set(&mut self, x: usize, y: usize, line: usize) {
        let from_top = self.height().saturating_sub(y + 1);
        let bit = BITS[x % 2][from_top % 4];
        let cell = (x / 2 < self.columns).then_some(from_top / 4 * self.columns + x / 2);
        if let Some(cell) = cell.and_then(|cell| self.cells.get_mut(cell)) {
            *cell = (cell.0 | bit, line);
        }
    }

    /// Joins the dots of neighbours.
    pub(super) fn line(&mut self, path: &Path, stroke: Stroke, line: usize) {
        for (index, &point) in path.iter().enumerate() {
            let Some((x, y)) = point else { continue };
            let before = index.checked_sub(1).and_then(|index| path[index]);
            let alone = before.is_none() && path.get(index + 1).is_none_or(Option::is_none);
            if alone || stroke.has(x) {
                self.set(x, y, line);
            }
            let mut from = y;
            for (x, y) in between(before, (x, y)) {
                // A steep way is never left out: it would hide a peak.
                for y in from.min(y)..=from.max(y) {
                    if stroke.has(x) || from.abs_diff(y) > 1 {
                        self.set(x, y, line);
                    }
                }
                from = y;
            }
        }
    }

    /// Fills what is below the dots of neighbours.
    pub(super) fn area(&mut self, path: &Path, line: usize) {
        for (index, &point) in path.iter().enumerate() {
            let Some(point) = point else { continue };
            let before = index.checked_sub(1).and_then(|index| path[index]);
            for (x, top) in between(before, point).chain([point]) {
                (0..=top).for_each(|y| self.set(x, y, line));
            }
        }
    }

    /// What a cell shows and the number of its line; `None` without a dot.
    pub(super) fn cell(&self, column: usize, row: usize) -> Option<(char, usize)> {
        let &(bits, line) = self.cells.get(row * self.columns + column)?;
        let shown = char::from_u32(EMPTY + bits)?;
        (bits > 0).then_some((shown, line))
    }
}

/// The dots on the way from a point to the next, from there on back, without the two.
fn between(from: Option<(usize, usize)>, to: (usize, usize)) -> impl Iterator<Item = (usize, usize)> {
    let (start, level) = from.unwrap_or(to);
    let (run, rise) = (to.0.saturating_sub(start) as f64, to.1 as f64 - level as f64);
    // Where both stand in one column, the way between them is that column.
    let first = if from.is_some() { start } else { to.0 };
    (first..to.0.max(first + usize::from(from.is_some()))).rev().map(move |x| {
        let part = if run > 0.0 { (x - start) as f64 / run } else { 0.0 };
        (x, (level as f64 + part * rise).round() as usize)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drawn(dots: &Dots) -> Vec<String> {
        let row =
            |row| (0..dots.columns).map(|column| dots.cell(column, row).map_or(' ', |cell| cell.0)).collect();
        (0..dots.rows).map(row).collect()
    }

    #[test]
    fn a_gap_stays_empty_and_zero_is_on_the_ground() {
        let mut dots = Dots::new(4, 1);
        let path = [Some((0, 0)), Some((1, 0)), None, Some((4, 3)), None, Some((7, 0))];
        dots.line(&path, Stroke::Solid, 0);
        assert_eq!(drawn(&dots), ["⣀ ⠁⢀"]);
        let mut area = Dots::new(4, 1);
        area.area(&path, 0);
        assert_eq!(drawn(&area), ["⣀ ⡇⢀"]);
    }

    #[test]
    fn a_peak_is_drawn_whatever_the_stroke() {
        for stroke in [Stroke::Solid, Stroke::Dashed, Stroke::Dotted, Stroke::Sparse] {
            let mut dots = Dots::new(3, 2);
            dots.line(&[Some((0, 0)), Some((2, 0)), Some((3, 7)), Some((4, 0))], stroke, 0);
            assert!(dots.cell(1, 0).is_some(), "{stroke:?} {:?}", drawn(&dots));
        }
    }

    #[test]
    fn a_point_between_gaps_is_drawn_whatever_the_stroke() {
        let mut dots = Dots::new(2, 1);
        dots.line(&[None, Some((3, 1)), None], Stroke::Sparse, 2);
        assert_eq!(dots.cell(1, 0), Some(('⠠', 2)));
    }

    proptest! {
        #[test]
        fn no_line_leaves_its_grid(
            (columns, rows) in (0u16..40, 0u16..20),
            points in prop::collection::vec(prop::option::of((0usize..100, 0usize..100)), 0..40),
        ) {
            let mut dots = Dots::new(columns, rows);
            let mut points = points;
            points.sort_by_key(|point| point.map(|(x, _)| x));
            dots.line(&points, Stroke::Solid, 1);
            dots.area(&points, 2);
            prop_assert_eq!(drawn(&dots).len(), usize::from(rows));
        }
    }
}
