//! How baselines are stored, on both engines.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod bed;
mod concurrency;
mod follow_log;
mod schema;
mod store;
mod systems;
