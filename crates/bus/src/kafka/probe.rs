//! Whether the brokers answer, and have the topics.

use std::time::Duration;

use rdkafka::{
    ClientContext,
    client::Client,
    config::{ClientConfig, FromClientConfigAndContext as _},
    consumer::{BaseConsumer, Consumer as _, ConsumerContext},
    error::KafkaError,
};
use tokio::task::spawn_blocking;

use super::KafkaConfig;

/// What the last error of the client said: a request that timed out names no cause.
#[derive(Debug, Default)]
struct LastError(std::sync::Mutex<Option<String>>);

impl ClientContext for LastError {
    fn log(&self, _: rdkafka::config::RDKafkaLogLevel, _: &str, _: &str) {}

    fn error(&self, _: KafkaError, reason: &str) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(reason.to_owned());
    }
}

impl ConsumerContext for LastError {}

impl KafkaConfig {
    /// Asks the brokers which of these topics they lack. The error says why they cannot be asked.
    pub async fn missing_topics(
        &self,
        topics: Vec<String>,
        timeout: Duration,
    ) -> Result<Vec<String>, String> {
        let config = self.prober();
        let asked = spawn_blocking(move || missing(&config, topics, timeout)).await;
        asked.map_err(|error| error.to_string())?
    }
}

fn missing(config: &ClientConfig, topics: Vec<String>, timeout: Duration) -> Result<Vec<String>, String> {
    let consumer: BaseConsumer<LastError> =
        BaseConsumer::from_config_and_context(config, LastError::default())
            .map_err(|error| error.to_string())?;
    let metadata = consumer.fetch_metadata(None, timeout);
    // Errors are told by polling.
    drop(consumer.poll(Duration::from_millis(100)));
    let metadata = metadata.map_err(|error| {
        let client: &Client<LastError> = consumer.client();
        let said = client.context().0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        said.unwrap_or_else(|| error.to_string())
    })?;
    let has = |topic: &String| {
        metadata.topics().iter().any(|known| known.name() == topic && !known.partitions().is_empty())
    };
    Ok(topics.into_iter().filter(|topic| !has(topic)).collect())
}
