//! Whether a failure passes.

/// A failure of a database, a broker or a service beside this one.
pub trait Transient: std::error::Error {
    /// Whether the same work may succeed when it is done again.
    fn is_transient(&self) -> bool;
}
