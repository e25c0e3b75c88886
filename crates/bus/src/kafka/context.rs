//! What librdkafka tells of itself.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use rdkafka::{
    ClientContext, Statistics, TopicPartitionList,
    config::RDKafkaLogLevel,
    consumer::{BaseConsumer, Consumer as _, ConsumerContext, RebalanceProtocol},
    error::{KafkaError, KafkaResult, RDKafkaErrorCode},
    types::RDKafkaRespErr,
};

use super::{offsets::Partition, remedy, start::StartOffsets};

/// Lines of one client that are passed on in one interval: without a broker librdkafka says so many times a second.
const MAX_LINES: u32 = 10;
/// The interval.
const LINES_INTERVAL: Duration = Duration::from_secs(10);

/// Keeps the log readable while a client fails all the time.
#[derive(Debug, Default)]
pub(super) struct LogLimit(Mutex<Option<Lines>>);

#[derive(Debug)]
struct Lines {
    since: Instant,
    count: u32,
}

impl LogLimit {
    /// Whether one more line is passed on.
    pub(super) fn admits(&self) -> bool {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *lines {
            Some(lines) if lines.since.elapsed() < LINES_INTERVAL => {
                lines.count += 1;
                lines.count <= MAX_LINES
            }
            known => {
                let left_out = known.take().map_or(0, |lines| lines.count.saturating_sub(MAX_LINES));
                if left_out > 0 {
                    tracing::warn!(target: "librdkafka", left_out, "further lines of the client were left out");
                }
                *known = Some(Lines { since: Instant::now(), count: 1 });
                true
            }
        }
    }
}

/// Passes a line of librdkafka's log on.
pub(super) fn log(level: RDKafkaLogLevel, facility: &str, line: &str) {
    match level {
        RDKafkaLogLevel::Emerg
        | RDKafkaLogLevel::Alert
        | RDKafkaLogLevel::Critical
        | RDKafkaLogLevel::Error => {
            tracing::error!(target: "librdkafka", facility, "{line}");
        }
        RDKafkaLogLevel::Warning => tracing::warn!(target: "librdkafka", facility, "{line}"),
        RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info => {
            tracing::info!(target: "librdkafka", facility, "{line}");
        }
        RDKafkaLogLevel::Debug => tracing::debug!(target: "librdkafka", facility, "{line}"),
    }
}

/// The consumer's side: sets where partitions begin that come, and remembers which went.
#[derive(Debug)]
pub(super) struct Membership {
    pub(super) start: StartOffsets,
    group: String,
    moved: Mutex<Moved>,
    log_limit: LogLimit,
}

#[derive(Debug, Default)]
struct Moved {
    revoked: Vec<Partition>,
    assigned: bool,
}

impl Membership {
    pub(super) fn new(group: &str, start: StartOffsets) -> Self {
        Self { start, group: group.to_owned(), moved: Mutex::default(), log_limit: LogLimit::default() }
    }

    /// The partitions that went since the last time.
    pub(super) fn take_revoked(&self) -> Vec<Partition> {
        std::mem::take(&mut self.moved().revoked)
    }

    /// Whether partitions have come since the last time.
    pub(super) fn take_assigned(&self) -> bool {
        std::mem::take(&mut self.moved().assigned)
    }

    fn moved(&self) -> std::sync::MutexGuard<'_, Moved> {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn assign(&self, consumer: &BaseConsumer<Self>, list: &mut TopicPartitionList) -> KafkaResult<()> {
        tracing::info!(partitions = list.count(), "partitions come to this member");
        if !list.elements().is_empty() && !self.start.set(consumer, list) {
            // It closes: nothing of them is read.
            return Ok(());
        }
        match consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => consumer.incremental_assign(list)?,
            _ => consumer.assign(list)?,
        }
        self.moved().assigned = true;
        Ok(())
    }

    fn revoke(&self, consumer: &BaseConsumer<Self>, list: &TopicPartitionList) -> KafkaResult<()> {
        let partitions: Vec<Partition> = list
            .elements()
            .iter()
            .map(|element| Partition { topic: element.topic().into(), number: element.partition() })
            .collect();
        tracing::info!(?partitions, "partitions go to other members of the group");
        self.moved().revoked.extend(partitions);
        match consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => consumer.incremental_unassign(list),
            _ => consumer.unassign(),
        }
    }
}

impl ClientContext for Membership {
    /// Tells how far this member is behind in each of its partitions.
    fn stats(&self, statistics: Statistics) {
        let partitions = statistics.topics.into_iter().flat_map(|(topic, of_topic)| {
            of_topic.partitions.into_iter().map(move |(number, partition)| (topic.clone(), number, partition))
        });
        // What is not known is below 0: of partitions of others, and before the first commit.
        for (topic, number, partition) in partitions.filter(|(.., partition)| partition.consumer_lag >= 0) {
            let labels = [("group", self.group.clone()), ("topic", topic), ("partition", number.to_string())];
            metrics::gauge!("plumbline_bus_consumer_lag_messages", &labels)
                .set(partition.consumer_lag as f64);
        }
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        if self.log_limit.admits() {
            log(level, facility, line);
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if self.log_limit.admits() {
            remedy::warn(&error, reason);
        }
    }
}

impl ConsumerContext for Membership {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, code: RDKafkaRespErr, list: &mut TopicPartitionList) {
        let moved = match code {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => self.assign(consumer, list),
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS => self.revoke(consumer, list),
            other => {
                let error = KafkaError::Rebalance(RDKafkaErrorCode::from(other));
                tracing::warn!(%error, "the group cannot share its partitions");
                self.revoke(consumer, list)
            }
        };
        if let Err(error) = moved {
            tracing::error!(%error, "partitions cannot be taken or given back");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_fails_all_the_time_does_not_fill_the_log() {
        let limit = LogLimit::default();
        assert_eq!((0..1_000).filter(|_| limit.admits()).count(), MAX_LINES as usize);
    }
}
