//! What the tests of this crate share.
#![allow(dead_code, reason = "each test file uses its part")]
#![expect(clippy::expect_used, reason = "helpers of tests")]

use std::time::Duration;

use bus::{
    Incoming, Message,
    kafka::{
        Batch, Consumer, ConsumerSettings, KafkaConfig, OffsetReset, Producer, ProducerSettings,
        from_committed,
    },
};
use testkit::Kafka;
use tokio::time::timeout;

/// Long enough for a rebalance or a restarted broker, short enough to wait for.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A group of its own for every topic, read from the beginning, quick to notice a member that is gone.
pub fn settings(topic: &str) -> ConsumerSettings {
    ConsumerSettings {
        offset_reset: OffsetReset::Earliest,
        session_timeout: Duration::from_secs(6),
        heartbeat_interval: Duration::from_millis(300),
        max_wait: Duration::from_millis(100),
        ..ConsumerSettings::new(format!("group-{topic}"), topic)
    }
}

/// What a test wants to have of a message: its text.
pub fn text(message: Incoming<'_>) -> String {
    String::from_utf8_lossy(message.payload).into_owned()
}

pub fn consumer(kafka: &Kafka, settings: ConsumerSettings) -> Consumer<String> {
    let start = from_committed(settings.offset_reset);
    Consumer::start(&KafkaConfig::plaintext(kafka.bootstrap()), settings, start, text)
        .expect("valid settings")
}

pub fn producer(kafka: &Kafka) -> Producer {
    Producer::start(&KafkaConfig::plaintext(kafka.bootstrap()), &ProducerSettings::default())
        .expect("valid settings")
}

pub async fn next<T: Send + 'static>(consumer: &mut Consumer<T>) -> Batch<'_, T> {
    timeout(PATIENCE, consumer.next()).await.expect("a batch comes in time").expect("the consumer runs")
}

pub fn texts(batch: &mut Batch<'_, String>) -> Vec<String> {
    batch.messages().map(|text| text.clone()).collect()
}

/// Commits batches until `count` messages are there; gives their texts.
pub async fn read(consumer: &mut Consumer<String>, count: usize) -> Vec<String> {
    let mut all = Vec::new();
    while all.len() < count {
        let mut batch = next(consumer).await;
        all.extend(texts(&mut batch));
        batch.commit().await;
    }
    all
}

pub fn numbered(topic: &str, key: &str, numbers: std::ops::Range<u32>) -> Vec<Message> {
    numbers.map(|n| Message::new(topic, n.to_string()).with_key(key)).collect()
}
