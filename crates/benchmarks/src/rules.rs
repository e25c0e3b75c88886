//! Decisions without I/O: how questions and bodies are read, how documents are compared, which schemas are accepted.

pub mod body;
pub mod filter;
pub mod json;
pub mod measures;
pub mod moment;
pub mod query;
pub mod schema;
pub mod sort;
pub mod values;
