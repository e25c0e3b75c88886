//! How far each partition has been read.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rdkafka::{Offset, TopicPartitionList, error::KafkaResult};

use super::batch::Received;

/// A partition of a topic.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Partition {
    pub(super) topic: Arc<str>,
    pub(super) number: i32,
}

/// The next message to read, by partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Offsets(BTreeMap<Partition, i64>);

impl Offsets {
    /// Past all of these messages.
    pub(super) fn after<T>(messages: &[Received<T>]) -> Self {
        let mut offsets = Self::default();
        for received in messages {
            offsets.advance(received.partition.clone(), received.offset + 1);
        }
        offsets
    }

    /// As far as either of the two.
    pub(super) fn merge(&mut self, other: Self) {
        for (partition, offset) in other.0 {
            self.advance(partition, offset);
        }
    }

    /// Without the partitions that are not ours any more: another member may be further.
    pub(super) fn forget(&mut self, revoked: &BTreeSet<Partition>) {
        self.0.retain(|partition, _| !revoked.contains(partition));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn to_list(&self) -> KafkaResult<TopicPartitionList> {
        let mut list = TopicPartitionList::new();
        for (partition, offset) in &self.0 {
            list.add_partition_offset(&partition.topic, partition.number, Offset::Offset(*offset))?;
        }
        Ok(list)
    }

    fn advance(&mut self, partition: Partition, offset: i64) {
        let known = self.0.entry(partition).or_insert(offset);
        *known = offset.max(*known);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn partition(number: i32) -> Partition {
        Partition { topic: "t".into(), number }
    }

    fn received((number, offset): (i32, i64)) -> Received<()> {
        Received { value: (), partition: partition(number), offset, bytes: 0 }
    }

    #[test]
    fn the_offset_is_the_one_after_the_last_message() {
        let offsets = Offsets::after(&[(0, 4), (1, 9), (0, 5)].map(received));
        assert_eq!(offsets.0, BTreeMap::from([(partition(0), 6), (partition(1), 10)]));
    }

    #[test]
    fn a_revoked_partition_is_forgotten() {
        let mut offsets = Offsets::after(&[(0, 4), (1, 9)].map(received));
        offsets.forget(&BTreeSet::from([partition(1)]));
        assert_eq!(offsets.0, BTreeMap::from([(partition(0), 5)]));
    }

    proptest! {
        #[test]
        fn offsets_never_go_back(first in prop::collection::vec((0..3, 0i64..50), 0..20), second in prop::collection::vec((0..3, 0i64..50), 0..20)) {
            let messages = |places: &[(i32, i64)]| places.iter().copied().map(received).collect::<Vec<_>>();
            let before = Offsets::after(&messages(&first));
            let mut merged = before.clone();
            merged.merge(Offsets::after(&messages(&second)));
            for (partition, offset) in &before.0 {
                prop_assert!(merged.0[partition] >= *offset);
            }
            let all: Vec<_> = first.into_iter().chain(second).collect();
            prop_assert_eq!(merged, Offsets::after(&messages(&all)));
        }
    }
}
