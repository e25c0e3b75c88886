//! The bytes of a stored section: raw, compressed, or a delta of depth one.

use std::sync::Arc;

use profile::Digest;

use crate::{
    Error, Result,
    sections::{
        base_cache::{Base, LONG_BYTES},
        compressor::{Compressor, Decompressor},
    },
};

/// Of long content that is unlike every base, one in so many is stored whole, to become a base for others.
const WHOLE_ONE_IN: u8 = 8;

/// How a body is written: its first byte.
pub(super) const RAW: u8 = 0;
const WHOLE: u8 = 1;
const DELTA: u8 = 2;

/// The shortest form: a delta when one saves at least half of what the whole would take.
pub(super) fn encode(
    compressor: &mut Compressor,
    digest: Digest,
    json: &[u8],
    bases: &[(Digest, Arc<Base>)],
) -> Result<(Option<Digest>, Vec<u8>)> {
    // Better than any whole will be: no need to look further.
    let good = if json.len() < LONG_BYTES { json.len() / 4 } else { json.len() / 16 };
    let mut best: Option<(Digest, Vec<u8>)> = None;
    for (base, prepared) in bases {
        let delta = compressor.delta(json, &prepared.encoder)?;
        if delta.len() <= good {
            return Ok((Some(*base), with_form(DELTA, delta)));
        }
        if best.as_ref().is_none_or(|(_, shortest)| delta.len() < shortest.len()) {
            best = Some((*base, delta.to_vec()));
        }
    }
    let pioneer = json.len() >= LONG_BYTES && digest.0[0].is_multiple_of(WHOLE_ONE_IN);
    let whole = compressor.whole(json)?;
    match best {
        Some((base, delta)) if !pioneer && delta.len() * 2 <= whole.len() => {
            Ok((Some(base), with_form(DELTA, &delta)))
        }
        _ => Ok((None, with_form(WHOLE, whole))),
    }
}

pub(super) fn with_form(form: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len() + 1);
    bytes.push(form);
    bytes.extend(body);
    bytes
}

pub(super) fn unpack(
    decompressor: &mut Decompressor,
    body: &[u8],
    size: usize,
    base: Option<&Base>,
) -> Result<String> {
    let (form, packed) = body.split_first().ok_or_else(|| Error::damaged("a section is empty"))?;
    let bytes = match (*form, base) {
        (RAW, _) => packed.to_vec(),
        (WHOLE, _) => decompressor.whole(packed, size)?,
        (DELTA, Some(base)) => decompressor.delta(packed, size, &base.decoder)?,
        (DELTA, None) => return Err(Error::damaged("the base of a section is missing")),
        (other, _) => return Err(Error::damaged(format!("a section has form {other}"))),
    };
    String::from_utf8(bytes).map_err(|_| Error::damaged("a section is not UTF-8"))
}
