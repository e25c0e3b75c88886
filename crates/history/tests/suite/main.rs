//! How historical profiles are kept, on both engines.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod archive;
mod arrivals;
mod bed;
mod clean;
mod log;
mod schema;
mod storage;
mod store;
