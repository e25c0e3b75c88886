//! Fleets of other sizes: how fast they grow, what they take, and how fast questions are then answered.

use std::sync::Arc;

use hyper::body::Bytes;
use load::{Reported, Stream};

use crate::{
    client,
    components::{BATCH, UNIQUE, bodies, machines, plan},
    databases::{Store, on_each_engine},
    options::Options,
    program::Program,
    reads,
    report::{Goal, Report, Row},
};

/// Requests under way at the same time while the fleet grows.
const CONNECTIONS: usize = 4;
/// So many hosts come in between two looks at the clock. All bodies at once would take gigabytes.
const STEP: usize = BATCH * 50;

/// Measures each fleet that is asked for, on both engines as far as their rows are wanted.
pub async fn measure(options: &Options, report: &mut Report) {
    for &hosts in &options.fleet {
        let mark = format!("-at-{hosts}");
        let is_wanted = |engine: &str| reads::wants(options, &format!("{engine}{mark}"));
        on_each_engine(options, is_wanted, async |store| {
            measure_one(options, store, hosts, &mark, report).await;
        })
        .await;
    }
}

async fn measure_one(options: &Options, store: Store<'_>, hosts: u64, mark: &str, report: &mut Report) {
    let program = store.serve(options);
    let (first, last) = grow(&program, hosts).await;
    let memory = program.memory().peak;
    program.stop();
    let engine = store.name();
    let mut add = |row: &str, work, value, unit, goal| {
        report.add(Row::new(&format!("{row}-{engine}{mark}"), work, value, unit).goal(goal));
    };
    add("grow-first", "new hosts, POST /hosts, the first 10,000", first, "/s", Goal::rate(2_000.0, 3_500.0));
    add("grow-last", "the last 10,000 of the fleet", last, "/s", Goal::rate(first * 0.9, first));
    add(
        "grow-memory",
        "memory at most meanwhile",
        memory as f64 / 1e6,
        "MB",
        Goal::no_more_than(500.0, 250.0),
    );
    add(
        "disk-fleet",
        "all of the database, for a host",
        store.bytes().await as f64 / hosts as f64 / 1e3,
        "KB",
        Goal::no_more_than(5.0, 3.0),
    );
    reads::measure(options, store, hosts, Some(mark), report).await;
}

/// Sends the hosts; gives how many were stored a second at the beginning and at the end.
async fn grow(program: &Program, hosts: u64) -> (f64, f64) {
    let fleet = Arc::new(machines(UNIQUE));
    let all: Vec<Reported> = plan(Stream::New, hosts).reports().collect();
    let mut rates = Vec::new();
    for step in all.chunks(STEP) {
        let made: Vec<(u64, Bytes)> = bodies(&fleet, step);
        let seen =
            client::post(program.address(), &fleet.identity().into(), CONNECTIONS, reads::HOSTS, made).await;
        rates.push(seen.rate());
    }
    (rates.first().copied().unwrap_or_default(), rates.last().copied().unwrap_or_default())
}
