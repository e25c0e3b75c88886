//! Writing to topics.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rdkafka::{
    ClientConfig, ClientContext, Message as _,
    config::RDKafkaLogLevel,
    error::{KafkaError, KafkaResult, RDKafkaErrorCode},
    message::{DeliveryResult, Header, OwnedHeaders},
    producer::{BaseRecord, Producer as _, ProducerContext, PurgeConfig, ThreadedProducer},
};
use tokio::{sync::Notify, task::spawn_blocking, time::sleep};

use super::{KafkaConfig, ProducerSettings, StartError, context};
use crate::{Message, SendError};

/// How long to wait when the client's queue is full.
const FULL: Duration = Duration::from_millis(10);

type Client = ThreadedProducer<Deliveries>;

/// Sends messages so that each arrives once and those of one key in order (librdkafka's idempotent producer, all
/// replicas acknowledge). The key decides the partition by CRC-32 (`consistent_random`), as in the service that this
/// one replaces: its consumers find a host where it was.
#[derive(Clone)]
pub struct Producer(Arc<Inner>);

struct Inner {
    config: ClientConfig,
    client: Mutex<Arc<Client>>,
}

impl Producer {
    /// Makes the client. Brokers that cannot be reached are no error here; sending to them is.
    pub fn start(kafka: &KafkaConfig, settings: &ProducerSettings) -> Result<Self, StartError> {
        let config = kafka.producer(settings);
        let client =
            connect(&config).map_err(|error| StartError { client: "producer", reason: error.to_string() })?;
        Ok(Self(Arc::new(Inner { config, client: Mutex::new(Arc::new(client)) })))
    }

    /// Sends the messages in their order and returns when each has arrived or failed. After an error send all of
    /// them again (but for one that is [too large](SendError::too_large)): those that arrived come twice then, and
    /// the last one of each key is still the last.
    pub async fn send_all(&self, messages: &[Message]) -> Result<(), SendError> {
        if messages.is_empty() {
            return Ok(());
        }
        let client = self.client().clone();
        let receipt = Arc::new(Receipt::new(messages.len(), false));
        for (index, message) in messages.iter().enumerate() {
            if let Err(error) = enqueue(&client, message, index, &receipt).await {
                receipt.settle(1, Some(SendError::new(message.topic.clone(), index, &error)));
            }
        }
        let result = receipt.all_settled().await;
        if result.is_err() {
            self.replace_when_dead(&client);
        }
        result
    }

    /// Sends a message that may be lost: returns at once; a failure is logged.
    pub fn send_lossy(&self, message: Message) {
        let client = self.client().clone();
        let receipt = Arc::new(Receipt::new(1, true));
        if let Err(error) = send(&client, &message, 0, &receipt) {
            receipt.settle(1, Some(SendError::new(message.topic, 0, &error)));
            self.replace_when_dead(&client);
        }
    }

    /// Waits until what [`send_lossy`](Self::send_lossy) took has gone, but no longer than `within`.
    pub async fn flush(&self, within: Duration) {
        let client = self.client().clone();
        let flushed = spawn_blocking(move || client.flush(within)).await;
        if let Ok(Err(error)) = flushed {
            tracing::warn!(%error, "messages are left unsent");
        }
    }

    /// Gives up what has not arrived: nothing of it is sent from now on, and whoever waits for it is told that it failed.
    /// Only what is on its way at this moment may still arrive.
    pub fn abandon(&self) {
        let Some(next) = self.successor() else { return };
        let abandoned = std::mem::replace(&mut *self.client(), next);
        abandoned.purge(PurgeConfig::default().queue().inflight().non_blocking());
    }

    /// An idempotent producer whose sequence is broken says "fatal" to everything from then on: it needs a successor.
    fn replace_when_dead(&self, used: &Arc<Client>) {
        let Some((code, reason)) = used.client().fatal_error() else { return };
        let mut current = self.client();
        if !Arc::ptr_eq(&current, used) {
            return;
        }
        tracing::error!(%code, reason, "the Kafka producer has failed for good; starting another");
        if let Some(next) = self.successor() {
            *current = next;
        }
    }

    fn successor(&self) -> Option<Arc<Client>> {
        let failed = |error: &KafkaError| tracing::error!(%error, "cannot start another Kafka producer");
        connect(&self.0.config).inspect_err(failed).ok().map(Arc::new)
    }

    fn client(&self) -> MutexGuard<'_, Arc<Client>> {
        self.0.client.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Producer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Producer")
            .field("bootstrap", &self.0.config.get("bootstrap.servers"))
            .finish_non_exhaustive()
    }
}

fn connect(config: &ClientConfig) -> KafkaResult<Client> {
    config.create_with_context(Deliveries)
}

/// Puts a message into the client's queue, when there is room.
async fn enqueue(
    client: &Client,
    message: &Message,
    index: usize,
    receipt: &Arc<Receipt>,
) -> KafkaResult<()> {
    loop {
        match send(client, message, index, receipt) {
            Err(KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull)) => sleep(FULL).await,
            result => return result,
        }
    }
}

fn send(client: &Client, message: &Message, index: usize, receipt: &Arc<Receipt>) -> KafkaResult<()> {
    let headers = message
        .headers
        .iter()
        .fold(OwnedHeaders::new_with_capacity(message.headers.len()), |headers, (key, value)| {
            headers.insert(Header { key, value: Some(value) })
        });
    let delivery = Box::new(Delivery { receipt: receipt.clone(), index });
    let mut record = BaseRecord::with_opaque_to(&message.topic, delivery)
        .payload(message.payload.as_slice())
        .headers(headers);
    record.key = message.key.as_deref();
    client.send(record).map_err(|(error, _)| error)
}

/// What becomes of some messages.
struct Receipt {
    unsettled: AtomicUsize,
    failure: Mutex<Option<SendError>>,
    all_settled: Notify,
    /// Nobody waits: a failure is only logged.
    lossy: bool,
}

/// One of them.
struct Delivery {
    receipt: Arc<Receipt>,
    index: usize,
}

impl Receipt {
    fn new(messages: usize, lossy: bool) -> Self {
        Self {
            unsettled: AtomicUsize::new(messages),
            failure: Mutex::new(None),
            all_settled: Notify::new(),
            lossy,
        }
    }

    /// `count` messages have arrived or failed; of several failures the one of the first message counts.
    fn settle(&self, count: usize, failure: Option<SendError>) {
        if let Some(failure) = failure {
            if self.lossy {
                tracing::warn!(error = %failure, "a message is lost");
            }
            let mut first = self.failure();
            if first.as_ref().is_none_or(|first| failure.message < first.message) {
                *first = Some(failure);
            }
        }
        if self.unsettled.fetch_sub(count, Ordering::AcqRel) == count {
            self.all_settled.notify_one();
        }
    }

    async fn all_settled(&self) -> Result<(), SendError> {
        self.all_settled.notified().await;
        self.failure().take().map_or(Ok(()), Err)
    }

    fn failure(&self) -> MutexGuard<'_, Option<SendError>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Deliveries;

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        context::log(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tracing::warn!(target: "librdkafka", %error, "{reason}");
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = Box<Delivery>;

    fn delivery(&self, result: &DeliveryResult<'_>, delivery: Box<Delivery>) {
        let failure = result.as_ref().err();
        let failure =
            failure.map(|(error, message)| SendError::new(message.topic().into(), delivery.index, error));
        delivery.receipt.settle(1, failure);
    }
}

impl SendError {
    fn new(topic: Arc<str>, message: usize, error: &KafkaError) -> Self {
        let too_large = error.rdkafka_error_code() == Some(RDKafkaErrorCode::MessageSizeTooLarge);
        Self { topic, message, too_large, reason: error.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(message: usize) -> SendError {
        let error = KafkaError::MessageProduction(RDKafkaErrorCode::MessageTimedOut);
        SendError::new("t".into(), message, &error)
    }

    #[tokio::test]
    async fn the_failure_of_the_first_message_is_told() {
        let receipt = Receipt::new(4, false);
        receipt.settle(1, Some(failed(3)));
        receipt.settle(1, None);
        receipt.settle(1, Some(failed(1)));
        receipt.settle(1, Some(failed(2)));
        assert_eq!(receipt.all_settled().await.unwrap_err().message, 1);
    }

    #[test]
    fn only_a_message_over_the_size_is_too_large() {
        let error = KafkaError::MessageProduction(RDKafkaErrorCode::MessageSizeTooLarge);
        assert!(SendError::new("t".into(), 0, &error).too_large);
        assert!(!failed(0).too_large);
    }
}
