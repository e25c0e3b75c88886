//! What `plumbline token` does.

use clap::Subcommand;
use uuid::Uuid;

use super::{Place, Source};

/// What to do about tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Makes a token for machines to enrol with, and shows it this once.
    #[command(after_help = "Examples:\n  plumbline token create\n  \
                      plumbline token create --uses 40 --expires 7d --tag site/rack=b7\n  \
                      plumbline token create --host web-1")]
    Create {
        /// How many machines it enrols, or `any`.
        #[arg(long, value_name = "N", default_value = "1")]
        uses: String,
        /// After how long it ends: 90s, 15m, 2h, 3d, 1w; at most 366d.
        #[arg(long, value_name = "TIME", default_value = "1d")]
        expires: String,
        /// The group that the machines come into, by name.
        #[arg(long, value_name = "NAME")]
        group: Option<String>,
        /// A tag that they get, as NAMESPACE/KEY=VALUE; several times for several.
        #[arg(long, value_name = "TAG")]
        tag: Vec<String>,
        /// The one host, known already, that it is for: after it was installed anew, or when it was reported in another way before.
        #[arg(long, value_name = "HOST", conflicts_with_all = ["group", "tag"])]
        host: Option<String>,
        /// What it is for, in a few words.
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
        #[command(flatten)]
        place: Place,
        /// In this organisation.
        #[arg(long, value_name = "ORG")]
        org: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Lists tokens to enrol with, and the machines that have enrolled.
    #[command(after_help = "Example: plumbline token list --json | jq -r .id")]
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
    /// Revokes tokens, of either kind, by their ids: nobody enrols or reports with them any more.
    #[command(after_help = "Example: plumbline token revoke 5f0c1c1e-0000-4000-8000-000000000001 --hosts")]
    Revoke {
        /// Their ids, as `plumbline token list` shows them.
        #[arg(required = true)]
        ids: Vec<Uuid>,
        /// Also the tokens of the hosts that enrolled with them.
        #[arg(long)]
        hosts: bool,
        #[command(flatten)]
        place: Place,
        /// Of this organisation; of all otherwise.
        #[arg(long, value_name = "ORG")]
        org: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}
