//! Spans of time that metrics are read for.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

/// CloudWatch publishes API Gateway's metrics by the minute, and the newest minute or two are still rising: every window
/// ends this long ago.
const SETTLING: SignedDuration = SignedDuration::from_mins(2);

/// A range a person picks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TimeRange {
    /// One hour.
    H1,
    /// Three hours.
    H3,
    /// Twelve hours.
    H12,
    /// One day.
    D1,
    /// Three days.
    D3,
    /// One week.
    W1,
}

impl TimeRange {
    /// All of them, shortest first.
    pub const ALL: [Self; 6] = [Self::H1, Self::H3, Self::H12, Self::D1, Self::D3, Self::W1];

    /// The word of the flags and the JSON: `1h`, `3h`, `12h`, `1d`, `3d`, `1w`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::H1 => "1h",
            Self::H3 => "3h",
            Self::H12 => "12h",
            Self::D1 => "1d",
            Self::D3 => "3d",
            Self::W1 => "1w",
        }
    }

    /// Its length in seconds.
    pub fn seconds(self) -> i64 {
        match self {
            Self::H1 => 3600,
            Self::H3 => 3 * 3600,
            Self::H12 => 12 * 3600,
            Self::D1 => 86_400,
            Self::D3 => 3 * 86_400,
            Self::W1 => 7 * 86_400,
        }
    }

    /// The length of one point in seconds: fine enough to draw, coarse enough to stay cheap.
    pub fn period_seconds(self) -> i64 {
        match self {
            Self::H1 | Self::H3 => 60,
            Self::H12 | Self::D1 => 300,
            Self::D3 | Self::W1 => 3600,
        }
    }
}

impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TimeRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|range| range.as_str() == text);
        found.ok_or_else(|| format!("`{text}` is no range: say 1h, 3h, 12h, 1d, 3d or 1w"))
    }
}

/// A window of whole minutes: `start` is inside, `end` is not, as `GetMetricData` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// The first instant inside.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
    /// Length of one point, in seconds: a multiple of 60 that divides the window.
    pub period_seconds: i64,
}

impl Window {
    /// The window of that range which ends two whole minutes before `now`.
    pub fn settled(range: TimeRange, now: Timestamp) -> Self {
        let settled = now.saturating_sub(SETTLING).unwrap_or(Timestamp::MIN).as_second();
        let end = settled - settled.rem_euclid(60);
        let at = |second| Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
        Self { start: at(end - range.seconds()), end: at(end), period_seconds: range.period_seconds() }
    }

    /// The window of that range for charts: as [`Window::settled`], and its first period starts where periods start for
    /// everybody, so that a later window has the same ones. The last period may still be growing.
    pub fn aligned(range: TimeRange, now: Timestamp) -> Self {
        let settled = Self::settled(range, now);
        let start = settled.start.as_second();
        let start = Timestamp::from_second(start - start.rem_euclid(settled.period_seconds));
        Self { start: start.unwrap_or(settled.start), ..settled }
    }

    /// Its length in seconds.
    pub fn seconds(&self) -> i64 {
        self.end.as_second() - self.start.as_second()
    }

    /// How many points a series without gaps has in it.
    pub fn len(&self) -> usize {
        usize::try_from(self.seconds() / self.period_seconds.max(1)).unwrap_or(0)
    }

    /// Whether it has no room for a point.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_ends_two_whole_minutes_ago() {
        let window = Window::settled(TimeRange::H1, "2026-11-23T10:04:59Z".parse().unwrap());
        assert_eq!(window.start.to_string(), "2026-11-23T09:02:00Z");
        assert_eq!(window.end.to_string(), "2026-11-23T10:02:00Z");
        assert_eq!(window.len(), 60);
    }

    #[test]
    fn every_range_is_a_whole_number_of_periods_and_reads_back() {
        for range in TimeRange::ALL {
            assert_eq!(range.seconds() % range.period_seconds(), 0);
            assert_eq!(range.as_str().parse(), Ok(range));
        }
        assert!("2h".parse::<TimeRange>().is_err());
    }
}
