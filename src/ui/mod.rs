//! Stub until the views are merged.
use crate::app::Model;
pub struct Theme;
#[derive(PartialEq)]
pub struct Hyperlink {
    pub x: u16,
    pub y: u16,
    pub text: String,
    pub url: String,
}
pub fn view(_: &Model, _: &Theme, _: &mut ratatui::Frame) {}
pub fn hyperlinks(_: &Model) -> Vec<Hyperlink> {
    Vec::new()
}
