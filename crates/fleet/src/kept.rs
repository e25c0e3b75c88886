//! Things in memory under a limit.

use std::hash::Hash;

use lru::LruCache;

/// Things in memory under a limit of bytes; the one that was not used for the longest time goes first.
pub struct Kept<K: Hash + Eq, V> {
    things: LruCache<K, (V, usize)>,
    bytes: usize,
    limit: usize,
}

impl<K: Hash + Eq, V> Kept<K, V> {
    /// Nothing yet; `limit` is in bytes.
    pub fn new(limit: usize) -> Self {
        Self { things: LruCache::unbounded(), bytes: 0, limit }
    }

    /// The most bytes.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The thing, which counts as used by that.
    pub fn get(&mut self, key: &K) -> Option<&V> {
        self.things.get(key).map(|(thing, _)| thing)
    }

    /// Keeps a thing of so many bytes, in place of the one that was there.
    pub fn put(&mut self, key: K, thing: V, bytes: usize) {
        self.bytes += bytes;
        if let Some((_, replaced)) = self.things.put(key, (thing, bytes)) {
            self.bytes -= replaced;
        }
        while self.bytes > self.limit {
            let Some((_, (_, dropped))) = self.things.pop_lru() else { break };
            self.bytes -= dropped;
        }
    }

    /// Drops the things with such keys.
    pub fn forget(&mut self, is_such: impl Fn(&K) -> bool)
    where
        K: Clone,
    {
        let such: Vec<K> = self.things.iter().map(|(key, _)| key.clone()).filter(is_such).collect();
        for key in such {
            if let Some((_, dropped)) = self.things.pop(&key) {
                self.bytes -= dropped;
            }
        }
    }
}

impl<K: Hash + Eq, V> std::fmt::Debug for Kept<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kept({} things, {} of {} bytes)", self.things.len(), self.bytes, self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_goes_and_the_bytes_are_counted() {
        let mut kept = Kept::new(10);
        kept.put("a", 1, 4);
        kept.put("b", 2, 4);
        assert_eq!(kept.get(&"a"), Some(&1));
        kept.put("c", 3, 4);
        assert_eq!(["a", "b", "c"].map(|key| kept.get(&key).copied()), [Some(1), None, Some(3)]);
        kept.put("a", 4, 1);
        assert_eq!((kept.get(&"a").copied(), kept.bytes), (Some(4), 5));
        kept.put("d", 5, 11);
        assert_eq!((kept.get(&"d").copied(), kept.bytes), (None, 0));
    }
}
