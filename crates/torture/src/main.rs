//! `torture kill` and `torture memory`; see the crate's documentation.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the voice of a command-line program")]

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};
use torture::{Outcome, Plan, document, embedded, memory, server};

/// Kills the program under load and looks whether anything was lost.
#[derive(Debug, Parser)]
#[command(name = "torture")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct Common {
    /// The file of the program.
    #[arg(long, default_value = "target/release/plumbline")]
    program: PathBuf,
    /// Decides what is sent, and when somebody is killed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A page of documentation to write the outcome into.
    #[arg(long)]
    write: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// `kill -9` at random moments. Ends with 1 when anything was lost, doubled, resurrected or out of order.
    Kill {
        #[command(flatten)]
        common: Common,
        /// How often, for each store.
        #[arg(long, default_value_t = 250)]
        kills: u64,
        /// Over which store.
        #[arg(long, value_enum, default_value_t = Store::Both)]
        store: Store,
    },
    /// Reports for a while. Ends with 1 when the memory of the program grows on.
    Memory {
        #[command(flatten)]
        common: Common,
        /// For how long.
        #[arg(long, default_value_t = 600)]
        seconds: u64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Store {
    /// SQLite.
    Embedded,
    /// PostgreSQL and Kafka.
    Server,
    /// One after the other.
    Both,
}

#[tokio::main]
async fn main() -> ExitCode {
    let (common, parts, good) = match Cli::parse().command {
        Command::Kill { common, kills, store } => {
            let plan = Plan { program: common.program.clone(), kills, seed: common.seed, progress: true };
            let mut outcomes: Vec<(&str, Outcome)> = Vec::new();
            if store != Store::Server {
                outcomes.push(("embedded", embedded::run(&plan).await));
            }
            if store != Store::Embedded {
                outcomes.push(("server", server::run(&plan).await));
            }
            let good = outcomes.iter().all(|(_, outcome)| outcome.findings.is_clean());
            let part = |(store, outcome): &(&str, Outcome)| {
                let command = format!("torture kill --kills {kills} --seed {} --store {store}", common.seed);
                (format!("kills-{store}"), page(&command, &outcome.text()))
            };
            let parts = outcomes.iter().map(part).collect();
            (common, parts, good)
        }
        Command::Memory { common, seconds } => {
            let plan = Plan { program: common.program.clone(), kills: 0, seed: common.seed, progress: true };
            let flatness = memory::run(&plan, Duration::from_secs(seconds)).await;
            let command = format!("torture memory --seconds {seconds} --seed {}", common.seed);
            (common, vec![("memory".to_owned(), page(&command, &flatness.text()))], flatness.is_flat())
        }
    };
    for (part, text) in &parts {
        print!("{text}");
        if let Some(file) = &common.write
            && let Err(error) = document::write(file, part, text)
        {
            eprintln!("torture: {error}");
            return ExitCode::FAILURE;
        }
    }
    if good {
        return ExitCode::SUCCESS;
    }
    eprintln!("torture: not as it should be; seed {}", common.seed);
    ExitCode::FAILURE
}

fn page(command: &str, text: &str) -> String {
    format!("`{command}` on {}\n\n```text\n{}\n```\n", document::machine(), text.trim_end())
}
