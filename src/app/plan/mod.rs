//! What a write would do, told before it is done.

mod lines;

use super::deploy::DeployForm;
use super::panel::{Panel, problem_panel};
use super::{Effect, Model, Overlay, Question, Remote, Task, dialog};
use crate::domain::{Intent, Plan, Problem};
use crate::input::Action;

pub(super) use lines::{
    SECTION_RISKS, about_risk, change_lines, finding_lines, sentence, summary, target_lines,
};

/// State of the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanScreen {
    /// The connection.
    pub nickname: String,
    /// What is asked for.
    pub intent: Intent,
    /// What it would do.
    pub plan: Remote<Plan>,
    /// The plan, as text.
    pub page: Panel,
    /// The form it came from, to go back to.
    form: Option<Box<DeployForm>>,
}

impl PlanScreen {
    pub(super) fn into_form(self) -> Option<DeployForm> {
        self.form.map(|form| *form)
    }

    /// What it is called, in the breadcrumb.
    pub fn title(&self) -> &'static str {
        title(&self.intent)
    }
}

/// What an intent is called.
pub(super) fn title(intent: &Intent) -> &'static str {
    match intent {
        Intent::Deploy { stage: None, .. } => "Export",
        Intent::Deploy { .. } => "Deploy",
        Intent::PushBack { .. } => "Push back",
        Intent::RollBack { .. } => "Roll back",
        Intent::Promote { .. } => "Promote",
        Intent::EndCanary { .. } => "End the canary",
    }
}

/// Shows the plan of what is asked for, once it is known.
pub(super) fn open(
    model: &mut Model,
    nickname: String,
    intent: Intent,
    form: Option<DeployForm>,
) -> Vec<Effect> {
    model.task = Some(Task::Plan(PlanScreen {
        nickname,
        intent,
        plan: Remote::default(),
        page: Panel::new("Plan", Vec::new()),
        form: form.map(Box::new),
    }));
    ask(model)
}

/// Reads the gateway and plans anew. What was planned before is forgotten: nobody must carry it out by mistake.
fn ask(model: &mut Model) -> Vec<Effect> {
    let Some(Task::Plan(screen)) = &mut model.task else {
        return Vec::new();
    };
    screen.plan = Remote::default();
    screen.page.scroll = 0;
    let question = Question::Plan(screen.nickname.clone(), Box::new(screen.intent.clone()));
    model.mark_dirty();
    model.questions.ask(question, model.now)
}

/// Takes the plan in.
pub(super) fn settle(model: &mut Model, reply: Result<Plan, Problem>) {
    let (now, zone) = (model.now, model.zone.clone());
    let Some(Task::Plan(screen)) = &mut model.task else {
        return;
    };
    if let Ok(plan) = &reply {
        screen.page = lines::page(plan, now, &zone);
    }
    screen.plan.settle(reply, now);
}

/// What the screen's own keys do.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Task::Plan(screen)) = &model.task else {
        return Vec::new();
    };
    match action {
        Action::Refresh => return ask(model),
        Action::WithSchema => return switch_schema(model),
        Action::Enter => match &screen.plan.value {
            Some(plan) if plan.errors().next().is_some() => {
                model.notice =
                    Some("Errors keep it from being carried out; they stand at the top".to_owned());
            }
            Some(plan) if plan.changes_nothing() => {
                model.notice = Some("There is nothing to do".to_owned());
            }
            Some(plan) => {
                let (plan, nickname) = (plan.clone(), screen.nickname.clone());
                if let Some(connection) = model.connection(&nickname).cloned() {
                    dialog::confirm(model, connection, plan);
                }
            }
            None => {}
        },
        Action::Explain => {
            let panel = screen.plan.problem.as_ref().map(problem_panel);
            model.overlay = panel.map(Overlay::Panel);
        }
        _ => {}
    }
    Vec::new()
}

/// Plans a roll back with the deployment's schema, or without it.
fn switch_schema(model: &mut Model) -> Vec<Effect> {
    let Some(Task::Plan(screen)) = &model.task else {
        return Vec::new();
    };
    if !has_schema(model, screen) {
        model.notice = Some("The history keeps no schema of that deployment".to_owned());
        return Vec::new();
    }
    if let Some(Task::Plan(PlanScreen { intent: Intent::RollBack { with_schema, .. }, .. })) = &mut model.task
    {
        *with_schema = !*with_schema;
    }
    ask(model)
}

/// Whether the plan is about going back to a deployment of which the history has the schema.
fn has_schema(model: &Model, screen: &PlanScreen) -> bool {
    let Intent::RollBack { to, with_schema, .. } = &screen.intent else {
        return false;
    };
    let planned = screen.plan.value.as_ref().and_then(|plan| plan.to.as_ref()).map(|to| &to.id);
    let id = planned.or(to.as_ref());
    let known = model.deployments.as_ref().zip(id).and_then(|(deployments, id)| deployments.entry_of(id));
    *with_schema || known.is_some_and(|entry| entry.pushed.is_some())
}

/// Whether an action makes sense right now.
pub(super) fn available(model: &Model, screen: &PlanScreen, action: Action) -> bool {
    let plan = screen.plan.value.as_ref();
    match action {
        Action::Enter => plan.is_some_and(|plan| plan.errors().next().is_none() && !plan.changes_nothing()),
        Action::WithSchema => has_schema(model, screen),
        _ => true,
    }
}
