//! What `plumbline audit` takes.

use clap::Args;

use super::Source;

/// Which entries, and how they are shown.
#[derive(Debug, Clone, Args)]
pub struct AuditShown {
    /// From when: ISO 8601 (UTC unless a zone is given), `20:46` (UTC), `2h` ago, or `yesterday`.
    #[arg(short, long, value_name = "TIME", default_value = "7d")]
    pub since: String,
    /// Until when; now without it.
    #[arg(short, long, value_name = "TIME")]
    pub until: Option<String>,
    /// Only of this actor, by the whole name.
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
    /// Only of this operation.
    #[arg(long, value_name = "OPERATION")]
    pub operation: Option<String>,
    /// No more than so many.
    #[arg(short = 'n', long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub limit: u32,
    #[command(flatten)]
    pub source: Source,
    /// Of this organisation only.
    #[arg(long, value_name = "ORG")]
    pub org: Option<String>,
    /// One JSON object a line, as `/api/fleet/v1/audit` shows entries.
    #[arg(long)]
    pub json: bool,
}
