//! The two protocols, and what is refused.

use super::*;

fn json_request(operation: &str, body: &Value) -> Request<Bytes> {
    Request::post("https://monitoring.eu-west-1.amazonaws.com/")
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", format!("GraniteServiceVersion20100801.{operation}"))
        .body(Bytes::from(body.to_string()))
        .unwrap()
}

fn cbor_request(operation: &str, body: &[u8]) -> Request<Bytes> {
    let path = format!("/service/GraniteServiceVersion20100801/operation/{operation}");
    Request::post(format!("https://monitoring.eu-west-1.amazonaws.com{path}"))
        .header("content-type", "application/cbor")
        .header("smithy-protocol", "rpc-v2-cbor")
        .body(Bytes::copy_from_slice(body))
        .unwrap()
}

fn count_of_prod() -> Value {
    let (start, end) = six_hours();
    json!({
        "MetricDataQueries": [{ "Id": "a", "MetricStat": {
            "Metric": {
                "Namespace": NAMESPACE,
                "MetricName": "Count",
                "Dimensions": [{ "Name": "ApiId", "Value": "a1" }, { "Name": "Stage", "Value": "prod" }],
            },
            "Period": 3600,
            "Stat": "Sum",
        } }],
        "StartTime": start,
        "EndTime": end as f64 + 0.0,
        "ScanBy": "TimestampAscending",
    })
}

#[tokio::test]
async fn json_and_cbor_say_the_same() {
    let response = answer(&json_request("GetMetricData", &count_of_prod()), &sources(), Told::Whole, now());
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/x-amz-json-1.0");
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    let (start, end) = six_hours();
    let by_sdk = ask(vec![stat("a", "Count", PROD, "Sum", 3600)], start, end).await;
    let result = &body["MetricDataResults"][0];
    let times: Vec<i64> = points(&by_sdk[0]).iter().map(|(at, _)| *at).collect();
    assert_eq!(times.len(), 6);
    assert_eq!(result["Timestamps"], json!(times));
    assert_eq!(result["Values"], json!(by_sdk[0].values()));
    assert_eq!((&result["Id"], &result["Label"]), (&json!("a"), &json!("Count")));
    assert_eq!(result["StatusCode"], "Complete");
    assert!(body.get("NextToken").is_none());
}

#[test]
fn json_lists_metrics_and_pages_with_the_same_tokens() {
    let mut asked = count_of_prod();
    asked["MaxDatapoints"] = json!(4);
    let page = |asked: &Value| -> Value {
        serde_json::from_slice(
            answer(&json_request("GetMetricData", asked), &sources(), Told::Whole, now()).body(),
        )
        .unwrap()
    };
    let first = page(&asked);
    asked["NextToken"] = first["NextToken"].clone();
    let second = page(&asked);
    assert_eq!(first["MetricDataResults"][0]["Values"].as_array().unwrap().len(), 4);
    assert_eq!(first["MetricDataResults"][0]["StatusCode"], "PartialData");
    assert_eq!(second["MetricDataResults"][0]["Values"].as_array().unwrap().len(), 2);
    let listed =
        answer(&json_request("ListMetrics", &json!({ "MetricName": "4xx" })), &sources(), Told::Whole, now());
    let listed: Value = serde_json::from_slice(listed.body()).unwrap();
    let expected = json!({ "Namespace": NAMESPACE, "MetricName": "4xx", "Dimensions": [{ "Name": "ApiId", "Value": "a1" }] });
    assert_eq!(listed["Metrics"][0], expected);
}

#[test]
fn cbor_answers_hold_doubles_and_tagged_timestamps() {
    let mut body = Vec::new();
    ciborium::into_writer(&count_of_prod(), &mut body).unwrap();
    let response = answer(&cbor_request("GetMetricData", &body), &sources(), Told::Whole, now());
    assert_eq!(response.headers()["smithy-protocol"], "rpc-v2-cbor");
    assert_eq!(response.headers()["content-type"], "application/cbor");
    let text =
        format!("{:?}", ciborium::from_reader::<ciborium::Value, _>(response.body().as_ref()).unwrap());
    let start = six_hours().0 as f64;
    assert!(text.contains(&format!("Text(\"Timestamps\"), Array([Tag(1, Float({start:?}))")), "{text}");
    assert!(text.contains("Text(\"Values\"), Array([Float("), "{text}");
}

#[test]
fn operations_are_read_from_path_or_target() {
    assert_eq!(operation(&cbor_request("GetMetricData", b"")), Some("GetMetricData".to_owned()));
    assert_eq!(operation(&json_request("ListMetrics", &json!({}))), Some("ListMetrics".to_owned()));
    let other = Request::post("https://h/").header("x-amz-target", "DynamoDB_20120810.GetItem");
    assert_eq!(operation(&other.body(Bytes::new()).unwrap()), None);
    assert_eq!(operation(&Request::get("https://h/").body(Bytes::new()).unwrap()), None);
}

#[test]
fn errors_are_written_in_the_protocol_of_the_request() {
    let json =
        error(&json_request("GetMetricData", &json!({})), 403, "AccessDenied", "User: é is not authorized");
    assert_eq!(json.status(), 403);
    assert_eq!(json.headers()["x-amzn-errortype"], "AccessDenied");
    let body: Value = serde_json::from_slice(json.body()).unwrap();
    assert_eq!(body, json!({ "__type": "AccessDenied", "message": "User: é is not authorized" }));
    let cbor = error(&cbor_request("GetMetricData", b""), 500, "InternalServiceError", "sorry");
    assert_eq!(cbor.status(), 500);
    assert_eq!(cbor.headers()["x-amzn-query-error"], "InternalServiceError;Receiver");
    let body: Value = ciborium::from_reader(cbor.body().as_ref()).unwrap();
    assert_eq!(body, json!({ "__type": "InternalServiceFault", "message": "sorry" }));
}

#[test]
fn bodies_that_cannot_be_read_are_refused() {
    let refused = |request: Request<Bytes>| answer(&request, &sources(), Told::Whole, now());
    let mut wrong_type = count_of_prod();
    wrong_type["MaxDatapoints"] = json!("many");
    for response in [
        refused(cbor_request("GetMetricData", b"\xbf\x61")),
        refused(json_request("GetMetricData", &wrong_type)),
        refused(json_request("ListMetrics", &json!([1, 2]))),
    ] {
        assert_eq!(response.status(), 400);
        assert_eq!(response.headers()["x-amzn-query-error"], "SerializationException;Sender");
    }
    let empty = refused(json_request("GetMetricData", &json!({})));
    assert_eq!(empty.headers()["x-amzn-query-error"], "ValidationError;Sender");
    assert_eq!(empty.headers()["x-amzn-errortype"], "ValidationException");
    let unknown = refused(json_request("DeleteAlarms", &json!({})));
    assert_eq!(unknown.headers()["x-amzn-errortype"], "UnknownOperationException");
}

#[tokio::test]
async fn ids_must_be_unique_and_begin_with_a_lowercase_letter() {
    let query = |id: &str| stat(id, "Count", PROD, "Sum", 300);
    let unique = "The values for parameter id in MetricDataQueries are not unique.";
    assert_eq!(
        refusal(vec![query("a"), query("a")]).await,
        ("ValidationError".to_owned(), unique.to_owned())
    );
    let (code, message) = refusal(vec![query("a"), query("5xx"), query("A"), query("b-c")]).await;
    assert_eq!(code, "ValidationError");
    let lines: Vec<_> = message.lines().collect();
    assert_eq!(lines.len(), 3);
    let pattern = "is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.";
    assert_eq!(lines[0], format!("The value 5xx for parameter MetricDataQueries.member.2.Id {pattern}"));
}

#[tokio::test]
async fn five_hundred_queries_are_answered_and_one_more_is_refused() {
    let query = |n: usize| stat(&format!("q{n}"), "Count", PROD, "Sum", 3600);
    let (start, end) = six_hours();
    assert_eq!(ask((0..500).map(query).collect(), start, end).await.len(), 500);
    let (code, message) = refusal((0..501).map(query).collect()).await;
    assert_eq!(code, "ValidationError");
    assert!(message.contains("must not have a size greater than 500"), "{message}");
}

#[tokio::test]
async fn queries_that_make_no_sense_are_refused_with_their_place() {
    let good = || stat("a", "Count", PROD, "Sum", 60);
    let mut both = good();
    both.expression = Some("b * 2".to_owned());
    let neither = MetricDataQuery::builder().id("a").build();
    let mut hidden = good();
    hidden.return_data = Some(false);
    let cases = [
        (vec![], "MetricDataQueries is required"),
        (vec![both], "mutually exclusive"),
        (vec![neither], "must be specified"),
        (vec![hidden], "ReturnData"),
        (
            vec![stat("a", "Count", PROD, "sum", 60)],
            "The value sum for parameter MetricDataQueries.member.1.MetricStat.Stat",
        ),
        (vec![good(), stat("b", "Count", PROD, "Sum", 90)], "MetricDataQueries.member.2.MetricStat.Period"),
        (
            vec![stat("a", "", PROD, "Sum", 60)],
            "MetricDataQueries.member.1.MetricStat.Metric.MetricName is required",
        ),
        (vec![good(), expression("e", "RATE(a)")], "Error in expression 'e': Unsupported function RATE."),
        (vec![good(), expression("e", "a * b")], "Error in expression 'e': Undefined identifier b."),
        (vec![good(), expression("e", "f + a"), expression("f", "e + a")], "Error in expression 'e'"),
        (vec![expression("e", "e")], "refers to itself"),
    ];
    for (queries, expected) in cases {
        let (code, message) = refusal(queries).await;
        assert_eq!(code, "ValidationError");
        assert!(message.contains(expected), "{message:?} lacks {expected:?}");
    }
}

#[tokio::test]
async fn times_and_sizes_out_of_range_are_refused() {
    let base = |start: i64, end: i64| {
        client()
            .get_metric_data()
            .metric_data_queries(stat("a", "Count", PROD, "Sum", 60))
            .start_time(DateTime::from_secs(start))
            .end_time(DateTime::from_secs(end))
    };
    let (start, end) = six_hours();
    for request in [
        base(end, start),
        base(end, end),
        base(start, end).max_datapoints(0),
        base(start, end).max_datapoints(100_801),
        base(start, end).scan_by("Sideways".into()),
    ] {
        assert_eq!(request.send().await.unwrap_err().code(), Some("ValidationError"));
    }
    let absurd = base(i64::from(i32::MIN), 200_000_000_000).send().await.unwrap();
    assert!(points(&absurd.metric_data_results()[0]).is_empty(), "minutes are not kept since 1901");
}

#[test]
fn half_an_answer_is_partial_and_does_not_go_on() {
    let told = |told: Told, order: &str| -> Value {
        let mut asked = count_of_prod();
        asked["ScanBy"] = json!(order);
        let response = answer(&json_request("GetMetricData", &asked), &sources(), told, now());
        serde_json::from_slice(response.body()).unwrap()
    };
    let oldest = |answer: &Value| {
        let times = answer["MetricDataResults"][0]["Timestamps"].as_array().unwrap();
        (times.len(), times.iter().filter_map(Value::as_i64).min())
    };
    for order in ["TimestampAscending", "TimestampDescending"] {
        let (whole, half) = (told(Told::Whole, order), told(Told::Half, order));
        assert_eq!(half["MetricDataResults"][0]["StatusCode"], "PartialData");
        assert!(half.get("NextToken").is_none());
        assert_eq!(oldest(&half), (oldest(&whole).0 / 2, oldest(&whole).1), "{order}");
    }
}
