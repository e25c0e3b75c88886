//! The indexes of organisations: each follows its log, all together stay within a limit of memory.

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use ground::OrgId;
use lru::LruCache;

use super::{
    org_index::{HostUpdate, OrgIndex},
    read,
};
use crate::{Error, Fleet, LogHead, Result};

/// Organisations of which is known whether they have an index.
const MAX_ORGS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(9_999);
/// A question waits so long for an index that is being built or is behind; then the database answers.
const PATIENCE: Duration = Duration::from_millis(100);
/// Hosts in updates that wait until they are taken in.
const MAX_WAITING_HOSTS: usize = 50_000;
/// Questions to larger indexes are answered outside of the threads that serve.
const MAX_HOSTS_IN_PLACE: u64 = 50_000;
/// Updates after which the memory of an index is counted anew.
const UPDATES_PER_COUNT: usize = 256;
/// Rows of the log after which an index that was too large is tried again.
const ROWS_UNTIL_RETRY: i64 = 100_000;

/// The indexes that there are; the one of the organisation that was asked for the longest ago goes first.
pub(crate) struct Indexes {
    /// Bytes of all indexes; 0 when there are to be none.
    limit: usize,
    from_index: AtomicU64,
    from_database: AtomicU64,
    orgs: Mutex<LruCache<OrgId, Arc<Followed>>>,
}

/// How questions were answered, and what that takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexStatistics {
    /// Questions answered by an index.
    pub from_index: u64,
    /// Questions answered by the database, because there was no index or it did not have what was asked for.
    pub from_database: u64,
    /// About how many bytes the indexes take.
    pub bytes: usize,
}

/// What a transaction of this process has done to an organisation: every row of the log after `from` up to `to`.
pub(crate) struct OrgUpdate {
    pub from: LogHead,
    pub to: LogHead,
    pub hosts: Vec<HostUpdate>,
}

/// The index of one organisation.
#[derive(Default)]
struct Followed {
    index: RwLock<Option<OrgIndex>>,
    /// Committed, and not taken in yet.
    waiting: Mutex<BTreeMap<i64, OrgUpdate>>,
    /// Held while the database is read for it.
    reading: tokio::sync::Mutex<()>,
    bytes: AtomicUsize,
    updates: AtomicUsize,
    /// The number of the log at which it was too large for the limit.
    too_large_at: Mutex<Option<i64>>,
}

impl Indexes {
    pub(crate) fn new(limit: usize) -> Self {
        let orgs = Mutex::new(LruCache::new(MAX_ORGS));
        Self { limit, from_index: AtomicU64::new(0), from_database: AtomicU64::new(0), orgs }
    }

    fn statistics(&self) -> IndexStatistics {
        let orgs = self.orgs.lock().unwrap_or_else(PoisonError::into_inner);
        IndexStatistics {
            from_index: self.from_index.load(Ordering::Relaxed),
            from_database: self.from_database.load(Ordering::Relaxed),
            bytes: orgs.iter().map(|(_, followed)| followed.bytes.load(Ordering::Relaxed)).sum(),
        }
    }

    /// Counts a question.
    fn answered(&self, from_index: bool) {
        let (count, by) =
            if from_index { (&self.from_index, "index") } else { (&self.from_database, "database") };
        count.fetch_add(1, Ordering::Relaxed);
        metrics::counter!("plumbline_fleet_questions_total", "answered_by" => by).increment(1);
    }

    /// A transaction of this process has been committed.
    pub(crate) fn committed(&self, org: &OrgId, update: impl FnOnce() -> OrgUpdate) {
        // To be written to is not to be used.
        let followed = self.orgs.lock().unwrap_or_else(PoisonError::into_inner).peek(org).cloned();
        let Some(followed) = followed else { return };
        if followed.offer(update()) && !self.make_room_for(org, followed.bytes.load(Ordering::Relaxed)) {
            followed.give_up();
        }
    }

    fn of(&self, org: &OrgId) -> Arc<Followed> {
        let mut orgs = self.orgs.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(orgs.get_or_insert(org.clone(), Arc::default))
    }

    /// Drops the indexes of organisations that were asked for the longest ago, until all are within the limit. Whether this
    /// one stays: alone it may be more than that.
    fn make_room_for(&self, org: &OrgId, bytes: usize) -> bool {
        if bytes > self.limit {
            return false;
        }
        let mut orgs = self.orgs.lock().unwrap_or_else(PoisonError::into_inner);
        let others = |orgs: &LruCache<OrgId, Arc<Followed>>| -> usize {
            let others = orgs.iter().filter(|(other, _)| *other != org);
            others.map(|(_, followed)| followed.bytes.load(Ordering::Relaxed)).sum()
        };
        while others(&orgs) + bytes > self.limit {
            let oldest = orgs.iter().rev().map(|(other, _)| other).find(|other| *other != org).cloned();
            let Some(oldest) = oldest else { break };
            orgs.pop(&oldest);
        }
        metrics::gauge!("plumbline_fleet_index_bytes").set((others(&orgs) + bytes) as f64);
        true
    }
}

impl Followed {
    /// Takes an update in, now or with the next question. Whether the memory of the index was counted anew.
    fn offer(&self, update: OrgUpdate) -> bool {
        // While an index is built, and while one is being asked.
        let is_there = self.index.try_read().map_or(true, |index| index.is_some());
        let is_wanted = is_there || self.reading.try_lock().is_err();
        {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if !is_wanted {
                waiting.clear();
                return false;
            }
            if waiting.values().map(|update| update.hosts.len()).sum::<usize>() > MAX_WAITING_HOSTS {
                // Nobody asks: what is missing will be read from the database.
                waiting.clear();
            }
            waiting.insert(update.from.seq, update);
        }
        // A question is being answered: the next one takes it in.
        self.index.try_write().is_ok_and(|mut index| self.take_in(&mut index))
    }

    /// Applies what waits and follows on what is known. Whether the memory of the index was counted anew.
    fn take_in(&self, index: &mut Option<OrgIndex>) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = index.as_mut() else { return false };
        let mut counted = false;
        waiting.retain(|_, update| update.to.seq > known.head().seq);
        let mut fits = true;
        while let Some(update) = waiting.remove(&known.head().seq) {
            // Otherwise the database was put back, and has given the number of the row that is known to another one.
            fits = update.from == known.head() && known.apply(&update.hosts, update.to);
            if !fits {
                break;
            }
            if self.updates.fetch_add(1, Ordering::Relaxed).is_multiple_of(UPDATES_PER_COUNT) {
                self.bytes.store(known.bytes(), Ordering::Relaxed);
                counted = true;
            }
        }
        if !fits {
            tracing::warn!("an update does not fit the index of its organisation, which is built anew");
            *index = None;
        }
        counted
    }

    /// It is too large for the limit: from now on the database answers.
    fn give_up(&self) {
        let known = self.write().take().map_or(0, |index| index.head().seq);
        *self.too_large_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
        self.bytes.store(0, Ordering::Relaxed);
    }

    /// Whether it was too large not long ago: only after many more rows of the log it may be otherwise.
    fn is_too_large(&self, seq: i64) -> bool {
        let at = *self.too_large_at.lock().unwrap_or_else(PoisonError::into_inner);
        at.is_some_and(|at| seq < at + ROWS_UNTIL_RETRY)
    }

    /// Answers from the index, if that is right at this row or a later one.
    fn ask<T, Q: Fn(&OrgIndex) -> Option<T>>(&self, head: LogHead, question: Q) -> IndexAnswer<T, Q> {
        for _ in 0..2 {
            {
                let index = self.read();
                if let Some(index) = index.as_ref().filter(|index| index.head().seq >= head.seq) {
                    return IndexAnswer::Found(question(index));
                }
            }
            self.take_in(&mut self.write());
        }
        IndexAnswer::Behind(question)
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Option<OrgIndex>> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The index to be changed. Whoever panicked over it may have left it half changed: then there is none.
    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Option<OrgIndex>> {
        self.index.write().unwrap_or_else(|poisoned| {
            let mut index = poisoned.into_inner();
            *index = None;
            self.index.clear_poison();
            index
        })
    }
}

impl Fleet {
    /// Answers a question from the index of an organisation, at the newest number of its log: whatever any process has
    /// committed before this is asked is seen. `None` when the database must answer: the index is being built, is too large
    /// for the limit, or does not have what is asked for.
    pub(crate) async fn indexed<T: Send + 'static>(
        &self,
        org: &OrgId,
        question: impl Fn(&OrgIndex) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let answer = self.ask_index(org, question).await?;
        self.indexes().answered(answer.is_some());
        Ok(answer)
    }

    /// How many questions were answered by indexes in memory and by the database.
    pub fn index_statistics(&self) -> IndexStatistics {
        self.indexes().statistics()
    }

    async fn ask_index<T: Send + 'static>(
        &self,
        org: &OrgId,
        question: impl Fn(&OrgIndex) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let indexes = self.indexes();
        if indexes.limit == 0 {
            return Ok(None);
        }
        let followed = indexes.of(org);
        let known = followed.read().as_ref().map(OrgIndex::head);
        let head = self.log_head(org).await?;
        if known.is_some_and(|known| known.seq > head.seq || (known.seq == head.seq && known != head)) {
            // The database was put back to an earlier state.
            *followed.write() = None;
        }
        if followed.is_too_large(head.seq) {
            return Ok(None);
        }
        let answer = match followed.answer(head, question).await? {
            IndexAnswer::Found(answer) => answer,
            IndexAnswer::Behind(question) => {
                let bringing = tokio::spawn(self.clone().bring(org.clone(), Arc::clone(&followed), head));
                match tokio::time::timeout(PATIENCE, bringing).await {
                    Ok(brought) => brought.map_err(|stopped| Error::internal(&stopped))??,
                    Err(_) => return Ok(None),
                }
                match followed.answer(head, question).await? {
                    IndexAnswer::Found(answer) => answer,
                    IndexAnswer::Behind(_) => None,
                }
            }
        };
        Ok(answer)
    }

    /// Brings an index to a row of the log, or builds it.
    async fn bring(self, org: OrgId, followed: Arc<Followed>, head: LogHead) -> Result<()> {
        let _alone = followed.reading.lock().await;
        let known = followed.read().as_ref().map(OrgIndex::head);
        if known.is_some_and(|known| known.seq >= head.seq) {
            return Ok(());
        }
        if let Some(known) = known {
            let mut tx = self.db().snapshot_by_key().await?;
            if let Some((hosts, to)) = read::updates(&mut tx, &org, known).await? {
                let mut index = followed.write();
                // What this process committed meanwhile may have been taken in.
                if let Some(there) = index.as_mut().filter(|there| there.head() == known)
                    && there.apply(&hosts, to)
                {
                    followed.take_in(&mut index);
                    return Ok(());
                }
                if index.as_ref().is_some_and(|there| there.head().seq >= head.seq) {
                    return Ok(());
                }
                *index = None;
            }
        }
        self.build_index(&org, &followed).await
    }

    async fn build_index(&self, org: &OrgId, followed: &Followed) -> Result<()> {
        let mut tx = self.db().snapshot().await?;
        let built = read::build(&mut tx, org).await?;
        drop(tx);
        let bytes = built.bytes();
        followed.bytes.store(bytes, Ordering::Relaxed);
        let fits = self.indexes().make_room_for(org, bytes);
        tracing::debug!(%org, hosts = built.len(), bytes, fits, "index built");
        if fits {
            let mut index = followed.write();
            *index = Some(built);
            followed.take_in(&mut index);
        } else {
            *followed.write() = Some(built);
            followed.give_up();
        }
        Ok(())
    }
}

enum IndexAnswer<T, Q> {
    Found(Option<T>),
    /// The index is not there yet: the question is given back.
    Behind(Q),
}

impl Followed {
    async fn answer<T: Send + 'static, Q: Fn(&OrgIndex) -> Option<T> + Send + 'static>(
        self: &Arc<Self>,
        head: LogHead,
        question: Q,
    ) -> Result<IndexAnswer<T, Q>> {
        let large = self.read().as_ref().is_some_and(|index| index.len() > MAX_HOSTS_IN_PLACE);
        if !large {
            return Ok(self.ask(head, question));
        }
        let followed = Arc::clone(self);
        let work = move || followed.ask(head, question);
        tokio::task::spawn_blocking(work).await.map_err(|stopped| Error::internal(&stopped))
    }
}
