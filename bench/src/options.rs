//! What can be asked for.

use std::path::PathBuf;

use clap::Parser;

/// Measures the program.
#[derive(Debug, Clone, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct Options {
    /// Only rows whose name begins so; may be given several times.
    #[arg(long, value_name = "ROW")]
    pub only: Vec<String>,
    /// A tenth of the machines and a third of the time: to see that it works, and roughly how fast.
    #[arg(long)]
    pub quick: bool,
    /// Also reads of a fleet of so many machines; may be given several times.
    #[arg(long, value_name = "N")]
    pub fleet: Vec<u64>,
    /// Reads once more while so many reports a second come in.
    #[arg(long, value_name = "N")]
    pub beside: Vec<u64>,
    /// How many machines.
    #[arg(long, value_name = "N")]
    pub hosts: Option<u64>,
    /// How many results of benchmarks.
    #[arg(long, value_name = "N")]
    pub results: Option<u64>,
    /// The program; otherwise the one beside this.
    #[arg(long, value_name = "FILE")]
    pub program: Option<PathBuf>,
    /// Writes the results as JSON.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Writes the table into this document, between its markers.
    #[arg(long, value_name = "FILE")]
    pub document: Option<PathBuf>,
    /// Measures change points instead: false alarms, and which steps are found how soon.
    #[arg(long)]
    pub changes: bool,
    /// Of what the random series of `--changes` are made.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub changes_seed: u64,
    /// Measures instead which machine a report is taken for: clones, re-images, renames and swapped boards.
    #[arg(long)]
    pub identity: bool,
    /// Measures how often independent points pass the thresholds of change points.
    #[arg(long)]
    pub calibrate: bool,
    /// Serves this many bytes to every request until killed: the limit of HTTP.
    #[arg(long, value_name = "BYTES", hide = true)]
    pub echo: Option<usize>,
}

impl Options {
    /// How many machines.
    pub fn hosts(&self) -> u64 {
        self.hosts.unwrap_or(if self.quick { 2_000 } else { 20_000 })
    }

    /// How many results of benchmarks.
    pub fn results(&self) -> u64 {
        self.results.unwrap_or(if self.quick { 2_000 } else { 100_000 })
    }

    /// How long a kind of read is measured, in seconds.
    pub fn seconds(&self) -> f64 {
        if self.quick { 1.5 } else { 5.0 }
    }

    /// Whether a row is wanted.
    pub fn wants(&self, row: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|start| row.starts_with(start.as_str()))
    }

    /// Whether one of these is.
    pub fn wants_any(&self, rows: &[&str]) -> bool {
        rows.iter().any(|row| self.wants(row))
    }
}
