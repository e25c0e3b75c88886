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
    message::BorrowedMessage,
};
use tokio::sync::{mpsc, oneshot};

use super::{
    ConsumerSettings,
    batch::{Delivered, Lost, Received, retain_ours},
    context::Membership,
    offsets::{Offsets, Partition},
};
use crate::Incoming;

/// How often the thread looks whether it is still wanted.
const TICK: Duration = Duration::from_millis(100);

/// How long to wait for a message of the next batch while the commit of this one may come.
const BLINK: Duration = Duration::from_millis(2);

/// How long to wait before a commit that failed is tried again although nothing new came.
const COMMIT_AGAIN: Duration = Duration::from_secs(5);

/// How long to wait before a commit that failed is tried again while messages wait for it.
const COMMIT_SOON: Duration = Duration::from_millis(500);

/// The outstanding batch is done.
#[derive(Debug)]
pub(super) struct Commit<T> {
    /// Given back to be dropped by the thread that made them: memory that one thread takes and another one returns costs
    /// both of them.
    pub(super) messages: Vec<Received<T>>,
    pub(super) done: oneshot::Sender<()>,
}

/// Messages on their way into a batch.
struct Gathered<T> {
    messages: Vec<Received<T>>,
    /// Of their payloads.
    bytes: usize,
    /// When the first of them came.
    since: Option<Instant>,
}

impl<T> Default for Gathered<T> {
    fn default() -> Self {
        Self { messages: Vec::new(), bytes: 0, since: None }
    }
}

impl<T> Gathered<T> {
    fn push(&mut self, received: Received<T>) {
        self.bytes += received.bytes;
        self.since.get_or_insert_with(Instant::now);
        self.messages.push(received);
    }

    /// Whether the batch takes no further message.
    fn is_full(&self, settings: &ConsumerSettings) -> bool {
        self.messages.len() >= settings.max_messages || self.bytes >= settings.max_bytes
    }

    fn retain_ours(&mut self, lost: &BTreeSet<Partition>) {
        retain_ours(&mut self.messages, lost);
        self.bytes = self.messages.iter().map(|received| received.bytes).sum();
        self.since = self.since.filter(|_| !self.messages.is_empty());
    }
}

pub(super) struct Collector<T, R> {
    consumer: BaseConsumer<Membership>,
    settings: ConsumerSettings,
    /// Makes of a message what the caller wants to have of it.
    read: R,
    batches: mpsc::Sender<Delivered<T>>,
    commands: Receiver<Commit<T>>,
    /// The messages of the next batch, read also while another one is being worked on.
    next: Gathered<T>,
    /// What is done but not committed yet.
    due: Offsets,
    last_commit: Instant,
}

impl<T, R: FnMut(Incoming<'_>) -> T> Collector<T, R> {
    pub(super) fn new(
        consumer: BaseConsumer<Membership>,
        settings: ConsumerSettings,
        read: R,
        batches: mpsc::Sender<Delivered<T>>,
        commands: Receiver<Commit<T>>,
    ) -> Self {
        let (next, due, last_commit) = (Gathered::default(), Offsets::default(), Instant::now());
        Self { consumer, settings, read, batches, commands, next, due, last_commit }
    }

    /// Until the caller drops its ends. Dropping the client at the end leaves the group.
    pub(super) fn run(mut self) {
        let mut worked_on = Vec::new();
        while let Some(messages) = self.collect() {
            let mut offsets = Offsets::after(&messages);
            let lost = Lost::default();
            if self.batches.blocking_send(Delivered { messages, lost: lost.clone() }).is_err() {
                break;
            }
            // Of the batch before, while the caller works on this one.
            self.commit();
            worked_on.clear();
            let Some(Commit { messages, done }) = self.wait_for_commit(&lost) else { break };
            worked_on = messages;
            self.commit_before_more(&lost);
            offsets.forget(&lost.get());
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
            let left = self.next.since.map_or(TICK, |since| {
                (since + self.settings.max_wait).saturating_duration_since(Instant::now())
            });
            if self.next.is_full(&self.settings) || left.is_zero() {
                return Some(std::mem::take(&mut self.next).messages);
            }
            // A partition that went while it was paused is still paused when it comes back.
            if self.consumer.context().take_came() {
                self.for_assigned("resume", BaseConsumer::resume);
            }
            self.gather(left.min(TICK), &Lost::default());
            if self.next.messages.is_empty() && self.last_commit.elapsed() > COMMIT_AGAIN {
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
    fn wait_for_commit(&mut self, lost: &Lost) -> Option<Commit<T>> {
        let grace_ends = Instant::now() + self.settings.grace;
        let mut paused = false;
        let commit = loop {
            let left = grace_ends.saturating_duration_since(Instant::now());
            let ahead = !left.is_zero() && !self.next.is_full(&self.settings);
            let patience = if ahead { Duration::ZERO } else { left.max(TICK) };
            match self.commands.recv_timeout(patience) {
                Ok(commit) => break Some(commit),
                Err(RecvTimeoutError::Disconnected) => break None,
                Err(RecvTimeoutError::Timeout) if ahead => self.gather(BLINK, lost),
                Err(RecvTimeoutError::Timeout) => {
                    // Again and again, for partitions may have come since.
                    self.for_assigned("pause", BaseConsumer::pause);
                    paused = true;
                    self.gather(Duration::ZERO, lost);
                }
            }
        };
        if paused {
            self.for_assigned("resume", BaseConsumer::resume);
        }
        commit
    }

    /// Takes a message of the next batch, if there is one; `lost` learns of partitions that went meanwhile.
    fn gather(&mut self, timeout: Duration, lost: &Lost) {
        if let Some(received) = self.poll(timeout) {
            self.next.push(received);
        }
        self.note_lost(lost);
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

    /// Adds the partitions that went to other members to `lost`, and forgets what is kept of them here.
    fn note_lost(&mut self, lost: &Lost) {
        let revoked = self.consumer.context().take_revoked();
        if !revoked.is_empty() {
            lost.add(revoked);
            let lost = lost.get();
            self.next.retain_ours(&lost);
            self.due.forget(&lost);
        }
    }

    /// Gives nothing further until the brokers know of the batch before this one, or others have the partitions: what can be
    /// given again after a crash is then never more than two batches.
    fn commit_before_more(&mut self, lost: &Lost) {
        let mut paused = false;
        while !self.due.is_empty() && !self.batches.is_closed() {
            self.for_assigned("pause", BaseConsumer::pause);
            paused = true;
            self.gather(TICK, lost);
            if self.last_commit.elapsed() > COMMIT_SOON {
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
    let incoming = Incoming {
        topic: message.topic(),
        partition: message.partition(),
        offset: message.offset(),
        at: message.timestamp().to_millis(),
        key: message.key(),
        payload,
    };
    Received {
        made: read(incoming),
        partition: Partition { topic: message.topic().into(), number: message.partition() },
        offset: message.offset(),
        bytes: payload.len(),
    }
}
