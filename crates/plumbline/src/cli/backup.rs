//! `plumbline backup` and `plumbline restore`: their command lines.

use std::path::PathBuf;

use clap::Args;

use super::Place;

/// What is asked of `plumbline backup`.
#[derive(Debug, Args)]
#[command(after_help = "Example: plumbline backup plumbline.backup")]
pub struct Backup {
    /// The file; nothing may be there yet.
    pub file: PathBuf,
    #[command(flatten)]
    pub place: Place,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// What is asked of `plumbline restore`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  plumbline restore plumbline.backup --data ./restored\n  \
                  plumbline restore plumbline.backup --database-url postgres://plumbline@db/restored")]
pub struct Restore {
    /// The file.
    pub file: PathBuf,
    #[command(flatten)]
    pub place: Place,
    /// Remove what is there.
    #[arg(long)]
    pub replace: bool,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}
