//! Tables for people: columns aligned by what a terminal shows, cut to its width.

use clap::builder::styling::AnsiColor;

use crate::text;

/// Whether a text may be coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// No escape sequence at all.
    Plain,
    /// Colours of the terminal's own palette.
    Colour,
}

/// What a cell means; a colour only repeats what its words already say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing special.
    Normal,
    /// As it should be.
    Good,
    /// Worth a look.
    Warning,
    /// In trouble.
    Danger,
}

impl Tone {
    /// The text in the tone's colour, if there is ink for it.
    pub fn paint(self, text: &str, ink: Ink) -> String {
        let colour = match (ink, self) {
            (Ink::Plain, _) | (_, Self::Normal) => return text.to_owned(),
            (_, Self::Good) => AnsiColor::Green,
            (_, Self::Warning) => AnsiColor::Yellow,
            (_, Self::Danger) => AnsiColor::Red,
        };
        let style = colour.on_default();
        format!("{style}{text}{style:#}")
    }
}

/// To which side a column's cells move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// How a column gives way when the table is too wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shrink {
    /// Not at all.
    Never,
    /// Down to so many columns, cut at the end.
    End(usize),
    /// Down to so many columns, cut in the middle, for ids and URLs.
    Middle(usize),
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The word above it.
    pub title: &'static str,
    /// To which side its cells move.
    pub align: Align,
    /// How it gives way.
    pub shrink: Shrink,
}

impl Column {
    /// A column of words that keeps its width.
    pub const fn words(title: &'static str) -> Self {
        Self { title, align: Align::Left, shrink: Shrink::Never }
    }

    /// A column of numbers, which are never cut.
    pub const fn numbers(title: &'static str) -> Self {
        Self { title, align: Align::Right, shrink: Shrink::Never }
    }

    /// The same column, giving way so.
    pub const fn shrinking(mut self, shrink: Shrink) -> Self {
        self.shrink = shrink;
        self
    }

    fn fit(self, cell: &str, columns: usize) -> String {
        let cut = match self.shrink {
            Shrink::Middle(_) => text::fit_middle(cell, columns),
            _ => text::fit(cell, columns),
        };
        cut.into_owned()
    }
}

/// One cell, sanitised when it is made.
#[derive(Clone, Debug)]
pub struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    /// A cell of that text.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self::toned(text, Tone::Normal)
    }

    /// A cell of that text and tone.
    pub fn toned(text: impl AsRef<str>, tone: Tone) -> Self {
        Self { text: text::sanitise(text.as_ref()).into_owned(), tone }
    }

    /// A cell that says that there is nothing, or the text.
    pub fn or_none(text: Option<impl AsRef<str>>) -> Self {
        match text {
            Some(text) => Self::new(text),
            None => Self::new(text::NO_DATA),
        }
    }
}

/// Lines of the table with its titles, none wider than `width` as long as the columns can give way.
pub fn lines(columns: &[Column], rows: &[Vec<Cell>], width: usize, ink: Ink) -> Vec<String> {
    let (widths, gap) = widths(columns, rows, width);
    let titles: Vec<Cell> = columns.iter().map(|column| Cell::new(column.title)).collect();
    std::iter::once(&titles).chain(rows).map(|row| line(columns, row, &widths, gap, ink)).collect()
}

fn line(columns: &[Column], row: &[Cell], widths: &[usize], gap: usize, ink: Ink) -> String {
    let mut line = String::new();
    let mut pending = 0;
    for ((column, cell), &width) in columns.iter().zip(row).zip(widths) {
        let shown = column.fit(&cell.text, width);
        let blank = width.saturating_sub(text::width(&shown));
        let (before, after) = match column.align {
            Align::Left => (0, blank),
            Align::Right => (blank, 0),
        };
        // Blanks wait until something follows them, so that no line ends in one.
        if shown.is_empty() {
            pending += before;
        } else {
            line.push_str(&" ".repeat(pending + before));
            line.push_str(&cell.tone.paint(&shown, ink));
            pending = 0;
        }
        pending += after + gap;
    }
    line
}

/// The columns' widths and the gap between them.
fn widths(columns: &[Column], rows: &[Vec<Cell>], width: usize) -> (Vec<usize>, usize) {
    let natural = |(index, column): (usize, &Column)| {
        let cells = rows.iter().filter_map(|row| row.get(index));
        let widest = cells.map(|cell| text::width(&cell.text)).max();
        text::width(column.title).max(widest.unwrap_or(0))
    };
    let mut widths: Vec<usize> = columns.iter().enumerate().map(natural).collect();
    let gaps = columns.len().saturating_sub(1);
    let total: usize = widths.iter().sum();
    let gap = if total + 2 * gaps > width { 1 } else { 2 };
    let mut excess = (total + gap * gaps).saturating_sub(width);
    for (own, column) in widths.iter_mut().zip(columns).rev() {
        if let Shrink::End(least) | Shrink::Middle(least) = column.shrink {
            let given = excess.min(own.saturating_sub(least));
            *own -= given;
            excess -= given;
        }
    }
    (widths, gap)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [
        Column::words("NAME").shrinking(Shrink::End(4)),
        Column::numbers("COUNT"),
        Column::words("URL").shrinking(Shrink::Middle(7)),
    ];

    fn row(name: &str, count: &str, url: &str) -> Vec<Cell> {
        [name, count, url].map(Cell::new).to_vec()
    }

    #[test]
    fn columns_are_as_wide_as_what_a_terminal_shows() {
        let rows = [row("規規", "5", "a"), row("b\u{1b}", "1.24M", "")];
        assert_eq!(
            lines(&COLUMNS, &rows, 80, Ink::Plain),
            ["NAME     COUNT  URL", "規規         5  a", "b\\u{1b}  1.24M"]
        );
    }

    #[test]
    fn a_table_too_wide_gives_way_from_the_right() {
        let rows = [row("production", "5", "https://example.com/prod")];
        let shown = lines(&COLUMNS, &rows, 30, Ink::Plain);
        assert_eq!(shown[1], "production     5 https:…m/prod");
        let narrow = lines(&COLUMNS, &rows, 5, Ink::Plain);
        assert_eq!(narrow[1], "pro…     5 htt…rod");
    }

    #[test]
    fn colour_changes_no_column_and_needs_ink() {
        let rows = [vec![Cell::toned("ok", Tone::Good), Cell::new("5"), Cell::new("a")]];
        let coloured = lines(&COLUMNS, &rows, 80, Ink::Colour);
        assert_eq!(coloured[1], "\u{1b}[32mok\u{1b}[0m        5  a");
        assert!(!lines(&COLUMNS, &rows, 80, Ink::Plain).concat().contains('\u{1b}'));
    }
}
