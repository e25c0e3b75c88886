//! How fast the program is: beside what the machine can do, measured in the same run, and what the original did.
//!
//! `make bench` builds everything in release mode and runs this. It starts a PostgreSQL and a Kafka of its own
//! (durable: what is acknowledged is on the disk), fills them with machines of `plumbline load`, and measures one row
//! of the table after the other, each with:
//!
//! * the rate, p50 and p99, and the CPU seconds and the memory of the program alone;
//! * a physical limit: the same rows into the same tables in bulk, the same question through the bare driver, an HTTP
//!   server that answers with the same number of bytes and does nothing else;
//! * what the original reached (`originals.tsv`).
//!
//! `--only causes` counts the alerts of a patch day, one for each check-in and one for each cause; it needs no component.
//! `--only herd` has 100,000 agents (`--hosts N`) report at once after an outage.
//! Rows whose names begin with `samples` are measured beside Prometheus and `VictoriaMetrics`, in a table of their own.
//!
//! `--changes` measures change points instead, without any component.
//!
//! `--only ROW` measures one row, `--quick` everything in small. `docs/performance.md` holds a whole run.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::expect_used,
    clippy::panic,
    reason = "a program for developers that says its results, and stops at the first thing that is not as it should be"
)]

mod causes;
mod changes;
mod client;
mod components;
mod databases;
mod document;
mod echo;
mod embedded;
mod fleets;
mod herd;
mod identity;
mod kafka;
mod limits;
mod options;
mod originals;
mod program;
mod reads;
mod report;
mod results;
mod rows;
mod samples;
mod usage;

use clap::Parser as _;

fn main() {
    let options = options::Options::parse();
    if options.changes || options.calibrate {
        return changes::run(&options);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads start");
    runtime.block_on(async {
        if let Some(bytes) = options.echo {
            return echo::serve(bytes).await;
        }
        if options.identity {
            return identity::run(&options).await;
        }
        let report = rows::run(&options).await;
        report.show(&options);
        samples::run(&options).await;
    });
}
