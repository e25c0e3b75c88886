//! Doors in: from the bytes of a wire to a [`Batch`](crate::batch::Batch).

pub mod line;
pub mod native;
pub mod otlp;
pub mod remote_write;
pub mod unpack;

/// A body that cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadBody(pub String);

impl BadBody {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}
