//! Lines through samples.

use series::Kahan;

use super::Notes;
use crate::{
    EvalError,
    eval::{Result, Window},
};

/// Slope and value at `at` of the line with the least squares.
fn regression(times: &[i64], values: &[f64], at: i64) -> (f64, f64) {
    let first = values[0];
    if values.iter().all(|value| *value == first) {
        return if first.is_infinite() { (f64::NAN, f64::NAN) } else { (0.0, first) };
    }
    let [mut x, mut y, mut xy, mut xx] = [Kahan::default(); 4];
    for (time, value) in times.iter().zip(values) {
        let seconds = (time - at) as f64 / 1000.0;
        x.add(seconds);
        y.add(*value);
        xy.add(seconds * value);
        xx.add(seconds * seconds);
    }
    let n = values.len() as f64;
    let [x, y, xy, xx] = [x, y, xy, xx].map(|sum| sum.sum + sum.lost);
    let slope = (xy - x * y / n) / (xx - x * x / n);
    (slope, y / n - slope * x / n)
}

/// Whether there are two numbers; histograms beside them are noted.
fn enough(window: &Window<'_>, notes: &mut Notes<'_>) -> bool {
    if !window.values.is_empty() && !window.histograms.is_empty() {
        notes.histograms_ignored();
    }
    window.values.len() >= 2
}

/// How fast the numbers change, for each second.
pub(super) fn deriv(window: &Window<'_>, notes: &mut Notes<'_>) -> Option<f64> {
    enough(window, notes).then(|| regression(window.times, window.values, window.times[0]).0)
}

/// Where the line will be in so many seconds.
pub(super) fn predict(window: &Window<'_>, seconds: f64, notes: &mut Notes<'_>) -> Option<f64> {
    enough(window, notes).then(|| {
        let (slope, value) = regression(window.times, window.values, window.at);
        slope * seconds + value
    })
}

/// Double exponential smoothing with a smoothing and a trend factor.
pub(super) fn smooth(window: &Window<'_>, factors: &[f64], notes: &mut Notes<'_>) -> Result<Option<f64>> {
    for (what, factor) in [("smoothing", factors[0]), ("trend", factors[1])] {
        if factor <= 0.0 || factor >= 1.0 {
            let short = &what[..1];
            let text = format!("invalid {what} factor. Expected: 0 < {short}f < 1, got: {factor:.6}");
            return Err(EvalError::new(text));
        }
    }
    if !enough(window, notes) {
        return Ok(None);
    }
    let (smoothing, trend) = (factors[0], factors[1]);
    let (mut before, mut smoothed) = (0.0, window.values[0]);
    let mut slope = window.values[1] - window.values[0];
    for (n, value) in window.values.iter().enumerate().skip(1) {
        if n > 1 {
            slope = trend * (smoothed - before) + (1.0 - trend) * slope;
        }
        let next = smoothing * value + (1.0 - smoothing) * (smoothed + slope);
        (before, smoothed) = (smoothed, next);
    }
    Ok(Some(smoothed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_through_points_on_a_line_is_that_line() {
        let (slope, value) = regression(&[0, 1000, 2000], &[1.0, 3.0, 5.0], 2000);
        assert!((slope - 2.0).abs() < 1e-12 && (value - 5.0).abs() < 1e-12);
        assert_eq!(regression(&[0, 1000], &[7.0, 7.0], 0), (0.0, 7.0));
    }
}
