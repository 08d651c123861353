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
        "▄" | "–" | "─" => "-",
        "▅" => "=",
        "▆" | "┌" | "┐" | "└" | "┘" => "+",
        "▇" | "•" => "*",
        "█" => "#",
        "│" => "|",
        "…" => "~",
        "→" => ">",
        "“" | "”" => "'",
        _ => "?",
    }
}
