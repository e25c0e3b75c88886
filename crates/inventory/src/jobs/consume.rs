//! Messages of a topic into the record, each once.

use bus::kafka::Consumer;
use fleet::{ConsumerOffsets, Fleet, SourceMessage};
use ground::Stop;
use web::RoleHealth;

use super::{
    Ended,
    ingress::{Abandoned, Backoff, RetryLimit, until_stored},
};

/// What becomes of the messages of one topic.
pub(super) trait MessageHandler: Sync {
    /// A message that was taken apart.
    type Message: Send + 'static;

    /// The record that they go into.
    fn fleet(&self) -> &Fleet;

    /// Where a message stands in its topic.
    fn source(message: &Self::Message) -> Option<&SourceMessage>;

    /// Takes in messages that have not been stored yet; the transaction that stores them moves `offsets`.
    fn take_in(
        &self,
        batch: Vec<&mut Self::Message>,
        offsets: &mut ConsumerOffsets,
        stop: &mut Stop,
    ) -> impl Future<Output = Result<(), Abandoned>> + Send;
}

/// Takes messages from a consumer until it is told to stop. Offsets are committed after the transaction; a batch that fails
/// is tried until it is stored, and nothing is ever skipped but what was stored already.
pub(super) async fn consume<H: MessageHandler>(
    handler: &H,
    mut consumer: Consumer<H::Message>,
    health: &RoleHealth,
    mut stop: Stop,
) -> Ended {
    let mut offsets = ConsumerOffsets::new(consumer.group());
    let ended = loop {
        let batch = tokio::select! {
            () = stop.asked() => break Ended::AsAsked,
            batch = consumer.next() => batch,
        };
        let Some(mut batch) = batch else {
            break Ended::Failed("the thread that reads the topic has ended".to_owned());
        };
        health.begin();
        match take(handler, batch.messages().collect(), &mut offsets, &mut stop).await {
            Ok(()) => {
                health.done();
                batch.commit().await;
            }
            Err(Abandoned::Overtaken(problem)) => {
                tracing::warn!(%problem, "reading again from where the record says");
                offsets.forget();
                consumer.rewind();
            }
            Err(Abandoned::Stopped) => break Ended::AsAsked,
            Err(Abandoned::Failing(problem)) => break Ended::Failed(problem.to_string()),
        }
    };
    if let Err(error) = handler.fleet().confirm_offsets(&mut offsets).await {
        tracing::debug!(%error, "some messages will be looked at again");
    }
    consumer.close().await;
    ended
}

/// Takes in the messages of a batch that have not been stored yet.
async fn take<H: MessageHandler>(
    handler: &H,
    mut batch: Vec<&mut H::Message>,
    offsets: &mut ConsumerOffsets,
    stop: &mut Stop,
) -> Result<(), Abandoned> {
    let (fleet, limit) = (handler.fleet(), RetryLimit::Unlimited);
    let unknown = offsets.unknown_partitions(batch.iter().filter_map(|message| H::source(message)));
    if !unknown.is_empty() {
        let known = until_stored(limit, stop, || fleet.consumer_offsets(offsets, &unknown)).await?;
        offsets.advance(known.map_err(Abandoned::Failing)?);
    }
    let messages = batch.len();
    batch.retain(|message| !H::source(message).is_some_and(|source| offsets.is_processed(source)));
    if batch.len() < messages {
        tracing::info!(messages = messages - batch.len(), "messages came again that are stored already");
    }
    let ends: Vec<SourceMessage> = batch.iter().filter_map(|message| H::source(message).cloned()).collect();
    handler.take_in(batch, offsets, stop).await?;
    if offsets.finish_batch(&ends) {
        return Ok(());
    }
    // Nothing of some partition was stored: its offset is noted by itself.
    let mut backoff = Backoff::new();
    loop {
        match fleet.confirm_offsets(offsets).await {
            Ok(()) => return Ok(()),
            Err(error @ fleet::Error::Overtaken) => return Err(Abandoned::Overtaken(error)),
            Err(error) => backoff.again(error, limit, stop).await?,
        }
    }
}
