//! Whether a counter began anew between two histograms.

use super::{Histogram, ResetHint, buckets};

impl Histogram {
    /// Whether this histogram of a counter cannot follow `before` without a reset: a count is smaller, a populated bucket is gone,
    /// or the buckets have become finer.
    pub fn is_reset_after(&self, before: &Self) -> bool {
        match self.hint {
            ResetHint::Reset => return true,
            ResetHint::NotReset => return false,
            ResetHint::Unknown | ResetHint::Gauge => {}
        }
        if self.count < before.count {
            return true;
        }
        if self.is_custom() {
            return !before.is_custom() || self.lost_below_a_bound(before);
        }
        if self.schema > before.schema || self.zero_threshold < before.zero_threshold {
            return true;
        }
        let (zero_count, threshold) = before.zero_count_up_to(self.zero_threshold);
        if threshold != self.zero_threshold || self.zero_count < zero_count {
            return true;
        }
        let side = |own: &[(i32, f64)], before_side: &[(i32, f64)]| {
            let outside = before_side
                .iter()
                .filter(|(index, _)| buckets::exponential_bound(*index, before.schema) > self.zero_threshold);
            let outside: Vec<(i32, f64)> = outside.copied().collect();
            let earlier = buckets::reduce(&outside, before.schema, self.schema);
            earlier.iter().any(|(index, count)| {
                let now = own.binary_search_by_key(index, |bucket| bucket.0).map_or(0.0, |at| own[at].1);
                now < *count
            })
        };
        side(&self.positive, &before.positive) || side(&self.negative, &before.negative)
    }

    /// For listed bounds: whether fewer observations than before lie between two bounds that both have.
    fn lost_below_a_bound(&self, before: &Self) -> bool {
        let shared = self.custom.iter().copied().filter(|bound| before.custom.contains(bound));
        let between = |histogram: &Self, from: f64, to: f64| -> f64 {
            let inside = |(index, _): &&(i32, f64)| {
                let upper = histogram.bound(*index);
                upper > from && upper <= to
            };
            histogram.positive.iter().filter(inside).map(|(_, count)| count).sum()
        };
        let mut from = f64::NEG_INFINITY;
        for to in shared.chain([f64::INFINITY]) {
            if between(self, from, to) < between(before, from, to) {
                return true;
            }
            from = to;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(schema: i32, positive: &[(i32, f64)]) -> Histogram {
        let count = positive.iter().map(|bucket| bucket.1).sum();
        Histogram { schema, count, positive: positive.to_vec(), ..Histogram::default() }
    }

    #[test]
    fn a_count_that_fell_is_a_reset() {
        let before = counted(0, &[(1, 2.0), (2, 1.0)]);
        assert!(!counted(0, &[(1, 2.0), (2, 1.0)]).is_reset_after(&before));
        assert!(counted(0, &[(1, 1.0), (2, 9.0)]).is_reset_after(&before));
        assert!(counted(0, &[(1, 9.0)]).is_reset_after(&before));
    }

    #[test]
    fn a_finer_schema_is_a_reset_and_a_coarser_one_is_not() {
        assert!(counted(1, &[(1, 9.0)]).is_reset_after(&counted(0, &[(1, 1.0)])));
        assert!(!counted(0, &[(1, 9.0)]).is_reset_after(&counted(1, &[(1, 1.0), (2, 1.0)])));
    }

    #[test]
    fn what_the_histogram_says_itself_counts() {
        let before = counted(0, &[(1, 9.0)]);
        let says = |hint, count| Histogram { hint, ..counted(0, &[(1, count)]) };
        assert!(says(ResetHint::Reset, 10.0).is_reset_after(&before));
        assert!(!says(ResetHint::NotReset, 1.0).is_reset_after(&before));
    }

    #[test]
    fn listed_bounds_are_compared_where_both_have_one() {
        let custom = |bounds: &[f64], positive: &[(i32, f64)]| Histogram {
            schema: -53,
            custom: bounds.to_vec(),
            ..counted(-53, positive)
        };
        let before = custom(&[1.0, 2.0, 5.0], &[(0, 1.0), (1, 1.0)]);
        assert!(!custom(&[1.0, 5.0], &[(0, 1.0), (1, 1.0)]).is_reset_after(&before));
        assert!(custom(&[1.0, 5.0], &[(0, 2.0)]).is_reset_after(&before));
    }
}
