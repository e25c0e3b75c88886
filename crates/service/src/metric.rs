//! What a service counts and measures.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// A metric with the help text that `/metrics` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Its name, as `baselines_created_total`.
    pub name: &'static str,
    /// What kind it is.
    pub kind: MetricKind,
    /// What it tells, in one line.
    pub help: &'static str,
}

/// Kinds of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// Grows only.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Times in seconds.
    Seconds,
}

impl Metric {
    /// A counter.
    pub const fn counter(name: &'static str, help: &'static str) -> Self {
        Self { name, kind: MetricKind::Counter, help }
    }

    /// A gauge.
    pub const fn gauge(name: &'static str, help: &'static str) -> Self {
        Self { name, kind: MetricKind::Gauge, help }
    }

    /// A distribution of times in seconds.
    pub const fn seconds(name: &'static str, help: &'static str) -> Self {
        Self { name, kind: MetricKind::Seconds, help }
    }

    /// Whether it is a histogram.
    pub fn is_histogram(&self) -> bool {
        self.kind == MetricKind::Seconds
    }

    /// Tells the recorder of the process.
    pub fn describe(&self) {
        match self.kind {
            MetricKind::Counter => describe_counter!(self.name, self.help),
            MetricKind::Gauge => describe_gauge!(self.name, self.help),
            MetricKind::Seconds => describe_histogram!(self.name, Unit::Seconds, self.help),
        }
    }
}
