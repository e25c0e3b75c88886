//! Where partitions begin that came to this member.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _, ConsumerContext},
    error::KafkaResult,
};

use super::{OffsetReset, offsets::Partition};

/// The longest wait for one answer of the brokers.
const BROKER_TIMEOUT: Duration = Duration::from_secs(10);

/// The wait before the brokers, or whoever knows the offsets, are asked again.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// A partition of a topic that is read, as the brokers know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionState {
    /// The topic.
    pub topic: Arc<str>,
    /// The number of the partition.
    pub partition: i32,
    /// The offset that the group has committed.
    pub committed: Option<i64>,
    /// The offset of the oldest message.
    pub low: i64,
    /// One past the offset of the newest message.
    pub high: i64,
}

impl PartitionState {
    /// Where the group has committed, if that still lies within the partition; else where `reset` says.
    pub fn committed_or(&self, reset: OffsetReset) -> i64 {
        match (self.committed, reset) {
            (Some(offset), _) if (self.low..=self.high).contains(&offset) => offset,
            // Messages were there once that are not any more: what is left is read.
            (Some(_), _) | (None, OffsetReset::Earliest) => self.low,
            (None, OffsetReset::Latest) => self.high,
        }
    }
}

/// Begins with the oldest message of each partition, whatever was committed.
pub fn from_the_beginning(partitions: &[PartitionState]) -> Result<Vec<i64>, String> {
    Ok(partitions.iter().map(|partition| partition.low).collect())
}

/// Begins where the group has committed, else where `reset` says: what [`Consumer::start`](super::Consumer::start) is given
/// when nobody but the brokers keeps offsets.
pub fn from_committed(
    reset: OffsetReset,
) -> impl FnMut(&[PartitionState]) -> Result<Vec<i64>, String> + Send + 'static {
    move |partitions| Ok(partitions.iter().map(|partition| partition.committed_or(reset)).collect())
}

type Resolve = dyn FnMut(&[PartitionState]) -> Result<Vec<i64>, String> + Send;

/// Resolves the offsets at which partitions begin.
pub(super) struct StartOffsets {
    topics: Vec<String>,
    resolve: Mutex<Box<Resolve>>,
    closing: Arc<AtomicBool>,
}

impl StartOffsets {
    pub(super) fn new(topics: Vec<String>, closing: Arc<AtomicBool>, resolve: Box<Resolve>) -> Self {
        Self { topics, resolve: Mutex::new(resolve), closing }
    }

    /// Sets the offsets of these partitions; tries until that is possible. `false` when the consumer is to close instead.
    pub(super) fn set<C: ConsumerContext>(
        &self,
        consumer: &BaseConsumer<C>,
        list: &mut TopicPartitionList,
    ) -> bool {
        while !self.closing.load(Ordering::Acquire) {
            match self.try_set(consumer, list) {
                Ok(()) => return true,
                Err(reason) => {
                    tracing::warn!(reason, "cannot tell where partitions begin, trying again");
                    thread::sleep(RETRY_INTERVAL);
                }
            }
        }
        false
    }

    fn try_set<C: ConsumerContext>(
        &self,
        consumer: &BaseConsumer<C>,
        list: &mut TopicPartitionList,
    ) -> Result<(), String> {
        let states = self.states(consumer, list).map_err(|error| error.to_string())?;
        let mut resolve = self.resolve.lock().unwrap_or_else(PoisonError::into_inner);
        let offsets = resolve(&states)?;
        let offsets: BTreeMap<Partition, i64> = states
            .into_iter()
            .zip(offsets)
            .map(|(state, offset)| (Partition { topic: state.topic, number: state.partition }, offset))
            .collect();
        for (partition, offset) in offsets {
            if list.find_partition(&partition.topic, partition.number).is_some() {
                list.set_partition_offset(&partition.topic, partition.number, Offset::Offset(offset))
                    .map_err(|error| error.to_string())?;
                tracing::info!(
                    topic = &*partition.topic,
                    partition = partition.number,
                    offset,
                    "a partition begins"
                );
            }
        }
        Ok(())
    }

    /// Every partition of the topics, also those of other members: whether a group is new shows in all of them.
    fn states<C: ConsumerContext>(
        &self,
        consumer: &BaseConsumer<C>,
        list: &TopicPartitionList,
    ) -> KafkaResult<Vec<PartitionState>> {
        let mut all = TopicPartitionList::new();
        for element in list.elements() {
            all.add_partition(element.topic(), element.partition());
        }
        for topic in &self.topics {
            let metadata = consumer.fetch_metadata(Some(topic), BROKER_TIMEOUT)?;
            for partition in metadata.topics().iter().flat_map(rdkafka::metadata::MetadataTopic::partitions) {
                if all.find_partition(topic, partition.id()).is_none() {
                    all.add_partition(topic, partition.id());
                }
            }
        }
        let committed = consumer.committed_offsets(all, BROKER_TIMEOUT)?;
        let state = |element: rdkafka::topic_partition_list::TopicPartitionListElem<'_>| {
            let (topic, partition) = (element.topic(), element.partition());
            let (low, high) = consumer.fetch_watermarks(topic, partition, BROKER_TIMEOUT)?;
            let committed = match element.offset() {
                Offset::Offset(offset) => Some(offset),
                _ => None,
            };
            Ok(PartitionState { topic: topic.into(), partition, committed, low, high })
        };
        committed.elements().into_iter().map(state).collect()
    }
}

impl fmt::Debug for StartOffsets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StartOffsets").field("topics", &self.topics).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_committed_offset_counts_while_its_messages_are_there() {
        let state =
            |committed| PartitionState { topic: "t".into(), partition: 0, committed, low: 10, high: 20 };
        for (committed, earliest, latest) in
            [(Some(15), 15, 15), (Some(20), 20, 20), (Some(5), 10, 10), (Some(25), 10, 10), (None, 10, 20)]
        {
            assert_eq!(state(committed).committed_or(OffsetReset::Earliest), earliest, "{committed:?}");
            assert_eq!(state(committed).committed_or(OffsetReset::Latest), latest, "{committed:?}");
        }
    }
}
