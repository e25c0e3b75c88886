//! What is kept in memory for each organisation that somebody asks about.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use ground::OrgId;
use lru::LruCache;

/// Organisations of which something is kept.
const MAX_ORGS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(99);

/// Something whose memory is counted.
pub(crate) trait Measured {
    /// About how many bytes it takes.
    fn bytes(&self) -> usize;
}

/// One thing an organisation, empty at first. All together stay within a quarter of the memory for indexes.
pub(crate) struct OrgCache<T> {
    limit: usize,
    orgs: Mutex<LruCache<OrgId, Arc<tokio::sync::Mutex<T>>>>,
}

impl<T: Default + Measured> OrgCache<T> {
    pub(crate) fn new(index_memory: usize) -> Self {
        Self { limit: index_memory / 4, orgs: Mutex::new(LruCache::new(MAX_ORGS)) }
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    pub(super) fn of(&self, org: &OrgId) -> Arc<tokio::sync::Mutex<T>> {
        let mut orgs = self.orgs.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(orgs.get_or_insert(org.clone(), Arc::default))
    }

    /// Drops what was asked for the longest ago, until this organisation has room for so many bytes. Alone it may have more.
    pub(super) fn make_room(&self, org: &OrgId, bytes: usize) {
        let mut left = self.limit.saturating_sub(bytes);
        let mut orgs = self.orgs.lock().unwrap_or_else(PoisonError::into_inner);
        let mut too_many = Vec::new();
        for (other, kept) in orgs.iter().filter(|(other, _)| *other != org) {
            // One that is being asked is in use, and counted by who asks.
            let bytes = kept.try_lock().map_or(0, |kept| kept.bytes());
            match left.checked_sub(bytes) {
                Some(rest) => left = rest,
                None => too_many.push(other.clone()),
            }
        }
        for other in too_many {
            orgs.pop(&other);
        }
    }
}
