//! Decisions without I/O.

pub mod ingress;
pub(crate) mod literal;
pub mod tag_param;
