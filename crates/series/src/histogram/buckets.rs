//! Where buckets begin and end.

use std::fmt;

use super::Histogram;

/// One bucket of a histogram.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// Where it begins.
    pub lower: f64,
    /// Where it ends.
    pub upper: f64,
    /// Whether `lower` itself is in it.
    pub lower_inclusive: bool,
    /// Whether `upper` itself is in it.
    pub upper_inclusive: bool,
    /// How many observations.
    pub count: f64,
}

impl Bucket {
    /// The share of the bucket's width at or below `value`, which lies inside: on a straight scale, or on the logarithmic one of
    /// exponential buckets.
    pub fn fraction_below(&self, value: f64, linear: bool) -> f64 {
        if linear {
            return (value - self.lower) / (self.upper - self.lower);
        }
        let [lower, upper, at] = [self.lower, self.upper, value].map(|bound| bound.abs().log2());
        if value > 0.0 { (at - lower) / (upper - lower) } else { 1.0 - (at - upper) / (lower - upper) }
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = if self.lower_inclusive { '[' } else { '(' };
        let close = if self.upper_inclusive { ']' } else { ')' };
        write!(out, "{open}{},{}{close}:{}", self.lower, self.upper, self.count)
    }
}

/// The upper bound of an exponential bucket.
pub(super) fn exponential_bound(index: i32, schema: i32) -> f64 {
    let exponent = if schema <= 0 {
        f64::from(index) * f64::from(-schema).exp2()
    } else {
        f64::from(index) / f64::from(schema).exp2()
    };
    // The last bucket before infinity ends at the largest number.
    if exponent == 1024.0 { f64::MAX } else { exponent.exp2() }
}

/// The index that a bucket has under a smaller schema.
fn target(index: i32, from: i32, to: i32) -> i32 {
    (index.wrapping_sub(1) >> (from - to).clamp(0, 31)) + 1
}

/// Buckets of one schema as those of a smaller one.
pub(super) fn reduce(buckets: &[(i32, f64)], from: i32, to: i32) -> Vec<(i32, f64)> {
    let mut reduced: Vec<(i32, f64)> = Vec::new();
    for (index, count) in buckets {
        let index = target(*index, from, to);
        match reduced.last_mut() {
            Some(last) if last.0 == index => last.1 += count,
            _ => reduced.push((index, *count)),
        }
    }
    reduced
}

impl Histogram {
    /// The upper bound of the positive bucket with this index.
    pub(super) fn bound(&self, index: i32) -> f64 {
        if !self.is_custom() {
            return exponential_bound(index, self.schema);
        }
        match usize::try_from(index) {
            Ok(at) => self.custom.get(at).copied().unwrap_or(f64::INFINITY),
            Err(_) => f64::NEG_INFINITY,
        }
    }

    /// The positive buckets, going up.
    pub fn positive_buckets(&self) -> impl DoubleEndedIterator<Item = Bucket> {
        self.positive.iter().map(|(index, count)| Bucket {
            lower: self.bound(index.wrapping_sub(1)),
            upper: self.bound(*index),
            lower_inclusive: self.is_custom() && *index == 0,
            upper_inclusive: true,
            count: *count,
        })
    }

    /// The negative buckets, going down from zero.
    pub fn negative_buckets(&self) -> impl DoubleEndedIterator<Item = Bucket> {
        self.negative.iter().map(|(index, count)| Bucket {
            lower: -self.bound(*index),
            upper: -self.bound(index.wrapping_sub(1)),
            lower_inclusive: true,
            upper_inclusive: false,
            count: *count,
        })
    }

    /// The bucket around zero.
    pub fn zero_bucket(&self) -> Bucket {
        Bucket {
            lower: -self.zero_threshold,
            upper: self.zero_threshold,
            lower_inclusive: true,
            upper_inclusive: true,
            count: self.zero_count,
        }
    }

    /// All buckets, going up. One that reaches into the bucket around zero ends where that begins.
    pub fn buckets(&self) -> impl DoubleEndedIterator<Item = Bucket> {
        let threshold = self.zero_threshold;
        let exponential = !self.is_custom();
        let clip = move |mut bucket: Bucket| {
            if exponential && bucket.upper < 0.0 && bucket.upper > -threshold {
                bucket.upper = -threshold;
            } else if exponential && bucket.lower > 0.0 && bucket.lower < threshold {
                bucket.lower = threshold;
            }
            bucket
        };
        let zero = (self.zero_count > 0.0 && exponential).then(|| self.zero_bucket());
        self.negative_buckets().rev().map(clip).chain(zero).chain(self.positive_buckets().map(clip))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_powers_of_the_base() {
        assert_eq!([-1, 0, 1, 3].map(|index| exponential_bound(index, 0)), [0.5, 1.0, 2.0, 8.0]);
        assert!((exponential_bound(1, 1) - std::f64::consts::SQRT_2).abs() < 1e-15);
        assert_eq!(exponential_bound(1, -2), 16.0);
        assert_eq!(exponential_bound(1024, 0), f64::MAX);
    }

    #[test]
    fn listed_bounds_end_at_infinity() {
        let custom = Histogram {
            schema: -53,
            custom: vec![1.0, 5.0],
            positive: vec![(0, 1.0), (1, 1.0), (2, 1.0)],
            ..Histogram::default()
        };
        let bounds: Vec<_> = custom.buckets().map(|bucket| (bucket.lower, bucket.upper)).collect();
        assert_eq!(bounds, [(f64::NEG_INFINITY, 1.0), (1.0, 5.0), (5.0, f64::INFINITY)]);
    }

    #[test]
    fn buckets_do_not_reach_into_the_one_around_zero() {
        let histogram = Histogram {
            zero_threshold: 0.75,
            zero_count: 1.0,
            positive: vec![(0, 1.0)],
            negative: vec![(0, 1.0)],
            ..Histogram::default()
        };
        let bounds: Vec<_> = histogram.buckets().map(|bucket| (bucket.lower, bucket.upper)).collect();
        assert_eq!(bounds, [(-1.0, -0.75), (-0.75, 0.75), (0.75, 1.0)]);
    }
}
