//! The working configuration of HTTP APIs.

use aws_sdk_apigatewayv2::types::{Authorizer, Integration, Route};

use super::readings::Readings;
use super::{Configuration, ConfiguredRoute, name_of, sorted};
use crate::aws::gateway::http::{HttpGateway, PAGE};
use crate::aws::pages::Pages;
use crate::domain::Problem;

/// One of the API's lists, read to its end and noted for the fingerprint.
macro_rules! read_list {
    ($gateway:ident, $readings:ident, $request:ident, $words:literal) => {{
        let question = $gateway.0.question(concat!("the ", $words, " of "), concat!("/", $words));
        let mut list = Pages::of(&question);
        while list.is_open() {
            let request = $gateway.client().$request().api_id(&$gateway.0.api_id).max_results(PAGE);
            let request = request.set_next_token(list.token()).customize();
            let answer = request.interceptor($readings.of($words)).send().await;
            let answer = answer.map_err(|error| $gateway.0.session.caller().problem(&question, &error))?;
            list.add(answer.items.unwrap_or_default(), answer.next_token)?;
        }
        Ok::<_, Problem>(list.into_items())
    }};
}

impl HttpGateway {
    pub(super) async fn configuration(&self) -> Result<Configuration, Problem> {
        let readings = &Readings::default();
        let (routes, integrations, authorizers, ()) = tokio::try_join!(
            async { read_list!(self, readings, get_routes, "routes") },
            async { read_list!(self, readings, get_integrations, "integrations") },
            async { read_list!(self, readings, get_authorizers, "authorizers") },
            self.settings(readings),
        )?;
        let configured = routes.iter().map(|route| configured(route, &integrations, &authorizers));
        Ok(Configuration {
            routes: sorted(configured),
            authorizers: sorted(authorizers.iter().filter_map(|one| one.name.clone())),
            fingerprint: readings.fingerprint(),
        })
    }

    /// CORS, name, version and the rest of the API itself.
    async fn settings(&self, readings: &Readings) -> Result<(), Problem> {
        let question = self.0.question("", "");
        let request = self.client().get_api().api_id(&self.0.api_id).customize();
        let answer = request.interceptor(readings.of("api")).send().await;
        answer.map_err(|error| self.0.session.caller().problem(&question, &error))?;
        Ok(())
    }
}

fn configured(route: &Route, integrations: &[Integration], authorizers: &[Authorizer]) -> ConfiguredRoute {
    let id = route.target().and_then(|target| target.strip_prefix("integrations/"));
    let integration = integrations.iter().find(|one| id.is_some() && one.integration_id() == id);
    let names = authorizers.iter().map(|one| (one.authorizer_id(), one.name()));
    ConfiguredRoute {
        route: route.route_key().unwrap_or_default().to_owned(),
        integration_type: integration
            .and_then(Integration::integration_type)
            .map(|known| known.as_str().to_ascii_lowercase()),
        uri: integration.and_then(Integration::integration_uri).map(str::to_owned),
        authorizer: route.authorizer_id().map(|id| name_of(names, id)),
        authorization: route.authorization_type().map_or("NONE", |known| known.as_str()).to_owned(),
    }
}
