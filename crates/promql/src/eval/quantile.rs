//! Quantiles and fractions of values, classic buckets and native histograms.

use series::{Bucket, Histogram};

/// The upper bound of a classic bucket and how many observations are at or below it.
pub(super) type Classic = (f64, f64);

/// Differences of neighbouring counts below this share are errors of floating point.
const SMALL: f64 = 1e-12;

/// What had to be changed so that counts do not fall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ForcedUp {
    pub least: f64,
    pub most: f64,
    pub diff: f64,
}

/// A quantile outside 0 … 1 is infinite, NaN is NaN.
fn outside(quantile: f64) -> Option<f64> {
    if quantile.is_nan() {
        Some(f64::NAN)
    } else if quantile < 0.0 {
        Some(f64::NEG_INFINITY)
    } else if quantile > 1.0 {
        Some(f64::INFINITY)
    } else {
        None
    }
}

/// The quantile of values, which are sorted in place; between two it is weighted.
pub(super) fn of_values(quantile: f64, values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    if let Some(outside) = outside(quantile) {
        return outside;
    }
    // NaN counts as the smallest.
    values.sort_by(|one, two| match (one.is_nan(), two.is_nan()) {
        (true, true) => std::cmp::Ordering::Equal,
        (true, false) => std::cmp::Ordering::Less,
        (false, true) => std::cmp::Ordering::Greater,
        _ => one.total_cmp(two),
    });
    let rank = quantile * (values.len() - 1) as f64;
    let lower = rank.floor();
    let weight = rank - lower;
    let at = |index: f64| values[(index.max(0.0) as usize).min(values.len() - 1)];
    if weight == 0.0 { at(lower) } else { at(lower) * (1.0 - weight) + at(lower + 1.0) * weight }
}

/// Sorted by bound, one bucket for each; `None` when there is none up to infinity.
fn prepared(mut buckets: Vec<Classic>) -> Option<Vec<Classic>> {
    buckets.sort_by(|one, two| one.0.total_cmp(&two.0));
    if buckets.last()?.0 != f64::INFINITY {
        return None;
    }
    let mut merged: Vec<Classic> = Vec::with_capacity(buckets.len());
    for bucket in buckets {
        match merged.last_mut() {
            Some(last) if last.0 == bucket.0 => last.1 += bucket.1,
            _ => merged.push(bucket),
        }
    }
    Some(merged)
}

fn almost(one: f64, two: f64) -> bool {
    let (sum, diff) = (one.abs() + two.abs(), (one - two).abs());
    if one == 0.0 || two == 0.0 || sum < f64::MIN_POSITIVE {
        return diff < SMALL * f64::MIN_POSITIVE;
    }
    diff / sum.min(f64::MAX) < SMALL
}

/// Counts that do not fall.
fn monotonic(buckets: &mut [Classic]) -> Option<ForcedUp> {
    let mut forced: Option<ForcedUp> = None;
    let mut before = buckets[0].1;
    for bucket in &mut buckets[1..] {
        let count = bucket.1;
        if count == before {
            continue;
        }
        if almost(before, count) {
            bucket.1 = before;
        } else if count < before {
            bucket.1 = before;
            let all = forced.get_or_insert(ForcedUp { least: bucket.0, most: bucket.0, diff: 0.0 });
            all.least = all.least.min(bucket.0);
            all.most = all.most.max(bucket.0);
            all.diff = all.diff.max(before - count);
        } else {
            before = count;
        }
    }
    forced
}

/// The quantile of classic buckets, straight within each.
pub(super) fn of_classic(quantile: f64, buckets: Vec<Classic>) -> (f64, Option<ForcedUp>) {
    if let Some(outside) = outside(quantile) {
        return (outside, None);
    }
    let Some(mut buckets) = prepared(buckets) else { return (f64::NAN, None) };
    let forced = monotonic(&mut buckets);
    let last = buckets.len() - 1;
    let observations = buckets[last].1;
    if last == 0 || observations == 0.0 {
        return (f64::NAN, forced);
    }
    let mut rank = quantile * observations;
    let at = buckets[..last].iter().position(|bucket| bucket.1 >= rank).unwrap_or(last);
    if at == last {
        return (buckets[last - 1].0, forced);
    }
    if at == 0 && buckets[0].0 <= 0.0 {
        return (buckets[0].0, forced);
    }
    let (mut start, end, mut count) = (0.0, buckets[at].0, buckets[at].1);
    if let Some(before) = at.checked_sub(1) {
        start = buckets[before].0;
        count -= buckets[before].1;
        rank -= buckets[before].1;
    }
    (start + (end - start) * (rank / count), forced)
}

/// The share of observations between two values, of classic buckets.
pub(super) fn fraction_of_classic(lower: f64, upper: f64, buckets: Vec<Classic>) -> f64 {
    let Some(buckets) = prepared(buckets) else { return f64::NAN };
    let count = buckets[buckets.len() - 1].1;
    if count == 0.0 || lower.is_nan() || upper.is_nan() {
        return f64::NAN;
    }
    if lower >= upper {
        return 0.0;
    }
    let mut ranks = Ranks::new(lower, upper);
    let mut start = if buckets[0].0 <= 0.0 { f64::NEG_INFINITY } else { 0.0 };
    let mut rank = 0.0;
    for (end, total) in buckets {
        let bucket = Bucket {
            lower: start,
            upper: end,
            lower_inclusive: false,
            upper_inclusive: true,
            count: total - rank,
        };
        let inside = |value: f64| {
            if start == f64::NEG_INFINITY {
                total
            } else {
                rank + (total - rank) * (value - start) / (end - start)
            }
        };
        if ranks.see(&bucket, rank, inside) {
            break;
        }
        rank = total;
        start = end;
    }
    ranks.share(count, count)
}

/// The ranks of two values, found bucket by bucket.
struct Ranks {
    wanted: [f64; 2],
    found: [Option<f64>; 2],
}

impl Ranks {
    fn new(lower: f64, upper: f64) -> Self {
        Self { wanted: [lower, upper], found: [None; 2] }
    }

    /// Looks at the next bucket; whether both are found.
    fn see(&mut self, bucket: &Bucket, rank: f64, inside: impl Fn(f64) -> f64) -> bool {
        for (found, wanted) in self.found.iter_mut().zip(self.wanted).filter(|(found, _)| found.is_none()) {
            if bucket.lower >= wanted {
                *found = Some(rank);
            }
        }
        for (found, wanted) in self.found.iter_mut().zip(self.wanted).filter(|(found, _)| found.is_none()) {
            if bucket.lower < wanted && bucket.upper > wanted {
                *found = Some(inside(wanted));
            }
        }
        self.found.iter().all(Option::is_some)
    }

    fn share(self, most: f64, count: f64) -> f64 {
        let [lower, upper] = self.found.map(|rank| rank.map_or(most, |rank| rank.min(most)));
        (upper - lower) / count
    }
}

/// What a native histogram says of NaN among its observations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NanNote {
    /// The quantile is NaN for it.
    Result,
    /// The quantile is higher than it should be.
    Skew,
}

/// The quantile of a native histogram: straight in listed and zero buckets, on the scale of the bounds in others.
pub(super) fn of_histogram(quantile: f64, histogram: &Histogram) -> (f64, Option<NanNote>) {
    if !quantile.is_nan() && !(0.0..=1.0).contains(&quantile) {
        return (outside(quantile).unwrap_or(f64::NAN), None);
    }
    if histogram.count == 0.0 || quantile.is_nan() {
        return (f64::NAN, None);
    }
    // NaN is in the count and in no bucket: then only counting from below is right.
    let nan = histogram.sum.is_nan();
    let forward = nan || quantile < 0.5;
    let mut rank = if forward { quantile } else { 1.0 - quantile } * histogram.count;
    let all: Vec<Bucket> = histogram.buckets().collect();
    let order: Vec<&Bucket> = if forward { all.iter().collect() } else { all.iter().rev().collect() };
    let (mut count, mut seen) = (0.0, 0);
    let mut bucket =
        Bucket { lower: 0.0, upper: 0.0, lower_inclusive: false, upper_inclusive: false, count: 0.0 };
    for next in order.iter().map(|bucket| **bucket) {
        seen += 1;
        bucket = next;
        count += next.count;
        if next.count != 0.0 && count >= rank {
            break;
        }
    }
    if histogram.is_custom() {
        if bucket.lower == f64::NEG_INFINITY {
            if bucket.upper <= 0.0 {
                return (bucket.upper, None);
            }
            bucket.lower = 0.0;
        } else if bucket.upper == f64::INFINITY {
            return (bucket.lower, None);
        }
    } else if bucket.lower < 0.0 && bucket.upper > 0.0 {
        one_sided(histogram, &mut bucket);
    }
    count = count.min(histogram.count);
    if count < rank {
        return if nan { (f64::NAN, Some(NanNote::Result)) } else { (bucket.upper, None) };
    }
    rank = if forward { rank - (count - bucket.count) } else { count - rank };
    let mut note = None;
    if nan {
        let rest: f64 = order[seen..].iter().map(|bucket| bucket.count).sum();
        note = (count + rest < histogram.count).then_some(NanNote::Skew);
    }
    let fraction = rank / bucket.count;
    if histogram.is_custom() || (bucket.lower <= 0.0 && bucket.upper >= 0.0) {
        return (bucket.lower + (bucket.upper - bucket.lower) * fraction, note);
    }
    let (lower, upper) = (bucket.lower.abs().log2(), bucket.upper.abs().log2());
    let value = if bucket.lower > 0.0 {
        (lower + (upper - lower) * fraction).exp2()
    } else {
        -(upper + (lower - upper) * (1.0 - fraction)).exp2()
    };
    (value, note)
}

/// The bucket around zero ends at zero on a side where nothing was observed.
fn one_sided(histogram: &Histogram, bucket: &mut Bucket) {
    match (histogram.negative.is_empty(), histogram.positive.is_empty()) {
        (true, false) => bucket.lower = 0.0,
        (false, true) => bucket.upper = 0.0,
        _ => {}
    }
}

/// The share of observations between two values, and whether there is NaN among the observations.
pub(super) fn fraction_of_histogram(lower: f64, upper: f64, histogram: &Histogram) -> (f64, bool) {
    if histogram.count == 0.0 || lower.is_nan() || upper.is_nan() {
        return (f64::NAN, false);
    }
    if lower >= upper {
        return (0.0, false);
    }
    let mut ranks = Ranks::new(lower, upper);
    let (mut rank, mut done) = (0.0, false);
    for mut bucket in histogram.buckets() {
        if !done {
            let zero = !histogram.is_custom() && bucket.lower <= 0.0 && bucket.upper >= 0.0;
            if zero {
                one_sided(histogram, &mut bucket);
            } else if histogram.is_custom() && bucket.lower == f64::NEG_INFINITY && bucket.upper > 0.0 {
                bucket.lower = 0.0;
            }
            let linear = zero || histogram.is_custom();
            let inside = |value: f64| {
                if linear && bucket.lower == f64::NEG_INFINITY {
                    return bucket.count;
                }
                rank + bucket.count * bucket.fraction_below(value, linear)
            };
            done = ranks.see(&bucket, rank, inside);
        }
        rank += bucket.count;
    }
    let nan = histogram.sum.is_nan();
    let most = if nan { rank } else { histogram.count };
    (ranks.share(most, histogram.count), nan && rank < histogram.count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_two_values_a_quantile_is_weighted() {
        assert_eq!(of_values(0.5, &mut [4.0, 1.0, 3.0, 2.0]), 2.5);
        assert_eq!(of_values(1.0, &mut [4.0, 1.0]), 4.0);
        assert!(of_values(0.5, &mut []).is_nan());
        assert_eq!(of_values(-1.0, &mut [1.0]), f64::NEG_INFINITY);
    }

    #[test]
    fn classic_buckets_are_straight_inside() {
        let buckets = vec![(1.0, 10.0), (2.0, 20.0), (f64::INFINITY, 20.0)];
        assert_eq!(of_classic(0.75, buckets.clone()), (1.5, None));
        assert_eq!(fraction_of_classic(0.0, 1.5, buckets), 0.75);
        assert!(of_classic(0.5, vec![(1.0, 10.0)]).0.is_nan());
    }

    #[test]
    fn counts_that_fall_are_lifted_and_told() {
        let (_, forced) = of_classic(0.5, vec![(1.0, 10.0), (2.0, 8.0), (f64::INFINITY, 20.0)]);
        assert_eq!(forced, Some(ForcedUp { least: 2.0, most: 2.0, diff: 2.0 }));
    }

    #[test]
    fn exponential_buckets_are_straight_on_their_scale() {
        let histogram = Histogram { count: 4.0, sum: 4.0, positive: vec![(1, 4.0)], ..Histogram::default() };
        let (median, note) = of_histogram(0.5, &histogram);
        assert!((median - std::f64::consts::SQRT_2).abs() < 1e-12 && note.is_none());
        let (share, _) = fraction_of_histogram(1.0, std::f64::consts::SQRT_2, &histogram);
        assert!((share - 0.5).abs() < 1e-12);
    }
}
