//! Operations on baselines.

pub mod copy;
pub mod create;
pub mod delete;
pub mod get;
pub mod list;
pub mod patch;
