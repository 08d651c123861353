//! A condition on a stage's figures, as `--fail-on` takes it: `5xx>1%`, `p95>=800ms`, `count<=100`.

use std::fmt;
use std::str::FromStr;

use super::Figures;

/// A figure, a comparison and a limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    text: String,
    subject: Subject,
    comparison: Comparison,
    limit: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Count,
    Errors4xx,
    Rate4xx,
    Errors5xx,
    Rate5xx,
    Latency,
    LatencyP95,
    IntegrationLatency,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Above,
    AtLeast,
    Below,
    AtMost,
}

impl Condition {
    /// Whether the figures meet it. An absent figure meets nothing: no data is neither much nor little.
    pub fn holds(&self, figures: &Figures) -> bool {
        let value = match self.subject {
            Subject::Count => figures.count,
            Subject::Errors4xx => figures.errors_4xx,
            Subject::Rate4xx => figures.rate_4xx(),
            Subject::Errors5xx => figures.errors_5xx,
            Subject::Rate5xx => figures.rate_5xx(),
            Subject::Latency => figures.latency_avg_ms,
            Subject::LatencyP95 => figures.latency_p95_ms,
            Subject::IntegrationLatency => figures.integration_latency_avg_ms,
        };
        value.is_some_and(|value| match self.comparison {
            Comparison::Above => value > self.limit,
            Comparison::AtLeast => value >= self.limit,
            Comparison::Below => value < self.limit,
            Comparison::AtMost => value <= self.limit,
        })
    }

    /// Whether it is about the 95th percentile, which CloudWatch cannot give for every range.
    pub fn needs_percentile(&self) -> bool {
        self.subject == Subject::LatencyP95
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Why a text is no condition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no condition: {reason}; write for example 5xx>1%, 5xx>=20, 4xx>10%, latency>800ms, p95>2s"
)]
pub struct ConditionError {
    text: String,
    reason: &'static str,
}

impl FromStr for Condition {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        parse(text).map_err(|reason| ConditionError { text: text.to_owned(), reason })
    }
}

fn parse(text: &str) -> Result<Condition, &'static str> {
    let operator = text.find(['<', '>']).ok_or("it has no comparison (<, <=, > or >=)")?;
    let (name, rest) = text.split_at(operator);
    let (comparison, limit) = match (rest.strip_prefix(">="), rest.strip_prefix("<=")) {
        (Some(limit), _) => (Comparison::AtLeast, limit),
        (_, Some(limit)) => (Comparison::AtMost, limit),
        _ if rest.starts_with('>') => (Comparison::Above, &rest[1..]),
        _ => (Comparison::Below, &rest[1..]),
    };
    let (subject, limit) = subject_and_limit(name.trim(), limit.trim())?;
    Ok(Condition { text: text.to_owned(), subject, comparison, limit })
}

fn subject_and_limit(name: &str, limit: &str) -> Result<(Subject, f64), &'static str> {
    let percent = limit.strip_suffix('%').map(|number| number_of(number).map(|value| value / 100.0));
    match (name.to_ascii_lowercase().as_str(), percent) {
        ("5xx", Some(rate)) => Ok((Subject::Rate5xx, rate?)),
        ("5xx", None) => Ok((Subject::Errors5xx, number_of(limit)?)),
        ("4xx", Some(rate)) => Ok((Subject::Rate4xx, rate?)),
        ("4xx", None) => Ok((Subject::Errors4xx, number_of(limit)?)),
        ("count", None) => Ok((Subject::Count, number_of(limit)?)),
        ("latency", None) => Ok((Subject::Latency, milliseconds_of(limit)?)),
        ("p95", None) => Ok((Subject::LatencyP95, milliseconds_of(limit)?)),
        ("integration-latency", None) => Ok((Subject::IntegrationLatency, milliseconds_of(limit)?)),
        ("count" | "latency" | "p95" | "integration-latency", Some(_)) => {
            Err("only 4xx and 5xx can be a percentage")
        }
        _ => Err("the figure must be 5xx, 4xx, count, latency, p95 or integration-latency"),
    }
}

fn milliseconds_of(text: &str) -> Result<f64, &'static str> {
    match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(number), _) => number_of(number),
        (None, Some(number)) => number_of(number).map(|seconds| seconds * 1000.0),
        (None, None) => Err("a latency needs its unit, ms or s"),
    }
}

fn number_of(text: &str) -> Result<f64, &'static str> {
    let number = text.trim().parse::<f64>().map_err(|_| "the limit must be a number")?;
    (number.is_finite() && number >= 0.0).then_some(number).ok_or("the limit must be zero or more")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, figures: Figures) -> bool {
        text.parse::<Condition>().unwrap().holds(&figures)
    }

    #[test]
    fn rates_counts_and_latencies_are_compared_in_their_units() {
        let figures = Figures {
            count: Some(1000.0),
            errors_5xx: Some(20.0),
            latency_avg_ms: Some(900.0),
            ..Figures::default()
        };
        for met in ["5xx>1%", "5xx >= 2%", "5xx>19", "latency>0.8s", "latency<901ms", "count<=1000"] {
            assert!(holds(met, figures), "{met}");
        }
        for unmet in ["5xx>2%", "5xx>20", "latency>900ms", "count<1000"] {
            assert!(!holds(unmet, figures), "{unmet}");
        }
    }

    #[test]
    fn an_absent_figure_meets_nothing() {
        for text in ["5xx>0", "5xx<100%", "count<1", "p95>1ms", "latency<9s"] {
            assert!(!holds(text, Figures::default()), "{text}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused_with_the_reason() {
        for (text, reason) in [
            ("5xx", "no comparison"),
            ("6xx>1%", "the figure must be"),
            ("latency>5%", "percentage"),
            ("latency>5", "unit"),
            ("5xx>many", "number"),
            ("5xx>-1", "zero or more"),
            ("5xx>nan", "zero or more"),
            ("", "no comparison"),
            (">", "the figure must be"),
        ] {
            let error = text.parse::<Condition>().unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
