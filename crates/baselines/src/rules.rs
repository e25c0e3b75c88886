//! Decisions without I/O.

pub mod facts;
pub mod facts_patch;
pub mod from_profile;
pub mod groups;
pub mod name;
pub mod original_rows;
pub mod schema;
