//! Which route of a stage each of its requests went to: every request belongs to one, so that the routes sum to the stage.

use super::Minute;

/// A route, and what part of its stage's requests it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// The method: `GET`, or `ANY`.
    pub method: String,
    /// The path as the API writes it, or `$default`.
    pub resource: String,
    weight: u64,
    temper: Temper,
    /// Whether it publishes metrics of its own.
    pub detailed: bool,
}

/// How a route differs from the others of its stage.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Temper {
    Usual,
    /// What fails on the server fails here first.
    Failing,
    /// Most of the slow requests are its own.
    Slow,
}

/// What of a minute went to one route.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// Requests.
    pub count: u64,
    /// Requests answered with 4xx.
    pub errors_4xx: u64,
    /// Requests answered with 5xx.
    pub errors_5xx: u64,
    /// Latency steps, ascending, and how many requests took each.
    pub latencies: Vec<(usize, u64)>,
}

/// The routes of a stage, given by method, path and whether they publish metrics. The first takes the most requests, the first
/// POST fails, and the first GET of one thing is slow.
pub fn routes(keys: impl Iterator<Item = (String, String, bool)>) -> Vec<Route> {
    let mut routes: Vec<Route> = keys
        .enumerate()
        .map(|(place, (method, resource, detailed))| {
            // 840 is divisible by every number up to 8.
            let weight = (840 / (place as u64 + 1)).max(1);
            Route { method, resource, weight, temper: Temper::Usual, detailed }
        })
        .collect();
    if let Some(failing) = routes.iter_mut().find(|route| route.method == "POST") {
        failing.temper = Temper::Failing;
    }
    let of_one = |route: &&mut Route| route.method == "GET" && route.resource.contains('{');
    if let Some(slow) = routes.iter_mut().find(of_one) {
        slow.temper = Temper::Slow;
    }
    routes
}

impl Route {
    /// Its weight among the faster or the slower requests of a minute.
    fn weight(&self, is_slow: bool) -> u64 {
        match (self.temper, is_slow) {
            (Temper::Slow, true) => self.weight * 40,
            (Temper::Slow, false) => self.weight / 8,
            _ => self.weight,
        }
    }
}

/// `total` cut in proportion to the weights, each part rounded as `phase`, 0 to 999, says. No part exceeds its weight as
/// long as `total` does not exceed their sum.
fn proportions(total: u64, weights: &[u64], phase: u64) -> Vec<u64> {
    let sum = weights.iter().sum::<u64>().max(1);
    let until = |weight: u64| {
        (u128::from(total * 1000) * u128::from(weight) / u128::from(sum) + u128::from(phase)) / 1000
    };
    let mut reached = 0;
    let mut parts = Vec::with_capacity(weights.len());
    for weight in weights {
        parts.push((until(reached + weight) - until(reached)) as u64);
        reached += weight;
    }
    parts
}

impl Minute {
    /// What of the minute went to each of the routes, in their order. Together they are the minute.
    pub fn split(&self, routes: &[Route]) -> Vec<Part> {
        let mut parts = vec![Part::default(); routes.len()];
        let (fast, slow): (Vec<u64>, Vec<u64>) =
            routes.iter().map(|route| (route.weight(false), route.weight(true))).unzip();
        let mut seen = 0;
        self.each_latency(|step, count| {
            seen += count;
            let weights = if seen * 5 > self.count * 4 { &slow } else { &fast };
            let phase = (self.phase + 211 * step as u64) % 1000;
            for (part, count) in parts.iter_mut().zip(proportions(count, weights, phase)) {
                if count > 0 {
                    part.count += count;
                    part.latencies.push((step, count));
                }
            }
        });
        let mut left = self.errors_5xx;
        for (part, route) in parts.iter_mut().zip(routes) {
            if route.temper == Temper::Failing {
                part.errors_5xx = left.min(part.count);
                left -= part.errors_5xx;
            }
        }
        let room = |parts: &[Part]| -> Vec<u64> {
            parts.iter().map(|part| part.count - part.errors_4xx - part.errors_5xx).collect()
        };
        let errors_5xx = proportions(left, &room(&parts), self.phase);
        parts.iter_mut().zip(errors_5xx).for_each(|(part, errors)| part.errors_5xx += errors);
        let errors_4xx = proportions(self.errors_4xx, &room(&parts), self.phase);
        parts.iter_mut().zip(errors_4xx).for_each(|(part, errors)| part.errors_4xx = errors);
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::super::{LATENCY_STEPS, Shape, Traffic, latency_ms};
    use super::*;
    use jiff::Timestamp;
    use proptest::prelude::*;

    fn orders() -> Vec<Route> {
        let keys =
            [("GET", "/o"), ("POST", "/o"), ("GET", "/o/{id}"), ("DELETE", "/o/{id}"), ("ANY", "$default")];
        routes(keys.map(|(method, resource)| (method.to_owned(), resource.to_owned(), true)).into_iter())
    }

    fn week(per_minute: f64, errors: f64) -> impl Iterator<Item = Minute> {
        let stage = Traffic {
            seed: 3,
            shape: Shape::Steady { per_minute },
            errors_4xx: errors,
            errors_5xx: errors,
            latency_ms: 90.0,
            incidents: Vec::new(),
            since: Timestamp::UNIX_EPOCH,
        };
        (29_000_000..29_010_080).map(move |minute| stage.minute(minute))
    }

    #[test]
    fn the_parts_of_a_minute_are_the_minute() {
        for (per_minute, errors) in [(0.3, 0.4), (7.0, 0.05), (300.0, 0.3), (20.0, 0.9)] {
            for minute in week(per_minute, errors).take(2_000) {
                let parts = minute.split(&orders());
                let sum = |of: fn(&Part) -> u64| parts.iter().map(of).sum::<u64>();
                let all = (sum(|part| part.count), sum(|part| part.errors_4xx), sum(|part| part.errors_5xx));
                assert_eq!(all, (minute.count, minute.errors_4xx, minute.errors_5xx));
                let mut steps = vec![0; LATENCY_STEPS];
                minute.each_latency(|step, count| steps[step] += count);
                for part in &parts {
                    assert!(part.errors_4xx + part.errors_5xx <= part.count, "{part:?}");
                    assert_eq!(part.latencies.iter().map(|(_, count)| count).sum::<u64>(), part.count);
                    part.latencies.iter().for_each(|(step, count)| steps[*step] -= count);
                }
                assert!(steps.iter().all(|left| *left == 0));
            }
        }
    }

    #[test]
    fn one_route_fails_one_is_slow_and_the_first_is_busy() {
        let mut sums = vec![(0, 0, 0); orders().len()];
        for minute in week(30.0, 0.04) {
            for (sum, part) in sums.iter_mut().zip(minute.split(&orders())) {
                sum.0 += part.count;
                sum.1 += part.errors_5xx;
                sum.2 += part.latencies.iter().map(|(step, count)| latency_ms(*step) * count).sum::<u64>();
            }
        }
        let rate = |place: usize| sums[place].1 as f64 / sums[place].0 as f64;
        let mean = |place: usize| sums[place].2 as f64 / sums[place].0 as f64;
        assert!(rate(1) > 0.1 && (0..5).all(|place| place == 1 || rate(place) < rate(1) / 10.0), "{sums:?}");
        assert!((0..5).all(|place| place == 2 || mean(place) * 2.0 < mean(2)), "{sums:?}");
        assert!(sums.iter().all(|sum| sum.0 > 1000 && sum.0 <= sums[0].0), "{sums:?}");
    }

    proptest! {
        #[test]
        fn a_proportion_exceeds_neither_its_weight_nor_the_whole(
            weights in prop::collection::vec(0u64..500, 1..12), part in 0.0f64..=1.0, phase in 0u64..1000
        ) {
            let total = (weights.iter().sum::<u64>() as f64 * part) as u64;
            let parts = proportions(total, &weights, phase);
            prop_assert_eq!(parts.iter().sum::<u64>(), total);
            prop_assert!(parts.iter().zip(&weights).all(|(part, weight)| part <= weight));
        }
    }
}
