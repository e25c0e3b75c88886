//! What `plumbline submit` takes.

use std::path::PathBuf;

use clap::Args;

/// Which file, and where it goes.
#[derive(Debug, Clone, Args)]
pub struct Submit {
    /// What a benchmark tool wrote; `-` for standard input.
    #[arg(required = true)]
    pub file: Option<PathBuf>,
    /// Prints the JSON schema of what is stored of a format, to make a benchmark with, and reads nothing.
    #[arg(long, value_name = "FORMAT", exclusive = true)]
    pub schema: Option<String>,
    /// In which format, when it is not to be recognised: hyperfine, google-benchmark, pytest-benchmark, jmh, fio,
    /// benchmark-action, criterion, libtest, go, sysbench, hpl, osu, bmf, json, csv.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// For json and csv, where what stands: `name=PLACE,value=PLACE`, also `list`, `metric`, `unit`, `better`, `time`.
    #[arg(long, value_name = "MAPPING")]
    pub map: Option<String>,
    /// When it was run (ISO 8601), where the file does not say so; otherwise the time of the file counts, and is marked.
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Shows what would be stored, and sends nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// The server, as `http://127.0.0.1:8080`.
    #[arg(long, value_name = "URL", required_unless_present = "dry_run")]
    pub to: Option<String>,
    /// Of which benchmark: its id, or its image and tag as in `org/image:tag`.
    #[arg(long, value_name = "BENCHMARK", required_unless_present = "dry_run")]
    pub benchmark: Option<String>,
    /// On which kind of machine: the id of the flavor, or site and flavor as in `site/flavor`.
    #[arg(long, value_name = "FLAVOR", required_unless_present = "dry_run")]
    pub flavor: Option<String>,
    /// On which machine it ran.
    #[command(flatten)]
    pub ran_on: RanOn,
    /// A file with the bearer token of the caller; `PLUMBLINE_TOKEN` names the token itself.
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Sends runs too that failed: they are marked.
    #[arg(long)]
    pub with_failed: bool,
    /// One JSON object.
    #[arg(long)]
    pub json: bool,
}

/// On which machine a benchmark ran.
#[derive(Debug, Clone, Args)]
pub struct RanOn {
    /// It ran on this machine, which the server knows by its reports: the result is pinned to the state that the machine had.
    #[arg(long = "self", conflicts_with = "host")]
    pub this_machine: bool,
    /// It ran on the host with this id.
    #[arg(long, value_name = "ID")]
    pub host: Option<uuid::Uuid>,
    /// The folder where this machine keeps its id [default: plumbline in the user's data folder].
    #[arg(long, value_name = "DIR", requires = "this_machine")]
    pub data: Option<PathBuf>,
}
