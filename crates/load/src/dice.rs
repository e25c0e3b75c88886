//! Numbers that depend on nothing but a seed and where they are asked for.

use uuid::Uuid;

/// A stream of numbers (`SplitMix64`): small, quick, and the same everywhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The stream at a place: equal seeds and places give equal numbers.
    pub(crate) fn at(seed: u64, place: &[u64]) -> Self {
        let mut dice = Self(seed ^ 0x5bf0_3635_dc2d_86a5);
        for part in place {
            dice.0 = dice.next() ^ part.wrapping_mul(0xd6e8_feb8_6659_fd93);
        }
        dice
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `bound`, without it. For `bound` 0 it is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        if bound == 0 { 0 } else { (self.next() % bound as u64) as usize }
    }

    /// True so many times in a hundred.
    pub(crate) fn percent(&mut self, share: u8) -> bool {
        self.below(100) < usize::from(share)
    }

    pub(crate) fn of<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }

    pub(crate) fn uuid(&mut self) -> Uuid {
        let bits = (u128::from(self.next()) << 64) | u128::from(self.next());
        uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_places_give_equal_numbers_and_others_differ() {
        let three = |seed, place: &[u64]| {
            let mut dice = Dice::at(seed, place);
            [dice.next(), dice.next(), dice.next()]
        };
        assert_eq!(three(1, &[2, 3]), three(1, &[2, 3]));
        assert_ne!(three(1, &[2, 3]), three(1, &[3, 2]));
        assert_ne!(three(1, &[2]), three(2, &[2]));
    }

    #[test]
    fn a_share_is_met_about() {
        let mut dice = Dice::at(7, &[]);
        let hits = (0..10_000).filter(|_| dice.percent(5)).count();
        assert!((400..600).contains(&hits), "{hits}");
        assert_eq!(dice.below(0), 0);
    }
}
