//! What `plumbline baseline` does.

use std::path::PathBuf;

use clap::Subcommand;

use super::{Place, Source};

/// What to do about baselines.
#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// Lists baselines by name.
    #[command(after_help = "Example: plumbline baseline list --json | jq -r .display_name")]
    List {
        #[command(flatten)]
        source: Source,
        /// Of this organisation; needed when there are several.
        #[arg(long, value_name = "ORG")]
        org: Option<String>,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Shows a baseline: its facts, and the systems that it is for.
    #[command(after_help = "Example: plumbline baseline show gold")]
    Show {
        /// Its id or its name.
        baseline: String,
        #[command(flatten)]
        source: Source,
        /// In this organisation; needed when there are several.
        #[arg(long, value_name = "ORG")]
        org: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Makes a baseline: empty, from a host, or from a file of facts.
    #[command(after_help = "Examples:\n  plumbline baseline create gold --from-host web-1.example.com\n  \
                      plumbline baseline create gold --facts facts.json")]
    Create {
        /// Its name: one of a kind in the organisation.
        name: String,
        /// With the facts of this host: its id, its name, or a part of a name that no other host has.
        #[arg(long, value_name = "HOST", conflicts_with = "facts")]
        from_host: Option<String>,
        /// With the facts in this file: a JSON list of `{"name": …, "value": …}` and `{"name": …, "values": […]}`.
        #[arg(long, value_name = "FILE")]
        facts: Option<PathBuf>,
        #[command(flatten)]
        place: Place,
        /// In this organisation; needed when there are several.
        #[arg(long, value_name = "ORG")]
        org: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Makes a baseline for some hosts, too; those that it is for already are left as they are.
    #[command(after_help = "Example: plumbline baseline associate gold web-1.example.com web-2.example.com")]
    Associate {
        /// Its id or its name.
        baseline: String,
        /// Hosts: ids, names, or parts of names that no other host has.
        #[arg(required = true)]
        hosts: Vec<String>,
        #[command(flatten)]
        place: Place,
        /// In this organisation; needed when there are several.
        #[arg(long, value_name = "ORG")]
        org: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}
