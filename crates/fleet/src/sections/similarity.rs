//! Which sections are like one another, without comparing their texts.

use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;

/// Hashes of a sketch.
const HASHES: usize = 16;

/// The smallest hashes of the items of a section: the share of them that two sketches have in common is about the share
/// of items that the sections have in common (A. Broder, "On the resemblance and containment of documents", 1997). Good
/// within one process only: hashes differ from build to build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MinHash(Vec<u64>);

impl MinHash {
    /// Of compact JSON. Whatever stands between two commas counts as an item: nothing has to be read for it, and what
    /// is alike is cut alike.
    pub(crate) fn of(json: &str) -> Self {
        let hasher = FixedState::default();
        let mut smallest = Vec::with_capacity(HASHES + 1);
        let mut begin = 0;
        for end in memchr::memchr_iter(b',', json.as_bytes()).chain([json.len()]) {
            let hash = hasher.hash_one(&json.as_bytes()[begin..end]);
            begin = end + 1;
            if smallest.len() == HASHES && smallest.last().is_some_and(|largest| hash >= *largest) {
                continue;
            }
            if let Err(place) = smallest.binary_search(&hash) {
                smallest.insert(place, hash);
                smallest.truncate(HASHES);
            }
        }
        Self(smallest)
    }

    /// How many hashes both have, at most 16.
    pub(crate) fn in_common(&self, other: &Self) -> usize {
        let (mut a, mut b, mut common) = (self.0.as_slice(), other.0.as_slice(), 0);
        while let ([first_a, rest_a @ ..], [first_b, rest_b @ ..]) = (a, b) {
            common += usize::from(first_a == first_b);
            (a, b) =
                (if first_a <= first_b { rest_a } else { a }, if first_b <= first_a { rest_b } else { b });
        }
        common
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list(items: impl Iterator<Item = u32>) -> MinHash {
        let items: Vec<String> = items.map(|item| format!("\"package-{item}\"")).collect();
        MinHash::of(&format!("[{}]", items.join(",")))
    }

    #[test]
    fn lists_that_share_nearly_all_items_share_nearly_all_hashes() {
        let one = list(0..600);
        assert_eq!(one.in_common(&one), HASHES);
        assert!(one.in_common(&list(15..615)) >= 12);
        assert!(one.in_common(&list(300..900)).abs_diff(HASHES / 3) <= 4);
        assert_eq!(one.in_common(&list(1_000..1_600)), 0);
    }

    #[test]
    fn short_texts_have_few_hashes() {
        assert_eq!(MinHash::of("[]").0.len(), 1);
        assert_eq!(MinHash::of("[1,1,1,2]").in_common(&MinHash::of("[3,1,2]")), 2, "`1` and `2]`");
    }

    proptest! {
        #[test]
        fn it_is_the_smallest_hashes_in_their_order(items in prop::collection::vec("[a-z]{0,3}", 0..60)) {
            let json = items.join(",");
            let mut hashes: Vec<u64> = json.split(',').map(|item| FixedState::default().hash_one(item.as_bytes())).collect();
            hashes.sort_unstable();
            hashes.dedup();
            hashes.truncate(HASHES);
            prop_assert_eq!(MinHash::of(&json).0, hashes);
        }
    }
}
