//! Reading topics as a member of a group.

use std::{
    fmt,
    sync::mpsc::{SyncSender, sync_channel},
    thread,
};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use tokio::sync::{mpsc, oneshot};

use super::{
    Batch, ConsumerSettings, KafkaConfig, StartError,
    batch::{Delivered, retain_ours},
    collect::{Collector, Commit},
    context::Membership,
};
use crate::Incoming;

/// A member of a consumer group that gives batches, one at a time, of what was made of messages.
///
/// ```no_run
/// # use bus::{Incoming, kafka::{Consumer, ConsumerSettings, KafkaConfig}};
/// # struct Order;
/// # fn read(_: Incoming<'_>) -> Order { Order }
/// # async fn store(_: Vec<&mut Order>) -> bool { true }
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let kafka = KafkaConfig::plaintext("localhost:29092");
/// let mut consumer = Consumer::start(&kafka, ConsumerSettings::new("shop", "orders"), read)?;
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
    incoming: mpsc::Receiver<Delivered<T>>,
    commits: SyncSender<Commit<T>>,
    ended: oneshot::Receiver<()>,
    pub(super) outstanding: Option<Delivered<T>>,
}

impl<T: Send + 'static> Consumer<T> {
    /// Joins the group. Brokers that cannot be reached are no error: they are tried until they can. `read` makes of a
    /// message what the caller wants to have of it.
    pub fn start(
        kafka: &KafkaConfig,
        settings: ConsumerSettings,
        read: impl FnMut(Incoming<'_>) -> T + Send + 'static,
    ) -> Result<Self, StartError> {
        let failed = |reason: String| StartError { client: "consumer", reason };
        let consumer: BaseConsumer<Membership> = kafka
            .consumer(&settings)
            .create_with_context(Membership::default())
            .map_err(|error| failed(error.to_string()))?;
        let topics: Vec<&str> = settings.topics.iter().map(String::as_str).collect();
        consumer.subscribe(&topics).map_err(|error| failed(error.to_string()))?;

        let (batches, incoming) = mpsc::channel(1);
        let (commits, commands) = sync_channel(1);
        let (alive, ended) = oneshot::channel();
        let name = format!("kafka {}", settings.group);
        let group = settings.group.clone();
        let collector = Collector::new(consumer, settings, read, batches, commands);
        thread::Builder::new()
            .name(name)
            .spawn(move || {
                collector.run();
                drop(alive);
            })
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self { group, incoming, commits, ended, outstanding: None })
    }

    /// The next batch, or the last one again when it was not committed, without the messages of partitions that
    /// went to another member. Waits until there is one; `None` means that the polling thread has failed. May be
    /// cancelled: nothing is lost by it.
    pub async fn next(&mut self) -> Option<Batch<'_, T>> {
        loop {
            if self.outstanding.is_none() {
                self.outstanding = Some(self.incoming.recv().await?);
            }
            let left = self.outstanding.as_mut().map(|Delivered { messages, lost }| {
                retain_ours(messages, &lost.get());
                messages.len()
            });
            if left != Some(0) {
                return Some(Batch { consumer: self });
            }
            self.settle();
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
        drop((self.incoming, self.commits));
        // Nothing is ever sent: the other end goes when the thread ends.
        let _ = self.ended.await;
    }

    /// Has the outstanding batch committed, without waiting for it.
    pub(super) fn settle(&mut self) -> Option<oneshot::Receiver<()>> {
        let Delivered { messages, .. } = self.outstanding.take()?;
        let (done, waiting) = oneshot::channel();
        // There is room: one command is sent for a batch, and the thread takes it before it gives the next batch.
        self.commits.try_send(Commit { messages, done }).ok()?;
        Some(waiting)
    }
}

impl<T> fmt::Debug for Consumer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer").field("group", &self.group).finish_non_exhaustive()
    }
}
