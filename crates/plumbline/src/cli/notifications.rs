//! What `plumbline notifications` does.

use clap::Subcommand;
use uuid::Uuid;

use super::{Place, Source};

/// What to do about notifications.
#[derive(Debug, Subcommand)]
pub enum NotificationsCommand {
    /// Lists the channels of organisations, and how it goes with each.
    #[command(after_help = "Example: plumbline notifications channels")]
    Channels {
        #[command(flatten)]
        source: Source,
        /// Of this organisation; of all otherwise.
        #[arg(long, value_name = "ORG")]
        org: Option<String>,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Lists what could not be delivered, the last first.
    #[command(after_help = "Example: plumbline notifications dead-letters --json | jq -r .reason")]
    DeadLetters {
        #[command(flatten)]
        source: Source,
        /// Of this organisation; of all, and e-mails to single persons, otherwise.
        #[arg(long, value_name = "ORG")]
        org: Option<String>,
        /// At most so many of an organisation.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        limit: i64,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Has what could not be delivered sent again.
    #[command(after_help = "Examples:\n  plumbline notifications resend --all\n  \
                      plumbline notifications resend 5f0c1c1e-0000-4000-8000-000000000001")]
    Resend {
        /// Ids of dead letters.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        ids: Vec<Uuid>,
        /// All of them.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        place: Place,
        /// Of this organisation; of all, and e-mails to single persons, otherwise.
        #[arg(long, value_name = "ORG")]
        org: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}
