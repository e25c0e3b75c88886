//! Where messages go.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Message, kafka};

/// Why messages were not, or not all, sent. The others may have arrived.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot send to topic `{topic}`: {reason}")]
pub struct SendError {
    /// The topic of the first message that failed.
    pub topic: Arc<str>,
    /// Its place among those that were to be sent, from 0.
    pub message: usize,
    /// It is larger than the client or the brokers take: it will fail again.
    pub too_large: bool,
    /// What the client or the broker says.
    pub reason: String,
}

/// Sends messages. Cloning it gives another handle to the same connection.
#[derive(Debug, Clone)]
pub enum Publisher {
    /// To brokers.
    Kafka(kafka::Producer),
    /// Nowhere: what runs without brokers reads the log in the store instead.
    Discard,
    /// Into memory, for tests.
    Recorder(Recorder),
}

impl Publisher {
    /// Sends the messages in their order and returns when all have arrived.
    pub async fn send_all(&self, messages: &[Message]) -> Result<(), SendError> {
        match self {
            Self::Kafka(producer) => producer.send_all(messages).await,
            Self::Discard => Ok(()),
            Self::Recorder(recorder) => recorder.record(messages),
        }
    }

    /// Gives up what has not arrived, so that it does not arrive later.
    pub fn abandon(&self) {
        if let Self::Kafka(producer) = self {
            producer.abandon();
        }
    }

    /// Sends a message that may be lost: returns at once, a failure is logged.
    pub fn send_lossy(&self, message: Message) {
        match self {
            Self::Kafka(producer) => producer.send_lossy(message),
            Self::Discard => {}
            Self::Recorder(recorder) => drop(recorder.record(&[message])),
        }
    }
}

/// Keeps what was sent.
#[derive(Debug, Clone, Default)]
pub struct Recorder(Arc<Mutex<Recorded>>);

#[derive(Debug, Default)]
struct Recorded {
    messages: Vec<Message>,
    refusals: usize,
}

impl Recorder {
    /// Takes out what was sent since the last time.
    pub fn take(&self) -> Vec<Message> {
        std::mem::take(&mut self.lock().messages)
    }

    /// Fails the next `count` sends, as brokers do that are down.
    pub fn refuse(&self, count: usize) {
        self.lock().refusals = count;
    }

    fn record(&self, messages: &[Message]) -> Result<(), SendError> {
        let mut recorded = self.lock();
        if recorded.refusals > 0 && !messages.is_empty() {
            recorded.refusals -= 1;
            return Err(SendError {
                topic: messages[0].topic.clone(),
                message: 0,
                too_large: false,
                reason: "refused".to_owned(),
            });
        }
        recorded.messages.extend_from_slice(messages);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Recorded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_recorder_gives_what_was_sent_once() {
        let recorder = Recorder::default();
        let publisher = Publisher::Recorder(recorder.clone());
        publisher.send_all(&[Message::new("t", "1"), Message::new("t", "2")]).await.unwrap();
        publisher.send_lossy(Message::new("u", "3"));
        let payloads: Vec<_> = recorder.take().into_iter().map(|message| message.payload).collect();
        assert_eq!(payloads, [b"1", b"2", b"3"]);
        assert!(recorder.take().is_empty());
    }

    #[tokio::test]
    async fn a_refused_send_is_an_error_with_its_topic() {
        let recorder = Recorder::default();
        let publisher = Publisher::Recorder(recorder.clone());
        recorder.refuse(1);
        let error = publisher.send_all(&[Message::new("t", "1")]).await.unwrap_err();
        assert_eq!(error.to_string(), "cannot send to topic `t`: refused");
        publisher.send_all(&[Message::new("t", "1")]).await.unwrap();
        assert_eq!(recorder.take().len(), 1);
    }

    #[tokio::test]
    async fn discarding_succeeds() {
        Publisher::Discard.send_all(&[Message::new("t", "1")]).await.unwrap();
        Publisher::Discard.send_lossy(Message::new("t", "1"));
    }
}
