//! Points, and what is found among them.

use ground::Timestamp;

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When it was made.
    pub time: Timestamp,
    /// What was measured: a finite number.
    pub value: f64,
    /// The environment it was made in; 0 where that is not known.
    pub environment: u32,
}

/// What a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingKind {
    /// A step to the worse: an alarm.
    Regression,
    /// A slow drift to the worse: an alarm.
    Drift,
    /// A step or a drift to the better.
    Improvement,
    /// A step where the environment changed: the machine's, not the code's.
    Machine,
    /// To a level that the series has gone to before, and back.
    Bimodal,
}

/// A change of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// The position of the first changed point.
    pub at: usize,
    /// The position of the point with which it was found.
    pub found: usize,
    /// The level before.
    pub before: f64,
    /// The level after.
    pub after: f64,
    /// The position of the point with which the old level was back.
    pub ended: Option<usize>,
    /// The environments before and after, when they differ.
    pub environments: Option<(u32, u32)>,
}

impl Finding {
    /// Whether somebody should be told.
    pub fn is_alarm(&self) -> bool {
        matches!(self.kind, FindingKind::Regression | FindingKind::Drift)
    }

    /// The change as a share of the level before; infinite where that is 0.
    pub fn change(&self) -> f64 {
        (self.after - self.before) / self.before.abs()
    }
}
