//! Metrics: doors in and out, the store of samples, and the wire of the metrics UI server.
//!
//! | path | what |
//! | --- | --- |
//! | `/api/v1/write` | Prometheus remote write 1.0 and 2.0 |
//! | `/v1/metrics`, `/api/v1/otlp/v1/metrics` | OTLP over HTTP |
//! | `/write`, `/api/v2/write`, `/ping` | Influx line protocol |
//! | `/prometheus/api/v1/…` | the query API of Prometheus, with [`promql`] |
//! | `/api/v1/metrics`, `/api/v1/dashboards`, `/api/v1/alerts` | the metrics UI server's API (contract metrics) |
//!
//! Samples pass a door ([`doors`]) and become a [`batch::Batch`]; the [`store::SampleStore`] keeps it and answers after the
//! commit. Tables: `metric_tenant`, `metric_series`, `metric_log`, `metric_chunk`, `metric_metadata` (samples), `metric_row`,
//! `metric_catalogue`, `metric_dashboard` (the metrics UI server's).
//!
//! # To add a door
//! A file in `doors/` from bytes to a batch, and one in `api/doors/` with its route.

pub mod api;
pub mod batch;
pub mod doors;
mod jobs;
pub mod legacy;
mod migrations;
pub mod rules;
pub mod store;

use service::{Job, Metric, Service};

pub use api::App;
pub use legacy::ALL as LEGACY_STATEMENTS;
pub use migrations::MIGRATIONS;

/// The service.
pub static SERVICE: Service<App> = Service {
    name: "metrics",
    about: "metrics: samples in, PromQL and dashboards out",
    document: || api::routes().1,
    migrations: &[MIGRATIONS],
    metrics: &[
        Metric::counter("metrics_samples_stored_total", "Samples that were stored"),
        Metric::counter("metrics_samples_refused_total", "Samples that were refused"),
    ],
    bases: |_| vec![String::new()],
    router: |app, _| api::router(app),
    roles: &[],
    jobs: &[
        Job {
            name: "seal-samples",
            about: "makes chunks of samples that came in",
            every: |_| Some(std::time::Duration::from_mins(1)),
            run: |app, _| Box::pin(jobs::seal(app)),
        },
        Job {
            name: "retire-samples",
            about: "removes samples that are too old",
            every: |_| Some(std::time::Duration::from_hours(1)),
            run: |app, _| Box::pin(jobs::retire(app)),
        },
    ],
};
