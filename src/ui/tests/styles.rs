//! What a text snapshot does not show: how things look, and how little a key redraws.

use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

use crossterm::event::KeyCode;
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::{Terminal, TerminalOptions, Viewport};

use super::fixtures::{Scene, answer, crowded, measured, text_at, throttled};
use crate::ui::{Theme, view};

/// The place of a text on the screen.
fn find(buffer: &Buffer, text: &str) -> (u16, u16) {
    let width = crate::text::width(text);
    let places = (0..buffer.area.height).flat_map(|y| (0..buffer.area.width).map(move |x| (x, y)));
    let mut found = places.filter(|&(x, y)| text_at(buffer, x, y, width) == text);
    found.next().unwrap_or_else(|| panic!("`{text}` is not drawn"))
}

/// How the first character of a text looks.
fn look(buffer: &Buffer, text: &str) -> Style {
    buffer[find(buffer, text)].style()
}

/// Whether a text is drawn in a role.
fn is(buffer: &Buffer, text: &str, role: Style) -> bool {
    let look = look(buffer, text);
    role.fg.is_none_or(|colour| look.fg == Some(colour)) && look.add_modifier == role.add_modifier
}

#[test]
fn trouble_is_drawn_as_danger_and_health_as_ok() {
    let theme = Theme::colours();
    let buffer = Scene::full((120, 40)).buffer(&theme);
    assert!(is(&buffer, "! failing: 5xx", theme.danger()));
    assert!(is(&buffer, "~ degraded: 5xx", theme.warning()));
    assert!(is(&buffer, "* ok", theme.ok()));
    assert!(is(&buffer, "- no data", theme.muted()));
    assert!(is(&buffer, "! failed", theme.danger()));
    let mut scene = Scene::full((120, 40)).keys("r");
    scene.answer_all(|_| Err(throttled()));
    assert!(is(&scene.buffer(&theme), "Cannot read the stages", theme.danger()));
}

#[test]
fn without_colours_the_words_stay_and_no_colour_is_used() {
    let scene = Scene::full((120, 40));
    let (plain, coloured) = (scene.buffer(&Theme::plain()), scene.buffer(&Theme::colours()));
    assert_eq!(super::lines(&plain), super::lines(&coloured));
    let reset = ratatui::style::Color::Reset;
    assert!(plain.content.iter().all(|cell| cell.fg == reset && cell.bg == reset));
    assert!(coloured.content.iter().all(|cell| cell.bg == reset));
    assert!(coloured.content.iter().any(|cell| cell.fg != reset));
}

#[test]
fn the_cursors_name_is_bold_and_nothing_else_of_its_row() {
    let buffer = Scene::full((120, 40)).keys("jjj").buffer(&Theme::colours());
    let (x, y) = find(&buffer, "> prod");
    let bold = |x: u16| buffer[(x, y)].modifier.contains(Modifier::BOLD);
    let cells: Vec<u16> = (x..buffer.area.width).filter(|&x| bold(x)).collect();
    assert_eq!(cells, [x + 2, x + 3, x + 4, x + 5]);
}

#[test]
fn the_focus_shows_in_the_titles_and_in_the_cursor() {
    let theme = Theme::colours();
    let stages = Scene::full((80, 24)).buffer(&theme);
    assert!(is(&stages, "STAGE", theme.heading()));
    assert!(is(&stages, "CREATED", theme.muted()));
    assert!(is(&stages, "· f4i1ed", theme.muted()));
    let lower = Scene::full((80, 24)).key(KeyCode::Tab).buffer(&theme);
    assert!(is(&lower, "STAGE", theme.muted()));
    assert!(is(&lower, "CREATED", theme.heading()));
    assert!(is(&lower, "f4i1ed", theme.selected()));
    assert!(is(&lower, "·!$default", theme.muted()));
}

#[test]
fn the_tab_that_is_shown_is_bold_and_bracketed() {
    let theme = Theme::colours();
    let mut scene = Scene::full((80, 24)).keys("3");
    scene.answer_all(answer);
    let buffer = scene.buffer(&theme);
    assert!(is(&buffer, "[3 API]", theme.heading()));
    assert!(is(&buffer, " 1 Deployments 28 ", theme.muted()));
}

#[test]
fn a_plan_sets_off_what_is_pressing_and_tells_it_in_signs_too() {
    let theme = Theme::colours();
    let buffer = Scene::full((120, 60)).keys("jjjd").answered().control('s').answered().buffer(&theme);
    assert!(is(&buffer, "! exposure  * GET /orders", theme.danger()));
    assert!(is(&buffer, "~ * POST /orders", theme.warning()));
    assert!(is(&buffer, "  + GET /orders/{id}/", theme.ok()));
    assert!(is(&buffer, "      - jwt", theme.removed()));
    assert!(is(&buffer, "TARGET", theme.heading()));
}

#[test]
fn an_import_tells_lines_that_come_and_go_by_sign_and_look() {
    let theme = Theme::colours();
    let scene = Scene::full((80, 24)).keys("jjji").key(KeyCode::Enter).answered();
    let buffer = scene.buffer(&theme);
    assert!(is(&buffer, "-  title: Orders", theme.removed()));
    assert!(is(&buffer, "+  title: orders", theme.ok()));
    assert!(is(&buffer, "+++ the gateway", theme.muted()));
}

#[test]
fn the_form_shows_by_looks_what_it_says_in_signs() {
    let theme = Theme::colours();
    let form = Scene::checked((80, 24)).keys("astatus").tabs(1).buffer(&theme);
    assert!(is(&form, "CREDENTIALS", theme.heading()));
    assert!(is(&form, "!", theme.danger()));
    assert!(is(&form, "`status` is the name", theme.danger()));
    assert!(is(&form, "[HTTP]", theme.selected()));
    assert!(is(&form, "access key", theme.muted()));
    let code = Scene::checked((80, 24)).keys("x").buffer(&theme);
    assert!(is(&code, "_  ", theme.accent()));
}

#[test]
fn the_terminals_cursor_stands_where_typing_goes() {
    use crate::ui::form::caret;
    let at = |scene: &Scene| caret(&scene.model).map(|place| (place.x, place.y));
    let scene = Scene::checked((80, 24)).keys("a注x").key(KeyCode::Left);
    assert_eq!(at(&scene), Some((22, 2)), "behind a character of two columns");
    let choice = scene.tabs(1);
    assert_eq!(at(&choice), None);
    let covered = Scene::checked((80, 24)).keys("e").answered().control('p');
    assert_eq!(at(&covered), None);
    assert_eq!(at(&Scene::checked((80, 24))), None);
}

/// What a terminal is sent.
#[derive(Clone, Default)]
struct Wire(Rc<RefCell<Vec<u8>>>);

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The most that a terminal is sent for one of these keys.
fn most_bytes(mut scene: Scene, keys: &str) -> usize {
    let (theme, (width, height)) = (Theme::colours(), scene.model.size);
    let wire = Wire::default();
    let backend = CrosstermBackend::new(wire.clone());
    let viewport = Viewport::Fixed(Rect::new(0, 0, width, height));
    let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
    terminal.draw(|frame| view(&scene.model, &theme, frame)).unwrap();
    let mut most = 0;
    for key in keys.chars() {
        wire.0.borrow_mut().clear();
        scene = scene.keys(&key.to_string());
        terminal.draw(|frame| view(&scene.model, &theme, frame)).unwrap();
        most = most.max(wire.0.borrow().len());
    }
    most
}

#[test]
fn a_cursor_move_costs_under_a_hundred_bytes() {
    let size = (120, 40);
    for scene in [crowded(size), crowded(size).keys("1"), Scene::checked(size)] {
        let bytes = most_bytes(scene, "jjjk");
        assert!((1..100).contains(&bytes), "{bytes} bytes");
    }
}

#[test]
fn a_move_of_the_time_cursor_sends_the_values_and_little_else() {
    for size in [(80, 24), (120, 40)] {
        // Two deployments were made just before the newest point, and their ids are told there.
        let bytes = most_bytes(measured(size), "hhhh");
        assert!((1..300).contains(&bytes), "{bytes} bytes past deployments at {size:?}");
        let bytes = most_bytes(measured(size).keys("H"), "hhhhhhhhhlhl");
        assert!((1..220).contains(&bytes), "{bytes} bytes at {size:?}");
        let bytes = most_bytes(measured(size), "jjjk");
        assert!((1..100).contains(&bytes), "{bytes} bytes for another chart at {size:?}");
    }
}

/// Cells that two frames differ in.
fn changed(before: &Buffer, after: &Buffer) -> usize {
    let pairs = before.content.iter().zip(&after.content);
    pairs.filter(|(before, after)| before != after).count()
}

#[test]
fn a_cursor_move_changes_few_cells() {
    let theme = Theme::colours();
    let size = (120, 40);
    for scene in [crowded(size), crowded(size).keys("1"), Scene::checked(size)] {
        let before = scene.buffer(&theme);
        let after = scene.keys("j").buffer(&theme);
        let cells = changed(&before, &after);
        assert!((1..=40).contains(&cells), "{cells} cells");
    }
}

#[test]
fn a_frame_of_an_unchanged_model_is_the_same_frame() {
    let scene = Scene::full((120, 40));
    let theme = Theme::colours();
    assert_eq!(changed(&scene.buffer(&theme), &scene.buffer(&theme)), 0);
}
