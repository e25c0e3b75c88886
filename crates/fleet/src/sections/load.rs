//! Sections are read back.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use ::store::{Rows, Sql, Tx};
use ground::OrgId;
use profile::Digest;

use crate::{
    Error, Result,
    db::statements as statement,
    sections::{
        base_cache::{Base, BaseCache},
        compressor::Decompressor,
        encode::unpack,
    },
};

/// Content that unpacks to more than this is damaged: bodies are limited long before.
const MAX_SECTION_BYTES: i64 = 256 << 20;

/// The prepared bases among `wanted`; those not in memory are read.
pub(super) async fn load_bases(
    tx: &mut Tx,
    bases: &BaseCache,
    org: &OrgId,
    wanted: &HashSet<Digest>,
) -> Result<HashMap<Digest, Arc<Base>>> {
    let mut loaded: HashMap<_, _> =
        wanted.iter().filter_map(|digest| Some((*digest, bases.get(org, *digest)?))).collect();
    let unread: Vec<_> = wanted.iter().filter(|digest| !loaded.contains_key(*digest)).copied().collect();
    let read = read(tx, org, unread).await?;
    let mut decompressor = Decompressor::new()?;
    for (digest, stored) in read {
        if let StoredSection { base: None, body, size } = stored {
            let base = Arc::new(Base::new(unpack(&mut decompressor, &body, size, None)?.as_bytes()));
            bases.put(org, digest, base.clone());
            loaded.insert(digest, base);
        }
    }
    Ok(loaded)
}

struct StoredSection {
    base: Option<Digest>,
    size: usize,
    body: Vec<u8>,
}

async fn read(tx: &mut Tx, org: &OrgId, digests: Vec<Digest>) -> Result<Vec<(Digest, StoredSection)>> {
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
            if !(0..=MAX_SECTION_BYTES).contains(&size) {
                return Err(Error::damaged(format!("a section claims {size} bytes")));
            }
            Ok((digest(row.get(0)?)?, StoredSection { base, size: size as usize, body: row.get(3)? }))
        })
        .collect()
}

/// The content of sections, by digest. What is not stored is not in the answer.
pub(crate) async fn load(
    tx: &mut Tx,
    bases: &BaseCache,
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
    let mut decompressor = Decompressor::new()?;
    for (digest, StoredSection { base, size, body }) in stored {
        let base = base.and_then(|base| prepared.get(&base));
        let text: Arc<str> = unpack(&mut decompressor, &body, size, base.map(AsRef::as_ref))?.into();
        bases.keep_text(org, digest, text.clone());
        texts.insert(digest, text);
    }
    Ok(texts)
}

pub(crate) fn digest(bytes: Vec<u8>) -> Result<Digest> {
    let bytes: [u8; 16] = bytes.try_into().map_err(|_| Error::damaged("a digest has not 16 bytes"))?;
    Ok(Digest(bytes))
}
