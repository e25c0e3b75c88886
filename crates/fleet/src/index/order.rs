//! Slots in the order of a key, of which any place can be asked for.

/// A block is split when it is twice as long.
const BLOCK: usize = 512;

/// A sorted list in blocks: finding, inserting and removing take the logarithm of the length and a block's moves, and a
/// place is found by the number of entries before it. The caller knows the keys; each call says which slots come before.
#[derive(Default)]
pub(super) struct Order {
    blocks: Vec<Vec<u32>>,
    /// How many entries are in the blocks before each.
    starts: Vec<usize>,
    length: usize,
}

impl Order {
    /// Of slots that are sorted already.
    pub(super) fn from_sorted(slots: &[u32]) -> Self {
        let mut order =
            Self { blocks: slots.chunks(BLOCK).map(<[u32]>::to_vec).collect(), ..Self::default() };
        order.length = slots.len();
        order.count_from(0);
        order
    }

    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// The slot at a place.
    pub(super) fn get(&self, place: usize) -> Option<u32> {
        let block = self.starts.partition_point(|start| *start <= place).checked_sub(1)?;
        self.blocks.get(block)?.get(place - self.starts[block]).copied()
    }

    /// How many slots come before something.
    pub(super) fn rank(&self, before: impl Fn(u32) -> bool) -> usize {
        let (block, within) = self.find(&before);
        self.starts.get(block).map_or(self.length, |start| start + within)
    }

    /// Puts a slot behind those that come before it.
    pub(super) fn insert(&mut self, slot: u32, before: impl Fn(u32) -> bool) {
        let (mut block, mut within) = self.find(&before);
        if block == self.blocks.len() {
            if let Some(last) = block.checked_sub(1) {
                (block, within) = (last, self.blocks[last].len());
            } else {
                self.blocks.push(Vec::with_capacity(BLOCK));
                self.starts.push(0);
            }
        }
        self.blocks[block].insert(within, slot);
        self.length += 1;
        if self.blocks[block].len() >= 2 * BLOCK {
            let tail = self.blocks[block].split_off(BLOCK);
            self.blocks.insert(block + 1, tail);
            self.starts.insert(block + 1, 0);
        }
        self.count_from(block);
    }

    /// Takes a slot out; `before` says which others come before it. Whether it was there.
    pub(super) fn remove(&mut self, slot: u32, before: impl Fn(u32) -> bool) -> bool {
        let (block, within) = self.find(&before);
        if self.blocks.get(block).and_then(|slots| slots.get(within)) != Some(&slot) {
            return false;
        }
        self.blocks[block].remove(within);
        self.length -= 1;
        if self.blocks[block].is_empty() {
            self.blocks.remove(block);
            self.starts.remove(block);
        }
        self.count_from(block);
        true
    }

    /// The slots from a place up to another, in order.
    pub(super) fn range(&self, from: usize, to: usize) -> impl Iterator<Item = u32> {
        let block = self.starts.partition_point(|start| *start <= from).saturating_sub(1);
        let skipped = from - self.starts.get(block).copied().unwrap_or(from);
        let blocks = self.blocks.get(block..).unwrap_or_default();
        blocks.iter().flatten().skip(skipped).take(to.saturating_sub(from)).copied()
    }

    /// All slots, from the last to the first.
    pub(super) fn backwards(&self) -> impl Iterator<Item = u32> {
        self.blocks.iter().rev().flat_map(|block| block.iter().rev()).copied()
    }

    pub(super) fn bytes(&self) -> usize {
        self.blocks.iter().map(|block| block.capacity() * 4 + 40).sum()
    }

    /// The block and the place in it where something belongs; the number of blocks behind all of them.
    fn find(&self, before: &impl Fn(u32) -> bool) -> (usize, usize) {
        let block = self.blocks.partition_point(|slots| slots.last().is_some_and(|last| before(*last)));
        (block, self.blocks.get(block).map_or(0, |slots| slots.partition_point(|slot| before(*slot))))
    }

    /// Counts anew what is before the blocks from one on.
    fn count_from(&mut self, block: usize) {
        let first = block.min(self.blocks.len());
        self.starts.resize(self.blocks.len(), 0);
        let mut count = match first.checked_sub(1) {
            Some(last) => self.starts[last] + self.blocks[last].len(),
            None => 0,
        };
        for (start, block) in self.starts.iter_mut().zip(&self.blocks).skip(first) {
            *start = count;
            count += block.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_stays_what_a_sorted_list_is(
            begin in 0..3_000_u32,
            steps in prop::collection::vec((any::<bool>(), 0..4_000_u32), 0..600),
        ) {
            let mut sorted: Vec<u32> = (0..begin).collect();
            let mut order = Order::from_sorted(&sorted);
            for (insert, slot) in steps {
                let place = sorted.partition_point(|known| *known < slot);
                let known = sorted.get(place) == Some(&slot);
                if insert && !known {
                    sorted.insert(place, slot);
                    order.insert(slot, |other| other < slot);
                } else if !insert {
                    prop_assert_eq!(order.remove(slot, |other| other < slot), known);
                    if known {
                        sorted.remove(place);
                    }
                }
            }
            prop_assert_eq!(order.len(), sorted.len());
            prop_assert_eq!(order.range(0, sorted.len()).collect::<Vec<_>>(), sorted.clone());
            prop_assert!(order.backwards().eq(sorted.iter().rev().copied()));
            for place in [0, 1, 511, 512, 1_500, sorted.len()] {
                prop_assert_eq!(order.get(place), sorted.get(place).copied());
                prop_assert_eq!(order.rank(|slot| (slot as usize) < place), sorted.partition_point(|slot| (*slot as usize) < place));
                let tail: Vec<u32> = sorted.iter().skip(place).take(7).copied().collect();
                prop_assert_eq!(order.range(place, place + 7).collect::<Vec<_>>(), tail);
            }
        }
    }
}
