//! What strings pass before a person sees them, and how figures, ages and times are written.

use std::borrow::Cow;
use std::fmt::Write as _;

use jiff::{Timestamp, tz::TimeZone};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// What stands where CloudWatch has no data.
pub const NO_DATA: &str = "–";

/// Makes a string from outside safe to draw on one line: control characters, line breaks and characters that turn the
/// direction of writing become visible as `\u{..}` or as a blank, and nothing reaches the terminal as a command.
pub fn sanitise(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => safe.push(' '),
            other if is_unsafe(other) => {
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(other));
            }
            other => safe.push(other),
        }
    }
    Cow::Owned(safe)
}

/// As [`sanitise`], for text of several lines: each line on its own.
pub fn sanitise_lines(text: &str) -> Vec<String> {
    text.lines().map(|line| sanitise(line).into_owned()).collect()
}

/// The text as one word of a shell's command line, for commands to copy; safe to draw like [`sanitise`]'s.
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_.:/@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        sanitise(text).into_owned()
    } else {
        format!("'{}'", sanitise(text).replace('\'', r"'\''"))
    }
}

/// Whether a character could command a terminal, or make a text read as what it is not.
pub fn is_unsafe(character: char) -> bool {
    let code = u32::from(character);
    character.is_control()
        // Zero-width, direction and annotation controls; the joiners of emoji (200c, 200d) stay.
        || matches!(code, 0x200b | 0x200e | 0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0xfff9..=0xfffb | 0xe0000..=0xe007f)
}

/// Columns a string takes in a terminal.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Cuts a string to that many columns, whole characters as people see them, with `…` where something is gone.
pub fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    if text.width() <= columns {
        return Cow::Borrowed(text);
    }
    let mut used = 0;
    let mut cut = String::new();
    for grapheme in text.graphemes(true) {
        used += grapheme.width();
        if used + 1 > columns {
            break;
        }
        cut.push_str(grapheme);
    }
    if columns > 0 {
        cut.push('…');
    }
    Cow::Owned(cut)
}

/// As [`fit`], but cuts in the middle, for ids, ARNs and URLs, whose ends tell them apart.
pub fn fit_middle(text: &str, columns: usize) -> Cow<'_, str> {
    if text.width() <= columns {
        return Cow::Borrowed(text);
    }
    if columns < 5 {
        return fit(text, columns);
    }
    let tail_columns = (columns - 1) / 2;
    let head = fit(text, columns - tail_columns).into_owned();
    let mut tail: Vec<&str> = Vec::new();
    let mut used = 0;
    for grapheme in text.graphemes(true).rev() {
        used += grapheme.width();
        if used > tail_columns {
            break;
        }
        tail.push(grapheme);
    }
    tail.reverse();
    Cow::Owned(head + &tail.concat())
}

/// A count in at most five columns: `0`, `999`, `12.0K`, `1.24M`.
pub fn count(value: Option<f64>) -> String {
    let Some(value) = value else {
        return NO_DATA.to_owned();
    };
    match value {
        v if v < 999.5 => format!("{v:.0}"),
        v if v < 9_995.0 => format!("{:.2}K", v / 1e3),
        v if v < 99_950.0 => format!("{:.1}K", v / 1e3),
        v if v < 999_500.0 => format!("{:.0}K", v / 1e3),
        v if v < 9_995_000.0 => format!("{:.2}M", v / 1e6),
        v if v < 99_950_000.0 => format!("{:.1}M", v / 1e6),
        v if v < 999_500_000.0 => format!("{:.0}M", v / 1e6),
        v => format!("{:.2}G", v / 1e9),
    }
}

/// A duration given in milliseconds: `84 ms`, `2.31 s`.
pub fn milliseconds(value: Option<f64>) -> String {
    match value {
        None => NO_DATA.to_owned(),
        Some(v) if v < 9.95 => format!("{v:.1} ms"),
        Some(v) if v < 999.5 => format!("{v:.0} ms"),
        Some(v) if v < 9_995.0 => format!("{:.2} s", v / 1e3),
        Some(v) => format!("{:.1} s", v / 1e3),
    }
}

/// A fraction as percent: `0%`, `0.01%`, `4.80%`, `100%`. What is not zero never reads as zero.
pub fn percent(fraction: Option<f64>) -> String {
    match fraction.map(|fraction| fraction * 100.0) {
        None => NO_DATA.to_owned(),
        Some(0.0) => "0%".to_owned(),
        Some(v) if v < 0.005 => "<0.01%".to_owned(),
        Some(v) if v < 9.995 => format!("{v:.2}%"),
        Some(v) if v < 99.95 => format!("{v:.1}%"),
        Some(v) => format!("{v:.0}%"),
    }
}

/// How long ago something was: `now` below a minute, then `5m ago`, `2h ago`, `3d ago`, `8w ago`. The future reads `now`.
pub fn age(then: Timestamp, now: Timestamp) -> String {
    match now.as_second().saturating_sub(then.as_second()) {
        seconds if seconds < 60 => "now".to_owned(),
        seconds if seconds < 3600 => format!("{}m ago", seconds / 60),
        seconds if seconds < 86_400 => format!("{}h ago", seconds / 3600),
        seconds if seconds < 60 * 86_400 => format!("{}d ago", seconds / 86_400),
        seconds => format!("{}w ago", seconds / (7 * 86_400)),
    }
}

/// A local time to the minute: `2026-11-22 10:04`.
pub fn local_minute(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// The known words that somebody who wrote `word` may have meant, nearest first, three at most.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut near: Vec<(f64, &str)> = known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(similarity, _)| *similarity > 0.75)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

/// A whole number with its thousands apart: `1,200`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 stage`, `2 stages`.
pub fn plural(number: usize, singular: &str) -> String {
    match number {
        1 => format!("1 {singular}"),
        _ => format!("{number} {singular}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_escape_sequence_becomes_visible() {
        assert_eq!(sanitise("a\u{1b}[31mb\nc\u{9b}d\u{202e}e"), "a\\u{1b}[31mb c\\u{9b}d\\u{202e}e");
        assert!(matches!(sanitise("größe 規 👩‍💻"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_cut_keeps_wide_characters_whole() {
        assert_eq!(fit("規規規", 6), "規規規");
        assert_eq!(fit("規規規", 5), "規規…");
        assert_eq!(fit("規規規", 4), "規…");
        assert_eq!(fit("abc", 0), "");
        assert_eq!(fit_middle("https://example.com/prod", 11), "https…/prod");
    }

    #[test]
    fn figures_are_short_and_absent_is_not_zero() {
        let counts = [0.0, 999.0, 1000.0, 12_040.0, 999_499.0, 1_240_000.0].map(|value| count(Some(value)));
        assert_eq!(counts, ["0", "999", "1.00K", "12.0K", "999K", "1.24M"]);
        assert_eq!((count(None), milliseconds(None), percent(None)), ("–".into(), "–".into(), "–".into()));
        assert_eq!(
            [0.0, 0.00001, 0.048, 0.5, 1.0].map(|v| percent(Some(v))),
            ["0%", "<0.01%", "4.80%", "50.0%", "100%"]
        );
        assert_eq!(
            [3.21, 84.2, 999.4, 2310.0, 29_000.0].map(|v| milliseconds(Some(v))),
            ["3.2 ms", "84 ms", "999 ms", "2.31 s", "29.0 s"]
        );
    }

    #[test]
    fn a_grouped_number_keeps_its_digits() {
        assert_eq!([0, 999, 1200, 1_234_567].map(grouped), ["0", "999", "1,200", "1,234,567"]);
    }

    #[test]
    fn ages_change_by_the_minute_at_most() {
        let now = Timestamp::from_second(10_000_000).unwrap();
        let ago = |seconds: i64| age(Timestamp::from_second(10_000_000 - seconds).unwrap(), now);
        assert_eq!(
            [-5, 0, 59, 60, 3599, 7200, 90_000].map(ago),
            ["now", "now", "now", "1m ago", "59m ago", "2h ago", "1d ago"]
        );
    }

    #[test]
    fn a_slip_of_the_finger_finds_the_word_that_was_meant() {
        let known = ["region", "role_arn", "read_only", "refresh_seconds"];
        assert_eq!(nearest("regoin", known).first(), Some(&"region"));
        assert_eq!(nearest("Role_ARN", known), ["role_arn"]);
        assert!(nearest("colour", known).is_empty());
    }

    #[test]
    fn a_word_of_a_command_is_one_word_for_a_shell() {
        assert_eq!(shell_word("orders-prod"), "orders-prod");
        assert_eq!(shell_word("größe"), "größe");
        assert_eq!(shell_word("my orders"), "'my orders'");
        assert_eq!(shell_word("it's"), r"'it'\''s'");
        assert_eq!(shell_word("a;rm"), "'a;rm'");
        assert_eq!(shell_word("$default"), "'$default'");
    }

    proptest! {
        #[test]
        fn nothing_sanitised_can_command_a_terminal(text in any::<String>()) {
            prop_assert!(!sanitise(&text).chars().any(char::is_control));
        }

        #[test]
        fn a_cut_never_exceeds_its_columns(text in any::<String>(), columns in 0usize..40) {
            prop_assert!(width(&fit(&text, columns)) <= columns);
            prop_assert!(width(&fit_middle(&text, columns)) <= columns);
        }
    }
}
