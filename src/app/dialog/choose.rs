//! What is to be planned, where a key alone does not say it.

use super::{Dialog, show};
use crate::app::panel::{Line, Panel, Tone};
use crate::app::{Effect, Model, Overlay, plan};
use crate::domain::Intent;
use crate::input::Motion;
use crate::text;

/// Asks which of several writes is meant. Choosing shows its plan; nothing is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Choose {
    title: &'static str,
    nickname: String,
    about: String,
    options: Vec<(String, Intent)>,
    cursor: usize,
}

/// Asks; where there is one answer only, it is taken.
pub(in crate::app) fn choose(
    model: &mut Model,
    title: &'static str,
    nickname: String,
    about: String,
    mut options: Vec<(String, Intent)>,
) -> Vec<Effect> {
    if options.len() == 1
        && let Some((_, intent)) = options.pop()
    {
        return plan::open(model, nickname, intent, None);
    }
    show(model, Dialog::Choose(Choose { title, nickname, about, options, cursor: 0 }));
    Vec::new()
}

impl Choose {
    pub(super) fn panel(&self) -> Panel {
        let mut lines = vec![Line::new(Tone::Plain, &self.about), Line::new(Tone::Plain, "")];
        lines.extend(self.options.iter().enumerate().map(|(index, (label, _))| {
            let here = index == self.cursor;
            let (mark, tone) = if here { (">", Tone::Heading) } else { (" ", Tone::Plain) };
            Line::new(tone, &format!("{mark} {}", text::sanitise(label)))
        }));
        lines.push(Line::new(Tone::Plain, ""));
        lines.push(Line::new(Tone::Muted, "enter shows the plan; nothing is written"));
        Panel::new(self.title, lines)
    }

    pub(super) fn go(&mut self, motion: Motion) {
        let last = self.options.len().saturating_sub(1);
        self.cursor = super::moved(self.cursor, last, motion);
    }

    /// The line to keep in view.
    pub(super) fn line(&self) -> usize {
        self.cursor + 2
    }
}

/// Shows the plan of what was chosen.
pub(super) fn answer(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Dialog(Dialog::Choose(choose))) = &mut model.overlay else {
        return Vec::new();
    };
    let intent = choose.options.get(choose.cursor).map(|(_, intent)| intent.clone());
    let nickname = choose.nickname.clone();
    model.overlay = None;
    match intent {
        Some(intent) => plan::open(model, nickname, intent, None),
        None => Vec::new(),
    }
}
