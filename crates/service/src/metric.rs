//! What a service counts and measures.

use metrics::{Label, Unit, describe_counter, describe_gauge, describe_histogram};

/// A metric with the help text that `/metrics` shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metric {
    /// Its name, as `baselines_created_total`.
    pub name: &'static str,
    /// What kind it is.
    pub kind: MetricKind,
    /// What it tells, in one line.
    pub help: &'static str,
    /// The upper bounds of the buckets of a histogram.
    pub buckets: &'static [f64],
    /// The series of a counter that are there, at 0, before anything was counted: their labels.
    pub zero: &'static [Labels],
}

/// Labels of a series, with their values.
pub type Labels = &'static [(&'static str, &'static str)];

/// Upper bounds of times in seconds: those that Prometheus clients have by default.
const SECONDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Kinds of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// Grows only.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Times in seconds, as a histogram.
    Seconds,
    /// How many there were of something each time, as a histogram.
    Sizes,
}

impl Metric {
    /// A counter without labels.
    pub const fn counter(name: &'static str, help: &'static str) -> Self {
        Self::labelled(name, help, &[&[]])
    }

    /// A counter with labels, of which these are known before anything was counted.
    pub const fn labelled(name: &'static str, help: &'static str, zero: &'static [Labels]) -> Self {
        Self { name, kind: MetricKind::Counter, help, buckets: &[], zero }
    }

    /// A gauge.
    pub const fn gauge(name: &'static str, help: &'static str) -> Self {
        Self { name, kind: MetricKind::Gauge, help, buckets: &[], zero: &[] }
    }

    /// A distribution of times in seconds.
    pub const fn seconds(name: &'static str, help: &'static str) -> Self {
        Self { name, kind: MetricKind::Seconds, help, buckets: &SECONDS, zero: &[] }
    }

    /// A distribution of sizes, with the upper bounds of its buckets.
    pub const fn sizes(name: &'static str, help: &'static str, buckets: &'static [f64]) -> Self {
        Self { name, kind: MetricKind::Sizes, help, buckets, zero: &[] }
    }

    /// Tells the recorder of the process, and begins the series that are known.
    pub fn register(&self) {
        for labels in self.zero {
            let labels: Vec<Label> = labels.iter().map(|(name, value)| Label::new(*name, *value)).collect();
            metrics::counter!(self.name, labels).increment(0);
        }
        match self.kind {
            MetricKind::Counter => describe_counter!(self.name, self.help),
            MetricKind::Gauge => describe_gauge!(self.name, self.help),
            MetricKind::Seconds => describe_histogram!(self.name, Unit::Seconds, self.help),
            MetricKind::Sizes => describe_histogram!(self.name, self.help),
        }
    }
}
