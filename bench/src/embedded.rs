//! Reports by `POST /hosts` into the embedded store.

use std::{sync::Arc, time::Duration};

use load::Stream;
use tempfile::TempDir;

use crate::{
    client,
    components::{UNIQUE, bodies, machines, plan},
    databases::Store,
    limits,
    options::Options,
    program::Program,
    reads::HOSTS,
    report::{Goal, Report, Row},
};

/// Requests under way at the same time.
const CONNECTIONS: usize = 4;

/// The names of the rows.
pub const ROWS: [&str; 4] = ["new-http", "same-http", "same-http-quiet", "changed-http"];

/// Measures the rows that are wanted; gives the folder, which holds the fleet.
pub async fn measure(options: &Options, report: &mut Report) -> TempDir {
    let folder = TempDir::with_prefix("plumbline-bench-").expect("a temporary folder can be made");
    let fleet = Arc::new(machines(UNIQUE));
    let identity: Arc<str> = fleet.identity().into();
    let program = Program::start(&mut Store::Sqlite(folder.path()).up(options));
    let rows = [
        ("new-http", "new hosts, POST /hosts → SQLite", Stream::New, Goal::rate(2_000.0, 3_500.0)),
        ("same-http", "unchanged re-reports, POST /hosts", Stream::Same, Goal::rate(2_500.0, 4_000.0)),
        (
            "same-http-quiet",
            "unchanged re-reports once more (nobody listens)",
            Stream::Same,
            Goal::rate(6_000.0, 10_000.0),
        ),
        ("changed-http", "one section changed, POST /hosts", Stream::Changed, Goal::rate(2_000.0, 3_500.0)),
    ];
    for (name, work, stream, goal) in rows {
        if !options.wants(name) && stream != Stream::New {
            continue;
        }
        let made = bodies(&fleet, &plan(stream, options.hosts()).reports().collect::<Vec<_>>());
        let before = limits::file_bytes(folder.path());
        let meter = program.meter();
        let seen = client::post(program.address(), &identity, CONNECTIONS, HOSTS, made).await;
        let taken = meter.taken();
        let mut row = Row::new(name, work, seen.rate(), "/s").goal(goal).seen(&seen).taken(taken, seen.count);
        tokio::time::sleep(Duration::from_millis(300)).await;
        if stream == Stream::New && options.wants(name) {
            row = row.limit(
                limits::bulk(folder.path(), options.hosts()).await,
                "INSERT … SELECT of the same rows",
            );
        }
        if options.wants(name) {
            report.add(row);
        }
        if stream == Stream::Changed {
            let each = (limits::file_bytes(folder.path()) - before) as f64 / options.hosts() as f64 / 1e3;
            let row =
                Row::new("disk-change-sqlite", "growth of the file for one changed section", each, "KB");
            report.add(row.goal(Goal::no_more_than(2.0, 1.0)));
        }
    }
    program.stop();
    folder
}

/// Bytes for a host of a fleet that is nothing but clones.
pub async fn measure_disk(options: &Options, report: &mut Report) {
    let folder = TempDir::with_prefix("plumbline-bench-").expect("a temporary folder can be made");
    let fleet = Arc::new(machines(0));
    let hosts = options.hosts() / 2;
    let program = Program::start(&mut Store::Sqlite(folder.path()).up(options));
    let made = bodies(&fleet, &plan(Stream::New, hosts).reports().collect::<Vec<_>>());
    client::post(program.address(), &fleet.identity().into(), CONNECTIONS, HOSTS, made).await;
    program.stop();
    let each = limits::file_bytes(folder.path()) as f64 / hosts as f64 / 1e3;
    let row = Row::new("disk-host-sqlite", "whole file for a host, clones with differences", each, "KB");
    report.add(row.goal(Goal::no_more_than(5.0, 3.0)));
}
