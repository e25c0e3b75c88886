//! Sections of profiles: stored once for an organisation, whole or as a delta of depth one.

use std::{
    collections::{HashMap, HashSet},
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use ground::OrgId;
use lru::LruCache;
use profile::{Digest, List};
use store::{Rows, Sql, Tx};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use crate::{
    Error, Kept, Result,
    press::{LEVEL, Press, Unpress},
    sketch::Sketch,
    store as statement,
};

/// Content shorter than this is not worth compressing.
const SMALL: usize = 64;
/// Content longer than this, the lists of packages above all, is most of what is stored.
const LONG: usize = 2_048;
/// How many bases of one kind an organisation has to choose from: the most recently used.
const CHOICE: usize = 64;
/// Of long content that is far from every base one in so many is kept whole: others like it will find it.
const PIONEERS: u8 = 8;
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
    pub content: Content,
    /// What the host had before in its place.
    pub previous: Option<Digest>,
}

/// The content of a section, not written before somebody needs it: most sections are stored already.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Text(Arc<str>),
    List(List),
}

impl Content {
    fn into_text(self) -> Arc<str> {
        match self {
            Self::Text(text) => text,
            Self::List(list) => list.json().into(),
        }
    }
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

/// What is kept in memory of stored sections: bases, which of them there are to choose from, and the texts written or
/// read last. All under limits.
pub(crate) struct Bases(Mutex<Inner>);

struct Inner {
    texts: Kept<Key, Arc<str>>,
    prepared: Kept<Key, Arc<Base>>,
    /// By organisation and kind, the most recently used at the end.
    choice: LruCache<(OrgId, u8), Vec<(Sketch, Digest)>>,
    /// The organisation's count of collections when its entries were made: when it has moved, a base may be gone.
    epochs: HashMap<OrgId, i64>,
}

impl Bases {
    /// Both limits are in bytes of content; a prepared base takes a few times its content.
    pub(crate) fn new(limit: usize, texts: usize) -> Self {
        let many = NonZeroUsize::MIN.saturating_add(999);
        Self(Mutex::new(Inner {
            texts: Kept::new(texts),
            prepared: Kept::new(limit),
            choice: LruCache::new(many),
            epochs: HashMap::new(),
        }))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn text(&self, org: &OrgId, digest: Digest) -> Option<Arc<str>> {
        self.lock().texts.get(&(org.clone(), digest)).cloned()
    }

    fn keep_text(&self, org: &OrgId, digest: Digest, text: Arc<str>) {
        let bytes = text.len() + size_of::<Key>();
        self.lock().texts.put((org.clone(), digest), text, bytes);
    }

    fn get(&self, org: &OrgId, digest: Digest) -> Option<Arc<Base>> {
        self.lock().prepared.get(&(org.clone(), digest)).cloned()
    }

    fn put(&self, org: &OrgId, digest: Digest, base: Arc<Base>) {
        let bytes = base.size;
        self.lock().prepared.put((org.clone(), digest), base, bytes);
    }

    /// The base most like a section, and how much of their sketches they share.
    fn alike(&self, org: &OrgId, kind: u8, wanted: &Wanted) -> Option<(usize, Digest)> {
        let mut inner = self.lock();
        let choice = inner.choice.get_mut(&(org.clone(), kind))?;
        let (common, place) = wanted.best(choice.iter().map(|(sketch, _)| sketch))?;
        // The most recently used stands at the end.
        choice[place..].rotate_left(1);
        choice.last().map(|(_, digest)| (common, *digest))
    }

    fn offer(&self, org: OrgId, kind: u8, sketch: Sketch, digest: Digest) {
        let mut inner = self.lock();
        let choice = inner.choice.get_or_insert_mut((org, kind), Vec::new);
        if choice.iter().all(|(_, known)| *known != digest) {
            choice.push((sketch, digest));
            choice.drain(..choice.len().saturating_sub(CHOICE));
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
struct Wanted {
    sketch: Sketch,
    least: usize,
}

impl Wanted {
    fn of(json: &str) -> Self {
        // A short one saves its names against any other of its kind; of a long one a quarter should be the same.
        Self { sketch: Sketch::of(json), least: if json.len() < LONG { 1 } else { 4 } }
    }

    /// The most like of some sketches, of several the last: how much is shared, and its place.
    fn best<'s>(&self, sketches: impl Iterator<Item = &'s Sketch>) -> Option<(usize, usize)> {
        let common = sketches.map(|sketch| self.sketch.in_common(sketch)).zip(0..);
        common.filter(|(common, _)| *common >= self.least).max()
    }
}

/// The sections that a transaction stores whole: they serve others only once it is committed.
#[derive(Default)]
pub(crate) struct Staged(Vec<Made>);

struct Made {
    org: OrgId,
    kind: u8,
    sketch: Sketch,
    digest: Digest,
    json: Arc<str>,
    /// Once another section of the same transaction is a delta of it.
    base: Option<Arc<Base>>,
}

impl Staged {
    /// Call after the commit.
    pub(crate) fn publish(self, bases: &Bases) {
        for Made { org, kind, sketch, digest, base, .. } in self.0 {
            if let Some(base) = base {
                bases.put(&org, digest, base);
            }
            bases.offer(org, kind, sketch, digest);
        }
    }

    /// The one most like a section, if it is more so than `than`.
    fn alike(&mut self, org: &OrgId, kind: u8, wanted: &Wanted, than: usize) -> Option<(Digest, Arc<Base>)> {
        let mut made: Vec<&mut Made> =
            self.0.iter_mut().filter(|made| made.kind == kind && made.org == *org).collect();
        let (common, place) = wanted.best(made.iter().map(|made| &made.sketch))?;
        let made = made.get_mut(place).filter(|_| common > than)?;
        let base = made.base.get_or_insert_with(|| Arc::new(Base::new(made.json.as_bytes())));
        Some((made.digest, base.clone()))
    }
}

/// A section that is not stored yet.
struct Missing {
    digest: Digest,
    kind: u8,
    json: Arc<str>,
    /// The base of what the host had before.
    previous: Option<Digest>,
    /// None of content that is not worth compressing.
    wanted: Option<Wanted>,
    /// The stored base most like it, and how much they share.
    alike: Option<(usize, Digest)>,
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
    let mut stored = Known::default();
    stored.ask(tx, org, sections.iter().flat_map(|section| [Some(section.digest), section.previous])).await?;
    let mut given = HashSet::new();
    let mut missing: Vec<Missing> = sections
        .into_iter()
        .filter(|section| !stored.has(section.digest) && given.insert(section.digest))
        .map(|NewSection { digest, kind, content, previous }| {
            let json = content.into_text();
            bases.keep_text(org, digest, json.clone());
            let wanted = (json.len() >= SMALL).then(|| Wanted::of(&json));
            let alike = wanted.as_ref().and_then(|wanted| bases.alike(org, kind, wanted));
            let previous = previous.and_then(|digest| stored.base(digest));
            Missing { digest, kind, json, previous, wanted, alike }
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    // A base to choose may have been collected since: only what is stored now may become one.
    stored.ask(tx, org, missing.iter().map(|missing| missing.alike.map(|(_, digest)| digest))).await?;
    for missing in &mut missing {
        missing.alike = missing.alike.filter(|(_, digest)| stored.has(*digest));
    }
    let wanted: HashSet<Digest> = missing
        .iter()
        .filter(|missing| missing.wanted.is_some())
        .flat_map(|missing| [missing.previous, missing.alike.map(|(_, digest)| digest)])
        .flatten()
        .collect();
    let loaded = load_bases(tx, bases, org, &wanted).await?;

    let mut new = NewRows::default();
    let mut press = Press::new()?;
    for Missing { digest, kind, json, previous, wanted, alike } in missing {
        let Some(wanted) = wanted else {
            new.push(digest, kind, &json, None, with_form(RAW, json.as_bytes()));
            continue;
        };
        let ready = |digest: Digest| Some((digest, loaded.get(&digest)?.clone()));
        let shared = alike.map_or(0, |(common, _)| common);
        let alike =
            staged.alike(org, kind, &wanted, shared).or_else(|| alike.and_then(|(_, digest)| ready(digest)));
        let mut candidates: Vec<(Digest, Arc<Base>)> =
            previous.and_then(ready).into_iter().chain(alike).collect();
        candidates.dedup_by_key(|(digest, _)| *digest);
        let (base, body) = encode(&mut press, digest, json.as_bytes(), &candidates)?;
        new.push(digest, kind, &json, base, body);
        if base.is_none() {
            staged.0.push(Made { org: org.clone(), kind, sketch: wanted.sketch, digest, json, base: None });
        }
    }
    tx.execute(Sql::new(statement::PUT_SECTIONS).bind(org).rows(new.rows())).await?;
    Ok(())
}

/// Which sections are stored, and on what.
#[derive(Default)]
struct Known(HashMap<Digest, Option<Digest>>);

impl Known {
    async fn ask(
        &mut self,
        tx: &mut Tx,
        org: &OrgId,
        digests: impl Iterator<Item = Option<Digest>>,
    ) -> Result<()> {
        let asked: HashSet<Digest> = digests.flatten().filter(|digest| !self.has(*digest)).collect();
        if asked.is_empty() {
            return Ok(());
        }
        let rows = Rows::new().column(asked.iter().map(|digest| digest.0.to_vec()));
        for row in tx.fetch_all(Sql::new(statement::SECTIONS_KNOWN).bind(org).rows(rows)).await? {
            self.0.insert(digest(row.get(0)?)?, row.get::<Option<Vec<u8>>>(1)?.map(digest).transpose()?);
        }
        Ok(())
    }

    fn has(&self, digest: Digest) -> bool {
        self.0.contains_key(&digest)
    }

    /// Of a section that is whole, itself; of a delta, what it stands on.
    fn base(&self, digest: Digest) -> Option<Digest> {
        self.0.get(&digest).map(|base| base.unwrap_or(digest))
    }
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
    fn push(&mut self, digest: Digest, kind: u8, json: &str, base: Option<Digest>, body: Vec<u8>) {
        self.digests.push(digest.0.to_vec());
        self.kinds.push(i64::from(kind));
        self.bases.push(base.map(|base| base.0.to_vec()));
        self.sizes.push(json.len() as i64);
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
    digest: Digest,
    json: &[u8],
    bases: &[(Digest, Arc<Base>)],
) -> Result<(Option<Digest>, Vec<u8>)> {
    // Better than any whole will be: no need to look further.
    let good = if json.len() < LONG { json.len() / 4 } else { json.len() / 16 };
    let mut best: Option<(Digest, Vec<u8>)> = None;
    for (base, prepared) in bases {
        let delta = press.delta(json, &prepared.encoder)?;
        if delta.len() <= good {
            return Ok((Some(*base), with_form(DELTA, delta)));
        }
        if best.as_ref().is_none_or(|(_, shortest)| delta.len() < shortest.len()) {
            best = Some((*base, delta.to_vec()));
        }
    }
    let pioneer = json.len() >= LONG && digest.0[0].is_multiple_of(PIONEERS);
    let whole = press.whole(json)?;
    match best {
        Some((base, delta)) if !pioneer && delta.len() * 2 <= whole.len() => {
            Ok((Some(base), with_form(DELTA, &delta)))
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
    let mut wanted: HashSet<_> = digests.into_iter().collect();
    let mut texts: HashMap<_, _> =
        wanted.iter().filter_map(|digest| Some((*digest, bases.text(org, *digest)?))).collect();
    wanted.retain(|digest| !texts.contains_key(digest));
    let stored = read(tx, org, wanted.into_iter().collect()).await?;
    let needed: HashSet<_> = stored.iter().filter_map(|(_, stored)| stored.base).collect();
    let prepared = load_bases(tx, bases, org, &needed).await?;
    let mut unpress = Unpress::new()?;
    for (digest, Stored { base, size, body }) in stored {
        let base = base.and_then(|base| prepared.get(&base));
        let text: Arc<str> = unpack(&mut unpress, &body, size, base.map(AsRef::as_ref))?.into();
        bases.keep_text(org, digest, text.clone());
        texts.insert(digest, text);
    }
    Ok(texts)
}

pub(crate) fn digest(bytes: Vec<u8>) -> Result<Digest> {
    let bytes: [u8; 16] = bytes.try_into().map_err(|_| Error::damaged("a digest has not 16 bytes"))?;
    Ok(Digest(bytes))
}
