//! What can be asked for on the command line.

mod audit;
mod backup;
mod baseline;
mod causes;
mod changes;
mod compare;
mod filters;
mod identity;
mod import;
mod load;
mod notifications;
mod regressions;
mod report;
mod served;
mod source;
mod submit;
mod token;
mod watch;

use std::{net::SocketAddr, path::PathBuf};

use clap::{
    Args, Parser, Subcommand, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser},
};

pub use audit::AuditShown;
pub use backup::{Backup, Restore};
pub use baseline::BaselineCommand;
pub use causes::{CausesCommand, CausesList};
pub use changes::ChangesShown;
pub use compare::{CompareOther, Compared, EcosystemName};
pub use filters::Filters;
pub use identity::{CollisionsShown, IdentityCommand, Making};
pub use import::Import;
pub use load::{Load, StreamName};
pub use notifications::NotificationsCommand;
pub use regressions::Regressions;
pub use report::ReportShown;
pub use served::{Served, settings_file};
pub use source::Source;
pub use submit::Submit;
pub use token::TokenCommand;
pub use watch::Watch;

use crate::services;
use served::ServedParser;

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

/// One of these names, with what they mean.
fn one_of(names: Vec<(&'static str, &'static str)>) -> PossibleValuesParser {
    names.into_iter().map(|(name, about)| PossibleValue::new(name).help(about)).collect::<Vec<_>>().into()
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
        /// Where machines with a token report to, besides: an address that others reach, and a port.
        #[arg(long, value_name = "ADDR:PORT")]
        agents: Option<SocketAddr>,
        /// Do not report this machine.
        #[arg(long)]
        no_report: bool,
    },
    /// Serves APIs behind a gateway.
    #[command(
        after_help = "Examples:\n  plumbline serve --database-url postgres://plumbline@db/inventory --listen 0.0.0.0:8080\n  \
                      plumbline serve inventory --database-url postgres://plumbline@db/inventory"
    )]
    Serve {
        /// Which services; all when none is named. A path is a file of settings, as with --config.
        #[arg(value_name = "SERVICE", value_parser = ServedParser)]
        services: Vec<Served>,
        #[command(flatten)]
        place: Place,
        /// Where to listen.
        #[arg(long, value_name = "ADDR:PORT")]
        listen: Option<SocketAddr>,
    },
    /// Runs what reads from Kafka, publishes to it, or follows the log.
    #[command(after_help = "Example: plumbline consume --database-url postgres://plumbline@db/inventory")]
    Consume {
        #[command(flatten)]
        place: Place,
        /// What to do; everything that there is to do when nothing is named.
        #[arg(value_name = "ROLE", value_parser = one_of(services::roles()))]
        roles: Vec<String>,
    },
    /// Runs a job once that `up` and `serve` do now and then: retention, clean-up.
    #[command(after_help = "Example: plumbline job upkeep --database-url postgres://plumbline@db/inventory")]
    Job {
        /// Which.
        #[arg(value_name = "JOB", value_parser = one_of(services::jobs()))]
        name: String,
        /// A file of settings, as with --config.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        #[command(flatten)]
        place: Place,
        /// As JSON.
        #[arg(long)]
        json: bool,
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
    /// Writes everything that is stored into a file, as it is at one moment, while others go on.
    Backup(Backup),
    /// Makes an empty database what another one was when the backup was made, on either engine.
    Restore(Restore),
    /// Takes in rows of the tables of services that are replaced.
    Import {
        /// Of which table.
        #[command(subcommand)]
        what: Import,
    },
    /// Looks after baselines: what machines should be.
    Baseline {
        /// What to do.
        #[command(subcommand)]
        command: BaselineCommand,
    },
    /// Lists why hosts are no longer as their baselines say, one line for each cause.
    #[command(
        args_conflicts_with_subcommands = true,
        after_help = "Ends with 1 when something happened behind our back.\n\nExamples:\n  plumbline causes\n  \
                      plumbline causes --json | jq -r .headline\n  \
                      plumbline causes --server http://127.0.0.1:8080"
    )]
    Causes {
        #[command(flatten)]
        list: CausesList,
        #[command(flatten)]
        source: Source,
        /// Something other than a list.
        #[command(subcommand)]
        command: Option<CausesCommand>,
    },
    /// Looks after notifications: where they go, and what could not be delivered.
    Notifications {
        /// What to do.
        #[command(subcommand)]
        command: NotificationsCommand,
    },
    /// Reports this machine.
    #[command(
        after_help = "Examples:\n  plumbline report --print\n  plumbline report --root /mnt/image --print\n  \
                      plumbline report --to https://plumbline.example.org:8443 --token plenrol_…"
    )]
    Report(Box<ReportShown>),
    /// Lists hosts that two machines claim: their hardware came, went and came back. Exit code 1 when there are any.
    #[command(after_help = "Examples:\n  plumbline collisions\n  plumbline collisions --settle web-1")]
    Collisions(CollisionsShown),
    /// Merges hosts and splits them, and undoes that.
    Identity {
        /// What to do.
        #[command(subcommand)]
        command: IdentityCommand,
    },
    /// Looks after the tokens by which other machines report.
    Token {
        /// What to do.
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// Lists hosts, newest first unless another order is asked for.
    #[command(after_help = "Examples:\n  plumbline hosts --display-name web --staleness stale\n  \
                      plumbline hosts 'os:\"RHEL 9\" and (tag:env=prod or group:web*) and not state:stale'\n  \
                      plumbline hosts --tags prod/env=live --order-by display_name --limit 20\n  \
                      plumbline hosts --json | jq -r .fqdn\n  \
                      plumbline hosts -o csv > hosts.csv\n  \
                      plumbline hosts --server http://127.0.0.1:8080")]
    Hosts {
        #[command(flatten)]
        source: Source,
        /// Of this organisation only.
        #[arg(long, value_name = "ORG")]
        org: Option<String>,
        #[command(flatten)]
        filters: Box<Filters>,
        /// No more than so many.
        #[arg(short = 'n', long, value_name = "N")]
        limit: Option<u64>,
        /// How they are shown.
        #[arg(short, long, value_enum, default_value = "table", conflicts_with = "json")]
        output: Output,
        /// One JSON object a line, as the API shows hosts; short for `--output json`.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        watch: Watch,
    },
    /// Shows one host: what it is, how many packages and services it has, when it last changed.
    #[command(after_help = "Examples:\n  plumbline show web-1.example.com\n  \
                      plumbline show web-1 --at yesterday\n  \
                      plumbline show web-1 --at 2026-11-27T12:00:00Z\n  plumbline show web-1 --json | jq .system_profile.arch")]
    Show {
        /// Its id, its name, or a part of a name that no other host has.
        host: String,
        #[command(flatten)]
        source: Source,
        /// In this organisation only.
        #[arg(long, value_name = "ORG")]
        org: Option<String>,
        /// As it was at this time: ISO 8601 (UTC unless a zone is given), `20:46` (UTC), `2h` ago, or `yesterday`.
        #[arg(short, long, value_name = "TIME")]
        at: Option<String>,
        /// One JSON object with the whole profile, as `/api/fleet/v1/hosts/{id}/state` shows it.
        #[arg(long)]
        json: bool,
    },
    /// Shows what happened to one host, newest first.
    #[command(after_help = "Examples:\n  plumbline history web-1.example.com\n  \
                      plumbline history web-1 --diff --limit 1\n  plumbline history web-1 --json | jq -r .at")]
    History {
        /// Its id (also of a host that is gone), its name, or a part of a name that no other host has.
        host: String,
        #[command(flatten)]
        source: Source,
        /// In this organisation only.
        #[arg(long, value_name = "ORG")]
        org: Option<String>,
        /// No more than so many changes.
        #[arg(short = 'n', long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
        limit: u32,
        /// Check-ins that changed nothing too.
        #[arg(long)]
        seen: bool,
        /// What differs in detail: packages, services, facts.
        #[arg(short, long)]
        diff: bool,
        /// One JSON object a line, as `/api/fleet/v1/hosts/{id}/timeline` shows changes.
        #[arg(long)]
        json: bool,
    },
    /// Shows what changed, and on how many hosts: the last day unless another time is asked for.
    #[command(
        after_help = "Examples:\n  plumbline changes\n  plumbline changes openssl --since 7d --hosts\n  \
                      plumbline changes --tag env=prod --question 'os:\"RHEL 9\"'\n  \
                      plumbline changes --section facts --json"
    )]
    Changes(Box<ChangesShown>),
    /// Shows what people and tokens changed: who, when, by which operation, on what.
    ///
    /// Reports of machines and samples are not in it: `plumbline history` tells who reported a host.
    #[command(
        after_help = "Examples:\n  plumbline audit\n  plumbline audit --since 30d --actor ada --json | jq -r .subject"
    )]
    Audit(Box<AuditShown>),
    /// Shows what differs between hosts: now, or as they were. Exit code 1 when something does.
    #[command(after_help = "Examples:\n  plumbline compare web-1 web-2\n  \
                      plumbline compare web-1 web-2 --at 2026-11-27T12:00:00Z --json\n  \
                      plumbline compare self web-1\n  plumbline compare profile.json web-1\n  \
                      plumbline compare versions deb 1.0~rc1 1.0")]
    #[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
    Compare {
        #[command(flatten)]
        asked: Compared,
        #[command(flatten)]
        source: Source,
        /// Something other than hosts.
        #[command(subcommand)]
        other: Option<CompareOther>,
    },
    /// Finds where series of measurements got worse, within a budget of false alarms.
    #[command(after_help = "Examples:\n  plumbline regressions results.csv\n  \
                      plumbline regressions results.csv --budget 0.1 --json")]
    Regressions(Regressions),
    /// Sends what a benchmark tool wrote to the benchmarks service.
    #[command(after_help = "Examples:\n  plumbline submit hyperfine.json --dry-run\n  \
                      plumbline submit --schema hyperfine\n  \
                      plumbline submit bench.txt --format go --benchmark org/image:1.0 --flavor site/flavor --to http://127.0.0.1:8080")]
    Submit(Submit),
    /// Sends reports of a fleet that does not exist: to try things out, and to measure.
    #[command(after_help = "Examples:\n  plumbline load --hosts 2000 --http http://127.0.0.1:8080\n  \
                      plumbline load --hosts 20000 --stream changed --kafka 127.0.0.1:29092 --org acme\n  \
                      plumbline load --file - | head -n 1")]
    Load(Load),
    /// Looks after the tables.
    Migrate {
        /// What to do.
        #[command(subcommand)]
        step: Migrate,
    },
    /// Prints each setting, its value and where it came from.
    #[command(after_help = "Examples:\n  plumbline config --json\n  plumbline config --check")]
    Config {
        /// Prints a file of all settings with their defaults instead.
        #[arg(long)]
        defaults: bool,
        /// Says what is wrong with the settings instead, before anything is started: exit code 2 when something is.
        #[arg(long, conflicts_with = "defaults")]
        check: bool,
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
    /// Asks the program that runs here with the same settings whether it works: exit code 0 when it does.
    ///
    /// What a container or a supervisor runs as its health check.
    #[command(after_help = "Example: plumbline health && echo works")]
    Health,
    /// Prints what a shell wants to know to complete commands and options.
    #[command(
        after_help = "Example: plumbline completion bash > ~/.local/share/bash-completion/completions/plumbline"
    )]
    Completion {
        /// Of which shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Prints the manual page, or writes that of each command into a folder.
    #[command(after_help = "Examples:\n  plumbline man | man -l -\n  plumbline man ~/.local/share/man/man1")]
    Man {
        /// The folder; it is made when it does not exist.
        folder: Option<PathBuf>,
    },
    /// Prints the OpenAPI document of a service.
    #[command(after_help = "Example: plumbline openapi fleet > fleet.json")]
    Openapi {
        /// Of which service.
        #[arg(value_name = "SERVICE", default_value = "inventory", value_parser = one_of(services::names()))]
        service: String,
    },
}

/// How a list is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// In columns, for people.
    Table,
    /// The same with addresses, groups, tags and reporters.
    Wide,
    /// One JSON object a line.
    Json,
    /// For spreadsheets: a line of names, then one for each.
    Csv,
}

/// What to do about the tables.
#[derive(Debug, Subcommand)]
pub enum Migrate {
    /// Applies the steps that are missing.
    #[command(after_help = "Example: plumbline migrate up --database-url postgres://plumbline@db/inventory")]
    Up {
        #[command(flatten)]
        place: Place,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Waits until somebody has applied all steps: what a container does before its program starts. Exit code 1 when that
    /// takes too long.
    #[command(
        after_help = "Example: plumbline migrate wait --database-url postgres://plumbline@db/inventory"
    )]
    Wait {
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
        /// The names of the files as JSON, one a line.
        #[arg(long)]
        json: bool,
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

    #[test]
    fn a_token_may_begin_with_a_hyphen_as_one_in_sixty_four_does() {
        let asked = ["plumbline", "hosts", "--server", "http://127.0.0.1:1", "--token", "-Zq7_x"];
        let Command::Hosts { source, .. } = Cli::try_parse_from(asked).unwrap().command else {
            panic!("it lists hosts")
        };
        assert_eq!(source.token.as_deref(), Some("-Zq7_x"));
    }
}
