//! The list of connections and the health of each.

use std::cmp::Reverse;

use ratatui::layout::Alignment;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::canvas::{Canvas, columns, row};
use super::listing::{Columns, Focus, TEXT_COLUMN, no_match, widest};
use super::{Theme, verdict};
use crate::app::{self, Model, Tone};
use crate::domain::{Connection, ConnectionStatus, Problem, ProblemKind, StageStatus, Verdict};
use crate::text;

/// Columns that the health of an API needs to be worth reading.
const HEALTH_MIN: u16 = 22;
/// What the column of an API never falls below: an id has ten characters.
const API_MIN: u16 = 10;

/// What a column shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Nickname,
    Type,
    Api,
    Region,
    Auth,
    Health,
    Checked,
}

impl Field {
    fn title(self) -> &'static str {
        match self {
            Self::Nickname => "NICKNAME",
            Self::Type => "TYPE",
            Self::Api => "API",
            Self::Region => "REGION",
            Self::Auth => "AUTH",
            Self::Health => "HEALTH",
            Self::Checked => "CHECKED",
        }
    }
}

pub(super) fn draw(model: &Model, canvas: &mut Canvas) {
    let area = app::connections_rows(model);
    let titles = row(app::frame(model.size).body, 0);
    let list = &model.home.list;
    if model.connections.is_empty() {
        return canvas.message(model, area, &nothing_here(model));
    }
    let table = layout(model);
    if !canvas.filter(titles, list, model.connections.len()) {
        for (field, cell) in table.cells(titles) {
            let title = Line::styled(field.title(), canvas.theme.heading());
            canvas.put(cell, title.alignment(alignment(field)));
        }
    }
    if list.rows().is_empty() {
        return canvas.message(model, area, &no_match(list));
    }
    draw_problem(model, canvas);
    let shown = list.rows().iter().enumerate().skip(list.offset()).take(usize::from(area.height));
    for (line, (index, &connection)) in shown.enumerate() {
        let Some(connection) = model.connections.get(connection) else {
            continue;
        };
        let row = row(area, line);
        let mut name_style = canvas.theme.text();
        if index == list.cursor() {
            canvas.cursor(row, Focus::Here);
            name_style = canvas.theme.selected();
        }
        for (field, cell) in table.cells(row) {
            let room = usize::from(cell.width);
            let content = match field {
                Field::Nickname => nickname(connection, room, name_style, canvas.theme),
                _ => content(model, connection, field, room, canvas.theme),
            };
            canvas.put(cell, content.alignment(alignment(field)));
        }
    }
}

/// What is wrong with the connection under the cursor, as far as two lines tell it.
fn draw_problem(model: &Model, canvas: &mut Canvas) {
    const MORE: &str = "  ! tells more";
    let area = app::connections_problem(model);
    let (Some(connection), Some(problem)) = (model.selected_connection(), model.selected_problem()) else {
        return;
    };
    let style = canvas.theme.danger();
    let told = format!("{}: {}", connection.nickname, problem.headline());
    let lines = app::Line::new(Tone::Danger, &told).wrapped(app::message_columns(model));
    let rows = usize::from(area.height);
    canvas.put(columns(row(area, 0), 1, 1), Line::styled("!", style));
    for (index, line) in lines.iter().take(rows).enumerate() {
        let row = columns(row(area, index), TEXT_COLUMN, area.width);
        let is_last = index + 1 == lines.len().min(rows);
        let room = usize::from(row.width).saturating_sub(MORE.len() + 1);
        let line = match lines.get(index + 1) {
            Some(next) if is_last => text::fit(&format!("{line} {next}"), room).into_owned() + MORE,
            None if text::width(line) <= room => format!("{line}{MORE}"),
            _ => line.clone(),
        };
        canvas.put(row, Line::styled(line, style));
    }
}

/// What the screen says before there is any connection.
fn nothing_here(model: &Model) -> Vec<app::Line> {
    let mut lines = vec![
        app::Line::new(Tone::Heading, "No connections yet"),
        app::Line::new(Tone::Plain, ""),
        app::Line::new(Tone::Plain, "a adds one, or finds all the APIs of an account."),
        app::Line::new(Tone::Plain, ""),
        app::Line::new(Tone::Plain, &format!("apigw keeps them in {}, for example:", model.config_path)),
        app::Line::new(Tone::Plain, ""),
    ];
    let example = [
        "[connections.orders]",
        "api_type = \"http\"",
        "api_id = \"a1b2c3d4e5\"",
        "region = \"eu-west-1\"",
        "profile = \"dev\"",
    ];
    lines.extend(example.map(|line| app::Line::new(Tone::Plain, &format!("    {line}"))));
    lines.push(app::Line::new(Tone::Plain, ""));
    lines.push(app::Line::new(Tone::Plain, "`apigw demo` shows everything without AWS."));
    lines
}

/// Which columns there is room for, and how wide each is. What tells least goes first where there is none.
fn layout(model: &Model) -> Columns<Field> {
    const GAP: u16 = 2;
    let width = model.size.0;
    let fields =
        [Field::Nickname, Field::Type, Field::Api, Field::Region, Field::Auth, Field::Health, Field::Checked];
    let mut columns: Vec<(Field, u16)> =
        fields.into_iter().map(|field| (field, wanted(model, field))).collect();
    let room = |columns: &[(Field, u16)]| {
        let gaps = GAP * columns.len().saturating_sub(1) as u16;
        let others = columns.iter().filter(|(field, _)| *field != Field::Health);
        let taken: u16 = others.map(|&(_, width)| width).sum();
        width.saturating_sub(TEXT_COLUMN + 1 + gaps + taken)
    };
    let shown = |connection: &Connection| text::width(&fitting_api(model, connection, 0));
    let names = widest(model.connections.iter().map(shown), API_MIN, 30);
    for gone in [Field::Auth, Field::Region, Field::Nickname, Field::Type, Field::Api] {
        let missing = HEALTH_MIN.saturating_sub(room(&columns));
        if missing == 0 {
            break;
        }
        if let Some((_, api)) = columns.iter_mut().find(|(field, _)| *field == Field::Api)
            && api.saturating_sub(missing) >= names
        {
            *api = names;
            break;
        }
        // Of the nicknames only what guards them goes.
        match columns.first_mut() {
            Some((Field::Nickname, width)) if gone == Field::Nickname => *width = bare_nicknames(model),
            _ => columns.retain(|(field, _)| *field != gone),
        }
    }
    let health = room(&columns);
    if let Some((_, width)) = columns.iter_mut().find(|(field, _)| *field == Field::Health) {
        *width = health;
    }
    Columns { fields: columns, gap: GAP }
}

/// The columns that a field would take with room for everything.
fn wanted(model: &Model, field: Field) -> u16 {
    let widths = |of: fn(&Model, &Connection) -> String| {
        model.connections.iter().map(move |connection| text::width(&of(model, connection)))
    };
    match field {
        Field::Nickname => {
            let guarded = |connection: &Connection| {
                text::width(&text::sanitise(&connection.nickname)) + guard(connection).len()
            };
            widest(model.connections.iter().map(guarded), 8, 32)
        }
        Field::Type => 4,
        Field::Api => widest(widths(api), API_MIN, 30),
        Field::Region => widest(widths(|_, connection| connection.region.clone()), 6, 14),
        Field::Auth => widest(widths(|_, connection| connection.auth.label()), 4, 20),
        Field::Health => HEALTH_MIN,
        Field::Checked => 9,
    }
}

fn alignment(field: Field) -> Alignment {
    if field == Field::Checked { Alignment::Right } else { Alignment::Left }
}

fn content<'a>(
    model: &Model,
    connection: &'a Connection,
    field: Field,
    room: usize,
    theme: &Theme,
) -> Line<'a> {
    match field {
        Field::Nickname => nickname(connection, room, theme.text(), theme),
        Field::Type => Line::raw(connection.api_type.label()),
        Field::Api => Line::raw(fitting_api(model, connection, room)),
        Field::Region => Line::raw(text::sanitise(&connection.region)),
        Field::Auth => Line::raw(text::sanitise(&connection.auth.label()).into_owned()),
        Field::Health => health(model, connection, room, theme),
        Field::Checked => checked(model, connection, theme),
    }
}

/// The columns of the nicknames alone.
fn bare_nicknames(model: &Model) -> u16 {
    let bare = model.connections.iter().map(|connection| text::width(&text::sanitise(&connection.nickname)));
    widest(bare, 8, 24)
}

/// The nickname, and behind it what guards the connection, where there is room for the whole word.
fn nickname(connection: &Connection, room: usize, style: Style, theme: &Theme) -> Line<'static> {
    let nickname = text::sanitise(&connection.nickname).into_owned();
    let guard = Some(guard(connection)).filter(|guard| text::width(&nickname) + guard.len() <= room);
    Line::from(vec![Span::styled(nickname, style), Span::styled(guard.unwrap_or_default(), theme.muted())])
}

/// What keeps a connection from being written to.
fn guard(connection: &Connection) -> &'static str {
    match (connection.protected, connection.read_only) {
        (_, true) => " (read-only)",
        (true, false) => " (protected)",
        (false, false) => "",
    }
}

fn status<'a>(model: &'a Model, connection: &Connection) -> Option<&'a ConnectionStatus> {
    model.home.health.get(&connection.nickname)?.value.as_ref()
}

/// The API's name, once that is known.
fn api_name(model: &Model, connection: &Connection) -> Option<String> {
    let api = status(model, connection)?.api.as_ref()?;
    Some(text::sanitise(&api.name).into_owned())
}

/// `orders (a1b2c3d4e5)`, or the id alone.
fn api(model: &Model, connection: &Connection) -> String {
    let id = text::sanitise(&connection.api_id);
    match api_name(model, connection) {
        Some(name) => format!("{name} ({id})"),
        None => id.into_owned(),
    }
}

/// Where name and id do not fit together, people know the name.
fn fitting_api(model: &Model, connection: &Connection, room: usize) -> String {
    let both = api(model, connection);
    match api_name(model, connection) {
        Some(name) if text::width(&both) > room => name,
        _ => both,
    }
}

/// The stages, the worst first, as many as fit; or what is in the way of knowing.
fn health(model: &Model, connection: &Connection, room: usize, theme: &Theme) -> Line<'static> {
    let trouble = |problem: &Problem| {
        if problem.kind == ProblemKind::NeedsMfa {
            return Line::styled("? needs MFA: r asks", theme.warning());
        }
        let headline = text::sanitise(&problem.headline()).into_owned();
        Line::styled(format!("! {headline}"), theme.danger())
    };
    let known = model.home.health.get(&connection.nickname);
    let Some(status) = known.and_then(|health| health.value.as_ref()) else {
        return match known.and_then(|health| health.problem.as_ref()) {
            Some(problem) => trouble(problem),
            None if model.checking(connection).is_some() => Line::styled("reading", theme.muted()),
            None => Line::styled(text::NO_DATA, theme.muted()),
        };
    };
    match (&status.problem, status.stages.is_empty()) {
        (Some(problem), true) => trouble(problem),
        (None, true) => Line::styled("no stages", theme.muted()),
        (_, false) => stages(&status.stages, room, theme),
    }
}

fn stages(stages: &[StageStatus], room: usize, theme: &Theme) -> Line<'static> {
    let mut worst_first: Vec<&StageStatus> = stages.iter().collect();
    worst_first.sort_by_key(|status| Reverse(status.health.verdict));
    if let Some(verdict) = common_silence(stages) {
        let words = verdict::in_words(crate::domain::Health::plain(verdict), room);
        return Line::styled(words, theme.verdict(verdict));
    }
    let mut spans: Vec<Span> = Vec::new();
    let mut used = 0;
    for (index, status) in worst_first.iter().enumerate() {
        let gap = if index == 0 { "" } else { "  " };
        let rest = worst_first.len() - index - 1;
        let more = if rest == 0 { 0 } else { format!("  +{rest}").len() };
        let left = room.saturating_sub(used + gap.len() + more);
        let mut words = verdict::of_stage(status, left);
        // The worst is always told, if not whole.
        if index == 0 {
            words = text::fit(&words, left).into_owned();
        } else if text::width(&words) > left {
            spans.push(Span::styled(format!("  +{}", rest + 1), theme.muted()));
            break;
        }
        used += gap.len() + text::width(&words);
        spans.push(Span::raw(gap));
        spans.push(Span::styled(words, theme.verdict(status.health.verdict)));
    }
    Line::from(spans)
}

/// What all stages have in common when none of them has anything to tell.
fn common_silence(stages: &[StageStatus]) -> Option<Verdict> {
    let first = stages.first()?.health.verdict;
    let silent = matches!(first, Verdict::NoData | Verdict::NotDeployed | Verdict::Unknown);
    (silent && stages.iter().all(|status| status.health.verdict == first)).then_some(first)
}

/// How old the health is; marked when the newest attempt to read it failed.
fn checked(model: &Model, connection: &Connection, theme: &Theme) -> Line<'static> {
    if model.checking(connection).is_some() {
        let known = status(model, connection).is_some();
        return Line::styled(if known { "reading" } else { "" }, theme.muted());
    }
    let Some(health) = model.home.health.get(&connection.nickname) else {
        return Line::styled(text::NO_DATA, theme.muted());
    };
    match (health.read_at, &health.problem) {
        (Some(read_at), None) => Line::raw(text::age(read_at, model.now)),
        (Some(read_at), Some(_)) => {
            Line::styled(format!("! {}", text::age(read_at, model.now)), theme.danger())
        }
        (None, Some(_)) => Line::styled("failed", theme.danger()),
        (None, None) => Line::styled(text::NO_DATA, theme.muted()),
    }
}
