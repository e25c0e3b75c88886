//! Packing and unpacking with contexts that are used again: making one costs more than packing a section with it.

use zstd::{
    dict::{DecoderDictionary, EncoderDictionary},
    zstd_safe::{CCtx, DCtx, ErrorCode, compress_bound, get_error_name},
};

use crate::{Error, Result};

/// Level 1: on package lists level 9 saves 13 % and takes six times as long.
pub(crate) const LEVEL: i32 = 1;

/// Packs.
pub(crate) struct Press {
    context: CCtx<'static>,
    packed: Vec<u8>,
}

impl Press {
    pub(crate) fn new() -> Result<Self> {
        let context = CCtx::try_create().ok_or_else(|| Error::damaged("there is no memory to pack with"))?;
        Ok(Self { context, packed: Vec::new() })
    }

    /// The bytes packed by themselves.
    pub(crate) fn whole(&mut self, bytes: &[u8]) -> Result<&[u8]> {
        self.clear(bytes.len());
        self.context.compress(&mut self.packed, bytes, LEVEL).map_err(failed)?;
        Ok(&self.packed)
    }

    /// The bytes packed as what differs from a dictionary.
    pub(crate) fn delta(&mut self, bytes: &[u8], base: &EncoderDictionary<'_>) -> Result<&[u8]> {
        self.clear(bytes.len());
        self.context.compress_using_cdict(&mut self.packed, bytes, base.as_cdict()).map_err(failed)?;
        Ok(&self.packed)
    }

    fn clear(&mut self, length: usize) {
        self.packed.clear();
        self.packed.reserve(compress_bound(length));
    }
}

/// Unpacks.
pub(crate) struct Unpress(DCtx<'static>);

impl Unpress {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self(DCtx::try_create().ok_or_else(|| Error::damaged("there is no memory to unpack with"))?))
    }

    /// What was packed by itself; `size` is its length.
    pub(crate) fn whole(&mut self, packed: &[u8], size: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(size);
        self.0.decompress(&mut bytes, packed).map_err(failed)?;
        Ok(bytes)
    }

    /// What was packed as what differs from a dictionary.
    pub(crate) fn delta(
        &mut self,
        packed: &[u8],
        size: usize,
        base: &DecoderDictionary<'_>,
    ) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(size);
        self.0.decompress_using_ddict(&mut bytes, packed, base.as_ddict()).map_err(failed)?;
        Ok(bytes)
    }
}

fn failed(code: ErrorCode) -> Error {
    Error::damaged(get_error_name(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_press_packs_many_things_each_by_itself() {
        let texts = ["a list of packages ".repeat(200), "another one ".repeat(50), String::new()];
        let bases = texts.clone().map(|text| {
            let bytes = text.as_bytes();
            (EncoderDictionary::copy(bytes, LEVEL), DecoderDictionary::copy(bytes))
        });
        let (mut press, mut unpress) = (Press::new().unwrap(), Unpress::new().unwrap());
        for text in &texts {
            let bytes = text.as_bytes();
            let whole = press.whole(bytes).unwrap().to_vec();
            assert_eq!(unpress.whole(&whole, bytes.len()).unwrap(), bytes);
            for (encoder, decoder) in &bases {
                let delta = press.delta(bytes, encoder).unwrap().to_vec();
                assert_eq!(unpress.delta(&delta, bytes.len(), decoder).unwrap(), bytes);
            }
        }
        let (encoder, _) = &bases[0];
        assert!(press.delta(texts[0].as_bytes(), encoder).unwrap().len() < 40);
    }

    #[test]
    fn damaged_bytes_are_an_error() {
        let mut unpress = Unpress::new().unwrap();
        assert!(unpress.whole(b"no such thing", 100).is_err());
        let packed = Press::new().unwrap().whole(&[7; 1_000]).unwrap().to_vec();
        assert!(unpress.whole(&packed, 10).is_err());
    }
}
