//! Decisions without I/O.

pub mod captured;
pub mod log_id;
pub mod visible;
