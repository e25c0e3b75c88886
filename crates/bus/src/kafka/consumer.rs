//! Reading topics as a member of a group.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{SyncSender, sync_channel},
    },
    thread,
};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use tokio::sync::{mpsc, oneshot};

use super::{
    Batch, ConsumerSettings, KafkaConfig, PartitionState, StartError,
    batch::{DeliveredBatch, retain_owned},
    collect::{Collector, Command},
    context::Membership,
    start::StartOffsets,
};
use crate::Incoming;

/// A member of a consumer group that gives batches, one at a time, of what was made of messages.
///
/// ```no_run
/// # use bus::{Incoming, kafka::{Consumer, ConsumerSettings, KafkaConfig, OffsetReset, from_committed}};
/// # struct Order;
/// # fn read(_: Incoming<'_>) -> Order { Order }
/// # async fn store(_: Vec<&mut Order>) -> bool { true }
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let kafka = KafkaConfig::plaintext("localhost:29092");
/// let start = from_committed(OffsetReset::Earliest);
/// let mut consumer = Consumer::start(&kafka, ConsumerSettings::new("shop", "orders"), start, read)?;
/// while let Some(mut batch) = consumer.next().await {
///     if store(batch.messages().collect()).await {
///         batch.commit().await;
///     } // else the same batch comes again
/// }
/// # Ok(())
/// # }
/// ```
///
/// A thread of its own polls the brokers, so that a busy runtime does not cost the membership. It also reads each message
/// as it comes, so that the next batch is ready when one is done. No more than these two are outside of librdkafka, whose
/// own buffers are bounded: a slow caller slows the reading, and memory stays.
pub struct Consumer<T> {
    group: String,
    incoming: mpsc::Receiver<DeliveredBatch<T>>,
    commands: SyncSender<Command<T>>,
    closing: CloseOnDrop,
    ended: oneshot::Receiver<()>,
    pub(super) outstanding: Option<DeliveredBatch<T>>,
}

impl<T: Send + 'static> Consumer<T> {
    /// Joins the group. Brokers that cannot be reached are no error: they are tried until they can.
    ///
    /// `start` says where partitions begin: it is given every partition of the topics, and gives an offset for each, of
    /// which those of this member are used. It runs on the thread that polls, whenever partitions come and after
    /// [`Consumer::rewind`], and is asked again while it fails. `read` makes of a message what the caller wants to have of it.
    pub fn start(
        kafka: &KafkaConfig,
        settings: ConsumerSettings,
        start: impl FnMut(&[PartitionState]) -> Result<Vec<i64>, String> + Send + 'static,
        read: impl FnMut(Incoming<'_>) -> T + Send + 'static,
    ) -> Result<Self, StartError> {
        let failed = |reason: String| StartError { client: "consumer", reason };
        let closing = Arc::new(AtomicBool::new(false));
        let start = StartOffsets::new(settings.topics.clone(), closing.clone(), Box::new(start));
        let consumer: BaseConsumer<Membership> = kafka
            .consumer(&settings)
            .create_with_context(Membership::new(&settings.group, start))
            .map_err(|error| failed(error.to_string()))?;
        let topics: Vec<&str> = settings.topics.iter().map(String::as_str).collect();
        consumer.subscribe(&topics).map_err(|error| failed(error.to_string()))?;

        let (batches, incoming) = mpsc::channel(1);
        let (commands, received) = sync_channel(1);
        let (alive, ended) = oneshot::channel();
        let name = format!("kafka {}", settings.group);
        let group = settings.group.clone();
        let collector = Collector::new(consumer, settings, read, batches, received);
        thread::Builder::new()
            .name(name)
            .spawn(move || {
                collector.run();
                drop(alive);
            })
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self { group, incoming, commands, closing: CloseOnDrop(closing), ended, outstanding: None })
    }

    /// The next batch, or the last one again when it was not committed, without the messages of partitions that
    /// went to another member. Waits until there is one; `None` means that the polling thread has ended. May be
    /// cancelled: nothing is lost by it.
    pub async fn next(&mut self) -> Option<Batch<'_, T>> {
        loop {
            if self.outstanding.is_none() {
                self.outstanding = Some(self.incoming.recv().await?);
            }
            let left = self.outstanding.as_mut().map(|DeliveredBatch { messages, revoked }| {
                retain_owned(messages, &revoked.get());
                messages.len()
            });
            if left != Some(0) {
                return Some(Batch { consumer: self });
            }
            self.finish_batch();
        }
    }
}

impl<T> Consumer<T> {
    /// The group that it is a member of.
    pub fn group(&self) -> &str {
        &self.group
    }

    /// Leaves the group and returns when it has: the other members take over at once. A batch that was not committed
    /// goes to them.
    pub async fn close(self) {
        drop((self.closing, self.incoming, self.commands));
        // Nothing is ever sent: the other end goes when the thread ends.
        let _ = self.ended.await;
    }

    /// Gives up the outstanding batch and whatever was read behind it: every partition begins again where `start` says.
    pub fn rewind(&mut self) {
        if self.outstanding.take().is_some() {
            // As for a commit, there is room.
            let _ = self.commands.try_send(Command::Rewind);
        }
    }

    /// Has the outstanding batch committed, without waiting for it.
    pub(super) fn finish_batch(&mut self) -> Option<oneshot::Receiver<()>> {
        let DeliveredBatch { messages, .. } = self.outstanding.take()?;
        let (done, waiting) = oneshot::channel();
        // There is room: one command is sent for a batch, and the thread takes it before it gives the next batch.
        self.commands.try_send(Command::Commit { messages, done }).ok()?;
        Some(waiting)
    }
}

/// Tells the thread that polls that nobody waits for messages any more.
struct CloseOnDrop(Arc<AtomicBool>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

impl<T> fmt::Debug for Consumer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer").field("group", &self.group).finish_non_exhaustive()
    }
}
