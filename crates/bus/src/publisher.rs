//! Where messages go.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{Message, kafka};

/// Why messages were not, or not all, sent. The others have arrived.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot send to topic `{topic}`: {reason}")]
pub struct SendError {
    /// The topic of the first message that failed.
    pub topic: Arc<str>,
    /// What the client or the broker says of that one.
    pub reason: String,
    /// The messages that failed by their places among those that were to be sent, from 0, in order.
    pub failed: Vec<usize>,
    /// Some failed because they, or the batch that the client made of them, are larger than the topic takes: the same batch
    /// will fail again.
    pub too_large: bool,
}

impl SendError {
    /// Those of the messages that have to be sent again: what failed, and what came after one of these under its key, so that
    /// the last message of a key is the last to arrive.
    pub fn unsent(&self, messages: Vec<Message>) -> Vec<Message> {
        let mut keys = BTreeSet::new();
        let mut failed = self.failed.iter().peekable();
        let mut unsent = Vec::new();
        for (place, message) in messages.into_iter().enumerate() {
            let has_failed = failed.next_if_eq(&&place).is_some();
            let key = (message.topic.clone(), message.key.clone());
            let after_failed = message.key.is_some() && keys.contains(&key);
            if has_failed {
                keys.insert(key);
            }
            if has_failed || after_failed {
                unsent.push(message);
            }
        }
        unsent
    }
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
    /// Topics that take nothing.
    missing: BTreeSet<String>,
    /// Bytes of the largest batch; without a limit when zero.
    max_bytes: usize,
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

    /// Fails every send to a topic, as brokers do that do not have it, until told otherwise.
    pub fn miss_topic(&self, topic: &str, is_missing: bool) {
        let mut recorded = self.lock();
        if is_missing {
            recorded.missing.insert(topic.to_owned());
        } else {
            recorded.missing.remove(topic);
        }
    }

    /// Refuses batches of more bytes, as brokers do, whichever of their messages is the largest.
    pub fn limit_bytes(&self, bytes: usize) {
        self.lock().max_bytes = bytes;
    }

    fn record(&self, messages: &[Message]) -> Result<(), SendError> {
        let mut recorded = self.lock();
        if recorded.refusals > 0 && !messages.is_empty() {
            recorded.refusals -= 1;
            return Err(SendError {
                topic: messages[0].topic.clone(),
                reason: "refused".to_owned(),
                failed: (0..messages.len()).collect(),
                too_large: false,
            });
        }
        let is_missing = |message: &&Message| recorded.missing.contains(&*message.topic);
        if let Some(message) = messages.iter().find(is_missing) {
            let failed = (0..messages.len()).filter(|at| is_missing(&&messages[*at])).collect();
            let topic = message.topic.clone();
            return Err(SendError { topic, reason: "no such topic".to_owned(), failed, too_large: false });
        }
        let bytes: usize = messages.iter().map(|message| message.payload.len()).sum();
        if recorded.max_bytes > 0 && bytes > recorded.max_bytes {
            let (topic, failed) = (messages[0].topic.clone(), (0..messages.len()).collect());
            return Err(SendError { topic, reason: "too large".to_owned(), failed, too_large: true });
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

    #[test]
    fn what_failed_is_sent_again_and_what_came_after_it_under_its_key() {
        let error =
            SendError { topic: "t".into(), reason: String::new(), failed: vec![1, 4], too_large: false };
        let message = |text: &str, key: &str| Message::new("t", text).with_key(key);
        let messages = vec![
            message("0", "a"),
            message("1", "a"),
            message("2", "b"),
            message("3", "a"),
            Message::new("t", "4"),
            Message::new("t", "5"),
        ];
        let unsent: Vec<_> = error.unsent(messages).into_iter().map(|message| message.payload).collect();
        assert_eq!(unsent, [b"1", b"3", b"4"]);
    }

    #[tokio::test]
    async fn discarding_succeeds() {
        Publisher::Discard.send_all(&[Message::new("t", "1")]).await.unwrap();
        Publisher::Discard.send_lossy(Message::new("t", "1"));
    }
}
