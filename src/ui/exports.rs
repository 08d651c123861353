//! The lower pane's second tab: what was done from here, newest first.

use ratatui::text::{Line, Span};

use super::Theme;
use super::canvas::{Canvas, columns, row};
use super::deployments::{focus, instead_of};
use super::listing::{Columns, TEXT_COLUMN, Table, no_match, widest};
use crate::app::{self, DeploymentsAreas, DeploymentsScreen, Model, Pane, Slot, Tone, act_word, source};
use crate::domain::{HistoryEntry, WriteResult};
use crate::text;

/// From this width on everything has a column of its own.
const WIDE: u16 = 100;
/// Below this width only what was done, when, and how it ended is left.
const NARROW: u16 = 60;

/// What a column shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    When,
    Act,
    Stage,
    Result,
    Deployment,
    Source,
    Who,
}

impl Field {
    fn title(self) -> &'static str {
        match self {
            Self::When => "TIME",
            Self::Act => "WHAT",
            Self::Stage => "STAGE",
            Self::Result => "RESULT",
            Self::Deployment => "ID",
            Self::Source => "SOURCE",
            Self::Who => "WHO",
        }
    }
}

pub(super) fn draw(model: &Model, screen: &DeploymentsScreen, areas: DeploymentsAreas, canvas: &mut Canvas) {
    let focus = focus(screen, Pane::Lower);
    let (list, rows) = (&screen.export_list, screen.export_rows());
    let table = Table {
        list,
        total: rows.len(),
        columns: layout(model, screen),
        lead: Field::Act,
        title: Field::title,
        focus,
    };
    let content = |index: usize, field: Field, theme: &Theme| {
        rows.get(index).map(|entry| content(model, entry, field, theme))
    };
    canvas.table(model, &table, (areas.lower_titles, areas.lower), instead_of_rows(model, screen), content);
    let is_marked = |&index: &usize| {
        screen.marked.is_some() && rows.get(index).map(|entry| &entry.id) == screen.marked.as_ref()
    };
    let mut shown = list.rows().iter().skip(list.offset()).take(usize::from(areas.lower.height));
    if let Some(line) = shown.position(is_marked) {
        canvas.put(columns(row(areas.lower, line), 0, 1), Line::styled("*", canvas.theme.accent()));
    }
}

fn instead_of_rows(model: &Model, screen: &DeploymentsScreen) -> Option<Vec<app::Line>> {
    if !screen.export_list.rows().is_empty() {
        return None;
    }
    let slot = Slot::History(screen.connection.nickname.clone());
    let read = &screen.exports;
    Some(match &read.value {
        Some(entries) if !entries.is_empty() => no_match(&screen.export_list),
        Some(_) => vec![
            app::Line::new(Tone::Plain, "Nothing was exported, imported or deployed from this machine yet"),
            app::Line::new(Tone::Muted, "d deploys a schema, i imports the stage's"),
        ],
        None => instead_of(model, read, &slot, "the history"),
    })
}

fn layout(model: &Model, screen: &DeploymentsScreen) -> Columns<Field> {
    const GAP: u16 = 2;
    let width = model.size.0;
    let rows = screen.export_rows();
    let when = if width < NARROW { 7 } else { 16 };
    let stage = |entry: &HistoryEntry| text::width(entry.target.stage.as_deref().unwrap_or_default());
    let stages = widest(rows.iter().map(stage), 5, if width < WIDE { 10 } else { 16 });
    let mut fields = vec![(Field::When, when), (Field::Act, 10), (Field::Stage, stages), (Field::Result, 11)];
    if width >= WIDE {
        let id = |entry: &HistoryEntry| text::width(entry.deployment_id.as_deref().unwrap_or_default());
        fields.push((Field::Deployment, widest(rows.iter().map(id), 6, 10)));
        fields.push((Field::Who, widest(rows.iter().map(|entry| text::width(entry.by())), 4, 20)));
    }
    if width >= NARROW {
        let taken: u16 = fields.iter().map(|&(_, width)| width + GAP).sum();
        fields.push((Field::Source, width.saturating_sub(TEXT_COLUMN + taken + 1)));
    }
    Columns { fields, gap: GAP }
}

fn content(model: &Model, entry: &HistoryEntry, field: Field, theme: &Theme) -> Line<'static> {
    let told = |text: Option<&str>| match text {
        Some(text) => Line::raw(text::sanitise(text).into_owned()),
        None => Line::styled(text::NO_DATA, theme.muted()),
    };
    match field {
        Field::When if model.size.0 < NARROW => Line::raw(text::age(entry.at, model.now)),
        Field::When => Line::raw(text::local_minute(entry.at, &model.zone)),
        Field::Act => Line::raw(act_word(entry.act)),
        Field::Stage => told(entry.target.stage.as_deref()),
        Field::Result => result(entry, theme),
        Field::Deployment => told(entry.deployment_id.as_deref()),
        Field::Who => told(Some(entry.by())),
        Field::Source => {
            let mut spans = vec![Span::raw(text::sanitise(&source(entry)).into_owned())];
            if let Some(description) = &entry.description {
                spans.push(Span::styled(format!("  {}", text::sanitise(description)), theme.muted()));
            }
            Line::from(spans)
        }
    }
}

fn result(entry: &HistoryEntry, theme: &Theme) -> Line<'static> {
    match entry.ended.as_ref().map(|ended| ended.result) {
        None => Line::styled("~ under way", theme.warning()),
        Some(WriteResult::Failed) => Line::styled("! failed", theme.danger()),
        Some(WriteResult::Unknown) => Line::styled("? unknown", theme.danger()),
        Some(WriteResult::Unchanged) => Line::styled("  unchanged", theme.muted()),
        Some(result) => Line::styled(format!("* {}", result.as_str()), theme.ok()),
    }
}
