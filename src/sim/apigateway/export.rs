//! `GetExport`: a stage of a REST API as an OpenAPI 3.0 or Swagger 2.0 document.

use serde_json::{Map, Value, json};

use super::{Integration, Method, RestApi, Stage};
use crate::sim::export::{Export, Format, INTEGRATION, method_key, retain_extensions};
use crate::sim::refusal::Refusal;
use crate::sim::rest_json::Asked;

const DEFAULT_TIMEOUT_MS: u32 = 29_000;
const AUTHTYPE: &str = "x-amazon-apigateway-authtype";

/// The language of the document.
#[derive(Clone, Copy)]
enum Dialect {
    OpenApi3,
    Swagger2,
}

/// Deployments keep no snapshot here, so the document is the API as it stands.
pub fn get_export(asked: &Asked) -> Result<Export, Refusal> {
    let api = super::api(asked)?;
    let stage = super::stage(asked, api)?;
    let dialect = match asked.label(2) {
        "oas30" => Dialect::OpenApi3,
        "swagger" => Dialect::Swagger2,
        other => return Err(Refusal::bad_request(format!("No API exporter for type '{other}'"))),
    };
    let format = if asked.accept == "application/yaml" { Format::Yaml } else { Format::Json };
    let host = format!("{}.execute-api.{}.amazonaws.com", api.id, asked.region_name);
    let mut document = document(dialect, api, stage, &host);
    retain_extensions(&mut document, wanted(asked.query("extensions").unwrap_or_default()));
    let file_name = format!("{}_{}.{}", asked.label(2), version(api, stage), format.suffix());
    Ok(Export { document, format, file_name: Some(file_name) })
}

/// Which extensions the query parameter `extensions` asks for. The extensions for Postman are left out.
fn wanted(extensions: &str) -> fn(&str) -> bool {
    fn of_authorizers(key: &str) -> bool {
        key == AUTHTYPE || key == "x-amazon-apigateway-authorizer"
    }
    let asked = |name| extensions.split(',').any(|found| found.trim() == name);
    match (asked("apigateway"), asked("integrations"), asked("authorizers")) {
        (true, _, _) => |_| true,
        (_, true, true) => |key| key == INTEGRATION || of_authorizers(key),
        (_, true, _) => |key| key == INTEGRATION,
        (_, _, true) => of_authorizers,
        _ => |_| false,
    }
}

/// An API without a version gets a time.
fn version(api: &RestApi, stage: &Stage) -> String {
    let live = api.deployments.iter().find(|deployment| deployment.id == stage.deployment_id);
    let deployed = live.map_or(api.created_date, |deployment| deployment.created_date);
    api.version.clone().unwrap_or_else(|| deployed.to_string())
}

fn document(dialect: Dialect, api: &RestApi, stage: &Stage, host: &str) -> Value {
    let mut document = match dialect {
        Dialect::OpenApi3 => Map::from_iter([
            ("openapi".to_owned(), json!("3.0.1")),
            ("info".to_owned(), info(api, stage)),
            (
                "servers".to_owned(),
                json!([{
                    "url": format!("https://{host}/{{basePath}}"),
                    "variables": { "basePath": { "default": stage.stage_name } },
                }]),
            ),
        ]),
        Dialect::Swagger2 => Map::from_iter([
            ("swagger".to_owned(), json!("2.0")),
            ("info".to_owned(), info(api, stage)),
            ("host".to_owned(), host.into()),
            ("basePath".to_owned(), format!("/{}", stage.stage_name).into()),
            ("schemes".to_owned(), json!(["https"])),
        ]),
    };
    document.insert("paths".to_owned(), paths(dialect, api));
    let schemes = security_schemes(api);
    match dialect {
        Dialect::OpenApi3 if schemes.is_empty() => document.insert("components".to_owned(), json!({})),
        Dialect::OpenApi3 => document.insert("components".to_owned(), json!({ "securitySchemes": schemes })),
        Dialect::Swagger2 if schemes.is_empty() => None,
        Dialect::Swagger2 => document.insert("securityDefinitions".to_owned(), schemes.into()),
    };
    // The policy is kept as a text.
    if let Some(policy) = api.policy.as_ref().and_then(|text| serde_json::from_str(text).ok()) {
        document.insert("x-amazon-apigateway-policy".to_owned(), policy);
    }
    if !api.binary_media_types.is_empty() {
        let types = json!(api.binary_media_types);
        document.insert("x-amazon-apigateway-binary-media-types".to_owned(), types);
    }
    Value::Object(document)
}

fn info(api: &RestApi, stage: &Stage) -> Value {
    let mut info = json!({ "title": api.name });
    if let Some(description) = &api.description {
        info["description"] = description.as_str().into();
    }
    info["version"] = version(api, stage).into();
    info
}

/// Resources without methods do not show.
fn paths(dialect: Dialect, api: &RestApi) -> Value {
    let mut paths = Map::new();
    for resource in api.resources.iter().filter(|resource| !resource.methods.is_empty()) {
        let methods = resource.methods.iter();
        let item =
            methods.map(|method| (method_key(method.http_method), operation(dialect, method))).collect();
        paths.insert(resource.path.clone(), Value::Object(item));
    }
    Value::Object(paths)
}

fn operation(dialect: Dialect, method: &Method) -> Value {
    let mut operation = json!({});
    let parameters: Vec<Value> = method
        .request_parameters
        .iter()
        .filter_map(|(source, required)| parameter(dialect, source, *required))
        .collect();
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    let response = |status: &String| match dialect {
        Dialect::OpenApi3 => json!({ "description": format!("{status} response"), "content": {} }),
        Dialect::Swagger2 => json!({ "description": format!("{status} response") }),
    };
    let responses = method.method_responses.keys().map(|status| (status.clone(), response(status)));
    operation["responses"] = Value::Object(responses.collect());
    let security: Vec<Value> =
        schemes_of(method).into_iter().map(|(name, _)| json!({ (name): [] })).collect();
    if !security.is_empty() {
        operation["security"] = security.into();
    }
    operation[INTEGRATION] = integration(&method.method_integration);
    operation
}

/// A parameter as its source has it, such as `method.request.path.id`.
fn parameter(dialect: Dialect, source: &str, required: bool) -> Option<Value> {
    let (place, name) = source.strip_prefix("method.request.")?.split_once('.')?;
    let place = if place == "querystring" { "query" } else { place };
    let mut parameter = json!({ "name": name, "in": place });
    if required {
        parameter["required"] = true.into();
    }
    match dialect {
        Dialect::OpenApi3 => parameter["schema"] = json!({ "type": "string" }),
        Dialect::Swagger2 => parameter["type"] = "string".into(),
    }
    Some(parameter)
}

fn integration(found: &Integration) -> Value {
    let mut integration = json!({
        "type": found.kind.to_ascii_lowercase(),
        "httpMethod": found.http_method,
        "uri": found.uri,
    });
    let responses = found.integration_responses.values().map(|response| {
        let pattern = response.selection_pattern.as_deref().unwrap_or("default");
        (pattern.to_owned(), json!({ "statusCode": response.status_code }))
    });
    integration["responses"] = Value::Object(responses.collect());
    if !found.request_parameters.is_empty() {
        integration["requestParameters"] = json!(found.request_parameters);
    }
    integration["passthroughBehavior"] = found.passthrough_behavior.to_ascii_lowercase().into();
    if found.timeout_in_millis != DEFAULT_TIMEOUT_MS {
        integration["timeoutInMillis"] = found.timeout_in_millis.into();
    }
    integration
}

/// The security schemes of one method, by the names that AWS gives them.
fn schemes_of(method: &Method) -> Vec<(&'static str, Value)> {
    let header = |name: &str| json!({ "type": "apiKey", "name": name, "in": "header" });
    let mut schemes = Vec::new();
    if method.authorization_type == "AWS_IAM" {
        let mut signature = header("Authorization");
        signature[AUTHTYPE] = "awsSigv4".into();
        schemes.push(("sigv4", signature));
    }
    if method.api_key_required {
        schemes.push(("api_key", header("x-api-key")));
    }
    schemes
}

fn security_schemes(api: &RestApi) -> Map<String, Value> {
    let methods = api.resources.iter().flat_map(|resource| &resource.methods);
    methods.flat_map(schemes_of).map(|(name, scheme)| (name.to_owned(), scheme)).collect()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http_body_util::BodyExt;

    use super::*;
    use crate::sim::tests::{ask, cloud, get};
    use crate::sim::{Scenario, demo};

    async fn exported(of: &str) -> Value {
        let (status, _, body) = ask(&cloud(Scenario::Demo), get(&format!("/restapis/{of}"))).await;
        assert_eq!(status, 200, "{of}: {body}");
        body
    }

    fn keys(value: &Value) -> Vec<&str> {
        value.as_object().unwrap().keys().map(String::as_str).collect()
    }

    #[tokio::test]
    async fn openapi_without_extensions_has_no_integrations() {
        let document = exported("x9y8z7w6v5/stages/v2/exports/oas30").await;
        assert_eq!(keys(&document), ["openapi", "info", "servers", "paths", "components"]);
        assert_eq!(
            document["info"],
            json!({ "title": "billing", "description": "Invoices and payments", "version": "2026-03-01" })
        );
        assert_eq!(
            document["servers"],
            json!([{
                "url": "https://x9y8z7w6v5.execute-api.eu-west-1.amazonaws.com/{basePath}",
                "variables": { "basePath": { "default": "v2" } },
            }])
        );
        let expected = json!({
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
            "responses": { "200": { "description": "200 response", "content": {} } },
        });
        assert_eq!(document["paths"]["/invoices/{id}"]["get"].to_string(), expected.to_string());
        assert_eq!(document["paths"].get("/"), None);
        let signed = &document["components"]["securitySchemes"]["sigv4"];
        assert_eq!(*signed, json!({ "type": "apiKey", "name": "Authorization", "in": "header" }));
    }

    #[tokio::test]
    async fn openapi_with_extensions_has_what_makes_the_api_work() {
        let document = exported("p7r1v4t3e0/stages/prod/exports/oas30?extensions=apigateway").await;
        let expected = json!({
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
            "responses": {
                "200": { "description": "200 response", "content": {} },
                "404": { "description": "404 response", "content": {} },
            },
            "x-amazon-apigateway-integration": {
                "type": "http",
                "httpMethod": "GET",
                "uri": "http://archive.example.com/entries/{entry}",
                "responses": { "default": { "statusCode": "200" }, "404": { "statusCode": "404" } },
                "requestParameters": { "integration.request.path.entry": "method.request.path.id" },
                "passthroughBehavior": "when_no_match",
                "timeoutInMillis": 5000,
            },
        });
        assert_eq!(document["paths"]["/entries/{id}"]["get"], expected);
        let post = &document["paths"]["/entries"]["post"];
        assert_eq!(post["security"], json!([{ "sigv4": [] }]));
        assert_eq!(post["x-amazon-apigateway-integration"].get("timeoutInMillis"), None);
        assert_eq!(document["components"]["securitySchemes"]["sigv4"][AUTHTYPE], "awsSigv4");
        assert_eq!(document["x-amazon-apigateway-policy"]["Version"], "2012-10-17");
        let billing = exported("x9y8z7w6v5/stages/v2/exports/oas30?extensions=apigateway").await;
        assert_eq!(billing["x-amazon-apigateway-binary-media-types"], json!(["application/pdf"]));
    }

    #[tokio::test]
    async fn swagger_says_it_in_its_own_words() {
        let document = exported("p7r1v4t3e0/stages/prod/exports/swagger?extensions=integrations").await;
        let members = ["swagger", "info", "host", "basePath", "schemes", "paths", "securityDefinitions"];
        assert_eq!(keys(&document), members);
        assert_eq!(document["host"], "p7r1v4t3e0.execute-api.eu-west-1.amazonaws.com");
        assert_eq!(document["basePath"], "/prod");
        let read = &document["paths"]["/entries/{id}"]["get"];
        assert_eq!(
            read["parameters"],
            json!([{ "name": "id", "in": "path", "required": true, "type": "string" }])
        );
        assert_eq!(read["responses"]["404"], json!({ "description": "404 response" }));
        assert_eq!(read["x-amazon-apigateway-integration"]["type"], "http");
        assert_eq!(document["securityDefinitions"]["sigv4"].get(AUTHTYPE), None);
    }

    #[tokio::test]
    async fn any_method_and_greedy_paths_keep_their_form() {
        let uri = format!("{}/stages/prod/exports/oas30", demo::LEGACY_API_ID);
        let document = exported(&uri).await;
        let greedy = &document["paths"]["/shop/{proxy+}"]["x-amazon-apigateway-any-method"];
        assert_eq!(greedy["parameters"][0]["name"], "proxy");
    }

    #[tokio::test]
    async fn an_api_without_a_version_gets_the_time_of_its_deployment() {
        let stage = exported("p7r1v4t3e0/stages/prod").await;
        let deployment = stage["deploymentId"].as_str().unwrap();
        let deployment = exported(&format!("p7r1v4t3e0/deployments/{deployment}")).await;
        let document = exported("p7r1v4t3e0/stages/prod/exports/oas30").await;
        let version: jiff::Timestamp = document["info"]["version"].as_str().unwrap().parse().unwrap();
        assert_eq!(deployment["createdDate"], json!(version.as_second()));
    }

    #[test]
    fn a_method_may_ask_for_an_api_key_too() {
        let state = Scenario::Demo.build(7, crate::sim::tests::NOW.parse().unwrap());
        let apis = state.regions.values().flat_map(|region| &region.rest_apis);
        let mut api = apis.clone().find(|api| api.id == demo::LEDGER_API_ID).unwrap().clone();
        let methods = api.resources.iter_mut().flat_map(|resource| &mut resource.methods);
        methods.for_each(|method| method.api_key_required = true);
        let document = document(Dialect::OpenApi3, &api, &api.stages[0], "example.com");
        let entries = &document["paths"]["/entries"];
        assert_eq!(entries["get"]["security"], json!([{ "api_key": [] }]));
        assert_eq!(entries["post"]["security"], json!([{ "sigv4": [] }, { "api_key": [] }]));
        let key = json!({ "type": "apiKey", "name": "x-api-key", "in": "header" });
        assert_eq!(document["components"]["securitySchemes"]["api_key"], key);
    }

    #[tokio::test]
    async fn the_file_is_named_after_type_and_version_and_the_format_is_asked_for_by_header() {
        let cloud = cloud(Scenario::Demo);
        let mut documents = Vec::new();
        for (accept, name) in
            [("application/json", "oas30_2026-03-01.json"), ("application/yaml", "oas30_2026-03-01.yaml")]
        {
            let mut request = get("/restapis/x9y8z7w6v5/stages/v1/exports/oas30?extensions=apigateway");
            request.headers_mut().insert("accept", HeaderValue::from_static(accept));
            let (parts, body) = cloud.answer(request).await.unwrap().into_parts();
            assert_eq!(parts.headers["content-type"], "application/octet-stream");
            assert_eq!(parts.headers["content-disposition"], format!("attachment; filename=\"{name}\""));
            documents.push(body.collect().await.unwrap().to_bytes());
        }
        let json: Value = serde_json::from_slice(&documents[0]).unwrap();
        let yaml: Value = serde_saphyr::from_str(std::str::from_utf8(&documents[1]).unwrap()).unwrap();
        assert_eq!(json, yaml);
    }

    #[tokio::test]
    async fn what_cannot_be_exported_is_refused() {
        let cloud = cloud(Scenario::Demo);
        for (path, status, message) in [
            ("nothing/stages/v1/exports/oas30", 404, "Invalid API identifier specified 123456789012:nothing"),
            ("x9y8z7w6v5/stages/nothing/exports/oas30", 404, "Invalid stage identifier specified"),
            ("x9y8z7w6v5/stages/v1/exports/oas31", 400, "No API exporter for type 'oas31'"),
        ] {
            let (found, _, body) = ask(&cloud, get(&format!("/restapis/{path}"))).await;
            assert_eq!((found, body["message"].as_str()), (status, Some(message)), "{path}");
        }
    }
}
