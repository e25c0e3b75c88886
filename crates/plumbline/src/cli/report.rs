//! What `plumbline report` does.

use std::path::PathBuf;

use clap::Args;

use super::Place;

/// Which machine is reported, and where to.
#[derive(Debug, Clone, Args)]
pub struct ReportShown {
    #[command(flatten)]
    pub place: Place,
    /// Reports the machine whose files stand under this folder instead: a mounted image, a recorded tree.
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// Shows what would be sent, and sends nothing.
    #[arg(long, conflicts_with = "to")]
    pub print: bool,
    /// The address of an inventory on another machine; this one enrols there the first time.
    #[arg(long, value_name = "URL", env = "PLUMBLINE_REPORT_TO")]
    pub to: Option<String>,
    /// The token to enrol with, from `plumbline token create`; needed the first time only.
    #[arg(
        long,
        value_name = "TOKEN",
        env = "PLUMBLINE_ENROLMENT_TOKEN",
        hide_env_values = true,
        requires = "to"
    )]
    pub token: Option<String>,
    /// A file with the token to enrol with.
    #[arg(long, value_name = "FILE", conflicts_with = "token", requires = "to")]
    pub token_file: Option<PathBuf>,
    /// Certificates (PEM) that are trusted besides those that the system trusts.
    #[arg(long, value_name = "FILE", env = "PLUMBLINE_REPORT_CA", requires = "to")]
    pub ca: Option<PathBuf>,
    /// Sends tokens and reports without TLS although the address is not on this machine: on a network that nobody else is on.
    #[arg(long, requires = "to")]
    pub plain_http: bool,
    /// Goes on: reports again after every so long, as 15m.
    #[arg(long, value_name = "TIME", requires = "to")]
    pub every: Option<String>,
    /// One JSON object on one line.
    #[arg(long)]
    pub json: bool,
}
