//! The thread that polls: reads messages into batches, keeps the membership, commits.

use std::{
    collections::BTreeSet,
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use rdkafka::{
    Message as _, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer as _},
    error::{KafkaError, KafkaResult},
    message::{BorrowedMessage, Headers as _},
};
use tokio::sync::{mpsc, oneshot};

use super::{
    ConsumerSettings,
    batch::{DeliveredBatch, Received, Revoked, retain_owned},
    context::Membership,
    offsets::{Offsets, Partition},
};
use crate::Incoming;

/// How often the thread looks whether it is still wanted.
const STOP_CHECK_INTERVAL: Duration = Duration::from_millis(100);

/// How long to wait for a message of the next batch while the commit of this one may come.
const GATHER_TIMEOUT: Duration = Duration::from_millis(2);

/// How long to wait before a commit that failed is tried again although nothing new came.
const COMMIT_RETRY_WHEN_IDLE: Duration = Duration::from_secs(5);

/// How long to wait before a commit that failed is tried again while messages wait for it.
const COMMIT_RETRY_WHEN_BLOCKING: Duration = Duration::from_millis(500);

/// The longest wait for partitions to go back.
const SEEK_TIMEOUT: Duration = Duration::from_secs(10);

/// What becomes of the outstanding batch.
#[derive(Debug)]
pub(super) enum Command<T> {
    /// It is done.
    Commit {
        /// Given back to be dropped by the thread that made them: memory that one thread takes and another one returns costs
        /// both of them.
        messages: Vec<Received<T>>,
        done: oneshot::Sender<()>,
    },
    /// It is given up, and every partition begins again where it has to.
    Rewind,
}

/// Messages on their way into a batch.
struct PendingBatch<T> {
    messages: Vec<Received<T>>,
    /// Of their payloads.
    bytes: usize,
    /// When the first of them came.
    since: Option<Instant>,
}

impl<T> Default for PendingBatch<T> {
    fn default() -> Self {
        Self { messages: Vec::new(), bytes: 0, since: None }
    }
}

impl<T> PendingBatch<T> {
    fn push(&mut self, received: Received<T>) {
        self.bytes += received.bytes;
        self.since.get_or_insert_with(Instant::now);
        self.messages.push(received);
    }

    /// Whether the batch takes no further message.
    fn is_full(&self, settings: &ConsumerSettings) -> bool {
        self.messages.len() >= settings.max_messages || self.bytes >= settings.max_bytes
    }

    fn retain_owned(&mut self, revoked: &BTreeSet<Partition>) {
        retain_owned(&mut self.messages, revoked);
        self.bytes = self.messages.iter().map(|received| received.bytes).sum();
        self.since = self.since.filter(|_| !self.messages.is_empty());
    }
}

pub(super) struct Collector<T, R> {
    consumer: BaseConsumer<Membership>,
    settings: ConsumerSettings,
    /// Makes of a message what the caller wants to have of it.
    read: R,
    batches: mpsc::Sender<DeliveredBatch<T>>,
    commands: Receiver<Command<T>>,
    /// The messages of the next batch, read also while another one is being worked on.
    next: PendingBatch<T>,
    /// What is done but not committed yet.
    due: Offsets,
    last_commit: Instant,
}

impl<T, R: FnMut(Incoming<'_>) -> T> Collector<T, R> {
    pub(super) fn new(
        consumer: BaseConsumer<Membership>,
        settings: ConsumerSettings,
        read: R,
        batches: mpsc::Sender<DeliveredBatch<T>>,
        commands: Receiver<Command<T>>,
    ) -> Self {
        let (next, due, last_commit) = (PendingBatch::default(), Offsets::default(), Instant::now());
        Self { consumer, settings, read, batches, commands, next, due, last_commit }
    }

    /// Until the caller drops its ends. Dropping the client at the end leaves the group.
    pub(super) fn run(mut self) {
        let mut worked_on = Vec::new();
        while let Some(messages) = self.collect() {
            let mut offsets = Offsets::after(&messages);
            let revoked = Revoked::default();
            if self.batches.blocking_send(DeliveredBatch { messages, revoked: revoked.clone() }).is_err() {
                break;
            }
            // Of the batch before, while the caller works on this one.
            self.commit();
            worked_on.clear();
            let (messages, done) = match self.wait_for_command(&revoked) {
                None => break,
                Some(Command::Rewind) => {
                    self.rewind();
                    continue;
                }
                Some(Command::Commit { messages, done }) => (messages, done),
            };
            worked_on = messages;
            self.commit_before_more(&revoked);
            offsets.forget(&revoked.get());
            self.due.merge(offsets);
            if !self.next.is_full(&self.settings) {
                self.commit();
                worked_on.clear();
            }
            // The caller may have stopped waiting.
            let _ = done.send(());
        }
        self.commit();
    }

    /// At least one message; `None` when none is wanted any more.
    fn collect(&mut self) -> Option<Vec<Received<T>>> {
        while !self.batches.is_closed() {
            let left = self.next.since.map_or(STOP_CHECK_INTERVAL, |since| {
                (since + self.settings.max_wait).saturating_duration_since(Instant::now())
            });
            if self.next.is_full(&self.settings) || left.is_zero() {
                return Some(std::mem::take(&mut self.next).messages);
            }
            // A partition that went while it was paused is still paused when it comes back.
            if self.consumer.context().take_assigned() {
                self.for_assigned("resume", BaseConsumer::resume);
            }
            self.gather(left.min(STOP_CHECK_INTERVAL), &Revoked::default());
            if self.next.messages.is_empty() && self.last_commit.elapsed() > COMMIT_RETRY_WHEN_IDLE {
                self.commit();
            }
        }
        None
    }

    /// Waits until the caller is done with the batch; `None` when it goes away instead. Meanwhile the messages of the next
    /// batch are taken.
    ///
    /// When these are there, the thread just waits for a while, and other members wait with it when partitions move. A
    /// caller that takes longer (its database is down) must not cost the membership: from then on the partitions are
    /// paused and the brokers are polled. Pausing at once would throw away what librdkafka has fetched ahead, at every
    /// batch.
    fn wait_for_command(&mut self, revoked: &Revoked) -> Option<Command<T>> {
        let grace_ends = Instant::now() + self.settings.grace;
        let mut paused = false;
        let command = loop {
            let left = grace_ends.saturating_duration_since(Instant::now());
            let ahead = !left.is_zero() && !self.next.is_full(&self.settings);
            let timeout = if ahead { Duration::ZERO } else { left.max(STOP_CHECK_INTERVAL) };
            match self.commands.recv_timeout(timeout) {
                Ok(command) => break Some(command),
                Err(RecvTimeoutError::Disconnected) => break None,
                Err(RecvTimeoutError::Timeout) if ahead => self.gather(GATHER_TIMEOUT, revoked),
                Err(RecvTimeoutError::Timeout) => {
                    // Again and again, for partitions may have come since.
                    self.for_assigned("pause", BaseConsumer::pause);
                    paused = true;
                    self.gather(Duration::ZERO, revoked);
                }
            }
        };
        if paused {
            self.for_assigned("resume", BaseConsumer::resume);
        }
        command
    }

    /// Forgets what was read ahead, and reads every partition again from where it has to begin. Tries until that is possible.
    fn rewind(&mut self) {
        self.next = PendingBatch::default();
        while !self.batches.is_closed() {
            let sought = self.consumer.assignment().and_then(|mut partitions| {
                if self.consumer.context().start.set(&self.consumer, &mut partitions) {
                    self.consumer.seek_partitions(partitions, SEEK_TIMEOUT)?;
                }
                Ok(())
            });
            let Err(error) = sought else { return };
            tracing::warn!(group = %self.settings.group, %error, "cannot go back to where the partitions begin, trying again");
            // Whatever comes meanwhile comes again.
            drop(self.poll(STOP_CHECK_INTERVAL));
            self.note_revoked(&Revoked::default());
        }
    }

    /// Takes a message of the next batch, if there is one; `revoked` learns of partitions that went meanwhile.
    fn gather(&mut self, timeout: Duration, revoked: &Revoked) {
        if let Some(received) = self.poll(timeout) {
            self.next.push(received);
        }
        self.note_revoked(revoked);
    }

    /// One message, if there is one. An error that stands in the place of a message is logged and counted.
    fn poll(&mut self, timeout: Duration) -> Option<Received<T>> {
        match self.consumer.poll(timeout)? {
            Ok(message) => Some(received(&message, &mut self.read)),
            Err(KafkaError::PartitionEOF(_)) => None,
            Err(error) => {
                tracing::warn!(group = %self.settings.group, %error, "the brokers gave an error in place of a message");
                metrics::counter!("plumbline_bus_consumer_errors_total", "group" => self.settings.group.clone())
                    .increment(1);
                None
            }
        }
    }

    /// Adds the partitions that went to other members to `revoked`, and forgets what is kept of them here.
    fn note_revoked(&mut self, revoked: &Revoked) {
        let partitions = self.consumer.context().take_revoked();
        if !partitions.is_empty() {
            revoked.add(partitions);
            let revoked = revoked.get();
            self.next.retain_owned(&revoked);
            self.due.forget(&revoked);
        }
    }

    /// Gives nothing further until the brokers know of the batch before this one, or others have the partitions: what can be
    /// given again after a crash is then never more than two batches.
    fn commit_before_more(&mut self, revoked: &Revoked) {
        let mut paused = false;
        while !self.due.is_empty() && !self.batches.is_closed() {
            self.for_assigned("pause", BaseConsumer::pause);
            paused = true;
            self.gather(STOP_CHECK_INTERVAL, revoked);
            if self.last_commit.elapsed() > COMMIT_RETRY_WHEN_BLOCKING {
                self.commit();
            }
        }
        if paused {
            self.for_assigned("resume", BaseConsumer::resume);
        }
    }

    fn commit(&mut self) {
        if self.due.is_empty() {
            return;
        }
        self.last_commit = Instant::now();
        match self.due.to_list().and_then(|offsets| self.consumer.commit(&offsets, CommitMode::Sync)) {
            Ok(()) => self.due = Offsets::default(),
            Err(error) => {
                tracing::warn!(group = %self.settings.group, %error, "offsets are not committed; trying again later");
                metrics::counter!("plumbline_bus_commit_failures_total", "group" => self.settings.group.clone())
                    .increment(1);
            }
        }
    }

    fn for_assigned(
        &self,
        what: &str,
        act: impl Fn(&BaseConsumer<Membership>, &TopicPartitionList) -> KafkaResult<()>,
    ) {
        let done = self.consumer.assignment().and_then(|partitions| act(&self.consumer, &partitions));
        if let Err(error) = done {
            tracing::warn!(group = %self.settings.group, %error, "cannot {what} the partitions");
        }
    }
}

fn received<T>(message: &BorrowedMessage<'_>, read: &mut impl FnMut(Incoming<'_>) -> T) -> Received<T> {
    let payload = message.payload().unwrap_or_default();
    let headers: Vec<(&str, &[u8])> = message
        .headers()
        .into_iter()
        .flat_map(|headers| headers.iter())
        .map(|header| (header.key, header.value.unwrap_or_default()))
        .collect();
    let incoming = Incoming {
        topic: message.topic(),
        partition: message.partition(),
        offset: message.offset(),
        at: message.timestamp().to_millis(),
        key: message.key(),
        headers: &headers,
        payload,
    };
    Received {
        value: read(incoming),
        partition: Partition { topic: message.topic().into(), number: message.partition() },
        offset: message.offset(),
        bytes: payload.len(),
    }
}
