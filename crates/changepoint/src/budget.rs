//! How many false alarms are allowed, and what follows for the thresholds.

use crate::{
    scan::{LEAST_REFERENCE, REFERENCE},
    scores::Scores,
};

/// Days of a month.
const MONTH_DAYS: f64 = 30.0;
/// What a share of the budget goes to: steps by rank, steps by size, drifts.
const SHARES: [f64; 3] = [0.75, 0.1, 0.15];
/// What a step must be at least, as a share of the level, to be worth a word.
pub const LEAST_CHANGE: f64 = 0.015;

/// False alarms per 1,000 series-months.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget(f64);

impl Budget {
    /// The smallest and the largest for which the thresholds are measured.
    pub const RANGE: (f64, f64) = (0.01, 100.0);

    /// A budget in [`Budget::RANGE`].
    pub fn new(per_thousand_months: f64) -> Option<Self> {
        (Self::RANGE.0..=Self::RANGE.1).contains(&per_thousand_months).then_some(Self(per_thousand_months))
    }

    /// The thresholds when all series together have so many points in so many series-months: each point gets the same
    /// share.
    pub fn thresholds(self, points: u64, series_months: f64) -> Thresholds {
        // Nothing can be said of less than a day a point; a burst of runs counts as if it were spread over a day each.
        let months = series_months.max(1.0 / MONTH_DAYS);
        Thresholds::at(self.0 / 1_000.0 * months / points.max(1) as f64)
    }

    /// With one point a day in each series.
    pub fn daily(self) -> Thresholds {
        self.thresholds(MONTH_DAYS as u64, 1.0)
    }

    /// How many false alarms so many series-months may have.
    pub fn allowed(self, series_months: f64) -> f64 {
        self.0 / 1_000.0 * series_months
    }
}

/// Above what something is an alarm, and what is shared by all series to find out.
#[derive(Debug, Clone)]
pub struct Thresholds {
    /// By the number of points of the reference.
    step: Vec<f64>,
    scores: Vec<Scores>,
    /// Of the branch on size.
    pub size: f64,
    /// Of a drift.
    pub trend: f64,
    /// The least change that is told, as a share of the level.
    pub least_change: f64,
}

/// Thresholds of the rank scan and how often independent points pass them, as the decimal logarithm of alarms a point, for
/// references of 20, 30, 50 and 100 points. Measured: `bench --changes --calibrate`.
/// The last two lines go on from those before: so far out nothing was seen.
const STEP: [(f64, [f64; 4]); 8] = [
    (3.0, [-2.71, -2.70, -2.69, -2.70]),
    (3.5, [-3.42, -3.30, -3.29, -3.26]),
    (4.0, [-4.19, -4.07, -4.03, -4.01]),
    (4.5, [-5.08, -4.95, -4.84, -4.84]),
    (5.0, [-6.20, -5.94, -5.85, -5.76]),
    (5.5, [-7.40, -7.00, -6.90, -6.80]),
    (6.0, [-8.60, -8.10, -8.00, -7.90]),
    (6.5, [-9.80, -9.20, -9.10, -9.00]),
];
const STEP_REFERENCES: [usize; 4] = [20, 30, 50, 100];

/// The same of the trend: rather too high than too low, as two windows of 120 points share most of them.
const TREND: [(f64, f64); 5] = [(2.5, -2.5), (3.0, -3.2), (3.5, -3.9), (4.0, -4.8), (5.0, -7.0)];

impl Thresholds {
    /// With so many false alarms a point.
    pub fn at(rate: f64) -> Self {
        let share = |share: f64| (rate * share).log10();
        let column = |at: usize| {
            let rows: Vec<(f64, f64)> = STEP.iter().map(|(h, rates)| (*h, rates[at])).collect();
            crossing(&rows, share(SHARES[0]))
        };
        let measured: Vec<(f64, f64)> = STEP_REFERENCES
            .iter()
            .enumerate()
            // Between the lengths that were measured, what a length does goes with its inverse.
            .map(|(at, length)| (-1.0 / *length as f64, column(at)))
            .collect();
        let step = (0..=REFERENCE)
            .map(|length| between(&measured, -1.0 / length.max(LEAST_REFERENCE) as f64))
            .collect();
        let by_size: Vec<(f64, f64)> = STEP.iter().map(|(h, rates)| (*h, rates[3])).collect();
        Self {
            step,
            scores: (0..=REFERENCE).map(Scores::among).collect(),
            size: crossing(&by_size, share(SHARES[1])) - SIZE_BELOW,
            trend: crossing(&TREND, share(SHARES[2])),
            least_change: LEAST_CHANGE,
        }
    }

    /// Of the rank scan with a reference of so many points.
    pub fn step(&self, length: usize) -> f64 {
        self.step.get(length.min(REFERENCE)).copied().unwrap_or(f64::INFINITY)
    }

    /// The scores among so many points, at most [`REFERENCE`].
    pub fn scores(&self, length: usize) -> &Scores {
        &self.scores[length.min(REFERENCE)]
    }
}

/// The threshold of the branch on size is lower by this: it measures from the end of what is usual, not from the middle.
const SIZE_BELOW: f64 = 1.3;

/// The threshold at which the rate is this one; beyond the table its last line goes on.
fn crossing(rows: &[(f64, f64)], rate: f64) -> f64 {
    let turned: Vec<(f64, f64)> = rows.iter().map(|(h, rate)| (-rate, *h)).collect();
    between(&turned, -rate)
}

/// A line through the two rows beside `x`; `rows` ascend.
fn between(rows: &[(f64, f64)], x: f64) -> f64 {
    let beside = rows.windows(2).find(|pair| x <= pair[1].0).or_else(|| rows.windows(2).last());
    let Some([(x0, y0), (x1, y1)]) = beside else { return f64::INFINITY };
    y0 + (y1 - y0) * (x - x0) / (x1 - x0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smaller_budget_is_a_higher_threshold() {
        let of = |budget: f64| Budget::new(budget).unwrap().daily();
        let (strict, usual, loose) = (of(0.1), of(1.0), of(10.0));
        for pick in [|t: &Thresholds| t.step(100), |t: &Thresholds| t.size, |t: &Thresholds| t.trend] {
            assert!(pick(&strict) > pick(&usual) && pick(&usual) > pick(&loose));
        }
        assert!(usual.step(20) < usual.step(100), "scores among few points are bounded");
        assert_eq!(Budget::new(0.0), None);
        assert_eq!(Budget::new(f64::NAN), None);
    }

    #[test]
    fn the_budget_is_shared_over_the_points() {
        let budget = Budget::new(1.0).unwrap();
        assert!(budget.thresholds(600, 1.0).step(100) > budget.thresholds(30, 1.0).step(100));
        assert!((budget.allowed(2_000.0) - 2.0).abs() < 1e-9);
    }
}
