//! What a chart shows, in sentences: the metric, its statistics, and how the two kinds of API differ.

use super::{ApiType, Chart, Unit, Window};

impl Chart {
    /// What the chart shows of an API of that type over that window, one paragraph an entry: what is measured, how it is put
    /// together, how the other type differs, and what a gap means.
    pub fn explanation(self, api_type: ApiType, window: Window) -> Vec<String> {
        let metric = self.metric(api_type);
        let filed = match api_type {
            ApiType::Http => "the dimensions ApiId and Stage",
            ApiType::Rest => "the dimensions ApiName and Stage",
        };
        vec![
            format!("{} CloudWatch metric {metric} in AWS/ApiGateway, by {filed}.", self.meaning()),
            format!("{} One point covers {}.", self.statistics(api_type), span(window.period_seconds)),
            self.other_type(api_type),
            self.gaps().to_owned(),
        ]
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Latency => {
                "The time between API Gateway taking a request from a caller and giving back the answer, the integration \
                 included."
            }
            Self::IntegrationLatency => {
                "The time between API Gateway passing a request on to the integration and getting its answer. What \
                 Latency is above this, API Gateway itself took."
            }
            Self::Rate4xx => "The part of the requests that were answered with a client error, 400 to 499.",
            Self::Rate5xx => "The part of the requests that were answered with a server error, 500 to 599.",
            Self::Count => "The number of requests.",
        }
    }

    fn statistics(self, api_type: ApiType) -> &'static str {
        match (self.unit(), api_type) {
            (Unit::Milliseconds, _) => {
                "In milliseconds. Average is the mean of the requests of a point; p50, p95 and p99 are what 50, 95 and 99 \
                 of 100 requests stayed below. Percentiles of several points cannot be joined into one, so the whole \
                 window has none."
            }
            (Unit::Fraction, ApiType::Http) => {
                "In percent: the Sum of the errors divided by the Sum of Count."
            }
            (Unit::Fraction, ApiType::Rest) => {
                "In percent: the Sum of the errors divided by the Sum of Count, which is what CloudWatch's Average of \
                 this metric is, too."
            }
            (Unit::Requests, ApiType::Http) => "The Sum of each point.",
            (Unit::Requests, ApiType::Rest) => "The Sum of each point, which is its SampleCount, too.",
        }
    }

    /// What is different about the type of API that this one is not.
    fn other_type(self, api_type: ApiType) -> String {
        let named = |other: ApiType| match self.metric(other) {
            same if same == self.metric(api_type) => "the same metric".to_owned(),
            other => format!("the metric {other}"),
        };
        match api_type {
            ApiType::Http => {
                let average =
                    if self.unit() == Unit::Fraction { ", whose Average is the error rate" } else { "" };
                format!(
                    "REST APIs have {}{average}; they go by ApiName instead of ApiId.",
                    named(ApiType::Rest)
                )
            }
            ApiType::Rest => format!(
                "REST metrics go by the API's name: APIs of one name share their figures, and a renamed API starts anew. \
                 HTTP APIs have {} and go by ApiId.",
                named(ApiType::Http)
            ),
        }
    }

    fn gaps(self) -> &'static str {
        match self.unit() {
            Unit::Fraction => {
                "A gap is a time without requests, which has no rate; requests without errors are a rate of zero. The last \
                 two minutes are left out, because CloudWatch is still counting them."
            }
            Unit::Milliseconds | Unit::Requests => {
                "A gap is a time without data, which is not zero. The last two minutes are left out, because CloudWatch is \
                 still counting them."
            }
        }
    }
}

/// How a stage of that type of API gets metrics of its routes, in one line.
pub fn detailed_metrics_hint(api_type: ApiType) -> &'static str {
    match api_type {
        ApiType::Http => "Turn on detailed metrics in the stage's default route settings; billed extra.",
        ApiType::Rest => "Turn on detailed CloudWatch metrics in the stage's method settings; billed extra.",
    }
}

fn span(seconds: i64) -> String {
    match seconds {
        60 => "a minute".to_owned(),
        3600 => "an hour".to_owned(),
        seconds if seconds % 3600 == 0 => format!("{} hours", seconds / 3600),
        seconds => format!("{} minutes", seconds / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TimeRange;

    fn explained(chart: Chart, api_type: ApiType, range: TimeRange) -> String {
        let window = Window::aligned(range, "2026-11-23T10:04:59Z".parse().unwrap());
        chart.explanation(api_type, window).join("\n")
    }

    #[test]
    fn each_chart_is_explained_for_each_type() {
        let all = Chart::ALL.into_iter().flat_map(|chart| {
            [ApiType::Http, ApiType::Rest].map(|api_type| {
                format!(
                    "# {} ({})\n{}",
                    chart.title(),
                    api_type.label(),
                    explained(chart, api_type, TimeRange::H3)
                )
            })
        });
        insta::assert_snapshot!(all.collect::<Vec<_>>().join("\n\n"));
    }

    #[test]
    fn the_length_of_a_point_is_told() {
        for (range, told) in
            [(TimeRange::H1, "a minute."), (TimeRange::D1, "5 minutes."), (TimeRange::W1, "an hour.")]
        {
            let text = explained(Chart::Count, ApiType::Http, range);
            assert!(text.contains(&format!("One point covers {told}")), "{text}");
        }
    }
}
