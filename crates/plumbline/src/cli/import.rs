//! What `plumbline import` takes.

use std::path::PathBuf;

use clap::Subcommand;

use super::Place;

/// Rows of the originals' tables: one JSON object a line, as `row_to_json` of PostgreSQL and `SELECT JSON` of Cassandra print them; `-` for standard
/// input. A row that is there already is left as it is, so that a file may be given again.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// Takes over hosts with their profiles, groups, staleness settings and what applications said of them, from the inventory's
    /// original: rows of its tables, or its own database. Host and group ids stay.
    #[command(
        after_help = "Groups come before hosts, and hosts before what belongs to them.\n\nExamples:\n  \
                      for table in groups staleness hosts system_profiles_static system_profiles_dynamic hosts_groups; do\n    \
                      psql -Atc \"select row_to_json(t) from hbi.$table t\"\n  done > hosts.jsonl\n  \
                      plumbline import hosts hosts.jsonl\n  \
                      plumbline import hosts postgres://insights@old-db/insights"
    )]
    Hosts {
        /// The file, or the original's database: postgres://user:password@host:port/name.
        from: String,
        /// The schema of the original's tables.
        #[arg(long, value_name = "NAME", default_value = inventory::import::original::SCHEMA)]
        schema: String,
        #[command(flatten)]
        place: Place,
        /// The outcome as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Takes in rows of `historical_system_profiles`.
    #[command(
        after_help = "Example:\n  psql -Atc 'select row_to_json(t) from historical_system_profiles t' > profiles.jsonl\n  \
                      plumbline import historical-profiles profiles.jsonl"
    )]
    HistoricalProfiles {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        place: Place,
        /// The outcome as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Takes in rows of `system_baselines`, and of `system_baseline_mapped_systems` behind them.
    #[command(
        after_help = "Example:\n  psql -Atc 'select row_to_json(t) from system_baselines t' > baselines.jsonl\n  \
                      psql -Atc 'select row_to_json(t) from system_baseline_mapped_systems t' >> baselines.jsonl\n  \
                      plumbline import baselines baselines.jsonl"
    )]
    Baselines {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        place: Place,
        /// The outcome as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Takes in rows of the metrics UI server: counters, timers and dashboards, each with a member `table`.
    #[command(
        after_help = "Example:\n  cqlsh -k metric_data -e 'PAGING OFF; SELECT JSON * FROM raw_timer_with_interval' \\\n    \
                      | sed -n 's/^ *{/{\"table\": \"raw_timer_with_interval\", /p' > timers.jsonl\n  \
                      plumbline import metrics timers.jsonl"
    )]
    Metrics {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        place: Place,
        /// The outcome as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Takes over users, benchmarks, sites, flavors, tags, results and claims of the benchmarks service's original, from its
    /// own database.
    #[command(after_help = "Example: plumbline import benchmarks postgres://eosc@old-db/perf")]
    Benchmarks {
        /// The original's database.
        from: String,
        #[command(flatten)]
        place: Place,
        /// The outcome as JSON.
        #[arg(long)]
        json: bool,
    },
}
