//! Spans of time that metrics are read for.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

/// CloudWatch publishes API Gateway's metrics by the minute, and the newest minute or two are still rising: every window
/// ends this long ago.
const SETTLING: SignedDuration = SignedDuration::from_mins(2);

/// Minutes that a refresh asks for again although they had settled: a late one costs nothing more, since CloudWatch bills
/// metrics and not points.
const ASKED_AGAIN: SignedDuration = SignedDuration::from_mins(5);

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
    /// Length of one point, in seconds: a multiple of 60.
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

    /// What must be asked of this window when `known` was read before: from the last period of it that was still growing.
    /// All of this window when the two have other periods, when `known` begins later, or when nothing of it is left.
    #[must_use]
    pub fn newer_than(self, known: Self) -> Self {
        let reaches = known.start <= self.start && (self.start..=self.end).contains(&known.end);
        if known.period_seconds != self.period_seconds || !reaches {
            return self;
        }
        let growing = known.end.saturating_sub(ASKED_AGAIN).unwrap_or(self.start).as_second();
        let growing = Timestamp::from_second(growing - growing.rem_euclid(self.period_seconds.max(1)));
        Self { start: growing.unwrap_or(self.start).max(self.start), ..self }
    }

    /// The window of equal length before this one, to compare with: earlier by the whole periods of this one, so that each of
    /// its points stands against one of these. For charts whose last period is still growing, so is its last one.
    #[must_use]
    pub fn before(self) -> Self {
        let earlier = |at: Timestamp| {
            at.saturating_sub(SignedDuration::from_secs(self.len() as i64 * self.period_seconds))
                .unwrap_or(Timestamp::MIN)
        };
        Self { start: earlier(self.start), end: earlier(self.end), ..self }
    }

    /// Where its periods start, the last one cut by the end or not.
    pub fn periods(self) -> impl Iterator<Item = Timestamp> {
        let seconds =
            (self.start.as_second()..self.end.as_second()).step_by(self.period_seconds.max(1) as usize);
        seconds.filter_map(|second| Timestamp::from_second(second).ok())
    }

    /// Its length in seconds.
    pub fn seconds(&self) -> i64 {
        self.end.as_second() - self.start.as_second()
    }

    /// How many whole periods it has.
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

    fn at(clock: &str) -> Timestamp {
        format!("2026-11-23T{clock}Z").parse().unwrap()
    }

    fn window(start: &str, end: &str, period_seconds: i64) -> Window {
        Window { start: at(start), end: at(end), period_seconds }
    }

    #[test]
    fn a_refresh_asks_from_the_last_period_that_was_still_growing() {
        let minutes = window("09:04:00", "10:04:00", 60);
        for (known, from) in [
            (window("09:03:00", "10:03:00", 60), "09:58:00"),
            (window("09:04:00", "10:04:00", 60), "09:59:00"),
            (window("07:00:00", "09:06:00", 60), "09:04:00"),
            // Another period, a later start, no overlap, and a clock that was put back.
            (window("09:00:00", "10:03:00", 300), "09:04:00"),
            (window("09:30:00", "10:03:00", 60), "09:04:00"),
            (window("07:00:00", "09:00:00", 60), "09:04:00"),
            (window("09:04:00", "10:05:00", 60), "09:04:00"),
        ] {
            let asked = minutes.newer_than(known);
            assert_eq!((asked.start, asked.end), (at(from), minutes.end), "{known:?}");
        }
        let hours = window("00:00:00", "10:04:00", 3600);
        assert_eq!(hours.newer_than(window("00:00:00", "10:03:00", 3600)).start, at("09:00:00"));
        assert_eq!(hours.newer_than(window("00:00:00", "09:40:00", 3600)).start, at("09:00:00"));
    }

    #[test]
    fn the_window_before_is_as_long_and_stands_point_for_point_against_this_one() {
        for range in TimeRange::ALL {
            let window = Window::aligned(range, at("10:04:59"));
            let before = window.before();
            assert_eq!((before.seconds(), before.period_seconds), (window.seconds(), window.period_seconds));
            assert_eq!(window.start.as_second() - before.start.as_second(), range.seconds(), "{range}");
            let shifted = before.periods().map(|at| at.as_second() + range.seconds());
            assert!(shifted.eq(window.periods().map(Timestamp::as_second)));
        }
    }

    #[test]
    fn cloudwatch_keeps_what_every_window_and_the_one_before_ask_for() {
        let now = at("10:04:59");
        for range in TimeRange::ALL {
            let before = Window::aligned(range, now).before();
            let age = now.as_second() - before.start.as_second();
            let finest = if age > 15 * 86_400 { 300 } else { 60 };
            assert!(age < 63 * 86_400 && before.period_seconds % finest == 0, "{range}");
        }
    }

    #[test]
    fn a_period_that_the_end_cuts_is_one_of_the_periods() {
        let starts: Vec<Timestamp> = window("09:00:00", "09:12:00", 300).periods().collect();
        assert_eq!(starts, [at("09:00:00"), at("09:05:00"), at("09:10:00")]);
        assert_eq!(window("09:00:00", "09:12:00", 300).len(), 2);
    }
}
