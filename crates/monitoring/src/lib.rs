//! Metrics: doors in and out, the store of samples, and the wire of the metrics UI server.
//!
//! | path | what |
//! | --- | --- |
//! | `/api/v1/write` | Prometheus remote write 1.0 and 2.0 |
//! | `/v1/metrics`, `/api/v1/otlp/v1/metrics` | OTLP over HTTP |
//! | `/write`, `/api/v2/write`, `/ping` | Influx line protocol |
//! | `/prometheus/api/v1/…` | the query API of Prometheus, with [`promql`] |
//! | `/api/v1/alert-rules` | alerts: any expression of a panel, evaluated and told ([`alerting`]) |
//! | `/api/v1/metrics`, `/api/v1/dashboards`, `/api/v1/alerts` | the metrics UI server's API (contract metrics) |
//!
//! Samples pass a door ([`doors`]) and become a [`batch::Batch`]; the [`store::SampleStore`] keeps it and answers after the
//! commit. Tables: `metric_tenant`, `metric_series`, `metric_log`, `metric_chunk`, `metric_metadata` (samples), `metric_alert`,
//! `metric_alert_series`, `metric_alert_event` (alerts), `metric_row`,
//! `metric_catalogue`, `metric_dashboard` (the metrics UI server's, which [`legacy::Tables`] may have in Cassandra instead).
//!
//! # To add a door
//! A file in `doors/` from bytes to a batch, and one in `api/doors/` with its route.

pub mod alerting;
pub mod api;
pub mod batch;
pub mod cassandra;
pub mod doors;
pub mod import;
mod jobs;
pub mod legacy;
pub mod messages;
mod migrations;
mod query;
pub mod rules;
pub mod store;

use service::{Job, Metric, Role, Service};
use settings::{MetricStore, Mode};

pub use api::{App, wrong_settings};
pub use legacy::ALL as LEGACY_STATEMENTS;
pub use migrations::MIGRATIONS;

/// The service.
pub static SERVICE: Service<App> = Service {
    name: "metrics",
    about: "metrics: samples in, PromQL and dashboards out",
    document: || api::routes().1,
    migrations: &[notify::MIGRATIONS, MIGRATIONS],
    metrics: &[
        Metric::counter("metrics_samples_stored_total", "Samples that were stored"),
        Metric::counter("metrics_samples_refused_total", "Samples that were refused"),
        Metric::counter("metrics_lines_stored_total", "Lines of counters and timers that were stored"),
        Metric::counter(
            "metrics_lines_refused_total",
            "Lines of counters and timers that are malformed or were refused",
        ),
    ],
    bases: |_| vec![String::new()],
    router: |app, _| api::router(app),
    roles: &[Role {
        name: "metric-lines",
        about: "stores counters and timers that come as lines in topics",
        reads: |settings| settings.metrics.csv_topics.to_vec(),
        writes: |_| Vec::new(),
        in_up: false,
        idle: |settings| {
            settings.metrics.csv_topics.is_empty().then_some(
                "metrics.csv_topics names no topic; the writer of the metrics UI server read bmgf.metric.20170221,bmgf.metric.pi4",
            )
        },
        run: |app, health, stop| Box::pin(messages::run(app, health.role("metric-lines"), stop)),
    }],
    jobs: &[
        Job {
            name: "metric-tables",
            about: "makes what is missing of the Cassandra keyspaces of metrics",
            every: |_| None,
            alone: true,
            run: |app, _| Box::pin(jobs::make_missing(app)),
        },
        Job {
            name: "machine-samples",
            about: "records how busy this machine is",
            every: |settings| {
                let (here, every) = (*settings.server.mode == Mode::Local, *settings.agent.samples);
                (here && !every.is_zero()).then_some(every)
            },
            // Each process is on a machine of its own.
            alone: false,
            run: |app, _| Box::pin(jobs::sample_machine(app)),
        },
        Job {
            name: "alerts",
            about: "evaluates alerts, and tells what changed",
            every: |_| Some(std::time::Duration::from_secs(5)),
            alone: true,
            run: |app, _| Box::pin(alerting::run(app)),
        },
        Job {
            name: "seal-samples",
            about: "makes chunks of samples that came in",
            // In Cassandra a chunk that grows is written anew each time.
            every: |settings| {
                let in_cassandra = *settings.metrics.samples == MetricStore::Cassandra;
                Some(std::time::Duration::from_mins(if in_cassandra { 10 } else { 1 }))
            },
            alone: true,
            run: |app, _| Box::pin(jobs::seal(app)),
        },
        Job {
            name: "retire-samples",
            about: "removes samples that are too old, and thins those that metrics.thin_after names",
            every: |_| Some(std::time::Duration::from_hours(1)),
            alone: true,
            run: |app, _| Box::pin(jobs::retire(app)),
        },
    ],
};
