//! The event loop: the terminal's events become messages, the heart's effects become tasks, and one frame is drawn for each
//! burst of messages that changed something.

mod effects;
mod terminal;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use jiff::tz::TimeZone;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::app::{self, Effect, Message, Model, Pasted};
use crate::domain::{Problem, ProblemKind};
use crate::input::Key;
use crate::ops::Engine;
use crate::text;
use crate::ui::Theme;
use effects::Tasks;
use terminal::Screen;

/// The most messages that one frame takes in.
const BURST: usize = 256;

/// What the terminal UI is started with.
pub struct Start {
    /// What answers the questions; its clock and its connections are the screen's.
    pub engine: Engine,
    /// Where its connections come from, for the screen that has none.
    pub config_path: String,
    /// How often screens read again; `None` never does.
    pub refresh: Option<Duration>,
    /// Whether to take the mouse.
    pub mouse: bool,
    /// How roles look.
    pub theme: Theme,
    /// The connection to open at once.
    pub open: Option<String>,
}

/// Runs the terminal UI until the person quits or a signal ends it. To be called on the main thread, inside a tokio runtime
/// with worker threads: effects run there, drawing here.
pub async fn run(start: Start) -> Result<(), Problem> {
    let (sender, receiver) = unbounded_channel();
    let signals = Signals::new().map_err(|error| failed("Cannot listen for signals", &error))?;
    let mut screen =
        Screen::enter(start.mouse).map_err(|error| failed("Cannot use this terminal", &error))?;
    let connections = start.engine.connections();
    let known: BTreeMap<_, _> = connections
        .iter()
        .filter_map(|connection| Some((connection.nickname.clone(), start.engine.known(connection)?)))
        .collect();
    let (model, effects) = Model::new(app::Start {
        now: start.engine.now(),
        zone: TimeZone::system(),
        size: screen.size(),
        connections,
        config_path: start.config_path,
        known,
        refresh: start.refresh,
        mouse: start.mouse,
        open: start.open,
    });
    let input = tokio::spawn(forward_input(sender.clone()));
    let tasks = Tasks::new(start.engine, sender);
    let mut running = Running { model, theme: start.theme, tasks, receiver, signals };
    let ended = running.turn(&mut screen, effects).await;
    input.abort();
    drop(screen);
    ended.map_err(|error| failed("The terminal failed", &error))?;
    left_behind(&running.model).map_or(Ok(()), Err)
}

/// What whoever left in the middle of a write should read once the screen is gone.
fn left_behind(model: &Model) -> Option<Problem> {
    let open = model.questions.writing()?;
    let nickname = open.question.nickname()?;
    let what = format!("apigw ended in the middle of a write to {nickname}");
    let why = "How it ended is not known here.";
    let next = format!(
        "Open {nickname} again, or run `apigw deployments {}`: it is looked up then.",
        text::shell_word(nickname)
    );
    Some(Problem::new(ProblemKind::Cancelled, what, why).advise(next))
}

fn failed(what: &str, error: &std::io::Error) -> Problem {
    Problem::new(ProblemKind::Local, what, error.to_string())
        .advise("apigw needs a terminal for its screens; `apigw status` works without one")
}

/// Events of the terminal, as messages, until the terminal ends.
async fn forward_input(sender: UnboundedSender<Message>) {
    let mut events = EventStream::new();
    while let Some(Ok(event)) = events.next().await {
        for message in messages_of(event) {
            if sender.send(message).is_err() {
                return;
            }
        }
    }
}

fn messages_of(event: Event) -> Vec<Message> {
    match event {
        Event::Key(event) => Key::from_event(event).into_iter().map(Message::Key).collect(),
        Event::Paste(text) => vec![Message::Paste(Pasted(text))],
        Event::Mouse(event) => vec![Message::Mouse(event)],
        Event::Resize(width, height) => vec![Message::Resized(width, height)],
        Event::FocusGained => vec![Message::Focused(true)],
        Event::FocusLost => vec![Message::Focused(false)],
    }
}

/// Signals that end or suspend a program in a terminal.
struct Signals {
    terminate: Signal,
    hang_up: Signal,
    interrupt: Signal,
    stop: Signal,
}

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    ToEnd,
    ToStop,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            stop: signal(SignalKind::from_raw(signal_hook::consts::SIGTSTP))?,
        })
    }

    async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.terminate.recv() => Asked::ToEnd,
            _ = self.hang_up.recv() => Asked::ToEnd,
            _ = self.interrupt.recv() => Asked::ToEnd,
            _ = self.stop.recv() => Asked::ToStop,
        }
    }
}

struct Running {
    model: Model,
    theme: Theme,
    tasks: Tasks,
    receiver: UnboundedReceiver<Message>,
    signals: Signals,
}

impl Running {
    /// Draws, waits, updates, until something ends it.
    async fn turn(&mut self, screen: &mut Screen, first: Vec<Effect>) -> std::io::Result<()> {
        let mut messages = Vec::with_capacity(BURST);
        let mut effects = first;
        loop {
            if self.model.take_dirty() {
                screen.draw(&self.model, &self.theme)?;
            }
            for effect in std::mem::take(&mut effects) {
                match effect {
                    Effect::Quit => return Ok(()),
                    Effect::Suspend => self.suspend(screen)?,
                    Effect::Copy(text) => screen.copy(&text)?,
                    Effect::CaptureMouse(taken) => screen.capture_mouse(taken)?,
                    Effect::Ask(id, question) => self.tasks.ask(id, question),
                    Effect::Abandon(id) => self.tasks.abandon(id),
                }
            }
            if self.model.needs_drawing() {
                continue;
            }
            let timer = sleep_until(app::next_wake(&self.model), self.tasks.now());
            tokio::select! {
                received = self.receiver.recv_many(&mut messages, BURST) => if received == 0 { return Ok(()) },
                () = timer => {}
                asked = self.signals.next() => match asked {
                    Asked::ToEnd => return Ok(()),
                    Asked::ToStop => self.suspend(screen)?,
                },
            }
            let clock = Message::Clock(self.tasks.now());
            for message in std::iter::once(clock).chain(messages.drain(..)) {
                effects.extend(app::update(&mut self.model, message));
            }
        }
    }

    /// Gives the terminal to the shell, and takes it again when the shell gives it back.
    fn suspend(&mut self, screen: &mut Screen) -> std::io::Result<()> {
        screen.suspend(self.model.mouse)?;
        let (width, height) = screen.size();
        app::update(&mut self.model, Message::Clock(self.tasks.now()));
        app::update(&mut self.model, Message::Resized(width, height));
        Ok(())
    }
}

/// Sleeps until then; forever without a time.
async fn sleep_until(wake: Option<jiff::Timestamp>, now: jiff::Timestamp) {
    match wake {
        Some(at) => {
            let wait = Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO);
            tokio::time::sleep(wait).await;
        }
        None => std::future::pending().await,
    }
}
