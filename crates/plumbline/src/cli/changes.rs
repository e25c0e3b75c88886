//! What `plumbline changes` takes.

use clap::Args;

use super::{Source, Watch};

/// Which changes, and how they are shown.
#[derive(Debug, Clone, Args)]
pub struct ChangesShown {
    /// Only what contains this text: a package, a service, a fact.
    pub text: Option<String>,
    /// From when: ISO 8601 (UTC unless a zone is given), `20:46` (UTC), `2h` ago, or `yesterday`.
    #[arg(short, long, value_name = "TIME", default_value = "24h")]
    pub since: String,
    /// Until when; now without it.
    #[arg(short, long, value_name = "TIME")]
    pub until: Option<String>,
    /// Only of these sections: `host`, `facts`, or the name of a list of the profile.
    #[arg(long, value_name = "SECTION")]
    pub section: Vec<String>,
    /// Only on hosts that were in one of these groups, by name.
    #[arg(long, value_name = "GROUP")]
    pub group: Vec<String>,
    /// Only on hosts that have one of these tags now: `[namespace/]key[=value]`.
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// Only on hosts for which this is true now: `os:"RHEL 9" and not state:stale`.
    #[arg(short, long, value_name = "QUESTION")]
    pub question: Option<String>,
    /// No more than so many causes.
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub limit: u32,
    #[command(flatten)]
    pub source: Source,
    /// Of this organisation only.
    #[arg(long, value_name = "ORG")]
    pub org: Option<String>,
    /// The names of the hosts too.
    #[arg(long)]
    pub hosts: bool,
    /// One JSON object, as `/api/fleet/v1/changes/causes` shows it.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub watch: Watch,
}
