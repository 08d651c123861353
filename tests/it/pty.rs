//! The real binary in a pseudo-terminal: what it writes, that it survives every size, and that it gives the terminal back.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long something may take before a test gives up; nothing ever waits this long when it works.
const PATIENCE: Duration = Duration::from_secs(20);

fn at_least_one(cells: u16) -> NonZeroU16 {
    NonZeroU16::new(cells).unwrap_or(NonZeroU16::MIN)
}

/// A program on the other side of a terminal.
pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    /// Everything it wrote.
    pub written: Vec<u8>,
}

impl Pty {
    /// Starts `apigw` with these arguments, no files of the user's in reach.
    pub fn apigw(arguments: &[&str], (columns, rows): (u16, u16)) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_apigw"));
        command.args(arguments);
        command.env("HOME", "/nonexistent");
        Self::spawn(command, (columns, rows))
    }

    /// Starts `apigw` as the person whose home this is.
    pub fn apigw_at_home(home: &Path, arguments: &[&str], size: (u16, u16)) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_apigw"));
        command.args(arguments);
        for (name, _) in
            std::env::vars().filter(|(name, _)| name.starts_with("AWS_") || name.starts_with("XDG_"))
        {
            command.env_remove(name);
        }
        command.env("HOME", home);
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        Self::spawn(command, size)
    }

    pub fn process_id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    fn spawn(mut command: CommandBuilder, (columns, rows): (u16, u16)) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        command.env("TERM", "xterm-256color");
        command.env("TZ", "UTC");
        command.env("RUST_BACKTRACE", "0");
        command.env_remove("NO_COLOR");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65536];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        let screen = vt100::Parser::new(at_least_one(rows), at_least_one(columns), 0);
        Self { master: pair.master, child, writer, output, screen, written: Vec::new() }
    }

    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Reads until the screen satisfies the condition.
    pub fn wait_until(&mut self, what: &str, condition: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !condition(self.screen.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("no {what} on the screen:\n{}", self.text()),
                Err(RecvTimeoutError::Disconnected) => panic!("it ended without {what}:\n{}", self.text()),
            }
        }
    }

    pub fn wait_for(&mut self, text: &str) {
        self.wait_until(text, |screen| screen.contents().contains(text));
    }

    fn take(&mut self, bytes: &[u8]) {
        self.written.extend_from_slice(bytes);
        self.screen.process(bytes);
    }

    pub fn send(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).unwrap();
        self.screen.screen_mut().set_size(at_least_one(rows), at_least_one(columns));
    }

    pub fn signal(&self, name: &str) {
        let process = self.child.process_id().unwrap().to_string();
        let sent = std::process::Command::new("kill").args(["-s", name, &process]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until the process is stopped: it gives the terminal back a moment before.
    pub fn wait_for_stop(&self) {
        let process = self.child.process_id().unwrap().to_string();
        let deadline = Instant::now() + PATIENCE;
        let state =
            || std::process::Command::new("ps").args(["-o", "state=", "-p", &process]).output().unwrap();
        while !String::from_utf8_lossy(&state().stdout).contains('T') {
            assert!(Instant::now() < deadline, "it did not stop");
        }
    }

    /// Reads to the end and gives the exit status.
    pub fn wait_for_end(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it did not end:\n{}", self.text()),
            }
        }
        self.child.wait().unwrap()
    }

    /// Asserts that whatever was switched on was switched off again, after it for the last time.
    pub fn assert_terminal_restored(&self) {
        let written = String::from_utf8_lossy(&self.written);
        for mode in ["?1049", "?2004", "?1004", "?1000"] {
            let on = written.rfind(&format!("\x1b[{mode}h"));
            let off = written.rfind(&format!("\x1b[{mode}l"));
            assert!(on.is_some() && off > on, "{mode} was left on");
        }
        assert!(written.rfind("\x1b[?25h") > written.rfind("\x1b[?25l"), "the cursor was left hidden");
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn demo(size: (u16, u16)) -> Pty {
    let mut pty = Pty::apigw(&["demo"], size);
    pty.wait_for("orders");
    pty
}

#[test]
fn it_starts_navigates_quits_and_leaves_the_terminal_as_it_was() {
    let mut pty = demo((120, 40));
    pty.wait_for("! staging");
    pty.send("\r");
    pty.wait_for("failing");
    pty.wait_for("v2.3");
    pty.send("\x1b");
    pty.wait_for("NICKNAME");
    pty.send("q");
    assert!(pty.wait_for_end().success());
    pty.assert_terminal_restored();
}

#[test]
fn escape_and_the_next_key_may_arrive_at_once() {
    let mut pty = demo((80, 24));
    pty.send("\r");
    pty.wait_for("LAST 7 DAYS");
    pty.send("\x1bq");
    assert!(pty.wait_for_end().success());
}

#[test]
fn every_size_down_to_one_cell_is_survived() {
    let mut pty = demo((80, 24));
    pty.send("\r");
    pty.wait_for("LAST 7 DAYS");
    for (columns, rows) in [(40, 10), (39, 9), (20, 3), (1, 1), (300, 2), (2, 80)] {
        pty.resize(columns, rows);
        pty.send("jk");
    }
    pty.resize(100, 30);
    let footer = |screen: &vt100::Screen| screen.contents_between(29, 0, 29, 99).contains("? help");
    pty.wait_until("the footer on the last of thirty rows", footer);
    pty.send("qq");
    assert!(pty.wait_for_end().success());
    pty.assert_terminal_restored();
}

#[test]
fn a_signal_ends_it_and_gives_the_terminal_back() {
    for signal in ["TERM", "HUP", "INT"] {
        let mut pty = demo((80, 24));
        pty.signal(signal);
        pty.wait_for_end();
        pty.assert_terminal_restored();
    }
}

#[test]
fn a_copy_is_an_osc_52_sequence_and_an_address_a_hyperlink() {
    let mut pty = demo((120, 40));
    pty.send("\r");
    pty.wait_for("failing");
    pty.wait_for("v2.3");
    pty.send("jy");
    pty.wait_for("Sent the deployment id");
    pty.send("\r");
    pty.wait_for("execute-api");
    pty.send("o");
    pty.wait_for("console.aws.amazon.com");
    let written = String::from_utf8_lossy(&pty.written).into_owned();
    assert!(written.contains("\x1b]52;c;"), "no clipboard sequence");
    assert!(written.contains("\x1b]8;;https://"), "no hyperlink");
    pty.send("\x1b");
    pty.wait_until("the screen without the panel", |screen| {
        !screen.contents().contains("console.aws.amazon.com")
    });
    pty.send("qq");
    assert!(pty.wait_for_end().success());
}

#[test]
fn it_stops_for_the_shell_and_comes_back() {
    let mut pty = demo((80, 24));
    pty.send("\x1a");
    pty.wait_until("the main screen", |screen| !screen.alternate_screen());
    pty.wait_for_stop();
    pty.signal("CONT");
    pty.wait_until("the screen again", |screen| {
        screen.alternate_screen() && screen.contents().contains("orders")
    });
    pty.send("q");
    assert!(pty.wait_for_end().success());
    pty.assert_terminal_restored();
}

/// A terminal UI whose clock breaks on the thread that draws; see the test after it.
#[test]
#[ignore = "run in a terminal of its own by `a_panic_gives_the_terminal_back_before_it_is_reported`"]
fn child_whose_clock_breaks() {
    use apigw::{config, ops, runtime, sim, ui};
    use std::sync::atomic::{AtomicUsize, Ordering};
    let readings = AtomicUsize::new(0);
    let clock = move || {
        assert!(readings.fetch_add(1, Ordering::Relaxed) < 3, "the clock is broken");
        jiff::Timestamp::UNIX_EPOCH
    };
    let cloud = sim::Cloud::new(sim::Scenario::Empty, 1, std::sync::Arc::new(jiff::Timestamp::now));
    let engine = ops::Engine::new(ops::Setup {
        settings: apigw::aws::Settings::default(),
        transport: apigw::aws::Transport::Embedded(std::sync::Arc::new(cloud)),
        connections: Vec::new(),
        for_this_call: Vec::new(),
        access_keys: config::AccessKeys::new(),
        store: config::Store::in_memory(Vec::new(), None).unwrap(),
        clock: std::sync::Arc::new(clock),
        cache: ops::Cache::none(),
        history: ops::History::in_memory(),
    });
    let start = runtime::Start {
        engine,
        config_path: "config.toml".into(),
        refresh: None,
        mouse: true,
        theme: ui::Theme::plain(),
        open: None,
    };
    tokio::runtime::Runtime::new().unwrap().block_on(runtime::run(start)).unwrap();
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_reported() {
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.env("HOME", "/nonexistent");
    command.args([
        "--ignored",
        "--exact",
        "pty::child_whose_clock_breaks",
        "--nocapture",
        "--test-threads=1",
    ]);
    let mut pty = Pty::spawn(command, (80, 24));
    pty.wait_until("the screen", vt100::Screen::alternate_screen);
    pty.send("jjjj");
    assert!(!pty.wait_for_end().success());
    pty.assert_terminal_restored();
    assert!(String::from_utf8_lossy(&pty.written).contains("the clock is broken"), "{}", pty.text());
}
