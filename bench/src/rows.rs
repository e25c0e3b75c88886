//! The order in which everything is measured.

use std::time::Instant;

use crate::{
    causes,
    components::Components,
    databases::Store,
    embedded, fleets, herd, kafka,
    options::Options,
    reads,
    report::{self, Report},
    results,
};

/// Measures all rows that are wanted.
pub async fn run(options: &Options) -> Report {
    let begun = Instant::now();
    let mut report = Report { machine: report::machine(), hosts: options.hosts(), ..Report::default() };
    let wants_reads = |engine: &str| options.fleet.is_empty() && reads::wants(options, engine);
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
    fleets::measure(options, &mut report).await;
    results::measure(options, &mut report).await;
    if options.wants_any(&herd::ROWS) {
        herd::measure(options, &mut report).await;
    }
    report.seconds = begun.elapsed().as_secs_f64();
    report
}
