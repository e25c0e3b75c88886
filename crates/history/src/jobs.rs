//! Work that goes on beside requests.

pub mod archive;
pub mod clean;
mod probes;

pub use probes::Probes;
