//! Addresses and ARNs, built from the partition of the region.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use serde_json::{Value, json};

use super::jsurl::jsurl;
use super::{ApiType, Chart, Unit, Window};

/// What may stand in a query value or a path segment as it is.
const UNRESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'$');

/// A group of regions with its own names for everything (botocore's partitions).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// The word in every ARN.
    pub id: &'static str,
    /// The end of every host name.
    pub dns_suffix: &'static str,
    /// The end of the console's host name, after the region.
    console: &'static str,
}

/// The partition a region belongs to, told by the region's prefix.
pub fn partition(region: &str) -> Partition {
    let (id, dns_suffix, console) = match region.split('-').next().unwrap_or_default() {
        "cn" => ("aws-cn", "amazonaws.com.cn", "console.amazonaws.cn"),
        "eusc" => ("aws-eusc", "amazonaws.eu", "console.amazonaws-eusc.eu"),
        _ if region.starts_with("us-gov-") => ("aws-us-gov", "amazonaws.com", "console.amazonaws-us-gov.com"),
        _ => ("aws", "amazonaws.com", "console.aws.amazon.com"),
    };
    Partition { id, dns_suffix, console }
}

/// Where callers find a stage. `endpoint` is the API's own (`apiEndpoint`), preferred where AWS tells one.
pub fn invoke_url(
    api_type: ApiType,
    api_id: &str,
    region: &str,
    endpoint: Option<&str>,
    stage: &str,
) -> String {
    let host = match endpoint {
        Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
        None => format!("https://{api_id}.execute-api.{region}.{}", partition(region).dns_suffix),
    };
    match (api_type, stage) {
        (ApiType::Http, "$default") => format!("{host}/"),
        (ApiType::Http, stage) => format!("{host}/{stage}"),
        (ApiType::Rest, stage) => format!("{host}/{stage}/"),
    }
}

/// The ARN of an API; the account field is empty, as API Gateway has it. Stages and deployments are paths below it.
pub fn api_arn(api_type: ApiType, api_id: &str, region: &str) -> String {
    let collection = match api_type {
        ApiType::Http => "apis",
        ApiType::Rest => "restapis",
    };
    format!("arn:{}:apigateway:{region}::/{collection}/{api_id}", partition(region).id)
}

/// The console's page of an API: its routes (HTTP) or its stages (REST).
pub fn console_api(api_type: ApiType, api_id: &str, region: &str) -> String {
    let console = console(region);
    let id = utf8_percent_encode(api_id, UNRESERVED);
    match api_type {
        ApiType::Http => format!("{console}/apigateway/main/api-detail?api={id}&region={region}"),
        ApiType::Rest => format!("{console}/apigateway/main/apis/{id}/stages?api={id}&region={region}"),
    }
}

/// The console's page of a stage, as near as it has one: an HTTP API's routes with the stage picked, a REST API's stages.
pub fn console_stage(api_type: ApiType, api_id: &str, region: &str, stage: &str) -> String {
    match api_type {
        ApiType::Http => {
            let (console, id) = (console(region), utf8_percent_encode(api_id, UNRESERVED));
            let stage = utf8_percent_encode(stage, UNRESERVED);
            format!("{console}/apigateway/main/develop/routes?api={id}&region={region}&stage={stage}")
        }
        ApiType::Rest => console_api(api_type, api_id, region),
    }
}

/// The CloudWatch console with a graph of these charts of a stage, over exactly this window.
pub fn cloudwatch_graph(
    api_type: ApiType,
    api_id: &str,
    api_name: &str,
    stage: &str,
    region: &str,
    window: Window,
    charts: &[Chart],
) -> String {
    let (dimension, api) = api_type.metric_dimension(api_id, api_name);
    let line = |chart: Chart, options: Value| {
        json!(["AWS/ApiGateway", chart.metric(api_type), dimension, api, "Stage", stage, options])
    };
    let iso = |at: jiff::Timestamp| at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
    let graph = json!({
        "metrics": charts.iter().flat_map(|chart| chart_lines(*chart, line)).collect::<Vec<_>>(),
        "view": "timeSeries",
        "stacked": false,
        "region": region,
        "period": window.period_seconds,
        "start": iso(window.start),
        "end": iso(window.end),
    });
    format!("{}/cloudwatch/home?region={region}#metricsV2:graph={}", console(region), jsurl(&graph))
}

/// The metrics of a graph that draw a chart's lines. A rate is metric math over two metrics that are not drawn themselves.
fn chart_lines(chart: Chart, line: impl Fn(Chart, Value) -> Value) -> Vec<Value> {
    match chart.unit() {
        Unit::Milliseconds => {
            ["Average", "p50", "p95", "p99"].map(|stat| line(chart, json!({ "stat": stat }))).into()
        }
        Unit::Requests => vec![line(chart, json!({ "stat": "Sum" }))],
        Unit::Fraction => {
            let errors = if chart == Chart::Rate4xx { "e4" } else { "e5" };
            let requests = if chart == Chart::Rate4xx { "c4" } else { "c5" };
            let expression = format!("100*FILL({errors},0)/{requests}");
            let hidden = |id: &str| json!({ "id": id, "stat": "Sum", "visible": false });
            vec![
                json!([{ "expression": expression, "label": format!("{} (%)", chart.title()) }]),
                line(chart, hidden(errors)),
                line(Chart::Count, hidden(requests)),
            ]
        }
    }
}

fn console(region: &str) -> String {
    format!("https://{region}.{}", partition(region).console)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_found_where_aws_serves_it() {
        let http = |stage| invoke_url(ApiType::Http, "a1", "eu-west-1", None, stage);
        assert_eq!(http("$default"), "https://a1.execute-api.eu-west-1.amazonaws.com/");
        assert_eq!(http("prod"), "https://a1.execute-api.eu-west-1.amazonaws.com/prod");
        let rest = invoke_url(ApiType::Rest, "a1", "cn-north-1", None, "prod");
        assert_eq!(rest, "https://a1.execute-api.cn-north-1.amazonaws.com.cn/prod/");
        let told = invoke_url(ApiType::Http, "a1", "eu-west-1", Some("https://other.example/"), "prod");
        assert_eq!(told, "https://other.example/prod");
    }

    #[test]
    fn every_partition_has_its_own_names() {
        let arn = api_arn(ApiType::Rest, "x9", "us-gov-west-1");
        assert_eq!(arn, "arn:aws-us-gov:apigateway:us-gov-west-1::/restapis/x9");
        assert!(
            console_api(ApiType::Http, "a1", "cn-north-1")
                .starts_with("https://cn-north-1.console.amazonaws.cn/")
        );
        assert_eq!(partition("eusc-de-east-1").dns_suffix, "amazonaws.eu");
    }

    #[test]
    fn a_stage_name_is_escaped_in_a_query() {
        let url = console_stage(ApiType::Http, "a1", "eu-west-1", "a&b=c");
        assert!(url.ends_with("&stage=a%26b%3Dc"), "{url}");
    }

    fn graph(api_type: ApiType, region: &str, stage: &str, charts: &[Chart]) -> (String, Value) {
        let window = Window::settled(crate::domain::TimeRange::H1, "2026-11-23T10:04:59Z".parse().unwrap());
        let name = "it's (規) ~new!";
        let url = cloudwatch_graph(api_type, "a1", name, stage, region, window, charts);
        let (page, graph) = url.split_once("#metricsV2:graph=").unwrap();
        (page.to_owned(), crate::domain::jsurl::tests::decoded(graph))
    }

    #[test]
    fn a_graph_is_of_exactly_this_stage_and_window() {
        let (page, graph) = graph(ApiType::Http, "cn-north-1", "$default", &[Chart::Latency]);
        assert_eq!(page, "https://cn-north-1.console.amazonaws.cn/cloudwatch/home?region=cn-north-1");
        assert_eq!(
            (&graph["start"], &graph["end"], &graph["period"]),
            (&json!("2026-11-23T09:02:00.000Z"), &json!("2026-11-23T10:02:00.000Z"), &json!(60))
        );
        let of = |stat: &str| json!(["AWS/ApiGateway", "Latency", "ApiId", "a1", "Stage", "$default", { "stat": stat }]);
        assert_eq!(graph["metrics"], json!([of("Average"), of("p50"), of("p95"), of("p99")]));
    }

    #[test]
    fn a_rate_is_errors_by_requests_and_rest_goes_by_name() {
        let (_, graph) = graph(ApiType::Rest, "us-gov-west-1", "v1", &[Chart::Rate4xx, Chart::Rate5xx]);
        let lines = graph["metrics"].as_array().unwrap();
        assert_eq!(lines.len(), 6);
        assert_eq!(lines[3][0]["expression"], "100*FILL(e5,0)/c5");
        let hidden = json!({ "id": "e5", "stat": "Sum", "visible": false });
        let metric = json!(["AWS/ApiGateway", "5XXError", "ApiName", "it's () ~new!", "Stage", "v1", hidden]);
        assert_eq!(lines[4], metric);
        assert_eq!(lines[5][1], "Count");
    }
}
