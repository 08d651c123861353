//! The deployments screen: the stages of one API, what is live on each, its health, and the deployment history.

mod exports;
mod keys;
mod reads;
mod writes;

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::list::matching;
use super::{List, Remote, Tone};
use crate::domain::{
    ApiStages, Connection, CustomDomain, Deployment, Health, HistoryEntry, Identity, KnownStages, Problem,
    Stage, StageMetrics,
};
use crate::input::Motion;

pub(super) use exports::entry_lines;
pub use exports::{act_word, source};
pub(super) use keys::{act, available, reveal, show_tab};
pub(super) use reads::{Depth, after_write, ask_failed, close, open, refresh, settle};

/// State of the screen.
#[derive(Debug)]
pub struct DeploymentsScreen {
    /// The connection that is open.
    pub connection: Connection,
    /// Who asks.
    pub identity: Remote<Identity>,
    /// The API and its stages.
    pub api: Remote<ApiStages>,
    /// The deployments, newest first.
    pub deployments: Remote<Vec<Deployment>>,
    /// Each stage's last seven days.
    pub week: Remote<Vec<StageMetrics>>,
    /// Each stage's last hour, which the verdict rests on.
    pub hour: Remote<Vec<StageMetrics>>,
    /// Custom domains; read when a stage is first expanded or the API's details are shown.
    pub domains: Remote<Vec<CustomDomain>>,
    /// What was done to the API from here, newest first.
    pub exports: Remote<Vec<HistoryEntry>>,
    /// What came of acts whose end was open, where there were any.
    pub recovered: Remote<Vec<HistoryEntry>>,
    /// The pane that has the focus.
    pub pane: Pane,
    /// What the lower pane shows.
    pub tab: Tab,
    /// The list of stages.
    pub stages: List,
    /// Names of the stages that are expanded.
    pub expanded: BTreeSet<String>,
    /// How stages are ordered.
    pub order: StageOrder,
    /// The list of deployments.
    pub history: List,
    /// The list of what was done from here.
    pub export_list: List,
    /// The entry of it that is marked, to compare with.
    pub marked: Option<String>,
    /// The first line of the API's details that is shown.
    pub api_offset: usize,
    /// When the screen was last read.
    pub asked_at: Timestamp,
    /// What the metrics under way or on screen were asked for.
    measured: KnownStages,
}

/// The two panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// Stages.
    Stages,
    /// The tabs below them.
    Lower,
}

/// What the lower pane shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// The deployment history.
    Deployments,
    /// What was done from here.
    Exports,
    /// What is known of the API as a whole.
    Api,
}

/// How stages are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageOrder {
    /// By name.
    Name,
    /// The worst verdict first.
    Worst,
}

/// A line above the stages: something the figures must be read with.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// How it is meant.
    pub tone: Tone,
    /// What it says; not sanitised yet.
    pub text: String,
    /// The key that tells more; empty where there is no more to tell.
    pub more: &'static str,
}

impl DeploymentsScreen {
    fn new(connection: Connection, now: Timestamp) -> Self {
        Self {
            connection,
            identity: Remote::default(),
            api: Remote::default(),
            deployments: Remote::default(),
            week: Remote::default(),
            hour: Remote::default(),
            domains: Remote::default(),
            exports: Remote::default(),
            recovered: Remote::default(),
            pane: Pane::Stages,
            tab: Tab::Deployments,
            stages: List::default(),
            expanded: BTreeSet::new(),
            order: StageOrder::Name,
            history: List::default(),
            export_list: List::default(),
            marked: None,
            api_offset: 0,
            asked_at: now,
            measured: KnownStages::default(),
        }
    }

    /// The list that filter and motions go to.
    pub fn focused_list(&self) -> &List {
        match (self.pane, self.tab) {
            (Pane::Stages, _) => &self.stages,
            (Pane::Lower, Tab::Exports) => &self.export_list,
            (Pane::Lower, _) => &self.history,
        }
    }

    /// The stages as read; empty before that.
    pub fn stage_rows(&self) -> &[Stage] {
        self.api.value.as_ref().map_or(&[], |read| &read.stages)
    }

    /// The stage under the cursor.
    pub fn selected_stage(&self) -> Option<&Stage> {
        self.stage_rows().get(self.stages.selected()?)
    }

    /// The deployments as read; empty before that.
    pub fn deployment_rows(&self) -> &[Deployment] {
        self.deployments.value.as_deref().unwrap_or_default()
    }

    /// The deployment under the cursor.
    pub fn selected_deployment(&self) -> Option<&Deployment> {
        self.deployment_rows().get(self.history.selected()?)
    }

    /// The deployment of that id.
    pub fn deployment(&self, id: &str) -> Option<&Deployment> {
        self.deployment_rows().iter().find(|deployment| deployment.id == id)
    }

    /// The stage's last seven days.
    pub fn week_of(&self, stage: &str) -> Option<&StageMetrics> {
        self.week.value.as_ref()?.iter().find(|metrics| metrics.stage == stage)
    }

    /// The stage's last hour.
    pub fn hour_of(&self, stage: &str) -> Option<&StageMetrics> {
        self.hour.value.as_ref()?.iter().find(|metrics| metrics.stage == stage)
    }

    /// The verdict on a stage's last hour; `None` while nothing was answered yet.
    pub fn health_of(&self, stage: &Stage) -> Option<Health> {
        let hour = self.hour_of(&stage.name);
        let answered = hour.is_some() || self.hour.problem.is_some() || stage.deployment_id.is_none();
        answered.then(|| Health::of(stage, hour, &self.connection.thresholds))
    }

    /// Names of the stages that a deployment is live on, canaries marked.
    pub fn stages_of(&self, deployment_id: &str) -> String {
        let mut names: Vec<String> = Vec::new();
        for stage in self.stage_rows() {
            if stage.deployment_id.as_deref() == Some(deployment_id) {
                names.push(stage.name.clone());
            }
            let canary = stage.canary.as_ref().and_then(|canary| canary.deployment_id.as_deref());
            if canary == Some(deployment_id) {
                names.push(format!("{} (canary)", stage.name));
            }
        }
        names.join(" ")
    }

    /// What must be said above the stages.
    pub fn notes(&self, now: Timestamp) -> Vec<Note> {
        // A pane that has nothing else to show shows the problem in full, so that it needs no line here.
        let stages = self.api.trouble(now).filter(|_| self.api.value.is_some());
        let figures = [&self.hour, &self.week].into_iter().find(|figures| figures.problem.is_some());
        // One trouble often stops every read; it is told once.
        let figures = figures.filter(|figures| stages.is_none() || figures.problem != self.api.problem);
        let troubles = stages.into_iter().chain(figures.and_then(|figures| figures.trouble(now)));
        let danger = |text, more| Note { tone: Tone::Danger, text, more };
        let mut notes: Vec<Note> = troubles.map(|text| danger(text, "! tells more")).collect();
        notes.extend(self.stranger().map(|text| danger(text, "")));
        notes.extend(self.recovered_notes());
        let failed = self.stage_rows().iter().filter(|stage| stage.deployment_failure().is_some());
        let failed: Vec<&str> = failed.map(|stage| stage.name.as_str()).collect();
        if !failed.is_empty() {
            let text = format!("Auto-deploy failed on {}: changes are not live", failed.join(", "));
            notes.push(danger(text, "enter tells why"));
        }
        if let Some(read) = &self.api.value {
            let api = &read.api;
            notes.extend(self.blended());
            if api.default_endpoint_disabled {
                let text = "The default endpoint is disabled: only custom domains answer".to_owned();
                notes.push(Note { tone: Tone::Warning, text, more: "" });
            }
            if api.private {
                let text = "A private API: it answers only inside its VPC".to_owned();
                notes.push(Note { tone: Tone::Muted, text, more: "" });
            }
        }
        notes
    }

    /// Set when the credentials are another account's than the connection was made for.
    fn stranger(&self) -> Option<String> {
        self.connection.stranger(&self.identity.value.as_ref()?.account)
    }

    /// That figures are those of several APIs.
    pub(in crate::app) fn blended(&self) -> Option<Note> {
        let api = &self.api.value.as_ref()?.api;
        let others = api.blended_with.join(", ");
        let text =
            format!("Figures blend every API named {} (also {others}): REST metrics go by name", api.name);
        (!others.is_empty()).then_some(Note { tone: Tone::Warning, text, more: "" })
    }

    /// What is wrong on this screen, each trouble once: that of the focused pane first, the most pressing first.
    pub fn problems(&self) -> Vec<&Problem> {
        let stages = [&self.api.problem, &self.hour.problem, &self.week.problem, &self.identity.problem];
        let (history, domains) = (&self.deployments.problem, &self.domains.problem);
        let exports = [&self.exports.problem, &self.recovered.problem];
        let order = match (self.pane, self.tab) {
            (Pane::Stages, _) => [&stages[..], &[history, domains], &exports].concat(),
            (Pane::Lower, Tab::Deployments) => [&[history], &stages[..], &[domains], &exports].concat(),
            (Pane::Lower, Tab::Exports) => [&exports, &stages[..], &[history, domains]].concat(),
            (Pane::Lower, Tab::Api) => [&[domains], &stages[..], &[history], &exports].concat(),
        };
        let mut problems: Vec<&Problem> = Vec::new();
        for problem in order.into_iter().flatten() {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        problems
    }

    fn list_mut(&mut self) -> &mut List {
        match (self.pane, self.tab) {
            (Pane::Stages, _) => &mut self.stages,
            (Pane::Lower, Tab::Exports) => &mut self.export_list,
            (Pane::Lower, _) => &mut self.history,
        }
    }

    /// Filters and sorts the stages anew.
    pub(in crate::app) fn arrange_stages(&mut self) {
        let texts = self.stage_rows().iter().map(|stage| {
            format!(
                "{} {} {}",
                stage.name,
                stage.deployment_id.as_deref().unwrap_or_default(),
                stage.description.as_deref().unwrap_or_default()
            )
        });
        let mut rows = matching(self.stages.filter(), texts);
        if self.order == StageOrder::Worst {
            let verdict = |&row: &usize| self.stage_rows().get(row).and_then(|stage| self.health_of(stage));
            rows.sort_by_key(|row| std::cmp::Reverse(verdict(row).map(|health| health.verdict)));
        }
        let stages = self.api.value.as_ref().map_or(&[][..], |read| &read.stages);
        self.stages.set_rows(rows, |index| &stages[index].name);
    }

    /// Filters the deployments anew.
    pub(in crate::app) fn arrange_history(&mut self) {
        let texts = self.deployment_rows().iter().map(|deployment| {
            format!(
                "{} {} {} {}",
                deployment.id,
                self.stages_of(&deployment.id),
                deployment.status.as_ref().map_or("", |status| status.as_str()),
                deployment.description.as_deref().unwrap_or_default()
            )
        });
        let rows = matching(self.history.filter(), texts);
        let deployments = self.deployments.value.as_deref().unwrap_or_default();
        self.history.set_rows(rows, |index| &deployments[index].id);
    }

    /// After the focused list's filter changed.
    pub(in crate::app) fn arrange_focused(&mut self) {
        match (self.pane, self.tab) {
            (Pane::Stages, _) => self.arrange_stages(),
            (Pane::Lower, Tab::Exports) => self.arrange_exports(),
            (Pane::Lower, _) => self.arrange_history(),
        }
    }

    /// Gives the focus to a pane. A filter that was being typed stays as it is: the keys belong to the new pane.
    pub(in crate::app) fn focus(&mut self, pane: Pane) {
        self.list_mut().set_typing(false);
        self.pane = pane;
    }

    /// The list that takes the typing.
    pub(in crate::app) fn typing_list(&mut self) -> &mut List {
        self.list_mut()
    }

    /// Scrolls the API's details, which have no cursor; [`reveal`] keeps the end in view.
    pub(in crate::app) fn scroll_api(&mut self, motion: Motion, page: usize) {
        self.api_offset = match motion {
            Motion::Down => self.api_offset.saturating_add(1),
            Motion::Up => self.api_offset.saturating_sub(1),
            Motion::Top => 0,
            Motion::Bottom => usize::MAX,
            Motion::HalfPageDown => self.api_offset.saturating_add(page / 2),
            Motion::HalfPageUp => self.api_offset.saturating_sub(page / 2),
        };
    }

    /// Puts the cursor of a pane on a row.
    pub(in crate::app) fn select(&mut self, row: usize) {
        match (self.pane, self.tab) {
            (Pane::Stages, _) => {
                let stages = self.api.value.as_ref().map_or(&[][..], |read| &read.stages);
                self.stages.select(row, |index| &stages[index].name);
            }
            (Pane::Lower, Tab::Exports) => {
                let exports = self.exports.value.as_deref().unwrap_or_default();
                self.export_list.select(row, |index| &exports[index].id);
            }
            (Pane::Lower, _) => {
                let deployments = self.deployments.value.as_deref().unwrap_or_default();
                self.history.select(row, |index| &deployments[index].id);
            }
        }
    }
}
