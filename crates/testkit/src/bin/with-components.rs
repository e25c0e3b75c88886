//! Runs a command with the components that the tests share; see `scripts/with-components.sh`.

use std::{
    env,
    ffi::OsString,
    process::{ExitCode, ExitStatus},
    thread,
};

use testkit::{DatabaseServer, KafkaServer, LazyCassandra};
use tokio::{
    process::Command,
    signal::unix::{SignalKind, signal},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let wanted = |component: &str| arguments.get(1).is_none_or(|name| name == component);
    let only = env::args_os().nth(1).is_some_and(|first| first == "--only");
    let (postgres, kafka) = if only { (wanted("postgres"), wanted("kafka")) } else { (true, true) };
    if only {
        arguments.drain(..arguments.len().min(2));
    }
    if arguments.is_empty() || !(postgres || kafka) {
        return complain("usage: scripts/with-components.sh [--only postgres|kafka] COMMAND [ARGUMENT…]");
    }
    match run(arguments, postgres, kafka).await {
        Ok(status) => ExitCode::from(status.code().map_or(1, |code| code as u8)),
        Err(error) => complain(&error.to_string()),
    }
}

async fn run(arguments: Vec<OsString>, postgres: bool, kafka: bool) -> std::io::Result<ExitStatus> {
    // From here on Ctrl-C ends the command, and this program only after it.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let kafka = kafka.then(|| thread::spawn(KafkaServer::start_guarded));
    let postgres = postgres.then(DatabaseServer::start);
    let kafka = match kafka.map(thread::JoinHandle::join) {
        Some(Err(panicked)) => std::panic::resume_unwind(panicked),
        Some(Ok(server)) => Some(server),
        None => None,
    };

    let mut command = Command::new(&arguments[0]);
    command.args(&arguments[1..]);
    // What `cargo run` says of this program must not reach a cargo that it starts: build scripts that look at it
    // would run again, and everything above them be built anew.
    for (name, _) in std::env::vars_os() {
        let ours = ["CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_BIN_", "CARGO_CRATE_"];
        if name
            .to_str()
            .is_some_and(|name| name == "CARGO" || ours.iter().any(|start| name.starts_with(start)))
        {
            command.env_remove(name);
        }
    }
    if let Some(server) = &postgres {
        command.env("PLUMBLINE_TEST_POSTGRES", server.url("postgres"));
    }
    if let Some(server) = &kafka {
        command.env("PLUMBLINE_TEST_KAFKA", server.kafka().bootstrap());
        command.env("PLUMBLINE_TEST_KAFKA_GUARDS", server.guards().told());
    }
    let cassandra = LazyCassandra::new();
    command.env("PLUMBLINE_TEST_CASSANDRA", cassandra.starter());
    let mut child = command.spawn().map_err(|error| {
        std::io::Error::new(error.kind(), format!("cannot run {}: {error}", arguments[0].display()))
    })?;
    loop {
        tokio::select! {
            status = child.wait() => return status,
            _ = interrupt.recv() => {}
            _ = terminate.recv() => child.start_kill()?,
        }
    }
}

#[expect(clippy::print_stderr, reason = "the voice of a command-line program")]
fn complain(problem: &str) -> ExitCode {
    eprintln!("with-components: {problem}");
    ExitCode::from(2)
}
