//! The samples of a stretch of time as one value.

use series::{Histogram, Kahan, ResetHint, Running};

use super::{Notes, owned};
use crate::{
    EvalError,
    eval::{Cell, Result, Window, quantile},
    format::message,
};

pub(super) fn call(name: &str, window: &Window<'_>, params: &[f64], notes: &mut Notes<'_>) -> Result<Cell> {
    let cell = match name {
        "count_over_time" => Cell::Float(window.numbers() + window.histograms.len() as f64),
        "sum_over_time" | "avg_over_time" => return Ok(total(window, name == "avg_over_time", notes)),
        "last_over_time" => {
            let float = window.times.last().copied();
            match window.histograms.last() {
                Some((time, histogram)) if float.is_none_or(|at| *time >= at) => {
                    Cell::Histogram(histogram.clone())
                }
                _ => window.values.last().map_or(Cell::None, |value| Cell::Float(*value)),
            }
        }
        "first_over_time" => {
            let float = window.times.first().copied();
            match window.histograms.first() {
                Some((time, histogram)) if float.is_none_or(|at| *time <= at) => {
                    Cell::Histogram(histogram.clone())
                }
                _ => window.values.first().map_or(Cell::None, |value| Cell::Float(*value)),
            }
        }
        "ts_of_first_over_time" => {
            let times =
                window.times.first().into_iter().chain(window.histograms.first().map(|point| &point.0));
            times.min().map_or(Cell::None, |time| Cell::Float(*time as f64 / 1000.0))
        }
        "ts_of_last_over_time" => {
            let times = window.times.last().into_iter().chain(window.histograms.last().map(|point| &point.0));
            times.max().map_or(Cell::None, |time| Cell::Float(*time as f64 / 1000.0))
        }
        _ if window.values.is_empty() => Cell::None,
        _ => {
            if name == "quantile_over_time" {
                notes.bad_quantile(params[0]);
            }
            if !window.histograms.is_empty() {
                notes.histograms_ignored();
            }
            Cell::Float(of_numbers(name, window, params)?)
        }
    };
    Ok(cell)
}

fn of_numbers(name: &str, window: &Window<'_>, params: &[f64]) -> Result<f64> {
    let values = window.values;
    Ok(match name {
        "min_over_time" => values[extreme(values, |value, best| value < best)],
        "max_over_time" => values[extreme(values, |value, best| value > best)],
        "ts_of_min_over_time" => window.times[extreme(values, |value, best| value <= best)] as f64 / 1000.0,
        "ts_of_max_over_time" => window.times[extreme(values, |value, best| value >= best)] as f64 / 1000.0,
        "stdvar_over_time" => variance(values),
        "stddev_over_time" => variance(values).sqrt(),
        "quantile_over_time" => quantile::of_values(params[0], &mut values.to_vec()),
        "mad_over_time" => {
            if values.iter().any(|value| value.is_nan()) {
                return Ok(f64::NAN);
            }
            let mut sorted = values.to_vec();
            let median = quantile::of_values(0.5, &mut sorted);
            for value in &mut sorted {
                *value = (*value - median).abs();
            }
            quantile::of_values(0.5, &mut sorted)
        }
        "integral" => integral(window, strategy(params).unwrap_or(2)),
        _ => return Err(EvalError::new(format!("function {name:?} is not supported"))),
    })
}

/// Where the value is that none beats; NaN is beaten by all.
fn extreme(values: &[f64], beats: impl Fn(f64, f64) -> bool) -> usize {
    let mut best = 0;
    for (n, value) in values.iter().enumerate() {
        if beats(*value, values[best]) || values[best].is_nan() {
            best = n;
        }
    }
    best
}

fn variance(values: &[f64]) -> f64 {
    let (mut mean, mut squares, mut count) = (Kahan::default(), Kahan::default(), 0.0);
    for value in values {
        count += 1.0;
        let delta = value - (mean.sum + mean.lost);
        mean.add(delta / count);
        squares.add(delta * (value - (mean.sum + mean.lost)));
    }
    (squares.sum + squares.lost) / count
}

/// The mean of numbers: of their sum, or step by step where the sum would be infinite.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::eval) struct Mean {
    sum: Kahan,
    count: f64,
    stepwise: bool,
}

impl Mean {
    pub(in crate::eval) fn add(&mut self, value: f64) {
        self.count += 1.0;
        if self.count == 1.0 {
            self.sum = Kahan::from(value);
            return;
        }
        if !self.stepwise {
            let mut sum = self.sum;
            sum.add(value);
            if !sum.sum.is_infinite() {
                self.sum = sum;
                return;
            }
            self.stepwise = true;
            self.sum.sum /= self.count - 1.0;
            self.sum.lost /= self.count - 1.0;
        }
        let share = (self.count - 1.0) / self.count;
        self.sum = Kahan { sum: share * self.sum.sum, lost: share * self.sum.lost };
        self.sum.add(value / self.count);
    }

    pub(in crate::eval) fn value(self) -> f64 {
        if self.stepwise {
            self.sum.sum + self.sum.lost
        } else {
            self.sum.sum / self.count + self.sum.lost / self.count
        }
    }
}

/// The sum or mean of histograms, in the same manner.
#[derive(Debug)]
pub(in crate::eval) struct Total {
    sum: Running,
    count: f64,
    mean: bool,
    stepwise: bool,
    hints: [bool; 2],
    reconciled: bool,
}

impl Total {
    pub(in crate::eval) fn new(first: &Histogram, mean: bool) -> Self {
        let mut total = Self {
            sum: Running::new(first),
            count: 1.0,
            mean,
            stepwise: false,
            hints: [false; 2],
            reconciled: false,
        };
        total.see(first);
        total
    }

    fn see(&mut self, histogram: &Histogram) {
        self.hints[0] |= histogram.hint == ResetHint::Reset;
        self.hints[1] |= histogram.hint == ResetHint::NotReset;
    }

    pub(in crate::eval) fn add(
        &mut self,
        other: &Histogram,
    ) -> std::result::Result<(), series::Incompatible> {
        self.see(other);
        self.count += 1.0;
        if !self.stepwise {
            let mut sum = self.sum.clone();
            self.reconciled |= sum.add(other)?.bounds_reconciled;
            if !self.mean || !sum.overflows() {
                self.sum = sum;
                return Ok(());
            }
            self.stepwise = true;
            self.sum.divide(self.count - 1.0);
        }
        self.sum.scale((self.count - 1.0) / self.count);
        let mut share = other.clone();
        share.divide(self.count);
        self.reconciled |= self.sum.add(&share)?.bounds_reconciled;
        Ok(())
    }

    /// The sum or mean; whether hints contradict each other; whether bounds were reconciled.
    pub(in crate::eval) fn finish(self) -> (Histogram, bool, bool) {
        let mut sum = self.sum;
        if self.mean && !self.stepwise {
            sum.divide(self.count);
        }
        let mut histogram = sum.total();
        histogram.compact();
        (histogram, self.hints == [true; 2], self.reconciled)
    }
}

fn total(window: &Window<'_>, mean: bool, notes: &mut Notes<'_>) -> Cell {
    if window.is_mixed() {
        notes.mixed_samples();
        return Cell::None;
    }
    if let [first, rest @ ..] = window.histograms {
        let mut total = Total::new(&owned(&first.1), mean);
        for (_, histogram) in rest {
            if total.add(histogram).is_err() {
                notes.mixed_buckets();
                return Cell::None;
            }
        }
        let (histogram, conflict, reconciled) = total.finish();
        if conflict {
            let text = "conflicting counter resets during histogram aggregation";
            notes.annotations.warn(notes.pos, text);
        }
        if reconciled {
            notes.reconciled("aggregation");
        }
        return Cell::of(histogram);
    }
    Cell::Float(if mean && !window.weights.is_empty() {
        // Of records these are the sums.
        let mut sum = Kahan::default();
        for value in window.values {
            sum.add(*value);
        }
        sum.total() / window.numbers()
    } else if mean {
        let mut mean = Mean::default();
        for value in window.values {
            mean.add(*value);
        }
        mean.value()
    } else {
        let mut sum = Kahan::default();
        for value in window.values {
            sum.add(*value);
        }
        sum.total()
    })
}

/// Left, right or trapezoidal (0, 1, 2); `None` when it is no such number.
fn strategy(params: &[f64]) -> Option<u8> {
    match params.first() {
        None => Some(2),
        Some(value) => [0_u8, 1, 2].into_iter().find(|strategy| f64::from(*strategy) == *value),
    }
}

/// Notes a strategy of `integral` that there is not.
pub(super) fn check_strategy(params: &[f64], pos: usize, notes: &mut Notes<'_>) {
    if strategy(params).is_none() {
        let got = message(params.first().copied().unwrap_or_default());
        notes.annotations.warn(pos, format!("integral strategy should be 0, 1 or 2, got {got}, using 2"));
    }
}

/// The area below the numbers; NaN is zero.
fn integral(window: &Window<'_>, strategy: u8) -> f64 {
    let number = |value: f64| if value.is_nan() { 0.0 } else { value };
    let mut area = Kahan::default();
    for (times, values) in window.times.windows(2).zip(window.values.windows(2)) {
        let (before, now) = (number(values[0]), number(values[1]));
        let seconds = (times[1] - times[0]) as f64 / 1000.0;
        let (height, lost) = match strategy {
            0 => (before, 0.0),
            1 => (now, 0.0),
            _ => {
                let mut sum = Kahan::from(before);
                sum.add(now);
                if sum.sum.is_infinite() && before.is_finite() && now.is_finite() {
                    let mut halves = Kahan::from(before / 2.0);
                    halves.add(now / 2.0);
                    (halves.sum, halves.lost)
                } else {
                    (sum.sum / 2.0, sum.lost / 2.0)
                }
            }
        };
        if height != 0.0 || lost != 0.0 {
            area.lost += lost * seconds;
            area.add(height * seconds);
        }
    }
    area.total()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_whose_sum_would_be_infinite_is_not() {
        let mut mean = Mean::default();
        for value in [f64::MAX, f64::MAX, f64::MAX] {
            mean.add(value);
        }
        assert!((mean.value() / f64::MAX - 1.0).abs() < 1e-12);
    }

    #[test]
    fn nan_is_beaten_by_every_number() {
        assert_eq!(extreme(&[f64::NAN, 2.0, 1.0], |value, best| value < best), 2);
        assert_eq!(extreme(&[1.0, 3.0, 3.0], |value, best| value >= best), 2);
    }
}
