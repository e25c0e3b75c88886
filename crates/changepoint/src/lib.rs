//! When a series of measurements changed, within a budget of false alarms.
//!
//! A series is one metric of one benchmark on one machine. Its points are read in the order of time, each once, and what
//! was said of earlier points is never taken back ([`Detector`]):
//!
//! * **rank scan** ([`scan`]): the ranks of the last 3 to 20 points among up to 100 points before them. Ranks do not
//!   depend on how the noise is distributed, so one threshold serves all series; where neighbouring points resemble each
//!   other, the variance is widened by their autocorrelation, and a second branch looks at the size of the shift;
//! * **trend** ([`trend`]): a slow drift, which no single step shows;
//! * **modes** ([`modes`]): a series that goes back and forth between two levels is named bimodal instead of alarming;
//! * **environment**: where the machine changed, the segment ends; a step there is the machine's.
//!
//! The thresholds come from a [`Budget`]: false alarms per 1,000 series-months, shared alike over all points of all series.

pub mod budget;
mod detector;
mod finding;
pub mod modes;
mod outlook;
pub mod place;
pub mod reference;
pub mod scan;
pub mod scores;
pub mod trend;

pub use budget::{Budget, Thresholds};
pub use detector::Detector;
pub use finding::{Finding, FindingKind, Point};
pub use outlook::Outlook;

/// Which way a metric is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// Times, latencies, sizes.
    #[default]
    LowerIsBetter,
    /// Rates, scores.
    HigherIsBetter,
}

impl Direction {
    /// A value so that more is worse; its own inverse.
    pub fn oriented(self, value: f64) -> f64 {
        match self {
            Self::LowerIsBetter => value,
            Self::HigherIsBetter => -value,
        }
    }
}
