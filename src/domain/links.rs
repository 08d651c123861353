//! Addresses and ARNs, built from the partition of the region.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::ApiType;

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
}
