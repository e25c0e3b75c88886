//! Where a consumer begins: the record says it, whatever the brokers have committed.

use std::collections::BTreeMap;

use bus::kafka::{OffsetReset, PartitionState};
use fleet::Fleet;
use tokio::runtime::Handle;

/// The name of a partition in the record.
pub(in crate::jobs) fn partition_name(topic: &str, partition: i32) -> String {
    format!("{topic}/{partition}")
}

/// Says where partitions begin, for [`Consumer::start`](bus::kafka::Consumer::start).
///
/// A partition begins where the record says. One that the record does not know begins at the offset that the group has
/// committed; without one, at its first message when the group has an offset in any partition (it was added to the topic), and
/// where `reset` says when the group is new. That is noted in the record before anything is read, for all partitions of the
/// topic: what is sent from then on is never skipped.
pub fn start_offsets(
    fleet: Fleet,
    group: String,
    reset: OffsetReset,
) -> impl FnMut(&[PartitionState]) -> Result<Vec<i64>, String> + Send + 'static {
    let runtime = Handle::current();
    move |partitions| {
        let name = |state: &PartitionState| partition_name(&state.topic, state.partition);
        runtime
            .block_on(async {
                let stored = fleet.resume_offsets(&group).await?;
                let offsets = choose(partitions, &stored, reset);
                let new: Vec<(String, i64)> = partitions
                    .iter()
                    .map(name)
                    .zip(offsets.iter().copied())
                    .filter(|(name, _)| !stored.contains_key(name))
                    .collect();
                fleet.note_first_offsets(&group, &new).await?;
                Ok(offsets)
            })
            .map_err(|error: fleet::Error| error.to_string())
    }
}

/// Where each partition begins.
fn choose(partitions: &[PartitionState], stored: &BTreeMap<String, i64>, reset: OffsetReset) -> Vec<i64> {
    let of = |state: &PartitionState| stored.get(&partition_name(&state.topic, state.partition)).copied();
    let is_new = partitions.iter().all(|state| of(state).is_none() && state.committed.is_none());
    let reset = if is_new { reset } else { OffsetReset::Earliest };
    partitions
        .iter()
        .map(|state| match of(state) {
            Some(offset) if (state.low..=state.high).contains(&offset) => offset,
            Some(offset) => {
                tracing::warn!(
                    topic = &*state.topic, partition = state.partition, offset, low = state.low, high = state.high,
                    "the topic does not have the messages that the record would read next; reading what it has"
                );
                state.low
            }
            None => state.committed_or(reset),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(partition: i32, committed: Option<i64>) -> PartitionState {
        PartitionState { topic: "t".into(), partition, committed, low: 10, high: 100 }
    }

    fn stored(offsets: &[(i32, i64)]) -> BTreeMap<String, i64> {
        offsets.iter().map(|(partition, offset)| (partition_name("t", *partition), *offset)).collect()
    }

    #[test]
    fn the_record_rules_over_the_broker() {
        let partitions = [state(0, Some(90)), state(1, Some(20))];
        assert_eq!(choose(&partitions, &stored(&[(0, 40), (1, 60)]), OffsetReset::Latest), [40, 60]);
    }

    #[test]
    fn a_new_group_begins_where_the_setting_says() {
        let partitions = [state(0, None), state(1, None)];
        assert_eq!(choose(&partitions, &stored(&[]), OffsetReset::Latest), [100, 100]);
        assert_eq!(choose(&partitions, &stored(&[]), OffsetReset::Earliest), [10, 10]);
    }

    #[test]
    fn a_partition_that_was_added_is_read_from_its_first_message() {
        let partitions = [state(0, None), state(1, None)];
        assert_eq!(choose(&partitions, &stored(&[(0, 40)]), OffsetReset::Latest), [40, 10]);
        let by_broker = [state(0, Some(40)), state(1, None)];
        assert_eq!(choose(&by_broker, &stored(&[]), OffsetReset::Latest), [40, 10]);
    }

    #[test]
    fn a_topic_that_was_made_anew_is_read_from_its_first_message() {
        let partitions = [state(0, Some(50)), state(1, None)];
        assert_eq!(choose(&partitions, &stored(&[(0, 500), (1, 5)]), OffsetReset::Latest), [10, 10]);
    }
}
