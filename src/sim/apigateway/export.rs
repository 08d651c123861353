//! `GetExport`: a stage of a REST API as an OpenAPI 3.0 or Swagger 2.0 document.

use serde_json::{Map, Value, json};

use jiff::Timestamp;

use super::{Method, RestApi, Stage};
use crate::sim::export::{AUTHORIZER, AUTHTYPE, Export, Format, INTEGRATION, method_key, retain_extensions};
use crate::sim::refusal::Refusal;
use crate::sim::rest_json::Asked;

/// The language of the document.
#[derive(Clone, Copy)]
enum Dialect {
    OpenApi3,
    Swagger2,
}

/// What the stage serves.
pub fn get_export(asked: &Asked) -> Result<Export, Refusal> {
    let newest = super::api(asked)?;
    let stage = super::stage(asked, newest)?;
    let dialect = match asked.label(2) {
        "oas30" => Dialect::OpenApi3,
        "swagger" => Dialect::Swagger2,
        other => return Err(Refusal::bad_request(format!("No API exporter for type '{other}'"))),
    };
    let format = if asked.accept == "application/yaml" { Format::Yaml } else { Format::Json };
    let host = host(newest, asked.region_name);
    let (api, deployed) = live(newest, stage);
    let mut document = written(dialect, api, (&host, &stage.stage_name), deployed);
    retain_extensions(&mut document, wanted(asked.query("extensions").unwrap_or_default()));
    let file_name = format!("{}_{}.{}", asked.label(2), version(api, deployed), format.suffix());
    Ok(Export { document, format, file_name: Some(file_name) })
}

fn host(api: &RestApi, region: &str) -> String {
    format!("{}.execute-api.{region}.amazonaws.com", api.id)
}

/// What a stage serves, and since when that exists.
fn live<'a>(api: &'a RestApi, stage: &Stage) -> (&'a RestApi, Timestamp) {
    let deployment = api.deployments.iter().find(|deployment| deployment.id == stage.deployment_id);
    let deployed = deployment.map_or(api.created_date, |deployment| deployment.created_date);
    (deployment.and_then(|deployment| deployment.snapshot.as_deref()).unwrap_or(api), deployed)
}

/// The whole document in OpenAPI 3.0: what a stage serves or, without one, the working configuration.
pub fn document(api: &RestApi, stage: Option<&Stage>, region: &str) -> Value {
    let host = host(api, region);
    match stage {
        Some(stage) => {
            let (api, deployed) = live(api, stage);
            written(Dialect::OpenApi3, api, (&host, &stage.stage_name), deployed)
        }
        None => written(Dialect::OpenApi3, api, (&host, ""), api.created_date),
    }
}

/// Which extensions the query parameter `extensions` asks for. The extensions for Postman are left out.
fn wanted(extensions: &str) -> fn(&str) -> bool {
    fn of_authorizers(key: &str) -> bool {
        key == AUTHTYPE || key == AUTHORIZER
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
fn version(api: &RestApi, deployed: Timestamp) -> String {
    api.version.clone().unwrap_or_else(|| deployed.to_string())
}

fn written(dialect: Dialect, api: &RestApi, (host, stage): (&str, &str), deployed: Timestamp) -> Value {
    let mut document = match dialect {
        Dialect::OpenApi3 => Map::from_iter([
            ("openapi".to_owned(), json!("3.0.1")),
            ("info".to_owned(), info(api, deployed)),
            ("servers".to_owned(), json!([server(api, host, stage)])),
        ]),
        Dialect::Swagger2 => Map::from_iter([
            ("swagger".to_owned(), json!("2.0")),
            ("info".to_owned(), info(api, deployed)),
            ("host".to_owned(), host.into()),
            ("basePath".to_owned(), format!("/{stage}").into()),
            ("schemes".to_owned(), json!(["https"])),
        ]),
    };
    document.insert("paths".to_owned(), paths(dialect, api));
    let names = match dialect {
        Dialect::OpenApi3 => ["schemas", "securitySchemes"],
        Dialect::Swagger2 => ["definitions", "securityDefinitions"],
    };
    let parts = names.into_iter().zip([api.models.clone(), security_schemes(api)]);
    let parts = parts.filter(|(_, part)| !part.is_empty());
    let parts: Map<String, Value> = parts.map(|(name, part)| (name.to_owned(), part.into())).collect();
    match dialect {
        Dialect::OpenApi3 => drop(document.insert("components".to_owned(), parts.into())),
        Dialect::Swagger2 => document.extend(parts),
    }
    document.extend(extensions(api));
    match dialect {
        Dialect::OpenApi3 => Value::Object(document),
        Dialect::Swagger2 => in_swagger(&Value::Object(document)),
    }
}

fn in_swagger(document: &Value) -> Value {
    let text = document.to_string().replace("#/components/schemas/", "#/definitions/");
    serde_json::from_str(&text).unwrap_or_default()
}

fn server(api: &RestApi, host: &str, stage: &str) -> Value {
    let mut server = json!({
        "url": format!("https://{host}/{{basePath}}"),
        "variables": { "basePath": { "default": stage } },
    });
    let ids = &api.endpoint_configuration.vpc_endpoint_ids;
    let mut endpoint = Map::new();
    if api.disable_execute_api_endpoint {
        endpoint.insert("disableExecuteApiEndpoint".to_owned(), true.into());
    }
    if !ids.is_empty() {
        endpoint.insert("vpcEndpointIds".to_owned(), json!(ids));
    }
    if !endpoint.is_empty() {
        server["x-amazon-apigateway-endpoint-configuration"] = endpoint.into();
    }
    server
}

/// The extensions at the root of the document.
fn extensions(api: &RestApi) -> Map<String, Value> {
    let named = |part: &Map<String, Value>| (!part.is_empty()).then(|| part.clone().into());
    let types = &api.binary_media_types;
    let extensions = [
        // The policy is kept as a text.
        ("policy", api.policy.as_ref().and_then(|text| serde_json::from_str(text).ok())),
        ("binary-media-types", (!types.is_empty()).then(|| json!(types))),
        ("api-key-source", (api.api_key_source != "HEADER").then(|| api.api_key_source.as_str().into())),
        ("minimum-compression-size", api.minimum_compression_size.map(Value::from)),
        ("gateway-responses", named(&api.gateway_responses)),
        ("request-validators", named(&api.validators)),
        ("request-validator", api.request_validator.as_deref().map(Value::from)),
    ];
    let present = extensions.into_iter().filter_map(|(name, value)| Some((name, value?)));
    present.map(|(name, value)| (format!("x-amazon-apigateway-{name}"), value)).collect()
}

fn info(api: &RestApi, deployed: Timestamp) -> Value {
    let mut info = json!({ "title": api.name });
    if let Some(description) = &api.description {
        info["description"] = description.as_str().into();
    }
    info["version"] = version(api, deployed).into();
    info
}

/// Resources without methods do not show.
fn paths(dialect: Dialect, api: &RestApi) -> Value {
    let mut paths = Map::new();
    for resource in api.resources.iter().filter(|resource| !resource.methods.is_empty()) {
        let methods = resource.methods.iter();
        let item =
            methods.map(|method| (method_key(&method.http_method), operation(dialect, method))).collect();
        paths.insert(resource.path.clone(), Value::Object(item));
    }
    Value::Object(paths)
}

fn operation(dialect: Dialect, method: &Method) -> Value {
    let mut operation = method.operation.clone();
    if let Dialect::Swagger2 = dialect {
        downgrade(&mut operation);
    }
    operation
}

/// An operation in the words of Swagger 2.0.
fn downgrade(operation: &mut Value) {
    let body = operation.as_object_mut().and_then(|members| members.shift_remove("requestBody"));
    let schema = |holder: &Value| {
        let first = holder.get("content").and_then(Value::as_object)?.values().next()?;
        first.get("schema").cloned()
    };
    if let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) {
        for parameter in parameters.iter_mut().filter_map(Value::as_object_mut) {
            if let Some(Value::Object(schema)) = parameter.shift_remove("schema") {
                parameter.extend(schema);
            }
        }
    }
    if let Some(schema) = body.as_ref().and_then(schema) {
        let parameter = json!({ "in": "body", "name": "body", "required": true, "schema": schema });
        match operation.get_mut("parameters").and_then(Value::as_array_mut) {
            Some(parameters) => parameters.push(parameter),
            None => operation["parameters"] = json!([parameter]),
        }
    }
    let responses = operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten();
    for (_, response) in responses {
        let schema = schema(response);
        let Some(members) = response.as_object_mut() else { continue };
        members.shift_remove("content");
        members.extend(schema.map(|schema| ("schema".to_owned(), schema)));
    }
}

/// Those that methods name, and authorizers that wait for one.
fn security_schemes(api: &RestApi) -> Map<String, Value> {
    let methods = || api.resources.iter().flat_map(|resource| &resource.methods);
    let is_named =
        |name: &String| methods().any(|method| method.schemes(api).any(|(known, _)| known == name));
    let shown =
        api.schemes.iter().filter(|(name, scheme)| scheme.get(AUTHORIZER).is_some() || is_named(name));
    shown.map(|(name, scheme)| (name.clone(), scheme.clone())).collect()
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
        let key = json!({ "type": "apiKey", "name": "x-api-key", "in": "header" });
        api.schemes.insert("api_key".to_owned(), key.clone());
        for method in api.resources.iter_mut().flat_map(|resource| &mut resource.methods) {
            let mut security = method.operation["security"].as_array().cloned().unwrap_or_default();
            security.push(json!({ "api_key": [] }));
            method.operation["security"] = security.into();
        }
        let document = document(&api, None, demo::REGION);
        let entries = &document["paths"]["/entries"];
        assert_eq!(entries["get"]["security"], json!([{ "api_key": [] }]));
        assert_eq!(entries["post"]["security"], json!([{ "sigv4": [] }, { "api_key": [] }]));
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
