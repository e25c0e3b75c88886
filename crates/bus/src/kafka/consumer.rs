//! Reading topics as a member of a group.

use std::{
    sync::{
        Arc,
        mpsc::{SyncSender, sync_channel},
    },
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

/// A member of a consumer group that gives batches, one at a time.
///
/// ```no_run
/// # use bus::{Received, kafka::{Consumer, ConsumerSettings, KafkaConfig}};
/// # async fn store(_: &[Received]) -> bool { true }
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let kafka = KafkaConfig::plaintext("localhost:29092");
/// let mut consumer = Consumer::start(&kafka, ConsumerSettings::new("inventory-mq", "host-ingress"))?;
/// while let Some(batch) = consumer.next().await {
///     if store(batch.messages()).await {
///         batch.commit().await;
///     } // else the same batch comes again
/// }
/// # Ok(())
/// # }
/// ```
///
/// A thread of its own polls the brokers, so that a busy runtime does not cost the membership, and has the messages of the
/// next batch ready when one is done. No more than these two are outside of librdkafka, whose own buffers are bounded: a
/// slow caller slows the reading, and memory stays.
#[derive(Debug)]
pub struct Consumer {
    group: String,
    incoming: mpsc::Receiver<Delivered>,
    commits: SyncSender<Commit>,
    ended: oneshot::Receiver<()>,
    pub(super) pending: Option<Delivered>,
}

impl Consumer {
    /// Joins the group. Brokers that cannot be reached are no error: they are tried until they can.
    pub fn start(kafka: &KafkaConfig, settings: ConsumerSettings) -> Result<Self, StartError> {
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
        let collector = Collector::new(consumer, settings, batches, commands);
        thread::Builder::new()
            .name(name)
            .spawn(move || {
                collector.run();
                drop(alive);
            })
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self { group, incoming, commits, ended, pending: None })
    }

    /// The group that it is a member of.
    pub fn group(&self) -> &str {
        &self.group
    }

    /// The next batch, or the last one again when it was not committed, without the messages of partitions that
    /// went to another member. Waits until there is one; `None` means that the polling thread has failed. May be
    /// cancelled: nothing is lost by it.
    pub async fn next(&mut self) -> Option<Batch<'_>> {
        loop {
            let mut delivered = match self.pending.take() {
                Some(delivered) => delivered,
                None => self.incoming.recv().await?,
            };
            let lost = delivered.lost.get().clone();
            if !lost.is_empty() {
                retain_ours(Arc::make_mut(&mut delivered.messages), &lost);
            }
            let messages = delivered.messages.clone();
            self.pending = Some(delivered);
            if !messages.is_empty() {
                return Some(Batch { consumer: self, messages });
            }
            self.settle();
        }
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
        self.pending.take()?;
        let (done, waiting) = oneshot::channel();
        // There is room: one command is sent for a batch, and the thread takes it before it gives the next batch.
        self.commits.try_send(Commit { done }).ok()?;
        Some(waiting)
    }
}
