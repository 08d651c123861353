//! The lower pane's first tab: the deployments, newest first.

use ratatui::text::{Line, Span};

use super::Theme;
use super::canvas::Canvas;
use super::deployments::{focus, instead_of};
use super::listing::{Columns, TEXT_COLUMN, Table, no_match, widest};
use crate::app::{self, DeploymentsAreas, DeploymentsScreen, Model, Pane, Slot, Tone};
use crate::domain::{Deployment, DeploymentStatus};
use crate::text;

/// From this width on a deployment's age stands beside its time.
const AGES_WIDTH: u16 = 100;
/// Below this width a failure is told in the description alone.
const STATUS_WIDTH: u16 = 70;
/// Below this width only the age is left.
const TIMES_WIDTH: u16 = 60;
/// Columns of an age.
const AGE_COLUMNS: u16 = 7;
/// Columns of a local time to the minute.
const MINUTE_COLUMNS: u16 = 16;

/// What a column shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Id,
    Created,
    Stages,
    Status,
    Description,
}

impl Field {
    fn title(self) -> &'static str {
        match self {
            Self::Id => "ID",
            Self::Created => "CREATED",
            Self::Stages => "STAGES",
            Self::Status => "STATUS",
            Self::Description => "DESCRIPTION",
        }
    }
}

pub(super) fn draw(model: &Model, screen: &DeploymentsScreen, areas: DeploymentsAreas, canvas: &mut Canvas) {
    let focus = focus(screen, Pane::Lower);
    let rows = screen.deployment_rows();
    let table = Table {
        list: &screen.history,
        total: rows.len(),
        columns: layout(model, screen),
        lead: Field::Id,
        title: Field::title,
        focus,
    };
    let content = |index: usize, field: Field, theme: &Theme| {
        rows.get(index).map(|deployment| content(model, screen, deployment, field, theme))
    };
    canvas.table(model, &table, (areas.lower_titles, areas.lower), instead_of_rows(model, screen), content);
}

fn instead_of_rows(model: &Model, screen: &DeploymentsScreen) -> Option<Vec<app::Line>> {
    if !screen.history.rows().is_empty() {
        return None;
    }
    let slot = Slot::Deployments(screen.connection.nickname.clone());
    let read = &screen.deployments;
    Some(match &read.value {
        Some(deployments) if !deployments.is_empty() => no_match(&screen.history),
        Some(_) => vec![app::Line::new(Tone::Plain, "Nothing was deployed yet")],
        None => instead_of(model, read, &slot, "deployments"),
    })
}

fn layout(model: &Model, screen: &DeploymentsScreen) -> Columns<Field> {
    const GAP: u16 = 2;
    let width = model.size.0;
    let deployments = screen.deployment_rows();
    let id = widest(deployments.iter().map(|deployment| text::width(&deployment.id)), 6, 10);
    // Only a stage's own deployments have names to show, so that the thousands of others need no look.
    let live = screen.stage_rows().iter().filter_map(|stage| stage.deployment_id.as_deref());
    let most = match width {
        0..TIMES_WIDTH => 10,
        TIMES_WIDTH..AGES_WIDTH => 16,
        _ => 24,
    };
    let stages = widest(live.map(|id| text::width(&screen.stages_of(id))), 6, most);
    let created = match width {
        0..TIMES_WIDTH => AGE_COLUMNS,
        TIMES_WIDTH..AGES_WIDTH => MINUTE_COLUMNS,
        _ => MINUTE_COLUMNS + 2 + AGE_COLUMNS,
    };
    let mut fields = vec![(Field::Id, id), (Field::Created, created), (Field::Stages, stages)];
    let is_telling = |status: &DeploymentStatus| *status != DeploymentStatus::Deployed;
    let mut statuses = deployments.iter().filter_map(|deployment| deployment.status.as_ref());
    if width >= STATUS_WIDTH && statuses.any(is_telling) {
        fields.push((Field::Status, 8));
    }
    let taken: u16 = fields.iter().map(|&(_, width)| width + GAP).sum();
    fields.push((Field::Description, width.saturating_sub(TEXT_COLUMN + taken + 1)));
    Columns { fields, gap: GAP }
}

fn content(
    model: &Model,
    screen: &DeploymentsScreen,
    deployment: &Deployment,
    field: Field,
    theme: &Theme,
) -> Line<'static> {
    match field {
        Field::Id => Line::raw(text::sanitise(&deployment.id).into_owned()),
        Field::Created => created(model, deployment, theme),
        Field::Stages => Line::raw(text::sanitise(&screen.stages_of(&deployment.id)).into_owned()),
        Field::Status => status(deployment, theme),
        Field::Description => description(deployment, theme),
    }
}

fn created(model: &Model, deployment: &Deployment, theme: &Theme) -> Line<'static> {
    let Some(created) = deployment.created else {
        return Line::styled(text::NO_DATA, theme.muted());
    };
    let age = text::age(created, model.now);
    if model.size.0 < TIMES_WIDTH {
        return Line::raw(age);
    }
    let mut spans = vec![Span::raw(text::local_minute(created, &model.zone))];
    if model.size.0 >= AGES_WIDTH {
        spans.push(Span::styled(format!("  {age}"), theme.muted()));
    }
    Line::from(spans)
}

fn status(deployment: &Deployment, theme: &Theme) -> Line<'static> {
    let Some(status) = &deployment.status else {
        return Line::styled(text::NO_DATA, theme.muted());
    };
    let word = text::sanitise(status.as_str()).into_owned();
    match status {
        DeploymentStatus::Deployed => Line::styled(word, theme.muted()),
        DeploymentStatus::Failed => Line::styled(format!("! {word}"), theme.danger()),
        DeploymentStatus::Pending | DeploymentStatus::Other(_) => Line::styled(word, theme.warning()),
    }
}

/// Why it failed, if it did, and what its maker wrote.
fn description(deployment: &Deployment, theme: &Theme) -> Line<'static> {
    let mut parts: Vec<Span> = Vec::new();
    if deployment.status == Some(DeploymentStatus::Failed) {
        let message = deployment.status_message.as_deref().unwrap_or("failed");
        parts.push(Span::styled(format!("! {}", text::sanitise(message)), theme.danger()));
    }
    if deployment.auto_deployed {
        parts.push(Span::styled("auto", theme.muted()));
    }
    if let Some(description) = &deployment.description {
        parts.push(Span::raw(text::sanitise(description).into_owned()));
    }
    let gaps = std::iter::once("").chain(std::iter::repeat("  "));
    let spans = gaps.zip(parts).flat_map(|(gap, part)| [Span::raw(gap), part]);
    spans.collect()
}
