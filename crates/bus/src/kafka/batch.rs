//! Messages that are worked on together.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Consumer, offsets::Partition};

/// What was made of a message, and where that stood.
#[derive(Debug)]
pub(super) struct Received<T> {
    pub(super) value: T,
    pub(super) partition: Partition,
    pub(super) offset: i64,
    /// Of the payload.
    pub(super) bytes: usize,
}

/// What was made of some messages, in the order of their partitions. Dropped without [`Batch::commit`], it is given again
/// by the next [`Consumer::next`], and nothing newer is.
#[derive(Debug)]
pub struct Batch<'c, T> {
    pub(super) consumer: &'c mut Consumer<T>,
}

impl<T> Batch<'_, T> {
    /// At least one. What is changed in them stays so when they are given again.
    pub fn messages(&mut self) -> impl Iterator<Item = &mut T> {
        self.consumer
            .outstanding
            .iter_mut()
            .flat_map(|delivered| &mut delivered.messages)
            .map(|received| &mut received.value)
    }

    /// Commits that these messages are done. When the next batch is ready it can be had at once, and the brokers are told
    /// while it is worked on; otherwise this returns when they know. When they cannot be told, that is logged and tried again:
    /// no third batch is given before. Partitions that went to another member meanwhile are left to it.
    pub async fn commit(self) {
        if let Some(done) = self.consumer.finish_batch() {
            // An error means that the consumer is closing; it has committed before that.
            let _ = done.await;
        }
    }
}

/// A batch on its way from the thread that collects to the caller.
#[derive(Debug)]
pub(super) struct DeliveredBatch<T> {
    pub(super) messages: Vec<Received<T>>,
    pub(super) revoked: Revoked,
}

/// The partitions of one batch that went to another member. They stay revoked for this batch even when they come back:
/// the other member may have gone further.
#[derive(Debug, Clone, Default)]
pub(super) struct Revoked(Arc<Mutex<BTreeSet<Partition>>>);

impl Revoked {
    pub(super) fn add(&self, partitions: Vec<Partition>) {
        self.get().extend(partitions);
    }

    pub(super) fn get(&self) -> MutexGuard<'_, BTreeSet<Partition>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes out the messages of revoked partitions.
pub(super) fn retain_owned<T>(messages: &mut Vec<Received<T>>, revoked: &BTreeSet<Partition>) {
    if !revoked.is_empty() {
        messages.retain(|received| !revoked.contains(&received.partition));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_a_revoked_partition_are_taken_out() {
        let partition = |number| Partition { topic: "t".into(), number };
        let received = |number, value| Received { value, partition: partition(number), offset: 0, bytes: 1 };
        let mut messages = vec![received(0, "a"), received(1, "b"), received(0, "c")];
        let revoked = Revoked::default();
        retain_owned(&mut messages, &revoked.get());
        assert_eq!(messages.len(), 3);
        revoked.add(vec![partition(0)]);
        retain_owned(&mut messages, &revoked.get());
        assert_eq!(messages.iter().map(|received| received.value).collect::<Vec<_>>(), ["b"]);
    }
}
