//! The last line: what was just done, or the keys that work here and now; and the meter.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::canvas::{Canvas, columns};
use crate::app::Model;
use crate::input::{Action, find, in_scope};
use crate::text;

/// Below this many columns the meter gives way to the keys.
const METER_MIN_WIDTH: u16 = 60;

/// A key and what it does.
type Entry = (String, &'static str);

pub(super) fn draw(model: &Model, area: Rect, canvas: &mut Canvas) {
    let meter = if area.width < METER_MIN_WIDTH { String::new() } else { meter(model) };
    let meter_width = u16::try_from(text::width(&meter)).unwrap_or(u16::MAX);
    let right = columns(area, 0, area.width.saturating_sub(1));
    canvas.put(right, Line::styled(meter, canvas.theme.muted()).right_aligned());
    let left = columns(area, 1, area.width.saturating_sub(meter_width.saturating_add(4)));
    if let Some(notice) = &model.notice {
        return canvas.put(left, Line::raw(text::sanitise(notice)));
    }
    let spans = fitting(entries(model), always(model), usize::from(left.width));
    let spans = spans.iter().enumerate().flat_map(|(index, (key, label))| {
        let gap = if index == 0 { "" } else { "  " };
        [Span::raw(gap), Span::styled(key.clone(), canvas.theme.accent()), Span::raw(format!(" {label}"))]
    });
    canvas.put(left, spans.collect::<Line>());
}

/// The entries that fit, nearest first, and always those two; none is cut in the middle.
fn fitting(entries: Vec<Entry>, always: Vec<Entry>, room: usize) -> Vec<Entry> {
    let width = |(key, label): &Entry| text::width(key) + 1 + text::width(label) + 2;
    let mut left = room.saturating_add(2).saturating_sub(always.iter().map(width).sum());
    let mut shown: Vec<Entry> = Vec::new();
    for entry in entries {
        if width(&entry) > left {
            break;
        }
        left -= width(&entry);
        shown.push(entry);
    }
    shown.extend(always);
    shown
}

/// What works here, as the table of bindings names it. A nearer scope's row hides the same action of a wider one.
fn entries(model: &Model) -> Vec<Entry> {
    let scope = model.scope();
    let mut seen: Vec<Action> = Vec::new();
    let rows = scope.chain().iter().flat_map(|&scope| in_scope(scope));
    let rows = rows.filter(|binding| {
        let first = !seen.contains(&binding.action);
        seen.push(binding.action);
        first && !binding.footer.is_empty() && model.is_available(binding.action)
    });
    let entry = |binding: &crate::input::Binding| Some((binding.keys.first()?.to_string(), binding.footer));
    rows.filter_map(entry).collect()
}

/// The way to everything else, where it works.
fn always(model: &Model) -> Vec<Entry> {
    let named = [(Action::Palette, "command"), (Action::Help, "help")];
    let entry = |(action, label)| {
        let binding = find(model.scope(), action)?;
        Some((binding.keys.first()?.to_string(), label))
    };
    named.into_iter().filter_map(entry).collect()
}

/// `24 calls $0.0004`.
fn meter(model: &Model) -> String {
    let requests = model.usage.requests;
    if requests == 0 {
        return String::new();
    }
    let calls = if requests == 1 { "call" } else { "calls" };
    let requests = text::grouped(usize::try_from(requests).unwrap_or(usize::MAX));
    format!("{requests} {calls} ${:.4}", model.usage.cost_usd())
}
