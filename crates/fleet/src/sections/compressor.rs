//! Compression with contexts that are used again: making one costs more than compressing a section with it.

use zstd::{
    dict::{DecoderDictionary, EncoderDictionary},
    zstd_safe::{CCtx, DCtx, ErrorCode, compress_bound, get_error_name},
};

use crate::{Error, Result};

/// Level 1: on package lists level 9 saves 13 % and takes six times as long.
pub(crate) const LEVEL: i32 = 1;

/// Compresses with zstd.
pub(crate) struct Compressor {
    context: CCtx<'static>,
    packed: Vec<u8>,
}

impl Compressor {
    pub(crate) fn new() -> Result<Self> {
        let context =
            CCtx::try_create().ok_or_else(|| Error::damaged("no memory for a compression context"))?;
        Ok(Self { context, packed: Vec::new() })
    }

    /// Compresses without a dictionary.
    pub(crate) fn whole(&mut self, bytes: &[u8]) -> Result<&[u8]> {
        self.clear(bytes.len());
        self.context.compress(&mut self.packed, bytes, LEVEL).map_err(failed)?;
        Ok(&self.packed)
    }

    /// Compresses against a dictionary.
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

/// Decompresses.
pub(crate) struct Decompressor(DCtx<'static>);

impl Decompressor {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self(DCtx::try_create().ok_or_else(|| Error::damaged("no memory for a decompression context"))?))
    }

    /// Decompresses what [`Compressor::whole`] made; `size` is the length of the result.
    pub(crate) fn whole(&mut self, packed: &[u8], size: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(size);
        self.0.decompress(&mut bytes, packed).map_err(failed)?;
        Ok(bytes)
    }

    /// Decompresses what [`Compressor::delta`] made with the same dictionary.
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
    fn one_context_compresses_many_texts_independently() {
        let texts = ["a list of packages ".repeat(200), "another one ".repeat(50), String::new()];
        let bases = texts.clone().map(|text| {
            let bytes = text.as_bytes();
            (EncoderDictionary::copy(bytes, LEVEL), DecoderDictionary::copy(bytes))
        });
        let (mut compressor, mut decompressor) = (Compressor::new().unwrap(), Decompressor::new().unwrap());
        for text in &texts {
            let bytes = text.as_bytes();
            let whole = compressor.whole(bytes).unwrap().to_vec();
            assert_eq!(decompressor.whole(&whole, bytes.len()).unwrap(), bytes);
            for (encoder, decoder) in &bases {
                let delta = compressor.delta(bytes, encoder).unwrap().to_vec();
                assert_eq!(decompressor.delta(&delta, bytes.len(), decoder).unwrap(), bytes);
            }
        }
        let (encoder, _) = &bases[0];
        assert!(compressor.delta(texts[0].as_bytes(), encoder).unwrap().len() < 40);
    }

    #[test]
    fn damaged_bytes_are_an_error() {
        let mut decompressor = Decompressor::new().unwrap();
        assert!(decompressor.whole(b"no such thing", 100).is_err());
        let packed = Compressor::new().unwrap().whole(&[7; 1_000]).unwrap().to_vec();
        assert!(decompressor.whole(&packed, 10).is_err());
    }
}
