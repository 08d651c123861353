//! No write leaves a session, nor a writer that may only read: every operation of both services that is not a GET is tried.

use std::error::Error;

use aws_sdk_apigateway::types::{ApiKeysFormat, GatewayResponseType};
use aws_smithy_types::error::display::DisplayErrorContext;

use super::*;

/// An operation, and what came of it in words.
type Tried = (&'static str, String);

/// Sends each operation of the list with one client.
macro_rules! try_all {
    ($client:expr, $($operation:ident() $(.$field:ident($value:expr))*;)*) => {{
        let mut tried: Vec<Tried> = Vec::new();
        $(
            let answer = $client.$operation()$(.$field($value))*.send().await;
            let failed = answer.err().map(|error| Box::new(error) as Box<dyn Error>);
            let words = failed.map(|error| DisplayErrorContext(&*error).to_string());
            tried.push((stringify!($operation), words.unwrap_or_default()));
        )*
        tried
    }};
}

/// Everything in the model of `apigatewayv2` that is not a GET.
#[expect(clippy::too_many_lines, reason = "a table")]
async fn write_with_http(client: &aws_sdk_apigatewayv2::Client) -> Vec<Tried> {
    try_all! { client,
        create_api();
        create_api_mapping().domain_name("x");
        create_authorizer().api_id("x");
        create_deployment().api_id("x");
        create_domain_name();
        create_integration().api_id("x");
        create_integration_response().api_id("x").integration_id("x");
        create_model().api_id("x");
        create_portal();
        create_portal_product();
        create_product_page().portal_product_id("x");
        create_product_rest_endpoint_page().portal_product_id("x");
        create_route().api_id("x");
        create_route_response().api_id("x").route_id("x");
        create_routing_rule().domain_name("x");
        create_stage().api_id("x");
        create_vpc_link();
        delete_access_log_settings().api_id("x").stage_name("x");
        delete_api().api_id("x");
        delete_api_mapping().domain_name("x").api_mapping_id("x");
        delete_authorizer().api_id("x").authorizer_id("x");
        delete_cors_configuration().api_id("x");
        delete_deployment().api_id("x").deployment_id("x");
        delete_domain_name().domain_name("x");
        delete_integration().api_id("x").integration_id("x");
        delete_integration_response().api_id("x").integration_id("x").integration_response_id("x");
        delete_model().api_id("x").model_id("x");
        delete_portal().portal_id("x");
        delete_portal_product().portal_product_id("x");
        delete_portal_product_sharing_policy().portal_product_id("x");
        delete_product_page().portal_product_id("x").product_page_id("x");
        delete_product_rest_endpoint_page().portal_product_id("x").product_rest_endpoint_page_id("x");
        delete_route().api_id("x").route_id("x");
        delete_route_request_parameter().api_id("x").route_id("x").request_parameter_key("x");
        delete_route_response().api_id("x").route_id("x").route_response_id("x");
        delete_route_settings().api_id("x").stage_name("x").route_key("x");
        delete_routing_rule().domain_name("x").routing_rule_id("x");
        delete_stage().api_id("x").stage_name("x");
        delete_vpc_link().vpc_link_id("x");
        disable_portal().portal_id("x");
        import_api();
        preview_portal().portal_id("x");
        publish_portal().portal_id("x");
        put_portal_product_sharing_policy().portal_product_id("x");
        put_routing_rule().domain_name("x").routing_rule_id("x");
        reimport_api().api_id("x");
        reset_authorizers_cache().api_id("x").stage_name("x");
        tag_resource().resource_arn("x");
        untag_resource().resource_arn("x").tag_keys("x");
        update_api().api_id("x");
        update_api_mapping().domain_name("x").api_mapping_id("x");
        update_authorizer().api_id("x").authorizer_id("x");
        update_deployment().api_id("x").deployment_id("x");
        update_domain_name().domain_name("x");
        update_integration().api_id("x").integration_id("x");
        update_integration_response().api_id("x").integration_id("x").integration_response_id("x");
        update_model().api_id("x").model_id("x");
        update_portal().portal_id("x");
        update_portal_product().portal_product_id("x");
        update_product_page().portal_product_id("x").product_page_id("x");
        update_product_rest_endpoint_page().portal_product_id("x").product_rest_endpoint_page_id("x");
        update_route().api_id("x").route_id("x");
        update_route_response().api_id("x").route_id("x").route_response_id("x");
        update_stage().api_id("x").stage_name("x");
        update_vpc_link().vpc_link_id("x");
    }
}

/// Everything in the model of `apigateway` that is not a GET.
#[expect(clippy::too_many_lines, reason = "a table")]
async fn write_with_rest(client: &aws_sdk_apigateway::Client) -> Vec<Tried> {
    try_all! { client,
        create_api_key();
        create_authorizer().rest_api_id("x");
        create_base_path_mapping().domain_name("x");
        create_deployment().rest_api_id("x");
        create_documentation_part().rest_api_id("x");
        create_documentation_version().rest_api_id("x");
        create_domain_name();
        create_domain_name_access_association();
        create_model().rest_api_id("x");
        create_request_validator().rest_api_id("x");
        create_resource().rest_api_id("x").parent_id("x");
        create_rest_api();
        create_stage().rest_api_id("x");
        create_usage_plan();
        create_usage_plan_key().usage_plan_id("x");
        create_vpc_link();
        delete_api_key().api_key("x");
        delete_authorizer().rest_api_id("x").authorizer_id("x");
        delete_base_path_mapping().domain_name("x").base_path("x");
        delete_client_certificate().client_certificate_id("x");
        delete_deployment().rest_api_id("x").deployment_id("x");
        delete_documentation_part().rest_api_id("x").documentation_part_id("x");
        delete_documentation_version().rest_api_id("x").documentation_version("x");
        delete_domain_name().domain_name("x");
        delete_domain_name_access_association().domain_name_access_association_arn("x");
        delete_gateway_response().rest_api_id("x").response_type(GatewayResponseType::Default4Xx);
        delete_integration().rest_api_id("x").resource_id("x").http_method("x");
        delete_integration_response().rest_api_id("x").resource_id("x").http_method("x").status_code("x");
        delete_method().rest_api_id("x").resource_id("x").http_method("x");
        delete_method_response().rest_api_id("x").resource_id("x").http_method("x").status_code("x");
        delete_model().rest_api_id("x").model_name("x");
        delete_request_validator().rest_api_id("x").request_validator_id("x");
        delete_resource().rest_api_id("x").resource_id("x");
        delete_rest_api().rest_api_id("x");
        delete_stage().rest_api_id("x").stage_name("x");
        delete_usage_plan().usage_plan_id("x");
        delete_usage_plan_key().usage_plan_id("x").key_id("x");
        delete_vpc_link().vpc_link_id("x");
        flush_stage_authorizers_cache().rest_api_id("x").stage_name("x");
        flush_stage_cache().rest_api_id("x").stage_name("x");
        generate_client_certificate();
        import_api_keys().format(ApiKeysFormat::Csv);
        import_documentation_parts().rest_api_id("x");
        import_rest_api();
        put_gateway_response().rest_api_id("x").response_type(GatewayResponseType::Default4Xx);
        put_integration().rest_api_id("x").resource_id("x").http_method("x");
        put_integration_response().rest_api_id("x").resource_id("x").http_method("x").status_code("x");
        put_method().rest_api_id("x").resource_id("x").http_method("x");
        put_method_response().rest_api_id("x").resource_id("x").http_method("x").status_code("x");
        put_rest_api().rest_api_id("x");
        reject_domain_name_access_association().domain_name_access_association_arn("x").domain_name_arn("x");
        tag_resource().resource_arn("x");
        test_invoke_authorizer().rest_api_id("x").authorizer_id("x");
        test_invoke_method().rest_api_id("x").resource_id("x").http_method("x");
        untag_resource().resource_arn("x").tag_keys("x");
        update_account();
        update_api_key().api_key("x");
        update_authorizer().rest_api_id("x").authorizer_id("x");
        update_base_path_mapping().domain_name("x").base_path("x");
        update_client_certificate().client_certificate_id("x");
        update_deployment().rest_api_id("x").deployment_id("x");
        update_documentation_part().rest_api_id("x").documentation_part_id("x");
        update_documentation_version().rest_api_id("x").documentation_version("x");
        update_domain_name().domain_name("x");
        update_gateway_response().rest_api_id("x").response_type(GatewayResponseType::Default4Xx);
        update_integration().rest_api_id("x").resource_id("x").http_method("x");
        update_integration_response().rest_api_id("x").resource_id("x").http_method("x").status_code("x");
        update_method().rest_api_id("x").resource_id("x").http_method("x");
        update_method_response().rest_api_id("x").resource_id("x").http_method("x").status_code("x");
        update_model().rest_api_id("x").model_name("x");
        update_request_validator().rest_api_id("x").request_validator_id("x");
        update_resource().rest_api_id("x").resource_id("x");
        update_rest_api().rest_api_id("x");
        update_stage().rest_api_id("x").stage_name("x");
        update_usage().usage_plan_id("x").key_id("x");
        update_usage_plan().usage_plan_id("x");
        update_vpc_link().vpc_link_id("x");
    }
}

fn writer(session: &Session, access: Access) -> (aws_sdk_apigatewayv2::Client, aws_sdk_apigateway::Client) {
    let http = Writer::new(session, ApiType::Http, "a1", access);
    let rest = Writer::new(session, ApiType::Rest, "a1", access);
    let (Writer::Http(http), Writer::Rest(rest)) = (http, rest) else { panic!("of another kind") };
    (http.client().clone(), rest.client().clone())
}

#[tokio::test(start_paused = true)]
async fn no_write_leaves_a_session_or_a_writer_that_may_only_read() {
    let script = Script::new(|_, _| Reply::json(200, "{}"));
    let (session, aws) = session(&script, Settings::default()).await;
    let (http, rest) = writer(&session, Access::ReadOnly);
    for http in [&session.clients().http, &http] {
        for (operation, words) in Box::pin(write_with_http(http)).await {
            assert!(words.contains("read-only"), "{operation}: {words}");
        }
    }
    for rest in [&session.clients().rest, &rest] {
        for (operation, words) in Box::pin(write_with_rest(rest)).await {
            assert!(words.contains("read-only"), "{operation}: {words}");
        }
    }
    assert_eq!((script.asked().len(), aws.usage().requests), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn every_write_tried_would_leave_a_writer_that_may_write() {
    let script = Script::new(|_, _| Reply::error(400, "BadRequestException", "no"));
    let (session, _) = session(&script, Settings::default()).await;
    let (http, rest) = writer(&session, Access::ReadWrite);
    let tried = [Box::pin(write_with_http(&http)).await, Box::pin(write_with_rest(&rest)).await].concat();
    assert!(tried.iter().all(|(_, words)| !words.contains("read-only")), "{tried:?}");
    assert_eq!(script.asked().len(), tried.len());
    assert!(script.asked().iter().all(|asked| asked.method != "GET"));
}

#[tokio::test]
async fn read_only_makes_no_writer_whoever_says_it() {
    let script = Script::new(|_, _| Reply::json(200, "{}"));
    let strict = WriteRules { read_only: true, account: None };
    let (lenient, _) = session(&script, Settings::default()).await;
    let (by_settings, _) = session(&script, Settings { read_only: true, ..Settings::default() }).await;
    for (session, rules) in [(lenient, strict), (by_settings, WriteRules::default())] {
        for api_type in [ApiType::Http, ApiType::Rest] {
            let problem = session.writer(api_type, "a1", &rules).await.unwrap_err();
            assert_eq!(problem.kind, ProblemKind::ReadOnly, "{problem:?}");
        }
    }
    assert_eq!(script.asked().len(), 0);
}

#[tokio::test]
async fn every_way_to_write_says_read_only_when_the_guard_refuses_it() {
    let script = Script::new(|_, _| Reply::json(200, r#"{"stageName":"v1"}"#));
    let (session, _) = session(&script, Settings::default()).await;
    for api_type in [ApiType::Http, ApiType::Rest] {
        let writer = Writer::new(&session, api_type, "a1", Access::ReadOnly);
        let mut refused = vec![
            writer.push("{}", true).await.map(drop).unwrap_err(),
            writer.create_deployment(Some("v1"), "d").await.map(drop).unwrap_err(),
            writer.point_stage("v1", "d1").await.map(drop).unwrap_err(),
            writer.describe_deployment("d1", "d").await.unwrap_err(),
        ];
        match api_type {
            ApiType::Http => refused.extend([
                writer.set_auto_deploy("v1", false).await.map(drop).unwrap_err(),
                writer.restore_settings(Some(true)).await.unwrap_err(),
            ]),
            ApiType::Rest => refused.extend([
                writer.end_canary("v1", true).await.map(drop).unwrap_err(),
                writer.end_canary("v1", false).await.map(drop).unwrap_err(),
            ]),
        }
        for error in refused {
            let WriteError::Refused(problem) = error else { panic!("{error:?}") };
            assert_eq!(problem.kind, ProblemKind::ReadOnly, "{problem:?}");
        }
    }
    assert!(script.asked().iter().all(|asked| asked.method == "GET"));
}
