//! What is left of a histogram above or below a value.

use super::{Bucket, Histogram};

/// Which observations stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    Below,
    Above,
}

impl Histogram {
    /// The observations up to `at`; of the bucket that contains it, the estimated share.
    #[must_use]
    pub fn trim_above(&self, at: f64) -> Self {
        self.trim(at, Keep::Below)
    }

    /// The observations from `at` on.
    #[must_use]
    pub fn trim_below(&self, at: f64) -> Self {
        self.trim(at, Keep::Above)
    }

    fn trim(&self, at: f64, keep: Keep) -> Self {
        let mut trimmed = self.clone();
        let (mut count, mut sum, mut changed) = (0.0, 0.0, false);
        let mut note = |own: &mut f64, (kept, middle): (f64, f64)| {
            count += kept;
            sum += middle * kept;
            changed |= *own != kept;
            *own = kept;
        };
        for (own, bucket) in trimmed.positive.iter_mut().zip(self.positive_buckets()) {
            if bucket.count != 0.0 {
                note(&mut own.1, part(bucket, at, keep, true, self.is_custom()));
            }
        }
        for (own, bucket) in trimmed.negative.iter_mut().zip(self.negative_buckets()) {
            if bucket.count != 0.0 {
                note(&mut own.1, part(bucket, at, keep, false, self.is_custom()));
            }
        }
        if self.zero_count > 0.0 {
            let populated = |side: &[(i32, f64)]| side.iter().any(|(_, count)| *count != 0.0);
            let mut zero = self.zero_bucket();
            match (populated(&self.negative), populated(&self.positive)) {
                (true, false) => zero.upper = 0.0,
                (false, true) => zero.lower = 0.0,
                _ => {}
            }
            note(&mut trimmed.zero_count, zero_part(zero, at, keep));
        }
        if changed {
            trimmed.count = count;
            trimmed.sum = sum;
            trimmed.compact();
        }
        trimmed
    }
}

/// What is kept of a bucket, and the middle of what is kept.
fn part(bucket: Bucket, at: f64, keep: Keep, positive: bool, linear: bool) -> (f64, f64) {
    let Bucket { lower, upper, count, .. } = bucket;
    let (whole, some) = match keep {
        Keep::Below => (upper <= at, lower < at),
        Keep::Above => (lower >= at, upper > at),
    };
    if whole {
        return (count, middle(lower, upper, positive, linear));
    }
    if !some {
        return (0.0, 0.0);
    }
    if lower.is_infinite() || upper.is_infinite() {
        return unbounded_part(bucket, at, keep);
    }
    let below = if at <= lower {
        0.0
    } else if at >= upper {
        count
    } else {
        count * bucket.fraction_below(at, linear)
    };
    match keep {
        Keep::Below => (below, middle(lower, at, positive, linear)),
        Keep::Above => (count - below, middle(at, upper, positive, linear)),
    }
}

/// Nothing is known of how observations lie in a bucket without end: it stays or goes whole, unless 0 may serve as its lower end.
fn unbounded_part(bucket: Bucket, at: f64, keep: Keep) -> (f64, f64) {
    let Bucket { lower, upper, count, .. } = bucket;
    let finite = |bound: f64| if bound.is_infinite() { 0.0 } else { bound };
    match (lower == f64::NEG_INFINITY, keep) {
        (true, Keep::Below) if at >= upper => (count, 0.0),
        (true, Keep::Below) if at > 0.0 && upper > 0.0 && upper.is_finite() => (count * at / upper, at / 2.0),
        (true, Keep::Below) if upper <= 0.0 => (count, at),
        (true, Keep::Above) if at <= lower => (count, 0.0),
        (true, Keep::Above) if at >= 0.0 && upper > at && upper.is_finite() => {
            (count * (1.0 - at / upper), f64::midpoint(at, upper))
        }
        (true, _) => (0.0, finite(upper)),
        (false, Keep::Above) if at >= lower => (count, at),
        (false, _) => (0.0, finite(lower)),
    }
}

fn zero_part(bucket: Bucket, at: f64, keep: Keep) -> (f64, f64) {
    let Bucket { lower, upper, count, .. } = bucket;
    let whole = (count, f64::midpoint(lower, upper));
    match keep {
        Keep::Below if at <= lower => (0.0, 0.0),
        Keep::Below if at >= upper => whole,
        Keep::Below => (count * (at - lower) / (upper - lower), f64::midpoint(lower, at)),
        Keep::Above if at <= lower => whole,
        Keep::Above if at >= upper => (0.0, 0.0),
        Keep::Above => (count * (upper - at) / (upper - lower), f64::midpoint(at, upper)),
    }
}

fn middle(lower: f64, upper: f64, positive: bool, linear: bool) -> f64 {
    match (lower.is_infinite(), upper.is_infinite()) {
        (true, true) => 0.0,
        (true, false) if upper > 0.0 => upper / 2.0,
        (true, false) => upper,
        (false, true) => lower,
        (false, false) if linear => f64::midpoint(lower, upper),
        (false, false) => {
            let geometric = (lower * upper).abs().sqrt();
            if positive { geometric } else { -geometric }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram() -> Histogram {
        Histogram { count: 4.0, sum: 9.0, positive: vec![(1, 2.0), (2, 2.0)], ..Histogram::default() }
    }

    #[test]
    fn whole_buckets_stay_or_go() {
        let below = histogram().trim_above(2.0);
        assert_eq!((below.count, below.positive.as_slice()), (2.0, [(1, 2.0)].as_slice()));
        let above = histogram().trim_below(2.0);
        assert_eq!((above.count, above.positive.as_slice()), (2.0, [(2, 2.0)].as_slice()));
    }

    #[test]
    fn a_value_inside_a_bucket_splits_it_on_the_scale_of_its_bounds() {
        let below = histogram().trim_above(std::f64::consts::SQRT_2);
        assert!((below.count - 1.0).abs() < 1e-12, "{below}");
    }

    #[test]
    fn nothing_trimmed_is_nothing_changed() {
        assert_eq!(histogram().trim_above(100.0).sum, 9.0);
    }

    #[test]
    fn observations_in_a_bucket_without_end_go_when_they_might_be_above() {
        let custom = Histogram {
            schema: -53,
            custom: vec![10.0],
            positive: vec![(0, 4.0), (1, 4.0)],
            count: 8.0,
            ..Histogram::default()
        };
        assert_eq!(custom.trim_above(5.0).positive, [(0, 2.0)]);
        assert_eq!(custom.trim_below(20.0).positive, [(1, 4.0)]);
    }
}
