//! The deployments screen: the stages of one API, what is live on each, its health, and the deployment history.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::list::matching;
use super::panel::{console_panel, deployment_panel, problem_panel};
use super::{Answer, Effect, List, Model, Overlay, Question, Remote, Slot, Tone, details, geometry, update};
use crate::domain::{
    ApiStages, Connection, CustomDomain, Deployment, Health, Identity, KnownStages, Problem, Stage,
    StageMetrics, TimeRange, Window, links,
};
use crate::input::{Action, Motion};

/// The week's figures change slowly and cost as much as the hour's: they are kept this long, in seconds.
const WEEK_KEPT_SECONDS: i64 = 15 * 60;

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
            pane: Pane::Stages,
            tab: Tab::Deployments,
            stages: List::default(),
            expanded: BTreeSet::new(),
            order: StageOrder::Name,
            history: List::default(),
            api_offset: 0,
            asked_at: now,
            measured: KnownStages::default(),
        }
    }

    /// The list that filter and motions go to.
    pub fn focused_list(&self) -> &List {
        match self.pane {
            Pane::Stages => &self.stages,
            Pane::Lower => &self.history,
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
        self.deployment_rows()
            .iter()
            .find(|deployment| deployment.id == id)
    }

    /// The stage's last seven days.
    pub fn week_of(&self, stage: &str) -> Option<&StageMetrics> {
        self.week
            .value
            .as_ref()?
            .iter()
            .find(|metrics| metrics.stage == stage)
    }

    /// The stage's last hour.
    pub fn hour_of(&self, stage: &str) -> Option<&StageMetrics> {
        self.hour
            .value
            .as_ref()?
            .iter()
            .find(|metrics| metrics.stage == stage)
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
            let canary = stage
                .canary
                .as_ref()
                .and_then(|canary| canary.deployment_id.as_deref());
            if canary == Some(deployment_id) {
                names.push(format!("{} (canary)", stage.name));
            }
        }
        names.join(" ")
    }

    /// What must be said above the stages.
    pub fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        let stale = |problem: &Problem| Note {
            tone: Tone::Danger,
            text: problem.headline(),
        };
        // A pane that has nothing else to show shows the problem in full, so that it needs no line here.
        notes.extend(
            self.api
                .problem
                .iter()
                .filter(|_| self.api.value.is_some())
                .map(stale),
        );
        let measuring = [&self.hour.problem, &self.week.problem];
        notes.extend(measuring.into_iter().flatten().take(1).map(stale));
        // One trouble often stops every read; it is told once.
        notes.dedup();
        if let Some(read) = &self.api.value {
            let api = &read.api;
            if !api.blended_with.is_empty() {
                let others = api.blended_with.join(", ");
                let text = format!(
                    "Figures blend every API named {} (also {others}): REST metrics go by name",
                    api.name
                );
                notes.push(Note {
                    tone: Tone::Warning,
                    text,
                });
            }
            if api.default_endpoint_disabled {
                let text = "The default endpoint is disabled: only custom domains answer".to_owned();
                notes.push(Note {
                    tone: Tone::Warning,
                    text,
                });
            }
            if api.private {
                let text = "A private API: it answers only inside its VPC".to_owned();
                notes.push(Note {
                    tone: Tone::Muted,
                    text,
                });
            }
        }
        notes
    }

    /// The problem of the focused pane, most pressing first.
    pub fn problem(&self) -> Option<&Problem> {
        let stages = [
            &self.api.problem,
            &self.hour.problem,
            &self.week.problem,
            &self.identity.problem,
        ];
        match (self.pane, self.tab) {
            (Pane::Stages, _) => stages.into_iter().flatten().next(),
            (Pane::Lower, Tab::Deployments) => self.deployments.problem.as_ref(),
            (Pane::Lower, Tab::Api) => self.domains.problem.as_ref(),
        }
    }

    fn list_mut(&mut self) -> &mut List {
        match self.pane {
            Pane::Stages => &mut self.stages,
            Pane::Lower => &mut self.history,
        }
    }

    /// Filters and sorts the stages anew.
    pub(super) fn arrange_stages(&mut self) {
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
    pub(super) fn arrange_history(&mut self) {
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
    pub(super) fn arrange_focused(&mut self) {
        match self.pane {
            Pane::Stages => self.arrange_stages(),
            Pane::Lower => self.arrange_history(),
        }
    }

    /// The list that takes the typing.
    pub(super) fn typing_list(&mut self) -> &mut List {
        self.list_mut()
    }

    /// Scrolls the API's details, which have no cursor; [`reveal`] keeps the end in view.
    pub(super) fn scroll_api(&mut self, motion: Motion, page: usize) {
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
    pub(super) fn select(&mut self, row: usize) {
        match self.pane {
            Pane::Stages => {
                let stages = self.api.value.as_ref().map_or(&[][..], |read| &read.stages);
                self.stages.select(row, |index| &stages[index].name);
            }
            Pane::Lower => {
                let deployments = self.deployments.value.as_deref().unwrap_or_default();
                self.history.select(row, |index| &deployments[index].id);
            }
        }
    }
}

/// Opens a connection: everything is asked for at once, and metrics too where the stages' names are remembered.
pub(super) fn open(model: &mut Model, nickname: &str) -> Vec<Effect> {
    let Some(connection) = model.connection(nickname).cloned() else {
        return Vec::new();
    };
    let mut effects = model.questions.abandon(|_| true);
    model.deployments = Some(DeploymentsScreen::new(connection, model.now));
    effects.extend(ask(model, Question::Identity(nickname.to_owned())));
    effects.extend(ask(model, Question::Stages(nickname.to_owned())));
    if let Some(known) = model.known.get(nickname).cloned() {
        effects.extend(measure(model, known, &[TimeRange::H1, TimeRange::W1]));
    }
    effects.extend(ask(model, Question::Deployments(nickname.to_owned())));
    effects
}

/// Leaves the screen; nobody waits for its reads any more.
pub(super) fn close(model: &mut Model) -> Vec<Effect> {
    model.deployments = None;
    model.questions.abandon(|_| true)
}

/// What a refresh reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// Stages and the last hour; the week when it is old.
    Light,
    /// Everything.
    Full,
}

/// Reads the screen again.
pub(super) fn refresh(model: &mut Model, depth: Depth) -> Vec<Effect> {
    let now = model.now;
    let Some(screen) = &mut model.deployments else {
        return Vec::new();
    };
    screen.asked_at = now;
    let nickname = screen.connection.nickname.clone();
    let measured = screen.measured.clone();
    let week_is_old = screen.week.is_older_than(WEEK_KEPT_SECONDS, now);
    let full = depth == Depth::Full;
    let (identity, deployments) = (
        screen.identity.value.is_none(),
        screen.deployments.value.is_none(),
    );
    let domains = full && (screen.domains.value.is_some() || screen.domains.problem.is_some());
    let mut effects = ask(model, Question::Stages(nickname.clone()));
    if !measured.stages.is_empty() {
        let ranges: &[TimeRange] = if full || week_is_old {
            &[TimeRange::H1, TimeRange::W1]
        } else {
            &[TimeRange::H1]
        };
        effects.extend(measure(model, measured, ranges));
    }
    if full || identity {
        effects.extend(ask(model, Question::Identity(nickname.clone())));
    }
    if full || deployments {
        effects.extend(ask(model, Question::Deployments(nickname.clone())));
    }
    if domains {
        effects.extend(ask(model, Question::Domains(nickname)));
    }
    effects
}

fn ask(model: &mut Model, question: Question) -> Vec<Effect> {
    model.questions.ask(question, model.now)
}

/// Asks for the figures of all those stages, one question a range.
fn measure(model: &mut Model, known: KnownStages, ranges: &[TimeRange]) -> Vec<Effect> {
    let now = model.now;
    let Some(screen) = &mut model.deployments else {
        return Vec::new();
    };
    screen.measured = known.clone();
    if known.stages.is_empty() {
        return Vec::new();
    }
    let nickname = screen.connection.nickname.clone();
    let questions = ranges.iter().map(|&range| Question::Metrics {
        nickname: nickname.clone(),
        api_name: known.api_name.clone(),
        stages: known.stages.clone(),
        range,
        window: Window::settled(range, now),
    });
    questions
        .flat_map(|question| model.questions.ask(question, now))
        .collect()
}

/// Takes an answer in and asks for what follows from it.
pub(super) fn settle(model: &mut Model, slot: &Slot, reply: Result<Answer, Problem>) -> Vec<Effect> {
    let now = model.now;
    let Some(screen) = &mut model.deployments else {
        return Vec::new();
    };
    match (slot, reply) {
        (Slot::Stages(_), Ok(Answer::Stages(read))) => return settle_stages(model, read),
        (Slot::Stages(_), Err(problem)) => screen.api.settle(Err(problem), now),
        (Slot::Identity(_), Ok(Answer::Identity(identity))) => screen.identity.settle(Ok(identity), now),
        (Slot::Identity(_), Err(problem)) => screen.identity.settle(Err(problem), now),
        (Slot::Deployments(_), Ok(Answer::Deployments(read))) => screen.deployments.settle(Ok(read), now),
        (Slot::Deployments(_), Err(problem)) => screen.deployments.settle(Err(problem), now),
        (Slot::Domains(_), Ok(Answer::Domains(read))) => screen.domains.settle(Ok(read), now),
        (Slot::Domains(_), Err(problem)) => screen.domains.settle(Err(problem), now),
        (Slot::Metrics(_, range), reply) => {
            let reply = match reply {
                Ok(Answer::Metrics(metrics)) => Ok(metrics),
                Ok(_) => return Vec::new(),
                Err(problem) => Err(problem),
            };
            let figures = if *range == TimeRange::W1 {
                &mut screen.week
            } else {
                &mut screen.hour
            };
            figures.settle(reply, now);
        }
        _ => {}
    }
    screen.arrange_stages();
    screen.arrange_history();
    Vec::new()
}

/// Stages are here: metrics follow unless they were asked for by the right names already, and the history follows when a
/// stage points at a deployment that it does not know.
fn settle_stages(model: &mut Model, read: ApiStages) -> Vec<Effect> {
    let now = model.now;
    let Some(screen) = &mut model.deployments else {
        return Vec::new();
    };
    let known = KnownStages::from(&read);
    let moved = known != screen.measured;
    screen.api.settle(Ok(read), now);
    screen.arrange_stages();
    screen.arrange_history();
    let nickname = screen.connection.nickname.clone();
    let unknown_deployment = screen.deployments.value.is_some()
        && screen
            .stage_rows()
            .iter()
            .filter_map(|stage| stage.deployment_id.as_deref())
            .any(|id| screen.deployment(id).is_none());
    model.known.insert(nickname.clone(), known.clone());
    let mut effects = Vec::new();
    if moved {
        effects.extend(measure(model, known, &[TimeRange::H1, TimeRange::W1]));
    }
    if unknown_deployment
        && model
            .questions
            .find(&Slot::Deployments(nickname.clone()))
            .is_none()
    {
        effects.extend(ask(model, Question::Deployments(nickname)));
    }
    effects
}

/// Custom domains cost a request each, so that they are read only once somebody looks.
fn ask_domains_once(model: &mut Model) -> Vec<Effect> {
    let Some(screen) = &model.deployments else {
        return Vec::new();
    };
    let nickname = screen.connection.nickname.clone();
    let read = screen.domains.value.is_some() || screen.domains.problem.is_some();
    if read || model.questions.find(&Slot::Domains(nickname.clone())).is_some() {
        return Vec::new();
    }
    ask(model, Question::Domains(nickname))
}

/// What the screen's own keys do.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(screen) = &mut model.deployments else {
        return Vec::new();
    };
    match action {
        Action::Enter => return enter(model),
        Action::NextPane | Action::PreviousPane => {
            screen.pane = match screen.pane {
                Pane::Stages => Pane::Lower,
                Pane::Lower => Pane::Stages,
            };
        }
        Action::Tab(2) => return show_tab(model, Tab::Api),
        Action::Tab(_) => return show_tab(model, Tab::Deployments),
        Action::Refresh => return refresh(model, Depth::Full),
        Action::SortStages => {
            screen.order = match screen.order {
                StageOrder::Name => StageOrder::Worst,
                StageOrder::Worst => StageOrder::Name,
            };
            screen.arrange_stages();
        }
        Action::CopyId | Action::CopyUrl => {
            return match copied(screen, action) {
                Some((name, text)) => update::copy(model, name, text),
                None => {
                    model.notice = Some("There is nothing to copy here".to_owned());
                    Vec::new()
                }
            };
        }
        Action::Console => {
            let connection = &screen.connection;
            let (api_type, id, region) = (connection.api_type, &connection.api_id, &connection.region);
            let url = match screen.selected_stage() {
                Some(stage) if screen.pane == Pane::Stages => {
                    links::console_stage(api_type, id, region, &stage.name)
                }
                _ => links::console_api(api_type, id, region),
            };
            model.overlay = Some(Overlay::Panel(console_panel(url)));
        }
        Action::Explain => {
            model.overlay = screen
                .problem()
                .map(|problem| Overlay::Panel(problem_panel(problem)))
        }
        _ => {}
    }
    Vec::new()
}

/// Shows a tab and moves the focus to it.
pub(super) fn show_tab(model: &mut Model, tab: Tab) -> Vec<Effect> {
    let Some(screen) = &mut model.deployments else {
        return Vec::new();
    };
    screen.pane = Pane::Lower;
    screen.tab = tab;
    model.mark_dirty();
    if tab == Tab::Api {
        ask_domains_once(model)
    } else {
        Vec::new()
    }
}

/// What `y` and `Y` copy in the focused pane, and what to call it.
fn copied(screen: &DeploymentsScreen, action: Action) -> Option<(&'static str, String)> {
    let connection = &screen.connection;
    let api_arn = links::api_arn(connection.api_type, &connection.api_id, &connection.region);
    match (screen.pane, screen.tab, action) {
        (Pane::Stages, _, Action::CopyId) => Some((
            "the deployment id",
            screen.selected_stage()?.deployment_id.clone()?,
        )),
        (Pane::Stages, ..) => Some(("the invoke URL", screen.selected_stage()?.invoke_url.clone())),
        (Pane::Lower, Tab::Deployments, Action::CopyId) => {
            Some(("the deployment id", screen.selected_deployment()?.id.clone()))
        }
        (Pane::Lower, Tab::Deployments, _) => Some((
            "the deployment's ARN",
            format!("{api_arn}/deployments/{}", screen.selected_deployment()?.id),
        )),
        (Pane::Lower, Tab::Api, Action::CopyId) => Some(("the API id", connection.api_id.clone())),
        (Pane::Lower, Tab::Api, _) => Some(("the API's ARN", api_arn)),
    }
}

/// Folds or expands the stage, or shows the deployment whole.
fn enter(model: &mut Model) -> Vec<Effect> {
    let Some(screen) = &mut model.deployments else {
        return Vec::new();
    };
    if screen.pane == Pane::Lower {
        let panel = screen
            .selected_deployment()
            .filter(|_| screen.tab == Tab::Deployments)
            .cloned()
            .map(|deployment| {
                let stages = screen.stages_of(&deployment.id);
                (deployment, stages)
            });
        model.overlay =
            panel.map(|(deployment, stages)| Overlay::Panel(deployment_panel(model, &deployment, &stages)));
        return Vec::new();
    }
    let Some(name) = screen.selected_stage().map(|stage| stage.name.clone()) else {
        return Vec::new();
    };
    if screen.expanded.remove(&name) {
        return Vec::new();
    }
    screen.expanded.insert(name);
    ask_domains_once(model)
}

/// Keeps both cursors in view.
pub(super) fn reveal(model: &mut Model) {
    let areas = geometry::deployments_areas(model);
    let heights: Vec<usize> = match &model.deployments {
        Some(screen) => screen
            .stage_rows()
            .iter()
            .map(|stage| details::stage_height(model, screen, stage))
            .collect(),
        None => return,
    };
    let lower = usize::from(areas.lower.height);
    let api_lines: usize = model.api_details().iter().map(|detail| detail.lines.len()).sum();
    if let Some(screen) = &mut model.deployments {
        screen.api_offset = screen.api_offset.min(api_lines.saturating_sub(lower));
        screen.stages.reveal(usize::from(areas.stages.height), |row| {
            heights.get(row).copied().unwrap_or(1)
        });
        screen.history.reveal(lower, |_| 1);
    }
}
