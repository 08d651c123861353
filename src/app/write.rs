//! The write under way: how far it is, how it ended. It goes on whatever is on the screen, and belongs to no screen.

use jiff::Timestamp;

use super::panel::{Line, Panel, Tone, console_panel, problem_panel};
use super::{
    Effect, Model, Overlay, Question, Slot, Task, deployments, dialog, geometry, plan, task, update,
};
use crate::domain::{Consent, Done, GoLive, Intent, Plan, Problem, Progress, Step, WriteResult, links};
use crate::input::Action;
use crate::text;

/// A write, from the answer to the question before it until its end was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    /// The connection.
    pub nickname: String,
    /// What it does.
    pub plan: Box<Plan>,
    /// When it began.
    pub began_at: Timestamp,
    /// The steps so far, and when each began.
    pub steps: Vec<(Step, Timestamp)>,
    /// What it waits for.
    pub waits: Option<String>,
    /// How it ended, and when. `Err` means that nothing was sent.
    pub ended: Option<(Timestamp, Result<Done, Problem>)>,
    /// Whether somebody saw how it ended.
    pub seen: bool,
    /// The first line in view.
    pub scroll: usize,
}

impl Write {
    /// What it is called, in the breadcrumb.
    pub fn title(&self) -> &'static str {
        plan::title(&self.plan.intent)
    }
}

/// Begins, and shows how it goes.
pub(super) fn start(model: &mut Model, nickname: String, plan: Box<Plan>, consent: Consent) -> Vec<Effect> {
    if under_way(model) {
        model.notice = Some("Another write is under way; this one can begin when that is done".to_owned());
        return show(model);
    }
    let question = Question::CarryOut { nickname: nickname.clone(), plan: plan.clone(), consent };
    model.write = Some(Write {
        nickname,
        plan,
        began_at: model.now,
        steps: Vec::new(),
        waits: None,
        ended: None,
        seen: false,
        scroll: 0,
    });
    model.task = Some(Task::Write);
    model.mark_dirty();
    model.questions.ask(question, model.now)
}

/// Whether a gateway is being written to.
pub(super) fn under_way(model: &Model) -> bool {
    model.questions.find(&Slot::CarryOut).is_some()
}

/// Shows the write under way, or how the last one ended.
pub(super) fn show(model: &mut Model) -> Vec<Effect> {
    if model.write.is_none() {
        model.notice = Some("Nothing was written yet since apigw was started".to_owned());
        return Vec::new();
    }
    let effects = task::close_all(model);
    model.task = Some(Task::Write);
    if let Some(write) = &mut model.write {
        write.seen = write.ended.is_some();
    }
    model.mark_dirty();
    effects
}

/// Nobody watches any more.
pub(super) fn unwatched(model: &mut Model) {
    if under_way(model) {
        model.notice = Some("It goes on; W shows it again".to_owned());
    }
}

/// Notes how far it is.
pub(super) fn step(model: &mut Model, progress: Progress) {
    let now = model.now;
    if let Some(write) = &mut model.write {
        match progress {
            Progress::Began(step) => {
                write.waits = None;
                write.steps.push((step, now));
            }
            Progress::Waits(step, why) => {
                if write.steps.last().is_none_or(|(last, _)| *last != step) {
                    write.steps.push((step, now));
                }
                write.waits = Some(why);
            }
        }
        model.mark_dirty();
    }
}

/// Takes in how it ended, tells it wherever the person is, and reads again what it changed.
pub(super) fn settle(model: &mut Model, reply: Result<Done, Problem>) -> Vec<Effect> {
    let watched = model.task == Some(Task::Write);
    let now = model.now;
    let Some(write) = &mut model.write else {
        return Vec::new();
    };
    write.waits = None;
    write.ended = Some((now, reply));
    write.seen = watched;
    write.scroll = 0;
    let (outcome, nickname) = (outcome(write), write.nickname.clone());
    if !watched {
        model.notice = Some(format!("{outcome}; W tells more"));
    }
    dialog::leave_is_settled(model);
    deployments::after_write(model, &nickname)
}

/// How it ended, in a line.
fn outcome(write: &Write) -> String {
    let stage = write.plan.target.stage.as_deref().unwrap_or_default();
    let what = plan::sentence(&write.plan);
    match write.ended.as_ref().map(|(_, reply)| reply) {
        None => format!("{what}: under way"),
        Some(Err(problem)) => format!("{what}: nothing was written: {}", problem.headline()),
        Some(Ok(done)) => match (done.result, &done.deployment_id) {
            (WriteResult::Deployed, Some(id)) => format!("Deployed: {id} is live on {stage}"),
            (WriteResult::Deployed, None) => format!("Deployed: it is live on {stage}"),
            (WriteResult::Exported, _) => {
                "Exported: the gateway has the schema, no stage was asked for".to_owned()
            }
            (WriteResult::Imported, _) => "Imported".to_owned(),
            (WriteResult::Unchanged, _) => "Unchanged: there was nothing to do".to_owned(),
            (WriteResult::Failed, _) => format!("{what} failed"),
            (WriteResult::Unknown, _) => format!("{what}: nobody knows how it ended"),
        },
    }
}

/// The badge in the header: a write under way, or one whose end nobody saw yet.
pub fn badge(model: &Model) -> Option<(Tone, String)> {
    let write = model.write.as_ref()?;
    let doing = match &write.plan.intent {
        Intent::RollBack { .. } => "rolling back",
        Intent::Promote { .. } => "promoting",
        Intent::EndCanary { .. } => "ending the canary",
        Intent::Deploy { stage: None, .. } | Intent::PushBack { stage: None, .. } => "exporting",
        Intent::Deploy { .. } | Intent::PushBack { .. } => "deploying",
    };
    let (tone, word) = match &write.ended {
        None => return Some((Tone::Warning, format!("{doing} {}", seconds(write.began_at, model.now)))),
        Some(_) if write.seen => return None,
        Some((_, Ok(done))) => match done.result {
            WriteResult::Failed => (Tone::Danger, "! failed"),
            WriteResult::Unknown => (Tone::Danger, "? outcome unknown"),
            WriteResult::Unchanged => (Tone::Ok, "* unchanged"),
            WriteResult::Exported => (Tone::Ok, "* exported"),
            WriteResult::Deployed | WriteResult::Imported => (Tone::Ok, "* deployed"),
        },
        Some((_, Err(_))) => (Tone::Danger, "! nothing written"),
    };
    Some((tone, format!("{word}, W tells")))
}

fn seconds(from: Timestamp, to: Timestamp) -> String {
    format!("{}s", to.as_second().saturating_sub(from.as_second()).max(0))
}

/// The steps that a plan takes.
fn expected(plan: &Plan) -> Vec<Step> {
    let mut steps = vec![Step::Check, Step::Record];
    if plan.push.is_some() {
        steps.extend([Step::Push, Step::ReadBack]);
    }
    match plan.go_live {
        GoLive::No => {}
        GoLive::AutoDeploy => steps.push(Step::Confirm),
        _ => steps.extend([Step::Deploy, Step::Confirm]),
    }
    steps
}

/// How far it is and how it ended, as text.
pub(super) fn page(model: &Model, write: &Write) -> Panel {
    let mut lines = Vec::new();
    let end = write.ended.as_ref().map_or(model.now, |(at, _)| *at);
    match &write.ended {
        None => {
            let text = format!("{}  {}", plan::sentence(&write.plan), seconds(write.began_at, end));
            lines.push(Line::new(Tone::Heading, &text));
        }
        Some((_, reply)) => lines.extend(result_lines(write, reply)),
    }
    lines.push(Line::new(Tone::Plain, ""));
    lines.extend(step_lines(write, end, geometry::page_columns(model)));
    if write.ended.is_none() {
        lines.push(Line::new(Tone::Plain, ""));
        lines.push(Line::new(Tone::Muted, "esc stops watching, the write goes on; W comes back to it"));
    }
    lines.push(Line::new(Tone::Plain, ""));
    lines.extend(plan::target_lines(&write.plan.target));
    Panel { scroll: write.scroll, copy: copied(write), ..Panel::new("Write", lines) }
}

/// Each step with its mark and how long it took.
fn step_lines(write: &Write, end: Timestamp, columns: usize) -> Vec<Line> {
    const TIME: usize = 6;
    let room = columns.saturating_sub(4 + TIME).min(40);
    let mut steps = expected(&write.plan);
    let unexpected = write.steps.iter().map(|(step, _)| *step).filter(|step| !steps.contains(step));
    let unexpected: Vec<Step> = unexpected.collect();
    steps.extend(unexpected);
    steps.sort_unstable();
    steps.dedup();
    let succeeded = matches!(&write.ended, Some((_, Ok(done))) if done.problem.is_none());
    let mut lines = Vec::new();
    for step in steps {
        let began = write.steps.iter().position(|(begun, _)| *begun == step);
        let Some(index) = began else {
            lines.push(Line::new(Tone::Muted, &format!("    {}", step.doc())));
            continue;
        };
        let next = write.steps.get(index + 1).map(|(_, at)| *at);
        let took = seconds(write.steps[index].1, next.unwrap_or(end));
        let (mark, tone) = match (next, &write.ended) {
            (Some(_), _) => ("*", Tone::Plain),
            (None, None) => (">", Tone::Heading),
            (None, Some(_)) if succeeded => ("*", Tone::Plain),
            (None, Some(_)) => ("!", Tone::Danger),
        };
        lines.push(Line::new(tone, &format!("  {mark} {:<room$}{took:>TIME$}", text::fit(step.doc(), room))));
        if next.is_none()
            && let Some(why) = &write.waits
        {
            lines.push(Line::new(Tone::Warning, &format!("    waits: {why}")));
        }
    }
    lines
}

fn result_lines(write: &Write, reply: &Result<Done, Problem>) -> Vec<Line> {
    let done = match reply {
        Err(problem) => {
            let mut lines = vec![Line::new(Tone::Danger, &format!("! {}", outcome_of_nothing(write)))];
            lines.extend(problem_lines(problem));
            lines.push(Line::new(Tone::Plain, "enter plans it again"));
            return lines;
        }
        Ok(done) => done,
    };
    let (mark, tone) = match done.result {
        WriteResult::Failed => ("!", Tone::Danger),
        WriteResult::Unknown => ("?", Tone::Danger),
        _ => ("*", Tone::Ok),
    };
    let mut lines = vec![Line::new(tone, &format!("{mark} {}", outcome(write)))];
    if let Some(left) = &done.left {
        lines.push(Line::new(Tone::Warning, &format!("~ {left}")));
    }
    if !done.warnings.is_empty() {
        lines.extend([Line::new(Tone::Plain, ""), Line::new(Tone::Heading, "AWS WARNS")]);
        let warnings = done.warnings.iter().flat_map(|warning| text::sanitise_lines(warning));
        lines.extend(warnings.map(|line| Line::new(Tone::Warning, &format!("~ {line}"))));
    }
    if let Some(problem) = &done.problem {
        lines.push(Line::new(Tone::Plain, ""));
        lines.extend(problem_lines(problem));
        if done.result == WriteResult::Unknown {
            lines.push(Line::new(Tone::Plain, "- it is looked up again when the connection is opened"));
        }
    }
    if let (Some(to), Some(stage)) = (&done.way_back, &done.stage) {
        lines.push(Line::new(Tone::Plain, ""));
        lines.push(Line::new(Tone::Plain, &format!("b rolls {stage} back to {to}")));
    }
    if done.result == WriteResult::Exported {
        lines.push(Line::new(Tone::Plain, ""));
        lines.push(Line::new(Tone::Link, &console_of(write)));
    }
    lines
}

fn outcome_of_nothing(write: &Write) -> String {
    format!("{}: nothing was written", plan::sentence(&write.plan))
}

/// A problem whole: what, why, what to do, and the statement to add.
pub(super) fn problem_lines(problem: &Problem) -> Vec<Line> {
    let mut lines = problem_panel(problem).lines;
    if let Some(first) = lines.first_mut() {
        first.text = format!("! {}", first.text);
    }
    lines
}

fn problem_of(write: &Write) -> Option<&Problem> {
    match &write.ended.as_ref()?.1 {
        Ok(done) => done.problem.as_ref(),
        Err(problem) => Some(problem),
    }
}

/// What `y` copies: the policy statement that is missing, or the deployment's id.
fn copied(write: &Write) -> Option<(&'static str, String)> {
    if let Some(copy) = problem_of(write).and_then(|problem| problem_panel(problem).copy) {
        return Some(copy);
    }
    let (_, Ok(done)) = write.ended.as_ref()? else {
        return None;
    };
    Some(("the deployment id", done.deployment_id.clone()?))
}

fn console_of(write: &Write) -> String {
    let target = &write.plan.target;
    match &target.stage {
        Some(stage) => links::console_stage(target.api_type, &target.api_id, &target.region, stage),
        None => links::console_api(target.api_type, &target.api_id, &target.region),
    }
}

/// The way back to what was live before.
fn way_back(write: &Write) -> Option<Intent> {
    let (_, Ok(done)) = write.ended.as_ref()? else {
        return None;
    };
    let (stage, to) = (done.stage.clone()?, done.way_back.clone()?);
    Some(Intent::RollBack { stage, to: Some(to), with_schema: false })
}

/// Whether doing it again makes sense.
fn can_be_planned_again(write: &Write) -> bool {
    match &write.ended {
        None => false,
        Some((_, Err(_))) => true,
        Some((_, Ok(done))) => done.problem.is_some(),
    }
}

/// What the screen's own keys do.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(write) = &model.write else {
        return Vec::new();
    };
    match action {
        Action::RollBack => match way_back(write) {
            Some(intent) => {
                let nickname = write.nickname.clone();
                return plan::open(model, nickname, intent, None);
            }
            None => model.notice = Some("There is nothing to go back to from here".to_owned()),
        },
        Action::Enter if can_be_planned_again(write) => {
            let (nickname, intent) = (write.nickname.clone(), write.plan.intent.clone());
            return plan::open(model, nickname, intent, None);
        }
        Action::Console => {
            let panel = console_panel(console_of(write));
            model.overlay = Some(Overlay::Panel(panel));
        }
        Action::CopyId => match copied(write) {
            Some((name, text)) => return update::copy(model, name, text),
            None => model.notice = Some("There is nothing to copy here".to_owned()),
        },
        _ => {}
    }
    Vec::new()
}

/// Whether an action makes sense right now.
pub(super) fn available(model: &Model, action: Action) -> bool {
    let Some(write) = &model.write else {
        return false;
    };
    match action {
        Action::RollBack => way_back(write).is_some(),
        Action::Enter => can_be_planned_again(write),
        Action::CopyId => copied(write).is_some(),
        Action::ShowWrite => false,
        _ => true,
    }
}
