//! Messages that are owed but hold nothing up: while their topic does not take them, they wait in memory.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bus::{Message, Publisher};
use ground::{Stop, Stopper};
use tokio::time::timeout;

use super::publish::deliver;

/// For so long the work waits for the broker to take its messages.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of messages that wait at most; further ones are dropped, logged and counted.
const MAX_WAITING_BYTES: usize = 16 * 1024 * 1024;
/// Messages that are sent together.
const MAX_SENT_TOGETHER: usize = 128;

/// Delivers messages in their order: at once when their topic takes them, and behind the work when it does not. Cloning it
/// gives another handle to the same.
#[derive(Debug, Clone)]
pub struct SendQueue {
    publisher: Publisher,
    /// How long the work waits for the broker.
    patience: Duration,
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Debug, Default)]
struct Waiting {
    messages: VecDeque<Message>,
    bytes: usize,
    is_sending: bool,
}

impl SendQueue {
    /// Nothing waits yet.
    pub fn new(publisher: Publisher) -> Self {
        Self { publisher, patience: DELIVERY_TIMEOUT, waiting: Arc::default() }
    }

    /// Where the messages go.
    pub fn publisher(&self) -> &Publisher {
        &self.publisher
    }

    /// Returns when the messages have arrived, or wait behind others; `None` when told to stop before.
    pub(super) async fn send(&self, messages: Vec<Message>, stop: &mut Stop) -> Option<()> {
        if messages.is_empty() {
            return Some(());
        }
        if !self.lock().is_sending {
            let attempt = deliver(&self.publisher, messages.clone(), stop);
            if let Ok(delivered) = timeout(self.patience, attempt).await {
                return delivered;
            }
            tracing::warn!("a topic does not take messages: they wait in memory from now on");
        }
        self.push(messages);
        Some(())
    }

    fn push(&self, messages: Vec<Message>) {
        let mut waiting = self.lock();
        let mut dropped = 0;
        for message in messages {
            let bytes = message.payload.len();
            if waiting.bytes + bytes > MAX_WAITING_BYTES {
                dropped += 1;
            } else {
                waiting.bytes += bytes;
                waiting.messages.push_back(message);
            }
        }
        if dropped > 0 {
            tracing::error!(dropped, "messages are dropped: their topic has not taken any for too long");
            metrics::counter!("plumbline_send_queue_dropped_total").increment(dropped);
        }
        if !std::mem::replace(&mut waiting.is_sending, true) {
            tokio::spawn(self.clone().drain());
        }
    }

    /// Sends what waits until nothing does.
    async fn drain(self) {
        // Ends with the process.
        let (_running, mut stop) = Stopper::new();
        loop {
            let part: Vec<Message> = {
                let mut waiting = self.lock();
                if waiting.messages.is_empty() {
                    waiting.is_sending = false;
                    return;
                }
                waiting.messages.iter().take(MAX_SENT_TOGETHER).cloned().collect()
            };
            let count = part.len();
            deliver(&self.publisher, part, &mut stop).await;
            let mut waiting = self.lock();
            let sent: usize = waiting.messages.drain(..count).map(|message| message.payload.len()).sum();
            waiting.bytes -= sent;
        }
    }

    /// How many messages wait.
    pub fn waiting(&self) -> usize {
        self.lock().messages.len()
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use bus::Recorder;

    use super::*;

    fn messages(texts: &[&str]) -> Vec<Message> {
        texts.iter().map(|text| Message::new("t", *text)).collect()
    }

    /// Waits no longer than a moment.
    fn impatient(recorder: &Recorder) -> SendQueue {
        let patience = Duration::from_millis(50);
        SendQueue { patience, ..SendQueue::new(Publisher::Recorder(recorder.clone())) }
    }

    #[tokio::test]
    async fn what_a_topic_does_not_take_waits_and_arrives_in_order_later() {
        let recorder = Recorder::default();
        let queue = impatient(&recorder);
        let (_running, mut stop) = Stopper::new();
        recorder.refuse(3);
        queue.send(messages(&["1", "2"]), &mut stop).await.unwrap();
        assert_eq!(queue.waiting(), 2, "the work goes on");
        queue.send(messages(&["3"]), &mut stop).await.unwrap();
        while queue.waiting() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let arrived: Vec<_> = recorder.take().into_iter().map(|message| message.payload).collect();
        assert_eq!(arrived, [b"1", b"2", b"3"]);
    }

    #[tokio::test]
    async fn what_waits_has_a_limit() {
        let recorder = Recorder::default();
        let queue = impatient(&recorder);
        let (_running, mut stop) = Stopper::new();
        recorder.refuse(1_000);
        let large = || vec![Message::new("t", vec![b'x'; MAX_WAITING_BYTES / 2 + 1])];
        for _ in 0..3 {
            queue.send(large(), &mut stop).await.unwrap();
        }
        assert_eq!(queue.waiting(), 1);
    }
}
