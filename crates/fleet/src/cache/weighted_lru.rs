//! An LRU cache with a limit in bytes.

use std::hash::Hash;

use lru::LruCache;

/// An LRU cache whose entries weigh bytes: the least recently used go first when the limit is exceeded.
pub struct WeightedLru<K: Hash + Eq, V> {
    entries: LruCache<K, (V, usize)>,
    bytes: usize,
    limit: usize,
}

impl<K: Hash + Eq, V> WeightedLru<K, V> {
    /// Nothing yet; `limit` is in bytes.
    pub fn new(limit: usize) -> Self {
        Self { entries: LruCache::unbounded(), bytes: 0, limit }
    }

    /// The most bytes.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The thing, which counts as used by that.
    pub fn get(&mut self, key: &K) -> Option<&V> {
        self.entries.get(key).map(|(value, _)| value)
    }

    /// Keeps a thing of so many bytes, in place of the one that was there.
    pub fn put(&mut self, key: K, value: V, bytes: usize) {
        self.bytes += bytes;
        if let Some((_, replaced)) = self.entries.put(key, (value, bytes)) {
            self.bytes -= replaced;
        }
        while self.bytes > self.limit {
            let Some((_, (_, dropped))) = self.entries.pop_lru() else { break };
            self.bytes -= dropped;
        }
    }

    /// Drops the things with such keys.
    pub fn forget(&mut self, is_such: impl Fn(&K) -> bool)
    where
        K: Clone,
    {
        let such: Vec<K> = self.entries.iter().map(|(key, _)| key.clone()).filter(is_such).collect();
        for key in such {
            if let Some((_, dropped)) = self.entries.pop(&key) {
                self.bytes -= dropped;
            }
        }
    }
}

impl<K: Hash + Eq, V> std::fmt::Debug for WeightedLru<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WeightedLru({} entries, {} of {} bytes)", self.entries.len(), self.bytes, self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_goes_and_the_bytes_are_counted() {
        let mut lru = WeightedLru::new(10);
        lru.put("a", 1, 4);
        lru.put("b", 2, 4);
        assert_eq!(lru.get(&"a"), Some(&1));
        lru.put("c", 3, 4);
        assert_eq!(["a", "b", "c"].map(|key| lru.get(&key).copied()), [Some(1), None, Some(3)]);
        lru.put("a", 4, 1);
        assert_eq!((lru.get(&"a").copied(), lru.bytes), (Some(4), 5));
        lru.put("d", 5, 11);
        assert_eq!((lru.get(&"d").copied(), lru.bytes), (None, 0));
    }
}
