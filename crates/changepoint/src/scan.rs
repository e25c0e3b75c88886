//! The last points against those before: by rank, and, where neighbours resemble each other, by size.

use crate::reference::{Reference, widening};

/// No step is told from fewer points: a single bad run is none.
pub const SHORTEST: usize = 3;
/// What has not shown after so many points is a matter of trends.
pub const LONGEST: usize = 20;
/// The reference is no longer than this.
pub const REFERENCE: usize = 100;
/// And no shorter.
pub const LEAST_REFERENCE: usize = 30;
/// Of fewer points a quarter would be none.
const SHORTEST_SIZE: usize = 5;
/// By size, three quarters of the last points have to stand beyond this share of the reference: a second mode, or a long
/// tail, is part of what is usual.
const USUAL: f64 = 0.9;

/// How far the last points are from the reference, in standard deviations, upwards and downwards.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scan {
    /// By rank, upwards.
    pub up: f64,
    /// By rank, downwards.
    pub down: f64,
    /// By size, upwards.
    pub size_up: f64,
    /// By size, downwards.
    pub size_down: f64,
    /// How many last points stand out most, upwards.
    pub up_points: usize,
    /// The same downwards.
    pub down_points: usize,
}

/// Looks at the last `SHORTEST` to all of `recent`.
pub fn scan(reference: &Reference<'_>, recent: &[f64]) -> Scan {
    let mut found = Scan::default();
    let (alike, n) = (reference.autocorrelation(), reference.len());
    let of_reference = widening(alike, n) / n.max(1) as f64;
    let mut sum = 0.0;
    let sizes = (alike > 0.0).then(|| (reference.at(1.0 - USUAL), reference.at(USUAL), reference.scale()));
    for (count, value) in recent.iter().rev().enumerate().map(|(at, value)| (at + 1, value)) {
        sum += reference.score(*value);
        if count < SHORTEST {
            continue;
        }
        let m = count as f64;
        let deviation = (widening(alike, count) / m + of_reference).sqrt();
        let ranks = sum / m / (reference.score_variance().sqrt() * deviation);
        if ranks > found.up {
            (found.up, found.up_points) = (ranks, count);
        } else if -ranks > found.down {
            (found.down, found.down_points) = (-ranks, count);
        }
        if let Some((low, high, scale)) = sizes.filter(|sizes| count >= SHORTEST_SIZE && sizes.2 > 0.0) {
            let mut last = recent.get(recent.len() - count..).unwrap_or_default().to_vec();
            last.sort_unstable_by(f64::total_cmp);
            let few = count / 4;
            let at = |place: usize| last.get(place).copied().unwrap_or(low);
            found.size_up = found.size_up.max((at(few) - high) / (scale * deviation));
            found.size_down = found.size_down.max((low - at(count - 1 - few)) / (scale * deviation));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scores::Scores;

    #[test]
    fn a_step_stands_out_and_a_single_spike_does_not() {
        let past: Vec<f64> = (0..100).map(|at| 100.0 + f64::from(at * 37 % 100) / 50.0).collect();
        let scores = Scores::among(100);
        let reference = Reference::new(&past, &scores);
        assert!(scan(&reference, &[101.0, 105.0, 105.0, 105.0, 105.0]).up > 5.0);
        assert!(scan(&reference, &[101.0, 900.0, 101.0, 101.0]).up < 3.0);
        assert!(scan(&reference, &[90.0; 5]).down > 5.0);
    }
}
