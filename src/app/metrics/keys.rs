//! What the screen's keys and the mouse do.

use ratatui::layout::Position;

use super::super::mouse::{WHEEL_ROWS, line_at};
use super::super::panel::{about_panel, console_panel, problems_panel};
use super::super::{Effect, List, Model, Overlay, update};
use super::places::axis_index;
use super::reads::{close, look, refresh_all};
use super::{MetricsScreen, MetricsTab, index_of, last_index, metrics_areas, metrics_tabs};
use crate::domain::{Chart, Series, TimeRange, Unit, links};
use crate::input::{Action, Motion};
use crate::text;

/// A far move of the time cursor is the window divided by this.
const FAR: usize = 10;

/// What the screen's own keys do.
pub(in crate::app) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(screen) = &mut model.metrics else {
        return Vec::new();
    };
    match action {
        Action::NextStage => return step_stage(model, 1),
        Action::PreviousStage => return step_stage(model, -1),
        Action::NextRange => return step_range(model, 1),
        Action::PreviousRange => return step_range(model, -1),
        Action::NextPane => {
            let other = match screen.tab {
                MetricsTab::Charts => MetricsTab::Routes,
                MetricsTab::Routes => MetricsTab::Charts,
            };
            return show_tab(model, other);
        }
        Action::Tab(2) => return show_tab(model, MetricsTab::Routes),
        Action::Tab(_) => return show_tab(model, MetricsTab::Charts),
        Action::Refresh => return refresh_all(model),
        Action::Console | Action::ConsoleStage => show_address(model, action),
        Action::CopyId => return copy(model),
        Action::Explain => {
            let problems = model.metrics_problems();
            let panel = problems_panel(&problems.iter().collect::<Vec<_>>());
            model.overlay = panel.map(Overlay::Panel);
        }
        _ if screen.tab == MetricsTab::Charts => return act_on_charts(model, action),
        Action::SortRoutes => {
            screen.order = screen.order.next();
            screen.arrange_routes();
        }
        _ => {}
    }
    Vec::new()
}

fn act_on_charts(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(screen) = &mut model.metrics else {
        return Vec::new();
    };
    match action {
        Action::Zoom => screen.zoomed = !screen.zoomed,
        Action::ComparePeriods => {
            screen.compared = !screen.compared;
            return look(model);
        }
        Action::Left => move_in_time(screen, |at, _| at.saturating_sub(1)),
        Action::Right => move_in_time(screen, |at, _| at + 1),
        Action::FarLeft => move_in_time(screen, |at, last| at.saturating_sub((last / FAR).max(1))),
        Action::FarRight => move_in_time(screen, |at, last| at + (last / FAR).max(1)),
        Action::Highest => go_to_highest(model),
        Action::NextDeployment => go_to_deployment(model, Motion::Down),
        Action::PreviousDeployment => go_to_deployment(model, Motion::Up),
        Action::AboutMetric => {
            let (chart, window) = (screen.chart, screen.dashboard().map(|shown| shown.window));
            if let (Some(below), Some(window)) = (&model.deployments, window) {
                let explained = chart.explanation(below.connection.api_type, window);
                model.overlay = Some(Overlay::Panel(about_panel(chart.title(), &explained)));
            }
        }
        _ => {}
    }
    Vec::new()
}

/// Moves the time cursor to what is made of its period's number and the last one's.
fn move_in_time(screen: &mut MetricsScreen, to: impl Fn(usize, usize) -> usize) {
    if let Some(window) = screen.dashboard().map(|shown| shown.window) {
        screen.set_cursor(to(screen.cursor_index(window), last_index(window)));
    }
}

/// To another chart, to the ends of the time axis, or to another route.
pub(in crate::app) fn go(model: &mut Model, motion: Motion) {
    let Some(page) = model.metrics.as_ref().map(|screen| metrics_areas(model, screen).body.height) else {
        return;
    };
    let Some(screen) = &mut model.metrics else {
        return;
    };
    if screen.tab == MetricsTab::Routes {
        let names = screen.route_names();
        return screen.route_list.go(motion, usize::from(page), |index| &names[index]);
    }
    let at = Chart::ALL.iter().position(|&chart| chart == screen.chart).unwrap_or(0);
    let to = match motion {
        Motion::Top => return screen.set_cursor(0),
        Motion::Bottom => return screen.set_cursor(usize::MAX),
        Motion::Down | Motion::HalfPageDown => at + 1,
        Motion::Up | Motion::HalfPageUp => at.saturating_sub(1),
    };
    screen.chart = Chart::ALL.get(to).copied().unwrap_or(screen.chart);
}

/// The highest point of the line that tells the worst: the last one of a chart that has any.
fn go_to_highest(model: &mut Model) {
    let Some(screen) = &mut model.metrics else {
        return;
    };
    let highest = screen.dashboard().and_then(|shown| {
        let lines = shown.lines(screen.chart);
        let point = lines.iter().rev().find_map(|line| line.series.highest())?;
        Some((point.value, index_of(shown.window, point.at)))
    });
    match highest {
        Some((value, index)) if value > 0.0 => screen.set_cursor(index),
        Some(_) => model.notice = Some(format!("{}: zero all the time", screen.chart.title())),
        None => model.notice = Some(format!("{}: no data", screen.chart.title())),
    }
}

fn go_to_deployment(model: &mut Model, motion: Motion) {
    let marks = model.marks();
    let Some(screen) = &mut model.metrics else {
        return;
    };
    let Some(at) = screen.dashboard().map(|shown| screen.cursor_index(shown.window)) else {
        return;
    };
    let (found, none) = match motion {
        Motion::Up => (marks.iter().rev().find(|mark| mark.index < at), "before"),
        _ => (marks.iter().find(|mark| mark.index > at), "after"),
    };
    match found {
        Some(mark) => screen.set_cursor(mark.index),
        None => model.notice = Some(format!("No deployment {none} this time in the charts")),
    }
}

fn step_stage(model: &mut Model, by: isize) -> Vec<Effect> {
    let Some(below) = &model.deployments else {
        return Vec::new();
    };
    // In the order of their names, whatever the screen below is sorted by.
    let mut names: Vec<String> = below.stage_rows().iter().map(|stage| stage.name.clone()).collect();
    names.sort();
    let Some(screen) = &mut model.metrics else {
        return Vec::new();
    };
    let at = names.iter().position(|name| *name == screen.stage);
    let to = at.map_or(0, |at| (at + names.len()).saturating_add_signed(by) % names.len().max(1));
    if let Some(name) = names.into_iter().nth(to) {
        screen.stage = name;
    }
    look(model)
}

fn step_range(model: &mut Model, by: isize) -> Vec<Effect> {
    let Some(screen) = &mut model.metrics else {
        return Vec::new();
    };
    let all = TimeRange::ALL;
    let at = all.iter().position(|&range| range == screen.range).unwrap_or(0);
    screen.range = all[(at + all.len()).saturating_add_signed(by) % all.len()];
    look(model)
}

fn show_tab(model: &mut Model, tab: MetricsTab) -> Vec<Effect> {
    if let Some(screen) = &mut model.metrics {
        screen.tab = tab;
        screen.route_list.set_typing(false);
    }
    model.mark_dirty();
    look(model)
}

/// One layer back: all charts again, then the screen below.
pub(in crate::app) fn back(model: &mut Model) -> Vec<Effect> {
    match &mut model.metrics {
        Some(screen) if screen.zoomed && screen.tab == MetricsTab::Charts => {
            screen.zoomed = false;
            Vec::new()
        }
        _ => close(model),
    }
}

fn show_address(model: &mut Model, action: Action) {
    let (Some(screen), Some(below)) = (&model.metrics, &model.deployments) else {
        return;
    };
    let connection = &below.connection;
    let (api_type, id, region) = (connection.api_type, &connection.api_id, &connection.region);
    let window = screen.dashboard().map(|shown| shown.window);
    let name = below.api.value.as_ref().map(|read| &read.api.name);
    let url = match (action, window, name) {
        (Action::Console, Some(window), Some(name)) => {
            links::cloudwatch_graph(api_type, id, name, &screen.stage, region, window, screen.charts())
        }
        _ => links::console_stage(api_type, id, region, &screen.stage),
    };
    model.overlay = Some(Overlay::Panel(console_panel(url)));
}

fn copy(model: &mut Model) -> Vec<Effect> {
    let Some(screen) = &model.metrics else {
        return Vec::new();
    };
    let copied = match screen.tab {
        MetricsTab::Charts => Some("the values at the time cursor").zip(copied_values(model, screen)),
        MetricsTab::Routes => {
            let route = screen.route_list.selected().and_then(|row| screen.route_rows().get(row));
            Some("the route").zip(route.map(|route| format!("{} {}", route.method, route.resource)))
        }
    };
    if let Some((name, text)) = copied {
        update::copy(model, name, text)
    } else {
        model.notice = Some("There is nothing to copy here".to_owned());
        Vec::new()
    }
}

/// Every value at the time cursor, a line a chart.
fn copied_values(model: &Model, screen: &MetricsScreen) -> Option<String> {
    let (shown, at, below) = (screen.dashboard()?, screen.cursor()?, model.deployments.as_ref()?);
    let local = at.to_zoned(model.zone.clone()).strftime("%Y-%m-%d %H:%M %Z");
    let mut lines = vec![format!("{} {} at {local}", below.connection.nickname, screen.stage)];
    for chart in Chart::ALL {
        let line = |statistic: &str, series: &Series| {
            let value = match (series.at(at), chart.unit()) {
                (None, _) => "no data".to_owned(),
                (value, Unit::Milliseconds) => text::milliseconds(value),
                (value, Unit::Fraction) => text::percent(value),
                (value, Unit::Requests) => text::count(value),
            };
            format!("{statistic} {value}")
        };
        let values: Vec<String> =
            shown.lines(chart).iter().map(|drawn| line(drawn.statistic, &drawn.series)).collect();
        lines.push(format!("{}: {}", chart.title(), values.join(", ")));
    }
    Some(lines.join("\n"))
}

/// Changes the routes' filter and finds the rows anew.
pub(in crate::app) fn edit_filter(model: &mut Model, edit: impl FnOnce(&mut List)) {
    if let Some(screen) = &mut model.metrics {
        edit(&mut screen.route_list);
        screen.arrange_routes();
    }
}

/// Keeps the list's cursor in view.
pub(in crate::app) fn reveal(model: &mut Model) {
    let Some(height) = model.metrics.as_ref().map(|screen| metrics_areas(model, screen).body.height) else {
        return;
    };
    if let Some(screen) = &mut model.metrics {
        screen.route_list.reveal(usize::from(height), |_| 1);
    }
}

/// A click shows a tab, puts the time cursor and the focus on a chart, or the cursor on a route.
pub(in crate::app) fn click(model: &mut Model, at: Position) -> Vec<Effect> {
    let Some(screen) = &model.metrics else {
        return Vec::new();
    };
    let areas = metrics_areas(model, screen);
    let tabs = metrics_tabs(screen, areas.tabs);
    if let Some(label) = tabs.into_iter().find(|label| label.area.contains(at)) {
        return show_tab(model, label.tab);
    }
    if screen.tab == MetricsTab::Charts {
        point_at(model, at);
        return Vec::new();
    }
    let row = line_at(areas.body, at).map(|line| line + screen.route_list.offset());
    if let (Some(row), Some(screen)) = (row, &mut model.metrics)
        && row < screen.route_list.rows().len()
    {
        let names = screen.route_names();
        screen.route_list.select(row, |index| &names[index]);
        model.mark_dirty();
    }
    Vec::new()
}

/// Puts the time cursor where the pointer is on a chart or the axis, and the focus on that chart.
pub(in crate::app) fn point_at(model: &mut Model, at: Position) {
    let Some(screen) = &model.metrics else {
        return;
    };
    let areas = metrics_areas(model, screen);
    let chart = areas.charts.iter().find(|area| (area.heading.y..area.plot.bottom()).contains(&at.y));
    let on_axis = areas.axis.y == at.y;
    let columns = areas.axis.x..areas.axis.right();
    let (chart, width) = (chart.map(|area| area.chart), areas.axis.width);
    if (chart.is_none() && !on_axis) || screen.tab != MetricsTab::Charts {
        return;
    }
    let Some(points) = screen.dashboard().map(|shown| last_index(shown.window) + 1) else {
        return;
    };
    if let Some(screen) = &mut model.metrics {
        screen.chart = chart.unwrap_or(screen.chart);
        if columns.contains(&at.x) {
            screen.set_cursor(axis_index(width, points, at.x - columns.start));
        }
    }
    model.mark_dirty();
}

/// The wheel goes from chart to chart, or through the routes.
pub(in crate::app) fn wheel(model: &mut Model, motion: Motion) -> Vec<Effect> {
    let rows = match model.metrics.as_ref().map(|screen| screen.tab) {
        Some(MetricsTab::Routes) => WHEEL_ROWS,
        _ => 1,
    };
    (0..rows).flat_map(|_| update::act(model, Action::Move(motion))).collect()
}

/// Whether an action makes sense right now.
pub(in crate::app) fn available(model: &Model, screen: &MetricsScreen, action: Action) -> bool {
    let charts = screen.tab == MetricsTab::Charts;
    let read = charts && screen.dashboard().is_some();
    match action {
        Action::Explain => !model.metrics_problems().is_empty(),
        Action::Filter | Action::SortRoutes => !charts && !screen.route_rows().is_empty(),
        Action::CopyId => read || (!charts && screen.route_list.selected().is_some()),
        Action::Left
        | Action::Right
        | Action::FarLeft
        | Action::FarRight
        | Action::Highest
        | Action::AboutMetric => read,
        Action::Zoom | Action::ComparePeriods => charts,
        Action::NextDeployment | Action::PreviousDeployment => read && !model.marks().is_empty(),
        Action::NextStage | Action::PreviousStage => {
            model.deployments.as_ref().is_some_and(|below| below.stage_rows().len() > 1)
        }
        _ => true,
    }
}
