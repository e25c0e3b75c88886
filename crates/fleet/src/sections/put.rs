//! Sections are stored once for an organisation.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use ::store::{Rows, Sql, Tx};
use ground::OrgId;
use profile::{Digest, List};

use crate::{
    Result,
    db::statements as statement,
    sections::{
        base_cache::{Base, BaseCache, BaseSearch, NewBase, NewBases},
        compressor::Compressor,
        encode::{RAW, encode, with_form},
        load::{digest, load_bases},
    },
};

/// Content of fewer bytes is stored raw.
const MIN_COMPRESSED_BYTES: usize = 64;

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

/// A section that is not stored yet.
struct Missing {
    digest: Digest,
    kind: u8,
    json: Arc<str>,
    /// The base of what the host had before.
    previous: Option<Digest>,
    /// None of content that is not worth compressing.
    wanted: Option<BaseSearch>,
    /// The stored base most like it, and how much they share.
    similar: Option<(usize, Digest)>,
}

/// Stores those of `sections` that the organisation does not have. The caller holds the organisation's lock, so that
/// nothing found here can be collected before the commit.
pub(crate) async fn put(
    tx: &mut Tx,
    bases: &BaseCache,
    staged: &mut NewBases,
    org: &OrgId,
    sections: Vec<NewSection>,
) -> Result<()> {
    let mut stored = KnownSections::default();
    stored.ask(tx, org, sections.iter().flat_map(|section| [Some(section.digest), section.previous])).await?;
    let mut given = HashSet::new();
    let mut missing: Vec<Missing> = sections
        .into_iter()
        .filter(|section| !stored.has(section.digest) && given.insert(section.digest))
        .map(|NewSection { digest, kind, content, previous }| {
            let json = content.into_text();
            bases.keep_text(org, digest, json.clone());
            let wanted = (json.len() >= MIN_COMPRESSED_BYTES).then(|| BaseSearch::of(&json));
            let similar = wanted.as_ref().and_then(|wanted| bases.similar(org, kind, wanted));
            let previous = previous.and_then(|digest| stored.base(digest));
            Missing { digest, kind, json, previous, wanted, similar }
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    // A base to choose may have been collected since: only what is stored now may become one.
    stored.ask(tx, org, missing.iter().map(|missing| missing.similar.map(|(_, digest)| digest))).await?;
    for missing in &mut missing {
        missing.similar = missing.similar.filter(|(_, digest)| stored.has(*digest));
    }
    let wanted: HashSet<Digest> = missing
        .iter()
        .filter(|missing| missing.wanted.is_some())
        .flat_map(|missing| [missing.previous, missing.similar.map(|(_, digest)| digest)])
        .flatten()
        .collect();
    let loaded = load_bases(tx, bases, org, &wanted).await?;

    let mut new = SectionRows::default();
    let mut compressor = Compressor::new()?;
    for Missing { digest, kind, json, previous, wanted, similar } in missing {
        let Some(wanted) = wanted else {
            new.push(digest, kind, &json, None, with_form(RAW, json.as_bytes()));
            continue;
        };
        let ready = |digest: Digest| Some((digest, loaded.get(&digest)?.clone()));
        let shared = similar.map_or(0, |(common, _)| common);
        let similar = staged
            .similar(org, kind, &wanted, shared)
            .or_else(|| similar.and_then(|(_, digest)| ready(digest)));
        let mut candidates: Vec<(Digest, Arc<Base>)> =
            previous.and_then(ready).into_iter().chain(similar).collect();
        candidates.dedup_by_key(|(digest, _)| *digest);
        let (base, body) = encode(&mut compressor, digest, json.as_bytes(), &candidates)?;
        new.push(digest, kind, &json, base, body);
        if base.is_none() {
            staged.0.push(NewBase {
                org: org.clone(),
                kind,
                sketch: wanted.sketch,
                digest,
                json,
                base: None,
            });
        }
    }
    tx.execute(Sql::new(statement::PUT_SECTIONS).bind(org).rows(new.rows())).await?;
    Ok(())
}

/// Which sections are stored, and on what.
#[derive(Default)]
struct KnownSections(HashMap<Digest, Option<Digest>>);

impl KnownSections {
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
struct SectionRows {
    digests: Vec<Vec<u8>>,
    kinds: Vec<i64>,
    bases: Vec<Option<Vec<u8>>>,
    sizes: Vec<i64>,
    bodies: Vec<Vec<u8>>,
}

impl SectionRows {
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
