//! A verdict in words: a mark that needs no colour, and what it rests on.

use crate::domain::{Cause, Figures, Health, StageStatus, Verdict};
use crate::text;

/// The mark before a verdict's words.
pub(super) fn mark(verdict: Verdict) -> char {
    match verdict {
        Verdict::Ok => '*',
        Verdict::Degraded => '~',
        Verdict::Failing => '!',
        Verdict::NoData => '-',
        Verdict::NotDeployed => 'o',
        Verdict::Unknown => '?',
    }
}

/// `! failing: 5xx`, and less of it where there is less room.
pub(super) fn in_words(health: Health, columns: usize) -> String {
    let mark = mark(health.verdict);
    let plain = match health.verdict {
        Verdict::NotDeployed if columns < 14 => format!("{mark} not live"),
        verdict => format!("{mark} {}", verdict.label()),
    };
    let Some(cause) = health.cause.map(Cause::as_str) else {
        return plain;
    };
    let tries = [format!("{plain}: {cause}"), format!("{plain} {cause}")];
    let fitting = tries.into_iter().find(|words| text::width(words) <= columns);
    fitting.unwrap_or(plain)
}

/// A stage among others: `! prod 5xx 4.80%`, `* staging`; without the figure where there is no room for it whole.
pub(super) fn of_stage(status: &StageStatus, columns: usize) -> String {
    let mark = mark(status.health.verdict);
    let name = text::sanitise(&status.stage.name);
    let Some(cause) = status.health.cause else {
        return format!("{mark} {name}");
    };
    let short = format!("{mark} {name} {}", cause.as_str());
    let whole = format!("{short} {}", figure(cause, &status.figures));
    if text::width(&whole) <= columns { whole } else { short }
}

fn figure(cause: Cause, figures: &Figures) -> String {
    match cause {
        Cause::Errors5xx => text::percent(figures.rate_5xx()),
        Cause::Errors4xx => text::percent(figures.rate_4xx()),
        Cause::Latency => text::milliseconds(figures.latency_avg_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_goes_before_the_verdict_does() {
        let failing = Health { verdict: Verdict::Failing, cause: Some(Cause::Errors5xx) };
        assert_eq!(in_words(failing, 14), "! failing: 5xx");
        assert_eq!(in_words(failing, 13), "! failing 5xx");
        assert_eq!(in_words(failing, 12), "! failing");
        assert_eq!(in_words(Health::plain(Verdict::NotDeployed), 14), "o not deployed");
        assert_eq!(in_words(Health::plain(Verdict::NotDeployed), 10), "o not live");
    }
}
