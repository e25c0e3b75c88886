//! Writing to topics.

use std::{
    collections::BTreeMap,
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

use super::{KafkaConfig, ProducerSettings, StartError, context, remedy};
use crate::{Message, SendError};

/// How long to wait when the client's queue is full.
const QUEUE_FULL_WAIT: Duration = Duration::from_millis(10);

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

    /// Sends the messages in their order and returns when each has arrived or failed. After an error send
    /// [those that remain](SendError::unsent) again.
    pub async fn send_all(&self, messages: &[Message]) -> Result<(), SendError> {
        if messages.is_empty() {
            return Ok(());
        }
        let client = self.client().clone();
        let receipt = Arc::new(Receipt::new(messages.len(), false));
        for (index, message) in messages.iter().enumerate() {
            if let Err(error) = enqueue(&client, message, index, &receipt).await {
                receipt.record(index, Some(DeliveryFailure::new(message.topic.clone(), &error)));
            }
        }
        let result = receipt.all_done().await;
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
            receipt.record(0, Some(DeliveryFailure::new(message.topic, &error)));
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
    config.create_with_context(Deliveries::default())
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
            Err(KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull)) => sleep(QUEUE_FULL_WAIT).await,
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
    pending: AtomicUsize,
    failures: Mutex<BTreeMap<usize, DeliveryFailure>>,
    all_done: Notify,
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
            pending: AtomicUsize::new(messages),
            failures: Mutex::default(),
            all_done: Notify::new(),
            lossy,
        }
    }

    /// The message at this place has arrived or failed.
    fn record(&self, message: usize, failure: Option<DeliveryFailure>) {
        if let Some(failure) = failure {
            if self.lossy {
                tracing::warn!(topic = &*failure.topic, reason = failure.reason, "a message is lost");
                metrics::counter!("plumbline_bus_messages_lost_total", "topic" => failure.topic.to_string())
                    .increment(1);
            }
            self.failures().insert(message, failure);
        }
        if self.pending.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.all_done.notify_one();
        }
    }

    async fn all_done(&self) -> Result<(), SendError> {
        self.all_done.notified().await;
        let failures = std::mem::take(&mut *self.failures());
        let failed = failures.keys().copied().collect();
        let too_large = failures.values().any(|failure| failure.too_large);
        match failures.into_values().next() {
            Some(DeliveryFailure { topic, reason, .. }) => {
                Err(SendError { topic, reason, failed, too_large })
            }
            None => Ok(()),
        }
    }

    fn failures(&self) -> MutexGuard<'_, BTreeMap<usize, DeliveryFailure>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why one message was not sent.
#[derive(Debug)]
struct DeliveryFailure {
    topic: Arc<str>,
    reason: String,
    too_large: bool,
}

impl DeliveryFailure {
    fn new(topic: Arc<str>, error: &KafkaError) -> Self {
        let too_large = error.rdkafka_error_code() == Some(RDKafkaErrorCode::MessageSizeTooLarge);
        Self { topic, reason: error.to_string(), too_large }
    }
}

#[derive(Default)]
struct Deliveries {
    log_limit: context::LogLimit,
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        if self.log_limit.admits() {
            context::log(level, facility, line);
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if self.log_limit.admits() {
            remedy::warn(&error, reason);
        }
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = Box<Delivery>;

    fn delivery(&self, result: &DeliveryResult<'_>, delivery: Box<Delivery>) {
        let failure = result.as_ref().err();
        let failure = failure.map(|(error, message)| DeliveryFailure::new(message.topic().into(), error));
        delivery.receipt.record(delivery.index, failure);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(code: RDKafkaErrorCode) -> DeliveryFailure {
        DeliveryFailure::new("t".into(), &KafkaError::MessageProduction(code))
    }

    #[tokio::test]
    async fn every_failure_is_told_in_order() {
        let receipt = Receipt::new(4, false);
        receipt.record(3, Some(failure(RDKafkaErrorCode::MessageTimedOut)));
        receipt.record(0, None);
        receipt.record(1, Some(failure(RDKafkaErrorCode::MessageTimedOut)));
        receipt.record(2, None);
        let error = receipt.all_done().await.unwrap_err();
        assert_eq!((error.failed, error.too_large), (vec![1, 3], false));
    }

    #[tokio::test]
    async fn a_message_over_the_size_is_told_apart() {
        let receipt = Receipt::new(1, false);
        receipt.record(0, Some(failure(RDKafkaErrorCode::MessageSizeTooLarge)));
        assert!(receipt.all_done().await.unwrap_err().too_large);
    }
}
