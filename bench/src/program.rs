//! The program that is measured, in a process of its own.

use std::{
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use testkit::Memory;

use crate::{options::Options, report::Taken, usage};

/// A running program; killed when this value is dropped.
pub struct Program {
    child: Child,
    /// Where it serves, if it does.
    pub address: Option<SocketAddr>,
    /// When it was started.
    pub started: Instant,
}

impl Program {
    /// The path of the program.
    pub fn path(options: &Options) -> PathBuf {
        let beside = || {
            let own = std::env::current_exe().expect("this program has a path");
            own.with_file_name("plumbline")
        };
        let path = options.program.clone().unwrap_or_else(beside);
        assert!(path.is_file(), "there is no {}: build it with `make bench`", path.display());
        path
    }

    /// A command line of it with an environment that says nothing.
    pub fn command(options: &Options, arguments: &[&str]) -> Command {
        let mut command = Command::new(Self::path(options));
        command.args(arguments).env_clear().env("PLUMBLINE_SERVER_LOG_LEVEL", "warning");
        command
    }

    /// Runs it to its end, which must be a good one.
    pub fn run(options: &Options, arguments: &[&str]) -> String {
        let output = Self::command(options, arguments).output().expect("the program starts");
        assert!(
            output.status.success(),
            "plumbline {arguments:?}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Starts it beside us and waits until it says something.
    pub fn start(command: &mut Command) -> Self {
        let started = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        let mut lines = BufReader::new(child.stdout.take().expect("its output is a pipe")).lines();
        let first = lines.next().and_then(Result::ok).unwrap_or_else(|| panic!("{command:?} says nothing"));
        let address = first
            .split_once("http://")
            .and_then(|(_, rest)| rest.split('/').next().and_then(|address| address.parse().ok()));
        // What it says later must not fill the pipe.
        thread::spawn(move || lines.for_each(drop));
        Self { child, address, started }
    }

    /// Starts another program that serves at an address without saying so, and waits until it does.
    pub fn at(command: &mut Command, address: SocketAddr) -> Self {
        let started = Instant::now();
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = quiet.spawn().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        while TcpStream::connect(address).is_err() {
            assert!(started.elapsed() < Duration::from_mins(1), "{command:?} does not serve at {address}");
            thread::sleep(Duration::from_millis(50));
        }
        Self { child, address: Some(address), started }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn address(&self) -> SocketAddr {
        self.address.expect("the program serves")
    }

    pub fn cpu(&self) -> f64 {
        usage::cpu(self.id())
    }

    pub fn memory(&self) -> Memory {
        Memory::of(self.id())
    }

    /// Begins to count what it takes.
    pub fn meter(&self) -> Meter<'_> {
        usage::forget_peak(self.id());
        Meter { program: self, cpu: self.cpu(), client_cpu: usage::cpu(std::process::id()) }
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(mut self) {
        let id = rustix::process::Pid::from_child(&self.child);
        let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        let deadline = Instant::now() + Duration::from_secs(30);
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// What a program took until it was begun to be counted.
pub struct Meter<'a> {
    program: &'a Program,
    cpu: f64,
    client_cpu: f64,
}

impl Meter<'_> {
    /// What the program, and this client, took since.
    pub fn taken(&self) -> Taken {
        Taken {
            cpu: self.program.cpu() - self.cpu,
            client_cpu: usage::cpu(std::process::id()) - self.client_cpu,
            memory: self.program.memory(),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
