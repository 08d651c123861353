//! The first line: where we are, who we are, and how fresh it is.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::canvas::{Canvas, columns};
use super::listing::so_far;
use crate::app::{DeploymentsScreen, Form, Model, Pace, Purpose, Task, badge, pace, refresh_interval};
use crate::text;

/// Between the parts of the identity.
const DOT: &str = " · ";

pub(super) fn draw(model: &Model, area: Rect, canvas: &mut Canvas) {
    let freshness = freshness(model);
    let urgent = urgent(model);
    let room = usize::from(area.width);
    let crumbs = breadcrumb(model);
    let (area, room) = draw_badge(model, area, room, canvas);
    // The program's own name says the least: it goes first where something urgent needs the room.
    let from = crumbs.len().saturating_sub(if urgent.is_some() { 2 } else { crumbs.len() });
    let fits = |parts: &[String]| {
        let right: usize = parts.iter().map(|part| text::width(part) + 3).sum();
        text::width(&crumbs[from..].concat()) + right < room
    };
    // From the fullest to the least.
    let candidates = candidates(model, &freshness, urgent.as_deref());
    let parts = candidates.iter().find(|parts| fits(parts)).or(candidates.last());
    let right = parts.map(|parts| parts.join("   ")).unwrap_or_default();
    let right_width = u16::try_from(text::width(&right)).unwrap_or(u16::MAX);
    let left = columns(area, 1, area.width.saturating_sub(right_width.saturating_add(4)));
    draw_breadcrumb(&crumbs, left, canvas);
    let right_area = columns(area, 0, area.width.saturating_sub(1));
    canvas.put(right_area, Line::styled(right, canvas.theme.muted()).right_aligned());
}

/// A write under way, or its end that nobody saw yet, on the right; gives what is left of the line.
fn draw_badge(model: &Model, area: Rect, room: usize, canvas: &mut Canvas) -> (Rect, usize) {
    let watched = model.task == Some(Task::Write);
    let Some((tone, text)) = badge(model).filter(|_| !watched) else {
        return (area, room);
    };
    let width = u16::try_from(text::width(&text)).unwrap_or(u16::MAX).saturating_add(3);
    let right = columns(area, 0, area.width.saturating_sub(1));
    canvas.put(right, Line::styled(text, canvas.theme.tone(tone)).right_aligned());
    let left = columns(area, 0, area.width.saturating_sub(width));
    (left, room.saturating_sub(usize::from(width)))
}

/// The way to this screen; without its first part where that does not fit.
fn draw_breadcrumb(crumbs: &[String], area: Rect, canvas: &mut Canvas) {
    let room = usize::from(area.width);
    let fits = |from: usize| text::width(&crumbs[from..].join("")) <= room;
    let from = (0..crumbs.len()).find(|&from| fits(from)).unwrap_or(crumbs.len().saturating_sub(1));
    let Some((here, way)) = crumbs[from..].split_last() else {
        return;
    };
    let line = vec![
        Span::styled(way.concat(), canvas.theme.muted()),
        Span::styled(here.clone(), canvas.theme.heading()),
    ];
    canvas.put(area, Line::from(line));
}

fn breadcrumb(model: &Model) -> Vec<String> {
    if let Some(form) = &model.form {
        return form_breadcrumb(form);
    }
    if let Some(task) = &model.task {
        return task_breadcrumb(model, task);
    }
    let nickname = model
        .deployments
        .as_ref()
        .map(|screen| format!("{} > ", text::sanitise(&screen.connection.nickname)));
    if let (Some(screen), Some(nickname)) = (&model.metrics, &nickname) {
        let stage = format!("{} > ", text::sanitise(&screen.stage));
        return vec!["apigw > ".to_owned(), nickname.clone(), stage, "Metrics".to_owned()];
    }
    match nickname {
        Some(nickname) => vec!["apigw > ".to_owned(), nickname, "Deployments".to_owned()],
        None => vec!["apigw > ".to_owned(), "Connections".to_owned()],
    }
}

fn task_breadcrumb(model: &Model, task: &Task) -> Vec<String> {
    let (nickname, here) = match task {
        Task::Deploy(form) => (&form.nickname, "Deploy"),
        Task::Plan(screen) => (&screen.nickname, screen.title()),
        Task::Import(screen) => (&screen.nickname, "Import"),
        Task::Write => match &model.write {
            Some(write) => (&write.nickname, write.title()),
            None => return Vec::new(),
        },
    };
    let nickname = format!("{} > ", text::sanitise(nickname));
    let mut crumbs = vec!["apigw > ".to_owned(), nickname, here.to_owned()];
    if matches!(task, Task::Plan(_)) {
        crumbs[2].push_str(" > ");
        crumbs.push("Plan".to_owned());
    }
    crumbs
}

fn form_breadcrumb(form: &Form) -> Vec<String> {
    let here = match &form.purpose {
        Purpose::Add => "Add".to_owned(),
        Purpose::Change(before) => format!("Edit {}", text::sanitise(&before.nickname)),
    };
    vec!["apigw > ".to_owned(), "Connections > ".to_owned(), here]
}

/// What is told nowhere else: how to cancel a read that takes long, or that reading slows.
fn urgent(model: &Model) -> Option<String> {
    match model.questions.reads().next() {
        Some(open) if model.now.as_second() > open.asked_at.as_second() => Some("ctrl-c cancels".to_owned()),
        Some(_) => None,
        None => slow_pace(model),
    }
}

/// What the right side may say, the fullest first.
fn candidates(model: &Model, freshness: &str, urgent: Option<&str>) -> Vec<Vec<String>> {
    let fresh = match urgent {
        Some(urgent) if !freshness.is_empty() => format!("{freshness}, {urgent}"),
        Some(urgent) => urgent.to_owned(),
        None => freshness.to_owned(),
    };
    let shown = model.deployments.as_ref().filter(|_| model.form.is_none());
    let identity = shown.map(identity).unwrap_or_default();
    let mut candidates: Vec<Vec<String>> = Vec::new();
    for fresh in [fresh.as_str(), freshness] {
        for shown in (0..=identity.len()).rev() {
            candidates.push(vec![identity[..shown].join(DOT), fresh.to_owned()]);
        }
    }
    for parts in &mut candidates {
        parts.retain(|part| !part.is_empty());
    }
    candidates
}

/// Account, region and who it is, the most important first.
fn identity(screen: &DeploymentsScreen) -> Vec<String> {
    let region = text::sanitise(&screen.connection.region).into_owned();
    match (&screen.identity.value, &screen.identity.problem) {
        (Some(identity), _) => vec![
            text::sanitise(&identity.account).into_owned(),
            region,
            text::sanitise(&identity.who()).into_owned(),
        ],
        (None, Some(_)) => vec!["account unknown".to_owned(), region],
        (None, None) => vec![region, text::sanitise(&screen.connection.auth.label()).into_owned()],
    }
}

/// `checked 5m ago`, or `reading 3s (1,200)`.
fn freshness(model: &Model) -> String {
    let mut open = model.questions.reads();
    if let Some(oldest) = open.next() {
        let told: Vec<usize> = open.chain([oldest]).filter_map(|open| open.progress).collect();
        let progress = (!told.is_empty()).then(|| told.iter().sum());
        let oldest = crate::app::Open { progress, ..oldest.clone() };
        return format!("reading{}", so_far(model, &oldest));
    }
    let checked_at = model.checked_at().filter(|_| model.form.is_none() && model.task.is_none());
    checked_at.map(|at| format!("checked {}", text::age(at, model.now))).unwrap_or_default()
}

/// `every 5m, unfocused` while nobody looks.
fn slow_pace(model: &Model) -> Option<String> {
    let why = match pace(model) {
        Pace::Normal => return None,
        Pace::Unfocused => "unfocused",
        Pace::Idle => "idle",
    };
    let seconds = refresh_interval(model)?.as_secs();
    let interval = match seconds {
        seconds if seconds % 3600 == 0 => format!("{}h", seconds / 3600),
        seconds if seconds % 60 == 0 => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    };
    Some(format!("every {interval}, {why}"))
}
