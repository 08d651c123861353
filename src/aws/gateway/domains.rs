//! Custom domains. The newer service serves both kinds of API.

use super::{Target, said};
use crate::aws::pages::Pages;
use crate::domain::{CustomDomain, Problem};

/// Items a page.
const PAGE: &str = "500";

/// The custom domains with a mapping to this API, by URL.
pub(super) async fn leading_to(target: &Target) -> Result<Vec<CustomDomain>, Problem> {
    let mut found = Vec::new();
    for domain in domain_names(target).await? {
        found.extend(mappings(target, &domain).await?);
    }
    found.sort_by(|a, b| a.url.cmp(&b.url));
    Ok(found)
}

async fn domain_names(target: &Target) -> Result<Vec<String>, Problem> {
    let region = target.session.region();
    let question = target.get(&format!("the custom domains in {region}"), "/domainnames");
    let (client, caller) = (&target.session.clients().http, target.session.caller());
    let mut domains = Pages::of(&question);
    while domains.is_open() {
        let request = client.get_domain_names().max_results(PAGE).set_next_token(domains.token());
        let answer = request.send().await.map_err(|error| caller.problem(&question, &error))?;
        domains.add(answer.items.unwrap_or_default(), answer.next_token)?;
    }
    Ok(domains.into_items().into_iter().filter_map(|domain| domain.domain_name).collect())
}

async fn mappings(target: &Target, domain: &str) -> Result<Vec<CustomDomain>, Problem> {
    let question =
        target.get(&format!("the mappings of {domain}"), &format!("/domainnames/{domain}/apimappings"));
    let (client, caller) = (&target.session.clients().http, target.session.caller());
    let mut mappings = Pages::of(&question);
    while mappings.is_open() {
        let request = client.get_api_mappings().domain_name(domain).max_results(PAGE);
        let answer = request.set_next_token(mappings.token()).send().await;
        let answer = answer.map_err(|error| caller.problem(&question, &error))?;
        mappings.add(answer.items.unwrap_or_default(), answer.next_token)?;
    }
    let ours =
        mappings.into_items().into_iter().filter(|mapping| mapping.api_id() == Some(target.api_id.as_str()));
    Ok(ours
        .filter_map(|mapping| {
            let key = said(mapping.api_mapping_key).unwrap_or_default();
            Some(CustomDomain { stage: said(mapping.stage)?, url: format!("https://{domain}/{key}") })
        })
        .collect())
}
