//! Profiles that were stored lately.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
};

use lru::LruCache;

/// How many are remembered: about 80 bytes each.
const MOST: NonZeroUsize = NonZeroUsize::MIN.saturating_add(262_143);

/// Which raw profiles this process has stored lately, by hash. A guess about what comes next and nothing more: what is
/// known here is still compared with what is stored.
pub(crate) struct Recent(Mutex<LruCache<u128, ()>>);

impl Recent {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(LruCache::unbounded()))
    }

    /// `hash` has 32 hexadecimal digits.
    pub(crate) fn knows(&self, hash: &str) -> bool {
        let known = |hash| self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&hash).is_some();
        u128::from_str_radix(hash, 16).is_ok_and(known)
    }

    pub(crate) fn note(&self, hash: &str) {
        let Ok(hash) = u128::from_str_radix(hash, 16) else { return };
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recent.put(hash, ());
        // The memory grows with what is remembered, not with what might be.
        if recent.len() > MOST.get() {
            recent.pop_lru();
        }
    }
}
