//! The program, as a process that can be killed.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use reqwest::Client;
use testkit::{Memory, Process, free_port, mortal};

use crate::reports::{BASE, identity};

/// Long enough for a slow machine under load.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// How the program is started, again and again.
#[derive(Debug, Clone)]
pub struct Program {
    file: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    log: PathBuf,
}

impl Program {
    /// The program in `file` with these arguments; what it says goes to the end of `log`.
    pub fn new(file: &Path, log: &Path, arguments: &[&str]) -> Self {
        Self {
            file: file.to_owned(),
            arguments: arguments.iter().map(|text| (*text).to_owned()).collect(),
            environment: Vec::new(),
            log: log.to_owned(),
        }
    }

    /// With these variables; it has no others.
    #[must_use]
    pub fn with(mut self, environment: &[(&str, String)]) -> Self {
        self.environment.extend(environment.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        self
    }

    /// Starts it.
    pub fn start(&self) -> Process {
        Process::spawn("plumbline", self.command(), &self.log)
    }

    /// Runs it to its end, which has to be a good one.
    pub fn run(&self) {
        testkit::run("run plumbline", self.command());
    }

    fn command(&self) -> Command {
        let mut command = mortal("KILL");
        command.env_clear().arg(&self.file).args(&self.arguments);
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A program that serves the API on one port, however often it is started.
#[derive(Debug)]
pub struct Api {
    program: Program,
    process: Option<Process>,
    address: String,
    client: Client,
}

impl Api {
    /// Not started yet. `program` is told where to listen.
    pub fn new(mut program: Program) -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        program.arguments.extend(["--listen".to_owned(), address.clone()]);
        let client = Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client can be made");
        Self { program, process: None, address, client }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What asks it.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Starts the process and does not wait for it.
    pub fn spawn(&mut self) {
        self.process = Some(self.program.start());
    }

    /// Starts the process and waits until it answers a question about hosts; how long that took.
    pub async fn start(&mut self) -> Duration {
        let started = Instant::now();
        self.spawn();
        let question = format!("{}{BASE}/hosts?per_page=1", self.url());
        loop {
            let asked = self.client.get(&question).header("x-rh-identity", identity(0));
            if asked.send().await.is_ok_and(|answer| answer.status().is_success()) {
                return started.elapsed();
            }
            let ended = self.process.as_mut().and_then(Process::ended);
            let log = || self.process.as_ref().map(Process::log_end).unwrap_or_default();
            assert!(ended.is_none(), "the program ended with {ended:?} at its start\n{}", log());
            assert!(started.elapsed() < PATIENCE, "the program does not answer\n{}", log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Ends it as `kill -9` does.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill();
        }
    }

    /// Asks it to stop; it has to end with 0.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let code = process.end(rustix::process::Signal::TERM, PATIENCE).and_then(|status| status.code());
            assert_eq!(code, Some(0), "the program does not stop in order\n{}", process.log_end());
        }
    }

    /// The resident memory of the process, in bytes.
    pub fn resident(&self) -> Option<u64> {
        Some(Memory::of(self.process.as_ref()?.id()).now).filter(|bytes| *bytes > 0)
    }
}
