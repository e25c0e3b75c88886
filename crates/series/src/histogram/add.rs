//! Sums and differences of histograms whose buckets may differ.

use super::{Histogram, ResetHint, buckets};
use crate::Kahan;

/// Histograms with listed bounds and those with exponential ones do not add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("histograms with exponential and with custom buckets cannot be combined")]
pub struct Incompatible;

/// What had to be decided while two histograms were combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Combined {
    /// One said that its counter began anew, the other that it went on.
    pub conflicting_resets: bool,
    /// Their listed bounds differ; the bounds that both have were kept.
    pub bounds_reconciled: bool,
}

/// A sum of histograms in the making, with what its additions lost.
#[derive(Debug, Clone)]
pub struct Running {
    sum: Histogram,
    lost: Histogram,
}

impl Running {
    /// A sum that begins with `first`.
    pub fn new(first: &Histogram) -> Self {
        let lost = Histogram { schema: first.schema, custom: first.custom.clone(), ..Histogram::default() };
        Self { sum: first.clone(), lost }
    }

    /// Adds a histogram.
    pub fn add(&mut self, other: &Histogram) -> Result<Combined, Incompatible> {
        combine(&mut self.sum, other, 1.0, Some(&mut self.lost))
    }

    /// Whether a count of the sum has become infinite.
    pub fn overflows(&self) -> bool {
        self.sum.overflows()
    }

    /// Multiplies the sum so far.
    pub fn scale(&mut self, factor: f64) {
        self.sum.scale(factor);
        self.lost.scale(factor);
    }

    /// Divides the sum so far.
    pub fn divide(&mut self, divisor: f64) {
        self.sum.divide(divisor);
        self.lost.divide(divisor);
    }

    /// The sum with what was lost.
    pub fn total(self) -> Histogram {
        let Self { mut sum, lost } = self;
        sum.zero_count += lost.zero_count;
        sum.count += lost.count;
        sum.sum += lost.sum;
        sum.positive = merge(&sum.positive, &lost.positive, 1.0, None);
        sum.negative = merge(&sum.negative, &lost.negative, 1.0, None);
        sum
    }
}

impl Histogram {
    /// Adds another histogram. The coarser schema and the wider bucket around zero win.
    pub fn add(&mut self, other: &Self) -> Result<Combined, Incompatible> {
        combine(self, other, 1.0, None)
    }

    /// Subtracts another histogram.
    pub fn subtract(&mut self, other: &Self) -> Result<Combined, Incompatible> {
        combine(self, other, -1.0, None)
    }

    fn combine_hint(&mut self, other: ResetHint) -> bool {
        let (hint, conflict) = match (self.hint, other) {
            (own, other) if own == other => (own, false),
            (ResetHint::Gauge, _) | (_, ResetHint::Gauge) => (ResetHint::Gauge, false),
            (ResetHint::Unknown, _) | (_, ResetHint::Unknown) => (ResetHint::Unknown, false),
            _ => (ResetHint::Unknown, true),
        };
        self.hint = hint;
        conflict
    }

    /// The count around zero if the threshold were at least `threshold`, and the threshold that this takes: a bucket with
    /// observations is taken in whole.
    pub(super) fn zero_count_up_to(&self, threshold: f64) -> (f64, f64) {
        let mut threshold = threshold;
        if threshold <= self.zero_threshold {
            return (self.zero_count, self.zero_threshold.max(threshold));
        }
        'again: loop {
            let mut count = Kahan::from(self.zero_count);
            for bucket in self.positive_buckets().take_while(|bucket| bucket.lower < threshold) {
                count.add(bucket.count);
                if bucket.upper > threshold && bucket.count != 0.0 {
                    threshold = bucket.upper;
                    break;
                }
            }
            for bucket in self.negative_buckets() {
                if bucket.upper <= -threshold {
                    break;
                }
                count.add(bucket.count);
                if bucket.lower < -threshold && bucket.count != 0.0 {
                    threshold = -bucket.lower;
                    continue 'again;
                }
            }
            return (count.sum, threshold);
        }
    }

    /// Widens the bucket around zero and removes the buckets that it swallows.
    fn widen_zero(&mut self, threshold: f64) {
        (self.zero_count, self.zero_threshold) = self.zero_count_up_to(threshold);
        let (schema, threshold) = (self.schema, self.zero_threshold);
        for side in [&mut self.positive, &mut self.negative] {
            side.retain(|(index, _)| buckets::exponential_bound(index.wrapping_sub(1), schema) >= threshold);
        }
    }
}

fn combine(
    into: &mut Histogram,
    other: &Histogram,
    sign: f64,
    mut lost: Option<&mut Histogram>,
) -> Result<Combined, Incompatible> {
    if into.is_custom() != other.is_custom() {
        return Err(Incompatible);
    }
    let conflicting_resets = into.combine_hint(other.hint);
    let bounds_reconciled = into.is_custom() && into.custom != other.custom;
    let mut other = other.clone();
    if into.is_custom() {
        if bounds_reconciled {
            let shared: Vec<f64> =
                into.custom.iter().copied().filter(|bound| other.custom.contains(bound)).collect();
            for histogram in [Some(&mut *into), Some(&mut other), lost.as_deref_mut()].into_iter().flatten() {
                coarsen(histogram, &shared);
            }
        }
    } else {
        while other.zero_threshold != into.zero_threshold {
            if into.zero_threshold > other.zero_threshold {
                other.widen_zero(into.zero_threshold);
            }
            if other.zero_threshold > into.zero_threshold {
                into.widen_zero(other.zero_threshold);
                if let Some(lost) = lost.as_deref_mut() {
                    lost.widen_zero(into.zero_threshold);
                }
            }
        }
        let schema = into.schema.min(other.schema);
        for histogram in [Some(&mut *into), Some(&mut other), lost.as_deref_mut()].into_iter().flatten() {
            *histogram = histogram.to_schema(schema);
        }
    }
    let mut sums = [
        (&mut into.zero_count, other.zero_count),
        (&mut into.count, other.count),
        (&mut into.sum, other.sum),
    ];
    match lost {
        None => {
            for (own, other) in sums {
                *own += sign * other;
            }
            into.positive = merge(&into.positive, &other.positive, sign, None);
            into.negative = merge(&into.negative, &other.negative, sign, None);
        }
        Some(lost) => {
            let losses = [&mut lost.zero_count, &mut lost.count, &mut lost.sum];
            for ((own, other), loss) in sums.iter_mut().zip(losses) {
                let mut kahan = Kahan { sum: **own, lost: *loss };
                kahan.add(sign * *other);
                (**own, *loss) = (kahan.sum, kahan.lost);
            }
            into.positive = merge(&into.positive, &other.positive, sign, Some(&mut lost.positive));
            into.negative = merge(&into.negative, &other.negative, sign, Some(&mut lost.negative));
        }
    }
    Ok(Combined { conflicting_resets, bounds_reconciled })
}

/// Moves the buckets of a histogram with listed bounds to fewer bounds.
fn coarsen(histogram: &mut Histogram, bounds: &[f64]) {
    let mut coarse: Vec<(i32, f64)> = Vec::new();
    for (index, count) in &histogram.positive {
        let upper = histogram.bound(*index);
        let at = bounds.partition_point(|bound| *bound < upper) as i32;
        match coarse.last_mut() {
            Some(last) if last.0 == at => last.1 += count,
            _ => coarse.push((at, *count)),
        }
    }
    histogram.positive = coarse;
    histogram.custom = bounds.to_vec();
}

/// One list of buckets from two; with `lost`, what the additions lost is added to it.
fn merge(
    one: &[(i32, f64)],
    two: &[(i32, f64)],
    sign: f64,
    mut lost: Option<&mut Vec<(i32, f64)>>,
) -> Vec<(i32, f64)> {
    let mut merged = Vec::with_capacity(one.len().max(two.len()));
    let (mut left, mut right) = (one.iter().peekable(), two.iter().peekable());
    loop {
        let index = match (left.peek(), right.peek()) {
            (None, None) => return merged,
            (Some(left), None) => left.0,
            (None, Some(right)) => right.0,
            (Some(left), Some(right)) => left.0.min(right.0),
        };
        let own = left.next_if(|bucket| bucket.0 == index).map_or(0.0, |bucket| bucket.1);
        let Some((_, other)) = right.next_if(|bucket| bucket.0 == index) else {
            merged.push((index, own));
            continue;
        };
        let Some(lost) = lost.as_deref_mut() else {
            merged.push((index, own + sign * other));
            continue;
        };
        let at = lost.binary_search_by_key(&index, |bucket| bucket.0);
        let mut kahan = Kahan { sum: own, lost: at.map_or(0.0, |at| lost[at].1) };
        kahan.add(sign * other);
        match at {
            Ok(at) => lost[at].1 = kahan.lost,
            Err(at) if kahan.lost != 0.0 => lost.insert(at, (index, kahan.lost)),
            Err(_) => {}
        }
        merged.push((index, kahan.sum));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(schema: i32, zero: (f64, f64), positive: &[(i32, f64)]) -> Histogram {
        let count = zero.1 + positive.iter().map(|bucket| bucket.1).sum::<f64>();
        Histogram {
            schema,
            zero_threshold: zero.0,
            zero_count: zero.1,
            count,
            sum: count,
            positive: positive.to_vec(),
            ..Histogram::default()
        }
    }

    #[test]
    fn the_coarser_schema_wins() {
        let mut sum = histogram(1, (0.0, 0.0), &[(1, 1.0), (2, 1.0)]);
        sum.add(&histogram(0, (0.0, 0.0), &[(1, 5.0), (3, 1.0)])).unwrap();
        assert_eq!((sum.schema, sum.count), (0, 8.0));
        assert_eq!(sum.positive, [(1, 7.0), (3, 1.0)]);
    }

    #[test]
    fn the_wider_bucket_around_zero_swallows_whole_buckets() {
        let mut sum = histogram(0, (0.0, 1.0), &[(0, 2.0), (1, 3.0), (2, 4.0)]);
        sum.add(&histogram(0, (1.5, 1.0), &[(2, 1.0)])).unwrap();
        assert_eq!((sum.zero_threshold, sum.zero_count), (2.0, 7.0));
        assert_eq!(sum.positive, [(2, 5.0)]);
    }

    #[test]
    fn listed_bounds_that_both_have_are_kept() {
        let custom = |bounds: &[f64], positive: &[(i32, f64)]| Histogram {
            schema: -53,
            custom: bounds.to_vec(),
            ..histogram(-53, (0.0, 0.0), positive)
        };
        let mut sum = custom(&[1.0, 2.0, 5.0], &[(0, 1.0), (1, 1.0), (2, 1.0), (3, 1.0)]);
        let how = sum.add(&custom(&[1.0, 5.0], &[(1, 10.0)])).unwrap();
        assert!(how.bounds_reconciled);
        assert_eq!(
            (sum.custom.as_slice(), sum.positive.as_slice()),
            ([1.0, 5.0].as_slice(), [(0, 1.0), (1, 12.0), (2, 1.0)].as_slice())
        );
        assert_eq!(sum.add(&histogram(0, (0.0, 0.0), &[])), Err(Incompatible));
    }

    #[test]
    fn what_was_added_can_be_taken_away() {
        let (one, two) =
            (histogram(0, (0.0, 0.0), &[(1, 2.0)]), histogram(0, (0.0, 0.0), &[(1, 1.0), (4, 3.0)]));
        let mut sum = one.clone();
        sum.add(&two).unwrap();
        sum.subtract(&two).unwrap();
        assert_eq!(sum, one);
    }

    #[test]
    fn a_running_sum_loses_nothing_beside_a_large_count() {
        let big = histogram(0, (0.0, 0.0), &[(1, 1e100)]);
        let mut small = histogram(0, (0.0, 0.0), &[(1, 1.0)]);
        let mut sum = Running::new(&big);
        sum.add(&small).unwrap();
        let mut minus = big.clone();
        minus.scale(-1.0);
        sum.add(&minus).unwrap();
        small.hint = ResetHint::Gauge;
        assert_eq!(sum.total().positive, small.positive);
    }

    #[test]
    fn hints_that_contradict_each_other_are_told() {
        let mut one = Histogram { hint: ResetHint::Reset, ..Histogram::default() };
        let two = Histogram { hint: ResetHint::NotReset, ..Histogram::default() };
        assert!(one.add(&two).unwrap().conflicting_resets);
        assert_eq!(one.hint, ResetHint::Unknown);
    }
}
