//! How roles look. The only file that names a colour.

use ratatui::style::{Color, Modifier, Style};

use crate::app::Tone;
use crate::domain::Verdict;

/// What each role looks like. Only the terminal's own 16 colours are used, and its foreground and background are left
/// alone, so that any palette of the person's stays readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Draw with ASCII characters alone.
    pub ascii: bool,
    coloured: bool,
    accent: Style,
    ok: Style,
    warning: Style,
    danger: Style,
}

impl Theme {
    /// With colours.
    pub fn colours() -> Self {
        let colour = |colour| Style::new().fg(colour);
        Self {
            ascii: false,
            coloured: true,
            accent: colour(Color::Cyan),
            ok: colour(Color::Green),
            warning: colour(Color::Yellow),
            danger: colour(Color::Red).add_modifier(Modifier::BOLD),
        }
    }

    /// Without colours, for `NO_COLOR`: bold, dim and underlined text only.
    pub fn plain() -> Self {
        Self {
            ascii: false,
            coloured: false,
            accent: Style::new().add_modifier(Modifier::UNDERLINED),
            ok: Style::new(),
            warning: Style::new().add_modifier(Modifier::BOLD),
            danger: Style::new().add_modifier(Modifier::BOLD),
        }
    }

    /// Ordinary text.
    pub fn text(&self) -> Style {
        Style::new()
    }

    /// Less important. Dim rather than bright black, which some palettes make invisible.
    pub fn muted(&self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// A heading.
    pub fn heading(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// What a key or an input is set off with.
    pub fn accent(&self) -> Style {
        self.accent
    }

    /// In order.
    pub fn ok(&self) -> Style {
        self.ok
    }

    /// Worth a look.
    pub fn warning(&self) -> Style {
        self.warning
    }

    /// In trouble.
    pub fn danger(&self) -> Style {
        self.danger
    }

    /// Taken away; no trouble by itself, so that it is no alarm.
    pub fn removed(&self) -> Style {
        if self.coloured { Style::new().fg(Color::Red) } else { self.muted() }
    }

    /// What the cursor is on. Bold and no more: to restyle a whole row would cost hundreds of bytes a key over a slow line.
    pub fn selected(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// The look of a tone. An address looks like text: the terminal sets off what it can open.
    pub(super) fn tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Plain | Tone::Link => self.text(),
            Tone::Muted => self.muted(),
            Tone::Input => self.accent(),
            Tone::Ok => self.ok(),
            Tone::Removed => self.removed(),
            Tone::Heading => self.heading(),
            Tone::Warning => self.warning(),
            Tone::Danger => self.danger(),
        }
    }

    /// The look of a line of a chart, by its statistic. Beside it stands its name, and each is drawn in its own stroke.
    pub(super) fn line(&self, statistic: &str) -> Style {
        match (statistic, self.coloured) {
            ("p50", _) => self.muted(),
            ("p95", true) => Style::new().fg(Color::Yellow),
            ("p99", true) => Style::new().fg(Color::Magenta),
            ("p99", false) => self.heading(),
            (_, true) => Style::new().fg(Color::Cyan),
            (_, false) => self.text(),
        }
    }

    /// The look of a verdict.
    pub(super) fn verdict(&self, verdict: Verdict) -> Style {
        match verdict {
            Verdict::Ok => self.ok(),
            Verdict::NoData | Verdict::NotDeployed => self.muted(),
            Verdict::Unknown | Verdict::Degraded => self.warning(),
            Verdict::Failing => self.danger(),
        }
    }
}
