//! Writers of one organisation wait for one another before they take a connection.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex as SyncMutex, PoisonError, Weak},
};

use ground::OrgId;
use tokio::sync::{AcquireError, Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

/// Batches of one organisation ingested at the same time: one is prepared while another is stored. More would only take memory,
/// as one at a time is stored anyway.
const MAX_CONCURRENT_BATCHES: usize = 2;

/// The queues of each organisation that somebody writes for in this process. The lock in the database would do, but whoever
/// waits for that holds a connection: a few writers of one organisation would keep everybody else from the database.
#[derive(Debug, Default)]
pub(crate) struct WriteQueues(SyncMutex<HashMap<OrgId, Weak<Queue>>>);

#[derive(Debug)]
struct Queue {
    batches: Arc<Semaphore>,
    turn: Arc<Mutex<()>>,
}

/// The turn of a writer in the queues of its organisations.
#[derive(Debug)]
pub(crate) struct WriteTurn(
    #[expect(dead_code, reason = "held, not used")] Vec<(Arc<Queue>, OwnedMutexGuard<()>)>,
);

/// Room for a batch in each of its organisations.
#[derive(Debug)]
pub(crate) struct BatchPermits(
    #[expect(dead_code, reason = "held, not used")] Vec<(Arc<Queue>, OwnedSemaphorePermit)>,
);

impl WriteQueues {
    /// Waits for the turn in each queue; `orgs` are sorted, so that no two writers wait for one another.
    pub(crate) async fn turn(&self, orgs: &[OrgId]) -> WriteTurn {
        let mut turns = Vec::with_capacity(orgs.len());
        for org in orgs {
            let queue = self.queue(org);
            let turn = queue.turn.clone().lock_owned().await;
            turns.push((queue, turn));
        }
        WriteTurn(turns)
    }

    /// Waits until each organisation has room for a batch.
    pub(crate) async fn batches(
        &self,
        orgs: impl IntoIterator<Item = OrgId>,
    ) -> Result<BatchPermits, AcquireError> {
        let orgs: BTreeSet<OrgId> = orgs.into_iter().collect();
        let mut permits = Vec::with_capacity(orgs.len());
        for org in orgs {
            let queue = self.queue(&org);
            let permit = queue.batches.clone().acquire_owned().await?;
            permits.push((queue, permit));
        }
        Ok(BatchPermits(permits))
    }

    fn queue(&self, org: &OrgId) -> Arc<Queue> {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(org).and_then(Weak::upgrade) {
            return queue;
        }
        // Those that nobody waits in go with the next that is made.
        queues.retain(|_, queue| queue.strong_count() > 0);
        let queue = Arc::new(Queue {
            batches: Arc::new(Semaphore::new(MAX_CONCURRENT_BATCHES)),
            turn: Arc::default(),
        });
        queues.insert(org.clone(), Arc::downgrade(&queue));
        queue
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    fn org(name: &str) -> OrgId {
        OrgId::parse(name).unwrap()
    }

    #[tokio::test]
    async fn a_writer_waits_for_those_of_its_organisation_alone() {
        let queues = WriteQueues::default();
        let turn = queues.turn(&[org("a"), org("b")]).await;
        assert!(timeout(Duration::from_millis(20), queues.turn(&[org("b")])).await.is_err());
        let other = queues.turn(&[org("c")]).await;
        drop(turn);
        let _next = timeout(Duration::from_secs(1), queues.turn(&[org("a"), org("b")])).await.unwrap();
        drop(other);
        queues.turn(&[org("d")]).await;
        assert!(queues.0.lock().unwrap().len() <= 3, "queues of nobody go");
    }

    #[tokio::test]
    async fn batches_of_one_organisation_leave_room_for_others() {
        let queues = WriteQueues::default();
        let one = queues.batches([org("a")]).await.unwrap();
        let _two = queues.batches([org("a")]).await.unwrap();
        assert!(timeout(Duration::from_millis(20), queues.batches([org("a")])).await.is_err());
        queues.batches([org("b")]).await.unwrap();
        drop(one);
        timeout(Duration::from_secs(1), queues.batches([org("a")])).await.unwrap().unwrap();
    }
}
