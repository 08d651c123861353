//! The terminal: taken, drawn on, and given back in every case.

use std::io::{self, BufWriter, Stdout, Write, stdout};
use std::sync::Once;

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{MoveTo, RestorePosition, SavePosition, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste, EnableFocusChange,
    EnableMouseCapture,
};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{execute, queue};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::ui::{self, Hyperlink, Theme};

/// The terminal while apigw holds it; dropping it gives it back.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    links: Vec<Hyperlink>,
}

impl Screen {
    /// Takes the terminal. From here on a panic of this thread gives it back before it is reported.
    pub(super) fn enter(mouse: bool) -> io::Result<Self> {
        restore_on_panic();
        take(mouse).inspect_err(|_| give_back())?;
        let terminal = Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(16 * 1024, stdout())))?;
        Ok(Self { terminal, links: Vec::new() })
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (u16, u16) {
        self.terminal.size().map_or((80, 24), |size| (size.width, size.height))
    }

    /// Draws one frame: the cells that changed, then the addresses on it as terminal hyperlinks, when those changed.
    pub(super) fn draw(&mut self, model: &Model, theme: &Theme) -> io::Result<()> {
        self.terminal.draw(|frame| ui::view(model, theme, frame))?;
        let links = ui::hyperlinks(model);
        if links != self.links {
            self.write_links(&links)?;
            self.links = links;
        }
        Ok(())
    }

    /// Writes each address over the cells that show it already (OSC 8), so that the terminal can open it.
    fn write_links(&mut self, links: &[Hyperlink]) -> io::Result<()> {
        let out = self.terminal.backend_mut();
        for link in links {
            queue!(out, SavePosition, MoveTo(link.x, link.y))?;
            write!(out, "\x1b]8;;{}\x1b\\{}\x1b]8;;\x1b\\", link.url, link.text)?;
            queue!(out, RestorePosition)?;
        }
        out.flush()
    }

    /// Sends text to the terminal's clipboard (OSC 52). Whether it takes it, nobody tells.
    pub(super) fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(self.terminal.backend_mut(), CopyToClipboard::to_clipboard_from(text))
    }

    /// Takes the mouse, or leaves it to the terminal.
    pub(super) fn capture_mouse(&mut self, taken: bool) -> io::Result<()> {
        let out = self.terminal.backend_mut();
        if taken { execute!(out, EnableMouseCapture) } else { execute!(out, DisableMouseCapture) }
    }

    /// Gives the terminal back, stops the process as ctrl-z does, and takes the terminal again when it goes on.
    pub(super) fn suspend(&mut self, mouse: bool) -> io::Result<()> {
        give_back();
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        take(mouse)?;
        // Whatever was on the screen is gone: a resize makes the next frame draw every cell.
        let (width, height) = self.size();
        self.links.clear();
        self.terminal.resize(Rect::new(0, 0, width, height))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn take(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange)?;
    if mouse { execute!(stdout(), EnableMouseCapture) } else { Ok(()) }
}

/// Leaves nothing behind. Errors are ignored: the terminal may be gone, and there is nobody left to tell.
fn give_back() {
    let _ = execute!(
        stdout(),
        DisableMouseCapture,
        DisableFocusChange,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    );
    let _ = disable_raw_mode();
}

/// A panic of the thread that draws gives the terminal back first. A panic inside a task is caught and becomes a problem on
/// the screen, so that it must leave the terminal alone, and its report must not be written over the frame.
fn restore_on_panic() {
    static ONCE: Once = Once::new();
    let drawing = std::thread::current().id();
    ONCE.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().id() == drawing {
                give_back();
                report(panic);
            } else {
                tracing::error!(%panic, "a task panicked");
            }
        }));
    });
}
