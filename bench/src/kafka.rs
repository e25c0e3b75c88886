//! Reports from Kafka into PostgreSQL, events out: a topic filled beforehand is drained.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use sqlx::{Connection as _, PgConnection};

use crate::{
    components::{Components, messages, newest, until},
    limits,
    options::Options,
    program::Program,
    report::{Goal, Report, Row, Taken},
};

/// How many reports a new broker carries before anything is measured.
const WARM_UP_REPORTS: u64 = 6_000;

/// One kind of drain.
struct Drain {
    row: &'static str,
    work: &'static str,
    stream: &'static str,
    events: bool,
    goal: Goal,
}

fn drains() -> [Drain; 4] {
    let drain = |row, work, stream, events, least, aim| Drain {
        row,
        work,
        stream,
        events,
        goal: Goal::rate(least, aim),
    };
    [
        drain("new-kafka", "new hosts, Kafka → PostgreSQL, events published", "new", true, 2_000.0, 3_500.0),
        drain("same-kafka", "unchanged re-reports, an event for each", "same", true, 2_500.0, 4_000.0),
        drain("same-kafka-quiet", "unchanged re-reports, no events", "same", false, 6_000.0, 10_000.0),
        drain("changed-kafka", "one section changed, events published", "changed", true, 2_000.0, 3_500.0),
    ]
}

/// The names of the rows.
pub const ROWS: [&str; 4] = ["new-kafka", "same-kafka", "same-kafka-quiet", "changed-kafka"];

/// Measures the rows that are wanted, on the database `url`. It holds the fleet afterwards.
pub async fn measure(options: &Options, components: &Components, url: &str, report: &mut Report) {
    warm_up(options, components).await;
    let mut connection = PgConnection::connect(url).await.expect("PostgreSQL answers");
    for drain in drains() {
        // Whatever else is measured needs the hosts.
        let wanted = options.wants(drain.row);
        if !wanted && drain.stream != "new" {
            continue;
        }
        let before = (drain.stream == "changed").then_some(limits::postgres_bytes(&mut connection).await);
        let (seconds, hosts, taken) = run(options, components, url, &mut connection, &drain).await;
        if let Some(before) = before {
            let after = limits::postgres_bytes(&mut connection).await;
            let each = (after.log - before.log) as f64 / options.hosts() as f64 / 1e3;
            let row =
                Row::new("disk-change-postgres", "log and sections for one changed section", each, "KB");
            report.add(row.goal(Goal::no_more_than(2.0, 1.0)));
        }
        if wanted {
            let mut row = Row::new(drain.row, drain.work, hosts as f64 / seconds, "/s");
            row = row.goal(drain.goal).taken(taken, hosts);
            if drain.stream == "new" {
                let limit = limits::copy(url, options.hosts()).await;
                row = row.limit(limit, "COPY of the same rows");
            }
            if drain.stream == "same" && !drain.events {
                let limit = limits::parse_and_hash();
                row = row.limit(limit, "JSON scanned and hashed, one thread");
            }
            report.add(row);
        }
        if drain.stream == "new" {
            let bytes = limits::postgres_bytes(&mut connection).await;
            let each = bytes.all as f64 / options.hosts() as f64 / 1e3;
            let row =
                Row::new("disk-host-postgres", "whole database for a host, 5 % like no other", each, "KB");
            report.add(row.goal(Goal::no_more_than(5.0, 3.0)));
        }
    }
}

/// A broker that has just started spends half of the machine on compiling itself, one that serves a fleet does not: it
/// carries the same messages for a while before anything is measured.
async fn warm_up(options: &Options, components: &Components) {
    let url = components.database(options, "warm").await;
    let mut connection = PgConnection::connect(&url).await.expect("PostgreSQL answers");
    let options = Options { hosts: Some(WARM_UP_REPORTS), ..options.clone() };
    run(&options, components, &url, &mut connection, &drains()[0]).await;
}

async fn run(
    options: &Options,
    components: &Components,
    url: &str,
    connection: &mut PgConnection,
    drain: &Drain,
) -> (f64, u64, Taken) {
    let topic = components.filled(options, drain.stream, drain.stream).await;
    let events = components.topic("events").await;
    let notifications = components.topic("notifications").await;
    let statuses = components.topic("statuses").await;
    let kafka = components.kafka.kafka();
    let before = newest(connection).await;
    let wanted = before + options.hosts() as i64;
    let mut command: Command = Program::command(options, &["consume", "--database-url", url]);
    command
        .env("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrap())
        .env("KAFKA_CONSUMER_TOPIC", &topic)
        .env("KAFKA_HOST_INGRESS_TOPIC", &topic)
        .env("KAFKA_EVENT_TOPIC", &events)
        .env("KAFKA_NOTIFICATION_TOPIC", &notifications)
        .env("PAYLOAD_TRACKER_KAFKA_TOPIC", &statuses)
        .env("KAFKA_HOST_INGRESS_GROUP", format!("group-{topic}"))
        .env("KAFKA_CONSUMER_AUTO_OFFSET_RESET", "earliest")
        .env("EVENTS_ON_UNCHANGED", if drain.events { "full" } else { "none" })
        .env("PLUMBLINE_SERVER_METRICS_PORT", "0");
    let program = Program::start(&mut command);
    // From the first batch on: joining the group is not what is measured.
    let mut first = before;
    until("the first batch", async || {
        first = newest(connection).await;
        first > before
    })
    .await;
    let (begun, cpu) = (Instant::now(), program.cpu());
    until("all reports", async || newest(connection).await >= wanted).await;
    let mut already = 0;
    if drain.events {
        let (kafka, events) = (kafka.clone(), events.clone());
        already = first - before;
        until("all events", async || {
            let (kafka, events) = (kafka.clone(), events.clone());
            let there = tokio::task::spawn_blocking(move || messages(&kafka, &events)).await;
            there.expect("the broker answers") >= options.hosts() as i64
        })
        .await;
    } else {
        already = already.max(first - before);
    }
    let seconds = begun.elapsed().as_secs_f64();
    let taken = Taken { cpu: program.cpu() - cpu, client_cpu: 0.0, memory: program.memory() };
    program.stop();
    tokio::time::sleep(Duration::from_millis(300)).await;
    (seconds, options.hosts() - already as u64, taken)
}
