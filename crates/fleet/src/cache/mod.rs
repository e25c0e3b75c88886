//! What is kept in memory under a limit.

pub(crate) mod sequence;
pub(crate) mod weighted_lru;

pub use weighted_lru::WeightedLru;
