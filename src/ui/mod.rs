//! The views: what the model looks like. Pure functions of the model; where things stand is `app::geometry`'s to say, so that
//! a click finds what was drawn. Views name roles of the [`Theme`], never colours.

#![deny(clippy::disallowed_methods)]

mod ascii;
mod canvas;
mod connections;
mod deploy;
mod deployment_list;
mod deployments;
mod exports;
mod footer;
mod form;
mod header;
mod hyperlinks;
mod listing;
mod metrics;
mod overlay;
mod page;
mod sparkline;
mod stages;
#[cfg(test)]
mod tests;
mod theme;
mod verdict;

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::{self, MIN_HEIGHT, MIN_WIDTH, Model, Overlay, Task};
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
    let caret = form::caret(model).or_else(|| deploy::caret(model));
    if let Some(place) = caret.filter(|_| !is_too_small(model)) {
        frame.set_cursor_position(place);
    }
    if theme.ascii {
        ascii::transliterate(frame.buffer_mut());
    }
}

fn draw_screen(model: &Model, canvas: &mut Canvas) {
    let areas = app::frame(model.size);
    header::draw(model, areas.header, canvas);
    match (&model.form, &model.task, &model.metrics, &model.deployments) {
        (Some(form), ..) => form::draw(model, form, canvas),
        (None, Some(Task::Deploy(form)), ..) => deploy::draw(model, form, canvas),
        (None, Some(task), ..) => page::draw(model, task, canvas),
        (None, None, Some(screen), _) => metrics::draw(model, screen, canvas),
        (None, None, None, Some(screen)) => deployments::draw(model, screen, canvas),
        (None, None, None, None) => connections::draw(model, canvas),
    }
    match &model.overlay {
        Some(Overlay::Palette(palette)) => overlay::draw_palette(model, palette, canvas),
        Some(Overlay::Picker(picker)) => overlay::draw_picker(model, picker, canvas),
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
