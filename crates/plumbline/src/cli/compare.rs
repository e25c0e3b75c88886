//! What `plumbline compare` takes.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// What is compared, and how it is shown.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct Compared {
    /// Hosts by id, name or a part of a name; `self` for this machine; a file with a system profile or a report.
    #[arg(required = true, num_args = 1.., value_name = "HOST")]
    pub records: Vec<String>,
    /// In this organisation only.
    #[arg(long, value_name = "ORG")]
    pub org: Option<String>,
    /// As they were at this time (ISO 8601; UTC unless a zone is given).
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// With the baseline of this name or id: what it names, and whether that is so on each host.
    #[arg(long, value_name = "BASELINE")]
    pub baseline: Option<String>,
    /// Facts of which everything is the same too.
    #[arg(long)]
    pub all: bool,
    /// Says for each value whether it is that of the first host.
    #[arg(long)]
    pub reference: bool,
    /// One JSON object, as `/api/drift/v1/comparison_report` answers.
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Lines of CSV, as the same API answers.
    #[arg(long)]
    pub csv: bool,
}

/// What else can be compared.
#[derive(Debug, Clone, Subcommand)]
pub enum CompareOther {
    /// Prints -1, 0 or 1: whether the first version is older, the same or newer; `?` where one is none.
    #[command(after_help = "Examples:\n  plumbline compare versions rpm 1.0~rc1 1.0\n  \
                      plumbline compare versions pacman --file pairs.tsv")]
    Versions {
        /// Whose order.
        #[arg(value_enum)]
        ecosystem: EcosystemName,
        /// Two versions.
        #[arg(
            num_args = 2,
            value_name = "VERSION",
            allow_hyphen_values = true,
            required_unless_present = "file"
        )]
        pair: Vec<String>,
        /// A file of pairs, one a line with a tab between them; `-` for standard input.
        #[arg(long, value_name = "PAIRS.tsv", conflicts_with = "pair")]
        file: Option<PathBuf>,
    },
}

/// A family of package managers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EcosystemName {
    /// RPM.
    Rpm,
    /// dpkg.
    Deb,
    /// pacman.
    Pacman,
    /// apk.
    Apk,
}
