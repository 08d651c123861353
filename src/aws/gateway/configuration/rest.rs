//! The working configuration of REST APIs.

use std::time::Duration;

use aws_sdk_apigateway::types::{Authorizer, Integration, Method, Resource};

use super::readings::Readings;
use super::{Configuration, ConfiguredRoute, name_of, sorted};
use crate::aws::gateway::rest::{PAGE, RestGateway};
use crate::aws::pages::Pages;
use crate::domain::Problem;

/// The pause between two pages of resources: AWS gives `GetResources` 5 requests in 2 seconds for the whole account.
const RESOURCES_PAUSE: Duration = Duration::from_millis(400);

/// One of the API's lists, read to its end and noted for the fingerprint.
macro_rules! read_list {
    ($gateway:ident, $readings:ident, $request:ident, $words:literal, $tail:literal) => {{
        let question = $gateway.0.question(concat!("the ", $words, " of "), concat!("/", $tail));
        let mut list = Pages::of(&question);
        while list.is_open() {
            let request = $gateway.client().$request().rest_api_id(&$gateway.0.api_id).limit(PAGE);
            let request = request.set_position(list.token()).customize();
            let answer = request.interceptor($readings.of($tail)).send().await;
            let answer = answer.map_err(|error| $gateway.0.session.caller().problem(&question, &error))?;
            list.add(answer.items.unwrap_or_default(), answer.position)?;
        }
        Ok::<_, Problem>(list.into_items())
    }};
}

impl RestGateway {
    pub(super) async fn configuration(&self) -> Result<Configuration, Problem> {
        let readings = &Readings::default();
        let (resources, authorizers, ..) = tokio::try_join!(
            self.resources(readings),
            async { read_list!(self, readings, get_authorizers, "authorizers", "authorizers") },
            async { read_list!(self, readings, get_models, "models", "models") },
            async {
                read_list!(self, readings, get_gateway_responses, "gateway responses", "gatewayresponses")
            },
            async {
                read_list!(self, readings, get_request_validators, "request validators", "requestvalidators")
            },
            self.settings(readings),
        )?;
        let configured = resources.iter().flat_map(|resource| configured(resource, &authorizers));
        Ok(Configuration {
            routes: sorted(configured),
            authorizers: sorted(authorizers.iter().filter_map(|one| one.name.clone())),
            fingerprint: readings.fingerprint(),
        })
    }

    /// With their methods and all that these have.
    async fn resources(&self, readings: &Readings) -> Result<Vec<Resource>, Problem> {
        let question = self.0.question("the resources of ", "/resources");
        let mut resources = Pages::of(&question);
        while resources.is_open() {
            let token = resources.token();
            if token.is_some() {
                tokio::time::sleep(RESOURCES_PAUSE).await;
            }
            let request = self.client().get_resources().rest_api_id(&self.0.api_id).embed("methods");
            let request = request.limit(PAGE).set_position(token).customize();
            let answer = request.interceptor(readings.of("resources")).send().await;
            let answer = answer.map_err(|error| self.0.session.caller().problem(&question, &error))?;
            resources.add(answer.items.unwrap_or_default(), answer.position)?;
        }
        Ok(resources.into_items())
    }

    /// Policy, binary media types and the rest of the API itself.
    async fn settings(&self, readings: &Readings) -> Result<(), Problem> {
        let question = self.0.question("", "");
        let request = self.client().get_rest_api().rest_api_id(&self.0.api_id).customize();
        let answer = request.interceptor(readings.of("api")).send().await;
        answer.map_err(|error| self.0.session.caller().problem(&question, &error))?;
        Ok(())
    }
}

fn configured(resource: &Resource, authorizers: &[Authorizer]) -> Vec<ConfiguredRoute> {
    let path = resource.path().unwrap_or_default();
    let methods = resource.resource_methods.iter().flatten();
    methods.map(|(verb, method)| of_method(format!("{verb} {path}"), method, authorizers)).collect()
}

fn of_method(route: String, method: &Method, authorizers: &[Authorizer]) -> ConfiguredRoute {
    let integration = method.method_integration();
    let names = authorizers.iter().map(|one| (one.id(), one.name()));
    ConfiguredRoute {
        route,
        integration_type: integration
            .and_then(Integration::r#type)
            .map(|known| known.as_str().to_ascii_lowercase()),
        uri: integration.and_then(Integration::uri).map(str::to_owned),
        authorizer: method.authorizer_id().map(|id| name_of(names, id)),
        authorization: method.authorization_type().unwrap_or("NONE").to_owned(),
    }
}
