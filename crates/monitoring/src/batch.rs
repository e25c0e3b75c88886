//! What doors bring in: samples of series, in one form whatever the wire.

use std::{fmt, sync::Arc};

use ground::OrgId;
use series::{Histogram, Labels, METRIC_NAME};

/// Whose samples: an organisation, and a part of its data that a header names.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Tenant {
    /// The organisation of the caller.
    pub org: OrgId,
    /// The part, as `X-Scope-OrgID` names it; empty for the whole.
    pub scope: Arc<str>,
}

/// The longest name of a part, in bytes.
const MOST_SCOPE_BYTES: usize = 150;

impl Tenant {
    /// A part of an organisation's data; `None` when the name is too long.
    pub fn new(org: OrgId, scope: &str) -> Option<Self> {
        (scope.len() <= MOST_SCOPE_BYTES).then(|| Self { org, scope: scope.into() })
    }

    /// The tenant that is stored so; `None` when there can be none.
    pub fn stored(org: &str, scope: &str) -> Option<Self> {
        Self::new(OrgId::parse(org).ok()?, scope)
    }
}

/// The samples of one series.
#[derive(Debug, Clone, Default)]
pub struct Points {
    /// What the series is called.
    pub labels: Labels,
    /// Times in milliseconds, and numbers.
    pub floats: Vec<(i64, f64)>,
    /// Times in milliseconds, and histograms.
    pub histograms: Vec<(i64, Arc<Histogram>)>,
}

impl Points {
    /// How many samples.
    pub fn len(&self) -> usize {
        self.floats.len() + self.histograms.len()
    }

    /// The latest time.
    pub fn last(&self) -> i64 {
        let floats = self.floats.iter().map(|sample| sample.0);
        floats.chain(self.histograms.iter().map(|sample| sample.0)).max().unwrap_or_default()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What a metric is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Its name.
    pub name: String,
    /// `counter`, `gauge`, `histogram`, `summary`, …
    pub kind: &'static str,
    /// What it tells.
    pub help: String,
    /// In what it is measured.
    pub unit: String,
}

/// What one request brings.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Samples by series.
    pub series: Vec<Points>,
    /// What the metrics are.
    pub metadata: Vec<Metadata>,
    /// Series that were refused, with the reason: the others are stored.
    pub refused: Vec<Refused>,
}

/// A series that was not stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// How many samples it had.
    pub samples: usize,
    /// What is wrong, with the name of the series.
    pub reason: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.reason)
    }
}

/// What a series may be.
#[derive(Debug, Clone, Copy)]
pub struct SeriesLimits {
    /// The most labels.
    pub labels: usize,
    /// The most bytes of a label's name and of its value.
    pub label_bytes: usize,
    /// The most series of one metric.
    pub series_of_metric: usize,
    /// The most series of a tenant.
    pub series: usize,
}

impl Default for SeriesLimits {
    fn default() -> Self {
        Self { labels: 64, label_bytes: 4096, series_of_metric: 200_000, series: 2_000_000 }
    }
}

impl Batch {
    /// Adds the samples of a series, or notes why they are refused.
    pub fn push(&mut self, points: Points, limits: &SeriesLimits) {
        match check_labels(&points.labels, limits) {
            Ok(()) => self.series.push(points),
            Err(reason) => self.refuse(points.len(), reason),
        }
    }

    /// Notes samples that are refused.
    pub fn refuse(&mut self, samples: usize, reason: impl Into<String>) {
        self.refused.push(Refused { samples, reason: reason.into() });
    }

    /// How many samples are to be stored.
    pub fn samples(&self) -> usize {
        self.series.iter().map(Points::len).sum()
    }
}

fn check_labels(labels: &Labels, limits: &SeriesLimits) -> Result<(), String> {
    if labels.name().is_empty() {
        return Err(format!("series {labels} has no name: label {METRIC_NAME:?} is missing"));
    }
    if labels.len() > limits.labels {
        return Err(format!(
            "series {:?} has {} labels, at most {} are allowed",
            labels.name(),
            labels.len(),
            limits.labels
        ));
    }
    let long = labels.iter().find(|(name, value)| name.len().max(value.len()) > limits.label_bytes);
    if let Some((name, _)) = long {
        let shown: String = name.chars().take(80).collect();
        let most = limits.label_bytes;
        return Err(format!("label {shown:?} of series {:?} is longer than {most} bytes", labels.name()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(labels: &[(&str, &str)]) -> Batch {
        let mut batch = Batch::default();
        let points = Points {
            labels: Labels::new(labels.iter().copied()),
            floats: vec![(1, 1.0)],
            ..Points::default()
        };
        batch.push(points, &SeriesLimits { labels: 2, label_bytes: 8, ..SeriesLimits::default() });
        batch
    }

    #[test]
    fn a_bad_series_is_named_and_the_others_stay() {
        assert_eq!(pushed(&[("__name__", "up"), ("a", "1")]).samples(), 1);
        for bad in [
            &[("a", "1")][..],
            &[("__name__", "up"), ("a", "1"), ("b", "2")],
            &[("__name__", "up"), ("a", "123456789")],
        ] {
            let batch = pushed(bad);
            assert!(batch.series.is_empty() && batch.refused[0].samples == 1, "{bad:?}");
        }
    }
}
