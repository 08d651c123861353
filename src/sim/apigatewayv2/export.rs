//! `ExportApi`: an HTTP API as an OpenAPI 3.0 document.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Api, Integration, ProtocolType, Route};
use crate::sim::export::{Export, Format, INTEGRATION, method_key, path_parameters, retain_extensions};
use crate::sim::refusal::Refusal;
use crate::sim::region::Region;
use crate::sim::rest_json::Asked;

/// What the stage serves; without a stage, the newest configuration, whether or not it was deployed.
pub fn export_api(asked: &Asked) -> Result<Export, Refusal> {
    let newest = super::api(asked)?;
    let format = format(asked, newest)?;
    let stage = asked.query("stageName");
    let api = match stage {
        Some(name) => deployed(newest, name)?,
        None => newest,
    };
    let mut document = document(api, &server(asked.region, api, stage), asked.now);
    match asked.query("includeExtensions") {
        None | Some("true") => {}
        Some("false") => leave_extensions_out(&mut document),
        Some(_) => return Err(Refusal::bad_request("includeExtensions must be true or false")),
    }
    Ok(Export { document, format, file_name: None })
}

/// Checks what is asked for, and gives the format. All of these texts are ours.
fn format(asked: &Asked, api: &Api) -> Result<Format, Refusal> {
    let bad = |message: &str| Err(Refusal::bad_request(message));
    if api.protocol_type != ProtocolType::Http {
        return bad("Export is supported for HTTP APIs only");
    }
    if asked.label(1) != "OAS30" {
        return bad("Invalid specification specified. Only OAS30 is supported");
    }
    if asked.query("exportVersion").is_some_and(|version| version != "1.0") {
        return bad("Invalid exportVersion specified. Only 1.0 is supported");
    }
    match asked.query("outputType") {
        Some("JSON") => Ok(Format::Json),
        Some("YAML") => Ok(Format::Yaml),
        _ => bad("Invalid outputType specified. Must be JSON or YAML"),
    }
}

fn deployed<'a>(api: &'a Api, name: &str) -> Result<&'a Api, Refusal> {
    let stage = api.stages.iter().find(|stage| stage.stage_name == name);
    let stage = stage.ok_or_else(|| Refusal::not_found("Invalid stage identifier specified"))?;
    let none = || Refusal::bad_request(format!("Stage {name} has no deployment"));
    api.live(stage).map(AsRef::as_ref).ok_or_else(none)
}

/// Where the API is reached: by its custom domain if the default endpoint is switched off.
pub fn server(region: &Region, api: &Api, stage: Option<&str>) -> Value {
    let server = |url: &str, base_path: &str| {
        let url = format!("{url}/{{basePath}}");
        json!({ "url": url, "variables": { "basePath": { "default": base_path } } })
    };
    let base_path = stage.filter(|name| *name != "$default").unwrap_or_default();
    let default = server(&api.api_endpoint, base_path);
    if !api.disable_execute_api_endpoint {
        return default;
    }
    let mappings = region
        .domain_names
        .iter()
        .flat_map(|domain| domain.mappings.iter().map(move |found| (domain, found)));
    let mut ours = mappings.filter(|(_, found)| found.api_id == api.api_id);
    let mapped = ours.find(|(_, found)| stage.is_none_or(|name| name == found.stage));
    let mut server = mapped.map_or(default, |(domain, found)| {
        server(&format!("https://{}", domain.domain_name), &found.api_mapping_key)
    });
    server["x-amazon-apigateway-endpoint-configuration"] = json!({ "disableExecuteApiEndpoint": true });
    server
}

pub fn document(api: &Api, server: &Value, now: Timestamp) -> Value {
    let mut document = Map::new();
    let mut put = |key: &str, value: Value| document.insert(key.to_owned(), value);
    put("openapi", "3.0.1".into());
    put("info", info(api, now));
    put("servers", json!([server]));
    if !api.tags.is_empty() {
        let tag = |(name, value)| json!({ "name": name, "x-amazon-apigateway-tag-value": value });
        put("tags", api.tags.iter().map(tag).collect());
    }
    put("paths", paths(api));
    let components = components(api);
    if !components.is_empty() {
        put("components", Value::Object(components));
    }
    if let Some(rules) = &api.cors_configuration {
        put("x-amazon-apigateway-cors", json!(rules));
    }
    put("x-amazon-apigateway-importexport-version", "1.0".into());
    Value::Object(document)
}

/// An API without a version gets the time of the export, which changes with each.
fn info(api: &Api, now: Timestamp) -> Value {
    let mut info = Map::new();
    info.insert("title".to_owned(), api.name.as_str().into());
    if let Some(description) = &api.description {
        info.insert("description".to_owned(), description.as_str().into());
    }
    let version = api.version.clone();
    let version = version.unwrap_or_else(|| now.strftime("%Y-%m-%d %H:%M:%SUTC").to_string());
    info.insert("version".to_owned(), version.into());
    Value::Object(info)
}

fn paths(api: &Api) -> Value {
    let mut paths = Map::new();
    for route in &api.routes {
        let (method, path) = route.route_key.split_once(' ').unwrap_or(("ANY", "/$default"));
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[method_key(method)] = operation(api, route);
    }
    // After the methods, as AWS has it.
    for (path, item) in &mut paths {
        let parameters: Vec<Value> = path_parameters(path).map(path_parameter).collect();
        if !parameters.is_empty() {
            item["parameters"] = parameters.into();
        }
    }
    Value::Object(paths)
}

fn path_parameter(name: &str) -> Value {
    json!({
        "name": name,
        "in": "path",
        "description": format!("Generated path parameter for {name}"),
        "required": true,
        "schema": { "type": "string" },
    })
}

fn operation(api: &Api, route: &Route) -> Value {
    let description = format!("Default response for {}", route.route_key);
    let mut operation = json!({});
    if let Some(name) = &route.operation_name {
        operation["operationId"] = name.as_str().into();
    }
    operation["responses"] = json!({ "default": { "description": description } });
    let authorizer =
        api.authorizers.iter().find(|known| Some(&known.authorizer_id) == route.authorizer_id.as_ref());
    if let Some(authorizer) = authorizer {
        operation["security"] = json!([{ (authorizer.name.as_str()): route.authorization_scopes }]);
    }
    if route.authorization_type == "AWS_IAM" {
        operation["x-amazon-apigateway-auth"] = json!({ "type": "AWS_IAM" });
    }
    if let Some(found) = api.integrations.iter().find(|integration| leads_to(route, integration)) {
        operation[INTEGRATION] = found.extension.clone();
    }
    if route.route_key == "$default" {
        operation["isDefaultRoute"] = true.into();
    }
    operation
}

fn leads_to(route: &Route, integration: &Integration) -> bool {
    let id = route.target.as_ref().and_then(|target| target.strip_prefix("integrations/"));
    id == Some(&integration.integration_id)
}

/// Authorizers, and integrations that no route leads to.
fn components(api: &Api) -> Map<String, Value> {
    let mut components = Map::new();
    let schemes: Map<String, Value> =
        api.authorizers.iter().map(|known| (known.name.clone(), known.scheme.clone())).collect();
    if !schemes.is_empty() {
        components.insert("securitySchemes".to_owned(), Value::Object(schemes));
    }
    let unused =
        api.integrations.iter().filter(|found| !api.routes.iter().any(|route| leads_to(route, found)));
    let unused: Map<String, Value> = unused
        .map(|found| (format!("unusedIntegration_{}", found.integration_id), found.extension.clone()))
        .collect();
    if !unused.is_empty() {
        components.insert("x-amazon-apigateway-integrations".to_owned(), Value::Object(unused));
    }
    components
}

fn leave_extensions_out(document: &mut Value) {
    retain_extensions(document, |_| false);
    if let Some(members) = document.as_object_mut() {
        members.retain(|key, value| {
            key != "components" || value.as_object().is_some_and(|held| !held.is_empty())
        });
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use http_body_util::BodyExt;

    use super::*;
    use crate::sim::tests::{ask, cloud, get, signed};
    use crate::sim::{Cloud, Scenario, demo};

    async fn exported(cloud: &Cloud, query: &str) -> Value {
        let uri = format!("/v2/apis/{}/exports/OAS30?{query}", demo::ORDERS_API_ID);
        let (status, _, body) = ask(cloud, get(&uri)).await;
        assert_eq!(status, 200, "{uri}: {body}");
        body
    }

    fn uri(region: &str, function: &str) -> String {
        format!(
            "arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/\
             arn:aws:lambda:{region}:123456789012:function:{function}/invocations"
        )
    }

    #[tokio::test]
    async fn an_api_without_a_version_gets_the_time_of_the_export() {
        let uri_of = format!("/v2/apis/{}/exports/OAS30?outputType=JSON", demo::REPORTS_API_ID);
        let request = signed(demo::ACCESS_KEY_ID, "apigateway", demo::OTHER_REGION, Method::GET, &uri_of, "");
        let (_, _, document) = ask(&cloud(Scenario::Demo), request).await;
        let expected = json!({
            "openapi": "3.0.1",
            "info": { "title": "reports", "version": "2026-11-22 12:00:00UTC" },
            "servers": [{
                "url": "https://r6e9p2o5r8.execute-api.us-east-1.amazonaws.com/{basePath}",
                "variables": { "basePath": { "default": "" } },
            }],
            "paths": { "/reports/{name}": {
                "get": {
                    "responses": { "default": { "description": "Default response for GET /reports/{name}" } },
                    "x-amazon-apigateway-integration": {
                        "payloadFormatVersion": "2.0",
                        "type": "aws_proxy",
                        "httpMethod": "POST",
                        "uri": uri("us-east-1", "reports-1"),
                        "connectionType": "INTERNET",
                    },
                },
                "parameters": [{
                    "name": "name",
                    "in": "path",
                    "description": "Generated path parameter for name",
                    "required": true,
                    "schema": { "type": "string" },
                }],
            } },
            "x-amazon-apigateway-importexport-version": "1.0",
        });
        assert_eq!(document, expected);
        let order = |value: &Value| value.to_string();
        assert_eq!(order(&document), order(&expected));
    }

    #[tokio::test]
    async fn routes_of_one_path_share_an_item_and_the_catch_all_has_its_own() {
        let document = exported(&cloud(Scenario::Demo), "outputType=JSON").await;
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(
            keys(&document["paths"]),
            ["/orders", "/orders/{id}", "/returns/{proxy+}", "/health", "/$default"]
        );
        assert_eq!(keys(&document["paths"]["/orders/{id}"]), ["get", "patch", "delete", "parameters"]);
        let greedy = &document["paths"]["/returns/{proxy+}"];
        assert_eq!(keys(greedy), ["x-amazon-apigateway-any-method", "parameters"]);
        assert_eq!(greedy["parameters"][0]["name"], "proxy+");
        let any = &greedy["x-amazon-apigateway-any-method"];
        assert_eq!(any["responses"]["default"]["description"], "Default response for ANY /returns/{proxy+}");
        assert!(any.get("isDefaultRoute").is_none());
        let catch_all = &document["paths"]["/$default"]["x-amazon-apigateway-any-method"];
        assert_eq!(catch_all["isDefaultRoute"], true);
        assert_eq!(catch_all["responses"]["default"]["description"], "Default response for $default");
        assert!(document["paths"]["/$default"].get("parameters").is_none());
    }

    #[tokio::test]
    async fn authorizers_are_security_schemes_and_routes_name_them_with_their_scopes() {
        let document = exported(&cloud(Scenario::Demo), "outputType=JSON").await;
        let of = |path: &str| &document["paths"][path]["get"]["security"];
        assert_eq!(*of("/orders"), json!([{ "customers": ["orders/use"] }]));
        assert_eq!(*of("/health"), Value::Null);
        let expected = json!({ "customers": {
            "type": "oauth2",
            "flows": {},
            "x-amazon-apigateway-authorizer": {
                "identitySource": "$request.header.Authorization",
                "jwtConfiguration": { "audience": ["orders"], "issuer": "https://login.example.com/" },
                "type": "jwt",
            },
        } });
        assert_eq!(document["components"]["securitySchemes"], expected);
    }

    #[tokio::test]
    async fn a_route_for_signed_requests_says_so() {
        let uri = format!("/v2/apis/{}/exports/OAS30?outputType=JSON", demo::INVENTORY_API_ID);
        let (_, _, document) = ask(&cloud(Scenario::Demo), get(&uri)).await;
        let item = &document["paths"]["/items/{sku}"];
        assert_eq!(item["put"]["x-amazon-apigateway-auth"], json!({ "type": "AWS_IAM" }));
        assert_eq!(item["get"].get("x-amazon-apigateway-auth"), None);
        assert_eq!(document.get("components"), None);
    }

    #[tokio::test]
    async fn tags_cors_and_unused_integrations_come_along() {
        let document = exported(&cloud(Scenario::Demo), "outputType=JSON").await;
        assert_eq!(
            document["tags"],
            json!([
                { "name": "cost-centre", "x-amazon-apigateway-tag-value": "4711" },
                { "name": "team", "x-amazon-apigateway-tag-value": "orders" },
            ])
        );
        assert_eq!(document["info"]["version"], "2.3");
        assert_eq!(document["x-amazon-apigateway-cors"]["allowOrigins"], json!(["https://shop.example.com"]));
        let unused = document["components"]["x-amazon-apigateway-integrations"].as_object().unwrap();
        assert_eq!(unused.keys().collect::<Vec<_>>(), ["unusedIntegration_w2xq0tc"]);
        assert_eq!(unused["unusedIntegration_w2xq0tc"]["uri"], uri("eu-west-1", "orders-old"));
    }

    #[tokio::test]
    async fn extensions_can_be_left_out() {
        let document = exported(&cloud(Scenario::Demo), "outputType=JSON&includeExtensions=false").await;
        let mut text = document.to_string();
        text = text.replace("x-amazon-apigateway-any-method", "");
        assert!(!text.contains("x-amazon-apigateway"), "{text}");
        assert_eq!(
            document["paths"]["/orders"]["get"],
            json!({
                "responses": { "default": { "description": "Default response for GET /orders" } },
                "security": [{ "customers": ["orders/use"] }],
            })
        );
        assert_eq!(
            document["components"],
            json!({ "securitySchemes": { "customers": { "type": "oauth2", "flows": {} } } })
        );
    }

    #[tokio::test]
    async fn a_stage_is_the_base_path_unless_it_is_the_default_one() {
        let cloud = cloud(Scenario::Demo);
        for (stage, base_path) in [("prod", "prod"), ("%24default", "")] {
            let document = exported(&cloud, &format!("outputType=JSON&stageName={stage}")).await;
            assert_eq!(document["servers"][0]["variables"]["basePath"]["default"], base_path, "{stage}");
        }
    }

    #[tokio::test]
    async fn without_its_default_endpoint_an_api_is_served_by_its_custom_domain() {
        let uri = format!("/v2/apis/{}/exports/OAS30?outputType=JSON", demo::CHECKOUT_API_ID);
        let (_, _, document) = ask(&cloud(Scenario::Demo), get(&uri)).await;
        let expected = json!({
            "url": "https://api.example.com/{basePath}",
            "variables": { "basePath": { "default": "checkout" } },
            "x-amazon-apigateway-endpoint-configuration": { "disableExecuteApiEndpoint": true },
        });
        assert_eq!(document["servers"], json!([expected]));
    }

    #[tokio::test]
    async fn yaml_says_the_same_as_json() {
        let cloud = cloud(Scenario::Demo);
        let uri = format!("/v2/apis/{}/exports/OAS30?outputType=YAML", demo::ORDERS_API_ID);
        let (parts, body) = cloud.answer(get(&uri)).await.unwrap().into_parts();
        assert_eq!(parts.headers["content-type"], "application/octet-stream");
        let yaml = body.collect().await.unwrap().to_bytes();
        let yaml: Value = serde_saphyr::from_str(std::str::from_utf8(&yaml).unwrap()).unwrap();
        assert_eq!(yaml, exported(&cloud, "outputType=JSON").await);
    }

    #[tokio::test]
    async fn what_cannot_be_exported_is_refused() {
        let cloud = cloud(Scenario::Demo);
        for (path, status, code) in [
            ("nothing/exports/OAS30?outputType=JSON", 404, "NotFoundException"),
            ("a1b2c3d4e5/exports/OAS30?outputType=JSON&stageName=nothing", 404, "NotFoundException"),
            ("a1b2c3d4e5/exports/OAS30?outputType=JSON&stageName=sandbox", 400, "BadRequestException"),
            ("a1b2c3d4e5/exports/OAS30", 400, "BadRequestException"),
            ("a1b2c3d4e5/exports/OAS30?outputType=json", 400, "BadRequestException"),
            ("a1b2c3d4e5/exports/OAS31?outputType=JSON", 400, "BadRequestException"),
            ("a1b2c3d4e5/exports/OAS30?outputType=JSON&exportVersion=2.0", 400, "BadRequestException"),
            ("a1b2c3d4e5/exports/OAS30?outputType=JSON&includeExtensions=no", 400, "BadRequestException"),
            ("w3b5o2c8k4/exports/OAS30?outputType=JSON", 400, "BadRequestException"),
        ] {
            let (found, error, _) = ask(&cloud, get(&format!("/v2/apis/{path}"))).await;
            assert_eq!((found, error.as_str()), (status, code), "{path}");
        }
    }
}
