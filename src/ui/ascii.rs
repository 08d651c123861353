//! The frame in ASCII alone, for terminals and fonts that have nothing else.

use ratatui::buffer::Buffer;

/// Replaces every character outside ASCII; what has no likeness becomes `?`.
pub(super) fn transliterate(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            let likeness = likeness(cell.symbol());
            cell.set_symbol(likeness);
        }
    }
}

fn likeness(symbol: &str) -> &'static str {
    match symbol {
        "▁" => "_",
        "▂" | "·" => ".",
        "▃" => ":",
        "▄" | "–" | "─" | "╌" => "-",
        "▅" => "=",
        "▆" | "┌" | "┐" | "└" | "┘" | "┬" => "+",
        "▇" | "•" | "◆" => "*",
        "█" => "#",
        "│" => "|",
        "…" => "~",
        "▲" => "^",
        "◇" => "o",
        "→" => ">",
        "“" | "”" => "'",
        _ => symbol.chars().next().and_then(dots).unwrap_or("?"),
    }
}

/// What the dots of a braille cell look like from afar.
fn dots(symbol: char) -> Option<&'static str> {
    const UPPER: u32 = 0x01 | 0x02 | 0x08 | 0x10;
    let bits = u32::from(symbol).checked_sub(0x2800).filter(|bits| *bits < 0x100)?;
    Some(match (bits & UPPER, bits & !UPPER, bits.count_ones()) {
        (0, 0, _) => " ",
        (_, _, 6..) => "#",
        (_, 0, _) => "'",
        (0, _, _) => ".",
        (_, _, _) => ":",
    })
}
