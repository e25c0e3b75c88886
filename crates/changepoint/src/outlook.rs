//! What can be seen in a series, and what cannot.

use crate::{Detector, reference::widening, scan::LEAST_REFERENCE};

/// A step this high passes the threshold with so many points nine times in ten; 1.28 is that quantile.
const POINTS: f64 = 10.0;
const NINE_IN_TEN: f64 = 1.28;

/// What can be seen in a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    /// The level now.
    pub level: f64,
    /// How far points scatter, as a share of the level.
    pub noise: f64,
    /// The step that is found within ten points nine times in ten, as a share of the level; none while there are too few
    /// points.
    pub visible: Option<f64>,
    /// The last one or two points stand beyond everything before: worth another run.
    pub suspected: bool,
}

impl Detector<'_> {
    /// What can be seen in the series as it is now; none without points.
    pub fn outlook(&self) -> Option<Outlook> {
        let last = *self.segment.last()?;
        let reference = self.reference(&self.segment);
        let level = reference.median();
        let noise = reference.scale() / level.abs();
        let visible = (reference.len() >= LEAST_REFERENCE).then(|| {
            let m = POINTS as usize;
            let alike = reference.autocorrelation();
            let of_mean = widening(alike, m) / POINTS + 1.0 / reference.len() as f64;
            let sigmas = (self.thresholds.step(reference.len()) + NINE_IN_TEN) * of_mean.sqrt();
            (sigmas * noise).max(self.thresholds.least_change)
        });
        let (past, newest) = self.segment.split_at(self.segment.len().saturating_sub(2));
        let highest = self.of(past).into_iter().fold(f64::NEG_INFINITY, f64::max);
        let suspected = past.len() >= LEAST_REFERENCE
            && newest.contains(&last)
            && self.values[last] > highest
            && self.counts(highest, self.values[last], 0.0);
        Some(Outlook { level: self.direction.oriented(level), noise, visible, suspected })
    }
}
