//! What callers did to a stage: a pure function of a seed and of time.
//!
//! Nothing is drawn at random and nothing is kept: asking twice for a minute gives the same minute, in any order and
//! at any present time, so that CloudWatch's aggregates agree with each other whatever the period.

mod routes;

use jiff::Timestamp;

pub use routes::{Part, Route, routes};

/// The callers of one stage: how many, how often they fail, how long they wait.
#[derive(Clone, Debug, PartialEq)]
pub struct Traffic {
    /// Two stages with the same settings and different seeds have different minutes.
    pub seed: u64,
    /// How many requests come, and when.
    pub shape: Shape,
    /// Fraction of the requests answered with 4xx, 0 to 1.
    pub errors_4xx: f64,
    /// Fraction of the requests answered with 5xx, 0 to 1.
    pub errors_5xx: f64,
    /// Median latency in milliseconds.
    pub latency_ms: f64,
    /// Times when the stage was worse than usual.
    pub incidents: Vec<Incident>,
    /// There was no traffic before this instant.
    pub since: Timestamp,
}

/// How many requests come, and when.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Nobody calls.
    Silent,
    /// About the same number every minute, day and night.
    Steady {
        /// Mean requests a minute; may be below one.
        per_minute: f64,
    },
    /// Busy by day, quiet at night and at weekends (UTC).
    DayAndNight {
        /// Mean requests a minute at noon of a working day. A week sums to about 4,700 times this.
        per_minute_at_noon: f64,
    },
}

/// A time when the stage was worse than usual. Where several overlap, the worst of each figure counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// The first minute of it.
    pub from: Timestamp,
    /// The end, exclusive.
    pub until: Timestamp,
    /// Fraction of 5xx meanwhile; a higher usual fraction stays.
    pub errors_5xx: f64,
    /// Fraction of 4xx meanwhile; a higher usual fraction stays.
    pub errors_4xx: f64,
    /// What the latency is multiplied by meanwhile.
    pub latency_factor: f64,
}

/// What happened to a stage in one minute. `errors_4xx + errors_5xx` never exceeds `count`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Minute {
    /// Requests.
    pub count: u64,
    /// Requests answered with 4xx.
    pub errors_4xx: u64,
    /// Requests answered with 5xx.
    pub errors_5xx: u64,
    /// Step of the median latency.
    median: i32,
    /// Where between two requests the distribution is cut, 0 to 999: which quantiles few requests fall on.
    phase: u64,
}

/// Latencies fall on this many steps, each 2% above the one before, from 2 ms to the 30 s after which API Gateway
/// gives up. Distributions merge by adding counts step by step.
pub const LATENCY_STEPS: usize = 487;

const STEP_RATIO: f64 = 1.02;
const STEP_RATIO_LN: f64 = 0.019_802_627_296_179_71;
const FASTEST_MS: f64 = 2.0;

static STEP_MS: [u64; LATENCY_STEPS] = step_milliseconds();

const fn step_milliseconds() -> [u64; LATENCY_STEPS] {
    let mut table = [0; LATENCY_STEPS];
    let mut value = FASTEST_MS;
    let mut step = 0;
    while step < LATENCY_STEPS {
        table[step] = (value + 0.5) as u64;
        value *= STEP_RATIO;
        step += 1;
    }
    table
}

/// Whole milliseconds from request to answer at a latency step.
pub fn latency_ms(step: usize) -> u64 {
    STEP_MS.get(step).copied().unwrap_or(30_000)
}

/// Whole milliseconds spent in the integration by a request of this latency step: always less than its latency.
pub fn integration_latency_ms(step: usize) -> u64 {
    let latency = latency_ms(step);
    latency - (2 + latency / 16).min(60).min(latency - 1)
}

/// Bytes processed for a request of this latency step: larger answers are the slower ones, within reason.
pub fn bytes_processed(step: usize) -> u64 {
    600 + 5 * latency_ms(step).min(2_000)
}

/// The distribution around the median: up to how many requests in a thousand, how many steps from the median.
/// About log-normal, with the long tail of cold starts and retries.
const LATENCY_SHAPE: [(u64, i32); 14] = [
    (20, -40),
    (80, -27),
    (180, -17),
    (300, -10),
    (420, -4),
    (550, 0),
    (670, 6),
    (780, 13),
    (870, 22),
    (930, 33),
    (965, 47),
    (985, 64),
    (996, 88),
    (1000, 125),
];

/// Share of the noon's requests at each full hour of a working day, UTC.
const HOURS_OF_DAY: [f64; 24] = [
    0.11, 0.08, 0.06, 0.05, 0.06, 0.10, 0.20, 0.40, 0.66, 0.88, 0.97, 1.02, 1.00, 0.94, 0.97, 0.98, 0.92,
    0.79, 0.66, 0.58, 0.50, 0.40, 0.28, 0.17,
];
const WEEKEND: f64 = 0.55;

/// Far beyond what an account may serve; keeps sums over months far from overflow.
const MOST_IN_A_MINUTE: f64 = 1e9;
const SQRT_3: f64 = 1.732_050_807_568_877_2;

impl Traffic {
    /// That of a stage which nobody calls.
    pub fn none(since: Timestamp) -> Self {
        Self {
            seed: 0,
            shape: Shape::Silent,
            errors_4xx: 0.0,
            errors_5xx: 0.0,
            latency_ms: 0.0,
            incidents: Vec::new(),
            since,
        }
    }

    /// What happened in a minute, counted from the Unix epoch. The minute in which `since` lies has no traffic yet
    /// unless `since` is its first instant.
    pub fn minute(&self, minute: i64) -> Minute {
        if minute.saturating_mul(60) < self.since.as_second() {
            return Minute::default();
        }
        let base = self.shape.requests_in(minute);
        if base <= 0.0 {
            return Minute::default();
        }
        let drift = self.drift(minute);
        let mut draws = Draws::new(self.seed, minute);
        let count = draws.arrivals(base * (1.0 + 0.2 * drift.volume));
        if count == 0 {
            return Minute::default();
        }
        let (fraction_5xx, fraction_4xx, latency_factor) = self.conditions(minute);
        let errors_5xx = draws.errors(count, fraction_5xx).min(count);
        let errors_4xx = draws.errors(count, fraction_4xx).min(count - errors_5xx);
        let (jitter, phase) = draws.pair();
        let wobble = (1.0 + 0.2 * drift.latency) * (0.95 + 0.1 * jitter);
        let median = step_of(self.latency_ms * latency_factor * wobble);
        Minute { count, errors_4xx, errors_5xx, median, phase: (phase * 1000.0) as u64 }
    }

    /// Whether there is a time at which anybody calls.
    pub fn is_ever_called(&self) -> bool {
        self.shape != Shape::Silent
    }

    /// The fractions of 5xx and 4xx and the latency factor that hold in a minute.
    fn conditions(&self, minute: i64) -> (f64, f64, f64) {
        let mut worst = (self.errors_5xx, self.errors_4xx, 1.0_f64);
        let second = minute * 60;
        for incident in &self.incidents {
            if incident.from.as_second() < second + 60 && second < incident.until.as_second() {
                worst.0 = worst.0.max(incident.errors_5xx);
                worst.1 = worst.1.max(incident.errors_4xx);
                worst.2 = worst.2.max(incident.latency_factor);
            }
        }
        worst
    }

    /// The slow ups and downs: a value for each full hour, straight lines between them.
    fn drift(&self, minute: i64) -> Drift {
        let hour = minute.div_euclid(60);
        let along = minute.rem_euclid(60) as f64 / 60.0;
        let from = mix(self.seed ^ mix(hour as u64));
        let to = mix(self.seed ^ mix((hour + 1) as u64));
        let between = |a: u32, b: u32| {
            let (a, b) = (f64::from(a), f64::from(b));
            (a + (b - a) * along) / f64::from(u32::MAX) - 0.5
        };
        Drift {
            volume: between((from >> 32) as u32, (to >> 32) as u32),
            latency: between(from as u32, to as u32),
        }
    }
}

/// Slow ups and downs, each from -0.5 to 0.5.
struct Drift {
    volume: f64,
    latency: f64,
}

impl Shape {
    /// Mean requests in a minute.
    fn requests_in(&self, minute: i64) -> f64 {
        match self {
            Self::Silent => 0.0,
            Self::Steady { per_minute } => *per_minute,
            Self::DayAndNight { per_minute_at_noon } => {
                let hour = minute.div_euclid(60).rem_euclid(24) as usize;
                let along = minute.rem_euclid(60) as f64 / 60.0;
                let (from, to) = (HOURS_OF_DAY[hour], HOURS_OF_DAY[(hour + 1) % 24]);
                // The epoch was a Thursday: days 2 and 3 of its weeks are Saturday and Sunday.
                let weekend = matches!(minute.div_euclid(24 * 60).rem_euclid(7), 2 | 3);
                per_minute_at_noon * (from + (to - from) * along) * if weekend { WEEKEND } else { 1.0 }
            }
        }
    }
}

impl Minute {
    /// Calls `each` with a latency step and the number of requests that took it, in ascending order. The numbers add
    /// up to `count`.
    pub fn each_latency(&self, mut each: impl FnMut(usize, u64)) {
        let mut seen = 0;
        for (share, offset) in LATENCY_SHAPE {
            // Systematic sampling: every share gets its part of the requests, rounded where `phase` says, so that
            // single requests fall on all quantiles as minutes go by.
            let until = (self.count * share + self.phase) / 1000;
            if until > seen {
                let step = (self.median + offset).clamp(0, LATENCY_STEPS as i32 - 1);
                each(step as usize, until - seen);
                seen = until;
            }
        }
    }

    /// What of this minute has arrived while it is still being counted: three fifths, rounded down.
    #[must_use]
    pub fn partial(&self) -> Self {
        let part = |n: u64| n.saturating_mul(3) / 5;
        Self {
            count: part(self.count),
            errors_4xx: part(self.errors_4xx),
            errors_5xx: part(self.errors_5xx),
            ..*self
        }
    }
}

/// The nearest latency step to a number of milliseconds.
fn step_of(milliseconds: f64) -> i32 {
    let step = ((milliseconds.max(FASTEST_MS) / FASTEST_MS).ln() / STEP_RATIO_LN).round();
    (step as i32).clamp(0, LATENCY_STEPS as i32 - 1)
}

/// A short stream of numbers that look random and depend on the seed and the minute alone (splitmix64).
struct Draws(u64);

impl Draws {
    fn new(seed: u64, minute: i64) -> Self {
        Self(mix(seed).wrapping_add(mix(!minute as u64)))
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// Two numbers from 0, inclusive, to 1, exclusive.
    fn pair(&mut self) -> (f64, f64) {
        let bits = self.bits();
        let unit = |half: u32| f64::from(half) / (f64::from(u32::MAX) + 1.0);
        (unit((bits >> 32) as u32), unit(bits as u32))
    }

    /// How many independent callers come when `mean` are expected: Poisson, by inversion where few are, and by the
    /// normal approximation where many are.
    fn arrivals(&mut self, mean: f64) -> u64 {
        if mean > 20.0 {
            let bits = self.bits();
            let sum = (bits >> 48) + ((bits >> 32) & 0xffff) + ((bits >> 16) & 0xffff) + (bits & 0xffff);
            // Four uniform numbers sum to about a normal one with mean 2 and variance 1/3.
            let deviation = (sum as f64 / 65_536.0 - 2.0) * SQRT_3;
            return (mean + deviation * mean.sqrt()).round().min(MOST_IN_A_MINUTE) as u64;
        }
        let (draw, _) = self.pair();
        let mut probability = (-mean).exp();
        let mut reached = probability;
        let mut count = 0_u64;
        while draw > reached && count < 100 {
            count += 1;
            probability *= mean / count as f64;
            reached += probability;
        }
        count
    }

    /// How many of `count` requests fail when `fraction` do in the long run: around it from minute to minute, rounded
    /// up or down so that the mean holds.
    fn errors(&mut self, count: u64, fraction: f64) -> u64 {
        let (around, rounding) = self.pair();
        (count as f64 * fraction * (0.5 + around) + rounding) as u64
    }
}

/// The finaliser of splitmix64: every bit of the result depends on every bit of the argument.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEEK: i64 = 7 * 24 * 60;

    /// 2026-11-23T00:00Z, a Monday, in minutes.
    fn monday() -> i64 {
        "2026-11-23T00:00:00Z".parse::<Timestamp>().unwrap().as_second() / 60
    }

    fn traffic(shape: Shape) -> Traffic {
        Traffic {
            seed: 7,
            shape,
            errors_4xx: 0.02,
            errors_5xx: 0.003,
            latency_ms: 80.0,
            incidents: Vec::new(),
            since: Timestamp::UNIX_EPOCH,
        }
    }

    fn latencies(minute: &Minute) -> Vec<(usize, u64)> {
        let mut all = Vec::new();
        minute.each_latency(|step, count| all.push((step, count)));
        all
    }

    #[test]
    fn a_minute_is_the_same_whenever_it_is_asked_for() {
        let stage = traffic(Shape::DayAndNight { per_minute_at_noon: 200.0 });
        let forward: Vec<_> = (0..500).map(|m| stage.minute(monday() + m)).collect();
        let backward: Vec<_> = (0..500).rev().map(|m| stage.minute(monday() + m)).collect();
        assert!(forward.iter().eq(backward.iter().rev()));
        assert_ne!(
            forward,
            (0..500).map(|m| Traffic { seed: 8, ..stage.clone() }.minute(monday() + m)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn the_means_of_a_week_are_the_ones_asked_for() {
        for per_minute in [0.2, 3.0, 19.0, 400.0] {
            let stage = traffic(Shape::Steady { per_minute });
            let week: Vec<_> = (0..WEEK).map(|m| stage.minute(monday() + m)).collect();
            let count: u64 = week.iter().map(|m| m.count).sum();
            let errors_4xx: u64 = week.iter().map(|m| m.errors_4xx).sum();
            let errors_5xx: u64 = week.iter().map(|m| m.errors_5xx).sum();
            let mean = count as f64 / WEEK as f64;
            assert!((mean / per_minute - 1.0).abs() < 0.06, "{mean} for {per_minute}");
            let rate_4xx = errors_4xx as f64 / count as f64;
            assert!((rate_4xx / 0.02 - 1.0).abs() < 0.4, "{rate_4xx} at {per_minute}");
            if per_minute > 1.0 {
                let rate_5xx = errors_5xx as f64 / count as f64;
                assert!((rate_5xx / 0.003 - 1.0).abs() < 0.3, "{rate_5xx} at {per_minute}");
            }
        }
    }

    #[test]
    fn errors_never_outnumber_requests() {
        let stage =
            Traffic { errors_4xx: 0.9, errors_5xx: 0.8, ..traffic(Shape::Steady { per_minute: 4.0 }) };
        for m in 0..WEEK {
            let minute = stage.minute(monday() + m);
            assert!(minute.errors_4xx + minute.errors_5xx <= minute.count, "{minute:?}");
            let partial = minute.partial();
            assert!(partial.errors_4xx + partial.errors_5xx <= partial.count, "{partial:?}");
        }
    }

    #[test]
    fn nights_and_weekends_are_quieter_than_noon() {
        let stage = traffic(Shape::DayAndNight { per_minute_at_noon: 200.0 });
        let hour = |day: i64, hour: i64| -> u64 {
            let start = monday() + (day * 24 + hour) * 60;
            (start..start + 60).map(|m| stage.minute(m).count).sum()
        };
        let (noon, night, saturday) = (hour(0, 12), hour(0, 3), hour(5, 12));
        assert!(night * 5 < noon, "{night} {noon}");
        assert!(saturday * 4 < noon * 3, "{saturday} {noon}");
        assert!((10_000..14_000).contains(&noon), "{noon}");
    }

    #[test]
    fn a_silent_stage_and_a_stage_of_the_future_have_no_traffic() {
        let silent = traffic(Shape::Silent);
        let later = monday() + 100;
        let since = Timestamp::from_second(later * 60).unwrap();
        let future = Traffic { since, ..traffic(Shape::Steady { per_minute: 50.0 }) };
        for m in monday()..later {
            assert_eq!(silent.minute(m), Minute::default());
            assert_eq!(future.minute(m), Minute::default());
        }
        assert!(future.minute(later).count > 0);
    }

    #[test]
    fn an_incident_raises_errors_and_latency_while_it_lasts() {
        let at = |m: i64| Timestamp::from_second((monday() + m) * 60).unwrap();
        let incident =
            Incident { from: at(60), until: at(120), errors_5xx: 0.5, errors_4xx: 0.0, latency_factor: 4.0 };
        let stage = Traffic { incidents: vec![incident], ..traffic(Shape::Steady { per_minute: 100.0 }) };
        let errors =
            |from: i64| -> u64 { (from..from + 60).map(|m| stage.minute(monday() + m).errors_5xx).sum() };
        assert!(errors(0) < 60 && errors(120) < 60);
        assert!((2_400..3_600).contains(&errors(60)), "{}", errors(60));
        assert!(stage.minute(monday() + 90).median > stage.minute(monday() + 30).median + 40);
        let errors_4xx: u64 = (60..120).map(|m| stage.minute(monday() + m).errors_4xx).sum();
        assert!(errors_4xx > 60, "the usual 4xx stay: {errors_4xx}");
    }

    #[test]
    fn every_request_has_one_latency() {
        for per_minute in [0.5, 5.0, 50.0, 5_000.0] {
            let stage = traffic(Shape::Steady { per_minute });
            for m in 0..300 {
                let minute = stage.minute(monday() + m);
                let all = latencies(&minute);
                assert_eq!(all.iter().map(|(_, count)| count).sum::<u64>(), minute.count);
                assert!(all.is_sorted());
            }
        }
    }

    #[test]
    fn integration_is_always_faster_than_the_whole() {
        for step in 0..LATENCY_STEPS {
            assert!(integration_latency_ms(step) >= 1);
            assert!(integration_latency_ms(step) < latency_ms(step), "step {step}");
            if step > 0 {
                assert!(latency_ms(step) >= latency_ms(step - 1));
                assert!(integration_latency_ms(step) >= integration_latency_ms(step - 1));
            }
        }
        assert_eq!(latency_ms(0), 2);
        assert!((29_000..=30_500).contains(&latency_ms(LATENCY_STEPS - 1)));
    }

    #[test]
    fn a_median_falls_on_its_own_step() {
        for milliseconds in [2.0, 25.0, 84.0, 1_300.0] {
            let step = step_of(milliseconds) as usize;
            assert!((latency_ms(step) as f64 / milliseconds - 1.0).abs() < 0.04, "{milliseconds}");
        }
        assert_eq!(step_of(-3.0), 0);
        assert_eq!(step_of(1e9), LATENCY_STEPS as i32 - 1);
    }
}
