//! A run of the program.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use super::PATIENCE;

/// What a run left behind.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; -1 when a signal ended it.
    pub code: i32,
    /// The standard output.
    pub out: String,
    /// The standard error.
    pub err: String,
}

impl Ended {
    /// The lines of the standard output, each as JSON.
    pub fn json_lines(&self) -> Vec<serde_json::Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.out.lines().map(parse).collect()
    }
}

/// The program with an environment that says nothing.
pub fn plumbline() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plumbline"));
    command.env_clear().stdin(Stdio::null());
    command
}

/// Runs the program to its end.
pub fn run<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ended {
    ended(plumbline().args(arguments).output().expect("the program starts"))
}

/// Runs it to its end, with this as its standard input.
pub fn run_with_input<S: AsRef<std::ffi::OsStr>>(
    arguments: impl IntoIterator<Item = S>,
    input: &[u8],
) -> Ended {
    let mut command = plumbline();
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    // A program that ends early closes the pipe.
    let _ = stdin.write_all(input);
    drop(stdin);
    ended(child.wait_with_output().expect("the program ends"))
}

fn ended(output: std::process::Output) -> Ended {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program prints UTF-8");
    Ended { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// A run that goes on beside the test; killed when dropped.
pub struct Program {
    child: Child,
    out: Heard,
    err: Heard,
}

impl Program {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        let out = Heard::listen(child.stdout.take().expect("standard output is a pipe"));
        let err = Heard::listen(child.stderr.take().expect("standard error is a pipe"));
        Self { child, out, err }
    }

    /// What it has printed so far.
    pub fn out(&self) -> String {
        self.out.text()
    }

    /// What it has logged so far.
    pub fn err(&self) -> String {
        self.err.text()
    }

    /// Waits for a line of the standard output that begins so, and gives the rest of it.
    pub async fn says(&mut self, beginning: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = self.out();
            let complete = text.rsplit_once('\n').map_or("", |(lines, _)| lines);
            if let Some(rest) = complete.lines().find_map(|line| line.strip_prefix(beginning)) {
                return rest.to_owned();
            }
            let ended = self.child.try_wait().ok().flatten();
            assert!(ended.is_none(), "ended with {ended:?} before `{beginning}`\n{text}\n{}", self.err());
            assert!(Instant::now() < deadline, "does not say `{beginning}`\n{text}\n{}", self.err());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("the program can be signalled");
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for its end; panics when it has not ended `within` that time.
    pub async fn end(mut self, within: Duration) -> Ended {
        let deadline = Instant::now() + within;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("the program can be waited for") {
                break status;
            }
            assert!(Instant::now() < deadline, "still runs after {within:?}\n{}", self.err());
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        Ended { code: status.code().unwrap_or(-1), out: self.out.all(), err: self.err.all() }
    }

    /// Ends it as `kill -9` does, and gives what it had said by then.
    pub fn kill(mut self) -> Ended {
        self.kill_now();
        Ended { code: -1, out: self.out.all(), err: self.err.all() }
    }

    fn kill_now(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill_now();
        if thread::panicking() {
            eprintln!("--- out ---\n{}--- err ---\n{}---", self.out(), self.err());
        }
    }
}

/// A stream of the program, read by a thread of its own.
struct Heard {
    bytes: Arc<Mutex<Vec<u8>>>,
    listener: Option<JoinHandle<()>>,
}

impl Heard {
    fn listen(stream: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&bytes);
        let listener = thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            let mut line = Vec::new();
            while stream.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                heard.lock().unwrap_or_else(PoisonError::into_inner).append(&mut line);
            }
        });
        Self { bytes, listener: Some(listener) }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// Everything, once the program has ended.
    fn all(&mut self) -> String {
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
        self.text()
    }
}
