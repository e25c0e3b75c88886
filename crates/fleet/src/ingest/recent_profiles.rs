//! Hashes of raw profiles that were stored lately.

use std::{
    num::NonZeroUsize,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use lru::LruCache;

/// Hashes kept; about 80 bytes each.
const MAX_HASHES: NonZeroUsize = NonZeroUsize::MIN.saturating_add(262_143);

/// Which raw profiles this process has stored lately, by hash, and whether the last batch brought any. A guess about what
/// comes next and nothing more: what is known here is still compared with what is stored.
pub(crate) struct RecentProfileHashes {
    hashes: Mutex<LruCache<u128, ()>>,
    quiet: AtomicBool,
}

impl RecentProfileHashes {
    pub(crate) fn new() -> Self {
        Self { hashes: Mutex::new(LruCache::unbounded()), quiet: AtomicBool::new(false) }
    }

    /// Whether the last batch was mostly machines that had nothing new, so that the next one most likely is: also after
    /// a start, when no hash is known yet.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet.load(Ordering::Relaxed)
    }

    /// A batch was stored in which so many of all reports had nothing new.
    pub(crate) fn batch(&self, unchanged: usize, all: usize) {
        self.quiet.store(unchanged * 2 > all, Ordering::Relaxed);
    }

    /// `hash` has 32 hexadecimal digits.
    pub(crate) fn contains(&self, hash: &str) -> bool {
        let known = |hash| self.hashes.lock().unwrap_or_else(PoisonError::into_inner).get(&hash).is_some();
        u128::from_str_radix(hash, 16).is_ok_and(known)
    }

    pub(crate) fn insert(&self, hash: &str) {
        let Ok(hash) = u128::from_str_radix(hash, 16) else { return };
        let mut recent = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        recent.put(hash, ());
        // The memory grows with what is remembered, not with what might be.
        if recent.len() > MAX_HASHES.get() {
            recent.pop_lru();
        }
    }
}
