//! The points that new ones are compared with.

use crate::scores::Scores;

/// A reference of the past.
#[derive(Debug, Clone)]
pub struct Reference<'a> {
    sorted: Vec<f64>,
    scores: &'a Scores,
    autocorrelation: f64,
}

/// Below this the neighbours of a point tell nothing about it: estimates from 100 points scatter by 0.1.
const RESEMBLANCE: f64 = 0.24;
/// By how much less it is, for each point that is missing.
const SOONER: f64 = 4.0;
/// No series is taken for more alike than this: the widened variance would let nothing through.
const MOST_ALIKE: f64 = 0.95;

impl<'a> Reference<'a> {
    /// From points in the order of time; `scores` are those among so many.
    pub fn new(points: &[f64], scores: &'a Scores) -> Self {
        let mut sorted = points.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let mut reference = Self { sorted, scores, autocorrelation: 0.0 };
        let ranks: Vec<f64> = points.iter().map(|point| reference.score(*point)).collect();
        reference.autocorrelation = lag_one(&ranks);
        reference
    }

    /// How many points.
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// The normal score of a value among these.
    pub fn score(&self, value: f64) -> f64 {
        let below = self.sorted.partition_point(|other| *other < value);
        let equal = self.sorted.iter().skip(below).take_while(|other| **other <= value).count();
        self.scores.of(below, equal)
    }

    /// The variance of one score.
    pub fn score_variance(&self) -> f64 {
        self.scores.variance()
    }

    /// How much a point resembles the one before it; 0 where that may be chance. Estimates from few points scatter, and are
    /// too low rather than too high: the fewer, the sooner they count, and the more is added.
    pub fn autocorrelation(&self) -> f64 {
        let n = self.len().max(1) as f64;
        let counts = self.autocorrelation > RESEMBLANCE - SOONER / n;
        if counts { (self.autocorrelation + 1.0 / n.sqrt() + 2.0 * SOONER / n).min(MOST_ALIKE) } else { 0.0 }
    }

    /// The value at a share of the points.
    pub fn at(&self, share: f64) -> f64 {
        let place = (self.sorted.len().saturating_sub(1) as f64 * share).round() as usize;
        self.sorted.get(place).copied().unwrap_or(0.0)
    }

    /// The median.
    pub fn median(&self) -> f64 {
        median_of_sorted(&self.sorted)
    }

    /// How far values scatter, as a standard deviation; neither single spikes nor a second mode make it wrong by much.
    pub fn scale(&self) -> f64 {
        const MAD_TO_SIGMA: f64 = 1.482_6;
        const NINETY_PERCENT_IN_SIGMAS: f64 = 3.289_7;
        let middle = self.median();
        let deviations: Vec<f64> = self.sorted.iter().map(|value| (value - middle).abs()).collect();
        let spread = (self.at(0.95) - self.at(0.05)) / NINETY_PERCENT_IN_SIGMAS;
        (median(&deviations) * MAD_TO_SIGMA).max(spread)
    }
}

/// By how much the variance of a mean of `m` points is more than that of as many independent ones.
pub fn widening(autocorrelation: f64, m: usize) -> f64 {
    let (r, m) = (autocorrelation, m as f64);
    if r == 0.0 {
        return 1.0;
    }
    (1.0 + r) / (1.0 - r) - 2.0 * r * (1.0 - r.powf(m)) / (m * (1.0 - r) * (1.0 - r))
}

/// The correlation of each value with the one before it.
pub fn lag_one(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let variance: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let products: f64 = values.iter().zip(values.iter().skip(1)).map(|(a, b)| (a - mean) * (b - mean)).sum();
    if variance > 0.0 { products / variance } else { 0.0 }
}

/// The median of some values; 0 of none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    median_of_sorted(&sorted)
}

fn median_of_sorted(sorted: &[f64]) -> f64 {
    let at = |place: usize| sorted.get(place).copied().unwrap_or(0.0);
    let half = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) && half > 0 { f64::midpoint(at(half - 1), at(half)) } else { at(half) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_among_the_points_is_a_score() {
        let scores = Scores::among(4);
        let reference = Reference::new(&[3.0, 1.0, 2.0, 2.0], &scores);
        assert!(reference.score(2.0).abs() < 1e-9 && reference.score(9.0) > 1.0);
        assert!((reference.median() - 2.0).abs() < 1e-9);
    }

    #[test]
    fn neighbours_that_resemble_each_other_widen() {
        assert!((widening(0.0, 7) - 1.0).abs() < 1e-9);
        assert!((widening(0.6, 10_000) - 4.0).abs() < 0.01);
        assert!((widening(0.6, 1) - 1.0).abs() < 1e-9);
        let slow: Vec<f64> = (0..100).map(|at| f64::from(at / 10 % 2)).collect();
        assert!(lag_one(&slow) > 0.7 && lag_one(&[1.0; 9]).abs() < 1e-9);
    }
}
