//! A column of values that many hosts share: each value once, with the bitmap of its hosts.

use std::{collections::HashMap, hash::Hash};

use roaring::RoaringBitmap;

/// The code of a slot without a value.
const NONE: u32 = u32::MAX;

/// A dictionary-coded column, inverted: from a value to its hosts, and from a host to its value.
pub(super) struct Dictionary<K> {
    codes: HashMap<K, u32>,
    values: Vec<Option<(K, RoaringBitmap)>>,
    free: Vec<u32>,
    /// The code of each slot.
    column: Vec<u32>,
}

impl<K> Default for Dictionary<K> {
    fn default() -> Self {
        Self { codes: HashMap::new(), values: Vec::new(), free: Vec::new(), column: Vec::new() }
    }
}

impl<K: Hash + Eq + Clone> Dictionary<K> {
    /// Gives a slot a value, or none.
    pub(super) fn set(&mut self, slot: u32, value: Option<&K>) {
        if self.get(slot) == value {
            return;
        }
        let place = slot as usize;
        if self.column.len() <= place {
            self.column.resize(place + 1, NONE);
        }
        let old = std::mem::replace(&mut self.column[place], NONE);
        if let Some(known) = self.values.get_mut(old as usize)
            && let Some((key, hosts)) = known
        {
            hosts.remove(slot);
            if hosts.is_empty() {
                self.codes.remove(key);
                *known = None;
                self.free.push(old);
            }
        }
        let Some(value) = value else { return };
        let code = match self.codes.get(value) {
            Some(code) => *code,
            None => self.add(value.clone()),
        };
        self.column[place] = code;
        if let Some(Some((_, hosts))) = self.values.get_mut(code as usize) {
            hosts.insert(slot);
        }
    }

    fn add(&mut self, value: K) -> u32 {
        let code = self.free.pop().unwrap_or(self.values.len() as u32);
        self.codes.insert(value.clone(), code);
        let entry = Some((value, RoaringBitmap::new()));
        match self.values.get_mut(code as usize) {
            Some(place) => *place = entry,
            None => self.values.push(entry),
        }
        code
    }

    /// The value of a slot.
    pub(super) fn get(&self, slot: u32) -> Option<&K> {
        let code = *self.column.get(slot as usize)?;
        self.values.get(code as usize)?.as_ref().map(|(value, _)| value)
    }

    /// Whether two slots have the same value.
    pub(super) fn same(&self, a: u32, b: u32) -> bool {
        let code = |slot: u32| self.column.get(slot as usize).copied().unwrap_or(NONE);
        code(a) == code(b)
    }

    /// The hosts with a value.
    pub(super) fn hosts(&self, value: &K) -> Option<&RoaringBitmap> {
        let code = *self.codes.get(value)?;
        self.values.get(code as usize)?.as_ref().map(|(_, hosts)| hosts)
    }

    /// Every value with its hosts, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &RoaringBitmap)> {
        self.values.iter().flatten().map(|(value, hosts)| (value, hosts))
    }

    /// The hosts with one of the values that are wanted.
    pub(super) fn union(&self, wanted: impl Fn(&K) -> bool) -> RoaringBitmap {
        self.iter()
            .filter(|(value, _)| wanted(value))
            .fold(RoaringBitmap::new(), |all, (_, hosts)| all | hosts)
    }

    /// About how many bytes it takes; `value_bytes` says so of a value.
    pub(super) fn bytes(&self, value_bytes: impl Fn(&K) -> usize) -> usize {
        let entry =
            |(value, hosts): (&K, &RoaringBitmap)| 2 * value_bytes(value) + 96 + hosts.serialized_size();
        self.column.capacity() * 4 + self.iter().map(entry).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_by_its_hosts_and_goes_with_the_last_of_them() {
        let mut systems = Dictionary::default();
        systems.set(0, Some(&"RHEL 9"));
        systems.set(5, Some(&"RHEL 9"));
        systems.set(2, Some(&"RHEL 8"));
        assert_eq!(systems.hosts(&"RHEL 9").map(|hosts| hosts.iter().collect()), Some(vec![0, 5]));
        assert!(systems.same(0, 5) && !systems.same(0, 2) && systems.same(1, 99));
        systems.set(2, Some(&"RHEL 9"));
        assert_eq!((systems.hosts(&"RHEL 8"), systems.iter().count()), (None, 1));
        systems.set(2, None);
        systems.set(7, Some(&"Debian"));
        assert_eq!((systems.get(2), systems.get(7)), (None, Some(&"Debian")));
        assert_eq!(systems.union(|_| true).len(), 3);
    }
}
