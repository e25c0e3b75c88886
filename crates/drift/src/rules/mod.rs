//! Decisions without I/O.

pub mod first_api;
pub mod request;
pub mod trial;
