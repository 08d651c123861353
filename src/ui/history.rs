//! The lower pane's first tab: the deployments, newest first.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::Theme;
use super::canvas::{Canvas, row};
use super::deployments::{focus, not_read, title_style};
use super::listing::{Columns, Focus, TEXT_COLUMN, no_match, reading, widest};
use crate::app::{self, DeploymentsAreas, DeploymentsScreen, Model, Pane, Slot, Tone, problem_panel};
use crate::domain::{Deployment, DeploymentStatus};
use crate::text;

/// From this width on a deployment's age stands beside its time.
const AGES_WIDTH: u16 = 100;
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
    let list = &screen.history;
    let table = layout(model, screen);
    if !canvas.filter(areas.lower_titles, list, screen.deployment_rows().len()) {
        draw_titles(screen, areas.lower_titles, &table, canvas);
    }
    if let Some(lines) = instead_of_rows(model, screen) {
        return canvas.message(model, areas.lower, &lines);
    }
    let shown = list
        .rows()
        .iter()
        .enumerate()
        .skip(list.offset())
        .take(usize::from(areas.lower.height));
    for (line, (index, &deployment)) in shown.enumerate() {
        let Some(deployment) = screen.deployment_rows().get(deployment) else {
            continue;
        };
        let row = row(areas.lower, line);
        let cursor = (index == list.cursor()).then_some(focus);
        if let Some(focus) = cursor {
            canvas.cursor(row, focus);
        }
        for (field, cell) in table.cells(row) {
            let content = content(model, screen, deployment, field, canvas.theme);
            let here = cursor == Some(Focus::Here) && field == Field::Id;
            canvas.put(
                cell,
                if here {
                    content.style(canvas.theme.selected())
                } else {
                    content
                },
            );
        }
    }
}

/// The titles; what went wrong with the newest read stands behind them, as the rows are from before.
fn draw_titles(screen: &DeploymentsScreen, area: Rect, table: &Columns<Field>, canvas: &mut Canvas) {
    let style = title_style(focus(screen, Pane::Lower), canvas);
    let stale = screen
        .deployments
        .problem
        .as_ref()
        .filter(|_| screen.deployments.value.is_some());
    for (field, cell) in table.cells(area) {
        match (field, stale) {
            (Field::Description, Some(problem)) => {
                let headline = text::sanitise(&problem.headline()).into_owned();
                canvas.put(
                    cell,
                    Line::styled(format!("! stale: {headline}"), canvas.theme.danger()),
                );
            }
            _ => canvas.put(cell, Line::styled(field.title(), style)),
        }
    }
}

fn instead_of_rows(model: &Model, screen: &DeploymentsScreen) -> Option<Vec<app::Line>> {
    if !screen.history.rows().is_empty() {
        return None;
    }
    let slot = Slot::Deployments(screen.connection.nickname.clone());
    let read = &screen.deployments;
    Some(match (&read.value, model.questions.find(&slot), &read.problem) {
        (Some(deployments), ..) if !deployments.is_empty() => no_match(&screen.history),
        (Some(_), ..) => vec![app::Line::new(Tone::Plain, "Nothing was deployed yet")],
        (None, Some(open), _) => reading(model, "deployments", open),
        (None, None, Some(problem)) => problem_panel(problem).lines,
        (None, None, None) => not_read(),
    })
}

fn layout(model: &Model, screen: &DeploymentsScreen) -> Columns<Field> {
    const GAP: u16 = 2;
    let width = model.size.0;
    let wide = width >= AGES_WIDTH;
    let deployments = screen.deployment_rows();
    let id = widest(
        deployments.iter().map(|deployment| text::width(&deployment.id)),
        6,
        10,
    );
    // Only a stage's own deployments have names to show, so that the thousands of others need no look.
    let live = screen
        .stage_rows()
        .iter()
        .filter_map(|stage| stage.deployment_id.as_deref());
    let stages = widest(
        live.map(|id| text::width(&screen.stages_of(id))),
        6,
        if wide { 24 } else { 16 },
    );
    let created = if wide { MINUTE_COLUMNS + 9 } else { MINUTE_COLUMNS };
    let mut fields = vec![
        (Field::Id, id),
        (Field::Created, created),
        (Field::Stages, stages),
    ];
    let is_telling = |status: &DeploymentStatus| *status != DeploymentStatus::Deployed;
    if deployments
        .iter()
        .filter_map(|deployment| deployment.status.as_ref())
        .any(is_telling)
    {
        fields.push((Field::Status, if wide { 30 } else { 18 }));
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
    let mut spans = vec![Span::raw(text::local_minute(created, &model.zone))];
    if model.size.0 >= AGES_WIDTH {
        spans.push(Span::styled(
            format!("  {}", text::age(created, model.now)),
            theme.muted(),
        ));
    }
    Line::from(spans)
}

fn status(deployment: &Deployment, theme: &Theme) -> Line<'static> {
    let Some(status) = &deployment.status else {
        return Line::styled(text::NO_DATA, theme.muted());
    };
    let word = text::sanitise(status.as_str()).into_owned();
    match (status, &deployment.status_message) {
        (DeploymentStatus::Deployed, _) => Line::raw(word),
        (DeploymentStatus::Failed, Some(message)) => {
            Line::styled(format!("! {word}: {}", text::sanitise(message)), theme.danger())
        }
        (DeploymentStatus::Failed, None) => Line::styled(format!("! {word}"), theme.danger()),
        (DeploymentStatus::Pending | DeploymentStatus::Other(_), _) => Line::styled(word, theme.warning()),
    }
}

fn description(deployment: &Deployment, theme: &Theme) -> Line<'static> {
    let mut spans = Vec::new();
    if deployment.auto_deployed {
        spans.push(Span::styled("auto  ", theme.muted()));
    }
    let description = deployment.description.as_deref().unwrap_or_default();
    spans.push(Span::raw(text::sanitise(description).into_owned()));
    Line::from(spans)
}
