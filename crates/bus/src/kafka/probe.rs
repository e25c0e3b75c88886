//! Whether the brokers answer, and have the topics.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use rdkafka::{
    ClientContext,
    client::Client,
    config::{ClientConfig, FromClientConfigAndContext as _},
    consumer::{BaseConsumer, Consumer as _, ConsumerContext},
    error::{KafkaError, RDKafkaErrorCode},
};
use tokio::task::spawn_blocking;

use super::{
    KafkaConfig,
    remedy::{ADDRESS, remedy, remedy_of_start},
};

/// So many of the client's errors are looked at for the one that says why.
const MOST_ERRORS: u32 = 10;

/// What the client said: a request that timed out names no cause. That one side refuses the other says more than what follows
/// from it.
#[derive(Debug, Default)]
struct ReportedError(Mutex<Option<(String, Option<&'static str>)>>);

impl ReportedError {
    fn take(&self) -> Option<(String, Option<&'static str>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl ClientContext for ReportedError {
    fn log(&self, _: rdkafka::config::RDKafkaLogLevel, _: &str, _: &str) {}

    fn error(&self, error: KafkaError, reason: &str) {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (remedy, known) = (remedy(&error), said.as_ref().map(|(_, remedy)| *remedy));
        let follows = error.rdkafka_error_code() == Some(RDKafkaErrorCode::AllBrokersDown);
        if known.is_none() || remedy.is_some() || (known == Some(None) && !follows) {
            *said = Some((reason.to_owned(), remedy));
        }
    }
}

impl ConsumerContext for ReportedError {}

impl KafkaConfig {
    /// Asks the brokers which of these topics they lack. The error says why they cannot be asked, and which settings to look at.
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
    let consumer: BaseConsumer<ReportedError> =
        BaseConsumer::from_config_and_context(config, ReportedError::default())
            .map_err(|error| format!("{error}; {}", remedy_of_start(&error.to_string())))?;
    let metadata = consumer.fetch_metadata(None, timeout).map_err(|error| {
        // Errors are told by polling, one at a time.
        for _ in 0..MOST_ERRORS {
            drop(consumer.poll(Duration::from_millis(20)));
        }
        let client: &Client<ReportedError> = consumer.client();
        let (reason, remedy) = client.context().take().unwrap_or_else(|| (error.to_string(), None));
        format!("{reason}; {}", remedy.unwrap_or(ADDRESS))
    })?;
    let has = |topic: &String| {
        metadata.topics().iter().any(|known| known.name() == topic && !known.partitions().is_empty())
    };
    Ok(topics.into_iter().filter(|topic| !has(topic)).collect())
}
