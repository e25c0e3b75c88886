//! Sections of profiles: stored once for an organisation, whole or as a delta of depth one.

use std::{
    collections::{HashMap, HashSet},
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use ground::OrgId;
use lru::LruCache;
use profile::Digest;
use store::{Rows, Sql, Tx};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use crate::{
    Error, Result,
    press::{LEVEL, Press, Unpress},
    store as statement,
};

/// Content shorter than this is not worth compressing.
const SMALL: usize = 64;
/// Content that unpacks to more than this is damaged: bodies are limited long before.
const MOST: i64 = 256 << 20;

/// How a body is written: its first byte.
const RAW: u8 = 0;
const WHOLE: u8 = 1;
const DELTA: u8 = 2;

/// The kind of a sender's metadata, which is kept the same way; no section has this code.
pub(crate) const METADATA: u8 = 0x7f;

/// Content that is going to be stored.
#[derive(Debug, Clone)]
pub(crate) struct NewSection {
    pub digest: Digest,
    /// The section's code, or [`METADATA`].
    pub kind: u8,
    pub json: Arc<str>,
    /// What the host had before in its place.
    pub previous: Option<Digest>,
    /// Machines alike share this: the OS and its release.
    pub likeness: String,
}

/// A section that others are deltas of, prepared in both directions.
struct Base {
    encoder: EncoderDictionary<'static>,
    decoder: DecoderDictionary<'static>,
    size: usize,
}

impl Base {
    fn new(json: &[u8]) -> Self {
        Self {
            encoder: EncoderDictionary::copy(json, LEVEL),
            decoder: DecoderDictionary::copy(json),
            size: json.len(),
        }
    }
}

type Key = (OrgId, Digest);

/// Bases in memory, under a limit, and which of them is in use for which machines.
pub(crate) struct Bases(Mutex<Inner>);

struct Inner {
    prepared: LruCache<Key, Arc<Base>>,
    bytes: usize,
    limit: usize,
    in_use: LruCache<(OrgId, u8, String), Digest>,
    /// The organisation's count of collections when its entries were made: when it has moved, a base in use may be gone.
    epochs: HashMap<OrgId, i64>,
}

impl Bases {
    /// `limit` is in bytes of content; a prepared base takes a few times its content.
    pub(crate) fn new(limit: usize) -> Self {
        let many = NonZeroUsize::MIN.saturating_add(9_999);
        Self(Mutex::new(Inner {
            prepared: LruCache::unbounded(),
            bytes: 0,
            limit,
            in_use: LruCache::new(many),
            epochs: HashMap::new(),
        }))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, org: &OrgId, digest: Digest) -> Option<Arc<Base>> {
        self.lock().prepared.get(&(org.clone(), digest)).cloned()
    }

    fn put(&self, org: &OrgId, digest: Digest, base: Arc<Base>) {
        let mut inner = self.lock();
        inner.bytes += base.size;
        if let Some(old) = inner.prepared.put((org.clone(), digest), base) {
            inner.bytes -= old.size;
        }
        while inner.bytes > inner.limit {
            let Some((_, dropped)) = inner.prepared.pop_lru() else { break };
            inner.bytes -= dropped.size;
        }
    }

    fn in_use(&self, org: &OrgId, kind: u8, likeness: &str) -> Option<Digest> {
        self.lock().in_use.get(&(org.clone(), kind, likeness.to_owned())).copied()
    }

    fn use_for(&self, org: &OrgId, kind: u8, likeness: &str, digest: Digest) {
        self.lock().in_use.put((org.clone(), kind, likeness.to_owned()), digest);
    }

    /// Forgets what may have been collected. Called under the organisation's lock.
    pub(crate) fn at_epoch(&self, org: &OrgId, collected: i64) {
        let mut inner = self.lock();
        if inner.epochs.insert(org.clone(), collected).is_some_and(|known| known != collected) {
            let gone: Vec<_> =
                inner.in_use.iter().map(|(key, _)| key.clone()).filter(|key| key.0 == *org).collect();
            for key in gone {
                inner.in_use.pop(&key);
            }
            let gone: Vec<_> =
                inner.prepared.iter().map(|(key, _)| key.clone()).filter(|key| key.0 == *org).collect();
            for key in gone {
                if let Some(base) = inner.prepared.pop(&key) {
                    inner.bytes -= base.size;
                }
            }
        }
    }
}

/// Which bases a transaction made: they serve others only once it is committed.
#[derive(Default)]
pub(crate) struct Staged(Vec<(OrgId, u8, String, Digest, Arc<Base>)>);

impl Staged {
    /// Call after the commit.
    pub(crate) fn publish(self, bases: &Bases) {
        for (org, kind, likeness, digest, base) in self.0 {
            bases.put(&org, digest, base);
            bases.use_for(&org, kind, &likeness, digest);
        }
    }

    fn in_use(&self, org: &OrgId, kind: u8, likeness: &str) -> Option<(Digest, Arc<Base>)> {
        let made = self.0.iter().rev().find(|(o, k, l, ..)| o == org && *k == kind && l == likeness);
        made.map(|(.., digest, base)| (*digest, base.clone()))
    }
}

/// Stores those of `sections` that the organisation does not have. The caller holds the organisation's lock, so that
/// nothing found here can be collected before the commit.
pub(crate) async fn put(
    tx: &mut Tx,
    bases: &Bases,
    staged: &mut Staged,
    org: &OrgId,
    sections: Vec<NewSection>,
) -> Result<()> {
    // A base in use may have been collected since: only what is stored now may become one.
    let alike: Vec<Option<Digest>> =
        sections.iter().map(|section| bases.in_use(org, section.kind, &section.likeness)).collect();
    let asked: HashSet<Digest> = sections
        .iter()
        .flat_map(|section| [Some(section.digest), section.previous])
        .chain(alike.iter().copied())
        .flatten()
        .collect();
    if asked.is_empty() {
        return Ok(());
    }
    let rows = Rows::new().column(asked.iter().map(|digest| digest.0.to_vec()));
    let known = tx.fetch_all(Sql::new(statement::SECTIONS_KNOWN).bind(org).rows(rows)).await?;
    let mut base_of: HashMap<Digest, Option<Digest>> = HashMap::new();
    for row in known {
        base_of.insert(digest(row.get(0)?)?, row.get::<Option<Vec<u8>>>(1)?.map(digest).transpose()?);
    }
    // Of a section that is whole, itself; of a delta, what it stands on.
    let base = |stored: Option<Digest>| stored.and_then(|at| base_of.get(&at).map(|base| base.unwrap_or(at)));
    let mut given = HashSet::new();
    let missing: Vec<_> = sections
        .into_iter()
        .zip(alike)
        .filter(|(section, _)| !base_of.contains_key(&section.digest) && given.insert(section.digest))
        .map(|(section, alike)| {
            let bases = [base(section.previous), base(alike)];
            (section, bases)
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let wanted: HashSet<Digest> = missing
        .iter()
        .filter(|(section, _)| section.json.len() >= SMALL)
        .flat_map(|(_, bases)| bases.iter().flatten().copied())
        .collect();
    let loaded = load_bases(tx, bases, org, &wanted).await?;

    let mut new = NewRows::default();
    let mut press = Press::new()?;
    for (section, bases) in &missing {
        let mut candidates: Vec<(Digest, Arc<Base>)> = bases
            .iter()
            .flatten()
            .filter_map(|digest| Some((*digest, loaded.get(digest)?.clone())))
            .collect();
        candidates.extend(staged.in_use(org, section.kind, &section.likeness));
        candidates.dedup_by_key(|(digest, _)| *digest);
        let (base, body) = encode(&mut press, section.json.as_bytes(), &candidates)?;
        if base.is_none() && body[0] == WHOLE {
            let made = Arc::new(Base::new(section.json.as_bytes()));
            staged.0.push((org.clone(), section.kind, section.likeness.clone(), section.digest, made));
        }
        new.push(section, base, body);
    }
    tx.execute(Sql::new(statement::PUT_SECTIONS).bind(org).rows(new.rows())).await?;
    Ok(())
}

#[derive(Default)]
struct NewRows {
    digests: Vec<Vec<u8>>,
    kinds: Vec<i64>,
    bases: Vec<Option<Vec<u8>>>,
    sizes: Vec<i64>,
    bodies: Vec<Vec<u8>>,
}

impl NewRows {
    fn push(&mut self, section: &NewSection, base: Option<Digest>, body: Vec<u8>) {
        self.digests.push(section.digest.0.to_vec());
        self.kinds.push(i64::from(section.kind));
        self.bases.push(base.map(|base| base.0.to_vec()));
        self.sizes.push(section.json.len() as i64);
        self.bodies.push(body);
    }

    fn rows(self) -> Rows {
        Rows::new()
            .column(self.digests)
            .column(self.kinds)
            .column(self.bases)
            .column(self.sizes)
            .column(self.bodies)
    }
}

/// The shortest form: a delta when one saves at least half of what the whole would take.
fn encode(
    press: &mut Press,
    json: &[u8],
    bases: &[(Digest, Arc<Base>)],
) -> Result<(Option<Digest>, Vec<u8>)> {
    if json.len() < SMALL {
        return Ok((None, with_form(RAW, json)));
    }
    let mut best: Option<(Digest, Vec<u8>)> = None;
    for (digest, base) in bases {
        let delta = press.delta(json, &base.encoder)?;
        // A sixteenth is better than any whole will be: no need to look further.
        if delta.len() <= json.len() / 16 {
            return Ok((Some(*digest), with_form(DELTA, delta)));
        }
        if best.as_ref().is_none_or(|(_, shortest)| delta.len() < shortest.len()) {
            best = Some((*digest, delta.to_vec()));
        }
    }
    let whole = press.whole(json)?;
    match best {
        Some((digest, delta)) if delta.len() * 2 <= whole.len() => {
            Ok((Some(digest), with_form(DELTA, &delta)))
        }
        _ => Ok((None, with_form(WHOLE, whole))),
    }
}

fn with_form(form: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len() + 1);
    bytes.push(form);
    bytes.extend(body);
    bytes
}

/// The prepared bases among `wanted`; those not in memory are read.
async fn load_bases(
    tx: &mut Tx,
    bases: &Bases,
    org: &OrgId,
    wanted: &HashSet<Digest>,
) -> Result<HashMap<Digest, Arc<Base>>> {
    let mut loaded: HashMap<_, _> =
        wanted.iter().filter_map(|digest| Some((*digest, bases.get(org, *digest)?))).collect();
    let unread: Vec<_> = wanted.iter().filter(|digest| !loaded.contains_key(*digest)).copied().collect();
    let read = read(tx, org, unread).await?;
    let mut unpress = Unpress::new()?;
    for (digest, stored) in read {
        if let Stored { base: None, body, size } = stored {
            let base = Arc::new(Base::new(unpack(&mut unpress, &body, size, None)?.as_bytes()));
            bases.put(org, digest, base.clone());
            loaded.insert(digest, base);
        }
    }
    Ok(loaded)
}

struct Stored {
    base: Option<Digest>,
    size: usize,
    body: Vec<u8>,
}

async fn read(tx: &mut Tx, org: &OrgId, digests: Vec<Digest>) -> Result<Vec<(Digest, Stored)>> {
    if digests.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Rows::new().column(digests.into_iter().map(|digest| digest.0.to_vec()));
    let found = tx.fetch_all(Sql::new(statement::SECTIONS).bind(org).rows(rows)).await?;
    found
        .into_iter()
        .map(|row| {
            let base = row.get::<Option<Vec<u8>>>(1)?.map(digest).transpose()?;
            let size: i64 = row.get(2)?;
            if !(0..=MOST).contains(&size) {
                return Err(Error::damaged(format!("a section claims {size} bytes")));
            }
            Ok((digest(row.get(0)?)?, Stored { base, size: size as usize, body: row.get(3)? }))
        })
        .collect()
}

fn unpack(unpress: &mut Unpress, body: &[u8], size: usize, base: Option<&Base>) -> Result<String> {
    let (form, packed) = body.split_first().ok_or_else(|| Error::damaged("a section is empty"))?;
    let bytes = match (*form, base) {
        (RAW, _) => packed.to_vec(),
        (WHOLE, _) => unpress.whole(packed, size)?,
        (DELTA, Some(base)) => unpress.delta(packed, size, &base.decoder)?,
        (DELTA, None) => return Err(Error::damaged("the base of a section is missing")),
        (other, _) => return Err(Error::damaged(format!("a section has form {other}"))),
    };
    String::from_utf8(bytes).map_err(|_| Error::damaged("a section is not UTF-8"))
}

/// The content of sections, by digest. What is not stored is not in the answer.
pub(crate) async fn load(
    tx: &mut Tx,
    bases: &Bases,
    org: &OrgId,
    digests: Vec<Digest>,
) -> Result<HashMap<Digest, Arc<str>>> {
    let wanted: HashSet<_> = digests.into_iter().collect();
    let stored = read(tx, org, wanted.into_iter().collect()).await?;
    let needed: HashSet<_> = stored.iter().filter_map(|(_, stored)| stored.base).collect();
    let prepared = load_bases(tx, bases, org, &needed).await?;
    let mut unpress = Unpress::new()?;
    stored
        .into_iter()
        .map(|(digest, Stored { base, size, body })| {
            let base = base.and_then(|base| prepared.get(&base));
            Ok((digest, unpack(&mut unpress, &body, size, base.map(AsRef::as_ref))?.into()))
        })
        .collect()
}

pub(crate) fn digest(bytes: Vec<u8>) -> Result<Digest> {
    let bytes: [u8; 16] = bytes.try_into().map_err(|_| Error::damaged("a digest has not 16 bytes"))?;
    Ok(Digest(bytes))
}
