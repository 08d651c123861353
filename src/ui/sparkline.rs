//! A series as one glyph a slot.

/// From the lowest to the highest.
const GLYPHS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The slots' values, scaled to the highest of them. A slot without data is blank, which is not the same as a low one.
pub(super) fn sparkline(slots: &[Option<f64>]) -> String {
    let highest = slots.iter().flatten().copied().fold(0.0, f64::max);
    slots.iter().map(|slot| slot.map_or(' ', |value| glyph(value, highest))).collect()
}

fn glyph(value: f64, highest: f64) -> char {
    let part = if highest > 0.0 { (value / highest).clamp(0.0, 1.0) } else { 0.0 };
    let level = (part * GLYPHS.len() as f64).ceil() as usize;
    GLYPHS.get(level.saturating_sub(1)).copied().unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_blank_and_the_highest_is_full() {
        assert_eq!(sparkline(&[Some(0.0), Some(1.0), None, Some(50.0), Some(100.0)]), "▁▁ ▄█");
    }

    #[test]
    fn zeros_alone_are_low_and_nothing_alone_is_blank() {
        assert_eq!(sparkline(&[Some(0.0), None]), "▁ ");
        assert_eq!(sparkline(&[]), "");
    }
}
