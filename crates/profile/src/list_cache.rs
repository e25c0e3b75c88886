//! A memory of lists that passed.

use std::{
    fmt,
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
};

use lru::LruCache;

use crate::Digest;

/// The lists most recently found valid, by the digest of the bytes they came in. Machines report the same lists
/// over and over: bytes seen before need neither validation nor sorting. Shared by all threads that parse.
pub struct ListCache(Mutex<LruCache<Digest, Digests>>);

/// The two digests of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digests {
    pub(crate) canonical: Digest,
    pub(crate) content: Digest,
}

impl ListCache {
    /// A memory for at most `capacity` lists, about 100 bytes each; the least recently used is forgotten first.
    pub fn new(capacity: NonZeroUsize) -> Self {
        Self(Mutex::new(LruCache::new(capacity)))
    }

    pub(crate) fn get(&self, raw: Digest) -> Option<Digests> {
        self.lists().get(&raw).copied()
    }

    /// Remembers a list. Only valid ones may be given: what is found here is not checked again.
    pub(crate) fn put(&self, raw: Digest, digests: Digests) {
        self.lists().put(raw, digests);
    }

    /// A thread that panicked while it held the lock left whole entries behind.
    fn lists(&self) -> MutexGuard<'_, LruCache<Digest, Digests>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ListCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seen({} lists)", self.lists().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_list_is_forgotten_first() {
        let seen = ListCache::new(NonZeroUsize::new(2).unwrap());
        let digest = |byte| Digest([byte; 16]);
        let digests = Digests { canonical: digest(0), content: digest(0) };
        seen.put(digest(1), digests);
        seen.put(digest(2), digests);
        assert_eq!(seen.get(digest(1)), Some(digests));
        seen.put(digest(3), digests);
        assert_eq!(seen.get(digest(2)), None);
        assert_eq!(format!("{seen:?}"), "Seen(2 lists)");
    }
}
