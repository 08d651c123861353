//! The views: what the model looks like. Pure functions of the model; where things stand is `app::geometry`'s to say, so that
//! a click finds what was drawn. Views name roles of the [`Theme`], never colours.

#![deny(clippy::disallowed_methods)]

mod ascii;
mod canvas;
mod connections;
mod deployments;
mod footer;
mod form;
mod header;
mod history;
mod hyperlinks;
mod listing;
mod metrics;
mod overlay;
mod sparkline;
mod stages;
#[cfg(test)]
mod tests;
mod theme;
mod verdict;

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::{self, MIN_HEIGHT, MIN_WIDTH, Model, Overlay};
use canvas::Canvas;

pub use hyperlinks::{Hyperlink, hyperlinks};
pub use theme::Theme;

/// Draws the model.
pub fn view(model: &Model, theme: &Theme, frame: &mut ratatui::Frame) {
    let mut canvas = Canvas::new(frame.buffer_mut(), theme);
    if is_too_small(model) {
        draw_too_small(model, &mut canvas);
    } else {
        draw_screen(model, &mut canvas);
    }
    if let Some(place) = form::caret(model).filter(|_| !is_too_small(model)) {
        frame.set_cursor_position(place);
    }
    if theme.ascii {
        ascii::transliterate(frame.buffer_mut());
    }
}

fn draw_screen(model: &Model, canvas: &mut Canvas) {
    let areas = app::frame(model.size);
    header::draw(model, areas.header, canvas);
    match (&model.form, &model.metrics, &model.deployments) {
        (Some(form), _, _) => form::draw(model, form, canvas),
        (None, Some(screen), _) => metrics::draw(model, screen, canvas),
        (None, None, Some(screen)) => deployments::draw(model, screen, canvas),
        (None, None, None) => connections::draw(model, canvas),
    }
    match &model.overlay {
        Some(Overlay::Palette(palette)) => overlay::draw_palette(model, palette, canvas),
        Some(Overlay::Dialog(dialog)) => {
            let scroll = dialog.scroll(app::panel_columns(model), app::panel_lines(model));
            overlay::draw_panel(model, &app::Panel { scroll, ..dialog.panel() }, canvas);
        }
        Some(other) => {
            if let Some(panel) = other.panel() {
                overlay::draw_panel(model, &panel, canvas);
            }
        }
        None => {}
    }
    footer::draw(model, areas.footer, canvas);
}

fn is_too_small(model: &Model) -> bool {
    let (width, height) = model.size;
    width < MIN_WIDTH || height < MIN_HEIGHT
}

fn draw_too_small(model: &Model, canvas: &mut Canvas) {
    let (width, height) = model.size;
    let text = format!("apigw needs {MIN_WIDTH}x{MIN_HEIGHT}, this is {width}x{height}");
    canvas.put(Rect::new(0, 0, width, 1), Line::raw(text));
}
