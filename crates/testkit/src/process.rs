//! A component in a process of its own.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

/// A running program. It is killed when this value is dropped, and by the kernel when the test process dies.
#[derive(Debug)]
pub struct Process {
    name: &'static str,
    child: Child,
    log: PathBuf,
    _parent: SyncSender<()>,
}

/// The start of a command line whose program gets `signal` from the kernel when its parent dies.
pub fn mortal(signal: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", signal]);
    command
}

/// Runs a command to its end; panics with what it printed unless it succeeds.
pub fn run(what: &str, mut command: Command) {
    let output = command.output().unwrap_or_else(|error| panic!("cannot {what}: {command:?}: {error}"));
    assert!(
        output.status.success(),
        "cannot {what}: {command:?} ended with {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

impl Process {
    /// Starts `command`; what it prints goes to the end of the file `log`.
    pub fn spawn(name: &'static str, mut command: Command, log: &Path) -> Self {
        let output =
            File::options().create(true).append(true).open(log).expect("the log file of a component opens");
        let errors = output.try_clone().expect("a file handle can be duplicated");
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        // A Ctrl-C at the terminal is for the test; the component is stopped by it, or with it.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);

        // "The parent died" means the thread that started the child: it has to live as long as this value does.
        let (parent, until_dropped) = sync_channel::<()>(0);
        let (started, child) = sync_channel::<io::Result<Child>>(1);
        let program = format!("{command:?}");
        thread::spawn(move || {
            if started.send(command.spawn()).is_ok() {
                let _ = until_dropped.recv();
            }
        });
        let child = child
            .recv()
            .expect("the starting thread answers")
            .unwrap_or_else(|error| panic!("cannot start {name}: {program}: {error}"));
        Self { name, child, log: log.to_owned(), _parent: parent }
    }

    /// Asks `ready` every 50 ms; true when it says yes, false when the process ended instead. Panics after that time.
    pub fn wait_until(&mut self, ready: impl Fn() -> bool, within: Duration) -> bool {
        let is_ready = self.is_ready_within(ready, within);
        assert!(
            is_ready || self.ended().is_some(),
            "{} is not ready after {within:?}\n{}",
            self.name,
            self.log_end()
        );
        is_ready
    }

    /// Asks `ready` every 50 ms; true when it says yes, false when the process ended or that time is over.
    pub fn is_ready_within(&mut self, ready: impl Fn() -> bool, within: Duration) -> bool {
        let deadline = Instant::now() + within;
        while !ready() {
            if self.ended().is_some() || Instant::now() > deadline {
                return false;
            }
            thread::sleep(Duration::from_millis(50));
        }
        true
    }

    /// Asks the process to end by `signal` and waits for it, and gives how it ended; kills it when it does not
    /// `within` that time.
    pub fn end(&mut self, signal: Signal, within: Duration) -> Option<ExitStatus> {
        let _ = kill_process(Pid::from_child(&self.child), signal);
        let deadline = Instant::now() + within;
        loop {
            if let Some(status) = self.ended() {
                return Some(status);
            }
            if Instant::now() > deadline {
                self.kill();
                return None;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends the process at once, as `kill -9` does.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// The last lines that the process printed.
    pub fn log_end(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        let end = lines[lines.len().saturating_sub(40)..].join("\n");
        format!("--- end of the log of {} ---\n{end}\n---", self.name)
    }

    /// How it ended; `None` while it runs.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }
}

impl Drop for Process {
    #[expect(clippy::print_stderr, reason = "the log belongs to the output of the failed test")]
    fn drop(&mut self) {
        self.kill();
        if thread::panicking() {
            eprintln!("{}", self.log_end());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeper(folder: &Path) -> Process {
        let mut command = mortal("KILL");
        command.args(["sh", "-c", "echo hello; exec sleep 60"]);
        Process::spawn("sleeper", command, &folder.join("log"))
    }

    #[test]
    fn what_a_process_prints_is_in_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let mut process = sleeper(folder.path());
        let printed = || std::fs::read_to_string(folder.path().join("log")).unwrap().contains("hello");
        assert!(process.wait_until(printed, Duration::from_secs(5)));
        assert!(process.log_end().contains("hello"));
    }

    #[test]
    fn a_process_ends_with_its_value() {
        let folder = tempfile::tempdir().unwrap();
        let process = sleeper(folder.path());
        let pid = Pid::from_child(&process.child);
        drop(process);
        assert!(rustix::process::test_kill_process(pid).is_err());
    }

    #[test]
    fn a_process_that_ends_before_it_is_ready_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = mortal("KILL");
        command.arg("false");
        let mut process = Process::spawn("false", command, &folder.path().join("log"));
        assert!(!process.wait_until(|| false, Duration::from_secs(5)));
    }
}
