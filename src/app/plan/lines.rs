//! A plan as text: what matters most first, each section under its heading.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::app::panel::{Line, Panel, Tone};
use crate::domain::{
    ChangeKind, Deployment, Fault, Finding, GatewayChange, GoLive, Intent, Plan, Risk, Severity, Target,
};
use crate::text;

/// The heading of what a plain yes does not cover.
pub(in crate::app) const SECTION_RISKS: &str = "WHAT MUST BE AGREED TO";

/// The whole plan.
pub(super) fn page(plan: &Plan, now: Timestamp, zone: &TimeZone) -> Panel {
    let mut lines = vec![Line::new(tone_of(plan), &summary(plan))];
    section(&mut lines, "ERRORS", plan.errors().flat_map(fault_lines));
    section(&mut lines, "TARGET", target_lines(&plan.target).into_iter().chain(stage_lines(plan, now, zone)));
    section(&mut lines, "GOES LIVE AT ONCE", plan.goes_live.iter().map(|stage| plain(&format!("  {stage}"))));
    section(&mut lines, "EXPOSES OR BREAKS", alarms(plan));
    if !plan.changes_nothing() {
        let nothing = nothing_changes(plan);
        changes(&mut lines, "ON THE GATEWAY", &plan.gateway, plan.push.as_ref().map(|_| nothing));
        changes(
            &mut lines,
            "ON THE STAGE",
            &plan.goes_live_changes,
            plan.target.stage.as_ref().map(|_| nothing),
        );
        contract(&mut lines, plan);
    }
    let restored =
        plan.restored.iter().map(|restored| plain(&format!("  {}  {}", restored.at, restored.what)));
    section(&mut lines, "RESTORED FROM THE GATEWAY", restored);
    let deleted = plan.deleted_routes.iter().map(|route| Line::new(Tone::Danger, &format!("! - {route}")));
    section(&mut lines, "LIVE ROUTES THAT GO", deleted);
    let warnings = plan.preflight.iter().filter(|fault| !fault.is_error);
    section(&mut lines, "WARNINGS ABOUT THE SCHEMA", warnings.flat_map(fault_lines));
    let calls = plan.calls.iter().flat_map(|call| {
        [plain(&format!("  {}", call.operation)), muted(&format!("    {} on {}", call.action, call.resource))]
    });
    section(&mut lines, "CALLS, AND THE PERMISSIONS THEY NEED", calls);
    section(&mut lines, "NOTES", plan.notes.iter().map(|note| plain(&format!("  {note}"))));
    Panel::new("Plan", lines)
}

fn plain(text: &str) -> Line {
    Line::new(Tone::Plain, text)
}

fn muted(text: &str) -> Line {
    Line::new(Tone::Muted, text)
}

/// A heading and what stands under it; nothing where there is nothing.
fn section(lines: &mut Vec<Line>, heading: &str, under: impl IntoIterator<Item = Line>) {
    let mut under = under.into_iter().peekable();
    if under.peek().is_some() {
        lines.extend([plain(""), Line::new(Tone::Heading, heading)]);
        lines.extend(under);
    }
}

/// What it does, as the question asks it: `Deploy to prod`.
pub(in crate::app) fn sentence(plan: &Plan) -> String {
    let stage = plan.target.stage.as_deref().unwrap_or_default();
    let to = || plan.to.as_ref().map_or("the deployment before", |deployment| deployment.id.as_str());
    match &plan.intent {
        Intent::Deploy { schema: None, .. } => format!("Deploy what the gateway has to {stage}"),
        Intent::Deploy { stage: None, .. } => format!("Export to {}", plan.target.api_name),
        Intent::Deploy { .. } => format!("Deploy to {stage}"),
        Intent::PushBack { stage: None, .. } => "Push the kept schema back".to_owned(),
        Intent::PushBack { .. } => format!("Push the kept schema back and deploy it to {stage}"),
        Intent::RollBack { with_schema: true, .. } => {
            format!("Roll {stage} back to {}, with its schema", to())
        }
        Intent::RollBack { .. } => format!("Roll {stage} back to {}", to()),
        Intent::Promote { from, .. } => format!("Promote {} from {from} to {stage}", to()),
        Intent::EndCanary { promote: true, .. } => format!("Give {stage} its canary's deployment"),
        Intent::EndCanary { .. } => format!("Take the canary of {stage} away"),
    }
}

/// What it comes to, in a line.
pub(in crate::app) fn summary(plan: &Plan) -> String {
    let errors = plan.errors().count();
    if errors > 0 {
        return format!("! {}: it cannot be carried out", text::plural(errors, "error"));
    }
    let sentence = sentence(plan);
    if plan.changes_nothing() {
        return format!("{sentence}: unchanged, there is nothing to do");
    }
    let found = |severity| alarming(plan, severity).count();
    let mut parts = Vec::new();
    for (severity, word) in [(Severity::Exposure, "exposure"), (Severity::Breaking, "breaking change")] {
        if found(severity) > 0 {
            parts.push(text::plural(found(severity), word));
        }
    }
    if !plan.deleted_routes.is_empty() {
        parts.push(format!("{} deleted", text::plural(plan.deleted_routes.len(), "live route")));
    }
    if plan.push.is_some() {
        parts.push(format!("{} on the gateway", text::plural(plan.gateway.len(), "change")));
    }
    if plan.target.stage.is_some() && (plan.push.is_some() || !plan.goes_live_changes.is_empty()) {
        parts.push(format!("{} on the stage", text::plural(plan.goes_live_changes.len(), "change")));
    }
    let others = plan.goes_live.iter().filter(|stage| Some(*stage) != plan.target.stage.as_ref());
    let others: Vec<&str> = others.map(String::as_str).collect();
    if !others.is_empty() {
        parts.push(format!("live at once on {}", others.join(", ")));
    }
    if parts.is_empty() { sentence } else { format!("{sentence}: {}", parts.join(", ")) }
}

fn tone_of(plan: &Plan) -> Tone {
    if plan.errors().next().is_some() || !plan.risks().is_empty() { Tone::Danger } else { Tone::Heading }
}

/// Account, region, API and stage.
pub(in crate::app) fn target_lines(target: &Target) -> Vec<Line> {
    let Target { account, region, api_type, api_id, api_name, stage } = target;
    let stage = stage.as_deref().unwrap_or("none");
    vec![
        plain(&format!("  account    {account}")),
        plain(&format!("  region     {region}")),
        plain(&format!("  API        {api_name} ({api_id}, {})", api_type.label())),
        plain(&format!("  stage      {stage}")),
    ]
}

/// What is live, what will be, and where the schema comes from.
fn stage_lines(plan: &Plan, now: Timestamp, zone: &TimeZone) -> Vec<Line> {
    let mut lines = Vec::new();
    let told = |deployment: &Deployment| {
        let when = deployment
            .created
            .map(|at| format!(", {} ({})", text::local_minute(at, zone), text::age(at, now)));
        let about = deployment.description.as_ref().map(|about| format!("  {about}"));
        format!("{}{}{}", deployment.id, when.unwrap_or_default(), about.unwrap_or_default())
    };
    if let Some(live) = &plan.live {
        lines.push(plain(&format!("  live now   {}", told(live))));
    }
    let next = match (&plan.go_live, &plan.to) {
        (GoLive::No, _) => None,
        (_, Some(to)) => Some(told(to)),
        (GoLive::AutoDeploy, None) => Some("a new deployment, by auto-deploy".to_owned()),
        (_, None) => Some("a new deployment".to_owned()),
    };
    lines.extend(next.map(|next| plain(&format!("  goes live  {next}"))));
    if let GoLive::Point { auto_deploy_off: true, .. } = plan.go_live {
        let text = "~ auto-deploy is switched off before, and stays off";
        lines.push(Line::new(Tone::Warning, text));
    }
    if let Some(source) = &plan.source {
        let revision = source.revision.as_deref().unwrap_or("working tree");
        let commit = source.commit.as_deref().map(|commit| format!(", commit {}", short(commit)));
        let changed = if source.modified { ", changed since its commit" } else { "" };
        let text = format!(
            "  schema     {} ({revision}{}{changed})",
            source.file.display(),
            commit.unwrap_or_default()
        );
        lines.push(plain(&text));
    }
    if let Some(description) = &plan.description {
        lines.push(plain(&format!("  described  {}", description.replace('\n', " / "))));
    }
    lines
}

/// The first characters of a commit's id, as git shortens it.
fn short(commit: &str) -> &str {
    commit.get(..7).unwrap_or(commit)
}

/// Everything of a severity, each thing once.
fn alarming(plan: &Plan, severity: Severity) -> impl Iterator<Item = Line> {
    let is = move |found: Severity| found == severity;
    let mut seen: Vec<Line> = Vec::new();
    let changes = plan.gateway.iter().chain(&plan.goes_live_changes).filter(|change| is(change.severity));
    let findings = plan.contract.iter().filter(|finding| is(finding.severity));
    for line in findings.map(finding_line).chain(changes.map(alarm_line)) {
        if !seen.contains(&line) {
            seen.push(line);
        }
    }
    seen.into_iter()
}

fn alarms(plan: &Plan) -> Vec<Line> {
    alarming(plan, Severity::Exposure).chain(alarming(plan, Severity::Breaking)).collect()
}

fn tone(severity: Severity, otherwise: Tone) -> Tone {
    match severity {
        Severity::Exposure | Severity::Breaking => Tone::Danger,
        Severity::Warning => Tone::Warning,
        Severity::Info => otherwise,
        Severity::NotAnalysed => Tone::Muted,
    }
}

/// The mark and the word of what is worth one.
fn label(severity: Severity) -> String {
    match severity {
        Severity::Exposure | Severity::Breaking => format!("! {severity}  "),
        Severity::Warning => "~ ".to_owned(),
        Severity::Info => "  ".to_owned(),
        Severity::NotAnalysed => "? ".to_owned(),
    }
}

fn finding_line(finding: &Finding) -> Line {
    let Finding { severity, at, message, .. } = finding;
    Line::new(tone(*severity, Tone::Plain), &format!("{}{at}  {message}", label(*severity)))
}

fn change_line(change: &GatewayChange) -> Line {
    let (sign, otherwise) = match change.change {
        ChangeKind::Added => ("+", Tone::Ok),
        ChangeKind::Removed => ("-", Tone::Removed),
        ChangeKind::Changed => ("*", Tone::Plain),
    };
    let place = change.route.as_deref().unwrap_or("the API");
    let text = format!("{}{sign} {place}  {}", label(change.severity), change.what);
    Line::new(tone(change.severity, otherwise), &text)
}

/// A change with its values beside it, where they are short.
fn alarm_line(change: &GatewayChange) -> Line {
    const SHORT: usize = 40;
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    let mut line = change_line(change);
    if change.before.is_some() || change.after.is_some() {
        let values = format!(": {} → {}", value(&change.before), value(&change.after));
        if text::width(&values) <= SHORT {
            line = Line::new(line.tone, &format!("{}{values}", line.text));
        }
    }
    line
}

/// Changes, the most pressing first, with their values.
pub(in crate::app) fn change_lines(changes: &[GatewayChange]) -> Vec<Line> {
    let mut sorted: Vec<&GatewayChange> = changes.iter().collect();
    sorted.sort_by_key(|change| change.severity);
    let lines = sorted.into_iter().flat_map(|change| {
        let before =
            change.before.as_ref().map(|value| Line::new(Tone::Removed, &format!("      - {value}")));
        let after = change.after.as_ref().map(|value| Line::new(Tone::Ok, &format!("      + {value}")));
        std::iter::once(change_line(change)).chain(before).chain(after)
    });
    lines.collect()
}

/// Findings, the most pressing first.
pub(in crate::app) fn finding_lines(findings: &[Finding]) -> Vec<Line> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| finding.severity);
    sorted.into_iter().map(finding_line).collect()
}

/// What to say where no change is known. Of a deployment that exists AWS may not tell what it serves, and what was not
/// compared is not the same.
fn nothing_changes(plan: &Plan) -> &'static str {
    if plan.push.is_some() { "nothing changes" } else { "no change is known" }
}

fn changes(lines: &mut Vec<Line>, heading: &str, changes: &[GatewayChange], nothing: Option<&str>) {
    let nothing = nothing.filter(|_| changes.is_empty());
    let none = nothing.map(|nothing| muted(&format!("  {nothing}")));
    section(lines, &counted(heading, changes.len()), none.into_iter().chain(change_lines(changes)));
}

fn contract(lines: &mut Vec<Line>, plan: &Plan) {
    let mut under = finding_lines(&plan.contract);
    if under.is_empty() && !plan.contract_basis.is_empty() {
        under.push(muted(&format!("  {} for callers", nothing_changes(plan))));
    }
    if !plan.contract_basis.is_empty() {
        under.push(muted(&format!("  {}", plan.contract_basis)));
    }
    section(lines, &counted("FOR CALLERS", plan.contract.len()), under);
}

/// A heading with how many stand under it. None known is not none, so no zero is told.
fn counted(heading: &str, count: usize) -> String {
    if count > 0 { format!("{heading} ({count})") } else { heading.to_owned() }
}

fn fault_lines(fault: &Fault) -> Vec<Line> {
    let (mark, tone) = if fault.is_error { ("!", Tone::Danger) } else { ("~", Tone::Warning) };
    let head = Line::new(tone, &format!("{mark} {}", fault.at));
    let message = text::sanitise_lines(&fault.message);
    std::iter::once(head).chain(message.iter().map(|line| plain(&format!("    {line}")))).collect()
}

/// What a risk is about, as it is agreed to: `delete 2 live routes: GET /a, GET /b`.
pub(in crate::app) fn about_risk(plan: &Plan, risk: Risk) -> String {
    let first = |lines: Vec<Line>| {
        let texts: Vec<String> =
            lines.iter().map(|line| line.text.trim_start_matches("! ").to_owned()).collect();
        let rest = texts.len().saturating_sub(1);
        let more = if rest > 0 { format!(", and {rest} more") } else { String::new() };
        format!("{}{more}", texts.first().cloned().unwrap_or_default())
    };
    match risk {
        Risk::Delete => {
            let routes = &plan.deleted_routes;
            format!("deletes {}: {}", text::plural(routes.len(), "live route"), routes.join(", "))
        }
        Risk::Exposure => first(alarming(plan, Severity::Exposure).collect()),
        Risk::Breaking => first(alarming(plan, Severity::Breaking).collect()),
    }
}
