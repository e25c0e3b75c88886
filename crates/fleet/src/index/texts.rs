//! Texts of hosts in one arena, so that a part of a text is found by one search through memory.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
};

use lru::LruCache;
use memchr::{memchr, memmem};
use roaring::RoaringBitmap;

use crate::Pattern;

/// Ends a text; no UTF-8 text has such a byte, so that nothing is found across two of them.
const END: u8 = 0xff;
/// The place of a slot without a text.
const NONE: u32 = u32::MAX;
/// Bytes of replaced texts that are not worth cleaning up.
const FEW_BYTES: usize = 1 << 16;
/// Patterns whose slots are kept.
const KEPT_PATTERNS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(15);
/// No longer pattern is kept.
const LONGEST_KEPT_PATTERN: usize = 256;

/// The texts, each behind the one that was set before it; those that were replaced stay until half of the arena is theirs.
#[derive(Default)]
pub(super) struct Texts {
    arena: Vec<u8>,
    /// Where each text begins, and whose it is: in the order of the arena.
    entries: Vec<(u32, u32)>,
    /// Where the text of each slot begins.
    begins: Vec<u32>,
    /// Bytes of texts that were replaced.
    dead: usize,
    found: PatternCache,
}

/// The slots of the patterns that were asked for last. Hosts report all the time, and hardly ever with another name: while no text
/// changes, the pages of one question need its texts searched once.
struct PatternCache(Mutex<LruCache<Pattern, RoaringBitmap>>);

impl Default for PatternCache {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(KEPT_PATTERNS)))
    }
}

impl PatternCache {
    fn get_or_search(&self, pattern: &Pattern, search: impl FnOnce() -> RoaringBitmap) -> RoaringBitmap {
        if pattern.pieces().iter().map(String::len).sum::<usize>() > LONGEST_KEPT_PATTERN {
            return search();
        }
        if let Some(known) = self.kept().get(pattern) {
            return known.clone();
        }
        let found = search();
        self.kept().put(pattern.clone(), found.clone());
        found
    }

    fn forget(&mut self) {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn bytes(&self) -> usize {
        self.kept().iter().map(|(_, slots)| slots.serialized_size() + LONGEST_KEPT_PATTERN).sum()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, LruCache<Pattern, RoaringBitmap>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Texts {
    /// Gives a slot a text, or none.
    pub(super) fn set(&mut self, slot: u32, text: Option<&str>) {
        let old = self.get(slot);
        if old == text.map(str::as_bytes) {
            return;
        }
        self.dead += old.map_or(0, |old| old.len() + 1);
        self.found.forget();
        let place = slot as usize;
        if self.begins.len() <= place {
            self.begins.resize(place + 1, NONE);
        }
        self.begins[place] = NONE;
        if let Some(text) = text {
            self.push(slot, text.as_bytes());
        }
        if self.dead > FEW_BYTES && self.dead > self.arena.len() / 2 {
            self.compact();
        }
    }

    fn push(&mut self, slot: u32, text: &[u8]) {
        let begin = self.arena.len() as u32;
        self.begins[slot as usize] = begin;
        self.entries.push((begin, slot));
        self.arena.extend_from_slice(text);
        self.arena.push(END);
    }

    fn compact(&mut self) {
        let old = std::mem::take(self);
        self.begins = vec![NONE; old.begins.len()];
        for &(begin, slot) in &old.entries {
            if old.begins[slot as usize] == begin {
                self.push(slot, old.at(begin));
            }
        }
    }

    /// The text of a slot.
    pub(super) fn get(&self, slot: u32) -> Option<&[u8]> {
        let begin = *self.begins.get(slot as usize)?;
        (begin != NONE).then(|| self.at(begin))
    }

    fn at(&self, begin: u32) -> &[u8] {
        let text = self.arena.get(begin as usize..).unwrap_or_default();
        &text[..memchr(END, text).unwrap_or(text.len())]
    }

    /// The slots whose text is so.
    pub(super) fn like(&self, pattern: &Pattern) -> RoaringBitmap {
        self.found.get_or_search(pattern, || self.search(pattern))
    }

    fn search(&self, pattern: &Pattern) -> RoaringBitmap {
        let pieces = pattern.pieces();
        if let ([piece], false) = (pieces, pattern.is_whole()) {
            return self.matching(piece, |_| true);
        }
        let longest = pieces.iter().max_by_key(|piece| piece.len()).map_or("", String::as_str);
        self.matching(longest, |begin| {
            std::str::from_utf8(self.at(begin)).is_ok_and(|text| pattern.matches(text))
        })
    }

    /// The slots with exactly this text.
    pub(super) fn equal(&self, text: &str) -> RoaringBitmap {
        self.matching(text, |begin| self.at(begin) == text.as_bytes())
    }

    /// Those texts that have this piece, and whose beginning passes.
    fn matching(&self, piece: &str, passes: impl Fn(u32) -> bool) -> RoaringBitmap {
        let finder = memmem::Finder::new(piece.as_bytes());
        let mut found = Vec::new();
        let (mut at, mut next) = (0, 0);
        while next < self.entries.len() {
            let Some(offset) = finder.find(&self.arena[at..]) else { break };
            let place = at + offset;
            next = self.first_behind(place, next);
            let (begin, slot) = self.entries[next - 1];
            if self.begins[slot as usize] == begin && passes(begin) {
                found.push(slot);
            }
            at = self.entries.get(next).map_or(self.arena.len(), |(begin, _)| *begin as usize);
        }
        found.sort_unstable();
        // Each slot has one text, so that none is there twice.
        RoaringBitmap::from_sorted_iter(found).unwrap_or_default()
    }

    /// The first entry from `from` on that begins behind a place. It is near where many texts are found, so that steps are
    /// doubled until they go too far.
    fn first_behind(&self, place: usize, from: usize) -> usize {
        let begins_before = |(begin, _): &(u32, u32)| *begin as usize <= place;
        let (mut from, mut step) = (from, 1);
        while self.entries.get(from + step - 1).is_some_and(begins_before) {
            (from, step) = (from + step, 2 * step);
        }
        let end = (from + step).min(self.entries.len());
        from + self.entries[from..end].partition_point(begins_before)
    }

    pub(super) fn bytes(&self) -> usize {
        self.arena.capacity() + self.entries.capacity() * 8 + self.begins.capacity() * 4 + self.found.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &Texts, pieces: &[&str]) -> Vec<u32> {
        texts.like(&Pattern::containing(&pieces.join("*"))).iter().collect()
    }

    #[test]
    fn parts_are_found_in_their_order_and_never_across_two_texts() {
        let mut texts = Texts::default();
        for (slot, text) in [(3, "web-1.example"), (0, "db-1.example"), (1, ""), (2, "web-web")] {
            texts.set(slot, Some(text));
        }
        assert_eq!(found(&texts, &["web"]), [2, 3]);
        assert_eq!(found(&texts, &["web", "web"]), [2]);
        assert_eq!(found(&texts, &["1", "ex"]), [0, 3]);
        assert_eq!(found(&texts, &["ex", "1"]), [0_u32; 0]);
        assert_eq!(found(&texts, &["", ""]), [0, 1, 2, 3]);
        assert_eq!(found(&texts, &["exampledb"]), [0_u32; 0]);
        let whole = |pieces: &[&str]| {
            texts.like(&Pattern::made_of(pieces.iter().copied())).iter().collect::<Vec<_>>()
        };
        assert_eq!(whole(&["web", ""]), [2, 3]);
        assert_eq!(whole(&["", ".example"]), [0, 3]);
        assert_eq!((whole(&["web"]), whole(&[""]), whole(&["web-web"])), (vec![], vec![1], vec![2]));
        assert_eq!(texts.equal("web-web").iter().collect::<Vec<_>>(), [2]);
        assert!(texts.equal("web").is_empty());
        assert_eq!(texts.equal("").iter().collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn a_replaced_text_is_not_found_any_more_and_its_room_is_used_again() {
        let mut texts = Texts::default();
        for round in 0..4_000_u32 {
            texts.set(0, Some(&format!("a long enough name of round {round}")));
            texts.set(1, Some("stays"));
        }
        assert_eq!(found(&texts, &["round"]), [0]);
        assert_eq!(texts.get(1), Some(&b"stays"[..]));
        assert!(texts.arena.len() < 3 * FEW_BYTES, "{}", texts.arena.len());
        texts.set(0, None);
        assert_eq!((found(&texts, &[""]), texts.get(0)), (vec![1], None));
    }
}
