//! Whose record a command reads.

use std::path::PathBuf;

use clap::Args;

use super::Place;

/// Whose record is read: the one here, or that of a server.
#[derive(Debug, Clone, Default, Args)]
pub struct Source {
    #[command(flatten)]
    pub place: Place,
    /// Asks a running server, as `https://plumbline.example.com`. `PLUMBLINE_SERVER` names one where neither this nor a place of
    /// data is given.
    #[arg(long, value_name = "URL", conflicts_with_all = ["data", "database_url", "org"], help_heading = "Of a server")]
    pub server: Option<String>,
    /// The bearer token of the caller. Others on this machine may see it on a command line: `PLUMBLINE_TOKEN` and --token-file
    /// keep it from them.
    #[arg(
        long,
        value_name = "TOKEN",
        allow_hyphen_values = true,
        conflicts_with = "token_file",
        help_heading = "Of a server"
    )]
    pub token: Option<String>,
    /// A file with the bearer token.
    #[arg(long, value_name = "FILE", help_heading = "Of a server")]
    pub token_file: Option<PathBuf>,
    /// Certificates (PEM) that are trusted besides those that the system trusts; `PLUMBLINE_CA` names them, too.
    #[arg(long, value_name = "FILE", help_heading = "Of a server")]
    pub ca: Option<PathBuf>,
    /// Asks without TLS although the address is not on this machine: on a network that nobody else is on.
    #[arg(long, help_heading = "Of a server")]
    pub plain_http: bool,
}
