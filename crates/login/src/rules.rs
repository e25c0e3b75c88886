//! Decisions without I/O.

pub mod attempts;
pub mod cookies;
pub mod next;
pub mod origin;
