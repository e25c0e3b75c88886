//! What `plumbline load` sends, and where.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Which reports, and where they go.
#[derive(Debug, Clone, Args)]
pub struct Load {
    /// Where they go.
    #[command(flatten)]
    pub target: LoadTarget,
    /// How many machines the fleet has.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub hosts: u64,
    /// What they do.
    #[arg(long, value_enum, default_value = "new")]
    pub stream: StreamName,
    /// For the how many-th time they do it.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub round: u32,
    /// The same seed gives the same bytes.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Of what organisation.
    #[arg(long, value_name = "ORG", default_value = "local")]
    pub org: String,
    /// How many in a hundred are like no other; the rest are clones with small differences.
    #[arg(long, value_name = "PERCENT", default_value_t = 5, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub unique: u8,
    /// Reports sent together.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub batch: u32,
    /// Batches under way at the same time.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub connections: u32,
    /// No more than so many reports a second.
    #[arg(long, value_name = "N")]
    pub rate: Option<u32>,
    /// The topic, when it is another than the settings name.
    #[arg(long, value_name = "TOPIC", requires = "kafka")]
    pub topic: Option<String>,
    /// Puts the machines into groups, one for each team, when all are there.
    #[arg(long, requires = "http")]
    pub groups: bool,
    /// The outcome as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Where made-up reports go: one of these.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
pub struct LoadTarget {
    /// Into a file, one ingress envelope a line; `-` for the standard output.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// To `POST /hosts` of a server, in batches.
    #[arg(long, value_name = "URL")]
    pub http: Option<String>,
    /// To the topic that reports are read from, by way of these brokers.
    #[arg(long, value_name = "HOST:PORT")]
    pub kafka: Option<String>,
}

/// What the machines of a made-up fleet do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StreamName {
    /// Each reports for the first time.
    New,
    /// Each reports again what it reported when it was new.
    Same,
    /// Each reports again, with three packages updated since the round before.
    Changed,
    /// A day: one in a hundred is new, one in ten has updates, the others are as they were.
    Day,
}
