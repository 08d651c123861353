//! The picture in the README: the deployments screen of the demo, drawn by the program itself.

use std::fmt::Write as _;
use std::path::Path;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::*;

/// Size of one cell, in the picture's units.
const CELL: (usize, usize) = (8, 17);

/// Attributes of a run of cells that look alike.
fn attributes(cell: &Cell) -> String {
    let fill = match cell.fg {
        Color::Red => "#e06c75",
        Color::Green => "#8cc570",
        Color::Yellow => "#d8b36a",
        Color::Cyan => "#56b6c2",
        _ => "#d7dae0",
    };
    let weight = if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let opacity = if cell.modifier.contains(Modifier::DIM) { " opacity=\"0.6\"" } else { "" };
    format!("fill=\"{fill}\"{weight}{opacity}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn svg(buffer: &Buffer) -> String {
    let (columns, rows) = (usize::from(buffer.area.width), usize::from(buffer.area.height));
    let (width, height) = (columns * CELL.0, rows * CELL.1);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-12 -12 {} {}\" font-family=\"monospace\" font-size=\"13\" \
         xml:space=\"preserve\">\n<rect x=\"-12\" y=\"-12\" width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1e2127\"/>\n",
        width + 24,
        height + 24
    );
    for (row, cells) in buffer.content.chunks(columns).enumerate() {
        let mut runs: Vec<(usize, String, String)> = Vec::new();
        for (column, cell) in cells.iter().enumerate() {
            let attributes = attributes(cell);
            match runs.last_mut() {
                Some((_, known, text)) if *known == attributes => text.push_str(cell.symbol()),
                _ => runs.push((column, attributes, cell.symbol().to_owned())),
            }
        }
        for (column, attributes, text) in runs.iter().filter(|(_, _, text)| !text.trim().is_empty()) {
            let (x, y) = (column * CELL.0, row * CELL.1 + 13);
            let length = crate::text::width(text) * CELL.0;
            let text = escaped(text);
            let _ =
                writeln!(svg, "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\" {attributes}>{text}</text>");
        }
    }
    svg + "</svg>\n"
}

journey!(the_picture_in_the_readme_is_what_the_demo_draws, journey, faults: &[], {
    journey.press_key(KeyCode::Enter).await;
    journey.press("jjj").await;
    journey.press_key(KeyCode::Enter).await;
    let (width, height) = (116, 26);
    app::update(&mut journey.model, Message::Resized(width, height));
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| ui::view(&journey.model, &Theme::colours(), frame)).unwrap();
    let drawn = svg(terminal.backend().buffer());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/screen.svg");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == drawn, "docs/screen.svg shows an older screen: run the tests with UPDATE_DOCS=1");
});
