//! Sums that lose little: compensated summation after Kahan and Neumaier.

/// A running sum with what its additions lost so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Kahan {
    /// The sum without the compensation.
    pub sum: f64,
    /// What the additions lost.
    pub lost: f64,
}

impl Kahan {
    /// A sum that begins with `first`.
    pub fn from(first: f64) -> Self {
        Self { sum: first, lost: 0.0 }
    }

    /// Adds a value.
    pub fn add(&mut self, value: f64) {
        let total = self.sum + value;
        if total.is_infinite() {
            self.lost = 0.0;
        } else if self.sum.abs() >= value.abs() {
            self.lost += (self.sum - total) + value;
        } else {
            self.lost += (value - total) + self.sum;
        }
        self.sum = total;
    }

    /// The sum with the compensation; an infinite one stays infinite.
    pub fn total(self) -> f64 {
        if self.sum.is_infinite() { self.sum } else { self.sum + self.lost }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_values_beside_a_large_one_are_not_lost() {
        let mut sum = Kahan::default();
        for value in [1e100, 1.0, -1e100, 1.0] {
            sum.add(value);
        }
        assert_eq!(sum.total(), 2.0);
    }

    #[test]
    fn a_sum_that_overflows_is_infinite_and_not_nan() {
        let mut sum = Kahan::from(f64::MAX);
        sum.add(f64::MAX);
        sum.add(1.0);
        assert_eq!(sum.total(), f64::INFINITY);
    }
}
