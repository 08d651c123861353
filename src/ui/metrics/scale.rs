//! The scale of a chart: round steps that a person can read off.

use crate::domain::Unit;

/// From zero to a round number above the highest value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    top: f64,
    steps: u32,
    unit: Unit,
}

impl Scale {
    /// The scale for values up to `highest` on so many rows. The more rows, the more steps.
    pub(super) fn of(highest: f64, unit: Unit, rows: u16) -> Self {
        // A rate below one percent is drawn as low as it is, and one request is one step.
        let least = if unit == Unit::Fraction { 0.01 } else { 1.0 };
        let wanted = highest.max(least);
        let most_steps = u32::from((rows / 2).clamp(1, 5));
        let mut magnitude = 10f64.powf((wanted / f64::from(most_steps)).log10().floor());
        loop {
            for factor in factors(most_steps, magnitude, unit) {
                let step = factor * magnitude;
                let steps = (1..=most_steps).find(|&steps| step * f64::from(steps) >= wanted * 0.999_999);
                if let Some(steps) = steps {
                    return Self { top: step * f64::from(steps), steps, unit };
                }
            }
            magnitude *= 10.0;
        }
    }

    /// How high a value stands on so many dots, counted from 0. What is not zero never stands on the ground.
    pub(super) fn dot(&self, value: f64, dots: usize) -> usize {
        let last = dots.saturating_sub(1);
        let part = (value / self.top).clamp(0.0, 1.0);
        let dot = (part * last as f64).round() as usize;
        if value > 0.0 { dot.max(1).min(last) } else { 0 }
    }

    /// The labels, each with its row counted from the top.
    pub(super) fn labels(&self, rows: u16) -> Vec<(u16, String)> {
        let dots = usize::from(rows) * 4;
        let label = |step: u32| {
            let value = self.top * f64::from(step) / f64::from(self.steps);
            let from_top = dots.saturating_sub(1).saturating_sub(self.dot(value, dots)) / 4;
            (from_top as u16, self.tick(value))
        };
        (0..=self.steps).rev().map(label).collect()
    }

    fn tick(&self, value: f64) -> String {
        match self.unit {
            _ if value <= 0.0 => "0".to_owned(),
            Unit::Milliseconds if self.top >= 1000.0 => format!("{} s", short(value / 1e3)),
            Unit::Milliseconds => format!("{} ms", short(value)),
            Unit::Fraction => format!("{}%", short(value * 100.0)),
            Unit::Requests if self.top >= 1e9 => format!("{}G", short(value / 1e9)),
            Unit::Requests if self.top >= 1e6 => format!("{}M", short(value / 1e6)),
            Unit::Requests if self.top >= 1e3 => format!("{}K", short(value / 1e3)),
            Unit::Requests => short(value),
        }
    }
}

/// What a step may begin with. A scale of one step has no rows for others, so that its top may be less round.
fn factors(most_steps: u32, magnitude: f64, unit: Unit) -> &'static [f64] {
    match most_steps {
        _ if unit == Unit::Requests && magnitude < 10.0 => &[1.0, 2.0, 5.0],
        1 => &[1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0],
        _ => &[1.0, 2.0, 2.5, 5.0],
    }
}

/// A number without needless zeros.
fn short(value: f64) -> String {
    let long = format!("{value:.2}");
    long.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(highest: f64, unit: Unit, rows: u16) -> Vec<String> {
        Scale::of(highest, unit, rows).labels(rows).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn labels_are_round() {
        for (highest, unit, rows, expected) in [
            (480.0, Unit::Milliseconds, 2, vec!["500 ms", "0"]),
            (1310.0, Unit::Milliseconds, 2, vec!["1.5 s", "0"]),
            (480.0, Unit::Milliseconds, 6, vec!["600 ms", "400 ms", "200 ms", "0"]),
            (84.0, Unit::Milliseconds, 10, vec!["100 ms", "80 ms", "60 ms", "40 ms", "20 ms", "0"]),
            (0.0, Unit::Fraction, 2, vec!["1%", "0"]),
            (0.0003, Unit::Fraction, 4, vec!["1%", "0.5%", "0"]),
            (0.061, Unit::Fraction, 6, vec!["7.5%", "5%", "2.5%", "0"]),
            (1.0, Unit::Fraction, 2, vec!["100%", "0"]),
            (3.0, Unit::Requests, 6, vec!["3", "2", "1", "0"]),
            (12_300.0, Unit::Requests, 2, vec!["15K", "0"]),
            (1_240_000.0, Unit::Requests, 6, vec!["1.5M", "1M", "0.5M", "0"]),
        ] {
            assert_eq!(labels(highest, unit, rows), expected, "{highest} {unit:?} on {rows} rows");
        }
    }

    #[test]
    fn little_is_not_nothing() {
        let scale = Scale::of(1000.0, Unit::Requests, 2);
        assert_eq!((scale.dot(0.0, 8), scale.dot(0.1, 8), scale.dot(1000.0, 8)), (0, 1, 7));
    }

    proptest! {
        #[test]
        fn every_value_is_below_the_top_and_every_label_has_a_row(
            highest in 0f64..1e12,
            rows in 1u16..60,
            unit in prop::sample::select(vec![Unit::Milliseconds, Unit::Fraction, Unit::Requests]),
        ) {
            let scale = Scale::of(highest, unit, rows);
            prop_assert!(scale.top >= highest * 0.999);
            let labels = scale.labels(rows);
            prop_assert!(labels.iter().all(|&(row, _)| row < rows));
            prop_assert!(rows < 2 || labels.is_sorted_by(|a, b| a.0 < b.0), "{:?}", labels);
        }
    }
}
