//! Choices that are the same in every run with one seed.

/// A random choice that follows from a seed.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Begins with a seed.
    pub fn new(seed: u64) -> Self {
        // The first numbers of neighbouring seeds are alike; some steps in, they are not.
        let mut dice = Self(seed ^ 0x9e37_79b9_7f4a_7c15);
        for _ in 0..8 {
            dice.below(2);
        }
        dice
    }

    /// A number below `limit`, which is not zero.
    pub fn below(&mut self, limit: u64) -> u64 {
        // Knuth's MMIX generator; its upper bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    /// True in `percent` of a hundred throws.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Dice of its own for a part of the work.
    #[must_use]
    pub fn split(&mut self) -> Self {
        Self::new(self.below(1 << 31) << 31 | self.below(1 << 31))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_row_of_numbers() {
        let throw = |seed| {
            let mut dice = Dice::new(seed);
            (0..50).map(|_| dice.below(1_000)).collect::<Vec<_>>()
        };
        assert_eq!(throw(1), throw(1));
        assert_ne!(throw(1), throw(2));
        assert!(throw(1).iter().any(|number| *number > 500) && throw(1).iter().any(|number| *number < 500));
    }
}
