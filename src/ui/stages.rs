//! The upper pane: what is live on each stage, and how it is.

use ratatui::layout::{Alignment, Rect};
use ratatui::text::{Line, Span};

use super::canvas::{Canvas, columns, row};
use super::deployments::{draw_detail, focus, instead_of_stages, title_style};
use super::listing::{Columns, Focus, TEXT_COLUMN, no_match, widest};
use super::sparkline::sparkline;
use super::{Theme, verdict};
use crate::app::{self, DeploymentsAreas, DeploymentsScreen, Model, Pane, Slot, Tone};
use crate::domain::{Completeness, Figures, Stage, StageMetrics, TimeRange};
use crate::text;

/// Where the label of a detail stands.
const DETAIL_COLUMN: u16 = 5;
/// From this width on the gaps are wide and the active deployment's description is told.
const ROOMY_WIDTH: u16 = 100;
/// From this width on errors are told as number and rate.
const NUMBERS_WIDTH: u16 = 120;
/// Columns that a description needs, its gap included, to tell anything.
const DESCRIPTION_MIN: usize = 8;
/// Columns that a verdict needs.
const NOW_MIN: u16 = 9;

/// What a column shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Stage,
    Active,
    Updated,
    Week,
    Count,
    Latency,
    Errors4xx,
    Errors5xx,
    Now,
}

impl Field {
    fn title(self) -> &'static str {
        match self {
            Self::Stage => "STAGE",
            Self::Active => "ACTIVE",
            Self::Updated => "UPDATED",
            Self::Week => "LAST 7 DAYS",
            Self::Count => "COUNT",
            Self::Latency => "LATENCY",
            Self::Errors4xx => "4XX",
            Self::Errors5xx => "5XX",
            Self::Now => "NOW",
        }
    }

    fn alignment(self) -> Alignment {
        match self {
            Self::Count | Self::Latency | Self::Errors4xx | Self::Errors5xx => Alignment::Right,
            _ => Alignment::Left,
        }
    }
}

/// A line of the list.
pub(super) enum StageLine<'a> {
    /// A stage; `row` counts the list's rows.
    Stage { row: usize, stage: &'a Stage },
    /// A line below an expanded stage.
    Detail {
        /// On the first line of a detail.
        label: &'static str,
        tone: Tone,
        text: String,
        /// The whole address that this is a piece of.
        url: Option<String>,
    },
}

pub(super) fn draw(model: &Model, screen: &DeploymentsScreen, areas: DeploymentsAreas, canvas: &mut Canvas) {
    let focus = focus(screen, Pane::Stages);
    let table = layout(model, screen);
    let total = screen.stage_rows().len();
    if !canvas.filter(areas.stage_titles, &screen.stages, total) {
        let style = title_style(focus, canvas);
        for (field, cell) in table.cells(areas.stage_titles) {
            canvas.put(cell, Line::styled(field.title(), style).alignment(field.alignment()));
        }
    }
    if let Some(lines) = instead_of_rows(model, screen) {
        return canvas.message(model, areas.stages, &lines);
    }
    for (area, line) in in_view(model, screen, areas.stages) {
        match line {
            StageLine::Stage { row, stage } => {
                let cursor = (row == screen.stages.cursor()).then_some(focus);
                draw_stage(model, screen, stage, (area, cursor), &table, canvas);
            }
            StageLine::Detail { label, tone, text, .. } => {
                draw_detail(area, DETAIL_COLUMN, (label, tone, &text), canvas);
            }
        }
    }
}

/// The lines that the pane shows now, each with its row.
pub(super) fn in_view<'a>(
    model: &'a Model,
    screen: &'a DeploymentsScreen,
    area: Rect,
) -> impl Iterator<Item = (Rect, StageLine<'a>)> {
    let stages = screen.stages.rows().iter().enumerate();
    let stages = stages.filter_map(move |(row, &index)| Some((row, screen.stage_rows().get(index)?)));
    let lines = stages.flat_map(move |(row, stage)| {
        let details =
            if screen.expanded.contains(&stage.name) { model.stage_details(stage) } else { Vec::new() };
        std::iter::once(StageLine::Stage { row, stage }).chain(details.into_iter().flat_map(detail_lines))
    });
    let shown = lines.skip(screen.stages.offset()).take(usize::from(area.height)).enumerate();
    shown.map(move |(index, line)| (row(area, index), line))
}

fn detail_lines<'a>(detail: app::Detail) -> Vec<StageLine<'a>> {
    let url = (detail.tone == Tone::Link).then(|| detail.lines.concat());
    let labels = std::iter::once(detail.label).chain(std::iter::repeat(""));
    let lines = labels.zip(detail.lines);
    let line = |(label, text)| StageLine::Detail { label, tone: detail.tone, text, url: url.clone() };
    lines.map(line).collect()
}

/// What is said while there are no rows.
fn instead_of_rows(model: &Model, screen: &DeploymentsScreen) -> Option<Vec<app::Line>> {
    let instead = instead_of_stages(model, screen);
    if instead.is_some() || !screen.stages.rows().is_empty() {
        return instead;
    }
    if screen.stage_rows().is_empty() {
        return Some(vec![
            app::Line::new(Tone::Plain, "No stages yet: an API serves nobody before it has one"),
            app::Line::new(Tone::Muted, "o leads to the AWS console, where one is made"),
        ]);
    }
    Some(no_match(&screen.stages))
}

/// How wide each column is. Extra room goes to the sparkline, the numbers of errors, and the active deployment's description;
/// where there is too little, what tells least goes, and the verdict never.
fn layout(model: &Model, screen: &DeploymentsScreen) -> Columns<Field> {
    let width = model.size.0;
    let roomy = width >= ROOMY_WIDTH;
    let stages = screen.stage_rows();
    let names = stages.iter().map(|stage| text::width(&text::sanitise(&stage.name)));
    let ids = stages.iter().map(|stage| stage.deployment_id.as_deref().map_or(0, text::width));
    let errors = if width >= NUMBERS_WIDTH { 12 } else { 6 };
    let mut fields = vec![
        (Field::Stage, widest(names, 5, if roomy { 20 } else { 11 })),
        (Field::Active, widest(ids, 6, 10)),
        (Field::Updated, 7),
        (Field::Week, week_width(width)),
        (Field::Count, 5),
        (Field::Latency, 7),
        (Field::Errors4xx, errors),
        (Field::Errors5xx, errors),
        (Field::Now, 0),
    ];
    let gap = if roomy { 2 } else { 1 };
    let left = |fields: &[(Field, u16)]| {
        let gaps = gap * fields.len().saturating_sub(1) as u16;
        let taken: u16 = fields.iter().map(|&(_, width)| width).sum();
        width.saturating_sub(TEXT_COLUMN + gaps + taken)
    };
    for gone in [Field::Errors4xx, Field::Latency, Field::Week, Field::Updated, Field::Count, Field::Active] {
        if left(&fields) >= NOW_MIN {
            break;
        }
        fields.retain(|(field, _)| *field != gone);
    }
    let now = if roomy { now_width(screen) } else { left(&fields) };
    let spare = left(&fields).saturating_sub(now);
    for (field, width) in &mut fields {
        match field {
            Field::Now => *width = now,
            Field::Active => *width += spare,
            _ => {}
        }
    }
    Columns { fields, gap }
}

/// Seven days are 168 points: from 14 columns on, each glyph has as many of them as the next.
fn week_width(width: u16) -> u16 {
    match width {
        0..ROOMY_WIDTH => 11,
        ROOMY_WIDTH..140 => 14,
        140..160 => 21,
        _ => 28,
    }
}

/// What the longest verdict takes: only a connection that minds latency can have the longer ones.
fn now_width(screen: &DeploymentsScreen) -> u16 {
    let thresholds = &screen.connection.thresholds;
    let latency = thresholds.degraded_latency_ms.or(thresholds.failing_latency_ms);
    if latency.is_some() { 19 } else { 15 }
}

fn draw_stage(
    model: &Model,
    screen: &DeploymentsScreen,
    stage: &Stage,
    (area, cursor): (Rect, Option<Focus>),
    table: &Columns<Field>,
    canvas: &mut Canvas,
) {
    if screen.expanded.contains(&stage.name) {
        canvas.put(columns(area, 0, 1), Line::raw("v"));
    }
    if let Some(focus) = cursor {
        canvas.cursor(area, focus);
    }
    // The deployment before the failed one still serves, so that no figure would tell. A note above says it in words.
    if stage.deployment_failure().is_some() {
        canvas.put(columns(area, TEXT_COLUMN - 1, 1), Line::styled("!", canvas.theme.danger()));
    }
    let week = Week::of(model, screen, stage, canvas.theme);
    for (field, cell) in table.cells(area) {
        let room = usize::from(cell.width);
        let content = match field {
            Field::Stage => {
                let here = cursor == Some(Focus::Here);
                let style = if here { canvas.theme.selected() } else { canvas.theme.text() };
                Line::styled(text::sanitise(&stage.name), style)
            }
            Field::Active => active(screen, stage, room, canvas.theme),
            Field::Updated => {
                Line::raw(stage.last_updated.map_or(text::NO_DATA.to_owned(), |at| text::age(at, model.now)))
            }
            Field::Week => week.sparkline(room),
            Field::Now => now(model, screen, stage, room, canvas.theme),
            Field::Count => week.figure(|figures| text::count(figures.count)),
            Field::Latency => week.figure(|figures| text::milliseconds(figures.latency_avg_ms)),
            Field::Errors4xx => week.errors(room, |figures| (figures.errors_4xx, figures.rate_4xx())),
            Field::Errors5xx => week.errors(room, |figures| (figures.errors_5xx, figures.rate_5xx())),
        };
        canvas.put(cell, content.alignment(field.alignment()));
    }
}

/// The deployment's id, and what its maker said of it where there is room.
fn active<'a>(screen: &'a DeploymentsScreen, stage: &'a Stage, room: usize, theme: &Theme) -> Line<'a> {
    let Some(id) = &stage.deployment_id else {
        return Line::styled(text::NO_DATA, theme.muted());
    };
    let description = screen.deployment(id).and_then(|deployment| {
        // What AWS writes of an automatic deployment is always the same.
        let own = deployment.description.as_deref();
        if deployment.auto_deployed { Some("auto") } else { own }
    });
    let id = text::sanitise(id);
    let has_room = room >= text::width(&id) + DESCRIPTION_MIN;
    let mut spans = vec![Span::raw(id)];
    if let Some(description) = description.filter(|_| has_room) {
        spans.push(Span::styled(format!("  {}", text::sanitise(description)), theme.muted()));
    }
    Line::from(spans)
}

/// The verdict on the last hour.
fn now(
    model: &Model,
    screen: &DeploymentsScreen,
    stage: &Stage,
    room: usize,
    theme: &Theme,
) -> Line<'static> {
    match screen.health_of(stage) {
        Some(health) => Line::styled(verdict::in_words(health, room), theme.verdict(health.verdict)),
        None if is_measuring(model, screen, TimeRange::H1) => Line::styled("…", theme.muted()),
        None => Line::styled("? unknown", theme.warning()),
    }
}

/// Whether figures are on their way. They are asked for once the stages are known.
fn is_measuring(model: &Model, screen: &DeploymentsScreen, range: TimeRange) -> bool {
    let nickname = || screen.connection.nickname.clone();
    let slots = [Slot::Metrics(nickname(), range), Slot::Stages(nickname())];
    slots.iter().any(|slot| model.questions.find(slot).is_some())
}

/// The figures of a stage's week, as they are told.
struct Week<'a> {
    known: Known<'a>,
    theme: &'a Theme,
}

/// What is known of a week.
enum Known<'a> {
    /// It is being read for the first time.
    Reading,
    /// It could not be read.
    Nothing,
    /// It was told.
    Figures(&'a StageMetrics),
}

impl<'a> Week<'a> {
    fn of(model: &Model, screen: &'a DeploymentsScreen, stage: &Stage, theme: &'a Theme) -> Self {
        let known = match screen.week_of(&stage.name) {
            Some(metrics) => Known::Figures(metrics),
            None if is_measuring(model, screen, TimeRange::W1) => Known::Reading,
            None => Known::Nothing,
        };
        Self { known, theme }
    }

    /// The metrics, or what stands in their place.
    fn metrics(&self) -> Result<&'a StageMetrics, Line<'static>> {
        match self.known {
            Known::Reading => Err(Line::styled("…", self.theme.muted())),
            Known::Nothing => Err(Line::styled(text::NO_DATA, self.theme.muted())),
            Known::Figures(metrics) => Ok(metrics),
        }
    }

    fn figure(&self, text_of: impl Fn(&Figures) -> String) -> Line<'static> {
        self.metrics().map_or_else(|instead| instead, |metrics| Line::raw(text_of(&metrics.figures())))
    }

    /// The rate, and the number before it where there is room for both.
    fn errors(&self, room: usize, of: impl Fn(&Figures) -> (Option<f64>, Option<f64>)) -> Line<'static> {
        self.figure(|figures| match of(figures) {
            (Some(number), rate) if room >= 12 => {
                format!("{} {:>6}", text::count(Some(number)), text::percent(rate))
            }
            (_, rate) => text::percent(rate),
        })
    }

    /// Requests over the week, or why they are not told.
    fn sparkline(&self, room: usize) -> Line<'static> {
        let metrics = match self.metrics() {
            Ok(metrics) => metrics,
            Err(instead) => return instead,
        };
        let why = match metrics.completeness {
            Completeness::Complete => {
                let slots = if room < 14 { room.min(10) } else { room };
                return Line::raw(sparkline(&metrics.count.slots(metrics.window, slots)));
            }
            Completeness::Partial => "only a part",
            Completeness::Forbidden => "not allowed",
            Completeness::Failed => "not read",
        };
        Line::styled(why, self.theme.muted())
    }
}
