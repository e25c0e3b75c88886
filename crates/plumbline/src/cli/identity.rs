//! What `plumbline identity` and `plumbline collisions` do.

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::{Place, Source};

/// Which collisions are shown.
#[derive(Debug, Clone, Args)]
pub struct CollisionsShown {
    #[command(flatten)]
    pub source: Source,
    /// Of this organisation; of all otherwise.
    #[arg(long, value_name = "ORG")]
    pub org: Option<String>,
    /// Says of this host that it is one machine all the same: it is not listed any more.
    #[arg(long, value_name = "HOST")]
    pub settle: Option<String>,
    /// One JSON object a line.
    #[arg(long)]
    pub json: bool,
}

/// How a merge or a split is made.
#[derive(Debug, Clone, Args)]
pub struct Making {
    #[command(flatten)]
    pub place: Place,
    /// In this organisation only.
    #[arg(long, value_name = "ORG")]
    pub org: Option<String>,
    /// Shows what would be, and does nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// What to do about which machine a host is.
#[derive(Debug, Subcommand)]
pub enum IdentityCommand {
    /// Has a host take what it lacks from another one, which goes; reports of either are about it from then on.
    #[command(after_help = "Example: plumbline identity merge web-1 web-1-old --dry-run")]
    Merge {
        /// The host that stays.
        kept: String,
        /// The host that goes.
        other: String,
        #[command(flatten)]
        making: Making,
    },
    /// Makes a host of its own of one of the machines that claim a host.
    #[command(after_help = "Example: plumbline identity split web-1 --row 4711 --dry-run")]
    Split {
        /// The host.
        host: String,
        /// A row of the log that the machine reported, as `plumbline collisions` names it.
        #[arg(long, value_name = "NUMBER")]
        row: i64,
        #[command(flatten)]
        making: Making,
    },
    /// Undoes a merge or a split: the hosts are what they were before.
    #[command(after_help = "Example: plumbline identity undo 5f0c1c1e-0000-4000-8000-000000000001")]
    Undo {
        /// Its id.
        id: Uuid,
        #[command(flatten)]
        making: Making,
    },
    /// Lists merges and splits, the newest first.
    #[command(after_help = "Example: plumbline identity list --json")]
    List {
        #[command(flatten)]
        source: Source,
        /// Of this organisation; of all otherwise.
        #[arg(long, value_name = "ORG")]
        org: Option<String>,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
}
