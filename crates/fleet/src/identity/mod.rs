//! Which stored host a report is about (contract inventory-events §4), and what becomes of it (§5).

mod merge;
mod rules;

pub(crate) use merge::{Merged, create, update};
pub use rules::{Candidate, Matching, find};
