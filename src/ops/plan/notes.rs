//! What else is to be known before a write is agreed to.

use super::judge::{Judgement, integrations};
use crate::domain::{ApiType, Stage};
use crate::openapi;
use crate::ops::configured;
use crate::ops::site::Site;
use crate::text;

/// Routes, and integrations, that an HTTP API may have; resources of a REST API.
const ROUTES: usize = 300;
/// Stages that an API may have.
const STAGES: usize = 10;
/// Bytes that a document may have.
const BYTES: usize = 6 * 1024 * 1024;
/// The tenth of a quota in which it is in reach.
const NEAR: usize = 9;
/// Undeployed edits that are told one by one.
const EDITS: usize = 20;

/// What a push should not be agreed to without.
pub(super) fn of_push(site: &Site, judgement: &Judgement, makes_stage: bool) -> Vec<String> {
    let mut notes = judgement.notes.clone();
    notes.extend(quotas(site, judgement, makes_stage));
    if site.api_type() == ApiType::Rest {
        notes.extend(of_rest(site, judgement));
    }
    notes.extend(orphans(site, judgement));
    notes
}

/// Settings that stages have for routes which the push deletes. They stay behind, as an earlier deployment may still have the route.
fn orphans(site: &Site, judgement: &Judgement) -> Vec<String> {
    let is_deleted = |route: &&String| judgement.deleted_routes.contains(route);
    let of_stage = |stage: &Stage| {
        let routes: Vec<&str> = stage.route_settings.iter().filter(is_deleted).map(String::as_str).collect();
        (!routes.is_empty()).then(|| {
            let routes = routes.join(", ");
            format!(
                "{} has settings of its own for {routes}: until they are deleted there, AWS refuses changes of its route settings.",
                stage.name
            )
        })
    };
    site.stages.iter().filter_map(of_stage).collect()
}

fn of_rest(site: &Site, judgement: &Judgement) -> Vec<String> {
    let mut notes = Vec::new();
    match site.live.as_ref().and_then(|export| export.stage.as_deref()) {
        Some(stage) => notes.push(format!(
            "A REST API cannot export what it is set to: the undo puts back what is deployed on {stage}."
        )),
        None => notes.push(
            "Nothing is deployed yet, and a REST API cannot export what it is set to: there is no undo for what this push replaces."
                .to_owned(),
        ),
    }
    let edits = &judgement.undeployed;
    if !edits.is_empty() {
        let number = text::plural(edits.len(), "edit");
        notes.push(format!("The push overwrites {number} that nobody deployed:"));
        notes.extend(edits.iter().take(EDITS).map(|edit| format!("  {}", configured::told(edit))));
        if edits.len() > EDITS {
            notes.push(format!("  and {} more", edits.len() - EDITS));
        }
    }
    if judgement.merged.value().get("x-amazon-apigateway-policy").is_some() {
        notes.push(
            "The schema has a resource policy: pushing it also needs apigateway:UpdateRestApiPolicy."
                .to_owned(),
        );
    }
    notes
}

fn quotas(site: &Site, judgement: &Judgement, makes_stage: bool) -> Vec<String> {
    let document = &judgement.merged;
    let routes = match site.api_type() {
        ApiType::Http => ("routes", openapi::routes(document).len()),
        ApiType::Rest => ("resources", document.value()["paths"].as_object().map_or(0, serde_json::Map::len)),
    };
    let mut counted = vec![(routes.0, routes.1, ROUTES)];
    if site.api_type() == ApiType::Http {
        counted.push(("integrations", integrations(document), ROUTES));
    }
    if makes_stage {
        counted.push(("stages", site.stages.len() + 1, STAGES));
    }
    counted.push(("bytes of schema", document.to_json().len(), BYTES));
    let near = |(_, number, quota): &(&str, usize, usize)| number * 10 >= quota * NEAR;
    let told = |(what, number, quota): (&str, usize, usize)| {
        let (number, quota) = (text::grouped(number), text::grouped(quota));
        format!("A quota is in reach: {number} {what} of {quota}.")
    };
    counted.into_iter().filter(near).map(told).collect()
}

/// What pointing a stage at a deployment leaves as it is.
pub(super) fn of_pointer(stage: &Stage, auto_deploy_off: bool) -> Vec<String> {
    let mut notes = vec![format!(
        "Only the pointer of {} moves: the gateway's configuration stays as it is, and the next deploy brings it live.",
        stage.name
    )];
    if auto_deploy_off {
        notes.push(format!("Auto-deploy of {} is switched off first, and stays off.", stage.name));
    }
    notes
}
