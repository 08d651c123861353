//! The lines under an expanded stage, and those of the API's tab.

use super::panel::wrap;
use super::{DeploymentsScreen, Model, Tone};
use crate::domain::{Api, Connection, Figures, Stage, StageMetrics};
use crate::text;

/// Columns before a detail's value: the indent and its label.
pub const LABEL_COLUMNS: usize = 15;

/// A label and what it stands for, cut into lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// The label; drawn on the first line.
    pub label: &'static str,
    /// How the value is meant.
    pub tone: Tone,
    /// The value, sanitised and wrapped.
    pub lines: Vec<String>,
}

/// Collects details for one width.
struct Details {
    columns: usize,
    found: Vec<Detail>,
}

impl Details {
    fn new(model: &Model) -> Self {
        let columns = usize::from(model.size.0).saturating_sub(LABEL_COLUMNS + 1);
        Self { columns, found: Vec::new() }
    }

    fn add(&mut self, label: &'static str, tone: Tone, value: &str) {
        let lines = wrap(&text::sanitise(value), self.columns);
        self.found.push(Detail { label, tone, lines });
    }
}

/// How many lines a stage takes: one, and its details when it is expanded.
pub(super) fn stage_height(model: &Model, screen: &DeploymentsScreen, stage: &Stage) -> usize {
    if !screen.expanded.contains(&stage.name) {
        return 1;
    }
    1 + stage_details(model, screen, stage).iter().map(|detail| detail.lines.len()).sum::<usize>()
}

/// What an expanded stage tells.
pub(super) fn stage_details(model: &Model, screen: &DeploymentsScreen, stage: &Stage) -> Vec<Detail> {
    let mut details = Details::new(model);
    if let Some(failure) = stage.deployment_failure() {
        details.add("failed", Tone::Danger, failure);
    }
    add_addresses(&mut details, screen, stage);
    if let Some(description) = &stage.description {
        details.add("about", Tone::Plain, description);
    }
    details.add("settings", Tone::Plain, &settings(stage));
    if !stage.variables.is_empty() {
        details.add("variables", Tone::Plain, &stage.variables.join(", "));
    }
    if let Some(canary) = &stage.canary {
        let deployment = canary.deployment_id.as_deref().unwrap_or("an unknown deployment");
        let own = match &canary.variables[..] {
            [] => String::new(),
            names => format!(", with its own {}", names.join(", ")),
        };
        details.add(
            "canary",
            Tone::Warning,
            &format!("{}% of the traffic goes to {deployment}{own}", canary.percent),
        );
    }
    let active = stage.deployment_id.as_deref().and_then(|id| screen.deployment(id));
    if let Some(description) = active.and_then(|deployment| deployment.description.as_deref()) {
        details.add("deployed", Tone::Plain, description);
    }
    for (label, metrics) in
        [("week", screen.week_of(&stage.name)), ("last hour", screen.hour_of(&stage.name))]
    {
        if let Some(metrics) = metrics {
            details.add(label, Tone::Plain, &figures_line(metrics));
        }
    }
    details.found
}

fn add_addresses(details: &mut Details, screen: &DeploymentsScreen, stage: &Stage) {
    let api = screen.api.value.as_ref().map(|read| &read.api);
    match api {
        Some(api) if api.default_endpoint_disabled => {
            details.add("invoke", Tone::Muted, &format!("{} (disabled)", stage.invoke_url));
        }
        Some(api) if api.private => {
            details.add("invoke", Tone::Muted, &format!("{} (inside the VPC only)", stage.invoke_url));
        }
        _ => details.add("invoke", Tone::Link, &stage.invoke_url),
    }
    let domains = screen.domains.value.iter().flatten();
    for domain in domains.filter(|domain| domain.stage == stage.name) {
        details.add("domain", Tone::Link, &domain.url);
    }
}

/// What is switched on, in one line.
fn settings(stage: &Stage) -> String {
    let on_off = |on: bool| if on { "on" } else { "off" };
    let mut parts = vec![
        format!("auto-deploy {}", on_off(stage.auto_deploy)),
        text::plural(stage.variables.len(), "variable"),
        format!("access logs {}", on_off(stage.access_logs)),
    ];
    if stage.detailed_metrics {
        parts.push("detailed metrics".to_owned());
    }
    if stage.api_managed {
        parts.push("managed by API Gateway".to_owned());
    }
    parts.join(" · ")
}

/// Requests, errors as number and rate, latency.
fn figures_line(metrics: &StageMetrics) -> String {
    let figures: Figures = metrics.figures();
    if figures.count.is_none() {
        return "no data".to_owned();
    }
    format!(
        "{} requests · 4xx {} ({}) · 5xx {} ({}) · {}",
        text::count(figures.count),
        text::count(figures.errors_4xx),
        text::percent(figures.rate_4xx()),
        text::count(figures.errors_5xx),
        text::percent(figures.rate_5xx()),
        text::milliseconds(figures.latency_avg_ms),
    )
}

/// The lines of the API's tab.
pub(super) fn api_details(model: &Model, screen: &DeploymentsScreen) -> Vec<Detail> {
    let mut details = Details::new(model);
    let Some(read) = &screen.api.value else {
        return Vec::new();
    };
    add_api(&mut details, model, &read.api, &screen.connection);
    match (&screen.domains.value, &screen.domains.problem) {
        (Some(domains), _) if domains.is_empty() => {
            details.add("domains", Tone::Muted, "no custom domain leads here");
        }
        (Some(domains), _) => {
            for domain in domains {
                details.add("domain", Tone::Plain, &format!("{} → {}", domain.url, domain.stage));
            }
        }
        (None, Some(problem)) => details.add("domains", Tone::Danger, &problem.headline()),
        (None, None) => details.add("domains", Tone::Muted, "reading"),
    }
    details.found
}

fn add_api(details: &mut Details, model: &Model, api: &Api, connection: &Connection) {
    details.add("name", Tone::Plain, &api.name);
    details.add("id", Tone::Plain, &format!("{} ({} API)", api.id, api.api_type.label()));
    details.add("region", Tone::Plain, &connection.region);
    if let Some(description) = &api.description {
        details.add("about", Tone::Plain, description);
    }
    if let Some(created) = api.created {
        details.add("created", Tone::Plain, &text::local_minute(created, &model.zone));
    }
    if let Some(endpoint) = &api.endpoint {
        let disabled = if api.default_endpoint_disabled { " (disabled)" } else { "" };
        details.add("endpoint", Tone::Plain, &format!("{endpoint}{disabled}"));
    }
    details.add("auth", Tone::Plain, &connection.auth.label());
    match (connection.read_only, connection.protected) {
        (true, _) => details.add("guard", Tone::Plain, "read-only: every write is refused"),
        (false, true) => details.add("guard", Tone::Plain, "protected: a write asks for the nickname"),
        (false, false) => {}
    }
    if let Some(schema) = &connection.schema {
        details.add("schema", Tone::Plain, &schema.display().to_string());
    }
}

impl Model {
    /// The lines under an expanded stage of the open screen.
    pub fn stage_details(&self, stage: &Stage) -> Vec<Detail> {
        self.deployments.as_ref().map(|screen| stage_details(self, screen, stage)).unwrap_or_default()
    }

    /// The lines of the API's tab of the open screen.
    pub fn api_details(&self) -> Vec<Detail> {
        self.deployments.as_ref().map(|screen| api_details(self, screen)).unwrap_or_default()
    }
}
