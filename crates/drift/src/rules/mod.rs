//! Decisions without I/O.

pub mod causes;
pub mod first_api;
pub mod request;
pub mod trial;
