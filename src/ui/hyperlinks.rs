//! The addresses on the screen, for the terminal to open.

use ratatui::layout::Rect;

use super::canvas::row;
use super::is_too_small;
use super::stages::{StageLine, in_view};
use crate::app::{
    LABEL_COLUMNS, Model, Overlay, Panel, Tone, deployments_areas, page_area, page_columns, panel_area,
    panel_columns, panel_lines,
};
use crate::text;

/// A piece of an address, as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hyperlink {
    /// The column of its first character, counted from 0.
    pub x: u16,
    /// Its row, counted from 0.
    pub y: u16,
    /// The piece that is drawn there.
    pub text: String,
    /// The whole address.
    pub url: String,
}

/// Every address that [`super::view`] draws of this model and nothing covers, piece by piece where it is wrapped.
pub fn hyperlinks(model: &Model) -> Vec<Hyperlink> {
    if is_too_small(model) {
        return Vec::new();
    }
    let below = match (&model.form, &model.task) {
        (Some(_), _) => Vec::new(),
        (None, Some(_)) => on_page(model),
        (None, None) => on_screen(model),
    };
    let below = below.into_iter();
    match &model.overlay {
        None => below.collect(),
        Some(overlay) => {
            let covered = panel_area(model);
            let visible = below.filter(|link| !covered.intersects(area_of(link)));
            visible.chain(in_overlay(model, overlay)).collect()
        }
    }
}

/// The addresses of expanded stages.
fn on_screen(model: &Model) -> Vec<Hyperlink> {
    let Some(screen) = model.deployments.as_ref().filter(|_| model.metrics.is_none()) else {
        return Vec::new();
    };
    let shown = in_view(model, screen, deployments_areas(model).stages);
    let links = shown.filter_map(|(row, line)| match line {
        StageLine::Detail { text, url: Some(url), .. } => {
            let x = row.x + LABEL_COLUMNS as u16;
            Some(Hyperlink { x, y: row.y, text, url })
        }
        _ => None,
    });
    links.collect()
}

fn in_overlay(model: &Model, overlay: &Overlay) -> Vec<Hyperlink> {
    overlay.panel().map(|panel| in_panel(model, &panel)).unwrap_or_default()
}

/// The addresses in the text of a task.
fn on_page(model: &Model) -> Vec<Hyperlink> {
    let area = page_area(model);
    let inside = Rect { x: area.x + 1, ..area };
    model.page().map(|page| in_text(&page, inside, page_columns(model))).unwrap_or_default()
}

fn in_panel(model: &Model, panel: &Panel) -> Vec<Hyperlink> {
    let area = panel_area(model);
    let inside = Rect {
        x: area.x + 2,
        y: area.y + 1,
        width: area.width.saturating_sub(4),
        height: u16::try_from(panel_lines(model)).unwrap_or(u16::MAX),
    };
    in_text(panel, inside, panel_columns(model))
}

/// The addresses in a text that is drawn there.
fn in_text(panel: &Panel, inside: Rect, columns: usize) -> Vec<Hyperlink> {
    let shown = panel.shown(columns, usize::from(inside.height)).into_iter().enumerate();
    let links = shown.filter(|(_, (line, _))| line.tone == Tone::Link);
    let link = |(index, (line, text)): (usize, (&crate::app::Line, String))| {
        let row = row(inside, index);
        Hyperlink { x: row.x, y: row.y, text, url: line.text.clone() }
    };
    links.map(link).collect()
}

fn area_of(link: &Hyperlink) -> Rect {
    Rect::new(link.x, link.y, u16::try_from(text::width(&link.text)).unwrap_or(u16::MAX), 1)
}
