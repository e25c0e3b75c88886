//! The program: its command line, and the wiring of everything.
//!
//! * `cli.rs`: what can be asked for. `commands/<name>.rs`: one file for each command.
//! * `world.rs`: what services are made from; `wiring/`: how each is made, and what one asks another.
//! * `services.rs`: the list of services. `app/`: databases, routers and listeners of what runs.
//! * `ingest_lines.rs`, `line_reader.rs`: reports as lines of a file or a request; `delivery.rs`: their way into the record.
//! * `self_report.rs`: reports of this machine. `signals.rs`: requests to end.
//! * `pages.rs`: the web application, from inside of the program.
//! * `api.rs`: what commands read, here or of a server; `servers.rs`: servers that commands speak to.
//! * `record.rs`, `style.rs`: the record for commands that change it, and how text looks on a terminal.
//! * `moment.rs`: points in time as people say them.
//! * `backup_file.rs`: the file of a backup. `data_folder.rs`: the folder of the embedded store, and who holds it.
//!
//! # To add a command
//! A variant with its help and an example in `cli.rs`, a file in `commands/`, a line in `commands.rs`, and a case in
//! `tests/commands.rs`. `UPDATE_DOCS=1 cargo test -p plumbline reference` then writes `docs/commands.md` anew.

#![expect(clippy::print_stderr, reason = "a command line says on its error stream what is wrong")]

mod api;
mod app;
mod backup_file;
mod cli;
mod commands;
mod data_folder;
mod delivery;
#[cfg(test)]
mod distribution;
mod failure;
mod ingest_lines;
mod line_reader;
mod moment;
mod out;
mod pager;
mod pages;
mod record;
#[cfg(test)]
mod reference;
mod self_report;
mod servers;
mod services;
mod signals;
mod style;
mod wiring;
mod world;

use std::process::ExitCode;

use clap::Parser as _;

/// Reports are many short-lived texts of all sizes, on several threads: with the system's allocator a sixth of the time
/// of ingest went into it, and memory that had been used once stayed with the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("plumbline: cannot start its threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    let ended = runtime.block_on(commands::run(cli));
    // What may still run on a thread of its own waits for another program, and is nobody's business any more.
    runtime.shutdown_background();
    match ended {
        Ok(code) => code,
        Err(failure) => {
            if !matches!(failure, failure::Failure::Unread) {
                out::message(format!("plumbline: {failure}"));
            }
            failure.exit_code()
        }
    }
}
