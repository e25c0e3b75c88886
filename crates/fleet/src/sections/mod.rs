//! Sections of profiles: stored once for an organisation, whole or as a delta of depth one.

pub(crate) mod base_cache;
pub(crate) mod compressor;
pub(crate) mod encode;
pub(crate) mod load;
pub(crate) mod put;
pub(crate) mod similarity;

pub(crate) use base_cache::BaseCache;
pub(crate) use load::{digest, load};
pub(crate) use put::put;
