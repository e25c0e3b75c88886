//! Profiles that were stored lately.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
};

use lru::LruCache;

/// How many are remembered: about 50 bytes each.
const MOST: NonZeroUsize = NonZeroUsize::MIN.saturating_add(262_143);

/// Which raw profiles this process has stored lately, by hash. A guess about what comes next and nothing more: what is
/// known here is still compared with what is stored.
pub(crate) struct Recent(Mutex<LruCache<String, ()>>);

impl Recent {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(LruCache::new(MOST)))
    }

    pub(crate) fn knows(&self, hash: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(hash).is_some()
    }

    pub(crate) fn note(&self, hash: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(hash.to_owned(), ());
    }
}
