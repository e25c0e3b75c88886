//! `--watch`.

use clap::Args;

/// Whether something is shown again and again.
#[derive(Debug, Clone, Copy, Args)]
pub struct Watch {
    /// Shows it again every two seconds, or every so many, until Ctrl-C.
    #[arg(short, long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, default_missing_value = "2",
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub watch: Option<u64>,
}
