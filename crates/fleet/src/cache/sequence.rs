//! The newest row of the log of an organisation and the settings by which its hosts age, read by single-flight: what caches
//! are validated by.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use ::store::{Db, Sql};
use ground::OrgId;
use lru::LruCache;

use crate::{
    LogHead, Result, Staleness,
    db::{
        columns::{read_log_head, read_staleness},
        statements as statement,
    },
};

/// Organisations with a single-flight at the same time.
const MAX_ORGS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(9_999);

/// Reads the newest row of logs from the database, once for all who ask at the same time.
///
/// Whoever asks gets what was read after they asked: what any process has committed by then is seen. While
/// one read is under way, those who come wait for the next one together, so that a thousand questions a second do not
/// make a thousand statements.
pub(crate) struct SequenceReader(Mutex<LruCache<OrgId, Arc<SingleFlight>>>);

/// What every question about an organisation has to know first.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct OrgClock {
    pub head: LogHead,
    /// By which its hosts age, where it has settings of its own.
    pub staleness: Option<Staleness>,
}

#[derive(Default)]
struct SingleFlight<T = OrgClock> {
    /// How many reads have begun.
    begun: AtomicU64,
    latest: tokio::sync::Mutex<Latest<T>>,
}

/// The last read that has ended.
#[derive(Default)]
struct Latest<T> {
    read: u64,
    found: T,
}

impl SequenceReader {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(LruCache::new(MAX_ORGS)))
    }

    /// The clock of an organisation.
    pub(crate) async fn newest(&self, db: &Db, org: &OrgId) -> Result<OrgClock> {
        let flight = {
            let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            flights.get_or_insert(org.clone(), Arc::default).clone()
        };
        flight
            .pass(async || {
                let Some(row) = db.read_one(Sql::new(statement::ORG_CLOCK).bind(org)).await? else {
                    return Ok(OrgClock::default());
                };
                Ok(OrgClock { head: read_log_head(&row)?, staleness: read_staleness(&row, 2)? })
            })
            .await
    }
}

impl<T: Copy> SingleFlight<T> {
    async fn pass(&self, read: impl AsyncFnOnce() -> Result<T>) -> Result<T> {
        let arrived = self.begun.load(Ordering::SeqCst);
        let mut latest = self.latest.lock().await;
        if latest.read > arrived {
            // Somebody else's read, begun after we came.
            return Ok(latest.found);
        }
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let found = read().await?;
        *latest = Latest { read: number, found };
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::atomic::AtomicI64, time::Duration};

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn nobody_gets_a_number_that_was_read_before_they_asked() {
        let flight = Arc::new(SingleFlight::<i64>::default());
        let (clock, reads) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicU64::new(0)));
        let mut asking = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (flight, clock, reads) = (Arc::clone(&flight), Arc::clone(&clock), Arc::clone(&reads));
            asking.spawn(async move {
                for _ in 0..500 {
                    let committed = clock.fetch_add(1, Ordering::SeqCst) + 1;
                    let seen = flight
                        .pass(async || {
                            reads.fetch_add(1, Ordering::SeqCst);
                            let seen = clock.load(Ordering::SeqCst);
                            tokio::time::sleep(Duration::from_micros(50)).await;
                            Ok(seen)
                        })
                        .await
                        .unwrap();
                    assert!(seen >= committed, "{seen} was read before {committed}");
                }
            });
        }
        asking.join_all().await;
        let reads = reads.load(Ordering::SeqCst);
        assert!(reads < 2_000, "{reads} reads for 4,000 questions");
    }

    #[tokio::test]
    async fn a_read_that_fails_or_is_given_up_is_in_nobodys_way() {
        let flight = SingleFlight::<i64>::default();
        let failed = flight.pass(async || Err(crate::Error::damaged("gone"))).await;
        assert!(failed.is_err());
        let given_up = tokio::time::timeout(
            Duration::from_millis(5),
            flight.pass(async || std::future::pending().await),
        );
        assert!(given_up.await.is_err());
        assert_eq!(flight.pass(async || Ok(7)).await.unwrap(), 7);
    }
}
