//! Messages that are worked on together.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Consumer, offsets::Partition};
use crate::Received;

/// Some messages, in the order of their partitions. Dropped without [`Batch::commit`], it is given again by the next
/// [`Consumer::next`], and nothing newer is.
#[derive(Debug)]
pub struct Batch<'c> {
    pub(super) consumer: &'c mut Consumer,
    pub(super) messages: Arc<Vec<Received>>,
}

impl Batch<'_> {
    /// At least one. Shared, so that others can look at them too.
    pub fn messages(&self) -> &Arc<Vec<Received>> {
        &self.messages
    }

    /// Commits that these messages are done, and returns when the brokers know. When they cannot be told, that is
    /// logged and tried again with the next batch: the messages may then be delivered twice. Partitions that went to
    /// another member meanwhile are left to it.
    pub async fn commit(self) {
        if let Some(done) = self.consumer.settle() {
            // An error means that the consumer is closing; it has committed before that.
            let _ = done.await;
        }
    }
}

/// A batch on its way from the thread that collects to the caller.
#[derive(Debug)]
pub(super) struct Delivered {
    pub(super) messages: Arc<Vec<Received>>,
    pub(super) lost: Lost,
}

/// The partitions of one batch that went to another member. They stay lost for this batch even when they come back:
/// the other member may have gone further.
#[derive(Debug, Clone, Default)]
pub(super) struct Lost(Arc<Mutex<BTreeSet<Partition>>>);

impl Lost {
    pub(super) fn add(&self, partitions: Vec<Partition>) {
        self.get().extend(partitions);
    }

    pub(super) fn get(&self) -> MutexGuard<'_, BTreeSet<Partition>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes out the messages of lost partitions.
pub(super) fn retain_ours(messages: &mut Vec<Received>, lost: &BTreeSet<Partition>) {
    if !lost.is_empty() {
        messages.retain(|received| !lost.contains(&Partition::of(received)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Message;

    #[test]
    fn messages_of_a_lost_partition_are_taken_out() {
        let received =
            |partition, offset| Received { message: Message::new("t", ""), partition, offset, at: None };
        let mut messages = vec![received(0, 1), received(1, 1), received(0, 2)];
        let lost = Lost::default();
        retain_ours(&mut messages, &lost.get());
        assert_eq!(messages.len(), 3);
        lost.add(vec![Partition { topic: "t".into(), number: 0 }]);
        retain_ours(&mut messages, &lost.get());
        assert_eq!(messages, [received(1, 1)]);
    }
}
