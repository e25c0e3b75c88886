//! What `plumbline regressions` takes.

use std::path::PathBuf;

use clap::Args;

/// Of which file, and how.
#[derive(Debug, Clone, Args)]
pub struct Regressions {
    /// A file of measurements, `-` for standard input: CSV with the columns `series`, `time` and `value`, and, where known,
    /// `environment` (what the machine was like) and `direction` (`lower` or `higher` is better).
    pub file: PathBuf,
    /// How many false alarms 1,000 series may have in a month: from 0.01 to 100.
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    pub budget: f64,
    /// What is said of changes to the better, of the machine's own, and of each series too.
    #[arg(long, conflicts_with = "json")]
    pub all: bool,
    /// Exit code 1 when something got worse and has not recovered.
    #[arg(long)]
    pub check: bool,
    /// One JSON object.
    #[arg(long)]
    pub json: bool,
}
