//! What `plumbline causes` shows and says.

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::{Place, Source};

/// Which causes are listed.
#[derive(Debug, Args)]
pub struct CausesList {
    /// Of this organisation only.
    #[arg(long, value_name = "ORG")]
    pub org: Option<String>,
    /// Also those that are over, and those that are ignored.
    #[arg(long)]
    pub all: bool,
    /// One JSON object a line.
    #[arg(long)]
    pub json: bool,
}

/// What to do about causes of drift.
#[derive(Debug, Subcommand)]
pub enum CausesCommand {
    /// Shows the hosts behind a cause.
    #[command(after_help = "Example: plumbline causes hosts 5f0c1c1e-0000-4000-8000-000000000001")]
    Hosts {
        /// The id of the cause.
        cause: Uuid,
        #[command(flatten)]
        source: Source,
        /// Of this organisation only.
        #[arg(long, value_name = "ORG")]
        org: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=100_000))]
        limit: i64,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Ignores changes of a fact until a day.
    #[command(
        after_help = "Example: plumbline causes ignore 'enabled_services.*' --until 2026-12-24 --reason 'being rebuilt'"
    )]
    Ignore {
        /// The fact by its full name, with `*` for any part.
        fact: String,
        /// Until when: a day, or a moment.
        #[arg(long, value_name = "TIME")]
        until: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        place: Place,
        /// In this organisation; needed when there are several.
        #[arg(long, value_name = "ORG")]
        org: Option<String>,
    },
}
