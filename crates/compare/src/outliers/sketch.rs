//! How alike sets of facts are, without looking at the facts again.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use crate::report::Named;

/// So many numbers are kept of a set: two sets that share a part of their facts share about that part of the numbers.
const NUMBERS: usize = 32;
/// Of machines that are alike at least so many are the same.
const LIKE: usize = 18;

/// The smallest of so many orders of the facts of a set (`MinHash`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sketch([u64; NUMBERS]);

impl Sketch {
    const EMPTY: Self = Self([u64::MAX; NUMBERS]);

    /// Of the facts that count.
    pub(super) fn of(part: &[Named], counts: impl Fn(&str) -> bool) -> Self {
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        let mut sketch = Self::EMPTY;
        for named in part.iter().filter(|(name, _)| counts(name)) {
            let mut number = hasher.hash_one(named);
            for smallest in &mut sketch.0 {
                // The next number of a sequence that begins with the hash is another order of all facts.
                number = mixed(number);
                *smallest = (*smallest).min(number);
            }
        }
        sketch
    }

    /// Of the facts of several sets together.
    pub(super) fn union<'s>(sketches: impl Iterator<Item = &'s Self>) -> Self {
        sketches.fold(Self::EMPTY, |mut all, other| {
            for (smallest, number) in all.0.iter_mut().zip(&other.0) {
                *smallest = (*smallest).min(*number);
            }
            all
        })
    }

    /// How many numbers are the same.
    pub(super) fn likeness(&self, other: &Self) -> usize {
        self.0.iter().zip(&other.0).filter(|(one, other)| one == other).count()
    }

    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.likeness(other) >= LIKE
    }
}

/// Another number for each number (the finalizer of `SplitMix64`).
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
