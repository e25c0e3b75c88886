//! Native histograms: counts in buckets whose bounds follow from a schema.

mod add;
mod buckets;
mod codec;
mod reset;
mod trim;

use std::fmt;

pub use add::{Combined, Incompatible, Running};
pub use buckets::Bucket;

/// The schema of histograms that list their bounds.
const CUSTOM: i32 = -53;

/// What a histogram says about the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum ResetHint {
    /// Nothing: who wants to know compares.
    #[default]
    Unknown,
    /// The counter began anew.
    Reset,
    /// The counter went on.
    NotReset,
    /// It is no counter: it may go up and down.
    Gauge,
}

/// A native histogram. Buckets are pairs of index and count, by index, without empty ones that nobody needs; the bounds of
/// an index follow from the schema, or stand in `custom`.
#[derive(Debug, Clone, Default)]
pub struct Histogram {
    /// −4 … 8: bounds are powers of `2^(2^-schema)`; −53: the bounds stand in `custom`.
    pub schema: i32,
    /// What it says about the one before it.
    pub hint: ResetHint,
    /// Observations of at most this size are counted in `zero_count`.
    pub zero_threshold: f64,
    /// The observations around zero.
    pub zero_count: f64,
    /// All observations.
    pub count: f64,
    /// Their sum; NaN when one was NaN, [`STALE`](crate::STALE) when the series has ended.
    pub sum: f64,
    /// Buckets of positive observations.
    pub positive: Vec<(i32, f64)>,
    /// Buckets of negative observations, by size.
    pub negative: Vec<(i32, f64)>,
    /// The upper bounds of the buckets of a custom schema; above the last is a bucket up to infinity.
    pub custom: Vec<f64>,
}

impl Histogram {
    /// Whether its bounds are listed.
    pub fn is_custom(&self) -> bool {
        self.schema == CUSTOM
    }

    /// Multiplies all counts and the sum.
    pub fn scale(&mut self, factor: f64) {
        self.each_count(|count| *count *= factor);
        if factor < 0.0 {
            self.hint = ResetHint::Gauge;
        }
    }

    /// Divides all counts and the sum. By zero the buckets go, for they would all be infinite.
    pub fn divide(&mut self, divisor: f64) {
        self.each_count(|count| *count /= divisor);
        if divisor == 0.0 {
            self.positive.clear();
            self.negative.clear();
        }
        if divisor < 0.0 {
            self.hint = ResetHint::Gauge;
        }
    }

    fn each_count(&mut self, mut change: impl FnMut(&mut f64)) {
        for count in [&mut self.zero_count, &mut self.count, &mut self.sum] {
            change(count);
        }
        for (_, count) in self.positive.iter_mut().chain(&mut self.negative) {
            change(count);
        }
    }

    /// Whether a count has become infinite.
    pub fn overflows(&self) -> bool {
        let buckets = self.positive.iter().chain(&self.negative).map(|(_, count)| *count);
        buckets.chain([self.zero_count, self.count, self.sum]).any(f64::is_infinite)
    }

    /// Removes empty buckets.
    pub fn compact(&mut self) {
        self.positive.retain(|(_, count)| *count != 0.0);
        self.negative.retain(|(_, count)| *count != 0.0);
    }

    /// The same with wider buckets; a schema that is not smaller changes nothing.
    #[must_use]
    pub fn to_schema(&self, schema: i32) -> Self {
        let mut reduced = self.clone();
        if schema < self.schema && !self.is_custom() {
            reduced.positive = buckets::reduce(&self.positive, self.schema, schema);
            reduced.negative = buckets::reduce(&self.negative, self.schema, schema);
            reduced.schema = schema;
        }
        reduced
    }

    /// How many bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + (self.positive.len() + self.negative.len()) * 16 + self.custom.len() * 8
    }
}

impl PartialEq for Histogram {
    /// Equal bounds, counts and sum, bit by bit; the hint does not count, nor do empty buckets.
    fn eq(&self, other: &Self) -> bool {
        let number = |one: f64, two: f64| one.to_bits() == two.to_bits();
        let side = |one: &[(i32, f64)], two: &[(i32, f64)]| {
            let mut one = one.iter().filter(|(_, count)| *count != 0.0);
            let mut two = two.iter().filter(|(_, count)| *count != 0.0);
            let same = one.all(|bucket| two.next().is_some_and(|other| bucket == other));
            same && two.next().is_none()
        };
        self.schema == other.schema
            && number(self.count, other.count)
            && number(self.sum, other.sum)
            && number(self.zero_count, other.zero_count)
            && self.zero_threshold == other.zero_threshold
            && (!self.is_custom() || self.custom == other.custom)
            && side(&self.positive, &other.positive)
            && side(&self.negative, &other.negative)
    }
}

impl fmt::Display for Histogram {
    /// `{count:3, sum:4.5, [-2,-1):1, [-0.001,0.001]:1, (1,2]:1}`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{{count:{}, sum:{}", self.count, self.sum)?;
        for bucket in self.buckets().filter(|bucket| bucket.count != 0.0) {
            write!(out, ", {bucket}")?;
        }
        out.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> Histogram {
        Histogram {
            count: 4.0,
            sum: 6.0,
            zero_threshold: 0.5,
            zero_count: 1.0,
            positive: vec![(0, 1.0), (1, 1.0)],
            negative: vec![(0, 1.0)],
            ..Histogram::default()
        }
    }

    #[test]
    fn a_histogram_is_shown_with_its_bounds() {
        assert_eq!(one().to_string(), "{count:4, sum:6, [-1,-0.5):1, [-0.5,0.5]:1, (0.5,1]:1, (1,2]:1}");
    }

    #[test]
    fn a_negative_factor_makes_a_gauge() {
        let mut negative = one();
        negative.scale(-2.0);
        assert_eq!((negative.count, negative.positive[1].1, negative.hint), (-8.0, -2.0, ResetHint::Gauge));
    }

    #[test]
    fn divided_by_zero_it_has_no_buckets() {
        let mut divided = one();
        divided.divide(0.0);
        assert!(divided.count.is_infinite() && divided.positive.is_empty() && divided.overflows());
    }

    #[test]
    fn empty_buckets_make_no_difference() {
        let mut padded = one();
        padded.positive.push((7, 0.0));
        assert_eq!(padded, one());
        padded.compact();
        assert_eq!(padded.positive, one().positive);
    }

    #[test]
    fn a_smaller_schema_merges_buckets() {
        let fine = Histogram { schema: 1, positive: vec![(1, 1.0), (2, 2.0), (3, 4.0)], ..one() };
        assert_eq!(fine.to_schema(0).positive, [(1, 3.0), (2, 4.0)]);
    }
}
