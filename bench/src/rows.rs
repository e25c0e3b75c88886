//! The order in which everything is measured.

use std::{sync::Arc, time::Instant};

use load::Stream;
use tempfile::TempDir;

use crate::{
    causes, client,
    components::{BATCH, Components, UNIQUE, bodies, machines, plan},
    embedded, kafka,
    options::Options,
    reads::{self, Store},
    report::{self, Report},
};

/// Measures all rows that are wanted.
pub async fn run(options: &Options) -> Report {
    let begun = Instant::now();
    let mut report = Report { machine: report::machine(), hosts: options.hosts(), ..Report::default() };
    let of = |engine: &str| reads::ROWS.map(|row| format!("{row}-{engine}"));
    let wants_reads = |engine: &str| of(engine).iter().any(|row| options.wants(row));
    if options.wants_any(&kafka::ROWS) || wants_reads("postgres") {
        let components = Components::start();
        let url = components.database(options, "bench").await;
        kafka::measure(options, &components, &url, &mut report).await;
        if wants_reads("postgres") {
            reads::measure(options, Store::Postgres(&url), options.hosts(), None, &mut report).await;
        }
    }
    if options.wants_any(&embedded::ROWS)
        || wants_reads("sqlite")
        || options.wants_any(&["start", "memory-idle"])
    {
        let folder = embedded::measure(options, &mut report).await;
        if options.wants_any(&["start", "memory-idle"]) {
            reads::measure_start(options, folder.path(), &mut report).await;
        }
        if wants_reads("sqlite") {
            reads::measure(options, Store::Sqlite(folder.path()), options.hosts(), None, &mut report).await;
        }
    }
    if options.wants("disk-host-sqlite") {
        embedded::measure_disk(options, &mut report).await;
    }
    if options.wants_any(&causes::ROWS) {
        causes::measure(options, &mut report).await;
    }
    if options.growth {
        for (hosts, mark) in [(2_000, "-at-2000"), (200_000, "-at-200000")] {
            let folder = grown(options, hosts).await;
            reads::measure(options, Store::Sqlite(folder.path()), hosts, Some(mark), &mut report).await;
        }
    }
    report.seconds = begun.elapsed().as_secs_f64();
    report
}

/// A folder with a fleet of this size.
async fn grown(options: &Options, hosts: u64) -> TempDir {
    let folder = TempDir::with_prefix("plumbline-bench-").expect("a temporary folder can be made");
    let fleet = Arc::new(machines(UNIQUE));
    let program = embedded::up(options, folder.path());
    // In parts, as all bodies together would take gigabytes.
    let all: Vec<_> = plan(Stream::New, hosts).reports().collect();
    for part in all.chunks(BATCH * 50) {
        let made = bodies(&fleet, part);
        client::post(program.address(), &fleet.identity().into(), 4, "/api/inventory/v1/hosts", made).await;
    }
    program.stop();
    folder
}
