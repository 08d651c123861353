//! The whole program in a pseudo-terminal of 120x40: time to the first frame, bytes a key, cost of idling, memory.
//! Processor time and memory come from `/proc`, so that they are told on Linux only.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run should say so and stop")]
#![allow(clippy::print_stdout, reason = "it prints its figures")]

use std::fs;
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

/// Silence after which a burst of output has ended.
const QUIET: Duration = Duration::from_millis(300);
const IDLE: Duration = Duration::from_secs(5);

fn main() {
    let started = Instant::now();
    let mut program = Program::start(&["--demo", "orders"]);
    let first = program.output.recv().unwrap();
    let first_byte = started.elapsed();
    println!("first byte            {:>8.1} ms, {} bytes", first_byte.as_secs_f64() * 1e3, first.len());
    program.drain();
    for (name, keys) in [("stages", "jk"), ("deployments", "1jjkk")] {
        for key in keys.chars() {
            let (bytes, answered) = program.press(key);
            println!("key {key} in {name:<13} {:>8.1} ms, {bytes} bytes", answered.as_secs_f64() * 1e3);
        }
    }
    program.idle();
    program.writer.write_all(b"qq").unwrap();
    program.child.wait().unwrap();
}

struct Program {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let size = PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_apigw"));
        command.args(arguments);
        let child = pair.slave.spawn_command(command).unwrap();
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
        Self { child, writer, output, _master: pair.master }
    }

    /// Bytes written until it falls silent.
    fn drain(&self) -> usize {
        let mut bytes = 0;
        while let Ok(chunk) = self.output.recv_timeout(QUIET) {
            bytes += chunk.len();
        }
        bytes
    }

    fn press(&mut self, key: char) -> (usize, Duration) {
        self.writer.write_all(key.to_string().as_bytes()).unwrap();
        let pressed = Instant::now();
        let first = self.output.recv_timeout(QUIET).map_or(0, |chunk| chunk.len());
        let answered = pressed.elapsed();
        (first + self.drain(), answered)
    }

    fn idle(&self) {
        let process = self.child.process_id().unwrap();
        let before = (processor_ticks(process), switches(process));
        let deadline = Instant::now() + IDLE;
        let mut bytes = 0;
        while let Ok(chunk) = self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            bytes += chunk.len();
        }
        let (ticks, woken) = (processor_ticks(process) - before.0, switches(process) - before.1);
        println!(
            "idle for {} s           {bytes} bytes, {ticks} processor ticks, {woken} wake-ups",
            IDLE.as_secs()
        );
        println!("resident at most      {:>8.1} MB", status(process, "VmHWM:") as f64 / 1024.0);
    }
}

/// User and system time so far, in clock ticks.
fn processor_ticks(process: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    after_name.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum()
}

/// Voluntary context switches of all threads so far.
fn switches(process: u32) -> u64 {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return 0 };
    let of = |path: std::path::PathBuf| {
        field(&fs::read_to_string(path.join("status")).unwrap_or_default(), "voluntary_ctxt_switches:")
    };
    threads.flatten().map(|thread| of(thread.path())).sum()
}

fn status(process: u32, name: &str) -> u64 {
    field(&fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default(), name)
}

fn field(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}
