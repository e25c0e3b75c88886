//! What can be asked for on the command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Keeps a fleet of machines true.
///
/// Exit codes: 0 done; 1 something did not work; 2 the command or a setting cannot be read.
#[derive(Debug, Parser)]
#[command(
    name = "plumbline",
    version,
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// A file of settings (TOML); `plumbline config --defaults` prints one to start from.
    #[arg(long, global = true, env = "PLUMBLINE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Where the data is.
#[derive(Debug, Clone, Default, Args)]
pub struct Place {
    /// The folder of the embedded store [default: plumbline in the user's data folder].
    #[arg(long, value_name = "DIR", conflicts_with = "database_url")]
    pub data: Option<PathBuf>,
    /// A database server instead: postgres://user:password@host:port/name.
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serves everything from one process, for this machine.
    #[command(after_help = "Example: plumbline up --data ./fleet --listen 127.0.0.1:8080")]
    Up {
        #[command(flatten)]
        place: Place,
        /// Where to listen: an address of this machine, and a port (0 for any that is free).
        #[arg(long, value_name = "ADDR:PORT")]
        listen: Option<SocketAddr>,
        /// Do not report this machine.
        #[arg(long)]
        no_report: bool,
    },
    /// Serves the API behind a gateway.
    #[command(
        after_help = "Example: plumbline serve --database-url postgres://plumbline@db/inventory --listen 0.0.0.0:8080"
    )]
    Serve {
        #[command(flatten)]
        place: Place,
        /// Where to listen.
        #[arg(long, value_name = "ADDR:PORT")]
        listen: Option<SocketAddr>,
    },
    /// Reads reports from Kafka and publishes events.
    #[command(after_help = "Example: plumbline consume --database-url postgres://plumbline@db/inventory")]
    Consume {
        #[command(flatten)]
        place: Place,
        /// What to do; both when none is named.
        #[arg(value_enum)]
        roles: Vec<Role>,
    },
    /// Takes in reports from a file: one ingress envelope a line, `-` for standard input.
    #[command(after_help = "Example: plumbline ingest reports.jsonl --json")]
    Ingest {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        place: Place,
        /// One line of JSON for each line read.
        #[arg(long)]
        json: bool,
    },
    /// Lists hosts, newest first.
    #[command(after_help = "Example: plumbline hosts --display-name web --json")]
    Hosts {
        #[command(flatten)]
        place: Place,
        /// Of this organisation only.
        #[arg(long, value_name = "ORG")]
        org: Option<String>,
        /// Only names that contain this; `*` stands for any text.
        #[arg(long, value_name = "TEXT")]
        display_name: Option<String>,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Looks after the tables.
    Migrate {
        /// What to do.
        #[command(subcommand)]
        step: Migrate,
    },
    /// Prints each setting, its value and where it came from.
    #[command(after_help = "Example: plumbline config --json")]
    Config {
        /// Prints a file of all settings with their defaults instead.
        #[arg(long)]
        defaults: bool,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Checks everything that the program needs, and says what to do about the rest.
    #[command(after_help = "Example: plumbline doctor --data ./fleet")]
    Doctor {
        #[command(flatten)]
        place: Place,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Prints the OpenAPI document.
    #[command(after_help = "Example: plumbline openapi > inventory.json")]
    Openapi,
}

/// What a consumer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Reads reports from the topic `consumed`.
    Ingress,
    /// Publishes events of the log.
    Relay,
}

/// What to do about the tables.
#[derive(Debug, Subcommand)]
pub enum Migrate {
    /// Applies the steps that are missing.
    #[command(after_help = "Example: plumbline migrate up --database-url postgres://plumbline@db/inventory")]
    Up {
        #[command(flatten)]
        place: Place,
    },
    /// Shows each step and when it was applied.
    #[command(after_help = "Example: plumbline migrate status --data ./fleet")]
    Status {
        #[command(flatten)]
        place: Place,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Makes the files of a new step, for both engines.
    #[command(after_help = "Example: plumbline migrate new --crate fleet 'host notes'")]
    New {
        /// The crate that gets it.
        #[arg(long = "crate", value_name = "NAME")]
        owner: String,
        /// What it does, in a few words.
        name: String,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
