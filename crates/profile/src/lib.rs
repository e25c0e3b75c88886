//! What a machine looks like.
//!
//! Floor 1 of the house, pure: texts and values in, texts and values out.
//!
//! # To add a field
//!
//! Add its line to `src/fields.tsv`; the header explains the columns.

pub mod schema;

pub use schema::Schema;
