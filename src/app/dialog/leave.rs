//! Leaving the program in the middle of a write.

use super::{Dialog, show};
use crate::app::panel::{Line, Panel, Tone};
use crate::app::{Model, Overlay, plan};

/// Tells what leaving now would mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Leave {
    what: String,
}

/// Tells that a write is under way, before the program is left.
pub(in crate::app) fn ask_leave(model: &mut Model) {
    let what = model.write.as_ref().map(|write| plan::sentence(&write.plan)).unwrap_or_default();
    show(model, Dialog::Leave(Leave { what }));
}

/// The write is over: there is nothing to ask any more.
pub(in crate::app) fn leave_is_settled(model: &mut Model) {
    if matches!(model.overlay, Some(Overlay::Dialog(Dialog::Leave(_)))) {
        model.overlay = None;
    }
}

impl Leave {
    pub(super) fn panel(&self) -> Panel {
        let lines = vec![
            Line::new(Tone::Plain, &self.what),
            Line::new(Tone::Plain, ""),
            Line::new(Tone::Plain, "It ends in a moment. enter or esc waits for it."),
            Line::new(
                Tone::Danger,
                "ctrl-c leaves now: how it ends is unknown here then. The next start looks it up when the connection \
                 is opened.",
            ),
        ];
        Panel::new("A write is under way", lines)
    }
}
