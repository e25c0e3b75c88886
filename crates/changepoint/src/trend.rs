//! A slow drift: Mann and Kendall's test, and Theil and Sen's slope.

use crate::reference::{lag_one, median, widening};

/// A drift is told from no fewer points.
pub const SHORTEST: usize = 60;
/// And looked for among so many.
pub const LONGEST: usize = 120;

/// Mann and Kendall's statistic in standard deviations: above 0 where values grow. Widened where neighbours resemble each
/// other beyond the drift itself.
pub fn statistic(points: &[f64]) -> f64 {
    let n = points.len() as f64;
    let pairs = pairs(points);
    let deviation = (n * (n - 1.0) * (2.0 * n + 5.0) / 18.0).sqrt();
    let plain = pairs as f64 / deviation.max(1.0);
    // What is left without the line tells how much neighbours resemble each other. Most points need no second look.
    if plain.abs() < 3.0 {
        return plain;
    }
    let slope = slope(points);
    let middle = median(points);
    let scale = median(&points.iter().map(|value| (value - middle).abs()).collect::<Vec<_>>());
    let rest: Vec<f64> = points
        .iter()
        .enumerate()
        .map(|(at, value)| {
            (value - slope * at as f64 - middle + slope * n / 2.0).min(4.0 * scale).max(-4.0 * scale)
        })
        .collect();
    let alike = lag_one(&rest);
    let alike = if alike > 0.1 { (alike + 0.1).min(0.95) } else { 0.0 };
    plain / widening(alike, points.len()).sqrt()
}

/// How many pairs grow more than shrink.
fn pairs(points: &[f64]) -> i64 {
    let mut sum = 0_i64;
    for (at, earlier) in points.iter().enumerate() {
        let later = points.get(at + 1..).unwrap_or_default();
        sum += later.iter().map(|value| i64::from(value > earlier) - i64::from(value < earlier)).sum::<i64>();
    }
    sum
}

/// Theil and Sen's slope: the median of the slopes between points that are a good way apart.
pub fn slope(points: &[f64]) -> f64 {
    let apart = points.len() / 2;
    let slopes: Vec<f64> = points
        .iter()
        .enumerate()
        .flat_map(|(at, earlier)| {
            let later = points.iter().enumerate().skip(at + apart.max(1)).step_by(3);
            later.map(move |(then, value)| (value - earlier) / (then - at) as f64)
        })
        .collect();
    median(&slopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drift_is_seen_through_noise() {
        let drifting: Vec<f64> =
            (0..120).map(|at| 100.0 + f64::from(at) / 30.0 + f64::from(at * 37 % 20) / 10.0).collect();
        assert!(statistic(&drifting) > 8.0, "{}", statistic(&drifting));
        assert!((slope(&drifting) - 1.0 / 30.0).abs() < 0.005, "{}", slope(&drifting));
        let flat: Vec<f64> = (0..120).map(|at| 100.0 + f64::from(at * 37 % 20) / 10.0).collect();
        assert!(statistic(&flat).abs() < 1.0);
    }
}
