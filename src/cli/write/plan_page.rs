//! A plan for a person: where and what on top, then what must not be overlooked, then everything else.

use crate::cli::changes::{self, Entry};
use crate::cli::output::{Format, wrap, wrap_below};
use crate::cli::table::Tone;
use crate::domain::{Deployment, GoLive, Intent, Plan, SchemaSource, Target};
use crate::text;

/// The plan in lines; `flags` are those with which it is carried out unasked.
pub fn lines(plan: &Plan, flags: &[String], format: &Format) -> Vec<String> {
    let page = Page { plan, format };
    let mut lines = page.top();
    for part in [
        page.pressing(),
        page.preflight(true),
        page.deleted(),
        page.goes_live(),
        page.notes(),
        page.changes("On the gateway", &page.gateway()),
        page.stage_changes(),
        page.contract(),
        page.restored(),
        page.preflight(false),
        page.calls(),
    ] {
        if !part.is_empty() {
            lines.push(String::new());
            lines.extend(part);
        }
    }
    if !plan.changes_nothing() && plan.errors().next().is_none() {
        lines.push(text::sanitise(&format!("To do it unasked: {}", flags.join(" "))).into_owned());
    }
    lines
}

/// What is going to be done, as the beginning of a sentence: `Deploy to stage prod`.
pub fn act(plan: &Plan) -> String {
    let stage = plan.target.stage.as_deref().unwrap_or_default();
    let to = plan.to.as_ref().map_or("the deployment before", |to| to.id.as_str());
    match &plan.intent {
        Intent::Deploy { stage: None, .. } => "Export, without touching a stage".to_owned(),
        Intent::Deploy { schema: None, .. } => format!("Deploy the current configuration to stage {stage}"),
        Intent::Deploy { .. } => format!("Export and deploy to stage {stage}"),
        Intent::PushBack { entry, which, stage: None } => {
            format!("Push the {} schema of {entry} back, without touching a stage", which.as_str())
        }
        Intent::PushBack { entry, which, .. } => {
            format!("Push the {} schema of {entry} back, and deploy it to stage {stage}", which.as_str())
        }
        Intent::RollBack { .. } => format!("Roll stage {stage} back to {to}"),
        Intent::Promote { from, .. } => format!("Put {to} live on stage {stage}, as it is on {from}"),
        Intent::EndCanary { promote: true, .. } => format!("Promote the canary of stage {stage}"),
        Intent::EndCanary { promote: false, .. } => format!("Remove the canary of stage {stage}"),
    }
}

/// The place in words: `HTTP API orders (a1b2c3d4e5) in eu-west-1, account 123456789012`.
pub fn place(target: &Target) -> String {
    let Target { account, region, api_type, api_id, api_name, .. } = target;
    format!("{} API {api_name} ({api_id}) in {region}, account {account}", api_type.label())
}

struct Page<'a> {
    plan: &'a Plan,
    format: &'a Format,
}

impl Page<'_> {
    fn top(&self) -> Vec<String> {
        let target = &self.plan.target;
        let api = format!("{} {} ({})", target.api_type.label(), target.api_name, target.api_id);
        let place = format!("account {}  region {}  API {api}", target.account, target.region);
        let mut lines = vec![plain(&act(self.plan)), plain(&format!("  {place}"))];
        let mut tell = |word: &str, what: String| lines.push(plain(&format!("  {word:9} {what}")));
        tell("stage", target.stage.clone().unwrap_or_else(|| "none is touched".to_owned()));
        if let Some(source) = &self.plan.source {
            tell("schema", source_line(source));
        }
        match (&self.plan.live, &target.stage) {
            (Some(live), _) => tell("live now", self.deployment_line(live)),
            (None, Some(_)) => tell("live now", "nothing".to_owned()),
            (None, None) => {}
        }
        if let Some(to) = &self.plan.to {
            tell("then", self.deployment_line(to));
        }
        if let Some(description) = &self.plan.description {
            tell("described", description.clone());
        }
        if let Some(counts) = self.counts() {
            let tone = if self.is_pressing() { Tone::Danger } else { Tone::Normal };
            let told = text::sanitise(&format!("  {:9} {counts}", "in short")).into_owned();
            let wrapped = wrap_below(&told, self.format.width, 12);
            lines.extend(wrapped.iter().map(|line| tone.paint(line, self.format.ink)));
        }
        lines
    }

    /// What there is of everything, so that nothing hides below the first screen. Nothing where no schema was compared.
    fn counts(&self) -> Option<String> {
        let plan = self.plan;
        let errors = plan.errors().count();
        if plan.changes_nothing() && errors == 0 {
            return Some("nothing to change".to_owned());
        }
        let entries: Vec<Entry> = self.pressing_entries().chain(self.calm_entries()).collect();
        let routes = text::plural(plan.deleted_routes.len(), "route");
        let parts = [
            (errors > 0).then(|| text::plural(errors, "error")),
            (!entries.is_empty()).then(|| changes::counts(&entries)),
            (!plan.deleted_routes.is_empty()).then(|| format!("{routes} deleted")),
            (!plan.restored.is_empty()).then(|| format!("{} restored from the gateway", plan.restored.len())),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        Some(parts.join(", ")).filter(|counts| !counts.is_empty())
    }

    /// Whether something must not be overlooked.
    fn is_pressing(&self) -> bool {
        self.plan.errors().next().is_some() || !self.plan.risks().is_empty()
    }

    /// Exposures and breaks of all three diffs, each once.
    fn pressing_entries(&self) -> impl Iterator<Item = Entry> {
        let stage = self.plan.goes_live_changes.iter().filter(|change| !self.plan.gateway.contains(change));
        let gateway = self.plan.gateway.iter().chain(stage).map(Entry::from);
        let all = gateway.chain(self.plan.contract.iter().map(Entry::from));
        all.filter(|entry| entry.severity.fails_a_check())
    }

    /// What else changes on the gateway and for callers.
    fn calm_entries(&self) -> impl Iterator<Item = Entry> {
        self.gateway().into_iter().chain(self.plan.contract.iter().map(Entry::from)).filter(is_calm)
    }

    fn pressing(&self) -> Vec<String> {
        let entries: Vec<Entry> = self.pressing_entries().collect();
        if entries.is_empty() {
            return Vec::new();
        }
        let title = format!("!! Look at this first: {}", changes::counts(&entries));
        let mut lines = vec![self.toned(&title, Tone::Danger)];
        lines.extend(changes::lines(entries, self.format));
        lines
    }

    fn preflight(&self, errors: bool) -> Vec<String> {
        let faults: Vec<_> = self.plan.preflight.iter().filter(|fault| fault.is_error == errors).collect();
        let (title, tone) = match (faults.len(), errors) {
            (0, _) => return Vec::new(),
            (count, true) => (format!("x Cannot be pushed: {}", text::plural(count, "error")), Tone::Danger),
            (count, false) => (format!("Warnings about the schema: {count}"), Tone::Warning),
        };
        let mut lines = vec![self.toned(&title, tone)];
        for fault in faults {
            lines.push(plain(&format!("  {}", fault.at)));
            for line in text::sanitise_lines(&fault.message) {
                // What can be pasted stands as it is; wrapping would break it.
                lines.push(format!("    {line}"));
            }
        }
        lines
    }

    fn deleted(&self) -> Vec<String> {
        let routes = &self.plan.deleted_routes;
        if routes.is_empty() {
            return Vec::new();
        }
        let title = format!("! Deletes {} that the schema lacks", text::plural(routes.len(), "live route"));
        let mut lines = vec![self.toned(&title, Tone::Danger)];
        lines.extend(routes.iter().map(|route| plain(&format!("  - {route}"))));
        lines
    }

    fn goes_live(&self) -> Vec<String> {
        let target = self.plan.target.stage.as_deref().unwrap_or_default();
        let (here, elsewhere): (Vec<&String>, Vec<&String>) =
            self.plan.goes_live.iter().partition(|stage| *stage == target);
        let how = match &self.plan.go_live {
            GoLive::Deploy => format!("Goes live on {target} by a new deployment"),
            GoLive::AutoDeploy => format!("Goes live on {target} at once: auto-deploy"),
            GoLive::Point { to, .. } => format!("Goes live on {target}: {to}, made before"),
            GoLive::EndCanary { promote: true } => {
                format!("Goes live on {target}: the canary, for all callers")
            }
            GoLive::EndCanary { promote: false } => {
                format!("Goes live on {target}: what it serves without its canary")
            }
            GoLive::No => String::new(),
        };
        let mut lines = Vec::new();
        if !here.is_empty() {
            lines.push(self.toned(&how, Tone::Warning));
        }
        for stage in elsewhere {
            lines.push(self.toned(&format!("Goes live on {stage} at once: auto-deploy"), Tone::Warning));
        }
        if lines.is_empty() {
            lines.push("Nothing goes live.".to_owned());
        }
        lines
    }

    fn notes(&self) -> Vec<String> {
        self.plan.notes.iter().flat_map(|note| self.wrapped(&format!("! {note}"))).collect()
    }

    fn gateway(&self) -> Vec<Entry> {
        self.plan.gateway.iter().map(Entry::from).collect()
    }

    fn stage_changes(&self) -> Vec<String> {
        let Some(stage) = &self.plan.target.stage else { return Vec::new() };
        let title = format!("On stage {stage}");
        match &self.plan.goes_live_changes {
            same if *same == self.plan.gateway && !same.is_empty() => {
                vec![plain(&format!("{title}: the same"))]
            }
            other => self.changes(&title, &other.iter().map(Entry::from).collect::<Vec<_>>()),
        }
    }

    fn contract(&self) -> Vec<String> {
        let entries: Vec<Entry> = self.plan.contract.iter().map(Entry::from).collect();
        let mut lines = self.changes("For callers", &entries);
        if !self.plan.contract_basis.is_empty() {
            lines.extend(self.wrapped(&self.plan.contract_basis));
        }
        lines
    }

    /// A list of changes; those that stand on top already are only counted.
    fn changes(&self, title: &str, entries: &[Entry]) -> Vec<String> {
        if entries.is_empty() {
            return Vec::new();
        }
        let calm: Vec<Entry> = entries.iter().filter(|entry| is_calm(entry)).cloned().collect();
        let above = match entries.len() - calm.len() {
            0 => String::new(),
            above => format!(" ({above} of them above)"),
        };
        let mut lines = vec![plain(&format!("{title}: {}{above}", text::plural(entries.len(), "change")))];
        lines.extend(changes::lines(calm, self.format));
        lines
    }

    fn restored(&self) -> Vec<String> {
        let restored = &self.plan.restored;
        if restored.is_empty() {
            return Vec::new();
        }
        let mut lines =
            vec![format!("Restored from the gateway, because the schema has none: {}", restored.len())];
        lines.extend(restored.iter().map(|one| plain(&format!("  {}  {}", one.at, one.what))));
        lines
    }

    fn calls(&self) -> Vec<String> {
        let calls = &self.plan.calls;
        if calls.is_empty() {
            return Vec::new();
        }
        let mut lines = vec!["Calls, and the permission each needs".to_owned()];
        for call in calls {
            lines.push(plain(&format!("  {}  {}  {}", call.operation, call.action, call.resource)));
        }
        lines
    }

    fn deployment_line(&self, deployment: &Deployment) -> String {
        let at = deployment.created.map(|at| text::local_minute(at, &self.format.zone));
        let parts = [Some(deployment.id.clone()), at, deployment.description.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join("  ")
    }

    fn toned(&self, line: &str, tone: Tone) -> String {
        tone.paint(&text::sanitise(line), self.format.ink)
    }

    fn wrapped(&self, line: &str) -> Vec<String> {
        wrap(&text::sanitise(line), self.format.width)
    }
}

fn plain(line: &str) -> String {
    text::sanitise(line).into_owned()
}

fn is_calm(entry: &Entry) -> bool {
    !entry.severity.fails_a_check()
}

/// The file and what of it: `openapi.yaml at v2.3.0 (9f2c1ab)`.
fn source_line(source: &SchemaSource) -> String {
    let commit = source.commit.as_deref().map(|commit| commit.get(..7).unwrap_or(commit));
    let file = source.file.display();
    match (&source.revision, commit) {
        (Some(revision), Some(commit)) => format!("{file} at {revision} ({commit})"),
        (Some(revision), None) => format!("{file} at {revision}"),
        (None, Some(commit)) if source.modified => format!("{file}, changed since {commit}"),
        (None, Some(commit)) => format!("{file}, as in {commit}"),
        (None, None) => format!("{file}, as it lies on disk"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::samples::{format, plan, roll_back_plan};

    #[test]
    fn the_first_screen_says_where_and_what_must_not_be_overlooked() {
        let lines = lines(&plan(), &[], &format(80));
        let first = lines[..24].join("\n");
        for part in ["123456789012", "eu-west-1", "orders (a1b2c3d4e5)", "stage     prod"] {
            assert!(lines[..4].join("\n").contains(part), "{part}\n{first}");
        }
        let place = |word: &str| first.find(word).unwrap_or_else(|| panic!("{word}\n{first}"));
        assert!(place("EXPOSURE") < place("BREAKING") && place("BREAKING") < place("Cannot be pushed"));
        assert!(place("in short  1 error, 2 exposures") < place("EXPOSURE"));
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn a_roll_back_says_which_deployment_goes_and_which_comes() {
        insta::assert_snapshot!(lines(&roll_back_plan(), &["--yes".to_owned()], &format(80)).join("\n"));
    }

    #[test]
    fn a_source_is_told_by_its_revision() {
        let mut source = plan().source.unwrap();
        assert_eq!(source_line(&source), "orders.yaml at v2.4.0 (9f2c1ab)");
        source.revision = None;
        assert_eq!(source_line(&source), "orders.yaml, as in 9f2c1ab");
        source.modified = true;
        assert_eq!(source_line(&source), "orders.yaml, changed since 9f2c1ab");
        source.commit = None;
        assert_eq!(source_line(&source), "orders.yaml, as it lies on disk");
    }
}
