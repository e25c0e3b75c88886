//! What is logged and counted.
//!
//! Each thing that happens is a struct in [`events`] with one function `emit`, which writes the log record and
//! moves the metric together, so that their names agree. [`init_logs`] and [`init_metrics`] are called once, by
//! the binary.
//!
//! # To add an event
//!
//! A struct with what is known of it, and `emit`. Labels have few values: never an id or a text from outside.

pub mod events;
mod logs;
mod logstash;
mod metrics;
pub(crate) mod requests;
pub mod traces;

pub(crate) use self::metrics::render;
pub use self::{
    events::HttpMetrics,
    logs::{LogFormat, LogsError, init_logs},
    metrics::{MetricsError, init_metrics, keep_up},
};

pub use metrics_exporter_prometheus::PrometheusHandle;
