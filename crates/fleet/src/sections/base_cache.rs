//! The sections that others are deltas of, in memory.

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use ground::OrgId;
use lru::LruCache;
use profile::Digest;
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use crate::{
    WeightedLru,
    sections::{compressor::LEVEL, similarity::MinHash},
};

/// Bases of one kind that an organisation chooses from: the most recently used.
const MAX_BASES_OF_A_KIND: usize = 64;

/// Content of this many bytes or more, above all package lists, is most of what is stored.
pub(super) const LONG_BYTES: usize = 2_048;

/// A section that others are deltas of, prepared in both directions.
pub(super) struct Base {
    pub(super) encoder: EncoderDictionary<'static>,
    pub(super) decoder: DecoderDictionary<'static>,
    size: usize,
}

impl Base {
    pub(super) fn new(json: &[u8]) -> Self {
        Self {
            encoder: EncoderDictionary::copy(json, LEVEL),
            decoder: DecoderDictionary::copy(json),
            size: json.len(),
        }
    }
}

type Key = (OrgId, Digest);

/// What is kept in memory of stored sections: bases, which of them there are to choose from, and the texts written or
/// read last. All under limits.
pub(crate) struct BaseCache(Mutex<Inner>);

struct Inner {
    texts: WeightedLru<Key, Arc<str>>,
    prepared: WeightedLru<Key, Arc<Base>>,
    /// By organisation and kind, the most recently used at the end.
    choice: LruCache<(OrgId, u8), Vec<(MinHash, Digest)>>,
    /// The organisation's count of collections when its entries were made: when it has moved, a base may be gone.
    epochs: HashMap<OrgId, i64>,
}

impl BaseCache {
    /// Both limits are in bytes of content; a prepared base takes a few times its content.
    pub(crate) fn new(limit: usize, texts: usize) -> Self {
        let many = NonZeroUsize::MIN.saturating_add(999);
        Self(Mutex::new(Inner {
            texts: WeightedLru::new(texts),
            prepared: WeightedLru::new(limit),
            choice: LruCache::new(many),
            epochs: HashMap::new(),
        }))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn text(&self, org: &OrgId, digest: Digest) -> Option<Arc<str>> {
        self.lock().texts.get(&(org.clone(), digest)).cloned()
    }

    pub(super) fn keep_text(&self, org: &OrgId, digest: Digest, text: Arc<str>) {
        let bytes = text.len() + size_of::<Key>();
        self.lock().texts.put((org.clone(), digest), text, bytes);
    }

    pub(super) fn get(&self, org: &OrgId, digest: Digest) -> Option<Arc<Base>> {
        self.lock().prepared.get(&(org.clone(), digest)).cloned()
    }

    pub(super) fn put(&self, org: &OrgId, digest: Digest, base: Arc<Base>) {
        let bytes = base.size;
        self.lock().prepared.put((org.clone(), digest), base, bytes);
    }

    /// The base most like a section, and how much of their sketches they share.
    pub(super) fn similar(&self, org: &OrgId, kind: u8, wanted: &BaseSearch) -> Option<(usize, Digest)> {
        let mut inner = self.lock();
        let choice = inner.choice.get_mut(&(org.clone(), kind))?;
        let (common, place) = wanted.best(choice.iter().map(|(sketch, _)| sketch))?;
        // The most recently used stands at the end.
        choice[place..].rotate_left(1);
        choice.last().map(|(_, digest)| (common, *digest))
    }

    fn offer(&self, org: OrgId, kind: u8, sketch: MinHash, digest: Digest) {
        let mut inner = self.lock();
        let choice = inner.choice.get_or_insert_mut((org, kind), Vec::new);
        if choice.iter().all(|(_, known)| *known != digest) {
            choice.push((sketch, digest));
            choice.drain(..choice.len().saturating_sub(MAX_BASES_OF_A_KIND));
        }
    }

    /// Forgets what may have been collected. Called under the organisation's lock.
    pub(crate) fn at_epoch(&self, org: &OrgId, collected: i64) {
        let mut inner = self.lock();
        if inner.epochs.insert(org.clone(), collected).is_some_and(|known| known != collected) {
            let gone: Vec<_> =
                inner.choice.iter().map(|(key, _)| key.clone()).filter(|key| key.0 == *org).collect();
            for key in gone {
                inner.choice.pop(&key);
            }
            inner.prepared.forget(|key| key.0 == *org);
        }
    }
}

/// The sketch of a section that needs a base, and how like that must be.
pub(super) struct BaseSearch {
    pub(super) sketch: MinHash,
    least: usize,
}

impl BaseSearch {
    pub(super) fn of(json: &str) -> Self {
        // A short one saves its names against any other of its kind; of a long one a quarter should be the same.
        Self { sketch: MinHash::of(json), least: if json.len() < LONG_BYTES { 1 } else { 4 } }
    }

    /// The most like of some sketches, of several the last: how much is shared, and its place.
    fn best<'s>(&self, sketches: impl Iterator<Item = &'s MinHash>) -> Option<(usize, usize)> {
        let common = sketches.map(|sketch| self.sketch.in_common(sketch)).zip(0..);
        common.filter(|(common, _)| *common >= self.least).max()
    }
}

/// The sections that a transaction stores whole: they serve others only once it is committed.
#[derive(Default)]
pub(crate) struct NewBases(pub(super) Vec<NewBase>);

pub(super) struct NewBase {
    pub(super) org: OrgId,
    pub(super) kind: u8,
    pub(super) sketch: MinHash,
    pub(super) digest: Digest,
    pub(super) json: Arc<str>,
    /// Once another section of the same transaction is a delta of it.
    pub(super) base: Option<Arc<Base>>,
}

impl NewBases {
    /// Call after the commit.
    pub(crate) fn publish(self, bases: &BaseCache) {
        for NewBase { org, kind, sketch, digest, base, .. } in self.0 {
            if let Some(base) = base {
                bases.put(&org, digest, base);
            }
            bases.offer(org, kind, sketch, digest);
        }
    }

    /// The one most like a section, if it is more so than `than`.
    pub(super) fn similar(
        &mut self,
        org: &OrgId,
        kind: u8,
        wanted: &BaseSearch,
        than: usize,
    ) -> Option<(Digest, Arc<Base>)> {
        let mut made: Vec<&mut NewBase> =
            self.0.iter_mut().filter(|made| made.kind == kind && made.org == *org).collect();
        let (common, place) = wanted.best(made.iter().map(|made| &made.sketch))?;
        let made = made.get_mut(place).filter(|_| common > than)?;
        let base = made.base.get_or_insert_with(|| Arc::new(Base::new(made.json.as_bytes())));
        Some((made.digest, base.clone()))
    }
}
